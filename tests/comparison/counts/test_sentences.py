"""The wording: what is said, and what is never said."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from themescout.comparison.counts import claims, sentences
from themescout.comparison.counts.claims import Case
from themescout.comparison.counts.counting import Tally
from themescout.comparison.counts.searching import Found
from themescout.comparison.counts.sentences import Wording
from themescout.settings import CompareSettings

PLAN = CompareSettings()
NEVER = ("gone", "significan", "did not exist", "disappear", "no longer", "proves", "proof", "None", "()")
WORDING = Wording("2012", "2026", PLAN, interviews=6, asked={("code", "ASKED"): 2})


def tally(unprompted: int, prompted: int = 0, total: int = 14, **values: tuple[str, ...]) -> Tally:
    names = tuple(f"N{i}" for i in range(1, total + 1))
    made = Tally(
        unprompted=names[:unprompted], prompted=names[unprompted : unprompted + prompted], unconfirmed=(), agreed=(),
        informants=names,
    )  # fmt: skip
    return replace(made, **values)  # type: ignore[arg-type]


def say(old: Tally | None, new: Tally, unit: str = "X", **values: object) -> str:
    made = replace(Case(old=old, new=new, found_old=Found(), found_new=Found()), **values)  # type: ignore[arg-type]
    said = claims.outcome(made, PLAN)
    return WORDING.sentence(made, said, ("code", unit))


def test_what_is_not_raised_is_given_its_upper_limit() -> None:
    said = say(tally(7), tally(0))
    assert said.startswith(
        "Not raised by any of 14; with n = 14 this is compatible with up to about 1 in 4 of similar informants holding "
        "it (exact upper limit 23 %)."
    )
    assert "No interviewer named it" in said
    assert "In 2012: 7 of 14." in said
    assert "named it in 2 of 6 interviews" in say(tally(7), tally(0), "ASKED")


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.2316, "1 in 4"), (0.116, "1 in 8"), (0.06, "1 in 16"), (0.25, "1 in 4"), (0.34, "2 in 5"), (0.5, "1 in 2"),
        (0.6024, "2 in 3"), (0.7076, "3 in 4"), (0.8419, "9 in 10"), (0.975, "all"), (1.0, "all"),
        (0.0, "1 in 1,000"),
    ],
)  # fmt: skip
def test_a_share_is_rounded_up_to_a_plain_fraction(share: float, words: str) -> None:
    assert sentences.one_in(share) == words


def test_what_is_heard_again_says_by_whom_and_what_is_not_confirmed() -> None:
    assert say(tally(7), tally(5)).startswith("Again raised by 5 of 14. In 2012: 7 of 14.")
    assert "5 of 14, 2 of them only when asked" in say(tally(7), tally(3, 2))
    assert "1 of these 5 rests on suggestions" in say(tally(7), tally(5, unconfirmed=("N1",)))
    assert "All these numbers rest on suggestions" in say(
        tally(1, unconfirmed=("N1",)), tally(2, unconfirmed=("N1", "N2"))
    )
    assert "This would not hold without N1 or N2." in say(tally(4), tally(2))


def test_what_was_only_asked_for_says_so() -> None:
    assert "but only 1 of them without the interviewer having named it; the plan asks 2" in say(tally(7), tally(1, 2))
    assert "but none of them without the interviewer" in say(tally(7), tally(0, 2))
    assert say(tally(7), tally(0, 1)).startswith("Raised by 1 of 14, only when asked; the plan asks 2.")


def test_what_is_new_is_not_among_what_was_heard_and_needs_a_second_coder() -> None:
    where = {"N1": "ministry", "N2": "ward", "N3": "ward"}
    said = say(tally(0), tally(3), settings=where)
    assert "It is not among what was heard in 2012 (0 of 14)." in said
    assert "It comes from 2 settings." in said
    assert "A second coder has to agree" in said
    agreed = say(tally(0), tally(3, agreed=("N1", "N2", "N3")), settings=where)
    assert "Two coders agree on it for 3 of them." in agreed
    assert "participants.csv names no setting for N2 and N3" in say(tally(0), tally(3), settings={"N1": "ward"})
    assert "The plan asks 3 informants, unprompted, in 2 settings" in say(tally(0), tally(2), settings=where)


def test_what_is_unclear_says_what_to_read() -> None:
    found = Found(worth_reading=3, highest=0.9, open=(("s", 0.34),))
    said = say(tally(7), tally(0), found_new=found)
    assert "none of 14 for certain: 3 segments not confirmed by anybody may hold it (highest probability 0.34)" in said
    assert "nobody has read" in say(tally(7), tally(0), found_new=Found(unread=2))
    assert "[suggest] listed" in say(tally(7), tally(0), found_new=Found(hidden=2))
    assert "In 2012, none of 14 for certain: 3 segments" in say(tally(0), tally(4), found_old=found)


def test_a_code_that_the_old_codebook_lacked_is_refused_in_words() -> None:
    said = say(tally(0), tally(4), unknown_old=True)
    assert "Whether it was heard in 2012 cannot be known" in said
    assert "points" not in said


def test_a_difference_is_told_with_its_interval_where_it_leaves_out_0() -> None:
    assert "The share is greater than in 2012: +64 points, 95 % interval" in say(tally(1), tally(10))
    assert "The share is smaller than in 2012: −64 points" in say(tally(10), tally(1))
    assert "would not leave out 0 without N3, N4, N5, N6 or N7." in say(tally(7), tally(2))
    assert "points" not in say(tally(5), tally(7))


def test_no_sentence_claims_what_may_not_be_claimed() -> None:
    found = (Found(), Found(worth_reading=2, open=(("s", 0.3),)), Found(unread=1), Found(hidden=1))
    counts = (tally(0), tally(1), tally(0, 2), tally(3, 1), tally(14), tally(0, total=1), tally(1, total=1))
    for old, new, first, second, known in product((None, *counts), counts, found, found, (False, True)):
        said = say(old, new, found_old=first, found_new=second, unknown_old=known)
        assert not [word for word in NEVER if word in said], said
        assert said[0].isupper()
        assert said.endswith(".")
        assert not [bad for bad in ("..", ": .", "  ", ": In") if bad in said], said
