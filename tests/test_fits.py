"""Which codes a theme fits: similarity and votes against chance, evidence, and "nothing well"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themescout.candidates import Theme
from themescout.fits import with_fits


@dataclass(frozen=True)
class Text:
    """What `with_fits` asks of a text of the codebook."""

    code: str
    source: str
    text: str


TEXTS = (
    Text("PAY", "definition", "Staff are not paid."),
    Text("PAY", "example", "My salary came late."),
    Text("HR", "definition", "Too few staff."),
    Text("ROAD", "definition", "Roads are bad."),
    Text("", "example", "shows a kind only"),
)
AXES = np.eye(6, dtype=np.float32)
TEXT_X = np.stack([AXES[0], (AXES[0] + 0.2 * AXES[5]) / np.sqrt(1.04), AXES[1], AXES[2], AXES[3]]).astype(np.float32)
CATEGORIES = {"PAY": "IMP", "HR": "IMP", "ROAD": "CTX"}
# s0-s9 talk of pay, s10-s19 of roads, s20-s29 of something that is not in the codebook.
NAMES = [f"s{i}" for i in range(30)]
ROWS = {name: i for i, name in enumerate(NAMES)}
BEST = {f"s{i}": "PAY" for i in range(8)} | {f"s{i}": "ROAD" for i in range(10, 18)} | {"s20": "PAY", "s25": "ROAD"}
SAID = {name: f"words of {name}" for name in NAMES}


def talk() -> np.ndarray:
    rng = np.random.default_rng(0)
    x = np.repeat(AXES[[0, 2, 4]], 10, axis=0) + rng.normal(0, 0.25, (30, 6))
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)


def theme(number: int, members: list[str]) -> Theme:
    return Theme(
        id=number, label="", keywords=(), members=tuple(members), strengths=(1.0,) * len(members), exemplars=(),
        found_in=1, runs=1,
    )  # fmt: skip


def fitted(members: list[str], *, best: dict[str, str] = BEST, confirmed: dict[str, str] | None = None) -> Theme:
    (found,) = with_fits([theme(0, members)], ROWS, talk(), TEXTS, TEXT_X, best, confirmed or {}, CATEGORIES, said=SAID)
    return found


def test_a_theme_fits_the_code_that_its_members_and_its_words_speak_for() -> None:
    found = fitted(NAMES[:10])
    assert [(fit.code, fit.share) for fit in found.fits] == [("PAY", 0.8)]
    assert found.elsewhere == 0.2, "members without a best code go elsewhere"
    assert found.fits[0].similarity > 0.9


def test_the_evidence_is_verbatim_and_nearest_first() -> None:
    (fit,) = fitted(NAMES[:10], confirmed={"s3": "PAY", "s4": "PAY", "s5": "PAY", "s11": "ROAD"}).fits
    assert {one.text for one in fit.evidence if one.ref == "PAY"} == {"Staff are not paid.", "My salary came late."}
    precedents = [one for one in fit.evidence if one.source == "precedent"]
    assert len(precedents) == 2
    assert {(one.ref, one.text) for one in precedents} < {(name, SAID[name]) for name in ("s3", "s4", "s5")}
    assert [one.similarity for one in fit.evidence] == sorted((one.similarity for one in fit.evidence), reverse=True)


def test_what_the_codebook_has_no_words_for_fits_nothing() -> None:
    found = fitted(NAMES[20:])
    assert (found.fits, found.elsewhere) == ((), 1.0)


def test_similarity_alone_is_not_enough() -> None:
    assert fitted(NAMES[:10], best={}).fits == ()


def test_a_code_that_is_everyones_best_does_not_fit_one_theme_more_than_another() -> None:
    assert fitted(NAMES[:10], best=dict.fromkeys(NAMES[2:], "PAY")).fits == ()


def test_votes_of_the_machine_alone_are_not_enough() -> None:
    assert fitted(NAMES[20:], best=dict.fromkeys(NAMES[20:], "PAY")).fits == ()


def test_codes_that_a_person_confirmed_are_enough() -> None:
    found = fitted(NAMES[20:], confirmed=dict.fromkeys(NAMES[20:26], "HR"))
    assert [(fit.code, fit.share) for fit in found.fits] == [("HR", 0.6)]


def test_a_confirmed_code_counts_before_the_machines() -> None:
    confirmed = dict.fromkeys(NAMES[:6], "HR")
    found = {fit.code: fit.share for fit in fitted(NAMES[:10], confirmed=confirmed).fits}
    assert found == {"PAY": 0.2, "HR": 0.6}


def test_members_with_another_code_of_the_category_count_for_its_fit() -> None:
    best = {**BEST, "s8": "HR"}
    assert [(fit.code, fit.share) for fit in fitted(NAMES[:10], best=best).fits] == [("PAY", 0.9)]


def test_a_theme_of_everything_is_no_more_than_chance() -> None:
    assert fitted(NAMES).fits == ()


@pytest.mark.parametrize("texts", [(), TEXTS[4:]])
def test_without_codes_nothing_fits(texts: tuple[Text, ...]) -> None:
    vectors = TEXT_X[: len(texts)]
    (found,) = with_fits([theme(0, NAMES[:3])], ROWS, talk(), texts, vectors, BEST, {}, CATEGORIES)
    assert (found.fits, found.elsewhere) == ((), 1.0)


def test_members_that_are_gone_do_no_harm() -> None:
    assert fitted(["gone"]).fits == ()
    assert fitted([*NAMES[:10], "gone"]).fits[0].share == round(8 / 11, 4)


def test_random_groups_seldom_fit() -> None:
    """One in twenty at the most, give or take what 400 draws can tell."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(300, 6)).astype(np.float32)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    rows = {f"r{i}": i for i in range(300)}
    best = {f"r{i}": ("PAY", "HR", "ROAD")[int((x[i] @ AXES[:3].T).argmax())] for i in range(300)}
    groups = [theme(n, [f"r{i}" for i in rng.choice(300, 20, replace=False)]) for n in range(400)]
    found = with_fits(groups, rows, x, TEXTS, TEXT_X, best, {}, CATEGORIES)
    assert sum(bool(one.fits) for one in found) / 400 < 0.08


CODES = st.sampled_from(["PAY", "HR", "ROAD", "UNKNOWN"])


@settings(max_examples=60, deadline=None)
@given(
    members=st.lists(st.sampled_from(NAMES), min_size=1, unique=True),
    best=st.dictionaries(st.sampled_from(NAMES), CODES),
    confirmed=st.dictionaries(st.sampled_from(NAMES), CODES),
)
def test_shares_are_shares(members: list[str], best: dict[str, str], confirmed: dict[str, str]) -> None:
    found = fitted(members, best=best, confirmed=confirmed)
    assert found.members == tuple(members)
    assert len(found.fits) <= 3
    assert all(0 < fit.share <= 1 and fit.evidence for fit in found.fits)
    assert sum(fit.share for fit in found.fits) + found.elsewhere == pytest.approx(1, abs=1e-3)
    assert len({fit.code for fit in found.fits}) == len(found.fits)
