"""The view that compares two waves: the interface asked directly, and the page in a real browser, by keyboard alone."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from themescout import decisions, project
from themescout.candidates import ThemeStatus
from themescout.comparison import board, service
from themescout.comparison.model import AID
from themescout.errors import ComparisonError
from themescout.review.preferences import Preferences
from themescout.types import Verdict

from . import comparing, conftest
from .comparing import MADE, WAVE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page, Route

    from .conftest import Client

PRETENDING = (
    f"import sys; sys.path.insert(0, {str(conftest.ROOT / 'tests' / 'web')!r}); import comparing; comparing.pretend(); "
)
NUMBERS = count()
NOVEL = ".novel >> nth=0"
NASTY = "<script>alert(1)</script> & \u202e🙂"


@pytest.fixture(autouse=True)
def pretended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparisons are pretended, here and in the processes that are started."""
    monkeypatch.setattr("themescout.comparison.service.read", comparing.read)
    monkeypatch.setattr("themescout.comparison.service.compare", comparing.compare)
    monkeypatch.setattr(conftest, "MAIN", PRETENDING + conftest.MAIN)


@pytest.fixture
def waves(study: Path) -> Path:
    """Two waves, not compared yet."""
    comparing.two_waves(study, "KI10")
    return study


@pytest.fixture
def compared(waves: Path) -> Path:
    """Two waves that were compared."""
    with project.open_study(waves) as opened:
        comparing.compare(opened, WAVE)
    return waves


def novel(page: str) -> list[str]:
    """The segments that are listed, in order."""
    return re.findall(r'<li class="item novel[^>]*data-segment="([^"]+)"', page)


def decide(client: Client, segment: str, **answer: Any) -> None:
    """Decide a segment as the page does."""
    card = client.get(f"/api/segments/{segment}").json()
    body = {"segment": segment, "seen": card["seen"], "key": f"key-{next(NUMBERS):08}"}
    said = client.post("/api/decisions", json={**body, **answer})
    assert said.status_code == 200, said.text


def held(folder: Path) -> list[tuple[Verdict, str | None, str]]:
    with project.open_study(folder) as study:
        return [(d.verdict, d.code, d.memo) for d in decisions.standing(study.store.decisions.all())]


# --- the interface --------------------------------------------------------------------------------------------------


def test_with_one_wave_the_page_says_how_to_come_to_two(client: Callable[..., Client]) -> None:
    page = client().get("/compare")
    assert page.status_code == 200
    assert "A comparison needs two waves" in page.text
    assert "themescout compare study NAME" in page.text
    assert 'id="make"' not in page.text
    assert client().get("/api/compare").json() == {"wave": "", "made": False, "making": False}


def test_where_it_was_not_made_it_can_be_made(waves: Path, client: Callable[..., Client]) -> None:
    ann = client()
    assert 'id="make"' in ann.get("/compare").text
    assert ann.get("/api/compare").json() == {"wave": WAVE, "made": False, "making": False}
    made = ann.post("/api/compare/make", json={"wave": WAVE})
    assert (made.status_code, made.json()) == (200, {"sentence": "wave2 is compared with wave1."})
    assert ann.get("/api/compare").json()["made"]
    assert "Candidate new themes" in ann.get("/compare").text
    assert 'id="make"' in ann.get("/compare?wave=wave1").text  # the other way round is another comparison


def test_what_is_not_stored_is_made_in_the_terminal(waves: Path, client: Callable[..., Client]) -> None:
    with project.open_study(waves) as opened:
        opened.store.stages.finish("themes", "", {})
    page = client().get("/compare").text
    assert 'id="make"' not in page
    assert "themescout compare study wave2" in page


@pytest.mark.parametrize(
    ("method", "path", "body", "wanted"),
    [
        ("GET", "/compare?wave=nothing", None, 409),
        ("GET", "/api/compare?wave=nothing", None, 409),
        ("GET", f"/compare?wave={'x' * 5_001}", None, 422),
        ("GET", "/compare?novel=0", None, 422),
        ("POST", "/api/compare/make", {"wave": "nothing"}, 409),
        ("POST", "/api/compare/make", {"wave": "x" * 5_001}, 422),
        ("POST", "/api/compare/make", {"wave": WAVE, "more": 1}, 422),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(
    method: str, path: str, body: Any, wanted: int, waves: Path, client: Callable[..., Client]
) -> None:
    answer = client().request(method, path, json=body)
    assert answer.status_code == wanted
    assert wanted == 422 or "nothing" in answer.text


def test_who_may_only_read_cannot_have_it_made(waves: Path, client: Callable[..., Client]) -> None:
    ann = client(read_only=True)
    assert 'id="make"' not in ann.get("/compare").text
    assert ann.post("/api/compare/make", json={"wave": WAVE}).status_code == 403


def test_it_is_made_once_at_a_time_and_others_are_told(
    waves: Path, client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = client("ann"), client("ben")
    seen: list[Any] = []

    def slow(study: project.Study, new: str, **how: Any) -> Any:
        seen.append(ben.post("/api/compare/make", json={"wave": WAVE}).status_code)
        seen.append(ben.get("/api/compare").json()["making"])
        seen.append("is being made for <bdi>ann</bdi>" in ben.get("/compare").text)
        return comparing.compare(study, new)

    monkeypatch.setattr(service, "compare", slow)
    assert ann.post("/api/compare/make", json={"wave": WAVE}).status_code == 200
    assert seen == [409, True, True]
    assert not ben.get("/api/compare").json()["making"]


def test_what_went_wrong_is_said_and_it_can_be_tried_again(
    waves: Path, client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = client()

    def broken(*_: Any, **__: Any) -> None:
        raise ComparisonError("Too few old interviews.", "Add some.")

    monkeypatch.setattr(service, "compare", broken)
    answer = ann.post("/api/compare/make", json={"wave": WAVE})
    assert (answer.status_code, answer.json()["error"]) == (409, "Too few old interviews.")
    monkeypatch.setattr(service, "compare", comparing.compare)
    assert ann.post("/api/compare/make", json={"wave": WAVE}).status_code == 200


def test_quotes_are_slices_and_link_to_both_places(compared: Path, client: Callable[..., Client]) -> None:
    ann = client()
    page = ann.get("/compare").text
    names = novel(page)
    assert len(names) == 6
    for name in names:
        item = ann.desk.items[name]
        assert f'href="/?segment={name}"' in page
        assert f'href="/transcripts/{item.transcript}?segment={name}#here"' in page
    assert page.count(AID) >= 3
    assert novel(ann.get("/compare?novel=2").text) == names[:2]


def test_a_decision_changes_the_counts_at_once(compared: Path, client: Callable[..., Client]) -> None:
    ann = client()
    row = re.compile(r'id="category-1".*?</tbody>', re.DOTALL)
    before = row.search(ann.get("/compare").text)
    assert before
    assert "0 of 1" in before[0]
    assert "3 segments to read" in before[0]
    segment = novel(ann.get("/compare").text)[0]
    decide(ann, segment, says="code", code="MONEY", kind="barrier", memo=NASTY)
    page = ann.get("/compare").text
    after = row.search(page)
    assert after
    assert "1 of 1" in after[0]
    assert "<strong>You</strong>" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert novel(page)[0] == segment  # it stays where it was


def test_who_works_independently_sees_neither_suggestions_nor_others_counts(
    compared: Path, client: Callable[..., Client]
) -> None:
    ann, ben = client("ann"), client("ben")
    for segment in novel(ben.get("/compare").text)[:2]:
        decide(ben, segment, says="code", code="MONEY", kind="barrier")
    ann.desk.prefer("ann", Preferences(independent=True))
    page = ann.get("/compare").text
    assert "You work independently" in page
    for hidden in ("card-T", "novel", "meaning-", "theme-1", "segments to read", "1 of 1", ">ben<"):
        assert hidden not in re.sub(r'<p class="note">.*?</p>', "", page), hidden
    assert "category-1" in page
    assert ">ben<" in ben.get("/compare").text or "<strong>You</strong>" in ben.get("/compare").text


def test_what_others_decided_on_a_segment_for_everybody_is_hidden_until_one_has_decided_it(
    compared: Path, client: Callable[..., Client]
) -> None:
    ann, ben = client("ann"), client("ben")
    segment = novel(ann.get("/compare").text)[0]
    ann.desk._double = frozenset({segment})
    decide(ben, segment, says="code", code="MONEY", kind="barrier")
    page = ann.get("/compare").text
    assert "<bdi>ben</bdi>" not in page
    assert "Others’ decisions on those are counted here once you have decided them too." in page
    decide(ann, segment, says="nothing")
    assert "<bdi>ben</bdi>" in ann.get("/compare").text


def test_segments_drawn_to_be_decided_without_suggestions_show_none(
    compared: Path, client: Callable[..., Client]
) -> None:
    conftest.change_settings(compared, "review", blind=1.0)
    ann = client()
    with project.open_study(compared, shared=True) as fresh:
        object.__setattr__(ann.desk.study, "settings", fresh.settings)
    page = ann.get("/compare").text
    first = novel(page)[0]
    assert page.count("No suggestion is shown for it.") == 6
    assert "do-accept" not in page
    decide(ann, first, says="nothing")
    assert ann.get("/compare").text.count("No suggestion is shown for it.") == 5


def test_for_reading_only_there_is_nothing_to_decide_with(compared: Path, client: Callable[..., Client]) -> None:
    page = client(read_only=True).get("/compare").text
    assert novel(page)
    assert "data-key=" not in page
    assert '<dialog id="naming"' not in page


def test_themes_are_decided_from_the_state_that_the_page_shows(compared: Path, client: Callable[..., Client]) -> None:
    ann = client()
    page = ann.get("/compare").text
    seen, card = re.search(r'data-seen="([^"]+)"', page), re.search(r'id="card-(T\d+)"', page)
    assert seen
    assert card
    body = {"seen": seen[1], "theme": card[1], "name": NASTY}
    assert ann.post("/api/themes/name", json=body).status_code == 200
    assert ann.post("/api/themes/name", json=body).status_code == 409
    page = ann.get("/compare").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_a_candidate_that_was_merged_away_says_what_became_of_it(
    compared: Path, client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = client()
    cards = re.findall(r'id="card-(T\d+)"', ann.get("/compare").text)
    kept = board.shown(ann.desk, "ann").comparison
    monkeypatch.setattr("themescout.comparison.service.read", lambda *_, **__: kept)
    seen = ann.get("/api/themes").json()["seen"]
    ann.post("/api/themes/merge", json={"seen": seen, "into": cards[0], "others": [cards[1]]})
    page = ann.get("/compare").text
    assert f"{cards[1]} is no longer there: it was merged into {cards[0]} by ann" in page
    assert f'data-theme="{cards[1]}"' not in page


def test_it_is_read_once_for_all_who_may_see_the_same(
    compared: Path, client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = client("ann"), client("ben")
    times: list[str] = []

    def counted(study: project.Study, new: str, **how: Any) -> Any:
        times.append(new)
        return comparing.read(study, new, **how)

    monkeypatch.setattr("themescout.comparison.service.read", counted)
    for one in (ann, ben, ann):
        one.get("/compare")
    assert times == [WAVE]
    decide(ann, novel(ann.get("/compare").text)[0], says="nothing")
    ben.get("/compare")
    assert times == [WAVE] * 2
    comparing.two_waves(compared, "KI10", setting="a prison")
    assert "a prison" in ben.get("/compare").text


# --- the page -------------------------------------------------------------------------------------------------------


@pytest.fixture
def browse(review: Callable[..., Page]) -> Callable[..., Page]:
    """Open the comparison and wait for its keys."""

    def go(path: str = "/compare", **how: Any) -> Page:
        page = review(path, **how)
        expect(page.locator("body[data-ready]")).to_be_attached()
        return page

    return go


def test_a_key_has_it_made(waves: Path, browse: Callable[..., Page], accessible: Callable[[Page], None]) -> None:
    page = browse()
    accessible(page)
    page.keyboard.press("C")
    expect(page.locator("#message")).to_have_text("wave2 is compared with wave1.")
    expect(page.locator("#candidates")).to_be_focused()
    with project.open_study(waves) as study:
        assert study.store.stages.fingerprint(MADE) == WAVE


def test_candidates_are_named_tied_and_discarded_by_keys(compared: Path, browse: Callable[..., Page]) -> None:
    page = browse()
    page.keyboard.press("n")
    expect(page.locator("#message")).to_contain_text("Go to a candidate theme or a novel segment first")
    page.keyboard.press("j")
    card = page.locator(".card").first
    expect(card).to_be_focused()
    tag = card.get_attribute("data-theme")
    page.keyboard.press("n")
    page.keyboard.type("Wages come late")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_have_text(f"{tag} is now “Wages come late”.")
    expect(page.locator(".card:focus h3")).to_contain_text("Wages come late")
    page.keyboard.press("t")
    page.keyboard.type("peo")
    expect(page.locator("#found [aria-selected=true]")).to_contain_text("People")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_have_text(f"{tag} is tied to PEOPLE.")
    page.keyboard.press("K")
    expect(page.locator("#message")).to_have_text(f"{tag} is kept.")
    page.keyboard.press("d")
    expect(page.locator("#message")).to_contain_text(f"{tag} is discarded")
    expect(page.locator(".card.discarded")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator("#message")).to_contain_text("Taken back: discard")
    page.keyboard.press("p")
    page.keyboard.press("End")
    page.keyboard.type(" again")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text("is the code WAGES-COME-LATE-AGAIN now")
    with project.open_study(compared) as study:
        assert [d.verb.value for d in study.store.theme_log.all()] == [
            "name",
            "tie",
            "keep",
            "discard",
            "undo",
            "promote",
        ]
        assert {theme.status for theme in study.store.themes.all()} >= {ThemeStatus.PROMOTED}


def test_novel_segments_are_decided_by_keys(compared: Path, browse: Callable[..., Page]) -> None:
    page = browse()
    page.keyboard.press("2")
    page.keyboard.press("j")
    expect(page.locator(NOVEL)).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.type("think of the islands")
    page.keyboard.press("Control+Enter")
    expect(page.locator(NOVEL).locator(".waiting")).to_contain_text("think of the islands")
    page.keyboard.press("c")
    page.keyboard.type("mon")
    expect(page.locator("#found [aria-selected=true]")).to_contain_text("Money")
    page.keyboard.press("Enter")
    expect(page.locator("#asking")).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator("#message")).to_have_text(re.compile("^(Stored|Accepted): Money · Barrier.$"))
    expect(page.locator(NOVEL).locator(".held")).to_contain_text("think of the islands")
    expect(page.locator("#category-1")).to_contain_text("1 of 1")
    expect(page.locator(".novel:focus")).to_have_count(1)
    expect(page.locator(NOVEL)).not_to_be_focused()  # the next one
    page.keyboard.press("n")
    expect(page.locator("#message")).to_have_text("Stored: Nothing to code.")
    page.keyboard.press("x")
    expect(page.locator("#message")).to_have_text("Stored: Unsure.")
    page.keyboard.press("u")
    expect(page.locator("#message")).to_have_text("Undone: Unsure.")
    expect(page.locator(".novel >> nth=2")).to_be_focused()
    page.keyboard.press("d")
    expect(page.locator("#message")).to_contain_text("That is for candidate themes")
    item = page.locator(".novel:not(.decided)[data-abstained=no][data-kind=barrier]").first
    first = item.get_attribute("data-first")
    item.focus()
    page.keyboard.press("a")
    expect(page.locator("#message")).to_contain_text("Accepted:")
    money, nothing, accepted = held(compared)
    assert money[1:] == ("MONEY", "think of the islands")
    assert nothing[1:] == (None, "")
    assert accepted == (Verdict.ACCEPT, first, "")


def test_a_memo_takes_every_letter_though_the_codes_are_on_their_way(
    compared: Path, browse: Callable[..., Page]
) -> None:
    page = browse()
    held_back: list[Route] = []

    def hold(asked: Route) -> None:
        held_back.append(asked)

    page.route("**/api/state", hold)
    page.reload()
    expect(page.locator("body[data-ready]")).to_be_attached()
    for key in "2jm":
        page.keyboard.press(key)
    page.keyboard.type("think of the islands")
    expect(page.locator("#memo-text")).to_have_value("think of the islands")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("n")
    expect(page.locator("#message")).to_have_text("The memo goes with your decision on this segment.")
    assert held_back
    for asked in held_back:
        asked.continue_()
    expect(page.locator("#message")).to_have_text("Stored: Nothing to code.")
    assert [memo for *_, memo in held(compared)] == ["think of the islands"]


def test_the_coding_view_is_a_key_away_and_so_is_the_way_back(compared: Path, browse: Callable[..., Page]) -> None:
    page = browse()
    for key in "3jq":
        page.keyboard.press(key)
    expect(page.locator("#category-1-more")).to_have_attribute("open", "")
    page.keyboard.press("j")
    expect(page.locator("#category-1 .looked .item").first).to_be_focused()
    segment = page.locator("#category-1 .looked .item").first.get_attribute("data-segment")
    page.keyboard.press("o")
    expect(page.locator("#turns")).to_have_attribute("data-segment", str(segment))
    page.keyboard.press("n")
    expect(page.locator("#message")).to_contain_text("Nothing to code")
    page.go_back()
    expect(page.locator("#category-1-more")).to_have_attribute("open", "")
    expect(page.locator("#category-1 .looked .item").first).to_be_focused()
    assert len(held(compared)) == 1


def test_axe_finds_nothing_and_long_words_fit_with_everything_unfolded_and_with_dialogs_open(
    study: Path, browse: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    wave = f"{NASTY} {'W' * 400}"
    comparing.two_waves(study, "KI10", wave=wave, setting=wave)
    with project.open_study(study) as opened:
        comparing.compare(opened, wave)
    page = browse()
    expect(page.locator("#waves [aria-current]")).to_have_text(wave)
    for details in page.locator("#comparison details").all():
        details.locator("summary").click()
    for width in (420, 1280):
        page.set_viewport_size({"width": width, "height": 720})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    accessible(page)
    for where, key in ((".card", "t"), (".novel", "m")):
        page.locator(where).first.focus()
        page.keyboard.press(key)
        expect(page.locator("dialog[open]")).to_be_visible()
        accessible(page)
        page.keyboard.press("Escape")
