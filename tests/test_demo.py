"""The demo study: what is committed is what the script makes, and it holds what its README promises."""

import csv
import importlib
import json
import re
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from themescout import importers
from themescout.text import squashed, words
from themescout.types import Role, Transcript

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
SOURCES = sorted(path.stem for path in (DATA / "demo" / "source").glob("*.txt"))
FILES = sorted((DATA / "demo").glob("wave[12]/*"))

# Whole words or their beginnings; wave 2 brings these topics.
ONLY_IN_WAVE_2 = re.compile(
    r"\b(?:social media|messag\w+ (?:app|group)|voice note|rumou?r|misinformation|disinformation|deep ?fake"
    r"|internet|online|viral|video|climate|heat ?wave|flood|cyclone|hurricane|storms?\b|drought|landslide)",
    re.IGNORECASE,
)
ONLY_IN_WAVE_1 = {"INT-CONSENSUS", "APP-DIFF", "RES-PROFILE"}


@pytest.fixture
def make_demo(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return importlib.import_module("make_demo")


def turns(source: str) -> list[tuple[bool, str]]:
    """(asks, text) of each turn, as written."""
    text = (DATA / "demo" / "source" / f"{source}.txt").read_text("utf-8")
    labelled = (paragraph.split(": ", 1) for paragraph in text.split("\n") if paragraph.strip())
    return [(label == "I", squashed(said)) for label, said in labelled]


def gold(source: str) -> list[dict[str, Any]]:
    return rows_of(DATA / "gold" / "demo" / f"{source}.jsonl")


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def imported(make_demo: ModuleType, source: str) -> Transcript:
    (transcript,) = importers.read(DATA / "demo" / make_demo.PLANS[source].file)
    return transcript


def spoken(transcript: Transcript) -> list[tuple[bool, str]]:
    return [
        (turn.role is Role.INTERVIEWER, squashed(transcript.text[turn.start : turn.end])) for turn in transcript.turns
    ]


def test_rebuilding_changes_nothing(make_demo: ModuleType, tmp_path: Path) -> None:
    made = make_demo.build(DATA, tmp_path)
    assert len(made) == len(SOURCES) + 2
    changed = [path.name for path in made if path.read_bytes() != (DATA / path.relative_to(tmp_path)).read_bytes()]
    assert changed == []


def test_nothing_lies_about_that_the_script_did_not_make(make_demo: ModuleType) -> None:
    assert {str(path.relative_to(DATA / "demo")) for path in FILES} == {plan.file for plan in make_demo.PLANS.values()}


def test_fourteen_and_four_interviews_in_many_formats() -> None:
    assert Counter(path.parent.name for path in FILES) == {"wave1": 14, "wave2": 4}
    assert len({path.suffix for path in FILES}) >= 6


def test_the_readme_names_every_file() -> None:
    readme = (DATA / "demo" / "README.md").read_text("utf-8")
    assert [path.name for path in FILES if f"`{path.parent.name}/{path.name}`" not in readme] == []


def test_participants_are_the_informants() -> None:
    with (DATA / "demo" / "participants.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["transcript", "speaker", "participant", "wave", "role", "setting"]
    assert [(row["wave"], row["transcript"]) for row in rows] == [(path.parent.name, path.stem) for path in FILES]
    assert all(all(row.values()) for row in rows)


@pytest.mark.parametrize("source", SOURCES)
def test_every_informant_says_enough(source: str) -> None:
    assert sum(words(said) for asks, said in turns(source) if not asks) >= 1000


@pytest.mark.parametrize("source", SOURCES)
def test_gold_quotes_are_in_one_turn_of_the_informant(source: str) -> None:
    text = (DATA / "demo" / "source" / f"{source}.txt").read_text("utf-8")
    answers = [said for asks, said in turns(source) if not asks]
    for row in gold(source):
        assert text.count(row["quote"]) == 1, row["quote"]
        assert any(squashed(row["quote"]) in said for said in answers), row["quote"]


@pytest.mark.parametrize("source", SOURCES)
def test_gold_quotes_do_not_overlap(source: str) -> None:
    text = (DATA / "demo" / "source" / f"{source}.txt").read_text("utf-8")
    spans = sorted((text.index(row["quote"]), len(row["quote"])) for row in gold(source))
    assert all(begin + size <= after for (begin, size), (after, _) in pairwise(spans))


@pytest.mark.parametrize("source", SOURCES)
def test_gold_has_all_kinds_and_codes_where_they_belong(source: str) -> None:
    rows = gold(source)
    assert {row["kind"] for row in rows} == {"barrier", "research_question", "neither"}
    assert [row["quote"] for row in rows if bool(row["codes"]) == (row["kind"] == "neither")] == []


@pytest.mark.parametrize("source", [source for source in SOURCES if source < "Q"])
def test_first_wave_does_not_know_the_topics_of_the_second(source: str) -> None:
    text = " ".join(said for _, said in turns(source))
    assert ONLY_IN_WAVE_2.findall(text) == []
    assert [row["quote"] for row in gold(source) if "new_topic" in row] == []


def test_topics_of_the_first_wave_that_the_second_does_not_raise() -> None:
    codes = {wave: {code for s in SOURCES if s[0] == wave for row in gold(s) for code in row["codes"]} for wave in "PQ"}
    assert codes["P"] >= ONLY_IN_WAVE_1
    assert codes["Q"].isdisjoint(ONLY_IN_WAVE_1)


@pytest.mark.parametrize("topic", ["N1", "N2"])
def test_new_topics_are_raised_at_length_in_the_second_wave(topic: str) -> None:
    where: dict[str, set[int]] = defaultdict(set)
    for source in (source for source in SOURCES if source > "Q"):
        for row in (row for row in gold(source) if row.get("new_topic") == topic):
            where[source].add(next(at for at, (_, said) in enumerate(turns(source)) if row["quote"] in said))
    assert sum(len(at) >= 3 for at in where.values()) >= 3, where


@pytest.mark.parametrize("source", SOURCES)
def test_files_import_as_they_were_written(make_demo: ModuleType, source: str) -> None:
    transcript = imported(make_demo, source)
    assert transcript.id == make_demo.transcript_id(source)
    assert spoken(transcript) == turns(source)
    assert Counter(speaker.role for speaker in transcript.speakers) == {
        Role.INTERVIEWER: 1,
        Role.INFORMANT: 1,
    }


@pytest.mark.parametrize("source", SOURCES)
def test_gold_quotes_are_found_in_what_is_imported(make_demo: ModuleType, source: str) -> None:
    said = " ".join(text for asks, text in spoken(imported(make_demo, source)) if not asks)
    quotes = [
        row["quote"] for row in rows_of(DATA / "gold" / "demo.jsonl") if row["doc"] == make_demo.transcript_id(source)
    ]
    assert quotes == [row["quote"] for row in gold(source)]
    assert [quote for quote in quotes if said.count(squashed(quote)) != 1] == []


def test_times_run_on_where_the_format_has_them(make_demo: ModuleType) -> None:
    for source in ("P03", "P06", "P09", "P12", "Q03"):
        times = [(turn.start_s, turn.end_s) for turn in imported(make_demo, source).turns]
        assert all(begin < end for begin, end in times)
        assert all(end <= after for (_, end), (after, _) in pairwise(times))
