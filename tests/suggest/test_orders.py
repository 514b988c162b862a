"""In which order a person looks at segments: the same ids in another order, near-duplicates together."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout.suggest import orders
from themescout.types import Kind, Ranked, Suggestion


def said(segment: str, *ranked: tuple[str, float], kind: Kind | None = None, **more: object) -> Suggestion:
    made = tuple(Ranked(code=code, p=p) for code, p in ranked)
    return Suggestion(segment=segment, kind=kind, kind_p=0.8, ranked=made, **more)  # type: ignore[arg-type]


SAID = {
    "a": said("a", ("B", 0.9), ("A", 0.1)),
    "b": said("b", ("A", 0.55), ("B", 0.5)),
    "c": said("c", ("A", 0.7), ("B", 0.1)),
    "d": said("d", ("A", 0.95), kind=Kind.NEITHER),
    "e": said("e", ("A", 0.3), abstained=True),
    "f": said("f", ("B", 0.5), ("A", 0.45)),
}
IDS = ("g", *SAID)  # g has no suggestion


def unit(*rows: tuple[float, ...]) -> np.ndarray:
    x = np.array(rows, np.float32)
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def test_by_theme_what_is_in_none_comes_last_as_given() -> None:
    assert orders.by_theme(("a", "b", "c", "d"), [("c", "gone"), ("b", "c")]) == ("c", "b", "a", "d")


def test_by_code_the_codebook_s_order_then_the_surest_then_nothing_to_code_then_no_suggestion() -> None:
    assert orders.by_code(IDS, SAID, ("A", "B")) == ("c", "b", "a", "f", "d", "g", "e")
    # A code that has left the codebook comes after those that are in it.
    assert orders.by_code(IDS, SAID, ("B",)) == ("a", "f", "c", "b", "d", "g", "e")


def test_the_surest_come_first_and_no_suggestion_last() -> None:
    assert orders.surest(IDS, SAID) == ("a", "d", "c", "b", "f", "g", "e")


def test_the_sample_is_drawn_from_what_has_no_code_above_one_half() -> None:
    assert orders.unsuggested(IDS, SAID) == ("g", "d", "e", "f")


def test_the_random_order_hangs_on_ids_and_seed_alone_and_every_place_is_equally_likely() -> None:
    assert orders.at_random(IDS, 3) == orders.at_random(IDS, 3) != orders.at_random(IDS, 4)
    firsts = [orders.at_random("abcde", seed)[0] for seed in range(2000)]
    assert all(330 < firsts.count(name) < 470 for name in "abcde")


def test_the_most_uncertain_come_first_where_there_are_no_vectors() -> None:
    found = orders.informative(("a", "b", "c", "f", "g"), SAID)
    assert found[-2:] == ("c", "a")
    # Without a suggestion as uncertain as the most uncertain one.
    assert set(found[:3]) == {"b", "f", "g"}


def test_an_oddity_comes_late_and_what_is_decided_is_kept_away_from() -> None:
    same = {name: said(name, ("A", 0.5)) for name in "abcd"}
    x = unit((1, 0, 0.1), (1, 0.1, 0), (0.9, 0.4, 0), (-1, 0, 0.2))
    assert orders.informative("abcd", same, x)[-1] == "d"
    near_a_and_b = orders.informative("abc", same, x[:3], seen=unit((1, 0.05, 0.05)))
    assert near_a_and_b[0] == "c"


def test_the_first_do_not_all_come_from_one_corner() -> None:
    rng = np.random.default_rng(0)
    corner = rng.normal((3, 0, 0), 0.3, (60, 3))
    other = rng.normal((0, 3, 0), 0.3, (20, 3))
    x = unit(*map(tuple, np.vstack((corner, other))))
    ids = [f"{i:02}" for i in range(80)]
    # In the corner the machine is a little less sure.
    found = {name: said(name, ("A", 0.5 if i < 60 else 0.35)) for i, name in enumerate(ids)}
    assert {int(name) < 60 for name in orders.informative(ids, found, x)[:4]} == {True, False}


def test_near_duplicates_come_directly_after_one_another() -> None:
    x = unit((1, 0), (0, 1), (1, 0.01), (0.01, 1), (1, 1), (1, 0.02))
    assert orders.together("abcdef", x) == tuple("acfbde")
    assert orders.together("abc", None) == ("a", "b", "c")
    assert orders.together((), np.zeros((0, 2), np.float32)) == ()


def test_texts_without_words_are_no_duplicates() -> None:
    assert orders.together("abc", np.zeros((3, 2), np.float32)) == ("a", "b", "c")


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), max_size=30), st.integers(1, 5))
def test_nothing_is_lost_or_doubled(rows: list[tuple[float, float]], block: int) -> None:
    x = np.array(rows, np.float32).reshape(-1, 2)
    x /= np.where(np.linalg.norm(x, axis=1, keepdims=True) > 0, np.linalg.norm(x, axis=1, keepdims=True), 1)
    ids = [str(i) for i in range(len(rows))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(orders, "_BLOCK", block)
        assert sorted(orders.together(ids, x)) == sorted(ids)
    assert sorted(orders.informative(ids, {}, x)) == sorted(ids)
    assert sorted(orders.by_code(ids, {}, ())) == sorted(orders.surest(ids, {})) == sorted(ids)


def test_five_thousand_segments_are_ordered_at_once() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((5000, 384)).astype(np.float32)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    ids = [str(i) for i in range(5000)]
    found = {name: said(name, *((str(k), float(p)) for k, p in enumerate(rng.random(5)))) for name in ids}
    began = time.process_time()
    made = orders.informative(ids, found, x)
    orders.together(made, x)
    # Half a second on an idle machine; the test only shows that nothing is quadratic in Python.
    assert time.process_time() - began < 10
