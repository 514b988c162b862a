"""The inputs of a run: files, folders, patterns and addresses become numbered sources."""

from __future__ import annotations

import glob
import os
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from themescout import importers
from themescout.batch import files
from themescout.batch.folder import RUN
from themescout.batch.inputs.planning import PLAN
from themescout.batch.model import Form, Refusal, Source
from themescout.errors import BatchError, FileProblemError
from themescout.pipeline.adding import files_in
from themescout.project import DATABASE, SETTINGS_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from themescout.batch.files import Entry

TABLES = (".jsonl", ".jsonl.gz", ".parquet")  # always tables of rows
WITH_ROWS = (".csv", ".csv.gz", ".tsv", ".tsv.gz")  # tables of rows where that is said
_STUDY = (DATABASE, SETTINGS_FILE)
_SHOWN = 3  # refusals in the sentence that nothing remains


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What the inputs come to.

    Attributes:
        sources: those of earlier runs first, under their numbers; then the new ones, sorted by path.
        refused: inputs that cannot be read, with a sentence each, in the order in which they were named.
        passed_over: files in folders that are of no kind that is read, and folders of other runs and studies, sorted.
    """

    sources: tuple[Source, ...]
    refused: tuple[Refusal, ...]
    passed_over: tuple[str, ...]


def sources(inputs: Sequence[str], *, rows: bool, known: Sequence[Source] = (), outside: Sequence[str] = ()) -> Listing:
    """List files, folders (at any depth), patterns (`*`, `?`, `[…]`, `**`) and addresses that fsspec knows.

    Args:
        inputs: as the user gave them; a name that exists is taken literally, whatever characters it has.
        rows: read .csv and .tsv (also .gz) as one text in each row; without it they are read as interviews.
        known: the sources of earlier runs into the same place.
        outside: folders that are passed over without a word (the run's own, the study's).

    Raises:
        BatchError: nothing remains, or a known source is no longer the file that it was.
    """
    find = _Finding(rows=rows, outside=outside)
    for item in inputs:
        find.add(item)
    before = {source.path: source for source in known}
    for path, entry in find.entries.items():
        if path in before and before[path].stamp != entry.stamp:
            raise BatchError(f"{path} has changed since this run began.", "Use a new folder for the output (-o).")
    new = [entry for path, entry in sorted(find.entries.items()) if path not in before]
    found = tuple(
        Source(number=number, path=entry.path, form=find.forms[entry.path], bytes=entry.bytes, stamp=entry.stamp)
        for number, entry in enumerate(new, start=max((source.number for source in known), default=-1) + 1)
    )
    if not found and not known:
        raise _nothing(find.refused)
    return Listing(sources=(*known, *found), refused=tuple(find.refused), passed_over=tuple(sorted(find.passed_over)))


def form_of(path: str, *, rows: bool) -> Form | None:
    """How a file of this ending is read; None where it is not."""
    name = files.name_of(path).lower()
    if name.endswith(TABLES) or (rows and name.endswith(WITH_ROWS)):
        return Form.ROWS
    return Form.INTERVIEWS if name.endswith(importers.suffixes()) else None


class _Finding:
    """What has been found so far; each path once."""

    def __init__(self, *, rows: bool, outside: Sequence[str]) -> None:
        self.rows = rows
        self.outside = _Outside(outside)
        self.entries: dict[str, Entry] = {}
        self.forms: dict[str, Form] = {}
        self.refused: list[Refusal] = []
        self.passed_over: set[str] = set()
        self.made: dict[str, bool] = {}  # folders that were looked at

    def add(self, given: str) -> None:
        """Take in what one input stands for, or refuse it."""
        self._guarded(given, partial(self._take, given))

    def _take(self, given: str) -> None:
        if not given.strip():
            raise FileProblemError("An input has no name.", "Say . for the folder you are in.")
        path = _absolute(given)
        try:
            entry = files.entry(path)
        except FileNotFoundError:
            if not glob.has_magic(given):
                raise
            self._matches(given, path)
            return
        if entry is None:
            self._folder(given, path)
        else:
            self._file(entry)

    def _matches(self, given: str, path: str) -> None:
        local = files.is_local(path)
        found = sorted(glob.glob(path, recursive=True)) if local else files.remote_matches(path)  # noqa: PTH207
        if not found:
            raise FileProblemError(f"Nothing matches {given}.", "Check the pattern and the folder.")
        root = path
        while local and glob.has_magic(root):
            root = os.path.dirname(root)  # noqa: PTH120
        before = len(self.refused)
        taken = [self._guarded(match, partial(self._match, match, root)) for match in found]
        if not any(taken) and len(self.refused) == before:
            raise self._empty(f"{given} matches no file that is read.", "Check the pattern and the folder.")

    def _match(self, path: str, root: str) -> bool:
        if files.is_local(path) and (made := self._made_above(path, root)):
            self.passed_over |= {made} if not self.outside.has(made) else set()
            return False
        entry = files.entry(path)
        return bool(self._below(path, named=False)) if entry is None else self._inside(entry)

    def _made_above(self, path: str, root: str) -> str:
        """The folder that themescout made, in `root`, in which a match lies; "" where there is none."""
        while len(path) > len(root):
            if path not in self.made:
                self.made[path] = _is_made({name for name in (RUN, PLAN, *_STUDY) if os.path.exists(f"{path}/{name}")})  # noqa: PTH110
            if self.made[path]:
                return os.path.join(path, "")  # noqa: PTH118
            path = os.path.dirname(path)  # noqa: PTH120
        return ""

    def _folder(self, given: str, path: str) -> None:
        before = len(self.refused)
        if not self._below(path, named=True) and len(self.refused) == before:
            raise self._empty(f"{given} has no file in it that is read.", "Check the folder.")

    def _empty(self, what: str, hint: str) -> FileProblemError:
        made = any(item.endswith(("/", os.sep)) for item in self.passed_over)
        return FileProblemError(what, "Folders of other runs and studies are to be named themselves." if made else hint)

    def _below(self, folder: str, *, named: bool) -> int:
        """Take in the files below a folder; how many of them are read.

        Folders of other runs and of studies are passed over unless `folder` is one and was named itself: they repeat
        what they were made of.
        """
        if not files.is_local(folder):
            entries = {entry.path: entry for entry in files.remote_files(folder)}
            kept = self._without_made(list(entries), folder if named else "")
            return sum(self._inside(entries[path]) for path in kept)
        inside, errors = files_in(Path(files.local_path(folder)), partial(_is_read, rows=self.rows))
        for error in errors:
            self._refuse(str(error.filename), files.refused(str(error.filename), error))
        kept = self._without_made(list(map(str, inside)), files.local_path(folder) if named else "")
        return sum(self._guarded(path, partial(self._local, path)) for path in kept)

    def _without_made(self, paths: Sequence[str], named: str) -> list[str]:
        """The paths that do not lie in a folder that themescout made, which are noted."""
        held: dict[str, set[str]] = defaultdict(set)
        for path in paths:
            folder, name = os.path.split(path)
            if name in {RUN, PLAN, *_STUDY}:
                held[folder].add(name)
        made = {folder for folder, names in held.items() if _is_made(names)} - {named.rstrip("/")}
        starts = tuple(os.path.join(folder, "") if files.is_local(folder) else f"{folder}/" for folder in made)  # noqa: PTH118
        self.passed_over |= {start for start in starts if not self.outside.has(start)}
        return [path for path in paths if not path.startswith(starts)]

    def _local(self, path: str) -> bool:
        entry = files.entry(path)
        return entry is not None and self._inside(entry)

    def _inside(self, entry: Entry) -> bool:
        """A file that was not named itself: passed over where it is of no kind that is read."""
        if self.outside.has(entry.path):
            return False
        if form_of(entry.path, rows=self.rows) is None:
            self.passed_over.add(entry.path)
            return False
        self._file(entry)
        return True

    def _file(self, entry: Entry) -> None:
        form = form_of(entry.path, rows=self.rows)
        name = files.name_of(entry.path)
        if form is None:
            raise _unreadable(name)
        if not _is_unicode(entry.path):
            raise FileProblemError(f"{name!a} has a name that is no valid text.", "Rename the file.")
        self.entries.setdefault(entry.path, entry)
        self.forms[entry.path] = form

    def _guarded(self, path: str, act: Callable[[], bool | None]) -> bool:
        try:
            return bool(act())
        except (FileProblemError, BatchError) as error:
            self._refuse(path, error)
        except files.troubles() as error:
            self._refuse(path, files.refused(path, error))
        except ValueError as error:  # a zero byte in a path; a pattern that fsspec does not understand
            self._refuse(path, FileProblemError(f"{path!a} is no path: {error}.", "Check the spelling."))
        return False

    def _refuse(self, path: str, error: FileProblemError | BatchError) -> None:
        shown = path.encode("utf-8", "backslashreplace").decode()
        self.refused.append(Refusal(path=shown, sentence=error.sentence().encode("utf-8", "replace").decode()))


def _is_made(names: set[str]) -> bool:
    """Whether a folder with such files in it is that of a run or of a study."""
    return names.issuperset((RUN, PLAN)) or names.issuperset(_STUDY)


def _is_read(name: str, *, rows: bool) -> bool:
    return form_of(name, rows=rows) is not None


class _Outside:
    """Folders whose files are no inputs, by whatever names and links they are reached."""

    def __init__(self, folders: Sequence[str]) -> None:
        self._remote = tuple(folder.rstrip("/") + "/" for folder in folders if not files.is_local(folder))
        self._local = [_absolute(folder) for folder in folders if files.is_local(folder)]
        self._known: dict[str, bool] = {}

    def has(self, path: str) -> bool:
        """Whether the file lies below one of them."""
        if not files.is_local(path):
            return path.startswith(self._remote)
        folder = os.path.dirname(path)  # noqa: PTH120  # for each of very many files
        if folder not in self._known:
            real = Path(folder).resolve()
            self._known[folder] = any(_same(one, own) for one in (real, *real.parents) for own in self._local)
        return self._known[folder]


def _same(one: Path, other: str) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # what is not there has no files
        return False


def _absolute(given: str) -> str:
    if not files.is_local(given):
        return given
    return os.path.abspath(files.local_path(given))  # noqa: PTH100


def _is_unicode(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _unreadable(name: str) -> FileProblemError:
    if name.lower().endswith(WITH_ROWS):
        return FileProblemError(f"{name} is only read as a table of rows.", "Say so with --rows.")
    known = ", ".join(sorted({*TABLES, *importers.suffixes()}))
    return FileProblemError(f"{name} is of no kind that is read.", f"Readable: {known}.")


def _nothing(refused: Sequence[Refusal]) -> BatchError:
    shown = " ".join(item.sentence for item in refused[:_SHOWN])
    more = f" And {len(refused) - _SHOWN} more." if len(refused) > _SHOWN else ""
    return BatchError(f"There is nothing to do. {shown}{more}".strip(), "Name files, folders or patterns.")
