"""The framework matrix as values: informants × categories, each cell with its quotes and a person's summary of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.store.summaries import Cell, Summary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from themescout.participants import Participant
    from themescout.report.quotes import Quote
    from themescout.report.tables import Table
    from themescout.types import Kind, Segment

_OWN = ("wave", "role", "setting")  # columns that participants.csv always has
_BETWEEN = " / "  # what differs between the interviews of one informant


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A quote with the names of the codes that it has, in the order of the table."""

    quote: Quote
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What stands in one cell; `summary` is None where nobody has written one, or where it was taken out."""

    cell: Cell
    passages: tuple[Passage, ...]
    summary: Summary | None

    @property
    def segments(self) -> int:
        """Number of different segments."""
        return len({one.quote.segment for one in self.passages})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One informant.

    Attributes:
        participant: who is counted.
        attributes: one for each of `Matrix.attributes`; "" where it is not known.
        decided: segments of theirs that somebody decided, as far as the coder may know.
        segments: all segments of theirs.
        entries: one for each of `Matrix.categories`.
    """

    participant: str
    attributes: tuple[str, ...]
    decided: int
    segments: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """All informants × the categories of one table.

    Attributes:
        kind: of the table.
        categories: id and name, in the codebook's order.
        attributes: columns of participants.csv that say something about somebody.
        rows: in order of import.
        lost: summaries whose informant or category is no longer there.
    """

    kind: Kind | None
    categories: tuple[tuple[str, str], ...]
    attributes: tuple[str, ...]
    rows: tuple[Row, ...]
    lost: tuple[Summary, ...]

    def ordered(self, attribute: str) -> tuple[Row, ...]:
        """Rows by an attribute, those without it last; as they are for one that there is not."""
        if attribute not in self.attributes:
            return self.rows
        place = self.attributes.index(attribute)
        return tuple(sorted(self.rows, key=lambda row: (not row.attributes[place], row.attributes[place].casefold())))


def build(
    table: Table,
    items: Iterable[Segment],
    people: Sequence[Participant],
    summaries: Mapping[Cell, Summary],
    decided: Collection[str],
    words: Mapping[tuple[str, str], Sequence[Passage]],
) -> Matrix:
    """The matrix of one table.

    `items` are all segments in order of import, `people` the rows of participants.csv, `summaries` the last version of
    each cell, `decided` the ids of segments that somebody decided, `words` what `by_cell` makes of the table.
    """
    attributes = tuple(name for name in _columns(people) if any(_value(person, name) for person in people))
    rows = tuple(
        Row(
            participant=name, attributes=tuple(_joined(_value(one, key) for one in known) for key in attributes),
            segments=len(ids), decided=sum(one in decided for one in ids),
            entries=tuple(entry(Cell(participant=name, kind=table.kind, category=one.code), words, summaries)
                          for one in table.categories),
        )
        for name, (ids, known) in speakers(items, people).items()
    )  # fmt: skip
    there = {one.cell for row in rows for one in row.entries}
    lost = tuple(s for cell, s in summaries.items() if cell.kind == table.kind and cell not in there and s.body)
    categories = tuple((one.code, one.name) for one in table.categories)
    return Matrix(kind=table.kind, categories=categories, attributes=attributes, rows=rows, lost=lost)


def passages(table: Table, *, code: str | None = None, category: str | None = None) -> tuple[Passage, ...]:
    """The quotes of a code or of a whole category, of each informant together, as spoken."""
    codes: dict[Quote, list[str]] = {}
    for one in table.categories:
        for row in one.rows:
            if row.code == code or one.code == category:
                for quote in row.everything:
                    codes.setdefault(quote, []).append(row.name)
    found = (Passage(quote=quote, codes=tuple(dict.fromkeys(names))) for quote, names in codes.items())
    return tuple(sorted(found, key=lambda one: (one.quote.participant, one.quote.transcript, one.quote.start)))


def speakers(
    items: Iterable[Segment], people: Sequence[Participant]
) -> Mapping[str, tuple[list[str], list[Participant]]]:
    """Participant to the ids of their segments and their rows in participants.csv, in order of import."""
    rows = {(person.transcript, person.speaker): person for person in people}
    made: dict[str, tuple[list[str], list[Participant]]] = defaultdict(lambda: ([], []))
    for item in items:
        row = rows.get((item.transcript, item.speaker))
        ids, known = made[row.participant if row else item.transcript]
        ids.append(item.id)
        if row and row not in known:
            known.append(row)
    return made


def _columns(people: Iterable[Participant]) -> tuple[str, ...]:
    return (*_OWN, *dict.fromkeys(name for person in people for name in person.others))


def _value(person: Participant, column: str) -> str:
    found: str = getattr(person, column) if column in _OWN else person.others.get(column, "")
    return found.strip()


def _joined(values: Iterable[str]) -> str:
    return _BETWEEN.join(dict.fromkeys(value for value in values if value))


def by_cell(table: Table) -> Mapping[tuple[str, str], list[Passage]]:
    """Participant and category to passages."""
    made: dict[tuple[str, str], list[Passage]] = defaultdict(list)
    for category in table.categories:
        for one in passages(table, category=category.code):
            made[one.quote.participant, category.code].append(one)
    return made


def entry(cell: Cell, words: Mapping[tuple[str, str], Sequence[Passage]], summaries: Mapping[Cell, Summary]) -> Entry:
    """One cell of those that `by_cell` made."""
    summary = summaries.get(cell)
    return Entry(
        cell=cell,
        passages=tuple(words.get((cell.participant, cell.category), ())),
        summary=summary if summary and summary.body else None,
    )
