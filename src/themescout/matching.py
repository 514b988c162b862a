"""Which codes and which kind a segment fits: from the codebook's own words, and from what a person decided.

Two views are blended. *Likeness*: cosine between the segment and each code's words. *Learned*: logistic regression on
vectors, with the codebook's words as training examples beside the decisions. Without decisions the regression still
knows which of the codebook's words set a code apart from its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout.types import Evidence, Kind, Ranked, Suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from themescout.codebook import Codebook

_SHARPNESS = 14.0  # of the softmax over likeness: cosines of related texts differ by about a tenth
_REGULARISATION = 10.0  # inverse strength C of the regressions
_ABSTAIN_BELOW = 0.5  # probability of "some kind" below which nothing is suggested


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeText:
    """A stretch of the codebook to compare with.

    Attributes:
        code: id of the code it speaks for; "" for texts that only show a kind.
        kind: id of the kind it shows, or "".
        source: "definition", "include", "keyword", "example", "barrier" or "question".
        text: verbatim, shown as evidence.
        embedded: what is embedded (a definition together with the code's name).
    """

    code: str
    kind: str
    source: str
    text: str
    embedded: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One decided segment: its id, verbatim words, code ids (may be empty) and kind id ("" = unknown)."""

    segment: str
    text: str
    codes: tuple[str, ...]
    kind: str
    rejected: tuple[str, ...] = ()


def code_texts(codebook: Codebook) -> tuple[CodeText, ...]:
    """Everything in the codebook that a segment can be compared with, in the codebook's order.

    A codebook folded from a finer form speaks with the words of the finer one, code by code.
    """
    codebook = codebook.finer or codebook
    assignable = {code.id for code in codebook.assignable}
    texts: list[CodeText] = []
    for code in codebook.codes:
        if code.id not in assignable:
            continue
        parent = codebook.code(code.parent).name if code.parent else ""
        name = f"{parent}: {code.name}" if parent and code.id.endswith("-OTHER") else code.name
        own = [("definition", "", code.definition or code.name, f"{name}. {code.definition}".strip())]
        own += [("include", "", line, f"{name}: {line}") for line in code.include]
        own += [("barrier", "", line, line) for line in code.barriers]
        own += [("question", "", line, line) for line in code.questions]
        if code.keywords:
            own.append(("keyword", "", ", ".join(code.keywords), ", ".join(code.keywords)))
        own += [("example", kind, line, line) for kind, lines in code.examples.items() for line in lines]
        texts += [
            CodeText(code=code.id, kind=kind, source=source, text=text, embedded=embedded)
            for source, kind, text, embedded in own
        ]
    return (*texts, *_kind_texts(codebook))


def _kind_texts(codebook: Codebook) -> list[CodeText]:
    return [
        CodeText(code="", kind=kind.id, source="example", text=line, embedded=line)
        for kind in codebook.kinds
        for line in kind.examples
    ]


class CodebookMatcher:
    """Suggests codes and kinds for vectors.

    Args:
        codebook: whose codes are suggested.
        random_state: seed; the fit is deterministic, it only fixes the solver.
    """

    def __init__(self, codebook: Codebook, *, random_state: int = 0) -> None:
        self.codebook = codebook
        self.random_state = random_state

    def fit(
        self,
        texts: Sequence[CodeText],
        text_x: NDArray[np.float32],
        labelled: Sequence[Labelled] = (),
        labelled_x: NDArray[np.float32] | None = None,
    ) -> CodebookMatcher:
        """Learn from the codebook's texts and from decided segments.

        Args:
            texts: from `code_texts`.
            text_x: float32, shape (len(texts), dimensions), unit rows.
            labelled: decided segments.
            labelled_x: float32, shape (len(labelled), dimensions).
        """
        known = np.zeros((0, text_x.shape[1]), np.float32) if labelled_x is None else labelled_x
        self.codes_ = tuple(code.id for code in self.codebook.assignable)
        self._fine = tuple(code.id for code in (self.codebook.finer or self.codebook).assignable)
        self._texts, self._text_x = tuple(texts), text_x
        self._labelled, self._labelled_x = tuple(labelled), known
        self._code_model = self._fit_codes()
        self._kind_model = self._fit_kinds() if self.codebook.kinds else None
        return self

    def probabilities(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        """Shape (n, len(codes_)), rows sum to 1: how well each code fits if one code fits."""
        fine = self._fine_probabilities(x)
        folded = np.zeros((len(x), len(self.codes_)))
        for column, code in enumerate(self._fine):
            folded[:, self.codes_.index(self._fold(code))] += fine[:, column]
        return folded

    def _fold(self, code: str) -> str:
        return self.codebook.folds.get(code, code)

    def _fine_probabilities(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        likeness = _softmax(_SHARPNESS * self._likeness(x))
        if self._code_model is None:
            return likeness
        learned = np.full(likeness.shape, 1e-9)
        columns = [self._fine.index(name) for name in self._code_model.classes_]
        learned[:, columns] = self._code_model.predict_proba(x)
        # The more has been decided, the more the regression is trusted.
        share = 0.5 + 0.4 * len(self._labelled) / (len(self._labelled) + 100.0)
        blended = np.exp(share * np.log(np.maximum(learned, 1e-9)) + (1 - share) * np.log(likeness))
        return np.asarray(blended / blended.sum(axis=1, keepdims=True))

    def kinds(self, x: NDArray[np.float32]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """Kind ids, and shape (n, kinds) with rows that sum to 1; no columns where the codebook has no kinds."""
        if self._kind_model is None:
            return (), np.zeros((len(x), 0))
        return tuple(self._kind_model.classes_), self._kind_model.predict_proba(x)

    def suggest(
        self, ids: Sequence[str], x: NDArray[np.float32], *, listed: int | None = None
    ) -> tuple[Suggestion, ...]:
        """One suggestion for each row of x, shape (n, dimensions); `listed` codes each, all by default."""
        p = self.probabilities(x)
        names, kind_p = self.kinds(x)
        sims = x @ self._text_x.T
        return tuple(
            self._suggestion(ids[i], p[i], dict(zip(names, kind_p[i], strict=True)), x[i], sims[i], listed)
            for i in range(len(ids))
        )

    def _suggestion(
        self,
        segment: str,
        p: NDArray[np.float64],
        kinds: Mapping[str, float],
        x: NDArray[np.float32],
        sims: NDArray[np.float32],
        listed: int | None,
    ) -> Suggestion:
        order = np.argsort(-p, kind="stable")[: listed or len(p)]
        ranked = tuple(
            Ranked(
                code=self.codes_[i],
                p=round(float(p[i]), 4),
                evidence=self._evidence(self.codes_[i], x, sims, segment) if place < 3 else (),
            )
            for place, i in enumerate(order)
        )
        kind = max(kinds, key=lambda name: kinds[name]) if kinds else None
        nothing = kinds.get(Kind.NEITHER, 0.0)
        return Suggestion(
            segment=segment,
            kind=Kind(kind) if kind else None,
            kind_p=round(float(kinds[kind]), 4) if kind else 0.0,
            ranked=ranked,
            abstained=bool(1.0 - nothing < _ABSTAIN_BELOW),
        )

    def _evidence(
        self, code: str, x: NDArray[np.float32], sims: NDArray[np.float32], segment: str
    ) -> tuple[Evidence, ...]:
        """The codebook's closest words for the code, and the closest segment a person gave it or refused it."""
        rows = [i for i, text in enumerate(self._texts) if text.code and self._fold(text.code) == code]
        best = max(rows, key=lambda i: sims[i])
        found = [_evidence(self._texts[best].source, self._texts[best].text, code, sims[best])]
        for source, wanted in (("precedent", "codes"), ("rejected", "rejected")):
            near = [
                i for i, item in enumerate(self._labelled) if code in getattr(item, wanted) and item.segment != segment
            ]
            if near:
                closeness = self._labelled_x[near] @ x
                item = self._labelled[near[int(closeness.argmax())]]
                found.append(_evidence(source, item.text, item.segment, closeness.max()))
        return tuple(found)

    def _likeness(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        """Shape (n, codes): the mean of the best cosine to any of the code's words and the mean of the best three."""
        sims = x @ self._text_x.T
        columns = []
        for code in self._fine:
            rows = [i for i, text in enumerate(self._texts) if text.code == code]
            ordered = -np.sort(-sims[:, rows], axis=1)
            columns.append((ordered[:, 0] + ordered[:, :3].mean(axis=1)) / 2)
        return np.stack(columns, axis=1).astype(np.float64)

    def _fit_codes(self) -> Any:
        rows, names, weights = [], [], []
        for text, row in zip(self._texts, self._text_x, strict=True):
            if text.code:
                rows.append(row)
                names.append(text.code)
                weights.append(1.0)
        for item, row in zip(self._labelled, self._labelled_x, strict=True):
            usable = [code for code in item.codes if code in self.codes_]
            for code in usable:
                rows.append(row)
                names.append(code)
                weights.append(1.0 / len(usable))
        return _regression(rows, names, weights, self.random_state)

    def _fit_kinds(self) -> Any:
        known = {kind.id for kind in self.codebook.kinds}
        rows = [x for text, x in zip(self._texts, self._text_x, strict=True) if text.kind in known]
        names = [text.kind for text in self._texts if text.kind in known]
        for item, row in zip(self._labelled, self._labelled_x, strict=True):
            if item.kind in known:
                rows.append(row)
                names.append(item.kind)
        return _regression(rows, names, [1.0] * len(rows), self.random_state)


def _regression(rows: Sequence[Any], names: Sequence[str], weights: Sequence[float], seed: int) -> Any:
    """Multinomial logistic regression with balanced classes; None where there are fewer than two classes."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # heavy, only here

    if len(set(names)) < 2:
        return None
    model = LogisticRegression(C=_REGULARISATION, class_weight="balanced", max_iter=1000, random_state=seed)
    return model.fit(np.vstack(rows), list(names), sample_weight=np.asarray(weights))


def _softmax(z: NDArray[np.float64]) -> NDArray[np.float64]:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def _evidence(source: str, text: str, ref: str, similarity: float) -> Evidence:
    return Evidence(source=source, text=text, ref=ref, similarity=round(float(similarity), 4))
