"""What does one more interview cost in a study of fourteen?

    python scripts/bench_fifteenth.py STUDY [--pairs 5]

STUDY is what `themescout demo` makes. In turn, each in a process of its own and on a fresh copy of STUDY: the first
interview of the demo's second wave is added, cut and embedded, and nothing else (alone); and it is compared with the
fourteen, to the page (compare). Printed are the seconds of each and the median of the ratios within pairs.
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

from themescout.resources import resource

ALONE = """
import sys
from pathlib import Path
from themescout import project
from themescout.pipeline import adding, stages
with project.open_study(Path(sys.argv[1])) as study:
    adding.add(study, [Path(sys.argv[2])], wave="later")
    stages.cut(study)
    stages.embed_all(study)
"""
COMPARE = "import sys; from themescout.cli import main; main(['compare', sys.argv[1], sys.argv[2], '--wave', 'later'])"


def seconds(code: str, study: Path, interview: Path) -> float:
    """Of one process on a copy of the study."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(study, Path(folder) / "study")
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", code, str(copy), str(interview)], check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", type=Path)
    parser.add_argument("--pairs", type=int, default=5, help="repetitions (default 5)")
    given = parser.parse_args()
    interview = next(iter(sorted(resource("data", "demo", "wave2").glob("KI21.*"))))
    ratios = []
    for pair in range(given.pairs):
        order = (ALONE, COMPARE) if pair % 2 == 0 else (COMPARE, ALONE)
        took = {code: seconds(code, given.study, interview) for code in order}
        ratios.append(took[COMPARE] / took[ALONE])
        print(f"alone {took[ALONE]:.2f} s, compare {took[COMPARE]:.2f} s, ratio {ratios[-1]:.2f}", flush=True)
    print(f"median ratio {median(ratios):.2f} of {given.pairs} pairs")


if __name__ == "__main__":
    main()
