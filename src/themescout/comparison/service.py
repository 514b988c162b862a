"""Comparing new interviews with the original ones, and reading again what was compared."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from themescout import codebook as codebooks
from themescout import decisions
from themescout.codebook import BaselineTheme
from themescout.codebook import baseline as baselines
from themescout.codebook.baseline import Baseline
from themescout.comparison import assembling, waves
from themescout.comparison.counts import editions
from themescout.comparison.counts.mentions import Sources
from themescout.comparison.counts.rows import Facts, counted
from themescout.comparison.machine import looking
from themescout.comparison.machine.said import Said
from themescout.comparison.model import Comparison
from themescout.report.places import Places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from themescout.codebook import Codebook
    from themescout.comparison.waves import Sides
    from themescout.project import Study
    from themescout.types import Decision, Suggestion

    Progress = Callable[[str, int, int], None]


_MOST = 0.5  # share of novel segments from which the waves hardly have a subject in common


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What somebody may see: decisions, and suggestions by segment."""

    log: Sequence[Decision]
    suggestions: Mapping[str, Suggestion] = field(default_factory=dict)


def quiet(stage: str, done: int, total: int) -> None:
    """Progress that is not shown."""


def compare(
    study: Study, new: str, *, against: str | None = None, baseline: Baseline | None = None, progress: Progress = quiet
) -> Comparison:
    """Compare the wave `new` with the wave `against`, or with all others.

    What is new is cut, embedded, placed and judged; nothing old is done again. `baseline` None: the codebook's own.

    Raises:
        ComparisonError: the waves cannot be compared as asked.
        CodebookError: the study's codebook cannot be read.
    """
    book = codebooks.load(study.settings.study.codebook, folder=study.folder)
    names = baselines.of_codebook(book) if baseline is None else baseline
    against = waves.against_all(study, new, against)
    waves.check(study, new, against=against, alone=bool(names.themes))
    looking.prepare(study, progress)
    sides = waves.split(study, new, against=against, alone=bool(names.themes))
    pair, name = sides.pair, looking.stage(new, against)
    if pair is None:
        looking.suggest(study, book, sides.new)
    said = looking.look(study, book, pair, name, progress) if pair else Said()
    study.store.stages.finish(f"{name} names", "", asdict(names))
    return _compared(study, book, sides, said, names, _everything(study))


def read(
    study: Study,
    new: str,
    *,
    against: str | None = None,
    seen: Seen | None = None,
) -> Comparison | None:
    """The comparison as it was made, counted anew; None where it was not made, or its interviews have changed since.

    `seen` restricts what is counted to what somebody may see.

    Raises:
        ComparisonError: the waves cannot be compared as asked.
    """
    book = codebooks.load(study.settings.study.codebook, folder=study.folder)
    against = waves.against_all(study, new, against)
    names = _kept_names(study, looking.stage(new, against)) or baselines.of_codebook(book)
    waves.check(study, new, against=against, alone=bool(names.themes))
    if not waves.segmented(study, new):
        return None
    sides = waves.split(study, new, against=against, alone=bool(names.themes))
    said = looking.kept(study, pair, looking.stage(new, against)) if (pair := sides.pair) else Said()
    return None if said is None else _compared(study, book, sides, said, names, seen or _everything(study))


def _kept_names(study: Study, name: str) -> Baseline | None:
    """The list that was compared with last; None where nothing was compared yet."""
    record = study.store.stages.record(f"{name} names")
    if not record:
        return None
    themes = tuple(BaselineTheme(**theme) for theme in record["themes"])
    return Baseline(source=record["source"], themes=themes, remarks=tuple(record["remarks"]))


def _everything(study: Study) -> Seen:
    return Seen(log=study.store.decisions.all(), suggestions=study.store.suggestions.all())


def _compared(study: Study, book: Codebook, sides: Sides, said: Said, names: Baseline, seen: Seen) -> Comparison:
    sources = _sources(study, book, sides, said, seen)
    found = counted(
        Facts(
            old=sides.old, new=sides.new, shared=sides.shared, sources=sources, near=_near(said),
            baseline=names.themes, editions=editions.read(study), seed=study.settings.seed,
            quotes=study.settings.report.quotes,
        )
    )  # fmt: skip
    decided = frozenset(one.segment for one in decisions.standing(seen.log))
    both = (sides.old, sides.new, said, sources) if sides.old else None
    return Comparison(
        study=study.title, old=sides.old.wave if sides.old else None, new=sides.new.wave,
        resolution=found.resolution, plan=found.plan, rows=found.rows, baseline=found.baseline,
        baseline_source=names.source if found.baseline else "",
        placed=assembling.placed(sides.new, said, sources, decided),
        candidates=assembling.candidates(*both) if both else (),
        meanings=assembling.meanings(*both) if both else (), profile=found.profile,
        points=assembling.points(*both) if both else (), comparisons=found.comparisons,
        refused=(*found.refused, *_not_said(sides, said)),
        notes=(*_different(sides, said, sources), *found.notes, *_merged(said, sources), *names.remarks),
        kinds=bool(book.kinds), names={code.id: code.name for code in book.codes},
    )  # fmt: skip


def _sources(study: Study, book: Codebook, sides: Sides, said: Said, seen: Seen) -> Sources:
    shown = study.store.themes.all()
    existing = looking.existing(study, pair) if (pair := sides.pair) else {}
    candidates = {name for group in said.groups for name in group.segments}
    home = {name: theme.id for theme in shown if theme.id in existing for name in theme.members}
    items = [*(sides.old.items if sides.old else ()), *sides.new.items] if existing else []
    return Sources(
        book=book, plan=study.settings.compare, log=seen.log, suggestions=seen.suggestions, places=Places(study),
        theme_of={item.id: -1 if _away(item.id, home, candidates) else home.get(item.id, -1) for item in items},
        themes={theme.id: theme for theme in shown},
    )  # fmt: skip


def _away(segment: str, home: Mapping[str, int], candidates: set[str]) -> bool:
    """Whether a segment is in a candidate theme and a person has not moved it into an existing one."""
    return segment in candidates and segment not in home


def _near(said: Said) -> dict[str, dict[int, float]]:
    return {name: {one.theme: one.strength} for name, one in said.segments.items() if one.theme >= 0}


def _not_said(sides: Sides, said: Said) -> tuple[str, ...]:
    """What the machine could not judge."""
    if sides.old is None:
        return ("Nothing is called new: the study has no earlier interviews to hold the new ones against.",)
    made = []
    if not said.folds:
        made.append(
            f"No segment is called novel: {sides.old.wave.title} has {len(sides.old.wave.informants)} informants, and "
            "3 are needed to know how much interviews differ when nothing is new."
        )
    elif len(sides.new.wave.informants) == 1:
        made.append(
            "No new theme is looked for: there is one new informant, and a theme is what several speak of. Single "
            "segments are judged by their distance from everything said before."
        )
    return tuple(made)


def _different(sides: Sides, said: Said, sources: Sources) -> tuple[str, ...]:
    """That the waves are about different things, where they are."""
    novel = sum(one.q <= sources.plan.fdr for one in said.segments.values()) if said.folds else 0
    if sides.old is None or novel <= _MOST * len(said.segments):
        return ()
    told = f"Most of “{sides.new.wave.title}” is novel ({novel:,} of {len(said.segments):,} segments)"
    why = "the waves are about different things, or were asked different questions"
    return (f"{told}: {why}. Compare guides and informants before themes.",)


def _merged(said: Said, sources: Sources) -> tuple[str, ...]:
    gone = [group for group in said.groups if group.theme not in sources.themes]
    return (f"{len(gone)} candidate new themes have been merged into others.",) if gone else ()
