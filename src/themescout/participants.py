"""`participants.csv`: one row for each informant, written to be filled in by a person."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from themescout.errors import FileProblemError
from themescout.text import separator

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

COLUMNS = ("transcript", "speaker", "participant", "wave", "role", "setting")
_IN_USE = "Close it in other programs, and check that you may read and write it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """One informant in one transcript.

    `participant` is who is counted: two interviews with the same person share it. `others` keeps columns that the
    person added.
    """

    transcript: str
    speaker: str
    participant: str
    wave: str = ""
    role: str = ""
    setting: str = ""
    others: Mapping[str, str] = field(default_factory=dict)


def read(path: Path) -> tuple[Participant, ...]:
    """The rows of the table; () where it does not exist.

    Raises:
        FileProblemError: it cannot be opened, is not UTF-8 or lacks the columns `transcript` and `speaker`.
    """
    if not path.exists():
        return ()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            sample = file.readline()
            file.seek(0)
            # Spreadsheet programs in many countries save CSV with semicolons.
            rows = list(csv.DictReader(file, delimiter=separator(sample)))
            header = set(rows[0]) if rows else set(COLUMNS)
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileProblemError(f"{path.name} cannot be read: {error}.", "Save it as CSV in UTF-8.") from error
    except OSError as error:
        raise FileProblemError(f"{path.name} cannot be read: {error.strerror}.", _IN_USE) from error
    if not {"transcript", "speaker"} <= header:
        raise FileProblemError(
            f"{path.name} lacks the columns “transcript” and “speaker”.",
            "Restore them, or delete the file: themescout add writes a new one.",
        )
    return tuple(_participant(row) for row in rows if (row["transcript"] or "").strip())


def write(path: Path, rows: Iterable[Participant]) -> None:
    """Write the table whole; a kill half-way leaves the old one.

    Raises:
        FileProblemError: the place cannot be written.
    """
    items = tuple(rows)
    extra = tuple(dict.fromkeys(name for item in items for name in item.others))
    lines = [(*(getattr(item, n) for n in COLUMNS), *(item.others.get(n, "") for n in extra)) for item in items]
    half = path.with_name(f"{path.name}.half")
    try:
        with half.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([(*COLUMNS, *extra), *lines])
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        raise FileProblemError(f"{path.name} cannot be written: {error.strerror}.", _IN_USE) from error


def completed(known: Iterable[Participant], found: Iterable[Participant]) -> tuple[Participant, ...]:
    """The known rows as they are, and after them the found ones that no known row is about."""
    rows = {(row.transcript, row.speaker): row for row in known}
    for row in found:
        rows.setdefault((row.transcript, row.speaker), row)
    return tuple(rows.values())


def _participant(row: Mapping[str, str | None]) -> Participant:
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    values["participant"] = values["participant"] or values["transcript"]
    # csv files surplus cells under None; they have no column to go back to.
    others = {name: value or "" for name, value in row.items() if name and name not in COLUMNS}
    return Participant(**values, others=others)
