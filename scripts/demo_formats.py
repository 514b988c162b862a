"""The formats that interviews come in, each as a function from turns to the bytes of a file.

Bytes are the same wherever and whenever they are made: times are fixed, archives stored, not compressed.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import uuid
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import docx
import xlsxwriter
from docx.enum.style import WD_STYLE_TYPE
from fpdf import FPDF
from odf import style
from odf import text as odf_text
from odf.opendocument import OpenDocumentText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WRITTEN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # the date inside documents
ZIPPED = (1980, 1, 1, 0, 0, 0)  # the earliest that zip can hold
WORD_S = 0.4  # 150 words a minute
CUE_WORDS = (6, 14)  # fewest before a comma may end a caption; most


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of the source; `label` is the one of the file that is being written. Times in seconds."""

    label: str
    asks: bool
    text: str
    start_s: float
    end_s: float


class Cue(NamedTuple):
    """Some words of a turn; `first` where they begin it."""

    label: str
    text: str
    start_s: float
    end_s: float
    first: bool


def cues_of(turns: Iterable[Turn]) -> Iterator[Cue]:
    """The turns as captions: cut at a comma or stop once there are enough words, at the latest at 14."""
    for turn in turns:
        start = turn.start_s
        for number, piece in enumerate(pieces(turn.text.split())):
            end = start + WORD_S * len(piece)
            yield Cue(turn.label, " ".join(piece), start, end, number == 0)
            start = end


def pieces(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """`words` in runs of at most 14."""
    least, most = CUE_WORDS
    begin = 0
    for end, word in enumerate(words, start=1):
        size = end - begin
        if size == most or end == len(words) or (size >= least and word[-1] in ".,;:?!"):
            yield words[begin:end]
            begin = end


def clock(seconds: float, mark: str = ".") -> str:
    """`seconds` as 00:01:02.500."""
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{mark}{ms % 1000:03}"


# Text -------------------------------------------------------------------------------------------------------


def colons(turns: Iterable[Turn], pattern: str = "{}: {}") -> str:
    """The turns as paragraphs, each behind its label."""
    return "\n\n".join(pattern.format(turn.label, turn.text) for turn in turns) + "\n"


def txt_windows(turns: Sequence[Turn], _name: str) -> bytes:
    """As an older Windows program saves it."""
    return colons(turns).replace("\n", "\r\n").encode("cp1252")


def txt_utf16(turns: Sequence[Turn], _name: str) -> bytes:
    """What Windows calls "Unicode text"."""
    return codecs.BOM_UTF16_LE + colons(turns).replace("\n", "\r\n").encode("utf-16-le")


def markdown(turns: Sequence[Turn], name: str) -> bytes:
    return f"# Interview {name}\n\n{colons(turns, '**{}:** {}')}".encode()


def otter(turns: Sequence[Turn], _name: str) -> bytes:
    """Name and time on a line, the words on the next."""
    heads = (f"{turn.label}  {int(turn.start_s) // 60}:{int(turn.start_s) % 60:02}" for turn in turns)
    return "".join(f"{head}\n{turn.text}\n\n" for head, turn in zip(heads, turns, strict=True)).encode()


def rtf(turns: Sequence[Turn], _name: str) -> bytes:
    body = "\n".join(rf"\pard\sa160 {rtf_escaped(f'[{turn.label}] {turn.text}')}\par" for turn in turns)
    head = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Calibri;}}\f0\fs22"
    return f"{head}\n{body}\n}}\n".encode("ascii")


def rtf_escaped(text: str) -> str:
    plain = re.sub(r"[\\{}]", r"\\\g<0>", text)
    return "".join(char if char.isascii() else f"\\'{char.encode('cp1252').hex()}" for char in plain)


def csv_semicolons(turns: Sequence[Turn], _name: str) -> bytes:
    """As a spreadsheet saves it where the comma is the decimal mark."""
    out = io.StringIO(newline="")
    rows = ((turn.label, turn.text) for turn in turns)
    csv.writer(out, delimiter=";").writerows((("speaker", "text"), *rows))
    return out.getvalue().encode("utf-8-sig")


# Captions and recordings ------------------------------------------------------------------------------------


def vtt_teams(turns: Sequence[Turn], name: str) -> bytes:
    session = uuid.uuid5(uuid.NAMESPACE_URL, f"themescout/demo/{name}")
    blocks = (
        f"{session}/{number}-0\n{clock(cue.start_s)} --> {clock(cue.end_s)}\n<v {cue.label}>{cue.text}</v>\n"
        for number, cue in enumerate(cues_of(turns), start=10)
    )
    return "\n".join(["WEBVTT\n", *blocks]).encode()


def vtt_zoom(turns: Sequence[Turn], _name: str) -> bytes:
    blocks = (
        f"{number}\n{clock(cue.start_s)} --> {clock(cue.end_s)}\n{cue.label}: {cue.text}\n"
        for number, cue in enumerate(cues_of(turns), start=1)
    )
    return "\n".join(["WEBVTT\n", *blocks]).encode()


def srt(turns: Sequence[Turn], _name: str) -> bytes:
    """The speaker only where it changes."""
    blocks = (
        f"{number}\n{clock(cue.start_s, ',')} --> {clock(cue.end_s, ',')}\n"
        f"{f'{cue.label}: ' if cue.first else ''}{cue.text}\n"
        for number, cue in enumerate(cues_of(turns), start=1)
    )
    return "\n".join(blocks).encode()


def whisperx(turns: Sequence[Turn], _name: str) -> bytes:
    segments = [
        {"start": round(start, 3), "end": round(end, 3), "text": f" {text}", "speaker": label}
        for label, text, start, end, _ in cues_of(turns)
    ]
    return json.dumps({"segments": segments, "language": "en"}, ensure_ascii=False, indent=1).encode()


# Office documents -------------------------------------------------------------------------------------------


def docx_bold(turns: Sequence[Turn], name: str) -> bytes:
    """Bold names without a colon."""
    document = docx.Document()
    document.add_heading(f"Interview {name}", level=1)
    for turn in turns:
        paragraph = document.add_paragraph()
        paragraph.add_run(turn.label).bold = True
        paragraph.add_run(f" {turn.text}")
    return saved_docx(document)


def docx_colons(turns: Sequence[Turn], _name: str) -> bytes:
    document = docx.Document()
    for turn in turns:
        document.add_paragraph(f"{turn.label}: {turn.text}")
    return saved_docx(document)


def docx_transcribed(turns: Sequence[Turn], _name: str) -> bytes:
    """As the word processor's own transcription inserts it."""
    document = docx.Document()
    document.add_heading("Transcript", level=2)
    for turn in turns:
        document.add_paragraph(f"{clock(turn.start_s)[:8]} {turn.label}")
        document.add_paragraph(turn.text)
    return saved_docx(document)


def saved_docx(document: Any) -> bytes:
    """Without the styles nobody uses, which are most of the library's template."""
    for unused in [kept for kept in document.styles if kept.type == WD_STYLE_TYPE.TABLE]:
        unused.delete()
    for key in [key for key, rel in document.part.rels.items() if rel.reltype.endswith("/stylesWithEffects")]:
        del document.part.rels[key]
    properties = document.core_properties
    properties.author = "themescout"
    properties.comments = "Invented interview."
    properties.created = properties.modified = WRITTEN
    out = io.BytesIO()
    document.save(out)
    return stored(out.getvalue())


def odt_colons(turns: Sequence[Turn], _name: str) -> bytes:
    document = OpenDocumentText()
    for turn in turns:
        document.text.addElement(odf_text.P(text=f"{turn.label}: {turn.text}"))
    return saved_odt(document)


def odt_bold(turns: Sequence[Turn], _name: str) -> bytes:
    """Bold names without a colon."""
    document = OpenDocumentText()
    bold = style.Style(name="T1", family="text")
    bold.addElement(style.TextProperties(fontweight="bold"))
    document.automaticstyles.addElement(bold)
    for turn in turns:
        paragraph = odf_text.P()
        paragraph.addElement(odf_text.Span(stylename=bold, text=turn.label))
        paragraph.addText(f" {turn.text}")
        document.text.addElement(paragraph)
    return saved_odt(document)


def saved_odt(document: Any) -> bytes:
    out = io.BytesIO()
    document.write(out)
    return stored(out.getvalue())


def xlsx(turns: Sequence[Turn], _name: str) -> bytes:
    """A row per turn."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"author": "themescout", "comments": "Invented interview.", "created": WRITTEN})
    sheet = book.add_worksheet("Transcript")
    sheet.write_row(0, 0, ("Time", "Speaker", "Text"))
    for number, turn in enumerate(turns, start=1):
        sheet.write_row(number, 0, (clock(turn.start_s)[:8], turn.label, turn.text))
    book.close()
    return stored(out.getvalue())


def stored(archive: bytes) -> bytes:
    """The same archive without the times of today, and uncompressed: compression differs between zlibs."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for member in old.infolist():
            info = zipfile.ZipInfo(member.filename, ZIPPED)
            info.create_system = 0  # else it says on which system it was packed
            new.writestr(info, old.read(member))
    return out.getvalue()


class Pages(FPDF):
    """A page with a running header and its number."""

    running = ""

    def header(self) -> None:
        """Called by FPDF at the top of each page."""
        self.set_font("Helvetica", size=8)
        self.cell(0, 8, self.running, align="R", new_x="LMARGIN", new_y="NEXT")
        self.set_font("Helvetica", size=11)

    def footer(self) -> None:
        """Called by FPDF at the bottom of each page."""
        self.set_y(-15)
        self.set_font("Helvetica", size=8)
        self.cell(0, 8, str(self.page_no()), align="C")


def pdf(turns: Sequence[Turn], name: str) -> bytes:
    pages = Pages(format="A4")
    pages.running = f"Interview {name} - for members of the study only"
    pages.set_compression(False)
    pages.set_creation_date(WRITTEN)
    pages.set_producer("themescout demo")
    pages.add_page()
    for turn in turns:
        for line in wrapped(pages, f"{turn.label}: {turn.text}"):
            pages.cell(0, 5.5, line, new_x="LMARGIN", new_y="NEXT")
        pages.ln(3)
    return bytes(pages.output())


def wrapped(pages: FPDF, text: str) -> Iterator[str]:
    """Lines that fit the page, broken at blanks only: nobody could tell which hyphens were there before."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".lstrip()
        if pages.get_string_width(longer) > pages.epw - 2:
            yield line
            longer = word
        line = longer
    yield line
