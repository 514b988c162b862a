"""Which new segments are novel: a score, p-values by leaving old interviews out, and a bound on false discoveries.

**The score.** A segment is new where its like is said by *other* new informants and not by the old ones. Three things
say so: how many of its ten nearest neighbours in other interviews are new, in standard deviations from what chance
would give; how far the nearest of the old interviews are; and which wave's language it speaks (`contrast`), both by
rank. Then it is averaged with its neighbours among the new. Nobody is compared with themselves: the segment's own
interview is left out everywhere, so that one voice is not taken for a theme.

**The p-value.** Old interviews are left out in turn and put among the new ones. The score cannot know which of this
pool are old, so that, if nothing is new, the scores of left-out and of new interviews are exchangeable; the p-value
of a new segment is the share of left-out segments that score as high (conformal p-values with scores that see the
pool: Bates, Candès, Lei, Romano & Sesia 2023, doi 10.1214/22-AOS2244; Marandon, Lei, Mary & Roquain 2024, doi
10.1214/23-AOS2338; pooled over folds as in the cross-conformal predictors of Vovk 2015, doi
10.1007/s10472-013-9368-4).

**The bound.** Benjamini & Hochberg 1995 over all segments of the new wave.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

from themescout.novelty.contrast import Moments, contrast, reduced
from themescout.novelty.near import NEAREST, mean, near

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from themescout.novelty.near import Near

FEWEST = 3  # old interviews, below which none can be left out and the others still be a wave
FOLDS = 20  # most groups of old interviews that are left out in turn
LARGEST = (
    5_000  # old segments that are compared with, and new ones scored together; of more, whole interviews are drawn
)
_CLOSE = 3  # nearest old segments whose distance counts
_LANGUAGE, _DISTANCE = 0.5, 0.5  # weights beside the neighbours' 1, chosen as docs/benchmarks.md says


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Novelty:
    """One entry for each new segment, in order.

    Attributes:
        p: 1/(m + 1)..1, m = old segments; all 1 where there are too few old interviews to say.
        q: p after Benjamini and Hochberg, 0..1.
        score: higher = newer; comparable within one comparison only.
        folds: number of groups of old interviews that were left out; 0 where there were too few.
    """

    p: NDArray[np.float64]
    q: NDArray[np.float64]
    score: NDArray[np.float64]
    folds: int


def novelty(
    old: NDArray[np.float32], old_docs: Sequence[str], new: NDArray[np.float32], new_docs: Sequence[str], *, seed: int
) -> Novelty:
    """How new each new segment is.

    Args:
        old: shape (m, dimensions), rows of length 1.
        old_docs: the interview of each; "" = a text of its own.
        new: shape (n, dimensions), likewise.
        new_docs: the interview of each.
        seed: of the groups that are left out, and of samples.
    """
    rng = np.random.default_rng(seed)
    docs, interviews = _numbered([*old_docs, *new_docs], len(old))
    if len(interviews) < FEWEST or not len(new):
        ones = np.ones(len(new))
        return Novelty(p=ones, q=ones, score=np.zeros(len(new)), folds=0)
    kept = _drawn(docs[: len(old)], interviews, rng)
    count = min(FOLDS, len(np.unique(docs[kept])))
    fold = _folds(docs[kept], count, rng)
    above, total = np.zeros(len(new)), np.zeros(len(new))
    for part in _parts(docs[len(old) :]):
        found = _pooled(old[kept], docs[kept], fold, new[part], docs[len(old) + part])
        above[part], total[part] = found
    p = (1.0 + above) / (len(kept) + 1.0)
    return Novelty(p=p, q=adjusted(p), score=total / count, folds=count)


def adjusted(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """p-values after the step-up correction of Benjamini & Hochberg 1995: the smallest rate at which each is found."""
    n = len(p)
    order = np.argsort(p, kind="stable")
    raised = p[order] * n / np.arange(1, n + 1)
    q = np.empty(n)
    q[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return q


def _pooled(
    old: NDArray[np.float32], docs: NDArray[np.intp], fold: NDArray[np.intp],
    new: NDArray[np.float32], new_docs: NDArray[np.intp],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:  # fmt: skip
    """For each new row: number of left-out old rows that score as high, and the sum of its scores over the folds."""
    x, every, count = np.vstack([old, new]), np.concatenate([docs, new_docs]), int(fold.max()) + 1
    neighbours = near(x, every, np.concatenate([fold, np.full(len(new), count)]))
    short = reduced(x)
    moments = [Moments.of(short[: len(old)][fold == number]) for number in range(count)]
    whole, fresh = _sum(moments), Moments.of(short[len(old) :])
    above, total = np.zeros(len(new)), np.zeros(len(new))
    alone = len(np.unique(new_docs)) == 1
    for number in range(count):
        pool = np.concatenate([np.flatnonzero(fold == number), np.arange(len(old), len(x))])
        rest = [block for block in range(count) if block != number]
        said = None
        if not alone:
            said = contrast(short[pool], every[pool], fresh + moments[number], whole - moments[number])
        score = _scores(neighbours, every, pool, (number, count), rest, said)
        left, scored = np.sort(score[: len(pool) - len(new)]), score[len(pool) - len(new) :]
        above += len(left) - np.searchsorted(left, scored, side="left")
        total += scored
    return above, total


def _scores(
    neighbours: Near, docs: NDArray[np.intp], pool: NDArray[np.intp], inside: Sequence[int], rest: Sequence[int],
    language: NDArray[np.float64] | None,
) -> NDArray[np.float64]:  # fmt: skip
    """The score of each row of the pool; `inside` are the blocks that it is made of, `rest` those of the reference.

    A single new interview has no other new one to be like: only its distance counts then (`language` None).
    """
    far = _spread(-mean(neighbours.among(pool, rest)[1], _CLOSE))
    if language is None:
        return far
    within = np.zeros(len(docs), bool)
    within[pool] = True
    rows, _ = neighbours.among(pool, [*inside, *rest])
    there = (rows >= 0).sum(axis=1)
    share = ((rows >= 0) & within[rows]).sum(axis=1) / np.maximum(there, 1)
    expected = _others(docs[pool], docs[pool]) / np.maximum(_others(docs[pool], docs), 1)
    surplus = (share - expected) / np.sqrt(np.maximum(expected * (1 - expected), 1e-6) / NEAREST)
    # Shares of ten are often equal; similarities tell those apart.
    beside, cosines = neighbours.among(pool, inside)
    surplus += 1e-6 * (mean(cosines) - mean(neighbours.among(pool, rest)[1]))
    score = surplus + _LANGUAGE * _spread(language) + _DISTANCE * far
    return np.asarray(score + _averaged(score, pool, beside))


def _averaged(score: NDArray[np.float64], pool: NDArray[np.intp], beside: NDArray[np.int32]) -> NDArray[np.float64]:
    """Mean score of each row's neighbours within the pool; its own where it has none."""
    place = np.full(int(max(pool.max(), beside.max(initial=0))) + 1, -1, np.intp)
    place[pool] = np.arange(len(pool))
    there = beside >= 0
    sums = np.where(there, score[place[np.maximum(beside, 0)]], 0.0).sum(axis=1)
    return np.where(there.any(axis=1), sums / np.maximum(there.sum(axis=1), 1), score)


def _spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values by their rank, as quantiles of the normal distribution: no part of a score outshouts the others."""
    ranks = (rankdata(values) - 0.5) / len(values)
    quantile = NormalDist().inv_cdf
    return np.asarray([quantile(rank) for rank in ranks])


def _others(docs: NDArray[np.intp], within: NDArray[np.intp]) -> NDArray[np.float64]:
    """For each row, number of rows in `within` that are of another interview."""
    sizes = np.bincount(within, minlength=int(docs.max()) + 1)
    return np.asarray(len(within) - sizes[docs], np.float64)


def _numbered(docs: Sequence[str], old: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """A number for each row's interview, and the numbers of the old ones; a row without one is one of its own."""
    numbers: dict[str, int] = {}
    made = np.asarray([numbers.setdefault(doc or f"\0{row}", len(numbers)) for row, doc in enumerate(docs)], np.intp)
    return made, np.unique(made[:old])


def _drawn(docs: NDArray[np.intp], interviews: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.intp]:
    """Rows of as many whole interviews, drawn at random, as make up to `LARGEST` rows; of all where they do."""
    if len(docs) <= LARGEST:
        return np.arange(len(docs))
    sizes = np.bincount(docs)
    order = rng.permutation(interviews)
    chosen = order[: max(FEWEST, int(np.searchsorted(np.cumsum(sizes[order]), LARGEST, side="right")))]
    return np.flatnonzero(np.isin(docs, chosen))


def _folds(docs: NDArray[np.intp], count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """The group, 0..count - 1, of each row: whole interviews, as many in each."""
    interviews, back = np.unique(docs, return_inverse=True)
    return np.asarray((rng.permutation(len(interviews)) % count)[back], np.intp)


def _parts(docs: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Rows of the new wave that are scored together: all, or whole interviews of up to about `LARGEST` rows."""
    count = max(1, -(-len(docs) // LARGEST))
    interviews, back = np.unique(docs, return_inverse=True)
    return [np.flatnonzero(back % count == part) for part in range(min(count, len(interviews)))]


def _sum(moments: Sequence[Moments]) -> Moments:
    whole = moments[0]
    for part in moments[1:]:
        whole += part
    return whole
