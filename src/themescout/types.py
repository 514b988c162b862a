"""The frozen values that pass between stages. Standard library only at import time."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray


class Role(StrEnum):
    """What a speaker is in an interview. Only informants' turns are ever coded."""

    INFORMANT = "informant"
    INTERVIEWER = "interviewer"


class Kind(StrEnum):
    """The first part of a label: which of the two aims a segment serves, if any."""

    BARRIER = "barrier"
    RESEARCH_QUESTION = "research_question"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One paragraph or caption as a reader found it, before speakers are recognised.

    Attributes:
        text: the paragraph, normalised; may hold a speaker label that is still to be recognised.
        speaker: the speaker where the format itself says so (`<v Name>`, a column, WhisperX), else None.
        lead: the opening of `text` that is set in bold, where the format has bold; else "".
        indent: depth of indentation (leading tabs, or indentation steps of the paragraph style); 0 = none.
        start_s: seconds from the start of the recording, where known.
        end_s: the same for the end.
        joins: True where this line may continue the one before it (caption fragments).
    """

    text: str
    speaker: str | None = None
    lead: str = ""
    indent: int = 0
    start_s: float | None = None
    end_s: float | None = None
    joins: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTranscript:
    """What a reader makes of one interview: its lines in order, and what it could not make sense of.

    Attributes:
        name: what the interview is called (file stem, or the row's id); becomes the transcript's id.
        lines: in the order of the file.
        format: short name of the format ("docx", "vtt", …).
        encoding: of a text file, else "".
        problems: sentences about what was not understood, for the import report.
    """

    name: str
    lines: tuple[Line, ...]
    format: str
    encoding: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One stretch of one speaker: `transcript.text[start:end]`, label excluded.

    Attributes:
        seq: position in the transcript, from 0.
        speaker: the label as it stands in the transcript.
        role: of that speaker.
        start: first code point in `Transcript.text`.
        end: one past the last code point.
        start_s: seconds from the start of the recording, where known.
        end_s: the same for the end.
    """

    seq: int
    speaker: str
    role: Role
    start: int
    end: int
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """One speaker of a transcript, its role and the reason why it was given that role."""

    label: str
    role: Role
    reason: str
    turns: int
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """One interview as themescout keeps it. Every quote is a slice of `text`.

    Attributes:
        id: short, unique in a study, made of the name.
        name: as given by the file.
        text: normalised, code points; speaker labels stand in it before each turn.
        turns: ordered, not overlapping, each a non-empty slice of `text`.
        speakers: one entry per label, in order of appearance.
        format: short name of the format.
        encoding: of a text file, else "".
        problems: sentences about what was not understood.
    """

    id: str
    name: str
    text: str
    turns: tuple[Turn, ...]
    speakers: tuple[Speaker, ...]
    format: str
    encoding: str = ""
    problems: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        position = 0
        for turn in self.turns:
            if not position <= turn.start < turn.end <= len(self.text):
                raise ValueError(f"{self.id}: turn {turn.seq} is no slice after code point {position}")
            position = turn.end

    def speech(self, turn: Turn) -> str:
        """The words of `turn`, exactly as stored."""
        return self.text[turn.start : turn.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The unit of coding: one complete point of one informant turn.

    Attributes:
        id: stable across re-imports of the same words by the same speaker in the same transcript.
        transcript: id of the transcript.
        turn: `Turn.seq` of the turn it lies in.
        start: first code point in the transcript's text.
        end: one past the last.
        text: `transcript.text[start:end]`, checked when made from a transcript.
        speaker: label of the informant.
        context: the interviewer's turn before, shown but never coded; "" where there is none.
    """

    id: str
    transcript: str
    turn: int
    start: int
    end: int
    text: str
    speaker: str
    context: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vectors:
    """One row per text. `x[i]` belongs to `ids[i]`; nothing else says so.

    Attributes:
        ids: one per row, unique.
        x: float32, shape (n, dimensions), rows of Euclidean length 1 (or 0 for an empty text).
        key: everything that shaped the numbers: model, weights, engine, pooling, truncation.
    """

    ids: tuple[str, ...]
    x: NDArray[np.float32]
    key: str

    def __post_init__(self) -> None:
        if self.x.ndim != 2 or len(self.ids) != len(self.x):
            raise ValueError(f"{len(self.ids)} ids for an array of shape {self.x.shape}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a code was suggested: a verbatim sentence of the codebook or of an earlier decision.

    Attributes:
        source: "definition", "include", "example", "keyword", "barrier", "question", "precedent" or "rejected".
        text: verbatim.
        ref: code id for the codebook's own words, segment id for a precedent.
        similarity: cosine in -1..1.
    """

    source: str
    text: str
    ref: str
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One code for one segment with its probability in 0..1 and the evidence for it."""

    code: str
    p: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What the machine suggests for one segment. Replaceable; never a finding.

    Attributes:
        segment: id.
        kind: None where the codebook has no kinds.
        kind_p: probability of that kind, 0..1 (0 where there is none).
        ranked: codes, best first.
        codes: the codes of the prediction set; None where no promise can be made yet.
        abstained: True where the machine would rather say nothing.
    """

    segment: str
    kind: Kind | None
    kind_p: float
    ranked: tuple[Ranked, ...]
    codes: tuple[str, ...] | None = None
    abstained: bool = False


class Verdict(StrEnum):
    """What a person did with a segment. Settling ends a disagreement: it stands in place of what coders said."""

    ACCEPT = "accept"
    CHANGE = "change"
    REJECT = "reject"
    ADD = "add"
    UNSURE = "unsure"
    SETTLE = "settle"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's decision about one segment. Only ever added, never altered.

    Attributes:
        seq: number in the log, from 1; 0 before it is stored.
        segment: id of the segment.
        verdict: what was done with the suggestion.
        kind: the kind decided on; None for reject-as-undecided, unsure and undo.
        code: code id or None (a kind may be confirmed without a code).
        coder: who.
        decided_at: ISO 8601, UTC, seconds.
        seconds: from showing the segment to the key press, where measured.
        shown: what was on the screen: the suggestion's kind, codes and probabilities; {} without suggestion.
        quote: the words decided on, verbatim, so that the decision can be read without the segment.
        transcript: id of the transcript of the quote.
        start: first code point of the quote in the transcript's text.
        end: one past the last.
        memo: free text of the coder.
        undoes: `seq` of the decision that this one takes back, else None.
        key: made up by whoever sent it; the same key is stored once, so that sending again after a lost answer is safe.
    """

    segment: str
    verdict: Verdict
    kind: Kind | None
    code: str | None
    coder: str
    decided_at: str
    transcript: str
    start: int
    end: int
    quote: str
    seconds: float | None = None
    shown: Mapping[str, Any] = field(default_factory=dict)
    memo: str = ""
    undoes: int | None = None
    key: str = ""
    seq: int = 0
