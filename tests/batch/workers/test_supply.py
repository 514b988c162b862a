"""Which partition is next: in order, what comes back first, and lost only what died alone three times."""

from __future__ import annotations

from themescout.batch.model import Partition
from themescout.batch.workers.supply import Supply

A, B, C = (Partition(name=name, sources=()) for name in "abc")


def test_partitions_come_in_order_and_what_comes_back_goes_first() -> None:
    supply = Supply(iter((A, B)))
    assert supply.draw() == A
    supply.back(A, alone=False)
    assert supply.waiting
    assert [supply.draw(), supply.draw(), supply.draw()] == [A, B, None]
    assert not supply.waiting


def test_nothing_is_drawn_before_it_is_asked_for() -> None:
    def endless() -> object:
        raise AssertionError
        yield

    assert not Supply(endless()).waiting  # type: ignore[arg-type]


def test_what_died_in_company_is_tried_alone_three_times() -> None:
    supply = Supply((A, B, C))
    first, second = supply.draw(), supply.draw()
    assert first
    assert second
    assert not supply.died(first, alone=False)
    assert not supply.died(second, alone=False)
    assert supply.suspects
    assert supply.draw() == C  # suspects are not among what shares a worker
    assert supply.suspect() == A
    assert not supply.died(A, alone=True)
    assert [supply.suspect(), supply.suspect()] == [B, A]
    assert not supply.died(A, alone=True)
    assert supply.suspect() == A
    assert supply.died(A, alone=True)
    assert not supply.died(B, alone=True)


def test_a_suspect_that_comes_back_is_still_one() -> None:
    supply = Supply(())
    supply.back(A, alone=True)
    assert supply.draw() is None
    assert supply.suspect() == A
