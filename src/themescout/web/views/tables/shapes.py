"""What the views of the tables send and take, as the OpenAPI description has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from themescout.report.contents import speaker
from themescout.store.summaries import Cell
from themescout.types import Kind
from themescout.web.shapes import Strict

if TYPE_CHECKING:
    from collections.abc import Container

    from themescout.review.results.matrix import Opened
    from themescout.store.summaries import Summary

KindName = Literal["barrier", "research_question", "none"]  # "none": no kind was given, or the codebook has none
Words = Annotated[str, Field(max_length=10_000)]
Name = Annotated[str, Field(max_length=1_000)]
MOST_VERSIONS = 100  # of one cell that are sent


class QuotesAsked(Strict):
    """Which quotes: those of a code or of a whole category of one table, in parts."""

    kind: KindName = "none"
    code: Name | None = None
    category: Name | None = None
    suggested: bool = False
    part: int = Field(default=1, ge=1, le=1_000_000)


class CellIn(Strict):
    """Another version of a summary. `seen` is that of the cell as it was on the screen; `body` "" takes it out."""

    kind: KindName
    participant: Name
    category: Name
    body: Words
    seen: int = Field(ge=0, le=2**53 - 1)


class VersionOut(Strict):
    """One version of a summary; `body` is "" where it was taken out."""

    seq: int
    body: str
    coder: str
    written_at: str


class PassageOut(Strict):
    """Verbatim words, where they were said, and the names of their codes; `there` = the segment can be opened."""

    text: str
    place: str
    transcript: str
    segment: str
    there: bool
    codes: list[str]


class CellOut(Strict):
    """One cell of the matrix; `versions` are newest first, the newest hundred of them."""

    kind: KindName
    participant: str
    category: str
    category_name: str
    segments: int
    passages: list[PassageOut]
    body: str
    seen: int
    versions: list[VersionOut]


def kind_of(name: KindName) -> Kind | None:
    """The kind that goes by this name."""
    return None if name == "none" else Kind(name)


def kind_name(kind: Kind | None) -> KindName:
    """What a kind goes by in addresses."""
    return "barrier" if kind is Kind.BARRIER else "research_question" if kind is Kind.RESEARCH_QUESTION else "none"


def cell_of(kind: KindName, participant: str, category: str) -> Cell:
    """A place in the matrix."""
    return Cell(participant=participant, kind=kind_of(kind), category=category)


def cell(found: Opened, there: Container[str]) -> CellOut:
    """One cell; `there` knows which segments can be opened."""
    entry = found.entry
    return CellOut(
        kind=kind_name(entry.cell.kind), participant=entry.cell.participant, category=entry.cell.category,
        category_name=found.category, segments=entry.segments, body=entry.summary.body if entry.summary else "",
        seen=found.seen, versions=[_version(one) for one in found.history[:MOST_VERSIONS]],
        passages=[
            PassageOut(
                text=one.quote.text, place=speaker(one.quote), transcript=one.quote.transcript,
                segment=one.quote.segment, there=one.quote.segment in there, codes=list(one.codes),
            )
            for one in entry.passages
        ],
    )  # fmt: skip


def _version(one: Summary) -> VersionOut:
    return VersionOut(seq=one.seq, body=one.body, coder=one.coder, written_at=one.written_at)
