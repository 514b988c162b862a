"""Ours beside the other methods on one study: whole documents held out, one line a method."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np
from sklearn.model_selection import GroupKFold

from benchmarks import suggestions_methods as methods
from benchmarks.suggestions_methods import Prediction
from benchmarks.suggestions_scores import Scores, scores
from benchmarks.tables import figure, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from benchmarks.suggestions_methods import Method
    from benchmarks.suggestions_study import CodedStudy

FOLDS = 5
HEADS = ("method", "hit@1", "hit@3", "MAP", "macro-F1", "ECE", "coverage", "set size", "seconds")
SUMMARY = (
    "set", "ours hit@1", "best other", "points", "ours hit@3", "best other", "points",
    "no labels, hit@1 / @3", "cosine", "ECE", "coverage",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A method on a study: scores of each split, mean seconds of one pass over all folds."""

    method: str
    scores: tuple[Scores, ...]
    seconds: float

    def mean(self, name: str) -> float | None:
        """Mean of a field of `Scores` over the splits that have it; None where none has."""
        values = [value for each in self.scores if (value := getattr(each, name)) is not None]
        return fmean(values) if values else None

    def hit(self, name: str) -> float:
        """Mean of `first` or `among_three`."""
        return fmean(getattr(each, name) for each in self.scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All methods on one study, and what it is made of."""

    name: str
    about: str
    outcomes: Mapping[str, Outcome]


def compare(study: CodedStudy, tried: Mapping[str, Method], splits: int) -> Comparison:
    """Run every method on the same folds; the first split is scikit-learn's own, the others are shuffled."""
    outcomes = {name: outcome(study, name, method, splits) for name, method in tried.items()}
    documents = len(set(study.rows.docs))
    order = "order of speaking known" if np.isfinite(study.rows.place).all() else "order of speaking not known"
    about = (
        f"{len(study.rows):,} segments, {len(study.codes)} codes, {documents} documents, "
        f"{min(FOLDS, documents)} folds by document, {order}"
    )
    return Comparison(name=study.name, about=about, outcomes=outcomes)


def outcome(study: CodedStudy, name: str, method: Method, splits: int) -> Outcome:
    """One method over all splits; vectors are given and not timed."""
    found, seconds = [], []
    for split in range(splits):
        began = time.perf_counter()
        predicted = at_once(study, method) if name in methods.LABEL_FREE else held_out(study, method, split)
        seconds.append(time.perf_counter() - began)
        found.append(scores(study.truth, predicted))
        print(f"{study.name}: {name}, split {split + 1}: {seconds[-1]:.1f} s", file=sys.stderr)
    return Outcome(method=name, scores=tuple(found), seconds=fmean(seconds))


def at_once(study: CodedStudy, method: Method) -> Prediction:
    """What a method says of all segments when nothing is decided."""
    return method(study, np.zeros(0, np.intp), np.arange(len(study.rows)), 0)


def held_out(study: CodedStudy, method: Method, split: int) -> Prediction:
    """What a method says of each segment when its document is held out."""
    parts = list(folds(study.rows.docs, split))
    found = [method(study, decided, asked, split) for decided, asked in parts]
    back = np.argsort(np.concatenate([asked for _, asked in parts]))
    given = [each.p for each in found if each.p is not None]
    chosen = [one for each in found for one in (each.sets or (None,) * len(each.scores))]
    return Prediction(
        scores=np.vstack([each.scores for each in found])[back],
        p=np.concatenate(given)[back] if len(given) == len(found) else None,
        sets=tuple(chosen[i] for i in back),
    )


def folds(docs: Sequence[str], split: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """(decided, asked) rows; no document is in both, each row is asked once."""
    number = min(FOLDS, len(set(docs)))
    kind = GroupKFold(number, shuffle=True, random_state=split) if split else GroupKFold(number)
    yield from kind.split(np.zeros(len(docs)), groups=np.asarray(docs))


def rendered(found: Comparison) -> str:
    """The comparison as a headed Markdown table."""
    lines = [_line(each) for each in found.outcomes.values()]
    return "\n\n".join([f"### {found.name}: {found.about}", table(HEADS, lines)])


def _line(each: Outcome) -> list[str]:
    names = ("first", "among_three", "precision", "f1", "error", "coverage")
    return [
        each.method,
        *(figure(each.mean(name)) for name in names),
        figure(each.mean("size"), 1),
        figure(each.seconds, 1),
    ]


def summary(found: Sequence[Comparison]) -> str:
    """Ours against the best other method of each set, by set and on average."""
    gains = [[_gain(each, name) for name in ("first", "among_three")] for each in found]
    lines = [_summed(each, gain) for each, gain in zip(found, gains, strict=True)]
    means = [f"{fmean(column):+.1f}" for column in zip(*gains, strict=True)]
    lines.append(["mean", "", "", means[0], "", "", means[1], "", "", "", ""])
    return "### Ours against the best other method\n\n" + table(SUMMARY, lines)


def _gain(found: Comparison, name: str) -> float:
    """Points of a hundred by which ours is better than the best other."""
    return 100 * (found.outcomes[methods.OURS].hit(name) - best_other(found, name).hit(name))


def best_other(found: Comparison, name: str) -> Outcome:
    """The best of the methods that are not ours, by one figure."""
    others = [each for method, each in found.outcomes.items() if method not in {methods.OURS, methods.ALONE}]
    return max(others, key=lambda each: each.hit(name))


def _summed(found: Comparison, gains: Sequence[float]) -> list[str]:
    mine = found.outcomes[methods.OURS]
    cells = [found.name]
    for name, gain in zip(("first", "among_three"), gains, strict=True):
        best = best_other(found, name)
        cells += [figure(mine.hit(name)), f"{best.hit(name):.3f} {best.method}", f"{gain:+.1f}"]
    pairs = [found.outcomes[name] for name in (methods.ALONE, methods.COSINE)]
    cells += [f"{each.hit('first'):.3f} / {each.hit('among_three'):.3f}" for each in pairs]
    return [*cells, figure(mine.mean("error")), figure(mine.mean("coverage"))]
