"""Lines to a Transcript: the stored text and the turns as slices of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout.importers import roles, speakers
from themescout.text import normalise, slug
from themescout.types import Transcript, Turn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from themescout.importers.stretches import Stretch
    from themescout.types import RawTranscript, Role

_BETWEEN = "\n\n"


def assemble(raw: RawTranscript, *, interviewers: Sequence[str] = ()) -> Transcript:
    """Recognise speakers and roles, and lay the text out as "Label: body" with blank lines between turns.

    Offsets count code points of the stored text; a turn covers its body, not its label.
    """
    recognised = speakers.recognise(raw.lines)
    assigned = roles.assign(recognised.stretches, interviewers=interviewers)
    text, turns = _lay_out(recognised.stretches, {s.label: s.role for s in assigned.speakers})
    return Transcript(
        id=slug(raw.name),
        name=raw.name,
        text=text,
        turns=turns,
        speakers=assigned.speakers,
        format=raw.format,
        encoding=raw.encoding,
        problems=(*raw.problems, *recognised.problems, *assigned.problems),
    )


def _lay_out(stretches: Sequence[Stretch], role: Mapping[str, Role]) -> tuple[str, tuple[Turn, ...]]:
    parts: list[str] = []
    turns: list[Turn] = []
    position = 0
    for stretch in stretches:
        body = tidy(stretch.text)
        if not body:
            continue
        opening = "" if stretch.label is None else f"{stretch.label}: "
        start = position + len(opening)
        if stretch.label is not None:
            turns.append(_turn(len(turns), stretch, role[stretch.label], start, start + len(body)))
        parts.append(f"{opening}{body}")
        position = start + len(body) + len(_BETWEEN)
    return _BETWEEN.join(parts), tuple(turns)


def _turn(seq: int, stretch: Stretch, role: Role, start: int, end: int) -> Turn:
    return Turn(
        seq=seq,
        speaker=stretch.label or "",
        role=role,
        start=start,
        end=end,
        start_s=stretch.start_s,
        end_s=stretch.end_s,
    )


def tidy(body: str) -> str:
    """A turn's words as they are stored: normalised, no blanks around lines, no empty lines."""
    return "\n".join(row.strip() for row in normalise(body).split("\n") if row.strip())
