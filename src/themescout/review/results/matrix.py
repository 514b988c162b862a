"""The framework matrix: informants × categories, each cell with its quotes and an analyst's own summary of them.

Only people write summaries. Every version stays; an earlier one is brought back by writing it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from themescout import decisions, participants
from themescout.errors import DecisionError, StaleError
from themescout.report.matrix import build, by_cell, entry, speakers
from themescout.review.results.kept import kept, seen_by
from themescout.review.results.tables import results
from themescout.store.summaries import Cell, Summary
from themescout.text import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from themescout.report.matrix import Entry, Matrix, Passage
    from themescout.report.tables import Table
    from themescout.review.desk import Desk
    from themescout.types import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One cell with all its versions, newest first; `seen` is the number of the newest, 0 for none."""

    entry: Entry
    category: str
    history: tuple[Summary, ...]

    @property
    def seen(self) -> int:
        """What is sent back with the next version."""
        return self.history[0].seq if self.history else 0


def matrix(desk: Desk, coder: str, kind: Kind | None) -> Matrix:
    """The matrix of one kind as it stands for `coder`; one who works independently sees their own summaries alone.

    Raises:
        DecisionError: there is no such table.
    """
    table = _table(desk, coder, kind)
    with desk.held() as study:
        summaries = study.store.summaries.newest(_alone(desk, coder))
        people, items = participants.read(study.participants_file), tuple(desk.items.values())
    decided = {one.segment for one in decisions.standing(desk.visible(coder))}
    return build(table, items, people, summaries, decided, _words(desk, coder, table))


def opened(desk: Desk, coder: str, cell: Cell) -> Opened:
    """One cell with its quotes and its history.

    Raises:
        DecisionError: there is no such table, informant or category.
    """
    table = _table(desk, coder, cell.kind)
    name = _category(desk, table, cell)
    with desk.held() as study:
        history = study.store.summaries.history(cell, _alone(desk, coder))
    newest = {cell: history[0]} if history else {}
    return Opened(entry=entry(cell, _words(desk, coder, table), newest), category=name, history=history)


def write(desk: Desk, coder: str, cell: Cell, body: str, seen: int) -> Opened:
    """Store another version of a cell's summary; on the disk when this returns. The same words are not stored twice.

    `seen` is `Opened.seen` of what was on the screen.

    Raises:
        StaleError: somebody wrote into the cell meanwhile; nothing is stored.
        AccessError: the review is for reading only.
        DecisionError: there is no such table, informant or category.
    """
    _category(desk, _table(desk, coder, cell.kind), cell)
    words = normalise(body).strip()
    with desk.held(writing=True) as study, study.store.transaction():
        before = study.store.summaries.history(cell, _alone(desk, coder))
        newest = before[0] if before else None
        if newest and newest.seq > seen:
            who = "You" if newest.coder == coder else newest.coder
            raise StaleError(f"{who} wrote into this cell meanwhile; yours was not stored.", "Read it, then write.")
        if words != (newest.body if newest else ""):
            study.store.summaries.add(
                Summary(
                    cell=cell,
                    body=words,
                    coder=coder,
                    written_at=datetime.now(UTC).isoformat(timespec="seconds"),
                )
            )
    return opened(desk, coder, cell)


def _table(desk: Desk, coder: str, kind: Kind | None) -> Table:
    found = results(desk, coder).table(kind)
    if found is None:
        raise DecisionError(f"There is no table of {kind or 'codes without a kind'} in this study.", "")
    return found


def _words(desk: Desk, coder: str, table: Table) -> Mapping[tuple[str, str], Sequence[Passage]]:
    """What is in the cells of a table, worked out once for each state of it."""
    return kept(desk, ("cells", seen_by(desk, coder)[0], table.kind), table, lambda: by_cell(table))


def _category(desk: Desk, table: Table, cell: Cell) -> str:
    """The name of a cell's category, once it is known that the cell is there."""
    found = next((one.name for one in table.categories if one.code == cell.category), None)
    if found is None:
        raise DecisionError(f"There is no category {cell.category} in this table.", "Load the page again.")
    if cell.participant not in speakers(desk.items.values(), participants.read(desk.study.participants_file)):
        raise DecisionError(f"There is no informant {cell.participant}.", "Load the page again.")
    return found


def _alone(desk: Desk, coder: str) -> str | None:
    """The coder, where only their own summaries may be seen."""
    return coder if desk.preferences(coder).independent else None
