"""Similarity of rows: a kernel in the strict sense, in which what is unknown says nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themescout.embed.ngrams import NgramEmbedder
from themescout.suggest.kernel import Kernel, stacked
from themescout.suggest.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

EMBEDDER = NgramEmbedder()
SAID = ("There was no fuel.", "No fuel, no motorbikes!", "Who paid the nurses?", "", "😀", "There was no fuel.")
TEXTS = st.lists(st.sampled_from([*SAID, "Money came late again.", "The road, the rain…"]), min_size=1, max_size=8)


def rows(texts: Sequence[str], docs: Sequence[str] = (), *, ordered: bool = True) -> Rows:
    names = [str(i) for i in range(len(texts))]
    return Rows.of(names, texts, EMBEDDER.embed(texts), docs=docs or ["d"] * len(texts), ordered=ordered)


@given(TEXTS, st.booleans())
@settings(max_examples=40)
def test_it_is_positive_semidefinite_and_symmetric(texts: list[str], ordered: bool) -> None:
    kernel = Kernel(texts, ordered=ordered)
    design = kernel.design(rows(texts))
    similar = kernel.between(design, design)
    np.testing.assert_allclose(similar, similar.T, atol=1e-6)
    assert np.linalg.eigvalsh(similar).min() > -1e-5
    assert similar.max() <= 1 + 1e-5
    assert similar.min() >= 0


def test_the_other_way_round_is_the_transpose() -> None:
    kernel = Kernel(SAID, ordered=True)
    a, b = kernel.design(rows(SAID)), kernel.wording(SAID[:3], EMBEDDER.embed(SAID[:3]))
    np.testing.assert_allclose(kernel.between(a, b), kernel.between(b, a).T, atol=1e-6)


def test_the_same_words_in_the_same_place_are_as_like_as_can_be() -> None:
    kernel = Kernel(SAID, ordered=True)
    design = kernel.design(rows(SAID[:3]))
    np.testing.assert_allclose(np.diag(kernel.between(design, design)), 1, atol=1e-5)


@pytest.mark.parametrize("unknown", ["around", "place"])
def test_what_is_unknown_adds_nothing(unknown: str) -> None:
    kernel = Kernel(SAID, ordered=True)
    known, other = rows(SAID[:3]), rows(SAID[:3], ["", "", ""])
    bare = replace(known, **{unknown: getattr(other, unknown)})
    whole, part = (kernel.between(kernel.design(known), kernel.design(made)) for made in (known, bare))
    none = kernel.between(kernel.design(known), kernel.design(other))
    assert (part <= whole + 1e-6).all()
    assert (np.diag(part) < np.diag(whole) - 0.04).all()
    assert (none <= part + 1e-6).all()
    np.testing.assert_allclose(none, kernel.between(kernel.design(known), kernel.wording(SAID[:3], known.x)), atol=1e-6)


def test_the_nearer_in_the_interview_the_more_alike() -> None:
    kernel = Kernel(SAID, ordered=True)
    made = rows(["the same words"] * 11)
    made = replace(made, around=np.zeros_like(made.around), place=np.linspace(0, 1, 11, dtype=np.float32))
    design = kernel.design(made)
    first = kernel.between(design, design)[0]
    assert (np.diff(first) < 1e-6).all()
    assert first[0] - first[-1] == pytest.approx(0.05, abs=0.002)


def test_without_order_surroundings_and_place_do_not_count() -> None:
    kernel = Kernel(SAID, ordered=False)
    ordered, loose = kernel.design(rows(SAID)), kernel.design(rows(SAID, ordered=False))
    np.testing.assert_array_equal(kernel.between(ordered, ordered), kernel.between(loose, loose))


def test_no_text_and_words_never_heard_are_no_error() -> None:
    kernel = Kernel([], ordered=True)
    empty, strange = kernel.design(rows([])), kernel.design(rows(["zebra", ""]))
    assert kernel.between(empty, strange).shape == (0, 2)
    both = stacked(empty, strange)
    assert len(both) == 2
    np.testing.assert_allclose(kernel.between(both, strange), kernel.between(strange, strange), atol=1e-5)
