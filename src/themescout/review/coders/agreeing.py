"""Agreement between coders, and between a coder and what was kept back from them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from themescout import agreement, decisions, participants
from themescout.review.coders.given import given
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from themescout.agreement import CodeAgreement, Figure, SetAgreement
    from themescout.codebook import Codebook
    from themescout.project import Study
    from themescout.review.coders.given import Given, Labels
    from themescout.types import Decision, Segment

MACHINE = ""  # no coder is called so
_CODED = "coded"


class Level(StrEnum):
    """What is compared: codes, their categories, or kinds."""

    CODE = "code"
    CATEGORY = "category"
    KIND = "kind"


class Basis(StrEnum):
    """Which decisions are compared.

    Independent: first decisions, made by both without a suggestion on the screen. First: all first decisions. Now: as
    everything stands now, after coders saw what others had decided.
    """

    INDEPENDENT = "independent"
    FIRST = "first"
    NOW = "now"


class Cell(StrEnum):
    """Segments by who gave them a code: both, only the first or second coder of a pair, neither; anybody, everybody."""

    BOTH = "both"
    FIRST = "first"
    SECOND = "second"
    NEITHER = "neither"
    ANYBODY = "anybody"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """What coders said of the segments that the study has now.

    Attributes:
        book: codebook.
        items: by id.
        people: segment id to the informant that is counted.
        given: by segment and coder.
        settled: segment id to the decision that ended a disagreement.
        coders: everybody whose decision holds, in order of the alphabet.
        seed: of the draws of informants.
    """

    book: Codebook
    items: Mapping[str, Segment]
    people: Mapping[str, str]
    given: Mapping[str, Mapping[str, Given]]
    settled: Mapping[str, Decision]
    coders: tuple[str, ...]
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matrix:
    """What coders said at one level. Row i of `ratings` belongs to `segments[i]`, column j to `coders[j]`.

    Attributes:
        segments: ids, those that at least two coders decided.
        coders: names; `MACHINE` for what was kept back.
        sets: the sets of labels that were given, all different.
        ratings: places in `sets`, -1 = not decided.
        groups: a number for each segment's informant.
    """

    segments: tuple[str, ...]
    coders: tuple[str, ...]
    sets: tuple[frozenset[str], ...]
    ratings: NDArray[np.int64]
    groups: NDArray[np.int64]

    def of(self, value: str) -> NDArray[np.int64]:
        """1 where a coder gave `value`, 0 where not, -1 where they did not decide."""
        member = np.array([value in one for one in self.sets] + [False], np.int64)
        return np.where(self.ratings < 0, -1, member[self.ratings])


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Agreement on one code, category or kind.

    Attributes:
        value: id.
        name: for people.
        category: name of the code's category; "" where it is one itself.
        found: the figures.
        pairs: of three coders or more, Cohen's kappa of each pair, in the order of `pairs_of`; without intervals.
    """

    value: str
    name: str
    category: str
    found: CodeAgreement
    pairs: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Agreement of some coders at one level. `unused` counts what nobody gave to the compared segments."""

    level: Level
    basis: Basis
    coders: tuple[str, ...]
    whole: SetAgreement
    rows: tuple[Row, ...]
    unused: int


def coding(study: Study, book: Codebook, log: Sequence[Decision], items: Mapping[str, Segment] | None = None) -> Coding:
    """What coders said, by the decisions in `log`: all of them, or those that somebody may see.

    `items` = the study's segments, where they are known; then nothing is read from its database.
    """
    if items is None:
        items = {item.id: item for item in study.store.segments.all()}
    rows = participants.read(study.participants_file)
    known = {(row.transcript, row.speaker): row.participant for row in rows}
    held = decisions.standing(log)
    return Coding(
        book=book,
        items=items,
        people={n: known.get((item.transcript, item.speaker), item.transcript) for n, item in items.items()},
        given={segment: said for segment, said in given(log).items() if segment in items},
        settled={d.segment: d for d in held if d.verdict is Verdict.SETTLE and d.segment in items},
        coders=tuple(sorted({d.coder for d in held if d.verdict is not Verdict.SETTLE})),
        seed=study.settings.seed,
    )


def groups(found: Coding) -> tuple[tuple[str, ...], ...]:
    """Who can be compared: everybody (of three coders or more), each pair, each coder with the machine."""
    everybody = (found.coders,) if len(found.coders) > 2 else ()
    blind = {
        coder for said in found.given.values() for coder, one in said.items() if one.blind and one.machine is not None
    }
    return (*everybody, *combinations(found.coders, 2), *((coder, MACHINE) for coder in found.coders if coder in blind))


def compared(found: Coding, level: Level, basis: Basis, coders: tuple[str, ...]) -> Compared:
    """Agreement of `coders`, one of `groups`, by code, category or kind."""
    table = matrix(found, level, basis, coders)
    names = {value for one in table.sets for value in one}
    known = _names(found.book, level)
    order = [*known, *sorted(names - known.keys())]
    rows = tuple(
        Row(
            value=value,
            name=known.get(value, f"{value} (not in the codebook)"),
            category=_category(found.book, value) if level is Level.CODE else "",
            found=agreement.of_code(table.of(value), table.groups, seed=found.seed),
            pairs=_kappas(table, value) if len(coders) > 2 else (),
        )
        for value in order
        if value in names
    )
    whole = agreement.of_sets(table.ratings, table.sets, table.groups, seed=found.seed)
    usable = {code.id for code in found.book.assignable} if level is Level.CODE else known.keys()
    unused = len(usable - names)
    return Compared(level=level, basis=basis, coders=coders, whole=whole, rows=rows, unused=unused)


def pairs_of(coders: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Every pair of coders, in the order of `Row.pairs`."""
    return tuple(combinations(coders, 2))


def _kappas(table: Matrix, value: str) -> tuple[Figure, ...]:
    ratings = table.of(value)
    return tuple(
        agreement.of_code(ratings[:, list(pair)], table.groups, draws=1).kappa
        for pair in combinations(range(len(table.coders)), 2)
    )


def overall(found: Coding, level: Level, basis: Basis, coders: tuple[str, ...]) -> SetAgreement:
    """Agreement of `coders` on all that a segment was given, at one level."""
    table = matrix(found, level, basis, coders)
    return agreement.of_sets(table.ratings, table.sets, table.groups, seed=found.seed)


def matrix(found: Coding, level: Level, basis: Basis, coders: tuple[str, ...]) -> Matrix:
    """What `coders` said of the segments that at least two of them decided."""
    told: dict[str, list[frozenset[str] | None]] = {}
    known: dict[Labels | None, frozenset[str] | None] = {None: None}
    for segment, said in found.given.items():
        row = _row(said, basis, coders)
        if row.count(None) > len(coders) - 2:
            continue
        for one in row:
            if one not in known and one is not None:
                known[one] = projected(found.book, one, level)
        projections = [known[one] for one in row]
        if projections.count(None) <= len(coders) - 2:
            told[segment] = projections
    order = sorted(told, key=lambda name: (found.items[name].transcript, found.items[name].start))
    different = {one for row in told.values() for one in row if one is not None}
    sets = tuple(sorted(different, key=sorted))
    place = {one: i for i, one in enumerate(sets)}
    informants = {name: i for i, name in enumerate(sorted(set(found.people.values())))}
    return Matrix(
        segments=tuple(order),
        coders=coders,
        sets=sets,
        ratings=np.array(
            [[-1 if one is None else place[one] for one in told[name]] for name in order], np.int64
        ).reshape(len(order), len(coders)),
        groups=np.array([informants[found.people[name]] for name in order], np.int64),
    )


def cell(table: Matrix, value: str, which: Cell) -> tuple[str, ...]:
    """The segments that a number in the table of agreement stands for."""
    ratings = table.of(value)
    anybody = (ratings == 1).any(axis=1)
    if which is Cell.ANYBODY:
        kept = anybody
    elif which is Cell.EVERYBODY:
        kept = ~(ratings == 0).any(axis=1)
    else:
        wanted = {Cell.BOTH: (1, 1), Cell.FIRST: (1, 0), Cell.SECOND: (0, 1), Cell.NEITHER: (0, 0)}[which]
        kept = (ratings[:, :2] == np.array(wanted)).all(axis=1)
    return tuple(name for name, yes in zip(table.segments, kept, strict=True) if yes)


def projected(book: Codebook, labels: Labels, level: Level) -> frozenset[str] | None:
    """Labels at one level; None where they say nothing about it, as a kind alone says nothing about codes."""
    if level is Level.KIND:
        return frozenset({kind.value if kind else _CODED for kind, _ in labels} or {Kind.NEITHER.value})
    codes = {code for _, code in labels if code}
    if labels and not codes:
        return None
    return frozenset(codes if level is Level.CODE else {topmost(book, code) for code in codes})


def topmost(book: Codebook, code: str) -> str:
    """The category of a code; itself where the codebook no longer has it."""
    return book.topmost(code) if book.has(code) else code


def _row(said: Mapping[str, Given], basis: Basis, coders: tuple[str, ...]) -> list[Labels | None]:
    if MACHINE in coders:
        one = said.get(coders[0])
        return [one.alone, one.machine] if one and one.blind else [None, None]
    return [_labels(said.get(coder), basis) for coder in coders]


def _labels(one: Given | None, basis: Basis) -> Labels | None:
    if one is None:
        return None
    if basis is Basis.NOW:
        return one.now
    return one.first if basis is Basis.FIRST or one.blind else None


def _names(book: Codebook, level: Level) -> dict[str, str]:
    """Value to name of all that could be given at a level, in the codebook's order."""
    if level is Level.CODE:
        return {code.id: code.name for code in book.codes}
    if level is Level.CATEGORY:
        return {code.id: code.name for code in book.categories}
    kinds = {kind.id: kind.name for kind in book.kinds if kind.id != Kind.NEITHER}
    coded = "No kind given" if kinds else "Something to code"
    return {**kinds, _CODED: coded, Kind.NEITHER.value: "Nothing to code"}


def _category(book: Codebook, value: str) -> str:
    if not book.has(value) or book.topmost(value) == value:
        return ""
    return book.code(book.topmost(value)).name
