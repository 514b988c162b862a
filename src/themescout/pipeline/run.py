"""All stages in order. Each says whether it was fresh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout.errors import StudyError
from themescout.pipeline import stages
from themescout.report import service as report_service

if TYPE_CHECKING:
    from themescout.pipeline.stages import Progress, StageResult
    from themescout.project import Study
    from themescout.report.service import ReportResult


def run(study: Study, *, progress: Progress = stages.quiet) -> tuple[tuple[StageResult, ...], ReportResult]:
    """Bring everything up to date, to the report.

    Raises:
        StudyError: the study has no transcripts.
    """
    results = up_to_suggestions(study, progress=progress)
    return results, report_service.write(study, progress=progress)


def up_to_themes(study: Study, *, progress: Progress = stages.quiet) -> tuple[StageResult, ...]:
    """Segments, vectors and candidate themes."""
    if not study.store.transcripts.hashes():
        raise StudyError(f"{study.folder} has no transcripts.", f"Add some: themescout add {study.folder} FILES")
    return tuple(stage(study, progress=progress) for stage in (stages.cut, stages.embed_all, stages.discover))


def up_to_suggestions(study: Study, *, progress: Progress = stages.quiet) -> tuple[StageResult, ...]:
    """Everything before the report."""
    return (*up_to_themes(study, progress=progress), stages.suggest(study, progress=progress))
