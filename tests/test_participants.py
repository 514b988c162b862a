"""The table of informants comes back as it was written, with the columns that a person added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout import participants
from themescout.errors import FileProblemError
from themescout.participants import COLUMNS, Participant

if TYPE_CHECKING:
    from pathlib import Path

CELL = st.text(st.sampled_from("aé😀 ;,\"'\n=\t") | st.characters(exclude_categories=["Cs", "Cc"]), max_size=10)
OWN = CELL.map(str.strip)
EXTRA = st.lists(st.sampled_from(["age", "Alter, Jahre", 'the "site"', "note\nlong"]), unique=True, max_size=3)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Participant, ...]:
    extra = draw(EXTRA)
    rows = draw(st.lists(st.tuples(OWN.filter(bool), OWN, OWN.filter(bool), OWN, OWN, OWN), max_size=4))
    return tuple(
        Participant(**dict(zip(COLUMNS, row, strict=True)), others={name: draw(CELL) for name in extra}) for row in rows
    )


@given(tables())
def test_what_is_written_is_read_back(tmp_path: Path, rows: tuple[Participant, ...]) -> None:
    path = tmp_path / "participants.csv"
    participants.write(path, rows)
    assert participants.read(path) == rows
    assert [item.name for item in tmp_path.iterdir()] == ["participants.csv"]


def test_rows_with_different_extra_columns_share_one_header(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    rows = [
        Participant(transcript="1", speaker="A", participant="x", others={"age": "30"}),
        Participant(transcript="2", speaker="B", participant="y", others={"site": "Gulu"}),
    ]
    participants.write(path, rows)
    assert [dict(row.others) for row in participants.read(path)] == [
        {"age": "30", "site": ""},
        {"age": "", "site": "Gulu"},
    ]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_table_saved_with_semicolons_is_read(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "p.csv"
    path.write_text(f"{mark}transcript;speaker;wave\n KI01 ;Ann, MD;2012\n;Bob;\n  ;Bob;\nKI02\n", "utf-8")
    first, second = participants.read(path)
    assert (first.transcript, first.speaker, first.wave, first.participant) == ("KI01", "Ann, MD", "2012", "KI01")
    assert (second.transcript, second.speaker) == ("KI02", "")


def test_surplus_cells_are_no_error(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("transcript,speaker\nKI01,Ann,7,8\n", "utf-8")
    assert participants.read(path)[0].others == {}


def test_a_missing_table_has_no_rows(tmp_path: Path) -> None:
    assert participants.read(tmp_path / "none.csv") == ()


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"name,age\nAnn,3\n", "lacks the columns"), ("transcript,speaker\nMü,A\n".encode("latin-1"), "cannot be read")],
)
def test_what_is_no_such_table_is_refused_by_name(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(content)
    with pytest.raises(FileProblemError, match=f"p.csv {message}"):
        participants.read(path)


def test_a_place_that_cannot_be_opened_is_a_problem_of_the_users(tmp_path: Path) -> None:
    (tmp_path / "p.csv").mkdir()
    with pytest.raises(FileProblemError, match=r"p\.csv cannot be read"):
        participants.read(tmp_path / "p.csv")
    with pytest.raises(FileProblemError, match=r"p\.csv cannot be written"):
        participants.write(tmp_path / "no" / "p.csv", ())


def test_completing_keeps_what_a_person_filled_in() -> None:
    known = Participant(transcript="1", speaker="A", participant="Ann", role="nurse")
    same = Participant(transcript="1", speaker="A", participant="1")
    new = Participant(transcript="1", speaker="B", participant="1 B")
    assert participants.completed([known], [same, new]) == (known, new)
