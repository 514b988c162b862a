"""Several coders at one desk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from themescout import decisions, project
from themescout.errors import AccessError, DecisionError, StaleError
from themescout.review import service
from themescout.review.arranging import Order
from themescout.review.preferences import Preferences
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from themescout.review.cards import Answer
    from themescout.review.desk import Desk


def labels(desk: Desk) -> set[tuple[str, str, str | None]]:
    return {(one.segment, one.coder, one.code) for one in decisions.labels(desk.study.store.decisions.all())}


def test_a_decision_is_in_the_file_when_decide_returns(
    desk_with: Callable[..., Desk], answer: Callable[..., Answer]
) -> None:
    desk = desk_with()
    stored = desk.decide("ann", answer(desk, "ann", "A-1", seconds=4.2, memo="why", key="k" * 8))
    with project.open_study(desk.study.folder) as other:
        found = other.store.decisions.all()
    assert found == (stored,)
    assert (stored.kind, stored.code, stored.memo, stored.seconds) == (Kind.BARRIER, "MONEY", "why", 4.2)


def test_what_was_suggested_and_taken_is_an_accept_and_all_else_a_change(
    desk_with: Callable[..., Desk], answer: Callable[..., Answer]
) -> None:
    desk = desk_with()
    assert desk.decide("ann", answer(desk, "ann", "B-1")).verdict is Verdict.ACCEPT
    assert desk.decide("ann", answer(desk, "ann", "B-1", code="PEOPLE")).verdict is Verdict.CHANGE
    assert desk.decide("ann", answer(desk, "ann", "A-1")).verdict is Verdict.CHANGE  # nothing was suggested
    assert desk.decide("ann", answer(desk, "ann", "A-2", "nothing")).verdict is Verdict.REJECT
    assert desk.decide("ann", answer(desk, "ann", "A-3", "unsure")).verdict is Verdict.UNSURE


def test_the_same_answer_sent_again_is_stored_once(
    desk_with: Callable[..., Desk], answer: Callable[..., Answer]
) -> None:
    desk = desk_with()
    sent = answer(desk, "ann", "A-1", key="same-key-1")
    first, second = desk.decide("ann", sent), desk.decide("ann", sent)
    assert first == second
    assert desk.study.store.decisions.count() == 1
    with pytest.raises(DecisionError, match="used for another"):
        desk.decide("ben", sent)


def test_a_stale_answer_is_refused_and_names_who_was_there(
    desk_with: Callable[..., Desk], answer: Callable[..., Answer]
) -> None:
    desk = desk_with()
    late = answer(desk, "ben", "A-1", code="PEOPLE")
    desk.decide("ann", answer(desk, "ann", "A-1"))
    with pytest.raises(StaleError, match="ann decided") as caught:
        desk.decide("ben", late)
    assert caught.value.segment == "A-1"
    assert labels(desk) == {("A-1", "ann", "MONEY")}
    desk.decide("ben", answer(desk, "ben", "A-1", code="PEOPLE"))  # having seen it, ben may
    assert labels(desk) == {("A-1", "ann", "MONEY"), ("A-1", "ben", "PEOPLE")}


def test_what_another_program_wrote_makes_an_answer_stale(
    desk_with: Callable[..., Desk], answer: Callable[..., Answer]
) -> None:
    desk = desk_with()
    late = answer(desk, "ann", "A-1")
    with project.open_study(desk.study.folder) as other:
        service.decide(other, segment="A-1", verdict=Verdict.REJECT, coder="ben", book=desk.book)
    with pytest.raises(StaleError):
        desk.decide("ann", late)


def test_others_segments_are_not_offered_again_unless_they_are_double(
    desk_with: Callable[..., Desk], answer: Callable[..., Answer]
) -> None:
    for double, expected in (
        (0.0, {"A-0", "A-2", "A-3", "B-0", "B-1"}),
        (1.0, {"A-0", "A-1", "A-2", "A-3", "B-0", "B-1"}),
    ):
        desk = desk_with(double=double)
        desk.decide("ann", answer(desk, "ann", "A-1"))
        offered = set()
        while card := desk.next("ben", Order.INTERVIEW):
            offered.add(card.segment.id)
            desk.decide("ben", answer(desk, "ben", card.segment.id, "nothing"))
        assert offered == expected


def test_two_coders_are_not_given_the_same_segment(
    desk_with: Callable[..., Desk], answer: Callable[..., Answer]
) -> None:
    desk = desk_with()
    first, second = desk.next("ann", Order.INTERVIEW), desk.next("ben", Order.INTERVIEW)
    assert first
    assert second
    assert first.segment.id != second.segment.id


def test_on_a_double_segment_others_are_hidden_until_one_has_decided(
    desk_with: Callable[..., Desk], answer: Callable[..., Answer]
) -> None:
    desk = desk_with(double=1.0)
    late = answer(desk, "ben", "A-1", code="PEOPLE")
    desk.decide("ann", answer(desk, "ann", "A-1"))
    assert desk.card("ben", "A-1").others == ()
    assert desk.visible("ben") == ()
    desk.decide("ben", late)  # not stale: ben has seen nothing of it
    assert [one.code for one in desk.card("ben", "A-1").others] == ["MONEY"]
    assert len(desk.visible("ben")) == 2


def test_who_works_independently_sees_neither_suggestion_nor_others(
    desk_with: Callable[..., Desk], answer: Callable[..., Answer]
) -> None:
    desk = desk_with()
    desk.decide("ann", answer(desk, "ann", "B-1"))
    desk.prefer("ben", Preferences(independent=True))
    card = desk.card("ben", "B-1")
    assert (card.suggestion, card.others, card.reason) == (None, (), "independent")
    stored = desk.decide("ben", answer(desk, "ben", "B-1"))
    assert stored.verdict is Verdict.CHANGE  # it was not accepted: it was not seen
    assert stored.shown["why"] == "independent"
    assert stored.shown["kept_back"]["codes"][0]["code"] == "MONEY"
    assert desk.visible("ben") == (stored,)


def test_the_studys_settings_can_make_everybody_independent(
    desk_with: Callable[..., Desk], answer: Callable[..., Answer]
) -> None:
    assert desk_with(independent=1).preferences("ann").independent


def test_a_drawn_segment_shows_nothing_before_the_decision_and_the_suggestion_after(
    desk_with: Callable[..., Desk], answer: Callable[..., Answer]
) -> None:
    desk = desk_with(blind=1.0)
    assert desk.card("ann", "B-1").suggestion is None
    assert desk.decide("ann", answer(desk, "ann", "B-1")).shown["why"] == "drawn"
    assert desk.card("ann", "B-1").suggestion is not None


def test_a_second_code_is_added_and_not_twice(desk_with: Callable[..., Desk], answer: Callable[..., Answer]) -> None:
    desk = desk_with()
    desk.decide("ann", answer(desk, "ann", "A-1"))
    desk.decide("ann", answer(desk, "ann", "A-1", "add", code="PEOPLE"))
    assert labels(desk) == {("A-1", "ann", "MONEY"), ("A-1", "ann", "PEOPLE")}
    with pytest.raises(DecisionError, match="already"):
        desk.decide("ann", answer(desk, "ann", "A-1", "add", code="PEOPLE"))


def test_undo_and_redo_go_back_and_forth_without_end(
    desk_with: Callable[..., Desk], answer: Callable[..., Answer]
) -> None:
    desk = desk_with()
    for name in ("A-0", "A-1", "A-2"):
        desk.decide("ann", answer(desk, "ann", name))
    assert [desk.undo("ann").segment for _ in range(3)] == ["A-2", "A-1", "A-0"]
    assert labels(desk) == set()
    with pytest.raises(DecisionError, match="nothing to undo"):
        desk.undo("ann")
    assert [desk.redo("ann").segment for _ in range(3)] == ["A-0", "A-1", "A-2"]
    assert len(labels(desk)) == 3
    assert desk.study.store.decisions.count() == 9  # nothing was ever taken out of the log


def test_an_undone_segment_comes_up_again(desk_with: Callable[..., Desk], answer: Callable[..., Answer]) -> None:
    desk = desk_with()
    first = desk.next("ann", Order.INTERVIEW)
    assert first
    desk.decide("ann", answer(desk, "ann", first.segment.id))
    desk.undo("ann")
    again = desk.next("ann", Order.INTERVIEW)
    assert again
    assert again.segment == first.segment


def test_the_history_says_what_still_holds(desk_with: Callable[..., Desk], answer: Callable[..., Answer]) -> None:
    desk = desk_with()
    desk.decide("ann", answer(desk, "ann", "A-0"))
    desk.decide("ann", answer(desk, "ann", "A-0", code="PEOPLE"))
    desk.decide("ben", answer(desk, "ben", "A-1"))
    assert [(d.code, holds) for d, holds in desk.history("ann")] == [("PEOPLE", True), ("MONEY", False)]
    assert [d.code for d, _ in desk.history("ann", before=2)] == ["MONEY"]


def test_later_and_jump_put_aside_for_the_end(desk_with: Callable[..., Desk], answer: Callable[..., Answer]) -> None:
    desk = desk_with()
    first = desk.next("ann", Order.INTERVIEW)
    assert first
    desk.later("ann", Order.INTERVIEW, first.segment.id)
    second = desk.next("ann", Order.INTERVIEW)
    assert second
    assert second.segment.id != first.segment.id
    assert desk.jump("ann", Order.INTERVIEW, second.segment.id) == 3  # what is left of interview A
    following = desk.next("ann", Order.INTERVIEW)
    assert following
    assert following.segment.transcript == "B"


def test_progress_counts_what_is_mine(desk_with: Callable[..., Desk], answer: Callable[..., Answer]) -> None:
    desk = desk_with()
    desk.decide("ann", answer(desk, "ann", "A-0"))
    desk.decide("ben", answer(desk, "ben", "A-1"))
    assert desk.done("ann") == (1, 5)
    assert desk.coders() == ("ann", "ben")


def test_a_review_for_reading_refuses_every_write(
    desk_with: Callable[..., Desk], answer: Callable[..., Answer]
) -> None:
    desk = desk_with(read_only=True)
    for write in (
        lambda: desk.decide("ann", answer(desk, "ann", "A-1")),
        lambda: desk.undo("ann"),
        lambda: desk.redo("ann"),
        lambda: desk.prefer("ann", Preferences()),
        lambda: desk.held(writing=True).__enter__(),
    ):
        with pytest.raises(AccessError):
            write()
    assert desk.study.store.decisions.count() == 0
    with desk.held() as study:
        assert study.store.segments.count() == 6


def test_words_outside_the_turn_are_refused_and_words_inside_are_kept_exactly(
    desk_with: Callable[..., Desk], answer: Callable[..., Answer]
) -> None:
    desk = desk_with()
    item = desk.items["A-1"]
    stored = desk.decide("ann", answer(desk, "ann", "A-1", span=(item.start + 7, item.end)))
    assert stored.quote == item.text[7:] == "1 of A 🎉"
    with pytest.raises(DecisionError, match="not words of one turn"):
        desk.decide("ann", answer(desk, "ann", "A-1", span=(item.start, item.end + 4)))


def test_what_the_desk_is_asked_about_must_be_there(
    desk_with: Callable[..., Desk], answer: Callable[..., Answer]
) -> None:
    desk = desk_with()
    with pytest.raises(DecisionError, match="no segment"):
        desk.card("ann", "nowhere")
    with pytest.raises(DecisionError, match="no segment"):
        desk.decide("ann", replace(answer(desk, "ann", "A-1"), segment="nowhere"))
    with pytest.raises(DecisionError, match="no code"):
        desk.decide("ann", answer(desk, "ann", "A-1", code="NOT-THERE"))
    assert desk.transcript("nowhere") is None
