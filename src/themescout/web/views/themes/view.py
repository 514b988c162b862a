"""The view of themes: what the machine found, and what people make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from themescout import curation
from themescout.candidates import NO_THEME
from themescout.errors import AccessError
from themescout.pipeline import curating
from themescout.pipeline.promoting import Wished
from themescout.report import contents as wording
from themescout.report import drawing, marks, picture
from themescout.report import themes as about_themes
from themescout.review import board
from themescout.review.desk import Desk
from themescout.web.asking import PROBLEMS, At, Who
from themescout.web.pages import page
from themescout.web.views.themes import shapes
from themescout.web.views.themes.shapes import number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from themescout.candidates import ThemeDecision
    from themescout.pipeline.curating import Outcome
    from themescout.project import Study
    from themescout.report.themes import FitView, ThemeView
    from themescout.review.board import Board, Shown
    from themescout.types import Evidence

router = APIRouter(responses=PROBLEMS)
PAGE = 50  # segments of a theme that are listed at first
MOST = 10_000  # that can be listed
_HIDDEN = "Themes are hidden while you work independently."
_PRECEDENTS = frozenset({"precedent", "rejected"})


@router.get("/themes", include_in_schema=False)
def view(
    request: Request, desk: At, coder: Who,
    theme: Annotated[str, Query(pattern="^(T[1-9][0-9]{0,8}|none)?$")] = "",
    segments: Annotated[int, Query(ge=1, le=MOST)] = PAGE,
) -> Response:  # fmt: skip
    """All themes, and beside them one of them, the segments in none, or the map."""
    if desk.preferences(coder).independent:
        everybody = bool(desk.study.settings.review.independent)
        return page(request, "themes.html.j2", hidden=_HIDDEN, everybody=everybody)
    of_desk = board.of(desk)
    shown = of_desk.shown()
    values: dict[str, Any] = {
        "hidden": "", "shown": shown, "asked": theme, "limit": segments, "step": 2 * PAGE, "most": MOST,
        "chosen_theme": None, "gone": "", "evidence": (), "log": (), "notes": (),
    }  # fmt: skip
    if theme not in {"", "none"}:
        found = shown.view(number(theme))
        values |= _detail(desk, coder, shown, found) if found else {"gone": of_desk.became(number(theme))}
    elif not theme:
        values["notes"] = of_desk.notes()
    return page(request, "themes.html.j2", **values, **_words())


@router.get("/api/themes")
def listed(desk: At, coder: Who) -> shapes.ThemesOut:
    """All themes, largest first, discarded ones last."""
    return shapes.themes(_open(desk, coder).shown())


@router.get("/api/themes/map")
def drawn(desk: At, coder: Who) -> shapes.MapOut:
    """The map. The first time it takes seconds to draw."""
    of_desk = _open(desk, coder)
    found = of_desk.picture()
    shown = of_desk.shown()
    return shapes.page_map(shown.seen, found, drawing.page_map(shown.themes, found))


@router.post("/api/themes/name")
def name(asked: shapes.NameIn, desk: At, coder: Who) -> shapes.OutcomeOut:
    """Give a theme a name."""
    which = number(asked.theme)
    return _act(
        desk, coder, asked, which, lambda study: curating.name(study, which, asked.name, coder=coder, memo=asked.memo)
    )


@router.post("/api/themes/merge")
def merge(asked: shapes.MergeIn, desk: At, coder: Who) -> shapes.OutcomeOut:
    """Let a theme take in others."""
    into, others = number(asked.into), [number(tag) for tag in asked.others]
    return _act(
        desk, coder, asked, into, lambda study: curating.merge(study, into, others, coder=coder, memo=asked.memo)
    )


@router.post("/api/themes/split")
def split(asked: shapes.SplitIn, desk: At, coder: Who) -> shapes.OutcomeOut:
    """Make a theme of a sub-theme, or of some segments, of another."""
    which, part = number(asked.theme), asked.part

    def verb(study: Study) -> Outcome:
        if part is not None:
            return curating.split_part(study, which, part, coder=coder, memo=asked.memo)
        return curating.split(study, which, asked.segments, coder=coder, memo=asked.memo)

    return _act(desk, coder, asked, which, verb)


@router.post("/api/themes/move")
def move(asked: shapes.MoveIn, desk: At, coder: Who) -> shapes.OutcomeOut:
    """Move segments to a theme, or out of any."""
    which = number(asked.theme)
    return _act(
        desk, coder, asked, which,
        lambda study: curating.move(study, which, asked.segments, coder=coder, memo=asked.memo),
    )  # fmt: skip


@router.post("/api/themes/keep")
def keep(asked: shapes.ThemeIn, desk: At, coder: Who) -> shapes.OutcomeOut:
    """Mark a theme as kept; a discarded one comes back."""
    which = number(asked.theme)
    return _act(desk, coder, asked, which, lambda study: curating.keep(study, which, coder=coder, memo=asked.memo))


@router.post("/api/themes/discard")
def discard(asked: shapes.ThemeIn, desk: At, coder: Who) -> shapes.OutcomeOut:
    """Discard a theme; it can be brought back."""
    which = number(asked.theme)
    return _act(desk, coder, asked, which, lambda study: curating.discard(study, which, coder=coder, memo=asked.memo))


@router.post("/api/themes/tie")
def tie(asked: shapes.TieIn, desk: At, coder: Who) -> shapes.OutcomeOut:
    """Tie a theme to a category or code, or to none."""
    which = number(asked.theme)
    return _act(
        desk, coder, asked, which, lambda study: curating.tie(study, which, asked.code, coder=coder, memo=asked.memo)
    )


@router.post("/api/themes/promote")
def promote(asked: shapes.PromoteIn, desk: At, coder: Who) -> shapes.OutcomeOut:
    """Make a code of a theme, in the study's codebook file."""
    wished = Wished(name=asked.name, definition=asked.definition, under=asked.under, id=asked.id)
    done = board.of(desk).promote(coder, asked.seen, number(asked.theme), wished, memo=asked.memo)
    return shapes.OutcomeOut(
        sentence=f"{done.sentence} Suggestions here know it in a moment, the report's after “themescout run”.",
        theme=asked.theme,
    )


@router.post("/api/themes/undo")
def undo(asked: shapes.BackIn, desk: At, coder: Who) -> shapes.OutcomeOut:
    """Take back the coder's newest decision about themes."""
    return _act(desk, coder, asked, None, lambda study: curating.undo(study, coder=coder, memo=asked.memo))


@router.post("/api/themes/redo")
def redo(asked: shapes.BackIn, desk: At, coder: Who) -> shapes.OutcomeOut:
    """Let the decision hold again that was taken back last."""
    return _act(desk, coder, asked, None, lambda study: curating.redo(study, coder=coder, memo=asked.memo))


def _open(desk: Desk, coder: str) -> Board:
    """The board, for those who may see it."""
    if desk.preferences(coder).independent:
        raise AccessError(_HIDDEN, "Turn that off in the sheet of keys of the coding view.")
    return board.of(desk)


def _act(
    desk: Desk, coder: str, asked: shapes.DecisionIn, which: int | None, verb: Callable[[Study], Outcome]
) -> shapes.OutcomeOut:
    done = board.of(desk).act(coder, asked.seen, verb)
    shown = which if which is not None else _concerned(board.of(desk).shown(), done.decisions[-1], desk)
    return shapes.OutcomeOut(sentence=done.sentence, theme=about_themes.number(shown) or "none")


def _concerned(shown: Shown, undone: ThemeDecision, desk: Desk) -> int:
    """The theme to look at after something was taken back: the one that it was about, if it is there."""
    if shown.view(undone.theme):
        return undone.theme
    with desk.held() as study:
        log = {entry.seq: entry for entry in study.store.theme_log.all()}
    entry: ThemeDecision | None = undone
    while entry is not None and entry.into is None:
        entry = log.get(entry.undoes or 0)
    return entry.into if entry is not None and entry.into is not None else NO_THEME


def _detail(desk: Desk, coder: str, shown: Shown, found: ThemeView) -> dict[str, Any]:
    log = [d for d in shown.log if found.theme.id in {d.theme, d.into}]
    return {"chosen_theme": found, "evidence": _evidence(desk, coder, found), "log": log}


def _evidence(desk: Desk, coder: str, found: ThemeView) -> Sequence[tuple[FitView, tuple[Evidence, ...]]]:
    """What speaks for each code that a theme fits, without others' decisions that the coder is not to see yet."""
    decided = [e for fit in found.fits for e in fit.evidence if e.source in _PRECEDENTS]
    seen = {d.segment for d in desk.visible(coder)} if decided else set()
    return [(fit, tuple(e for e in fit.evidence if e.source not in _PRECEDENTS or e.ref in seen)) for fit in found.fits]


def _words() -> dict[str, Any]:
    """What the template needs to put things into words and marks."""
    return {
        "about": about_themes, "speaker": wording.speaker, "said_to": curation.words, "reading": picture.READING,
        "tag": about_themes.number, "shapes": marks.SHAPES, "colour": marks.colour, "shape": marks.shape,
        "precedents": _PRECEDENTS,
    }  # fmt: skip
