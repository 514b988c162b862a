"""Looking things up in a codebook."""

from __future__ import annotations

import pytest

from themescout.codebook import Code, Codebook

BOOK = Codebook(
    id="b",
    codes=(
        Code(id="A", name="Access"),
        Code(id="A1", name="Waiting", parent="A"),
        Code(id="A11", name="By telephone", parent="A1"),
        Code(id="A2", name="Travel", parent="A"),
        Code(id="B", name="Kindness"),
        Code(id="G", name="Care", general=True),
        Code(id="G1", name="Food", parent="G"),
    ),
)


def test_topmost_goes_all_the_way_up() -> None:
    assert [BOOK.topmost(code.id) for code in BOOK.codes] == ["A", "A", "A", "A", "B", "G", "G"]


def test_leaves_lone_categories_and_general_codes_can_be_given() -> None:
    assert [code.id for code in BOOK.assignable] == ["A11", "A2", "B", "G", "G1"]


def test_children_are_the_next_level_only() -> None:
    assert [code.id for code in BOOK.children("A")] == ["A1", "A2"]
    assert [code.id for code in BOOK.categories] == ["A", "B", "G"]


def test_an_unknown_code_is_a_key_error() -> None:
    assert not BOOK.has("Z")
    with pytest.raises(KeyError):
        BOOK.code("Z")
    with pytest.raises(KeyError):
        BOOK.topmost("Z")


def test_topmost_ends_even_in_a_circle() -> None:
    circle = Codebook(id="b", codes=(Code(id="A", name="A", parent="B"), Code(id="B", name="B", parent="A")))
    assert circle.topmost("A") == "B"


def test_the_hash_depends_on_every_word() -> None:
    other = Codebook(id="b", codes=(*BOOK.codes[:-1], Code(id="G1", name="Foods", parent="G")))
    assert BOOK.sha256 != other.sha256
    assert len(BOOK.sha256) == 64


def test_the_hash_does_not_depend_on_the_order_of_free_keys() -> None:
    one = Codebook(id="b", about={"licence": "L", "authorship": "A"})
    other = Codebook(id="b", about={"authorship": "A", "licence": "L"})
    assert one == other
    assert one.sha256 == other.sha256
