"""Our score of novelty beside the baselines: area under the ROC curve over splits that leave codes out."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks import novelty_methods as methods
from benchmarks.novelty_splits import split
from benchmarks.tables import NOTHING, figure, share, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from benchmarks.novelty_splits import Split
    from benchmarks.sets import CodedSet

HEADS = ("method", "AUROC", "SD", "ours at least as high")
SUMMARY = ("set", "ours", "best other", "difference", "at least the best of each split", "ours, rows not compared")
RATES = (0.1, 0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What `q` at most `rate` finds: shares 0..1; `false` is of what was found (0 where nothing was)."""

    rate: float
    false: float
    power: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All methods on one set.

    Attributes:
        name: of the set.
        rows: number of rows.
        documents: number of documents; 0 where rows are their own.
        sizes: mean rows of the old wave, of the new one, and mean share of novel ones.
        areas: method -> area of each split, in the same order.
        found: one entry a rate and split.
        skipped: splits without novel or without known rows.
    """

    name: str
    rows: int
    documents: int
    sizes: tuple[float, float, float]
    areas: Mapping[str, tuple[float, ...]]
    found: tuple[Found, ...]
    skipped: int

    def mean(self, method: str) -> float:
        """Mean area of a method."""
        return fmean(self.areas[method])

    @property
    def best(self) -> str:
        """The baseline with the highest mean area."""
        return max(methods.BASELINES, key=self.mean)


def compare(coded: CodedSet, x: NDArray[np.float32], seeds: Sequence[int]) -> Comparison:
    """Score every usable split with every method."""
    areas: dict[str, list[float]] = {name: [] for name in (methods.OURS, *methods.BASELINES, methods.ALONE)}
    found: list[Found] = []
    splits = [(seed, split(coded, seed)) for seed in seeds]
    used = [(seed, one) for seed, one in splits if 0 < one.novel.sum() < len(one.novel) and len(one.old)]
    if not used:
        sys.exit(f"{coded.name}: no split has both novel and known rows.")
    for seed, one in used:
        began = time.perf_counter()
        _score(waves(coded, x, one, seed), one.novel, areas, found)
        print(f"{coded.name}: split {seed}: {time.perf_counter() - began:.1f} s", file=sys.stderr)
    sizes = np.mean([(len(one.old), len(one.new), one.novel.mean()) for _, one in used], axis=0)
    return Comparison(
        name=coded.name,
        rows=len(x),
        documents=len(set(coded.docs) - {""}),
        sizes=(float(sizes[0]), float(sizes[1]), float(sizes[2])),
        areas={name: tuple(values) for name, values in areas.items()},
        found=tuple(found),
        skipped=len(splits) - len(used),
    )


def waves(coded: CodedSet, x: NDArray[np.float32], one: Split, seed: int) -> methods.Waves:
    """What the methods are given of a split."""
    return methods.Waves(
        old=x[one.old],
        old_docs=tuple(coded.docs[row] for row in one.old),
        codes=tuple(coded.codes[row][0] for row in one.old),
        new=x[one.new],
        new_docs=tuple(coded.docs[row] for row in one.new),
        seed=seed,
    )


def _score(given: methods.Waves, novel: NDArray[np.bool_], areas: dict[str, list[float]], found: list[Found]) -> None:
    made = methods.ours(given)
    areas[methods.OURS].append(float(roc_auc_score(novel, made.score)))
    areas[methods.ALONE].append(float(roc_auc_score(novel, methods.alone(given))))
    for name, method in methods.BASELINES.items():
        areas[name].append(float(roc_auc_score(novel, method(given))))
    found.extend(at_rate(made.q, novel, rate) for rate in RATES)


def at_rate(q: NDArray[np.float64], novel: NDArray[np.bool_], rate: float) -> Found:
    """How much of what has q ≤ `rate` is false, and how much of what is novel has it."""
    taken = q <= rate
    return Found(
        rate=rate,
        false=float((taken & ~novel).sum() / max(1, taken.sum())),
        power=float(taken[novel].mean()) if novel.any() else 0.0,
    )


def rendered(found: Comparison) -> str:
    """The comparison as a headed Markdown table."""
    splits = len(found.areas[methods.OURS])
    units = f"{found.documents} documents" if found.documents else "rows are their own documents"
    old, new, novel = found.sizes
    lines = [
        [name, figure(fmean(values)), figure(stdev(values) if splits > 1 else None), _wins(found, name)]
        for name, values in found.areas.items()
    ]
    parts = [
        f"### {found.name}: {found.rows:,} coded rows, {units}",
        f"Splits: {splits}; on average {old:,.0f} old rows, {new:,.0f} new ones, {share(novel)} of these novel.",
        table(HEADS, lines),
    ]
    if found.skipped:
        parts.append(f"Left out, having no novel or no known rows: {found.skipped} of {splits + found.skipped} splits.")
    return "\n\n".join(parts)


def _wins(found: Comparison, name: str) -> str:
    """In how many splits ours has at least the area of the other method."""
    if name == methods.OURS:
        return NOTHING
    mine, other = found.areas[methods.OURS], found.areas[name]
    return f"{sum(one >= two for one, two in zip(mine, other, strict=True))} of {len(mine)}"


def summary(every: Sequence[Comparison]) -> str:
    """Ours beside the baseline that is best on average in each set, and beside the best of each split."""
    lines = []
    for found in every:
        mine, best = found.mean(methods.OURS), found.best
        tops = [max(values) for values in zip(*(found.areas[name] for name in methods.BASELINES), strict=True)]
        won = sum(one >= top for one, top in zip(found.areas[methods.OURS], tops, strict=True))
        lines.append(
            [found.name, figure(mine), f"{found.mean(best):.3f} {best}", f"{mine - found.mean(best):+.3f}",
             f"{won} of {len(tops)}", figure(found.mean(methods.ALONE))]
        )  # fmt: skip
    return "### Novelty: ours beside the best other of each set, mean AUROC\n\n" + table(SUMMARY, lines)
