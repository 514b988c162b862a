"""All of a study that is applied to a portion: its themes, its codebook, and what was learned from its decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow

    from themescout.batch.model import Portion
    from themescout.project import Study


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Applied:
    """What a yardstick says of a portion.

    Attributes:
        table: one row for each text, in order; columns as in `columns.schema`.
        themes: (number of a theme, texts in it), -1 = in none, ascending; themes without a text are left out.
        codes: (code, texts for which it is the first suggestion), "" = nothing suggested, in the order of the codebook.
        seconds: (part of the work, wall-clock seconds): "embed", "judge".
    """

    table: pyarrow.Table
    themes: tuple[tuple[int, int], ...]
    codes: tuple[tuple[str, int], ...]
    seconds: tuple[tuple[str, float], ...]


class Yardstick:
    """A study's themes and codes, ready to be applied to any texts; the study itself is not needed any more.

    Attributes:
        title: of the study.
        fingerprint: hash of all it rests on; equal fingerprints give equal tables.
        model: setting `embed.model` of the study.
        keys: of the embedders that must be used: the study's, and the one trained for the codebook, where there is one.
        seed: of the study's settings.
    """

    title: str
    fingerprint: str
    model: str
    keys: tuple[str, ...]
    seed: int

    @classmethod
    def of(cls, study: Study) -> Self:
        """Fit what the study has now. Nothing is written to the study.

        Raises:
            BatchError: it has no themes or no suggestions yet.
        """
        raise NotImplementedError

    def dumped(self) -> bytes:
        """Everything as bytes for `loaded`, without the models."""
        raise NotImplementedError

    @classmethod
    def loaded(cls, data: bytes) -> Self:
        """What `dumped` made.

        Raises:
            BatchError: another version of themescout made it, or it is damaged.
        """
        raise NotImplementedError

    def apply(
        self, portion: Portion, progress: Callable[[int, int], None] = lambda done, total: None, *, vectors: bool = False
    ) -> Applied:
        """Themes and codes for every text of the portion. The first call loads the model.

        Args:
            progress: told how many distinct texts are embedded, and of how many.
            vectors: whether the table has the vectors too.

        Raises:
            ModelError: the model is missing or cannot be loaded.
            BatchError: the model that is there is not the one that the study used.
        """
        raise NotImplementedError
