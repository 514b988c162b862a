"""A process and all that it starts: seconds, seconds of all cores together, and the peak of memory. Needs /proc."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_EVERY = 0.1  # seconds between two looks at memory
_KIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A process with its children.

    Attributes:
        code: exit code.
        seconds: of wall clock, from start to exit.
        processor: seconds of processor, added up over processes and cores.
        peak: most bytes that all processes held at one of the moments looked at; memory that they share counts in each.
        bound: the peaks of all processes added up, bytes: no moment can have had more.
    """

    code: int
    seconds: float
    processor: float
    peak: int
    bound: int


def watch(command: Sequence[str]) -> Watched:
    """Run it to its end; its stdout is dropped."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak, highest = 0, dict[int, int]()
    while True:
        # With what it started and waited for, as `process.wait` would not tell.
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        held = 0
        for pid in tree(process.pid):
            now, most = memory(pid)
            held += now
            highest[pid] = max(most, highest.get(pid, 0))
        peak = max(peak, held)
        time.sleep(_EVERY)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Watched(
        code=process.returncode, seconds=time.perf_counter() - began, processor=used.ru_utime + used.ru_stime,
        peak=peak, bound=sum(highest.values()),
    )  # fmt: skip


def tree(root: int) -> list[int]:
    """Process ids of a process and of all below it."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            below.setdefault(parent, []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += below.get(pid, [])
    return found


def memory(pid: int) -> tuple[int, int]:
    """Bytes that a process holds now, and the most that it held; 0 where it has ended."""
    try:
        lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
        return int(lines["VmRSS"].split()[0]) * _KIB, int(lines["VmHWM"].split()[0]) * _KIB
    except (OSError, KeyError):
        return 0, 0
