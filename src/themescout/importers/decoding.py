"""Bytes to text: which encoding a file is written in, and whether it is text at all."""

from __future__ import annotations

import codecs

from themescout.errors import FileProblemError
from themescout.text import normalise

# UTF-32 stands before UTF-16: the little-endian mark of the one begins with that of the other.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OTHER_KINDS = (
    (b"PK\x03\x04", "a ZIP, Word, Excel or OpenDocument file"),
    (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old or password-protected Office file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"RIFF", "a sound or film"),
    (b"ID3", "a sound recording"),
    (b"OggS", "a sound recording"),
)
_SAMPLE = 200_000  # bytes; more does not change the guess and charset-normalizer takes seconds per megabyte
# What West European prose in cp1252 has beside ASCII; other bytes speak for another code page.
_WESTERN = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœúùûüÿßÀÂÄÁÃÅÆÇÉÈÊËÍÓÔÖÕØŒÚÜÑ¿¡«»“”„‘’‚–—…€£°·•\xa0´§½¼")
_CODE_PAGES = [
    "cp1250",
    "cp1251",
    "cp1252",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "koi8_r",
    "mac_roman",
    "shift_jis",
    "euc_jp",
    "gb18030",
    "big5",
    "euc_kr",
]


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The normalised text of `data`, and the name of the encoding it was written in.

    `name` is the file's name, for the message.

    Raises:
        FileProblemError: the bytes are not text.
    """
    _refuse_other_kinds(data, name)
    text, encoding = _marked(data) or _unmarked(data, name)
    if _unprintable(text) > 2 + 0.01 * len(text):
        raise _not_text(name)
    return normalise(text), encoding


def _refuse_other_kinds(data: bytes, name: str) -> None:
    for magic, kind in _OTHER_KINDS:
        if data.startswith(magic):
            raise FileProblemError(f"{name} is {kind}, not text.", "Give the file the ending that it should have.")


def _marked(data: bytes) -> tuple[str, str] | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace"), encoding
    return None


def _unmarked(data: bytes, name: str) -> tuple[str, str]:
    if b"\0" in data:
        return _wide(data, name)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _damaged_utf8(data) or _western(data) or _guessed(data, name)


def _wide(data: bytes, name: str) -> tuple[str, str]:
    """UTF-16 without a mark: the zero bytes all stand on one side of the pairs."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    if min(even, odd) > 1 + 0.05 * max(even, odd) or max(even, odd) < 0.01 * len(data):
        raise _not_text(name)
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        # A download that broke off leaves half a character; anything worse is not text.
        text = data.decode(encoding, errors="replace")
        if text.count("\ufffd") > 2:
            raise _not_text(name) from None
        return text, encoding


def _damaged_utf8(data: bytes) -> tuple[str, str] | None:
    """UTF-8 with a few bad bytes: far more whole multi-byte characters than broken ones."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = sum(1 for character in text if ord(character) > 127) - broken
    return (text, "utf-8") if whole > 5 * broken else None


def _western(data: bytes) -> tuple[str, str] | None:
    """cp1252 where the high bytes are few and are what western prose has."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    high = [character for character in text if ord(character) > 127]
    usual = sum(1 for character in high if character in _WESTERN)
    return (text, "cp1252") if usual >= 0.9 * len(high) and len(high) < 0.3 * len(text) else None


def _guessed(data: bytes, name: str) -> tuple[str, str]:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - only files in rare encodings need it

    best = from_bytes(data[:_SAMPLE], cp_isolation=_CODE_PAGES).best()
    if best is None:
        raise _not_text(name)
    return data.decode(best.encoding, errors="replace"), best.encoding


def _unprintable(text: str) -> int:
    """Control characters other than white space, and characters that could not be read."""
    return sum(1 for c in text if c == "\ufffd" or (ord(c) < 32 and c not in "\t\n\r\x0b\x0c\x1b"))


def _not_text(name: str) -> FileProblemError:
    return FileProblemError(
        f"{name} is not text, or in an encoding that cannot be recognised.",
        "Open it in an editor and save it as UTF-8 text.",
    )
