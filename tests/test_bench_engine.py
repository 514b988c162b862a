"""The parts of the benchmarks of engines, batch runs and whole runs that can be right or wrong."""

from __future__ import annotations

import gzip
import importlib
import json
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from themescout.pipeline import adding

ROOT = Path(__file__).parents[1]


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module among the scripts, by name."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return importlib.import_module


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def podcasts(part: Any, folder: Path, *texts: str) -> Path:
    """A table of these paragraphs where the benchmarks look for it."""
    file: Path = part("benchmarks.spoken").podcasts(folder)
    file.parent.mkdir()
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"text": text}) + "\n" for text in texts)
    return file


def test_ways_are_taken_in_turn_and_compared_within_rounds(part: Any) -> None:
    turns = part("benchmarks.turns")
    order: list[str] = []
    took = {"a": iter([4.0, 6.0, 8.0]), "b": iter([2.0, 1.0, 2.0])}

    def once(name: str) -> float:
        order.append(name)
        return next(took[name])

    found = turns.in_turn([turns.Way(name=name, once=lambda name=name: once(name)) for name in took], 3)
    assert order == ["a", "b"] * 3
    lines = turns.rendered(found).splitlines()
    assert cells(lines[3]) == ["b", "2.00", "1.00–2.00", "4.00", "2.00, 6.00, 4.00"]
    assert cells(turns.rendered(found, of=12).splitlines()[3]) == ["b", "6", "6–12", "4.00", "2.00, 6.00, 4.00"]


def test_a_process_that_fails_is_no_measurement(part: Any) -> None:
    turns = part("benchmarks.turns")
    assert turns.process([sys.executable, "-c", "import benchmarks.turns, sys; sys.stderr.write('talk')"]) > 0
    with pytest.raises(SystemExit, match=r"ended with 1[\s\S]*broken"):
        turns.process([sys.executable, "-c", "raise ValueError('broken')"])


def test_texts_are_distinct_of_the_wished_length_and_the_same_each_time(part: Any, tmp_path: Path) -> None:
    spoken = part("benchmarks.spoken")
    fitting = [f"{i} " + "word " * (24 + i) for i in range(51)]
    podcasts(part, tmp_path, *fitting, fitting[0], "too short", "long " * 76)
    assert sorted(spoken.texts(spoken.PODCASTS, 51, tmp_path)) == sorted(fitting)
    assert spoken.texts(spoken.PODCASTS, 5, tmp_path) == spoken.texts(spoken.PODCASTS, 5, tmp_path)
    with pytest.raises(SystemExit, match="51 texts of 25 to 75 words, not 52"):
        spoken.texts(spoken.PODCASTS, 52, tmp_path)


def test_the_limit_counts_what_an_encoder_multiplies_in_integers(part: Any) -> None:
    limit = part("benchmarks.engine_limit")
    width, inner = 384, 1536
    expected = 2 * 6 * (4 * width * width + 2 * width * inner)
    assert expected == limit.OPERATIONS
    run, queue = limit.compiled()
    queue.start_async([np.ones((limit.ROWS, width), np.float32)])
    queue.wait_all()
    assert limit.kinds(run) <= {"i8", "u8"}
    assert limit.kinds(run)


def test_engines_that_say_the_same_do_not_differ(part: Any) -> None:
    quality, sets = part("benchmarks.engine_quality"), part("benchmarks.sets")
    rng = np.random.default_rng(0)
    codes = [("a",), ("b",), ("c",)] * 20 + [("rare",), ()]
    x = np.eye(3, 8, dtype=np.float32)[[*[0, 1, 2] * 20, 0, 1]] + 0.01 * rng.standard_normal((62, 8)).astype(np.float32)
    coded = sets.CodedSet(
        name="set",
        docs=tuple(f"P{i % 4}" for i in range(62)),
        texts=tuple(map(str, range(62))),
        codes=tuple(codes),
        parents={},
    )
    noise = rng.standard_normal((62, 5)).astype(np.float32)
    same, other, worse = quality.compared(coded, {"torch": x, "int8": 2 * x, "static": noise})
    assert same == ["set, 60 rows", "torch", "–", "1.000", "+0.00", "1.000", "+0.00"]
    assert other == ["set, 60 rows", "int8", "1.0000", "1.000", "+0.00", "1.000", "+0.00"]
    assert worse[2] == "–"
    assert float(worse[4]) < -50
    assert float(worse[6]) < -20


def test_documents_are_held_out_whole(part: Any) -> None:
    """What tells the code is there in every document but the one held out: only by chance can it be told."""
    accuracy = part("benchmarks.engine_quality").accuracy
    x = np.repeat(np.eye(4, dtype=np.float32), 10, axis=0)
    labels = [name for name in "abcd" for _ in range(10)]
    assert accuracy(x, labels, [""] * 40) == 1.0
    assert accuracy(x, labels, labels) == 0.0


GROWS = """
import subprocess, sys, time
held = bytearray(120 * 2**20)
subprocess.run([sys.executable, "-c", "import time; x = bytearray(90 * 2**20); time.sleep(0.5)"])
sys.exit(3)
"""


def test_memory_and_processor_of_children_count(part: Any) -> None:
    found = part("benchmarks.watched").watch([sys.executable, "-c", GROWS])
    assert found.code == 3
    assert 210 * 2**20 < found.peak <= found.bound < 400 * 2**20
    assert found.seconds > 0.5
    assert 0 < found.processor < 2 * found.seconds


def test_rows_are_taken_from_all_over_a_table_and_a_study_gets_its_engine(
    part: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = part("bench_batch")
    file = podcasts(part, tmp_path, *map(str, range(9)))
    for rows, expected in ((4, "0246"), (3, "036"), (9, "012345678"), (20, "012345678")):
        with gzip.open(batch.spread(file, rows, tmp_path), "rt") as lines:
            assert [json.loads(line)["text"] for line in lines] == list(expected)
    study = tmp_path / "study"
    study.mkdir()
    (study / "themescout.toml").write_text('seed = 1\n\n[embed]\nmodel = "default"\nengine = "auto"\nbatch = 64\n')
    monkeypatch.setattr(batch.subprocess, "run", lambda *_, **__: None)
    made = batch.with_engine(study, "static", tmp_path)
    assert (made / "themescout.toml").read_text() == (
        'seed = 1\n\n[embed]\nengine = "static"\nmodel = "default"\nbatch = 64\n'
    )


def test_cost_of_a_text_is_set_against_the_first_run(part: Any) -> None:
    batch, watched = part("bench_batch"), part("benchmarks.watched")

    def run(texts: int, seconds: float, words: int) -> Any:
        took = watched.Watched(code=0, seconds=seconds, processor=2 * seconds, peak=2**30, bound=2**31)
        manifest = {
            "totals": {"texts": texts, "words": words},
            "timing": {"parts": {"embed": seconds}},
            "inputs": [{"path": "a"}, {"path": "b"}],
            "refused": [{"path": "b", "sentence": "b is empty."}],
        }
        return batch.Run(name=f"{texts}", took=took, manifest=manifest)

    runs = [run(1000, 10.0, 20_000), run(4000, 44.0, 110_000)]
    line = cells(batch.costs(runs).splitlines()[3])
    cost = ["44.0", "88.0", "11.000", "22.000", "1.10 / 1.10"]
    assert line == ["4000", "4,000", "27.5", *cost, "400.0", "0.80", "1,024", "2,048"]
    assert cells(batch.parts(runs).splitlines()[3]) == ["4000", "44.0"]
    assert batch.read(runs[0]) == "2 files: 1 read, 1 refused.\n- b: b is empty."


def test_files_are_taken_until_there_are_enough_segments_and_interviews(part: Any, tmp_path: Path) -> None:
    take = part("benchmarks.run_study").take
    words = random.Random(0)  # noqa: S311  # no secret
    for number in range(6):
        said = " ".join(words.choice(["money", "came", "late", "again", "people"]) for _ in range(30))
        (tmp_path / f"{number}.txt").write_text(f"I: Why?\nP: {said}.\n", "utf-8")
    files = sorted(tmp_path.glob("*.txt"))
    assert [path.name for path in take(files, segments=2).files] == ["0.txt", "1.txt"]
    found = take(files, segments=2, interviews=4)
    assert (len(found.files), len(found.texts)) == (4, 4)
    assert found.sentence == "4 interviews (0.txt to 3.txt), 4 segments"


def test_imports_are_added_up_by_package(part: Any) -> None:
    said = """import time: self [us] | cumulative | imported package
import time:       100 |        100 |   scipy.stats
talk
import time:       400 |        500 | scipy
import time:      2000 |       9000 | numpy"""
    assert part("benchmarks.imports").by_package(said) == {"scipy": 0.0005, "numpy": 0.002}


def test_stages_of_a_run_are_timed_in_order(part: Any, make_study: Any) -> None:
    study = make_study()
    adding.add(study, [ROOT / "data" / "demo" / "wave1" / "KI02.txt"])
    study.close()
    found, _ = part("profile_run").ran(study.folder, "auto")
    assert list(found) == ["start", "segments", "vectors", "themes", "suggestions", "report"]
    assert all(seconds >= 0 for seconds in found.values())


def test_functions_are_named_by_package_and_file(part: Any) -> None:
    name_of = part("profile_run").name_of
    assert name_of(("/a/site-packages/sklearn/x.py", 3, "fit")) == "sklearn/x.py fit"
    assert name_of(("/a/src/themescout/embed/parts.py", 3, "joined")) == "embed/parts.py joined"
    assert name_of(("~", 0, "<built-in>")) == "<built-in>"
