"""How fast are the engines beside SentenceTransformer.encode, what would the processor allow, and is it as good?

    python scripts/bench_engine.py [--set anthropic_interviewer] [--texts 5000] [--rounds 5]     # texts a second
    python scripts/bench_engine.py --cold [--texts 500] [--rounds 5]             # seconds from a cold process
    python scripts/bench_engine.py --limit [--texts 5000]                        # beside the processor's limit
    python scripts/bench_engine.py --quality [SET...] [--limit-rows N]           # AMI and accuracy by engine

Texts are of 25 to 75 words, drawn with a fixed seed from the sets beside the repository (--data). What is compared runs
in turn, A B C, A B C, …; ratios are within rounds. `encode` has its own defaults: 32-bit floats, 32 texts at a time,
all cores. Ours get texts as everything in themescout gives them. --cold: from the start of a process to a file of
vectors, with an encoder that is prepared; the first preparation is said apart. --limit: see benchmarks/engine_limit.py.
--quality: AMI of k-means that is told the number of codes, five seeds; accuracy of logistic regression, five folds,
documents held out whole. SET is a folder or a file as for bench_themes.py; left out, the four sets of the documents.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from benchmarks import sets, spoken

CACHE = Path.home() / ".cache" / "themescout-bench"
QUALITY = (
    "short_text/banking77.tsv",
    "short_text/clinc150.tsv",
    "short_text/medical_abstracts_test.tsv",
    "nhs_patient_feedback_phase1",
)
TEXTS, COLD_TEXTS = 5000, 500


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", type=Path, metavar="SET", help="of --quality")
    parser.add_argument("--set", default=spoken.PODCASTS, choices=(spoken.PODCASTS, spoken.INTERVIEWS))
    parser.add_argument("--texts", type=int, help=f"how many (default {TEXTS:,}; {COLD_TEXTS} with --cold)")
    parser.add_argument("--rounds", type=int, default=5, help="(default 5)")
    parser.add_argument("--limit-rows", type=int, default=0, help="of --quality: at most so many rows of each set")
    parser.add_argument("--data", type=Path, default=spoken.DATA, help="where the sets lie (default %(default)s)")
    parser.add_argument("--cache", type=Path, default=CACHE, help="of --quality: vectors (default %(default)s)")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--cold", action="store_true", help="seconds of a whole process")
    mode.add_argument("--limit", action="store_true", help="beside the processor's limit")
    mode.add_argument("--quality", action="store_true", help="AMI and accuracy by engine")
    given = parser.parse_args()
    if given.sets and not given.quality:
        parser.error("only --quality takes sets")
    return given


def measured(given: argparse.Namespace) -> str:
    """The table asked for."""
    # Imported after the setting below is made.
    from benchmarks import engine_limit, engine_quality, engine_speed  # noqa: PLC0415

    if given.quality:
        paths = given.sets or [given.data / name for name in QUALITY]
        return engine_quality.quality((sets.read(path).sample(given.limit_rows) for path in paths), given.cache)
    texts = spoken.texts(given.set, given.texts or (COLD_TEXTS if given.cold else TEXTS), given.data)
    run = engine_speed.cold if given.cold else engine_limit.limit if given.limit else engine_speed.speed
    return run(given.set, texts, given.rounds)


def main() -> None:
    """Measure and print."""
    # What the tokenizers do if nobody says otherwise; our torch engine would say otherwise for the whole process.
    os.environ["TOKENIZERS_PARALLELISM"] = "true"
    os.environ["HF_HUB_OFFLINE"] = "1"
    print(measured(arguments()))


if __name__ == "__main__":
    main()
