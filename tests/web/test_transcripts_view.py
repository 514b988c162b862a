"""Interviews in a real browser, by keyboard alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from themescout import project
from themescout.pipeline import stages
from themescout.review import service
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page


@pytest.fixture
def coded(study: Path) -> str:
    """The second segment of KI02 is a barrier of money, for some of its words, with a memo; its id."""
    with project.open_study(study) as found:
        item = found.store.segments.of_transcript("KI02")[1]
        service.decide(
            found, segment=item.id, verdict=Verdict.CHANGE, kind=Kind.BARRIER, code="MONEY", coder="ann",
            book=stages.load_codebook(found), memo="<b>look</b> again", span=(item.start, item.start + 12),
        )  # fmt: skip
    return item.id


def arrived(page: Page, name: str) -> None:
    """The page of an interview is there, and so are its keys."""
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator("body[data-ready]")).to_have_count(1)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_from_the_list_to_an_interview_and_on_to_the_next(
    coded: str, review: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = review("/transcripts")
    accessible(page)
    press(page, "j", "j", "k", "Enter")
    arrived(page, "KI02")
    press(page, "n")
    arrived(page, "KI05")
    press(page, "p")
    arrived(page, "KI02")
    press(page, "p")
    expect(page.locator("#message")).to_have_text("This is the first interview.")


def test_codes_stand_in_the_margin_and_r_takes_them_away(
    coded: str, review: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = review(f"/transcripts/KI02?segment={coded}#here")
    here = page.locator("#here")
    expect(here).to_be_focused()
    expect(here.locator(".notes li")).to_contain_text("Money")
    expect(here.locator("mark")).to_have_count(1)
    assert len(here.locator("mark").text_content() or "") == 12
    expect(page.locator(".interview")).to_have_attribute("data-hints", "done")
    assert page.locator("p.hint").count() > 0
    assert here.locator(".hint").count() == 0
    press(page, "Tab", "Enter")
    expect(here.locator("details p")).to_have_text("<b>look</b> again")
    accessible(page)
    press(page, "Shift+Tab", "j", "r")
    expect(page.locator(".interview.plain")).to_be_visible()
    arrived(page, "KI02")
    assert page.locator("mark, .notes, p.hint").count() == 0
    expect(page.locator("#here")).to_be_focused()
    accessible(page)
    press(page, "r")
    expect(page.locator("#here .notes li")).to_contain_text("Money")


def test_j_and_k_walk_and_enter_opens_the_coding_view(coded: str, review: Callable[..., Page]) -> None:
    page = review("/transcripts/KI02?mode=codes")
    focus = page.locator(":focus")
    press(page, "j", "j", "j", "k")
    expect(focus).to_have_attribute("data-segment", coded)
    press(page, "Enter")
    expect(page).to_have_url(re.compile(rf"/\?segment={coded}$"))


def test_an_interview_nobody_has_decided_in_is_read_alone_first(coded: str, review: Callable[..., Page]) -> None:
    page = review("/transcripts/KI05")
    expect(page.locator(".interview.plain")).to_be_visible()
    expect(page.locator("#text-alone")).to_have_attribute("aria-current", "true")
    press(page, "?")
    expect(page.locator("#sheet-body")).to_contain_text("Text alone, or with codes")
