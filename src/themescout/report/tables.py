"""The tables as values: barriers and research questions by category, confirmed apart from suggested."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from themescout import decisions
from themescout.report.places import Places
from themescout.report.quotes import chosen, informants
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from themescout.codebook import Codebook
    from themescout.decisions import Label
    from themescout.project import Study
    from themescout.report.quotes import Quote
    from themescout.types import Decision, Segment, Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One code of a table: how many informants and segments, and quotes that show it.

    `everything` holds all quotes of the row, `quotes` the few that are printed.
    """

    code: str
    name: str
    informants: int
    segments: int
    quotes: tuple[Quote, ...]
    everything: tuple[Quote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One category of a table with its rows, most informants first.

    `informants` counts people and `segments` segments, each once however many rows they are in.
    """

    code: str
    name: str
    informants: int
    segments: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All categories of the codebook for one kind; those nobody raised have no rows.

    `kind` is None for a codebook without kinds, and for codes given without a kind where the codebook has
    kinds. `confirmed` says whether a person decided it.
    """

    kind: Kind | None
    confirmed: bool
    categories: tuple[Category, ...]

    @property
    def segments(self) -> int:
        """Number of segments in the table; one with codes of two categories counts once for each."""
        return sum(category.segments for category in self.categories)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A confirmed quote whose words no informant says any more (its transcript was replaced or removed).

    `kind` and `code` are what was decided, `name` is the code's name.
    """

    transcript: str
    quote: str
    kind: Kind | None
    code: str
    name: str
    coder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much was coded. All numbers count segments, but for those below.

    `decisions` counts entries in the log, undone ones included; `accepted` to `added` count decisions that
    hold. `coders` are their coders, sorted; `double` counts segments that two or more of them decided.
    """

    segments: int
    decided: int
    confirmed: int
    nothing_to_code: int
    unsure: int
    suggested: int
    abstained: int
    decisions: int
    accepted: int
    changed: int
    rejected: int
    added: int
    coders: tuple[str, ...]
    double: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything the report prints from coding."""

    confirmed: tuple[Table, ...]
    suggested: tuple[Table, ...]
    lost: tuple[Lost, ...]
    coverage: Coverage
    informants: int

    @property
    def draft(self) -> bool:
        """True while nothing is confirmed."""
        return not any(table.segments for table in self.confirmed)


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: Kind | None
    code: str
    quote: Quote


def findings(
    study: Study,
    book: Codebook,
    *,
    log: Sequence[Decision] | None = None,
    items: Mapping[str, Segment] | None = None,
    suggestions: Mapping[str, Suggestion] | None = None,
) -> Findings:
    """Build the tables from the store. Every quote is checked against the stored transcript.

    `log`, `items` (by id, in the store's order) and `suggestions` (by segment) are read from the store where they are
    not given; they are given where somebody may see only a part of them, or where they are known already.
    """
    store = study.store
    items = {item.id: item for item in store.segments.all()} if items is None else items
    places = Places(study)
    log = store.decisions.all() if log is None else log
    labels, held = decisions.labels(log), decisions.standing(log)
    decided = {decision.segment for decision in held}
    suggestions = store.suggestions.all() if suggestions is None else suggestions
    confirmed, lost = _confirmed(labels, items, places, book)
    open_ones = [s for name, s in suggestions.items() if name in items and name not in decided]
    suggested = [entry for s in open_ones for entry in _suggested(s, items[s.segment], places)]
    options = study.settings.report
    shape = (book, options.quotes, options.per_informant)
    return Findings(
        confirmed=_tables(confirmed, *shape, confirmed=True),
        suggested=_tables(suggested, *shape, confirmed=False),
        lost=lost,
        coverage=_coverage(items, labels, held, len(log), open_ones),
        informants=len({places.participant(item.transcript, item.speaker) for item in items.values()}),
    )


def _confirmed(
    labels: Sequence[Label], items: Mapping[str, Segment], places: Places, book: Codebook
) -> tuple[list[_Entry], tuple[Lost, ...]]:
    entries: dict[tuple[str, str | None, str], _Entry] = {}
    lost = []
    for label in labels:
        if label.kind is Kind.NEITHER:
            continue
        code = label.code or ""
        quote = places.of_label(label, items.get(label.segment))
        if quote is None:
            lost.append(
                Lost(
                    transcript=label.transcript, quote=label.quote, kind=label.kind, code=code,
                    name=_name(book, code), coder=label.coder,
                )
            )  # fmt: skip
        else:
            # Two coders who agree are one entry, not two.
            entries[label.segment, label.kind, code] = _Entry(label.kind, code, quote)
    return list(entries.values()), tuple(lost)


def _suggested(suggestion: Suggestion, item: Segment, places: Places) -> Iterable[_Entry]:
    if suggestion.abstained or not suggestion.ranked or suggestion.kind is Kind.NEITHER:
        return
    first = suggestion.ranked[0]
    weight = first.p * (suggestion.kind_p or 1.0)
    yield _Entry(suggestion.kind, first.code, places.of_segment(item, weight=weight))


def _tables(
    entries: Sequence[_Entry], book: Codebook, count: int, per_informant: int, *, confirmed: bool
) -> tuple[Table, ...]:
    """One table for each kind. No entry is left out: those of no kind get a table where there are any."""
    if not book.kinds:
        # Decisions may be older than the codebook and have kinds; the codes are what counts here.
        plain = {(entry.quote.segment, entry.code): replace(entry, kind=None) for entry in entries}
        return (_table(list(plain.values()), None, book, count, per_informant, confirmed=confirmed),)
    kinds: list[Kind | None] = [Kind.BARRIER, Kind.RESEARCH_QUESTION]
    if any(entry.kind is None for entry in entries):
        kinds.append(None)
    return tuple(_table(entries, kind, book, count, per_informant, confirmed=confirmed) for kind in kinds)


def _table(
    entries: Sequence[_Entry],
    kind: Kind | None,
    book: Codebook,
    count: int,
    per_informant: int,
    *,
    confirmed: bool,
) -> Table:
    by_code: dict[str, list[Quote]] = defaultdict(list)
    for entry in entries:
        if entry.kind == kind:
            by_code[entry.code].append(entry.quote)
    by_category: dict[str, list[Row]] = defaultdict(list)
    for code, quotes in by_code.items():
        by_category[_topmost(book, code)].append(_row(book, code, quotes, count, per_informant))
    tops = [code.id for code in book.codes if code.parent is None]
    order = [*tops, *(name for name in by_category if name not in tops)]
    return Table(
        kind=kind,
        confirmed=confirmed,
        categories=tuple(_category(book, name, by_category.get(name, [])) for name in order),
    )


def _row(book: Codebook, code: str, quotes: Sequence[Quote], count: int, per_informant: int) -> Row:
    ordered = tuple(sorted(quotes, key=lambda quote: (quote.transcript, quote.start)))
    return Row(
        code=code,
        name=_name(book, code),
        informants=informants(quotes),
        segments=len({quote.segment for quote in quotes}),
        quotes=chosen(quotes, count=count, per_informant=per_informant),
        everything=ordered,
    )


def _category(book: Codebook, code: str, rows: Sequence[Row]) -> Category:
    everything = [quote for row in rows for quote in row.everything]
    return Category(
        code=code,
        name=_name(book, code) if code else "No category",
        informants=informants(everything),
        segments=len({quote.segment for quote in everything}),
        rows=tuple(sorted(rows, key=lambda row: (-row.informants, -row.segments, row.code))),
    )


def _known(book: Codebook) -> Mapping[str, str]:
    return {code.id: code.name for code in book.codes}


def _topmost(book: Codebook, code: str) -> str:
    return book.topmost(code) if code in _known(book) else ""


def _name(book: Codebook, code: str) -> str:
    """The code's name; a decision may name a code that the codebook no longer has, or none."""
    return _known(book).get(code, f"{code} (not in the codebook)" if code else "no code given")


def _coverage(
    items: Mapping[str, Segment],
    labels: Sequence[Label],
    held: Sequence[Decision],
    entries: int,
    rest: Sequence[Suggestion],
) -> Coverage:
    standing = [decision for decision in held if decision.segment in items]
    verdicts = [decision.verdict for decision in standing]
    here = [label for label in labels if label.segment in items]
    coded = {label.segment for label in here if label.kind is not Kind.NEITHER}
    nothing = {label.segment for label in here if label.kind is Kind.NEITHER} - coded
    coders: dict[str, set[str]] = defaultdict(set)
    for decision in standing:
        coders[decision.segment].add(decision.coder)
    quiet = [s for s in rest if s.abstained or s.kind is Kind.NEITHER]
    return Coverage(
        segments=len(items),
        decided=len({decision.segment for decision in standing}),
        confirmed=len(coded),
        nothing_to_code=len(nothing),
        unsure=verdicts.count(Verdict.UNSURE),
        suggested=len(rest) - len(quiet),
        abstained=len(quiet),
        decisions=entries,
        accepted=verdicts.count(Verdict.ACCEPT),
        changed=verdicts.count(Verdict.CHANGE),
        rejected=verdicts.count(Verdict.REJECT),
        added=verdicts.count(Verdict.ADD),
        coders=tuple(sorted(set().union(*coders.values()))),
        double=sum(len(names) > 1 for names in coders.values()),
    )
