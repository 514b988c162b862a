"""The view of the codebook: its codes with what was coded with them, their wording and its versions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from themescout.codebook import Code
from themescout.pipeline.revising import Wording
from themescout.review.wording import codebooks, confirming
from themescout.web.asking import PROBLEMS, At, Who
from themescout.web.pages import page
from themescout.web.views.codebook import shapes

router = APIRouter(responses=PROBLEMS)
VERSIONS = "/codebook/-/versions"  # no code's page: an id with a slash in it is taken for one only if it is this one
Asked = Annotated[str, Query(max_length=300)]
Number = Annotated[int, Query(ge=1, le=2**31)]


@router.get("/codebook", include_in_schema=False)
def view(request: Request, desk: At, coder: Who) -> Response:
    """All codes."""
    lines, steps = codebooks.overview(desk, coder), codebooks.steps(desk)
    return page(
        request, "codebook.html.j2", lines=lines, book=desk.book, newest=steps[0] if steps else None,
        todo=sum(line.again for line in lines),
    )  # fmt: skip


@router.get(VERSIONS, include_in_schema=False)
def versions_page(request: Request, desk: At, old: Number | None = None, new: Number | None = None) -> Response:
    """All versions, and what differs between two of them."""
    steps = codebooks.steps(desk)
    numbers = [step.version.version for step in steps]
    new = new or (numbers[0] if numbers else 0)
    old = old or (numbers[1] if len(numbers) > 1 else new)
    changes = codebooks.between(desk, old, new) if old and new else ()
    return page(
        request, "codebook_versions.html.j2", view="codebook", steps=steps, old=old, new=new, changes=changes,
        book=desk.book,
    )  # fmt: skip


@router.get("/codebook/{code:path}", include_in_schema=False)
def code_page(code: str, request: Request, desk: At, coder: Who) -> Response:
    """One code: what it says, who said what with it, and what became of its wording."""
    book = desk.book
    chosen = codebooks.found(book, code)
    order = [one.id for one, _ in codebooks.tree(book)]
    place = order.index(code)
    history = [(step, change) for step in codebooks.steps(desk) for change in step.changes if change.code == code]
    return page(
        request, "codebook_code.html.j2", view="codebook", book=book, code=chosen, history=history,
        people=codebooks.quotes(desk, coder, code), todo=codebooks.again(desk, coder, code), said=codebooks.said,
        usable=any(one.id == code for one in book.assignable), kinds={kind.id: kind.name for kind in book.kinds},
        before=order[place - 1] if place else "", after=order[place + 1] if place + 1 < len(order) else "",
        mine=codebooks.newest(desk, coder),
    )  # fmt: skip


@router.get("/api/codebook/entry")
def entry(code: Asked, desk: At, coder: Who) -> shapes.EntryOut:
    """A code's texts, to be edited."""
    book = desk.book
    return shapes.entry(codebooks.found(book, code), book, codebooks.decided(desk, coder, code))


@router.post("/api/codebook/edit")
def edit(told: shapes.EditIn, desk: At, coder: Who) -> shapes.RevisedOut:
    """Give a code other texts. When this is answered, file and version are on the disk."""
    before = codebooks.found(desk.book, told.code)
    wording = Wording(
        name=told.name, definition=told.definition, brief=told.brief, include=told.include,
        exclude=shapes.exclusions(told.exclude),
        examples=before.examples if told.examples is None else told.examples,
    )  # fmt: skip
    made = codebooks.edit(desk, coder, told.code, wording, seen=told.seen, reason=told.reason)
    todo = codebooks.again(desk, coder, told.code)
    return shapes.revised(made, len({one.decision.segment for one in todo}))


@router.post("/api/codebook/add")
def add(told: shapes.AddIn, desk: At, coder: Who) -> shapes.RevisedOut:
    """Put a new code into the codebook."""
    code = Code(
        id=told.code, name=told.name, parent=told.parent or None, definition=told.definition, brief=told.brief,
        include=tuple(told.include), exclude=shapes.exclusions(told.exclude),
    )  # fmt: skip
    return shapes.revised(codebooks.add(desk, coder, code, seen=told.seen, reason=told.reason), 0)


@router.get("/api/codebook/versions")
def versions(desk: At) -> shapes.VersionsOut:
    """Every version of the codebook, newest first."""
    return shapes.versions(codebooks.steps(desk))


@router.get("/api/codebook/differences")
def differences(old: Number, new: Number, desk: At) -> shapes.DifferencesOut:
    """What differs between two versions, word by word."""
    return shapes.DifferencesOut(old=old, new=new, changes=shapes.changes(codebooks.between(desk, old, new)))


@router.get("/api/codebook/again")
def again(code: Asked, desk: At, coder: Who) -> shapes.AgainsOut:
    """What is to be looked at again for a code, because its wording was changed after it was decided."""
    codebooks.found(desk.book, code)
    return shapes.agains(code, codebooks.again(desk, coder, code))


@router.post("/api/codebook/still")
def still(told: shapes.StillIn, desk: At, coder: Who) -> shapes.StillOut:
    """Let the coder's own decisions about a segment hold under the new wording: they are made again as they were."""
    stored = confirming.still(desk, coder, told.segment, seen=told.seen)
    left = {one.decision.segment for one in codebooks.again(desk, coder, told.code)}
    return shapes.StillOut(stored=len(stored), left=len(left))
