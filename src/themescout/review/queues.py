"""Who works at what: each coder's line in each order of work, and what is on whose screen just now."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from themescout.review.arranging import arranged
from themescout.review.line import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from themescout.codebook import Codebook
    from themescout.project import Study
    from themescout.review.arranging import Order
    from themescout.review.ledger import Ledger
    from themescout.types import Segment

AT_IT = 300.0  # seconds for which a segment on somebody's screen is not offered to others


class Queues:
    """The work of several coders on the same segments.

    Args:
        study: open.
        items: segment id to segment, in the order of speaking.
        ledger: the decisions; it goes on growing.
        double: ids of the segments that everybody decides.
    """

    def __init__(self, study: Study, items: Mapping[str, Segment], ledger: Ledger, double: Collection[str]) -> None:
        self._study, self._items, self._ledger, self._double = study, items, ledger, double
        self._lines: dict[tuple[str, Order], Line] = {}
        self._at: dict[str, tuple[str, float]] = {}

    def next(self, coder: str, order: Order, book: Codebook) -> str | None:
        """Id of the segment that `coder` decides next; None where everything is decided."""
        line = self._line(coder, order, book)
        return line.first(lambda name: self.open(coder, name), lambda name: self._free(coder, name))

    def open(self, coder: str, segment: str) -> bool:
        """Whether `coder` has still to decide: others' segments are done, unless everybody is to decide them."""
        if segment not in self._items or segment in self._ledger.decided(coder):
            return False
        if segment in self._double:
            return True
        return not any(d.coder != coder for d in self._ledger.standing(segment))

    def on_screen(self, coder: str, segment: str) -> None:
        """`coder` looks at a segment, and at no other one."""
        for name in [name for name, (who, _) in self._at.items() if who == coder]:
            del self._at[name]
        self._at[segment] = (coder, time.monotonic())

    def later(self, coder: str, order: Order, segment: str, book: Codebook) -> None:
        """Put a segment aside until the end."""
        self._at.pop(segment, None)
        self._line(coder, order, book).later(segment)

    def jump(self, coder: str, order: Order, segment: str, book: Codebook, group: Callable[[str], str]) -> int:
        """Put aside all that is left of a segment's group; return their number.

        Args:
            coder: whose line.
            order: which line.
            segment: id.
            book: for the order by code.
            group: segment id to the name of its theme, interview or code.
        """
        line, wanted, gone = self._line(coder, order, book), group(segment), []
        for name in line.rest():
            if group(name) == wanted and self.open(coder, name):
                gone.append(name)
            elif gone:
                break
        for name in gone:
            line.later(name)
        return len(gone)

    def back(self, coder: str, segment: str) -> None:
        """A decision was taken back: the segment comes up again."""
        for (who, _), line in self._lines.items():
            if who == coder:
                line.back(segment)

    def anew(self, coder: str, order: Order) -> None:
        """Make a coder's line anew at the next look."""
        self._lines.pop((coder, order), None)

    def _line(self, coder: str, order: Order, book: Codebook) -> Line:
        if (coder, order) not in self._lines:
            codes = [code.id for code in book.codes]
            done = self._ledger.decided(coder)
            items = tuple(self._items.values())
            self._lines[coder, order] = Line(
                arranged(self._study, order, items, done, log=self._ledger.log, codes=codes)
            )
        return self._lines[coder, order]

    def _free(self, coder: str, segment: str) -> bool:
        if segment in self._double:
            return True
        who, since = self._at.get(segment, (coder, 0.0))
        return who == coder or time.monotonic() - since > AT_IT
