"""What suggestions do to people, on logs of which every number is known."""

from __future__ import annotations

from typing import Any

import pytest

from themescout import intervals
from themescout.review.progress.influence import Influence, influence
from themescout.review.progress.replies import first_replies
from themescout.types import Decision, Kind, Verdict


def suggested(code: str = "MONEY", p: float = 0.8) -> dict[str, Any]:
    return {"kind": "barrier", "kind_p": 0.9, "codes": [{"code": code, "p": p}], "abstained": False}


class Log:
    """A log of one or more coders: each call says how a segment was answered."""

    def __init__(self) -> None:
        self.entries: list[Decision] = []
        self.informants: dict[str, str] = {}

    def reply(
        self, said: str, *, times: int = 1, seen: bool = True, who: str = "P1", p: float = 0.8,
        coder: str = "ann", seconds: float | None = 20.0,
    ) -> Log:  # fmt: skip
        """`said`: "yes" (as suggested), "code" (another one), "nothing", "unsure"."""
        verdicts = {"yes": Verdict.ACCEPT, "code": Verdict.CHANGE, "nothing": Verdict.REJECT, "unsure": Verdict.UNSURE}
        for _ in range(times):
            seq = len(self.entries) + 1
            shown = suggested(p=p) if seen else {"kept_back": suggested(p=p), "why": "drawn"}
            self.informants[f"s{seq}"] = who
            self.entries.append(
                Decision(
                    seq=seq, segment=f"s{seq}", verdict=verdicts[said], coder=coder, seconds=seconds, shown=shown,
                    kind={"yes": Kind.BARRIER, "code": Kind.BARRIER, "nothing": Kind.NEITHER}.get(said),
                    code={"yes": "MONEY", "code": "PEOPLE"}.get(said), decided_at="2026-11-02T12:00:00+00:00",
                    transcript=who, start=0, end=60, quote=" ".join(["word"] * 16),
                )
            )  # fmt: skip
        return self

    def found(self, **more: Any) -> Influence:
        return influence(first_replies(self.entries, self.informants), self.entries, seed=1, **more)


def test_agreement_is_counted_with_and_without_the_suggestion() -> None:
    log = Log().reply("yes", times=60).reply("code", times=15).reply("nothing", times=5).reply("unsure", times=3)
    log.reply("yes", times=12, seen=False).reply("code", times=18, seen=False).reply("unsure", seen=False)
    found = log.found()
    label = found.agreements[0]
    assert (label.shown.count, label.shown.total) == (60, 80)
    assert (label.drawn.count, label.drawn.total) == (12, 30)
    assert label.difference == pytest.approx(0.75 - 0.4)
    assert label.interval == intervals.newcombe((60, 80), (12, 30))
    assert (label.shown.low, label.shown.high) == intervals.wilson(60, 80)
    assert label.over_informants is None, "one informant tells nothing about others"
    low, high = (round(100 * end) for end in label.interval)
    assert label.sentence == (
        "People said the same as the machine in 75 % of segments with the suggestion on the screen, and in 40 % "
        f"without it: the suggestion pulls them by {low} to {high} points. That says nothing about who is right."
    )


def test_what_cannot_be_told_from_chance_is_called_so() -> None:
    found = Log().reply("yes", times=50).reply("code", times=30).reply("yes", times=12, seen=False).reply(
        "code", times=10, seen=False
    ).found()  # fmt: skip
    assert "cannot be told from chance" in found.agreements[0].sentence
    assert "−" in found.agreements[0].sentence


def test_agreeing_less_with_the_suggestion_is_said_too() -> None:
    log = Log().reply("yes", times=20).reply("code", times=60).reply("yes", times=28, seen=False)
    assert "agree less often" in log.reply("code", times=2, seen=False).found().agreements[0].sentence


def test_nothing_is_said_before_twenty_replies_without() -> None:
    log = Log().reply("yes", times=99).reply("yes", times=12, seen=False)
    assert log.found().agreements[0].sentence == "Not yet known: 12 of at least 20 replies without a suggestion."
    log = Log().reply("yes", times=5).reply("yes", times=20, seen=False)
    assert log.found().agreements[0].sentence == "Not yet known: 5 of at least 20 replies with a suggestion."
    assert Log().found().agreements[0].difference is None


def test_what_is_said_must_hold_over_informants_too() -> None:
    # The pull comes from one person of six alone: segment by segment it is plain, over people it is not.
    log = Log()
    for who in "abcde":
        log.reply("yes", times=5, who=who).reply("code", times=5, who=who)
        log.reply("yes", times=2, seen=False, who=who).reply("code", times=2, seen=False, who=who)
    log.reply("yes", times=60, who="f").reply("code", times=14, seen=False, who="f")
    label = log.found().agreements[0]
    assert label.informants == 6
    assert label.interval is not None
    assert label.interval[0] > 0
    assert label.over_informants is not None
    assert label.over_informants[0] <= 0
    assert "cannot be told from chance" in label.sentence


def test_acceptance_over_time_is_in_tens() -> None:
    log = Log().reply("yes", times=7).reply("code", times=3).reply("yes", times=10).reply("nothing", times=4)
    found = log.reply("yes", times=9, seen=False).reply("unsure", times=2).found()
    assert [(one.first, one.last, one.accepted) for one in found.blocks] == [(1, 10, 7), (11, 20, 10), (21, 24, 0)]
    assert [one.running for one in found.blocks] == pytest.approx([0.7, 0.85, 17 / 24])
    reactions = found.reactions
    assert (reactions.accepted, reactions.changed, reactions.rejected, reactions.unsure) == (17, 3, 4, 2)


def test_long_logs_get_larger_steps() -> None:
    blocks = Log().reply("yes", times=1201).found().blocks
    assert len(blocks) == 31
    assert [blocks[0].last, blocks[1].last, blocks[-1].last] == [40, 80, 1201]


def test_acceptance_by_probability() -> None:
    log = Log().reply("yes", times=2, p=0.29).reply("code", times=2, p=0.1).reply("yes", p=0.3).reply("yes", p=1.0)
    found = log.reply("code", seen=False, p=0.95).found().levels
    assert [(one.low, one.shown.count, one.shown.total, one.drawn.total) for one in found] == [
        (0.0, 2, 4, 0), (0.3, 1, 1, 0), (0.5, 0, 0, 0), (0.7, 0, 0, 0), (0.9, 1, 1, 1),
    ]  # fmt: skip
    assert found[0].mean == pytest.approx((0.29 * 2 + 0.1 * 2) / 4)
    assert found[2].mean is None


def test_accepts_that_come_too_fast_are_found_where_they_began() -> None:
    # Sixteen words at twice the usual speed take two seconds.
    log = Log().reply("yes", times=3).reply("yes", times=6, seconds=1.9).reply("yes", seconds=2.1)
    log.reply("yes", times=4, seconds=0.5).reply("code", seconds=0.5).reply("yes", times=5, seconds=0.5, coder="ben")
    found = log.found()
    assert found.too_fast == 15
    assert [(one.coder, one.count, one.segment) for one in found.hastes] == [("ann", 6, "s4"), ("ben", 5, "s16")]


def test_informants_are_compared_by_what_they_share() -> None:
    log = Log().reply("yes", times=4, who="P1").reply("code", times=4, who="P2").reply("yes", times=2, who="P3")
    log.entries[0] = Decision(**{**_fields(log.entries[0]), "shown": {**suggested(), "abstained": True}})
    found = log.found(groups={"language": {"P1": "translated", "P2": "translated", "P3": "English"}}).groups
    assert [(one.value, one.informants) for one in found] == [("English", 1), ("translated", 2)]
    assert [(one.suggested.count, one.suggested.total) for one in found] == [(2, 2), (7, 8)]
    assert [(one.accepted.count, one.accepted.total) for one in found] == [(2, 2), (3, 7)]


def _fields(decision: Decision) -> dict[str, Any]:
    return {name: getattr(decision, name) for name in Decision.__slots__}


def test_replies_without_a_suggestion_are_listed_newest_first() -> None:
    log = Log().reply("yes").reply("code", seen=False).reply("nothing", seen=False).reply("unsure", seen=False)
    found = log.found().unaided
    assert [(one.segment, one.person, one.machine, one.same) for one in found] == [
        ("s4", None, "MONEY", False), ("s3", "", "MONEY", False), ("s2", "PEOPLE", "MONEY", False),
    ]  # fmt: skip


def test_those_who_work_independently_count_apart() -> None:
    log = Log().reply("yes", times=3)
    shown = {"kept_back": suggested(), "why": "independent"}
    log.entries[0] = Decision(**{**_fields(log.entries[0]), "shown": shown})
    found = log.found()
    assert (found.independent, found.agreements[0].shown.total, found.agreements[0].drawn.total) == (1, 2, 0)


def test_accepting_everything_and_adding_nothing_is_a_warning_sign() -> None:
    assert Log().reply("yes", times=99).found().warnings == ()
    assert len(Log().reply("yes", times=100).found().warnings) == 2
    assert Log().reply("yes", times=100).reply("code").found().warnings == ()
    assert len(Log().reply("yes", times=100).reply("nothing").found().warnings) == 1
