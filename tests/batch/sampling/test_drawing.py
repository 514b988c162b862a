"""Two samples that depend on the texts and the seed alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from themescout.batch.model import Portion
from themescout.batch.sampling import drawing

if TYPE_CHECKING:
    from random import Random


def portion(*texts: str, source: str = "a.jsonl") -> Portion:
    n = len(texts)
    return Portion(
        sources=(source,) * n, docs=("",) * n, units=tuple(map(str, range(n))), starts=(0,) * n,
        ends=tuple(map(len, texts)), speakers=("",) * n, texts=texts, contexts=("",) * n, ordered=False,
    )  # fmt: skip


def drawn(samples: drawing.Samples) -> tuple[list[str], list[str]]:
    return [item.text for item in samples.first], [item.text for item in samples.second]


@given(st.lists(st.text(st.sampled_from("ab 😀"), max_size=5), max_size=60), st.integers(1, 20), st.randoms())
def test_the_samples_are_the_smallest_ranks_whatever_the_order_and_the_portions(
    texts: list[str], size: int, random: Random
) -> None:
    expected = sorted({text for text in texts if text.strip()}, key=lambda text: drawing.rank(7, text))
    samples = drawing.draw([portion(*texts)], size=size, seed=7)
    first, second = drawn(samples)
    assert samples.distinct == len(expected)
    assert len(first) == min(size, len(expected[: 2 * size]) * 2 // 3)
    assert first + second == expected[: len(first) + size]
    random.shuffle(texts)
    cut = random.randint(0, len(texts))
    again = drawing.draw([portion(*texts[:cut]), portion(*texts[cut:])], size=size, seed=7)
    assert drawn(again) == (first, second)


def test_every_text_is_as_likely_and_another_seed_draws_others() -> None:
    texts = [f"text {number}" for number in range(40)]
    counted: Counter[str] = Counter()
    for seed in range(200):
        counted.update(drawn(drawing.draw([portion(*texts)], size=10, seed=seed))[0])
    assert set(counted) == set(texts)
    assert max(counted.values()) < 80  # 50 expected; a deviation of five


def test_a_text_is_named_by_its_first_place() -> None:
    samples = drawing.draw([portion("x", "y", "x"), portion("z", "y", source="b.jsonl")], size=2, seed=1)
    places = {item.text: (item.source, item.unit) for item in (*samples.first, *samples.second)}
    assert places == {"x": ("a.jsonl", "0"), "y": ("a.jsonl", "1"), "z": ("b.jsonl", "0")}


def test_texts_without_a_document_are_documents_of_their_own() -> None:
    (one, *_), two = drawing.draw([portion("x", "y", "z")], size=3, seed=1).first, "text 1"
    assert (one.as_segment(0).transcript, one.as_segment(1).transcript) == ("text 0", two)
