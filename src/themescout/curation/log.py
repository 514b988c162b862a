"""The log of theme decisions: what holds now, what undo and redo take back, and each in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout.candidates import NO_THEME, ThemeDecision, ThemeStatus, ThemeVerb

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from themescout.candidates import Theme


def tag(number: int) -> str:
    """What people call the theme with that number: 0 is T1."""
    return f"T{number + 1}"


def standing(log: Iterable[ThemeDecision]) -> tuple[ThemeDecision, ...]:
    """The decisions that hold now, in order of `seq`: those that are neither undone nor an undo."""
    entries = sorted(log, key=lambda decision: decision.seq)
    undone = _undone(entries)
    return tuple(d for d in entries if d.verb is not ThemeVerb.UNDO and d.seq not in undone)


def last_undoable(log: Iterable[ThemeDecision], coder: str) -> ThemeDecision | None:
    """The newest decision of `coder` that holds; None if there is none."""
    return next((d for d in reversed(standing(log)) if d.coder == coder), None)


def last_undo(log: Iterable[ThemeDecision], coder: str) -> ThemeDecision | None:
    """The undo that a redo of `coder` would take back; a new decision leaves nothing to redo, as in any editor."""
    undos: list[ThemeDecision] = []
    for decision in sorted((d for d in log if d.coder == coder), key=lambda d: d.seq):
        if decision.verb is not ThemeVerb.UNDO:
            undos.clear()
        elif any(decision.undoes == undo.seq for undo in undos):
            undos = [undo for undo in undos if undo.seq != decision.undoes]
        else:
            undos.append(decision)
    return undos[-1] if undos else None


def words(decision: ThemeDecision) -> str:
    """What was decided, in words that follow "to": name T3 “Fuel”."""
    theme, count = tag(decision.theme), len(decision.segments)
    what = f"{count} segment{'' if count == 1 else 's'}"
    into = "" if decision.into is None else tag(decision.into)
    said = {
        ThemeVerb.NAME: f"name {theme} “{decision.value}”",
        ThemeVerb.MERGE: f"merge {theme} into {into}",
        ThemeVerb.SPLIT: f"split {what} off {theme} as {into}",
        ThemeVerb.MOVE: f"take {what} out" if decision.theme == NO_THEME else f"move {what} to {theme}",
        ThemeVerb.PROMOTE: f"promote {theme} to the code {decision.value}",
        ThemeVerb.TIE: f"tie {theme} to {decision.value}" if decision.value else f"untie {theme}",
        ThemeVerb.UNDO: f"take back decision {decision.undoes}",
    }
    return said.get(decision.verb, f"{decision.verb} {theme}")


def _undone(log: Sequence[ThemeDecision]) -> frozenset[int]:
    # An undo can itself be undone (redo), so walk backwards: a live undo kills its target.
    dead: set[int] = set()
    for decision in reversed(log):
        if decision.verb is ThemeVerb.UNDO and decision.seq not in dead and decision.undoes is not None:
            dead.add(decision.undoes)
    return frozenset(dead)


def live(themes: Sequence[Theme]) -> tuple[Theme, ...]:
    """The themes that a person has not discarded, largest first."""
    kept = [theme for theme in themes if theme.status is not ThemeStatus.DISCARDED]
    return tuple(sorted(kept, key=lambda theme: (-len(theme.members), theme.id)))
