"""What is new: a wave that is there, or files that become one; no interview changes sides unseen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from themescout import participants
from themescout.comparison.adding import added
from themescout.errors import ComparisonError
from themescout.pipeline import adding
from themescout.pipeline.adding import OnChange, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from themescout.comparison.adding import Added
    from themescout.project import Study

OLD = "I: What went wrong?\nP: The money came late every year, and the district could not plan for its nurses.\n"
NEW = "I: What went wrong?\nP: Rumours went round on every telephone, and nobody came for the vaccine any more.\n"


def write(path: Path, text: str = NEW) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def waves(study: Study) -> dict[str, str]:
    return dict(study.store.transcripts.waves())


def outcomes(done: Added) -> list[Outcome]:
    return [report.outcome for report in done.reports]


@pytest.fixture
def study(make_study: Callable[..., Study], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    """A study with KI01 and KI02 in wave1; the current folder is `tmp_path`."""
    made = make_study()
    files = [write(tmp_path / "old" / f"KI0{i}.txt", OLD.replace("every year", f"in year {i}")) for i in (1, 2)]
    adding.add(made, files, wave="wave1")
    monkeypatch.chdir(tmp_path)
    return made


def refused(study: Study, *new: str, **named: object) -> str:
    """The sentence; nothing may have changed."""
    before = dict(study.store.transcripts.hashes()), waves(study), study.participants_file.read_bytes()
    with pytest.raises(ComparisonError) as caught:
        added(study, new, **named)  # type: ignore[arg-type]
    assert (dict(study.store.transcripts.hashes()), waves(study), study.participants_file.read_bytes()) == before
    assert caught.value.hint
    return str(caught.value)


def test_a_wave_that_is_there_is_taken_as_it_is(study: Study) -> None:
    done = added(study, ["wave1"])
    assert (done.wave, done.reports, done.ready, done.remark) == ("wave1", (), True, "")


def test_a_folder_becomes_a_wave_of_its_name_and_again_it_is_the_same(study: Study, tmp_path: Path) -> None:
    write(tmp_path / "2026" / "KI21.txt")
    for name in ("2026", "2026/", "./2026", str(tmp_path / "old" / ".." / "2026")):
        done = added(study, [name])
        assert (done.wave, done.ready) == ("2026", True)
    assert waves(study) == {"KI01": "wave1", "KI02": "wave1", "KI21": "2026"}
    assert outcomes(done) == [Outcome.KNOWN]
    write(tmp_path / "2026" / "KI22.txt", NEW.replace("vaccine", "syrup"))
    done = added(study, ["./2026"])
    assert outcomes(done) == [Outcome.KNOWN, Outcome.ADDED]
    assert waves(study)["KI22"] == "2026"


def test_files_become_the_wave_new_or_what_they_are_called(study: Study, tmp_path: Path) -> None:
    first = added(study, [str(write(tmp_path / "KI21.txt"))])
    assert (first.wave, waves(study)["KI21"]) == ("new", "new")
    other = str(write(tmp_path / "KI22.txt", NEW.replace("vaccine", "syrup")))
    sentence = refused(study, other)
    assert sentence == "The study has a wave “new” of other interviews: KI21."
    assert added(study, [other], wave=" later  on ").wave == "later on"
    assert added(study, [str(write(tmp_path / "c.txt", NEW.replace("vaccine", "pill")))], wave="new").wave == "new"
    assert waves(study) == {"KI01": "wave1", "KI02": "wave1", "KI21": "new", "KI22": "later on", "c": "new"}


def test_a_folder_whose_name_other_interviews_have_needs_another_name(study: Study, tmp_path: Path) -> None:
    write(tmp_path / "wave1" / "KI21.txt")
    assert refused(study, "./wave1") == "The study has a wave “wave1” of other interviews: KI01, KI02."
    assert added(study, ["./wave1"], wave="second").wave == "second"


def test_where_a_wave_and_a_folder_have_one_name_the_wave_is_meant(study: Study, tmp_path: Path) -> None:
    write(tmp_path / "wave1" / "KI21.txt")
    done = added(study, ["wave1"])
    assert (done.wave, done.reports) == ("wave1", ())
    assert done.remark.startswith("“wave1” is a wave of the study; the files of that name are not read")
    assert "./wave1" in done.remark


def test_what_is_neither_a_wave_nor_a_file_is_said_to_be_neither(study: Study) -> None:
    assert "has no wave “wave9”, and there is no such file" in refused(study, "wave9")
    assert "has no wave “”" in refused(study, "")
    with pytest.raises(ComparisonError) as caught:
        added(study, ["wave9"])
    assert caught.value.hint == "It has the wave “wave1”."


def test_a_wave_has_its_name_already_and_stands_alone(study: Study, tmp_path: Path) -> None:
    assert "--wave names the wave of files" in refused(study, "wave1", wave="other")
    assert added(study, ["wave1"], wave="wave1").wave == "wave1"
    assert refused(study, "wave1", str(write(tmp_path / "KI21.txt"))).startswith("“wave1” is a wave of the study")


def test_files_of_another_wave_cannot_be_new(study: Study, tmp_path: Path) -> None:
    old = tmp_path / "old" / "KI01.txt"
    sentence = refused(study, str(write(tmp_path / "KI21.txt")), str(old))
    assert sentence == "KI01.txt is in the study as KI01, in the wave “wave1”; it cannot be new."
    copy = write(tmp_path / "other name.txt", old.read_text("utf-8"))
    assert refused(study, str(copy), wave="2026").startswith("other name.txt is in the study as KI01, in the wave")
    assert refused(study, "old").endswith("it cannot be new. So is 1 other.")


def test_a_wave_written_into_the_table_of_participants_counts(study: Study, tmp_path: Path) -> None:
    rows = participants.read(study.participants_file)
    participants.write(study.participants_file, [rows[0], replace(rows[1], wave="late")])
    assert added(study, ["late"]).wave == "late"
    assert "in the wave “late”; it cannot be new." in refused(study, str(tmp_path / "old" / "KI02.txt"))
    assert outcomes(added(study, [str(tmp_path / "old" / "KI02.txt")], wave="late")) == [Outcome.KNOWN]


def test_interviews_without_a_wave_are_named_as_such(make_study: Callable[..., Study], tmp_path: Path) -> None:
    study, file = make_study(), write(tmp_path / "a.txt")
    adding.add(study, [file])
    assert "among the interviews without a wave" in refused(study, str(file))
    assert added(study, [""]).wave == ""


def test_the_same_words_in_another_file_are_refused_and_the_others_go_on(study: Study, tmp_path: Path) -> None:
    same = write(tmp_path / "2026" / "KI01.txt", (tmp_path / "old" / "KI01.txt").read_text("utf-8") + "\n\n")
    write(tmp_path / "2026" / "KI21.txt")
    done = added(study, ["2026"])
    assert outcomes(done) == [Outcome.REFUSED, Outcome.ADDED]
    assert done.reports[0].sentence.startswith(f"{same.name}: KI01 is in the wave “wave1”, in the same words")
    assert waves(study) == {"KI01": "wave1", "KI02": "wave1", "KI21": "2026"}


def test_what_the_importer_refuses_keeps_no_other_file_out(study: Study, tmp_path: Path) -> None:
    bad = write(tmp_path / "b.txt", "")
    done = added(study, [str(bad), str(write(tmp_path / "KI21.txt")), str(tmp_path / "gone.txt")])
    assert outcomes(done) == [Outcome.REFUSED, Outcome.ADDED, Outcome.REFUSED]
    assert done.ready
    assert not added(study, [str(bad)], wave="none").ready
    (tmp_path / "empty").mkdir()
    assert not added(study, ["empty"]).ready


@pytest.mark.parametrize("asks", [True, False])
def test_an_interview_of_another_wave_is_never_replaced(study: Study, tmp_path: Path, asks: bool) -> None:
    write(tmp_path / "2026" / "KI01.txt", NEW)
    before = study.store.transcripts.hashes()["KI01"]
    named: dict[str, object] = {"ask": lambda *_: OnChange.REPLACE} if asks else {"on_change": OnChange.REPLACE}
    done = added(study, ["2026"], **named)  # type: ignore[arg-type]
    assert outcomes(done) == [Outcome.REFUSED]
    assert "“KI01” is in the wave “wave1”; replaced, it would be missing there." in done.reports[0].sentence
    assert (study.store.transcripts.hashes()["KI01"], waves(study)["KI01"]) == (before, "wave1")


def test_one_of_the_same_wave_may_be_replaced_and_another_kept_beside(study: Study, tmp_path: Path) -> None:
    write(tmp_path / "2026" / "KI01.txt", NEW)
    assert outcomes(added(study, ["2026"])) == [Outcome.REFUSED]  # nobody to ask
    assert outcomes(added(study, ["2026"], on_change=OnChange.KEEP_BOTH)) == [Outcome.ADDED]
    assert waves(study) == {"KI01": "wave1", "KI02": "wave1", "KI01-2": "2026"}
    write(tmp_path / "2026" / "KI21.txt")
    added(study, ["./2026"], on_change=OnChange.KEEP_BOTH)
    write(tmp_path / "2026" / "KI21.txt", NEW.replace("vaccine", "syrup"))
    done = added(study, ["./2026"], wave="2026", on_change=OnChange.REPLACE)
    assert Outcome.ADDED in outcomes(done)
    assert "syrup" in study.store.transcripts.texts()["KI21"]
    assert waves(study)["KI21"] == "2026"


def test_a_table_that_holds_old_and_new_interviews_adds_the_new_ones(study: Study, tmp_path: Path) -> None:
    rows = "T1,I,Why?\nT1,P,The road was washed away and the boats were gone.\n"
    adding.add(study, [write(tmp_path / "t.csv", f"interview,speaker,text\n{rows}")], wave="wave1")
    more = f"{rows}T2,I,Why?\nT2,P,The rumours came first and nobody had an answer.\n"
    done = added(study, [str(write(tmp_path / "u.csv", f"interview,speaker,text\n{more}"))], wave="2026")
    assert outcomes(done) == [Outcome.ADDED]
    assert "T1 is in the wave “wave1”, and stays there." in done.reports[0].sentence
    assert (waves(study)["T1"], waves(study)["T2"]) == ("wave1", "2026")


def test_a_name_that_no_disk_takes_is_refused_in_a_sentence(study: Study) -> None:
    done = added(study, ["x" * 300 + ".txt"])
    assert outcomes(done) == [Outcome.REFUSED]
    assert not done.ready
