"""A batch run from its inputs to its manifest; what was done before is not done again."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from os.path import abspath
from pathlib import Path
from typing import TYPE_CHECKING

from themescout import project
from themescout.batch import finishing, places, working
from themescout.batch import folder as folders
from themescout.batch.applying.yardstick import Yardstick
from themescout.batch.course import Course
from themescout.batch.events import FormCount, Options, Remark, Started, Survey
from themescout.batch.finishing import Header
from themescout.batch.folder import Ledger, Terms
from themescout.batch.inputs import listing, planning
from themescout.batch.places import Place
from themescout.batch.sampling import sampled
from themescout.batch.workers import engines
from themescout.batch.working import Working
from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from themescout.batch.events import Event, Summary
    from themescout.batch.inputs.listing import Listing
    from themescout.batch.model import Source
    from themescout.settings import Settings


def run(
    inputs: Sequence[str],
    study: Path | None,
    folder: str,
    options: Options,
    progress: Callable[[Event], None] = lambda event: None,
) -> Summary:
    """Apply the themes and codes of `study` to all inputs; the outcome lies in `folder`, the study is only read.

    Without a study, themes are found in a sample of the inputs, with the default settings. Killed at any moment, the
    same call goes on from there; with more inputs it does those as well, where there is a study.

    Raises:
        BatchError: nothing to do, too few texts for a sample, the folder belongs to another run, a full disk; what is
            done is kept.
        ThemescoutError: the study or its model cannot be used.
    """
    begun = time.perf_counter()
    place = _place(folder)
    with folders.held(place):
        folders.require_ours(place)
        listed = _listed(inputs, study, place, options)
        yardstick, settings = _prepared(place, listed, study, options, progress)
        work = Working(folder=place.url, fingerprint=yardstick.fingerprint, settings=settings, vectors=options.vectors)
        course = Course(place, progress)
        course.seconds["prepare"] = time.perf_counter() - begun
        partitions = planning.partitions(place, listed.sources, size=options.partition)
        course.begin(_started(place, listed, course.ledger), listed.refused)
        crew = engines.workers(
            options.engine, options.scheduler, options.workers, lambda said: progress(Remark(sentence=said))
        )
        course.go(crew, work, partitions)
        header = Header(yardstick=yardstick, settings=settings, options=options, begun=begun)
        summary = finishing.finish(course, listed, header)
    progress(summary)
    return summary


def survey(inputs: Sequence[str], study: Path | None, folder: str, options: Options) -> Survey:
    """What `run` would do; nothing is written.

    Raises:
        BatchError, ThemescoutError: as `run`, before it would begin to work.
    """
    place = _place(folder)
    folders.require_room(place)
    ours = folders.require_ours(place)
    listed = _listed(inputs, study, place, options)
    if study:
        with _opened(study) as opened:
            terms = _terms(Yardstick.of(opened).fingerprint, opened.settings, options)
    else:
        terms = _sampled_terms(listed, sampled.settings(), options)
    if ours:
        folders.require_same(place, terms)
    started = _started(place, listed, Ledger(place))
    return Survey(started=started, refused=listed.refused, passed_over=len(listed.passed_over))


def _place(folder: str) -> Place:
    """The folder under a name that holds in other processes too."""
    return Place(abspath(places.local_path(folder)) if places.is_local(folder) else folder)  # noqa: PTH100  # as given


def _prepared(
    place: Place, listed: Listing, study: Path | None, options: Options, tell: Callable[[Event], None]
) -> tuple[Yardstick, Settings]:
    """What is applied, written into the run's folder for workers, and the settings that go with it."""
    if study is None:
        settings = sampled.settings()
        folders.claim(place, _sampled_terms(listed, settings, options))
        folders.sweep(place)
        return sampled.yardstick(place, listed.sources, settings, options, tell), settings
    with _opened(study) as opened:
        yardstick, settings = Yardstick.of(opened), opened.settings
    folders.claim(place, _terms(yardstick.fingerprint, settings, options))
    folders.sweep(place)
    place.write(working.YARDSTICK, yardstick.dumped())
    return yardstick, settings


def _listed(inputs: Sequence[str], study: Path | None, place: Place, options: Options) -> Listing:
    known = planning.known(place)
    return listing.sources(
        inputs, rows=options.rows, known=known, outside=(place.url, *([str(study)] if study else []))
    )


@contextmanager
def _opened(study: Path) -> Iterator[project.Study]:
    """A copy of the study, so that the study itself is not written to, not even to bring an old one up to date."""
    with (
        tempfile.TemporaryDirectory(prefix="themescout-") as temporary,
        project.open_copy(study, Path(temporary, project.DATABASE)) as opened,
    ):
        yield opened


def _sampled_terms(listed: Listing, settings: Settings, options: Options) -> Terms:
    """With more inputs another sample would be drawn, and other themes found: that is another run."""
    made = _terms(sampled.recipe(settings), settings, options)
    return replace(made, sample=options.sample, inputs=digest(*(source.path for source in listed.sources)))


def _terms(yardstick: str, settings: Settings, options: Options) -> Terms:
    return Terms(
        yardstick=yardstick,
        partition=options.partition,
        rows=options.rows,
        vectors=options.vectors,
        segment=settings.segment,
        interviewers=list(settings.study.interviewers),
    )


def _started(place: Place, listed: Listing, ledger: Ledger) -> Started:
    known, unsplit = planning.outlook(place, listed.sources)
    return Started(
        folder=place.url,
        inputs=_by_form(listed.sources),
        before=ledger.count,
        known=max(known, ledger.count),
        unsplit=unsplit,
    )


def _by_form(sources: Sequence[Source]) -> tuple[FormCount, ...]:
    forms = sorted({source.form for source in sources})
    of = {form: [source.bytes for source in sources if source.form is form] for form in forms}
    return tuple(FormCount(form=form.value, files=len(sizes), bytes=sum(sizes)) for form, sizes in of.items())
