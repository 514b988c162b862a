"""What 10^8 segments cost on n workers: docs/scale.md from measured rates; the simulation against two real workers.

    python scripts/simulate_scale.py             print the page
    python scripts/simulate_scale.py --write     write docs/scale.md
    python scripts/simulate_scale.py --check     two local Dask workers whose partitions sleep (about half a minute)

The rates are in scripts/benchmarks/scale_rates.toml.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks import scale, scale_check
from benchmarks.scale_page import page

HERE = Path(__file__).parent
RATES = HERE / "benchmarks" / "scale_rates.toml"
TEMPLATE = HERE / "benchmarks" / "scale_template.md"
PAGE = HERE.parent / "docs" / "scale.md"
RUNS = ((0.02, 400), (0.05, 200), (0.2, 60))  # mean seconds of a partition, partitions


def rendered() -> str:
    """The page as it follows from the rates."""
    return page(TEMPLATE.read_text("utf-8"), scale.read(RATES))


def check() -> None:
    """Real seconds beside simulated ones, as the rates file takes them."""
    each = scale_check.overhead()
    print(f"hand_out = {each:.4f}")
    for mean, count in RUNS:
        seconds = scale_check.times(count, mean)
        real = scale_check.real(seconds)
        print(f"[{mean}, {count}, {real:.2f}, {scale_check.simulated(seconds, each).seconds:.2f}]", flush=True)


def main() -> None:
    """Print, write or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    if given.check:
        check()
    elif given.write:
        PAGE.write_text(rendered(), "utf-8")
    else:
        print(rendered(), end="")


if __name__ == "__main__":
    main()
