"""A study of two interviews in the real store, and a desk at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from themescout import codebook, project
from themescout.candidates import Theme
from themescout.review.cards import Answer
from themescout.review.desk import Desk
from themescout.settings import Settings, changed
from themescout.store.transcripts import StoredFile
from themescout.types import Kind, Ranked, Role, Segment, Speaker, Suggestion, Transcript, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from themescout.codebook import Codebook
    from themescout.project import Study

BOOK = codebook.parse(
    "id: t\nkinds: [{id: barrier, name: B}, {id: research_question, name: R}, {id: neither, name: N}]\n"
    "codes:\n- {id: MONEY, name: Money}\n- {id: PEOPLE, name: People}\n",
    name="t.yaml",
)


def _interview(name: str, answers: list[str]) -> tuple[Transcript, list[Segment]]:
    """A transcript of one question before each answer; every answer is a segment `name-number`."""
    text, turns, segments = "", [], []
    for i, answer in enumerate(answers):
        for role, words in ((Role.INTERVIEWER, f"Question {i}?"), (Role.INFORMANT, answer)):
            label = "Q" if role is Role.INTERVIEWER else "A"
            start = len(text) + 3
            turns.append(Turn(seq=len(turns), speaker=label, role=role, start=start, end=start + len(words)))
            text += f"{label}: {words}\n\n"
            if role is Role.INFORMANT:
                segments.append(
                    Segment(
                        id=f"{name}-{i}", transcript=name, turn=turns[-1].seq, start=start, end=start + len(words),
                        text=words, speaker=label, context=f"Question {i}?",
                    )
                )  # fmt: skip
    speakers = tuple(
        Speaker(label=label, role=role, reason="", turns=len(answers), words=1)
        for label, role in (("Q", Role.INTERVIEWER), ("A", Role.INFORMANT))
    )
    transcript = Transcript(id=name, name=name, text=text.strip(), turns=tuple(turns), speakers=speakers, format="txt")
    return transcript, segments


def _fill(study: Study) -> None:
    """Two interviews, A and B, with four and two segments; theme 0 = B-1, A-2; theme 1 = A-0."""
    with study.store.transaction():
        for name, count in (("A", 4), ("B", 2)):
            transcript, segments = _interview(name, [f"Answer {i} of {name} 🎉" for i in range(count)])
            study.store.transcripts.add_file(
                StoredFile(sha256=name, name=name, stored=name, bytes=1, added_at="2026-01-01T00:00:00+00:00")
            )
            study.store.transcripts.add(transcript, file=name, wave="")
            study.store.segments.replace(name, segments)
        study.store.themes.replace([_theme(0, ("B-1", "A-2")), _theme(1, ("A-0",))])
        study.store.suggestions.replace(
            [Suggestion(segment="B-1", kind=Kind.BARRIER, kind_p=0.7, ranked=(Ranked(code="MONEY", p=0.6),))]
        )


def _theme(number: int, members: tuple[str, ...]) -> Theme:
    return Theme(
        id=number, label="x · y", keywords=("x",), members=members, strengths=(0.9,) * len(members),
        exemplars=members[:1], found_in=4, runs=5,
    )  # fmt: skip


@pytest.fixture(scope="session")
def interview() -> Callable[[str, list[str]], tuple[Transcript, list[Segment]]]:
    """Make a transcript with one question before each answer, and its segments."""
    return _interview


@pytest.fixture(scope="session")
def fill() -> Callable[[Study], None]:
    """Put the two interviews into an empty study."""
    return _fill


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with project.create(tmp_path / "study", Settings()) as made:
        _fill(made)
        yield made


@pytest.fixture
def desk_with(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Make a desk at a filled study: `desk_with(double=1.0)` changes settings of `[review]`."""
    opened: list[project.Study] = []

    def make(*, read_only: bool = False, **shares: Any) -> Desk:
        chosen = {"blind": 0.0, "double": 0.0, **shares}
        made = project.create(tmp_path / f"desk-{len(opened)}", changed(Settings(), "review", **chosen))
        _fill(made)
        opened.append(made)
        return Desk(made, BOOK, read_only=read_only)

    yield make
    for made in opened:
        made.close()


@pytest.fixture
def answer() -> Callable[..., Answer]:
    """Make an answer to the card as it is now: a barrier with the code MONEY unless told otherwise."""

    def make(desk: Desk, coder: str, segment: str, says: str = "code", **what: Any) -> Answer:
        usual = {"kind": Kind.BARRIER, "code": "MONEY"} if says in {"code", "add"} else {}
        seen = desk.card(coder, segment).seen
        return Answer(segment=segment, says=says, **{"seen": seen, **usual, **what})

    return make


@pytest.fixture(scope="session")
def book() -> Codebook:
    """Two codes, three kinds."""
    return BOOK
