"""A run from inputs to manifest: every text once and in order, whatever dies, and nothing done twice."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pyarrow import parquet

sys.path.insert(0, str(Path(__file__).parent))  # spawned processes import the same module
import faked_run

from themescout.batch import places, receipts, service, working
from themescout.batch.events import Done, Options, Refused, Started, Summary
from themescout.errors import BatchError, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable

    from themescout.batch.events import Event
    from themescout.project import Study

TALK = """Interviewer: What stood in the way?

Ama: {0} The money never came, and nobody told us why it had been held back for a year.

Interviewer: And then?

Ama: We went on with what we had, and in the end two of the five districts were reached.
"""
TWO = Options(partition=10, workers=2)


@pytest.fixture(autouse=True)
def faked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The yardstick is the fake one, here and in workers."""
    for module, name in ((service, "Yardstick"), (service, "Working"), (working, "Yardstick")):
        monkeypatch.setattr(module, name, getattr(module, name))
    faked_run.pretend()


@pytest.fixture
def study(make_study: Callable[..., Study]) -> Path:
    made = make_study("study", title="Fake")
    made.close()
    return made.folder


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A folder with five interviews and a table of 47 rows of nine documents."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(5):
        (folder / f"talk{number}.txt").write_text(TALK.format(f"This is talk {number}."), "utf-8")
    rows = [{"text": f"Row {number} speaks of money.", "doc": f"d{number // 6}"} for number in range(47)]
    (folder / "table.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder


def outcome(folder: Path) -> dict[str, str]:
    """Hash of everything in a run's folder; of the manifest without what it says of time."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != ".lock":
            data = path.read_bytes()
            if path.name == "manifest.json":
                data = json.dumps({k: v for k, v in json.loads(data).items() if k != "timing"}).encode()
            found[str(path.relative_to(folder))] = hashlib.sha256(data).hexdigest()
    return found


def texts(folder: Path) -> list[tuple[str, str, str]]:
    """Source, unit and text of every row, in the order of the files' names."""
    found = []
    for path in sorted((folder / "texts").iterdir()):
        table = parquet.read_table(path)
        found += zip(*(table[name].to_pylist() for name in ("source", "unit", "text")), strict=True)
    return found


def manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text("utf-8"))


def run(inputs: Path | list[str], study: Path, folder: Path, options: Options = TWO) -> tuple[Summary, list[Event]]:
    told: list[Event] = []
    given = inputs if isinstance(inputs, list) else [str(inputs)]
    return service.run(given, study, str(folder), options, told.append), told


def test_every_text_is_there_once_and_in_order(tmp_path: Path, study: Path, inputs: Path) -> None:
    summary, told = run(inputs, study, tmp_path / "out")
    found = texts(tmp_path / "out")
    rows = [(unit, text) for source, unit, text in found if source.endswith("table.jsonl")]
    assert rows == [(str(number), f"Row {number} speaks of money.") for number in range(47)]
    talks = [source for source, _, _ in found if source.endswith(".txt")]
    assert talks == sorted(talks)
    assert len(set(talks)) == 5
    assert len(found) == len(set(found)) == summary.texts
    assert summary.refused == ()
    assert isinstance(told[0], Started)
    assert told[-1] == summary
    assert {item.partition for item in told if isinstance(item, Done)} == {
        item["name"] for item in manifest(tmp_path / "out")["partitions"]
    }


def test_the_manifest_and_tables_say_what_was_read(tmp_path: Path, study: Path, inputs: Path) -> None:
    summary, _ = run(inputs, study, tmp_path / "out")
    held = manifest(tmp_path / "out")
    table = next(item for item in held["inputs"] if item["path"].endswith("table.jsonl"))
    data = (inputs / "table.jsonl").read_bytes()
    assert table == {
        "path": str(inputs / "table.jsonl"), "form": "rows", "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(), "texts": 47,
    }  # fmt: skip
    assert all(len(item["sha256"]) == 64 and item["texts"] for item in held["inputs"])
    assert sum(item["texts"] for item in held["inputs"]) == held["totals"]["texts"] == summary.texts
    assert held["totals"]["documents"] == summary.documents == 8 + 5
    for item in held["partitions"]:
        path = tmp_path / "out" / receipts.file_of(item["name"])
        assert hashlib.sha256(path.read_bytes()).hexdigest() == item["sha256"]
    with (tmp_path / "out" / "codes.csv").open(encoding="utf-8-sig", newline="") as file:
        codes = {row["code"]: row for row in csv.DictReader(file)}
    assert int(codes["MONEY"]["texts"]) == 47 + 5
    assert int(codes["MONEY"]["documents"]) == 8 + 5
    with (tmp_path / "out" / "themes.csv").open(encoding="utf-8-sig", newline="") as file:
        assert sum(int(row["texts"]) for row in csv.DictReader(file)) == summary.texts
    assert not (tmp_path / "out" / "middle").exists()


def test_one_worker_and_two_make_the_same_bytes(tmp_path: Path, study: Path, inputs: Path) -> None:
    run(inputs, study, tmp_path / "one", replace(TWO, workers=1))
    run(inputs, study, tmp_path / "two")
    assert outcome(tmp_path / "one") == outcome(tmp_path / "two")


def test_again_does_nothing_again_and_more_inputs_are_added(tmp_path: Path, study: Path, inputs: Path) -> None:
    first, _ = run(inputs, study, tmp_path / "out")
    before = outcome(tmp_path / "out")
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "texts").iterdir()}
    again, told = run(inputs, study, tmp_path / "out")
    assert outcome(tmp_path / "out") == before
    assert not any(isinstance(item, Done) for item in told)
    assert again.before == again.partitions == first.partitions
    (inputs / "another.txt").write_text(TALK.format("Another."), "utf-8")
    more, told = run(inputs, study, tmp_path / "out")
    assert len([item for item in told if isinstance(item, Done)]) == 1
    assert more.texts > first.texts
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_a_file_that_kills_its_worker_is_named_and_the_others_are_done(
    tmp_path: Path, study: Path, inputs: Path
) -> None:
    (inputs / "talk2.txt").write_text(TALK.format("KILL THE WORKER."), "utf-8")
    summary, told = run(inputs, study, tmp_path / "out")
    assert [item.path for item in summary.refused] == [str(inputs / "talk2.txt")]
    assert "talk2.txt was left out: the process that worked at it ended with exit code 9" in summary.refused[0].sentence
    assert len([item for item in told if isinstance(item, Refused)]) == 1
    sources = list(dict.fromkeys(source.rpartition("/")[2] for source, _, _ in texts(tmp_path / "out")))
    assert sources == ["table.jsonl", "talk0.txt", "talk1.txt", "talk3.txt", "talk4.txt"]
    before = outcome(tmp_path / "out")
    again, told = run(inputs, study, tmp_path / "out")
    assert again.refused == summary.refused
    assert not any(isinstance(item, Done) for item in told), "what was taken apart is remembered"
    assert outcome(tmp_path / "out") == before


def test_a_stretch_that_kills_its_worker_is_named_and_the_rest_is_done(
    tmp_path: Path, study: Path, inputs: Path
) -> None:
    with (inputs / "table.jsonl").open("a") as file:
        file.write(json.dumps({"text": "KILL THE WORKER", "doc": "d7"}) + "\n")
    summary, _ = run(inputs, study, tmp_path / "out")
    assert [item.path for item in summary.refused] == [str(inputs / "table.jsonl")]
    assert "part 0000000-00000" in summary.refused[0].sentence
    assert 30 <= sum(source.endswith(".jsonl") for source, _, _ in texts(tmp_path / "out")) < 47


def test_a_bug_met_in_one_file_costs_that_file(tmp_path: Path, study: Path, inputs: Path) -> None:
    (inputs / "talk3.txt").write_text(TALK.format("MEET A BUG."), "utf-8")
    summary, _ = run(inputs, study, tmp_path / "out")
    assert [item.path for item in summary.refused] == [str(inputs / "talk3.txt")]
    assert "KeyError" in summary.refused[0].sentence
    details = summary.refused[0].sentence.split("; ")[1].split()[0]
    assert "Traceback" in (tmp_path / "out" / details).read_text()


def test_a_file_that_cannot_be_reached_is_tried_again_the_next_time(tmp_path: Path, study: Path, inputs: Path) -> None:
    file, away, out = inputs / "talk3.txt", tmp_path / "away", tmp_path / "out"

    def take_away(event: Event) -> None:
        if isinstance(event, Started) and file.exists():
            file.rename(away)

    first = service.run([str(inputs)], study, str(out), TWO, take_away)
    assert [(item.path, item.sentence.split(".txt")[1]) for item in first.refused] == [
        (str(file), " does not exist. Check the spelling and the folder.")
    ]
    still, told = run(inputs, study, out)
    assert still.refused == first.refused
    assert len([event for event in told if isinstance(event, Refused)]) == 1
    away.rename(file)
    then, _ = run(inputs, study, out)
    assert not then.refused
    assert {path.suffix for path in (out / "aside").iterdir()} == {".apart"}
    run(inputs, study, tmp_path / "at once")
    assert sorted(texts(out)) == sorted(texts(tmp_path / "at once"))
    _, told = run(inputs, study, out)
    assert not any(isinstance(event, Done) for event in told)


@pytest.mark.parametrize(("mark", "error"), [("FILL THE DISK", BatchError), ("LOSE THE MODEL", ModelError)])
def test_what_ends_the_run_keeps_what_is_done(
    tmp_path: Path, study: Path, inputs: Path, mark: str, error: type[Exception]
) -> None:
    (inputs / "talk4.txt").write_text(TALK.format(mark), "utf-8")
    with pytest.raises(error):
        run(inputs, study, tmp_path / "out", replace(TWO, workers=1))
    # The table comes before the talks, and one worker takes them in turn.
    assert len(texts(tmp_path / "out")) == 47
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_inputs_that_cannot_be_read_are_refused_and_the_rest_is_done(tmp_path: Path, study: Path, inputs: Path) -> None:
    (inputs / "empty.vtt").write_text("")
    (inputs / "picture.png").write_text("no talk")
    summary, told = run([str(inputs), str(tmp_path / "nowhere")], study, tmp_path / "out")
    assert {Path(item.path).name for item in summary.refused} == {"empty.vtt", "nowhere"}
    assert summary.passed_over == 1
    assert manifest(tmp_path / "out")["passed_over"] == [str(inputs / "picture.png")]
    assert {item.path for item in told if isinstance(item, Refused)} == {item.path for item in summary.refused}


def test_the_outcome_may_lie_among_the_inputs(tmp_path: Path, study: Path, inputs: Path) -> None:
    first, _ = run(inputs, study, inputs / "out")
    again, _ = run(inputs, study, inputs / "out")
    assert again.texts == first.texts
    assert again.inputs == 6


def test_the_study_is_not_touched(tmp_path: Path, study: Path, inputs: Path) -> None:
    before = outcome(study)
    run(inputs, study, tmp_path / "out")
    assert outcome(study) == before


def test_another_place_than_this_computer(tmp_path: Path, study: Path, inputs: Path) -> None:
    # Only what is written by this very process can be in its memory: so the workers are stood in for.
    class Here:
        def do(self, work: Any, partitions: Any, lost: Any) -> Any:
            return map(work, partitions)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service.engines, "workers", lambda *args: Here())
        service.run([str(inputs)], study, "memory://batch/out", TWO)
    run(inputs, study, tmp_path / "out")
    place = places.Place("memory://batch/out")
    for name in ("themes.csv", "codes.csv", *(f"texts/{path.name}" for path in (tmp_path / "out" / "texts").iterdir())):
        assert place.read(name) == (tmp_path / "out" / name).read_bytes()


def test_a_damaged_file_is_named(tmp_path: Path, study: Path, inputs: Path) -> None:
    run(inputs, study, tmp_path / "out")
    broken = sorted((tmp_path / "out" / "texts").iterdir())[1]
    whole = broken.read_bytes()
    another = min(broken.parent.iterdir()).read_bytes()
    for wrong in (whole[:100], b"", another):
        broken.write_bytes(wrong)
        with pytest.raises(BatchError, match=f"{broken.name} in the output folder is damaged"):
            run(inputs, study, tmp_path / "out")
    broken.unlink()
    run(inputs, study, tmp_path / "out")
    assert broken.read_bytes() == whole


def test_a_dry_run_writes_nothing(tmp_path: Path, study: Path, inputs: Path) -> None:
    found = service.survey([str(inputs), str(tmp_path / "nowhere")], study, str(tmp_path / "out"), TWO)
    assert not (tmp_path / "out").exists()
    assert [(item.form, item.files) for item in found.started.inputs] == [("interviews", 5), ("rows", 1)]
    assert (found.started.known, found.started.unsplit, found.started.before) == (1, 1, 0)
    assert len(found.refused) == 1
    run(inputs, study, tmp_path / "out")
    before = outcome(tmp_path / "out")
    found = service.survey([str(inputs)], study, str(tmp_path / "out"), TWO)
    assert (found.started.known, found.started.unsplit) == (found.started.before, 0)
    assert outcome(tmp_path / "out") == before
    with pytest.raises(BatchError, match="belongs to another run: it was begun with --partition 10"):
        service.survey([str(inputs)], study, str(tmp_path / "out"), replace(TWO, partition=11))


def test_parquet_of_a_run_has_one_schema(tmp_path: Path, study: Path, inputs: Path) -> None:
    run(inputs, study, tmp_path / "out")
    schemas = {str(parquet.read_schema(path).remove_metadata()) for path in (tmp_path / "out" / "texts").iterdir()}
    assert len(schemas) == 1


def test_a_full_disk_is_said_and_the_run_goes_on_when_there_is_room(
    tmp_path: Path, study: Path, inputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(inputs, study, tmp_path / "whole")
    written: list[str] = []
    write = places._write_local

    def full(path: Path, data: bytes) -> None:
        written.append(path.name)
        if len(written) == 6:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(places, "_write_local", full)
        with pytest.raises(BatchError, match="The disk is full"):
            run(inputs, study, tmp_path / "out")
    summary, _ = run(inputs, study, tmp_path / "out")
    assert summary.texts
    assert outcome(tmp_path / "out") == outcome(tmp_path / "whole")


def test_files_none_of_which_can_be_read_are_done_too(tmp_path: Path, study: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text("")
    first, _ = run(folder, study, tmp_path / "out")
    again, told = run(folder, study, tmp_path / "out")
    assert first.refused == again.refused
    assert [Path(item.path).name for item in first.refused] == ["a.txt", "b.txt"]
    assert (again.before, again.texts) == (1, 0)
    assert not any(isinstance(item, Done) for item in told)
