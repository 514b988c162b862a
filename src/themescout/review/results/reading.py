"""Whole interviews to read: the text in pieces, and beside each segment what was decided about it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from themescout import decisions
from themescout.errors import StudyError
from themescout.review.results.kept import kept, seen_by
from themescout.types import Kind, Role, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from themescout.codebook import Codebook
    from themescout.review.desk import Desk
    from themescout.types import Decision, Segment, Transcript, Turn

AT_ONCE = 40  # segments whose suggestions are asked for at once: others wait for that long
Span = tuple[int, int, int]  # first code point, one past the last, number of a note


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """One interview in the list. All but `words` and `turns` as far as the coder may know.

    Attributes:
        transcript: id.
        wave: that it belongs to.
        informants: labels in order of appearance.
        turns: number of all turns.
        words: of all speakers.
        segments: number of segments.
        mine: segments that the coder decided.
        decided: segments that anybody decided.
        codes: number of different codes that were given.
    """

    transcript: str
    wave: str
    informants: tuple[str, ...]
    turns: int
    words: int
    segments: int
    mine: int
    decided: int
    codes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One label in the margin.

    Attributes:
        number: from 1 within the interview; pieces of text name it.
        says: "code", "nothing" (to code) or "unsure".
        code: its name; "" where a kind was given alone, or nothing.
        kind: its name, "" where there is none.
        coder: who.
        memo: the coder's words.
        settled: whether it ended a disagreement.
        quote: the words decided on.
        placed: whether those words are marked in the text; they may have gone when the transcript was replaced.
    """

    number: int
    says: str
    code: str
    kind: str
    coder: str
    memo: str
    settled: bool
    quote: str
    placed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """`transcript.text[start:end]`, and the numbers of the notes that are about these words."""

    text: str
    start: int
    end: int
    notes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A segment with the white space around it, or words between segments (`segment` is "" then)."""

    segment: str
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...] = ()

    @property
    def undecided(self) -> bool:
        """Whether it is a segment that nobody has decided, as far as the coder may know."""
        return bool(self.segment) and not self.notes


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One turn; its stretches, joined, are its words exactly."""

    seq: int
    speaker: str
    asked: bool
    start_s: float | None
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A whole interview with what was decided; `before` and `after` are the neighbours in the list, "" at its ends."""

    about: Interview
    turns: tuple[Said, ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What is suggested for an undecided segment: its first code's name with its probability 0..1."""

    segment: str
    says: str
    kind: str
    p: float


def interviews(desk: Desk, coder: str) -> tuple[Interview, ...]:
    """Every interview in order of import."""
    with desk.held() as study:
        rests_on = (seen_by(desk, coder), study.store.version)
        return kept(desk, ("interviews", coder), rests_on, lambda: _interviews(desk, coder))


def reading(desk: Desk, coder: str, transcript: str) -> Reading:
    """One interview.

    Raises:
        StudyError: there is no such interview.
    """
    found, listed = _transcript(desk, transcript), interviews(desk, coder)
    names = [one.transcript for one in listed]
    if transcript not in names:
        raise StudyError(f"There is no interview {transcript}.", _GONE)
    place = names.index(transcript)
    return Reading(
        about=listed[place],
        turns=tuple(_turns(desk, coder, found)),
        before=names[place - 1] if place else "",
        after=names[place + 1] if place + 1 < len(names) else "",
    )


def hints(desk: Desk, coder: str, transcript: str, first: int = 0) -> tuple[tuple[Hint, ...], int | None]:
    """What `coder` may know of suggestions for undecided segments of an interview, from the place `first` among them.

    Also gives the place at which to go on; None at the end.

    Raises:
        StudyError: there is no such interview.
    """
    found = _transcript(desk, transcript)
    items = _segments(desk, found.id)
    held = _held(desk, coder, items)
    todo = [name for name in items if name not in held]
    some = todo[first : first + AT_ONCE]
    kinds, names = _kind_names(desk.book), {code.id: code.name for code in desk.book.codes}
    made = []
    for name, said in desk.shown(coder, some).items():
        if said.kind is Kind.NEITHER:
            made.append(Hint(segment=name, says="Nothing to code", kind="", p=said.kind_p))
        elif said.ranked and not said.abstained:
            best = said.ranked[0]
            made.append(
                Hint(segment=name, says=names.get(best.code, best.code), kind=kinds.get(said.kind, ""), p=best.p)
            )
    return tuple(made), first + AT_ONCE if first + AT_ONCE < len(todo) else None


def cut(text: str, start: int, end: int, spans: Iterable[Span]) -> tuple[Piece, ...]:
    """`text[start:end]` in pieces that change wherever a span begins or ends; spans may overlap and reach out of it."""
    inside = [(max(s, start), min(e, end), number) for s, e, number in spans if s < end and e > start]
    edges = sorted({start, end, *(edge for s, e, _ in inside for edge in (s, e))})
    return tuple(
        Piece(text=text[a:b], start=a, end=b, notes=tuple(number for s, e, number in inside if s <= a and b <= e))
        for a, b in pairwise(edges)
    )


def clock(seconds: float) -> str:
    """Seconds from the start as hours, minutes and seconds: "1:02:03", "2:03"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


_GONE = "It may have been removed or called otherwise; the list has all that there are."


def _transcript(desk: Desk, name: str) -> Transcript:
    found = desk.transcript(name)
    if found is None:
        raise StudyError(f"There is no interview {name}.", _GONE)
    return found


def _segments(desk: Desk, transcript: str) -> dict[str, Segment]:
    items = (item for item in desk.items.values() if item.transcript == transcript)
    return {item.id: item for item in sorted(items, key=lambda item: item.start)}


def _held(desk: Desk, coder: str, items: Mapping[str, Segment]) -> Mapping[str, list[Decision]]:
    """Segment to what holds about it, as far as `coder` may see it; a settled one has only what settled it."""
    made: dict[str, list[Decision]] = defaultdict(list)
    for one in decisions.standing(d for d in desk.visible(coder) if d.segment in items):
        made[one.segment].append(one)
    for name, found in made.items():
        settled = [one for one in found if one.verdict is Verdict.SETTLE]
        made[name] = settled or found
    return made


def _interviews(desk: Desk, coder: str) -> tuple[Interview, ...]:
    held = _held(desk, coder, desk.items)
    of: dict[str, list[str]] = defaultdict(list)
    for item in desk.items.values():
        of[item.transcript].append(item.id)
    made = []
    for name, wave in desk.study.store.transcripts.waves().items():
        speakers = desk.study.store.transcripts.speakers(name)
        found = [d for segment in of[name] for d in held.get(segment, ())]
        made.append(
            Interview(
                transcript=name, wave=wave, turns=sum(s.turns for s in speakers), words=sum(s.words for s in speakers),
                informants=tuple(s.label for s in speakers if s.role is Role.INFORMANT), segments=len(of[name]),
                mine=len({d.segment for d in found if d.coder == coder}), decided=len({d.segment for d in found}),
                codes=len({label.code for d in found for label in decisions.labels((d,)) if label.code}),
            )
        )  # fmt: skip
    return tuple(made)


def _turns(desk: Desk, coder: str, transcript: Transcript) -> Iterator[Said]:
    items = _segments(desk, transcript.id)
    notes, spans = _noted(_held(desk, coder, items), items, desk.book, transcript.text)
    within: dict[int, list[Segment]] = defaultdict(list)
    for item in items.values():
        within[item.turn].append(item)
    for turn in transcript.turns:
        yield Said(
            seq=turn.seq, speaker=turn.speaker, asked=turn.role is Role.INTERVIEWER, start_s=turn.start_s,
            stretches=tuple(
                Stretch(segment=name, pieces=cut(transcript.text, a, b, spans[turn.seq]), notes=notes.get(name, ()))
                for name, a, b in _stretches(turn, within[turn.seq], transcript.text)
            ),
        )  # fmt: skip


def _stretches(turn: Turn, items: Sequence[Segment], text: str) -> list[tuple[str, int, int]]:
    """Segment, start and end of what a turn is made of, without gaps; white space goes with what stands before it."""
    made: list[tuple[str, int, int]] = []
    at = turn.start
    for name, start, end in [*((item.id, item.start, item.end) for item in items), ("", turn.end, turn.end)]:
        gap = text[at:start]
        if gap.strip() or (gap and not made and not name):
            made.append(("", at, start))
        elif gap and made:
            made[-1] = (made[-1][0], made[-1][1], start)
        elif gap:
            start = at  # noqa: PLW2901  # white space before the first segment
        if name:
            made.append((name, start, end))
        at = end
    return made


def _noted(
    held: Mapping[str, Sequence[Decision]], items: Mapping[str, Segment], book: Codebook, text: str
) -> tuple[Mapping[str, tuple[Note, ...]], Mapping[int, list[Span]]]:
    """Notes by segment, and by turn the words that they are about."""
    notes: dict[str, tuple[Note, ...]] = {}
    spans: dict[int, list[Span]] = defaultdict(list)
    number = 0
    for name, item in items.items():
        made = []
        for decision in held.get(name, ()):
            place = _place(decision, item, text)
            for says, code, kind in _said(decision, book):
                number += 1
                if place and says == "code":
                    spans[item.turn].append((*place, number))
                made.append(
                    Note(
                        number=number, says=says, code=code, kind=kind, coder=decision.coder, memo=decision.memo,
                        settled=decision.verdict is Verdict.SETTLE, quote=decision.quote, placed=place is not None,
                    )
                )  # fmt: skip
        notes[name] = tuple(made)
    return notes, spans


def _said(decision: Decision, book: Codebook) -> Iterator[tuple[str, str, str]]:
    """What a decision says, its code and its kind, in words."""
    if decision.verdict is Verdict.UNSURE:
        yield "unsure", "", ""
        return
    names, kinds = {code.id: code.name for code in book.codes}, _kind_names(book)
    labels = [label for label in decisions.labels((decision,)) if label.kind is not Kind.NEITHER]
    for label in labels:
        code = label.code or ""
        yield "code", names.get(code, f"{code} (not in the codebook)" if code else ""), kinds.get(label.kind, "")
    if not labels:
        yield "nothing", "", ""


def _kind_names(book: Codebook) -> Mapping[Kind | None, str]:
    return {Kind(kind.id): kind.name for kind in book.kinds if kind.id != Kind.NEITHER}


def _place(decision: Decision, item: Segment, text: str) -> tuple[int, int] | None:
    """Where the words decided on stand now: transcripts may have been replaced since. None where they are gone."""
    quote = decision.quote
    if text[decision.start : decision.end] == quote:
        return decision.start, decision.end
    if item.text == quote:
        return item.start, item.end
    at = text.find(quote, item.start, item.end)
    return None if at < 0 else (at, at + len(quote))
