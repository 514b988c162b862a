"""One coder's line: where they are, what was put aside."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from themescout.review.line import Line


def always(name: str) -> bool:
    return True


def test_the_first_open_and_free_one_comes_first() -> None:
    line = Line(["a", "b", "c"])
    assert line.first(lambda name: name != "a", always) == "b"
    assert line.first(always, lambda name: name != "b") == "c"


def test_if_nobody_is_free_the_first_open_one_is_given_all_the_same() -> None:
    assert Line(["a", "b"]).first(always, lambda name: False) == "a"


def test_what_is_put_aside_comes_last_in_the_order_of_putting_aside() -> None:
    line = Line(["a", "b", "c"])
    line.later("a")
    line.later("b")
    done = set()
    seen = []
    while name := line.first(lambda name: name not in done, always):
        seen.append(name)
        done.add(name)
    assert seen == ["c", "a", "b"]
    assert line.put_aside() == 2


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.sets(st.sampled_from("abcdef")))
def test_every_open_segment_comes_once_and_no_other(ids: list[str], done: set[str]) -> None:
    line, left, seen = Line(ids), set(ids) - done, []
    while name := line.first(lambda name: name in left, always):
        seen.append(name)
        left.discard(name)
    assert seen == [name for name in ids if name not in done]


def test_a_segment_that_is_open_again_comes_again() -> None:
    line, done = Line(["a", "b", "c"]), {"a", "b"}
    assert line.first(lambda name: name not in done, always) == "c"
    done.discard("a")
    assert line.first(lambda name: name not in done, always) == "c"
    line.back("a")
    assert line.first(lambda name: name not in done, always) == "a"
    line.back("not in this line")
    assert list(line.rest()) == ["a", "b", "c"]
