"""Screening code by code: how much need not be read to find 95 % of a code's segments (WSS@95).

Every method is replayed as `themescout simulate --each-code` replays ours (see `themescout.suggest.screening`): from
the same two decided segments, learning at the same moments.

ASReview's default since version 2 is ELAS u4: TF-IDF of words and pairs of words with sublinear term frequency, a
linear support vector machine (squared hinge, C = 0.11), classes weighted so that those without the code count 1/9.8 of
those with it. ELAS u3 stands for its version 1: naive Bayes on TF-IDF. Settings as in asreview 3.0.8,
`asreview/models/models.py`; the two are built here with scikit-learn alone.
"""

from __future__ import annotations

import sys
import time
import warnings
from dataclasses import dataclass
from functools import lru_cache, partial
from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.svm import LinearSVC

from benchmarks.suggestions_methods import OURS
from benchmarks.tables import figure, table
from themescout.suggest.finder import Finder
from themescout.suggest.screening import beginning, wss

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from benchmarks.suggestions_study import CodedStudy
    from themescout.suggest.screening import Ranker

    Numbers = NDArray[np.intp]
    Scores = NDArray[np.float64]

ASREVIEW = "ASReview's default (ELAS u4: TF-IDF + SVM)"
ASREVIEW_1 = "ASReview 1 (ELAS u3: TF-IDF + naive Bayes)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """A method on a study: WSS@95 of each code, in the order of the codes, mean over seeds; seconds in all."""

    method: str
    saved: tuple[float, ...]
    seconds: float


def ours(study: CodedStudy, code: str) -> Ranker:
    """Ours: knows the codebook, and of each decided segment whether it has this one code."""
    return partial(_finder(study).rank, code)


@lru_cache(maxsize=1)
def _finder(study: CodedStudy) -> Finder:
    return Finder(study.book, study.texts, study.text_x, study.rows)


def elas_u4(study: CodedStudy, code: str) -> Ranker:  # noqa: ARG001  # all are called alike
    """ASReview's default since version 2."""
    tfidf = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=1, max_df=0.95)
    return _asreview(tfidf, LinearSVC(loss="squared_hinge", C=0.11, random_state=0), ratio=9.8, study=study)


def elas_u3(study: CodedStudy, code: str) -> Ranker:  # noqa: ARG001  # all are called alike
    """What stands for ASReview's version 1 in later versions."""
    return _asreview(TfidfVectorizer(stop_words="english"), MultinomialNB(alpha=3.822), ratio=1.2, study=study)


SCREENERS: dict[str, Callable[[CodedStudy, str], Ranker]] = {OURS: ours, ASREVIEW: elas_u4, ASREVIEW_1: elas_u3}


def _asreview(tfidf: Any, model: Any, *, ratio: float, study: CodedStudy) -> Ranker:
    x = tfidf.fit_transform(study.rows.texts)

    def rank(decided: Numbers, has: NDArray[np.bool_]) -> Scores:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(x[decided], has, sample_weight=balanced(has, ratio))
        if hasattr(model, "decision_function"):
            return np.asarray(model.decision_function(x), np.float64)
        return np.asarray(model.predict_proba(x)[:, 1], np.float64)

    return rank


def balanced(has: NDArray[np.bool_], ratio: float) -> Scores:
    """Weights whose sum over rows with the code is `ratio` times that over rows without; mean 1."""
    weights = np.where(has, 1.0, has.sum() / (ratio * (~has).sum()))
    return np.asarray(weights * (len(has) / weights.sum()))


def screened(study: CodedStudy, method: str, seeds: int) -> Screening:
    """A method on every code of a study."""
    began = time.perf_counter()
    saved = []
    for column, code in enumerate(study.codes):
        truth = study.truth[:, column]
        ranker = SCREENERS[method](study, code)
        saved.append(fmean(wss(truth, ranker, beginning(truth, seed)) for seed in range(seeds)))
        print(f"{study.name}: {method}, {code}: {saved[-1]:.3f}", file=sys.stderr)
    return Screening(method=method, saved=tuple(saved), seconds=time.perf_counter() - began)


def screening(study: CodedStudy, seeds: int) -> str:
    """A Markdown table: WSS@95 averaged over the codes, and ours as a multiple of each."""
    found = [screened(study, method, seeds) for method in SCREENERS]
    mine = fmean(found[0].saved)
    lines = []
    for each in found:
        mean = fmean(each.saved)
        better = sum(1 for own, other in zip(found[0].saved, each.saved, strict=True) if own > other)
        ratio = [figure(mine / mean, 2), str(better)] if each is not found[0] and mean > 0 else ["", ""]
        lines.append([each.method, figure(mean), *ratio, figure(each.seconds, 0)])
    heads = ("method", "WSS@95", "ours / it", "codes on which ours is better", "seconds")
    title = f"### {study.name}: screening code by code, {len(study.codes)} codes, seeds 0 to {seeds - 1}"
    return "\n\n".join([title, table(heads, lines)])
