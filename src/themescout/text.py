"""Text on its way in: normalised once, then only sliced.

All offsets in themescout count Unicode code points of the normalised text.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Control characters cannot be stored in XML, XLSX or shown; tab and newline stay.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_QUOTED = re.compile(r'"[^"]*"')
_ENGLISH = frozenset(
    (
        "the",
        "and",
        "of",
        "to",
        "that",
        "it",
        "is",
        "was",
        "in",
        "for",
        "they",
        "you",
        "we",
        "have",
        "not",
        "but",
        "with",
        "are",
        "so",
        "on",
        "this",
        "there",
        "be",
        "what",
        "do",
        "at",
        "as",
        "were",
        "had",
    )
)
_TELLING = 10
_LEAST = 0.2  # of words: in English talk about two fifths are among these, in other languages few
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")


def normalise(text: str) -> str:
    r"""Return `text` in NFC with `\n` line ends and without control characters.

    Idempotent: `normalise(normalise(t)) == normalise(t)`.
    """
    return unicodedata.normalize("NFC", _CONTROLS.sub("", _LINE_ENDS.sub("\n", text)))


def digest(*parts: str) -> str:
    """SHA-256 of the parts, 64 hex digits; parts are kept apart, so ("ab", "c") differs from ("a", "bc")."""
    hasher = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8")
        hasher.update(f"{len(data)}:".encode())
        hasher.update(data)
    return hasher.hexdigest()


def words(text: str) -> int:
    """Number of words: runs of letters or digits, with inner apostrophes and hyphens."""
    return sum(1 for _ in _WORD.finditer(text))


def squashed(text: str) -> str:
    """`text` on one line: every run of white space as one blank, ends stripped. For display only."""
    return " ".join(text.split())


def shortened(text: str, width: int) -> str:
    """The first `width` code points of the squashed text, with an ellipsis where something was cut."""
    line = squashed(text)
    return line if len(line) <= width else f"{line[: width - 1].rstrip()}…"


def slug(name: str) -> str:
    """A short identifier made of `name`: ASCII letters, digits, `.`, `_` and `-`; never empty."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9._]+", "-", plain).strip("-.")
    return kept or f"t-{digest(name)[:8]}"


def seems_english(texts: Sequence[str]) -> bool:
    """Whether at least half of the texts of ten words or more have as many of English's commonest words as English has.

    True where no text is long enough to tell.
    """
    shares = []
    for text in texts:
        found = [word.lower() for word in _WORD.findall(text)]
        if len(found) >= _TELLING:
            shares.append(sum(word in _ENGLISH for word in found) / len(found))
    return not shares or sum(share >= _LEAST for share in shares) * 2 >= len(shares)


def separator(heading: str) -> str:
    """The mark between the cells of a CSV file, from its first line: what stands most often outside quotation marks."""
    return max(",;\t", key=_QUOTED.sub("", heading).count)
