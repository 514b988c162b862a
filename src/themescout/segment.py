"""Cutting informant turns into segments: one complete point each, usually one to six sentences.

Sentences come from `sentencex`. A turn longer than wanted is cut where that costs least, by dynamic programming over
its sentence ends: pieces near the wished length are cheap, and so are cuts before a paragraph or before words with
which speakers open a new point. No vectors are needed, so segments never depend on a model.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from themescout.text import digest, words
from themescout.types import Role, Segment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from themescout.settings import SegmentSettings
    from themescout.types import Transcript, Turn

VERSION = "1"  # part of every fingerprint: raise it when the same turn would be cut otherwise

# Openings with which a speaker starts another point, and those that hang on the sentence before.
_NEW_POINT = re.compile(
    r"(?:and then|another|the other|the second|secondly|second|third|now|so|but|well|anyway|also|on top of|first"
    r"|firstly|finally|for example|for instance|what (?:we|i|nobody)|i(?:'d| would) (?:love|like)|nobody|let me)\b",
    re.IGNORECASE,
)
_HANGS_ON = re.compile(
    r"(?:because|which|who|that(?:'s|\u2019s| is| was)|this (?:is|was)|it|they|he|she|and (?:it|they|that|so)|or|nor"
    r"|yes|no|not|none|so that|exactly|you see|do you see|same|these|those)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """Offsets in the turn's text, words, and whether a paragraph begins here."""

    start: int
    end: int
    words: int
    opens_paragraph: bool


def segments(transcript: Transcript, settings: SegmentSettings) -> tuple[Segment, ...]:
    """Cut every informant turn of `transcript`; turns with fewer than `min_words` words give no segment.

    The same words by the same speaker in the same transcript keep their id, wherever they come to stand.
    """
    asked = ""
    made: list[Segment] = []
    seen: Counter[str] = Counter()
    for turn in transcript.turns:
        if turn.role is Role.INTERVIEWER:
            asked = transcript.speech(turn)
            continue
        for start, end in spans(transcript.speech(turn), settings):
            made.append(_segment(transcript, turn, turn.start + start, turn.start + end, asked, seen))
    return tuple(made)


def renamed(items: Sequence[Segment], transcript: str) -> tuple[Segment, ...]:
    """All segments of one transcript, by place, with the ids they have where that transcript is called otherwise."""
    seen: Counter[str] = Counter()
    return tuple(
        replace(item, id=_identity(transcript, item.speaker, item.text, seen), transcript=transcript) for item in items
    )


def spans(text: str, settings: SegmentSettings) -> tuple[tuple[int, int], ...]:
    """(start, end) of each segment of one turn's text, in code points; ordered, without overlap.

    Together they hold every sentence of the turn, unless the turn is shorter than `min_words` words.
    """
    sentences = tuple(_sentences(text, settings.max_words))
    if sum(sentence.words for sentence in sentences) < max(settings.min_words, 1):
        return ()
    groups = _best_cut(text, sentences, settings)
    return tuple((sentences[first].start, sentences[past - 1].end) for first, past in groups)


def fingerprint(settings: SegmentSettings, content_hash: str) -> str:
    """What the segments of one transcript depend on."""
    return digest(VERSION, repr(settings), content_hash)


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """(start, end) of each sentence, in code points, white space at the ends left out."""
    return tuple((s.start, s.end) for s in _sentences(text, longest=10**9))


def _segment(transcript: Transcript, turn: Turn, start: int, end: int, asked: str, seen: Counter[str]) -> Segment:
    text = transcript.text[start:end]
    return Segment(
        id=_identity(transcript.id, turn.speaker, text, seen),
        transcript=transcript.id,
        turn=turn.seq,
        start=start,
        end=end,
        text=text,
        speaker=turn.speaker,
        context=asked,
    )


def _identity(transcript: str, speaker: str, text: str, seen: Counter[str]) -> str:
    """The id of the next segment with these words; `seen` counts how often they came."""
    key = digest(transcript, speaker, text)
    seen[key] += 1
    return digest(key, str(seen[key]))[:16]


def _sentences(text: str, longest: int) -> Iterator[_Sentence]:
    for start, end in _boundaries(text):
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        right = left + len(piece.strip())
        if left == right:
            continue
        opens = left == 0 or "\n" in text[max(0, left - 2) : left]
        count = words(text[left:right])
        if count <= longest:
            yield _Sentence(left, right, count, opens)
        else:
            yield from _chopped(text, left, right, longest, opens=opens)


def _boundaries(text: str) -> Iterator[tuple[int, int]]:
    """Sentence ends of sentencex, and every line end (paragraphs of a turn are lines)."""
    from sentencex import get_sentence_boundaries  # noqa: PLC0415  # a compiled library; only cutting needs it

    offset = 0
    for line in text.splitlines(keepends=True):
        position = 0
        for boundary in get_sentence_boundaries("en", line):
            end = min(boundary["end_index"], len(line))
            if end > position:
                yield offset + position, offset + end
                position = end
        if position < len(line):
            yield offset + position, offset + len(line)
        offset += len(line)


def _chopped(text: str, start: int, end: int, longest: int, *, opens: bool) -> Iterator[_Sentence]:
    """A "sentence" without end marks (automatic captions) in pieces of at most `longest` words, cut at blanks."""
    tokens = list(re.finditer(r"\S+", text[start:end]))
    for i in range(0, len(tokens), longest):
        part = tokens[i : i + longest]
        first, past = start + part[0].start(), start + part[-1].end()
        yield _Sentence(first, past, words(text[first:past]), opens and i == 0)


def _best_cut(text: str, parts: Sequence[_Sentence], settings: SegmentSettings) -> list[tuple[int, int]]:
    """Groups (first, past) of sentences with the least total cost; exact, by dynamic programming."""
    cost = [0.0] + [float("inf")] * len(parts)
    back = [0] * (len(parts) + 1)
    for past in range(1, len(parts) + 1):
        for first in range(max(0, past - settings.max_sentences), past):
            here = cost[first] + _cost(text, parts, first, past, settings)
            if here < cost[past]:
                cost[past], back[past] = here, first
    groups = []
    past = len(parts)
    while past:
        groups.append((back[past], past))
        past = back[past]
    return groups[::-1]


def _cost(text: str, parts: Sequence[_Sentence], first: int, past: int, settings: SegmentSettings) -> float:
    length = sum(part.words for part in parts[first:past])
    target = max(settings.target_words, 1)
    # Squared relative deviation: half the target costs .25, one and a half as much; much longer is worse.
    deviation = (length / target - 1.0) ** 2
    if length > settings.max_words and past - first > 1:
        deviation += 4.0 * (length / settings.max_words)
    return deviation + (_seam(text, parts[first]) if first else 0.0)


def _seam(text: str, opening: _Sentence) -> float:
    """Cost of cutting before this sentence: low where a new point seems to begin."""
    words_there = text[opening.start : opening.start + 40]
    if opening.opens_paragraph:
        return 0.0
    if _HANGS_ON.match(words_there):
        return 0.6
    return 0.1 if _NEW_POINT.match(words_there) else 0.3
