"""Themes without a study: found in a sample, applied to everything, and honest about how far that holds."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pyarrow import parquet

from themescout.batch import service
from themescout.batch.events import Done, Options, Preparing, Remark
from themescout.batch.inputs import listing
from themescout.batch.places import Place
from themescout.batch.sampling import drawing, sampled
from themescout.errors import BatchError
from themescout.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from themescout.batch.events import Event, Summary

TOPICS = (
    "water well pump bucket river spring bore tank tap drink",
    "school teacher pupil lesson exam desk chalk reading grade classroom",
    "malaria mosquito fever net nurse clinic spray dose insecticide parasite",
)
OPTIONS = Options(partition=50, workers=1, sample=90)
QUICK = {"THEMESCOUT_EMBED_MODEL": "ngrams", "THEMESCOUT_DISCOVER_RUNS": "5"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The quick embedder and few runs, here and in workers."""
    for name, value in QUICK.items():
        monkeypatch.setenv(name, value)


def sentences(count: int, topics: tuple[str, ...] = TOPICS) -> Iterator[tuple[int, str]]:
    """Topic and text, by turns."""
    rng = random.Random(11)  # noqa: S311  # texts, not secrets
    for number in range(count):
        topic = number % len(topics)
        yield topic, f"The {' '.join(rng.sample(topics[topic].split(), 6))} of village {number}."


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """360 different texts of three topics in 36 documents, one of them twice, and one empty."""
    rows = [
        {"text": text, "doc": f"d{i // 10}", "id": f"{topic}-{i}"} for i, (topic, text) in enumerate(sentences(360))
    ]
    return write(tmp_path_factory.mktemp("in"), [*rows, rows[0] | {"id": "0-again"}, {"text": " ", "id": "9-empty"}])


def write(folder: Path, rows: list[dict[str, str]], name: str = "table.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def run(table: Path, folder: Path, options: Options = OPTIONS) -> tuple[Summary, list[Event]]:
    told: list[Event] = []
    return service.run([str(table)], None, str(folder), options, told.append), told


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, table: Path) -> Path:
    """The folder of an undisturbed run over the table. Not to be touched."""
    folder = tmp_path_factory.mktemp("done") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("THEMESCOUT_EMBED_ENGINE", raising=False)  # as for each test
        for name, value in QUICK.items():
            patch.setenv(name, value)
        service.run([str(table)], None, str(folder), OPTIONS)
    return folder


def rows(folder: Path) -> list[dict[str, Any]]:
    return [row for path in sorted((folder / "texts").iterdir()) for row in parquet.read_table(path).to_pylist()]


def outcome(folder: Path) -> dict[str, bytes]:
    """Every file of a run's folder; the manifest without what it says of time."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    manifest = json.loads(found.pop("manifest.json"))
    del manifest["timing"]
    return found | {"manifest.json": json.dumps(manifest).encode()}


def report(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "sample.json").read_text("utf-8"))


def themes(folder: Path) -> list[dict[str, str]]:
    with (folder / "themes.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_planted_groups_are_found_in_the_sample_and_the_rest_is_assigned_to_them(table: Path, tmp_path: Path) -> None:
    summary, told = run(table, tmp_path / "out")
    found = rows(tmp_path / "out")
    assert len(found) == summary.texts == 362
    by_theme: dict[int, Counter[str]] = {}
    for row in found:
        by_theme.setdefault(row["theme"], Counter())[row["unit"][0]] += 1
    by_theme.pop(-1)
    for counted in by_theme.values():
        assert counted.most_common(1)[0][1] > 0.95 * counted.total()
    assert summary.codes == ()
    assert {counted.most_common(1)[0][0] for counted in by_theme.values()} == {"0", "1", "2"}
    assert sum(row["theme"] < 0 for row in found) < 40
    assert [(row["theme"], row["reason"]) for row in found if row["unit"] == "9-empty"] == [(-1, "empty")]
    assert any(isinstance(event, Remark) and "Drew 90 of 360 different texts" in event.sentence for event in told)
    assert {event.what for event in told if isinstance(event, Preparing)} == {"vectors", "themes", "again"}


def test_what_only_a_codebook_could_say_is_left_empty(done: Path) -> None:
    for row in rows(done):
        assert [row[name] for name in ("kind", "kind_p", "code", "p", "set")] == [None] * 5
        assert (row["suggestions"], row["abstained"]) == ([], False)
    assert not (done / "codes.csv").exists()


def test_the_table_of_themes_shows_words_quotes_and_whether_it_was_found_again(done: Path, table: Path) -> None:
    given = {(row["unit"], row["text"]) for row in rows(done)}
    held, plain = themes(done), report(done)
    assert sum(int(row["texts"]) for row in held) == 362
    for row in held:
        if row["theme"] == "-1":
            assert row["words"] == row["exemplar_1"] == row["found_again"] == ""
            continue
        assert row["words"]
        assert 0 <= int(row["found_in"]) <= int(row["runs"]) == 5
        for number in "123":
            assert (row[f"exemplar_{number}_unit"], row[f"exemplar_{number}"]) in given
            assert row[f"exemplar_{number}_source"] == str(table)
    again = [row["found_again"] for row in held if row["theme"] != "-1"]
    assert again.count("yes") == plain["found_again"] > 0
    assert sum(float(row["in_sample"]) for row in held) == pytest.approx(1, abs=1e-5)
    assert sum(theme["share_in_sample"] for theme in plain["themes"]) == pytest.approx(
        1 - plain["sample"]["in_no_theme"], abs=1e-3
    )
    manifest = json.loads((done / "manifest.json").read_text("utf-8"))
    assert manifest["sample"] == plain
    assert manifest["settings"]["discover"]["runs"] == 5


def test_a_sample_like_the_rest_gives_no_warning(done: Path) -> None:
    plain = report(done)
    assert (plain["distinct_texts"], plain["sample"]["texts"], plain["second_sample"]["texts"]) == (360, 90, 90)
    assert plain["adjusted_rand"] > 0.5
    assert plain["warnings"] == []


def test_a_rest_unlike_the_sample_is_warned_of(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fair = drawing.rank
    late = 1 << 127

    def unfair(seed: int, text: str) -> int:
        """Texts on malaria come last."""
        return (fair(seed, text) >> 1) + (late if any(word in TOPICS[2].split() for word in text.split()) else 0)

    monkeypatch.setattr(drawing, "rank", unfair)
    summary, _ = run(table, tmp_path / "out", replace(OPTIONS, sample=240))
    plain = report(tmp_path / "out")
    assert (plain["sample"]["texts"], plain["second_sample"]["texts"]) == (240, 120)
    assert plain["second_sample"]["nearest_five"]["edge"] < plain["sample"]["nearest_five"]["edge"] - 0.05
    assert any("the rest lies farther from the sample" in sentence for sentence in summary.sample)


def test_themes_that_another_sample_would_not_give_are_warned_of(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampled.speaking, "agreement", lambda placed, found: 0.49)
    summary, _ = run(table, tmp_path / "out")
    again = [row["theme"] for row in themes(tmp_path / "out") if row["found_again"] == "yes"]
    assert "adjusted Rand index of 0.49" in summary.sample[2]
    assert again
    assert f"were found again ({', '.join(again)})." in summary.sample[2]
    assert any("another sample of this size would give other themes" in sentence for sentence in summary.sample)


def test_few_texts_are_shared_out_and_it_is_said(tmp_path: Path) -> None:
    table = write(tmp_path, [{"text": text} for _, text in sentences(60)])
    summary, told = run(table, tmp_path / "out")
    assert "in 40 of 60 different texts" in summary.sample[0]
    assert any(isinstance(event, Remark) and "too few for two samples of 90" in event.sentence for event in told)


def test_too_few_texts_are_refused(tmp_path: Path) -> None:
    few = [{"text": text} for _, text in sentences(29)]
    table = write(tmp_path, [*few, *few, {"text": ""}])
    with pytest.raises(BatchError, match="There are 29 different texts; it takes 30"):
        run(table, tmp_path / "out")


def test_the_size_of_partitions_changes_neither_sample_nor_themes(table: Path, done: Path, tmp_path: Path) -> None:
    run(table, tmp_path / "large", replace(OPTIONS, partition=1000))
    for name in ("sample.json", "themes.csv"):
        assert (done / name).read_bytes() == (tmp_path / "large" / name).read_bytes()
    assert rows(done) == rows(tmp_path / "large")
    assert len(list((done / "texts").iterdir())) > 3


def test_one_worker_and_two_make_the_same_bytes(table: Path, done: Path, tmp_path: Path) -> None:
    run(table, tmp_path / "two", replace(OPTIONS, workers=2))
    assert outcome(done) == outcome(tmp_path / "two")


@pytest.mark.parametrize(("kind", "what"), [(Preparing, "vectors"), (Preparing, "again"), (Done, "")])
def test_interrupted_and_gone_on_with_comes_to_the_same(
    table: Path, done: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type, what: str
) -> None:
    def interrupt(event: Event) -> None:
        if isinstance(event, kind) and getattr(event, "what", "") == what:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        service.run([str(table)], None, str(tmp_path / "out"), OPTIONS, interrupt)
    if kind is Done:  # what was found is not looked for again
        monkeypatch.setattr(sampled, "fitted", None)
    run(table, tmp_path / "out")
    assert outcome(tmp_path / "out") == outcome(done)


@pytest.mark.skipif(sys.platform == "win32", reason="kills a group of processes")
def test_killed_and_gone_on_with_comes_to_the_same(table: Path, done: Path, tmp_path: Path) -> None:
    program = (
        "from themescout.batch import service; from themescout.batch.events import Options; "
        f"service.run([{str(table)!r}], None, {str(tmp_path / 'out')!r}, {OPTIONS!r})"
    )
    source = str(Path(__file__).parents[3] / "src")
    with subprocess.Popen(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": source}, start_new_session=True
    ) as process:
        until = time.monotonic() + 60
        while not list((tmp_path / "out").glob("texts/*.parquet")) and time.monotonic() < until:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
    assert not (tmp_path / "out" / "manifest.json").exists()
    run(table, tmp_path / "out")
    assert outcome(tmp_path / "out") == outcome(done)


def test_again_does_nothing_again_and_other_terms_are_another_run(
    table: Path, done: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(done, tmp_path / "out")
    before = outcome(tmp_path / "out")
    again, told = run(table, tmp_path / "out")
    assert not any(isinstance(event, Done | Preparing) for event in told)
    assert outcome(tmp_path / "out") == before
    assert "in 90 of 360" in again.sample[0]
    assert len(again.sample) == 4
    with pytest.raises(BatchError, match=r"another run: it was begun with --sample 90\."):
        run(table, tmp_path / "out", replace(OPTIONS, sample=100))
    more = write(tmp_path, [{"text": "One more."}], "more.jsonl")
    with pytest.raises(BatchError, match="another run: its sample was drawn from other inputs"):
        service.run([str(table), str(more)], None, str(tmp_path / "out"), OPTIONS)
    monkeypatch.setenv("THEMESCOUT_SEED", "5")
    with pytest.raises(BatchError, match="another run: it looked for themes with another model or other settings"):
        run(table, tmp_path / "out")
    assert outcome(tmp_path / "out") == before


def test_a_folder_that_lost_its_themes_is_not_given_others(table: Path, done: Path, tmp_path: Path) -> None:
    shutil.copytree(done, tmp_path / "out")
    (tmp_path / "out" / "yardstick.bin").unlink()
    with pytest.raises(BatchError, match=r"yardstick\.bin is missing"):
        run(table, tmp_path / "out")


def test_texts_that_do_not_go_together_are_no_themes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THEMESCOUT_DISCOVER_MIN_SIZE", "1000")
    table = write(tmp_path, [{"text": text} for _, text in sentences(40)])
    with pytest.raises(BatchError, match="There are no themes among 26 different texts"):
        run(table, tmp_path / "out")


def test_interviews_are_drawn_from_and_what_cannot_be_read_is_refused_once(table: Path, tmp_path: Path) -> None:
    talk = "Interviewer: And then?\n\nAma: {} And nobody told us why that was so.\n\n"
    (tmp_path / "talk.txt").write_text("".join(talk.format(text) for _, text in sentences(9)), "utf-8")
    (tmp_path / "empty.txt").write_text("")
    shutil.copy(table, tmp_path)
    summary, _ = run(tmp_path, tmp_path / "out")
    assert [item.path for item in summary.refused] == [str(tmp_path / "empty.txt")]
    assert "90 of 369 different texts" in summary.sample[0]


def test_a_file_that_cannot_be_reached_does_not_keep_its_neighbours_out_of_the_sample(tmp_path: Path) -> None:
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).write_text(f"Interviewer: How was it?\nP1: It went well in {name}, and people came back.\n")
    place, sources = Place(str(tmp_path / "out")), listing.sources([str(tmp_path)], rows=False).sources
    (tmp_path / "b.md").unlink()
    found = list(sampled._portions(place, sources, Settings(), 100))
    assert sum(len(portion) for portion in found) == 2
    assert {Path(source).name for portion in found for source in portion.sources} == {"a.md", "c.md"}
