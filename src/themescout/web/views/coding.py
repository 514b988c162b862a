"""The coding view: one segment after the other."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from themescout.errors import DecisionError
from themescout.review.arranging import Order
from themescout.review.cards import Answer, Card
from themescout.review.desk import Desk
from themescout.review.preferences import Preferences
from themescout.web import shapes
from themescout.web.asking import PROBLEMS, At, Who
from themescout.web.pages import page

router = APIRouter(responses=PROBLEMS)
REACH = 15  # turns before and after that are read at once
Segment = Annotated[str, Path(max_length=300)]


@router.get("/", include_in_schema=False)
def view(request: Request) -> Response:
    """The page; `coding.js` fills it."""
    asked = request.query_params.get("order", "")
    return page(request, "coding.html.j2", order=asked if asked in set(Order) else Order.THEME.value)


@router.get("/api/state")
def state(desk: At, coder: Who) -> shapes.StateOut:
    """What a page needs to know once: who is coding, the codebook, the keys."""
    chosen = desk.preferences(coder)
    return shapes.StateOut(
        study=desk.study.title, coder=coder, read_only=desk.read_only, independent=chosen.independent,
        single_keys=chosen.single_keys, keys=dict(chosen.keys), orders=list(Order),
        codes=shapes.codes(desk.book), kinds=shapes.kinds(desk.book),
    )  # fmt: skip


@router.get("/api/next")
def following(desk: At, coder: Who, order: Order = Order.THEME) -> shapes.NextOut:
    """The next segment to decide."""
    return _next(desk, coder, order)


@router.get("/api/segments/{segment}")
def segment(segment: Segment, desk: At, coder: Who) -> shapes.CardOut:
    """One segment, decided or not."""
    return shapes.card(desk.card(coder, segment))


@router.post("/api/decisions")
def decide(answer: shapes.AnswerIn, desk: At, coder: Who) -> shapes.StoredOut:
    """Store an answer. When this is answered, it is on the disk."""
    given = answer.model_dump(exclude={"then", "has"})
    stored = desk.decide(coder, Answer(**given))
    following = desk.next(coder, answer.then)
    return shapes.StoredOut(
        decision=shapes.decision(stored),
        card=shapes.card(following) if following else None,
        turns=_around(desk, following, answer.has) if following else None,
        far=_far(desk, coder),
        warning=desk.warning(coder),
        revealed=_revealed(stored.shown) if stored.shown.get("why") == "drawn" else "",
    )


@router.post("/api/undo")
def undo(desk: At, coder: Who) -> shapes.StoredOut:
    """Take back the coder's newest decision and show its segment."""
    return _again(desk, coder, redo=False)


@router.post("/api/redo")
def redo(desk: At, coder: Who) -> shapes.StoredOut:
    """Let the decision hold again that was taken back last."""
    return _again(desk, coder, redo=True)


@router.post("/api/later")
def later(place: shapes.PlaceIn, desk: At, coder: Who) -> shapes.NextOut:
    """Put a segment aside until the end."""
    desk.later(coder, place.order, place.segment)
    return _next(desk, coder, place.order)


@router.post("/api/jump")
def jump(place: shapes.PlaceIn, desk: At, coder: Who) -> shapes.NextOut:
    """Put aside what is left of a segment's theme, interview or code."""
    desk.card(coder, place.segment)  # it must be there
    gone = desk.jump(coder, place.order, place.segment)
    return _next(desk, coder, place.order).model_copy(update={"put_aside": gone})


@router.post("/api/arrange")
def arrange(place: shapes.PlaceIn, desk: At, coder: Who) -> shapes.NextOut:
    """Make the line of work anew, as after other suggestions or themes."""
    desk.reorder(coder, place.order)
    return _next(desk, coder, place.order)


@router.get("/api/history")
def history(
    desk: At, coder: Who, before: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> shapes.HistoryOut:
    """The coder's own decisions, newest first."""
    found = desk.history(coder, before, limit + 1)
    return shapes.HistoryOut(
        decisions=[shapes.decision(one, holds=holds) for one, holds in found[:limit]], more=len(found) > limit
    )


@router.get("/api/transcripts/{transcript}/turns")
def turns(transcript: Segment, desk: At, around: Annotated[int, Query(ge=0)] = 0) -> shapes.TurnsOut:
    """The turns of a transcript around one of them."""
    return _turns(desk, transcript, around)


@router.put("/api/preferences")
def prefer(chosen: shapes.PreferencesIn, desk: At, coder: Who) -> shapes.StateOut:
    """Keep a coder's keys and way of working."""
    desk.prefer(coder, Preferences(**chosen.model_dump()))
    return state(desk, coder)


def _next(desk: Desk, coder: str, order: Order) -> shapes.NextOut:
    found = desk.next(coder, order)
    return shapes.NextOut(
        card=shapes.card(found) if found else None,
        turns=_around(desk, found, None) if found else None,
        far=_far(desk, coder),
    )


def _around(desk: Desk, card: Card, has: shapes.HasIn | None) -> shapes.TurnsOut | None:
    """The turns around a card; None where they are there already."""
    item = card.segment
    if has and has.transcript == item.transcript and has.first <= item.turn <= has.last:
        return None
    return _turns(desk, item.transcript, item.turn)


def _turns(desk: Desk, transcript: str, around: int) -> shapes.TurnsOut:
    found = desk.transcript(transcript)
    if found is None:
        raise DecisionError(f"There is no transcript {transcript}.", "")
    return shapes.TurnsOut(
        transcript=found.id,
        count=len(found.turns),
        turns=[
            shapes.TurnOut(
                seq=turn.seq, speaker=turn.speaker, role=turn.role.value, start=turn.start, end=turn.end,
                start_s=turn.start_s, text=found.speech(turn),
            )
            for turn in found.turns[max(0, around - REACH) : around + REACH + 1]
        ],
    )  # fmt: skip


def _far(desk: Desk, coder: str) -> shapes.FarOut:
    decided, total = desk.done(coder)
    return shapes.FarOut(decided=decided, total=total, live=bool(desk.live and desk.live.ready))


def _again(desk: Desk, coder: str, *, redo: bool) -> shapes.StoredOut:
    last = (desk.redo if redo else desk.undo)(coder)
    there = last.segment in desk.items
    return shapes.StoredOut(
        decision=shapes.decision(last),
        card=shapes.card(desk.card(coder, last.segment)) if there else None,
        far=_far(desk, coder),
    )


def _revealed(shown: Any) -> str:
    """The first code, or the kind, of a suggestion that was kept back; "" where there was none."""
    kept = shown.get("kept_back") or {}
    if kept.get("abstained"):
        return ""
    if kept.get("kind") == "neither":
        return "neither"
    return str(kept["codes"][0]["code"]) if kept.get("codes") else ""
