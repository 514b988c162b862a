"""The map: segments in two dimensions, those that resemble one another mostly close together."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from themescout.candidates import NO_THEME
from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.project import Study
    from themescout.report.quotes import Quote
    from themescout.report.themes import Themes

STAGE = "map"
VERSION = "1"  # raise it when the same vectors would get other places
DOTS = 3_000  # more cannot be told apart, and would make the page slow
_LEAST = 10  # dots of a theme drawn at least, where it has so many
_FEWEST = 3  # segments below which there is nothing to see

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


def drawn(study: Study, found: Themes) -> Picture:
    """The map of the study's segments, from the vectors that its themes were found with; the study's seed."""
    record = study.store.stages.record("themes")
    key, seed = str(record.get("vectors", "")), study.settings.seed
    if not found.views:
        return Picture(missing="There is no map, because there are no themes to show on it.")
    everything = _segments(found)
    if len(everything) < _FEWEST:
        return Picture(missing=f"There is no map, because there are only {len(everything)} segments.")
    chosen = _chosen(everything, seed)
    try:
        places = _places(study, [dot.quote.text for dot in chosen], key, seed)
    except KeyError:
        return Picture(
            missing="There is no map, because the vectors that the themes were found with are not in the study any "
            "more. “themescout run” makes them again."
        )
    dots = tuple(replace(dot, x=x, y=y) for dot, (x, y) in zip(chosen, places, strict=True))
    return Picture(dots=dots, total=len(everything), vectors=key, seed=seed)


def _places(study: Study, texts: Sequence[str], key: str, seed: int) -> Sequence[tuple[float, float]]:
    """Places of the texts, from 0 at the left and the top; kept in the store until something that shapes them changes.

    Raises:
        KeyError: a text has no vector under `key`.
    """
    stages, wanted = study.store.stages, digest(VERSION, key, str(seed), *texts)
    if stages.fingerprint(STAGE) != wanted:
        from themescout.layout import layout  # noqa: PLC0415  # brings numpy, which a fresh report does without

        x = layout(study.store.vectors.read(texts, key), seed=seed)
        stages.finish(STAGE, wanted, {"places": (x - x.min(axis=0)).astype(float).round(4).tolist()})
    return [(x, y) for x, y in stages.record(STAGE)["places"]]


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
