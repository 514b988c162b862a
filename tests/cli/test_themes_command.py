"""`themes`: what a person reads and types."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from themescout import project, settings
from themescout.candidates import FoundTheme, Loose, Reason
from themescout.pipeline import adding, curating, stages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Cli = Callable[..., Result]

ANSWERS = (
    "The money came late every year, and so the district could not plan for the nurses.",
    "The money was there in March but nobody could say where the money had gone by June.",
    "Without money for fuel the motorbikes stood still for most of the year.",
    "Staff left for the city because nobody paid them for months on end.",
    "The staff who stayed were tired, and new staff had nobody to learn from.",
    "We walked.",
)


@pytest.fixture
def study(tmp_path: Path, codebook_file: Path) -> Path:
    """A study with two themes (T1: three segments in two parts, T2: two) and one segment in none."""
    made = settings.changed(settings.Settings(), "embed", model="ngrams")
    made = settings.changed(settings.changed(made, "study", codebook="small.yaml"), "segment", min_words=1)
    talk = tmp_path / "talk.txt"
    talk.write_text("\n".join(f"I: And point {i}?\nP: {answer}" for i, answer in enumerate(ANSWERS)) + "\n", "utf-8")
    with project.create(tmp_path / "study", made, codebook_file=codebook_file) as opened:
        adding.add(opened, [talk])
        stages.cut(opened)
        stages.embed_all(opened)
        names = tuple(item.id for item in opened.store.segments.all())
        assert len(names) == 6
        themes = (
            FoundTheme(
                id=0, members=names[:3], strengths=(0.9, 0.8, 0.7), found_in=4, runs=5, parts=(names[:2], names[2:3])
            ),
            FoundTheme(id=1, members=names[3:5], strengths=(0.9, 0.8), found_in=3, runs=5),
        )
        with opened.store.transaction():
            opened.store.found.replace(themes, next_id=2)
            opened.store.loose.replace([Loose(segment=names[5], nearest=1, strength=0.2, reason=Reason.APART)])
            curating.refresh(opened)
    return tmp_path / "study"


def listed(cli: Cli, study: Path) -> dict[str, tuple[str, int, str]]:
    """What a theme is called to title, size and status."""
    found = json.loads(cli("themes", "list", study, "--all", "--json").stdout)["themes"]
    return {item["theme"]: (item["title"], len(item["members"]), item["status"]) for item in found}


def test_the_list_says_what_there_is(cli: Cli, study: Path) -> None:
    cli("themes", "name", study, "T1", "Late money", "--coder", "ann")
    result = cli("themes", "list", study)
    head, one, two = result.stdout.splitlines()
    assert head.split() == ["title", "informants", "segments", "found", "in", "fits", "status"]
    assert one.startswith("T1  Late money")
    assert one.split()[3:8] == ["1", "3", "4", "of", "5"]
    assert two.startswith("T2")
    assert one.endswith("one voice")
    assert result.stderr == "1 segment in no theme\n"


def test_a_list_without_themes_is_empty(cli: Cli, tmp_path: Path) -> None:
    project.create(tmp_path / "new", settings.Settings()).close()
    assert cli("themes", "list", tmp_path / "new").stdout == ""
    assert "has no themes yet" in cli("themes", "show", tmp_path / "new", "T1", exits=1).stderr


def test_one_theme_with_its_quotes_parts_and_decisions(cli: Cli, study: Path) -> None:
    cli("themes", "name", study, "t1", "Late money", "--coder", "ann", "--memo", "as they say")
    cli("themes", "tie", study, "T1", "money", "--coder", "ben")
    text = cli("themes", "show", study, "T1").stdout
    for said in ("T1  Late money", "part 1", "(2 segments)", "4 of 5", "tied to    MONEY", f"“{ANSWERS[0]}”", "P"):
        assert said in text
    assert text.rstrip().endswith("ben  tie T1 to MONEY")
    assert "ann  name T1 “Late money”: as they say" in text
    whole = json.loads(cli("themes", "show", study, "T1", "--json").stdout)
    assert [item["text"] for item in whole["segments"]] == list(ANSWERS[:3])
    assert [item["verb"] for item in whole["decisions"]] == ["name", "tie"]
    rows = cli("themes", "show", study, "T1", "--segments").stdout
    assert all(item["id"] in rows for item in whole["segments"])


def test_merge_split_move_discard_keep_undo_redo(cli: Cli, study: Path) -> None:
    def do(*args: object) -> str:
        return cli("themes", args[0], study, *args[1:], "--coder", "ann").stderr

    before = listed(cli, study)
    ids = [item["id"] for item in json.loads(cli("themes", "show", study, "T1", "--json").stdout)["segments"]]
    assert do("split", "T1", "--part", "2") == "T3 is new, with 1 segment of T1.\n"
    do("split", "1", "--segments", f"{ids[0]},")
    assert {name: size for name, (_, size, _) in listed(cli, study).items()} == {"T1": 1, "T2": 2, "T3": 1, "T4": 1}
    do("merge", "T1", "T3", "t4")
    do("move", "T2", ids[0], ids[1])
    do("move", "none", ids[0])
    assert {name: size for name, (_, size, _) in listed(cli, study).items()} == {"T1": 1, "T2": 3}
    assert "2 segments in no theme" in cli("themes", "list", study).stderr
    do("discard", "T2")
    assert "T2" not in cli("themes", "list", study).stdout
    assert "5 segments in no theme" in cli("themes", "list", study).stderr, "those of a discarded theme, too"
    assert listed(cli, study)["T2"][2] == "discarded"
    do("keep", "T2")
    assert listed(cli, study)["T2"][2] == "kept"
    for _ in range(8):
        assert do("undo").startswith("Taken back: ")
    assert listed(cli, study) == before
    assert do("redo") == "Holds again: split 1 segment off T1 as T3.\n"


def test_promote_makes_a_code(cli: Cli, study: Path) -> None:
    said = cli("themes", "promote", study, "T1", "--name", "Late money", "--under", "MONEY", "--coder", "ann").stderr
    assert said.startswith("T1 is the code LATE-MONEY now. It is at the end of small.yaml;")
    assert "LATE-MONEY  Late money" in cli("codebook", "show", study / "small.yaml").stdout
    assert "promoted" in cli("themes", "list", study).stdout


@pytest.mark.parametrize(
    ("args", "exits", "message"),
    [
        (("keep", "T9"), 1, "There is no theme T9 in this study."),
        (("keep", "T0"), 2, "“T0” is no theme; write T3, for example."),
        (("keep", "none"), 2, "“none” is no theme"),
        (("keep", "Fuel"), 2, "“Fuel” is no theme"),
        (("merge", "T1", "T1"), 1, "T1 cannot be merged into itself."),
        (("merge", "T1"), 2, "OTHERS"),
        (("split", "T1"), 2, "--part NUMBER or --segments"),
        (("split", "T1", "--part", "1", "--segments", "x"), 2, "--part NUMBER or --segments"),
        (("split", "T1", "--part", "7"), 1, "T1 has 2 sub-themes."),
        (("move", "T1", "nowhere"), 1, "There is no segment nowhere"),
        (("tie", "T1", "MONY"), 1, "The codebook has no code “MONY”. Did you mean MONEY?"),
        (("undo",), 1, "There is nothing to undo."),
        (("keep", "T1", "--coder", " "), 1, "A decision needs a coder."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    cli: Cli, study: Path, args: tuple[str, ...], exits: int, message: str
) -> None:
    before = listed(cli, study)
    result = cli("themes", args[0], study, *args[1:], exits=exits)
    assert message in result.stderr
    assert listed(cli, study) == before


def test_the_user_decides_where_nobody_is_named(cli: Cli, study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "eve")
    cli("themes", "keep", study, "T1")
    with project.open_study(study) as opened:
        assert opened.store.theme_log.all()[0].coder == "eve"

    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr("getpass.getuser", nobody)
    assert "Say who decides" in cli("themes", "keep", study, "T1", exits=2).stderr


def test_decisions_that_wait_are_listed(cli: Cli, study: Path) -> None:
    cli("themes", "name", study, "T2", "Pay", "--coder", "ann")
    with project.open_study(study) as opened, opened.store.transaction():
        opened.store.found.replace(opened.store.found.all()[:1], next_id=2)
        curating.refresh(opened)
    said = cli("themes", "list", study).stderr
    assert "ann's decision to name T2 “Pay”" in said
    assert "does not apply now: T2 was not found again." in said
    assert "T2 is no longer there: it was not found again." in cli("themes", "keep", study, "T2", exits=1).stderr
