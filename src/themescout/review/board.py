"""Candidate themes as several people see and change them at once, beside the desk at which they code.

What is shown is gathered once for each state of the study. A decision says which state its coder saw; where that is
no longer the state, nothing is stored.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from themescout import curation, participants, settings
from themescout.errors import StaleError
from themescout.pipeline import curating, stages
from themescout.project import SETTINGS_FILE
from themescout.report import picture
from themescout.report import themes as about_themes
from themescout.report.quotes import Quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from themescout.candidates import ThemeDecision
    from themescout.codebook import Codebook
    from themescout.pipeline.curating import Outcome
    from themescout.pipeline.promoting import Wished
    from themescout.project import Study
    from themescout.report.picture import Picture
    from themescout.report.themes import Themes, ThemeView
    from themescout.review.desk import Desk

_FOUND = 12  # letters of the fingerprint of the themes that were found


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The themes of one state of the study.

    Attributes:
        seen: name of the state: number of the newest entry of the log, and what the themes that were found rest on.
        themes: everything about them.
        log: the decisions that hold, oldest first.
    """

    seen: str
    themes: Themes
    log: tuple[ThemeDecision, ...]

    def view(self, number: int) -> ThemeView | None:
        """The theme with that number, a discarded one, too."""
        return next((v for v in (*self.themes.views, *self.themes.discarded) if v.theme.id == number), None)


class Board:
    """The candidate themes of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._shown: Shown | None = None
        self._basis: tuple[str, int, int] = ("", 0, 0)
        self._notes: tuple[str, tuple[str, ...]] = ("", ())
        self._drawing = threading.Lock()
        self._picture: Picture | None = None
        rows = participants.read(desk.study.participants_file)
        people = {(row.transcript, row.speaker): row.participant for row in rows}
        # The desk's segments are slices of the stored transcripts, cut when it was opened.
        self._quotes = {
            item.id: Quote(
                text=item.text, participant=people.get((item.transcript, item.speaker), item.transcript),
                transcript=item.transcript, start=item.start, end=item.end, turn=item.turn + 1, segment=item.id,
            )
            for item in desk.items.values()
        }  # fmt: skip

    # --- what is seen -----------------------------------------------------------------------------------------------

    def shown(self) -> Shown:
        """The themes as they are now."""
        with self._desk.held() as study:
            seen = _state(study)
            basis = (seen, study.store.version, id(self._desk.book))
            if self._shown is None or self._basis != basis:
                self._shown = self._gathered(study, self._desk.book, seen)
                self._basis = basis
            return self._shown

    def notes(self) -> tuple[str, ...]:
        """A sentence for each decision that does not apply now, because its theme or its segments are not there."""
        with self._desk.held() as study:
            seen = self.shown().seen
            if self._notes[0] != seen:
                self._notes = (seen, curating.notes(study))
            return self._notes[1]

    def became(self, number: int) -> str:
        """A sentence on what became of a theme that is not there."""
        with self._desk.held() as study:
            return curating.gone(study, number).sentence()

    def picture(self) -> Picture:
        """The map. Places are computed once, which takes seconds, and outside the desk's lock; colours follow."""
        with self._drawing:
            shown = self.shown()
            with self._desk.held() as study:
                key = str(study.store.stages.record("themes").get("vectors", ""))
            if self._picture is None or self._picture.missing or self._picture.vectors != key:
                self._picture = self._drawn(shown.themes)
            if self._picture.missing:
                return self._picture
            return picture.again(shown.themes, self._picture)

    # --- what is done -----------------------------------------------------------------------------------------------

    def act(self, coder: str, seen: str, verb: Callable[[Study], Outcome]) -> Outcome:
        """Decide; what was decided is on the disk when this returns.

        Raises:
            StaleError: the themes are no longer those that `coder` saw; nothing is stored.
            AccessError: the review is for reading only.
            ThemescoutError: it cannot be done as asked.
        """
        with self._desk.held(writing=True) as study, study.store.transaction():
            self._fresh(study, coder, seen)
            return verb(study)

    def promote(self, coder: str, seen: str, number: int, wished: Wished, *, memo: str = "") -> Outcome:
        """Make a code of a theme; the desk takes the codebook with it at once. Raises what `act` does."""
        done = self.act(coder, seen, lambda study: curating.promote(study, number, wished, coder=coder, memo=memo))
        with self._desk.held() as study:
            # The study may have got a codebook file of its own just now.
            self._desk.study = replace(study, settings=settings.read(study.folder / SETTINGS_FILE))
            self._desk.take_codebook(stages.load_codebook(self._desk.study))
        return done

    # --- inside -----------------------------------------------------------------------------------------------------

    def _gathered(self, study: Study, book: Codebook, seen: str) -> Shown:
        log = curation.standing(study.store.theme_log.all())
        return Shown(seen=seen, themes=about_themes.of(study, book, self._quotes), log=log)

    def _drawn(self, found: Themes) -> Picture:
        with self._desk.held() as study:
            plan = picture.planned(study, found)
            if plan.missing:
                return picture.Picture(missing=plan.missing)
            places = picture.kept(study, plan)
            if places is not None:
                return plan.at(places)
            try:
                x = study.store.vectors.read(plan.texts, plan.vectors)
            except KeyError:
                return picture.Picture(missing=picture.NO_VECTORS)
        places = picture.computed(x, plan.seed)
        with self._desk.held() as study:
            if not self._desk.read_only:
                picture.keep(study, plan, places)
        return plan.at(places)

    def _fresh(self, study: Study, coder: str, seen: str) -> None:
        now = _state(study)
        if now == seen:
            return
        what = "themes were found again"
        if now.partition(":")[2] == seen.partition(":")[2]:
            last = study.store.theme_log.newest()
            who = "you" if last is None or last.coder == coder else last.coder
            what = f"{who} decided on themes"
        raise StaleError(f"Nothing was done: {what} since this page was drawn.", "Look again, then decide.")


def of(desk: Desk) -> Board:
    """The board beside a desk; always the same one."""
    with _making:
        if desk not in _boards:
            _boards[desk] = Board(desk)
        return _boards[desk]


_boards: WeakKeyDictionary[Desk, Board] = WeakKeyDictionary()
_making = threading.Lock()


def _state(study: Study) -> str:
    return f"{study.store.theme_log.count()}:{study.store.stages.fingerprint('themes')[:_FOUND]}"
