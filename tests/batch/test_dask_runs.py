"""Whole runs on Dask: the bytes of a local run, with workers killed too. Long form: scripts/bench_dask_kills.py."""

from __future__ import annotations

import json
import random
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from themescout import project, settings
from themescout.batch import service
from themescout.batch.events import Done, Options, Remark, Summary
from themescout.cli.main import main
from themescout.pipeline import adding, stages

if TYPE_CHECKING:
    from collections.abc import Callable

    from themescout.project import Study

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "demo"
FAKED = (
    f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import faked_run; faked_run.pretend(); "
    "from themescout.cli import main; main()"
)

pytestmark = pytest.mark.skipif(sys.platform == "win32" or not Path("/proc").is_dir(), reason="looks into /proc")


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import bench_dask_kills

    return bench_dask_kills


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, two_codes: str) -> Path:
    """A study of two interviews, run."""
    quick = settings.changed(settings.Settings(), "embed", model="ngrams")
    quick = settings.changed(quick, "discover", reducer="pca", runs=3)
    quick = settings.changed(quick, "study", codebook="small.yaml")
    folder = tmp_path_factory.mktemp("dask") / "study"
    with project.create(folder, quick) as study:
        (folder / "small.yaml").write_text(two_codes, "utf-8")
        adding.add(study, [DEMO / "wave1" / "KI02.txt", DEMO / "wave1" / "KI05.md"], wave="wave1")
        for stage in (stages.cut, stages.embed_all, stages.discover, stages.suggest):
            stage(study)
    return folder


@pytest.mark.enable_socket
def test_local_and_dask_write_the_same_bytes(check: Any, finished: Path, tmp_path: Path, by_hand: Any) -> None:
    """A table and interviews; two local processes, and two workers started by hand, besides one that is older."""
    rows = [{"text": f"Row {i}: the money never came for the {i % 7} nurses.", "doc": f"d{i // 5}"} for i in range(300)]
    table = tmp_path / "table.jsonl"
    table.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    inputs = [str(table), str(DEMO / "wave2")]
    preload = tmp_path / "older.py"
    preload.write_text("import themescout\nthemescout.__version__ = '0.0.1'\n")
    by_hand.scheduler()
    by_hand.worker("--preload", str(preload))
    by_hand.worker()
    by_hand.worker()
    told: dict[str, list[Any]] = {}
    options = {
        "local": Options(partition=50, workers=2),
        "hand": Options(partition=50, scheduler=by_hand.address),
    }
    for name, given in options.items():
        told[name] = []
        service.run(inputs, finished, str(tmp_path / name), given, told[name].append)
    assert check.outcome(tmp_path / "hand") == check.outcome(tmp_path / "local")
    for events in told.values():
        partitions = [event.partition for event in events if isinstance(event, Done)]
        assert len(partitions) == len(set(partitions)) == 7
        assert isinstance(events[-1], Summary)
    (remark,) = [event for event in told["hand"] if isinstance(event, Remark)]
    assert "themescout 0.0.1 instead of" in remark.sentence


@pytest.mark.timeout(240)
def test_killed_dask_workers_come_to_the_same(check: Any, tmp_path: Path, make_study: Callable[..., Study]) -> None:
    study = make_study("study", title="Fake")
    study.close()
    rows = [{"text": f"{number}: TAKE A WHILE", "doc": f"d{number // 5}"} for number in range(120)]
    table = tmp_path / "table.jsonl"
    table.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    call = check.Call((str(table),), study.folder, ("--partition", "5", "--workers", "2"), FAKED)
    call.timed(tmp_path / "undisturbed")
    on_dask = replace(call, options=(*call.options, *check.DASK))
    rng = random.Random(3)  # noqa: S311  # moments, not secrets
    assert check.kill_workers(on_dask, tmp_path, kills=2, pause=(0.1, 0.4), rng=rng) == []
    assert list(tmp_path.rglob("*.half")) == []


@pytest.mark.enable_socket
def test_a_scheduler_that_cannot_be_reached_ends_the_command_with_a_sentence(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("themescout.batch.workers.cluster.CONNECT", 0.5)
    options = ["--study", str(finished), "-o", str(tmp_path / "out"), "--scheduler", "tcp://127.0.0.1:1"]
    done = CliRunner().invoke(main, ["batch", str(DEMO / "wave2"), *options])
    assert done.exit_code == 1
    assert "No scheduler answers at tcp://127.0.0.1:1." in done.stderr
