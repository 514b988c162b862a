"""The new interviews of a comparison: a wave that the study has, or files that become one."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from themescout.comparison import waves
from themescout.errors import ComparisonError
from themescout.pipeline import adding
from themescout.pipeline.adding import OnChange, Outcome
from themescout.text import squashed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from themescout.pipeline.adding import FileReport
    from themescout.project import Study

    Ask = Callable[[str, str], OnChange]

UNNAMED = "new"  # what files are called as a wave where nobody gave them a name
_LISTED = 5  # names in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What is new.

    Attributes:
        wave: name of the new wave.
        reports: one for each file, in order; () where the wave was there.
        ready: the study has interviews in that wave.
        remark: what a reader should know, a sentence or "".
    """

    wave: str
    reports: tuple[FileReport, ...] = ()
    ready: bool = True
    remark: str = ""


def added(
    study: Study,
    new: Sequence[str],
    *,
    wave: str = "",
    on_change: OnChange = OnChange.ASK,
    ask: Ask | None = None,
    interviewers: Sequence[str] = (),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Added:
    """The wave that `new` means; files and folders are added to the study first, as the wave `wave`.

    Without a name the wave is called as the folder, or "new". A file that the importer refuses keeps none of the others
    out. An interview of another wave is never taken out of it.

    Raises:
        ComparisonError: `new` is neither a wave nor a file, files are in the study as another wave, or other interviews
            have the name that their wave would get. Nothing was added then.
    """
    known, wave = waves.of_transcripts(study), squashed(wave)
    there = _wave(study, new, wave, known)
    if there is not None:
        return there
    paths = [Path(name) for name in new]
    ours = dict(_stored(study, paths))
    name = wave or _called(paths, known, {one for ids in ours.values() for one in ids})
    _check_elsewhere(study, ours, known, name)
    how, choose = _keeping(on_change, ask, known, name)
    reports = adding.add(
        study, paths, wave=name, on_change=how, ask=choose, interviewers=interviewers, progress=progress
    )
    now = waves.of_transcripts(study)
    return Added(wave=name, reports=tuple(_told(report, now, name) for report in reports), ready=name in now.values())


def _wave(study: Study, new: Sequence[str], wave: str, known: Mapping[str, str]) -> Added | None:
    """The wave that `new` names; None where it names files."""
    called = [name for name in new if name in known.values()]
    if not called:
        if len(new) == 1 and not _there(new[0]):
            raise ComparisonError(f"{study.folder} has no wave “{new[0]}”, and there is no such file.", _has(known))
        return None
    if len(new) > 1:
        if all(_there(name) for name in called):
            return None
        raise ComparisonError(
            f"“{called[0]}” is a wave of the study, and other names follow or precede it.",
            "Name one wave, or files and folders.",
        )
    if wave not in {"", called[0]}:
        raise ComparisonError(
            f"“{called[0]}” is a wave of the study; --wave names the wave of files that are added.",
            f"Leave --wave out; a file or folder of that name is written ./{called[0]}",
        )
    remark = f"“{called[0]}” is a wave of the study; the files of that name are not read (write ./{called[0]})."
    return Added(wave=called[0], remark=remark if _there(called[0]) else "")


def _there(name: str) -> bool:
    """Whether there is a file or folder of that name."""
    try:
        return bool(name) and Path(name).exists()
    except OSError:  # a name too long for the disk, or below a folder that may not be read: the importer says so
        return True


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112  # `Path.is_dir` raises where a folder above may not be read


def _has(known: Mapping[str, str]) -> str:
    names = [_titled(wave) for wave in dict.fromkeys(known.values())]
    return (
        f"It has {', '.join(names)}." if names else "It has no interviews yet: themescout add STUDY FILES --wave NAME"
    )


def _titled(wave: str) -> str:
    return f"the wave “{wave}”" if wave else "interviews without a wave"


def _stored(study: Study, paths: Iterable[Path]) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Each file whose bytes the study has, with the transcripts that came from it."""
    for path in paths:
        for file in adding.files_in(path)[0] if _is_folder(path) else (path,):
            try:
                with file.open("rb") as opened:
                    ids = study.store.transcripts.ids_of_file(hashlib.file_digest(opened, "sha256").hexdigest())
            except OSError:  # the importer says what is wrong with it
                continue
            if ids:
                yield file, ids


def _called(paths: Sequence[Path], known: Mapping[str, str], ours: set[str]) -> str:
    """The folder's name, or "new"; not a name that other interviews have."""
    name = (paths[0].resolve().name if len(paths) == 1 and _is_folder(paths[0]) else "") or UNNAMED
    others = [transcript for transcript, wave in known.items() if wave == name and transcript not in ours]
    if others:
        raise ComparisonError(
            f"The study has a wave “{name}” of other interviews: {_listed(others)}.",
            f"Name the wave of these: --wave NAME. To put them beside those: --wave “{name}”",
        )
    return name


def _check_elsewhere(study: Study, ours: Mapping[Path, tuple[str, ...]], known: Mapping[str, str], wave: str) -> None:
    """Interviews that are in the study as another wave cannot be new."""
    inside = study.folder.resolve()
    elsewhere = [
        (file.name, ids)
        for file, ids in ours.items()
        if all(known[one] != wave for one in ids) and inside not in file.resolve().parents
    ]
    if not elsewhere:
        return
    (name, ids), more = elsewhere[0], len(elsewhere) - 1
    place = _placed(known[ids[0]])
    others = f" So {'is 1 other' if more == 1 else f'are {more} others'}." if more else ""
    raise ComparisonError(
        f"{name} is in the study as {_listed(ids)}, {place}; it cannot be new.{others}",
        f"Leave it out, or compare {_titled(known[ids[0]])} by its name.",
    )


def _placed(wave: str) -> str:
    return f"in the wave “{wave}”" if wave else "among the interviews without a wave"


def _keeping(on_change: OnChange, ask: Ask | None, known: Mapping[str, str], wave: str) -> tuple[OnChange, Ask | None]:
    """The same policy, except that no interview of another wave is replaced: it would change sides."""
    if on_change is not OnChange.REPLACE and (on_change is not OnChange.ASK or ask is None):
        return on_change, ask

    def choose(transcript: str, file: str) -> OnChange:
        choice = ask(transcript, file) if ask and on_change is OnChange.ASK else OnChange.REPLACE
        if choice is OnChange.REPLACE and known.get(transcript, wave) != wave:
            raise ComparisonError(
                f"{file}: “{transcript}” is {_placed(known[transcript])}; replaced, it would be missing there.",
                "Keep both (--on-change keep-both), or give the file another name.",
            )
        return choice

    return OnChange.ASK, choose


def _told(report: FileReport, now: Mapping[str, str], wave: str) -> FileReport:
    """The report, with what is to be said of interviews that another wave had already, in the same words."""
    twice = [item.transcript for item in report.transcripts if now.get(item.transcript, wave) != wave]
    if not twice or report.outcome is Outcome.SKIPPED:
        return report
    said = f"{Path(report.file).name}: {_listed(twice)} {'is' if len(twice) == 1 else 'are'} {_placed(now[twice[0]])}"
    if len(twice) == len(report.transcripts):
        sentence = f"{said}, in the same words; it cannot be new. Leave it out."
        return replace(report, outcome=Outcome.REFUSED, sentence=sentence, transcripts=())
    return replace(report, sentence=squashed(f"{report.sentence} {said}, and stays there."))


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
