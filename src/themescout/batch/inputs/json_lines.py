"""Tables with an object in each line."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any, BinaryIO

from themescout.batch.inputs.rows import LONGEST, DamagedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from themescout.batch.inputs.rows import Notes

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def objects(stream: BinaryIO, notes: Notes) -> Iterator[dict[str, Any] | None]:
    """The objects in their order, None for a line that was refused; empty lines do not count.

    Raises:
        DamagedError: the file is UTF-16.
    """
    for number, line in enumerate(_whole_lines(stream), start=1):
        if number == 1:
            if line is not None and line.startswith(_WIDE):
                raise DamagedError(f"{notes.name} is not UTF-8.", "Save it as UTF-8.")
            line = line and line.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901
        if line is None or line.strip():
            yield _json_object(line, number, notes)


def _json_object(line: bytes | None, number: int, notes: Notes) -> dict[str, Any] | None:
    if line is None:
        notes.refuse(f"line {number}, is longer than {LONGEST >> 20} MB.")
        return None
    try:
        found = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        notes.refuse(f"line {number}, is not UTF-8. Save the table as UTF-8.")
    except json.JSONDecodeError as error:
        notes.refuse(f"line {number}, is no JSON: {error.msg}. Mend it.")
    except (ValueError, RecursionError):  # numbers of thousands of digits; brackets in thousands of brackets
        notes.refuse(f"line {number}, is no JSON that can be read. Mend it.")
    else:
        if isinstance(found, dict):
            return found
        notes.refuse(f"line {number}, is no object. Each line is {{…}}.")
    return None


def _whole_lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Lines with their ends; None in place of one that is longer than `LONGEST` bytes."""
    while line := stream.readline(LONGEST):
        too_long = False
        while len(line) == LONGEST and not line.endswith(b"\n"):
            too_long = True
            line = stream.readline(LONGEST) or b"\n"
        yield None if too_long else line
