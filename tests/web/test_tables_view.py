"""Tables and matrix in a real browser, by keyboard alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from themescout import project
from themescout.pipeline import stages
from themescout.review import service
from themescout.store.summaries import Cell, Summary
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

CELL = Cell(participant="KI02", kind=Kind.BARRIER, category="MONEY")
LONG = "w" * 3_000


@pytest.fixture
def coded(study: Path) -> Path:
    """Two segments of KI02 are barriers of money, one of KI05 is a question about people; nothing else is decided."""
    with project.open_study(study) as found:
        book = stages.load_codebook(found)
        first, second = found.store.segments.of_transcript("KI02")[:2]
        third = found.store.segments.of_transcript("KI05")[0]
        for item, kind, code in (
            (first, Kind.BARRIER, "MONEY"), (second, Kind.BARRIER, "MONEY"), (third, Kind.RESEARCH_QUESTION, "PEOPLE"),
        ):  # fmt: skip
            service.decide(found, segment=item.id, verdict=Verdict.CHANGE, kind=kind, code=code, coder="ann", book=book)
    return study


def bodies(folder: Path) -> list[str]:
    with project.open_study(folder) as found:
        return [one.body for one in found.store.summaries.all()]


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_from_a_number_to_its_quotes_and_to_their_place(coded: Path, review: Callable[..., Page]) -> None:
    page = review("/tables")
    press(page, "j", "j", "j")
    expect(page.locator(":focus")).to_have_attribute("href", re.compile("code=MONEY"))
    press(page, "Enter")
    expect(page.locator("h1")).to_have_text("Money")
    expect(page.locator(".quote")).to_have_count(2)
    expect(page.locator("body[data-ready]")).to_have_count(1)
    press(page, "j", "j", "Enter")
    expect(page.locator("#here")).to_be_focused()
    expect(page.locator("h1")).to_have_text("KI02")


def test_suggested_comes_and_goes_with_a_key(
    coded: Path, review: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = review("/tables")
    expect(page.locator("section.suggested")).to_have_count(0)
    press(page, "s")
    expect(page.locator("section.suggested")).to_have_count(2)
    expect(page.locator("body[data-ready]")).to_have_count(1)
    expect(page.locator("section.suggested h2").first).to_have_text("Suggested barriers")
    accessible(page)
    press(page, "s")
    expect(page.locator("section.suggested")).to_have_count(0)
    page.locator("main td a[href*='/tables/quotes']").first.press("Enter")
    page.wait_for_url("**/tables/quotes?*")
    expect(page.locator("main blockquote, main q").first).to_be_visible()
    accessible(page)


def test_a_summary_is_written_saved_and_an_earlier_one_brought_back(coded: Path, review: Callable[..., Page]) -> None:
    page = review("/tables/matrix?kind=barrier")
    press(page, "j", "ArrowRight", "ArrowLeft", "Enter")
    expect(page.locator("#cell-title")).to_have_text("KI02 · Money")
    expect(page.locator("#cell-quotes figure")).to_have_count(2)
    expect(page.locator("#cell-body")).to_be_editable()
    page.keyboard.type("Paid late 😀")
    press(page, "Control+Enter")
    expect(page.locator("#message")).to_have_text("Saved.")
    expect(page.locator(":focus")).to_contain_text("Paid late 😀")
    assert bodies(coded) == ["Paid late 😀"]
    press(page, "Enter")
    expect(page.locator("#cell-body")).to_be_editable()
    press(page, "Control+a")
    page.keyboard.type("Other")
    press(page, "Tab")  # leaving the field saves
    expect(page.locator("#cell-said")).to_have_text("Saved.")
    assert bodies(coded) == ["Paid late 😀", "Other"]
    page.locator("#cell-earlier-title").focus()
    press(page, "Enter", "Tab", "Enter")
    expect(page.locator("#cell-said")).to_have_text("Brought back.")
    press(page, "Escape")
    expect(page.locator(":focus")).to_contain_text("Paid late 😀")
    assert bodies(coded) == ["Paid late 😀", "Other", "Paid late 😀"]


def test_esc_loses_nothing_and_who_wrote_meanwhile_is_not_overwritten(
    coded: Path, review: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = review("/tables/matrix?kind=barrier")
    press(page, "j", "Enter")
    expect(page.locator("#cell-body")).to_be_editable()
    with project.open_study(coded) as found:
        found.store.summaries.add(Summary(cell=CELL, body="His", coder="ben", written_at="2026-01-01T00:00:00+00:00"))
    page.keyboard.type("Hers")
    press(page, "Escape")
    expect(page.locator("#cell-alert")).to_contain_text("ben wrote into this cell meanwhile")
    expect(page.locator("#cell-newer-body")).to_have_text("His")
    expect(page.locator("#cell-body")).to_have_value("Hers")
    assert bodies(coded) == ["His"]
    accessible(page)
    expect(page.locator("#cell-mine")).to_be_focused()
    press(page, "Enter")
    expect(page.locator("#cell-said")).to_have_text("Saved.")
    press(page, "Escape")
    expect(page.locator("#cell")).to_be_hidden()
    assert bodies(coded) == ["His", "Hers"]


def test_arrows_move_in_the_grid_and_stay_in_it(
    coded: Path, review: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    with project.open_study(coded) as found:
        found.store.summaries.add(Summary(cell=CELL, body=f"<i>{LONG}", coder="ben\u202e", written_at=""))
    page = review("/tables/matrix?kind=barrier")
    focus = page.locator(":focus")
    press(page, "j", "ArrowUp", "ArrowLeft")
    expect(focus).to_have_attribute("id", "cell-barrier-0-0")
    press(page, "Control+End")
    expect(focus).to_have_attribute("id", "cell-barrier-2-1")
    press(page, "ArrowRight", "ArrowDown", "Home", "ArrowUp")
    expect(focus).to_have_attribute("id", "cell-barrier-1-0")
    assert page.locator('.cell[tabindex="0"]').count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    accessible(page)
    page.set_viewport_size({"width": 420, "height": 700})
    assert page.evaluate("document.querySelector('#main').scrollWidth <= innerWidth")


def test_reading_only_shows_quotes_and_versions_and_no_field(coded: Path, review: Callable[..., Page]) -> None:
    with project.open_study(coded) as found:
        found.store.summaries.add(Summary(cell=CELL, body="His", coder="ben", written_at="2026-01-01T00:00:00+00:00"))
    page = review("/tables/matrix?kind=barrier", options=("--read-only",))
    press(page, "j", "Enter")
    expect(page.locator("#cell-quotes figure")).to_have_count(2)
    expect(page.locator("#cell-said")).to_have_text("His")
    expect(page.locator("#cell-body")).to_be_hidden()
    press(page, "Escape")
    expect(page.locator("#cell")).to_be_hidden()
