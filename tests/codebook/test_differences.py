"""Differences between two versions of a codebook."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from themescout.codebook import Code, Codebook, Exclusion, KindRule, load
from themescout.codebook.differences import differences, meaning, pieces

MONEY = Code(id="M", name="Money", definition="Funds that come too late.", include=("pay",))
BOOK = Codebook(id="b", codes=(MONEY, Code(id="P", name="People")))


def marked(old: str, new: str) -> str:
    signs = {"kept": "{}", "inserted": "[+{}]", "deleted": "[-{}]"}
    return "".join(signs[piece.mark].format(piece.text) for piece in pieces(old, new))


def test_words_are_marked_as_wholes() -> None:
    assert marked("Funds that come too late.", "Funds which come late 😀.") == (
        "Funds[- that][+ which] come[- too] late[+ 😀]."
    )
    assert marked("", "New.") == "[+New.]"
    assert marked("a\nb", "a\nb") == "a\nb"


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_texts_can_be_read_from_the_pieces(old: str, new: str) -> None:
    found = pieces(old, new)
    assert "".join(one.text for one in found if one.mark != "inserted") == old
    assert "".join(one.text for one in found if one.mark != "deleted") == new


def test_very_long_texts_are_not_compared_word_by_word() -> None:
    assert [one.mark for one in pieces("a " * 2000, "b " * 2000)] == ["deleted", "inserted"]


def test_codes_are_changed_added_and_removed() -> None:
    changed = replace(MONEY, name="Funds", exclude=(Exclusion(text="cars", goes_to=("P",)),), include=())
    new = replace(BOOK, codes=(changed, Code(id="F", name="Fuel", definition="None.")), rules=("Be fair.",))
    found = differences(BOOK, new)
    assert [(one.code, one.what) for one in found] == [
        ("", "changed"),
        ("M", "changed"),
        ("F", "added"),
        ("P", "removed"),
    ]
    fields = {field.field: [(p.mark, p.text) for p in field.pieces] for field in found[1].fields}
    assert fields == {
        "name": [("deleted", "Money"), ("inserted", "Funds")],
        "exclude": [("inserted", "cars → P")],
        "include": [("deleted", "pay")],
    }
    assert [field.field for field in found[0].fields] == ["rules"]


def test_what_is_equal_is_no_difference() -> None:
    assert differences(load("scale-up"), load("scale-up")) == ()
    assert [one.code for one in differences(BOOK, replace(BOOK, kinds=(KindRule(id="barrier", name="B"),)))] == [""]


def test_capitals_and_punctuation_do_not_change_what_is_meant() -> None:
    same = replace(MONEY, name="MONEY", definition="Funds, that come – too late", keywords=("x",))
    assert meaning(MONEY) == meaning(same)
    assert meaning(MONEY) != meaning(replace(MONEY, definition="Funds that come late."))
    assert meaning(MONEY) != meaning(replace(MONEY, exclude=(Exclusion(text="cars"),)))
    assert meaning(replace(MONEY, definition="مال")) != meaning(replace(MONEY, definition="ناس"))
