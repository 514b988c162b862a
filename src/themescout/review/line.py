"""One coder's line of segments: where they are in it, and what they put aside for the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Line:
    """Segment ids in an order of work. What is asked from the front costs no more in a long line than in a short."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = tuple(ids)
        self._place = {name: i for i, name in enumerate(self.ids)}
        self._front = 0
        self._later: dict[str, None] = {}

    def first(self, open_: Callable[[str], bool], free: Callable[[str], bool]) -> str | None:
        """The first segment that is open and free, then what was put aside; if none is free, the first open one.

        Args:
            open_: whether somebody has still to decide; what is not open is passed for good until `back`.
            free: whether nobody else is at it just now.
        """
        while self._front < len(self.ids) and not open_(self.ids[self._front]):
            self._front += 1
        waiting = (name for name in self._ahead() if open_(name))
        fallback = None
        for name in waiting:
            if free(name):
                return name
            fallback = fallback or name
        return fallback

    def later(self, segment: str) -> None:
        """Put a segment aside; it comes again at the end, after those put aside before."""
        self._later.pop(segment, None)
        self._later[segment] = None

    def put_aside(self) -> int:
        """Number of segments put aside."""
        return len(self._later)

    def back(self, segment: str) -> None:
        """A segment is open again: the front goes back to it, if it was passed."""
        place = self._place.get(segment)
        if place is not None:
            self._front = min(self._front, place)

    def rest(self) -> Iterator[str]:
        """Everything from the front on that was not put aside."""
        return (self.ids[i] for i in range(self._front, len(self.ids)) if self.ids[i] not in self._later)

    def _ahead(self) -> Iterator[str]:
        yield from self.rest()
        yield from tuple(self._later)
