"""Transcripts that name no speakers: told apart by numbering, bold type or question marks, and said so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from themescout.importers.stretches import NOBODY, Piece, ends_sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from themescout.importers.labels import Opening
    from themescout.types import Line

PROMPT, INTERVIEWER, PARTICIPANT, SPEAKER = "Prompt", "Interviewer", "Participant", "Speaker"
_NUMBERED = re.compile(r"^(?:\d{1,2}(?:\.[a-z\d]{1,3})*[.)]?|[a-z]\.[ivx]+[.)]?|[a-z][.)])\s+\S")
_MOST = 0.7  # share of the questions that must look like one, and of the answers that must not
_LABELLED = 0.3  # share of lines with a label from which on the labels alone tell who speaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Pieces with speakers that were worked out, and the sentence that says how."""

    pieces: tuple[Piece, ...]
    problems: tuple[str, ...]


def pieces(lines: Sequence[Line], openings: Sequence[Opening], labelled: Collection[int]) -> Found | None:
    """Speakers for a transcript without labels; None where labels tell.

    `labelled`: rows of `lines` that begin with a speaker's label.
    """
    if len(labelled) <= _LABELLED * len(lines):
        found = _prompts(lines, openings, labelled)
        if found:
            return found
    if labelled:
        return None
    return _bold_questions(lines, openings) or _alternating(lines, openings) or _one_speaker(lines, openings)


def _prompts(lines: Sequence[Line], openings: Sequence[Opening], labelled: Collection[int]) -> Found | None:
    numbered = {i for i, line in enumerate(lines) if line.indent == 0 and _NUMBERED.match(line.text)}
    indented = sum(line.indent > 0 for line in lines)
    if len(numbered) < 3 or indented < 3:
        return None
    front = _front(lines[: min(numbered)])
    made = []
    for i, (line, opened) in enumerate(zip(lines, openings, strict=True)):
        if i in labelled:
            made.append(piece(line, opened, opened.label, opened.body))
        elif i < front:
            made.append(piece(line, opened, NOBODY, line.text))
        else:
            made.append(piece(line, opened, PROMPT if i in numbered else PARTICIPANT, line.text))
    sentence = (
        "No speaker is named beside numbered paragraphs with indented ones below: the numbered "
        f"are taken for the interviewer (“{PROMPT}”), the others for the informant (“{PARTICIPANT}”)."
    )
    return Found(pieces=tuple(made), problems=(sentence,))


def _front(before: Sequence[Line]) -> int:
    """Number of lines that are a title page: all before the first prompt, unless they are sentences."""
    spoken = sum(ends_sentence(line.text) or line.indent > 0 for line in before)
    return 0 if spoken > 0.4 * len(before) else len(before)


def _bold_questions(lines: Sequence[Line], openings: Sequence[Opening]) -> Found | None:
    """Whole paragraphs in bold, most of them questions, between others that are not bold."""
    bold = [bool(line.lead) and len(line.lead) >= 0.9 * len(line.text) for line in lines]
    asked = [line.text.rstrip().endswith("?") for line, is_bold in zip(lines, bold, strict=True) if is_bold]
    if len(asked) < 2 or sum(asked) < 0.5 * len(asked) or len(asked) > _MOST * len(lines):
        return None
    sentence = "No speaker is named: paragraphs in bold are taken for the interviewer, the others for the informant."
    return _told_apart(lines, openings, bold, sentence)


def _alternating(lines: Sequence[Line], openings: Sequence[Opening]) -> Found | None:
    """Question, answer, question, answer: every other paragraph ends in a question mark."""
    starts = [i for i, line in enumerate(lines) if line.text.strip() and not (line.joins and i)]
    if len(starts) < 4 or any(line.start_s is not None for line in lines):
        return None
    pairs = [*pairwise([*starts, len(lines)])]  # first line of a paragraph, one past its last
    asks = [lines[b - 1].text.rstrip().endswith("?") for _, b in pairs]
    for offset in (0, 1):
        questions, answers = asks[offset::2], asks[1 - offset :: 2]
        if sum(questions) >= _MOST * len(questions) and sum(answers) <= (1 - _MOST) * len(answers):
            asking = [n % 2 == offset for n, (a, b) in enumerate(pairs) for _ in range(a, b)]
            sentence = (
                "No speaker is named: every other paragraph asks and is taken for the interviewer, "
                "the others for the informant."
            )
            return _told_apart(lines, openings, asking, sentence)
    return None


def _told_apart(lines: Sequence[Line], openings: Sequence[Opening], asking: Sequence[bool], sentence: str) -> Found:
    made = tuple(
        piece(line, opened, INTERVIEWER if asks else PARTICIPANT, opened.plain)
        for line, opened, asks in zip(lines, openings, asking, strict=True)
    )
    return Found(pieces=made, problems=(sentence,))


def _one_speaker(lines: Sequence[Line], openings: Sequence[Opening]) -> Found:
    made = tuple(
        piece(line, opened, NOBODY if line.speaker == NOBODY else SPEAKER, opened.plain)
        for line, opened in zip(lines, openings, strict=True)
    )
    sentence = f"No speaker is named: everything is taken for one informant (“{SPEAKER}”)."
    return Found(pieces=made, problems=(sentence,))


def piece(line: Line, opened: Opening, label: str | None, text: str) -> Piece:
    """One paragraph with its label and the times that were written or known."""
    return Piece(label=label, text=text, start_s=opened.start_s, end_s=opened.end_s, joins=line.joins)
