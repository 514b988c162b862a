"""What a plug-in must do. An object of the right shape is a plug-in; nothing needs to be inherited.

Two conventions hold everywhere: noise is -1, and groups count up from 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from themescout.types import RawTranscript


@runtime_checkable
class Importer(Protocol):
    """Reads one kind of file. Group `themescout.importers`."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """File endings it reads, lower case, with the dot."""
        ...

    def read(self, path: Path) -> tuple[RawTranscript, ...]:
        """Read the interviews of `path`, one or several.

        Raises:
            FileProblemError: the file is not what its ending says, is damaged, locked or too large.
        """
        ...


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into vectors. Group `themescout.embedders`. Loads its model on the first call only.

    It may have more: `at_once`, how many texts are best given together; `load()`, called before the first texts, from a
    thread of its own; `worth_keeping = True`, where it takes long, so that vectors of built-in codebooks are kept.
    """

    @property
    def key(self) -> str:
        """Everything that shapes the numbers; known without loading the model."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, float32, shape (len(texts), dimensions); a text of white space only gives a zero row."""
        ...


@runtime_checkable
class Reducer(Protocol):
    """Fewer dimensions for clustering. Group `themescout.reducers`."""

    def reduce(self, x: NDArray[np.float32], *, neighbours: int, seed: int) -> NDArray[np.float32]:
        """Shape (n, fewer); the same input and seed give the same output."""
        ...
