from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader, PdfWriter

from themescout.errors import FileProblemError
from themescout.importers.pdf import PdfImporter

if TYPE_CHECKING:
    from themescout.types import RawTranscript


DATA = Path(__file__).parents[2] / ".." / "shared" / "data" / "pdpilot_interviews"
FULL = "and then we waited for the drugs that the district had promised us in"


def made(*pages: list[tuple[float, float, str]]) -> bytes:
    """A PDF by hand; each page a list of (x, y, text), `*Ama:*` in bold."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "",
        *(
            f"<</Type/Font/Subtype/Type1/BaseFont/{name}/Encoding/WinAnsiEncoding>>"
            for name in ("Helvetica", "Helvetica-Bold")
        ),
    ]
    kids = []
    for rows in pages:
        stream = "".join(f"BT 1 0 0 1 {x} {y} Tm {shown(text)} ET\n" for x, y, text in rows)
        objects.append(f"<</Length {len(stream.encode('cp1252'))}>>stream\n{stream}endstream")
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {len(objects)} 0 R"
            "/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>>>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    return assembled(objects)


def shown(text: str) -> str:
    made = ""
    for number, part in enumerate(text.split("*")):
        if part:
            quoted = re.sub(r"([()\\])", r"\\\1", part)
            made += f"/F{1 + number % 2} 11 Tf ({quoted}) Tj "
    return made


def assembled(objects: list[str]) -> bytes:
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252"))
    start = out.tell()
    entries = "".join(f"{place:010} 00000 n \n" for place in places)
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{entries}".encode())
    out.write(f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF".encode())
    return out.getvalue()


def rows(*texts: str, top: float = 780, gap: float = 14) -> list[tuple[float, float, str]]:
    return [(72, top - number * gap, text) for number, text in enumerate(texts)]


def read(path: Path, *pages: list[tuple[float, float, str]]) -> RawTranscript:
    path.write_bytes(made(*pages))
    (raw,) = PdfImporter().read(path)
    return raw


def test_rows_are_joined_and_a_label_begins_a_paragraph(tmp_path: Path) -> None:
    raw = read(
        tmp_path / "p.pdf",
        rows("I: How is it?", f"P1: We came {FULL}", f"May {FULL}", "June.", "I: And now?"),
    )
    assert [line.text for line in raw.lines] == [
        "I: How is it?",
        f"P1: We came {FULL} May {FULL} June.",
        "I: And now?",
    ]


def test_a_colon_that_names_nobody_does_not_part_a_paragraph(tmp_path: Path) -> None:
    raw = read(tmp_path / "p.pdf", rows("I: How?", f"P1: {FULL}", f"Note: {FULL}", "May."))
    assert len(raw.lines) == 2


def test_a_wider_gap_begins_a_paragraph(tmp_path: Path) -> None:
    raw = read(tmp_path / "p.pdf", [*rows(FULL, FULL, FULL), *rows(FULL, FULL, top=700)])
    assert len(raw.lines) == 2


def test_bold_names_are_leads_and_begin_paragraphs(tmp_path: Path) -> None:
    raw = read(tmp_path / "p.pdf", rows("*Ama Mensah* How is it?", f"*Kofi* {FULL}", FULL, "*Ama Mensah* Why?"))
    assert [line.lead for line in raw.lines] == ["Ama Mensah", "Kofi", "Ama Mensah"]
    assert raw.lines[1].text == f"Kofi {FULL} {FULL}"


def test_words_cut_at_the_end_of_a_row_are_made_whole_and_compounds_kept(tmp_path: Path) -> None:
    raw = read(
        tmp_path / "p.pdf",
        rows(f"P1: {FULL} dis-", f"tricts {FULL} follow-", f"up and {FULL}", "a follow-up again."),
    )
    assert "districts" in raw.lines[0].text
    assert "follow-up and" in raw.lines[0].text


def test_heads_feet_and_page_numbers_go_and_the_cut_paragraph_is_joined(tmp_path: Path) -> None:
    pages = [
        [(72, 820, "Study of clinics"), *body, (290, 30, f"Page {number} of 3")]
        for number, body in enumerate(
            [rows("I: How?", f"P1: {FULL}"), rows(FULL, f"{FULL}."), rows("I: Why?", "P1: Rain.")], start=1
        )
    ]
    raw = read(tmp_path / "p.pdf", *pages)
    assert [line.text for line in raw.lines] == [
        "I: How?",
        f"P1: {FULL} {FULL} {FULL}.",
        "I: Why?",
        "P1: Rain.",
    ]
    assert raw.problems == ("Left out as heads, feet or numbers of pages: “Study of clinics”, “Page 1 of 3”.",)


def test_turns_that_begin_pages_alike_are_no_running_heads(tmp_path: Path) -> None:
    raw = read(tmp_path / "p.pdf", rows("P1: Yes.", "I: Why?"), rows("P1: Yes.", "I: How?"))
    assert [line.text for line in raw.lines] == ["P1: Yes.", "I: Why?", "P1: Yes.", "I: How?"]


def test_speech_that_recurs_at_one_height_is_kept(tmp_path: Path) -> None:
    said = [rows(f"P1: Day {day}, {FULL}", FULL, "We waited for the drugs.") for day in ("one", "two", "three")]
    pages = [[(72, 820, "Study of clinics"), *body] for body in said]
    raw = read(tmp_path / "p.pdf", *pages)
    assert sum(line.text.count("We waited for the drugs.") for line in raw.lines) == 3
    assert "Study" in raw.problems[0]


def test_line_numbers_in_the_margin_go(tmp_path: Path) -> None:
    texts = ["I: How?", "P1: We have 12 beds.", "I: Why?", "P1: Rain."]
    numbered = [(40.0, y, str(at)) for at, (_, y, _) in enumerate(rows(*texts), start=1)]
    raw = read(tmp_path / "p.pdf", [piece for pair in zip(numbered, rows(*texts), strict=True) for piece in pair])
    assert [line.text for line in raw.lines] == texts
    assert raw.problems == ("Line numbers in the margin were left out.",)


def test_a_row_that_the_page_break_cut_through_is_read_once(tmp_path: Path) -> None:
    raw = read(tmp_path / "p.pdf", rows("P1: We waited.", FULL), rows(FULL, "the end."))
    assert sum(line.text.count(FULL) for line in raw.lines) == 1


def test_what_lies_outside_the_page_is_not_read(tmp_path: Path) -> None:
    raw = read(tmp_path / "p.pdf", [*rows("P1: Yes."), (72, -300, "clipped")])
    assert [line.text for line in raw.lines] == ["P1: Yes."]


def test_answers_set_in_are_indented(tmp_path: Path) -> None:
    texts = [(72, "1 Read the page"), (108, f"Okay. {FULL}"), (108, "May."), (144, "Fine."), (72, "2 Log in")]
    raw = read(tmp_path / "p.pdf", [(x, 780 - 14 * at, text) for at, (x, text) in enumerate(texts)])
    assert [line.indent for line in raw.lines] == [0, 1, 2, 0]


def test_rows_that_hang_under_a_label_belong_to_it(tmp_path: Path) -> None:
    hanging = [(72, 780, f"I: {FULL}."), (108, 766, f"Why {FULL}"), (108, 752, "May?")]
    assert len(read(tmp_path / "p.pdf", hanging).lines) == 1


def test_a_scan_is_sent_to_ocr(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(made([], []))
    with pytest.raises(FileProblemError, match=r"^scan\.pdf has no text, only pictures") as caught:
        PdfImporter().read(tmp_path / "scan.pdf")
    assert "OCR" in caught.value.hint


def test_pages_without_text_are_said(tmp_path: Path) -> None:
    raw = read(tmp_path / "p.pdf", rows("P1: Yes."), [], rows("I: Why?"))
    assert raw.problems == ("Pages without text, which may be pictures: 2.",)


def encrypted(path: Path, *, user: str) -> Path:
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(made(rows("P1: Yes.")))))
    writer.encrypt(user, "owner", algorithm="RC4-128")
    writer.write(path)
    return path


def test_a_password_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileProblemError, match=r"^secret\.pdf is password-protected"):
        PdfImporter().read(encrypted(tmp_path / "secret.pdf", user="abc"))


def test_a_file_that_only_forbids_printing_is_read(tmp_path: Path) -> None:
    (raw,) = PdfImporter().read(encrypted(tmp_path / "noprint.pdf", user=""))
    assert raw.lines[0].text == "P1: Yes."


@pytest.mark.parametrize("data", [b"", b"only text", b"%PDF-1.4\n", made(rows("P1: Yes."))[:300]])
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "p.pdf"
    path.write_bytes(data)
    with pytest.raises(FileProblemError, match=r"^p\.pdf "):
        PdfImporter().read(path)


@pytest.mark.data
def test_nearly_every_passage_that_people_coded_is_in_the_lines() -> None:
    if not DATA.exists():
        pytest.skip("the interview sets do not lie beside the repository")

    def squeezed(text: str) -> str:
        return "".join(re.sub(r"(?:Dan|Participant):", "", text).split())

    printed = {}
    for path in (DATA / "raw" / "results" / "transcripts").glob("*.pdf"):
        (raw,) = PdfImporter().read(path)
        assert {line.lead for line in raw.lines} >= {"Dan:", "Participant:"}
        assert not any(line.text.isdecimal() for line in raw.lines)
        printed[path.stem] = squeezed("".join(line.text for line in raw.lines))
    coded = [json.loads(line) for line in (DATA / "segments.jsonl").read_text("utf-8").splitlines()]
    found = sum(squeezed(segment["text"]) in printed[segment["doc"]] for segment in coded)
    assert found >= len(coded) - 1  # one was coded across a passage that the transcript does not have
