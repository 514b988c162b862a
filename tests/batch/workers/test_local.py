"""Processes of this computer: each partition once, whoever dies; nobody is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))  # spawned processes import the same module
import fakes

from themescout.batch.workers.local import LocalWorkers
from themescout.errors import BatchError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from themescout.batch.model import Partition


def names(count: int) -> list[str]:
    return [f"{number:05}" for number in range(count)]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[-1].split()[0] != "Z"
    except OSError:
        return False


def test_each_partition_has_one_receipt_and_each_worker_one_thread(tmp_path: Path) -> None:
    work = fakes.Noted(tmp_path)
    done = list(LocalWorkers(2).do(work, map(fakes.partition, range(9)), fakes.lost))
    assert sorted(receipt.partition for receipt in done) == names(9)
    notes = [path.read_text().split() for path in tmp_path.iterdir()]
    assert {threads for _, threads in notes} == {"1"}
    assert str(os.getpid()) not in {pid for pid, _ in notes}
    assert "THEMESCOUT_THREADS" not in os.environ


def test_partitions_are_drawn_only_as_workers_become_free(tmp_path: Path) -> None:
    drawn: list[int] = []

    def line() -> Iterator[Partition]:
        for number in range(8):
            drawn.append(number)
            yield fakes.partition(number)

    receipts = LocalWorkers(2).do(fakes.Noted(tmp_path), line(), fakes.lost)
    for count, _ in enumerate(receipts, start=1):
        assert len(drawn) <= count + 2 * 2 + 1


def test_what_killed_workers_leave_among_temporary_files_is_removed(tmp_path: Path) -> None:
    running = LocalWorkers(2).do(fakes.LeavesACopy(tmp_path), map(fakes.partition, range(40)), fakes.lost)
    for _ in range(4):
        next(running)
    running.close()  # type: ignore[attr-defined]  # a generator
    copies = [Path(note.read_text()) for note in tmp_path.glob("*.note")]
    assert len(copies) >= 4
    assert len({copy.parent for copy in copies}) == 1
    assert not copies[0].parent.exists()
    assert Path(tempfile.gettempdir()) == copies[0].parents[1]


def test_nothing_to_do_starts_nobody(tmp_path: Path) -> None:
    assert list(LocalWorkers(2).do(fakes.Noted(tmp_path), [], fakes.lost)) == []


def test_a_partition_whose_worker_dies_is_tried_again_while_nobody_else_works(tmp_path: Path) -> None:
    work = fakes.Noted(tmp_path, once=("00001", "00004"), takes_s=0.02)
    done = list(LocalWorkers(2).do(work, map(fakes.partition, range(8)), fakes.lost))
    assert sorted(receipt.partition for receipt in done) == names(8)
    assert not any(receipt.refused for receipt in done)
    assert len(list(tmp_path.glob("*.died"))) == 2
    for name in work.once:
        last = max(int(path.name.split(".")[1]) for path in tmp_path.glob(f"{name}.*"))
        others = [path for path in tmp_path.iterdir() if path.name[:5] != name and not path.name.endswith("died")]
        begun = [int(path.name.split(".")[1]) for path in others]
        assert not any(abs(last - other) < 0.02e9 for other in begun)


def test_who_kills_its_worker_four_times_is_given_up_and_the_rest_goes_on(tmp_path: Path) -> None:
    work = fakes.Noted(tmp_path, dies=("00002",))
    done = {
        receipt.partition: receipt for receipt in LocalWorkers(2).do(work, map(fakes.partition, range(6)), fakes.lost)
    }
    assert sorted(done) == names(6)
    assert [name for name, receipt in done.items() if receipt.refused] == ["00002"]
    assert "SIGKILL" in done["00002"].refused[0].sentence
    assert len(list(tmp_path.glob("00002.*.died"))) == 4


def test_an_error_that_ends_the_run_comes_through_with_its_hint(tmp_path: Path) -> None:
    with pytest.raises(BatchError, match="disk is full") as caught:
        list(LocalWorkers(2).do(fakes.Noted(tmp_path, stops="00003"), map(fakes.partition, range(9)), fakes.lost))
    assert caught.value.hint == "Make room."


def test_workers_that_die_before_they_work_end_the_run(tmp_path: Path) -> None:
    with pytest.raises(BatchError, match="exit code 7"):
        list(LocalWorkers(2).do(fakes.Noted(tmp_path, stillborn=True), map(fakes.partition, range(9)), fakes.lost))


def test_workers_are_gone_when_nobody_wants_more_receipts(tmp_path: Path) -> None:
    receipts = LocalWorkers(2).do(fakes.Noted(tmp_path), map(fakes.partition, range(50)), fakes.lost)
    next(receipts)
    receipts.close()
    pids = {int(path.read_text().split()[0]) for path in tmp_path.iterdir()}
    assert not any(alive(pid) for pid in pids)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc")
def test_workers_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent(f"""
        import sys
        sys.path.insert(0, {str(Path(__file__).parents[1])!r})
        import fakes
        from pathlib import Path
        from themescout.batch.workers.local import LocalWorkers
        if __name__ == "__main__":
            work = fakes.Noted(Path({str(tmp_path / "notes")!r}), takes_s=0.3)
            for receipt in LocalWorkers(2).do(work, map(fakes.partition, range(1000)), fakes.lost):
                pass
        """)
    )
    notes = tmp_path / "notes"
    notes.mkdir()
    parent = subprocess.Popen([sys.executable, str(script)])
    while len(pids := {int(path.read_text().split()[0] or 0) for path in notes.iterdir()} - {0}) < 2:
        time.sleep(0.02)
        assert parent.poll() is None
    assert all(alive(pid) for pid in pids)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 10
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(alive(pid) for pid in pids)
