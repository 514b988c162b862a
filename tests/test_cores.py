"""How many cores are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

from themescout import cores


@pytest.mark.parametrize(("asked", "count"), [("3", 3), ("0", None), ("many", None), ("", None)])
def test_the_number_of_threads_can_be_asked_for(monkeypatch: pytest.MonkeyPatch, asked: str, count: int | None) -> None:
    monkeypatch.setenv("THEMESCOUT_THREADS", asked)
    assert cores.wanted() == (count or cores.available())


@pytest.mark.skipif(sys.platform != "linux", reason="a process is bound to one core as Linux does it")
def test_a_process_bound_to_one_core_has_one() -> None:
    program = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
    program += "from themescout import cores; print(cores.available())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1"]
