"""Bad input of a comparison: one clear sentence, nothing is lost, and what can still be said is said."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from themescout import participants, project, settings
from themescout.cli import main
from themescout.comparison import waves
from themescout.errors import ComparisonError
from themescout.pipeline import adding, run, stages
from themescout.pipeline.adding import OnChange
from themescout.review import service as review
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DEMO = Path(__file__).parents[2] / "data" / "demo"
TALK = "I: What went wrong, in your view?\nP: {}\n"
SAID = "The money came late in {}, so the district could not plan for its nurses, and the road was washed away again."


def cli(*args: object, exits: int) -> tuple[str, str]:
    """What is said on stdout and stderr; no traceback."""
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == exits, result.output
    assert "Traceback" not in result.output
    return result.stdout, result.stderr


def refused(*args: object) -> str:
    """The one sentence with which a comparison ends; stdout is empty."""
    out, said = cli("compare", *args, exits=1)
    assert out == ""
    line = said.splitlines()[-1]
    assert line.startswith("Error: ")
    assert re.search(r"[.?] \S", line), "it says what is wrong, and what to do"
    return line


def kept(folder: Path) -> Mapping[str, object]:
    """All that a person would miss."""
    with project.open_study(folder) as study:
        return {
            "transcripts": dict(study.store.transcripts.hashes()),
            "decisions": study.store.decisions.all(),
            "themes": study.store.theme_log.all(),
            "people": study.participants_file.read_bytes(),
            "settings": (folder / "themescout.toml").read_bytes(),
        }


def write(path: Path, said: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(TALK.format(said), "utf-8")
    return path


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory, two_codes: str) -> Path:
    """Three interviews of wave1, run, a few segments decided. Not to be touched: tests take copies of it."""
    top = tmp_path_factory.mktemp("coded")
    (top / "small.yaml").write_text(two_codes, "utf-8")
    made = settings.changed(settings.Settings(), "embed", model="ngrams")
    made = settings.changed(settings.changed(made, "discover", reducer="pca", runs=3), "study", codebook="small.yaml")
    with project.create(top / "study", made, codebook_file=top / "small.yaml") as study:
        adding.add(study, [DEMO / "wave1" / name for name in ("KI02.txt", "KI05.md", "KI10.txt")], wave="wave1")
        run.run(study)
        book = stages.load_codebook(study)
        for item in study.store.segments.all()[::9]:
            review.decide(
                study, book=book, segment=item.id, verdict=Verdict.ADD, code="MONEY", kind=Kind.BARRIER, coder="ann"
            )
    return top / "study"


@pytest.fixture
def study(coded: Path, tmp_path: Path) -> Path:
    """A copy of the coded study."""
    return Path(shutil.copytree(coded, tmp_path / "study"))


@pytest.fixture
def bare(make_study: Callable[..., project.Study], tmp_path: Path) -> Path:
    """A study of two imported interviews in which nothing was run: no segments, no themes, no suggestions."""
    made = make_study("bare")
    adding.add(made, [write(tmp_path / "old" / f"old{i}.txt", SAID.format(f"year {i}")) for i in (1, 2)], wave="wave1")
    return made.folder


def test_files_without_an_informant_do_not_become_a_wave(study: Path, tmp_path: Path) -> None:
    before = kept(study)
    file = tmp_path / "2026" / "questions.txt"
    file.parent.mkdir()
    file.write_text("Interviewer: What went wrong?\nInterviewer: And then, what did you do?\n", "utf-8")
    out, said = cli("compare", study, file.parent, exits=1)
    assert "questions.txt has no informant: every speaker looks like an interviewer." in said
    assert said.splitlines()[-1] == "There is nothing new to compare."
    assert (out, kept(study)) == ("", before)


def test_a_wave_in_which_nobody_says_anything_is_named(study: Path, tmp_path: Path) -> None:
    with project.open_study(study) as opened:
        adding.add(opened, [write(tmp_path / "mute.txt", "…")], wave="2026")
        stages.cut(opened)
        with pytest.raises(ComparisonError, match="No informant speaks in the wave “2026”"):
            waves.split(opened, "2026")


def test_the_command_says_so_too_and_loses_nothing(study: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "2026" / "mute.txt", "…")
    with project.open_study(study) as opened:
        adding.add(opened, [file], wave="2026")
    before = kept(study)
    assert "No informant speaks in the wave “2026”" in refused(study, "2026")
    assert kept(study) == before


def test_the_same_file_in_both_waves_is_named_and_nothing_is_added(study: Path, tmp_path: Path) -> None:
    before = kept(study)
    folder = write(tmp_path / "2026" / "KI21.txt", SAID.format("2026")).parent
    shutil.copy(DEMO / "wave1" / "KI05.md", folder)
    said = refused(study, folder)
    assert "KI05.md is in the study as KI05, in the wave “wave1”; it cannot be new." in said
    assert kept(study) == before


def test_the_same_words_in_both_waves_are_named(study: Path, tmp_path: Path) -> None:
    """Put there by hand, under another name: the importer takes it for another interview."""
    with project.open_study(study) as opened:
        first = opened.store.transcripts.get("KI05")
        assert first is not None
        file = tmp_path / "copy.md"
        file.write_bytes((DEMO / "wave1" / "KI05.md").read_bytes() + b"\n")
        adding.add(opened, [file], wave="2026")
        stages.cut(opened)
        with pytest.raises(ComparisonError, match="stands in both waves: KI05 and copy"):
            waves.split(opened, "2026")


def test_the_command_names_them_too(study: Path, tmp_path: Path) -> None:
    file = tmp_path / "copy.md"
    file.write_bytes((DEMO / "wave1" / "KI05.md").read_bytes() + b"\n")
    assert "The same interview stands in both waves: KI05 and copy." in refused(study, file, "--wave", "2026")


def test_an_interview_moved_into_the_other_wave_by_hand_leaves_its_own(study: Path) -> None:
    """The table of participants says which wave an interview is in: it stands in one."""
    with project.open_study(study) as opened:
        rows = participants.read(opened.participants_file)
        participants.write(opened.participants_file, [*rows[:-1], replace(rows[-1], wave="late")])
    found = json.loads(cli("compare", study, "late", "--json", exits=0)[0])
    assert (found["old"]["interviews"], found["new"]["interviews"]) == (2, 1)


def test_a_wave_with_nothing_to_compare_it_with_is_named(study: Path, bare: Path) -> None:
    for folder in (study, bare):
        with project.open_study(folder) as opened, pytest.raises(ComparisonError, match="nothing to compare the wave"):
            waves.split(opened, "wave1")
        assert f"{folder} has no wave “wave9”, and there is no such file." in refused(folder, "wave9")


def test_the_command_names_the_only_wave_too(study: Path) -> None:
    assert "has nothing to compare the wave “wave1” with." in refused(study, "wave1", "--baseline", "none")
    assert "has no wave “wave9”." in refused(study, "wave1", "--against", "wave9")


def test_a_study_without_themes_still_says_what_it_can(bare: Path, tmp_path: Path) -> None:
    new = [write(tmp_path / f"new{i}.txt", f"Rumours went round on every telephone in town {i}.") for i in (1, 2)]
    found = json.loads(cli("compare", bare, *new, "--wave", "2026", "--json", exits=0)[0])
    assert [row for row in found["rows"] if row["level"] == "theme"] == []
    assert len(found["placed"]) == found["new"]["segments"] == 2
    assert all(item["theme"] == -1 for item in found["placed"])
    assert any("theme" in sentence for sentence in found["refused"] + found["notes"])
    assert len(found["baseline"]) == 16


def test_a_study_without_decisions_says_on_whose_word_it_rests(study: Path, tmp_path: Path) -> None:
    with project.create(tmp_path / "undecided", settings.read(study / "themescout.toml"),
                        codebook_file=study / "small.yaml") as undecided:  # fmt: skip
        adding.add(undecided, [DEMO / "wave1" / name for name in ("KI02.txt", "KI05.md")], wave="wave1")
        run.run(undecided)
    found = json.loads(cli("compare", tmp_path / "undecided", DEMO / "wave2" / "KI22.txt", "--json", exits=0)[0])
    assert (found["old"]["decided"], found["new"]["decided"]) == (0, 0)
    assert found["rows"]
    assert all(row[side]["basis"] != "confirmed" for row in found["rows"] for side in ("old", "new"))
    assert all(row["p"] is None for row in found["rows"])
    assert any("decid" in sentence or "confirm" in sentence for sentence in found["refused"] + found["notes"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "themes.csv is empty."),
        ("name\nmoney\n", "themes.csv has no column “theme”; it has: “name”."),
        ("theme,kind\nmoney,obstacle\n", "themes.csv, line 2: “obstacle” is no kind of theme"),
        ("theme,code\nmoney,MONEI\n", "themes.csv, line 2: the codebook has no code “MONEI”; did you mean MONEY?"),
        ("theme\nmoney\nMoney\n", "themes.csv, line 3: “Money” stands on line 2 already."),
        ("theme,count,of\nmoney,15,14\n", "themes.csv, line 2: 15 of 14 informants cannot be."),
        ("theme,count,of\nmoney,7,\nstaff,x,14\n", "themes.csv has 2 errors: themes.csv, line 2: count is 7, but of"),
    ],
)
def test_a_baseline_with_errors_is_named_line_by_line_and_nothing_is_added(
    study: Path, tmp_path: Path, content: str, message: str
) -> None:
    before = kept(study)
    (tmp_path / "themes.csv").write_text(content, "utf-8")
    said = refused(study, DEMO / "wave2" / "KI22.txt", "--baseline", tmp_path / "themes.csv")
    assert said.startswith(f"Error: {message}")
    assert kept(study) == before


def test_a_baseline_that_is_not_there_is_named(study: Path, tmp_path: Path) -> None:
    before = kept(study)
    assert "There is no file" in refused(study, "wave1", "--baseline", tmp_path / "gone.csv")
    assert "small names no themes of an earlier study" in refused(study, "wave1", "--baseline", "codebook")
    assert kept(study) == before


def test_counts_of_the_paper_lead_to_no_test(study: Path, tmp_path: Path) -> None:
    """Informants behind "7 of 14" are not known: the names are compared, the counts only shown."""
    (tmp_path / "themes.csv").write_text("theme,kind,code,page,count,of\nlate money,barrier,MONEY,p. 5,7,14\n", "utf-8")
    out, _ = cli(
        "compare", study, DEMO / "wave2" / "KI22.txt", "--baseline", tmp_path / "themes.csv", "--json", exits=0
    )
    (named,) = json.loads(out)["baseline"]
    assert named["theme"] == "late money"
    assert not {"p", "adjusted", "difference", "old"} & set(named)
    assert named["outcome"] in {"heard again", "only when asked", "heard from few", "not heard", "unclear"}


def test_a_codebook_that_changed_between_the_waves_is_said_to_have_changed(study: Path) -> None:
    text = (study / "small.yaml").read_text("utf-8")
    (study / "small.yaml").write_text(
        text.replace("Funds, budgets, salaries.", "Money that is missing or late.")
        + '  - {id: RUMOUR, name: Rumour, definition: "False stories that go round."}\n',
        "utf-8",
    )
    with project.open_study(study) as opened:
        adding.add(opened, [DEMO / "wave2" / "KI22.txt"], wave="2026", on_change=OnChange.SKIP)
        run.run(opened)
        book, new = stages.load_codebook(opened), [i for i in opened.store.segments.all() if i.transcript == "KI22"]
        for item in new[::5]:
            review.decide(
                opened, book=book, segment=item.id, verdict=Verdict.ADD, code="RUMOUR", kind=Kind.BARRIER, coder="ann"
            )
    found = json.loads(cli("compare", study, "2026", "--json", exits=0)[0])
    assert any("codebook" in sentence for sentence in found["notes"] + found["refused"])
    (row,) = [row for row in found["rows"] if row["id"] == "RUMOUR" and row["kind"] == "barrier"]
    assert row["outcome"] not in {"heard again", "only when asked"}


@pytest.mark.parametrize("name", ["study.db", "page"])
def test_where_pages_cannot_be_written_one_sentence_says_so(study: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("a file, not a folder", "utf-8")
    assert name in refused(study, DEMO / "wave2" / "KI22.txt", "--output", tmp_path / name)
