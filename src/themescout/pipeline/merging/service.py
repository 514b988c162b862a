"""Merging: everything of one copy of a study into another, in one transaction."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from themescout import participants, project
from themescout.errors import StudyError
from themescout.pipeline import curating
from themescout.pipeline.adding import OnChange
from themescout.pipeline.merging import coding, files, interviews, themes
from themescout.pipeline.merging.results import MergeResult, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from themescout.project import Study

BACKUP = f"{project.DATABASE}.before-merge"


@dataclass(frozen=True, slots=True)
class _How:
    on_change: OnChange
    dry_run: bool


def merge(
    study: Path,
    other: Path,
    *,
    dry_run: bool = False,
    anyway: bool = False,
    on_change: OnChange = OnChange.KEEP_BOTH,
) -> MergeResult:
    """Bring into the study in the folder `study` what only its copy in the folder `other` has.

    `other` is only read. `study` is as it was if anything fails or the program is killed; before anything is written,
    its database is copied to `study.db.before-merge`. `dry_run` works on copies of both and writes nothing; `anyway`
    merges what does not look like copies of one study; `on_change` says what becomes of an interview whose words
    differ (not ASK).

    Raises:
        StudyError: one of the folders is no study that can be used, both are the same, they have nothing in common,
            or the study cannot be written.
        ThemescoutError: a file of theirs (settings, participants) cannot be read or written.
    """
    _refuse_itself(study, other)
    with tempfile.TemporaryDirectory(prefix="themescout-merge-") as temporary, ExitStack() as stack:
        theirs = stack.enter_context(project.open_copy(other, Path(temporary, "other.db")))
        opened = project.open_copy(study, Path(temporary, "study.db")) if dry_run else project.open_study(study)
        mine = stack.enter_context(opened)
        if not anyway:
            _refuse_strangers(mine, theirs)
        return _merged(mine, theirs, _How(on_change, dry_run))


def _refuse_itself(study: Path, other: Path) -> None:
    try:
        same = study.exists() and other.exists() and study.samefile(other)
    except OSError:
        same = False  # opening it says what is wrong
    if same:
        raise StudyError(f"{study} and {other} are the same folder.", "Name the folder of the other copy.")


def _refuse_strangers(mine: Study, theirs: Study) -> None:
    here, there = mine.store.transcripts.hashes(), theirs.store.transcripts.hashes()
    books = [found if isinstance(found, str) else found.id for found in (files.book(mine), files.book(theirs))]
    if not set(here.values()) & set(there.values()) and books[0] != books[1]:
        raise StudyError(
            f"{theirs.folder} is no copy of {mine.folder}: no interview is in both, and their codebooks differ.",
            "If they belong together all the same: --anyway.",
        )


def _merged(mine: Study, theirs: Study, how: _How) -> MergeResult:
    half = mine.folder / f"{BACKUP}.half"
    try:
        with mine.store.transaction():
            if not how.dry_run:
                mine.store.copies.back_up(half)
            result = _brought(mine, theirs, how)
            if result.changed and not how.dry_run:
                half.replace(mine.folder / BACKUP)
    except OSError as error:
        raise StudyError(
            f"{mine.folder} cannot be written: {error.strerror or error}.", "Look at its rights and the disk."
        ) from error
    finally:
        if not how.dry_run:
            half.unlink(missing_ok=True)
    return result


def _brought(mine: Study, theirs: Study, how: _How) -> MergeResult:
    """Do all of it, the database first; what it comes to."""
    write_files, store = not how.dry_run, mine.store
    waiting = set(curating.notes(mine))
    heard, translation, problems = interviews.bring(mine, theirs, how.on_change, write_files=write_files)
    log = theirs.store.decisions.all()
    said = [translation.decision(d) for d in log]
    moved = {old.seq for old, new in zip(log, said, strict=True) if old is not new}
    decided, conflicts = coding.bring(store, said, moved)
    themed, theme_conflicts, numbers = themes.bring(
        store,
        [translation.theme_decision(d) for d in theirs.store.theme_log.all()],
        [translation.theme(theme) for theme in theirs.store.found.all()],
    )
    written, summary_conflicts = files.summaries(mine, theirs)
    books, vectors = files.books(mine, theirs), files.vectors(mine, theirs)
    if themed:
        curating.refresh(mine)
    people = files.people(mine, theirs, translation)
    if people.changed and write_files:
        participants.write(mine.participants_file, people.rows)
    preferred = files.preferred(mine, theirs, write_files=write_files)
    new = any((decided, themed, written, books, vectors, people.changed, preferred, any(one.added for one in heard)))
    return MergeResult(
        study=str(mine.folder), other=str(theirs.folder), dry_run=how.dry_run, changed=new,
        backup=str(mine.folder / BACKUP) if new and write_files else "",
        decisions=counted(d.coder for d in decided), theme_decisions=counted(d.coder for d in themed),
        summaries=counted(one.coder for one in written), interviews=heard, books=books, vectors=vectors,
        participants=people.changed, preferences=preferred,
        conflicts=(*conflicts, *theme_conflicts, *summary_conflicts),
        differences=(*people.differences, *files.settings(mine, theirs)),
        notes=(
            *problems, *numbers, *(note for note in curating.notes(mine) if note not in waiting),
            *files.book_notes(mine, theirs), *_adrift(mine, {d.segment for d in decided}),
        ),
    )  # fmt: skip


def _adrift(mine: Study, segments: set[str]) -> Iterator[str]:
    """A sentence where decisions that came are about segments that are not here."""
    gone = segments - {item.id for item in mine.store.segments.all()}
    if gone:
        yield (
            f"{len(gone)} decided segments of the other are not segments here: their words were cut otherwise or "
            "replaced. The decisions are kept, and count where an informant says these words."
        )
