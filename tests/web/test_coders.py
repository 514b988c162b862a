"""The coders' endpoints and files: what may be seen, settling, undoing, what is refused."""

from __future__ import annotations

import csv
import io
from itertools import count
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from themescout import decisions
from themescout.review.cards import Answer
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.testclient import TestClient

KEYS = (f"answer-{number:04}" for number in count())


def decide(client: Any, coder: str, segment: str, code: str | None, memo: str = "") -> None:
    """Decide at the client's desk; a code of None is nothing to code."""
    seen = client.desk.card(coder, segment).seen
    said = {"says": "code", "code": code, "kind": Kind.BARRIER} if code else {"says": "nothing"}
    client.desk.decide(coder, Answer(segment=segment, seen=seen, key=next(KEYS), memo=memo, **said))  # type: ignore[arg-type]


def settle(client: TestClient, segment: str, *codes: str, **more: Any) -> Any:
    """The answer to a settlement of what is known by now."""
    log = [d.seq for d in client.desk.log() if d.segment == segment]  # type: ignore[attr-defined]
    labels = [{"kind": "barrier", "code": code} for code in codes]
    body = {"segment": segment, "seen": max(log, default=0), "labels": labels, "key": next(KEYS), **more}
    return client.post("/api/coders/settle", json=body)


@pytest.fixture
def double(study: Path) -> None:
    """Everybody is to decide everything. To be asked for before the client."""
    path = study / "themescout.toml"
    path.write_text(path.read_text("utf-8").replace("double = 0.0", "double = 1.0"), "utf-8")


@pytest.fixture
def two(double: None, client: Callable[..., TestClient]) -> tuple[TestClient, TestClient, list[str]]:
    """Ann and ben with ten segments: they differ on the first three."""
    ann, ben = client("ann"), client("ben")
    names = list(ann.desk.items)[:10]  # type: ignore[attr-defined]
    for i, name in enumerate(names):
        decide(ann, "ann", name, "MONEY" if i % 2 else "PEOPLE", memo="so it is" if i == 0 else "")
        decide(ben, "ben", name, None if i == 0 else "MONEY" if i % 2 or i == 2 else "PEOPLE" if i != 1 else "MONEY")
    decide(ben, "ben", names[1], "PEOPLE")
    return ann, ben, names


def standing(client: Any) -> dict[str, list[tuple[str | None, str | None]]]:
    found: dict[str, list[tuple[str | None, str | None]]] = {}
    for label in decisions.labels(client.desk.log()):
        found.setdefault(label.segment, []).append((label.kind, label.code))
    return found


def test_a_settlement_stands_in_place_of_what_coders_said(two: Any) -> None:
    ann, _, names = two
    answer = settle(ann, names[0], "PEOPLE", "MONEY", memo=" both, after talking ")
    assert answer.status_code == 200
    assert answer.json()["labels"] == ["Money · Barrier", "People · Barrier"]
    assert answer.json()["decision"]["memo"] == "both, after talking"
    assert standing(ann)[names[0]] == [("barrier", "PEOPLE"), ("barrier", "MONEY")]
    page = ann.get("/coders/disagreements?show=settled").text
    assert "Settled by" in page
    assert "both, after talking" in page


def test_nothing_to_code_is_a_settlement_too(two: Any) -> None:
    ann, _, names = two
    assert settle(ann, names[0]).json()["labels"] == []
    assert standing(ann)[names[0]] == [("neither", None)]


def test_the_same_settlement_sent_again_is_stored_once(two: Any) -> None:
    ann, ben, names = two
    first = settle(ann, names[0], "MONEY", key="the same key")
    again = settle(ann, names[0], "MONEY", key="the same key", seen=0)
    assert again.json() == first.json()
    assert settle(ben, names[0], "MONEY", key="the same key").status_code == 409
    assert settle(ann, names[1], "MONEY", key="the same key").status_code == 409


def test_a_stale_settlement_is_refused_and_shown(two: Any) -> None:
    ann, ben, names = two
    seen = max(d.seq for d in ann.desk.log() if d.segment == names[0])
    decide(ben, "ben", names[0], "MONEY")
    answer = settle(ann, names[0], "PEOPLE", seen=seen)
    assert answer.status_code == 409
    assert "ben decided on this segment meanwhile" in answer.json()["error"]
    assert answer.json()["card"]["others"][0]["code"] == "MONEY"
    assert not any(d.verdict == "settle" for d in ann.desk.log())


def test_undo_takes_the_settlement_back_and_redo_gives_it_again(two: Any) -> None:
    ann, _, names = two
    before = standing(ann)
    settle(ann, names[0], "MONEY")
    settled = standing(ann)
    assert ann.post("/api/coders/undo").json()["labels"] == ["Money · Barrier"]
    assert standing(ann) == before
    ann.post("/api/redo")
    assert standing(ann) == settled
    assert ann.post("/api/undo").status_code == 200  # the coding view's undo does the same
    assert standing(ann) == before


def test_settled_anew_and_undone_the_first_settlement_stands_again(two: Any) -> None:
    ann, ben, names = two
    settle(ann, names[0], "MONEY")
    settle(ben, names[0], "PEOPLE")
    assert standing(ann)[names[0]] == [("barrier", "PEOPLE")]
    ben.post("/api/coders/undo")
    assert standing(ann)[names[0]] == [("barrier", "MONEY")]


def test_undo_here_takes_back_no_decision_of_another_sort(two: Any) -> None:
    ann, _, names = two
    settle(ann, names[0], "MONEY")
    decide(ann, "ann", names[1], "MONEY")
    entries = len(ann.desk.log())
    answer = ann.post("/api/coders/undo")
    assert (answer.status_code, len(ann.desk.log())) == (409, entries)
    assert "no settlement" in answer.json()["error"]


def test_what_one_coder_decided_cannot_be_settled(client: Callable[..., TestClient]) -> None:
    ann = client("ann")
    name = next(iter(ann.desk.items))  # type: ignore[attr-defined]
    decide(ann, "ann", name, "MONEY")
    answer = settle(ann, name, "PEOPLE")
    assert answer.status_code == 409
    assert "Fewer than two" in answer.json()["error"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"labels": [{"kind": "barrier", "code": "NOPE"}]}, 409),
        ({"labels": [{}]}, 409),
        ({"segment": "nope"}, 409),
        ({"labels": [{"kind": "neither"}]}, 422),
        ({"seen": -1}, 422),
        ({"seen": 2**70}, 422),
        ({"memo": "x" * 10_001}, 422),
        ({"labels": [{"code": "MONEY"}] * 21}, 422),
        ({"extra": 1}, 422),
    ],
)
def test_what_cannot_be_settled_is_refused(two: Any, change: dict[str, Any], status: int) -> None:
    ann, _, names = two
    body = {"segment": names[0], "seen": 999, "labels": [], "key": next(KEYS), **change}
    assert ann.post("/api/coders/settle", json=body).status_code == status
    assert not any(d.verdict == "settle" for d in ann.desk.log())


def test_who_has_not_decided_sees_nothing_and_is_told_how_much(two: Any, client: Callable[..., TestClient]) -> None:
    _, _, names = two
    cleo = client("cleo")
    page = cleo.get("/coders/disagreements").text
    assert "10 segments that others decided are hidden" in page
    assert "so it is" not in page
    assert cleo.get("/api/coders/agreement").json()["hidden"] == 10
    assert settle(cleo, names[0], "MONEY").status_code == 409
    decide(cleo, "cleo", names[0], "MONEY")
    assert "9 segments that others decided are hidden" in cleo.get("/coders/disagreements").text
    assert settle(cleo, names[0], "MONEY").status_code == 200


def test_an_independent_coder_sees_nothing(two: Any) -> None:
    ann, _, names = two
    ann.put("/api/preferences", json={"independent": True})
    found = ann.get("/api/coders/agreement?basis=first").json()
    assert (found["whole"], found["rows"], found["hidden"]) == (None, [], 10)
    page = ann.get("/coders").text
    assert "you work independently" in page
    assert "ben" not in page
    assert settle(ann, names[0], "MONEY").status_code == 409


def test_a_review_for_reading_only_shows_and_stores_nothing(two: Any, client: Callable[..., TestClient]) -> None:
    _, _, names = two
    reader = client("ann", read_only=True)
    page = reader.get("/coders/disagreements").text
    assert 'class="difference"' in page
    assert "Settle on this" not in page
    assert "Work independently</button>" not in reader.get("/coders").text
    assert settle(reader, names[0], "MONEY").status_code == 403
    assert reader.post("/api/coders/undo").status_code == 403


def test_the_figures_as_json(two: Any) -> None:
    ann, _, _ = two
    found = ann.get("/api/coders/agreement", params={"basis": "now", "who": ["ann", "ben"]}).json()
    row = next(row for row in found["rows"] if row["value"] == "MONEY")["found"]
    assert (found["coders"], found["basis"], found["whole"]["segments"]) == (["ann", "ben"], "now", 10)
    assert (row["both"], row["first"], row["second"], row["neither"]) == (4, 1, 1, 4)
    # By hand: agreement 8/10, chance 1/2.
    assert row["kappa"]["value"] == pytest.approx(0.6)
    assert (row["kappa"]["low"], row["kappa"]["why"]) == (None, "No interval: all segments are of one informant.")


def test_every_number_of_the_table_leads_to_so_many_segments(two: Any) -> None:
    ann, _, _ = two
    asked = {"value": "MONEY", "level": "code", "basis": "now", "who": ["ann", "ben"]}
    for cell, number in (("both", 4), ("first", 1), ("second", 1), ("neither", 4), ("anybody", 4)):
        page = ann.get("/coders/disagreements", params={**asked, "cell": cell}).text
        assert page.count('<article class="difference"') == number, cell


def test_strange_questions_are_answered(two: Any) -> None:
    ann, _, _ = two
    for path in (
        "/coders?who=nobody", "/coders/disagreements?value=%00&show=all", "/coders/disagreements?place=999999",
        "/coders/disagreements?cell=both&who=x", "/coders/disagreements?cell=everybody&value=MONEY&level=kind",
    ):  # fmt: skip
        assert ann.get(path).status_code == 200, path
    assert ann.get("/coders?level=x").status_code == 422
    assert ann.get("/coders/disagreements?place=0").status_code == 422


def test_before_anything_is_decided(client: Callable[..., TestClient]) -> None:
    ann = client("ann")
    assert "Nothing is decided yet" in ann.get("/coders").text
    assert "Nothing is open" in ann.get("/coders/disagreements").text
    assert ann.get("/coders/disagreements?cell=both&value=MONEY").status_code == 200
    assert ann.get("/api/coders/agreement").json()["whole"] is None
    assert openpyxl.load_workbook(io.BytesIO(ann.get("/coders/agreement.xlsx").content)).sheetnames


def test_words_from_people_are_text_on_the_page(double: None, client: Callable[..., TestClient]) -> None:
    ann, ben = client("<b>ann</b>"), client('"><script>x</script>')
    name = next(iter(ann.desk.items))  # type: ignore[attr-defined]
    decide(ann, "<b>ann</b>", name, "MONEY", memo="<img src=x onerror=y>")
    decide(ben, '"><script>x</script>', name, "PEOPLE")
    for path in ("/coders?basis=first", "/coders/disagreements"):
        page = ann.get(path).text
        assert "<b>ann" not in page
        assert "<script>x" not in page
        assert "<img" not in page


def test_the_files_carry_no_formulas(double: None, client: Callable[..., TestClient]) -> None:
    """A coder's name may begin as a formula does."""
    ann, ben = client('=HYPERLINK("http://x","y")'), client("@ben")
    for name in list(ann.desk.items)[:6]:  # type: ignore[attr-defined]
        decide(ann, '=HYPERLINK("http://x","y")', name, "MONEY")
        decide(ben, "@ben", name, "PEOPLE")
    answer = ann.get("/coders/agreement.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="agreement.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {cell[0] for row in rows for cell in row if cell} & set("=+@\t\r") == set()
    book = openpyxl.load_workbook(io.BytesIO(ann.get("/coders/agreement.xlsx").content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert '=HYPERLINK("http://x","y")' in [cell.value for cell in cells]
    assert all(cell.hyperlink is None for cell in cells)


def test_the_shares_of_the_study_are_shown(client: Callable[..., TestClient]) -> None:
    page = client("ann").get("/coders").text
    assert "0 % of segments are drawn" in page
    assert "0 % are shown without a suggestion" in page
    assert 'id="independent"' in page


@pytest.fixture
def apart(study: Path) -> None:
    """Everybody works independently. To be asked for before the client."""
    path = study / "themescout.toml"
    path.write_text(path.read_text("utf-8").replace("independent = 0", "independent = 1"), "utf-8")


def test_where_everybody_works_apart_nobody_can_turn_it_off(apart: None, client: Callable[..., TestClient]) -> None:
    page = client("ann").get("/coders").text
    assert "In this study everybody works independently" in page
    assert 'id="independent"' not in page
