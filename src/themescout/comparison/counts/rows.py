"""The counting half of a comparison: from decisions, suggestions and places to rows and what may be said of them.

Nothing here reads the store, but for the places that quotes are cut out of.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from themescout import decisions
from themescout.candidates import ThemeStatus
from themescout.comparison.counts import (
    claims,
    counting,
    editions,
    mentions,
    named,
    notes,
    plan,
    quoting,
    searching,
    testing,
)
from themescout.comparison.counts.claims import Case
from themescout.comparison.counts.mentions import THEME, Spoken
from themescout.comparison.counts.sentences import Wording
from themescout.comparison.model import Basis, Row
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from themescout.codebook import BaselineTheme
    from themescout.comparison.counts.counting import Line
    from themescout.comparison.counts.editions import Coding, Edition
    from themescout.comparison.counts.mentions import Sources
    from themescout.comparison.counts.quoting import Quoting
    from themescout.comparison.counts.searching import Search
    from themescout.comparison.model import Named, Outcome, Profile
    from themescout.comparison.waves import Side

_KINDS = {Kind.BARRIER: "barrier", Kind.RESEARCH_QUESTION: "research question"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that is counted.

    Attributes:
        old: the original wave; None where there is nothing but a list of names.
        new: the new wave.
        shared: informants of both.
        sources: codebook, thresholds, decisions, suggestions, places, themes. Themes are those that are compared:
            without the candidates among the new segments, which are not rows.
        near: for segments of the new wave the share, 0..1, of their nearest old segments in each theme.
        baseline: themes that an earlier study names.
        editions: the codebook's versions (`editions.read`).
        seed: of permutations and draws.
        quotes: number of quotes for each row and wave.
    """

    old: Side | None
    new: Side
    shared: tuple[str, ...] = ()
    sources: Sources
    near: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    baseline: Sequence[BaselineTheme] = ()
    editions: Sequence[Edition] = ()
    seed: int = 0
    quotes: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The fields of a `Comparison` of the same names."""

    rows: tuple[Row, ...]
    baseline: tuple[Named, ...]
    profile: Profile | None
    resolution: tuple[str, ...]
    plan: tuple[str, ...]
    comparisons: int
    refused: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wave:
    """One wave read through."""

    side: Side
    spoken: Spoken
    search: Search
    coding: Coding
    silence: Basis  # of rows that nobody mentions


def counted(facts: Facts) -> Counted:
    """Rows, baseline, profile, resolution, plan, refusals and notes; all of it follows from `facts` alone."""
    old, new = _read(facts)
    coded = _coded(facts)
    book = facts.sources.book
    lines = _lines(facts, coded=coded) if old else ()
    cutting = quoting.Quoting(
        places=facts.sources.places, count=facts.quotes,
        items={item.id: item for wave in (old, new) if wave for item in wave.side.items},
    )  # fmt: skip
    wording = Wording(
        old.side.wave.title if old else "", new.side.wave.title, facts.sources.plan,
        interviews=new.side.wave.interviews, asked={unit: len(some) for unit, some in new.spoken.named.items()},
    )  # fmt: skip
    cases = [(line, _case(line, old, new)) for line in lines] if old else []
    decided = [(line, case, claims.outcome(case, facts.sources.plan)) for line, case in cases]
    rows = tuple(_row(*one, facts, wording, cutting, (old, new)) for one in decided) if old else ()
    why_not = testing.refusal(facts.sources.plan, facts.old, facts.shared)
    if not why_not and coded:
        rows = testing.tested(rows, facts.sources.plan.test)
    categories = len(book.categories) if coded else 0
    return Counted(
        rows=rows,
        baseline=named.against_names(
            facts.baseline, new.side, new.spoken, new.search, facts.sources, wording, cutting
        ) if coded else (),
        profile=_profile(facts, cases, old, new),
        resolution=testing.resolution(facts.sources.plan, facts.old, facts.new, categories),
        plan=plan.sentences(facts.sources.plan, book),
        comparisons=sum(row.difference is not None for row in rows),
        refused=_refused(facts, why_not, coded=coded, rows=rows),
        notes=_notes(facts, old, new, decided),
    )  # fmt: skip


def _read(facts: Facts) -> tuple[_Wave | None, _Wave]:
    asked = mentions.prompts(facts.sources)
    held = decisions.standing(facts.sources.log)

    def read(side: Side, near: Mapping[str, Mapping[int, float]]) -> _Wave:
        spoken = mentions.spoken(side, facts.sources, asked)
        return _Wave(
            side=side, spoken=spoken, search=searching.search(side, facts.sources, spoken.closed, near),
            coding=editions.coding(
                held, {item.transcript for item in side.items}, facts.editions, facts.sources.book
            ),
            silence=quoting.silence(spoken.closed, side.items),
        )  # fmt: skip

    return read(facts.old, {}) if facts.old else None, read(facts.new, facts.near)


def _coded(facts: Facts) -> bool:
    """Whether anybody or anything has given codes to what is compared."""
    names = {item.id for side in (facts.old, facts.new) if side for item in side.items}
    places = {item.transcript for side in (facts.old, facts.new) if side for item in side.items}
    return any(one.transcript in places for one in decisions.standing(facts.sources.log)) or any(
        name in names for name in facts.sources.suggestions
    )


def _lines(facts: Facts, *, coded: bool) -> tuple[Line, ...]:
    discarded = ThemeStatus.DISCARDED
    themes = facts.sources.themes
    if not _placed(facts):
        themes = {}
    shown = [number for number in set(facts.sources.theme_of.values()) & set(themes)
             if themes[number].status is not discarded]  # fmt: skip
    made = counting.lines(facts.sources.book, themes, shown)
    return tuple(line for line in made if coded or line.key[0] == THEME)


def _placed(facts: Facts) -> bool:
    """Whether the new wave's segments have been put into themes, or into none."""
    return any(item.id in facts.sources.theme_of for item in facts.new.items)


def _case(line: Line, old: _Wave, new: _Wave) -> Case:
    tallies = [
        counting.tally(wave.spoken.by_key.get(line.key, ()), wave.side.wave.informants) for wave in (old, new)
    ]  # fmt: skip
    coded = line.key[0] != THEME
    return Case(
        old=tallies[0], new=tallies[1], found_old=old.search.of(line.key), found_new=new.search.of(line.key),
        settings=new.side.settings, unknown_old=coded and line.key[2] in old.coding.lacking,
        unknown_new=coded and line.key[2] in new.coding.lacking,
    )  # fmt: skip


def _row(  # everything that is known of one row
    line: Line,
    case: Case,
    said: Outcome,
    facts: Facts,
    wording: Wording,
    cutting: Quoting,
    waves: tuple[_Wave, _Wave],
) -> Row:
    assert case.old is not None  # noqa: S101  # rows are made of two waves
    holding = claims.holding(case, said, facts.sources.plan)
    bases = [Basis.PLACED if line.key[0] == THEME else wave.silence for wave in waves]
    known = not (case.unknown_old or case.unknown_new)
    found = counting.change((case.old.count, case.old.total), (case.new.count, case.new.total)) if known else None
    return Row(
        level=line.key[0], id=line.key[2], title=line.title, parent=line.parent, kind=line.key[1],
        old=counting.share(case.old, bases[0]), new=counting.share(case.new, bases[1]),
        difference=found.difference if found else None, low=found.low if found else None,
        high=found.high if found else None, rose=found.rose if found else None,
        outcome=said, sentence=wording.sentence(case, said, line.unit), holding=holding,
        old_quotes=cutting.of(case.old.mentions), new_quotes=cutting.of(case.new.mentions),
        looked_at=cutting.looked_at(case, said),
    )  # fmt: skip


def _profile(facts: Facts, cases: Sequence[tuple[Line, Case]], old: _Wave | None, new: _Wave) -> Profile | None:
    if old is None or facts.shared:
        return None
    known = [
        (line, case.old, case.new)
        for line, case in cases
        if line.key[0] != THEME and case.old and not (case.unknown_old or case.unknown_new)
    ]
    return testing.profile(
        [one[0] for one in known], ([one[1] for one in known], [one[2] for one in known]), (old.side, new.side),
        facts.seed,
    )  # fmt: skip


def _refused(facts: Facts, why_not: str, *, coded: bool, rows: Sequence[Row]) -> tuple[str, ...]:
    made = []
    if not coded:
        what = "categories and codes" + (" and the themes that the earlier study names" if facts.baseline else "")
        made.append(
            f"Nothing is said of {what}: nobody has coded these interviews, and no codes are suggested for them yet."
        )
    if facts.old is not None and not _placed(facts):
        themes = "no theme was found yet" if not facts.sources.themes else "the new segments are not placed in them yet"
        made.append(f"Nothing is said of themes: {themes}.")
    if why_not:
        made.append(why_not)
    elif not any(row.p is not None for row in rows):
        made.append("No test was made: no category was counted in both waves.")
    if facts.old is not None and facts.shared:
        made.append("The whole profile was not tested: shuffling the waves among informants takes different people.")
    elif facts.old is not None and min(len(side.wave.informants) for side in (facts.old, facts.new)) < testing.FEWEST:
        made.append("The whole profile was not compared: a wave with a single informant has none.")
    unknown = sorted({row.id for row in rows if row.level != THEME and row.difference is None})
    if unknown:
        made.append(
            f"No difference is given for {', '.join(unknown)}: a wave was coded with a version of the codebook that "
            "did not have it."
        )
    return tuple(made)


def _notes(
    facts: Facts, old: _Wave | None, new: _Wave, decided: Sequence[tuple[Line, Case, Outcome]]
) -> tuple[str, ...]:
    waves = [wave for wave in (old, new) if wave]
    sides = [wave.side for wave in waves]
    made = list(mentions.doubts((wave.side.wave.title, wave.spoken) for wave in waves))
    for wave in waves:
        suggested = any(item.id in facts.sources.suggestions for item in wave.side.items)
        made += notes.coverage(wave.side, wave.spoken, suggested=suggested)
    if old:
        made += editions.note(old.coding, new.coding, (old.side.wave.title, new.side.wave.title))
        made += notes.words(sides)
        made += notes.guides([(wave.side, wave.spoken) for wave in waves])
        made += notes.unprompted(decided, facts.sources.plan, _KINDS)
    return (*made, *notes.settings(new.side))
