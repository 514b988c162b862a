"""A comparison that is quick to make, of any two waves: its words and places are real, its figures are not.

`pretend()` puts it in the place of the one that is worked out, in this process.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from themescout import curation, decisions
from themescout.candidates import ThemeStatus
from themescout.comparison import service, waves
from themescout.comparison.model import (
    Basis,
    Candidate,
    Comparison,
    Holding,
    Meaning,
    Named,
    Outcome,
    Placed,
    Profile,
    Row,
    Share,
)  # fmt: skip
from themescout.intervals import clopper_pearson, wilson
from themescout.pipeline import stages
from themescout.report.quotes import Quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from themescout.comparison.service import Seen
    from themescout.comparison.waves import Side
    from themescout.project import Study
    from themescout.types import Segment

MADE = "pretended comparison"  # name of the stage that says that it was made
WAVE = "wave2"


def two_waves(folder: Path, *new: str, wave: str = WAVE, setting: str = "") -> None:
    """Put the transcripts `new` into another wave."""
    path = folder / "participants.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["transcript"] in new:
            row.update(wave=wave, **({"setting": setting} if setting else {}))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def pretend() -> None:
    """Comparisons are pretended from here on."""
    service.read, service.compare = read, compare  # type: ignore[assignment]


def compare(study: Study, new: str, **_: Any) -> Comparison:
    """Mark it as made."""
    waves.split(study, new)
    study.store.stages.finish(MADE, new, {})
    found = read(study, new)
    assert found
    return found


def read(study: Study, new: str, *, seen: Seen | None = None, **_: Any) -> Comparison | None:
    """The pretended comparison, where it was made."""
    if study.store.stages.fingerprint(MADE) != new:
        return None
    sides = waves.split(study, new).pair
    assert sides
    said = study.store.suggestions.all() if seen is None else seen.suggestions
    log = study.store.decisions.all() if seen is None else seen.log
    book = stages.load_codebook(study)
    candidates = _candidates(study, sides.old, sides.new)
    homes = {name: one.theme for one in candidates for name in _members(study, one.theme)}
    labels = {(one.segment, one.code) for one in decisions.labels(log)}
    rows = [
        _row("category" if not code.parent else "code", code.id, code.name, sides.old, sides.new, labels, place)
        for place, code in enumerate(book.codes)
    ]
    rows += [_theme_row(theme.id, theme.title, theme.members, sides.old, sides.new) for theme in _live(study)]
    decided = {one.segment for one in decisions.standing(log)}
    return Comparison(
        study=study.settings.study.title, old=sides.old.wave, new=sides.new.wave,
        resolution=("With 2 and 1 informants hardly any difference could be shown.",),
        plan=("Heard again: from at least 2 informants.", "No test was declared."),
        refused=("No test: participants.csv names 3 informants.",), notes=("These figures are pretended.",),
        rows=tuple(rows), candidates=candidates, comparisons=len(rows), kinds=bool(book.kinds),
        placed=tuple(
            Placed(
                quote=quote(item, sides.new), setting=sides.new.settings[sides.new.who[item.id]],
                theme=rows_theme(rows),
                strength=0.6, codes=tuple((one.code, one.p) for one in said[item.id].ranked) if item.id in said else (),
                p=round(0.002 * (i + 1), 3), q=round(0.004 * (i + 1), 3), novel=i < 6,
                candidate=homes.get(item.id, -1), decided=item.id in decided,
            )
            for i, item in enumerate(sides.new.items)
        ),
        baseline=(
            Named(
                theme="Money that never comes", kind="barrier", code="MONEY", outcome=Outcome.FEW,
                new=share(_heard(sides.new, {name for name, code in labels if code == "MONEY"}), 1),
                sentence="Raised by few.", quotes=tuple(quote(item, sides.new) for item in sides.new.items[:1]),
            ),
        ),
        baseline_source="an earlier study",
        meanings=_meanings(study, sides.old, sides.new),
        profile=Profile(
            weighted=0.61, expected=0.7, shuffled=(0.5, 0.9), p=0.25, exact=True, jaccard=0.5, interval=(0.3, 0.8),
            only_old=("PEOPLE",), only_new=("MONEY",),
        ),
        names={code.id: code.name for code in book.codes},
    )  # fmt: skip


def rows_theme(rows: Sequence[Row]) -> int:
    """Number of some theme."""
    return next((int(row.id) for row in rows if row.level == "theme"), -1)


def quote(item: Segment, side: Side) -> Quote:
    """The words of a segment with their place."""
    return Quote(
        text=item.text, participant=side.who[item.id], transcript=item.transcript, start=item.start, end=item.end,
        turn=item.turn + 1, segment=item.id,
    )  # fmt: skip


def share(who: Iterable[str], total: int, basis: Basis = Basis.CONFIRMED) -> Share:
    """How many of how many, with its intervals."""
    names = tuple(sorted(set(who)))
    low, high = wilson(len(names), total) if total else (0.0, 1.0)
    exact = clopper_pearson(len(names), total) if total else (0.0, 1.0)
    return Share(count=len(names), prompted=0, total=total, low=low, high=high, exact=exact, basis=basis, who=names)


def _live(study: Study) -> Sequence[Any]:
    return curation.live(study.store.themes.all())


def _members(study: Study, theme: int) -> tuple[str, ...]:
    found = study.store.themes.get(theme)
    return found.members if found else ()


def _heard(side: Side, names: Iterable[str]) -> list[str]:
    within = set(names)
    return [side.who[item.id] for item in side.items if item.id in within]


def _quotes(side: Side, names: Iterable[str], most: int = 2) -> tuple[Quote, ...]:
    within = set(names)
    return tuple(quote(item, side) for item in side.items if item.id in within)[:most]


def _row(
    level: str, code: str, title: str, old: Side, new: Side, labels: set[tuple[str, str | None]], place: int
) -> Row:
    names = {name for name, said in labels if said == code}
    found = share(_heard(new, names), len(new.wave.informants))
    tested = 0.125 if place == 0 else None
    return Row(
        level=level, id=code, title=title, old=share(_heard(old, names), len(old.wave.informants)), new=found,
        difference=0.1, low=-0.4, high=0.6, rose=0.6, p=tested, adjusted=tested and 2 * tested,
        outcome=Outcome.FEW if found.count else Outcome.UNCLEAR,
        sentence=f"Raised by {found.count} of {found.total}.", old_quotes=_quotes(old, names),
        new_quotes=_quotes(new, names),
        looked_at=() if found.count else tuple((quote(item, new), 0.3) for item in new.items[:3]),
    )  # fmt: skip


def _theme_row(theme: int, title: str, members: Iterable[str], old: Side, new: Side) -> Row:
    found = share(_heard(new, members), len(new.wave.informants), Basis.PLACED)
    return Row(
        level="theme", id=str(theme), title=title,
        old=share(_heard(old, members), len(old.wave.informants), Basis.PLACED), new=found,
        outcome=Outcome.RETAINED if found.count else Outcome.NOT_HEARD, sentence="Placed by the machine.",
        holding=Holding(holds=False, breakers=new.wave.informants[:1]) if found.count else None,
        old_quotes=_quotes(old, members), new_quotes=_quotes(new, members),
    )  # fmt: skip


def _candidates(study: Study, old: Side, new: Side) -> tuple[Candidate, ...]:
    """Themes in which the new wave speaks stand for candidates, discarded ones too."""
    themes = study.store.themes.all()
    found = [theme for theme in themes if _heard(new, theme.members)] or themes
    return tuple(
        Candidate(
            theme=theme.id, title=theme.title, keywords=theme.keywords[:5],
            status=ThemeStatus(theme.status), segments=len(theme.members), novel=1,
            share=share(_heard(new, theme.members), len(new.wave.informants), Basis.PLACED), settings=new.wave.settings,
            alike=share([], len(old.wave.informants), Basis.PLACED), outcome=Outcome.NEW_FEW,
            sentence="Not among what was said before.", holding=Holding(holds=True), codes=(("MONEY", 2),),
            quotes=_quotes(new, theme.members), old_quotes=tuple(quote(item, old) for item in old.items[:2]),
        )
        for theme in found[:2]
    )  # fmt: skip


def _meanings(study: Study, old: Side, new: Side) -> tuple[Meaning, ...]:
    return tuple(
        Meaning(
            theme=theme.id, title=theme.title, drift=0.21, usual=0.2, high=0.3, p=0.4, sentence="No more than usual.",
            old_quotes=_quotes(old, theme.members), new_quotes=_quotes(new, theme.members),
        )
        for theme in _live(study)[:1]
    )  # fmt: skip
