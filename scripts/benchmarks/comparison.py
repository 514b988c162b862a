"""Ours beside the baselines on one coded set: one line a method, means over the seeds."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from functools import partial
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import methods
from benchmarks.scores import Scores, agreement, scores
from benchmarks.tables import figure, share, table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from benchmarks.sets import CodedSet

    Run = Callable[[int], NDArray[np.intp]]

HEADS = (
    "method", "themes", "unassigned", "AMI (range)", "V", "AMI, top", "V, top", "codes recovered", "ARI of seeds",
    "seconds",
)  # fmt: skip
SUMMARY = (
    "set", "ours", "better BERTopic", "ratio", "best baseline", "ratio to it", "unassigned", "ARI of seeds",
)  # fmt: skip
_WARM_ROWS = 300
_EXACT_UP_TO = 4096  # UMAP finds neighbours by another, separately compiled, way in sets from this size


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A method on a set: scores of each seed, mean ARI between seeds (None for one grouping), mean seconds."""

    method: str
    scores: tuple[Scores, ...]
    ari: float | None
    seconds: float

    def mean(self, name: str) -> float | None:
        """Mean of a field of `Scores` over the seeds; None where it has none."""
        values = [getattr(each, name) for each in self.scores]
        return None if None in values else fmean(values)

    @property
    def ami(self) -> float:
        """Mean AMI against the first codes."""
        return fmean(each.ami for each in self.scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All methods on one set; notes say what was left out and why."""

    name: str
    rows: int
    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()


def compare(coded: CodedSet, x: NDArray[np.float32], families: int) -> Comparison:
    """Run every method on the same vectors in this process."""
    seeds = methods.seeds(families)
    warm(len(x))
    outcomes = [
        outcome(coded, name, partial(_seeded, method, coded, x), seeds) for name, method in methods.SEEDED.items()
    ]
    groups = len({coded.codes[row][0] for row in coded.coded})
    told = partial(methods.kmeans, x, groups=groups)
    outcomes.append(outcome(coded, f"k-means, k = {groups}", told, seeds))
    notes = []
    if len(x) > methods.LARGEST_RAW:
        notes.append(f"HDBSCAN on raw vectors is left out above {methods.LARGEST_RAW:,} rows.")
    else:
        outcomes.append(outcome(coded, "HDBSCAN on raw vectors", lambda _: methods.raw_hdbscan(x), seeds[:1]))
    return Comparison(name=coded.name, rows=len(x), outcomes=tuple(outcomes), notes=tuple(notes))


def _seeded(method: methods.Method, coded: CodedSet, x: NDArray[np.float32], seed: int) -> NDArray[np.intp]:
    return method(x, coded.texts, seed)


def outcome(coded: CodedSet, name: str, run: Run, seeds: Sequence[int]) -> Outcome:
    """Run a method once a seed; only the run itself is timed."""
    groupings, seconds = [], []
    for seed in seeds:
        began = time.perf_counter()
        groupings.append(run(seed))
        seconds.append(time.perf_counter() - began)
        print(f"{coded.name}: {name}, seed {seed}: {seconds[-1]:.1f} s", file=sys.stderr)
    return Outcome(
        method=name,
        scores=tuple(scores(coded, labels) for labels in groupings),
        ari=agreement(groupings),
        seconds=fmean(seconds),
    )


def warm(rows: int) -> None:
    """Import and compile what a set of so many rows needs, so that no method is charged for it."""
    for size in {_WARM_ROWS} | ({_EXACT_UP_TO + 1} if rows >= _EXACT_UP_TO else set()):
        x = np.random.default_rng(0).standard_normal((size, 16)).astype(np.float32)
        x /= np.linalg.norm(x, axis=1, keepdims=True)
        for method in methods.SEEDED.values():
            method(x, ["some words of no meaning"] * size, 0)
    methods.kmeans(x[:_WARM_ROWS], 0, groups=2)


def rendered(found: Comparison) -> str:
    """The comparison as a headed Markdown table."""
    body = table(HEADS, [_line(each) for each in found.outcomes])
    return "\n\n".join([f"### {found.name}: {found.rows:,} rows", body, *found.notes])


def _line(each: Outcome) -> list[str]:
    span = [found.ami for found in each.scores]
    return [
        each.method,
        figure(each.mean("themes"), 1),
        share(each.mean("unassigned")),
        f"{each.ami:.3f} ({min(span):.3f}–{max(span):.3f})",
        *(figure(each.mean(name)) for name in ("v", "top_ami", "top_v")),
        share(each.mean("recovered")),
        figure(each.ari, 2),
        figure(each.seconds, 1),
    ]


def summary(found: Sequence[Comparison]) -> str:
    """Ours over the better BERTopic setting and over the best baseline, by set and on average."""
    lines, ratios = [], []
    for each in found:
        by_name = {outcome.method: outcome for outcome in each.outcomes}
        mine = by_name.pop(methods.OURS)
        better = max(by_name[methods.BERTOPIC].ami, by_name[methods.BERTOPIC_5].ami)
        best = max(by_name.values(), key=lambda other: other.ami)
        ratios.append((_ratio(mine.ami, better), _ratio(mine.ami, best.ami)))
        lines.append(
            [each.name, figure(mine.ami), figure(better), figure(ratios[-1][0], 2), f"{best.ami:.3f} {best.method}",
             figure(ratios[-1][1], 2), share(mine.mean("unassigned")), figure(mine.ari, 2)]
        )  # fmt: skip
    means = [figure(fmean(column), 2) for column in zip(*ratios, strict=True)]
    lines.append(["mean of the ratios", "", "", means[0], "", means[1], "", ""])
    return "### Ours against the baselines, AMI against the first codes\n\n" + table(SUMMARY, lines)


def _ratio(mine: float, other: float) -> float:
    """Ours as a multiple of the other; a baseline at or below chance (AMI ≤ 0) is beaten without bound."""
    return mine / other if other > 0 else float("inf")
