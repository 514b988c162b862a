"""Normalising, hashing, counting and shortening text."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from themescout import text

ANY = st.text(st.characters(), max_size=60)
ODD = st.text(st.sampled_from("a\r\n\t\x00\x0b\x1c\x85\u2028\ufeff\u0301é😀\ud800"), max_size=20)


@given(ANY | ODD)
@example("\r\x00\n")
@example("e\x00\u0301")
def test_normalising_twice_is_normalising_once(raw: str) -> None:
    once = text.normalise(raw)
    assert text.normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(ANY | ODD)
def test_what_is_left_can_be_stored_and_has_one_kind_of_line_end(raw: str) -> None:
    clean = text.normalise(raw)
    clean.encode("utf-8")
    assert clean.split("\n") == clean.splitlines() + ([""] if not clean or clean.endswith("\n") else [])
    assert not [c for c in clean if unicodedata.category(c) == "Cc" and c not in "\n\t"]


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("\ufeffa\x00b", "ab"),
        ("e\u0301", "é"),
        ("tab\there 😀", "tab\there 😀"),
    ],
)
def test_what_normalising_changes(raw: str, clean: str) -> None:
    assert text.normalise(raw) == clean


def test_parts_of_a_hash_are_kept_apart() -> None:
    assert text.digest("ab", "c") != text.digest("a", "bc")
    assert text.digest("a", "") != text.digest("a")
    assert re.fullmatch("[0-9a-f]{64}", text.digest("😀"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [("Well, we don't know – the co-ordinator’s 2 jeeps!", 8), ("😀 …", 0), ("naïve Überfluss", 2)],
)
def test_words_are_runs_of_letters_with_inner_marks(line: str, expected: int) -> None:
    assert text.words(line) == expected


@given(ANY, st.integers(1, 30))
def test_a_shortened_text_fits_and_is_one_line(raw: str, width: int) -> None:
    short = text.shortened(raw, width)
    line = text.squashed(raw)
    assert len(short) <= width
    assert short == line or (short.endswith("…") and line.startswith(short[:-1]))
    assert len(short.splitlines()) <= 1


@given(ANY)
@example("日本語")
@example("...")
def test_a_slug_is_a_safe_name_and_never_empty(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._][A-Za-z0-9._-]*|t-[0-9a-f]{8}", _storable_slug(name))


def test_names_without_ascii_letters_get_different_slugs() -> None:
    assert text.slug("日本") != text.slug("中国")
    assert text.slug("Ko Áo 2.docx") == "Ko-Ao-2.docx"


ENGLISH = "The money came late every year, and so the district could not plan for the nurses."
OTHERS = {
    "French": "L'argent est arrivé en retard chaque année, et le district ne pouvait rien prévoir pour elles.",
    "Spanish": "El dinero llegó tarde cada año, y por eso el distrito no pudo planificar nada para las enfermeras.",
    "Swahili": "Fedha zilichelewa kila mwaka, kwa hiyo wilaya haikuweza kupanga chochote kwa ajili ya wauguzi wetu.",
    "German": "Das Geld kam jedes Jahr zu spät, und der Bezirk konnte für die Krankenschwestern nichts planen.",
    "Russian": "Деньги каждый год приходили поздно, и район ничего не мог запланировать для своих медсестёр и врачей.",
}


@pytest.mark.parametrize("language", OTHERS)
def test_other_languages_do_not_seem_english(language: str) -> None:
    other = OTHERS[language]
    assert not text.seems_english([other])
    assert not text.seems_english([other, other, ENGLISH])
    assert text.seems_english([other, ENGLISH, ENGLISH])


def test_talk_and_notes_in_english_seem_english() -> None:
    assert text.seems_english([ENGLISH, "So they were like, you know, what do we do with this now?"])
    assert text.seems_english([ENGLISH.upper()])


@pytest.mark.parametrize("texts", [[], [""], ["Argent en retard."], ["😀 … 1 2 3"]])
def test_where_texts_are_too_short_to_tell_nothing_is_said(texts: list[str]) -> None:
    assert text.seems_english(texts)


@pytest.mark.parametrize(
    ("heading", "mark"),
    [
        ("a,b", ","),
        ("a;b", ";"),
        ("a\tb", "\t"),
        ("a", ","),
        ('"x, y, z";b', ";"),
        ('"a; ""b; c""",d', ","),
        ('"a;', ";"),
    ],
)
def test_the_mark_between_cells_is_looked_for_outside_quotation_marks(heading: str, mark: str) -> None:
    assert text.separator(heading) == mark


def _storable_slug(name: str) -> str:
    return text.slug(text.normalise(name))
