"""The counting half as a whole."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from themescout import decisions, project
from themescout.comparison import waves
from themescout.comparison.counts import editions, rows
from themescout.comparison.counts.mentions import Sources
from themescout.comparison.model import Basis, Outcome
from themescout.pipeline import adding, stages
from themescout.report.places import Places
from themescout.review import service
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from themescout.comparison.counts.rows import Counted
    from themescout.comparison.model import Row

    from .conftest import World

B = Kind.BARRIER


def by_id(counted: Counted, level: str = "code", kind: Kind | None = B) -> dict[str, Row]:
    return {row.id: row for row in counted.rows if (row.level, row.kind) == (level, kind)}


def test_rows_have_exact_numbers_quotes_and_claims(world: World) -> None:
    world.raised("old", "M-TAX", "O1", "O2")
    world.silent("old", "O3", "O4")
    world.raised("new", "M-TAX", "N1", "N2", "N3")
    world.raised("new", "M-TAX", "N4", context="And the tax?")
    counted = world.counted(quotes=2)
    row = by_id(counted)["M-TAX"]
    assert (row.old.count, row.old.total, row.new.count, row.new.prompted, row.new.total) == (2, 4, 4, 1, 4)
    assert (row.outcome, row.parent, row.difference) == (Outcome.RETAINED, "MONEY", 0.5)
    assert row.new.who == ("N1", "N2", "N3", "N4")
    assert row.new.basis is row.old.basis is Basis.CONFIRMED
    assert len({quote.participant for quote in row.new_quotes}) == len(row.new_quotes) == 2
    assert "N4" not in {quote.participant for quote in row.new_quotes}, "unprompted quotes come first"
    assert row.holding is not None
    assert row.holding.holds
    assert by_id(counted)["P-PAY"].outcome is Outcome.NEITHER
    assert by_id(counted, "category")["MONEY"].outcome is Outcome.RETAINED


def test_quotes_that_nobody_asked_for_come_first(world: World) -> None:
    world.raised("old", "M-TAX", "O1")
    world.raised("new", "M-TAX", *[f"A{number}" for number in range(9)], context="And the tax?")
    world.raised("new", "M-TAX", "N1", "N2")
    quotes = by_id(world.counted(quotes=3))["M-TAX"].new_quotes
    assert [quote.participant[0] for quote in quotes] == ["N", "N", "A"]


def test_without_decisions_all_that_can_be_said_is_said_as_suggested(world: World) -> None:
    for wave, name in (("old", "O1"), ("old", "O2"), ("new", "N1"), ("new", "N2")):
        world.suggest(world.say(wave, name), ("M-TAX", 0.8), ("P-PAY", 0.05))
    counted = world.counted()
    row = by_id(counted)["M-TAX"]
    assert (row.outcome, row.new.basis) == (Outcome.RETAINED, Basis.SUGGESTED)
    assert "All these numbers rest on suggestions" in row.sentence
    assert "a person has decided 0 of 2 segments" in " ".join(counted.notes)
    assert by_id(counted)["P-PAY"].outcome is Outcome.NEITHER


def test_without_decisions_and_suggestions_themes_are_compared_alone(world: World) -> None:
    old, new = world.say("old", "O1"), world.say("new", "N1")
    world.theme(0, ["boats"], old, new)
    counted = world.counted()
    assert [(row.level, row.id, row.outcome, row.new.basis) for row in counted.rows] == [
        ("theme", "0", Outcome.FEW, Basis.PLACED)
    ]
    assert any("nobody has coded these interviews" in line for line in counted.refused)


def test_without_themes_or_placing_codes_are_compared_alone(world: World) -> None:
    world.raised("old", "M-TAX", "O1")
    world.raised("new", "M-TAX", "N1")
    assert "no theme was found yet" in " ".join(world.counted().refused)
    world.theme(0, ["boats"], next(iter(world.items["old"])))
    counted = world.counted()
    assert "not placed in them yet" in " ".join(counted.refused)
    assert {row.level for row in counted.rows} == {"category", "code"}
    world.theme_of |= dict.fromkeys(world.items["new"], -1)
    placed = world.counted()
    assert [row.outcome for row in placed.rows if row.level == "theme"] == [Outcome.NOT_HEARD]


def test_where_the_old_wave_is_not_read_through_nothing_is_called_new(world: World) -> None:
    world.suggest(world.say("old", "O1"), ("M-TAX", 0.4))
    world.raised("new", "M-TAX", "N1", "N2", "N3")
    row = by_id(world.counted())["M-TAX"]
    assert row.outcome is Outcome.UNCLEAR
    assert [(quote.participant, p) for quote, p in row.looked_at] == [("O1", 0.4)]


def test_prompted_mentions_taken_away_are_told(world: World) -> None:
    world.raised("old", "M-TAX", "O1")
    world.raised("new", "M-TAX", "N1", "N2", context="And the tax?")
    world.silent("new", "N1", "N2")
    notes = " ".join(world.counted().notes)
    assert "Tax (barrier): only when asked → not heard" in notes
    assert "0 % in “old wave”, 100 % in “new wave”" in notes


def test_longer_interviews_are_told(world: World) -> None:
    world.raised("old", "M-TAX", "O1")
    world.raised("new", "M-TAX", "N1")
    facts = world.facts()
    longer = replace(facts.new, wave=replace(facts.new.wave, words=134))
    assert not [line for line in rows.counted(facts).notes if "said more" in line]
    assert [line for line in rows.counted(replace(facts, new=longer)).notes if "said more (median 134 words)" in line]


@given(seed=st.integers(0, 2**16))
@hypothesis_settings(max_examples=25)
def test_the_order_of_informants_and_segments_changes_nothing(seed: int, make_world: Callable[[], World]) -> None:
    def made(order: random.Random | None) -> Counted:
        world, draw = make_world(), random.Random(seed)  # noqa: S311  # no secret
        for wave, mark in (("old", "O"), ("new", "N")):
            for number in range(4):
                segment = world.say(wave, f"{mark}{number}", draw.choice(["", "And the tax?", "Their pay?"]))
                code = draw.choice([code.id for code in world.book.assignable])
                if draw.random() < 0.5:
                    world.decide(segment, code)
                else:
                    world.suggest(segment, (code, draw.random()))
        facts = world.facts()
        if order is None:
            return rows.counted(facts)
        sides = []
        for side in (facts.old, facts.new):
            items, names = list(side.items), list(side.wave.informants)
            order.shuffle(items)
            order.shuffle(names)
            sides.append(replace(side, items=tuple(items), wave=replace(side.wave, informants=tuple(names))))
        return rows.counted(replace(facts, old=sides[0], new=sides[1]))

    plain, other = made(None), made(random.Random(seed + 1))  # noqa: S311  # no secret
    assert plain.rows == other.rows
    assert (plain.resolution, plain.refused, plain.comparisons) == (other.resolution, other.refused, other.comparisons)


def test_a_whole_study_is_counted_from_its_store(make_study: Callable[..., project.Study], tmp_path: Path) -> None:
    """Real transcripts, segments, decisions and quotes."""
    study = make_study(codebook="scale-up")
    for wave, names in (("2012", ("A", "B")), ("2026", ("C", "D"))):
        for name in names:
            file = tmp_path / f"{name}.txt"
            file.write_text(
                f"Interviewer: What stood in the way?\n\n{name}: The salaries of the nurses never came on time that "
                "year, and so the nurses left the district one after the other.\n",
                "utf-8",
            )
            adding.add(study, [file], wave=wave)
    stages.cut(study)
    book = stages.load_codebook(study)
    for item in study.store.segments.all():
        service.decide(study, segment=item.id, verdict=Verdict.ADD, kind=B, code="IMP-HRH", coder="ann", book=book)
    sides = waves.split(study, "2026")
    log = study.store.decisions.all()
    assert len(decisions.labels(log)) == 4
    counted = rows.counted(
        rows.Facts(
            old=sides.old, new=sides.new, editions=editions.read(study), baseline=book.baseline_themes,
            sources=Sources(book=book, plan=study.settings.compare, log=log, places=Places(study)),
        )
    )  # fmt: skip
    row = by_id(counted)["IMP-HRH"]
    assert (row.old.count, row.new.count, row.outcome) == (2, 2, Outcome.RETAINED)
    text = study.store.transcripts.texts()
    assert all(text[q.transcript][q.start : q.end] == q.text for q in (*row.old_quotes, *row.new_quotes))
    assert {one.outcome for one in counted.baseline} == {Outcome.RETAINED, Outcome.NOT_HEARD}
    assert row.holding is not None
    assert row.holding.breakers == row.new.who
