"""The log of decisions about themes, of two copies.

A theme's number lasts in one copy; in two copies that went their own ways, one number may mean two themes, and one
theme may have two numbers. So decisions are known by what they say and what was seen, without numbers. Which number
here is which there follows from the decisions in both; else from the segments (`curation.match`); a theme that only
the other copy has, and whatever was decided about it, gets a number that was never given here.

What is decided about a theme holds for everybody, so here the later decision holds, whosoever it is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from themescout import curation
from themescout.candidates import NO_THEME, ThemeDecision, ThemeVerb
from themescout.pipeline.merging import entries
from themescout.pipeline.merging.results import Conflict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from themescout.candidates import FoundTheme
    from themescout.store import Store

    Matter = tuple[str, str]  # a theme or a segment, and what is decided about it

_STATUS = frozenset({ThemeVerb.KEEP, ThemeVerb.DISCARD, ThemeVerb.PROMOTE})
_PLACING = frozenset({ThemeVerb.SPLIT, ThemeVerb.MOVE})


def bring(
    store: Store, theirs: Sequence[ThemeDecision], found_there: Sequence[FoundTheme]
) -> tuple[tuple[ThemeDecision, ...], tuple[Conflict, ...], tuple[str, ...]]:
    """Add what of `theirs`, another copy's whole log, is not here.

    Returns what was added, what was decided in two ways, and a sentence on each theme that has another number here.
    `found_there` are the themes that were found last in the other copy. Must be inside `Store.transaction`.
    """
    here = store.theme_log.all()
    name, name_there = _named(here), _named(theirs)
    number = {one: seq for seq, one in name.items()}
    own = [d for d in theirs if name_there[d.seq] not in number]
    if not own:
        return (), (), ()
    numbers = _Numbers(store, here)
    entry = {name[d.seq]: d for d in here}
    for decision in theirs:
        if known := entry.get(name_there[decision.seq]):
            numbers.learn(decision, known)
    numbers.find(own, _members(theirs, found_there))
    added = []
    for decision in own:
        target = None if decision.undoes is None else number[name_there[decision.undoes]]
        added.append(store.theme_log.add(replace(numbers.translated(decision), undoes=target)))
        number[name_there[decision.seq]] = added[-1].seq
    common = set(name_there.values())
    mine = [d for d in here if name[d.seq] not in common]
    standing = [replace(numbers.translated(d), seq=d.seq) for d in curation.standing(theirs)]
    right = {matter: number[name_there[found[-1].seq]] for matter, found in _by_matter(standing).items()}
    return tuple(added), tuple(_settled(store, mine, added, right)), numbers.sentences(own)


def _named(log: Sequence[ThemeDecision]) -> Mapping[int, str]:
    return entries.named((d.seq, _content(d), d.undoes) for d in log)


def _content(d: ThemeDecision) -> str:
    """All that a decision says, without numbers of themes."""
    seen = sorted(entries.content(seen=value) for value in d.shown.values())
    return entries.content(
        verb=d.verb, nowhere=d.theme == NO_THEME, segments=d.segments, value=d.value, coder=d.coder, at=d.decided_at,
        memo=d.memo, seen=seen,
    )  # fmt: skip


def _members(log: Iterable[ThemeDecision], found: Iterable[FoundTheme]) -> dict[int, tuple[str, ...]]:
    """Segments of each theme that was ever decided about, as seen then, and of those found last."""
    known: dict[int, tuple[str, ...]] = {}
    for decision in log:
        known |= {int(number): tuple(seen.get("members", ())) for number, seen in decision.shown.items()}
        if decision.verb is ThemeVerb.SPLIT and decision.into is not None:
            known[decision.into] = decision.segments
    return known | {theme.id: theme.members for theme in found}


class _Numbers:
    """Which number here is which number there."""

    def __init__(self, store: Store, log: Sequence[ThemeDecision]) -> None:
        self._here = _members(log, store.found.all())
        self._made = {frozenset(d.segments): d.into for d in curation.standing(log) if d.verb is ThemeVerb.SPLIT}
        self._next = store.found.next_id()
        self._of: dict[int, int] = {}

    def learn(self, there: ThemeDecision, here: ThemeDecision) -> None:
        """Take the numbers from a decision that is in both."""
        self._same(there.theme, here.theme)
        if there.into is not None and here.into is not None:
            self._same(there.into, here.into)
        left = {entries.content(seen=seen): int(number) for number, seen in here.shown.items()}
        for number, seen in there.shown.items():
            if (mine := left.get(entries.content(seen=seen))) is not None:
                self._same(int(number), mine)

    def find(self, own: Sequence[ThemeDecision], there: Mapping[int, Collection[str]]) -> None:
        """Numbers for all the themes that decisions of the other copy's own are about."""
        made = set()
        for decision in own:
            if decision.verb is ThemeVerb.SPLIT and decision.into is not None and decision.into not in self._of:
                made.add(decision.into)
                same = self._made.get(frozenset(decision.segments))
                self._same(decision.into, self._free(decision.into) if same is None else same)
        names = sorted(there.keys() - made)
        matched, _ = curation.match(self._here, [there[number] for number in names], next_id=self._next)
        close = dict(zip(names, matched, strict=True))
        for number in sorted({n for d in own for n in _numbers(d)} - self._of.keys() - {NO_THEME}):
            guess = close.get(number, number)
            # One of which no segment is known can only be told by its number.
            known = guess in self._here or not there.get(number)
            self._same(number, guess if known and guess not in self._of.values() else self._free(number))

    def translated(self, decision: ThemeDecision) -> ThemeDecision:
        """The decision with the numbers of this copy."""
        return replace(
            decision,
            seq=0,
            theme=self._of.get(decision.theme, decision.theme),
            into=None if decision.into is None else self._of.get(decision.into, decision.into),
            shown={str(self._of.get(int(n), int(n))): seen for n, seen in decision.shown.items()},
        )

    def sentences(self, own: Sequence[ThemeDecision]) -> tuple[str, ...]:
        """A sentence on each theme of the other copy's own decisions that has another number here."""
        pairs = [(n, self._of.get(n, n)) for n in sorted({n for d in own for n in _numbers(d)})]
        return tuple(
            f"{curation.tag(there)} there is {curation.tag(here)} here." for there, here in pairs if there != here
        )

    def _same(self, there: int, here: int) -> None:
        if there not in self._of and NO_THEME not in {there, here}:
            self._of[there] = here

    def _free(self, wished: int) -> int:
        """A number that no theme here ever had: the wished one if that can be."""
        given = wished if wished >= self._next and wished not in self._of.values() else self._next
        self._next = max(self._next, given + 1)
        return given


def _numbers(decision: ThemeDecision) -> Iterator[int]:
    yield decision.theme
    if decision.into is not None:
        yield decision.into
    yield from map(int, decision.shown)


def _settled(
    store: Store, mine: Sequence[ThemeDecision], others: Sequence[ThemeDecision], right_there: Mapping[Matter, int]
) -> Iterator[Conflict]:
    """Make the later decision hold wherever something came about the same; what was decided in two ways.

    `right_there`: for everything that is decided in the other copy, the number here of the decision that holds there.
    """
    entry = {d.seq: d for d in curation.standing(store.theme_log.all())}
    whole, left = _by_matter(entry.values()), _by_matter([d for d in mine if d.seq in entry])
    against: dict[tuple[int, int], list[str]] = defaultdict(list)
    wanted: dict[Matter, ThemeDecision] = {}
    for matter in _by_matter([d for d in others if d.seq in entry]):
        if right_there.get(matter) not in entry:
            continue  # it was taken back here
        wanted[matter] = two = entry[right_there[matter]]
        if one := left.get(matter, [None])[-1]:
            wanted[matter] = max(one, two, key=_age)
            if _value(one, matter[1]) != _value(two, matter[1]):
                against[one.seq, two.seq].append(matter[0])
    _hold(store, whole, wanted)
    for (one_seq, two_seq), subjects in against.items():
        yield _conflict(entry[one_seq], entry[two_seq], subjects)


def _hold(
    store: Store, whole: Mapping[Matter, Sequence[ThemeDecision]], wanted: Mapping[Matter, ThemeDecision]
) -> None:
    """Take back what keeps the wanted decisions from holding; segments are put again where they should be."""
    back: set[int] = set()
    again: dict[int, list[str]] = defaultdict(list)
    for matter, decision in wanted.items():
        wrong = _wrong(whole[matter], decision, matter[1])
        if wrong and matter[1] == "place":
            again[decision.seq].append(matter[0])
        elif wrong:
            for one in [d for d in wrong if d.seq not in back]:
                back.add(one.seq)
                _take_back(store, one, decision.decided_at)
    entry = {d.seq: d for d in wanted.values()}
    for number, segments in again.items():
        _put_again(store, entry[number], segments)


def _wrong(found: Sequence[ThemeDecision], wanted: ThemeDecision, matter: str) -> list[ThemeDecision]:
    """The decisions that keep `wanted` from holding: later ones; of themes merged away, whichever are others."""
    value = _value(wanted, matter)
    if matter == "merged":
        return [d for d in found if _value(d, matter) != value]
    return [d for d in found if d.seq > wanted.seq] if _value(found[-1], matter) != value else []


def _by_matter(log: Iterable[ThemeDecision]) -> dict[Matter, list[ThemeDecision]]:
    """What each decision decides about: name, status, code or end of a theme, or the place of a segment; in order."""
    found: dict[Matter, list[ThemeDecision]] = defaultdict(list)
    for decision in log:
        if decision.verb is ThemeVerb.NAME:
            found[str(decision.theme), "name"].append(decision)
        if decision.verb in _STATUS:
            found[str(decision.theme), "status"].append(decision)
        if decision.verb in {ThemeVerb.TIE, ThemeVerb.PROMOTE}:
            found[str(decision.theme), "code"].append(decision)
        if decision.verb is ThemeVerb.MERGE:
            found[str(decision.theme), "merged"].append(decision)
        if decision.verb in _PLACING:
            for segment in decision.segments:
                found[segment, "place"].append(decision)
    return found


def _value(decision: ThemeDecision, matter: str) -> object:
    """What was decided."""
    if matter == "place":
        return decision.theme if decision.verb is ThemeVerb.MOVE else decision.into
    if matter == "merged":
        return decision.into
    return decision.verb if matter == "status" else decision.value


def _age(decision: ThemeDecision) -> tuple[str, str]:
    """Sorts by time; of two of one second the same is the later one in both copies."""
    return decision.decided_at, _content(decision)


def _take_back(store: Store, target: ThemeDecision, when: str) -> None:
    store.theme_log.add(
        ThemeDecision(
            verb=ThemeVerb.UNDO, theme=target.theme, coder=target.coder, decided_at=when, memo=entries.MEMO,
            undoes=target.seq,
        )
    )  # fmt: skip


def _put_again(store: Store, decision: ThemeDecision, segments: Sequence[str]) -> None:
    """Put segments again where they were put here: what came from the other copy moved them before that."""
    theme = decision.theme if decision.verb is ThemeVerb.MOVE else decision.into
    assert theme is not None, decision  # noqa: S101  # a split has a theme to split into
    store.theme_log.add(
        replace(
            decision, verb=ThemeVerb.MOVE, theme=theme, into=None, segments=tuple(segments), memo=entries.MEMO, seq=0
        )
    )


def _conflict(one: ThemeDecision, two: ThemeDecision, subjects: Sequence[str]) -> Conflict:
    title = next((seen.get("name") or seen.get("label", "") for seen in one.shown.values()), "")
    what = f"{len(subjects)} segment{'' if len(subjects) == 1 else 's'}"
    return Conflict(
        about="theme", what=what if one.verb in _PLACING else curation.tag(one.theme),
        coder=one.coder if one.coder == two.coder else f"{one.coder}, {two.coder}", where="", quote=title,
        here=curation.words(one), there=curation.words(two), here_at=one.decided_at, there_at=two.decided_at,
        holds="here" if _age(one) > _age(two) else "there",
    )  # fmt: skip
