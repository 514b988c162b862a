"""Short labels made of phrases that informants said."""

from __future__ import annotations

import math
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from themescout.themes.keywords import Words
    from themescout.themes.words import Reader

_JOINED = 3  # keywords of a label where no phrase will do


def labels(
    groups: Sequence[Words],
    weight: Sequence[dict[str, float]],
    keywords: Sequence[tuple[str, ...]],
    reader: Reader,
    *,
    fallback: Sequence[str],
) -> tuple[str, ...]:
    """One label for each group, no two the same: its best phrase, else its best keywords, else what `fallback` says."""
    taken: set[str] = set()
    chosen = []
    for group, weighed, best, last in zip(groups, weight, keywords, fallback, strict=True):
        label = next(label for label in _wordings(group, weighed, best, reader, last) if label.lower() not in taken)
        taken.add(label.lower())
        chosen.append(label)
    return tuple(chosen)


def _wordings(
    group: Words, weight: dict[str, float], keywords: tuple[str, ...], reader: Reader, last: str
) -> Iterator[str]:
    """Possible labels, best first, without end."""
    for key in phrases(group, weight):
        yield reader.shown(group.surface[key])
    for length in range(min(_JOINED, len(keywords)), len(keywords) + 1):
        yield " · ".join(keywords[:length]) or last
    yield last
    yield from (f"{last} ({number})" for number in count(2))


def phrases(group: Words, weight: dict[str, float]) -> list[str]:
    """Keys of phrases that can stand for the group, best first."""
    single = {key: value for key, value in weight.items() if " " not in key}
    best = max(single.values(), default=0.0)
    worth = {key: sum(single.get(stem, 0.0) for stem in group.content[key]) for key in weight if " " in key}
    # A phrase must say as much as the best word alone does; then what more segments say comes first.
    scored = {key: value * math.log2(1 + group.present[key]) for key, value in worth.items() if value >= best}
    return sorted(scored, key=lambda key: (-scored[key], key))
