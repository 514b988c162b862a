"""Who says what where in the stored transcripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout import participants
from themescout.report.quotes import Quote, Source
from themescout.types import Role

if TYPE_CHECKING:
    from themescout.decisions import Label
    from themescout.project import Study
    from themescout.types import Segment, Turn


class Places:
    """Who says what where in the stored transcripts."""

    def __init__(self, study: Study) -> None:
        self.source = Source(study.store.transcripts.texts())
        rows = participants.read(study.participants_file)
        self._people = {(row.transcript, row.speaker): row.participant for row in rows}
        self._read_turns = study.store.transcripts.turns
        self._turns: dict[str, tuple[Turn, ...]] = {}

    def participant(self, transcript: str, speaker: str) -> str:
        """Who is counted for this speaker."""
        return self._people.get((transcript, speaker), transcript)

    def of_segment(self, item: Segment, *, weight: float = 1.0) -> Quote:
        """The words of a segment, checked against its transcript."""
        return self.source.check(
            Quote(
                text=item.text,
                participant=self.participant(item.transcript, item.speaker),
                transcript=item.transcript,
                start=item.start,
                end=item.end,
                turn=item.turn + 1,
                segment=item.id,
                weight=weight,
            )
        )

    def of_label(self, label: Label, item: Segment | None) -> Quote | None:
        """The words decided on, where an informant says them now; None if none does."""
        if item is not None and item.text == label.quote:
            return self.of_segment(item)
        # The segment is gone or cut otherwise, but the words may still be there.
        places = self.source.places(label.transcript, label.quote)
        for start in sorted(places, key=lambda place: (abs(place - label.start), place)):
            end = start + len(label.quote)
            turn = self._informant_turn(label.transcript, start, end)
            if turn:
                return self.source.check(
                    Quote(
                        text=label.quote,
                        participant=self.participant(label.transcript, turn.speaker),
                        transcript=label.transcript,
                        start=start,
                        end=end,
                        turn=turn.seq + 1,
                        segment=label.segment,
                    )
                )
        return None

    def _informant_turn(self, transcript: str, start: int, end: int) -> Turn | None:
        if transcript not in self._turns:
            self._turns[transcript] = self._read_turns(transcript)
        within = (turn for turn in self._turns[transcript] if turn.start <= start and end <= turn.end)
        return next((turn for turn in within if turn.role is Role.INFORMANT), None)
