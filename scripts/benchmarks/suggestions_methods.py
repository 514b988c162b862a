"""The methods that are compared: which codes for segments of documents that none of them has seen decided.

All are given the same vectors and have the same settings on every set. A segment with several codes is an example of
each, with weight 1/number.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from themescout.suggest import Labelled, Suggester

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from benchmarks.suggestions_study import CodedStudy
    from themescout.types import Suggestion

    Numbers = NDArray[np.intp]

OURS = "themescout"
ALONE = "themescout, codebook alone"
MAJORITY = "most frequent code"
WORDS = "TF-IDF + LR"
COSINE = "cosine to names and definitions"
VECTORS = "vectors + LR"
_STRENGTH = 10.0  # C of both regressions: the best of 1, 10 and 100 on pdpilot and serdif (for TF-IDF, 1 does as well)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prediction:
    """What a method says of n segments.

    Attributes:
        scores: shape (n, codes), higher is surer; they order the codes of a segment.
        p: shape (n,), probability of the first code, 0..1; None where the method has no probabilities.
        sets: the codes, as columns of `scores`, of each segment's 90 % set; None where none is promised.
    """

    scores: NDArray[np.float64]
    p: NDArray[np.float64] | None = None
    sets: tuple[tuple[int, ...] | None, ...] | None = None


class Method(Protocol):
    """How a method is called: what is decided and what is asked are rows of the study."""

    def __call__(self, study: CodedStudy, decided: Numbers, asked: Numbers, seed: int, /) -> Prediction:
        """What is said of the rows asked about, in their order."""


def majority(study: CodedStudy, decided: Numbers, asked: Numbers, seed: int) -> Prediction:  # noqa: ARG001  # all are called alike
    """The codes by how often they were given; with their shares as probabilities."""
    shares = study.truth[decided].mean(axis=0)
    return Prediction(scores=np.tile(shares, (len(asked), 1)), p=np.full(len(asked), shares.max()))


def words(study: CodedStudy, decided: Numbers, asked: Numbers, seed: int) -> Prediction:
    """Logistic regression on TF-IDF of words and pairs of words, its vocabulary that of the decided segments."""
    texts = study.rows.texts
    tfidf = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    known = tfidf.fit_transform([texts[i] for i in decided])
    return regression(study, decided, known, tfidf.transform([texts[i] for i in asked]), seed)


def vectors(study: CodedStudy, decided: Numbers, asked: Numbers, seed: int) -> Prediction:
    """Logistic regression on the vectors."""
    return regression(study, decided, study.rows.x[decided], study.rows.x[asked], seed)


def regression(study: CodedStudy, decided: Numbers, known: Any, new: Any, seed: int) -> Prediction:
    """Multinomial logistic regression, classes balanced; codes that were never given come last."""
    pairs = [(at, code) for at, row in enumerate(decided) for code in np.flatnonzero(study.truth[row])]
    weights = [1.0 / study.truth[decided[at]].sum() for at, _ in pairs]
    scores = np.zeros((new.shape[0], len(study.codes)))
    classes = [code for _, code in pairs]
    if len(set(classes)) == 1:
        scores[:, classes[0]] = 1.0
    else:
        model = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=1000, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            warnings.filterwarnings("ignore", "The number of unique classes")  # few decisions, many codes
            model.fit(known[[at for at, _ in pairs]], classes, sample_weight=weights)
        scores[:, model.classes_] = model.predict_proba(new)
    return Prediction(scores=scores, p=scores.max(axis=1))


def cosine(study: CodedStudy, decided: Numbers, asked: Numbers, seed: int) -> Prediction:  # noqa: ARG001  # all are called alike
    """Cosine to each code's name with its definition; nothing is learned."""
    written = {text.code: i for i, text in enumerate(study.texts) if text.source == "definition"}
    rows = [written[code] for code in study.codes]
    return Prediction(scores=np.asarray(study.rows.x[asked] @ study.text_x[rows].T, np.float64))


def ours(study: CodedStudy, decided: Numbers, asked: Numbers, seed: int) -> Prediction:
    """Ours with its defaults; it sees the words of the segments asked about, as it does in a study."""
    new = study.rows.take(asked)
    labelled = [
        Labelled(
            segment=study.rows.ids[i], text=study.rows.texts[i], codes=study.given[i], kind="", doc=study.rows.docs[i]
        )
        for i in decided
    ]
    suggester = Suggester(study.book, random_state=seed)
    suggester.fit(study.texts, study.text_x, labelled, known=study.rows.take(decided), study=new)
    return as_prediction(suggester.suggest(new), study.codes)


def alone(study: CodedStudy, decided: Numbers, asked: Numbers, seed: int) -> Prediction:  # noqa: ARG001  # all are called alike
    """Ours from the codebook alone."""
    return ours(study, np.zeros(0, np.intp), asked, seed)


def as_prediction(found: Sequence[Suggestion], codes: Sequence[str]) -> Prediction:
    """Suggestions as they are shown, in their order of codes."""
    column = {code: i for i, code in enumerate(codes)}
    scores = np.full((len(found), len(codes)), -np.inf)
    for row, each in enumerate(found):
        for place, ranked in enumerate(each.ranked):
            scores[row, column[ranked.code]] = -place
    return Prediction(
        scores=scores,
        p=np.asarray([each.ranked[0].p for each in found]),
        sets=tuple(None if each.codes is None else tuple(column[code] for code in each.codes) for each in found),
    )


LABEL_FREE: dict[str, Method] = {COSINE: cosine, ALONE: alone}
METHODS: dict[str, Method] = {MAJORITY: majority, WORDS: words, VECTORS: vectors, OURS: ours}
