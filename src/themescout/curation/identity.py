"""Which theme is which when themes are found again, and what changed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from themescout.candidates import Change, FoundTheme, ThemeChange, ThemeDecision, ThemeVerb
from themescout.curation.log import standing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

_SAME = 0.3  # see `match`


def match(
    before: Mapping[int, Collection[str]], groups: Sequence[Collection[str]], *, next_id: int
) -> tuple[tuple[int, ...], int]:
    """The lasting number of each group, and the next free number.

    A group keeps the number of the theme that it overlaps with, one to one, so that the sum of the overlaps is
    largest; others get new numbers in their order. Overlap is Jaccard's (shared segments / segments in either), over
    the segments that exist in both runs: interviews that were added do not count against a theme. It must be 0.3:
    two groups of one size then share 46 % of their segments; with less, most of what a person saw in the theme is
    somewhere else, and its name would be on other material.

    Args:
        before: number to segment ids of every theme known so far (see `remembered`).
        groups: segment ids of each group found now.
        next_id: the smallest number never given.
    """
    numbers = sorted(before)
    chosen: dict[int, int] = {}
    if numbers and groups:
        import numpy as np  # noqa: PLC0415  # the command line starts without it
        from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  # heavy

        overlap = np.zeros((len(groups), len(numbers)))
        for (row, column), value in _overlaps([before[number] for number in numbers], groups).items():
            overlap[row, column] = value if value >= _SAME else 0.0
        rows, columns = linear_sum_assignment(overlap, maximize=True)
        chosen = {int(r): numbers[c] for r, c in zip(rows, columns, strict=True) if overlap[r, c] >= _SAME}
    following = max(next_id, *(number + 1 for number in numbers)) if numbers else next_id
    for row in range(len(groups)):
        if row not in chosen:
            chosen[row] = following
            following += 1
    return tuple(chosen[row] for row in range(len(groups))), following


def remembered(
    found: Sequence[FoundTheme], shown: Mapping[int, Collection[str]], log: Iterable[ThemeDecision]
) -> dict[int, tuple[str, ...]]:
    """Number to segment ids of every theme that should be known again, for `match`.

    Those found last, those that a person made (`shown`, number to members as shown last), and those that were not
    found again but have a decision that holds, as they were when it was made.
    """
    known: dict[int, tuple[str, ...]] = {}
    made: dict[int, tuple[str, ...]] = {}
    for decision in standing(log):
        known |= {int(number): tuple(seen.get("members", ())) for number, seen in decision.shown.items()}
        if decision.verb is ThemeVerb.SPLIT and decision.into is not None:
            made[decision.into] = tuple(shown.get(decision.into) or decision.segments)
    return known | made | {theme.id: theme.members for theme in found}


def changes(
    before: Mapping[int, tuple[str, Collection[str]]], after: Mapping[int, tuple[str, Collection[str]]]
) -> tuple[ThemeChange, ...]:
    """What became of each theme, by number; both map numbers to (label, segment ids)."""
    numbers = sorted(before.keys() | after.keys())
    was = [before.get(number, ("", ()))[1] for number in numbers]
    now = [after.get(number, ("", ()))[1] for number in numbers]
    overlaps = _overlaps(was, now)
    made = []
    for i, number in enumerate(numbers):
        change = Change.NEW if number not in before else Change.SAME if number in after else Change.GONE
        label = (after if number in after else before)[number][0]
        overlap = round(overlaps.get((i, i), 0.0), 4)
        made.append(
            ThemeChange(
                theme=number, label=label, change=change, before=len(was[i]), after=len(now[i]), overlap=overlap
            )
        )
    return tuple(made)


def _overlaps(before: Sequence[Collection[str]], after: Sequence[Collection[str]]) -> dict[tuple[int, int], float]:
    """(place in `after`, place in `before`) to Jaccard overlap over the segments in both, where it is not 0."""
    common = {name for group in before for name in group} & {name for group in after for name in group}
    places: dict[str, list[int]] = {}
    for column, group in enumerate(before):
        for name in common.intersection(group):
            places.setdefault(name, []).append(column)
    shared = Counter(
        (r, c) for r, group in enumerate(after) for name in common.intersection(group) for c in places[name]
    )
    was = [len(common.intersection(group)) for group in before]
    now = [len(common.intersection(group)) for group in after]
    return {(r, c): count / (now[r] + was[c] - count) for (r, c), count in shared.items()}
