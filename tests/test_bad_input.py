"""Bad input: one clear sentence that names the file and what to do, the others go on, the exit code tells."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import numpy as np
import pytest
from click.testing import CliRunner
from pypdf import PdfReader, PdfWriter

from themescout import project
from themescout.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

DEMO = Path(__file__).parents[1] / "data" / "demo" / "wave1"
TALK = (
    "I: What went wrong, in your view?\nP: The money came late – “every” year, and the café for nurses had to close.\n"
)
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2000)


def pdf(write: Callable[[PdfWriter], object]) -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    write(writer)
    writer.write(out)
    return out.getvalue()


def locked_pdf() -> bytes:
    def write(writer: PdfWriter) -> None:
        writer.append(PdfReader(DEMO / "KI08.pdf"))
        writer.encrypt("secret", algorithm="RC4-128")

    return pdf(write)


def scanned_pdf() -> bytes:
    return pdf(lambda writer: writer.add_blank_page(595, 842))


def bomb(member: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(member, b" " * 60_000_000)
    return out.getvalue()


def docx_of_questions() -> bytes:
    document, out = docx.Document(), io.BytesIO()
    for line in ("Interviewer: What went wrong?", "Interviewer: And then, what did you do?"):
        document.add_paragraph(line)
    document.save(out)
    return out.getvalue()


BAD = {
    "empty.txt": (lambda: b"", "is empty"),
    "no-docx.docx": (lambda: b"This is a letter.", "is damaged, or is no .docx file"),
    "cut.pdf": (lambda: (DEMO / "KI08.pdf").read_bytes()[:9000], "is damaged, or is no .pdf file"),
    "scanned.pdf": (scanned_pdf, "has no text, only pictures"),
    "locked.docx": (lambda: OLE, "is password-protected"),
    "locked.xlsx": (lambda: OLE, "is password-protected"),
    "locked.pdf": (locked_pdf, "is password-protected"),
    "line.txt": (lambda: b"I: Why?\nP: " + b"word " * 12_000_000, "has a paragraph of 6"),
    "questions.docx": (docx_of_questions, "has no informant"),
    "bomb.docx": (lambda: bomb("word/document.xml"), "would unpack to more"),
    "bomb.xlsx": (lambda: bomb("xl/worksheets/sheet1.xml"), "would unpack to more"),
    "noise.txt": (lambda: bytes(range(256)) * 40, "is not text"),
    "talk.xyz": (lambda: b"xyz", "ends in .xyz, which cannot be read"),
}


def cli(*args: object, exits: int) -> str:
    """What is said on stderr; no traceback, and nothing on stdout."""
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == exits, result.output
    assert "Traceback" not in result.output
    assert result.stdout == ""
    return result.stderr


def sentence(said: str, name: str) -> str:
    """The one line about the file."""
    (line,) = [line for line in said.splitlines() if name in line]
    assert line.split()[0] in {"refused", "Error:"}
    assert line.count(". ") >= 1, "it says what is wrong, and what to do"
    return line


@pytest.fixture
def study(make_study: Callable[..., project.Study]) -> Path:
    return make_study().folder


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_named_and_the_others_go_on(study: Path, tmp_path: Path, name: str) -> None:
    make, message = BAD[name]
    bad, good = tmp_path / "bad" / name, tmp_path / "good.txt"
    bad.parent.mkdir()
    bad.write_bytes(make())
    good.write_text(TALK, "utf-8")
    assert message in sentence(cli("add", study, bad, good, exits=3), name)
    assert "0 transcripts added" in cli("add", study, bad, exits=1)
    with project.open_study(study) as opened:
        assert list(opened.store.transcripts.hashes()) == ["good"]
        assert len(opened.store.transcripts.files()) == 1
    assert [item.name for item in (study / "transcripts").iterdir()] == ["good.txt"]


def test_all_of_them_in_one_folder(study: Path, tmp_path: Path) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    for name, (make, _) in BAD.items():
        (folder / name).write_bytes(make())
    (folder / "good.txt").write_text(TALK, "utf-8")
    said = cli("add", study, folder, exits=3)
    assert f"1 transcript added, {len(BAD) - 1} files refused." in said  # .xyz is passed over in a folder
    assert all(name in said for name in BAD)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-8-sig"])
def test_other_encodings_are_read(study: Path, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "talk.txt").write_bytes(TALK.encode(encoding))
    assert "1 transcript added" in cli("add", study, tmp_path / "talk.txt", exits=0)
    with project.open_study(study) as opened:
        assert "late – “every” year, and the café" in opened.store.transcripts.texts()["talk"]


def test_a_path_that_does_not_exist(study: Path, tmp_path: Path) -> None:
    assert "does not exist" in sentence(cli("add", study, tmp_path / "gone.txt", exits=1), "gone.txt")
    assert "no themescout study" in cli("add", tmp_path / "nowhere", tmp_path / "gone.txt", exits=1)
    for command in ("status", "run", "report", "discover", "suggest"):
        assert "nowhere" in cli(command, tmp_path / "nowhere", exits=1)


@pytest.mark.skipif(shutil.which("setpriv") is None or os.geteuid() != 0, reason="needs root, to be nobody")
def test_a_folder_without_rights(tmp_path_factory: pytest.TempPathFactory) -> None:
    top = tmp_path_factory.mktemp("rights")
    for folder in (top, *(above for above in top.parents if above.name.startswith(("pytest-", "popen-")))):
        folder.chmod(0o755)

    def as_nobody(*args: object) -> tuple[int, str]:
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        command = [*nobody, sys.executable, "-c", "from themescout.cli import main; main()", *map(str, args)]
        environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=top, env=environ)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stderr

    try:
        code, said = as_nobody("--version")
    except OSError:
        code = 1
    if code:
        pytest.skip("nobody may not run this Python")
    shut, study, readonly = top / "shut", top / "mine" / "study", top / "readonly"
    shut.mkdir()
    (shut / "a.txt").write_text(TALK, "utf-8")
    shut.chmod(0o700)
    (top / "mine").mkdir()
    os.chown(top / "mine", 65534, 65534)
    (top / "good.txt").write_text(TALK, "utf-8")
    assert as_nobody("new", study) == (0, f"Made the study {study}. Next: themescout add {study} FILES\n")
    code, said = as_nobody("add", study, shut, shut / "a.txt", top / "good.txt")
    assert code == 3
    assert f"{shut} cannot be read: Permission denied. Check it and its rights" in said
    assert "a.txt cannot be read: Permission denied" in said
    assert "1 transcript added, 2 files refused" in said
    for command in (("status", shut / "study"), ("new", shut / "study"), ("discover", shut / "t.csv")):
        code, said = as_nobody(*command)
        assert (code, said.count("\n"), "shut" in said or "t.csv" in said) == (1, 1, True), said
    # A study that may be looked at and not be written.
    shutil.copytree(study, readonly)
    readonly.chmod(0o555)
    assert as_nobody("status", readonly)[0] == 0
    code, said = as_nobody("run", readonly)
    assert (code, str(readonly) in said, said.count("\n")) == (1, True, 1), said


def test_a_study_of_a_newer_version_is_left_as_it_is(study: Path) -> None:
    with closing(sqlite3.connect(study / "study.db")) as db:
        db.execute("pragma user_version = 99")
    before = (study / "study.db").read_bytes()
    for command in ("status", "run", "report"):
        said = cli(command, study, exits=1)
        assert "was written by a newer themescout" in said
        assert "pip install --upgrade themescout" in said
    assert (study / "study.db").read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"no database at all, only words", b"SQLite format 3\0" + bytes(200)])
def test_a_study_that_is_damaged_is_said_to_be(study: Path, content: bytes) -> None:
    (study / "study.db").write_bytes(content)
    said = cli("status", study, exits=1)
    assert "study.db" in said
    assert said.count("\n") == 1


def test_a_study_without_its_codebook(study: Path, tmp_path: Path) -> None:
    text = (study / "themescout.toml").read_text("utf-8")
    (study / "themescout.toml").write_text(text.replace('"scale-up"', '"mine.yaml"'), "utf-8")
    (tmp_path / "talk.txt").write_text(TALK, "utf-8")
    cli("add", study, tmp_path / "talk.txt", exits=0)
    assert "mine.yaml" in cli("run", study, exits=1)
    (study / "mine.yaml").write_text("codes:\n  - {id: A, name: A, exclude: [{text: x, goes_to: [GONE]}]}\n", "utf-8")
    assert "GONE" in cli("run", study, exits=1)
    (study / "mine.yaml").write_text("codes: [oops\n", "utf-8")
    assert "mine.yaml, line" in cli("run", study, exits=1)


TABLES = {
    "notext.csv": (b"id,words\n1,hello there\n", "no column “text”"),
    "header.csv": (b"text\n", "has no rows"),
    "western.csv": ("text\ncafé\n".encode("cp1252"), "is not UTF-8"),
    "broken.jsonl": (b'{"text": "a"}\n{"text": \n', "line 2, is no JSON"),
    "locked.xlsx": (OLE, "locked.xlsx is password-protected"),
    "bomb.xlsx": (bomb("xl/worksheets/sheet1.xml"), "would unpack to more"),
    "no.parquet": (b"PAR1 no", "is no readable Parquet file"),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_bad_table_is_named(tmp_path: Path, name: str) -> None:
    content, message = TABLES[name]
    (tmp_path / name).write_bytes(content)
    for command in ("embed", "discover", "suggest"):
        said = cli(command, tmp_path / name, "--model", "ngrams", exits=1)
        assert message in sentence(said, name)
        assert said.count("\n") == 1
    assert [item.name for item in tmp_path.iterdir()] == [name]


def bad_vectors(name: str) -> np.ndarray:
    x = np.random.RandomState(0).randn(8, 4)
    spoilt = {"nan": np.nan, "inf": np.inf, "huge": 1e300, "large": 1e25}
    if name in spoilt:
        x[3, 2] = spoilt[name]
        return x
    others = {"short": x[:7], "flat": x[:, 0], "words": x.astype(str), "nothing": x[:, :0], "deep": x[:, :, None]}
    return others[name]


VECTORS = {
    "nan": "no numbers, or too large", "inf": "no numbers, or too large", "huge": "no numbers, or too large",
    "large": "no numbers, or too large", "short": "has 7 vectors, the table has 8 rows",
    "flat": "one vector for each row", "words": "one vector for each row", "nothing": "one vector for each row",
    "deep": "one vector for each row",
}  # fmt: skip


@pytest.mark.parametrize("name", VECTORS)
def test_vectors_that_do_not_fit_the_table_are_named(tmp_path: Path, name: str) -> None:
    table, vectors = tmp_path / "t.csv", tmp_path / f"{name}.npy"
    table.write_text("text\n" + "".join(f"text number {i}\n" for i in range(8)), "utf-8")
    np.save(vectors, bad_vectors(name))
    said = cli("discover", table, "--vectors", vectors, exits=1)
    assert VECTORS[name] in sentence(said, vectors.name)
    assert said.count("\n") == 1
    assert len(list(tmp_path.iterdir())) == 2


def test_a_table_is_never_written_over(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("text\nhello there\n", "utf-8")
    for command in ("discover", "suggest"):
        said = cli(command, table, "--model", "ngrams", "-o", table, exits=1)
        assert "is the table itself" in sentence(said, table.name)
    assert table.read_text("utf-8") == "text\nhello there\n"


CODED = {
    "uncoded.csv": (b"text\nThe money came late.\n", "has no codes to learn from"),
    "blank.csv": (b"text,codes\nThe money came late.,\nAnd again., ; \n", "has no codes to learn from"),
    "notext.csv": (b"said,codes\nThe money came late.,C1\n", "no column “text”"),
    "gone.csv": (None, "does not exist"),
    "western.csv": ("text,codes\ncafé,C1\n".encode("cp1252"), "is not UTF-8"),
}


@pytest.mark.parametrize("name", CODED)
def test_a_bad_table_to_learn_from_is_named_and_nothing_written(tmp_path: Path, name: str) -> None:
    content, message = CODED[name]
    table, coded = tmp_path / "t.csv", tmp_path / "coded" / name
    coded.parent.mkdir()
    table.write_text("text\nThe money came late.\n", "utf-8")
    if content is not None:
        coded.write_bytes(content)
    for more in ((), ("--new-codes",)):
        said = cli("suggest", table, "--learn-from", coded, "--model", "ngrams", *more, exits=1)
        assert message in sentence(said, name)
        assert said.count("\n") == 1
    assert sorted(item.name for item in tmp_path.iterdir()) == ["coded", "t.csv"]


@pytest.mark.parametrize("content", ["", "[]", "name,definition\n", "codes: []\n"])
@pytest.mark.parametrize("ending", [".yaml", ".json", ".csv"])
def test_a_codebook_without_codes_is_named(tmp_path: Path, content: str, ending: str) -> None:
    table, book = tmp_path / "t.csv", tmp_path / f"book{ending}"
    table.write_text("text\nThe money came late.\n", "utf-8")
    book.write_text(content, "utf-8")
    said = cli("suggest", table, "--codebook", book, "--model", "ngrams", exits=1)
    assert book.name in said
    assert said.count("\n") <= 2
    assert not list(tmp_path.glob("*.jsonl"))
