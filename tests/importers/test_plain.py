"""Plain text and Markdown to lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from themescout import importers
from themescout.errors import FileProblemError
from themescout.importers.plain import PlainImporter
from themescout.types import Line, Transcript

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Lines = Callable[..., tuple[Line, ...]]
    Spoken = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def lines(tmp_path: Path) -> Lines:
    def read(text: str, name: str = "talk.txt") -> tuple[Line, ...]:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        (raw,) = PlainImporter().read(path)
        return raw.lines

    return read


@pytest.fixture
def spoken(tmp_path: Path) -> Spoken:
    def read(text: str, name: str = "talk.txt") -> list[tuple[str, str]]:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        (transcript,) = importers.read(path)
        assert isinstance(transcript, Transcript)
        return [(turn.speaker, transcript.speech(turn)) for turn in transcript.turns]

    return read


def test_each_line_is_a_paragraph_with_its_indentation(lines: Lines) -> None:
    assert lines("1 Ask\r\n\tanswer\r\n        deeper\r\n\r\n----\r\nlast") == (
        Line(text="1 Ask"),
        Line(text="answer", indent=1),
        Line(text="deeper", indent=2),
        Line(text="last"),
    )


def test_lines_broken_at_a_width_are_joined_again(spoken: Spoken) -> None:
    wrapped = (
        "I: How did the programme begin in the district where you were working\n"
        "at that time, and who was there to help you with it?\n\n"
        "P1: It began with a list of the villages that had no clinic, and it was\n"
        "a very long list. We went to each of them, one by one, and it was not\n"
        "before the rains that we had seen them all, and then the roads closed\n"
        "again.\n\nI: And then?\n\nP1: We waited.\n"
    )
    found = spoken(wrapped)
    assert [label for label, _ in found] == ["I", "P1", "I", "P1"]
    assert "\n" not in found[1][1]
    assert found[1][1].endswith("roads closed again.")


def test_lines_of_their_own_length_stay_paragraphs(spoken: Spoken) -> None:
    assert spoken("I: How?\nP1: One.\nTwo and a little more of it.\nThree.\nI: So?\nP1: Yes.")[1] == (
        "P1",
        "One.\nTwo and a little more of it.\nThree.",
    )


def test_zoom_and_otter_text_files(spoken: Spoken) -> None:
    rows = [("Anna Berg", "How was it?"), ("Joao B.", "Long."), ("Anna Berg", "Go on."), ("Joao B.", "Yes.")]
    zoom = "".join(f"00:00:0{n}\t{name}:\t{text}\n" for n, (name, text) in enumerate(rows))
    otter = "".join(f"{name}  0:0{n}\n{text}\n\n" for n, (name, text) in enumerate(rows))
    assert spoken(zoom) == rows
    assert spoken(otter) == rows


def test_markdown_marks_go_and_bold_names_are_labels(spoken: Spoken) -> None:
    text = (
        "# Dialog 12\n\n**Transcript ID:** work_1\n\n---\n\n**Anna:** How *was* it?\n\n"
        "**Joao** It was **very** long.\n\n## Part two\n\n**Anna:** So?\n\n**Joao** Yes.\n"
    )
    assert spoken(text, "a.md") == [
        ("Anna", "How *was* it?"),
        ("Joao", "It was very long."),
        ("Anna", "So?"),
        ("Joao", "Yes."),
    ]


def test_markdown_headings_that_recur_as_names_are_labels(spoken: Spoken) -> None:
    text = "# Talk\n\n### Anna\n\nHow was it?\n\n### Joao\n\nLong.\n\n### Anna\n\nAnd?\n\n### Joao\n\nDone.\n"
    assert spoken(text, "a.md") == [
        ("Anna", "How was it?"),
        ("Joao", "Long."),
        ("Anna", "And?"),
        ("Joao", "Done."),
    ]


def test_a_heading_within_a_turn_is_nobodys_speech(spoken: Spoken) -> None:
    found = spoken("I: Why?\n\nP1: So.\n\n## Second half\n\nAnd more.\n\nI: OK?\n", "a.md")
    assert found == [("I", "Why?"), ("P1", "So."), ("P1", "And more."), ("I", "OK?")]


def test_underscores_within_words_are_no_marks(lines: Lines) -> None:
    assert (
        lines("I use snake__case__names and 2**3**4 here", "a.md")[0].text
        == "I use snake__case__names and 2**3**4 here"
    )


def test_unreadable_characters_are_counted_for_the_report(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("é".encode() * 20 + b"\xff and so on")
    (raw,) = PlainImporter().read(path)
    assert raw.problems == ("1 characters could not be read and show as �.",)


def test_a_line_that_nobody_can_have_said_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"word " * 12_000_000)
    with pytest.raises(FileProblemError, match=r"a\.txt"):
        PlainImporter().read(path)
