from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themescout.errors import FileProblemError
from themescout.importers import limits
from themescout.importers.rtf import RtfImporter
from themescout.text import normalise

if TYPE_CHECKING:
    from pathlib import Path

    from themescout.types import RawTranscript


HEAD = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}}{\stylesheet{\s1\b Heading;}}"


def read(path: Path, body: str) -> RawTranscript:
    path.write_bytes((HEAD + body + "}").encode("cp1252"))
    (raw,) = RtfImporter().read(path)
    return raw


def test_paragraphs_accents_and_quotation_marks_are_read(tmp_path: Path) -> None:
    raw = read(tmp_path / "p.rtf", r"\pard I: How\'e9?\par P: It\u8217?s well \u-10179?\u-8596?.\par")
    assert [line.text for line in raw.lines] == ["I: Howé?", "P: It’s well \U0001f66c."]


@pytest.mark.parametrize("bold", [r"\b Ama:\b0  How?", r"{\b Ama:} How?", r"\b\f0 Ama:\plain  How?"])
def test_bold_openings_are_the_lead(tmp_path: Path, bold: str) -> None:
    (line,) = read(tmp_path / "p.rtf", rf"\pard {bold}\par").lines
    assert (line.lead, line.text) == ("Ama:", "Ama: How?")


def test_bold_in_the_middle_is_no_lead_and_ends_with_its_group(tmp_path: Path) -> None:
    raw = read(tmp_path / "p.rtf", r"\pard We have {\b no} staff.\par None.\par")
    assert [line.lead for line in raw.lines] == ["", ""]


def test_control_words_that_begin_with_b_are_not_bold(tmp_path: Path) -> None:
    assert read(tmp_path / "p.rtf", r"\pard\brdrb\box Ama: How?\par").lines[0].lead == ""


def test_line_breaks_part_lines_and_tabs_are_indentation(tmp_path: Path) -> None:
    raw = read(tmp_path / "p.rtf", r"\pard I: How?\line\tab Well.\par")
    assert [(line.indent, line.text) for line in raw.lines] == [(0, "I: How?"), (1, "Well.")]


def test_headers_footnotes_and_deleted_passages_are_no_speech(tmp_path: Path) -> None:
    raw = read(
        tmp_path / "p.rtf",
        r"{\header Study 7\par}\pard P: We{\footnote aside} lack {\deleted many }{\revised more }staff.\par",
    )
    assert [line.text for line in raw.lines] == ["P: We lack more staff."]


def test_of_a_link_its_words_are_speech_and_its_address_is_not(tmp_path: Path) -> None:
    link = r'{\field{\*\fldinst{HYPERLINK "http://example.org"}}{\fldrslt the list}}'
    assert read(tmp_path / "p.rtf", rf"\pard P: See {link}.\par").lines[0].text == "P: See the list."


def test_a_table_of_speakers_becomes_turns_where_it_stands(tmp_path: Path) -> None:
    rows = "".join(
        rf"\trowd\cellx1000\cellx5000\pard\intbl {who}\cell {what}\cell\row "
        for who, what in [("I", "How?"), ("P7", r"No staff.\par None | at all."), ("I", "And drugs?")]
    )
    raw = read(tmp_path / "p.rtf", rf"\pard Interview 7\par {rows}\pard End\par")
    assert [(line.speaker, line.text) for line in raw.lines] == [
        (None, "Interview 7"),
        ("I", "How?"),
        ("P7", "No staff."),
        ("P7", "None | at all."),
        ("I", "And drugs?"),
        (None, "End"),
    ]


def test_a_thousand_fields_are_read_at_once(tmp_path: Path) -> None:
    raw = read(tmp_path / "p.rtf", r"{\field{\*\fldinst{PAGE}}{\fldrslt {1}}} text\par " * 20_000)
    assert len(raw.lines) == 20_000


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"only text", "is damaged, or is no .rtf file"),
        (limits.OLE_MAGIC + b"\0" * 99, "old kind"),
        (rb"{\rtf1\ansi {\header x}}", "has no text"),
        (rb"{\rtf1\ansi \u99999999? x}", "is damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path, data: bytes, sentence: str) -> None:
    path = tmp_path / "p.rtf"
    path.write_bytes(data)
    with pytest.raises(FileProblemError, match=rf"^p\.rtf .*{sentence}"):
        RtfImporter().read(path)


def test_an_unknown_code_page_is_read_as_western(tmp_path: Path) -> None:
    path = tmp_path / "p.rtf"
    path.write_bytes(rb"{\rtf1\ansi\ansicpg9999 P: Caf" + b"e.}")
    (raw,) = RtfImporter().read(path)
    assert (raw.lines[0].text, raw.encoding) == ("P: Cafe.", "cp1252")


LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn"), exclude_characters="\u00ad\u2028\u2029")


def escaped(text: str) -> str:
    units = text.encode("utf-16-le")
    numbers = [int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2)]
    return "".join(rf"\u{number}?" for number in numbers)


@settings(deadline=None)
@given(text=st.text(LETTERS), bold=st.booleans())
def test_words_written_to_a_document_come_back(tmp_path_factory: pytest.TempPathFactory, text: str, bold: bool) -> None:
    weight = r"\b " if bold else ""
    body = rf"\pard {escaped('🦔 How? ')}{weight}{escaped(text)}\b0\par"
    raw = read(tmp_path_factory.getbasetemp() / "turns.rtf", body)
    assert [line.text for line in raw.lines] == [normalise(f"🦔 How? {text}").strip()]
