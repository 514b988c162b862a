"""First replies: which decisions are, what the machine had to say, and whether both said the same."""

from __future__ import annotations

from typing import Any

import pytest

from themescout.review.progress.replies import Help, Said, first_replies, said_of
from themescout.types import Decision, Kind, Verdict

CODED = {"kind": "barrier", "kind_p": 0.8, "codes": [{"code": "MONEY", "p": 0.7}, {"code": "PEOPLE", "p": 0.2}]}
NOTHING = {**CODED, "kind": "neither", "kind_p": 0.9}
SILENT = {**CODED, "abstained": True}


def decision(seq: int = 1, **what: Any) -> Decision:
    given = {
        "segment": "s", "verdict": Verdict.CHANGE, "kind": Kind.BARRIER, "code": "MONEY", "coder": "ann",
        "decided_at": "2026-11-02T12:00:00+00:00", "transcript": "t", "start": 0, "end": 1,
        "quote": "three plain words", "shown": CODED,
    }  # fmt: skip
    return Decision(**{**given, **what}, seq=seq)


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (CODED, Said(kind="barrier", code="MONEY", p=0.7)),
        ({**CODED, "kind": None}, Said(kind=None, code="MONEY", p=0.7)),
        (NOTHING, Said(kind="neither", code=None, p=0.9)),
        ({**NOTHING, "abstained": True}, Said(kind="neither", code=None, p=0.9)),
        (SILENT, None),
        ({**CODED, "codes": []}, None),
        ({}, None),
        ({"order": "theme", "why": "drawn"}, None),
        ({"kept_back": CODED}, Said(kind="barrier", code="MONEY", p=0.7)),
        ({"kept_back": SILENT, "why": "drawn"}, None),
        ({"labels": [{"kind": "barrier", "code": "MONEY"}]}, None),
    ],
)
def test_what_the_machine_says_first(shown: dict[str, Any], said: Said | None) -> None:
    assert said_of(shown) == said


@pytest.mark.parametrize(
    ("shown", "help_"),
    [
        (CODED, Help.SHOWN),
        ({}, Help.SHOWN),
        ({"kept_back": CODED, "why": "drawn"}, Help.DRAWN),
        ({"kept_back": CODED}, Help.DRAWN),
        ({"why": "drawn"}, Help.DRAWN),
        ({"kept_back": CODED, "why": "independent"}, Help.INDEPENDENT),
    ],
)
def test_whether_the_suggestion_was_seen(shown: dict[str, Any], help_: Help) -> None:
    assert first_replies([decision(shown=shown)])[0].help is help_


@pytest.mark.parametrize(
    ("shown", "said", "same", "same_code"),
    [
        (CODED, {}, True, True),
        (CODED, {"kind": Kind.RESEARCH_QUESTION}, False, True),
        (CODED, {"code": "PEOPLE"}, False, False),
        (CODED, {"kind": Kind.NEITHER, "code": None, "verdict": Verdict.REJECT}, False, False),
        (CODED, {"kind": None, "code": None, "verdict": Verdict.UNSURE}, False, False),
        (NOTHING, {"kind": Kind.NEITHER, "code": None, "verdict": Verdict.ACCEPT}, True, False),
        (NOTHING, {"kind": None, "code": None, "verdict": Verdict.REJECT}, True, False),
        (NOTHING, {}, False, False),
        (SILENT, {}, False, False),
        ({"kept_back": CODED}, {}, True, True),
    ],
)
def test_whether_both_say_the_same(shown: dict[str, Any], said: dict[str, Any], same: bool, same_code: bool) -> None:
    reply = first_replies([decision(shown=shown, **said)])[0]
    assert (reply.same, reply.same_code) == (same, same_code)
    assert reply.compared is (shown != SILENT and said.get("verdict") is not Verdict.UNSURE)


def test_only_the_first_reply_of_each_coder_counts_even_if_it_was_taken_back() -> None:
    log = [
        decision(1, code="PEOPLE", shown={"kept_back": CODED, "why": "drawn"}),
        decision(2, verdict=Verdict.UNDO, kind=None, code=None, undoes=1, shown={}),
        decision(3),  # now that the machine's answer is known
        decision(4, coder="ben"),
        decision(5, coder="ben", verdict=Verdict.ADD, code="PEOPLE"),
        decision(6, coder="cat", verdict=Verdict.SETTLE),
        decision(7, segment="other"),
    ]
    found = first_replies(log, {"s": "P1"}, {"s": 20})
    assert [reply.decision.seq for reply in found] == [1, 4, 7]
    assert [reply.informant for reply in found] == ["P1", "P1", "t"]
    assert [reply.words for reply in found] == [20, 20, 3]
    assert not found[0].same
