"""`new` and `add`: what they print, how they end."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from themescout import project, settings

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Cli

TALK = "I: What went wrong?\nP: The money came late every year, and nobody could plan for the nurses.\n"


def write(path: Path, text: str = TALK) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_a_new_study_has_its_folders_and_its_settings_written_out(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "study"
    result = cli("new", folder, "--title", 'Water, "roads"', "--model", "ngrams", "--interviewer", "Dr B")
    assert result.stdout == ""
    assert f"themescout add {folder}" in result.stderr
    assert sorted(item.name for item in folder.iterdir()) == ["reports", "study.db", "themescout.toml", "transcripts"]
    made = settings.read(folder / "themescout.toml", environ={})
    assert (made.study.title, made.embed.model, made.study.interviewers) == ('Water, "roads"', "ngrams", ("Dr B",))


def test_a_codebook_of_ones_own_is_copied_into_the_study(cli: Cli, tmp_path: Path, codebook_file: Path) -> None:
    cli("new", tmp_path / "study", "--codebook", codebook_file)
    assert (tmp_path / "study" / codebook_file.name).read_bytes() == codebook_file.read_bytes()
    codebook_file.unlink()
    with project.open_study(tmp_path / "study") as study:
        assert study.settings.study.codebook == "small.yaml"


def test_what_is_there_is_never_overwritten(cli: Cli, tmp_path: Path, study: Path) -> None:
    before = {path: path.read_bytes() for path in study.rglob("*") if path.is_file()}
    assert "is a study already" in cli("new", study, exits=1).stderr
    assert {path: path.read_bytes() for path in study.rglob("*") if path.is_file()} == before
    (tmp_path / "full").mkdir()
    write(tmp_path / "full" / "thesis.txt")
    assert "is not empty" in cli("new", tmp_path / "full", exits=1).stderr
    assert "is not empty" in cli("new", tmp_path / "full" / "thesis.txt", exits=1).stderr


def test_a_study_left_half_made_can_be_made(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    cli("new", folder)
    (folder / "study.db").rename(folder / "study.db.half")
    (folder / "study.db.half-journal").write_bytes(b"")
    cli("new", folder)
    cli("status", folder)


def test_each_file_gets_a_line_and_stdout_stays_empty(cli: Cli, tmp_path: Path) -> None:
    cli("new", tmp_path / "study")
    result = cli("add", tmp_path / "study", write(tmp_path / "p07.txt"), "--wave", "2026")
    assert result.stdout == ""
    (line,) = [line for line in result.stderr.splitlines() if "p07" in line]
    assert "2 turns, I (interviewer), P (informant)" in line
    assert "no times (txt, utf-8)" in line
    assert "1 transcript added, 0 files refused." in result.stderr
    with project.open_study(tmp_path / "study") as study:
        assert study.store.transcripts.waves() == {"p07": "2026"}


def test_json_lists_each_file_and_is_all_there_is_on_stdout(cli: Cli, tmp_path: Path) -> None:
    cli("new", tmp_path / "study")
    files = [write(tmp_path / "p07.txt"), tmp_path / "gone.txt"]
    first, second = json.loads(cli("add", tmp_path / "study", *files, "--json", exits=3).stdout)
    assert (first["outcome"], second["outcome"]) == ("added", "refused")
    assert first["transcripts"][0]["speakers"] == ["I (interviewer)", "P (informant)"]
    assert "gone.txt does not exist" in second["sentence"]


def test_exit_codes_tell_all_some_and_none_apart(cli: Cli, tmp_path: Path) -> None:
    study, good, bad = tmp_path / "study", write(tmp_path / "a.txt"), write(tmp_path / "b.txt", "")
    cli("new", study)
    cli("add", study, bad, exits=1)
    assert "1 transcript added, 1 file refused." in cli("add", study, bad, good, exits=3).stderr
    cli("add", study, good)
    cli("add", study, good, bad, exits=3)
    (tmp_path / "mixed").mkdir()
    (tmp_path / "mixed" / "photo.jpg").write_bytes(b"x")
    write(tmp_path / "mixed" / "c.txt", "")
    cli("add", study, tmp_path / "mixed", exits=1)
    cli("add", study, exits=2)
    cli("add", tmp_path / "no study", good, exits=1)


def test_a_changed_file_is_asked_about_only_where_someone_can_answer(cli: Cli, tmp_path: Path) -> None:
    study, file = tmp_path / "study", write(tmp_path / "a.txt")
    cli("new", study)
    cli("add", study, file)
    write(file, TALK.replace("late", "early"))
    assert "--on-change" in cli("add", study, file, exits=1).stderr
    assert "skipped" in cli("add", study, file, "--on-change", "skip").stderr
    cli("add", study, file, "--on-change", "replace")
    with project.open_study(study) as opened:
        assert "early" in opened.store.transcripts.texts()["a"]


def test_on_a_terminal_a_changed_file_is_asked_about(cli: Cli, tmp_path: Path) -> None:
    study, file = tmp_path / "study", write(tmp_path / "a.txt")
    cli("new", study)
    cli("add", study, file)
    write(file, TALK.replace("late", "early"))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from themescout.cli import main; main()", "add", str(study), str(file)]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=tmp_path)
    os.close(theirs)
    said, end = b"", time.monotonic() + 60
    while time.monotonic() < end and b"skip): " not in said:
        if select.select([ours], [], [], 0.2)[0]:
            said += os.read(ours, 4096)
    os.write(ours, b"keep-both\n")
    while True:
        try:
            said += os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
    assert process.wait(30) == 0, said
    os.close(ours)
    assert b"skip): keep-both\r\n" in said  # nothing wiped it out
    assert "the study has “a” with other words" in said.decode()
    with project.open_study(study) as opened:
        assert list(opened.store.transcripts.hashes()) == ["a", "a-2"]


def test_a_table_with_many_interviews_is_one_line(cli: Cli, tmp_path: Path) -> None:
    cli("new", tmp_path / "study")
    rows = "".join(f'{i},I,Why?\n{i},P,"Reason {i} was the money, as everybody knew."\n' for i in range(30))
    result = cli("add", tmp_path / "study", write(tmp_path / "t.csv", "interview,speaker,text\n" + rows))
    assert "30 interviews (30 added), 60 turns" in result.stderr
    assert "30 transcripts added" in result.stderr
    rows += '30,I,Why?\n30,P,"It was the money again, as everybody knew."\n'
    result = cli("add", tmp_path / "study", write(tmp_path / "t.csv", "interview,speaker,text\n" + rows))
    assert "31 interviews (1 added)" in result.stderr
    assert "1 transcript added, 0 files refused." in result.stderr
