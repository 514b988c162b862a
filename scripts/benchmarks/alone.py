"""One method in a process of its own: load vectors and texts, fit, print groups and the peak of memory.

Called as `python -c "from benchmarks.alone import main; main()" METHOD VECTORS.npy TEXTS.json SEED`.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import numpy as np

from benchmarks import methods

_KIB = 1024


def main() -> None:
    """Fit the method that the arguments name; print a JSON object with `themes` and `peak`, bytes."""
    name, vectors, texts, seed = sys.argv[1:]
    # Ours looks at vectors alone.
    read = [] if name == methods.OURS else json.loads(Path(texts).read_text("utf-8"))
    labels = methods.SEEDED[name](np.load(vectors), read, int(seed))
    print(json.dumps({"themes": int(labels.max()) + 1, "peak": peak()}))


def peak() -> int:
    """Most bytes of memory that this process has held at a time.

    On Linux from /proc: what `getrusage` says there includes the parent's memory at the moment of the fork.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        lines = dict(line.split(":", 1) for line in status.read_text("ascii").splitlines() if ":" in line)
        return int(lines["VmHWM"].split()[0]) * _KIB
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * _KIB
