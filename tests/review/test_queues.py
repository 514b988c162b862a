"""Who works at what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from themescout.review import queues
from themescout.review.arranging import Order
from themescout.review.ledger import Ledger
from themescout.review.queues import Queues

if TYPE_CHECKING:
    from themescout.codebook import Codebook
    from themescout.project import Study


@pytest.fixture
def work(study: Study) -> Queues:
    return Queues(study, {item.id: item for item in study.store.segments.all()}, Ledger(), {"A-3"})


def test_a_segment_on_a_screen_is_not_given_to_another_until_it_was_left(work: Queues, book: Codebook) -> None:
    work.on_screen("ann", "A-0")
    assert work.next("ben", Order.INTERVIEW, book) == "A-1"
    assert work.next("ann", Order.INTERVIEW, book) == "A-0"
    work.on_screen("ann", "A-2")
    assert work.next("ben", Order.INTERVIEW, book) == "A-0"


def test_a_screen_that_nobody_sits_at_holds_nothing_up(
    work: Queues, book: Codebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    work.on_screen("ann", "A-0")
    monkeypatch.setattr(queues, "AT_IT", -1.0)
    assert work.next("ben", Order.INTERVIEW, book) == "A-0"


def test_what_everybody_decides_may_be_on_two_screens(work: Queues, book: Codebook) -> None:
    for name in ("A-0", "A-1", "A-2"):
        work.later("ben", Order.INTERVIEW, name, book)
    work.on_screen("ann", "A-3")
    assert work.next("ben", Order.INTERVIEW, book) == "A-3"


def test_each_order_is_a_line_of_its_own_that_can_be_made_anew(work: Queues, book: Codebook) -> None:
    assert work.next("ann", Order.THEME, book) == "B-1"  # the largest theme's strongest
    work.later("ann", Order.THEME, "B-1", book)
    assert work.next("ann", Order.THEME, book) == "A-2"
    work.anew("ann", Order.THEME)
    assert work.next("ann", Order.THEME, book) == "B-1"
    assert work.jump("ann", Order.THEME, "B-1", book, {"B-1": "0", "A-2": "0"}.get) == 2  # type: ignore[arg-type]
    assert work.next("ann", Order.THEME, book) == "A-0"
