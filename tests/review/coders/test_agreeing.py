"""What coders gave, first and now; who is compared with whom; disagreements and what became of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from themescout import codebook
from themescout.review.coders import agreeing, disagreeing
from themescout.review.coders.agreeing import MACHINE, Basis, Cell, Coding, Level
from themescout.review.coders.disagreeing import Show
from themescout.review.coders.effort import efforts
from themescout.review.coders.given import given
from themescout.types import Decision, Kind, Segment, Verdict

if TYPE_CHECKING:
    from pathlib import Path

BOOK = codebook.parse(
    "id: t\nkinds: [{id: barrier, name: B}, {id: research_question, name: R}, {id: neither, name: N}]\n"
    "codes:\n- {id: C1, name: Means}\n- {id: MONEY, name: Money, parent: C1}\n- {id: TIME, name: Time, parent: C1}\n"
    "- {id: C2, name: People}\n- {id: NURSES, name: Nurses, parent: C2}\n",
    name="t.yaml",
)
SUGGESTED = {"kind": "barrier", "kind_p": 0.9, "codes": [{"code": "MONEY", "p": 0.8}], "abstained": False}
MONEY, TIME = (Kind.BARRIER, "MONEY"), (Kind.BARRIER, "TIME")


class Log:
    """Decisions in words: `log.ann("s1", "MONEY")`; a code of None is nothing to code."""

    def __init__(self) -> None:
        self.entries: list[Decision] = []

    def __getattr__(self, coder: str) -> Any:
        def say(segment: str, code: str | None = None, verdict: Verdict | None = None, **more: Any) -> int:
            kind = more.pop("kind", Kind.BARRIER if code else None)
            self.entries.append(
                Decision(
                    segment=segment, verdict=verdict or (Verdict.CHANGE if code else Verdict.REJECT), kind=kind,
                    code=code, coder=coder, decided_at="2026-01-01T00:00:00+00:00", transcript=segment[0], start=0,
                    end=4, quote="So…", seq=len(self.entries) + 1, **more,
                )
            )  # fmt: skip
            return len(self.entries)

        return say


@pytest.fixture
def log() -> Log:
    return Log()


def coded(log: Log, folder: Path, rows: str = "") -> Coding:
    """Six segments of three interviews, A, B and C."""
    items = {
        f"{t}{i}": Segment(
            id=f"{t}{i}", transcript=t, turn=1, start=4 * i, end=4 * i + 4, text="So…!", speaker="S", context="Why?"
        )
        for t in "ABC"
        for i in range(2)
    }
    table = folder / "participants.csv"
    if rows:
        table.write_text(f"transcript,speaker,participant\n{rows}", "utf-8")
    study = SimpleNamespace(participants_file=table, settings=SimpleNamespace(seed=1))
    return agreeing.coding(study, BOOK, log.entries, items)  # type: ignore[arg-type]


def test_what_is_added_at_once_belongs_to_what_was_first_given(log: Log) -> None:
    log.ann("A0", "MONEY")
    log.ann("A0", "TIME", Verdict.ADD)
    log.ann("A1")
    log.ann("A0", "NURSES", Verdict.ADD)
    found = given(log.entries)["A0"]["ann"]
    assert found.first == {MONEY, TIME}
    assert found.now == {MONEY, TIME, (Kind.BARRIER, "NURSES")}
    assert found.changed


def test_what_others_decide_in_between_does_not_end_what_was_first_given(log: Log) -> None:
    log.ann("A0", "MONEY")
    log.ben("B0", "TIME")
    log.ann("A0", "TIME", Verdict.ADD)
    assert given(log.entries)["A0"]["ann"].first == {MONEY, TIME}


def test_what_was_undone_was_a_slip(log: Log) -> None:
    slip = log.ann("A0", "TIME")
    log.ann("A0", None, Verdict.UNDO, undoes=slip)
    log.ann("A0", "MONEY")
    found = given(log.entries)["A0"]["ann"]
    assert (found.first, found.now, found.changed) == ({MONEY}, {MONEY}, False)


def test_a_change_of_mind_is_kept_beside_the_first_word(log: Log) -> None:
    log.ann("A0", "MONEY")
    log.ann("A0")
    found = given(log.entries)["A0"]["ann"]
    assert (found.first, found.now, found.changed) == ({MONEY}, frozenset(), True)


def test_who_was_unsure_first_did_not_decide_independently(log: Log) -> None:
    log.ann("A0", None, Verdict.UNSURE)
    assert given(log.entries)["A0"]["ann"].first is None
    log.ann("A0", "MONEY")
    found = given(log.entries)["A0"]["ann"]
    assert (found.first, found.blind) == ({MONEY}, False)
    log.ann("A0", None, Verdict.UNSURE)
    found = given(log.entries)["A0"]["ann"]
    assert (found.first, found.now, found.changed) == ({MONEY}, None, True)


@pytest.mark.parametrize(
    ("shown", "blind"),
    [
        ({}, True),
        ({"order": "theme"}, True),
        ({"kept_back": SUGGESTED, "why": "drawn"}, True),
        ({"why": "independent"}, True),
        (SUGGESTED, False),
        ({**SUGGESTED, "order": "theme"}, False),
    ],
)
def test_blind_is_what_was_decided_without_a_suggestion(log: Log, shown: dict[str, Any], blind: bool) -> None:
    log.ann("A0", "MONEY", shown=shown)
    assert given(log.entries)["A0"]["ann"].blind is blind


@pytest.mark.parametrize(
    ("kept", "machine"),
    [
        (SUGGESTED, {MONEY}),
        ({**SUGGESTED, "kind": "neither"}, set()),
        ({**SUGGESTED, "abstained": True}, None),
        ({**SUGGESTED, "kind": None}, {(None, "MONEY")}),
        ({**SUGGESTED, "codes": []}, {(Kind.BARRIER, None)}),
    ],
)
def test_what_the_machine_would_have_said(log: Log, kept: dict[str, Any], machine: set[Any] | None) -> None:
    log.ann("A0", "MONEY", shown={"kept_back": kept})
    assert given(log.entries)["A0"]["ann"].machine == machine


def test_the_machine_is_compared_with_what_was_said_before_it_was_seen(log: Log, tmp_path: Path) -> None:
    log.ann("A0", "TIME", shown={"kept_back": SUGGESTED, "why": "drawn"})
    log.ann("A0", "MONEY", Verdict.ADD, shown=SUGGESTED)
    log.ann("A1", "MONEY", shown={"kept_back": SUGGESTED, "why": "drawn"})
    log.ann("B0", "MONEY", shown=SUGGESTED)
    found = coded(log, tmp_path)
    assert agreeing.groups(found) == (("ann", MACHINE),)
    rows = {r.value: r.found for r in agreeing.compared(found, Level.CODE, Basis.INDEPENDENT, ("ann", MACHINE)).rows}
    assert (rows["MONEY"].segments, rows["MONEY"].both, rows["MONEY"].second, rows["TIME"].first) == (2, 1, 1, 1)


def test_the_three_bases(log: Log, tmp_path: Path) -> None:
    for coder in (log.ann, log.ben):
        coder("A0", "MONEY")
        coder("A1", "TIME", shown=SUGGESTED)
    log.ben("A0", "TIME")
    found = coded(log, tmp_path)

    def same(basis: Basis) -> tuple[int, float | None]:
        whole = agreeing.overall(found, Level.CODE, basis, ("ann", "ben"))
        return whole.segments, whole.identical.value

    assert (same(Basis.INDEPENDENT), same(Basis.FIRST), same(Basis.NOW)) == ((1, 1.0), (2, 1.0), (2, 0.5))


def test_unsure_is_missing_and_a_kind_alone_says_nothing_about_codes(log: Log, tmp_path: Path) -> None:
    log.ann("A0", "MONEY")
    log.ben("A0", None, Verdict.UNSURE)
    log.ann("A1", "MONEY")
    log.ben("A1", None, Verdict.CHANGE, kind=Kind.BARRIER)
    log.ann("B0", "MONEY")
    log.ben("B0")
    found = coded(log, tmp_path)
    segments = {level: agreeing.matrix(found, level, Basis.FIRST, ("ann", "ben")).segments for level in Level}
    assert segments == {Level.CODE: ("B0",), Level.CATEGORY: ("B0",), Level.KIND: ("A1", "B0")}


def test_levels(log: Log, tmp_path: Path) -> None:
    log.ann("A0", "MONEY")
    log.ben("A0", "TIME", kind=Kind.RESEARCH_QUESTION)
    found = coded(log, tmp_path)
    pair = ("ann", "ben")
    rows = {level: agreeing.compared(found, level, Basis.FIRST, pair).rows for level in Level}
    names = {level: [(r.value, r.name, r.category, r.found.both) for r in rows[level]] for level in Level}
    assert names[Level.CODE] == [("MONEY", "Money", "Means", 0), ("TIME", "Time", "Means", 0)]
    assert names[Level.CATEGORY] == [("C1", "Means", "", 1)]
    assert names[Level.KIND] == [("barrier", "B", "", 0), ("research_question", "R", "", 0)]


def test_nothing_to_code_is_an_answer_at_every_level(log: Log, tmp_path: Path) -> None:
    for coder in (log.ann, log.ben):
        coder("A0")
        coder("A1", "MONEY")
    found = coded(log, tmp_path)
    for level in Level:
        whole = agreeing.overall(found, level, Basis.FIRST, ("ann", "ben"))
        assert (whole.segments, whole.masi.value) == (2, 1.0)
    kinds = agreeing.compared(found, Level.KIND, Basis.FIRST, ("ann", "ben"))
    assert {r.value: r.found.both for r in kinds.rows} == {"barrier": 1, "neither": 1}


def test_a_code_that_the_codebook_has_no_longer(log: Log, tmp_path: Path) -> None:
    for coder in (log.ann, log.ben):
        coder("A0", "OLD")
    found = coded(log, tmp_path)
    rows = agreeing.compared(found, Level.CATEGORY, Basis.FIRST, ("ann", "ben")).rows
    assert [(r.value, r.name) for r in rows] == [("OLD", "OLD (not in the codebook)")]


def test_informants_are_those_of_the_table_of_participants(log: Log, tmp_path: Path) -> None:
    for name in ("A0", "B0", "C0"):
        log.ann(name, "MONEY")
        log.ben(name, "MONEY")
    assert agreeing.overall(coded(log, tmp_path), Level.CODE, Basis.FIRST, ("ann", "ben")).informants == 3
    found = coded(log, tmp_path, "A,S,P1\nB,S,P1\n")
    assert agreeing.overall(found, Level.CODE, Basis.FIRST, ("ann", "ben")).informants == 2


def test_three_coders_are_compared_together_and_in_pairs(log: Log, tmp_path: Path) -> None:
    for coder in (log.ann, log.ben, log.cleo):
        for name in ("A0", "A1", "B0", "B1", "C0", "C1"):
            coder(name, "MONEY" if name != "C1" else "TIME")
    found = coded(log, tmp_path)
    everybody = ("ann", "ben", "cleo")
    assert agreeing.groups(found) == (everybody, ("ann", "ben"), ("ann", "cleo"), ("ben", "cleo"))
    row = agreeing.compared(found, Level.CODE, Basis.FIRST, everybody).rows[0]
    assert (row.found.positives, row.found.unanimous, row.found.alpha.value) == (5, 5, 1.0)
    assert [figure.value for figure in row.pairs] == [1.0, 1.0, 1.0]


def test_a_number_of_the_table_is_the_number_of_its_segments(log: Log, tmp_path: Path) -> None:
    said = {
        "A0": ("MONEY", "MONEY"),
        "A1": ("MONEY", None),
        "B0": (None, "MONEY"),
        "B1": (None, None),
        "C0": ("TIME", "MONEY"),
    }
    for name, (one, two) in said.items():
        log.ann(name, one)
        log.ben(name, two)
    found = coded(log, tmp_path)
    table = agreeing.matrix(found, Level.CODE, Basis.FIRST, ("ann", "ben"))
    cells = {cell: agreeing.cell(table, "MONEY", cell) for cell in Cell}
    assert cells == {
        Cell.BOTH: ("A0",), Cell.FIRST: ("A1",), Cell.SECOND: ("B0", "C0"), Cell.NEITHER: ("B1",),
        Cell.ANYBODY: ("A0", "A1", "B0", "C0"), Cell.EVERYBODY: ("A0",),
    }  # fmt: skip
    row = agreeing.compared(found, Level.CODE, Basis.FIRST, ("ann", "ben")).rows[0].found
    assert (row.both, row.first, row.second, row.neither, row.positives, row.unanimous) == (1, 1, 2, 1, 4, 1)


def settlement(log: Log, segment: str, *labels: tuple[str, str]) -> int:
    shown = {"labels": [{"kind": kind, "code": code} for kind, code in labels] or [{"kind": "neither", "code": None}]}
    return int(log.dora(segment, None, Verdict.SETTLE, kind=Kind.NEITHER, shown=shown, memo="after talking"))


def test_disagreements_and_what_became_of_them(log: Log, tmp_path: Path) -> None:
    for name, one, two in (("A0", "MONEY", "TIME"), ("A1", "MONEY", None), ("B0", "MONEY", "TIME"), ("B1", None, None)):
        log.ann(name, one)
        log.ben(name, two)
    log.ann("C0", "MONEY")
    log.ben("C0", None, Verdict.UNSURE)
    log.ben("A0", "MONEY")  # a change of mind
    settlement(log, "A1", ("barrier", "NURSES"))
    found = coded(log, tmp_path)
    assert disagreeing.course(found) == disagreeing.Course(
        double=4, differed=3, together=1, differ=2, settled=1, unsettled=1, unsure=1
    )
    listed = {show: disagreeing.chosen(found, show) for show in Show}
    assert listed == {
        Show.DIFFER: ("B0",), Show.UNSURE: ("C0",), Show.SETTLED: ("A1",), Show.ALL: ("A0", "A1", "B0", "B1", "C0"),
    }  # fmt: skip
    # What coders said of a settled segment still counts in agreement.
    assert agreeing.overall(found, Level.CODE, Basis.NOW, ("ann", "ben")).segments == 4


def test_a_filter_by_code_category_and_kind(log: Log, tmp_path: Path) -> None:
    for name, one, two in (("A0", "MONEY", "TIME"), ("A1", "MONEY", "NURSES"), ("B0", "TIME", "NURSES")):
        log.ann(name, one)
        log.ben(name, two)
    found = coded(log, tmp_path)
    assert disagreeing.chosen(found, Show.DIFFER, "MONEY", Level.CODE) == ("A0", "A1")
    assert disagreeing.chosen(found, Show.DIFFER, "C1", Level.CATEGORY) == ("A1", "B0")
    assert disagreeing.chosen(found, Show.DIFFER, "barrier", Level.KIND) == ()
    assert disagreeing.chosen(found, Show.ALL, "C1", Level.CATEGORY) == ("A0", "A1", "B0")


def test_one_segment_side_by_side(log: Log, tmp_path: Path) -> None:
    log.ben("A0", "TIME", memo="hours, I think")
    log.ann("A0")
    log.ann("A1")
    log.ann("A0", "MONEY")
    last = settlement(log, "A0", ("barrier", "MONEY"), ("barrier", "TIME"))
    found = coded(log, tmp_path)
    one = disagreeing.difference(found, "A0", {"A0": [d for d in log.entries if d.segment == "A0"]})
    assert [(side.coder, side.labels, side.before) for side in one.sides] == [
        ("ann", {MONEY}, frozenset()), ("ben", {TIME}, None),
    ]  # fmt: skip
    assert one.sides[1].memos == ("hours, I think",)
    assert (one.labels, one.seen) == ({MONEY, TIME}, last)
    assert one.settled is not None
    assert one.settled.memo == "after talking"


def test_the_words_decided_on_stand_beside_a_label_only_where_they_are_a_part(log: Log, tmp_path: Path) -> None:
    log.ann("A1", "MONEY")  # code points 0 to 4, of a segment from 4 to 8
    log.ben("A0", "MONEY")
    found = coded(log, tmp_path)
    assert disagreeing.difference(found, "A1", {}).sides[0].quotes == ("So…",)
    assert disagreeing.difference(found, "A0", {}).sides[0].quotes == ()


def test_who_coded_how_much(log: Log, tmp_path: Path) -> None:
    log.ann("A0", "MONEY", seconds=1800.0, shown=SUGGESTED)
    log.ann("A0", "TIME", Verdict.ADD, seconds=1800.0)
    log.ann("A1", None, Verdict.UNSURE)
    slip = log.ann("B0", "MONEY", seconds=99.0)
    log.ann("B0", None, Verdict.UNDO, undoes=slip)
    log.ben("A0", "MONEY")
    log.ben("A0", "TIME")
    settlement(log, "A0")
    ann, ben, dora = efforts(coded(log, tmp_path), log.entries)
    assert (ann.decisions, ann.segments, ann.unsure, ann.double, ann.blind, ann.changed) == (3, 2, 1, 1, 0, 0)
    assert (ann.hours, ann.timed) == (1.0, 2)
    assert (ben.decisions, ben.segments, ben.blind, ben.changed, ben.hours) == (2, 1, 1, 1, None)
    assert (dora.coder, dora.decisions, dora.segments, dora.settled) == ("dora", 0, 0, 1)


def test_segments_that_have_gone_do_not_count(log: Log, tmp_path: Path) -> None:
    log.ann("Z9", "MONEY")
    log.ben("Z9", "TIME")
    found = coded(log, tmp_path)
    assert disagreeing.course(found).double == 0
    assert agreeing.overall(found, Level.CODE, Basis.FIRST, ("ann", "ben")).segments == 0
