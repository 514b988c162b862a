"""What the pages of coders show, laid out: numbers with the addresses they lead to, labels in words."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from themescout.report.agreements import bases, named
from themescout.review.coders import agreeing, disagreeing
from themescout.review.coders.agreeing import MACHINE, Basis, Cell, Level
from themescout.review.coders.disagreeing import Show
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from themescout.agreement import Figure, SetAgreement
    from themescout.codebook import Codebook
    from themescout.review.coders.agreeing import Coding, Compared, Row
    from themescout.review.coders.disagreeing import Difference, Side
    from themescout.review.coders.given import Label, Labels
    from themescout.types import Decision, Segment
    from themescout.web.views.coders.shapes import ListIn, TableIn

MEASURES = ("Agreement", "Positive", "Negative", "Kappa", "AC1", "Alpha")
AT_ONCE = 20  # segments on one page
BASES = {
    Basis.INDEPENDENT: "Decided independently",
    Basis.FIRST: "All, as first given",
    Basis.NOW: "All, as they stand now",
}
LEVELS = {Level.CODE: "Codes", Level.CATEGORY: "Categories", Level.KIND: "Kinds"}
SHOWS = {
    Show.DIFFER: "Coders differ",
    Show.UNSURE: "Somebody is unsure",
    Show.SETTLED: "Settled",
    Show.ALL: "Everything that several decided",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something to choose, with the address that shows it."""

    name: str
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number of segments with the address that lists them."""

    of: str
    number: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the table of agreement; no figures where there are only counts.

    Of three coders or more `pairs` has the kappa of each pair, and `figures` neither kappa nor AC1.
    """

    row: Row
    counts: tuple[Count, ...]
    figures: tuple[Figure, ...]
    pairs: tuple[tuple[str, Figure], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The table of agreement with everything that can be chosen.

    `marks` has a letter for each reason why a number is missing.
    """

    compared: Compared
    coders: str
    heads: tuple[str, ...]
    levels: tuple[Choice, ...]
    groups: tuple[Choice, ...]
    bases: tuple[tuple[Choice, SetAgreement], ...]
    lines: tuple[Line, ...]
    measures: tuple[str, ...]
    marks: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What one coder says, in words: each label and whether all coders gave it. `data` = what choosing it sends."""

    side: Side
    name: str
    labels: tuple[tuple[str, bool], ...]
    before: tuple[str, ...]
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One segment with its columns; `settled` holds the labels of a settlement in words."""

    found: Difference
    who: str
    columns: tuple[Column, ...]
    settled: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page of segments.

    Attributes:
        entries: of this page.
        total: of all pages.
        place: number of this page, from 1.
        pages: their number.
        sentence: which segments these are.
        shows: what can be shown.
        values: categories, codes and kinds to choose from: (group, ((value, name), …)).
        asked: what was asked for.
        before: address of the page before, "" for none; `after` likewise.
    """

    entries: tuple[Entry, ...]
    total: int
    place: int
    pages: int
    sentence: str
    shows: dict[Show, str]
    values: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    asked: ListIn
    before: str
    after: str


def table(found: Coding, asked: TableIn) -> Table | None:
    """The table of agreement; None where nobody can be compared."""
    groups = agreeing.groups(found)
    if not groups:
        return None
    coders = tuple(asked.who) if tuple(asked.who) in groups else groups[0]
    basis = asked.basis if asked.basis in bases(coders) else bases(coders)[0]
    compared = agreeing.compared(found, asked.level, basis, coders)
    lines = tuple(_line(row, compared) for row in compared.rows)
    wholes = {
        one: compared.whole if one is basis else agreeing.overall(found, asked.level, one, coders)
        for one in bases(coders)
    }
    return Table(
        compared=compared,
        coders=named(coders),
        heads=_heads(coders),
        levels=tuple(
            Choice(name=name, address=_address(one, basis, coders), chosen=one is asked.level)
            for one, name in LEVELS.items()
        ),
        groups=tuple(
            Choice(name=named(one), address=_address(asked.level, basis, one), chosen=one == coders) for one in groups
        ),
        bases=tuple(
            (Choice(name=BASES[one], address=_address(asked.level, one, coders), chosen=one is basis), whole)
            for one, whole in wholes.items()
        ),
        lines=lines,
        measures=MEASURES if len(coders) == 2 else tuple(name for name in MEASURES if name not in {"Kappa", "AC1"}),
        marks=_marks(lines, tuple(wholes.values())),
    )


def listed(found: Coding, log: Sequence[Decision], asked: ListIn, who: Callable[[Segment], str]) -> Listed:
    """The segments that were asked for, a page of them."""
    names, sentence, machine = _names(found, asked)
    pages = max(1, -(-len(names) // AT_ONCE))
    place = min(asked.place, pages)
    shown = names[(place - 1) * AT_ONCE : place * AT_ONCE]
    entries: dict[str, list[Decision]] = defaultdict(list)
    for decision in log:
        entries[decision.segment].append(decision)
    return Listed(
        entries=tuple(
            _entry(found, disagreeing.difference(found, name, entries, machine), who(found.items[name]))
            for name in shown
        ),
        total=len(names), place=place, pages=pages, sentence=sentence, shows=SHOWS, values=_values(found),
        asked=asked, before=_page(asked, place - 1, pages), after=_page(asked, place + 1, pages),
    )  # fmt: skip


def words(book: Codebook, label: Label) -> str:
    """A label for people: the code's name and the kind's."""
    kind, code = label
    kinds: dict[str, str] = {one.id: one.name for one in book.kinds}
    name = (book.code(code).name if book.has(code) else f"{code} (not in the codebook)") if code else ""
    return " · ".join(part for part in (name, kinds.get(kind, kind) if kind else "") if part)


def ordered(book: Codebook, labels: Labels) -> tuple[Label, ...]:
    """Labels in the order of the codebook."""
    place = {code.id: i for i, code in enumerate(book.codes)}
    return tuple(sorted(labels, key=lambda one: (place.get(one[1] or "", len(place)), one[1] or "", one[0] or "")))


def in_words(book: Codebook, labels: Labels | None) -> tuple[str, ...]:
    """All that was said, in words."""
    if labels is None:
        return ("Unsure",)
    return tuple(words(book, label) for label in ordered(book, labels)) or ("Nothing to code",)


def _address(level: Level, basis: Basis, coders: tuple[str, ...]) -> str:
    return f"/coders?{urlencode([('level', level), ('basis', basis), *(('who', name) for name in coders)])}"


def _heads(coders: tuple[str, ...]) -> tuple[str, ...]:
    if len(coders) > 2:
        return ("Anybody", "All")
    first, second = coders[0], named(coders[1:])
    return ("Both", f"Only {first}", f"Only {second}", "Neither")


def _line(row: Row, compared: Compared) -> Line:
    found = row.found
    numbers = (
        {Cell.ANYBODY: found.positives, Cell.EVERYBODY: found.unanimous}
        if found.both is None
        else {Cell.BOTH: found.both, Cell.FIRST: found.first, Cell.SECOND: found.second, Cell.NEITHER: found.neither}
    )
    asked = [("value", row.value), ("level", compared.level), ("basis", compared.basis)]
    asked += [("who", name) for name in compared.coders]
    of_two = (found.kappa, found.ac1) if found.both is not None else ()
    figures = (found.percent, found.positive, found.negative, *of_two, found.alpha)
    return Line(
        row=row,
        counts=tuple(
            Count(
                of=head, number=number or 0,
                address=f"/coders/disagreements?{urlencode([('cell', cell), *asked])}" if number else "",
            )
            for head, (cell, number) in zip(_heads(compared.coders), numbers.items(), strict=True)
        ),
        figures=figures if any(figure.value is not None for figure in figures) else (),
        pairs=tuple(zip(map(named, agreeing.pairs_of(compared.coders)), row.pairs, strict=False)),
    )  # fmt: skip


def _marks(lines: Sequence[Line], wholes: Sequence[SetAgreement]) -> dict[str, str]:
    figures = [figure for whole in wholes for figure in (whole.identical, whole.masi, whole.jaccard)]
    figures += [figure for line in lines for figure in line.figures]
    whys = dict.fromkeys(figure.why for figure in figures if figure.why)
    return {why: chr(ord("a") + i % 26) for i, why in enumerate(whys)}


def _names(found: Coding, asked: ListIn) -> tuple[tuple[str, ...], str, str]:
    """Ids, which they are in words, and the coder whose kept-back suggestions are compared."""
    level = asked.level or _level(found.book, asked.value)
    groups = agreeing.groups(found)
    if asked.cell is None or not groups:
        about = f", about {_named(found, asked.value, level)}" if asked.value else ""
        return disagreeing.chosen(found, asked.show, asked.value, level), f"{SHOWS[asked.show]}{about}", ""
    coders = tuple(asked.who) if tuple(asked.who) in groups else groups[0]
    many = len(coders) > 2
    cell = (
        asked.cell if (asked.cell in {Cell.ANYBODY, Cell.EVERYBODY}) == many else (Cell.ANYBODY if many else Cell.BOTH)
    )
    table = agreeing.matrix(found, level, asked.basis, coders)
    names = agreeing.cell(table, asked.value, cell)
    return names, _sentence(found, asked, level, cell, coders), coders[0] if MACHINE in coders else ""


def _sentence(found: Coding, asked: ListIn, level: Level, cell: Cell, coders: tuple[str, ...]) -> str:
    first, second = coders[0], named(coders[1:2])
    who = {
        Cell.BOTH: f"{first} and {second} both say",
        Cell.FIRST: f"{first} says, and not {second},",
        Cell.SECOND: f"{second} says, and not {first},",
        Cell.NEITHER: f"neither {first} nor {second} says",
        Cell.ANYBODY: "somebody says",
        Cell.EVERYBODY: "everybody who decided says",
    }[cell]
    return f"{BASES[asked.basis]}: {who} “{_named(found, asked.value, level)}”"


def _named(found: Coding, value: str, level: Level) -> str:
    if level is Level.KIND:
        return {kind.id: kind.name for kind in found.book.kinds}.get(value, value)
    return found.book.code(value).name if found.book.has(value) else value


def _level(book: Codebook, value: str) -> Level:
    if value in {kind.value for kind in Kind}:
        return Level.KIND
    return Level.CATEGORY if book.has(value) and book.children(value) else Level.CODE


def _values(found: Coding) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """What segments of several coders were given, to filter by."""
    book = found.book
    labels = {
        label for said in found.given.values() if len(said) > 1 for one in said.values() for label in one.now or ()
    }
    codes = {code for _, code in labels if code}
    tops = {agreeing.topmost(book, code) for code in codes}
    categories = tuple((code.id, code.name) for code in book.categories if code.id in tops and book.children(code.id))
    used = tuple((code.id, code.name) for code in book.codes if code.id in codes)
    kinds = tuple((kind.id, kind.name) for kind in book.kinds)
    return tuple(
        (name, group) for name, group in (("Categories", categories), ("Codes", used), ("Kinds", kinds)) if group
    )


def _entry(found: Coding, one: Difference, who: str) -> Entry:
    said = [side.labels for side in one.sides if side.labels is not None]
    shared = frozenset.intersection(*said) if said else frozenset()
    return Entry(
        found=one,
        who=who,
        columns=tuple(_column(found.book, side, shared) for side in one.sides),
        settled=in_words(found.book, one.labels) if one.settled else (),
    )


def _column(book: Codebook, side: Side, shared: Labels) -> Column:
    labels = tuple((words(book, label), label in shared) for label in ordered(book, side.labels or frozenset()))
    if not labels:
        labels = ((in_words(book, side.labels)[0], False),)
    data = [{"kind": kind, "code": code} for kind, code in ordered(book, side.labels or frozenset())]
    return Column(
        side=side,
        name=named([side.coder]),
        labels=labels,
        before=in_words(book, side.before) if side.before is not None else (),
        data="" if side.labels is None or side.coder == MACHINE else json.dumps(data),
    )


def _page(asked: ListIn, place: int, pages: int) -> str:
    if not 1 <= place <= pages:
        return ""
    kept = asked.model_dump(exclude={"place", "who"}, exclude_none=True)
    return (
        f"/coders/disagreements?{urlencode([*kept.items(), *(('who', name) for name in asked.who), ('place', place)])}"
    )
