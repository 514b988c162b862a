"""When may I stop? The promise is kept in simulated studies, however often one asks, and small numbers are honest."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout.suggest import stopping
from themescout.suggest.stopping import Answer, Sample, Statement


def state(found: int, sample: Sample | None = None, **more: float) -> Statement:
    return stopping.state("MONEY", "Money", found, sample or Sample(), **more)  # type: ignore[arg-type]


def share_when_stopped(before: int, drawn: np.ndarray) -> float | None:
    """The true share found at the first moment at which one is told to stop; None where that is after the last one.

    `drawn` is the frame in random order, True for what has the code. One asks after every segment: `more` says at
    which one the answer would change if nothing is found until then, so that the others need not be tried.
    """
    finds = (0, *(np.flatnonzero(drawn) + 1), len(drawn))  # how many are read at each find
    for r, (read, following) in enumerate(pairwise(finds)):
        if not before + r:
            continue
        more = asked(len(drawn), before, read, r)
        if read + more < following:
            return float((before + r) / (before + drawn.sum()))
    return None


@cache
def asked(size: int, before: int, read: int, found: int) -> int:
    more = state(before + found, Sample(size=size, read=int(read), found=found)).more
    assert more is not None
    return more


@pytest.mark.parametrize(
    ("size", "missing", "before"), [(300, 10, 180), (300, 3, 40), (80, 2, 20), (600, 30, 400), (200, 60, 5)]
)
def test_who_asks_after_every_segment_is_told_too_early_in_at_most_5_percent_of_studies(
    size: int, missing: int, before: int
) -> None:
    rng, draws = np.random.default_rng(20120529), 1000
    assert before / (before + missing) < 0.95  # so that the sample alone would have to find some more
    shares = [share_when_stopped(before, rng.permutation(np.arange(size) < missing)) for _ in range(draws)]
    early = sum(share is not None and share < 0.95 for share in shares)
    assert early / draws <= 0.05


def test_over_studies_of_all_kinds_95_percent_of_those_told_to_stop_have_found_95_percent() -> None:
    rng, shares = np.random.default_rng(7), []
    for _ in range(1500):
        size, total = int(rng.integers(50, 500)), int(rng.integers(5, 150))
        missing = min(size, int(rng.binomial(total, rng.uniform(0, 0.12))))
        shares.append(share_when_stopped(total - missing, rng.permutation(np.arange(size) < missing)))
    told = [share for share in shares if share is not None]
    assert len(told) > 600
    assert sum(share >= 0.95 for share in told) / len(told) >= 0.95


def test_without_the_correction_for_asking_again_the_promise_would_be_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulation can fail: with the plain test of the paper, asked after every segment, it does."""
    asked.cache_clear()
    plain = stopping._doubt

    def uncorrected(least: int, sample: Sample) -> float:
        seen = sample.found + sample.unsure
        return plain(least, sample) / ((seen + 1) * (seen + 2))

    monkeypatch.setattr(stopping, "_doubt", uncorrected)
    rng, draws = np.random.default_rng(20120529), 1000
    shares = [share_when_stopped(400, rng.permutation(np.arange(600) < 30)) for _ in range(draws)]
    asked.cache_clear()
    assert sum(share is not None and share < 0.95 for share in shares) / draws > 0.06


def test_the_chance_is_the_exact_one() -> None:
    # 38 of 40 would be .95, so less means at least three among the hundred; none of them among the sixty read:
    chance = 2 * comb(97, 60) / comb(100, 60)
    made = state(38, Sample(size=100, read=60))
    assert made.chance == pytest.approx(1 - chance)
    assert made.answer is Answer.NOT_YET
    assert state(38, Sample(size=100, read=60 + made.more)).answer is Answer.STOP  # type: ignore[operator]
    assert state(38, Sample(size=100, read=59 + made.more)).answer is Answer.NOT_YET  # type: ignore[operator]


def test_19_of_20_are_95_percent() -> None:
    # One missing leaves 19 of 20; it takes two to be below.
    assert state(19, Sample(size=10, read=9)).answer is Answer.STOP
    assert state(18, Sample(size=10, read=9)).answer is Answer.NOT_YET


def test_what_is_known_for_certain_needs_no_sample() -> None:
    certain = state(400, outside=20)
    assert (certain.answer, certain.chance, certain.missing) == (Answer.STOP, 1.0, 20)
    assert "this is certain" in certain.sentence
    assert state(12).sentence == "You may stop for “Money”: every segment was read, and 12 have it."
    assert state(0).sentence == "You may stop for “Money”: every segment was read, and none has it."


def test_nothing_is_said_without_a_sample_or_without_a_find() -> None:
    unread = state(30, Sample(size=200), outside=3)
    assert (unread.answer, unread.chance) == (Answer.UNKNOWN, 0.0)
    assert "no random sample was read" in unread.sentence
    none = state(0, Sample(size=200, read=100))
    assert (none.answer, none.chance) == (Answer.UNKNOWN, 0.0)
    assert "none found" in none.sentence
    assert f"no more than {none.missing} segments" in none.sentence
    assert none.missing == 5  # C(195, 100) / C(200, 100) is about 1/34, half of what is allowed is 1/40


def test_a_small_sample_is_not_enough_and_it_says_how_much_is() -> None:
    made = state(60, Sample(size=300, read=5))
    assert made.answer is Answer.NOT_YET
    assert made.sentence == (
        f"Not yet for “Money”: 60 found, up to {made.missing} may be missing. "
        f"If the next {made.more} segments of the sample do not have it, you may stop."
    )
    assert made.missing > 100


def test_what_is_not_known_counts_against() -> None:
    sample = Sample(size=300, read=200)
    assert state(60, sample).answer is Answer.STOP
    assert state(60, sample, outside=2).chance < state(60, sample).chance
    far = state(60, sample, outside=50)
    assert (far.answer, far.more) == (Answer.NOT_YET, None)
    assert "Decide first on 50 segments outside the sample" in far.sentence
    unsure = state(60, Sample(size=300, read=200, unsure=4))
    assert (unsure.answer, unsure.more) == (Answer.NOT_YET, None)
    assert "4 segments of the sample about which you are unsure" in unsure.sentence


@given(st.data())
def test_less_asked_of_it_is_never_harder(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 120))
    read = data.draw(st.integers(0, size))
    r = data.draw(st.integers(0, read))
    found = r + data.draw(st.integers(0, 100))
    outside = data.draw(st.integers(0, 5))
    sample = Sample(size=size, read=read, found=r)
    made = state(found, sample, outside=outside)
    assert 0 <= made.chance <= 1
    assert 0 <= made.missing <= size - read + outside
    assert state(found, sample, outside=outside, recall=0.8).chance >= made.chance - 1e-12
    assert state(found, sample, outside=outside, recall=1).chance <= made.chance + 1e-12
    assert state(found, sample, outside=outside + 1).chance <= made.chance + 1e-12
    if made.more:
        assert made.answer is not Answer.STOP
        assert read + made.more <= size


@pytest.mark.parametrize("values", [{"recall": 0}, {"recall": 1.1}, {"confidence": 1.0}, {"outside": -1}])
def test_what_makes_no_sense_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="recall"):
        state(3, **values)
    with pytest.raises(ValueError, match="read of"):
        Sample(size=3, read=2, found=2, unsure=1)
