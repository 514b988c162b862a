"""Everything wrong with a codebook is found at once."""

from __future__ import annotations

import pytest

from themescout.codebook import check, parse

GOOD = """
kinds: [{id: barrier}, {id: neither}]
codes:
  - id: A
    children:
      - {id: A1, definition: one, examples: {barrier: [x]}}
      - {id: A2, definition: two, examples: {barrier: [y]}}
"""


def problems(text: str, severity: str) -> list[tuple[str, str]]:
    found = check(parse(text, name="b.yaml"))
    return [(each.code, each.sentence) for each in found if each.severity == severity]


def test_a_good_codebook_has_no_problem() -> None:
    assert check(parse(GOOD, name="b.yaml")) == ()


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("id: A2", "id: A1", "A1", "2 codes are called “A1”"),
        ("id: A2,", "id: A2, parent: Z,", "A2", "parent “Z”"),
        ("definition: one,", "definition: one, exclude: [{text: t, goes_to: [Q]}],", "A1", "“Q”"),
        ("- id: A\n", "- id: A\n    parent: A1\n", "A", "A → A1 → A"),
        ("{id: neither}", "{id: feeling}", "feeling", "is no kind"),
        ("{id: neither}", "{id: barrier}", "barrier", "2 kinds"),
        ("{barrier: [x]}", "{joy: [x]}", "A1", "kind “joy”"),
        ("codes:", "boundary_rules: [{id: B1, labels: [{code: Q}]}]\ncodes:", "Q", "Boundary rule B1"),
        ("codes:", "boundary_rules: [{id: B1, labels: [{kind: joy}]}]\ncodes:", "", "kind “joy”"),
        ("codes:", "baseline_themes: [{theme: t, code: Q}]\ncodes:", "Q", "Baseline theme “t”"),
    ],
)
def test_an_error_names_its_code(old: str, new: str, code: str, words: str) -> None:
    assert old in GOOD
    found = problems(GOOD.replace(old, new), "error")
    assert [each for each, _ in found] == [code]
    assert words in found[0][1]


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("definition: one, ", "", "A1", "no definition"),
        (", examples: {barrier: [x]}", "", "A1", "no example"),
        ("{barrier: [x]}", "[x]", "A1", "of no kind"),
        ("definition: two", "definition: ONE", "A1", "“A1”, “A2” have the same definition"),
        ("id: A2,", "id: A2, name: a1,", "A1", "same name"),
    ],
)
def test_a_warning_names_its_code(old: str, new: str, code: str, words: str) -> None:
    assert old in GOOD
    assert problems(GOOD.replace(old, new), "error") == []
    found = problems(GOOD.replace(old, new), "warning")
    assert [each for each, _ in found] == [code]
    assert words in found[0][1]


def test_many_codes_without_definition_make_one_warning() -> None:
    text = "codes:\n" + "".join(f"  - {{name: c{i}, examples: [e]}}\n" for i in range(30))
    assert [sentence for _, sentence in problems(text, "warning")] == [
        "30 of 30 codes have no definition, among them “c0”, “c1”, “c2”, “c3”, “c4”."
    ]


def test_a_codebook_without_codes_is_an_error() -> None:
    assert problems("title: empty", "error") == [("", "There is not one code.")]


def test_errors_come_first_and_all_are_listed() -> None:
    text = "codes: [{id: A, parent: X}, {id: A, parent: Y}, {id: B, exclude: [{text: t, goes_to: [N]}]}]"
    severities = [problem.severity for problem in check(parse(text, name="b.yaml"))]
    assert severities.count("error") == 4
    assert severities == sorted(severities)
