from __future__ import annotations

import pytest

from themescout.importers import columns
from themescout.importers.columns import Columns


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["Speaker", "TEXT"], Columns(text=1, speaker=0)),
        (["transcript_id", "text"], Columns(text=1, interview=0)),
        (
            ["Interview ID", "Start time", "Speaker name", "Utterance"],
            Columns(text=3, speaker=2, interview=0, start=1),
        ),
        (["id", "transcript"], Columns(text=1, interview=0)),
        (["transcript", "speaker", "text"], Columns(text=2, speaker=1, interview=0)),
        (["start", "end", "speaker", "text"], Columns(text=3, speaker=2, start=0, end=1)),
        (["date", "place"], None),
        ([], None),
    ],
)
def test_columns_are_known_by_their_names(header: list[str], expected: Columns | None) -> None:
    assert columns.named(header) == expected


def test_a_table_without_names_is_known_by_its_short_recurring_cells() -> None:
    rows = [
        ["Ama", "How is it going here?"],
        ["Kofi", "We lack staff."],
        ["Ama", "And drugs?"],
        ["Kofi", "None."],
    ]
    assert columns.guessed(rows) == Columns(text=1, speaker=0)


def test_a_column_of_times_is_not_taken_for_speakers() -> None:
    rows = [
        ["00:01", "I", "How is it going?"],
        ["00:05", "P1", "We lack staff here."],
        ["00:09", "I", "And drugs?"],
    ]
    assert columns.guessed(rows) == Columns(text=2, speaker=1, start=0)


def test_a_title_page_is_no_conversation_and_keeps_its_words() -> None:
    rows = [["Date", "3 May 2019"], ["Place", "District office in the north"], ["Consent", "given"]]
    assert columns.guessed(rows) is None
    assert [line.text for line in columns.table_lines(rows)] == [
        "Date\t3 May 2019",
        "Place\tDistrict office in the north",
        "Consent\tgiven",
    ]


def test_the_rows_of_a_table_become_turns_with_paragraphs() -> None:
    rows = [["Speaker", "Text"], ["Ama:", "How?"], ["", "Still me."], ["Kofi", "First.\n\nSecond."]]
    assert [(line.speaker, line.text) for line in columns.table_lines(rows)] == [
        ("Ama", "How?"),
        (None, "Still me."),
        ("Kofi", "First."),
        ("Kofi", "Second."),
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1:02:03.5", 3723.5),
        ("02:03", 123.0),
        ("[00:00:07,250]", 7.25),
        ("12.5", 12.5),
        ("soon", None),
        ("", None),
    ],
)
def test_times_are_read_as_seconds(written: str, expected: float | None) -> None:
    assert columns.seconds(written) == expected


@pytest.mark.parametrize(
    ("opening", "steps"), [("", 0), ("\t", 1), ("    ", 0), ("    \t", 1), ("\t\t", 2), (" " * 8, 1)]
)
def test_indentation_counts_tab_stops(opening: str, steps: int) -> None:
    assert columns.indentation(f"{opening}Okay") == steps
