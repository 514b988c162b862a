from __future__ import annotations

from typing import TYPE_CHECKING

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Inches
from hypothesis import given, settings
from hypothesis import strategies as st

from themescout.errors import FileProblemError
from themescout.importers import limits
from themescout.importers.docx import DocxImporter
from themescout.text import normalise

if TYPE_CHECKING:
    from pathlib import Path

    from docx.document import Document

    from themescout.types import RawTranscript


@pytest.fixture
def document() -> Document:
    return docx.Document()


def read(document: Document, path: Path) -> RawTranscript:
    document.save(str(path))
    (raw,) = DocxImporter().read(path)
    return raw


def add(document: Document, xml: str) -> None:
    """Put a paragraph given as XML at the end of the document."""
    body = document.element.body
    body.insert(len(body) - 1, parse_xml(f"<w:p {nsdecls('w')}>{xml}</w:p>"))


def test_a_bold_name_becomes_the_lead(document: Document, tmp_path: Path) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run("Ama ").bold = True
    paragraph.add_run("Mensah").bold = True
    paragraph.add_run("  How is the clinic?")
    (line,) = read(document, tmp_path / "p07.docx").lines
    assert (line.lead, line.text) == ("Ama Mensah", "Ama Mensah  How is the clinic?")


def test_bold_of_a_style_counts_and_can_be_taken_back(document: Document, tmp_path: Path) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run("Ama:", style="Strong")
    paragraph.add_run(" How?")
    heading = document.add_paragraph(style="Heading 1")
    heading.add_run("Part one").bold = False
    document.add_heading("Part two")
    leads = [line.lead for line in read(document, tmp_path / "p07.docx").lines]
    assert leads == ["Ama:", "", "Part two"]


def test_bold_in_the_middle_is_no_lead(document: Document, tmp_path: Path) -> None:
    paragraph = document.add_paragraph("We have ")
    paragraph.add_run("no").bold = True
    assert read(document, tmp_path / "p07.docx").lines[0].lead == ""


def test_line_breaks_part_lines_and_tabs_stay(document: Document, tmp_path: Path) -> None:
    document.add_paragraph("0:0:0.0 --> 0:0:1.2\nAma Mensah\nHow\tis it?")
    texts = [line.text for line in read(document, tmp_path / "teams.docx").lines]
    assert texts == ["0:0:0.0 --> 0:0:1.2", "Ama Mensah", "How\tis it?"]


def test_tracked_insertions_are_kept_and_deletions_are_not(document: Document, tmp_path: Path) -> None:
    add(
        document,
        "<w:r><w:t xml:space='preserve'>P: We have </w:t></w:r>"
        "<w:ins w:id='1' w:author='x'><w:r><w:t xml:space='preserve'>no </w:t></w:r></w:ins>"
        "<w:del w:id='2' w:author='x'><w:r><w:delText>many </w:delText></w:r></w:del>"
        "<w:r><w:t>staff.</w:t></w:r>",
    )
    raw = read(document, tmp_path / "p07.docx")
    assert [line.text for line in raw.lines] == ["P: We have no staff."]
    assert "tracked changes" in raw.problems[0]


def test_links_and_controls_are_speech_and_field_codes_are_not(document: Document, tmp_path: Path) -> None:
    add(
        document,
        "<w:hyperlink w:anchor='a'><w:r><w:t xml:space='preserve'>See the list </w:t></w:r></w:hyperlink>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:sdt><w:sdtContent><w:r><w:t>here.</w:t></w:r></w:sdtContent></w:sdt>",
    )
    assert [line.text for line in read(document, tmp_path / "p07.docx").lines] == ["See the list here."]


def test_indentation_is_counted_in_steps_from_style_paragraph_and_tabs(document: Document, tmp_path: Path) -> None:
    document.add_paragraph("1 Read the page")
    document.add_paragraph("\tOkay.")
    document.add_paragraph("Fine.").paragraph_format.left_indent = Inches(1)
    hanging = document.add_paragraph("I:\tHow?")
    hanging.paragraph_format.left_indent = Inches(0.5)
    hanging.paragraph_format.first_line_indent = Inches(-0.5)
    document.styles["Quote"].paragraph_format.left_indent = Inches(0.5)
    document.add_paragraph("Quoted.", style="Quote")
    assert [line.indent for line in read(document, tmp_path / "p07.docx").lines] == [0, 1, 2, 0, 1]


def test_a_table_of_speakers_and_words_becomes_turns_where_it_stands(document: Document, tmp_path: Path) -> None:
    document.add_paragraph("Interview 7")
    table = document.add_table(3, 2)
    for row, cells in zip(table.rows, [("I", "How? 🦔"), ("P7", "No staff."), ("I", "And drugs?")], strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph("End")
    lines = read(document, tmp_path / "p07.docx").lines
    assert [(line.speaker, line.text) for line in lines] == [
        (None, "Interview 7"),
        ("I", "How? 🦔"),
        ("P7", "No staff."),
        ("I", "And drugs?"),
        (None, "End"),
    ]


def test_a_table_inside_a_cell_is_read_once(document: Document, tmp_path: Path) -> None:
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "Outside"
    cell.add_table(1, 1).cell(0, 0).text = "Inside"
    assert [line.text for line in read(document, tmp_path / "p07.docx").lines] == ["Outside", "Inside"]


def test_text_boxes_are_left_out_and_said_to_be(document: Document, tmp_path: Path) -> None:
    document.add_paragraph("P: Yes.")
    add(
        document,
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>aside</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>",
    )
    raw = read(document, tmp_path / "p07.docx")
    assert [line.text for line in raw.lines] == ["P: Yes."]
    assert raw.problems == ("Text boxes were left out.",)


def test_a_document_without_text_is_refused(document: Document, tmp_path: Path) -> None:
    with pytest.raises(FileProblemError, match="has no text"):
        read(document, tmp_path / "scan.docx")


@pytest.mark.parametrize("data", [b"", b"only text", limits.OLE_MAGIC + b"\0" * 512, b"PK\x03\x04 cut"])
def test_what_is_no_word_document_is_refused_by_name(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "p07.docx"
    path.write_bytes(data)
    with pytest.raises(FileProblemError, match=r"^p07\.docx "):
        DocxImporter().read(path)


def test_a_spreadsheet_with_the_wrong_ending_is_refused(tmp_path: Path) -> None:
    import openpyxl

    openpyxl.Workbook().save(tmp_path / "p07.docx")
    with pytest.raises(FileProblemError, match=r"is damaged, or is no \.docx file"):
        DocxImporter().read(tmp_path / "p07.docx")


LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff\u2028\u2029")


@settings(deadline=None, max_examples=30)
@given(texts=st.lists(st.text(LETTERS), max_size=5))
def test_words_written_to_a_document_come_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    document = docx.Document()
    for text in ("🦔 How?", *texts):
        document.add_paragraph(text)
    raw = read(document, tmp_path_factory.getbasetemp() / "turns.docx")
    expected = [normalise(text).strip() for text in ("🦔 How?", *texts)]
    assert [line.text for line in raw.lines] == [text for text in expected if text]
