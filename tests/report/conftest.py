"""A small study in the real store: transcripts of a few turns, one segment for each informant turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from themescout import codebook, participants, project
from themescout.candidates import Theme
from themescout.participants import Participant
from themescout.settings import ReportSettings, Settings, StudySettings
from themescout.store.transcripts import StoredFile
from themescout.text import digest
from themescout.types import Decision, Kind, Ranked, Role, Segment, Speaker, Suggestion, Transcript, Turn, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from themescout.candidates import Loose
    from themescout.project import Study
    from themescout.report.contents import Contents

CODES = """\
title: Two categories
version: "1"
{kinds}codes:
  - {{id: MONEY, name: Money, definition: Paying for it., children: [
      {{id: LATE, name: Money comes late, definition: Payments delayed.}},
      {{id: SHORT, name: Too little money, definition: Budgets cut.}}]}}
  - {{id: STAFF, name: Staff, definition: People who do it.}}
"""
KINDS = "kinds: [{id: barrier, name: Barrier}, {id: research_question, name: Question}, {id: neither, name: Neither}]\n"


VECTORS = "some-model@1"


def hashed(texts: Sequence[str]) -> NDArray[np.float32]:
    """A vector from the hash of each text: no meaning."""
    return np.vstack([
        np.random.default_rng(int(digest(text)[:8], 16)).standard_normal(8).astype(np.float32) for text in texts
    ])  # fmt: skip


def theme(number: int, members: Sequence[str], label: str = "late · paid", **values: Any) -> Theme:
    """A theme of these segments, found in 12 of 15 runs."""
    given: dict[str, Any] = {
        "keywords": ("late", "paid"), "strengths": tuple(1 - i / 100 for i in range(len(members))),
        "exemplars": tuple(members[:3]), "found_in": 12, "runs": 15,
    }  # fmt: skip
    return Theme(id=number, label=label, members=tuple(members), **{**given, **values})


class Builder:
    """A study and short ways to fill it."""

    def __init__(self, folder: Path, *, kinds: bool, title: str) -> None:
        source = folder.parent / "codes.yaml"
        source.write_text(CODES.format(kinds=KINDS if kinds else ""), encoding="utf-8")
        settings = Settings(study=StudySettings(title=title, codebook=source.name), report=ReportSettings(quotes=2))
        self.kinds = kinds
        self.study: Study = project.create(folder, settings, codebook_file=source)
        self.book = codebook.load(source.name, folder=folder)

    def interview(self, name: str, *said: str, speakers: Sequence[str] = (), role: Role = Role.INFORMANT) -> list[str]:
        """Store an interview in which `said` are the informant's turns; return the ids of its segments."""
        labels = tuple(speakers) or (name,) * len(said)
        text, turns, segments = "", [], []
        for i, (label, words) in enumerate(zip(labels, said, strict=True)):
            start = len(text) + len(label) + 2
            text += f"{label}: {words}\n\n"
            turns.append(Turn(seq=i, speaker=label, role=role, start=start, end=start + len(words)))
            segments.append(
                Segment(
                    id=f"{name}-{words[:12]}-{i}", transcript=name, turn=i, start=start, end=start + len(words),
                    text=words, speaker=label,
                )
            )  # fmt: skip
        people = tuple(Speaker(label=s, role=role, reason="", turns=1, words=9) for s in dict.fromkeys(labels))
        item = Transcript(id=name, name=name, text=text, turns=tuple(turns), speakers=people, format="txt")
        store = self.study.store
        with store.transaction():
            store.transcripts.add_file(StoredFile(sha256=name, name=name, stored=name, bytes=1, added_at=""))
            store.transcripts.add(item, file=name, wave="2012")
            store.segments.replace(name, segments)
        return [segment.id for segment in segments]

    def people(self, *rows: tuple[str, str, str]) -> None:
        """Write participants.csv: (transcript, speaker, participant)."""
        made = [Participant(transcript=t, speaker=s, participant=p) for t, s, p in rows]
        participants.write(self.study.participants_file, made)

    def suggest(self, *rows: tuple[str, str, float], kind: Kind | None = Kind.BARRIER) -> None:
        """Make (segment, code, p) the study's suggestions."""
        made = [
            Suggestion(segment=s, kind=kind if self.kinds else None, kind_p=0.9, ranked=(Ranked(code=code, p=p),))
            for s, code, p in rows
        ]
        with self.study.store.transaction():
            self.study.store.suggestions.replace(made)

    def decide(
        self, segment: str, code: str | None, *, verdict: Verdict = Verdict.ACCEPT, coder: str = "anna",
        kind: Kind | None = Kind.BARRIER,
    ) -> None:  # fmt: skip
        """Record one decision."""
        item = self.study.store.segments.get(segment)
        assert item is not None
        self.study.store.decisions.add(
            Decision(
                segment=segment, verdict=verdict, kind=kind if self.kinds else None, code=code, coder=coder,
                decided_at="2026-01-01T00:00:00+00:00", transcript=item.transcript, start=item.start, end=item.end,
                quote=item.text,
            )
        )  # fmt: skip

    def find(self, *themes: Theme, loose: Sequence[Loose] = (), vectors: bool = True, **record: object) -> None:
        """Make these the study's themes, with vectors made of hashes for every segment."""
        store = self.study.store
        texts = list(dict.fromkeys(item.text for item in store.segments.all()))
        if vectors:
            store.vectors.add(texts, hashed(texts), VECTORS)
        with store.transaction():
            store.themes.replace(themes)
            store.loose.replace(loose)
            store.stages.finish("themes", "x", {"runs": 15, "vectors": VECTORS, "seed": 7, **record})

    def contents(self) -> Contents:
        """What the report would say."""
        from themescout.report import contents

        return contents.gather(self.study, self.book)


@pytest.fixture
def make_theme() -> Callable[..., Theme]:
    """`theme` above; test files cannot import it."""
    return theme


@pytest.fixture
def build(tmp_path: Path) -> Iterator[object]:
    """Call it for an empty study with a codebook of two categories, with kinds or without."""
    made: list[Builder] = []

    def make(*, kinds: bool = True, title: str = "Small study", name: str = "study") -> Builder:
        made.append(Builder(tmp_path / name, kinds=kinds, title=title))
        return made[-1]

    yield make
    for item in made:
        item.study.close()
