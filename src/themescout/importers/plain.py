"""Plain text and Markdown."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from themescout.importers import known
from themescout.importers.decoding import decode
from themescout.importers.labels import shaped
from themescout.importers.limits import check_lines, read_bytes
from themescout.importers.stretches import NOBODY
from themescout.types import Line, RawTranscript

if TYPE_CHECKING:
    from pathlib import Path

_TAB = 4  # blanks that count as one step of indentation
_WRAPPED_AT = range(50, 101)  # code points of the longest line, where an editor or mailer broke the lines
_RULE = re.compile(r"^(?:[-*_=~]\s*){3,}$")
_HEADING = re.compile(r"^#{1,6}\s+(?P<title>.+?)\s*#*$")
_BOLD_LEAD = re.compile(r"^(?:[-*+]\s+)?(?:\*\*|__)(?P<lead>[^*_\n]+(?:_[^*_\n]+)*)(?:\*\*|__)(?P<rest>.*)$")
_MARKS = re.compile(r"(?<![\w*])(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1(?![\w*])")


class PlainImporter:
    """Reads .txt and .md: one line is one paragraph, or one blank-line block where lines were wrapped."""

    suffixes = (".txt", ".md", ".markdown", ".text")

    def read(self, path: Path) -> tuple[RawTranscript, ...]:
        """Read one interview.

        Raises:
            FileProblemError: not text, empty or too large.
        """
        text, encoding = decode(read_bytes(path), path.name)
        is_markdown = path.suffix.lower() in (".md", ".markdown")
        lines = _markdown(text) if is_markdown else _lines(text)
        check_lines(lines, path.name)
        broken = text.count("\ufffd")
        problems = (f"{broken} characters could not be read and show as �.",) if broken else ()
        return (
            RawTranscript(
                name=path.stem,
                lines=lines,
                format="md" if is_markdown else "txt",
                encoding=encoding,
                problems=problems,
            ),
        )


def _lines(text: str) -> tuple[Line, ...]:
    wrapped = _is_wrapped(text)
    made: list[Line] = []
    after_blank = True
    for row in text.split("\n"):
        if row.strip() and not _RULE.match(row.strip()):
            made.append(Line(text=row.strip(), indent=_indent(row), joins=wrapped and not after_blank))
        after_blank = not row.strip()
    return tuple(made)


def _indent(row: str) -> int:
    lead = row[: len(row) - len(row.lstrip())]
    return lead.count("\t") + lead.count(" ") // _TAB


def _is_wrapped(text: str) -> bool:
    """True where lines were broken at a width: most lines that another follows directly are about as long."""
    rows = text.split("\n")
    followed = [len(a.rstrip()) for a, b in pairwise(rows) if a.strip() and b.strip()]
    if len(followed) < 4 or max(map(len, rows)) not in _WRAPPED_AT:
        return False
    return sum(length > 0.75 * max(followed) for length in followed) >= 0.7 * len(followed)


def _markdown(text: str) -> tuple[Line, ...]:
    rows = _lines(text)
    titles = Counter(known.key(match["title"]) for row in rows if (match := _HEADING.match(row.text)))
    return tuple(line for row in rows for line in _plain_lines(row, titles))


def _plain_lines(row: Line, titles: Counter[str]) -> tuple[Line, ...]:
    """A line without its Markdown marks; bold at its beginning becomes the lead."""
    heading = _HEADING.match(row.text)
    if heading:
        title = _unmarked(heading["title"]).strip()
        # "## Anna" above each of her turns is a label; any other heading is nobody's speech.
        is_label = titles[known.key(heading["title"])] > 1 and shaped(title.rstrip(":"))
        return (Line(text=title, lead=title if is_label else "", speaker=None if is_label else NOBODY),)
    bold = _BOLD_LEAD.match(row.text.removeprefix("> "))
    if not bold:
        return (replace(row, text=_unmarked(row.text.removeprefix("> "))),)
    rest = _unmarked(bold["rest"])
    if bold["lead"].endswith(":") and known.is_never(bold["lead"]):
        return _header(bold["lead"], rest.strip())
    return (replace(row, text=bold["lead"] + rest, lead=bold["lead"]),)


def _header(key: str, value: str) -> tuple[Line, ...]:
    """`**Date:** 3 May` is nobody's speech; a turn that a converter put behind the key is somebody's."""
    if known.is_known(value.partition(":")[0]):
        return (Line(text=key, speaker=NOBODY), Line(text=value))
    return (Line(text=f"{key} {value}".strip(), speaker=NOBODY),)


def _unmarked(text: str) -> str:
    return _MARKS.sub(r"\2", text)
