"""The quotes that stand with a number, each an exact slice of a transcript."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.comparison.model import Basis, Outcome
from themescout.report.quotes import chosen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from themescout.comparison.counts.claims import Case
    from themescout.comparison.counts.mentions import Mention
    from themescout.report.places import Places
    from themescout.report.quotes import Quote
    from themescout.types import Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoting:
    """Cuts quotes.

    Attributes:
        places: the transcripts.
        items: the segments of both waves by id.
        count: quotes for each row and wave.
    """

    places: Places
    items: Mapping[str, Segment]
    count: int

    def of(self, mentions: Sequence[Mention]) -> tuple[Quote, ...]:
        """A few, at most one of each informant: unprompted ones first, then the weightiest."""
        first = chosen((one.quote for one in mentions if not one.prompted), count=self.count, per_informant=1)
        heard = {quote.participant for quote in first}
        rest = [one.quote for one in mentions if one.prompted and one.informant not in heard]
        return (*first, *chosen(rest, count=self.count - len(first), per_informant=1))

    def looked_at(self, case: Case, said: Outcome) -> tuple[tuple[Quote, float], ...]:
        """The segments to read, likeliest first, with their probability: of the wave in which nobody was counted."""
        found = case.found_new.all if said is Outcome.NOT_HEARD else ()
        if said is Outcome.UNCLEAR and not case.unknown_new:
            open_new = case.found_new if not case.new.count and not case.found_new.clean else None
            found = (open_new or case.found_old).open
        return tuple((self.places.of_segment(self.items[name], weight=p), p) for name, p in found)


def silence(closed: frozenset[str], items: Sequence[Segment]) -> Basis:
    """Whose word it is that nobody raised something: a person's, once every segment of the wave is decided."""
    return Basis.CONFIRMED if items and all(item.id in closed for item in items) else Basis.SUGGESTED
