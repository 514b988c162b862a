"""A run and its workers are killed at random moments. The long form: scripts/bench_batch_kills.py."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from themescout.project import Study

SCRIPTS = Path(__file__).parents[2] / "scripts"
PROGRAM = (
    f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import faked_run; faked_run.pretend(); "
    "from themescout.cli import main; main()"
)

pytestmark = pytest.mark.skipif(sys.platform == "win32" or not Path("/proc").is_dir(), reason="looks into /proc")


@pytest.mark.timeout(240)
def test_killed_runs_and_killed_workers_come_to_the_same(
    tmp_path: Path, make_study: Callable[..., Study], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import bench_batch_kills as check

    study = make_study("study", title="Fake")
    study.close()
    rows = [{"text": f"{number}: TAKE A WHILE", "doc": f"d{number // 5}"} for number in range(100)]
    table = tmp_path / "table.jsonl"
    table.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    call = check.Call((str(table),), study.folder, ("--partition", "5", "--workers", "2"), PROGRAM)
    first, took = call.timed(tmp_path / "undisturbed")
    assert len(check.finished(tmp_path / "undisturbed")) == 20
    rng = random.Random(20120529)  # noqa: S311  # moments, not secrets
    assert check.kill_runs(call, tmp_path, kills=4, moments=(0.7 * first, took), rng=rng) == []
    assert check.kill_workers(call, tmp_path, kills=3, pause=(0.2, 1.0), rng=rng) == []
    left = [path.name for path in tmp_path.rglob("*.half")]
    assert left == []
