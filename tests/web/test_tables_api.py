"""Tables, matrix and interviews as asked for without a browser: pages, cells, files."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from themescout import participants
from themescout.participants import Participant
from themescout.review import service
from themescout.review.preferences import Preferences
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x.example","y")', "<script>alert(1)</script>")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def decide(client: Any, segment: str, code: str | None = "MONEY", coder: str = "ann", **more: Any) -> None:
    with client.desk.held(writing=True) as study:
        values = {"verdict": Verdict.CHANGE, "kind": Kind.BARRIER, **more}
        service.decide(study, segment=segment, code=code, coder=coder, book=client.desk.book, **values)


def cell(client: Any, participant: str = "KI02", category: str = "MONEY", kind: str = "barrier") -> dict[str, Any]:
    answer = client.get("/api/tables/cell", params={"kind": kind, "participant": participant, "category": category})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def write(client: Any, body: str, seen: int, **more: Any) -> Any:
    given = {"kind": "barrier", "participant": "KI02", "category": "MONEY", "body": body, "seen": seen, **more}
    return client.put("/api/tables/summary", json=given)


def first_of(client: Any, transcript: str = "KI02", place: int = 0) -> str:
    return [name for name, item in client.desk.items.items() if item.transcript == transcript][place]


# --- tables and quotes -----------------------------------------------------------------------------------------------


def test_every_number_leads_to_its_quotes_and_every_quote_to_its_place(client: Callable[..., Any]) -> None:
    ann = client("ann")
    segment = first_of(ann)
    decide(ann, segment)
    page = ann.get("/tables").text
    assert page.count("/tables/quotes?kind=barrier&amp;code=MONEY") == 2
    assert f"/transcripts/KI02?segment={segment}#here" in page
    quotes = ann.get("/tables/quotes?kind=barrier&code=MONEY").text
    assert "1 segment of 1 informant" in quotes
    assert f'href="/transcripts/KI02?segment={segment}#here"' in quotes
    assert f'href="/?segment={segment}"' in quotes
    there = ann.get(f"/transcripts/KI02?segment={segment}").text
    assert f'id="here" data-segment="{segment}"' in there


def test_suggested_is_apart_and_only_where_asked_for(client: Callable[..., Any]) -> None:
    ann = client("ann")
    assert 'class="suggested"' not in ann.get("/tables").text
    page = ann.get("/tables?suggested=true").text
    assert "Suggested barriers" in page
    assert "suggested=true" in page
    ann.desk.prefer("ann", Preferences(independent=True))
    page = ann.get("/tables?suggested=true").text
    assert 'class="suggested"' not in page
    assert "only your own decisions are counted" in page


def test_long_lists_of_quotes_come_in_parts(client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("themescout.web.views.tables.view.PAGE", 2)
    ann = client("ann")
    for i in range(3):
        decide(ann, first_of(ann, place=i))
    first, second = (ann.get(f"/tables/quotes?kind=barrier&code=MONEY&part={i}").text for i in (1, 2))
    assert (first.count("<blockquote"), second.count("<blockquote")) == (2, 1)
    assert "part=2" in first
    assert "no quotes here" in ann.get("/tables/quotes?kind=barrier&code=MONEY&part=9").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tables/quotes?kind=neither&code=x", 422), ("/tables/quotes?part=0", 422), ("/tables/quotes?other=1", 422),
        ("/tables/quotes?kind=barrier&code=" + "x" * 2000, 422), ("/tables/quotes?kind=none", 200),
        ("/tables/matrix?kind=none", 409), ("/tables/matrix?kind=x", 422), ("/tables/matrix?sort=%00", 200),
        ("/tables/other.csv", 422), ("/tables/codes.csv", 400), ("/tables/codes.xlsx", 400),
        ("/tables/matrix.csv?kind=none", 409), ("/transcripts/none", 404), ("/transcripts/KI02?mode=x", 422),
        ("/transcripts/..%2f..%2fetc", 404), ("/api/transcripts/none/suggested", 404),
        ("/api/transcripts/KI02/suggested?first=-1", 422), ("/api/transcripts/KI02/suggested?first=9999999", 200),
        ("/api/tables/cell?kind=barrier&participant=x&category=MONEY", 409),
        ("/api/tables/cell?kind=none&participant=KI02&category=MONEY", 409),
        ("/api/tables/cell?kind=barrier&participant=KI02&category=%F0%9F%98%80", 409),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_in_words(client: Callable[..., Any], path: str, status: int) -> None:
    assert client("ann").get(path).status_code == status


# --- cells -----------------------------------------------------------------------------------------------------------


def test_a_cell_has_its_quotes_and_takes_a_summary(client: Callable[..., Any]) -> None:
    ann, segment = client("ann"), first_of(client("ann"))
    decide(ann, segment)
    found = cell(ann)
    assert (found["segments"], found["body"], found["seen"], found["versions"]) == (1, "", 0, [])
    (quote,) = found["passages"]
    assert (quote["text"], quote["segment"]) == (ann.desk.items[segment].text, segment)
    assert (quote["codes"], quote["there"], quote["transcript"]) == (["Money"], True, "KI02")
    answer = write(ann, "Paid late 😀 <b>", 0)
    assert answer.status_code == 200
    assert (answer.json()["body"], answer.json()["seen"]) == ("Paid late 😀 <b>", 1)
    assert "Paid late 😀 &lt;b&gt;" in ann.get("/tables/matrix?kind=barrier").text
    assert "<b>" not in ann.get("/tables/matrix?kind=barrier").text.partition("<main")[2].partition("</main>")[0]


def test_a_stale_write_is_refused_with_409(client: Callable[..., Any]) -> None:
    ann, ben = client("ann"), client("ben")
    assert write(ben, "His", 0).status_code == 200
    answer = write(ann, "Hers", 0)
    assert answer.status_code == 409
    assert "ben" in answer.json()["error"]
    assert cell(ann)["body"] == "His"
    assert write(ann, "Hers after all", cell(ann)["seen"]).status_code == 200
    assert [one["coder"] for one in cell(ben)["versions"]] == ["ann", "ben"]


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"seen": -1}, 422), ({"seen": 2**63}, 422), ({"body": "x" * 10_001}, 422), ({"other": 1}, 422),
        ({"kind": "neither"}, 422), ({"participant": "nobody"}, 409), ({"category": "none"}, 409),
        ({"kind": "none"}, 409), ({"body": "\x00\ufffe ok"}, 200), ({"seen": 2**53 - 1}, 200),
    ],
)  # fmt: skip
def test_a_write_that_cannot_be_is_refused(client: Callable[..., Any], more: dict[str, Any], status: int) -> None:
    assert write(client("ann"), more.pop("body", "x"), more.pop("seen", 0), **more).status_code == status


def test_reading_only_writes_nothing(client: Callable[..., Any]) -> None:
    ann = client("ann", read_only=True)
    assert write(ann, "x", 0).status_code == 403
    assert ann.desk.study.store.summaries.all() == ()
    assert 'id="cell-writing" hidden' in ann.get("/tables/matrix").text


# --- files -----------------------------------------------------------------------------------------------------------


def hostile(client: Any) -> None:
    """Names, attributes, codes, memos and summaries that a spreadsheet might run."""
    study = client.desk.study
    rows = participants.read(study.participants_file)
    made = [
        Participant(
            transcript=row.transcript, speaker=row.speaker, participant=HOSTILE[i], role=HOSTILE[i + 1],
            others={HOSTILE[0]: HOSTILE[i + 2]},
        )
        for i, row in enumerate(rows)
    ]  # fmt: skip
    participants.write(study.participants_file, made)
    for i, words in enumerate(HOSTILE):
        decide(client, first_of(client, place=i), memo=words)
    for person in HOSTILE[:3]:
        for i, words in enumerate(HOSTILE):
            write(client, words, i and cell(client, person)["seen"], participant=person)


def cells(body: bytes) -> list[list[str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("name", ["barriers", "research_questions", "matrix"])
def test_files_cannot_carry_formulas(client: Callable[..., Any], name: str) -> None:
    ann = client("ann")
    hostile(ann)
    answer = ann.get(f"/tables/{name}.csv?suggested=true")
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
    rows = cells(answer.content)
    assert len(rows) > 1
    assert not [one for row in rows for one in row if one.startswith(("=", "+", "-", "@", "\t", "\r"))]
    answer = ann.get(f"/tables/{name}.xlsx?suggested=true")
    assert answer.headers["content-type"] == XLSX
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    values = [one for sheet in book for row in sheet.iter_rows() for one in row]
    assert {one.data_type for one in values} <= {"s", "n"}
    sheets = zipfile.ZipFile(io.BytesIO(answer.content))
    assert not any(b"<f>" in sheets.read(part) for part in sheets.namelist() if part.startswith("xl/worksheets/"))
    if name == "matrix":
        assert {"'=1+1", "'+1", "'-1"} <= {one for row in rows for one in row}
        assert {"=1+1", "+1", "-1", HOSTILE[-1]} <= {one.value for one in values}


def test_the_matrix_as_a_file_has_summary_number_and_words(client: Callable[..., Any]) -> None:
    ann = client("ann")
    segment = first_of(ann)
    decide(ann, segment)
    write(ann, "Late", 0)
    head, first, *_ = cells(ann.get("/tables/matrix.csv?kind=barrier").content)
    row = dict(zip(head, first, strict=True))
    assert head[0] == "participant"
    assert (row["participant"], row["Money – summary"], row["Money – passages"]) == ("KI02", "Late", "1")
    assert ann.desk.items[segment].text in row["Money – in their words"]
    assert (row["People – summary"], row["People – passages"], row["People – in their words"]) == ("", "0", "")
    questions = cells(ann.get("/tables/matrix.csv?kind=research_question").content)
    assert {row[head.index("Money – passages")] for row in questions[1:]} == {"0"}
    book = openpyxl.load_workbook(io.BytesIO(ann.get("/tables/matrix.xlsx?kind=barrier").content))
    assert book.sheetnames == ["Matrix barriers"]
    assert [one.value for one in next(book["Matrix barriers"].iter_rows())][-1] == "People – in their words"


def test_a_file_has_the_confirmed_alone_unless_asked_for(client: Callable[..., Any]) -> None:
    ann = client("ann")
    decide(ann, first_of(ann))
    alone, both = (cells(ann.get(f"/tables/barriers.csv{extra}").content) for extra in ("", "?suggested=true"))
    assert {row[0] for row in alone[1:]} == {"confirmed"}
    assert {row[0] for row in both[1:]} == {"confirmed", "suggested"}


# --- interviews ------------------------------------------------------------------------------------------------------


def test_who_has_decided_nothing_yet_reads_the_text_alone(client: Callable[..., Any]) -> None:
    ann, ben = client("ann"), client("ben")
    decide(ann, first_of(ann), memo="<i>mine</i>")
    mine, others = ann.get("/transcripts/KI02").text, ben.get("/transcripts/KI02").text
    assert 'data-note="1"' in mine
    assert "&lt;i&gt;mine&lt;/i&gt;" in mine
    assert 'data-hints="yes"' in mine
    assert "data-note" not in others
    assert "<mark" not in others
    assert 'data-hints="no"' in others
    assert 'data-note="1"' in ben.get("/transcripts/KI02?mode=codes").text
    assert "<mark" not in ann.get("/transcripts/KI02?mode=reading").text


def test_suggestions_are_for_undecided_segments_alone(client: Callable[..., Any]) -> None:
    ann, segment = client("ann"), first_of(client("ann"))
    asked = "/api/transcripts/KI02/suggested"
    before = ann.get(asked).json()
    assert before["hints"]
    assert {one["says"] for one in before["hints"]} <= {"Money", "People", "Nothing to code"}
    decide(ann, segment)
    assert segment not in {one["segment"] for one in ann.get(asked).json()["hints"]}


def test_a_segment_that_has_gone_is_said_to_have_gone(client: Callable[..., Any]) -> None:
    assert "no longer in this interview" in client("ann").get("/transcripts/KI02?segment=gone").text


def test_half_a_character_is_refused(client: Callable[..., Any]) -> None:
    raw = b'{"kind":"barrier","participant":"KI02","category":"MONEY","seen":0,"body":"\\ud800"}'
    answer = client("ann").put("/api/tables/summary", content=raw, headers={"content-type": "application/json"})
    assert answer.status_code == 422


def test_what_is_no_text_is_refused_in_words(client: Callable[..., Any]) -> None:
    answer = client("ann").put(
        "/api/tables/summary", content=b"\xf0\xf1\xf2\xf3", headers={"content-type": "application/json"}
    )
    assert (answer.status_code, set(answer.json())) == (400, {"error", "hint", "card"})
