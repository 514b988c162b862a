"""The coding view's interface, asked in process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from themescout import decisions

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.testclient import TestClient

    from themescout.project import Study

HOSTILE = "<script>alert(1)</script> \u202eRTL\u2066 \"'&lt;" + "W" * 100_000


def next_card(who: TestClient, order: str = "interview") -> dict[str, Any]:
    return dict(who.get(f"/api/next?order={order}").json()["card"])


def reply(card: dict[str, Any], says: str = "nothing", **more: Any) -> dict[str, Any]:
    return {"segment": card["segment"], "seen": card["seen"], "says": says, "key": f"key-{card['segment']}", **more}


def test_state_says_who_codes_with_what(client: Callable[..., TestClient]) -> None:
    found = client("ann").get("/api/state").json()
    assert (found["coder"], found["read_only"]) == ("ann", False)
    assert [code["id"] for code in found["codes"]] == ["MONEY", "PEOPLE"]
    assert [kind["key"] for kind in found["kinds"]] == ["b", "r", ""]


def test_an_answer_is_stored_and_the_next_card_comes_with_its_turns(
    client: Callable[..., TestClient], opened: Study
) -> None:
    ann = client("ann")
    card = next_card(ann)
    answered = ann.post("/api/decisions", json=reply(card, then="interview", seconds=3.5)).json()
    assert answered["decision"]["verdict"] == "reject"
    assert answered["card"]["segment"] != card["segment"]
    turns = {turn["seq"]: turn for turn in answered["turns"]["turns"]}
    turn = turns[answered["card"]["turn"]]
    start = answered["card"]["start"] - turn["start"]
    assert turn["text"][start : start + len(answered["card"]["text"])] == answered["card"]["text"]
    assert [d.seconds for d in opened.store.decisions.all()] == [3.5]


def test_turns_are_not_sent_again_to_a_page_that_has_them(client: Callable[..., TestClient]) -> None:
    ann = client("ann")
    found = ann.get("/api/next?order=interview").json()
    first, last = found["turns"]["turns"][0]["seq"], found["turns"]["turns"][-1]["seq"]
    has = {"transcript": found["card"]["transcript"], "first": first, "last": last}
    answered = ann.post("/api/decisions", json=reply(found["card"], then="interview", has=has)).json()
    assert answered["card"]["transcript"] == has["transcript"]
    assert answered["turns"] is None


def test_a_stale_answer_gets_the_card_as_it_is_now(client: Callable[..., TestClient]) -> None:
    ann, ben = client("ann"), client("ben")
    card = next_card(ann)
    assert ben.post("/api/decisions", json=reply(card, key="bens-answer")).status_code == 200
    refused = ann.post("/api/decisions", json=reply(card))
    assert refused.status_code == 409
    assert "ben decided" in refused.json()["error"]
    assert refused.json()["card"]["others"][0]["coder"] == "ben"
    assert refused.json()["card"]["seen"] == 1


def test_undo_and_redo_show_the_segment_again(client: Callable[..., TestClient]) -> None:
    ann = client("ann")
    card = next_card(ann)
    ann.post("/api/decisions", json=reply(card))
    undone = ann.post("/api/undo", json={}).json()
    assert (undone["card"]["segment"], undone["card"]["mine"]) == (card["segment"], [])
    assert ann.post("/api/redo", json={}).json()["card"]["mine"][0]["verdict"] == "reject"
    assert ann.post("/api/redo", json={}).status_code == 409


def test_history_comes_page_by_page(client: Callable[..., TestClient]) -> None:
    ann = client("ann")
    for _ in range(5):
        ann.post("/api/decisions", json=reply(next_card(ann)))
    first = ann.get("/api/history?limit=2").json()
    assert first["more"]
    rest = ann.get(f"/api/history?limit=9&before={first['decisions'][-1]['seq']}").json()
    assert not rest["more"]
    assert [one["seq"] for one in first["decisions"] + rest["decisions"]] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"segment": "nowhere"}, {"code": "NOWHERE", "says": "code", "kind": "barrier"}, {"says": "code"},
        {"says": "code", "kind": "barrier", "code": "MONEY", "span": [0, 10**12]}, {"says": "add"},
    ],
)  # fmt: skip
def test_what_cannot_be_decided_is_refused_in_a_sentence(
    client: Callable[..., TestClient], opened: Study, wrong: dict[str, Any]
) -> None:
    ann = client("ann")
    refused = ann.post("/api/decisions", json={**reply(next_card(ann)), **wrong})
    assert refused.status_code == 409
    assert refused.json()["error"].endswith(".")
    assert opened.store.decisions.count() == 0


def test_words_that_look_like_something_else_are_kept_as_words(
    client: Callable[..., TestClient], opened: Study
) -> None:
    ann = client("ann")
    memo = HOSTILE[:9_000]
    ann.post("/api/decisions", json=reply(next_card(ann), memo=memo))
    assert ann.get("/api/history").json()["decisions"][0]["memo"] == memo
    assert opened.store.decisions.all()[0].memo == memo
    too_long = ann.post("/api/decisions", json=reply(next_card(ann), memo=HOSTILE))
    assert too_long.status_code == 422


def test_a_review_for_reading_shows_everything_and_stores_nothing(
    client: Callable[..., TestClient], opened: Study
) -> None:
    ann = client("ann", read_only=True)
    card = next_card(ann)
    assert ann.post("/api/decisions", json=reply(card)).status_code == 403
    assert ann.put("/api/preferences", json={"independent": True}).status_code == 403
    assert ann.post("/api/undo", json={}).status_code == 403
    assert opened.store.decisions.count() == 0
    assert "for reading only" in ann.get("/").text


def test_keys_are_kept_for_each_coder(client: Callable[..., TestClient]) -> None:
    ann, ben = client("ann"), client("ben")
    assert ann.put("/api/preferences", json={"keys": {"accept": "q"}}).json()["keys"] == {"accept": "q"}
    assert ann.get("/api/state").json()["keys"] == {"accept": "q"}
    assert ben.get("/api/state").json()["keys"] == {}


def test_a_kept_back_suggestion_is_not_in_the_answer_before_the_decision(
    client: Callable[..., TestClient], opened: Study
) -> None:
    ann = client("ann")
    ann.put("/api/preferences", json={"independent": True})
    found = ann.get("/api/next?order=interview")
    assert found.json()["card"]["suggestion"] is None
    assert found.json()["card"]["reason"] == "independent"
    said = opened.store.suggestions.get(found.json()["card"]["segment"])
    assert said
    assert f'"p":{said.ranked[0].p}' not in found.text


def test_every_page_of_the_menu_opens(client: Callable[..., TestClient]) -> None:
    ann = client("ann")
    for path in ("/", "/themes", "/codebook", "/transcripts", "/tables", "/progress", "/coders"):
        page = ann.get(path)
        assert page.status_code == 200
        assert page.text.count('aria-current="page" data-view') == 1


def test_what_is_not_there_is_a_page_or_a_sentence(client: Callable[..., TestClient]) -> None:
    ann = client("ann")
    page, data = ann.get("/nowhere"), ann.get("/api/nowhere")
    assert (page.status_code, data.status_code) == (404, 404)
    assert "There is no such page" in page.text
    assert data.json()["error"] == "There is no such page."
    assert ann.get("/api/transcripts/nowhere/turns").status_code == 409
    assert ann.delete("/api/state").status_code == 405


def test_all_that_was_decided_is_what_the_labels_say(client: Callable[..., TestClient], opened: Study) -> None:
    ann = client("ann")
    card = next_card(ann)
    ann.post("/api/decisions", json=reply(card, "code", kind="barrier", code="MONEY"))
    seen = ann.get(f"/api/segments/{card['segment']}").json()["seen"]
    more = reply(card, "add", kind="research_question", code="PEOPLE", key="another-key")
    ann.post("/api/decisions", json={**more, "seen": seen})
    found = {(one.kind, one.code) for one in decisions.labels(opened.store.decisions.all())}
    assert found == {("barrier", "MONEY"), ("research_question", "PEOPLE")}
