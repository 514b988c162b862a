"""Kill batch runs and their workers at random moments; the outcome must be that of an undisturbed run, byte for byte.

    python scripts/bench_batch_kills.py STUDY INPUT... [--kills 20] [--worker-kills 10] [--partition 256]

STUDY must have been run; it is only read. The process of a run gets SIGKILL and is started again until it ends; then
the next run, until there were enough kills. In another run its workers get it, one at a time. Compared is everything
in the folder but the manifest's section `timing`; no finished file may have been written again. Exit code 0: all of
this is so. Needs /proc.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

MAIN = "from themescout.cli import main; main()"
WELL = {0, 3}  # exit codes of a run that came to its end


@dataclass(frozen=True, slots=True)
class Call:
    """A batch command without its folder; `program` is the Python code that is run."""

    inputs: tuple[str, ...]
    study: Path
    options: tuple[str, ...] = ()
    program: str = MAIN

    def start(self, folder: Path) -> subprocess.Popen[bytes]:
        """Start it with this folder."""
        command = [sys.executable, "-c", self.program, "batch", *self.inputs, "--study", str(self.study)]
        return subprocess.Popen(
            [*command, "-o", str(folder), *self.options], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )

    def timed(self, folder: Path) -> tuple[float, float]:
        """Run it to its end: seconds until the first partition is there, and until the end."""
        began, first = time.monotonic(), 0.0
        process = self.start(folder)
        while process.poll() is None:
            if not first and finished(folder):
                first = time.monotonic() - began
            time.sleep(0.01)
        if process.returncode not in WELL:
            raise SystemExit(f"the undisturbed run failed: {_errors(process)}")
        return first, time.monotonic() - began


def finished(folder: Path) -> dict[str, int]:
    """Files of finished partitions, with the time of their last change in nanoseconds."""
    texts = folder / "texts"
    return {path.name: path.stat().st_mtime_ns for path in texts.glob("[!.]*")} if texts.is_dir() else {}


def outcome(folder: Path) -> dict[str, str]:
    """SHA-256 of everything in a run's folder but its lock, and but what the manifest says of time."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name == ".lock":
            continue
        data = path.read_bytes()
        if path.name == "manifest.json":
            held = json.loads(data)
            del held["timing"]
            data = json.dumps(held).encode()
        found[str(path.relative_to(folder))] = hashlib.sha256(data).hexdigest()
    return found


def workers(parent: int) -> list[int]:
    """Process ids of the workers of a run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                state, ppid = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if int(ppid) == parent and state != "Z" and b"spawn_main" in command:
                found.append(int(entry.name))
    return sorted(found)


def kill_runs(call: Call, top: Path, *, kills: int, moments: tuple[float, float], rng: random.Random) -> list[str]:
    """Kill and start again until there were enough kills; what is wrong, in sentences.

    `moments`: the earliest and the latest after the start, in seconds.
    """
    wrong: list[str] = []
    count, number = 0, 0
    want = outcome(top / "undisturbed")
    while count < kills:
        folder = top / f"killed-{number}"
        number += 1
        before: dict[str, int] = {}
        while True:
            process = call.start(folder)
            if count < kills and _killed(process, rng.uniform(*moments)):
                count += 1
            elif process.wait() not in WELL:
                return [*wrong, f"after a kill it does not go on: {_errors(process)}"]
            now = finished(folder)
            if any(now.get(name) != changed for name, changed in before.items()):
                wrong.append(f"{folder.name}: a finished partition was done again")
            before = now
            if process.returncode in WELL:
                break
        if outcome(folder) != want:
            wrong.append(f"{folder.name} differs from the undisturbed run: {_difference(outcome(folder), want)}")
    return wrong


def kill_workers(call: Call, top: Path, *, kills: int, pause: tuple[float, float], rng: random.Random) -> list[str]:
    """Kill one worker after another, with a pause between, in as many runs as that takes; what is wrong."""
    wrong: list[str] = []
    count, number = 0, 0
    want = outcome(top / "undisturbed")
    while count < kills:
        folder = top / f"bereft-{number}"
        number += 1
        process = call.start(folder)
        while process.poll() is None:
            time.sleep(rng.uniform(*pause))
            there = workers(process.pid)
            if there and finished(folder) and count < kills:
                os.kill(rng.choice(there), signal.SIGKILL)
                count += 1
        if process.returncode not in WELL:
            wrong.append(f"{folder.name} failed: {_errors(process)}")
        elif outcome(folder) != want:
            wrong.append(f"{folder.name} differs from the undisturbed run: {_difference(outcome(folder), want)}")
    return wrong


def _killed(process: subprocess.Popen[bytes], after_s: float) -> bool:
    try:
        process.wait(after_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def _errors(process: subprocess.Popen[bytes]) -> str:
    return process.stderr.read().decode(errors="replace").strip()[-500:] if process.stderr else ""


def _difference(found: dict[str, str], want: dict[str, str]) -> str:
    names = sorted(name for name in {*found, *want} if found.get(name) != want.get(name))
    return ", ".join(names[:5])


def main() -> int:
    """Run, kill, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", type=Path)
    parser.add_argument("inputs", nargs="+")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--worker-kills", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--partition", type=int, default=256)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng = random.Random(given.seed)  # noqa: S311  # moments, not secrets
    options = ("--workers", str(given.workers), "--partition", str(given.partition))
    call = Call(tuple(given.inputs), given.study, options)
    with tempfile.TemporaryDirectory() as temporary:
        top = Path(temporary)
        first, took = call.timed(top / "undisturbed")
        print(f"undisturbed: {len(finished(top / 'undisturbed'))} partitions, first after {first:.1f} s, {took:.1f} s")
        wrong = kill_runs(call, top, kills=given.kills, moments=(0.3, took), rng=rng)
        print(f"{given.kills} kills of the run: {'; '.join(wrong) or 'as undisturbed, nothing twice'}")
        more = kill_workers(call, top, kills=given.worker_kills, pause=(0.2, max(1.0, first)), rng=rng)
        print(f"{given.worker_kills} kills of workers: {'; '.join(more) or 'as undisturbed'}")
    return 1 if wrong or more else 0


if __name__ == "__main__":
    sys.exit(main())
