"""A scheduler and workers in processes of their own, as a person would start them by hand."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


class ByHand:
    """Starts `dask scheduler` and `dask worker`; `address` is where the scheduler is or will be."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self._folder = folder
        self._started: list[subprocess.Popen[bytes]] = []

    def _start(self, what: str, *args: str) -> subprocess.Popen[bytes]:
        paths = os.pathsep.join((str(ROOT / "src"), str(Path(__file__).parent)))
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--no-dashboard", *args]
        with (self._folder / f"{what}-{len(self._started)}.log").open("wb") as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self._folder, env={**os.environ, "PYTHONPATH": paths}
            )
        self._started.append(process)
        return process

    def scheduler(self) -> subprocess.Popen[bytes]:
        process = self._start("scheduler", "--host", "127.0.0.1", "--port", str(self.port))
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return process
            time.sleep(0.05)
        raise TimeoutError("the scheduler did not start")

    def worker(self, *args: str, nanny: bool = False) -> subprocess.Popen[bytes]:
        """Without a nanny the process itself is the worker, and nobody starts it again."""
        fixed = ("--nthreads", "1", "--memory-limit", "0", "--nanny" if nanny else "--no-nanny")
        return self._start("worker", self.address, *fixed, *args)

    def end(self) -> None:
        for process in reversed(self._started):
            process.send_signal(signal.SIGTERM)
        for process in self._started:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def by_hand(tmp_path: Path) -> Iterator[ByHand]:
    """Nothing is running yet; all that the test starts is ended."""
    made = ByHand(tmp_path)
    yield made
    made.end()
