"""`compare`: what is added, what is asked of the services, what is printed and how it ends. The adding is real."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pytest

from themescout import project
from themescout.candidates import ThemeStatus
from themescout.cli import show
from themescout.codebook.baseline import Baseline
from themescout.comparison import pages, service
from themescout.comparison.model import Basis, Candidate, Comparison, Outcome, Placed, Share, Wave
from themescout.errors import ComparisonError
from themescout.report.quotes import Quote

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Cli

TALK = "I: What went wrong?\nP: The money came late every year, and nobody could plan for the nurses.\n"
QUOTE = Quote(
    text="The money “came” late 🙂", participant="KI21", transcript="KI21", start=3, end=26, turn=2, segment="s1"
)
HALF = Share(count=1, prompted=0, total=2, low=0.1, high=0.9, exact=(0.01, 0.99), basis=Basis.PLACED, who=("KI21",))
WAVE = Wave(
    name="wave1",
    title="wave1",
    interviews=2,
    informants=("KI02", "KI05"),
    settings=(),
    segments=9,
    decided=0,
    words=900,
)
FOUND = Comparison(
    study="Study", old=WAVE, new=replace(WAVE, name="2026", title="2026"), resolution=("Few.",), plan=(), rows=(),
    placed=(Placed(quote=QUOTE, setting="", theme=-1, strength=0.2, codes=(("MONEY", 0.4),), p=0.01, q=0.02, novel=True,
                   candidate=7),),
    candidates=(Candidate(theme=7, title="Late", keywords=("late",), status=ThemeStatus.CANDIDATE, segments=1, novel=1,
                          share=HALF, settings=(), alike=HALF, outcome=Outcome.NEW_FEW, sentence="", holding=None),),
    names=MappingProxyType({"MONEY": "Money"}),
)  # fmt: skip


@dataclass
class Asked:
    """What the services were asked, and the study as it was then."""

    wave: str = ""
    against: str | None = None
    baseline: Baseline = Baseline()  # noqa: RUF009  # frozen
    folder: Path | None = None
    model: str = ""
    waves: dict[str, str] = field(default_factory=dict)
    times: int = 0


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Services that say what they were asked and return `FOUND`."""
    seen = Asked()

    def compare(study: project.Study, new: str, *, against: str | None, baseline: Baseline, progress: object) -> Comparison:  # fmt: skip # noqa: E501
        assert callable(progress)
        seen.wave, seen.against, seen.baseline, seen.model = new, against, baseline, study.settings.embed.model
        seen.waves, seen.times = dict(study.store.transcripts.waves()), seen.times + 1
        return FOUND

    def write(found: Comparison, folder: Path) -> tuple[Path, ...]:
        assert found is FOUND
        seen.folder = folder
        return (folder / "tables.xlsx", folder / "comparison.html")

    monkeypatch.setattr(service, "compare", compare)
    monkeypatch.setattr(pages, "write", write)
    monkeypatch.setattr(pages, "lines", lambda found: ("New: 1.",))
    return seen


def talk(path: Path, text: str = TALK) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_a_wave_that_is_there_is_compared(cli: Cli, study: Path, asked: Asked) -> None:
    result = cli("compare", study, "wave1", "--against", "other", "--model", "default")
    assert (asked.wave, asked.against, asked.baseline, asked.model) == ("wave1", "other", Baseline(), "default")
    assert asked.folder == study / "reports"
    assert result.stdout == f"New: 1.\n{study.resolve() / 'reports' / 'comparison.html'}\n"
    assert result.stderr == ""


def test_files_are_added_first_and_reported_as_add_does(cli: Cli, study: Path, tmp_path: Path, asked: Asked) -> None:
    folder = talk(tmp_path / "2026" / "KI21.txt").parent
    result = cli("compare", study, folder, "-o", tmp_path / "pages")
    assert asked.wave == asked.waves["KI21"] == "2026"
    assert (asked.model, asked.folder) == ("ngrams", tmp_path / "pages")
    assert "added  KI21: 2 turns, I (interviewer), P (informant)" in result.stderr
    assert "1 transcript added, 0 files refused." in result.stderr
    assert "Next: themescout run" not in result.stderr
    assert "already there  KI21.txt is in the study as KI21." in cli("compare", study, folder).stderr
    cli("compare", study, talk(tmp_path / "b.txt", TALK.replace("nurses", "roads")), "--wave", "later")
    assert (asked.wave, asked.times) == ("later", 3)


def test_refused_files_give_their_sentence_and_the_others_are_compared(
    cli: Cli, study: Path, tmp_path: Path, asked: Asked
) -> None:
    bad, good = talk(tmp_path / "bad.txt", ""), talk(tmp_path / "KI21.txt")
    result = cli("compare", study, bad, good, exits=3)
    assert "bad.txt is empty" in result.stderr
    assert "1 transcript added, 1 file refused." in result.stderr
    assert result.stdout.endswith("comparison.html\n")
    assert asked.wave == "new"


def test_where_nothing_is_new_nothing_is_compared(cli: Cli, study: Path, tmp_path: Path, asked: Asked) -> None:
    (tmp_path / "empty").mkdir()
    for path in (talk(tmp_path / "bad.txt", ""), tmp_path / "empty"):
        result = cli("compare", study, path, exits=1)
        assert "There is nothing new to compare." in result.stderr
        assert result.stdout == ""
    assert "has no wave “wave9”, and there is no such file" in cli("compare", study, "wave9", exits=1).stderr
    cli("compare", study, exits=2)
    assert asked.times == 0


def test_what_is_old_cannot_be_new(cli: Cli, study: Path, asked: Asked) -> None:
    (old,) = (study / "transcripts").glob("*2.txt")
    copy = talk(study.parent / "KI02.txt", "")
    copy.write_bytes(old.read_bytes())
    said = cli("compare", study, copy, exits=1).stderr
    assert said.startswith("Error: KI02.txt is in the study as KI02, in the wave “wave1”; it cannot be new. ")
    assert (said.count("\n"), asked.times) == (1, 0)


def test_a_wave_wins_over_a_folder_of_its_name_and_a_line_says_so(
    cli: Cli, study: Path, tmp_path: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(tmp_path / "wave1" / "KI21.txt")
    monkeypatch.chdir(tmp_path)
    assert "· “wave1” is a wave of the study; the files" in cli("compare", study, "wave1").stderr
    assert "KI21" not in asked.waves
    cli("compare", study, "./wave1", "--wave", "2026")
    assert asked.waves["KI21"] == "2026"


def test_a_baseline_is_read_before_anything_is_added(cli: Cli, study: Path, tmp_path: Path, asked: Asked) -> None:
    new = talk(tmp_path / "2026" / "KI21.txt").parent
    bad = talk(tmp_path / "themes.csv", "theme,kind,code\nlate money,barier,MONEI\n")
    said = cli("compare", study, new, "--baseline", bad, exits=1).stderr
    assert said.startswith("Error: themes.csv has 2 errors: themes.csv, line 2: “barier” is no kind of theme; ")
    assert "did you mean MONEY?" in said
    with project.open_study(study) as opened:
        assert "KI21" not in opened.store.transcripts.waves()
    talk(bad, "theme,kind,code,note\nlate money,barrier,MONEY,x\n")
    assert "· themes.csv: “note” is not read." in cli("compare", study, new, "--baseline", bad).stderr
    assert [(theme.theme, theme.code) for theme in asked.baseline.themes] == [("late money", "MONEY")]
    assert "small names no themes" in cli("compare", study, new, "--baseline", "codebook", exits=1).stderr
    cli("compare", study, new, "--baseline", "none")
    assert asked.baseline == Baseline()


def test_the_themes_of_the_abstract_are_the_baseline_of_the_built_in_codebook(
    cli: Cli, tmp_path: Path, asked: Asked
) -> None:
    cli("new", tmp_path / "s", "--model", "ngrams")
    new = talk(tmp_path / "2026" / "KI21.txt").parent
    cli("compare", tmp_path / "s", new)
    assert len(asked.baseline.themes) == 16
    cli("compare", tmp_path / "s", new, "--baseline", "none")
    assert asked.baseline == Baseline()


def test_json_is_the_comparison_and_all_there_is_on_stdout(cli: Cli, study: Path, tmp_path: Path, asked: Asked) -> None:
    result = cli("compare", study, talk(tmp_path / "KI21.txt"), "--json")
    data = json.loads(result.stdout)
    assert data["names"] == {"MONEY": "Money"}
    assert data["placed"][0]["quote"]["text"] == QUOTE.text
    assert data["candidates"][0]["outcome"] == "new, short of the plan"
    assert data["candidates"][0]["share"]["basis"] == "placed"
    assert data["new"]["title"] == "2026"
    assert "comparison.html" in result.stderr


def test_numbers_of_numpy_are_numbers_in_json_and_what_is_none_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    show.data({"a": np.float32(0.5), "b": np.int64(3), "c": float("nan"), "d": MappingProxyType({1: True})})
    assert json.loads(capsys.readouterr().out) == {"a": 0.5, "b": 3, "c": None, "d": {"1": True}}


def test_what_stands_in_the_way_is_one_sentence_and_the_new_interviews_stay(
    cli: Cli, study: Path, tmp_path: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compare(*_: object, **__: object) -> Comparison:
        raise ComparisonError("There is nothing to hear.", "Add interviews.")

    monkeypatch.setattr(sys.modules["themescout.comparison.service"], "compare", compare)
    result = cli("compare", study, talk(tmp_path / "KI21.txt"), exits=1)
    assert result.stderr.endswith("Error: There is nothing to hear. Add interviews.\n")
    assert result.stdout == ""
    with project.open_study(study) as opened:
        assert opened.store.transcripts.waves()["KI21"] == "new"


def test_a_changed_file_is_refused_with_a_hint_and_kept_beside_where_asked(
    cli: Cli, study: Path, tmp_path: Path, asked: Asked
) -> None:
    changed = talk(tmp_path / "KI02.txt")
    assert "Say what to do: --on-change" in cli("compare", study, changed, exits=1).stderr
    assert "it would be missing there" in cli("compare", study, changed, "--on-change", "replace", exits=1).stderr
    cli("compare", study, changed, "--on-change", "keep-both")
    assert (asked.waves["KI02"], asked.waves["KI02-2"]) == ("wave1", "new")


def test_an_interviewer_can_be_named(cli: Cli, study: Path, tmp_path: Path, asked: Asked) -> None:
    file = talk(tmp_path / "x.txt", "Zed: Money came late, year after year.\nAnn: I see. Why was that, in your view?\n")
    assert "Zed (interviewer)" in cli("compare", study, file, "--interviewer", "Zed").stderr
