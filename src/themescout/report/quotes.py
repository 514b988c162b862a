"""Quotes: exact slices of stored transcripts, checked each time one is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class InexactQuoteError(RuntimeError):
    """A quote is not the slice it claims to be. This is a bug, never the user's doing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Verbatim words: `transcript[start:end]` in code points.

    Attributes:
        text: the words.
        participant: who is counted, from participants.csv.
        transcript: id.
        start: first code point in the stored transcript.
        end: one past the last.
        turn: number of the turn as a person counts, from 1.
        segment: id of the segment.
        weight: order of preference, higher first (probability of a suggestion, 1.0 for a confirmed label).
    """

    text: str
    participant: str
    transcript: str
    start: int
    end: int
    turn: int
    segment: str
    weight: float = 1.0


class Source:
    """The stored transcripts, from which every quote is cut."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def check(self, quote: Quote) -> Quote:
        """Return the quote if it is exact.

        Raises:
            InexactQuoteError: the stored text at this place is another.
        """
        stored = self._texts.get(quote.transcript, "")
        if not quote.text or quote.start < 0 or stored[quote.start : quote.end] != quote.text:
            raise InexactQuoteError(f"{quote.transcript}[{quote.start}:{quote.end}] is not {quote.text!r}")
        return quote

    def places(self, transcript: str, text: str) -> tuple[int, ...]:
        """Where `text` begins in the transcript as it is now: every place, in order; () if nowhere."""
        stored = self._texts.get(transcript, "")
        found = []
        at = stored.find(text) if text else -1
        while at >= 0:
            found.append(at)
            at = stored.find(text, at + 1)
        return tuple(found)


def chosen(quotes: Iterable[Quote], *, count: int, per_informant: int) -> tuple[Quote, ...]:
    """At most `count` quotes, at most `per_informant` of one participant, the weightiest first.

    Among equals those of middling length come first (a table needs quotes that say something and can be
    read), then a fixed order that favours no interview.
    """
    picked: list[Quote] = []
    used: dict[str, int] = {}
    for quote in sorted(quotes, key=_preference):
        if len(picked) < count and used.get(quote.participant, 0) < per_informant:
            picked.append(quote)
            used[quote.participant] = used.get(quote.participant, 0) + 1
    return tuple(picked)


def informants(quotes: Sequence[Quote]) -> int:
    """Number of different participants."""
    return len({quote.participant for quote in quotes})


def _preference(quote: Quote) -> tuple[float, int, str]:
    words = len(quote.text.split())
    return (-round(quote.weight, 2), abs(words - 45) // 15, digest(quote.transcript, str(quote.start)))
