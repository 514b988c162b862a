"""A codebook as text that `parse` reads back."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from themescout.codebook.model import as_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.codebook.model import Code, Codebook, Exclusion

COLUMNS = ("id", "name", "definition", "parent", "include", "exclude", "keywords", "examples")


def as_yaml(codebook: Codebook) -> str:
    """Everything, in our format, codes in order with their parents' ids."""
    import yaml  # noqa: PLC0415 - the whole command line starts without it

    return yaml.safe_dump(as_data(codebook), sort_keys=False, allow_unicode=True, width=110)


def as_json(codebook: Codebook) -> str:
    """Everything, as `as_yaml` has it."""
    return json.dumps(as_data(codebook), ensure_ascii=False, indent=2) + "\n"


def as_csv(codebook: Codebook) -> str:
    """The codes with the columns of `COLUMNS`. Kinds, rules and what else has no column are left out.

    Several items in a cell are parted by semicolons, or a line each where one has a semicolon itself.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(code) for code in codebook.codes)
    return file.getvalue()


def _row(code: Code) -> tuple[str, ...]:
    return (
        code.id,
        code.name,
        code.definition,
        (code.id if code.general else code.parent) or "",
        _cell(code.include),
        _cell([_exclusion(each) for each in code.exclude]),
        _cell(code.keywords),
        _cell([text for texts in code.examples.values() for text in texts]),
    )


def _cell(items: Sequence[str]) -> str:
    if any(";" in item for item in items):
        return "\n".join(items) + "\n"
    return "; ".join(items)


def _exclusion(exclusion: Exclusion) -> str:
    if exclusion.goes_to or "→" in exclusion.text or "->" in exclusion.text:
        return f"{exclusion.text} → {' | '.join(exclusion.goes_to)}".strip()
    return exclusion.text
