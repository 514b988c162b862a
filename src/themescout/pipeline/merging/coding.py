"""The log of decisions about segments, of two copies.

What only the other has is added behind what is here, in its order, undo and redo pointing at the same decisions as
before. That alone settles what different people said, and what one person said in one of the copies. Where one person
decided on one segment in both, the copy in which they did so last is right about that segment, unless they only added
codes in both: then all of these stand. A decision that holds no longer is taken back by an undo of its own coder's,
with a memo that says why; its time is that of the decision that holds, so that the entry is the same in both copies.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from themescout import decisions
from themescout.pipeline.merging import entries
from themescout.pipeline.merging.results import Conflict
from themescout.text import digest
from themescout.types import Decision, Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from themescout.store import Store

    Place = tuple[str, str | None]  # a segment and a coder, None for what was settled for everybody


@dataclass(frozen=True, slots=True)
class _Side:
    """What one copy says about one place: what holds there, by name, and when it was decided last.

    The time has a hash beside it, so that of two decisions in one second the same is the later one in both copies.
    """

    held: Mapping[str, Decision]
    last: tuple[str, str]


def bring(
    store: Store, theirs: Sequence[Decision], moved: Collection[int] = frozenset()
) -> tuple[tuple[Decision, ...], tuple[Conflict, ...]]:
    """Add what of `theirs`, another copy's whole log, is not here; return it, and what was decided in two ways.

    `moved`: numbers there of decisions whose transcript or segment is called otherwise here. Must be inside
    `Store.transaction`.
    """
    here = store.decisions.all()
    log = _Log(store, here, theirs, moved)
    common = log.names_here & log.names_there
    added = log.add()
    own_here = [d for d in here if log.name[d.seq] not in common]
    return added, tuple(_settled(log, own_here, added, common))


class _Log:
    """The log here while that of the other comes in. `name` has the name of each number here."""

    def __init__(
        self, store: Store, here: Sequence[Decision], theirs: Sequence[Decision], moved: Collection[int]
    ) -> None:
        self._store, self.theirs = store, theirs
        self.name = dict(_named(here))
        self.name_there = _named(theirs, moved)
        self.names_here, self.names_there = set(self.name.values()), set(self.name_there.values())
        self.number = {name: number for number, name in self.name.items()}
        self.entry = {d.seq: d for d in here}
        self.entry_there = {d.seq: d for d in theirs}

    def add(self) -> tuple[Decision, ...]:
        """Add what is not here."""
        added = []
        for decision in self.theirs:
            name = self.name_there[decision.seq]
            if name in self.number:
                continue
            target = None if decision.undoes is None else self.number[self.name_there[decision.undoes]]
            added.append(self._store.decisions.add(replace(decision, seq=0, undoes=target)))
            self._know(added[-1], name)
        return tuple(added)

    def take_back(self, target: Decision, when: str) -> Decision:
        """Add an undo of `target`, which is the same wherever this is done."""
        tries = 0
        while self._store.decisions.with_key(key := self._key(target, tries)):
            tries += 1
        made = self._store.decisions.add(
            Decision(
                segment=target.segment, verdict=Verdict.UNDO, kind=None, code=None, coder=target.coder,
                decided_at=when, transcript=target.transcript, start=target.start, end=target.end,
                quote=target.quote, memo=entries.MEMO, undoes=target.seq, key=key,
            )
        )  # fmt: skip
        named = entries.named([(target.seq, "", None), (made.seq, _content(made), target.seq)])
        self._know(made, named[made.seq])
        return made

    def _key(self, target: Decision, tries: int) -> str:
        return entries.OURS + digest(self.name[target.seq], str(tries))

    def _know(self, decision: Decision, name: str) -> None:
        self.name[decision.seq], self.number[name], self.entry[decision.seq] = name, decision.seq, decision


def _named(log: Sequence[Decision], moved: Collection[int] = frozenset()) -> Mapping[int, str]:
    return entries.named(((d.seq, _content(d), d.undoes) for d in log), moved)


def _content(d: Decision) -> str:
    """What makes an entry itself: its key, and where the entry belongs, else all that it says."""
    if d.key:
        return entries.content(key=entries.sent_key(d.key), transcript=d.transcript, segment=d.segment)
    return entries.content(
        segment=d.segment, verdict=d.verdict, kind=d.kind, code=d.code, coder=d.coder, at=d.decided_at,
        transcript=d.transcript, start=d.start, end=d.end, quote=d.quote, seconds=d.seconds, shown=dict(d.shown),
        memo=d.memo,
    )  # fmt: skip


def _settled(
    log: _Log, own_here: Sequence[Decision], own_there: Sequence[Decision], common: set[str]
) -> Iterator[Conflict]:
    """Make the right side hold wherever something came to a coder's decisions on a segment; the conflicts."""
    mine, others = _by_place(own_here, log.entry), _by_place(own_there, log.entry)
    whole, there = _by_place(log.entry.values(), log.entry), _by_place(log.theirs, log.entry_there)
    for place in others:
        before = [d for d in whole[place] if log.name[d.seq] in common]
        base = {log.name[d.seq] for d in decisions.standing(before)}
        one = _side(sorted([*before, *mine.get(place, ())], key=_seq), log.name, common)
        two = _side(there[place], log.name_there, common)
        held, against = _right(base, one, two)
        when = max(one.last, two.last)[0] or whole[place][-1].decided_at
        _hold(log, whole[place], {log.number[name] for name in held}, when)
        if against and _said(one) != _said(two):
            yield _conflict(place, others[place][-1], one, two)


def _side(log: Sequence[Decision], name: Mapping[int, str], common: set[str]) -> _Side:
    """What a copy says about one place; `log` has its entries about it, in order."""
    entry, gone = {d.seq: d for d in log}, decisions.undone(log)
    # A decision that was taken back again, and the taking back, is nothing new, whenever that was.
    idle = {d.seq for d in log if d.seq in gone and name[d.seq] not in common}
    new = [
        d
        for d in log
        if name[d.seq] not in common and not d.key.startswith(entries.OURS) and _root(d, entry).seq not in idle
    ]
    last = max((d.decided_at for d in new), default=""), digest(*sorted(name[d.seq] for d in new))
    return _Side({name[d.seq]: d for d in decisions.standing(log)}, last)


def _right(base: set[str], one: _Side, two: _Side) -> tuple[Iterable[str], bool]:
    """The names of what should hold, and whether the two sides are against each other; `base`: what held before."""
    if one.held.keys() == base or two.held.keys() == base:
        return (two if one.held.keys() == base else one).held, False
    new = {name: d for side in (one, two) for name, d in side.held.items() if name not in base}
    if base <= one.held.keys() & two.held.keys() and all(d.verdict is Verdict.ADD for d in new.values()):
        once = {(one.held[name].kind, one.held[name].code): name for name in sorted(base)}
        for name in sorted(new, key=lambda name: (new[name].decided_at, name)):
            once.setdefault((new[name].kind, new[name].code), name)
        return base | set(once.values()), False
    return (one if one.last > two.last else two).held, True


def _hold(log: _Log, place: Sequence[Decision], wanted: set[int], when: str) -> None:
    """Take back what holds at a place and is not wanted, and what takes back what is."""
    known = list(place)
    while True:
        gone = decisions.undone(known)
        wrong = [d for d in known if d.verdict is Verdict.UNDO and d.undoes in wanted and d.seq not in gone]
        wrong += [d for d in decisions.standing(known) if d.seq not in wanted]
        if not wrong:
            return
        known += [log.take_back(decision, when) for decision in wrong]


def _by_place(log: Iterable[Decision], entry: Mapping[int, Decision]) -> dict[Place, list[Decision]]:
    """The entries about each segment of each coder, in order; `entry` has what undos take back, by number."""
    found: dict[Place, list[Decision]] = defaultdict(list)
    for decision in log:
        root = _root(decision, entry)
        found[root.segment, None if root.verdict is Verdict.SETTLE else root.coder].append(decision)
    return found


def _seq(decision: Decision) -> int:
    return decision.seq


def _root(decision: Decision, entry: Mapping[int, Decision]) -> Decision:
    """What a decision is about in the end: of an undo or a redo, what was taken back first."""
    while decision.verdict is Verdict.UNDO and decision.undoes is not None:
        decision = entry[decision.undoes]
    return decision


def _conflict(place: Place, about: Decision, one: _Side, two: _Side) -> Conflict:
    coder = place[1] or ", ".join(sorted({d.coder for side in (one, two) for d in side.held.values()}))
    return Conflict(
        about="segment", what=place[0], coder=coder, where=about.transcript, quote=about.quote,
        here=_said(one), there=_said(two), here_at=one.last[0], there_at=two.last[0],
        holds="here" if one.last > two.last else "there",
    )  # fmt: skip


def _said(side: _Side) -> str:
    """What holds on a side, in words."""
    parts = [_words(decision) for decision in side.held.values()]
    return "; ".join(sorted(part for part in parts if part)) or "taken back"


def _words(decision: Decision) -> str:
    if decision.verdict is Verdict.UNSURE:
        return "unsure"
    given = decisions.labels([decision])
    if all(label.code is None and label.kind in {None, Kind.NEITHER} for label in given):
        return "nothing to code"
    return " and ".join(" ".join(filter(None, (label.code, label.kind and label.kind.value))) for label in given)
