"""What a batch run writes of each text, as an Arrow table made of arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from themescout.batch.applying.shown import REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from themescout.batch.applying.shown import Placed
    from themescout.batch.model import Portion
    from themescout.suggest.suggester import Answers

SUGGESTION = pa.struct([("code", pa.string()), ("category", pa.string()), ("p", pa.float64())])
_WORDS = ("source", "doc", "unit", "speaker", "text", "context")
SCHEMA = pa.schema(
    [
        ("source", pa.string()), ("doc", pa.string()), ("unit", pa.string()), ("start", pa.int32()),
        ("end", pa.int32()), ("speaker", pa.string()), ("text", pa.string()), ("context", pa.string()),
        ("theme", pa.int32()), ("theme_name", pa.string()), ("strength", pa.float32()), ("nearest", pa.int32()),
        ("reason", pa.string()), ("kind", pa.string()), ("kind_p", pa.float64()), ("abstained", pa.bool_()),
        ("code", pa.string()), ("p", pa.float64()), ("suggestions", pa.list_(SUGGESTION)),
        ("set", pa.list_(pa.string())),
    ]
)  # fmt: skip


def schema(dimensions: int = 0) -> pa.Schema:
    """The columns in their order; `dimensions` above 0 = with a column `vector` of so many half-precision numbers."""
    return SCHEMA.append(pa.field("vector", pa.list_(pa.float16(), dimensions))) if dimensions else SCHEMA


class Naming:
    """Names for the numbers in `Placed` and `Answers`.

    Args:
        themes: number of a theme to its title.
        codes: ids, columns of `Answers.p`, to the category of each.
        kinds: ids, places of `Answers.kind`; none where the codebook has no kinds.
        listed: suggestions for each text.
    """

    def __init__(
        self, themes: Mapping[int, str], codes: Mapping[str, str], kinds: Sequence[str], *, listed: int
    ) -> None:
        self.themes, self.codes, self.kinds, self.listed = themes, codes, tuple(kinds), listed

    def table(self, portion: Portion, placed: Placed, answers: Answers | None, *, vectors: Any = None) -> pa.Table:
        """One row for each text of the portion; `vectors`: float32, shape (n, dimensions), for a column of their own.

        Without `answers` nothing is said of kinds and codes.

        A text without words has no kind and no code; one of which the machine would rather say nothing has no code,
        but the list of what came nearest.
        """
        empty = np.array([not text.strip() for text in portion.texts], bool)
        columns = _said(portion) | self._themes(placed)
        columns |= self._codes(answers, empty) if answers else _no_codes(len(portion))
        if vectors is None:
            return pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA)
        dimensions = vectors.shape[1]
        flat = pa.array(vectors.astype(np.float16).ravel(), pa.float16())
        columns["vector"] = pa.FixedSizeListArray.from_arrays(flat, dimensions)
        wanted = schema(dimensions)
        return pa.table([columns[name] for name in wanted.names], schema=wanted)

    def first(self, answers: Answers, texts: Sequence[str]) -> NDArray[np.intp]:
        """Column of the first suggestion of each text; -1 for none. Shape (n,)."""
        empty = np.array([not text.strip() for text in texts], bool)
        return np.where(empty | answers.abstained, -1, answers.order[:, 0])

    def _themes(self, placed: Placed) -> dict[str, pa.Array]:
        numbers = np.fromiter(self.themes, np.int32)
        places = np.searchsorted(numbers, placed.theme)
        return {
            "theme": pa.array(placed.theme), "strength": pa.array(placed.strength), "nearest": pa.array(placed.nearest),
            "theme_name": _named(tuple(self.themes.values()), places, placed.theme < 0),
            "reason": _named(REASONS, placed.reason),
        }  # fmt: skip

    def _codes(self, answers: Answers, empty: NDArray[np.bool_]) -> dict[str, pa.Array]:
        silent = empty | answers.abstained
        p, first = np.round(answers.p, 4), answers.order[:, 0]
        no_kind = empty | (answers.kind < 0)
        return {
            "kind": _named(self.kinds, answers.kind, no_kind),
            "kind_p": pa.array(np.round(answers.kind_p, 4), mask=no_kind),
            "abstained": pa.array(silent),
            "code": _named(tuple(self.codes), first, silent),
            "p": pa.array(p[np.arange(len(p)), first], mask=silent),
            "suggestions": self._suggestions(answers.order[:, : self.listed], p, empty),
            "set": self._sets(answers, empty),
        }

    def _suggestions(self, order: NDArray[np.intp], p: NDArray[np.float64], empty: NDArray[np.bool_]) -> pa.ListArray:
        columns = order[~empty].ravel()
        values = pa.StructArray.from_arrays(
            [
                _named(tuple(self.codes), columns),
                _named(tuple(self.codes.values()), columns),
                pa.array(np.take_along_axis(p[~empty], order[~empty], axis=1).ravel()),
            ],
            fields=list(SUGGESTION),
        )
        return _lists(np.where(empty, 0, order.shape[1]), values)

    def _sets(self, answers: Answers, empty: NDArray[np.bool_]) -> pa.ListArray:
        if answers.promised is None:
            return pa.nulls(len(empty), pa.list_(pa.string()))
        sizes = np.where(empty, 0, answers.promised)
        inside = np.arange(answers.order.shape[1]) < sizes[:, None]
        return _lists(sizes, _named(tuple(self.codes), answers.order[inside]), empty)


def _said(portion: Portion) -> dict[str, pa.Array]:
    fields = (portion.sources, portion.docs, portion.units, portion.speakers, portion.texts, portion.contexts)
    columns = {name: pa.array(values, pa.string()) for name, values in zip(_WORDS, fields, strict=True)}
    return columns | {"start": pa.array(portion.starts, pa.int32()), "end": pa.array(portion.ends, pa.int32())}


def _no_codes(count: int) -> dict[str, pa.Array]:
    nulls = {name: pa.nulls(count, SCHEMA.field(name).type) for name in ("kind", "kind_p", "code", "p", "set")}
    empty = _lists(np.zeros(count, np.intp), pa.array([], SUGGESTION))
    return {**nulls, "abstained": pa.array(np.zeros(count, bool)), "suggestions": empty}


def _named(names: Sequence[str], places: NDArray[Any], missing: NDArray[np.bool_] | None = None) -> pa.Array:
    """The name at each place, null where it is missing."""
    return pa.array(names, pa.string()).take(pa.array(places.astype(np.int64), mask=missing))


def _lists(sizes: NDArray[Any], values: pa.Array, missing: NDArray[np.bool_] | None = None) -> pa.ListArray:
    """Lists of the given sizes, filled with the values in order; null where it is missing."""
    borders = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    mask = None if missing is None else np.append(missing, False)
    return pa.ListArray.from_arrays(pa.array(borders, mask=mask), values)
