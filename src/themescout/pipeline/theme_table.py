"""Themes of a table: the rows that are written, the vectors that may be given, and what is odd about the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from themescout.errors import FileProblemError
from themescout.pipeline import discovering
from themescout.types import Segment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from themescout.pipeline.discovering import Finding
    from themescout.tables import TextTable

_LARGEST = 1e15  # of a vector's values: the sum of their squares must be a float32


def rows(table: TextTable, full: Sequence[int], finding: Finding) -> list[dict[str, Any]]:
    """A row for each row of the table; `full` are those with a text, in the order of the finding."""
    made: list[dict[str, Any]] = [
        {"id": name, "theme": -1, "strength": 0.0, "subtheme": -1, "nearest": -1, "reason": "empty"}
        for name in table.ids
    ]
    for place, row in enumerate(full):
        made[row] |= {
            "theme": -1 if finding.reasons[place] else int(finding.nearest[place]),
            "strength": round(float(finding.strengths[place]), 4),
            "subtheme": int(finding.subthemes[place]),
            "nearest": int(finding.nearest[place]),
            "reason": finding.reasons[place],
        }
    return made


def doubts(source: Path, table: TextTable, full: Sequence[int], finding: Finding) -> tuple[str, ...]:
    """A sentence where the outcome is less than a person may expect."""
    distinct = len({table.texts[row].strip() for row in full})
    if not finding.groups:
        tried = f"{source.name}: no themes among {len(full)} texts, {distinct} of them different"
        few = distinct < discovering.FEWEST
        why = f"it takes {discovering.FEWEST} different ones or more" if few else "too few of them go together"
        return (f"{tried}; {why}. All rows have theme -1.",)
    if distinct == 1:
        return (f"{source.name}: all {len(full)} texts are the same; that is one theme, and says nothing.",)
    if all(len(table.texts[row].split()) == 1 for row in full):
        return (f"{source.name}: every text is a single word; themes of words are not themes of what people said.",)
    return ()


def given_vectors(path: Path, table: TextTable) -> NDArray[np.float32]:
    """Vectors from a .npy file, float32, shape (rows, dimensions).

    Raises:
        FileProblemError: it cannot be read, is no such array, or does not fit the table.
    """
    try:
        x = np.load(path, allow_pickle=False)
    except OSError as error:
        raise FileProblemError(f"{path} cannot be read: {error.strerror or error}.", "Name a .npy file.") from error
    except (ValueError, EOFError) as error:
        raise FileProblemError(
            f"{path.name} is no .npy file of numbers.", "Make one: themescout embed TABLE"
        ) from error
    if not isinstance(x, np.ndarray) or x.ndim != 2 or not x.shape[1] or x.dtype.kind not in "fiu":
        raise FileProblemError(
            f"{path.name} does not hold one vector for each row.", "It must be a table of numbers: rows × dimensions."
        )
    if len(x) != len(table):
        raise FileProblemError(
            f"{path.name} has {len(x)} vectors, the table has {len(table)} rows.",
            "Make it anew: themescout embed TABLE",
        )
    if not (np.abs(x) < _LARGEST).all():  # false for what is no number, too
        raise FileProblemError(
            f"{path.name} holds values that are no numbers, or too large.", "Make it anew: themescout embed TABLE"
        )
    return np.asarray(x, np.float32)


def as_segment(table: TextTable, row: int) -> Segment:
    """A row as a segment: its "transcript" is its document, or itself where there is none."""
    text = table.texts[row]
    doc = table.docs[row] or f"row {row}"
    return Segment(
        id=str(row),
        transcript=doc,
        turn=row,
        start=0,
        end=len(text),
        text=text,
        speaker=table.speakers[row],
        context=table.contexts[row],
    )


def described(theme: dict[str, Any], table: TextTable) -> dict[str, Any]:
    """A theme for the .meta.json: rows by their ids, exemplars with their words; nothing that only a study has."""

    def words(rows: Sequence[str]) -> list[dict[str, Any]]:
        return [{"id": table.ids[int(row)], "text": table.texts[int(row)]} for row in rows]

    kept = {key: theme[key] for key in ("id", "label", "keywords", "found_in", "runs", "informants", "loudest")}
    inner = [
        {"label": part["label"], "keywords": part["keywords"], "size": len(part["members"]),
         "exemplars": words(part["exemplars"])}
        for part in theme["subthemes"]
    ]  # fmt: skip
    return {**kept, "size": len(theme["members"]), "exemplars": words(theme["exemplars"]), "subthemes": inner}
