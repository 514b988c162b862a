"""How good are candidate themes, beside other methods on the same vectors in the same process?

    python scripts/bench_themes.py FOLDER_OR_TSV... [--limit N] [--seeds 3] [--save table.md]
    python scripts/bench_themes.py FOLDER_OR_TSV... --sensitivity
    python scripts/bench_themes.py FOLDER_OR_TSV... --whole-process 2000

FOLDER holds `segments.jsonl` (doc, text, codes) and `codebook.json` (name, parent); TSV is label TAB text with a header
row. Compared are ours, BERTopic (its defaults, and min_topic_size=5; its UMAP seeded), k-means told the number of
codes, and HDBSCAN on the vectors. Every figure is the mean over the seeds. A row's code is its first; rows in no theme
count as one group; rows without code are left out of the scores. BERTopic: pip install -c constraints.txt ".[bench]".

With the sets in ../shared/data, the tables of the documents are from:

    python scripts/bench_themes.py serdif_usability pdpilot_interviews nhs_patient_feedback_phase1 --limit 4000
    python scripts/bench_themes.py short_text/banking77.tsv short_text/clinc150.tsv
    python scripts/bench_themes.py serdif_usability pdpilot_interviews nhs_patient_feedback_phase1 --limit 4000 --sensitivity
    python scripts/bench_themes.py nhs_patient_feedback_phase1 --whole-process 2000
    python scripts/bench_themes.py short_text/clinc150.tsv --whole-process 20000
"""  # noqa: E501  # a command is one line

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.comparison import compare, rendered, summary
from benchmarks.sensitivity import sensitivity
from benchmarks.sets import CodedSet, read, vectors
from benchmarks.whole_process import LARGEST_WITH_BERTOPIC, whole_process

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

CACHE = Path.home() / ".cache" / "themescout-bench"
TIMES = (
    "Seconds are of the fit alone, with vectors given and after a first small run of each method, so that imports and "
    "compilation are charged to none; BERTopic's contain its topic words. For whole processes: --whole-process. "
)
SEEDED = "BERTopic's UMAP is seeded like ours, so that runs can be repeated; a seeded UMAP works on one thread."


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path, metavar="FOLDER_OR_TSV")
    parser.add_argument("--limit", type=int, default=0, help="at most so many rows of each set, drawn at random")
    parser.add_argument("--seeds", type=int, default=3, help="seed families (default 3)")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where vectors are kept (default %(default)s)")
    parser.add_argument("--save", type=Path, help="write the tables to this file too, as Markdown")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--sensitivity", action="store_true", help="how our figures move with seed, half, engine")
    mode.add_argument("--whole-process", type=int, metavar="N", help="time and memory of whole processes on N rows")
    parser.add_argument("--pairs", type=int, default=5, help="repetitions of --whole-process (default 5)")
    parser.add_argument("--with-bertopic", action="store_true", help="time BERTopic above 6,000 rows too")
    given = parser.parse_args()
    if given.seeds < 1 or given.pairs < 1 or given.limit < 0:
        parser.error("--seeds and --pairs are at least 1, --limit at least 0.")
    return given


def compared(given: argparse.Namespace) -> Iterator[str]:
    """A table a set as it is done, then the summary."""
    found = []
    for path in given.sets:
        coded = read(path).sample(given.limit)
        found.append(compare(coded, vectors(coded.texts, given.cache), given.seeds))
        yield rendered(found[-1])
    yield TIMES + SEEDED
    yield summary(found)


def varied(given: argparse.Namespace) -> Iterator[str]:
    """A table of sensitivity for each set."""
    for path in given.sets:
        coded = read(path).sample(given.limit)
        yield sensitivity(coded, vectors(coded.texts, given.cache), given.seeds)


def processes(given: argparse.Namespace) -> Iterator[str]:
    """Whole processes on N rows of the sets together, said whence they are."""
    wanted = given.whole_process
    used, x = drawn([read(path) for path in given.sets], wanted, given.cache)
    yield f"### Whole process, {len(x):,} rows: {used.name}"
    with_bertopic = given.with_bertopic or wanted <= LARGEST_WITH_BERTOPIC
    yield whole_process(x, used.texts, pairs=given.pairs, with_bertopic=with_bertopic)
    if with_bertopic:
        yield SEEDED
    else:
        yield f"BERTopic is left out above {LARGEST_WITH_BERTOPIC:,} rows; --with-bertopic runs it."


def drawn(sets: list[CodedSet], wanted: int, cache: Path) -> tuple[CodedSet, NDArray[np.float32]]:
    """A sample of `wanted` rows of the first sets that together have enough, and its vectors."""
    taken: list[CodedSet] = []
    for coded in sets:
        if sum(len(each.texts) for each in taken) < wanted:
            taken.append(coded)
    together = CodedSet(
        name=" + ".join(each.name for each in taken),
        docs=tuple(doc for each in taken for doc in each.docs),
        texts=tuple(text for each in taken for text in each.texts),
        codes=tuple(codes for each in taken for codes in each.codes),
        parents={},
    )
    if not 0 < wanted <= len(together.texts):
        sys.exit(f"{together.name} has {len(together.texts):,} rows, not {wanted:,}: name more sets.")
    used = together.sample(wanted)
    return used, vectors(used.texts, cache)


def main() -> None:
    """Print the tables of the mode asked for; save them where wished."""
    given = arguments()
    mode = varied if given.sensitivity else processes if given.whole_process is not None else compared
    parts = []
    for part in mode(given):
        print(part, end="\n\n", flush=True)
        parts.append(part)
    if given.save:
        given.save.write_text("\n\n".join(parts) + "\n", "utf-8")


if __name__ == "__main__":
    main()
