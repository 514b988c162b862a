"""The view of progress: how far, when to stop, what is new, and what suggestions do to people."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Annotated, Any
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Query, Request, Response

from themescout import project
from themescout.review.desk import Desk
from themescout.review.progress.heard import Rule
from themescout.review.progress.influence import CAUTION
from themescout.review.progress.material import gather
from themescout.review.progress.overview import Progress, Stops, may_stop, progress
from themescout.review.progress.timing import duration
from themescout.web.asking import PROBLEMS, At, Who
from themescout.web.pages import page
from themescout.web.views.progress.figures import figures

router = APIRouter(responses=PROBLEMS)
_KEPT = 16  # results of one desk that are remembered
Of = Annotated[str, Query(max_length=200, description="whose decisions are counted; empty for everybody's")]
Base = Annotated[int, Query(ge=1, le=100, description="interviews in the base")]
Run = Annotated[int, Query(ge=1, le=100, description="interviews in a run")]
Threshold = Annotated[int, Query(ge=0, le=100, description="largest share of new codes, in per cent")]


@router.get("/progress", include_in_schema=False)
def view(
    request: Request, desk: At, coder: Who, of: Of = "", base: Base = 4, run: Run = 2, threshold: Threshold = 5
) -> Response:
    """The page."""
    found = _progress(desk, coder, of, Rule(base=base, run=run, threshold=threshold / 100))
    return page(
        request, "progress.html.j2", found=found, charts=figures(found), caution=CAUTION, duration=duration,
        names={code.id: code.name for code in desk.book.codes}, everybody=_coders(desk, coder),
        rule={"base": base, "run": run, "threshold": threshold}, percent=_percent, points=_points,
    )  # fmt: skip


@router.get("/api/progress")
def numbers(desk: At, coder: Who, of: Of = "", base: Base = 4, run: Run = 2, threshold: Threshold = 5) -> Progress:
    """The numbers of the page. One who works independently gets their own decisions, and nothing about suggestions."""
    return _progress(desk, coder, of, Rule(base=base, run=run, threshold=threshold / 100))


class _Remembered:
    """What was computed for one desk; it is computed anew once something was decided."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.found: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

    def keep(self, key: tuple[Any, ...], value: Any) -> None:
        self.found[key] = value
        while len(self.found) > _KEPT:
            self.found.popitem(last=False)


_remembered: WeakKeyDictionary[Desk, _Remembered] = WeakKeyDictionary()


def _progress(desk: Desk, coder: str, of: str, rule: Rule) -> Progress:
    """The numbers for one coder, computed once for each state of the log."""
    memory = _remembered.setdefault(desk, _Remembered())
    independent = desk.preferences(coder).independent
    with memory.lock:  # not the desk's: whoever decides meanwhile does not wait
        everything = desk.log()
        newest = everything[-1].seq if everything else 0
        key = (newest, coder, of, rule, independent, desk.book.sha256)
        if key not in memory.found:
            visible = desk.visible(coder)
            log = None if len(visible) == len(everything) else visible
            with project.open_study(desk.study.folder) as study:  # nobody at the desk has to wait for it
                material = gather(study, desk.book, items=desk.items, log=log, everything=everything)
            stops = None if independent else _stops(desk, memory, newest)
            of = coder if independent else of
            memory.keep(key, progress(material, rule, coder=of, independent=independent, stops=stops))
        found: Progress = memory.found[key]
        return found


def _stops(desk: Desk, memory: _Remembered, newest: int) -> Stops:
    """Everybody's decisions, as `themescout enough` has them."""
    key = ("stops", newest, desk.book.sha256)
    if key not in memory.found:
        with project.open_study(desk.study.folder) as study:
            memory.keep(key, may_stop(study, {code.id: code.name for code in desk.book.codes}))
    found: Stops = memory.found[key]
    return found


def _coders(desk: Desk, coder: str) -> list[str]:
    """Whose figures may be looked at."""
    return [] if desk.preferences(coder).independent else sorted({*desk.coders(), coder})


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def _points(ends: tuple[float, float] | None) -> str:
    """The ends of a difference of shares in points."""
    return "–" if ends is None else " to ".join(f"{100 * end:+.0f}".replace("-", "−") for end in ends)
