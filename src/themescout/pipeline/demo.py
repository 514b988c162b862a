"""The demo study: the invented interviews that come with themescout."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from themescout import participants, project, settings
from themescout.pipeline import adding, run, stages
from themescout.report import service as report_service
from themescout.resources import resource

if TYPE_CHECKING:
    from pathlib import Path

    from themescout.pipeline.adding import FileReport
    from themescout.pipeline.stages import Progress, StageResult

TITLE = "Demo study (invented interviews)"
FIRST, SECOND = "wave1", "wave2"  # waves, called as their folders


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What was done: the import report, the stages, and where the HTML report is."""

    imported: tuple[FileReport, ...]
    stages: tuple[StageResult, ...]
    report: Path


def make(folder: Path, *, model: str | None = None, progress: Progress = stages.quiet) -> Demo:
    """Make or bring up to date the demo study in `folder`: the first wave, to the report.

    Where the second wave is in, no themes are found anew: it is compared with those of the first.
    """
    with opened(folder, model=model) as study:
        imported = _add(study, FIRST, progress)
        if SECOND in study.store.transcripts.waves().values():
            return Demo(imported=imported, stages=(), report=report_service.write(study, progress=progress).html)
        results, report = run.run(study, progress=progress)
    return Demo(imported=imported, stages=results, report=report.html)


def add_second_wave(study: project.Study, *, progress: Progress = stages.quiet) -> tuple[FileReport, ...]:
    """Add the four later interviews, as the wave `SECOND`; one report for each."""
    return _add(study, SECOND, progress)


def _add(study: project.Study, wave: str, progress: Progress) -> tuple[FileReport, ...]:
    reports = adding.add(
        study,
        [resource("data", "demo", wave)],
        wave=wave,
        progress=lambda done, total: progress("files", done, total),
    )
    _fill_in_participants(study)
    return reports


def opened(folder: Path, *, model: str | None = None) -> project.Study:
    """The demo study in `folder`, made where there is none yet, with another model where one is named."""
    if (folder / project.DATABASE).exists():
        study = project.open_study(folder)
        return replace(study, settings=settings.changed(study.settings, "embed", model=model))
    made = settings.changed(settings.read_defaults(), "study", title=TITLE)
    return project.create(folder, settings.changed(made, "embed", model=model))


def _fill_in_participants(study: project.Study) -> None:
    """What is known about the invented informants, where the person has not written something else."""
    known = {row.transcript: row for row in participants.read(resource("data", "demo", "participants.csv"))}
    rows = participants.read(study.participants_file)
    filled = tuple(
        row
        if row.role or row.setting or row.transcript not in known
        else replace(row, role=known[row.transcript].role, setting=known[row.transcript].setting)
        for row in rows
    )
    if filled != rows:
        participants.write(study.participants_file, filled)
