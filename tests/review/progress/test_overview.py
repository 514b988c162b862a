"""How far the coding is, on a study of which every number is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from themescout import codebook, participants
from themescout.candidates import ThemeDecision, ThemeVerb
from themescout.participants import Participant
from themescout.review import service
from themescout.review.drawing import Purpose, drawn
from themescout.review.progress.heard import Rule
from themescout.review.progress.material import Material, gather
from themescout.review.progress.overview import Progress, may_stop, progress
from themescout.store.transcripts import StoredFile
from themescout.types import Decision, Kind, Role, Segment, Speaker, Transcript, Turn, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from themescout.project import Study

SUB_CODES = "".join(f"- {{id: C{i}, name: Code {i}, parent: TOP}}\n" for i in range(9))
BOOK = codebook.parse(
    "id: t\nkinds: [{id: barrier, name: B}, {id: research_question, name: R}, {id: neither, name: N}]\n"
    f"codes:\n- {{id: TOP, name: Top, general: true}}\n{SUB_CODES}",
    name="t.yaml",
)
WORDS = "the money came too late for us"


def material(interviews: int = 6, segments: int = 4, **more: Any) -> Material:
    """Interviews I0, I1, … with segments I0-0, I0-1, … of seven words; each by a person of its own."""
    items = {
        f"I{n}-{i}": Segment(
            id=f"I{n}-{i}", transcript=f"I{n}", turn=0, start=i * 40, end=i * 40 + len(WORDS), text=WORDS, speaker="A"
        )
        for n in range(interviews)
        for i in range(segments)
    }
    given = {
        "items": items, "waves": {f"I{n}": "" for n in range(interviews)}, "lengths": dict.fromkeys(items, 7),
        "informants": {name: item.transcript for name, item in items.items()}, "groups": {},
        "names": {code.id: code.name for code in BOOK.codes}, "added": frozenset(),
        "children": frozenset(code.id for code in BOOK.codes if code.parent), "log": (), "everything": (),
        "blind": 0.0, "double": 0.0, "seed": 1,
    }  # fmt: skip
    return Material(**{**given, **more})


def decided(*entries: tuple[str, str | None] | tuple[str, str | None, dict[str, Any]]) -> tuple[Decision, ...]:
    """A log: (segment, code or None for nothing to code, anything else)."""
    made = []
    for seq, entry in enumerate(entries, 1):
        segment, code, more = (*entry, {})[:3]
        given: dict[str, Any] = {
            "segment": segment, "verdict": Verdict.CHANGE if code else Verdict.REJECT, "code": code,
            "kind": Kind.BARRIER if code else Kind.NEITHER, "coder": "ann", "decided_at": "2026-11-02T12:00:00+00:00",
            "transcript": segment.partition("-")[0], "start": int(segment.partition("-")[2]) * 40,
            "end": int(segment.partition("-")[2]) * 40 + len(WORDS), "quote": WORDS, "seconds": 10.0,
        }  # fmt: skip
        made.append(Decision(**{**given, **more}, seq=seq))
    return tuple(made)


def whole(interview: str, *codes: str, segments: int = 4) -> list[tuple[str, str | None]]:
    """An interview decided to its end, with these codes at its beginning."""
    return [(f"{interview}-{i}", codes[i] if i < len(codes) else None) for i in range(segments)]


def counted(log: tuple[Decision, ...], found: Material | None = None, **more: Any) -> Progress:
    base = found or material()
    return progress(replace(base, log=log, everything=log), Rule(), **more)


# --- how far ---------------------------------------------------------------------------------------------------------


def test_shares_are_of_segments_not_of_entries_and_undone_ones_do_not_count() -> None:
    log = decided(
        ("I0-0", "C0"), ("I0-0", "C1", {"verdict": Verdict.ADD}), ("I0-1", None), ("I0-2", "C0"),
        ("I0-2", None, {"verdict": Verdict.UNDO, "undoes": 4}), ("I1-0", "C2", {"coder": "ben"}),
        ("I0-0", "C2", {"coder": "ben"}), ("gone-0", "C0"),
    )  # fmt: skip
    found = counted(log)
    assert (found.decided, found.segments) == (3, 24)
    assert [(row.coder, row.decided, row.share) for row in found.coders] == [("ann", 2, 2 / 24), ("ben", 2, 2 / 24)]
    assert [(row.transcript, row.decided, row.segments) for row in found.interviews][:3] == [
        ("I0", 2, 4), ("I1", 1, 4), ("I2", 0, 4),
    ]  # fmt: skip
    assert counted(log, coder="ben").decided == 2
    assert counted(log, coder="nobody").decided == 0


def test_days_have_no_gaps_and_undos_are_no_decisions() -> None:
    log = decided(
        ("I0-0", None), ("I0-1", None), ("I0-2", None, {"decided_at": "2026-11-04T12:00:00+00:00"}),
        ("I0-2", None, {"verdict": Verdict.UNDO, "undoes": 3, "decided_at": "2026-11-05T12:00:00+00:00"}),
    )  # fmt: skip
    found = counted(log)
    assert not found.weekly
    assert [one.decisions for one in found.periods] == [2, 0, 1]
    assert [one.day for one in found.periods] == ["2026-11-02", "2026-11-03", "2026-11-04"]


def test_long_work_is_counted_by_weeks_that_begin_on_monday() -> None:
    late = {"decided_at": "2027-02-03T12:00:00+00:00"}
    found = counted(decided(("I0-0", None, {"decided_at": "2026-11-04T12:00:00+00:00"}), ("I0-1", None, late)))
    assert found.weekly
    assert (found.periods[0].day, found.periods[-1].day) == ("2026-11-02", "2027-02-01")
    assert sum(one.decisions for one in found.periods) == 2
    assert len(found.periods) == 14


def test_an_empty_study_has_an_empty_page() -> None:
    found = counted((), material(0))
    assert (found.segments, found.decided, found.periods, found.coders) == (0, 0, (), ())
    assert found.growth.never == ()


def test_what_is_left_is_what_nobody_decided_and_what_everybody_decides() -> None:
    base = material(40, double=0.3, blind=0.2)
    log = decided(*((name, None, {"coder": "ben"}) for name in list(base.items)[:100]), ("I39-3", None))
    found = counted(log, base, coder="ann")
    both = {name for name in base.items if drawn(Purpose.DOUBLE, name, 0.3, 1)}
    mine = {name for i, name in enumerate(base.items) if (i >= 100 or name in both) and name != "I39-3"}
    assert found.left.segments == len(mine)
    assert found.left.drawn == sum(drawn(Purpose.BLIND, name, 0.2, 1) for name in mine)
    assert counted(log, base).left.segments == 59


# --- new codes -------------------------------------------------------------------------------------------------------


def test_saturation_is_counted_in_interviews_that_are_decided() -> None:
    entries = [
        *whole("I0", "C0", "C1"), *whole("I1", "C1", "C2"), *whole("I2", "C3"), *whole("I3", "C0"),
        *whole("I4", "C3"), *whole("I5", "C4")[:3],
    ]  # fmt: skip
    growth = counted(decided(*entries)).growth
    assert (growth.counted, growth.total, growth.informants) == (5, 6, 5)
    series = growth.series[0]
    assert series.name == "All codes"
    assert [one.until for one in series.interviews] == [2, 3, 4, 4, 4]
    assert [[new.code for new in one.new] for one in series.interviews] == [["C0", "C1"], ["C2"], ["C3"], [], []]
    assert series.interviews[1].new[0].segment == "I1-1"
    assert series.interviews[1].new[0].name == "Code 2"
    assert "5 of at least 6 interviews" in series.result.sentence


def test_the_last_interview_counts_once_nine_tenths_of_it_are_decided() -> None:
    base = material(1, segments=10)
    entries = whole("I0", "C0", segments=10)
    assert counted(decided(*entries[:8]), base).growth.counted == 0
    assert counted(decided(*entries[:9]), base).growth.counted == 1


def test_unsure_rejected_and_undone_codes_are_not_heard() -> None:
    log = decided(
        ("I0-0", "C0", {"verdict": Verdict.UNSURE}), ("I0-1", None), ("I0-2", "C2"), ("I0-3", None),
        ("I0-2", None, {"verdict": Verdict.UNDO, "undoes": 3}), ("I0-2", "C5"),
    )  # fmt: skip
    assert [new.code for new in counted(log).growth.series[0].interviews[0].new] == ["C5"]


def test_codes_of_segments_that_are_gone_are_not_heard() -> None:
    log = decided(*whole("I0", "C0"), ("I0-9", "C6"))
    assert [new.code for new in counted(log).growth.series[0].interviews[0].new] == ["C0"]


def test_a_settled_segment_has_what_it_was_settled_with() -> None:
    shown = {"labels": [{"kind": "barrier", "code": "C7"}]}
    log = decided(*whole("I0", "C0"), ("I0-0", "C7", {"verdict": Verdict.SETTLE, "coder": "cat", "shown": shown}))
    assert [new.code for new in counted(log).growth.series[0].interviews[0].new] == ["C7"]


def test_sub_codes_added_codes_and_waves_are_judged_apart() -> None:
    base = material(added=frozenset({"C8"}), waves={f"I{n}": "first" if n < 2 else "second" for n in range(6)})
    log = decided(*whole("I0", "TOP", "C0"), *whole("I1", "C8"), *whole("I2", "C0"), *whole("I4", "C1"))
    found = {one.name: [heard.until for heard in one.interviews] for one in counted(log, base).growth.series}
    assert found == {
        "All codes": [2, 3, 3, 4], "Sub-codes": [1, 2, 2, 3], "Codes added while coding": [0, 1, 1, 1],
        "Wave first": [2, 3], "Wave second": [1, 2],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("added", "said"),
    [(None, "cannot be told"), (frozenset(), "No code that was added"), (frozenset({"C0"}), "A code added late")],
)
def test_what_must_not_be_read_into_it(added: frozenset[str] | None, said: str) -> None:
    warnings = counted(decided(*whole("I0", "C0")), material(added=added)).growth.warnings
    assert any(said in one for one in warnings)
    assert "is not saturation" in warnings[0]


def test_the_rule_can_be_changed() -> None:
    log = decided(*(entry for n in range(6) for entry in whole(f"I{n}", "C0")))
    found = progress(material(log=log, everything=log), Rule(base=2, run=3, threshold=0.0))
    assert found.growth.series[0].result.sentence == "Base 2, run 3, threshold 0 %: reached at interview 2 (2+3)."
    assert found.growth.never[1].chance == pytest.approx(0.9**6)


# --- who may know what -----------------------------------------------------------------------------------------------


def test_one_who_works_independently_learns_nothing_about_suggestions() -> None:
    found = counted(decided(*whole("I0", "C0")), coder="ann", independent=True)
    assert (found.influence, found.timing, found.stops) == (None, None, None)
    assert found.decided == 4


# --- reading a study -------------------------------------------------------------------------------------------------


@pytest.fixture
def study(make_study: Callable[..., Study]) -> Study:
    """Two interviews of two segments, six people in participants.csv."""
    made = make_study()
    with made.store.transaction():
        made.store.transcripts.add_file(StoredFile(sha256="0", name="f", stored="f", bytes=1, added_at=""))
        for name in ("one", "two"):
            text = f"A: {WORDS}\n\nA: {WORDS}"
            turns = tuple(
                Turn(seq=i, speaker="A", role=Role.INFORMANT, start=start, end=start + len(WORDS))
                for i, start in enumerate((3, len(WORDS) + 8))
            )
            speakers = (Speaker(label="A", role=Role.INFORMANT, reason="", turns=2, words=14),)
            made.store.transcripts.add(
                Transcript(id=name, name=name, text=text, turns=turns, speakers=speakers, format="txt"),
                file="0", wave="w",
            )  # fmt: skip
            made.store.segments.replace(
                name,
                [
                    Segment(
                        id=f"{name}{turn.seq}", transcript=name, turn=turn.seq, start=turn.start, end=turn.end,
                        text=WORDS, speaker="A",
                    )
                    for turn in turns
                ],
            )  # fmt: skip
    return made


def test_informants_and_their_groups_come_from_the_table_of_participants(study: Study) -> None:
    rows = [
        Participant(
            transcript=name, speaker="A", participant=f"P{i}", wave="w", role=f"role {i}",
            setting="town" if i < 2 else "", others={"language": "English" if i % 2 else "translated"},
        )
        for i, name in enumerate(("one", "two", "three", "four"))
    ]  # fmt: skip
    participants.write(study.participants_file, rows)
    found = gather(study, BOOK)
    assert found.informants == {"one0": "P0", "one1": "P0", "two0": "P1", "two1": "P1"}
    assert found.lengths["one0"] == 7
    # A role for each, one wave and one setting compare nobody with anybody.
    assert list(found.groups) == ["language"]
    assert found.waves == {"one": "w", "two": "w"}


def test_the_long_winded_are_compared_where_there_are_four_people(study: Study) -> None:
    items = {
        f"s{i}": Segment(id=f"s{i}", transcript=f"t{i}", turn=0, start=0, end=1, text="w " * (i + 1), speaker="A")
        for i in range(4)
    }
    groups = gather(study, BOOK, items=items).groups
    assert groups["words spoken"] == {
        "t0": "up to the median", "t1": "up to the median", "t2": "more than the median", "t3": "more than the median",
    }  # fmt: skip
    assert "words spoken" not in gather(study, BOOK).groups


def test_added_codes_are_those_beyond_the_built_in_book_or_made_of_themes(study: Study) -> None:
    given = codebook.load("scale-up")
    assert gather(study, given).added == frozenset()
    more = replace(given, codes=(*given.codes, replace(given.codes[-1], id="NEW", name="New")))
    assert gather(study, more).added == {"NEW"}
    assert gather(study, BOOK).added is None
    study.store.theme_log.add(
        ThemeDecision(verb=ThemeVerb.PROMOTE, theme=0, value="C1", coder="ann", decided_at="2026-11-02T12:00:00+00:00")
    )
    assert gather(study, BOOK).added == {"C1"}


def test_when_to_stop_is_said_for_each_code(study: Study) -> None:
    for item in study.store.segments.all():
        service.decide(
            study, segment=item.id, verdict=Verdict.CHANGE, coder="ann", kind=Kind.BARRIER, code="INT-COMPLEX",
            book=codebook.load("scale-up"),
        )  # fmt: skip
    found = may_stop(study, {"INT-COMPLEX": "Complexity"})
    first = next(one for one in found.codes if one.code == "INT-COMPLEX")
    assert (first.answer, first.name) == ("stop", "Complexity")
    assert found.may_stop == len(found.codes)
