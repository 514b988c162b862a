"""Writing the report of a study: report.html, tables.xlsx, the folders csv and figures. What is fresh is skipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout import codebook as codebooks
from themescout import embed
from themescout.report import contents, figure, html, sheets, summary
from themescout.report.files import replaced
from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from themescout.codebook import Codebook
    from themescout.project import Study

    Progress = Callable[[str, int, int], None]

VERSION = "2"  # part of the fingerprint: raise it when the same study would give another report
STAGE = "report"
HTML = "report.html"
XLSX = "tables.xlsx"
CSV = "csv"
FIGURES = "figures"
_STEPS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResult:
    """Where the report is. `fresh` means that nothing had changed and nothing was written."""

    fresh: bool
    html: Path
    files: tuple[Path, ...]


def quiet(stage: str, done: int, total: int) -> None:
    """Progress that is not shown."""


def write(study: Study, *, progress: Progress = quiet) -> ReportResult:
    """Write the report into the study's folder `reports`, each file whole or not at all.

    Raises:
        CodebookError: the study's codebook cannot be read or has errors.
        FileProblemError: participants.csv cannot be read, or a file cannot be written.
    """
    book = codebooks.load(study.settings.study.codebook, folder=study.folder)
    wanted, folder = _fingerprint(study, book), study.reports_folder
    stages = study.store.stages
    known = tuple(folder / name for name in stages.record(STAGE).get("files", ()))
    if stages.fingerprint(STAGE) == wanted and all(path.is_file() for path in known):
        return ReportResult(fresh=True, html=folder / HTML, files=known)
    # From here on the files are a mixture, until the last one is written.
    stages.finish(STAGE, "", stages.record(STAGE))
    files = _write(contents.gather(study, book), folder, progress)
    for path in set(known) - set(files):
        path.unlink(missing_ok=True)  # ours, and about a codebook of another form
    stages.finish(STAGE, wanted, {"files": [path.relative_to(folder).as_posix() for path in files]})
    return ReportResult(fresh=False, html=folder / HTML, files=files)


def _write(found: contents.Contents, folder: Path, progress: Progress) -> tuple[Path, ...]:
    progress(STAGE, 0, _STEPS)
    with replaced(folder / HTML) as half:
        half.write_text(html.render(found), encoding="utf-8", newline="\n")
    progress(STAGE, 1, _STEPS)
    sheets.write_xlsx(folder / XLSX, found)
    progress(STAGE, 2, _STEPS)
    tables = sheets.write_csv(folder / CSV, found)
    progress(STAGE, 3, _STEPS)
    figures = figure.write(folder / FIGURES, found)
    progress(STAGE, _STEPS, _STEPS)
    return (folder / HTML, folder / XLSX, *tables, *figures)


def _fingerprint(study: Study, book: Codebook) -> str:
    """Hash of all that the report says or rests on."""
    store, people = study.store, study.participants_file
    return digest(
        VERSION,
        summary.installed("themescout"),
        study.title,
        repr(embed.as_applied(study.settings)),
        store.stages.fingerprint("themes"),
        store.theme_log.fingerprint(),
        repr(store.themes.all()),
        store.stages.fingerprint("suggestions"),
        store.decisions.fingerprint(),
        store.summaries.fingerprint(),
        store.segments.fingerprint(),
        repr(dict(store.transcripts.hashes())),
        repr(dict(store.transcripts.waves())),
        people.read_bytes().hex() if people.exists() else "",
        book.sha256,
    )
