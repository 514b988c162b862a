"""A comparison as people see it while they code: made once, counted anew after each decision, as each may see it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from themescout import decisions, project
from themescout.comparison import service, waves
from themescout.comparison.service import Seen
from themescout.errors import ComparisonError
from themescout.review.results.kept import kept, seen_by
from themescout.review.results.tables import undrawn, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from themescout.comparison.model import Comparison, Placed
    from themescout.comparison.waves import Sides
    from themescout.project import Study
    from themescout.review.desk import Desk
    from themescout.types import Decision, Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A comparison, or why there is none.

    Attributes:
        waves: of the study, in order of import; "" for interviews that were added without one.
        wave: the one that is compared with the others; None where there is nothing to compare.
        comparison: as far as the coder may see it; None where it was not made.
        trouble: what stands in the way of making it; None where nothing does.
        here: it can be made from here: all that it needs is stored.
        making: who is having it made just now, "" for nobody.
        independent: only the coder's own decisions are counted, and nothing of the machine's is shown.
        kept_back: some decisions of others are not counted, because the coder is to decide the same segments first.
    """

    waves: tuple[str, ...]
    wave: str | None = None
    comparison: Comparison | None = None
    trouble: ComparisonError | None = None
    here: bool = False
    making: str = ""
    independent: bool = False
    kept_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Novel:
    """A novel segment as it is laid before a coder.

    Attributes:
        placed: what the machine says of it.
        suggestion: codes for it; None where there are none, or where the coder is to decide without.
        held: decisions about it that hold and that the coder may see, in order.
        there: the review knows the segment, so that it can be decided.
    """

    placed: Placed
    suggestion: Suggestion | None
    held: tuple[Decision, ...]
    there: bool


def shown(desk: Desk, coder: str, wave: str | None = None) -> Shown:
    """The comparison of `wave` with the rest of the study; without a name, of the wave that was added last.

    Raises:
        ComparisonError: there is no such wave.
    """
    with desk.held() as study:
        known = waves.names(study)
        if wave is not None and wave not in known:
            waves.check(study, wave)  # says which there are
    if not known:
        return Shown(waves=known)
    chosen = known[-1] if wave is None else wave
    independent = desk.preferences(coder).independent
    _, _, count = seen_by(desk, coder)
    found = Shown(
        waves=known, wave=chosen, comparison=_compared(desk, coder, chosen), making=_at_work(desk).get(chosen, ""),
        independent=independent, kept_back=not independent and count < len(desk.log()),
    )  # fmt: skip
    if found.comparison:
        return found
    return _possible(desk, found) if len(known) > 1 else replace(found, wave=None)


def novel(desk: Desk, coder: str, placed: tuple[Placed, ...]) -> tuple[Novel, ...]:
    """Those segments with what is suggested and decided, as far as `coder` may see it."""
    names = {one.quote.segment for one in placed}
    said = desk.shown(coder, [name for name in names if name in desk.items])
    held = decisions.standing(d for d in desk.visible(coder) if d.segment in names)
    return tuple(
        Novel(
            placed=one,
            suggestion=said.get(one.quote.segment),
            held=tuple(d for d in held if d.segment == one.quote.segment),
            there=one.quote.segment in desk.items,
        )
        for one in placed
    )


def make(desk: Desk, coder: str, wave: str) -> Comparison:
    """Have the comparison of `wave` made; it is stored when this returns. Nobody's next segment waits for that.

    Raises:
        AccessError: the review is for reading only.
        ComparisonError: it is being made, or cannot be.
    """
    with desk.held(writing=True) as study:
        if wave not in waves.names(study):
            waves.check(study, wave)  # says which there are
    with _working(desk, coder, wave), project.open_study(desk.study.folder) as study:
        return service.compare(study, wave)


_making: WeakKeyDictionary[Desk, dict[str, str]] = WeakKeyDictionary()
_lock = threading.Lock()


def _at_work(desk: Desk) -> Mapping[str, str]:
    """Wave to the coder for whom it is being compared."""
    with _lock:
        return dict(_making.get(desk, {}))


@contextmanager
def _working(desk: Desk, coder: str, wave: str) -> Iterator[None]:
    with _lock:
        now = _making.setdefault(desk, {})
        if now:
            raise ComparisonError("A comparison is being made already.", "It will be here in a moment.")
        now[wave] = coder
    try:
        yield
    finally:
        with _lock:
            now.pop(wave, None)


def _compared(desk: Desk, coder: str, wave: str) -> Comparison | None:
    """The comparison as it stands. Worked out anew only where something has changed."""
    independent = desk.preferences(coder).independent
    who, newest, count = seen_by(desk, coder)
    with desk.held() as study:
        version, decided = study.store.version, study.store.theme_log.count()
        people = written(desk)
    rests_on = (newest, count, independent, version, decided, people, desk.book)
    return kept(desk, ("comparison", who, wave), rests_on, lambda: _read(desk, coder, wave, version))


def _read(desk: Desk, coder: str, wave: str, version: int) -> Comparison | None:
    """Read through a connection of its own, so that nobody's next segment waits."""
    independent = desk.preferences(coder).independent
    said: Mapping[str, Suggestion] = {}
    if not independent:
        said = kept(desk, "all suggestions", version, lambda: undrawn(desk, brief=False))
    with project.open_study(desk.study.folder) as study:
        try:
            found = service.read(study, wave, seen=Seen(log=desk.visible(coder), suggestions=said))
        except ComparisonError:  # why, is found out where somebody wants it made
            return None
    return _alone(found) if found and independent else found


def _alone(found: Comparison) -> Comparison:
    """Without all that the machine says of segments and themes."""
    return replace(
        found, placed=(), candidates=(), meanings=(), points=(),
        rows=tuple(replace(row, looked_at=()) for row in found.rows if row.level != "theme"),
        baseline=tuple(replace(one, looked_at=()) for one in found.baseline),
    )  # fmt: skip


def _possible(desk: Desk, found: Shown) -> Shown:
    """With what stands in the way of making it, and whether that can be done from here."""
    with desk.held() as study:
        try:
            sides = waves.split(study, found.wave or "")
        except ComparisonError as error:
            return replace(found, trouble=error)
        return replace(found, here=not desk.read_only and _prepared(desk, study, sides))


def _prepared(desk: Desk, study: Study, sides: Sides) -> bool:
    """The review knows all segments, themes were found, and the new segments have vectors of the same model."""
    model = str(study.store.stages.record("themes").get("vectors", ""))
    if not model or sides.pair is None:
        return False
    if any(item.id not in desk.items for side in (sides.pair.old, sides.pair.new) for item in side.items):
        return False
    return not study.store.vectors.missing([item.text for item in sides.new.items], model)
