"""Importing: what is known is left alone, what changed is asked about, originals and people's notes stay untouched."""

from __future__ import annotations

import csv
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from themescout import participants
from themescout.errors import FileProblemError
from themescout.pipeline import adding, stages
from themescout.pipeline.adding import OnChange, Outcome
from themescout.review import service as review
from themescout.types import Kind, Role, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from themescout.project import Study

    Talk = Callable[..., Path]
    MakeStudy = Callable[..., Study]

ONE = "The money came late every year, and the district could not plan for its nurses."
TWO = "Staff left for the city because nobody had paid them for a very long time."


def outcomes(reports: Sequence[adding.FileReport]) -> list[str]:
    return [str(report.outcome) for report in reports]


def ids(study: Study) -> list[str]:
    return list(study.store.transcripts.hashes())


def spreadsheet(path: Path, rows: Sequence[tuple[str, str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("interview", "speaker", "text"), *rows])
    return path


def test_originals_are_copied_untouched(make_study: MakeStudy, talk: Talk) -> None:
    study, path = make_study(), talk("P 07 (final) 🦔.txt", ONE)
    os.utime(path, (0, 0))
    path.chmod(0o400)
    before = path.read_bytes()
    adding.add(study, [path])
    (stored,) = study.store.transcripts.files()
    copy = study.transcripts_folder / stored.stored
    assert copy.read_bytes() == path.read_bytes() == before
    assert stored.sha256 == hashlib.sha256(before).hexdigest()
    assert (stored.name, stored.bytes) == (path.name, len(before))
    assert path.stat().st_mtime == 0


def test_the_report_says_what_was_found(make_study: MakeStudy, talk: Talk) -> None:
    (report,) = adding.add(make_study(), [talk("a.txt", ONE, TWO)])
    (found,) = report.transcripts
    assert (found.transcript, found.outcome, found.format, found.encoding) == ("a", "added", "txt", "utf-8")
    assert (found.turns, found.speakers, found.timed) == (4, ("I (interviewer)", "P (informant)"), False)
    assert 0 < found.interviewer_share < 0.5
    assert all(found.reasons)


def test_the_same_file_twice_is_one_transcript(make_study: MakeStudy, talk: Talk) -> None:
    study, path = make_study(), talk("a.txt", ONE)
    again = path.with_name("copy of a.txt")
    again.write_bytes(path.read_bytes())
    assert outcomes(adding.add(study, [path, path, again])) == ["added", "already there", "already there"]
    assert outcomes(adding.add(study, [path.parent])) == ["already there", "already there"]
    assert ids(study) == ["a"]
    assert len(list(study.transcripts_folder.iterdir())) == 1


def test_the_same_words_in_other_bytes_are_the_same_transcript(make_study: MakeStudy, talk: Talk) -> None:
    study, path = make_study(), talk("a.txt", ONE)
    adding.add(study, [path])
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert outcomes(adding.add(study, [path])) == ["already there"]


@pytest.mark.parametrize(
    ("choice", "outcome", "names", "stays"),
    [
        (OnChange.REPLACE, "added", ["a"], False),
        (OnChange.KEEP_BOTH, "added", ["a", "a-2"], True),
        (OnChange.SKIP, "skipped", ["a"], True),
    ],
)
def test_a_changed_file_is_treated_as_asked(
    make_study: MakeStudy, talk: Talk, choice: OnChange, outcome: str, names: list[str], stays: bool
) -> None:
    study = make_study()
    adding.add(study, [talk("a.txt", ONE)])
    before = study.store.transcripts.hashes()["a"]
    asked: list[tuple[str, str]] = []

    def ask(transcript: str, file: str) -> OnChange:
        asked.append((transcript, file))
        return choice

    assert outcomes(adding.add(study, [talk("a.txt", ONE, TWO)], ask=ask)) == [outcome]
    assert asked == [("a", "a.txt")]
    assert ids(study) == names
    assert (study.store.transcripts.hashes()["a"] == before) is stays
    # The option says the same without a question.
    other = make_study("other")
    adding.add(other, [talk("a.txt", ONE)])
    assert outcomes(adding.add(other, [talk("a.txt", ONE, TWO)], on_change=choice)) == [outcome]
    assert ids(other) == names


def test_a_changed_file_without_anyone_to_ask_is_refused_and_the_others_go_on(
    make_study: MakeStudy, talk: Talk
) -> None:
    study = make_study()
    adding.add(study, [talk("a.txt", ONE)])
    before = study.store.transcripts.get("a")
    refused, added = adding.add(study, [talk("a.txt", TWO), talk("b.txt", TWO)])
    assert (refused.outcome, added.outcome) == (Outcome.REFUSED, Outcome.ADDED)
    assert "a.txt" in refused.sentence
    assert "--on-change" in refused.sentence
    assert study.store.transcripts.get("a") == before


def test_both_kept_twice_are_not_three(make_study: MakeStudy, talk: Talk) -> None:
    study, path = make_study(), talk("a.txt", ONE)
    adding.add(study, [path])
    path = talk("a.txt", TWO)
    adding.add(study, [path], on_change=OnChange.KEEP_BOTH)
    path.write_bytes(path.read_bytes() + b"\n\n")
    assert outcomes(adding.add(study, [path], on_change=OnChange.KEEP_BOTH)) == ["already there"]
    assert ids(study) == ["a", "a-2"]


def test_keeping_both_never_takes_the_name_of_another_interview_of_the_file(
    make_study: MakeStudy, tmp_path: Path
) -> None:
    study = make_study()
    table = spreadsheet(tmp_path / "t.csv", [("a", "I", "What?"), ("a", "P", ONE)])
    adding.add(study, [table])
    rows = [("a", "I", "What?"), ("a", "P", TWO), ("a-2", "I", "How?"), ("a-2", "P", ONE)]
    adding.add(study, [spreadsheet(table, rows)], on_change=OnChange.KEEP_BOTH)
    assert ids(study) == ["a", "a-3", "a-2"]
    said = {name: ONE in text for name, text in study.store.transcripts.texts().items()}
    assert said == {"a": True, "a-3": False, "a-2": True}


def test_one_name_in_two_folders_keeps_both_originals(make_study: MakeStudy, talk: Talk) -> None:
    study = make_study()
    talk("north/a.txt", ONE), talk("south/a.txt", TWO)
    folder = talk("b.txt", ONE, TWO).parent
    assert outcomes(adding.add(study, [folder])) == ["added", "added", "refused"]
    assert outcomes(adding.add(study, [folder], on_change=OnChange.KEEP_BOTH)) == [
        "already there",
        "already there",
        "added",
    ]
    assert sorted(ids(study)) == ["a", "a-2", "b"]
    stored = {file.sha256: file.stored for file in study.store.transcripts.files()}
    assert len(set(stored.values())) == 3
    for sha256, name in stored.items():
        assert hashlib.sha256((study.transcripts_folder / name).read_bytes()).hexdigest() == sha256


def test_rows_added_to_a_table_add_only_their_interviews(make_study: MakeStudy, tmp_path: Path) -> None:
    study, rows = make_study(), [("p1", "I", "What?"), ("p1", "P", ONE)]
    table = spreadsheet(tmp_path / "t.csv", rows)
    adding.add(study, [table])
    before = study.store.transcripts.get("p1")
    (report,) = adding.add(study, [spreadsheet(table, [*rows, ("p2", "I", "How?"), ("p2", "P", TWO)])])
    assert [(item.transcript, item.outcome) for item in report.transcripts] == [
        ("p1", "already there"),
        ("p2", "added"),
    ]
    assert study.store.transcripts.get("p1") == before
    assert ids(study) == ["p1", "p2"]


def test_participants_are_completed_and_what_a_person_wrote_stays(make_study: MakeStudy, talk: Talk) -> None:
    study = make_study()
    adding.add(study, [talk("a.txt", ONE)], wave="2012")
    (row,) = participants.read(study.participants_file)
    assert (row.transcript, row.speaker, row.participant, row.wave, row.role) == ("a", "P", "a", "2012", "")
    # As a spreadsheet program in many countries would save it.
    study.participants_file.write_text(
        "transcript;speaker;participant;wave;role;setting;age\na;P;Ama;2012;nurse;clinic;41\n", "utf-8"
    )
    adding.add(study, [talk("b.txt", TWO)], wave="2026")
    first, second = participants.read(study.participants_file)
    assert (first.participant, first.role, first.setting, first.others) == ("Ama", "nurse", "clinic", {"age": "41"})
    assert (second.transcript, second.wave, second.others) == ("b", "2026", {"age": ""})


def test_participants_that_cannot_be_read_stop_everything_before_it_begins(make_study: MakeStudy, talk: Talk) -> None:
    study = make_study()
    study.participants_file.write_bytes("transcript,speaker,role\na,P,médecin\n".encode("cp1252"))
    with pytest.raises(FileProblemError, match=r"^participants\.csv"):
        adding.add(study, [talk("a.txt", ONE)])
    assert ids(study) == []


def test_segments_of_a_replaced_transcript_keep_their_ids_and_decisions(small: Study, talk: Talk) -> None:
    adding.add(small, [talk("a.txt", ONE, TWO)])
    stages.cut(small)
    first, second = small.store.segments.of_transcript("a")
    for item in (first, second):
        review.decide(
            small, segment=item.id, verdict=Verdict.ACCEPT, coder="ama", kind=Kind.BARRIER,
            book=stages.load_codebook(small),
        )  # fmt: skip
    opening = "🦔 Before that, let me say that we had begun with nothing at all in our hands."
    adding.add(small, [talk("a.txt", opening, ONE)], on_change=OnChange.REPLACE)
    stages.cut(small)
    now = {item.text: item for item in small.store.segments.of_transcript("a")}
    assert set(now) == {opening, ONE}
    assert now[ONE].id == first.id
    assert now[ONE].start != first.start
    assert [decision.segment for decision in small.store.decisions.all()] == [first.id, second.id]
    assert small.store.decisions.all()[1].quote == TWO


def test_a_folder_is_read_in_order_without_hidden_files_and_lock_files(make_study: MakeStudy, talk: Talk) -> None:
    folder = talk("b.txt", ONE).parent
    talk("A/z.txt", TWO), talk(".hidden/c.txt", "No."), talk(".d.txt", "No.")
    (folder / "~$b.docx").write_bytes(b"lock")
    (folder / "participants.csv").write_text("transcript,speaker\n", "utf-8")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    reports = adding.add(make_study(), [folder])
    assert [Path(report.file).relative_to(folder).as_posix() for report in reports] == ["A/z.txt", "b.txt", "photo.jpg"]
    assert outcomes(reports) == ["added", "added", "skipped"]
    assert "photo.jpg" in reports[2].sentence


def test_the_folder_around_a_study_is_added_without_the_study_itself(
    make_study: MakeStudy, talk: Talk, tmp_path: Path
) -> None:
    study = make_study()
    talk("a.txt", ONE)
    (study.reports_folder / "quotes.csv").write_text(f"speaker,text\nP,{ONE}\n", "utf-8")
    assert [Path(report.file).name for report in adding.add(study, [tmp_path])] == ["a.txt"]
    # Named outright, the study's copies are read: they are there already.
    assert outcomes(adding.add(study, [study.transcripts_folder])) == ["already there"]


def test_a_folder_without_rights_is_named_and_the_rest_goes_on(
    make_study: MakeStudy, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = talk("open/a.txt", ONE).parent.parent
    talk("shut/b.txt", TWO)
    really = os.scandir

    def scandir(path: str | Path) -> object:
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied", str(path))
        return really(path)

    monkeypatch.setattr(os, "scandir", scandir)
    refused, added = adding.add(make_study(), [folder])
    assert (refused.outcome, added.outcome) == (Outcome.REFUSED, Outcome.ADDED)
    assert f"{folder / 'shut'} cannot be read: Permission denied" in refused.sentence


def test_only_informants_of_an_interview_count_and_one_without_any_is_refused(
    make_study: MakeStudy, talk: Talk
) -> None:
    study = make_study()
    path = talk("a.txt", ONE)
    (report,) = adding.add(study, [path], interviewers=["P", "I"])
    assert report.outcome is Outcome.REFUSED
    assert "a.txt has no informant" in report.sentence
    assert "--interviewer" in report.sentence
    assert ids(study) == []
    (report,) = adding.add(study, [path])
    assert report.outcome is Outcome.ADDED


def test_interviewers_of_the_settings_hold_for_every_import(make_study: MakeStudy, tmp_path: Path) -> None:
    study = make_study(interviewers=("Kofi",))
    path = tmp_path / "a.txt"
    path.write_text(f"Ama: {ONE}\nKofi: {TWO}\nAma: {TWO}\nKofi: {ONE}\n", "utf-8")
    adding.add(study, [path])
    roles = {speaker.label: speaker.role for speaker in study.store.transcripts.speakers("a")}
    assert roles == {"Ama": Role.INFORMANT, "Kofi": Role.INTERVIEWER}


def test_progress_counts_every_file(make_study: MakeStudy, talk: Talk) -> None:
    seen: list[tuple[int, int]] = []
    adding.add(
        make_study(),
        [talk("a.txt", ONE), talk("b.txt", TWO), Path("gone.txt")],
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]
