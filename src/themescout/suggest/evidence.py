"""Why a code was suggested: the codebook's nearest words, the nearest segments that a person gave it or refused it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from themescout.types import Evidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from themescout.suggest.rows import Rows
    from themescout.suggest.texts import CodeText, Labelled

_PRECEDENTS = 2


class Witnesses:
    """Everything verbatim that can be pointed to.

    Args:
        texts: the codebook's, those without a code say nothing here.
        text_x: float32, shape (len(texts), dimensions).
        folds: code of the finer codebook → the code that stands for it; codes not in it stand for themselves.
        labelled: decided segments.
        labelled_x: float32, shape (len(labelled), dimensions).
    """

    def __init__(
        self,
        texts: Sequence[CodeText],
        text_x: NDArray[np.float32],
        folds: Mapping[str, str],
        labelled: Sequence[Labelled],
        labelled_x: NDArray[np.float32],
    ) -> None:
        self._texts, self._text_x = texts, text_x
        self._labelled, self._labelled_x = list(labelled), labelled_x
        self._written: dict[str, list[int]] = {}
        for i, text in enumerate(texts):
            if text.code:
                self._written.setdefault(folds.get(text.code, text.code), []).append(i)

    def add(self, item: Labelled, x: NDArray[np.float32]) -> None:
        """One more decided segment with its vector, shape (1, dimensions)."""
        self._labelled.append(item)
        self._labelled_x = np.vstack([self._labelled_x, x])

    def of(self, rows: Rows, wanted: NDArray[np.intp], codes: Sequence[str]) -> list[dict[str, tuple[Evidence, ...]]]:
        """For each row, evidence by code, for the codes (columns of `codes`) in `wanted`, shape (n, some)."""
        made: list[dict[str, tuple[Evidence, ...]]] = [{} for _ in rows.ids]
        for column in np.unique(wanted):
            asked = np.flatnonzero((wanted == column).any(axis=1))
            for row, found in zip(asked, self._for_code(codes[column], rows, asked), strict=True):
                made[row][codes[column]] = found
        return made

    def _for_code(self, code: str, rows: Rows, asked: NDArray[np.intp]) -> list[tuple[Evidence, ...]]:
        found: list[list[Evidence]] = [[] for _ in asked]
        written = self._written.get(code, [])
        if written:
            near = rows.x[asked] @ self._text_x[written].T
            for place, best in enumerate(near.argmax(axis=1)):
                text = self._texts[written[best]]
                found[place].append(_evidence(text.source, text.text, code, near[place, best]))
        self._decided("precedent", [i for i, d in enumerate(self._labelled) if code in d.codes], rows, asked, found)
        self._decided("rejected", [i for i, d in enumerate(self._labelled) if code in d.rejected], rows, asked, found)
        return [tuple(items) for items in found]

    def _decided(
        self, source: str, among: list[int], rows: Rows, asked: NDArray[np.intp], found: list[list[Evidence]]
    ) -> None:
        if not among:
            return
        most = _PRECEDENTS if source == "precedent" else 1
        near = rows.x[asked] @ self._labelled_x[among].T
        own = np.asarray([self._labelled[i].segment for i in among])
        # A segment is no evidence for itself.
        near[np.asarray(rows.ids)[asked][:, None] == own] = -np.inf
        best = _nearest(near, most)
        for place, chosen in enumerate(best):
            for i in chosen[np.isfinite(near[place, chosen])]:
                item = self._labelled[among[i]]
                found[place].append(_evidence(source, item.text, item.segment, near[place, i]))


def _evidence(source: str, text: str, ref: str, similarity: float) -> Evidence:
    return Evidence(source=source, text=text, ref=ref, similarity=round(float(similarity), 4))


def _nearest(near: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Columns of the largest values of each row, largest first, shape (n, count or fewer)."""
    count = min(count, near.shape[1])
    some = np.argpartition(-near, count - 1, axis=1)[:, :count]
    order = np.argsort(-np.take_along_axis(near, some, axis=1), axis=1, kind="stable")
    return np.asarray(np.take_along_axis(some, order, axis=1))
