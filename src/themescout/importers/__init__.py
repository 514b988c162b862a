"""From a file to transcripts: the reader for its ending, then speakers, roles and offsets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from themescout import plugins
from themescout.errors import FileProblemError, PluginError
from themescout.importers import assemble

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from themescout.protocols import Importer
    from themescout.types import Transcript

# The endings of our own readers, so that listing them imports none of them.
_OWN: Mapping[str, tuple[str, ...]] = {
    "plain": (".txt", ".text", ".md", ".markdown"),
    "captions": (".vtt", ".srt"),
    "whisper": (".json",),
    "docx": (".docx",),
    "odt": (".odt",),
    "rtf": (".rtf",),
    "pdf": (".pdf",),
    "table": (".csv", ".tsv", ".xlsx"),
}


def read(path: Path, *, interviewers: Sequence[str] = ()) -> tuple[Transcript, ...]:
    """The interviews of `path`, one or several, each with speakers and roles.

    `interviewers`: labels of those who ask, where the user knows better than the labels tell.

    Raises:
        FileProblemError: missing, not readable, empty, of an unknown kind, or damaged.
    """
    _check(path)
    raws = _reader(path).read(path)
    made = _with_own_ids(assemble.assemble(raw, interviewers=interviewers) for raw in raws)
    if not any(transcript.text for transcript in made):
        raise FileProblemError(f"{path.name} has no words in it.", "Open it and see whether it is the right file.")
    return made


def readers() -> dict[str, str]:
    """Entry point name of the reader for each file ending, sorted by ending.

    Only the readers of other packages are imported for it.

    Raises:
        PluginError: two readers claim one ending.
    """
    found: dict[str, str] = {}
    for name in plugins.names("importers"):
        for suffix in _OWN.get(name) or plugins.load("importers", name).suffixes:
            if found.setdefault(suffix, name) != name:
                raise PluginError(
                    f"Files ending in {suffix} are claimed by two readers: {found[suffix]} and {name}.",
                    "Uninstall one of the two packages.",
                )
    return dict(sorted(found.items()))


def suffixes() -> tuple[str, ...]:
    """File endings that can be read, sorted."""
    return tuple(readers())


def _reader(path: Path) -> Importer:
    known = readers()
    suffix = path.suffix.lower()
    if suffix not in known:
        kind = f"ends in {suffix}, which" if suffix else "has no ending, and such a file"
        raise FileProblemError(f"{path.name} {kind} cannot be read.", f"Readable: {', '.join(known)}.")
    reader: Importer = plugins.load("importers", known[suffix])()
    return reader


def _check(path: Path) -> None:
    """Tell apart what is wrong with the path itself, whatever its ending."""
    try:
        with path.open("rb") as file:
            is_empty = not file.read(1)
    except FileNotFoundError as error:
        raise FileProblemError(f"{path.name} does not exist.", "Check the spelling and the folder.") from error
    except IsADirectoryError as error:
        raise FileProblemError(f"{path.name} is a folder, not a file.", "Name a file in it.") from error
    except PermissionError as error:
        raise FileProblemError(f"{path.name} may not be read by you.", "Ask its owner for the right to.") from error
    except OSError as error:
        raise FileProblemError(f"{path.name} cannot be read: {error.strerror or error}.", "Copy it here.") from error
    if is_empty:
        raise FileProblemError(f"{path.name} is empty.", "Export or copy it again.")


def _with_own_ids(transcripts: Iterable[Transcript]) -> tuple[Transcript, ...]:
    """Two interviews of one file never have one id: the second is called "id-2"."""
    made: list[Transcript] = []
    taken: set[str] = set()
    for transcript in transcripts:
        name, number = transcript.id, 1
        while name in taken:
            number += 1
            name = f"{transcript.id}-{number}"
        taken.add(name)
        made.append(transcript if name == transcript.id else replace(transcript, id=name))
    return tuple(made)
