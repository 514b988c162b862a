"""Two samples of any number of texts, drawn in one pass and bounded memory."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Self

from themescout.batch.tally import Distinct
from themescout.types import Segment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from themescout.batch.model import Portion

_TAKEN = (2, 3)  # of few texts, the share that the first sample gets at most
_SHORT = 64  # bits of a rank, the highest of it, by which distinct texts are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A text of a sample, and where it stands first in the order of the inputs; attributes as in `Portion`."""

    text: str
    source: str
    doc: str
    unit: str
    speaker: str
    context: str

    @classmethod
    def of(cls, portion: Portion, row: int) -> Self:
        """The text in a row of a portion."""
        return cls(
            text=portion.texts[row], source=portion.sources[row], doc=portion.docs[row], unit=portion.units[row],
            speaker=portion.speakers[row], context=portion.contexts[row],
        )  # fmt: skip

    def as_segment(self, number: int) -> Segment:
        """The text as a segment whose id is `number`; a text of no document is a document of its own."""
        document = f"{self.source}\0{self.doc}" if self.doc else f"text {number}"
        return Segment(
            id=str(number), transcript=document, turn=number, start=0, end=len(self.text), text=self.text,
            speaker=self.speaker, context=self.context,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Two samples without a text in common, in the order of their ranks.

    Attributes:
        first: the texts among which themes are looked for.
        second: the next ones, to see how well the first speak for others.
        distinct: number of distinct texts from which they were drawn.
    """

    first: tuple[Drawn, ...]
    second: tuple[Drawn, ...]
    distinct: int


def rank(seed: int, text: str) -> int:
    """A number of 128 bits that seed and text alone give: who has the smallest is in the sample."""
    return int.from_bytes(blake2b(text.encode(), digest_size=16, key=str(seed).encode()).digest(), "big")


def draw(portions: Iterable[Portion], *, size: int, seed: int) -> Samples:
    """Two samples of `size` distinct texts each: those with the smallest ranks, and the next.

    A bottom-k sample (Cohen and Kaplan 2007, "Summarizing data using bottom-k sketches", PODC): every set of k distinct
    texts is as likely, and it does not matter in which order or portions they come. Where there are too few for two,
    the first has at most two thirds of them. Texts of white space do not count.
    """
    kept: dict[int, Drawn] = {}
    largest: list[int] = []  # a heap of ranks, negative, so that the largest rank comes first
    met = Distinct()
    for portion in portions:
        for row, text in enumerate(portion.texts):
            if not text.strip():
                continue
            here = rank(seed, text)
            met.add(here >> _SHORT)
            if here in kept or (len(largest) == 2 * size and here > -largest[0]):
                continue
            kept[here] = Drawn.of(portion, row)
            heapq.heappush(largest, -here)
            if len(largest) > 2 * size:
                del kept[-heapq.heappop(largest)]
    ordered = tuple(kept[here] for here in sorted(kept))
    border = min(size, len(ordered) * _TAKEN[0] // _TAKEN[1])
    return Samples(first=ordered[:border], second=ordered[border:][:size], distinct=max(len(met), len(ordered)))
