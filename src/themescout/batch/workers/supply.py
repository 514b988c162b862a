"""Which partition is next, and what becomes of one whose worker died."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from themescout.batch.model import Partition

DEATHS_ALONE = 3  # then it is lost; with the one in company as many as Dask itself allows


class Supply:
    """Partitions in their order, drawn one by one; those that come back go first.

    A worker may die for any reason, and beside the partition it works at it holds one that waits. So what a dead worker
    held is only under suspicion and is tried again alone. What dies alone is the culprit, or that was chance again; it
    has two more tries. An innocent partition is lost only where its worker is killed four times over.
    """

    def __init__(self, partitions: Iterable[Partition]) -> None:
        self._fresh = iter(partitions)
        self._again: deque[Partition] = deque()
        self._suspects: deque[Partition] = deque()
        self._deaths: Counter[str] = Counter()

    @property
    def suspects(self) -> bool:
        """Whether a partition waits to be tried alone."""
        return bool(self._suspects)

    @property
    def waiting(self) -> bool:
        """Whether something that was drawn before waits for another try."""
        return bool(self._again or self._suspects)

    def draw(self) -> Partition | None:
        """The next partition that may share a worker; None where there is none (left)."""
        return self._again.popleft() if self._again else next(self._fresh, None)

    def suspect(self) -> Partition:
        """The next partition that must have its worker to itself."""
        return self._suspects.popleft()

    def back(self, partition: Partition, *, alone: bool) -> None:
        """Not done, and nobody died of it."""
        (self._suspects if alone else self._again).append(partition)

    def died(self, partition: Partition, *, alone: bool) -> bool:
        """Its worker died, and it was alone there or not. True: it is lost; otherwise it will be tried again."""
        self._deaths[partition.name] += alone
        if self._deaths[partition.name] < DEATHS_ALONE:
            self._suspects.append(partition)
            return False
        return True
