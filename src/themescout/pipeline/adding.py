"""Importing files into a study. Each file is a transaction of its own."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from themescout import importers, participants
from themescout.errors import FileProblemError, ThemescoutError
from themescout.participants import Participant
from themescout.store.transcripts import StoredFile, content_hash
from themescout.text import slug
from themescout.types import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from themescout.project import Study
    from themescout.types import Transcript


class OnChange(StrEnum):
    """What to do with a transcript that is in the study already, with other words."""

    ASK = "ask"
    REPLACE = "replace"
    KEEP_BOTH = "keep-both"
    SKIP = "skip"


class Outcome(StrEnum):
    """What became of a file."""

    ADDED = "added"
    KNOWN = "already there"
    SKIPPED = "skipped"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptReport:
    """What was found in one interview. `interviewer_share` is a share of all spoken words, 0..1."""

    transcript: str
    outcome: Outcome
    format: str
    encoding: str
    turns: int
    speakers: tuple[str, ...]
    reasons: tuple[str, ...]
    interviewer_share: float
    timed: bool
    words: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """One line of the import report. `sentence` says why a file was refused or skipped."""

    file: str
    outcome: Outcome
    sentence: str = ""
    transcripts: tuple[TranscriptReport, ...] = ()


def add(
    study: Study,
    paths: Iterable[Path],
    *,
    wave: str = "",
    on_change: OnChange = OnChange.ASK,
    ask: Callable[[str, str], OnChange] | None = None,
    interviewers: Sequence[str] = (),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[FileReport, ...]:
    """Import files and folders; one report for each file, in order.

    A file whose bytes are known is left alone. `ask(transcript, file)` is called for a transcript that is there with
    other words when `on_change` is ASK; without it, such a file is refused with a sentence that says how to decide.
    """
    participants.read(study.participants_file)  # a table that cannot be read must stop us before, not after the work
    reports: list[FileReport] = []
    files = list(_files(paths, study.folder))
    names = (*study.settings.study.interviewers, *interviewers)
    for i, item in enumerate(files):
        if isinstance(item, FileReport):
            reports.append(item)
        else:
            reports.append(_add_file(study, item, wave, _Policy(on_change, ask), names))
        progress(i + 1, len(files))
    _complete_participants(study)
    return tuple(reports)


@dataclass(frozen=True, slots=True)
class _Policy:
    on_change: OnChange
    ask: Callable[[str, str], OnChange] | None

    def choose(self, transcript: str, file: str) -> OnChange:
        if self.on_change is not OnChange.ASK:
            return self.on_change
        if self.ask:
            return self.ask(transcript, file)
        raise FileProblemError(
            f"{file}: the study has a transcript “{transcript}” with other words.",
            "Say what to do: --on-change replace, keep-both or skip.",
        )


def files_in(
    folder: Path, read: Callable[[str], bool] = lambda name: True
) -> tuple[tuple[Path, ...], tuple[OSError, ...]]:
    """The files below a folder, sorted, and an error for all in it that may not or cannot be read.

    Left out are hidden files, lock files of office programs, tables of participants, and links to what is there anyway.

    Args:
        folder: where to look.
        read: whether a file of this name would be read; what is no file, and would not, is no error.
    """
    errors: list[OSError] = []
    found: list[Path] = []
    # `rglob` passes over a folder without rights in silence.
    for top, folders, names in os.walk(folder, onerror=errors.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if os.path.islink(os.path.join(top, name))]  # noqa: PTH114, PTH118  # never raises
        found += [Path(top, name) for name in (*names, *links) if not name.startswith((".", "~$"))]
    kept, there = [], set(found)
    for item in sorted(item for item in found if item.name != "participants.csv"):
        try:
            if _is_new(item, folder, there, read):
                kept.append(item)
        except OSError as error:
            errors.append(error)
    return tuple(kept), tuple(errors)


def _is_new(item: Path, folder: Path, there: Collection[Path], read: Callable[[str], bool]) -> bool:
    """Whether it is a file, and no link to what is found anyway: `there`, or a folder in `folder`.

    Raises:
        OSError: it cannot be read.
    """
    try:
        mode = item.stat().st_mode
    except OSError:
        if read(item.name):
            raise
        return False
    target = item.resolve() if item.is_symlink() else None
    below = _below(target, folder) if target else None
    if stat.S_ISREG(mode):
        # A store may keep files under other names than those of the links to them.
        return not (target and below) or folder / below not in there or target.suffix.lower() != item.suffix.lower()
    if stat.S_ISDIR(mode) and not below:
        raise OSError(errno.ENOTSUP, "it is a link to another folder, which is to be named itself", str(item))
    if not stat.S_ISDIR(mode) and read(item.name):
        raise OSError(errno.ENOTSUP, "it is no ordinary file", str(item))
    return False


def _below(target: Path, folder: Path) -> Path | None:
    """Where the target of a link lies in the folder; None where it lies elsewhere or is hidden there."""
    real = folder.resolve()
    below = target.relative_to(real) if target.is_relative_to(real) else None
    return None if below and any(part.startswith(".") for part in below.parts) else below


def _files(paths: Iterable[Path], own: Path) -> Iterator[Path | FileReport]:
    """The files to read, or a report for what is not read; `own` is the study's folder, which is passed over."""
    readable = importers.suffixes()
    for path in paths:
        if not os.path.isdir(path):  # noqa: PTH112  # `Path.is_dir` raises where a folder above may not be read
            yield path
            continue
        inside, errors = files_in(path, lambda name: name.lower().endswith(readable))
        for error in errors:
            said = f"{error.filename} cannot be read: {error.strerror}."
            yield _refused(path, FileProblemError(said, "Check it and its rights."))
        ours = own.resolve() if own.resolve() not in (path.resolve(), *path.resolve().parents) else None
        for item in inside:
            if ours and ours in item.resolve().parents:
                continue
            if item.suffix.lower() in readable:
                yield item
            else:
                yield FileReport(
                    file=str(item),
                    outcome=Outcome.SKIPPED,
                    sentence=f"{item.name} is of no kind that is read.",
                )


def _refused(path: Path, error: ThemescoutError) -> FileReport:
    return FileReport(file=str(path), outcome=Outcome.REFUSED, sentence=error.sentence())


def _add_file(study: Study, path: Path, wave: str, policy: _Policy, interviewers: Sequence[str]) -> FileReport:
    try:
        known = study.store.transcripts.ids_of_file(_sha256(path)) if path.is_file() else ()
        if known:
            return FileReport(
                file=str(path),
                outcome=Outcome.KNOWN,
                sentence=f"{path.name} is in the study as {_listed(known)}.",
            )
        transcripts = importers.read(path, interviewers=interviewers)
        return _store(study, path, _sha256(path), transcripts, wave, policy)
    except ThemescoutError as error:
        return _refused(path, error)
    except OSError as error:
        return _refused(path, FileProblemError(f"{path.name} cannot be read: {error.strerror}.", "Check its rights."))


def _store(
    study: Study, path: Path, sha256: str, transcripts: Sequence[Transcript], wave: str, policy: _Policy
) -> FileReport:
    heard = [transcript for transcript in transcripts if _informants(transcript)]
    if not heard:
        raise FileProblemError(
            f"{path.name} has no informant: every speaker looks like an interviewer.",
            "Name the interviewer with --interviewer NAME, or check the speakers' labels.",
        )
    taken = {**study.store.transcripts.hashes(), **{item.id: "" for item in heard}}
    plan = [(item, *_planned(study, item, path.name, policy, taken)) for item in heard]
    copy = StoredFile(
        sha256=sha256,
        name=path.name,
        stored=keep_original(study, path, sha256),
        bytes=path.stat().st_size,
        added_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    with study.store.transaction():
        study.store.transcripts.add_file(copy)
        for _, outcome, stored in plan:
            if outcome is Outcome.ADDED:
                study.store.transcripts.add(stored, file=sha256, wave=wave)
    reports = tuple(_report(stored, outcome) for _, outcome, stored in plan)
    outcomes = {report.outcome for report in reports}
    silent = len(transcripts) - len(heard)
    return FileReport(
        file=str(path),
        outcome=Outcome.ADDED if Outcome.ADDED in outcomes else reports[0].outcome,
        sentence=f"{silent} interviews without an informant were left out." if silent else "",
        transcripts=reports,
    )


def _planned(
    study: Study, item: Transcript, file: str, policy: _Policy, taken: dict[str, str]
) -> tuple[Outcome, Transcript]:
    """What to do with one transcript, and under which id; `taken` are the ids that may not be given to it."""
    hashes = study.store.transcripts.hashes()
    if item.id not in hashes:
        return Outcome.ADDED, item
    if hashes[item.id] == content_hash(item):
        return Outcome.KNOWN, item
    choice = policy.choose(item.id, file)
    if choice is OnChange.REPLACE:
        return Outcome.ADDED, item
    if choice is OnChange.KEEP_BOTH:
        number = 2
        while f"{item.id}-{number}" in taken:
            if hashes.get(f"{item.id}-{number}") == content_hash(item):
                return Outcome.KNOWN, replace(item, id=f"{item.id}-{number}")
            number += 1
        taken[f"{item.id}-{number}"] = ""
        return Outcome.ADDED, replace(item, id=f"{item.id}-{number}")
    return Outcome.SKIPPED, item


def keep_original(study: Study, path: Path, sha256: str) -> str:
    """Copy an original's bytes into the study, checked and written through; return the copy's name.

    Raises:
        FileProblemError: its hash is not `sha256`.
        OSError: it cannot be read, or the copy not written.
    """
    name = f"{slug(path.stem)}{path.suffix.lower()}"
    target = study.transcripts_folder / name
    if target.exists() and _sha256(target) != sha256:
        name = f"{slug(path.stem)}-{sha256[:8]}{path.suffix.lower()}"
        target = study.transcripts_folder / name
    if target.exists() and _sha256(target) == sha256:
        return name
    half = target.with_name(f".{name}.half")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise FileProblemError(
            f"{path.name} changed while it was read.", "Close the program that writes it; try again."
        )
    with half.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    half.replace(target)
    return name


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _informants(transcript: Transcript) -> tuple[str, ...]:
    return tuple(speaker.label for speaker in transcript.speakers if speaker.role is Role.INFORMANT)


def _report(transcript: Transcript, outcome: Outcome) -> TranscriptReport:
    total = sum(speaker.words for speaker in transcript.speakers)
    asked = sum(speaker.words for speaker in transcript.speakers if speaker.role is Role.INTERVIEWER)
    return TranscriptReport(
        transcript=transcript.id,
        outcome=outcome,
        format=transcript.format,
        encoding=transcript.encoding,
        turns=len(transcript.turns),
        speakers=tuple(f"{speaker.label} ({speaker.role})" for speaker in transcript.speakers),
        reasons=tuple(f"{speaker.label}: {speaker.reason}" for speaker in transcript.speakers),
        interviewer_share=round(asked / total, 3) if total else 0.0,
        timed=any(turn.start_s is not None for turn in transcript.turns),
        words=total,
        problems=transcript.problems,
    )


def informants(study: Study) -> tuple[Participant, ...]:
    """The row that the table of participants has for each informant before anybody has filled it in."""
    found = []
    for transcript, wave in study.store.transcripts.waves().items():
        people = [s.label for s in study.store.transcripts.speakers(transcript) if s.role is Role.INFORMANT]
        found += [
            Participant(
                transcript=transcript,
                speaker=label,
                participant=transcript if len(people) == 1 else f"{transcript} {label}",
                wave=wave,
            )
            for label in people
        ]
    return tuple(found)


def _complete_participants(study: Study) -> None:
    known = participants.read(study.participants_file)
    rows = participants.completed(known, informants(study))
    if rows and (rows != known or not study.participants_file.exists()):
        participants.write(study.participants_file, rows)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
