"""What the terminal review shows, as a frozen value, and what it can ask for.

Nothing here reads or writes anything. `keys.press` answers a key; what it asks for (an `Effect`) is done by
`session`, which hands the outcome back through `decided`, `looking`, `undone`, `redone` or `reordered`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from themescout.review.arranging import Order
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from themescout.codebook import Codebook
    from themescout.review.service import Item
    from themescout.types import Decision, Ranked, Suggestion

LISTED = 5  # codes with a number key
PICKED = 9  # codes with a number key while one is looked for
KIND_KEYS: Mapping[str, Kind] = MappingProxyType({"b": Kind.BARRIER, "r": Kind.RESEARCH_QUESTION})
ORDERED: Mapping[Order, str] = MappingProxyType(
    {
        Order.THEME: "In order of themes.",
        Order.INTERVIEW: "In order of interviews.",
        Order.CODE: "In order of suggested codes, the surest first.",
        Order.INFORMATIVE: "Those first from which most is learned.",
        Order.SURE: "The surest suggestions first.",
        Order.SAMPLE: "A random sample of what has no suggestion.",
    }
)


class Mode(StrEnum):
    """What the keys mean at the moment."""

    DECIDE = "decide"
    PICK = "pick"
    KIND = "kind"
    MEMO = "memo"
    HELP = "help"


class Panel(StrEnum):
    """What is shown below the segment on demand."""

    NONE = ""
    EVIDENCE = "evidence"
    DEFINITION = "definition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """Store this decision about the segment that is shown."""

    verdict: Verdict
    kind: Kind | None = None
    code: str | None = None
    memo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Show the segment decided `back` segments ago (1 = the last one), to add a code to it or to look again."""

    back: int
    adding: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Take back the last decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redo:
    """Take back the last taking back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reorder:
    """Make the queue in another order."""

    order: Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Quit:
    """Leave."""


Effect = Decide | Look | Undo | Redo | Reorder | Quit


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A segment decided before, with what stands about it. `back` as in `Look`."""

    item: Item
    standing: tuple[Decision, ...]
    back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything the screen shows.

    Attributes:
        book: the codebook.
        todo: undecided segments; the first one is shown.
        past: ids of decided segments, latest decision last.
        decided: number of decided segments of the study.
        total: number of segments of the study.
        order: in which `todo` was made.
        later: ids of segments put aside.
        look: a decided segment that is shown instead of the first of `todo`.
        mode: what keys mean.
        adding: True where a code is added beside what stands.
        kind: chosen by key for the decision to come.
        code: chosen, while the kind is asked for.
        typed: the line being typed.
        row: highlighted row of the codes found.
        memos: by segment id, not stored yet.
        panel: what is shown on demand.
        panel_row: of the listed codes, for the definition.
        scroll: lines by which the middle of the screen is moved.
        message: one line for the person.
        leaving: True after the first of two presses of `q`.
    """

    book: Codebook
    todo: tuple[Item, ...]
    past: tuple[str, ...] = ()
    decided: int = 0
    total: int = 0
    order: Order = Order.THEME
    later: frozenset[str] = frozenset()
    look: Looked | None = None
    mode: Mode = Mode.DECIDE
    adding: bool = False
    kind: Kind | None = None
    code: str | None = None
    typed: str = ""
    row: int = 0
    memos: Mapping[str, str] = field(default_factory=dict)
    panel: Panel = Panel.NONE
    panel_row: int = 0
    scroll: int = 0
    message: str = ""
    leaving: bool = False

    @property
    def item(self) -> Item | None:
        """What is shown; None at the end of the queue."""
        if self.look:
            return self.look.item
        return self.todo[0] if self.todo else None

    @property
    def memo(self) -> str:
        """The memo for the segment that is shown."""
        return self.memos.get(self.item.segment.id, "") if self.item else ""

    @property
    def suggestion(self) -> Suggestion | None:
        """The suggestion for the segment that is shown."""
        return self.item.suggestion if self.item else None

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """Key to kind, for the kinds of the codebook that go with a code."""
        known = {kind.id for kind in self.book.kinds}
        return {key: kind for key, kind in KIND_KEYS.items() if kind in known}

    @property
    def listed(self) -> tuple[Ranked, ...]:
        """The suggested codes with number keys; codes that have left the codebook are not shown."""
        known = {code.id for code in self.book.codes}
        ranked = self.suggestion.ranked if self.suggestion else ()
        return tuple(item for item in ranked if item.code in known)[:LISTED]

    @property
    def says_neither(self) -> bool:
        """Whether the suggestion is that there is nothing to code."""
        return bool(self.book.kinds and self.suggestion and self.suggestion.kind is Kind.NEITHER)

    @property
    def kind_to_be(self) -> Kind | None:
        """The kind that a code chosen now would get; None where it has to be asked for."""
        kinds = tuple(self.kinds.values())
        before = [d.kind for d in self.look.standing if d.kind in kinds] if self.look else []
        suggested = self.suggestion.kind if self.suggestion and not self.suggestion.abstained else None
        only = kinds[0] if len(kinds) == 1 else None
        if self.kind:
            return self.kind
        if before:
            return before[0]
        return suggested if suggested in kinds else only

    @property
    def found(self) -> tuple[str, ...]:
        """Ids of the codes that fit what was typed, best first."""
        return find(self.book, self.typed)


def find(book: Codebook, typed: str) -> tuple[str, ...]:
    """Ids of the assignable codes in which every typed word occurs.

    Beginnings of words of id and name come first, then those two, the category, and what else the codebook says.
    """
    words = typed.casefold().split()
    ranks = []
    for place, code in enumerate(book.assignable):
        own = f"{code.id} {code.name}".casefold()
        category = book.code(book.topmost(code.id)).name.casefold()
        whole = " ".join((own, category, *code.keywords, code.definition, *code.include)).casefold()
        if all(word in whole for word in words):
            starts = sum(f" {word}" in f" {own.replace('-', ' ')}" for word in words)
            inside = sum((word in own) + (word in own or word in category) for word in words)
            ranks.append((-starts, -inside, place, code.id))
    return tuple(code for *_, code in sorted(ranks))


def decided(state: State, decision: Decision) -> State:
    """After a decision was stored: the next segment."""
    first = bool(state.todo) and state.todo[0].segment.id == decision.segment
    return replace(
        fresh_start(state),
        todo=state.todo[1:] if first else state.todo,
        decided=state.decided + first,
        past=(*(name for name in state.past if name != decision.segment), decision.segment),
        later=state.later - {decision.segment},
        memos={name: memo for name, memo in state.memos.items() if name != decision.segment},
        message=f"Stored: {said(state.book, decision)}",
    )


def looking(state: State, looked: Looked, *, adding: bool = False) -> State:
    """After a decided segment was fetched: it is shown again."""
    state = replace(fresh_start(state), look=looked)
    if not adding:
        return state
    if not any(d.code or (d.kind and d.kind is not Kind.NEITHER) for d in looked.standing):
        return replace(state, message="Nothing is coded here, so nothing can be added. Decide anew, or Esc.")
    return replace(state, mode=Mode.PICK, adding=True)


def undone(state: State, item: Item, message: str) -> State:
    """After the only decision about a segment was taken back: it is shown, to be decided anew."""
    return replace(
        fresh_start(state),
        todo=(item, *(other for other in state.todo if other.segment.id != item.segment.id)),
        decided=state.decided - (item.segment.id in state.past),
        past=tuple(name for name in state.past if name != item.segment.id),
        later=state.later - {item.segment.id},
        message=message,
    )


def redone(state: State, segment: str, message: str) -> State:
    """After a decision about `segment` holds again: it is behind, what was shown comes next."""
    todo = tuple(item for item in state.todo if item.segment.id != segment)
    past = (*(name for name in state.past if name != segment), segment)
    return replace(
        fresh_start(state),
        todo=todo,
        decided=state.decided + len(state.todo) - len(todo),
        past=past,
        later=state.later - {segment},
        message=message,
    )


def reordered(state: State, fresh: State) -> State:
    """After the queue was made in another order: what only this sitting knows is kept."""
    return replace(fresh, later=state.later, memos=state.memos, message=ORDERED[fresh.order])


def said(book: Codebook, decision: Decision) -> str:
    """A decision in words."""
    names = {kind.id: kind.name for kind in book.kinds}
    if decision.verdict is Verdict.UNSURE:
        return "unsure"
    if decision.verdict is Verdict.REJECT or (decision.kind is Kind.NEITHER and not decision.code):
        return "nothing to code"
    code = book.code(decision.code).name if decision.code and book.has(decision.code) else decision.code
    kind = names.get(decision.kind, decision.kind).lower() if decision.kind else ""
    return " · ".join(part for part in (kind, code) if part)


def fresh_start(state: State) -> State:
    """The state with nothing begun: no code, kind, line or panel; the first undecided segment is shown."""
    return replace(
        state, look=None, mode=Mode.DECIDE, adding=False, kind=None, code=None, typed="", row=0, panel=Panel.NONE,
        panel_row=0, scroll=0, message="", leaving=False,
    )  # fmt: skip


def window(state: State) -> tuple[int, int]:
    """First and past-last place of the codes found that are on the screen, the highlighted one among them."""
    first = max(0, min(state.row - PICKED // 2, len(state.found) - PICKED))
    return first, min(first + PICKED, len(state.found))
