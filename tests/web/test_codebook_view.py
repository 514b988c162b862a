"""The codebook view: what is answered, and the page in a real browser, by keyboard alone."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from themescout import project
from themescout.pipeline import codebook_file, stages, suggesting
from themescout.review import service
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from .conftest import Client

BARRIER = Kind.BARRIER


def decide(
    study: project.Study,
    number: int,
    code: str | None = "MONEY",
    coder: str = "ann",
    kind: Kind | None = BARRIER,
    **how: Any,
) -> str:
    """Decide on a segment, as it was done an hour ago."""
    name = study.store.segments.all()[number].id
    verdict = how.pop("verdict", Verdict.CHANGE)
    book = stages.load_codebook(study)
    before = datetime.now(UTC) - timedelta(hours=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "_now", lambda: before.isoformat(timespec="seconds"))
        service.decide(study, segment=name, verdict=verdict, kind=kind, code=code, coder=coder, book=book, **how)
    return name


def decided(client: Client, number: int, code: str | None = "MONEY", **how: Any) -> str:
    with client.desk.held(writing=not client.desk.read_only) as study:
        return decide(study, number, code, **how)


def wording(found: dict[str, Any], **values: Any) -> dict[str, Any]:
    kept = ("code", "name", "definition", "brief", "include", "exclude", "examples", "seen")
    return {**{key: found[key] for key in kept}, "reason": "Too narrow.", **values}


def entry(client: Client, code: str = "MONEY") -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/codebook/entry", params={"code": code}).json()
    return found


# --- what is answered -------------------------------------------------------------------------------------------------


def test_a_change_is_in_the_file_in_the_versions_and_on_the_desk(client: Callable[..., Client]) -> None:
    ann = client("ann")
    names = [decided(ann, number) for number in (0, 1)]
    decided(ann, 2, "PEOPLE")
    found = entry(ann)
    assert found["decided"] == 2
    text = "Funds 😀 and fuel."
    exclude = [{"text": "Wages", "goes_to": ["People"]}]
    answer = ann.post("/api/codebook/edit", json=wording(found, definition=text, exclude=exclude))
    assert answer.status_code == 200
    assert answer.json()["again"] == 2
    assert ann.desk.book.code("MONEY").definition == text
    assert ann.desk.book.code("MONEY").exclude[0].goes_to == ("PEOPLE",)
    assert stages.load_codebook(ann.desk.study) == ann.desk.book
    newest = ann.get("/api/codebook/versions").json()["versions"][0]
    assert (newest["coder"], newest["reason"], newest["changed"]) == ("ann", "Too narrow.", ["Money"])
    changes = ann.get("/api/codebook/differences", params={"old": 1, "new": 2}).json()["changes"]
    definition = next(one for one in changes[0]["fields"] if one["field"] == "definition")
    assert [(p["mark"], p["text"]) for p in definition["pieces"]] == [
        ("kept", "Funds"), ("deleted", ", budgets, salaries"), ("inserted", " 😀 and fuel"), ("kept", "."),
    ]  # fmt: skip
    again = ann.get("/api/codebook/again", params={"code": "MONEY"}).json()["decisions"]
    assert [(one["segment"], one["version"]) for one in again] == [(name, 1) for name in names]


def test_a_second_change_from_the_same_page_is_refused_and_changes_nothing(client: Callable[..., Client]) -> None:
    ann, ben = client("ann"), client("ben")
    seen = entry(ann)
    assert ben.post("/api/codebook/edit", json=wording(seen, definition="Ben's.")).status_code == 200
    answer = ann.post("/api/codebook/edit", json=wording(seen, definition="Ann's."))
    assert (answer.status_code, answer.json()["error"]) == (
        409,
        "The codebook was changed meanwhile; nothing was stored.",
    )
    assert entry(ann)["definition"] == "Ben's."
    assert len(ann.get("/api/codebook/versions").json()["versions"]) == 2


def test_a_file_changed_by_hand_meanwhile_is_taken_in(client: Callable[..., Client]) -> None:
    ann = client("ann")
    path = ann.desk.study.folder / "small.yaml"
    path.write_text(path.read_text("utf-8").replace("Funds, ", "All funds, "), "utf-8")
    assert ann.post("/api/codebook/edit", json=wording(entry(ann), name="x")).status_code == 409
    found = entry(ann)
    assert found["definition"] == "All funds, budgets, salaries."
    assert ann.post("/api/codebook/edit", json=wording(found, brief="Funds")).json()["version"] == 3


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"reason": " "}, 409), ({"reason": ""}, 422), ({"name": " "}, 409), ({"definition": ""}, 409), ({}, 409),
        ({"code": "NO"}, 404), ({"exclude": [{"text": "x", "goes_to": ["NO"]}]}, 400), ({"seen": "x"}, 422),
        ({"examples": {"no": ["x"]}}, 400), ({"more": 1}, 422), ({"name": "x" * 5001}, 422),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(client: Callable[..., Client], values: dict[str, Any], status: int) -> None:
    ann = client("ann")
    before = (ann.desk.study.folder / "small.yaml").read_bytes()
    assert ann.post("/api/codebook/edit", json=wording(entry(ann), **values)).status_code == status
    assert (ann.desk.study.folder / "small.yaml").read_bytes() == before
    assert len(ann.get("/api/codebook/versions").json()["versions"]) == 1


def test_a_code_is_added_below_another(client: Callable[..., Client]) -> None:
    ann = client("ann")
    new = {"code": "FUEL", "name": "Fuel", "definition": "None.", "parent": "MONEY", "reason": "Heard often."}
    assert ann.post("/api/codebook/add", json={**new, "seen": entry(ann)["seen"]}).json()["version"] == 2
    assert ann.desk.book.code("FUEL").parent == "MONEY"
    assert ann.post("/api/codebook/add", json={**new, "seen": entry(ann)["seen"]}).status_code == 409
    page = ann.get("/codebook").text
    assert page.index(">Money<") < page.index(">Fuel<") < page.index(">People<")


def test_for_reading_only_nothing_is_changed_and_no_button_is_shown(client: Callable[..., Client]) -> None:
    ann = client("ann", read_only=True)
    name = decided(ann, 0)
    assert ann.post("/api/codebook/edit", json=wording(entry(ann), name="x")).status_code == 403
    assert ann.post("/api/codebook/still", json={"segment": name, "code": "MONEY", "seen": 1}).status_code == 403
    for path in ("/codebook", "/codebook/MONEY", "/codebook/-/versions"):
        assert '<dialog id="edit"' not in ann.get(path).text
        assert "data-do" not in ann.get(path).text


def test_what_is_still_right_is_decided_again_as_it_was(client: Callable[..., Client]) -> None:
    ann = client("ann")
    study = ann.desk.study
    item = study.store.segments.all()[0]
    span = (item.start, item.start + item.text.index(" "))
    decided(ann, 0, span=span, memo="why 😀", shown={"codes": [{"code": "MONEY", "p": 0.5}], "sample": {"frame": []}})
    decided(ann, 0, "PEOPLE", verdict=Verdict.ADD)
    decided(ann, 1, coder="ben")
    assert ann.post("/api/codebook/edit", json=wording(entry(ann), definition="Fuel.")).json()["again"] == 2
    time.sleep(1.1)  # what is decided in the second of a change counts as before it
    told = {"segment": item.id, "code": "MONEY", "seen": 2}
    assert ann.post("/api/codebook/still", json={**told, "seen": 1}).status_code == 409
    assert ann.post("/api/codebook/still", json=told).json() == {"stored": 2, "left": 1}
    assert ann.post("/api/codebook/still", json=told).status_code == 409
    assert ann.post("/api/codebook/still", json={**told, "segment": "no"}).status_code == 409
    old, *_, first, second = ann.desk.log()
    assert (first.verdict, first.code, first.quote, first.memo) == (Verdict.CHANGE, "MONEY", old.quote, "why 😀")
    assert first.shown == {"codes": [{"code": "MONEY", "p": 0.5}], "again": 1}
    assert (second.verdict, second.code) == (Verdict.ADD, "PEOPLE")
    assert [one.seq for one in ann.desk.card("ann", item.id).mine] == [4, 5]


def test_independent_coders_see_their_own_decisions_alone(client: Callable[..., Client]) -> None:
    ann, ben = client("ann"), client("ben")
    decided(ann, 0, coder="ann")
    decided(ann, 1, coder="ben", memo="ben's memo")
    ann.put("/api/preferences", json={"independent": True})
    assert "ben's memo" in ben.get("/codebook/MONEY").text.replace("&#39;", "'")
    assert "ben's memo" not in ann.get("/codebook/MONEY").text.replace("&#39;", "'")
    assert (entry(ann)["decided"], entry(ben)["decided"]) == (1, 2)
    ben.post("/api/codebook/edit", json=wording(entry(ben), definition="Fuel."))
    assert len(ann.get("/api/codebook/again", params={"code": "MONEY"}).json()["decisions"]) == 1
    assert len(ben.get("/api/codebook/again", params={"code": "MONEY"}).json()["decisions"]) == 2


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/codebook/NO", 404), ("/codebook/-/versions?old=9&new=1", 404), ("/codebook/-/versions?old=0", 422),
        ("/api/codebook/differences?old=1&new=9", 404), ("/api/codebook/entry?code=NO", 404),
        ("/api/codebook/again?code=NO", 404), ("/api/codebook/entry", 422), ("/codebook/-/versions", 200),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said(client: Callable[..., Client], path: str, status: int) -> None:
    assert client("ann").get(path).status_code == status


def test_texts_are_text_and_ids_may_be_anything(client: Callable[..., Client]) -> None:
    ann = client("ann")
    nasty = '<script>alert("1")</script> & \u202emoney'
    new = {
        "code": "a/b?c #d%é",
        "name": nasty,
        "definition": nasty,
        "brief": nasty,
        "include": [nasty],
        "reason": nasty,
    }
    assert ann.post("/api/codebook/add", json={**new, "seen": entry(ann)["seen"]}).status_code == 200
    decided(ann, 0, new["code"], memo=nasty)
    for path in ("/codebook", "/codebook/a/b%3Fc%20%23d%25%C3%A9", "/codebook/-/versions"):
        page = ann.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;" in page.text
    assert "/codebook/a/b%3Fc%20%23d%25%C3%A9" in ann.get("/codebook").text


def test_counts_are_those_of_the_tables_and_lead_to_the_quotes(client: Callable[..., Client]) -> None:
    ann = client("ann")
    items = ann.desk.study.store.segments.all()
    last = len(items) - 1
    for number, coder in ((0, "ann"), (0, "ben"), (1, "ann"), (last, "ann")):
        decided(ann, number, coder=coder)
    page = ann.get("/codebook").text
    assert 'aria-label="3 segments: Money">3<' in page
    assert 'aria-label="2 informants: Money">2<' in page
    page = ann.get("/codebook/MONEY").text
    assert "3 segments of 2 informants" in page
    assert 'coded by <span dir="auto">ann, ben</span>' in page
    assert page.count('<figure class="quote">') == 3
    assert f"/transcripts/{items[0].transcript}?segment={items[0].id}#here" in page


def test_suggestions_go_on_before_a_model_has_read_the_new_wording(client: Callable[..., Client]) -> None:
    from themescout import embed

    ann = client("ann")
    ann.post("/api/codebook/edit", json=wording(entry(ann), definition="Quite another thing."))
    study = ann.desk.study
    embedder = embed.make(study.settings.embed.model)
    matcher, rows = suggesting.fitted(study, ann.desk.book, embedder, study.store.segments.all())
    assert len(matcher.suggest(rows)) == len(rows.ids)


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def coded(study: Path) -> Path:
    """The study with three decisions of an hour ago."""
    with project.open_study(study) as opened:
        for number in (0, 1):
            decide(opened, number)
        decide(opened, 2, coder="ben", memo="Ask again.")
    return study


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        page.keyboard.press(key)


def edit_money(page: Page) -> None:
    keys(page, "j", "e")
    expect(page.locator("#edit-definition")).to_be_focused()
    expect(page.locator("#edit-decided")).to_contain_text(
        "3 decisions with this code were made under the wording so far"
    )
    keys(page, "Control+a")
    page.keyboard.type("Funds that never came.")
    page.locator("#edit-exclude").focus()
    page.keyboard.type("Wages -> PEOPLE")
    page.locator("#edit-reason").focus()
    page.keyboard.type("We read it differently.")
    keys(page, "Control+Enter")
    expect(page.locator("#message")).to_contain_text("This is version 2. 3 segments to look at again.")


def test_a_code_is_edited_and_its_segments_are_looked_at_again(
    review: Callable[..., Page], coded: Path, accessible: Callable[[Page], None]
) -> None:
    page = review("/codebook")
    edit_money(page)
    expect(page.locator('[data-code="MONEY"] .again')).to_have_text("3")
    accessible(page)
    with project.open_study(coded) as study:
        code = stages.load_codebook(study).code("MONEY")
        assert (code.definition, code.exclude[0].goes_to) == ("Funds that never came.", ("PEOPLE",))
    keys(page, "Enter")
    page.wait_for_url("**/codebook/MONEY")
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#again li")).to_have_count(3)
    expect(page.locator("#history del")).to_have_text([", budgets, salaries"])
    accessible(page)
    page.wait_for_timeout(1000)  # what is decided in the second of a change counts as before it
    keys(page, "j", "y")
    expect(page.locator("#message")).to_contain_text("Still right. 2 left")
    expect(page.locator("#again li")).to_have_count(2)
    keys(page, "y")
    expect(page.locator("#again li")).to_have_count(1)
    keys(page, "u")
    expect(page.locator('[data-code="MONEY"] .again')).to_have_text("1")
    page.wait_for_selector("body[data-ready]")
    keys(page, "v")
    expect(page.locator("#differences ins")).to_have_text([" that never came", "Wages → PEOPLE"])
    accessible(page)


def test_what_was_refused_stays_written_and_quotes_are_walked(
    review: Callable[..., Page], coded: Path, accessible: Callable[[Page], None]
) -> None:
    page = review("/codebook/MONEY")
    keys(page, "e")
    expect(page.locator("#edit-definition")).to_be_focused()
    accessible(page)
    page.locator("#edit-exclude").focus()
    page.keyboard.type("Wages → NOWHERE")
    page.locator("#edit-reason").focus()
    page.keyboard.type("Why not.")
    keys(page, "Enter")
    expect(page.locator("#edit-problem")).to_contain_text("“NOWHERE”, which does not exist")
    expect(page.locator("#edit-exclude")).to_have_value("Wages → NOWHERE")
    keys(page, "Escape")
    expect(page.locator("#edit-problem")).to_contain_text("not kept yet")
    expect(page.locator("#edit")).to_be_visible()
    keys(page, "Escape")
    expect(page.locator("#edit")).to_be_hidden()
    expect(page.locator(".quote")).to_have_count(3)
    expect(page.locator(".memo")).to_have_text("Ask again.")
    for key, number in (("j", 1), ("j", 2), ("k", 1)):
        keys(page, key)
        expect(page.locator(f"#quote-1-{number}")).to_be_focused()
    assert "/transcripts/" in str(page.locator("#quote-1-1").get_attribute("href"))
    keys(page, "c")
    page.wait_for_url("**/?segment=*")


def test_a_code_is_found_by_letters_and_one_is_added(review: Callable[..., Page], coded: Path) -> None:
    page = review("/codebook")
    keys(page, "/")
    page.keyboard.type("peop")
    expect(page.locator("#codes tbody tr:visible")).to_have_count(1)
    keys(page, "Escape", "a")
    expect(page.locator("#edit-code")).to_be_focused()
    page.keyboard.type("FUEL")
    for field, text in (("name", "Fuel"), ("definition", "None to be had."), ("reason", "Heard often.")):
        page.locator(f"#edit-{field}").focus()
        page.keyboard.type(text)
    keys(page, "Control+Enter")
    expect(page.locator('[data-code="FUEL"] a.code')).to_be_focused()
    with project.open_study(coded) as study:
        assert stages.load_codebook(codebook_file.current(study)).code("FUEL").parent == "MONEY"
