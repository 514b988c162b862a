"""How far the suggestions of a code can be trusted: on the person's own decisions, with whole interviews left out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_FEWEST = 5  # uses of a code from which it is judged
_DOUBT = 0.05  # chance of so good an order by luck, above which the machine is no better than guessing
_FIRST = 3


class Standing(StrEnum):
    """What a code's record amounts to."""

    USEFUL = "useful"
    UNKNOWN = "too few decisions"
    YOURS = "yours alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The record of one code's suggestions.

    Attributes:
        code: id.
        decisions: decided segments that have the code.
        offered: segments for which it came first.
        right: of those, how many have it.
        found: of the segments that have it, how many had it among the first three.
        order: chance that a segment with the code is ranked above one without it, 0..1 (area under the ROC curve);
            0.5 where it cannot be said.
        standing: `Standing`: codes that are no better than guessing are the person's alone.
    """

    code: str
    decisions: int
    offered: int
    right: int
    found: int
    order: float
    standing: Standing


def cards(codes: Sequence[str], shares: NDArray[np.float64], truth: NDArray[np.float64]) -> tuple[Card, ...]:
    """A card for each code.

    Args:
        codes: ids, in the order of the columns.
        shares: shape (n, codes), for decided segments, from a fit without their interviews.
        truth: shape (n, codes), 0 or 1.
    """
    ranked = np.argsort(-shares, axis=1, kind="stable")
    made = []
    for column, code in enumerate(codes):
        has = truth[:, column] > 0
        first = ranked[:, 0] == column if len(ranked) else has
        among = (ranked[:, :_FIRST] == column).any(axis=1)
        order, luck = _order(shares[:, column], has)
        standing = Standing.UNKNOWN if has.sum() < _FEWEST else Standing.YOURS if luck > _DOUBT else Standing.USEFUL
        made.append(
            Card(
                code=code, decisions=int(has.sum()), offered=int(first.sum()), right=int((first & has).sum()),
                found=int((among & has).sum()), order=round(order, 3), standing=standing,
            )
        )  # fmt: skip
    return tuple(made)


def _order(scores: NDArray[np.float64], has: NDArray[np.bool_]) -> tuple[float, float]:
    """Area under the ROC curve, and the chance of one as large by luck (Mann & Whitney's test, one-sided)."""
    from scipy.stats import mannwhitneyu  # noqa: PLC0415  # heavy, only here

    if not has.any() or has.all():
        return 0.5, 1.0
    result = mannwhitneyu(scores[has], scores[~has], alternative="greater")
    return float(result.statistic) / (int(has.sum()) * int((~has).sum())), float(result.pvalue)
