"""The short form loses codes but nothing that they say."""

from __future__ import annotations

from themescout.codebook import Code, Codebook, Exclusion, load, parse
from themescout.codebook.short import shortened

SHORT, LONG = load("scale-up"), load("scale-up-long")


def test_it_has_twelve_named_six_other_and_six_categories() -> None:
    sub_codes = [code for code in SHORT.codes if code.parent is not None]
    named = [code for code in sub_codes if code.baseline == "named"]
    other = [code for code in sub_codes if code.id.endswith("-OTHER")]
    assert (len(named), len(other), len(SHORT.categories), len(SHORT.codes)) == (12, 6, 6, 24)
    assert {code.parent for code in other} == {code.id for code in SHORT.categories}


def test_every_example_and_keyword_of_the_long_form_stays_in_its_category() -> None:
    def said(codebook: Codebook, category: str) -> set[str]:
        codes = [code for code in codebook.codes if codebook.topmost(code.id) == category]
        examples = {f"{kind}: {text}" for code in codes for kind in code.examples for text in code.examples[kind]}
        return examples | {word for code in codes for word in code.keywords}

    for category in LONG.categories:
        assert said(SHORT, category.id) == said(LONG, category.id)


def test_briefs_of_what_is_left_out_stand_in_other() -> None:
    other = SHORT.code("INT-OTHER")
    omitted = LONG.code("INT-COST")
    assert any(omitted.brief in line and omitted.name in line for line in other.include)


def test_no_text_of_a_rule_names_a_code_that_was_left_out() -> None:
    omitted = {code.id for code in LONG.codes} - {code.id for code in SHORT.codes}
    rules = " ".join([*SHORT.rules, *(rule.decision for rule in SHORT.boundary_rules)])
    assert omitted
    assert not [code for code in omitted if code in rules]


def test_references_to_what_is_left_out_point_to_other_once() -> None:
    book = parse(
        """
        codes:
          - id: C1
            children:
              - {id: A-KEPT, baseline: named, exclude: [{text: gone, goes_to: [A-GONE, A-LOST]}]}
              - {id: A-GONE, baseline: added}
              - {id: A-LOST, baseline: added}
              - {id: A-OTHER, baseline: added}
        boundary_rules: [{id: B1, decision: A-GONE or A-LOST; else A-KEPT., labels: [{code: A-LOST}]}]
        """,
        name="book.yaml",
    )
    short = shortened(book)
    assert [code.id for code in short.codes] == ["C1", "A-KEPT", "A-OTHER"]
    assert short.code("A-KEPT").exclude == (Exclusion(text="gone", goes_to=("A-OTHER",)),)
    assert short.boundary_rules[0].decision == "A-OTHER; else A-KEPT."
    assert short.boundary_rules[0].labels[0].code == "A-OTHER"


def test_a_codebook_of_named_codes_only_stays_as_it_is() -> None:
    book = Codebook(id="b", codes=(Code(id="C", name="C"), Code(id="D", name="D", parent="C", baseline="named")))
    assert shortened(book) == book
