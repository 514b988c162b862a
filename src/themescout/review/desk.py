"""Many coders at one study at once: what each of them sees next, and what they decide.

Everything is kept in memory beside the open study, so that the next segment does not wait for 100,000 others. One lock
holds it all together; whoever else writes to the study's file is noticed before anything is decided.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, defaultdict
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from themescout import curation, participants
from themescout.errors import AccessError, DecisionError, StaleError
from themescout.pipeline import suggesting
from themescout.review import hasty, preferences, service
from themescout.review.arranging import Order, arranged
from themescout.review.cards import Card
from themescout.review.drawing import Purpose, drawn
from themescout.review.ledger import Ledger
from themescout.review.line import Line
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from themescout.codebook import Codebook
    from themescout.project import Study
    from themescout.review.cards import Answer
    from themescout.review.live import Live
    from themescout.review.preferences import Preferences
    from themescout.types import Decision, Segment, Suggestion, Transcript

AT_IT = 300.0  # seconds for which a segment on somebody's screen is not offered to others
_REMEMBERED = 32  # transcripts
_SERVED = 2_000  # cards of one coder that are remembered


class Desk:
    """The coding of one open study by several people."""

    def __init__(self, study: Study, book: Codebook, *, live: Live | None = None, read_only: bool = False) -> None:
        self.study, self.book, self.live, self.read_only = study, book, live, read_only
        self._lock = threading.RLock()
        self._lines: dict[tuple[str, Order], Line] = {}
        self._served: dict[str, OrderedDict[str, Card]] = defaultdict(OrderedDict)
        self._at: dict[str, tuple[str, float]] = {}
        self._read: OrderedDict[str, Transcript] = OrderedDict()
        self._preferences: dict[str, Preferences] = {}
        self.items: dict[str, Segment] = {item.id: item for item in study.store.segments.all()}
        rows = participants.read(study.participants_file)
        self._people = {(row.transcript, row.speaker): row.participant for row in rows}
        self._ledger = Ledger(study.store.decisions.all())
        self._version = study.store.version
        shares, seed = study.settings.review, study.settings.seed
        self._double = frozenset(name for name in self.items if drawn(Purpose.DOUBLE, name, shares.double, seed))
        self._load_themes()

    def close(self) -> None:
        """End the background work; the study stays open."""
        if self.live:
            self.live.close()

    # --- what is seen -----------------------------------------------------------------------------------------------

    def next(self, coder: str, order: Order) -> Card | None:
        """The next card of `coder`; None where everything is decided."""
        with self._lock:
            self._refresh()
            line = self._line(coder, order)
            name = line.first(lambda name: self._open(coder, name), lambda name: self._free(coder, name))
            return None if name is None else self._serve(coder, name)

    def card(self, coder: str, segment: str) -> Card:
        """One segment, decided or not.

        Raises:
            DecisionError: no such segment.
        """
        with self._lock:
            self._refresh()
            return self._serve(coder, segment)

    def shown(self, coder: str, segments: Iterable[str]) -> Mapping[str, Suggestion]:
        """What is suggested for those of `segments` for which `coder` may see it; nobody is taken to be at them."""
        with self._lock:
            self._refresh()
            decided = self._ledger.decided(coder)
            free = [name for name in segments if not self._reason(coder, name, decided=name in decided)]
            return {name: said for name in free if (said := self._suggestion(name))}

    def history(self, coder: str, before: int = 0, limit: int = 50) -> tuple[tuple[Decision, bool], ...]:
        """What `coder` decided, newest first, with whether it holds; `before` = number in the log to start below."""
        with self._lock:
            self._refresh()
            undos = {d.seq for d in self._ledger.by(coder) if d.verdict is Verdict.UNDO}
            mine = [
                d for d in reversed(self._ledger.by(coder)) if d.seq not in undos and (not before or d.seq < before)
            ]
            return tuple((d, d in self._ledger.standing(d.segment)) for d in mine[:limit])

    def done(self, coder: str) -> tuple[int, int]:
        """Number of segments that `coder` decided, and of those that are theirs to decide, these included."""
        with self._lock:
            mine = self._ledger.decided(coder)
            gone: set[str] = set()
            for other in self._ledger.coders():
                if other != coder:
                    gone |= self._ledger.decided(other) - mine - self._double
            return len(mine & self.items.keys()), len(self.items) - len(gone & self.items.keys())

    def coders(self) -> tuple[str, ...]:
        """Everybody with a decision that holds."""
        with self._lock:
            return self._ledger.coders()

    def log(self) -> tuple[Decision, ...]:
        """All decisions."""
        with self._lock:
            self._refresh()
            return tuple(self._ledger.log)

    def visible(self, coder: str) -> tuple[Decision, ...]:
        """The log as far as `coder` may see it: others' decisions are hidden where they could lead the coder.

        That is everywhere for one who works independently, and in segments that everybody decides until `coder` has.
        """
        with self._lock:
            self._refresh()
            if self.preferences(coder).independent:
                return tuple(self._ledger.by(coder))
            hidden = self._double - self._ledger.decided(coder)
            return tuple(d for d in self._ledger.log if d.coder == coder or d.segment not in hidden)

    @contextmanager
    def held(self, *, writing: bool = False) -> Iterator[Study]:
        """The study, for this thread alone; what is written to it is known to the desk afterwards.

        Raises:
            AccessError: it is for writing, and the review is for reading only.
        """
        with self._lock:
            if writing:
                self._writable()
            self._refresh()
            yield self.study
            if writing:
                self._refresh(always=True)
                self._load_themes()

    def transcript(self, name: str) -> Transcript | None:
        """One transcript, whole; the last ones are remembered."""
        with self._lock:
            if name not in self._read:
                found = self.study.store.transcripts.get(name)
                if found is None:
                    return None
                self._read[name] = found
                if len(self._read) > _REMEMBERED:
                    self._read.popitem(last=False)
            return self._read[name]

    def preferences(self, coder: str) -> Preferences:
        """What `coder` chose for themselves; everybody is independent where the study's settings say so."""
        with self._lock:
            if coder not in self._preferences:
                found = preferences.read(self.study.folder, coder)
                everybody = bool(self.study.settings.review.independent)
                self._preferences[coder] = replace(found, independent=found.independent or everybody)
            return self._preferences[coder]

    # --- what is done -----------------------------------------------------------------------------------------------

    def prefer(self, coder: str, chosen: Preferences) -> None:
        """Keep what `coder` chose."""
        with self._lock:
            self._writable()
            preferences.write(self.study.folder, coder, chosen)
            self._preferences.pop(coder, None)

    def decide(self, coder: str, answer: Answer) -> Decision:
        """Store an answer; it is on the disk when this returns.

        Raises:
            DecisionError: it cannot be taken as asked.
            StaleError: the segment was decided on meanwhile; nothing is stored.
            AccessError: the review is for reading only.
        """
        with self._lock:
            self._writable()
            with self.study.store.transaction():
                self._refresh()
                if known := self.study.store.decisions.with_key(answer.key) if answer.key else None:
                    return self._same(known, coder, answer)
                self._fresh(coder, answer)
                card = self._served[coder].get(answer.segment) or self._card(coder, answer.segment)
                decision = self._stored(coder, answer, card)
            before = self._ledger.standing(decision.segment)
            self._ledger.add(decision)
            self._version = self.study.store.version
            self._learn(decision, again=bool(before))
            return decision

    def warning(self, coder: str) -> str:
        """A sentence where suggestions were accepted too fast in a row, else ""."""
        with self._lock:
            return hasty.warning(self._ledger.by(coder))

    def undo(self, coder: str) -> Decision:
        """Take back the newest decision of `coder`; return it. Raises DecisionError where there is none."""
        return self._back(coder, redo=False)

    def redo(self, coder: str) -> Decision:
        """Take back the newest undo of `coder`; return the decision that holds again."""
        return self._back(coder, redo=True)

    def later(self, coder: str, order: Order, segment: str) -> None:
        """Put a segment aside until the end."""
        with self._lock:
            self._at.pop(segment, None)
            self._line(coder, order).later(segment)

    def jump(self, coder: str, order: Order, segment: str) -> int:
        """Put aside all that is left of the group (theme, interview or code) of a segment; return their number."""
        with self._lock:
            group, line = self._group(order, segment), self._line(coder, order)
            gone = []
            for name in line.rest():
                if self._group(order, name) == group and self._open(coder, name):
                    gone.append(name)
                elif gone:
                    break
            for name in gone:
                line.later(name)
            return len(gone)

    def reorder(self, coder: str, order: Order) -> None:
        """Make a coder's line anew, as after other suggestions or themes."""
        with self._lock:
            self._lines.pop((coder, order), None)

    # --- inside -----------------------------------------------------------------------------------------------------

    def _line(self, coder: str, order: Order) -> Line:
        if (coder, order) not in self._lines:
            codes = [code.id for code in self.book.codes]
            items = tuple(self.items.values())
            made = arranged(self.study, order, items, self._ledger.decided(coder), log=self._ledger.log, codes=codes)
            self._lines[coder, order] = Line(made)
        return self._lines[coder, order]

    def _open(self, coder: str, segment: str) -> bool:
        """Whether `coder` has still to decide: others' segments are done, unless everybody is to decide them."""
        if segment not in self.items or segment in self._ledger.decided(coder):
            return False
        if segment in self._double:
            return True
        return not any(d.coder != coder for d in self._ledger.standing(segment))

    def _free(self, coder: str, segment: str) -> bool:
        if segment in self._double:
            return True
        who, since = self._at.get(segment, (coder, 0.0))
        return who == coder or time.monotonic() - since > AT_IT

    def _serve(self, coder: str, segment: str) -> Card:
        card = self._card(coder, segment)
        served = self._served[coder]
        served[segment] = card
        served.move_to_end(segment)
        if len(served) > _SERVED:
            served.popitem(last=False)
        for name in [name for name, (who, _) in self._at.items() if who == coder]:
            del self._at[name]
        self._at[segment] = (coder, time.monotonic())
        return card

    def _card(self, coder: str, segment: str) -> Card:
        item = self.items.get(segment)
        if item is None:
            raise DecisionError(f"There is no segment {segment}.", "It may have gone when its transcript was replaced.")
        standing, entries = self._ledger.standing(segment), self._seen(coder, segment)
        visible = {d.seq for d in entries}
        own = tuple(d for d in standing if d.coder == coder and d.verdict is not Verdict.SETTLE)
        said = self._suggestion(segment)
        reason = self._reason(coder, segment, decided=bool(own))
        evidence = said.ranked if said and not reason else ()
        return Card(
            segment=item,
            who=self.who(item),
            suggestion=None if reason else said,
            kept_back=said if reason else None,
            reason=reason,
            theme=self._home.get(segment),
            seen=max(visible, default=0),
            mine=own,
            others=tuple(d for d in standing if d.coder != coder and d.seq in visible and d.verdict != Verdict.SETTLE),
            settled=next((d for d in standing if d.verdict is Verdict.SETTLE and d.seq in visible), None),
            places={
                e.ref: self.who(self.items[e.ref]) for r in evidence for e in r.evidence if e.ref in self.items
            },
        )  # fmt: skip

    def who(self, item: Segment) -> str:
        """Transcript, speaker and participant of a segment in words."""
        participant = self._people.get((item.transcript, item.speaker), "")
        return " · ".join(dict.fromkeys(name for name in (item.transcript, item.speaker, participant) if name))

    def _reason(self, coder: str, segment: str, *, decided: bool) -> str:
        """Why a suggestion is not shown."""
        if self.preferences(coder).independent:
            return "independent"
        blind = drawn(Purpose.BLIND, segment, self.study.settings.review.blind, self.study.settings.seed)
        return "drawn" if blind and not decided else ""

    def _seen(self, coder: str, segment: str) -> tuple[Decision, ...]:
        """The log entries about a segment that `coder` may see.

        Of a segment that everybody decides, others' decisions are hidden until one's own is made.
        """
        entries = self._ledger.of(segment)
        hidden = segment in self._double and segment not in self._ledger.decided(coder)
        if hidden or self.preferences(coder).independent:
            return tuple(d for d in entries if d.coder == coder)
        return tuple(entries)

    def _suggestion(self, segment: str) -> Suggestion | None:
        listed = self.study.settings.suggest.listed
        found = self.live.suggestion(segment, listed) if self.live else None
        return found or self.study.store.suggestions.get(segment)

    def _writable(self) -> None:
        if self.read_only:
            raise AccessError("This review is for reading only; nothing was stored.", "Start it without --read-only.")

    def _fresh(self, coder: str, answer: Answer) -> None:
        newest = max((d.seq for d in self._seen(coder, answer.segment)), default=0)
        if newest > answer.seen:
            last = next(d for d in self._ledger.of(answer.segment) if d.seq == newest)
            who = "You" if last.coder == coder else last.coder
            raise StaleError(
                f"{who} decided on this segment meanwhile; your answer was not stored.",
                "Look again, then decide.",
                segment=answer.segment,
            )

    def _same(self, known: Decision, coder: str, answer: Answer) -> Decision:
        if (known.coder, known.segment) != (coder, answer.segment):
            raise DecisionError("The key of this answer was used for another one.", "Load the page again.")
        return known

    def _stored(self, coder: str, answer: Answer, card: Card) -> Decision:
        kind, code, verdict = self._verdict(answer, card)
        item = service.Item(
            segment=card.segment, suggestion=card.suggestion, kept_back=card.kept_back, theme=card.theme,
            position=1, total=1,
        )  # fmt: skip
        came = {**service.shown(item, answer.order), **({"why": card.reason} if card.reason else {})}
        return service.decide(
            self.study, segment=answer.segment, verdict=verdict, coder=coder, book=self.book, kind=kind, code=code,
            seconds=answer.seconds, shown=came, memo=answer.memo, span=answer.span, key=answer.key,
        )  # fmt: skip

    def _verdict(self, answer: Answer, card: Card) -> tuple[Kind | None, str | None, Verdict]:
        """Kind, code and whether that is what was suggested."""
        said = card.suggestion
        if answer.says == "unsure":
            return None, None, Verdict.UNSURE
        if answer.says == "nothing":
            kind = Kind.NEITHER if any(kind.id == Kind.NEITHER for kind in self.book.kinds) else None
            agreed = said is not None and kind is not None and said.kind is Kind.NEITHER
            return kind, None, Verdict.ACCEPT if agreed else Verdict.REJECT
        if answer.says == "add":
            if any((d.kind, d.code) == (answer.kind, answer.code) for d in card.mine):
                raise DecisionError("The segment has this code already.", "")
            return answer.kind, answer.code, Verdict.ADD
        suggested = said is not None and not said.abstained and bool(said.ranked)
        agreed = suggested and (said.ranked[0].code, said.kind) == (answer.code, answer.kind)  # type: ignore[union-attr]
        return answer.kind, answer.code, Verdict.ACCEPT if agreed else Verdict.CHANGE

    def _back(self, coder: str, *, redo: bool) -> Decision:
        with self._lock:
            self._writable()
            with self.study.store.transaction():
                self._refresh()
                log = self._ledger.by(coder)
                last = (service.redo if redo else service.undo)(self.study, coder, log)
            self._refresh(always=True)
            for (who, _), line in self._lines.items():
                if who == coder:
                    line.back(last.segment)
            if self.live:
                self.live.refit()
            return last

    def _learn(self, decision: Decision, *, again: bool) -> None:
        teacher = self.study.settings.suggest.learn_from
        if self.live is None or (teacher and decision.coder != teacher):
            return
        if again:
            self.live.refit()
            return
        item = self.items[decision.segment]
        for labelled in suggesting.labelled(self._ledger.of(item.id), {item.id: item}, teacher):
            self.live.learn(labelled)

    def _group(self, order: Order, segment: str) -> str:
        if order is Order.INTERVIEW:
            return self.items[segment].transcript
        if order is Order.THEME:
            theme = self._home.get(segment)
            return "" if theme is None else str(theme.id)
        said = self._suggestion(segment)
        return said.ranked[0].code if said and said.ranked and not said.abstained else ""

    def _refresh(self, *, always: bool = False) -> None:
        """Take in what others wrote to the study's file."""
        version = self.study.store.version
        if version == self._version and not always:
            return
        for decision in self.study.store.decisions.after(self._ledger.newest):
            self._ledger.add(decision)
        if version != self._version:
            self._version = version
            self._load_themes()

    def _load_themes(self) -> None:
        themes = curation.live(self.study.store.themes.all())
        self._home = {member: theme for theme in themes for member in theme.members}
