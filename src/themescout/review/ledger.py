"""The decision log in memory: what stands for a segment, and what a coder has decided, without reading it all again."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from themescout import decisions
from themescout.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from themescout.types import Decision


class Ledger:
    """A log that only grows. `newest` is the number of its last entry, 0 where there is none."""

    def __init__(self, log: Iterable[Decision] = ()) -> None:
        self.newest = 0
        self._all: list[Decision] = []
        self._of: dict[str, list[Decision]] = defaultdict(list)
        self._decided: dict[str, set[str]] = defaultdict(set)
        self._by: dict[str, list[Decision]] = defaultdict(list)
        for decision in log:
            self.add(decision)

    def add(self, decision: Decision) -> None:
        """Take in an entry that has just been stored; entries come in the order of their numbers."""
        self.newest = decision.seq
        self._all.append(decision)
        self._of[decision.segment].append(decision)
        self._by[decision.coder].append(decision)
        holds = any(
            one.coder == decision.coder and one.verdict is not Verdict.SETTLE for one in self.standing(decision.segment)
        )
        (self._decided[decision.coder].add if holds else self._decided[decision.coder].discard)(decision.segment)

    @property
    def log(self) -> Sequence[Decision]:
        """Every entry, oldest first."""
        return self._all

    def by(self, coder: str) -> Sequence[Decision]:
        """The entries of one coder, oldest first."""
        return self._by.get(coder, ())

    def of(self, segment: str) -> Sequence[Decision]:
        """The entries about one segment, oldest first."""
        return self._of.get(segment, ())

    def standing(self, segment: str) -> tuple[Decision, ...]:
        """What holds about a segment now, of all coders."""
        return decisions.standing(self._of.get(segment, ()))

    def decided(self, coder: str) -> frozenset[str] | set[str]:
        """Ids of segments about which a decision of `coder` holds; not to be changed."""
        return self._decided.get(coder, frozenset())

    def coders(self) -> tuple[str, ...]:
        """Everybody whose decision holds for some segment, in order of the alphabet."""
        return tuple(sorted(coder for coder, ids in self._decided.items() if ids))
