"""The file with the themes of an earlier study, entry by entry: CSV, TSV, YAML, JSON, or one theme a line."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from themescout.codebook.decode import decode
from themescout.errors import FileProblemError
from themescout.text import normalise, separator, squashed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

COLUMNS = ("theme", "kind", "code", "page", "count", "of")
FORMS = MappingProxyType(
    {".csv": "csv", ".tsv": "tsv", ".yaml": "yaml", ".yml": "yaml", ".json": "json", ".txt": "text"}
)
FORMAT = "The format is in docs/usage.md: a column theme, and kind, code, page, count, of where you have them."
_LISTS = ("themes", "baseline_themes", "baseline_themes_2012")
_LIMIT = 1_000_000  # bytes; ten thousand themes fit in
_BULLET = re.compile(r"(?:[-*•–]|\d{1,3}[.)])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One entry of the file.

    Attributes:
        where: the file and the line, as messages begin.
        values: by the names of `COLUMNS`, each on one line; what is missing is not there.
        problems: what could not be read as text, each a sentence.
    """

    where: str
    values: Mapping[str, str]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The whole file: its entries in order, where it says it is from, names of what was not read."""

    entries: tuple[Written, ...]
    source: str = ""
    unread: tuple[str, ...] = field(default=())


def text_of(path: Path) -> str:
    """The text of the file.

    Raises:
        FileProblemError: no such file, a folder, of no form that is read, too large, not to be read, or not UTF-8.
    """
    try:
        if path.is_dir():
            raise FileProblemError(f"{path} is a folder, not a list of themes.", "Name a file in it.")
        if path.is_file() and path.suffix.lower() not in FORMS:
            raise FileProblemError(
                f"{path.name} is no list of themes: its name ends in none of {', '.join(FORMS)}.",
                "Save it as CSV, or as plain text with one theme a line.",
            )
        with path.open("rb") as file:
            data = file.read(_LIMIT + 1)
    except FileNotFoundError as error:
        raise FileProblemError(
            f"There is no file {path}.", "--baseline takes a file, “codebook” or “none”; check the path."
        ) from error
    except OSError as error:
        raise FileProblemError(
            f"{path.name} cannot be read: {error.strerror}.", "Check its name and rights."
        ) from error
    if len(data) > _LIMIT:
        raise FileProblemError(f"{path.name} is larger than {_LIMIT // 1_000_000} MB.", "Is it a list of themes?")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FileProblemError(
            f"{path.name}, line {line}: not UTF-8 text.", "Save it as UTF-8 (in Excel: “CSV UTF-8”)."
        ) from error


def entries_of(text: str, *, name: str) -> Listed:
    """The entries of a file of this name, blank ones left out.

    Raises:
        FileProblemError: it is empty, or has no column or list of themes.
        CodebookError: it is not well-formed YAML or JSON.
    """
    if not text.strip():
        raise FileProblemError(f"{name} is empty.", FORMAT)
    form = FORMS[Path(name).suffix.lower()]
    if form == "text":
        return Listed(entries=tuple(_lines(text, name)))
    return _structured(text, name, form) if form in {"yaml", "json"} else _table(text, name, form)


def _lines(text: str, name: str) -> Iterator[Written]:
    """A theme a line; bullets and numbers before it are left out, and lines that begin with #."""
    for number, line in enumerate(text.splitlines(), start=1):
        plain = squashed(normalise(line))
        if plain and not plain.startswith("#"):
            yield Written(where=f"{name}, line {number}", values={"theme": _BULLET.sub("", plain, count=1)})


def _table(text: str, name: str, form: str) -> Listed:
    heading = text.lstrip().splitlines()[0]
    delimiter = "\t" if form == "tsv" else separator(heading)
    # Blank lines above the heading are left in place, so that lines are counted as an editor counts them.
    above = len(text) - len(text.lstrip("\r\n"))
    first = text[:above].count("\n")
    reader = csv.reader(io.StringIO(text[above:], newline=""), delimiter=delimiter, strict=True)
    names: list[str] = []
    entries: list[Written] = []
    try:
        while True:
            where = f"{name}, line {first + reader.line_num + 1}"
            cells = next(reader, None)
            if cells is None:
                break
            if not names:
                names = [squashed(normalise(cell)).casefold() for cell in cells]
                _check_columns(names, name)
            elif any(cell.strip() for cell in cells):
                entries.append(_row(cells, names, where))
    except csv.Error as error:
        raise FileProblemError(
            f"{name}, line {first + reader.line_num}: not valid CSV ({error}).", "Correct that line."
        ) from error
    return Listed(entries=tuple(entries), unread=_unread(names))


def _check_columns(names: Sequence[str], file: str) -> None:
    if "theme" not in names:
        found = ", ".join(f"“{one[:40]}”" for one in names[:12] if one) or "none"
        raise FileProblemError(f"{file} has no column “theme”; it has: {found}.", FORMAT)
    twice = [one for one in COLUMNS if names.count(one) > 1]
    if twice:
        raise FileProblemError(f"{file}: the column “{twice[0]}” stands twice.", "Keep one of them.")


def _row(cells: Sequence[str], names: Sequence[str], where: str) -> Written:
    surplus = any(cell.strip() for cell in cells[len(names) :])
    problem = (f"{where}: more cells than the heading has; put a cell that contains the separator in quotes.",)
    values = {one: squashed(normalise(cell)) for one, cell in zip(names, cells, strict=False) if one in COLUMNS}
    return Written(where=where, values=values, problems=problem if surplus else ())


def _structured(text: str, name: str, form: str) -> Listed:
    value = decode(text, file=name, form=form)
    key, source = "", ""
    unread: tuple[str, ...] = ()
    if isinstance(value, dict):
        key = next((one for one in _LISTS if one in value), "")
        if not key:
            found = ", ".join(f"“{str(one)[:40]}”" for one in list(value)[:12]) or "none"
            raise FileProblemError(f"{name} has no list “themes”; it has: {found}.", FORMAT)
        source = squashed(normalise(str(value.get("source") or "")))
        unread = tuple(str(one) for one in value if one not in {key, "source"})
        value = value[key]
    if value is not None and not isinstance(value, list):
        raise FileProblemError(f"{name} holds no list of themes.", FORMAT)
    lines = _yaml_lines(text, key) if form == "yaml" else _json_lines(text, key)
    entries = tuple(_entry(item, _place(name, i, lines)) for i, item in enumerate(value or ()))
    inner = (str(one) for item in value or () if isinstance(item, dict) for one in item)
    return Listed(entries=entries, source=source, unread=(*unread, *_unread(inner)))


def _place(name: str, i: int, lines: Sequence[int]) -> str:
    """Where an entry stands; a key that JSON writes with escaped letters leaves its entries without lines."""
    return f"{name}, line {lines[i]}" if i < len(lines) else f"{name}, entry {i + 1}"


def _entry(item: object, where: str) -> Written:
    if isinstance(item, str):
        return Written(where=where, values={"theme": squashed(normalise(item))})
    if not isinstance(item, dict):
        return Written(where=where, values={}, problems=(f"{where}: expected a theme, found “{str(item)[:40]}”.",))
    found = {str(key): value for key, value in item.items() if str(key) in COLUMNS and value is not None}
    wrong = [key for key, value in found.items() if isinstance(value, bool) or not isinstance(value, str | int | float)]
    return Written(
        where=where,
        values={key: squashed(normalise(str(value))) for key, value in found.items() if key not in wrong},
        problems=tuple(f"{where}: {key} should be text, but is a list or something else." for key in wrong),
    )


def _unread(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name and name not in COLUMNS))


def _yaml_lines(text: str, key: str) -> list[int]:
    """Line, from 1, on which each item of the list begins."""
    import yaml  # noqa: PLC0415 - the whole command line starts without it

    node: Any = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if key:
        node = next(value for name, value in node.value if name.value == key)
    return [item.start_mark.line + 1 for item in node.value] if isinstance(node, yaml.SequenceNode) else []


def _json_lines(text: str, key: str) -> list[int]:
    """The same for JSON that is known to be well-formed: from item to item."""
    blank, decoder = re.compile(r"[\s,]*"), json.JSONDecoder()
    begin = re.search(rf'"{key}"\s*:\s*\[' if key else r"\[", text)
    found: list[int] = []
    at = blank.match(text, begin.end()).end() if begin else len(text)  # type: ignore[union-attr]  # matches nothing too
    while at < len(text) and text[at] != "]":
        found.append(text[:at].count("\n") + 1)
        _, at = decoder.raw_decode(text, at)
        at = blank.match(text, at).end()  # type: ignore[union-attr]
    return found
