"""How well is what is new told from what is known, and how often is something found where nothing is new?

    python scripts/bench_compare.py FOLDER_OR_TSV... [--limit N] [--splits 10] [--first-seed 100] [--nothing-new 100]
                                    [--old-share 0.7] [--rows-apart] [--save table.md]

FOLDER holds `segments.jsonl` (doc, text, codes) and `codebook.json`; TSV is label TAB text with a header row. Rows
without code are left out.

Codes left out: random codes until 30 % of rows have one as their first; whole documents 60 to 40 into an old and a new
wave. In files of labelled texts, and with --rows-apart (where a "document" is a hospital and not a person), rows are
documents of their own. The old wave loses all rows with a left-out code. A new row is novel if all of its codes were
left out, known if none was; others are dropped. AUROC: the chance that a novel row scores above a known one, mean and
standard deviation over the splits.

What is compared is not the same question: the baselines, fitted on the old wave, see each new row alone; ours sees the
other new interviews too, as it does in a study. "Rows not compared" is ours without that: the distance to the old wave,
which is what a single new interview gets. The baselines "max probability" and "distance to nearest code" know the human
codes of the old wave; ours does not. Max probability is shown with both penalties; the better one is what counts.

Nothing new: at most 800 rows, whole documents 70 to 30 (--old-share), no code left out: the share of splits with any
q ≤ 10 % is the false discovery rate. With codes left out, false: mean share, of what was found, of known rows; power:
mean share, of the novel rows, of found ones.

Settings of `themescout.novelty` were chosen on splits of the same sets with other seeds (below 100); with the sets in
../shared/data, the tables of the documents are from:

    python scripts/bench_compare.py serdif_usability pdpilot_interviews
    python scripts/bench_compare.py nhs_patient_feedback_v6 nhs_patient_feedback_phase1 --rows-apart --limit 3000
    python scripts/bench_compare.py short_text/banking77.tsv short_text/clinc150.tsv short_text/medical_abstracts_test.tsv --limit 3800
"""  # noqa: E501  # a command is one line

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.novelty_bounds import bounds, without_news
from benchmarks.novelty_comparison import compare, rendered, summary
from benchmarks.novelty_splits import prepared, scope
from benchmarks.sets import read, vectors

if TYPE_CHECKING:
    from collections.abc import Iterator

CACHE = Path.home() / ".cache" / "themescout-bench"


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path, metavar="FOLDER_OR_TSV")
    parser.add_argument("--limit", type=int, default=0, help="at most so many rows of each set, drawn at random")
    parser.add_argument("--rows-apart", action="store_true", help="every row is a document of its own")
    parser.add_argument("--splits", type=int, default=10, help="splits that leave codes out (default 10)")
    parser.add_argument("--first-seed", type=int, default=100, help="of the splits, counting up (default 100)")
    parser.add_argument("--nothing-new", type=int, default=100, help="splits with nothing new (default 100)")
    parser.add_argument("--old-share", type=float, default=0.7, help="of documents, in these (default 0.7)")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where vectors are kept (default %(default)s)")
    parser.add_argument("--save", type=Path, help="write the tables to this file too, as Markdown")
    given = parser.parse_args()
    if given.splits < 1 or given.nothing_new < 1 or given.limit < 0:
        parser.error("--splits and --nothing-new are at least 1, --limit at least 0.")
    if not 0 < given.old_share < 1:
        parser.error("--old-share lies between 0 and 1.")
    return given


def parts(given: argparse.Namespace) -> Iterator[str]:
    """A table a set as it is done, then both summaries."""
    found = []
    for path in given.sets:
        coded = prepared(read(path), given.limit, rows_apart=given.rows_apart)
        x = vectors(coded.texts, given.cache)
        compared = compare(coded, x, range(given.first_seed, given.first_seed + given.splits))
        yield "\n\n".join(part for part in (rendered(compared), scope(coded)) if part)
        seeds = range(given.first_seed, given.first_seed + given.nothing_new)
        found.append((compared, without_news(coded, x, seeds, given.old_share)))
    yield summary([compared for compared, _ in found])
    yield bounds(found)


def main() -> None:
    """Print the tables; save them where wished."""
    given = arguments()
    done = []
    for part in parts(given):
        print(part, end="\n\n", flush=True)
        done.append(part)
    if given.save:
        given.save.write_text("\n\n".join(done) + "\n", "utf-8")


if __name__ == "__main__":
    main()
