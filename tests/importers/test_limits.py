from __future__ import annotations

import zipfile
from pathlib import Path
from typing import NoReturn

import pytest

from themescout.errors import FileProblemError
from themescout.importers import limits
from themescout.types import Line


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_the_bytes_of_a_file_come_back_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "p07.txt"
    path.write_bytes("I: How? 🦔\r\n".encode())
    assert limits.read_bytes(path) == "I: How? 🦔\r\n".encode()


def test_a_missing_file_a_folder_and_an_empty_file_each_get_their_own_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    with pytest.raises(FileProblemError, match=r"^gone\.txt does not exist"):
        limits.read_bytes(tmp_path / "gone.txt")
    with pytest.raises(FileProblemError, match="is a folder"):
        limits.read_bytes(tmp_path)
    with pytest.raises(FileProblemError, match=r"^empty\.txt is empty"):
        limits.read_bytes(tmp_path / "empty.txt")


def test_a_file_without_rights_is_said_to_be_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(FileProblemError, match="may not be read by you") as caught:
        limits.read_bytes(tmp_path / "p07.txt")
    assert caught.value.hint


def test_a_disk_that_fails_is_said_to_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> NoReturn:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(FileProblemError, match="Input/output error"):
        limits.read_bytes(tmp_path / "p07.txt")


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_not(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"x" * 2_000_001)
    with pytest.raises(FileProblemError, match="larger than 2 MB"):
        limits.read_bytes(path, limit=2_000_000)
    assert len(limits.read_bytes(path, limit=2_000_001)) == 2_000_001


def test_an_ordinary_document_passes(tmp_path: Path) -> None:
    limits.check_zip(zipped(tmp_path / "p07.docx", {"word/document.xml": b"<w:p/>" * 1000}))


def test_a_member_that_packs_too_well_is_a_bomb(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.docx", {"word/document.xml": b"\0" * 11_000_000})
    with pytest.raises(FileProblemError, match="unpack to more"):
        limits.check_zip(path)


def test_members_that_are_small_alone_and_large_together_are_a_bomb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UNPACKED_LIMIT", 1_000_000)
    path = zipped(tmp_path / "bomb.docx", {f"m{i}.xml": b"ab" * 100_000 for i in range(6)})
    with pytest.raises(FileProblemError, match="unpack to more"):
        limits.check_zip(path)


def test_what_a_member_declares_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream is counted too: here it holds more than the whole document may."""
    path = zipped(tmp_path / "liar.docx", {"word/document.xml": b"abc" * 1000})
    with (
        zipfile.ZipFile(path) as archive,
        archive.open("word/document.xml") as stream,
        pytest.raises(FileProblemError, match="unpack to more"),
    ):
        limits._unpacked(stream, 2999, "liar.docx")


def test_entities_are_refused(tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><d>&b;</d>'
    with pytest.raises(FileProblemError, match="unpack to more"):
        limits.check_zip(zipped(tmp_path / "laughs.odt", {"content.xml": bomb}))


def test_a_file_that_is_no_zip_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "p07.docx"
    path.write_bytes(b"Dear all, this is only text.")
    with pytest.raises(FileProblemError, match=r"^p07\.docx is damaged, or is no \.docx file"):
        limits.check_zip(path)


def test_every_truncation_of_a_document_is_refused(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "whole.docx", {"a.xml": b"<a>hello</a>" * 50, "b.xml": b"<b/>"}).read_bytes()
    path = tmp_path / "cut.docx"
    for length in range(1, len(whole) - 1, 7):
        path.write_bytes(whole[:length])
        with pytest.raises(FileProblemError):
            limits.check_zip(path)


def test_a_password_protected_office_file_is_an_ole_container(tmp_path: Path) -> None:
    path = tmp_path / "secret.docx"
    path.write_bytes(limits.OLE_MAGIC + b"\0" * 600)
    with pytest.raises(FileProblemError, match="is password-protected") as caught:
        limits.check_zip(path)
    assert ".docx" in caught.value.hint


def test_a_locked_zip_member_is_a_password(tmp_path: Path) -> None:
    path = zipped(tmp_path / "secret.odt", {"content.xml": b"<a/>"})
    data = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(FileProblemError, match="is password-protected"):
        limits.check_zip(path)


def test_a_paragraph_of_sixty_megabytes_is_refused_and_named() -> None:
    lines = [Line(text="I: How?"), Line(text="x" * 60_000_000)]
    with pytest.raises(FileProblemError, match=r"p07\.txt has a paragraph of 60,000,000 characters \(paragraph 2\)"):
        limits.check_lines(lines, "p07.txt")
    limits.check_lines([Line(text="x" * limits.LINE_LIMIT)], "p07.txt")
