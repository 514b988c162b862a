"""The method in a few lines of Python, without a study.

from themescout import notebook as ts

interviews = ts.read("interviews")
segments = ts.cut(interviews)
vectors = ts.embed(segments)
themes = ts.discover(segments, vectors)
suggestions = ts.suggest(segments, vectors, codebook="scale-up")
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from themescout import codebook as codebooks
from themescout import importers, segment, settings
from themescout.errors import FileProblemError
from themescout.pipeline import adding, discovering, suggesting, tabular
from themescout.suggest import Rows, code_texts
from themescout.types import Role, Vectors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from themescout.candidates import Theme
    from themescout.types import Segment, Suggestion, Transcript


def read(*paths: str | Path, interviewers: Sequence[str] = ()) -> tuple[Transcript, ...]:
    """Read interviews from files and folders, sorted by path; files of other kinds in a folder are passed over.

    Where several have one id, the second is called "id-2".

    Raises:
        FileProblemError: a file cannot be read, a folder may not be, or is a link to another one.
    """
    found: dict[str, Transcript] = {}
    for file in _files(paths):
        for transcript in importers.read(file, interviewers=interviewers):
            name, number = transcript.id, 1
            while name in found:
                number += 1
                name = f"{transcript.id}-{number}"
            found[name] = replace(transcript, id=name)
    return tuple(found.values())


def cut(transcripts: Sequence[Transcript], *, target_words: int = 60) -> tuple[Segment, ...]:
    """Segments of all informants, by transcript and place. Lengths in words."""
    made = settings.SegmentSettings(target_words=target_words)
    return tuple(
        item
        for transcript in transcripts
        if any(speaker.role is Role.INFORMANT for speaker in transcript.speakers)
        for item in segment.segments(transcript, made)
    )


def embed(segments: Sequence[Segment], *, model: str = "default") -> Vectors:
    """Vectors of the segments: float32, shape (n, dimensions), rows of length 1, `ids` those of the segments."""
    made = settings.changed(settings.Settings(), "embed", model=model)
    x, key = tabular.vectors([item.text for item in segments], made)
    return Vectors(ids=tuple(item.id for item in segments), x=x, key=key)


def discover(
    segments: Sequence[Segment], vectors: Vectors, *, themes: int = 0, seed: int = settings.DEFAULT_SEED
) -> tuple[Theme, ...]:
    """Candidate themes, largest first; `themes` = a wished number, 0 = chosen from the data."""
    made = settings.DiscoverSettings(themes=themes)
    x = _rows(segments, vectors)
    return discovering.described(segments, x, discovering.find(x, made, seed))


def suggest(
    segments: Sequence[Segment], vectors: Vectors, *, codebook: str = "scale-up", model: str = "default"
) -> tuple[Suggestion, ...]:
    """A suggestion for each segment, in their order, from the codebook alone: all codes, best first."""
    book = codebooks.load(codebook)
    texts = code_texts(book)
    made = settings.changed(settings.Settings(), "embed", model=model)
    text_x, key = tabular.vectors([text.embedded for text in texts], made)
    if key != vectors.key:
        raise ValueError(f"the vectors were made by {vectors.key}, the codebook would be by {key}: pass the same model")
    trained, said = suggesting.trained(book, made), [item.text for item in segments]
    rows = Rows.of(
        [item.id for item in segments],
        said,
        _rows(segments, vectors),
        docs=[item.transcript for item in segments],
        tuned=trained[1].embed(said) if trained else None,
    )
    matcher = suggesting.made(book, made, trained[0] if trained else None)
    found: tuple[Suggestion, ...] = matcher.fit(texts, text_x, study=rows).suggest(rows)
    return found


def _files(paths: Sequence[str | Path]) -> Iterator[Path]:
    readable = importers.suffixes()
    for path in map(Path, paths):
        if not path.is_dir():
            yield path
            continue
        inside, errors = adding.files_in(path, lambda name: name.lower().endswith(readable))
        for error in errors:
            raise FileProblemError(f"{error.filename} cannot be read: {error.strerror}.", "Check it and its rights.")
        yield from (file for file in inside if file.suffix.lower() in readable)


def _rows(segments: Sequence[Segment], vectors: Vectors) -> NDArray[np.float32]:
    place = {name: i for i, name in enumerate(vectors.ids)}
    return vectors.x[[place[item.id] for item in segments]]
