"""Encodings are recognised, and what is no text is refused."""

from __future__ import annotations

import codecs
import contextlib
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout.errors import FileProblemError
from themescout.importers.decoding import decode
from themescout.text import normalise

FRENCH = "I: Où étiez-vous ? À l’hôpital « général » …\nP1: Oui, j’étais là – déjà.\n"
RUSSIAN = "И: Как это началось в вашей больнице?\nР: Сначала было очень трудно, потом стало легче.\n" * 5
POLISH = "I: Jak się to zaczęło w państwa szpitalu?\nR: Najpierw było ciężko, później już łatwiej, źle nie było.\n" * 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_is_believed_and_goes(encoding: str) -> None:
    mark = {
        "utf-8": codecs.BOM_UTF8,
        "utf-16-le": codecs.BOM_UTF16_LE,
        "utf-16-be": codecs.BOM_UTF16_BE,
        "utf-32-le": codecs.BOM_UTF32_LE,
        "utf-32-be": codecs.BOM_UTF32_BE,
    }[encoding]
    assert decode(mark + "I: 😀 é".encode(encoding), "a.txt") == ("I: 😀 é", encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [FRENCH, RUSSIAN, "I: short 😀"])
def test_utf_16_without_a_mark(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == (normalise(text), encoding)


def test_cp1252_is_likely_where_the_text_is_western() -> None:
    assert decode(FRENCH.encode("cp1252"), "a.txt") == (normalise(FRENCH), "cp1252")
    assert decode(b"P1: caf\xe9", "a.txt") == ("P1: café", "cp1252")


@pytest.mark.parametrize(("text", "encoding"), [(RUSSIAN, "cp1251"), (RUSSIAN, "koi8_r"), (POLISH, "cp1250")])
def test_other_code_pages_are_guessed(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "a.txt")[0] == normalise(text)


def test_one_damaged_byte_does_not_turn_utf_8_into_another_encoding() -> None:
    text, encoding = decode("é".encode() * 20 + b"\xff" + b" end of it", "a.txt")
    assert encoding == "utf-8"
    assert text == "é" * 20 + "\ufffd end of it"


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04abc",
        b"%PDF-1.7",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"{\\rtf1 x}",
        b"\x89PNG\r\n",
        b"a\x00\x01\x00\x02b\x00\x00\x00\x03",
        bytes(range(256)) * 4,
        b"\x00" * 50,
        b"\x01\x02\x03\x04",
    ],
)
def test_binary_content_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(FileProblemError, match=r"a\.txt"):
        decode(data, "a.txt")


def test_random_bytes_never_give_a_traceback() -> None:
    for length in (1, 2, 3, 17, 400, 5000):
        for _ in range(30):
            with contextlib.suppress(FileProblemError):
                decode(os.urandom(length), "a.txt")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_utf_8_comes_back_as_it_was_normalised(text: str) -> None:
    assert decode(text.encode(), "a.txt") == (normalise(text), "utf-8")
