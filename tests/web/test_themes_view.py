"""The view of themes: the interface asked directly, and the page in a real browser, by keyboard alone."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from themescout import project
from themescout.candidates import ThemeStatus, ThemeVerb
from themescout.pipeline import curating, stages
from themescout.report.themes import FitView
from themescout.review import board
from themescout.review.preferences import Preferences
from themescout.types import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from .conftest import Client

NASTY = "<script>alert(1)</script> & \u202e🙂"


def listed(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/themes").json()
    return found


def post(client: Client, verb: str, *, status: int = 200, **body: Any) -> dict[str, Any]:
    answer = client.post(f"/api/themes/{verb}", json={"seen": listed(client)["seen"], **body})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def log(folder: Path) -> list[tuple[str, str]]:
    with project.open_study(folder) as study:
        return [(d.verb.value, d.coder) for d in study.store.theme_log.all()]


def status(folder: Path) -> dict[str, ThemeStatus]:
    with project.open_study(folder) as study:
        return {f"T{theme.id + 1}": theme.status for theme in study.store.themes.all()}


def members(folder: Path, tag: str) -> tuple[str, ...]:
    with project.open_study(folder) as study:
        return curating.get(study, int(tag[1:]) - 1).members


# --- the interface --------------------------------------------------------------------------------------------------


def test_themes_are_listed_largest_first_with_informants_as_in_the_report(client: Callable[..., Client]) -> None:
    found = listed(client())["themes"]
    assert len(found) >= 3
    sizes = [one["segments"] for one in found]
    assert sizes == sorted(sizes, reverse=True)
    assert all(1 <= one["informants"] <= 3 for one in found)
    assert all(re.fullmatch(r"found in \d+ of 3 runs", one["stability"]) for one in found)


def test_every_verb_is_stored_with_coder_and_memo_and_says_what_was_done(
    client: Callable[..., Client], study: Path
) -> None:
    ann = client("ann")
    first, second, third = (one["theme"] for one in listed(ann)["themes"][:3])
    some = members(study, third)
    assert post(ann, "name", theme=first, name=NASTY)["sentence"] == f"{first} is now “{NASTY}”."
    assert f"went into {first}" in post(ann, "merge", into=first, others=[second])["sentence"]
    assert "is new" in post(ann, "split", theme=third, segments=list(some[:1]))["sentence"]
    assert "moved" in post(ann, "move", theme=first, segments=list(some[1:2]))["sentence"]
    assert "taken out" in post(ann, "move", theme="none", segments=list(some[1:2]))["sentence"]
    assert "is kept" in post(ann, "keep", theme=first)["sentence"]
    assert "tied to MONEY" in post(ann, "tie", theme=first, code="MONEY")["sentence"]
    assert "is discarded" in post(ann, "discard", theme=first, memo="small talk")["sentence"]
    assert "Taken back" in post(ann, "undo")["sentence"]
    assert "Holds again" in post(ann, "redo")["sentence"]
    verbs = ["name", "merge", "split", "move", "move", "keep", "tie", "discard", "undo", "undo"]
    assert log(study) == [(verb, "ann") for verb in verbs]
    with project.open_study(study) as opened:
        assert [d.memo for d in opened.store.theme_log.all() if d.verb is ThemeVerb.DISCARD] == ["small talk"]
    page = ann.get(f"/themes?theme={first}").text
    assert "<script>alert" not in page
    assert "small talk" in page


def test_after_undo_the_theme_to_look_at_is_the_one_that_it_was_about(client: Callable[..., Client]) -> None:
    ann = client("ann")
    first, second = (one["theme"] for one in listed(ann)["themes"][:2])
    assert post(ann, "merge", into=first, others=[second])["theme"] == first
    assert post(ann, "undo")["theme"] == second
    assert post(ann, "redo")["theme"] == first


def test_a_decision_on_themes_that_somebody_changed_meanwhile_is_refused(
    client: Callable[..., Client], study: Path
) -> None:
    ann, ben = client("ann"), client("ben")
    first, second = (one["theme"] for one in listed(ann)["themes"][:2])
    seen = listed(ann)["seen"]
    post(ben, "merge", into=first, others=[second])
    answer = ann.post("/api/themes/discard", json={"theme": first, "seen": seen})
    assert answer.status_code == 409
    assert answer.json()["error"] == "Nothing was done: ben decided on themes since this page was drawn."
    assert log(study) == [("merge", "ben")]


def test_themes_found_again_elsewhere_are_noticed(client: Callable[..., Client], study: Path) -> None:
    ann = client("ann")
    seen, first = listed(ann)["seen"], listed(ann)["themes"][0]["theme"]
    with project.open_study(study) as opened:
        opened.store.stages.finish("themes", "another", opened.store.stages.record("themes"))
    answer = ann.post("/api/themes/keep", json={"theme": first, "seen": seen})
    assert answer.status_code == 409
    assert "found again" in answer.json()["error"]


def test_what_others_write_to_the_file_is_shown(client: Callable[..., Client], study: Path) -> None:
    ann = client("ann")
    first = listed(ann)["themes"][0]["theme"]
    with project.open_study(study) as opened:
        curating.name(opened, int(first[1:]) - 1, "Wages", coder="ben")
    assert listed(ann)["themes"][0]["title"] == "Wages"


def test_a_theme_that_went_says_what_became_of_it(client: Callable[..., Client]) -> None:
    ann = client("ann")
    first, second = (one["theme"] for one in listed(ann)["themes"][:2])
    post(ann, "merge", into=first, others=[second])
    answer = ann.get(f"/themes?theme={second}")
    assert answer.status_code == 200
    assert f"{second} is no longer there: it was merged into {first} by ann" in answer.text


def test_a_promoted_theme_is_a_code_at_once_and_another_one_can_follow(
    client: Callable[..., Client], study: Path
) -> None:
    ann = client("ann")
    first, second = (one["theme"] for one in listed(ann)["themes"][:2])
    said = post(ann, "promote", theme=first, name="Late pay", definition="Wages that come late.", under="MONEY")
    assert "LATE-PAY" in said["sentence"]
    assert "LATE-PAY" in [code["id"] for code in ann.get("/api/state").json()["codes"]]
    post(ann, "promote", theme=second, name="Roads")
    with project.open_study(study) as opened:
        assert {"LATE-PAY", "ROADS"} <= {code.id for code in stages.load_codebook(opened).codes}
    assert status(study)[first] is ThemeStatus.PROMOTED


def test_a_code_of_a_built_in_codebook_goes_into_a_file_of_the_study(
    client: Callable[..., Client], study: Path, opened: project.Study
) -> None:
    from .conftest import change_settings  # only here

    change_settings(study, "study", codebook="scale-up")
    with project.open_study(study, shared=True) as fresh:
        object.__setattr__(opened, "settings", fresh.settings)
    ann = client("ann")
    first, second = (one["theme"] for one in listed(ann)["themes"][:2])
    assert "its own copy now: codebook.yaml" in post(ann, "promote", theme=first, name="Late pay")["sentence"]
    assert "at the end of codebook.yaml" in post(ann, "promote", theme=second, name="Roads")["sentence"]


@pytest.mark.parametrize(
    ("verb", "body", "wanted"),
    [
        ("name", {"theme": "T1", "name": " "}, 409),
        ("name", {"theme": "T1", "name": "x" * 300}, 409),
        ("name", {"theme": "T999999999", "name": "x"}, 404),
        ("name", {"theme": "T9999999999", "name": "x"}, 422),
        ("name", {"theme": "T0", "name": "x"}, 422),
        ("merge", {"into": "T1", "others": ["T1"]}, 409),
        ("merge", {"into": "T1", "others": []}, 422),
        ("split", {"theme": "T1"}, 409),
        ("split", {"theme": "T1", "segments": ["nobody"]}, 409),
        ("split", {"theme": "T1", "part": 999}, 409),
        ("move", {"theme": "T1", "segments": ["nobody"]}, 409),
        ("tie", {"theme": "T1", "code": "NOTHING"}, 409),
        ("promote", {"theme": "T1"}, 409),
        ("undo", {}, 409),
        ("redo", {}, 409),
        ("keep", {"theme": "T1", "more": 1}, 422),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(
    verb: str, body: dict[str, Any], wanted: int, client: Callable[..., Client], study: Path
) -> None:
    post(client(), verb, status=wanted, **body)
    assert log(study) == []


@pytest.mark.parametrize(
    "text", ["\x00", "\ud800", "a\x00b\ud83d", "..", "../../x", "- {a: 1}", "'\"#: |", "\u2028x", "🙂" * 200, "=1+1"]
)
def test_whatever_is_written_is_taken_or_refused_in_words(
    text: str, client: Callable[..., Client], study: Path
) -> None:
    ann = client("ann")
    theme = listed(ann)["themes"][0]["theme"]
    wishes: tuple[tuple[str, dict[str, Any]], ...] = (
        ("name", {"theme": theme, "name": text, "memo": text}),
        ("tie", {"theme": theme, "code": text}),
        ("move", {"theme": theme, "segments": [text]}),
        ("split", {"theme": theme, "segments": [text]}),
        ("promote", {"theme": theme, "name": text, "definition": text, "under": "MONEY", "id": text}),
    )
    for verb, body in wishes:
        sent = json.dumps({"seen": listed(ann)["seen"], **body})  # escapes what is no Unicode, as a browser may
        answer = ann.post(f"/api/themes/{verb}", content=sent, headers={"content-type": "application/json"})
        assert answer.status_code in {200, 400, 409, 422}, (verb, answer.text)
    assert ann.get(f"/themes?theme={theme}").status_code == 200
    with project.open_study(study) as opened:
        assert stages.load_codebook(opened).has("MONEY")


def test_for_reading_only_nothing_is_stored_and_no_button_is_there(client: Callable[..., Client], study: Path) -> None:
    reader = client(read_only=True)
    first = listed(reader)["themes"][0]["theme"]
    post(reader, "discard", status=403, theme=first)
    page = reader.get(f"/themes?theme={first}").text
    assert "do-name" not in page
    assert '<dialog id="naming"' not in page
    with project.open_study(study) as opened:
        before = opened.store.stages.fingerprint("map")
        opened.store.stages.finish("map", "", {})
    assert reader.get("/api/themes/map").json()["marks"]
    with project.open_study(study) as opened:
        assert before
        assert opened.store.stages.fingerprint("map") == ""


def test_who_works_independently_sees_no_themes(client: Callable[..., Client]) -> None:
    ann = client("ann")
    title = listed(ann)["themes"][0]["title"]
    ann.desk.prefer("ann", Preferences(independent=True))
    page = ann.get("/themes").text
    assert "Themes are hidden while you work independently." in page
    assert title not in page
    assert ann.get("/api/themes").status_code == ann.get("/api/themes/map").status_code == 403
    assert title in client("ben").get("/themes").text


def test_evidence_from_others_decisions_is_hidden_until_one_has_decided(
    client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = client("ann")
    shown = board.of(ann.desk).shown()
    view = shown.themes.views[0]
    said, place = view.quotes[0].text, view.quotes[0].segment
    evidence = (Evidence(source="precedent", text=said, ref=place, similarity=0.9),)
    fitted = replace(view, mapped=True, fits=(FitView(name="Money", share=0.5, evidence=evidence),))
    changed = replace(shown, themes=replace(shown.themes, views=(fitted, *shown.themes.views[1:])))
    monkeypatch.setattr(board.Board, "shown", lambda _: changed)
    assert "confirmed segment" not in ann.get(f"/themes?theme={view.number}").text
    answer = {"segment": place, "says": "code", "code": "MONEY", "kind": "barrier", "seen": 0, "key": "k" * 20}
    assert client("ben").post("/api/decisions", json=answer).status_code == 200
    assert "confirmed segment" in ann.get(f"/themes?theme={view.number}").text
    ann.desk._double = frozenset({place})
    assert "confirmed segment" not in ann.get(f"/themes?theme={view.number}").text


def test_quotes_are_slices_and_link_to_their_places(client: Callable[..., Client]) -> None:
    ann = client("ann")
    for view in board.of(ann.desk).shown().themes.views:
        for quote, _, _ in view.everything:
            transcript = ann.desk.transcript(quote.transcript)
            assert transcript is not None
            assert transcript.text[quote.start : quote.end] == quote.text
    page = ann.get("/themes?theme=T1&segments=3").text
    places = re.findall(r'href="/transcripts/([^?"]+)\?segment=([^#"]+)#here"', page)
    assert len(places) >= 3
    assert {name for _, name in places} <= set(ann.desk.items)
    assert "Show" in page


def test_the_map_is_drawn_once_and_its_colours_follow_decisions(
    client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = client("ann")
    before = ann.get("/api/themes/map").json()
    monkeypatch.setattr("themescout.layout.layout", lambda *_, **__: pytest.fail("computed again"))
    first, second = (one["theme"] for one in listed(ann)["themes"][:2])
    post(ann, "merge", into=first, others=[second])
    after = ann.get("/api/themes/map").json()
    where = [{one["segment"]: (one["x"], one["y"]) for one in found["marks"]} for found in (before, after)]
    assert where[0] == where[1]
    gone = int(second[1:]) - 1
    assert gone in {one["theme"] for one in before["marks"]}
    assert gone not in {one["theme"] for one in after["marks"]}
    assert after["seen"] == listed(ann)["seen"]


# --- the page -------------------------------------------------------------------------------------------------------


def test_by_keys_alone_themes_are_walked_named_and_discarded(review: Callable[..., Page], study: Path) -> None:
    page = review("/themes")
    page.keyboard.press("j")
    first = page.locator("#detail .tag").first
    expect(first).to_have_text(re.compile(r"^T\d+$"))
    one = first.inner_text()
    page.keyboard.press("n")
    page.keyboard.type("Wages come late")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_have_text(f"{one} is now “Wages come late”.")
    expect(page.locator("#detail-title")).to_contain_text("Wages come late")
    expect(page.locator(f"#row-{one}")).to_be_focused()
    page.keyboard.press("d")
    expect(page.locator("#message")).to_contain_text(f"{one} is discarded")
    expect(page.locator(f"#row-{one}")).to_be_hidden()
    page.keyboard.press("D")
    expect(page.locator(f"#row-{one}")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator("#message")).to_contain_text("Taken back: discard")
    expect(page.locator("#detail-title")).to_contain_text("Wages come late")
    page.keyboard.press("U")
    expect(page.locator("#message")).to_contain_text("Holds again")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#list .row:focus")).not_to_have_id(f"row-{one}")
    expect(page.locator("#list .row[tabindex='0']")).to_have_count(1)
    assert [verb for verb, _ in log(study)] == ["name", "discard", "undo", "undo"]
    assert status(study)[one] is ThemeStatus.DISCARDED


def test_a_few_letters_find_the_theme_to_merge_and_the_code_to_tie(review: Callable[..., Page], study: Path) -> None:
    page = review("/themes")
    page.keyboard.press("j")
    one = page.locator("#list .row[data-theme^=T]").nth(0).get_attribute("data-theme")
    two = page.locator("#list .row[data-theme^=T]").nth(1).get_attribute("data-theme")
    page.keyboard.press("m")
    page.keyboard.type(str(two).lower())
    expect(page.locator("#found [aria-selected=true]")).to_contain_text(str(two))
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text(f"{two} went into {one}")
    page.keyboard.press("t")
    page.keyboard.type("peo")
    expect(page.locator("#found [aria-selected=true]")).to_contain_text("People")
    page.keyboard.press("Tab")
    page.keyboard.type("they do the work")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_have_text(f"{one} is tied to PEOPLE.")
    page.keyboard.press("m")
    page.keyboard.press("Enter")  # nothing is chosen yet
    expect(page.locator("#found [aria-selected=true]")).to_have_count(0)
    page.keyboard.press("Escape")
    with project.open_study(study) as opened:
        assert [(d.verb, d.memo) for d in opened.store.theme_log.all()] == [("merge", ""), ("tie", "they do the work")]


def test_ticked_segments_are_split_off_and_moved(review: Callable[..., Page], study: Path) -> None:
    page = review("/themes")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#detail-title")).to_be_focused()
    one = page.locator("#detail").get_attribute("data-theme") or ""
    before = members(study, one)
    for key in "jxjx":
        page.keyboard.press(key)
    expect(page.locator("#ticked")).to_have_text("2 segments ticked.")
    page.keyboard.press("s")
    expect(page.locator("#message")).to_contain_text(f"is new, with 2 segments of {one}")
    assert len(members(study, one)) == len(before) - 2
    page.keyboard.press("j")
    page.keyboard.press("v")
    page.keyboard.type("no theme")
    expect(page.locator("#found [aria-selected=true]")).to_contain_text("In no theme")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_have_text("1 segment taken out of its theme.")
    assert [verb for verb, _ in log(study)] == ["split", "move"]


def test_a_theme_becomes_a_code(review: Callable[..., Page], study: Path) -> None:
    page = review("/themes")
    page.keyboard.press("j")
    page.keyboard.press("p")
    expect(page.locator("#promoting-under option")).not_to_have_count(0)
    page.keyboard.type("Late pay")
    page.keyboard.press("Tab")
    page.keyboard.type("Wages that come late.")
    page.keyboard.press("Tab")
    page.keyboard.type("Mon")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text("is the code LATE-PAY now")
    with project.open_study(study) as opened:
        code = stages.load_codebook(opened).code("LATE-PAY")
    assert (code.name, code.parent, code.definition) == ("Late pay", "MONEY", "Wages that come late.")


def test_what_somebody_changed_meanwhile_is_drawn_and_said(review: Callable[..., Page], study: Path) -> None:
    page = review("/themes")
    page.keyboard.press("j")
    expect(page.locator("#do-keep")).to_be_visible()
    one = page.locator("#detail").get_attribute("data-theme") or ""
    with project.open_study(study) as opened:
        curating.name(opened, int(one[1:]) - 1, "Somebody's name", coder="ben")
    page.keyboard.press("d")
    expect(page.locator("#alert")).to_contain_text("Nothing was done: ben decided on themes")
    expect(page.locator("#detail-title")).to_contain_text("Somebody's name")
    assert status(study)[one] is not ThemeStatus.DISCARDED


def test_axe_finds_nothing_with_a_theme_and_with_dialogs_open(
    review: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = review("/themes")
    expect(page.locator("#plane svg")).to_be_visible()
    accessible(page)
    page.locator("#plane .ex").first.hover()
    expect(page.locator("#tip")).to_contain_text("“")
    page.keyboard.press("j")
    expect(page.locator("#do-keep")).to_be_visible()
    expect(page.locator("#plane svg")).to_be_visible()
    accessible(page)
    for key in "mp?":
        page.keyboard.press(key)
        expect(page.locator("dialog[open]")).to_be_visible()
        accessible(page)
        page.keyboard.press("Escape")
