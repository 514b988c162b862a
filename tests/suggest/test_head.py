"""What was trained beforehand: long codes fold into short ones, and other codebooks get nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from themescout import codebook
from themescout.codebook import Code, Codebook
from themescout.suggest.head import Head, head_for
from themescout.types import Kind

LONG, SHORT = codebook.load("scale-up-long"), codebook.load("scale-up")
IDS = tuple(code.id for code in LONG.assignable)
KINDS = ("neither", "barrier", "research_question")


def made_up(codes: tuple[str, ...] = IDS, dimensions: int = 16) -> Head:
    rng = np.random.default_rng(1)
    return Head(
        codes=codes, kinds=KINDS, spread=6.0,
        code_weight=rng.standard_normal((len(codes), dimensions)).astype(np.float32),
        code_bias=rng.standard_normal(len(codes)).astype(np.float32),
        kind_weight=rng.standard_normal((3, dimensions)).astype(np.float32),
        kind_bias=rng.standard_normal(3).astype(np.float32),
        code_temperature=1.5, kind_temperature=0.8,
    )  # fmt: skip


def rows(n: int = 5, dimensions: int = 16) -> np.ndarray:
    x = np.random.default_rng(2).standard_normal((n, dimensions))
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)


def test_logarithms_fold_to_the_short_codebook_and_sum_to_one() -> None:
    head = made_up()
    fine, kinds = head.logarithms(rows(), IDS, KINDS, {})
    short_ids = [code.id for code in SHORT.assignable]
    short, _ = head.logarithms(rows(), short_ids, KINDS, SHORT.folds)
    assert (fine.shape, short.shape, kinds.shape) == ((5, len(IDS)), (5, len(short_ids)), (5, 3))
    for p in (fine, short, kinds):
        np.testing.assert_allclose(np.exp(p).sum(axis=1), 1, atol=1e-5)
    for column, code in enumerate(short_ids):
        parts = [i for i, name in enumerate(IDS) if SHORT.folds.get(name, name) == code]
        assert parts, code
        np.testing.assert_allclose(np.exp(short[:, column]), np.exp(fine[:, parts]).sum(axis=1), atol=1e-6)


def test_the_order_of_codes_and_kinds_is_the_callers() -> None:
    head = made_up()
    one, kinds = head.logarithms(rows(), IDS, KINDS, {})
    other, turned = head.logarithms(rows(), IDS[::-1], KINDS[::-1], {})
    np.testing.assert_allclose(one, other[:, ::-1])
    np.testing.assert_allclose(kinds, turned[:, ::-1])
    assert len(head.logarithms(rows(), IDS, (), {})) == 1


def test_what_it_says_is_a_linear_score_divided_by_a_temperature() -> None:
    head = made_up()
    z = (6.0 * rows(1)[0] @ head.kind_weight.T + head.kind_bias) / 0.8
    _, kinds = head.logarithms(rows(1), IDS, KINDS, {})
    np.testing.assert_allclose(np.exp(kinds[0]), np.exp(z) / np.exp(z).sum(), atol=1e-5)


def test_a_code_that_was_not_trained_gets_the_mean_of_the_others() -> None:
    p = np.exp(made_up().logarithms(rows(), (*IDS, "NEW"), (), {})[0])
    np.testing.assert_allclose(p[:, -1], p[:, :-1].mean(axis=1), rtol=1e-4)
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-5)


def test_no_rows_are_no_error() -> None:
    found = made_up().logarithms(np.zeros((0, 16), np.float32), IDS, KINDS, {})
    assert [part.shape for part in found] == [(0, len(IDS)), (0, 3)]


@pytest.mark.parametrize("book", [LONG, SHORT], ids=["long", "short"])
def test_the_head_that_is_shipped_is_for_these_codebooks(book: Codebook) -> None:
    head = head_for(book)
    assert head is not None
    assert set(head.codes) == set(IDS), "trained for every code"
    assert set(head.kinds) == set(Kind)
    assert head.code_weight.shape == (len(IDS), 384)
    assert head.code_bias.shape == (len(IDS),)
    assert head.kind_weight.shape == (3, 384)
    assert head.spread > 0
    assert head.code_temperature > 0
    assert head.kind_temperature > 0
    assert all(np.isfinite(part).all() for part in (head.code_weight, head.code_bias, head.kind_weight, head.kind_bias))


def test_a_code_more_or_less_keeps_the_head() -> None:
    more = (*LONG.codes, Code(id="NEW", name="New"))
    assert head_for(replace(LONG, codes=more)) is not None
    assert head_for(replace(LONG, codes=LONG.codes[:-1])) is not None


def test_other_codebooks_have_none() -> None:
    few = tuple(code for code in LONG.codes if code.id.startswith("C1") or not code.parent)[:4]
    strange = replace(LONG.kinds[0], id="wish")
    assert head_for(replace(LONG, codes=few + tuple(Code(id=f"X{i}", name="X") for i in range(9)))) is None
    assert head_for(Codebook(id="plain", codes=(Code(id="F", name="Fuel"),))) is None
    assert head_for(replace(LONG, kinds=(*LONG.kinds, strange))) is None, "a kind that it was not trained for"
