"""When may I stop? From the log of decisions, and the random sample in it, to a sentence for each code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from themescout import decisions
from themescout.errors import CodebookError
from themescout.pipeline import stages, stopping
from themescout.review import service
from themescout.review.arranging import Order
from themescout.suggest.stopping import Answer
from themescout.types import Kind, Ranked, Suggestion, Verdict

if TYPE_CHECKING:
    from themescout.project import Study
    from themescout.suggest.stopping import Statement


def decide(study: Study, segment: str, code: str | None, *, order: Order = Order.THEME, **more: object) -> None:
    values = {
        "verdict": Verdict.CHANGE if code else Verdict.REJECT, "kind": Kind.BARRIER if code else None, "coder": "ama",
        "book": stages.load_codebook(study), "shown": {"order": order.value}, **more,
    }  # fmt: skip
    service.decide(study, segment=segment, code=code, **values)  # type: ignore[arg-type]


def of(study: Study, code: str) -> Statement:
    return stopping.enough(study, code=code).codes[0]


def names(study: Study, order: Order = Order.SAMPLE) -> list[str]:
    return [item.segment.id for item in service.queue(study, "ama", order)]


def cut(study: Study) -> None:
    """Make segments, every other one with a suggestion."""
    stages.cut(study)
    ids = [item.id for item in study.store.segments.all()]
    assert len(ids) > 30
    said = (Ranked(code="MONEY-LATE", p=0.9),)
    with study.store.transaction():
        study.store.suggestions.replace(
            [Suggestion(segment=name, kind=Kind.BARRIER, kind_p=0.9, ranked=said) for name in ids[::2]]
        )


@pytest.fixture
def read(small: Study) -> Study:
    """A study in which all but the sample, half of the segments, is decided: every third segment as late money."""
    cut(small)
    inside = set(names(small))
    for i, name in enumerate(name for name in names(small, Order.INTERVIEW) if name not in inside):
        decide(small, name, "MONEY-LATE" if i % 3 == 0 else None)
    return small


def test_before_anything_is_decided_nothing_can_be_said(small: Study) -> None:
    cut(small)
    found = stopping.enough(small)
    assert [item.code for item in found.codes] == ["MONEY-LATE", "MONEY-PAY", "PEOPLE"]
    assert {item.answer for item in found.codes} == {Answer.UNKNOWN}
    assert (found.decided, found.frame, found.read) == (0, 0, 0)
    assert "--order sample" in found.remarks[0]


def test_the_sample_is_what_was_read_in_random_order_without_a_gap(read: Study) -> None:
    frame = names(read)
    for name in frame[:4]:
        decide(read, name, None, order=Order.SAMPLE)
    decide(read, frame[5], "MONEY-LATE", order=Order.SAMPLE)
    found = stopping.enough(read)
    assert (found.frame, found.read, found.skipped) == (len(frame), 4, 1)
    assert "put aside" in found.remarks[0]
    assert of(read, "MONEY-LATE").sample.found == 0
    # In whatever order the gap is filled.
    decide(read, frame[4], None, order=Order.INTERVIEW)
    assert (stopping.enough(read).read, of(read, "MONEY-LATE").sample.found) == (6, 1)
    service.undo(read, "ama")
    assert stopping.enough(read).read == 4


def test_everything_read_is_enough_and_a_category_counts_what_is_below_it(read: Study) -> None:
    for i, name in enumerate(names(read)):
        decide(read, name, "MONEY-PAY" if i == 0 else None, order=Order.SAMPLE)
    found = stopping.enough(read)
    assert {item.answer for item in found.codes} == {Answer.STOP}
    assert found.remarks == ()
    late, pay, both = (of(read, code).found for code in ("MONEY-LATE", "MONEY-PAY", "MONEY"))
    assert (pay, both) == (1, late + 1)


def test_what_is_decided_elsewhere_after_the_sample_began_does_not_shrink_its_frame(read: Study) -> None:
    frame = names(read)
    decide(read, frame[0], None, order=Order.SAMPLE)
    before = of(read, "MONEY-LATE")
    for name in frame[3:]:
        decide(read, name, None, order=Order.INTERVIEW)
    after = of(read, "MONEY-LATE")
    assert (after.sample, after.chance) == (before.sample, before.chance)


def test_unsure_is_not_known(read: Study) -> None:
    frame = names(read)
    more = {"verdict": Verdict.UNSURE, "kind": None}
    decide(read, frame[0], None, order=Order.SAMPLE, **more)
    assert of(read, "PEOPLE").sample.unsure == 1
    decided = decisions.standing(read.store.decisions.all())[0].segment
    assert of(read, "PEOPLE").outside == 0
    decide(read, decided, None, **more)
    assert of(read, "PEOPLE").outside == 1
    # Another coder is sure.
    decide(read, decided, None, coder="bea")
    assert of(read, "PEOPLE").outside == 0


def test_a_sample_drawn_before_the_segments_changed_counts_no_longer(read: Study) -> None:
    decide(read, names(read)[0], None, order=Order.SAMPLE)
    gone = read.store.segments.of_transcript("KI05")
    with read.store.transaction():
        read.store.segments.replace("KI05", gone[:-1])
    found = stopping.enough(read)
    assert (found.frame, found.read) == (0, 0)
    assert "counts no longer" in found.remarks[0]


def test_an_unknown_code_is_named(small: Study) -> None:
    with pytest.raises(CodebookError, match="NOPE"):
        stopping.enough(small, code="NOPE")
