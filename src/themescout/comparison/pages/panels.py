"""The rows of a comparison in panels: one for each kind of the codebook, one for the themes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.comparison.pages import words
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from themescout.comparison.model import Comparison, Row

_ORDER = (Kind.BARRIER, Kind.RESEARCH_QUESTION, Kind.NEITHER, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row and how far it is set in: 0 for a category or theme, 1 for a code under its category."""

    row: Row
    depth: int

    @property
    def heard(self) -> bool:
        """Somebody said it, in one wave or the other."""
        return bool(self.row.old.count or self.row.new.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Rows that are read together.

    Attributes:
        key: short name for files and links, unique.
        title: for people.
        drawn: rows that somebody said, in order, and categories above such rows.
        told: those, and the rows that nobody said but that have segments worth reading.
        silent: the rest.
    """

    key: str
    title: str
    drawn: tuple[Line, ...]
    told: tuple[Line, ...]
    silent: tuple[Row, ...]


def panels(found: Comparison) -> tuple[Panel, ...]:
    """A panel for each kind that has rows, in a fixed order, then one for the themes."""
    coded = [row for row in found.rows if row.level != "theme"]
    made = []
    for kind in _ORDER:
        rows = [row for row in coded if row.kind is kind]
        if rows:
            title = words.KINDS[kind] if kind else "Codes without a kind" if found.kinds else "Codes"
            made.append(_panel(kind or "codes", title, _nested(rows)))
    if found.themes:
        made.append(_panel("themes", "Themes", [Line(row=row, depth=0) for row in found.themes]))
    return tuple(made)


def _nested(rows: Sequence[Row]) -> list[Line]:
    """Codes under their categories, both in the order given; codes whose category is missing come last."""
    made: list[Line] = []
    categories = [row for row in rows if row.level == "category"]
    for category in categories:
        made.append(Line(row=category, depth=0))
        made += [Line(row=row, depth=1) for row in rows if row.level == "code" and row.parent == category.id]
    known = {row.id for row in categories}
    return made + [Line(row=row, depth=0) for row in rows if row.level != "category" and row.parent not in known]


def _panel(key: str, title: str, lines: Iterable[Line]) -> Panel:
    given = list(lines)
    above = {line.row.parent for line in given if line.heard}
    drawn = [line for line in given if line.heard or (line.row.level == "category" and line.row.id in above)]
    told = [line for line in given if line in drawn or line.row.looked_at]
    silent = [line.row for line in given if line not in told]
    return Panel(key=key, title=title, drawn=tuple(drawn), told=tuple(told), silent=tuple(silent))
