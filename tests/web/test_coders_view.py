"""The view of coders in a real browser, by keyboard alone."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from themescout import decisions, project
from themescout.pipeline import stages
from themescout.review import service
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

FIRST, SECOND = ".difference >> nth=0", ".difference >> nth=1"
BARRIER = Kind.BARRIER


@pytest.fixture
def coded(study: Path) -> Path:
    """Ann and ben decided everything; they differ about every fifth segment."""
    numbers = count()
    with project.open_study(study) as opened, opened.store.transaction():
        book = stages.load_codebook(opened)
        for i, item in enumerate(opened.store.segments.all()):
            for coder in ("ann", "ben"):
                differs = coder == "ben" and i % 5 == 0
                code = "PEOPLE" if (i % 3 == 0) != differs else "MONEY"
                what = {"verdict": Verdict.CHANGE, "kind": BARRIER, "code": code, "key": f"given-{next(numbers):04}"}
                memo = "the money is said to be the cause" if differs else ""
                service.decide(opened, segment=item.id, coder=coder, book=book, memo=memo, **what)  # type: ignore[arg-type]
    return study


def settled(folder: Path) -> list[tuple[list[tuple[str | None, str | None]], str]]:
    """What holds of settlements, oldest first: labels and memo."""
    with project.open_study(folder) as study:
        held = [d for d in decisions.standing(study.store.decisions.all()) if d.verdict is Verdict.SETTLE]
    return [([(label.kind, label.code) for label in decisions.labels([d])], d.memo) for d in held]


@pytest.fixture
def opened(review: Callable[..., Page]) -> Callable[[str], Page]:
    """Open a page and wait for its keys."""

    def go(path: str) -> Page:
        page = review(path)
        expect(page.locator("body[data-ready]")).to_be_attached()
        return page

    return go


def test_settling_by_keys_alone(coded: Path, opened: Callable[..., Page]) -> None:
    page = opened("/coders")
    page.keyboard.press("d")
    expect(page.locator("h1")).to_have_text("Disagreements")
    expect(page.locator("body[data-ready]")).to_be_attached()
    total = int(page.locator("#which strong").inner_text())
    page.keyboard.press("1")
    expect(page.locator("#message")).to_contain_text("Choose a segment first")
    page.keyboard.press("j")
    expect(page.locator(FIRST)).to_be_focused()
    page.keyboard.press("2")
    expect(page.locator("#message")).to_contain_text("Settled: what ben says")
    expect(page.locator(FIRST)).to_be_focused()  # the next one
    page.keyboard.press("n")
    expect(page.locator("#message")).to_contain_text("Settled: nothing to code")
    expect(page.locator("#which strong")).to_have_text(str(total - 2))
    assert [labels for labels, _ in settled(coded)] == [[(BARRIER, "MONEY")], [("neither", None)]]


def test_other_labels_with_a_memo_and_undo(coded: Path, opened: Callable[..., Page]) -> None:
    page = opened("/coders/disagreements")
    page.keyboard.press("j")
    page.keyboard.press("j")
    segment = page.locator(SECOND).get_attribute("id")
    page.keyboard.press("o")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#asking")).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator("#settling")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(f"#{segment}")).to_be_focused()
    assert settled(coded) == []
    page.keyboard.press("m")
    page.keyboard.type("after talking <b>it</b> over")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"#{segment} .waiting")).to_contain_text("after talking <b>it</b> over")
    page.keyboard.press("o")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("mon")
    page.keyboard.press("Enter")
    expect(page.locator("#asking")).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator("#settling-labels")).to_have_text("Money · Barrier")
    page.keyboard.press("+")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("peo")
    page.keyboard.press("Enter")
    expect(page.locator("#asking")).to_be_visible()
    page.evaluate("document.getElementById('asking').dispatchEvent(new Event('close'))")  # that of the first, late
    page.keyboard.press("r")
    expect(page.locator("#settling-labels li")).to_have_text(["Money · Barrier", "People · Question"])
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text("Settled: Money · Barrier; People · Question")
    wanted = [(BARRIER, "MONEY"), (Kind.RESEARCH_QUESTION, "PEOPLE")]
    assert settled(coded) == [(wanted, "after talking <b>it</b> over")]
    page.keyboard.press("u")
    expect(page.locator("#message")).to_contain_text("Taken back")
    expect(page.locator(f"#{segment}")).to_be_focused()
    assert settled(coded) == []


def test_what_somebody_changed_meanwhile_is_shown_and_not_settled(coded: Path, opened: Callable[..., Page]) -> None:
    page = opened("/coders/disagreements")
    page.keyboard.press("j")
    segment = str(page.locator(FIRST).get_attribute("data-segment"))
    with project.open_study(coded) as study:
        what = {"verdict": Verdict.CHANGE, "kind": Kind.RESEARCH_QUESTION, "code": "PEOPLE"}
        service.decide(study, segment=segment, coder="ben", book=stages.load_codebook(study), **what)  # type: ignore[arg-type]
    page.keyboard.press("1")
    expect(page.locator("#alert")).to_contain_text("ben decided on this segment meanwhile")
    expect(page.locator(FIRST)).to_contain_text("People · Question")
    assert settled(coded) == []


def test_levels_bases_and_sorting(coded: Path, opened: Callable[..., Page]) -> None:
    page = opened("/coders")
    page.keyboard.press("l")
    expect(page.locator("#by-code")).to_contain_text("Category by category")
    page.keyboard.press("l")
    expect(page.locator("#by-code")).to_contain_text("Kind by kind")
    page.keyboard.press("l")
    page.keyboard.press("b")
    expect(page.locator("#by-code")).to_contain_text("All, as first given")
    names = page.locator("#codes tbody th")
    before = names.all_inner_texts()
    page.locator("#codes button.sort >> nth=1").focus()
    for way in ("descending", "ascending"):
        page.keyboard.press("Enter")
        expect(page.locator("#codes th[aria-sort]")).to_have_attribute("aria-sort", way)
        counts = [int(str(row.get_attribute("data-count-1"))) for row in page.locator("#codes tbody tr").all()]
        assert counts == sorted(counts, reverse=way == "descending")
    assert sorted(names.all_inner_texts()) == sorted(before)


def test_working_apart_hides_what_others_decided(coded: Path, opened: Callable[..., Page]) -> None:
    page = opened("/coders")
    expect(page.locator("#codes")).to_be_visible()
    page.keyboard.press("i")
    expect(page.locator("#hidden")).to_contain_text("you work independently")
    expect(page.locator("#codes")).to_have_count(0)
    expect(page.locator("#independent")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("i")
    expect(page.locator("#codes")).to_be_visible()


@pytest.mark.parametrize("path", ["/coders?basis=first", "/coders/disagreements"])
def test_axe_finds_nothing(
    path: str, coded: Path, opened: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = opened(path)
    if path == "/coders?basis=first":
        page.keyboard.press("e")
        expect(page.locator("#meaning dl")).to_be_visible()
        accessible(page)
        return
    page.keyboard.press("j")
    page.keyboard.press("1")
    expect(page.locator("#message")).to_contain_text("Settled")
    accessible(page)
    page.keyboard.press("o")
    accessible(page)
    page.keyboard.press("Enter")
    expect(page.locator("#asking")).to_be_visible()
    page.keyboard.press("b")
    accessible(page)
