"""Evidence: the codebook's nearest words, two precedents, the nearest refusal; verbatim, never the segment itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from themescout.codebook import Code, Codebook
from themescout.embed.ngrams import NgramEmbedder
from themescout.suggest import Labelled, Rows, code_texts
from themescout.suggest.evidence import Witnesses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from themescout.types import Evidence

EMBEDDER = NgramEmbedder()
BOOK = Codebook(
    id="b",
    codes=(
        Code(id="F", name="Fuel", definition="Petrol and transport.", include=("motorbikes without fuel",)),
        Code(id="P", name="Pay", examples={"": ("My salary was late.",)}),
    ),
)
CODES = ("F", "P")
FUEL = ("No fuel for motorbikes here.", "There is fuel, but no motorbikes for it.", "Fuel is dear.", "Rain.")


def item(name: str, text: str, *codes: str, rejected: tuple[str, ...] = ()) -> Labelled:
    return Labelled(segment=name, text=text, codes=codes, kind="", rejected=rejected)


def witnesses(labelled: Sequence[Labelled], folds: Mapping[str, str] | None = None) -> Witnesses:
    texts = code_texts(BOOK)
    x = EMBEDDER.embed([text.embedded for text in texts])
    return Witnesses(texts, x, folds or {}, labelled, EMBEDDER.embed([one.text for one in labelled]))


def asked(made: Witnesses, said: str = "No fuel for the motorbikes.", name: str = "s0") -> dict[str, list[Evidence]]:
    rows = Rows.of([name], [said], EMBEDDER.embed([said]))
    (found,) = made.of(rows, np.array([[0, 1]]), CODES)
    return {code: list(items) for code, items in found.items()}


def test_the_nearest_words_of_the_codebook_come_first_and_say_whose_they_are() -> None:
    found = asked(witnesses(()))
    (fuel,), (pay,) = found["F"], found["P"]
    assert (fuel.source, fuel.text, fuel.ref) == ("include", "motorbikes without fuel", "F")
    assert pay.ref == "P"
    assert pay.text in {text.text for text in code_texts(BOOK) if text.code == "P"}
    assert 0 < fuel.similarity <= 1


def test_two_precedents_nearest_first_and_one_refusal() -> None:
    given = [item(f"d{i}", text, "F") for i, text in enumerate(FUEL)]
    refused = [item("r0", "Rain again.", rejected=("F",)), item("r1", "Fuel for motorbikes? No.", "P", rejected=("F",))]
    _, first, second, rejected = asked(witnesses([*given, *refused]))["F"]
    assert (first.source, first.ref, first.text) == ("precedent", "d0", FUEL[0])
    assert (second.source, second.ref, second.text) == ("precedent", "d1", FUEL[1])
    assert first.similarity > second.similarity
    assert (rejected.source, rejected.ref, rejected.text) == ("rejected", "r1", "Fuel for motorbikes? No.")


def test_a_segment_is_no_evidence_for_itself_and_its_place_is_taken() -> None:
    said = "No fuel for the motorbikes."
    given = [item("s0", said, "F"), *(item(f"d{i}", text, "F") for i, text in enumerate(FUEL))]
    refused = [item("s0", said, rejected=("P",)), item("r1", "Nothing.", rejected=("P",))]
    found = asked(witnesses([*given, *refused]))
    assert [one.ref for one in found["F"]] == ["F", "d0", "d1"]
    assert [one.ref for one in found["P"]] == ["P", "r1"]
    only = asked(witnesses([item("s0", said, "F")]))
    assert [one.source for one in only["F"]] == ["include"]


def test_a_decision_added_later_is_evidence_at_once() -> None:
    made = witnesses(())
    made.add(item("d0", FUEL[0], "F"), EMBEDDER.embed(FUEL[:1]))
    assert [one.ref for one in asked(made)["F"]] == ["F", "d0"]


def test_only_what_is_wanted_is_explained_row_by_row() -> None:
    made = witnesses([item("d0", FUEL[0], "F")])
    rows = Rows.of(["a", "b"], list(FUEL[:2]), EMBEDDER.embed(FUEL[:2]))
    first, second = made.of(rows, np.array([[0], [1]]), CODES)
    assert (set(first), set(second)) == ({"F"}, {"P"})
    assert made.of(rows.take([]), np.zeros((0, 1), np.intp), CODES) == []


def test_finer_codes_speak_for_the_one_they_are_folded_into() -> None:
    found = asked(witnesses((), {"F": "P"}))
    assert [one.ref for one in found["P"]] == ["P"]
    assert found["P"][0].text == "motorbikes without fuel"
    assert found["F"] == []


def test_similarity_is_a_cosine() -> None:
    said = "My salary was late."
    found = asked(witnesses([item("d0", said, "P")]), said)
    assert [one.similarity for one in found["P"]] == pytest.approx([1, 1], abs=1e-4)
