from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themescout.errors import FileProblemError
from themescout.importers.odt import OdtImporter
from themescout.text import normalise

if TYPE_CHECKING:
    from themescout.types import RawTranscript


DATA = Path(__file__).parents[2] / ".." / "shared" / "data" / "serdif_usability"
NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
}
SPACES = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMES.items())
BOLD = '<style:style style:name="T1" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'


def made(path: Path, body: str, *, automatic: str = "", named: str = "", manifest: str = "<manifest/>") -> Path:
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    styles = f"<office:document-styles {SPACES}><office:styles>{named}</office:styles></office:document-styles>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content)
        archive.writestr("styles.xml", styles)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def read(path: Path, body: str, **styles: str) -> RawTranscript:
    (raw,) = OdtImporter().read(made(path, body, **styles))
    return raw


def test_tabs_and_blanks_of_the_format_become_indentation(tmp_path: Path) -> None:
    raw = read(
        tmp_path / "p.odt",
        "<text:p>1 Read the tab</text:p>"
        '<text:p><text:s text:c="4"/>1.a Was it enough?</text:p>'
        '<text:p><text:s text:c="4"/><text:tab/>Okay, yes.</text:p>'
        "<text:p><text:tab/><text:tab/>More.</text:p>",
    )
    assert [(line.indent, line.text) for line in raw.lines] == [
        (0, "1 Read the tab"),
        (0, "1.a Was it enough?"),
        (1, "Okay, yes."),
        (2, "More."),
    ]


def test_margins_of_paragraph_styles_and_their_parents_are_indentation(tmp_path: Path) -> None:
    automatic = (
        '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Answer"/>'
        '<style:style style:name="P2" style:family="paragraph">'
        '<style:paragraph-properties fo:margin-left="1in" fo:text-indent="-1in"/></style:style>'
    )
    named = (
        '<style:style style:name="Answer" style:family="paragraph">'
        '<style:paragraph-properties fo:margin-left="1.251cm"/></style:style>'
    )
    body = '<text:p text:style-name="P1">Yes.</text:p><text:p text:style-name="P2">I: How?</text:p>'
    assert [line.indent for line in read(tmp_path / "p.odt", body, automatic=automatic, named=named).lines] == [1, 0]


def test_bold_by_automatic_style_is_the_lead(tmp_path: Path) -> None:
    raw = read(
        tmp_path / "p.odt",
        '<text:p><text:span text:style-name="T1">Ama:</text:span> How?</text:p>',
        automatic=BOLD,
    )
    assert (raw.lines[0].lead, raw.lines[0].text) == ("Ama:", "Ama: How?")


def test_bold_by_paragraph_style_can_be_taken_back_in_a_span(tmp_path: Path) -> None:
    automatic = (
        '<style:style style:name="P1" style:family="paragraph"><style:text-properties fo:font-weight="bold"/>'
        '</style:style><style:style style:name="T2" style:family="text">'
        '<style:text-properties fo:font-weight="normal"/></style:style>'
    )
    body = '<text:p text:style-name="P1">Ama<text:span text:style-name="T2"> How?</text:span></text:p>'
    assert read(tmp_path / "p.odt", body, automatic=automatic).lines[0].lead == "Ama"


def test_styles_that_go_in_a_circle_do_not_hang(tmp_path: Path) -> None:
    named = "".join(
        f'<style:style style:name="{name}" style:family="text" style:parent-style-name="{other}"/>'
        for name, other in (("A", "B"), ("B", "A"))
    )
    body = '<text:p><text:span text:style-name="A">Yes.</text:span></text:p>'
    assert read(tmp_path / "p.odt", body, named=named).lines[0].text == "Yes."


def test_deletions_notes_comments_and_frames_are_no_speech(tmp_path: Path) -> None:
    raw = read(
        tmp_path / "p.odt",
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        "<text:p>P: We<text:note><text:note-body><text:p>aside</text:p></text:note-body></text:note> lack"
        "<office:annotation><text:p>remark</text:p></office:annotation> staff."
        "<draw:frame><draw:text-box><text:p>box</text:p></draw:text-box></draw:frame></text:p>",
    )
    assert [line.text for line in raw.lines] == ["P: We lack staff."]
    assert len(raw.problems) == 2


def test_line_breaks_part_lines_and_white_space_of_the_xml_does_not(tmp_path: Path) -> None:
    raw = read(tmp_path / "p.odt", "<text:p>I: How\n   is it?<text:line-break/>P: Well.</text:p>")
    assert [line.text for line in raw.lines] == ["I: How is it?", "P: Well."]


def test_lists_and_sections_are_read(tmp_path: Path) -> None:
    item = "<text:list-item><text:p>One.</text:p></text:list-item>"
    body = f"<text:section><text:list>{item}</text:list></text:section>"
    assert [line.text for line in read(tmp_path / "p.odt", body).lines] == ["One."]


def test_a_table_of_speakers_becomes_turns(tmp_path: Path) -> None:
    rows = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        + "</table:table-row>"
        for row in [("I", "How?"), ("P7", "No staff here."), ("I", "And drugs?")]
    )
    raw = read(tmp_path / "p.odt", f"<table:table><table:table-rows>{rows}</table:table-rows></table:table>")
    assert [(line.speaker, line.text) for line in raw.lines][:2] == [("I", "How?"), ("P7", "No staff here.")]


def test_a_password_is_named(tmp_path: Path) -> None:
    path = made(tmp_path / "secret.odt", "<text:p>x</text:p>", manifest="<manifest><encryption-data/></manifest>")
    with pytest.raises(FileProblemError, match=r"^secret\.odt is password-protected"):
        OdtImporter().read(path)


@pytest.mark.parametrize("content", ["", "<a", "<a/>", "\udcff"])
def test_damaged_content_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "p.odt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", content.encode("utf-8", "surrogateescape"))
    with pytest.raises(FileProblemError, match=r"^p\.odt is damaged"):
        OdtImporter().read(path)


def test_sections_nested_without_end_are_refused(tmp_path: Path) -> None:
    depth = 5_000
    with pytest.raises(FileProblemError, match="is damaged"):
        read(tmp_path / "deep.odt", "<text:section>" * depth + "<text:p>x</text:p>" + "</text:section>" * depth)


def test_a_document_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileProblemError, match="has no text"):
        read(tmp_path / "p.odt", "<text:p/>")


LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff\u2028\u2029")


@settings(deadline=None, max_examples=50)
@given(texts=st.lists(st.text(LETTERS), max_size=5))
def test_words_written_to_a_document_come_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    texts = ["🦔 How?", *texts]
    body = "".join(f"<text:p>{escape(text)}</text:p>" for text in texts)
    raw = read(tmp_path_factory.getbasetemp() / "turns.odt", body)
    expected = [re.sub(" +", " ", normalise(text)).strip() for text in texts]
    assert [line.text for line in raw.lines] == [text for text in expected if text]


@pytest.mark.data
def test_every_passage_that_people_coded_is_in_the_lines() -> None:
    if not DATA.exists():
        pytest.skip("the interview sets do not lie beside the repository")
    squeezed = {}
    for path in (DATA / "raw" / "data" / "transcripts" / "raw").glob("*.odt"):
        (raw,) = OdtImporter().read(path)
        assert {line.indent for line in raw.lines} >= {0, 1}
        squeezed[path.stem] = "".join("".join(line.text.split()) for line in raw.lines)
    coded = [json.loads(line) for line in (DATA / "segments.jsonl").read_text("utf-8").splitlines()]
    found = sum("".join(segment["text"].split()) in squeezed[segment["doc"]] for segment in coded)
    assert found == len(coded)
