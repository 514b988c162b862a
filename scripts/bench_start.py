"""How long `themescout --help` and `themescout status` take, against `python -c "import click"`.

The three are run in turn, so that a busy moment meets all of them alike. The bar is three times click alone.

    python scripts/bench_start.py [--runs 20]
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

BAR = 3.0


def commands(study: Path) -> dict[str, list[str]]:
    """What is timed, click alone first."""
    program = shutil.which("themescout", path=str(Path(sys.executable).parent)) or "themescout"
    return {
        "click": [sys.executable, "-c", "import click"],
        "--help": [program, "--help"],
        "status": [program, "status", str(study)],
    }


def measured(runs: int) -> dict[str, list[float]]:
    """Seconds of wall clock of each run of each command."""
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "study"
        program = commands(study)["status"][0]
        subprocess.run([program, "new", str(study)], check=True, capture_output=True)
        for turn in range(runs + 1):
            for name, command in commands(study).items():
                began = time.perf_counter()
                subprocess.run(command, check=True, capture_output=True)
                if turn:  # the first only fills the disk's cache
                    times.setdefault(name, []).append(time.perf_counter() - began)
    return times


def main() -> None:
    """Print the least and the middle time of each, and the ratios to click alone."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=20)
    times = measured(parser.parse_args().runs)
    least, middle = min(times["click"]), median(times["click"])
    for name, found in times.items():
        ratios = min(found) / least, median(found) / middle
        verdict = "" if name == "click" else "  ok" if max(ratios) < BAR else f"  over the bar of {BAR}"
        print(
            f"{name:>8}: least {min(found) * 1000:5.0f} ms ({ratios[0]:.2f} ×), "
            f"middle {median(found) * 1000:5.0f} ms ({ratios[1]:.2f} ×){verdict}"
        )


if __name__ == "__main__":
    main()
