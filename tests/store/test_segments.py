"""Segments are offsets; their words and questions are sliced from the transcript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from themescout.segment import segments
from themescout.settings import SegmentSettings
from themescout.types import Suggestion

if TYPE_CHECKING:
    from collections.abc import Callable

    from themescout.store import Store
    from themescout.types import Transcript

    Make = Callable[..., Transcript]
    Keep = Callable[..., None]

SPEECH = st.sampled_from(["😀 No fuel, no staff.", "Why 👩‍👩‍👧?", "We came. " * 30, "é", "…", "So what, then?"])
CUT = SegmentSettings(min_words=1)


@given(st.lists(st.tuples(SPEECH, SPEECH), min_size=1, max_size=5))
@hypothesis_settings(max_examples=25)
def test_what_comes_back_is_what_was_cut(
    store: Store, interview: Make, keep: Keep, pairs: list[tuple[str, str]]
) -> None:
    one, two = interview("T1", *pairs), interview("T2", *pairs[::-1])
    keep(one, two)
    assert store.segments.all() == (*segments(one, CUT), *segments(two, CUT))
    assert store.segments.of_transcript("T2") == segments(two, CUT)
    assert store.segments.count() == len(store.segments.all())
    for item in store.segments.all():
        assert store.segments.get(item.id) == item


def test_a_segment_that_moves_keeps_its_id(store: Store, interview: Make, keep: Keep) -> None:
    first, second = ("Why?", "There is no fuel for the bikes."), ("And?", "Nobody was paid in March.")
    keep(interview("T1", first))
    (kept,) = store.segments.all()
    keep(interview("T1", second, first))
    moved = {item.text: item for item in store.segments.all()}[kept.text]
    assert (moved.id, moved.context) == (kept.id, "Why?")
    assert moved.start > kept.start


def test_replacing_keeps_the_rest_and_what_hangs_on_it(store: Store, interview: Make, keep: Keep) -> None:
    one = interview("T1", ("Why?", "There is no fuel for the bikes."), ("And?", "Nobody was paid in March."))
    keep(one)
    first, second = store.segments.all()
    store.suggestions.replace(
        [Suggestion(segment=item.id, kind=None, kind_p=0.0, ranked=()) for item in (first, second)]
    )
    with store.transaction():
        store.segments.replace("T1", [second])
    assert store.segments.all() == (second,)
    assert list(store.suggestions.all()) == [second.id]
    assert store.segments.get(first.id) is None


def test_the_fingerprint_changes_with_words_and_order(store: Store, interview: Make, keep: Keep) -> None:
    empty = store.segments.fingerprint()
    keep(interview("T1"), interview("T2"))
    both = store.segments.fingerprint()
    assert len({empty, both}) == 2
    keep(interview("T2"))
    assert store.segments.fingerprint() == both
    keep(interview("T1"))  # now after T2
    assert store.segments.fingerprint() != both
