"""A table of any length becomes stretches of about one partition each, while it is still being read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout.batch import files
from themescout.batch.inputs import streaming
from themescout.batch.inputs.rows import DamagedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from themescout.batch.inputs.rows import Notes, Row
    from themescout.batch.model import Source


def stretches(source: Source, size: int, notes: Notes) -> Iterator[list[Row]]:
    """The rows of the table in order, about `size` of them at a time; equal tables give equal stretches.

    A stretch ends where a document ends: the first end from row `size` on, if it comes within half as much more, else
    the last one before. So a document is torn only where it is longer than one and a half times `size`. Where the file
    is damaged, the rows before the damage are given out; where it cannot be read on for another reason, only whole
    stretches are, so that another try goes on behind them.

    Raises:
        FileProblemError: the table could not be read to its end.
    """
    longest = size + size // 2
    held: list[Row] = []
    damage: DamagedError | None = None
    try:
        files.check_state(source.path, source.stamp)
        for row in streaming.rows(source, notes):
            held.append(row)
            # One row more shows whether a document ends with the last one that fits.
            if len(held) > longest or (len(held) > size and _ends_before(held, len(held) - 1)):
                cut = _cut(held, size)
                yield held[:cut]
                del held[:cut]
        files.check_state(source.path, source.stamp)
    except DamagedError as error:
        damage = error
    while held:
        cut = _cut(held, size) if len(held) > longest else len(held)
        yield held[:cut]
        del held[:cut]
    if damage:
        raise damage


def _cut(held: list[Row], size: int) -> int:
    """How many of the held rows make the next stretch."""
    after = (at for at in range(size, len(held)) if _ends_before(held, at))
    before = (at for at in range(min(size, len(held)) - 1, 0, -1) if _ends_before(held, at))
    return next(after, 0) or next(before, 0) or min(size, len(held))


def _ends_before(held: list[Row], at: int) -> bool:
    """Whether a document ends before row `at`; rows without a document stand alone."""
    return held[at].doc != held[at - 1].doc or not held[at].doc
