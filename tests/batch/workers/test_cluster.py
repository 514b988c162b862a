"""Dask: everything is done once, whoever dies; nobody works who is not like the client; each refusal is a sentence."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from themescout.batch.model import Partition, Receipt
from themescout.batch.workers import cluster as module
from themescout.batch.workers.cluster import DaskWorkers
from themescout.errors import BatchError

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def doubles(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Works that workers can import."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    import dask_doubles

    return dask_doubles


def partitions(count: int) -> Iterator[Partition]:
    return (Partition(name=f"{i:05}", sources=()) for i in range(count))


def names(count: int) -> list[str]:
    return [partition.name for partition in partitions(count)]


def written(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.txt"))


def begun(folder: Path) -> Counter[str]:
    """How often work at each partition began."""
    return Counter(line.split()[0] for line in (folder / "log").read_text().splitlines())


def done(receipts: list[Receipt]) -> list[str]:
    return sorted(receipt.partition for receipt in receipts)


def test_two_processes_do_everything_once_and_draw_only_what_they_need(doubles: Any, tmp_path: Path) -> None:
    drawn, receipts, ahead = 0, [], 0

    def counted() -> Iterator[Partition]:
        nonlocal drawn
        for partition in partitions(60):
            drawn += 1
            yield partition

    for receipt in DaskWorkers(None, 2).do(doubles.WritesAFile(str(tmp_path), 0.01), counted(), doubles.lost):
        receipts.append(receipt)
        ahead = max(ahead, drawn - len(receipts))
    assert done(receipts) == written(tmp_path) == names(60)
    assert set(begun(tmp_path).values()) == {1}
    assert len({receipt.words for receipt in receipts}) == 2  # both worked
    assert ahead <= 5


def test_a_deadly_partition_is_lost_alone(doubles: Any, tmp_path: Path) -> None:
    work = doubles.WritesAFile(str(tmp_path), 0.05, deadly=("00003",))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of taken ports, of other versions
        receipts = list(DaskWorkers(None, 2).do(work, partitions(12), doubles.lost))
    assert done(receipts) == names(12)
    assert written(tmp_path) == [name for name in names(12) if name != "00003"]
    (refused,) = [refusal for receipt in receipts for refusal in receipt.refused]
    assert (refused.path, "died" in refused.sentence) == ("00003", True)
    assert begun(tmp_path)["00003"] == 4


def test_what_a_worker_raises_is_raised_here(doubles: Any, tmp_path: Path) -> None:
    work = doubles.WritesAFile(str(tmp_path), failing="00001")
    with pytest.raises(BatchError, match="disk is full") as caught:
        list(DaskWorkers(None, 1).do(work, partitions(3), doubles.lost))
    assert caught.value.hint == "Make room."


@pytest.mark.parametrize(
    ("dies", "sentence"),
    [(False, r"gets no work: There is no /runs/out/yardstick\.bin\."), (True, "4 workers in a row")],
)
def test_workers_that_cannot_load_the_work_are_a_sentence(doubles: Any, dies: bool, sentence: str) -> None:
    with pytest.raises(BatchError, match=sentence):
        list(DaskWorkers(None, 2).do(doubles.CannotLoad(dies), partitions(3), doubles.lost))


def test_without_partitions_nobody_is_asked(doubles: Any, tmp_path: Path) -> None:
    workers = DaskWorkers("tcp://127.0.0.1:1", 0)
    assert list(workers.do(doubles.WritesAFile(str(tmp_path)), partitions(0), doubles.lost)) == []


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "tcp//127.0.0.1:8786", "tcp://:8786", "http://127.0.0.1:8786", "tcp://h:99999", ""]
)
def test_a_malformed_address_is_a_sentence(doubles: Any, tmp_path: Path, address: str) -> None:
    with pytest.raises(BatchError, match="is no address"):
        list(DaskWorkers(address, 0).do(doubles.WritesAFile(str(tmp_path)), partitions(1), doubles.lost))


def test_a_scheduler_that_cannot_be_reached_is_a_sentence(
    doubles: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("themescout.batch.workers.cluster.CONNECT", 1.0)
    began = time.monotonic()
    with pytest.raises(BatchError, match="No scheduler answers at tcp:"):
        list(DaskWorkers("tcp://127.0.0.1:1", 0).do(doubles.WritesAFile(str(tmp_path)), partitions(1), doubles.lost))
    assert time.monotonic() - began < 5
    assert capfd.readouterr() == ("", "")


def test_tls_without_certificates_is_a_sentence(doubles: Any, tmp_path: Path) -> None:
    with pytest.raises(BatchError, match="no certificates for tls:"):
        list(DaskWorkers("tls://127.0.0.1:1", 0).do(doubles.WritesAFile(str(tmp_path)), partitions(1), doubles.lost))


def test_a_worker_of_another_version_gets_nothing(doubles: Any, tmp_path: Path, by_hand: Any) -> None:
    """And a scheduler where all are of another version is refused."""
    by_hand.scheduler()
    preload = tmp_path / "older.py"
    preload.write_text("import themescout\nthemescout.__version__ = '0.0.1'\n")
    by_hand.worker("--preload", str(preload))
    folder = tmp_path / "out"
    folder.mkdir()
    told: list[str] = []
    workers = DaskWorkers(by_hand.address, 0, told.append)
    with pytest.raises(BatchError, match=r"themescout 0\.0\.1 instead of"):
        list(workers.do(doubles.WritesAFile(str(folder)), partitions(4), doubles.lost))
    right = by_hand.worker("--name", "right")
    log = logging.getLogger("distributed")
    level = log.level
    deadline = time.monotonic() + 20
    while "Registered" not in (tmp_path / "worker-2.log").read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    receipts = list(workers.do(doubles.WritesAFile(str(folder)), partitions(4), doubles.lost))
    assert {receipt.words for receipt in receipts} == {right.pid}
    assert written(folder) == names(4)
    assert len(told) == 2
    assert log.level == level


def test_a_scheduler_without_workers_is_a_sentence(
    doubles: Any, tmp_path: Path, by_hand: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("themescout.batch.workers.crew.FIRST", 1.0)
    by_hand.scheduler()
    with pytest.raises(BatchError, match="has no workers"):
        list(DaskWorkers(by_hand.address, 0).do(doubles.WritesAFile(str(tmp_path)), partitions(1), doubles.lost))


def test_workers_come_and_go_and_the_scheduler_returns(doubles: Any, tmp_path: Path, by_hand: Any) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    scheduler, first = by_hand.scheduler(), by_hand.worker()
    receipts = []
    running = DaskWorkers(by_hand.address, 0).do(doubles.WritesAFile(str(folder), 0.05), partitions(40), doubles.lost)
    for receipt in running:
        receipts.append(receipt)
        if len(receipts) == 5:  # one more comes, the first is killed
            by_hand.worker("--name", "second")
        if len(receipts) == 8:
            first.kill()
        if len(receipts) == 20:  # the scheduler is gone, and its workers end by themselves
            scheduler.kill()
            scheduler.wait()
            by_hand.scheduler()
            by_hand.worker()
    assert done(receipts) == written(folder) == names(40)
    assert not any(receipt.refused for receipt in receipts)


def test_workers_that_all_leave_are_waited_for_and_then_it_is_a_sentence(
    doubles: Any, tmp_path: Path, by_hand: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("themescout.batch.workers.crew.PATIENCE", 1.0)
    by_hand.scheduler()
    worker = by_hand.worker()
    running = DaskWorkers(by_hand.address, 0).do(
        doubles.WritesAFile(str(tmp_path), 0.02), partitions(500), doubles.lost
    )
    next(running)
    worker.kill()
    with pytest.raises(BatchError, match="No worker is left") as caught:
        list(running)
    assert "same command goes on" in caught.value.hint


def test_a_scheduler_that_stays_away_is_a_sentence(
    doubles: Any, tmp_path: Path, by_hand: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("themescout.batch.workers.cluster.RETURN", 1.0)
    monkeypatch.setattr("themescout.batch.workers.cluster.CONNECT", 0.9)
    scheduler = by_hand.scheduler()
    by_hand.worker()
    running = DaskWorkers(by_hand.address, 0).do(
        doubles.WritesAFile(str(tmp_path), 0.02), partitions(500), doubles.lost
    )
    next(running)
    scheduler.kill()
    with pytest.raises(BatchError, match="is gone") as caught:
        list(running)
    assert "same command goes on" in caught.value.hint
    assert capfd.readouterr() == ("", "")


def test_interrupted_it_ends_its_processes_and_says_nothing(tmp_path: Path) -> None:
    script = tmp_path / "interrupted.py"
    script.write_text(
        f"import signal, sys\nsys.path.insert(0, {str(Path(__file__).parents[1])!r})\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # it may be ignored by whoever runs the tests
        "import dask_doubles\nfrom themescout.batch.workers.cluster import DaskWorkers\n"
        "from themescout.batch.model import Partition\n"
        "if __name__ == '__main__':\n"
        f"    work = dask_doubles.WritesAFile({str(tmp_path)!r}, 0.2)\n"
        "    endless = (Partition(name=f'{i:05}', sources=()) for i in range(10**9))\n"
        "    try:\n"
        "        for receipt in DaskWorkers(None, 2).do(work, endless, dask_doubles.lost):\n"
        "            print(receipt.words, flush=True)\n"
        "    except KeyboardInterrupt:\n"
        "        sys.exit(7)\n"
    )
    process = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    workers = {int(process.stdout.readline()) for _ in range(6)}
    os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: to all of them
    _, said = process.communicate(timeout=60)  # two seconds, on a machine that does nothing else
    assert (process.returncode, said) == (7, "")
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


def test_a_process_that_does_not_end_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    class Cluster:
        def close(self, timeout: float) -> NoReturn:
            assert timeout == module.CLOSE
            raise TimeoutError(f"timed out after {timeout} s.")

    monkeypatch.setattr(module, "LocalCluster", lambda **_: Cluster())
    with module._processes(1) as cluster:
        assert isinstance(cluster, Cluster)
