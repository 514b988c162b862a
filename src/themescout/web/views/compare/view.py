"""The view that compares new interviews with the original ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from themescout import decisions
from themescout.comparison import board
from themescout.comparison.model import AID, Basis
from themescout.comparison.waves import UNNAMED
from themescout.report import contents as wording
from themescout.report import themes as about_themes
from themescout.review import board as themes
from themescout.types import Kind, Verdict
from themescout.web.asking import PROBLEMS, At, Who
from themescout.web.pages import page
from themescout.web.views.compare import drawing, shapes

if TYPE_CHECKING:
    from themescout.codebook import Codebook
    from themescout.comparison.model import Candidate, Comparison, Row
    from themescout.report.themes import ThemeView
    from themescout.review.board import Shown as Themes
    from themescout.review.desk import Desk
    from themescout.types import Decision

router = APIRouter(responses=PROBLEMS)
PAGE = 50  # novel segments that are listed at first
MOST = 10_000  # that can be listed
Wave = Annotated[str | None, Query(max_length=shapes.LONGEST, description="without it, the one that was added last")]


@router.get("/compare", include_in_schema=False)
def view(
    request: Request, desk: At, coder: Who, wave: Wave = None, novel: Annotated[int, Query(ge=1, le=MOST)] = PAGE
) -> Response:
    """What is new, heard again, not heard and changed in a wave; or how to have that found out."""
    found = board.shown(desk, coder, wave)
    values: dict[str, Any] = {
        "found": found,
        "comparison": found.comparison,
        "unnamed": UNNAMED,
        "folder": desk.study.folder.name,
    }
    if found.comparison:
        values |= _compared(desk, coder, found.comparison, novel)
    return page(request, "compare.html.j2", **values)


@router.get("/api/compare")
def state(desk: At, coder: Who, wave: Wave = None) -> shapes.StateOut:
    """Whether a comparison is made, or is being made."""
    found = board.shown(desk, coder, wave)
    return shapes.StateOut(wave=found.wave or "", made=found.comparison is not None, making=bool(found.making))


@router.post("/api/compare/make")
def make(asked: shapes.MakeIn, desk: At, coder: Who) -> shapes.MadeOut:
    """Have a wave compared with the rest of the study. It is stored when this is answered."""
    made = board.make(desk, coder, asked.wave)
    against = f" with {made.old.title}" if made.old else ""
    return shapes.MadeOut(sentence=f"{made.new.title} is compared{against}.")


def _compared(desk: Desk, coder: str, found: Comparison, limit: int) -> dict[str, Any]:
    everything = found.novel
    return {
        "cards": _cards(desk, found), "novel": board.novel(desk, coder, everything[:limit]),
        "novel_total": len(everything), "limit": limit, "step": 2 * PAGE, "most": MOST, "aid": AID,
        "tables": _tables(found), "titles": {row.id: row.title for row in found.themes},
        "seen": "" if desk.preferences(coder).independent else themes.of(desk).shown().seen,
        "speaker": wording.speaker, "about": about_themes, "tag": about_themes.number,
        "said": lambda decision: said(decision, desk.book), "kind": lambda one: _kinds(desk.book).get(one, ""),
        "sheet": drawing, "Basis": Basis, "percent": about_themes.percent, "number": number,
        "points": points,
    }  # fmt: skip


def _cards(desk: Desk, found: Comparison) -> list[tuple[Candidate, ThemeView | None, str]]:
    """Each candidate with its theme as it stands, or with what became of that."""
    if not found.candidates:
        return []
    of_desk = themes.of(desk)
    shown: Themes = of_desk.shown()
    views = [(one, shown.view(one.theme)) for one in found.candidates]
    return [(one, seen, "" if seen else of_desk.became(one.theme)) for one, seen in views]


def _tables(found: Comparison) -> list[tuple[str, str, tuple[Row, ...]]]:
    levels = (
        ("category", "Categories", found.categories),
        ("code", "Codes", found.codes),
        ("theme", "Themes", found.themes),
    )
    return [(level, name, rows) for level, name, rows in levels if rows]


def said(decision: Decision, book: Codebook) -> str:
    """A decision about a segment in words: code and kind, nothing to code, or unsure."""
    if decision.verdict is Verdict.UNSURE:
        return "unsure"
    labels = [one for one in decisions.labels((decision,)) if one.kind is not Kind.NEITHER]
    names, kinds = {code.id: code.name for code in book.codes}, _kinds(book)
    parts = [
        " · ".join(filter(None, (names.get(one.code or "", one.code or ""), kinds.get(one.kind, "")))) for one in labels
    ]
    return "; ".join(parts) or "nothing to code"


def _kinds(book: Codebook) -> dict[Kind | None, str]:
    return {Kind(kind.id): kind.name for kind in book.kinds}


def number(value: float) -> str:
    """A probability in three decimals; one that is smaller still is said to be."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def points(share: float) -> str:
    """A difference of shares in whole points of per cent, with its sign."""
    return f"{round(100 * share):+d}".replace("-", "\N{MINUS SIGN}")
