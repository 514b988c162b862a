"""The map: segments in two dimensions, those that resemble one another mostly close together."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from themescout.candidates import NO_THEME
from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from themescout.project import Study
    from themescout.report.quotes import Quote
    from themescout.report.themes import Themes

    Places = Sequence[tuple[float, float]]

STAGE = "map"
VERSION = "3"  # raise it when the same vectors would get other places
DOTS = 3_000  # more cannot be told apart, and would make the page slow
_LEAST = 10  # dots of a theme drawn at least, where it has so many
_FEWEST = 3  # segments below which there is nothing to see

NO_VECTORS = (
    "There is no map, because the vectors that the themes were found with are not in the study any more. "
    "“themescout run” makes them again."
)
READING = (
    "Each mark is a segment. Those close together are mostly alike, so look at which marks are neighbours. The "
    "distances between groups, their sizes and the directions mean nothing, and themes were found in the vectors "
    "themselves, not in this picture."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A segment on the map: x and y in 0..1 (y downwards); `theme` is a number, -1 for none."""

    x: float
    y: float
    quote: Quote
    theme: int
    title: str
    exemplar: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The dots, those of no theme first, and of how many segments; or no dots, and why."""

    dots: tuple[Dot, ...] = ()
    total: int = 0
    vectors: str = ""
    seed: int = 0
    missing: str = ""

    @property
    def height(self) -> float:
        """Lowest place that is used, in 0..1: the map is as wide as it can be."""
        return max((dot.y for dot in self.dots), default=1.0)

    def middle(self, theme: int) -> tuple[float, float]:
        """The median place of a theme's dots, x and y in 0..1."""
        mine = [dot for dot in self.dots if dot.theme == theme]
        return _median([dot.x for dot in mine]), _median([dot.y for dot in mine])


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be drawn: dots without places, of `total` segments; the key of their vectors. Or none, and why."""

    dots: tuple[Dot, ...] = ()
    total: int = 0
    vectors: str = ""
    seed: int = 0
    missing: str = ""

    @property
    def ordered(self) -> tuple[Dot, ...]:
        """The dots by segment, in the order of their places: the same whatever themes they are in."""
        return tuple(sorted(self.dots, key=lambda dot: dot.quote.segment))

    @property
    def texts(self) -> tuple[str, ...]:
        """The words of each of `ordered`."""
        return tuple(dot.quote.text for dot in self.ordered)

    @property
    def fingerprint(self) -> str:
        """Hash of all that shapes the places."""
        return digest(VERSION, self.vectors, str(self.seed), *self.texts)

    def at(self, places: Places) -> Picture:
        """The picture, with a place for each of `ordered`."""
        found = {dot.quote.segment: place for dot, place in zip(self.ordered, places, strict=True)}
        there = [(dot, *found[dot.quote.segment]) for dot in self.dots]
        dots = tuple(replace(dot, x=x, y=y) for dot, x, y in there)
        return Picture(dots=dots, total=self.total, vectors=self.vectors, seed=self.seed)


def drawn(study: Study, found: Themes) -> Picture:
    """The map of the study's segments, from the vectors that its themes were found with; the study's seed."""
    plan = planned(study, found)
    if plan.missing:
        return Picture(missing=plan.missing)
    places = kept(study, plan)
    if places is None:
        try:
            places = computed(study.store.vectors.read(plan.texts, plan.vectors), plan.seed)
        except KeyError:
            return Picture(missing=NO_VECTORS)
        keep(study, plan, places)
    return plan.at(places)


def planned(study: Study, found: Themes) -> Plan:
    """What is drawn of the study's segments: all of them, or some of every theme where they are many."""
    key, seed = str(study.store.stages.record("themes").get("vectors", "")), study.settings.seed
    if not found.views:
        return Plan(missing="There is no map, because there are no themes to show on it.")
    everything = _segments(found)
    if len(everything) < _FEWEST:
        return Plan(missing=f"There is no map, because there are only {len(everything)} segments.")
    return Plan(dots=tuple(_chosen(everything, seed)), total=len(everything), vectors=key, seed=seed)


def again(found: Themes, before: Picture) -> Picture:
    """The same map with the themes as they are now: each segment stays where it was drawn."""
    places = {dot.quote.segment: (dot.x, dot.y) for dot in before.dots}
    there = [(dot, places.get(dot.quote.segment)) for dot in _segments(found)]
    dots = tuple(replace(dot, x=place[0], y=place[1]) for dot, place in there if place)
    return replace(before, dots=dots, total=len(there))


def kept(study: Study, plan: Plan) -> Places | None:
    """The places in the store, where nothing that shapes them has changed since."""
    if study.store.stages.fingerprint(STAGE) != plan.fingerprint:
        return None
    return [(x, y) for x, y in study.store.stages.record(STAGE)["places"]]


def keep(study: Study, plan: Plan, places: Places) -> None:
    """Store the places until something that shapes them changes."""
    study.store.stages.finish(STAGE, plan.fingerprint, {"places": [list(place) for place in places]})


def computed(x: NDArray[np.float32], seed: int) -> Places:
    """A place for each row of vectors, from 0 at the left and the top. Seconds of work for 3,000 rows."""
    from themescout.layout import layout  # noqa: PLC0415  # brings numpy, which a fresh report does without

    found = layout(x, seed=seed)
    return [(x, y) for x, y in (found - found.min(axis=0)).astype(float).round(4).tolist()]


def shortened(text: str, limit: int) -> str:
    """The text on one line; one longer than `limit` characters is cut between words and ends with an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    kept = line[: limit - 1]
    return f"{kept.rpartition(' ')[0] or kept} …"


def _segments(found: Themes) -> list[Dot]:
    """A dot without a place for each segment: those of no theme first, then the largest theme first."""
    made = [Dot(x=0, y=0, quote=item.quote, theme=NO_THEME, title="") for item in found.loose]
    for view in found.views:
        shown = set(view.theme.exemplars)
        made += [
            Dot(x=0, y=0, quote=quote, theme=view.theme.id, title=view.theme.title, exemplar=quote.segment in shown)
            for quote, _, _ in view.everything
        ]
    return made


def _chosen(dots: Sequence[Dot], seed: int) -> list[Dot]:
    """At most 3,000 of them in their order: all where they are so few, else exemplars, some of each theme, then any."""
    if len(dots) <= DOTS:
        return list(dots)
    order = list(range(len(dots)))
    random.Random(seed).shuffle(order)  # noqa: S311  # a sample, no secret
    order.sort(key=lambda i: not dots[i].exemplar)
    themes = {dot.theme for dot in dots}
    least = max(1, min(_LEAST, DOTS // len(themes)))
    counts = dict.fromkeys(themes, 0)
    first: list[int] = []
    rest: list[int] = []
    for i in order:
        (first if counts[dots[i].theme] < least else rest).append(i)
        counts[dots[i].theme] += 1
    return [dots[i] for i in sorted((first + rest)[:DOTS])]


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0
