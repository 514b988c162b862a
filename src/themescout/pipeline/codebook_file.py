"""The study's codebook file: where it is, how something is put into it, and how the study gets one of its own.

A person's file is never written anew: what is put in stands in its place, and every other character stays where it was.
Where that cannot be promised, and where the codebook is not the study's own (a built-in one, a file elsewhere), the
study gets a file of its own instead.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from themescout import codebook as codebooks
from themescout import settings as settings_module
from themescout.errors import CodebookError, StudyError, ThemescoutError
from themescout.project import SETTINGS_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from themescout.codebook import Codebook
    from themescout.project import Study

_YAML = (".yaml", ".yml")
_SETTING = re.compile(r"""^[ \t]*codebook[ \t]*=[ \t]*("[^"\n]*"|'[^'\n]*')""", re.MULTILINE)
_SECTION = re.compile(r"^[ \t]*\[study\][^\r\n]*", re.MULTILINE)
_BOM = b"\xef\xbb\xbf"


def write(
    study: Study, wanted: Codebook, change: Callable[[str], str | None], *, doing: str = "changed"
) -> tuple[Path, str]:
    """Make `wanted` the study's codebook; the file that holds it, and why it is another file, "" where it is the same.

    Args:
        study: its settings name the codebook that is changed.
        wanted: what the codebook is to be.
        change: from the text of the file to the text wanted, all else in its place; None where it does not know how.
        doing: what is done with the file, for the sentence that says why it could not be.

    Raises:
        CodebookError: the codebook would have errors, or the file cannot be written.
        StudyError: the settings cannot be pointed at a new file.
    """
    if errors := [p.sentence for p in codebooks.check(wanted) if p.severity == "error"]:
        raise CodebookError(f"With that the codebook would have errors: {' '.join(errors[:3])}", "")
    own = _own_file(study)
    if own is not None and (data := _changed(own, wanted, change)) is not None:
        _save(own, data)
        return own, ""
    target = _new_file(study)
    # The settings last: a codebook file that nothing points at does no harm.
    _save(target, codebooks.as_yaml(wanted).encode())
    try:
        _point_at(study, target.name)
    except ThemescoutError:
        target.unlink()
        raise
    return target, _why(study, own, doing)


def current(study: Study) -> Study:
    """The study with the codebook that its settings file names now: writing a codebook may have changed that."""
    named = settings_module.read(study.folder / SETTINGS_FILE).study.codebook
    return replace(study, settings=settings_module.changed(study.settings, "study", codebook=named))


def note(study: Study, book: Codebook) -> int:
    """Record `book` as in use where it is another than the version before, as after a change by hand in its file.

    Its time is that of the file, where the study has one: decisions made since were made with this wording.
    """
    versions, own = study.store.codebooks.versions(), _own_file(study)
    changed = datetime.now(UTC) if own is None else datetime.fromtimestamp(own.stat().st_mtime, UTC)
    at = changed.isoformat(timespec="seconds")
    return study.store.codebooks.use(book.source_text, at=max(at, versions[-1].used_from) if versions else at)


def _why(study: Study, own: Path | None, doing: str) -> str:
    name = study.settings.study.codebook
    if name in codebooks.BUILT_IN:
        return f"The codebook {name} comes with themescout"
    if own is None:
        return f"{Path(name).name} is not in the study's folder"
    return f"{own.name} cannot be {doing} without rewriting it"


def _own_file(study: Study) -> Path | None:
    """The codebook's file, where it is in the study's folder."""
    name = study.settings.study.codebook
    if name in codebooks.BUILT_IN:
        return None
    path = (study.folder / name).resolve()
    return path if path.is_file() and path.is_relative_to(study.folder.resolve()) else None


def _new_file(study: Study) -> Path:
    names = ["codebook.yaml", *(f"codebook-{i}.yaml" for i in range(2, 1000))]
    return next(path for path in (study.folder / name for name in names) if not path.exists())


def _changed(path: Path, wanted: Codebook, change: Callable[[str], str | None]) -> bytes | None:
    """The file as it is to be; None where it would not be read as `wanted`."""
    if path.suffix.lower() not in _YAML:
        return None
    data = path.read_bytes()
    new = change(data.decode("utf-8-sig"))
    if new is None or not _is_as_meant(new, path.name, wanted):
        return None
    return (_BOM if data.startswith(_BOM) else b"") + new.encode()


def _is_as_meant(text: str, name: str, wanted: Codebook) -> bool:
    try:
        read = codebooks.parse(text, name=name)
    except CodebookError:
        return False
    return read == wanted


def _point_at(study: Study, name: str) -> None:
    path = study.folder / SETTINGS_FILE
    if settings_module.read(path, {}).study.codebook != study.settings.study.codebook:
        raise StudyError(
            f"{SETTINGS_FILE} names another codebook than the one in use, {study.settings.study.codebook}.",
            "Start again without THEMESCOUT_STUDY_CODEBOOK in the environment.",
        )
    before = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
    for text in _pointed(before, f'"{name}"'):
        if _names(text, name):
            _save(path, text.encode())
            return
    raise StudyError(f"{SETTINGS_FILE} cannot be pointed at {name}.", f'Write codebook = "{name}" below [study].')


def _names(text: str, name: str) -> bool:
    try:
        study = tomllib.loads(text).get("study")
    except tomllib.TOMLDecodeError:
        return False
    return isinstance(study, dict) and study.get("codebook") == name


def _pointed(text: str, value: str) -> Iterator[str]:
    """Ways of setting the codebook, least change first; the first that reads back right is taken."""
    for found in _SETTING.finditer(text):
        yield f"{text[: found.start(1)]}{value}{text[found.end(1) :]}"
    for found in _SECTION.finditer(text):
        yield f"{text[: found.end()]}\ncodebook = {value}{text[found.end() :]}"
    yield f"{text.rstrip()}\n\n[study]\ncodebook = {value}\n"


def _save(path: Path, data: bytes) -> None:
    half = path.with_name(f"{path.name}.half")
    try:
        half.write_bytes(data)
        with half.open("rb+") as file:
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise CodebookError(
            f"{path.name} cannot be written: {error.strerror or error}.", "Look at its rights."
        ) from error
