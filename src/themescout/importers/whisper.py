"""JSON of Whisper, WhisperX and whisper.cpp, and plain lists of turns."""

from __future__ import annotations

import json
import math
from itertools import groupby
from typing import TYPE_CHECKING, Any

from themescout.errors import FileProblemError
from themescout.importers.decoding import decode
from themescout.importers.labels import seconds
from themescout.importers.limits import check_lines, read_bytes
from themescout.text import normalise, squashed
from themescout.types import Line, RawTranscript

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_LISTS = ("segments", "transcription", "turns", "utterances")
_SPEAKERS = ("speaker", "speaker_label", "speaker_name", "name")


class WhisperImporter:
    """Reads .json: a list of segments with text, and start, end and speaker where known."""

    suffixes = (".json",)

    def read(self, path: Path) -> tuple[RawTranscript, ...]:
        """Read one recording.

        Raises:
            FileProblemError: no JSON, or JSON of another kind; the message says what was expected.
        """
        text, encoding = decode(read_bytes(path), path.name)
        try:
            content = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise FileProblemError(f"{path.name} is no JSON: {error}.", "Export it again.") from error
        lines = tuple(line for segment in _segments(content, path.name) for line in _lines(segment) if line.text)
        check_lines(lines, path.name)
        return (RawTranscript(name=path.stem, lines=lines, format="json", encoding=encoding),)


def _segments(content: Any, name: str) -> list[dict[str, Any]]:
    """The list of segments, wherever the file keeps it."""
    found = content
    if isinstance(content, dict):
        found = next((content[key] for key in _LISTS if isinstance(content.get(key), list)), None)
    if not isinstance(found, list) or not found or not all(_is_segment(segment) for segment in found):
        raise FileProblemError(
            f"{name} holds no transcript that is known: expected is Whisper's “segments”, each with “text” "
            "(“start”, “end” and “speaker” may be there), or a list of such entries.",
            "Export it from Whisper or WhisperX with the output format json.",
        )
    return found


def _is_segment(segment: Any) -> bool:
    return isinstance(segment, dict) and isinstance(segment.get("text"), str)


def _lines(segment: dict[str, Any]) -> Iterable[Line]:
    """One line, or several where the words of a segment belong to different speakers."""
    words = segment.get("words")
    if isinstance(words, list) and all(isinstance(word, dict) for word in words):
        runs = [(speaker, list(run)) for speaker, run in groupby(_filled(words, _speaker(segment)), lambda w: w[0])]
        if len({speaker for speaker, _ in runs}) > 1:
            for speaker, run in runs:
                yield _line(
                    " ".join(str(word.get("word", "")).strip() for _, word in run),
                    speaker,
                    run[0][1],
                    run[-1][1],
                )
            return
    yield _line(segment["text"], _speaker(segment), segment, segment)


def _filled(words: Iterable[dict[str, Any]], speaker: str | None) -> Iterable[tuple[str | None, dict[str, Any]]]:
    """Each word with its speaker; one without (numbers often have none) goes with the word before."""
    for word in words:
        speaker = _speaker(word) or speaker
        yield speaker, word


def _line(text: str, speaker: str | None, first: dict[str, Any], last: dict[str, Any]) -> Line:
    return Line(
        text=squashed(normalise(text)),
        speaker=speaker,
        start_s=_time(first, "start", "from"),
        end_s=_time(last, "end", "to"),
        joins=True,
    )


def _speaker(entry: dict[str, Any]) -> str | None:
    value = next((entry[key] for key in _SPEAKERS if entry.get(key) not in (None, "")), None)
    if isinstance(value, int):
        return f"Speaker {value}"
    return squashed(normalise(value)) or None if isinstance(value, str) else None


def _time(entry: dict[str, Any], key: str, offset: str) -> float | None:
    """Seconds; whisper.cpp writes milliseconds under "offsets"."""
    value = entry.get(key, entry.get(f"{key}_time"))
    offsets = entry.get("offsets")
    if value is None and isinstance(offsets, dict) and isinstance(offsets.get(offset), int | float):
        value = offsets[offset] / 1000
    if isinstance(value, str):
        return seconds(value) if ":" in value else None
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
