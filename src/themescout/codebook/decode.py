"""The text of a codebook file as dicts, lists and text: YAML, JSON or CSV, each with its own guards."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

from themescout.codebook.entry import Lined
from themescout.errors import CodebookError
from themescout.text import separator

if TYPE_CHECKING:
    from collections.abc import Callable

FILE_LIMIT = 10_000_000  # bytes; our own long codebook has 140,000
DEPTH_LIMIT = 40  # lists and mappings inside one another; our own format needs 8
_NESTED = "is nested too deeply to be a codebook."
_ARROW = re.compile(r"(.*)(?:→|(?<!\S)->(?!\S))(.*)", re.DOTALL)  # the last one of a cell's item
_CELL_LISTS = ("include", "exclude", "keywords", "examples")


def decode(text: str, *, file: str, form: str) -> object:
    """What `text` holds, in the form "yaml", "json" or "csv"; mappings know their line where possible.

    Raises:
        CodebookError: it is not well-formed; the message begins with `file`.
    """
    if not text.strip():
        raise CodebookError(f"{file} is empty.", "The formats are in docs/codebook.md.")
    forms: dict[str, Callable[[str, str], object]] = {"yaml": _yaml, "json": _json, "csv": _csv}
    return forms[form](text, file)


def _json(text: str, file: str) -> object:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise CodebookError(f"{file}: the key “{twice}” stands twice in one object.", "Keep one of them.")
        return result

    try:
        return json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise CodebookError(
            f"{file}, line {error.lineno}: not valid JSON ({error.msg}).", "Correct that line."
        ) from error
    except RecursionError as error:
        raise CodebookError(f"{file} {_NESTED}") from error
    except ValueError as error:  # a number of thousands of digits
        raise CodebookError(f"{file}: a number cannot be read.", "Put it in quotes.") from error


def _csv(text: str, file: str) -> list[Lined]:
    heading = text.lstrip().splitlines()[0]
    delimiter = separator(heading)
    reader = csv.DictReader(io.StringIO(text.lstrip("\n"), newline=""), delimiter=delimiter, strict=True)
    rows: list[Lined] = []
    try:
        for row in reader:
            if None in row:
                raise CodebookError(
                    f"{file}, line {reader.line_num}: more cells than the heading has.",
                    "Put a cell that contains the separator in quotes.",
                )
            rows.append(_row(row, reader.line_num))
    except csv.Error as error:
        raise CodebookError(
            f"{file}, line {reader.line_num}: not valid CSV ({error}).", "Correct that line."
        ) from error
    names = {name.strip().lower() for name in reader.fieldnames or ()}
    if not names & {"name", "id", "code", "label", "tag"}:
        raise CodebookError(
            f"{file} has no column “name”.", "Name the columns in the first row: name, definition, parent."
        )
    return [row for row in rows if any(cell.strip() if isinstance(cell, str) else cell for cell in row.values())]


def _row(row: dict[str, Any], line: int) -> Lined:
    result = Lined({key.strip().lower(): cell or "" for key, cell in row.items()})  # a short row has None
    for key in _CELL_LISTS:
        if key in result:
            result[key] = _cell_list(result[key])
    if "exclude" in result:
        result["exclude"] = [_exclusion(item) for item in result["exclude"]]
    result.line = line
    return result


def _cell_list(cell: str) -> list[str]:
    """The items of one cell: a line each where it has lines, else parted by semicolons."""
    return [item.strip() for item in cell.split("\n" if "\n" in cell else ";") if item.strip()]


def _exclusion(item: str) -> dict[str, object]:
    """“text → ID | ID”; without an arrow it goes nowhere."""
    match = _ARROW.fullmatch(item)
    if not match:
        return {"text": item}
    text, targets = match.groups()
    return {
        "text": text.strip(),
        "goes_to": [target.strip() for target in targets.split("|") if target.strip()],
    }


def _yaml(text: str, file: str) -> object:
    import yaml  # noqa: PLC0415 - the whole command line starts without it

    loader = _loader(file)
    try:
        _scan(text, file)
        return yaml.load(text, Loader=loader)  # noqa: S506 - built on SafeLoader, with fewer types
    except yaml.YAMLError as error:
        mark: Any = getattr(error, "problem_mark", None)
        place = f"{file}, line {mark.line + 1}" if mark else file
        reason = getattr(error, "problem", None) or "a character that YAML does not allow"
        raise CodebookError(f"{place}: not valid YAML ({reason}).", "Correct that line; quotes often help.") from error


def _scan(text: str, file: str) -> None:
    """Refuse aliases, which can be made to explode, several documents, and endless nesting."""
    import yaml  # noqa: PLC0415 - as above

    event: Any
    depth = documents = 0
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise CodebookError(f"{file}, line {line}: YAML aliases (*name) are not read.", "Write the text out.")
        if documents > 1:
            raise CodebookError(f"{file}, line {line}: a second document begins (---).", "Keep one document in a file.")
        if depth > DEPTH_LIMIT:
            raise CodebookError(f"{file}, line {line} {_NESTED}")


def _loader(file: str) -> Any:
    """A YAML loader for which everything but null is text, so that `no` and `1.10` stay what they are."""
    import yaml  # noqa: PLC0415 - as above

    safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    null = "tag:yaml.org,2002:null"

    def mapping(loader: Any, node: Any) -> Lined:
        result = Lined()
        result.line = node.start_mark.line + 1
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise CodebookError(f"{file}, line {line}: a key is not text.", "Put it in quotes.")
            if key_node.value in result:
                raise CodebookError(
                    f"{file}, line {line}: the key “{key_node.value}” stands twice.", "Keep one of them."
                )
            result[key_node.value] = loader.construct_object(value_node, deep=True)
        return result

    class Loader(safe):  # type: ignore[misc,valid-type]
        yaml_implicit_resolvers = {  # noqa: RUF012 - as PyYAML has it
            first: [(tag, pattern) for tag, pattern in resolvers if tag == null]
            for first, resolvers in safe.yaml_implicit_resolvers.items()
        }
        yaml_constructors = {  # noqa: RUF012 - as PyYAML has it
            null: safe.construct_yaml_null,
            "tag:yaml.org,2002:str": lambda loader, node: loader.construct_scalar(node),
            "tag:yaml.org,2002:seq": lambda loader, node: loader.construct_sequence(node, deep=True),
            "tag:yaml.org,2002:map": mapping,
            None: safe.construct_undefined,
        }

    return Loader
