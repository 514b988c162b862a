"""The two tables as they stand while people code, as far as each coder may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout import project
from themescout.report import tables
from themescout.review.drawing import Purpose, drawn
from themescout.review.results.kept import kept, seen_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from themescout.report.tables import Findings, Table
    from themescout.review.desk import Desk
    from themescout.types import Kind, Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What was found so far.

    Attributes:
        findings: the tables; the suggested ones are empty unless they were asked for.
        kinds: whether the codebook tells barriers from research questions.
        independent: only the coder's own decisions are counted, and nothing is suggested.
        kept_back: some decisions of others are not counted, because the coder is to decide the same segments first.
    """

    findings: Findings
    kinds: bool
    independent: bool
    kept_back: bool

    def table(self, kind: Kind | None, *, confirmed: bool = True) -> Table | None:
        """The table of a kind; None where there is none."""
        found = self.findings.confirmed if confirmed else self.findings.suggested
        return next((table for table in found if table.kind == kind), None)


def results(desk: Desk, coder: str, *, suggested: bool = False) -> Results:
    """The tables as they stand now. Worked out anew only where something has changed."""
    independent = desk.preferences(coder).independent
    who, newest, count = seen_by(desk, coder)
    with desk.held() as study:
        version, people = study.store.version, written(desk)
    rests_on = (newest, count, independent, version, people, desk.book)
    found = kept(
        desk, ("results", who, suggested), rests_on, lambda: _findings(desk, coder, version if suggested else None)
    )
    return Results(
        findings=found, kinds=bool(desk.book.kinds), independent=independent,
        kept_back=not independent and count < len(desk.log()),
    )  # fmt: skip


def _findings(desk: Desk, coder: str, version: int | None) -> Findings:
    """Read through a connection of its own, so that nobody's next segment waits. `version` None: no suggestions."""
    said: Mapping[str, Suggestion] = {}
    if version is not None and not desk.preferences(coder).independent:
        said = kept(desk, "suggestions", version, lambda: undrawn(desk))
    with project.open_study(desk.study.folder) as study:
        return tables.findings(study, desk.book, log=desk.visible(coder), items=dict(desk.items), suggestions=said)


def undrawn(desk: Desk, *, brief: bool = True) -> Mapping[str, Suggestion]:
    """Suggestions that may be shown, `brief` with the first code alone; not those drawn to be decided without one."""
    shares, seed = desk.study.settings.review, desk.study.settings.seed
    with project.open_study(desk.study.folder) as study:
        found = study.store.suggestions.brief() if brief else study.store.suggestions.all()
    return {name: said for name, said in found.items() if not drawn(Purpose.BLIND, name, shares.blind, seed)}


def written(desk: Desk) -> tuple[int, int]:
    """What changes when somebody edits participants.csv."""
    try:
        found = desk.study.participants_file.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
