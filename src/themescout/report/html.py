"""The report as one HTML file that loads nothing and needs no script."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from themescout.report import contents as wording
from themescout.report import drawing, marks, picture
from themescout.report import themes as about_themes
from themescout.report.quotes import Quote, chosen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from themescout.report.contents import Contents
    from themescout.report.tables import Category, Row, Table

# A browser opens some megabytes at once; what does not fit is in the CSV files, and the page says so.
QUOTES_BUDGET = 7_000_000  # bytes of quotes behind "more quotes", all tables together
QUOTES_CAPS = (50, 20, 10, 5, 2, 0)  # quotes behind one "more quotes"; the largest within the budget
QUOTE_LIMIT = 2_000  # characters of one quote
THEMES_LIMIT = 100
THEME_QUOTES = 2  # exemplars shown at once
TRANSCRIPTS_LIMIT = 1_000
LOST_LIMIT = 200
LOOSE_LIMIT = 30  # segments in no theme
PROBLEMS_LIMIT = 3  # sentences for one transcript

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as printed: `rest` behind "more quotes", `missing` quotes only in the CSV."""

    row: Row
    rest: tuple[Quote, ...]
    missing: int


@dataclass(frozen=True, slots=True)
class _Category:
    category: Category
    rows: tuple[_Row, ...]
    silence: str


@dataclass(frozen=True, slots=True)
class _Table:
    """A table as printed: `number` is "1", "2", … when confirmed, "S1", "S2", … when suggested."""

    number: str
    noun: str
    confirmed: bool
    categories: tuple[_Category, ...]


def render(contents: Contents) -> str:
    """The whole page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415  # only a report needs it

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": _number, "place": wording.place, "clipped": _clipped, "over": _over, "percent": about_themes.percent,
        "tag": about_themes.number, "short": picture.shortened, "colour": marks.colour, "shape": marks.shape,
        "sentence": _sentence,
    }  # fmt: skip
    return environment.get_template("report.html.j2").render(
        contents=contents,
        findings=contents.findings,
        wording=wording,
        confirmed=_tables(contents, contents.findings.confirmed),
        suggested=_tables(contents, contents.findings.suggested),
        about_themes=about_themes,
        reading=picture.READING,
        map=drawing.page_map(contents.themes, contents.picture),
        loose_limit=LOOSE_LIMIT,
        themes_limit=THEMES_LIMIT,
        theme_quotes=THEME_QUOTES,
        transcripts_limit=TRANSCRIPTS_LIMIT,
        lost_limit=LOST_LIMIT,
        problems_limit=PROBLEMS_LIMIT,
    )


def _tables(contents: Contents, tables: Sequence[Table]) -> tuple[_Table, ...]:
    findings = contents.findings
    cap = _cap((*findings.confirmed, *findings.suggested))
    return tuple(
        _Table(
            number=f"{'' if table.confirmed else 'S'}{i}",
            noun=wording.noun(table.kind, kinds=contents.kinds),
            confirmed=table.confirmed,
            categories=tuple(
                _Category(
                    category,
                    tuple(_printed(row, cap) for row in category.rows),
                    wording.silence(table, findings.coverage),
                )
                for category in table.categories
            ),
        )
        for i, table in enumerate(tables, start=1)
    )


def _printed(row: Row, cap: int) -> _Row:
    shown = set(row.quotes)
    others = [quote for quote in row.everything if quote not in shown]
    # The cap must not favour the interviews that come first.
    kept = set(chosen(others, count=cap, per_informant=cap))
    rest = tuple(quote for quote in others if quote in kept)
    return _Row(row, rest, len(others) - len(rest))


def _cap(tables: Iterable[Table]) -> int:
    rows = [row for table in tables for category in table.categories for row in category.rows]
    for cap in QUOTES_CAPS:
        size = 0
        for row in rows:
            # 200 bytes are the tags and the place of one quote.
            size += sum(min(len(q.text.encode()), 4 * QUOTE_LIMIT) + 200 for q in _printed(row, cap).rest)
        if size <= QUOTES_BUDGET:
            return cap
    return 0


def _number(value: int) -> str:
    return f"{value:,}"


def _clipped(text: str) -> Mapping[str, object]:
    """The beginning of a text that is printed, and how many characters are not."""
    return {"text": text[:QUOTE_LIMIT], "missing": max(0, len(text) - QUOTE_LIMIT)}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _over(part: int, whole: int) -> int:
    """Length of a bar in per cent."""
    return round(100 * part / whole) if whole else 0
