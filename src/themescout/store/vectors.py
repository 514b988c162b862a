"""Vectors by the hash of their text and the key of what made them; shared by segments and codebook."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from themescout.text import digest

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray


_FEW = 10_000


class StoredVectors:
    """A cache of vectors. What is in it never changes."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def missing(self, texts: Iterable[str], key: str) -> tuple[str, ...]:
        """The distinct texts that have no vector under `key`, longest first, then by hash.

        The order depends only on what is missing, and whole batches are stored: work that was interrupted goes on
        with the very batches it would have had, so that the numbers come out the same to the last bit.
        """
        wanted = {digest(text): text for text in texts}
        known = {row[0] for row in self._rows("text_sha256", wanted, key)}
        return tuple(wanted[name] for name in sorted(wanted.keys() - known, key=lambda n: (-len(wanted[n]), n)))

    def add(self, texts: Sequence[str], x: NDArray[np.float32], key: str) -> None:
        """Store one batch, whole or not at all."""
        rows = [(digest(text), key, row.astype("<f4").tobytes()) for text, row in zip(texts, x, strict=True)]
        self._db.execute("begin immediate")
        try:
            self._db.executemany("insert or ignore into vector values (?, ?, ?)", rows)
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def read(self, texts: Sequence[str], key: str) -> NDArray[np.float32]:
        """The vectors of `texts`, in their order: float32, shape (len(texts), dimensions).

        Raises:
            KeyError: a text has no vector under `key`.
        """
        import numpy as np  # noqa: PLC0415  # `themescout status` must not pay for numpy

        names = [digest(text) for text in texts]
        stored = dict(self._rows("text_sha256, x", names, key))
        rows = [np.frombuffer(stored[name], dtype="<f4") for name in names]
        return np.vstack(rows).astype(np.float32) if rows else np.zeros((0, 0), np.float32)

    def _rows(self, columns: str, names: Collection[str], key: str) -> Iterator[tuple[Any, ...]]:
        """Rows of these texts and perhaps of others; few are looked up one by one, many are read in one go."""
        query = f"select {columns} from vector where key = ?"
        if len(names) > _FEW:
            return self._db.execute(query, (key,))
        few = f"{query} and text_sha256 in (select value from json_each(?))"
        return self._db.execute(few, (key, json.dumps(sorted(names))))

    def count(self) -> int:
        """Number of stored vectors."""
        return int(self._db.execute("select count(*) from vector").fetchone()[0])
