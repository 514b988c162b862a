"""What the view of coders sends and takes, as the OpenAPI description has it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from themescout.review.coders.agreeing import Basis, Cell, Level
from themescout.review.coders.disagreeing import Show
from themescout.web.shapes import DecisionOut, Id, Strict

if TYPE_CHECKING:
    from themescout.review.coders.agreeing import Compared


class FigureOut(Strict):
    """A coefficient with its 95 % interval over informants; `why` says why something is null."""

    value: float | None
    low: float | None
    high: float | None
    why: str


class SetAgreementOut(Strict):
    """Agreement on all labels of a segment at once."""

    segments: int
    informants: int
    identical: FigureOut
    masi: FigureOut
    jaccard: FigureOut


class CodeAgreementOut(Strict):
    """Agreement on one code; the four cells are null for more than two coders."""

    segments: int
    informants: int
    positives: int
    unanimous: int
    both: int | None
    first: int | None
    second: int | None
    neither: int | None
    prevalence: float | None
    percent: FigureOut
    positive: FigureOut
    negative: FigureOut
    kappa: FigureOut
    ac1: FigureOut
    alpha: FigureOut


class RowOut(Strict):
    """One code, category or kind; `pairs` has the kappa of each pair of three coders or more."""

    value: str
    name: str
    category: str
    found: CodeAgreementOut
    pairs: list[FigureOut]


class AgreementOut(Strict):
    """Agreement of some coders; "" among `coders` is the machine, whose suggestions were kept back."""

    level: Level
    basis: Basis
    coders: list[str]
    whole: SetAgreementOut | None
    rows: list[RowOut]
    unused: int
    hidden: int


class TableIn(Strict):
    """What a table of agreement is about; `who` must be comparable, else the first that can be compared are taken."""

    level: Level = Level.CODE
    basis: Basis = Basis.INDEPENDENT
    who: Annotated[list[Id], Field(max_length=100)] = Field(default_factory=list)


class ListIn(Strict):
    """Which segments to list: those of `show`, or with a `cell` those that a number of the table stands for."""

    show: Show = Show.DIFFER
    value: Id = ""
    cell: Cell | None = None
    level: Level | None = None
    basis: Basis = Basis.NOW
    who: Annotated[list[Id], Field(max_length=100)] = Field(default_factory=list)
    place: int = Field(default=1, ge=1, le=1_000_000)


class LabelIn(Strict):
    """A label to settle with; a kind, a code, or both."""

    kind: Literal["barrier", "research_question"] | None = None
    code: Id | None = None


class SettleIn(Strict):
    """How a disagreement is to end; no labels for nothing to code. The same `key` sent again is stored once."""

    segment: Id
    seen: int = Field(ge=0, le=2**63 - 1, description="number of the newest entry about it that was on the screen")
    labels: Annotated[list[LabelIn], Field(max_length=20)]
    memo: str = Field(default="", max_length=10_000)
    key: str = Field(min_length=8, max_length=100)


class SettledOut(Strict):
    """A settlement that was stored, or taken back; `labels` in words, "" for nothing to code."""

    decision: DecisionOut
    labels: list[str]


def agreement(found: Compared, hidden: int) -> AgreementOut:
    """Agreement of some coders."""
    return AgreementOut.model_validate({**asdict(found), "hidden": hidden})
