"""The review in the terminal: a loop of drawing, one key, and doing what the key asks for."""

from __future__ import annotations

import shlex
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from statistics import median
from types import MappingProxyType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.control import Control
from rich.text import Text

from themescout import decisions, participants
from themescout.cli.terminal import keyboard
from themescout.cli.terminal.keys import press
from themescout.cli.terminal.state import (
    Decide,
    Effect,
    Look,
    Looked,
    Mode,
    Panel,
    Quit,
    Redo,
    Reorder,
    State,
    Undo,
    decided,
    looking,
    redone,
    reordered,
    said,
    undone,
)
from themescout.cli.terminal.view import Captions, Screen
from themescout.errors import DecisionError, StudyError, ThemescoutError
from themescout.review import service
from themescout.review.arranging import Order
from themescout.types import Decision, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from themescout.codebook import Codebook
    from themescout.project import Study
    from themescout.review.service import Item
    from themescout.types import Segment, Turn


def review_in_terminal(
    study: Study,
    book: Codebook,
    *,
    coder: str,
    order: Order,
    read_key: Callable[[], str] | None = None,
    console: Console | None = None,
) -> None:
    """Let `coder` decide on segment after segment; every decision is stored at once.

    Args:
        study: open, with segments; themes and suggestions may be missing.
        book: the study's codebook.
        coder: who decides.
        order: in which the segments come up.
        read_key: returns what was typed, as `click.getchar` does; by default the terminal's keyboard.
        console: where it is shown; by default the terminal.

    Raises:
        ThemescoutError: there is no terminal.
        StudyError: the study has no segments.
    """
    screen = console or Console(highlight=False, emoji=False)
    if read_key is None and not (sys.stdin.isatty() and screen.is_terminal):
        raise ThemescoutError(
            "Reviewing with single keys needs a terminal; input or output is not one.",
            "Run the command by itself in a terminal window, without a pipe.",
        )
    session = Session(study=study, book=book, coder=coder.strip())
    state = session.load(order)
    if not state.total:
        raise StudyError(f"{study.folder} has no segments yet.", f"Make them with: themescout run {study.folder}")
    with ExitStack() as stack:
        stack.enter_context(screen.screen(hide_cursor=True))
        read = read_key or stack.enter_context(keyboard.reader())
        state = _loop(session, state, read, screen)
    for line in session.farewell(state):
        screen.print(Text(line))


def _loop(session: Session, state: State, read: Callable[[], str], screen: Console) -> State:
    """Until the person leaves; returns the last state."""
    while True:
        drawn = Screen(state, session.captions(state))
        screen.control(Control.home())
        screen.print(drawn, end="")
        state = replace(state, scroll=drawn.scroll)
        session.watch(state)
        try:
            chunk = read()
        except (KeyboardInterrupt, EOFError):
            return state
        pressed = time.monotonic()
        state, effect = press(state, chunk)
        if isinstance(effect, Quit):
            return state
        if effect is not None:
            state = session.do(effect, state, pressed)


@dataclass(slots=True, kw_only=True)
class Session:
    """One sitting of one coder: does what keys ask for, and remembers what was done.

    Attributes:
        study: open.
        book: the codebook.
        coder: who decides.
        log: all decisions, as stored.
        made: numbers in the log of the decisions of this sitting.
        since: (segment id, monotonic seconds when it came on the screen).
    """

    study: Study
    book: Codebook
    coder: str
    log: list[Decision] = field(default_factory=list)
    made: set[int] = field(default_factory=set)
    since: tuple[str, float] = ("", 0.0)
    _turns: dict[str, dict[int, Turn]] = field(default_factory=dict)
    _people: Mapping[tuple[str, str], str] | None = None

    def load(self, order: Order, later: frozenset[str] = frozenset()) -> State:
        """Read the queue and the log anew."""
        self.log = list(self.study.store.decisions.all())
        codes = [code.id for code in self.book.codes]
        todo = service.queue(self.study, self.coder, order, codes=codes, skipped=later)
        far = service.progress(self.study, self.coder)
        newest = reversed([d.segment for d in decisions.standing(self.log) if d.coder == self.coder])
        past = tuple(reversed(tuple(dict.fromkeys(newest))))
        return State(
            book=self.book, todo=todo, past=past, decided=far.decided, total=far.total, order=order,
            later=later,
        )  # fmt: skip

    def watch(self, state: State) -> None:
        """Begin to measure when another segment has come on the screen."""
        name = f"{state.item.segment.id} {state.look.back if state.look else ''}" if state.item else ""
        if name != self.since[0]:
            self.since = (name, time.monotonic())

    def do(self, effect: Effect, state: State, pressed: float) -> State:
        """Do what a key asked for; a problem becomes a message."""
        try:
            match effect:
                case Decide():
                    state = self._decide(effect, state, pressed)
                case Look():
                    state = self._look(effect, state)
                case Undo():
                    state = self._undo(state)
                case Redo():
                    state = self._redo(state)
                case Reorder(order=order):
                    state = reordered(state, self.load(order, state.later))
                case Quit():
                    pass
        except DecisionError as error:
            return replace(state, mode=Mode.DECIDE, adding=False, code=None, message=error.sentence())
        return state

    def _decide(self, effect: Decide, state: State, pressed: float) -> State:
        item = state.item
        if item is None:
            return state
        decision = service.decide(
            self.study, segment=item.segment.id, verdict=effect.verdict, kind=effect.kind, code=effect.code,
            coder=self.coder, book=self.book, seconds=pressed - self.since[1], memo=effect.memo,
            shown=service.shown(item, None if state.look else state.order),
        )  # fmt: skip
        self.log.append(decision)
        self.made.add(decision.seq)
        self.since = ("", 0.0)  # a next look at the same segment is measured anew
        return decided(state, decision)

    def _look(self, effect: Look, state: State) -> State:
        segment = state.past[-effect.back]
        if self.study.store.segments.get(segment) is None:
            past = tuple(name for name in state.past if name != segment)
            return replace(state, past=past, message="That segment has gone with its transcript. Press again.")
        return looking(state, self._looked(segment, effect.back), adding=effect.adding)

    def _looked(self, segment: str, back: int) -> Looked:
        mine = (d for d in self.log if d.coder == self.coder)
        standing = tuple(d for d in decisions.standing(mine) if d.segment == segment)
        return Looked(item=service.item(self.study, segment), standing=standing, back=back)

    def _undo(self, state: State) -> State:
        """Take the last decision back and go to its segment."""
        decision = service.undo(self.study, self.coder)
        self.made.discard(decision.seq)
        self.log = list(self.study.store.decisions.all())
        message = f"Undone: {said(self.book, decision)}"
        if self.study.store.segments.get(decision.segment) is None:
            return replace(state, message=f"{message}. Its segment has gone with its transcript.")
        # Under an undone addition or second thought there is an earlier decision, which stands again.
        looked = self._looked(decision.segment, 1)
        if not looked.standing:
            return undone(state, looked.item, message)
        state = redone(state, decision.segment, message)
        return replace(looking(state, looked), message=message)

    def _redo(self, state: State) -> State:
        """Let the decision undone last hold again and go on."""
        decision = service.redo(self.study, self.coder)
        self.made.add(decision.seq)
        self.log = list(self.study.store.decisions.all())
        return redone(state, decision.segment, f"Redone: {said(self.book, decision)}")

    def captions(self, state: State) -> Captions:
        """What the screen says beside the state."""
        places: Mapping[str, str] = {}
        if state.panel is Panel.EVIDENCE:
            refs = {e.ref for ranked in state.listed for e in ranked.evidence if not self.book.has(e.ref)}
            found = (self.study.store.segments.get(ref) for ref in sorted(refs))
            places = {item.id: self._who(item) for item in found if item}
        return Captions(
            title=self.study.title,
            coder=self.coder,
            where=self._where(state.item) if state.item else "",
            places=places,
            ending=() if state.item else self.farewell(state, here=True),
        )

    def farewell(self, state: State, *, here: bool = False) -> tuple[str, ...]:
        """How far it is, what was done in this sitting and what can be done next; `here`: while still on the screen."""
        made = [decision for decision in self.log if decision.seq in self.made]
        return (*_progress(state), *_sitting(made), *_next_steps(state, self.study, here=here))

    def _who(self, segment: Segment) -> str:
        if self._people is None:
            rows = participants.read(self.study.participants_file)
            self._people = {(row.transcript, row.speaker): row.participant for row in rows}
        who = self._people.get((segment.transcript, segment.speaker), "")
        return " · ".join(dict.fromkeys(name for name in (segment.transcript, segment.speaker, who) if name))

    def _where(self, item: Item) -> str:
        segment = item.segment
        if segment.transcript not in self._turns:
            turns = self.study.store.transcripts.turns(segment.transcript)
            self._turns = {segment.transcript: {turn.seq: turn for turn in turns}}
        turns_here = self._turns[segment.transcript]
        turn = turns_here.get(segment.turn)
        place = f"{self._who(segment)} · turn {segment.turn + 1} of {len(turns_here)}"
        return place if turn is None or turn.start_s is None else f"{place} · {_clock(turn.start_s)}"


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _progress(state: State) -> tuple[str, ...]:
    if state.decided == state.total:
        return (f"Well done: all {state.total} segments are decided.",)
    return (f"{state.decided} of {state.total} segments are decided.",)


def _sitting(made: Sequence[Decision]) -> tuple[str, ...]:
    if not made:
        return ("Nothing was decided in this sitting.",)
    counts = Counter(_SAID[decision.verdict] for decision in made)
    parts = ", ".join(f"{counts[word]} {word}" for word in _SAID.values() if counts[word])
    seconds = [decision.seconds for decision in made if decision.seconds is not None]
    pace = f" Half of them took less than {median(seconds):.0f} seconds." if len(seconds) > 4 else ""
    return (f"In this sitting: {parts}.{pace}", "Everything is stored.")


def _next_steps(state: State, study: Study, *, here: bool) -> tuple[str, ...]:
    folder = shlex.quote(str(study.folder))
    if state.order is Order.SAMPLE:
        return (f"What the sample says of each code: themescout enough {folder}",)
    if state.decided < state.total:
        return (f"Go on any time with: themescout review {folder} --terminal",)
    looks = ("g looks back at what you decided, q leaves.",) if here else ()
    return (f"The tables of what you decided: themescout report {folder}", *looks)


_SAID: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.ACCEPT: "accepted",
        Verdict.CHANGE: "chosen otherwise",
        Verdict.REJECT: "nothing to code",
        Verdict.ADD: "added",
        Verdict.UNSURE: "unsure",
    }
)
