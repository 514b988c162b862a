"""Suggestions: probabilities that add up, evidence that is verbatim, and decisions that are learned from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from themescout import codebook
from themescout.codebook import Code, Codebook
from themescout.embed.ngrams import NgramEmbedder
from themescout.matching import CodebookMatcher, Labelled, code_texts
from themescout.types import Kind, Suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BOOK = codebook.load("scale-up")
PLAIN = Codebook(
    id="plain",
    codes=(
        Code(
            id="F", name="Fuel", definition="Petrol and transport.", include=("motorbikes",), keywords=("fuel", "bike")
        ),
        Code(id="P", name="Pay", examples={"": ("My salary was late.",)}),
        Code(id="D", name="Drugs"),
        Code(id="D1", name="Stock-outs", parent="D", definition="Medicine ran out."),
        Code(id="D-OTHER", name="Other", parent="D"),
    ),
)
KINDS = replace(PLAIN, kinds=BOOK.kinds)
EMBEDDER = NgramEmbedder()
SAID = ("There was no fuel for the motorbikes.", "My salary was late again.", "Medicine ran out in May.", "😀")


def fitted(book: Codebook, labelled: Sequence[Labelled] = ()) -> CodebookMatcher:
    texts = code_texts(book)
    known = EMBEDDER.embed([item.text for item in labelled])
    return CodebookMatcher(book).fit(texts, EMBEDDER.embed([t.embedded for t in texts]), labelled, known)


def suggested(book: Codebook, said: Sequence[str], labelled: Sequence[Labelled] = ()) -> tuple[Suggestion, ...]:
    return fitted(book, labelled).suggest([f"s{i}" for i in range(len(said))], EMBEDDER.embed(said))


@pytest.fixture(scope="module")
def matcher() -> CodebookMatcher:
    return fitted(BOOK)


VECTORS = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=3)


def unit_rows(seeds: Sequence[int]) -> NDArray[np.float32]:
    rows = np.stack([np.random.default_rng(seed).standard_normal(384) for seed in seeds])
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@given(VECTORS)
@hypothesis_settings(max_examples=20)
def test_probabilities_add_up_to_one(matcher: CodebookMatcher, seeds: list[int]) -> None:
    x = np.vstack([unit_rows(seeds), np.zeros((1, 384), np.float32)])
    names, kinds = matcher.kinds(x)
    for p in (matcher.probabilities(x), kinds):
        assert np.isfinite(p).all()
        assert (p >= 0).all()
        np.testing.assert_allclose(p.sum(axis=1), 1.0, rtol=1e-5)
    assert matcher.probabilities(x).shape == (len(x), len(BOOK.assignable))
    assert set(names) == {kind.id for kind in BOOK.kinds} == set(Kind)


@given(VECTORS)
@hypothesis_settings(max_examples=10)
def test_what_is_suggested_does_not_depend_on_what_stands_beside(matcher: CodebookMatcher, seeds: list[int]) -> None:
    x = unit_rows(seeds)
    ids = [str(i) for i in range(len(x))]
    together = matcher.suggest(ids, x)
    for i, one in enumerate(together):
        (alone,) = matcher.suggest(ids[i : i + 1], x[i : i + 1])
        assert [r.code for r in alone.ranked[:3]] == [r.code for r in one.ranked[:3]]
        assert alone.kind == one.kind


def words_of(book: Codebook, name: str) -> set[str]:
    """All that the codebook says about a code, and about the finer ones that are folded into it."""
    said = set()
    for code in (book.finer or book).codes:
        if name in {code.id, book.folds.get(code.id)}:
            examples = [line for lines in code.examples.values() for line in lines]
            said |= {code.definition or code.name, *code.include, *code.barriers, *code.questions, *examples}
            said.add(", ".join(code.keywords))
    return said


@pytest.mark.parametrize("book", [BOOK, PLAIN], ids=["scale-up", "plain"])
def test_evidence_is_verbatim_and_only_for_the_first_three(book: Codebook) -> None:
    for item in suggested(book, SAID):
        for ranked in item.ranked[:3]:
            (evidence,) = ranked.evidence
            assert evidence.ref == ranked.code
            assert evidence.text in words_of(book, ranked.code)
            assert -1.0001 <= evidence.similarity <= 1.0001
        assert not any(ranked.evidence for ranked in item.ranked[3:])


def test_every_code_text_is_of_the_codebook_and_every_assignable_code_has_one() -> None:
    texts = code_texts(BOOK)
    assert {BOOK.folds.get(t.code, t.code) for t in texts} - {""} == {code.id for code in BOOK.assignable}
    assert all(text.text in words_of(BOOK, text.code) for text in texts if text.code)
    assert all(text.text for text in texts)
    assert {t.text for t in texts if not t.code} == {line for kind in BOOK.kinds for line in kind.examples}


def test_a_code_called_other_is_embedded_with_its_category() -> None:
    (other,) = [text for text in code_texts(PLAIN) if text.code == "D-OTHER"]
    assert (other.embedded, other.text) == ("Drugs: Other.", "Other")


def test_a_codebook_without_kinds_gives_codes_alone() -> None:
    found = suggested(PLAIN, SAID)
    assert [item.ranked[0].code for item in found[:3]] == ["F", "P", "D1"]
    assert {(item.kind, item.kind_p, item.abstained, item.codes) for item in found} == {(None, 0.0, False, None)}
    assert all(sum(ranked.p for ranked in item.ranked) == pytest.approx(1, abs=1e-3) for item in found)


def test_a_codebook_with_a_single_code_can_be_used() -> None:
    (item,) = suggested(Codebook(id="one", codes=(Code(id="A", name="All"),)), SAID[:1])
    assert [(ranked.code, ranked.p) for ranked in item.ranked] == [("A", 1.0)]


@pytest.mark.parametrize("code", ["D-OTHER", "P"])
def test_a_decision_raises_the_decided_code(code: str) -> None:
    said = "The rains washed the road away."

    def chance(labelled: Sequence[Labelled]) -> float:
        (item,) = suggested(PLAIN, [said], labelled)
        return {ranked.code: ranked.p for ranked in item.ranked}[code]

    decided = tuple(
        Labelled(segment=f"d{i}", text=text, codes=(code,), kind="")
        for i, text in enumerate(("The rains washed out the road.", "Rain: the road was washed away again."))
    )
    assert chance(decided) > chance(()) + 0.2


def test_a_kind_is_learned_too() -> None:
    said = "Zebra crossings everywhere."
    labelled = [Labelled(segment=f"d{i}", text=said, codes=(), kind=Kind.RESEARCH_QUESTION) for i in range(5)]
    (before,), (after,) = suggested(KINDS, [said]), suggested(KINDS, [said], labelled)
    assert after.kind is Kind.RESEARCH_QUESTION
    assert after.kind_p > 0.8
    assert before.kind is not after.kind or before.kind_p < after.kind_p


def test_what_is_neither_is_abstained_from() -> None:
    said = "Good morning and thank you."
    labelled = [Labelled(segment=f"d{i}", text=said, codes=(), kind=Kind.NEITHER) for i in range(5)]
    (item,) = suggested(KINDS, [said], labelled)
    assert (item.kind, item.abstained) == (Kind.NEITHER, True)
    assert item.ranked, "the codes stay visible"


def test_precedents_and_rejections_are_shown_but_never_the_segment_itself() -> None:
    labelled = (
        Labelled(segment="s0", text=SAID[0], codes=("F",), kind=""),
        Labelled(segment="d1", text="No fuel for motorbikes here.", codes=("F",), kind=""),
        Labelled(segment="d2", text="Fuel is a word.", codes=(), kind="", rejected=("F",)),
    )
    (item,) = suggested(PLAIN, SAID[:1], labelled)
    _, precedent, rejected = item.ranked[0].evidence
    assert (precedent.source, precedent.ref, precedent.text) == ("precedent", "d1", "No fuel for motorbikes here.")
    assert (rejected.source, rejected.ref, rejected.text) == ("rejected", "d2", "Fuel is a word.")


def test_decisions_for_codes_that_are_gone_are_no_error() -> None:
    labelled = (Labelled(segment="d", text="x", codes=("GONE",), kind="gone"),)
    assert suggested(PLAIN, SAID, labelled)[0].ranked[0].code == "F"


def test_codes_are_listed_best_first_and_as_many_as_asked_for(matcher: CodebookMatcher) -> None:
    (item,) = matcher.suggest(["s"], EMBEDDER.embed(SAID[:1]), listed=3)
    assert len(item.ranked) == 3
    everything = matcher.suggest(["s"], EMBEDDER.embed(SAID[:1]))[0].ranked
    assert [r.p for r in everything] == sorted((r.p for r in everything), reverse=True)
    assert everything[:3] == item.ranked
    assert len(everything) == len(BOOK.assignable)


def test_the_same_input_gives_the_same_output() -> None:
    assert suggested(KINDS, SAID) == suggested(KINDS, SAID)
