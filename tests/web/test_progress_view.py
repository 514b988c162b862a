"""The view of progress: its numbers by the API, its page in a real browser by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from themescout import project
from themescout.pipeline import stages
from themescout.review import service
from themescout.review.arranging import Order
from themescout.review.cards import Answer
from themescout.review.desk import Desk
from themescout.review.preferences import Preferences
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from conftest import Client

HOSTILE = '<script>alert("x")</script>\u202e' + "w" * 300


def code(desk: Desk, coder: str, count: int) -> None:
    """Decide so many segments as they come: most as suggested, some otherwise, each with its seconds."""
    for i in range(count):
        card = desk.next(coder, Order.INTERVIEW)
        if card is None:
            return
        said = card.suggestion
        answer: dict[str, Any] = {"says": "code", "kind": Kind.BARRIER, "code": "PEOPLE"}
        if i % 7 == 3:
            answer = {"says": "nothing"}
        elif i % 11 == 5:
            answer = {"says": "unsure"}
        elif said and said.kind is Kind.NEITHER:
            answer = {"says": "nothing"}
        elif said and said.ranked and i % 3:
            answer = {"says": "code", "kind": said.kind, "code": said.ranked[0].code}
        seconds = 700.0 if i == 4 else 0.2 if 20 <= i < 40 else 12.0 + i % 9 + (6 if card.reason else 0)
        desk.decide(
            coder,
            Answer(segment=card.segment.id, seen=card.seen, seconds=seconds, key=f"{coder}-{i:06d}", **answer),
        )


@pytest.fixture
def coded(study: Path) -> Path:
    """The study with half of its segments shown without a suggestion, coded by two people, one with a hostile name."""
    path = study / project.SETTINGS_FILE
    path.write_text(path.read_text("utf-8").replace("blind = 0.0", "blind = 0.4"), "utf-8")
    with project.open_study(study, shared=True) as opened:
        desk = Desk(opened, stages.load_codebook(opened))
        code(desk, "ann", 85)
        code(desk, HOSTILE, 8)
    return study


def test_the_numbers_are_those_of_the_log(client: Callable[..., Client]) -> None:
    ann = client("ann")
    before = ann.get("/api/progress").json()
    assert (before["decided"], before["periods"], before["influence"]["blocks"]) == (0, [], [])
    code(ann.desk, "ann", 12)
    after = ann.get("/api/progress").json()
    assert after["decided"] == 12, "what was remembered is forgotten once something is decided"
    assert after["coders"] == [{"coder": "ann", "decided": 12, "share": 12 / after["segments"], "last": _last(ann)}]
    assert sum(one["decisions"] for one in after["periods"]) == 12
    assert after["timing"]["sentence"].startswith("Time saved: not yet known, 0 of at least 20")
    assert len(after["stops"]["codes"]) == 2
    assert ann.get("/api/progress?of=ben").json()["decided"] == 0


def _last(client: Client) -> str:
    return client.desk.log()[-1].decided_at


def test_others_who_write_to_the_study_are_noticed(client: Callable[..., Client], study: Path) -> None:
    ann = client("ann")
    assert ann.get("/api/progress").json()["decided"] == 0
    with project.open_study(study) as other:
        item = other.store.segments.all()[0]
        service.decide(
            other, segment=item.id, verdict=service.Verdict.REJECT, coder="cat", book=stages.load_codebook(other)
        )
    assert ann.get("/api/progress").json()["coders"][0]["coder"] == "cat"


def test_the_rule_can_be_chosen(client: Callable[..., Client]) -> None:
    ann = client("ann")
    code(ann.desk, "ann", 1000)
    found = ann.get("/api/progress?base=1&run=1&threshold=100").json()
    result = found["growth"]["series"][0]["result"]
    assert (result["base"], result["run"], result["threshold"], result["reached"]) == (1, 1, 1.0, 1)
    assert "(1+1)" in ann.get("/progress?base=1&run=1&threshold=100").text


@pytest.mark.parametrize("wrong", ["base=0", "base=x", "run=101", "threshold=101", "threshold=-1", f"of={'n' * 201}"])
def test_what_makes_no_sense_is_refused(client: Callable[..., Client], wrong: str) -> None:
    assert client("ann").get(f"/api/progress?{wrong}").status_code == 422


def test_one_who_works_independently_sees_their_own_work_and_nothing_about_suggestions(
    client: Callable[..., Client],
) -> None:
    ann, ben = client("ann"), client("ben")
    code(ann.desk, "ann", 10)
    ben.desk.prefer("ben", Preferences(independent=True))
    code(ben.desk, "ben", 4)
    for query in ("", "?of=ann"):
        found = ben.get(f"/api/progress{query}").json()
        assert (found["influence"], found["timing"], found["stops"]) == (None, None, None)
        assert [row["coder"] for row in found["coders"]] == ["ben"]
        assert found["decided"] == 4
        page = ben.get(f"/progress{query}").text
        assert "You work independently" in page
        assert "Do suggestions lead you" not in page
        assert ">ann<" not in page
    assert ann.get("/api/progress").json()["decided"] == 14


def test_segments_that_both_decide_stay_hidden_until_one_has(study: Path, client: Callable[..., Client]) -> None:
    path = study / project.SETTINGS_FILE
    path.write_text(path.read_text("utf-8").replace("double = 0.0", "double = 1.0"), "utf-8")
    with project.open_study(study, shared=True) as opened:
        asking = type(client("ann"))
        desk = Desk(opened, stages.load_codebook(opened))
        code(desk, "ann", 6)
        assert asking(desk, "ben").get("/api/progress").json()["decided"] == 0
        code(desk, "ben", 2)
        rows = asking(desk, "ben").get("/api/progress").json()["coders"]
    assert [(row["coder"], row["decided"]) for row in rows] == [("ann", 2), ("ben", 2)]


def test_the_description_has_the_shape(client: Callable[..., Client]) -> None:
    described = client("ann").get("/openapi.json").json()
    answer = described["paths"]["/api/progress"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    shape = described["components"]["schemas"][answer["$ref"].rpartition("/")[2]]
    assert {"decided", "growth", "influence", "timing", "stops"} <= set(shape["properties"])


def test_an_empty_study_says_what_is_not_known(client: Callable[..., Client]) -> None:
    page = client("ann").get("/progress").text
    assert "Nothing is decided yet" in page
    assert "Not yet known: 0 of at least 20 replies without a suggestion" in page
    assert "Time saved: not yet known" in page
    assert "<svg" not in page


def test_nothing_invites_to_write_where_it_is_for_reading_only(client: Callable[..., Client]) -> None:
    assert 'id="sample"' in client("ann").get("/progress").text
    assert 'id="sample"' not in client("ann", read_only=True).get("/progress").text


# --- in the browser ---------------------------------------------------------------------------------------------------


def test_parts_numbers_people_and_places_are_reached_by_keys(coded: Path, review: Callable[..., Page]) -> None:
    page = review("/progress")
    for heading in ("How far", "May I stop?", "New codes", "Do suggestions lead you?", "Time"):
        page.keyboard.press("j")
        expect(page.locator("h2:focus")).to_have_text(heading)
    page.keyboard.press("k")
    expect(page.locator("details[open]")).to_have_count(0)
    page.keyboard.press("n")
    expect(page.locator("details:not([open])")).to_have_count(0)
    page.keyboard.press("r")
    expect(page.locator("#message")).to_have_text("Counted anew.")
    expect(page.locator("details:not([open])")).to_have_count(0)
    expect(page.locator("h2:focus")).to_have_text("Do suggestions lead you?")

    expect(page.locator("main .lead").first).to_contain_text("93 of ")
    page.keyboard.press("m")
    expect(page.locator("main .lead").first).to_contain_text("85 of ")
    expect(page.locator("nav.whose [aria-current]")).to_have_text("ann")
    page.wait_for_load_state()  # keys work once the script is there
    page.keyboard.press("e")
    expect(page.locator("main .lead").first).to_contain_text("93 of ")
    expect(page.get_by_role("rowheader", name='<script>alert("x")</script>')).to_be_visible()
    page.wait_for_load_state()  # the style has come
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "a long name breaks nothing"

    page.locator("#unaided summary").press("Enter")
    link = page.locator("#unaided a").first
    target = link.get_attribute("href")
    link.press("Enter")
    page.wait_for_url(f"**{target}")
    expect(page.locator("#message")).to_contain_text("You look at an earlier decision")


def test_saturation_is_counted_by_another_rule(coded: Path, review: Callable[..., Page]) -> None:
    page = review("/progress")
    expect(page.locator("main")).to_contain_text("Base 4, run 2, threshold 5 %")
    page.locator("select[name=base]").press("3")
    page.locator("select[name=run]").press("3")
    page.get_by_role("button", name="Count").press("Enter")
    expect(page.locator("main")).to_contain_text("Base 3, run 3, threshold 5 %")


def test_axe_finds_nothing_with_content(
    coded: Path, review: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = review("/progress")
    expect(page.locator("svg[role=img]")).to_have_count(6)
    page.keyboard.press("n")
    accessible(page)
    page.keyboard.press("?")
    expect(page.locator("#sheet")).to_contain_text("Next part")
    accessible(page)
