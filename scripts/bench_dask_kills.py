"""A batch run on two Dask workers beside one on two local ones, and with workers killed at random moments.

    python scripts/bench_dask_kills.py STUDY INPUT... [--kills 10] [--workers 2] [--partition 256]

STUDY must have been run; it is only read. Compared is everything in the folder but the manifest's section `timing`:
so all is complete, equal, and nothing is there twice. Exit code 0: all of this is so. Needs /proc.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bench_batch_kills import Call, finished, kill_workers, outcome

DASK = ("--engine", "dask")


def compare(call: Call, top: Path, kills: int, seed: int) -> list[str]:
    """Local, Dask, Dask with `kills` dead workers: what is wrong, in sentences."""
    rng = random.Random(seed)  # noqa: S311  # moments, not secrets
    _, local = call.timed(top / "undisturbed")
    print(f"local: {len(finished(top / 'undisturbed'))} partitions, {local:.1f} s")
    on_dask = replace(call, options=(*call.options, *DASK))
    first, took = on_dask.timed(top / "dask")
    equal = outcome(top / "dask") == outcome(top / "undisturbed")
    print(f"Dask: first partition after {first:.1f} s, {took:.1f} s, {'the same bytes' if equal else 'OTHER BYTES'}")
    wrong = [] if equal else ["Dask and local differ"]
    wrong += kill_workers(on_dask, top, kills=kills, pause=(0.2, max(1.0, first)), rng=rng)
    print(f"{kills} kills of Dask workers: {'; '.join(wrong) or 'complete, the same bytes'}")
    return wrong


def main() -> int:
    """Run, kill, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("study", type=Path)
    parser.add_argument("inputs", nargs="+")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--partition", type=int, default=256)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    options = ("--workers", str(given.workers), "--partition", str(given.partition))
    with tempfile.TemporaryDirectory() as temporary:
        return bool(compare(Call(tuple(given.inputs), given.study, options), Path(temporary), given.kills, given.seed))


if __name__ == "__main__":
    sys.exit(main())
