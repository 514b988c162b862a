"""Decisions replayed over what the machine found last."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from themescout.candidates import NO_THEME, FoundTheme, Loose, Reason, ThemeDecision, ThemeStatus, ThemeVerb
from themescout.curation.log import standing, tag, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

_STATUS = {
    ThemeVerb.KEEP: ThemeStatus.KEPT,
    ThemeVerb.DISCARD: ThemeStatus.DISCARDED,
    ThemeVerb.PROMOTE: ThemeStatus.PROMOTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CuratedGroup:
    """A theme after a person's decisions, not yet described.

    Attributes:
        id: number from 0.
        members: segment ids, strongest first; never empty.
        strengths: in 0..1, same order; 1 for a segment that a person put there.
        found_in: number of runs in which it was found; 0 for a theme that only a person made.
        parts: segment ids of each sub-theme, largest first; none or at least two.
        name: the person's, else "".
        status: where it stands with the person.
        tied: id of a code, else "".
        merged: numbers of the themes that it took in.
        made: True where only a person made it, by splitting another.
    """

    id: int
    members: tuple[str, ...]
    strengths: tuple[float, ...]
    found_in: int
    parts: tuple[tuple[str, ...], ...] = ()
    name: str = ""
    status: ThemeStatus = ThemeStatus.CANDIDATE
    tied: str = ""
    merged: tuple[int, ...] = ()
    made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Curated:
    """Themes by number, discarded ones too, the segments in none, and the decisions that do not apply now, in words.

    Every segment is in exactly one theme or in `loose`.
    """

    themes: tuple[CuratedGroup, ...]
    loose: tuple[Loose, ...]
    notes: tuple[str, ...]


def curate(
    found: Sequence[FoundTheme], loose: Sequence[Loose], log: Iterable[ThemeDecision], *, segments: Collection[str]
) -> Curated:
    """The themes that `log` makes of those that were found, in order of number.

    Args:
        found: themes of the last run.
        loose: segments that the last run left out.
        log: the whole log; only what stands is replayed.
        segments: ids of the segments that still exist; others are left out.
    """
    replay = _Replay(found, loose, frozenset(segments))
    for decision in standing(log):
        replay.apply(decision)
    return replay.outcome()


@dataclass(slots=True)
class _Group:
    """A theme during replay. Not `there`: only spoken of, because it was not found again or was merged away."""

    id: int
    strengths: dict[str, float] = field(default_factory=dict)
    found_in: int = 0
    parts: tuple[tuple[str, ...], ...] = ()
    there: bool = False
    made: bool = False
    name: str = ""
    status: ThemeStatus = ThemeStatus.CANDIDATE
    tied: str = ""
    merged: tuple[int, ...] = ()

    def frozen(self) -> CuratedGroup:
        order = sorted(self.strengths, key=lambda name: -self.strengths[name])
        left = [tuple(name for name in part if name in self.strengths) for part in self.parts]
        parts = sorted((part for part in left if part), key=len, reverse=True)
        return CuratedGroup(
            id=self.id, members=tuple(order), strengths=tuple(self.strengths[name] for name in order),
            found_in=self.found_in, parts=tuple(parts) if len(parts) > 1 else (), name=self.name, status=self.status,
            tied=self.tied, merged=self.merged, made=self.made,
        )  # fmt: skip


class _Replay:
    """Decisions one after the other; `home` says where each segment is."""

    def __init__(self, found: Sequence[FoundTheme], loose: Sequence[Loose], segments: frozenset[str]) -> None:
        self.groups: dict[int, _Group] = {}
        self.into: dict[int, int] = {}
        self.loose = {item.segment: item for item in loose if item.segment in segments}
        self.home = dict.fromkeys(self.loose, NO_THEME)
        self.waiting: list[tuple[int, ThemeDecision, str]] = []
        for theme in found:
            strengths = {n: s for n, s in zip(theme.members, theme.strengths, strict=True) if n in segments}
            self.groups[theme.id] = _Group(theme.id, strengths, theme.found_in, theme.parts, there=True)
            self.home |= dict.fromkeys(strengths, theme.id)

    def apply(self, decision: ThemeDecision) -> None:
        if decision.verb is ThemeVerb.MERGE:
            self._merge(decision)
        elif decision.verb is ThemeVerb.SPLIT:
            self._split(decision)
        elif decision.verb is ThemeVerb.MOVE:
            self._move(decision)
        else:
            self._mark(decision)

    def outcome(self) -> Curated:
        themes = tuple(group.frozen() for _, group in sorted(self.groups.items()) if group.strengths)
        there = {theme.id for theme in themes}
        loose = []
        for item in self.loose.values():
            nearest = self._end(item.nearest)
            loose.append(replace(item, nearest=nearest if nearest in there else NO_THEME))
        notes = tuple(_note(decision, why) for number, decision, why in self.waiting if number not in there)
        return Curated(themes=themes, loose=tuple(loose), notes=notes)

    def _mark(self, decision: ThemeDecision) -> None:
        # A theme that is not there is marked all the same: a later merge may bring its number back.
        group = self._group(decision.theme)
        if not group.strengths:
            self._wait(decision, decision.theme)
        if decision.verb is ThemeVerb.NAME:
            group.name = decision.value
        else:
            group.status = _STATUS.get(decision.verb, group.status)
        if decision.verb in {ThemeVerb.TIE, ThemeVerb.PROMOTE}:
            group.tied = decision.value

    def _merge(self, decision: ThemeDecision) -> None:
        source, target = self._group(decision.theme), self._group(self._end(_into(decision)))
        if source is target:
            return
        # What the person called it lives on, also where the machine found only the other of the two, or both as one.
        target.name = target.name or source.name
        if not target.tied:
            target.tied = source.tied
            if target.status is ThemeStatus.CANDIDATE and source.status is not ThemeStatus.DISCARDED:
                target.status = source.status
        if source.strengths:
            self._join(source, target)
        else:
            self._wait(decision, source.id)

    def _join(self, source: _Group, target: _Group) -> None:
        if not target.strengths:
            # Both are one theme to the person: whichever was found again, it goes by the target's number.
            target.found_in, target.there = max(source.found_in, target.found_in), True
        target.parts = (*_parts(target), *_parts(source))
        target.merged = (*target.merged, source.id, *source.merged)
        target.strengths |= source.strengths
        self.home |= dict.fromkeys(source.strengths, target.id)
        source.strengths, source.parts, source.merged = {}, (), ()
        self.into[source.id] = target.id

    def _split(self, decision: ThemeDecision) -> None:
        # Wherever the segments are now: that they belong together is what the person said.
        target = self._group(self._end(_into(decision)))
        names = self._known(decision)
        if names and not target.there:
            target.there = target.made = True
        self._put(names, target)

    def _move(self, decision: ThemeDecision) -> None:
        names = self._known(decision)
        if decision.theme == NO_THEME:
            self._take_out(names)
            return
        target = self._group(self._end(decision.theme))
        if target.there:
            self._put(names, target)
        else:
            self._wait(decision, decision.theme)

    def _put(self, names: Sequence[str], target: _Group) -> None:
        for name in names:
            if self.home[name] == NO_THEME:
                del self.loose[name]
            else:
                del self.groups[self.home[name]].strengths[name]
            target.strengths[name] = 1.0
            self.home[name] = target.id

    def _take_out(self, names: Sequence[str]) -> None:
        for name in names:
            came = self.home[name]
            if came == NO_THEME:
                self.loose[name] = replace(self.loose[name], reason=Reason.TAKEN_OUT)
                continue
            strength = self.groups[came].strengths.pop(name)
            self.loose[name] = Loose(segment=name, nearest=came, strength=strength, reason=Reason.TAKEN_OUT)
            self.home[name] = NO_THEME

    def _known(self, decision: ThemeDecision) -> tuple[str, ...]:
        there = tuple(name for name in dict.fromkeys(decision.segments) if name in self.home)
        if gone := len(set(decision.segments)) - len(there):
            why = f"{gone} of its {len(set(decision.segments))} segments are not there"
            self.waiting.append((NO_THEME, decision, why))
        return there

    def _wait(self, decision: ThemeDecision, number: int) -> None:
        merged = self.into.get(number)
        group = self.groups.get(number)
        why = f"{tag(number)} was not found again"
        if merged is not None:
            why = f"{tag(number)} was merged into {tag(merged)}"
        elif group and group.there:
            why = f"{tag(number)} has no segments left"
        self.waiting.append((number, decision, why))

    def _group(self, number: int) -> _Group:
        return self.groups.setdefault(number, _Group(number))

    def _end(self, number: int) -> int:
        """The theme that `number` is part of now."""
        seen = {number}
        while (following := self.into.get(number, number)) not in seen:
            number = following
            seen.add(number)
        return number


def _into(decision: ThemeDecision) -> int:
    if decision.into is None:
        raise ValueError(f"decision {decision.seq}: {decision.verb} without a theme to {decision.verb} into")
    return decision.into


def _parts(group: _Group) -> tuple[tuple[str, ...], ...]:
    """The sub-themes; a theme without any is one itself."""
    return group.parts or ((tuple(group.strengths),) if group.strengths else ())


def _note(decision: ThemeDecision, why: str) -> str:
    return f"{decision.coder}'s decision to {words(decision)} ({decision.decided_at[:10]}) does not apply now: {why}."
