"""Segments as the suggesting methods see them: words, vector, interview, surroundings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_REACH = 3  # segments before and after that count as surroundings
_LONGEST = 1_000  # rows of one document, above which it is a pile of texts and no interview


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Segments, one entry each in every attribute.

    Attributes:
        ids: unique.
        texts: verbatim words.
        x: float32, shape (n, dimensions), unit rows.
        docs: the interview; "" where it is not known.
        around: float32, shape (n, dimensions): unit vectors of what is said around; zero rows where it is not known.
        place: float32, shape (n,): how far into the interview, 0..1; nan where it is not known.
        tuned: float32, shape (n, dimensions): vectors of a codebook's own model, where it has one, else None.
    """

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    x: NDArray[np.float32]
    docs: tuple[str, ...]
    around: NDArray[np.float32]
    place: NDArray[np.float32]
    tuned: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(
        cls,
        ids: Sequence[str],
        texts: Sequence[str],
        x: NDArray[np.float32],
        *,
        docs: Sequence[str] = (),
        ordered: bool = False,
        tuned: NDArray[np.float32] | None = None,
    ) -> Self:
        """Rows with their surroundings, where `ordered` says that the rows of a document are in the order of speaking.

        What is around a row is the mean of up to three rows before and after in its document, weighted by 1/distance.
        """
        docs = tuple(docs) or ("",) * len(ids)
        around, place = np.zeros_like(x), np.full(len(ids), np.nan, np.float32)
        if ordered:
            for rows in _documents(docs):
                place[rows] = np.arange(len(rows)) / max(1, len(rows))
                around[rows] = _neighbourhood(x[rows])
        return cls(
            ids=tuple(ids), texts=tuple(texts), x=x, docs=docs, around=around, place=place, tuned=tuned
        )  # fmt: skip

    def take(self, rows: Sequence[int] | NDArray[np.intp]) -> Self:
        """The given rows, in that order."""
        chosen = np.asarray(rows, np.intp)
        return type(self)(
            ids=tuple(self.ids[i] for i in chosen),
            texts=tuple(self.texts[i] for i in chosen),
            x=self.x[chosen],
            docs=tuple(self.docs[i] for i in chosen),
            around=self.around[chosen],
            place=self.place[chosen],
            tuned=None if self.tuned is None else self.tuned[chosen],
        )


def in_order_of_speaking(docs: Sequence[str], codes: Sequence[Sequence[str]] = ()) -> bool:
    """Whether a table's rows can be taken to be in the order in which they were said.

    That is so where each document's rows stand together, several of them, not more than an interview has, and are not
    grouped by code: sorted rows would tell the code of a row by its neighbours'.
    """
    if not all(docs):
        return False
    stretches = sum(1 for i, doc in enumerate(docs) if not i or docs[i - 1] != doc)
    sizes = [len(rows) for rows in _documents(docs)]
    if stretches != len(sizes) or max(sizes, default=0) > _LONGEST or len(docs) < 2 * len(sizes):
        return False
    return not _grouped(docs, codes)


def _grouped(docs: Sequence[str], codes: Sequence[Sequence[str]]) -> bool:
    """Whether the code changes from row to row less than half as often as it would in a random order."""
    changes = expected = 0.0
    for rows in _documents(docs):
        firsts = [codes[i][0] for i in rows if codes and codes[i]]
        shares = [firsts.count(code) / len(firsts) for code in set(firsts)]
        changes += sum(1 for a, b in pairwise(firsts) if a != b)
        expected += max(0, len(firsts) - 1) * (1.0 - sum(share**2 for share in shares))
    return changes < expected / 2


def _documents(docs: Sequence[str]) -> list[list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for i, doc in enumerate(docs):
        if doc:
            found[doc].append(i)
    return list(found.values())


def _neighbourhood(x: NDArray[np.float32]) -> NDArray[np.float32]:
    made = np.zeros_like(x)
    for distance in range(1, min(_REACH, len(x) - 1) + 1):
        made[distance:] += x[:-distance] / distance
        made[:-distance] += x[distance:] / distance
    lengths = np.linalg.norm(made, axis=1, keepdims=True)
    return np.asarray(made / np.where(lengths > 0, lengths, 1.0), np.float32)
