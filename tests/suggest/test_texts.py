"""What a codebook says, text by text: all of it, verbatim, names with their parents where they need them."""

from __future__ import annotations

import pytest

from themescout import codebook
from themescout.codebook import Code, Codebook
from themescout.suggest import code_texts

BOOK = codebook.load("scale-up")


def words_of(book: Codebook, name: str) -> set[str]:
    """All that the codebook says about a code, and about the finer ones that are folded into it."""
    said = set()
    for code in (book.finer or book).codes:
        if name in {code.id, book.folds.get(code.id)}:
            examples = [line for lines in code.examples.values() for line in lines]
            said |= {code.definition or code.name, *code.include, *code.barriers, *code.questions, *examples}
            said.add(", ".join(code.keywords))
    return said


def test_every_text_is_of_the_codebook_and_every_assignable_code_has_one() -> None:
    texts = code_texts(BOOK)
    assert {BOOK.folds.get(t.code, t.code) for t in texts} - {""} == {code.id for code in BOOK.assignable}
    assert all(text.text in words_of(BOOK, BOOK.folds.get(text.code, text.code)) for text in texts
               if text.code and text.source != "name")  # fmt: skip
    assert all(text.text and text.embedded for text in texts)
    assert {t.text for t in texts if not t.code} == {line for kind in BOOK.kinds for line in kind.examples}


def test_all_that_a_code_has_is_there_with_its_source() -> None:
    code = Code(
        id="F", name="Fuel", definition="Petrol.", include=("motorbikes",), keywords=("fuel", "bike"),
        examples={"": ("No fuel.",), "barrier": ("The tank was dry.",)},
    )  # fmt: skip
    found = [(text.source, text.kind, text.text, text.embedded) for text in code_texts(Codebook(id="b", codes=(code,)))]
    assert found == [
        ("definition", "", "Petrol.", "Fuel. Petrol."),
        ("name", "", "Fuel", "Fuel"),
        ("include", "", "motorbikes", "Fuel: motorbikes"),
        ("keyword", "", "fuel, bike", "fuel, bike"),
        ("example", "", "No fuel.", "No fuel."),
        ("example", "barrier", "The tank was dry.", "The tank was dry."),
    ]


@pytest.mark.parametrize(
    ("child", "expected"),
    [
        (Code(id="C", name="Other", parent="P"), {"Other"}),
        (Code(id="C-OTHER", name="Other", parent="P"), {"Care: Other", "Other"}),
        (Code(id="C", name="Care > Waiting", parent="P"), {"Waiting", "Care > Waiting"}),
        (Code(id="C", name="Care: Waiting", parent="P"), {"Waiting", "Care: Waiting"}),
        (Code(id="C", name="Care\\Waiting", parent="P"), {"Waiting", "Care\\Waiting"}),
        (Code(id="C", name="Careful", parent="P"), {"Careful"}),
        (Code(id="C", name="Care", parent="P"), {"Care"}),
        (Code(id="C", name="Care >", parent="P"), {"Care >"}),
        (Code(id="C", name="Care workers", parent="P"), {"Care workers"}),
    ],
    ids=lambda value: value.name if isinstance(value, Code) else "",
)
def test_a_name_that_repeats_its_parents_is_said_without_it_too(child: Code, expected: set[str]) -> None:
    texts = code_texts(Codebook(id="b", codes=(Code(id="P", name="Care"), child)))
    assert {text.text for text in texts if text.code == child.id and text.source == "name"} == expected
    assert all(text.embedded.strip(" .") for text in texts)


def test_only_what_can_be_given_speaks() -> None:
    codes = (Code(id="P", name="Care"), Code(id="C", name="Waiting", parent="P"))
    assert {text.code for text in code_texts(Codebook(id="b", codes=codes))} == {
        code.id for code in Codebook(id="b", codes=codes).assignable
    }
    assert code_texts(Codebook(id="empty", codes=())) == ()
