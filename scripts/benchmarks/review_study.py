"""A study of any size for timing the review: real talk where it is there, vectors that cost nothing."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout import embed, project, segment, settings
from themescout.pipeline import stages
from themescout.review import service
from themescout.store.transcripts import StoredFile
from themescout.suggest import code_texts
from themescout.types import Kind, Role, Speaker, Transcript, Turn, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from themescout.project import Study

TALK = Path(__file__).parents[3] / "shared" / "data" / "changelog_podcasts" / "turns.jsonl.gz"
_WORDS = 20_000  # rows of the table of word vectors; words share rows by their hash
_BATCH = 2_000


def make(folder: Path, size: int, *, decided: int, seed: int) -> None:
    """Make a study of `size` segments, or a few more, of which `decided` are decided by the coder "before".

    The words are those of podcasts where they are there, else random. Each vector is the sum of its words' random
    vectors: what is measured is time, which does not depend on meaning.
    """
    with project.create(folder, settings.changed(settings.Settings(), "study", title="Large")) as study:
        with study.store.transaction():
            study.store.transcripts.add_file(StoredFile(sha256="0", name="t", stored="t", bytes=1, added_at=""))
            _fill(study, size, seed)
        _embed(study, seed)
        for stage in (stages.discover, stages.suggest):
            print(stage(study).sentence, flush=True)
        _decide(study, decided, seed)
        print(stages.suggest(study).sentence, flush=True)


def _fill(study: Study, size: int, seed: int) -> None:
    count = 0
    for name, rows in interviews(seed):
        found = transcript(name, rows)
        study.store.transcripts.add(found, file="0", wave="")
        items = segment.segments(found, study.settings.segment)
        study.store.segments.replace(found.id, items)
        study.store.transcripts.mark_cut(found.id, "")
        count += len(items)
        if count >= size:
            return


def interviews(seed: int) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Name and (speaker, words) of each turn of one talk after the other, without end where they are random."""
    if TALK.is_file():
        with gzip.open(TALK, "rt", encoding="utf-8") as file:
            for name, rows in groupby(map(json.loads, file), key=lambda row: row["doc"]):
                yield name, [(row["speaker"] or "?", row["text"]) for row in rows if row["text"].strip()]
        return
    numbers = random.Random(seed)  # noqa: S311  # words, no secrets
    for i in range(10**6):
        yield f"talk-{i}", [("A", " ".join(f"w{numbers.randrange(5000)}" for _ in range(40)) + ".") for _ in range(100)]


def transcript(name: str, rows: Sequence[tuple[str, str]]) -> Transcript:
    """A transcript in which everybody is an informant."""
    text = ""
    turns: list[Turn] = []
    for speaker, words in rows:
        start = len(text) + len(speaker) + 2
        turns.append(Turn(seq=len(turns), speaker=speaker, role=Role.INFORMANT, start=start, end=start + len(words)))
        text += f"{speaker}: {words}\n\n"
    speakers = tuple(
        Speaker(label=label, role=Role.INFORMANT, reason="", turns=1, words=1)
        for label in dict.fromkeys(speaker for speaker, _ in rows)
    )
    made = name.replace("/", "-")
    return Transcript(id=made, name=made, text=text, turns=tuple(turns), speakers=speakers, format="txt")


def _embed(study: Study, seed: int) -> None:
    book = stages.load_codebook(study)
    said = [item.text for item in study.store.segments.all()]
    for name, texts in (("default", [*said, *(text.embedded for text in code_texts(book))]), ("scale-up", said)):
        key = embed.make(name).key
        missing = study.store.vectors.missing(texts, key)
        for part in _parts(missing):
            study.store.vectors.add(part, vectors(part, seed), key)


def vectors(texts: Iterable[str], seed: int) -> NDArray[np.float32]:
    """Unit vectors, shape (texts, 384)."""
    table = np.random.default_rng(seed).standard_normal((_WORDS, 384)).astype(np.float32)
    rows = []
    for text in texts:
        places = [int.from_bytes(hashlib.md5(w.encode()).digest()[:4]) % _WORDS for w in text.lower().split()]  # noqa: S324
        row = table[places or [0]].sum(axis=0)
        rows.append(row / np.linalg.norm(row))
    return np.vstack(rows)


def _decide(study: Study, count: int, seed: int) -> None:
    book, numbers = stages.load_codebook(study), random.Random(seed)  # noqa: S311  # a draw, no secret
    codes = [code.id for code in book.assignable]
    items: list[Any] = list(study.store.segments.all())
    with study.store.transaction():
        for item in numbers.sample(items, count):
            service.decide(
                study, segment=item.id, verdict=Verdict.CHANGE, kind=Kind.BARRIER, code=numbers.choice(codes),
                coder="before", book=book, seconds=9.0,
            )  # fmt: skip


def _parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    return (texts[i : i + _BATCH] for i in range(0, len(texts), _BATCH))
