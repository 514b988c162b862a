"""Captions: WebVTT and SubRip."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from themescout.errors import FileProblemError
from themescout.importers.decoding import decode
from themescout.importers.labels import seconds
from themescout.importers.limits import check_lines, read_bytes
from themescout.types import Line, RawTranscript

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_TIMING = re.compile(rf"^\s*(?P<start>{_TIME})\s*-->\s*(?P<end>{_TIME})(?:\s.*)?$")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?(?:[ \t]+(?P<name>[^>]*))?>")
# Only marks that captions have: "<5 years" and "<name of the clinic>" are what somebody said or left out.
_TAG = re.compile(
    r"</?(?:c|i|b|u|v|s|em|strong|lang|ruby|rt|font|span)(?:[.\s/][^<>]*)?>|<\d[\d:.,]*>|\{\\[^{}]*\}",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_NOT_SPEECH = re.compile(r"^(?:NOTE|STYLE|REGION)(?:\s|$)")
_MOST_WORDS = 100  # words that a caption can repeat; more do not fit on a screen
_ROLLING = 0.4  # share of captions that repeat the one before, where the file is made of rolling captions


@dataclass(frozen=True, slots=True)
class _Cue:
    """One caption: times in seconds, and its rows as (speaker or None, words)."""

    start: float
    end: float
    rows: tuple[tuple[str | None, str], ...]

    @property
    def words(self) -> list[str]:
        return [word for _, text in self.rows for word in text.split()]


class CaptionsImporter:
    """Reads .vtt and .srt: every row of a caption is a line that joins the one before."""

    suffixes = (".vtt", ".srt")

    def read(self, path: Path) -> tuple[RawTranscript, ...]:
        """Read one recording.

        Raises:
            FileProblemError: not text, without captions, empty or too large.
        """
        text, encoding = decode(read_bytes(path), path.name)
        cues = _cues(text.split("\n"))
        if not cues:
            raise FileProblemError(
                f"{path.name} has no captions: no line like “00:00:01.000 --> 00:00:04.000” with words.",
                "If it is plain text, give it the ending .txt.",
            )
        rolling = _is_rolling(cues)
        lines = tuple(_unrolled(cues) if rolling else _lines(cues))
        check_lines(lines, path.name)
        problems = ("The captions repeat one another (rolling captions); each word was kept once.",) if rolling else ()
        raw = RawTranscript(
            name=path.stem, lines=lines, format=path.suffix.lower()[1:], encoding=encoding, problems=problems
        )
        return (raw,)


def _cues(rows: Sequence[str]) -> list[_Cue]:
    """The captions in order; those without words are left out."""
    timings = [(i, match) for i, row in enumerate(rows) if (match := _TIMING.match(row))]
    ends = [*(i for i, _ in timings[1:]), len(rows)]
    cues = []
    for (i, match), end in zip(timings, ends, strict=False):
        spoken = tuple(_spoken(_payload(rows[i + 1 : _before_name(rows, end)])))
        if spoken:
            cues.append(_Cue(seconds(match["start"]) or 0.0, seconds(match["end"]) or 0.0, spoken))
    return cues


def _before_name(rows: Sequence[str], timing: int) -> int:
    """The row with a caption's number or name, above its timing; the timing's row where it has none."""
    above = rows[timing - 1].strip() if timing < len(rows) else ""
    named = above.isdigit() or (above and not rows[timing - 2].strip())
    return timing - 1 if named else timing


def _payload(rows: Iterable[str]) -> list[str]:
    """Rows with words. A blank row should end a caption; words after it are kept, comments are not."""
    kept: list[str] = []
    in_comment, after_blank = False, False
    for row in rows:
        if not row.strip():
            in_comment, after_blank = False, True
            continue
        in_comment = in_comment or (after_blank and _NOT_SPEECH.match(row) is not None)
        after_blank = False
        if not in_comment:
            kept.append(row)
    return kept


def _spoken(rows: Iterable[str]) -> Iterable[tuple[str | None, str]]:
    """(speaker, words) for each row, cut where `<v Name>` changes the speaker."""
    speaker = None
    for row in rows:
        position = 0
        for match in [*_VOICE.finditer(row), None]:
            text = _plain(row[position : match.start() if match else len(row)])
            if text:
                yield speaker, text
            if match:
                speaker = _plain(match["name"] or "") or None
                position = match.end()


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", _BREAK.sub(" ", text))).split())


def _lines(cues: Iterable[_Cue]) -> Iterable[Line]:
    for cue in cues:
        for speaker, text in cue.rows:
            # A row that begins with a dash or ">>" is another person's, whoever that is.
            joins = not text.startswith(("- ", "– ", ">>"))
            yield Line(text=text, speaker=speaker, start_s=cue.start, end_s=cue.end, joins=joins)


def _is_rolling(cues: Sequence[_Cue]) -> bool:
    repeats = sum(_overlap(a.words, b.words) >= min(2, len(a.words)) for a, b in pairwise(cues))
    return len(cues) > 3 and repeats >= _ROLLING * (len(cues) - 1)


def _overlap(before: Sequence[str], now: Sequence[str]) -> int:
    """Number of words at the end of one caption with which the next begins."""
    longest = min(len(before), len(now), _MOST_WORDS)
    return next((n for n in range(longest, 0, -1) if before[-n:] == now[:n]), 0)


def _unrolled(cues: Sequence[_Cue]) -> Iterable[Line]:
    """Each caption without the words that the one before already showed."""
    shown: list[str] = []
    for cue in cues:
        fresh = cue.words[_overlap(shown, cue.words) :]
        shown = cue.words
        if fresh:
            speaker = cue.rows[0][0]
            yield Line(text=" ".join(fresh), speaker=speaker, start_s=cue.start, end_s=cue.end, joins=True)
