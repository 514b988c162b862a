"""How good are suggested codes, beside other methods on the same vectors, on interviews held out?

    python scripts/bench_suggestions.py FOLDER... [--limit N] [--seeds 1] [--setfit] [--no-curve] [--save table.md]
    python scripts/bench_suggestions.py FOLDER... --screening [--seeds 1]
    python scripts/bench_suggestions.py FILE.tsv --speed
    python scripts/bench_suggestions.py --gold [--codebook scale-up]

FOLDER holds `segments.jsonl` (doc, text, codes; start_byte or start where the order of speaking is known) and
`codebook.json`. Codes with five uses or more count, and segments with at least one of them. Whole documents are held
out: five folds, fewer where there are fewer documents. A figure is over all segments, each asked once; with more seeds,
the mean over differently drawn folds. hit@k: share of segments of which a code of the human is among the first k. MAP:
mean average precision. Macro-F1: of the first suggestion, over the codes. ECE: expected calibration error of the first
suggestion's probability, 15 bins of equal width. Coverage: mean share of a segment's human codes that are in its 90 %
set. Seconds are of learning and suggesting in all folds, with vectors given.

--screening: WSS@95, code by code, against ASReview's default (see benchmarks/suggestions_screening.py). --speed: time of
one more decision and of suggestions for 5,000 segments × 50 codes, out of a file of label TAB text. --gold: suggestions
from the codebook alone on the demo's gold coding. SetFit: pip install -c constraints.txt ".[bench]".

With the sets in ../shared/data, the tables of the documents are from:

    python scripts/bench_suggestions.py pdpilot_interviews serdif_usability nhs_patient_feedback_phase1 nhs_patient_feedback_v6 games_as_art_survey --limit 4000
    python scripts/bench_suggestions.py serdif_usability pdpilot_interviews --screening
    python scripts/bench_suggestions.py short_text/clinc150.tsv --speed
    python scripts/bench_suggestions.py --gold
"""  # noqa: E501  # a command is one line

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import sets, suggestions_study
from benchmarks.suggestions_comparison import compare, rendered, summary
from benchmarks.suggestions_curve import curve
from benchmarks.suggestions_gold import gold_table
from benchmarks.suggestions_methods import LABEL_FREE, METHODS
from benchmarks.suggestions_screening import screening
from benchmarks.suggestions_setfit import SETFIT, setfit
from benchmarks.suggestions_speed import made, speed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.suggestions_methods import Method

CACHE = Path.home() / ".cache" / "themescout-bench"


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--limit", type=int, default=0, help="at most so many segments of each set, drawn at random")
    parser.add_argument("--seeds", type=int, default=1, help="draws of the folds, or of the beginning (default 1)")
    parser.add_argument("--setfit", action="store_true", help="compare with SetFit too; it takes minutes a fold")
    parser.add_argument("--no-curve", action="store_true", help="leave out the learning curve")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where vectors are kept (default %(default)s)")
    parser.add_argument("--codebook", default="scale-up", help="of --gold (default %(default)s)")
    parser.add_argument("--save", type=Path, help="write the tables to this file too, as Markdown")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--screening", action="store_true", help="work saved, code by code, against ASReview's default")
    mode.add_argument("--speed", action="store_true", help="time of one more decision and of all suggestions")
    mode.add_argument("--gold", action="store_true", help="the demo's gold coding, from the codebook alone")
    given = parser.parse_args()
    if given.seeds < 1 or given.limit < 0:
        parser.error("--seeds is at least 1, --limit at least 0.")
    if not given.sets and not given.gold:
        parser.error("name at least one set, or --gold.")
    return given


def compared(given: argparse.Namespace) -> Iterator[str]:
    """A table and a learning curve a set as they are done, then the summary."""
    tried: dict[str, Method] = {**LABEL_FREE, **METHODS}
    if given.setfit:
        tried[SETFIT] = setfit
    found = []
    for path in given.sets:
        study = suggestions_study.read(path, given.limit, given.cache)
        found.append(compare(study, tried, given.seeds))
        yield rendered(found[-1])
        if not given.no_curve:
            yield curve(study)
    yield summary(found)


def screened(given: argparse.Namespace) -> Iterator[str]:
    """A table of screening for each set."""
    for path in given.sets:
        yield screening(suggestions_study.read(path, given.limit, given.cache), given.seeds)


def clocked(given: argparse.Namespace) -> Iterator[str]:
    """A table of times for each file of labelled texts."""
    for path in given.sets:
        yield speed(made(sets.read(path), given.cache))


def parts(given: argparse.Namespace) -> Iterator[str]:
    """What the mode asked for prints."""
    if given.gold:
        yield gold_table(given.codebook)
    else:
        yield from (screened if given.screening else clocked if given.speed else compared)(given)


def main() -> None:
    """Print the tables of the mode asked for; save them where wished."""
    given = arguments()
    done = []
    for part in parts(given):
        print(part, end="\n\n", flush=True)
        done.append(part)
    if given.save:
        given.save.write_text("\n\n".join(done) + "\n", "utf-8")


if __name__ == "__main__":
    main()
