"""The view of interviews: the list of them, and one to read, with its codes in the margin or without."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from themescout.review.results import reading
from themescout.web.asking import PROBLEMS, At, Who
from themescout.web.pages import page
from themescout.web.shapes import Strict

router = APIRouter(responses=PROBLEMS)
Name = Annotated[str, Path(max_length=300)]


class HintOut(Strict):
    """What is suggested for an undecided segment, in words, and its probability."""

    segment: str
    says: str
    kind: str
    p: float


class HintsOut(Strict):
    """Some of an interview's suggestions; `following` is the place at which to go on, null at the end."""

    hints: list[HintOut]
    following: int | None


@router.get("/transcripts", include_in_schema=False)
def view(request: Request, desk: At, coder: Who) -> Response:
    """The list."""
    return page(
        request, "transcripts.html.j2", listed=reading.interviews(desk, coder),
        independent=desk.preferences(coder).independent,
    )  # fmt: skip


@router.get("/transcripts/{transcript}", include_in_schema=False)
def one(
    request: Request,
    transcript: Name,
    desk: At,
    coder: Who,
    mode: Annotated[Literal["reading", "codes"] | None, Query()] = None,
    segment: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """One interview. Who has decided nothing in it yet reads it without codes and suggestions first."""
    found = reading.reading(desk, coder, transcript)
    chosen = mode or ("codes" if found.about.mine else "reading")
    return page(
        request, "transcript.html.j2", view="transcripts", found=found, plain=chosen == "reading", segment=segment,
        clock=reading.clock, there=not segment or segment in _segments(found),
        independent=desk.preferences(coder).independent,
    )  # fmt: skip


@router.get("/api/transcripts/{transcript}/suggested")
def suggested(
    transcript: Name, desk: At, coder: Who, first: Annotated[int, Query(ge=0, le=10_000_000)] = 0
) -> HintsOut:
    """Suggestions for undecided segments, some at a time; none that the coder is to decide without."""
    found, following = reading.hints(desk, coder, transcript, first)
    return HintsOut(
        hints=[HintOut(segment=one.segment, says=one.says, kind=one.kind, p=one.p) for one in found],
        following=following,
    )


def _segments(found: reading.Reading) -> set[str]:
    return {stretch.segment for turn in found.turns for stretch in turn.stretches}
