"""The coding view in a real browser, by keyboard alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from themescout import decisions, project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from themescout.types import Decision


def log(folder: Path) -> tuple[Decision, ...]:
    with project.open_study(folder) as study:
        return study.store.decisions.all()


def press(page: Page, *keys: str, said: str) -> None:
    """Press keys one after the other, then wait for what the page says."""
    for key in keys:
        page.keyboard.press(key)
    expect(page.locator("#message")).to_contain_text(re.compile(said))


def segment(page: Page) -> str:
    return page.locator("#turns").get_attribute("data-segment") or ""


def test_each_way_of_deciding_is_one_key_and_is_stored_before_the_page_says_so(
    review: Callable[..., Page], study: Path
) -> None:
    page = review("/")
    assert page.locator("[checked], [aria-selected=true], [aria-pressed=true]").count() == 0  # nothing is pre-ticked
    for key, verdict, said in (
        ("a", "accept", "Accepted"),
        ("n", "reject", "Stored|Accepted"),
        ("x", "unsure", "Unsure"),
    ):
        before = segment(page)
        press(page, key, said=said)
        expect(page.locator("#turns")).not_to_have_attribute("data-segment", before)
        assert log(study)[-1].segment == before
        assert log(study)[-1].verdict.value in {verdict, "accept"}
    press(page, "b", said="Kind: Barrier")
    press(page, "2", said="Stored")
    assert log(study)[-1].kind == "barrier"
    assert all(entry.seconds is not None for entry in log(study))


def test_a_code_is_found_by_letters_and_its_definition_is_read_there(
    review: Callable[..., Page], study: Path, accessible: Callable[[Page], None]
) -> None:
    page = review("/")
    page.keyboard.press("b")
    page.keyboard.press("c")
    page.keyboard.type("peo")
    expect(page.locator("#found-definition")).to_contain_text("Staff, training and leadership.")
    accessible(page)
    press(page, "Enter", said="Stored|Accepted")
    assert (log(study)[-1].code, log(study)[-1].kind) == ("PEOPLE", "barrier")


def test_a_second_code_a_memo_and_the_words_that_matter(review: Callable[..., Page], study: Path) -> None:
    page = review("/")
    press(page, "w", said="move the beginning")
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    press(page, "Enter", said="These words")
    page.keyboard.press("m")
    page.keyboard.type("<b>why</b>")
    press(page, "Control+Enter", said="memo goes with")
    press(page, "b", said="Kind")
    press(page, "1", said="Stored|Accepted")
    first = log(study)[-1]
    with project.open_study(study) as opened:
        found, item = opened.store.transcripts.get(first.transcript), opened.store.segments.get(first.segment)
    assert found
    assert item
    assert first.quote == found.text[first.start : first.end]
    assert item.text.split()[2:-1] == first.quote.split()
    assert first.memo == "<b>why</b>"
    page.keyboard.press("+")
    page.keyboard.type("peo" if first.code == "MONEY" else "mon")
    page.keyboard.press("Enter")
    press(page, "r", said="Added")
    kinds = {(one.kind, one.code) for one in decisions.labels(log(study)) if one.segment == first.segment}
    assert len(kinds) == 2


def test_undo_redo_and_an_earlier_decision_decided_anew(review: Callable[..., Page], study: Path) -> None:
    page = review("/")
    first = segment(page)
    press(page, "n", said="Nothing to code")
    press(page, "u", said="Undone")
    assert segment(page) == first
    press(page, "U", said="Redone")
    press(page, "x", said="Unsure")
    page.keyboard.press("h")
    expect(page.locator("#history-list .entry").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    press(page, "Enter", said="earlier decision")
    assert segment(page) == first
    press(page, "x", said="Unsure")
    standing = {d.segment: d.verdict.value for d in decisions.standing(log(study))}
    assert standing[first] == "unsure"
    assert len(log(study)) == 5  # nothing was taken out


def test_evidence_definitions_help_and_an_own_key(
    review: Callable[..., Page], study: Path, accessible: Callable[[Page], None]
) -> None:
    page = review("/")
    page.keyboard.press("d")
    expect(page.locator("#panel")).to_contain_text(re.compile("Funds|Staff"))
    page.keyboard.press("e")
    expect(page.locator("#panel-title")).to_have_text("Why these codes")
    accessible(page)
    page.keyboard.press("?")
    accessible(page)
    page.locator("[data-of=accept]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("q")
    expect(page.locator("[data-of=accept]")).to_have_text("q")
    press(page, "Escape", said="Kept")
    press(page, "q", said="Accepted")
    assert log(study)[-1].verdict.value == "accept"


def test_a_stale_answer_is_refused_shown_and_not_overwritten(review: Callable[..., Page], study: Path) -> None:
    page = review("/")
    here = segment(page)
    with project.open_study(study) as opened:
        from themescout.pipeline import stages
        from themescout.review import service
        from themescout.types import Kind, Verdict

        service.decide(
            opened, segment=here, verdict=Verdict.CHANGE, kind=Kind.BARRIER, code="PEOPLE", coder="ben",
            book=stages.load_codebook(opened),
        )  # fmt: skip
    page.keyboard.press("n")
    expect(page.locator("#alert")).to_contain_text("ben decided on this segment meanwhile")
    expect(page.locator("#standing-list")).to_contain_text("ben: People")
    assert segment(page) == here
    assert len(log(study)) == 1
    press(page, "n", said="Nothing to code")  # having seen it
    assert len(log(study)) == 2


def test_without_an_answer_from_the_program_the_decision_is_kept_and_sent_again(
    review: Callable[..., Page], study: Path
) -> None:
    page = review("/")
    page.route("**/api/decisions", lambda route: route.abort())
    page.keyboard.press("n")
    expect(page.locator("#alert")).to_contain_text("kept here and sent again")
    assert log(study) == ()
    page.unroute("**/api/decisions")
    expect(page.locator("#message")).to_contain_text("Nothing to code")
    assert len(log(study)) == 1


def test_words_from_transcripts_are_only_ever_words(review: Callable[..., Page], study: Path) -> None:
    page = review("/")
    page.keyboard.press("m")
    page.locator("#memo-text").fill('<img src=x onerror="document.title=1"> \u202eRTL ' + "W" * 9_000)
    press(page, "Control+Enter", said="memo goes with")
    press(page, "n", said="Nothing")
    press(page, "u", said="Undone")
    press(page, "U", said="Redone")
    page.keyboard.press("g")
    expect(page.locator("#standing-list .memo")).to_contain_text("<img src=x")
    assert page.locator("#standing-list img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_for_reading_only_nothing_can_be_decided(review: Callable[..., Page], study: Path) -> None:
    page = review("/", options=("--read-only",))
    press(page, "a", said="for reading only")
    assert log(study) == ()
    page.keyboard.press("e")
    expect(page.locator("#panel-title")).to_have_text("Why these codes")


def test_it_fits_a_small_screen_and_axe_finds_nothing(
    review: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = review("/")
    accessible(page)
    page.set_viewport_size({"width": 360, "height": 640})
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
