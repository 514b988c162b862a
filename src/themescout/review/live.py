"""Suggestions that know the last decision: the study's matcher, fitted in the background, learning as people decide."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from themescout import embed, project
from themescout.pipeline import suggesting
from themescout.suggest import code_texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from themescout.codebook import Codebook
    from themescout.protocols import Embedder
    from themescout.suggest import Labelled
    from themescout.types import Segment, Suggestion

# A whole fit weighs opinions anew and finds out what probabilities are worth. It is due when a tenth more is decided,
# and takes at most a twentieth of the time, so that a large study does not wait for it.
_GROWTH = 1.1
_SHARE = 20.0

_log = logging.getLogger(__name__)


class Live:
    """The matcher of one study, kept up with its decisions.

    Fitting takes from a fraction of a second to minutes and happens in a thread of its own with a connection of its
    own; until it has ended, `suggestion` returns None and the suggestions that are stored have to do.
    """

    def __init__(self, folder: Path, book: Codebook, items: Sequence[Segment]) -> None:
        self._folder, self._book, self._items = folder, book, items
        self._lock = threading.Lock()
        self._wanted, self._closing = threading.Event(), threading.Event()
        self._matcher: Any = None
        self._rows: Any = None
        self._places: dict[str, int] = {}
        self._late: list[Labelled] | None = None
        self._learned = self._fitted = 0  # decisions known, and those at the last fit
        self._took = 0.0  # seconds of the last fit
        self._rest = 0.0  # when growth may bring the next one, seconds of the monotonic clock
        self._busy = threading.Event()
        self._thread = threading.Thread(target=self._work, name="themescout-live", daemon=True)

    def start(self, pause: float = 0.0) -> None:
        """Begin to fit after `pause` seconds; from now on this process multiplies matrices with one thread.

        Those of a review are small. Several threads that wait for one another while something else is at work took ten
        times as long (`scripts/bench_review.py`), and a fit leaves the other processors to those who decide.
        """
        import scipy.linalg  # noqa: F401, PLC0415  # heavy; brings a library of its own, which has to be there
        from threadpoolctl import threadpool_limits  # noqa: PLC0415  # only here

        threadpool_limits(limits=1, user_api="blas")
        self._took = pause
        self._wanted.set()
        self._thread.start()

    def close(self) -> None:
        """End the thread; a fit under way is not waited for."""
        self._closing.set()
        self._wanted.set()

    @property
    def ready(self) -> bool:
        """Whether suggestions know of decisions."""
        return self._matcher is not None

    def wait(self, seconds: float) -> bool:
        """Wait until nothing more is to be fitted, at most so long; whether that is so."""
        for _ in range(int(seconds * 20)):
            if self.ready and not self._wanted.is_set() and not self._busy.is_set():
                return True
            self._closing.wait(0.05)
        return False

    def suggestion(self, segment: str, listed: int) -> Suggestion | None:
        """What is suggested now, with `listed` codes; None while nothing is fitted, or for a segment it did not see."""
        with self._lock:
            place = self._places.get(segment)
            if self._matcher is None or place is None:
                return None
            found: Suggestion = self._matcher.suggest(self._rows.take([place]), listed=listed)[0]
            return found

    def learn(self, item: Labelled) -> None:
        """One more decided segment; one that was decided before is better learned by `refit`."""
        with self._lock:
            if self._late is not None:
                self._late.append(item)
            self._take_in(item)
            self._learned += 1
        if self._learned >= _GROWTH * self._fitted and time.monotonic() >= self._rest:
            self.refit()

    def refit(self) -> None:
        """Fit again in the background: something that was learned does not hold any more."""
        self._wanted.set()

    def take_codebook(self, book: Codebook) -> None:
        """Suggest with another version of the codebook, as soon as that is fitted."""
        with self._lock:
            self._book = book
        self.refit()

    def _take_in(self, item: Labelled) -> None:
        place = self._places.get(item.segment)
        if self._matcher is not None and place is not None:
            self._matcher.learn(self._rows.take([place]), item)

    def _work(self) -> None:
        while not self._closing.is_set():
            self._wanted.wait()
            if self._closing.is_set():
                return
            self._closing.wait(self._took)  # many changes at once are one fit, and never more than half of the time
            with self._lock:
                # What is decided from here on may be missing in the log that is read below; it is learned afterwards.
                self._late = []
            self._busy.set()
            self._wanted.clear()
            began = time.monotonic()
            try:
                self._fit()
            except Exception:  # noqa: BLE001  # whatever it is, reviewing goes on with the stored suggestions
                _log.exception("Suggestions could not be brought up to date; those that are stored are shown.")
            self._took = time.monotonic() - began
            self._rest = time.monotonic() + _SHARE * self._took
            self._busy.clear()

    def _embed_codebook(self, study: project.Study, embedder: Embedder) -> None:
        """What was written into the codebook while people review has no vectors yet."""
        texts = [text.embedded for text in code_texts(self._book)]
        if missing := study.store.vectors.missing(texts, embedder.key):
            study.store.vectors.add(missing, embedder.embed(missing), embedder.key)

    def _fit(self) -> None:
        with project.open_study(self._folder) as study:
            read = study.store.decisions.count()
            embedder = embed.make(study.settings.embed.model, study.settings.embed.engine)
            self._embed_codebook(study, embedder)
            matcher, rows = suggesting.fitted(study, self._book, embedder, self._items)
            known = {decision.segment for decision in study.store.decisions.all()[:read]}
        with self._lock:
            self._matcher, self._rows = matcher, rows
            self._places = {name: i for i, name in enumerate(rows.ids)}
            late, self._late = self._late or (), None
            self._learned = self._fitted = len(known)
            for item in late:
                if item.segment not in known:
                    self._take_in(item)
