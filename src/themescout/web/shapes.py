"""What goes over the wire, as the OpenAPI description has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from themescout.review.arranging import Order
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from themescout.codebook import Codebook
    from themescout.review.cards import Card
    from themescout.types import Decision, Suggestion

Id = Annotated[str, Field(max_length=300)]


class Strict(BaseModel):
    """What is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class CodeOut(Strict):
    """A code; `category` is the name of its topmost parent, `usable` whether segments may get it."""

    id: str
    name: str
    category: str
    usable: bool
    definition: str
    brief: str
    include: list[str]
    exclude: list[str]
    keywords: list[str]


class KindOut(Strict):
    """A kind and the key that chooses it; "" for the one that means nothing to code."""

    id: Kind
    name: str
    key: str


class StateOut(Strict):
    """What a page needs to know once."""

    study: str
    coder: str
    read_only: bool
    independent: bool
    single_keys: bool
    keys: dict[str, str]
    orders: list[Order]
    codes: list[CodeOut]
    kinds: list[KindOut]


class EvidenceOut(Strict):
    """Verbatim words for a code; `place` says where a precedent was said."""

    source: str
    text: str
    place: str
    similarity: float


class RankedOut(Strict):
    """A suggested code with its probability."""

    code: str
    p: float
    evidence: list[EvidenceOut]


class SuggestionOut(Strict):
    """What the machine suggests; `together` holds the codes that it will not choose between."""

    kind: Kind | None
    kind_p: float
    ranked: list[RankedOut]
    together: list[str] | None
    abstained: bool


class DecisionOut(Strict):
    """A decision; `holds` is null where that was not asked."""

    seq: int
    segment: str
    verdict: Verdict
    kind: Kind | None
    code: str | None
    coder: str
    decided_at: str
    quote: str
    start: int
    end: int
    seconds: float | None
    memo: str
    holds: bool | None = None


class CardOut(Strict):
    """One segment as it is laid before a coder; offsets are code points of the transcript."""

    segment: str
    transcript: str
    turn: int
    start: int
    end: int
    text: str
    speaker: str
    who: str
    theme: str
    suggestion: SuggestionOut | None
    reason: Literal["", "drawn", "independent"]
    seen: int
    mine: list[DecisionOut]
    others: list[DecisionOut]
    settled: DecisionOut | None


class FarOut(Strict):
    """How far a coder is: segments decided, and all that are theirs."""

    decided: int
    total: int
    live: bool


class TurnOut(Strict):
    """One turn; offsets are code points of the transcript."""

    seq: int
    speaker: str
    role: Literal["informant", "interviewer"]
    start: int
    end: int
    start_s: float | None
    text: str


class TurnsOut(Strict):
    """Turns of a transcript, in order; `count` is the number of all."""

    transcript: str
    count: int
    turns: list[TurnOut]


class NextOut(Strict):
    """The next card, if there is one, with its interview around it; `put_aside` counts what a jump left for the end."""

    card: CardOut | None
    turns: TurnsOut | None = None
    far: FarOut
    put_aside: int = 0


class StoredOut(Strict):
    """A stored decision, what comes next, and what the machine would have said where it was not asked.

    `turns` is null where the sender has them.
    """

    decision: DecisionOut
    card: CardOut | None
    turns: TurnsOut | None = None
    far: FarOut
    warning: str = ""
    revealed: str = ""


class HistoryOut(Strict):
    """Decisions, newest first; `more` says whether there are earlier ones."""

    decisions: list[DecisionOut]
    more: bool


class ProblemOut(BaseModel):
    """What went wrong and what to do; `card` where the segment changed meanwhile."""

    error: str
    hint: str = ""
    card: CardOut | None = None


class HasIn(Strict):
    """Turns that a page has already: from `first` to `last` of a transcript."""

    transcript: Id
    first: int = Field(ge=0)
    last: int = Field(ge=0)


class AnswerIn(Strict):
    """An answer to a card. `key` is made up by the sender: the same answer sent again is stored once.

    `then` is the order in which the next card is wanted.
    """

    segment: Id
    seen: int = Field(ge=0, description="`seen` of the card that is answered")
    says: Literal["code", "add", "nothing", "unsure"]
    kind: Kind | None = None
    code: Id | None = None
    memo: str = Field(default="", max_length=10_000)
    span: tuple[int, int] | None = None
    seconds: float | None = Field(default=None, ge=0, le=86_400, allow_inf_nan=False)
    key: str = Field(min_length=8, max_length=100)
    order: Order | None = None
    then: Order = Order.THEME
    has: HasIn | None = None


class PlaceIn(Strict):
    """A segment in a line of work."""

    segment: Id
    order: Order = Order.THEME


class PreferencesIn(Strict):
    """What a coder chose for themselves."""

    keys: dict[Annotated[str, Field(max_length=30)], Annotated[str, Field(min_length=1, max_length=12)]] = Field(
        default_factory=dict, max_length=60
    )
    independent: bool = False
    single_keys: bool = True


def codes(book: Codebook) -> list[CodeOut]:
    """The codebook's codes in its order."""
    usable = {code.id for code in book.assignable}
    return [
        CodeOut(
            id=code.id, name=code.name, category=book.code(book.topmost(code.id)).name, usable=code.id in usable,
            definition=code.definition, brief=code.brief, include=list(code.include), keywords=list(code.keywords),
            exclude=[f"{one.text} → {', '.join(one.goes_to)}" if one.goes_to else one.text for one in code.exclude],
        )
        for code in book.codes
    ]  # fmt: skip


def kinds(book: Codebook) -> list[KindOut]:
    """The codebook's kinds with their keys."""
    keys = {Kind.BARRIER: "b", Kind.RESEARCH_QUESTION: "r"}
    return [KindOut(id=Kind(kind.id), name=kind.name, key=keys.get(Kind(kind.id), "")) for kind in book.kinds]


def decision(found: Decision, *, holds: bool | None = None) -> DecisionOut:
    """One decision."""
    return DecisionOut(
        seq=found.seq, segment=found.segment, verdict=found.verdict, kind=found.kind, code=found.code,
        coder=found.coder, decided_at=found.decided_at, quote=found.quote, start=found.start, end=found.end,
        seconds=found.seconds, memo=found.memo, holds=holds,
    )  # fmt: skip


def card(found: Card) -> CardOut:
    """One card, without what is kept back."""
    item = found.segment
    return CardOut(
        segment=item.id, transcript=item.transcript, turn=item.turn, start=item.start, end=item.end, text=item.text,
        speaker=item.speaker, who=found.who, theme=found.theme.title if found.theme else "",
        suggestion=None if found.suggestion is None else _suggestion(found.suggestion, found),
        reason=found.reason, seen=found.seen,  # type: ignore[arg-type]  # one of three
        mine=[decision(one) for one in found.mine], others=[decision(one) for one in found.others],
        settled=decision(found.settled) if found.settled else None,
    )  # fmt: skip


def _suggestion(found: Suggestion, where: Card) -> SuggestionOut:
    ranked = [
        RankedOut(
            code=one.code,
            p=one.p,
            evidence=[
                EvidenceOut(source=e.source, text=e.text, place=where.places.get(e.ref, ""), similarity=e.similarity)
                for e in one.evidence
            ],
        )
        for one in found.ranked
    ]
    together = None if found.codes is None else list(found.codes)
    return SuggestionOut(
        kind=found.kind, kind_p=found.kind_p, ranked=ranked, together=together, abstained=found.abstained
    )
