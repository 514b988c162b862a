"""How long one more decision and suggestions for a whole study take, vectors given."""

from __future__ import annotations

import random
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import sets, suggestions_study
from benchmarks.tables import table
from themescout.codebook import Code, Codebook
from themescout.suggest import Labelled, Rows, Suggester

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.suggestions_study import CodedStudy

SEGMENTS, CODES, DECISIONS, TIMES = 5_000, 50, 2_500, 20
DOCUMENTS = 50  # made up: the texts have none


def made(coded: sets.CodedSet, cache: Path, *, segments: int = SEGMENTS, codes: int = CODES) -> CodedStudy:
    """A study of so many segments and codes out of labelled short texts, drawn at random with a fixed seed."""
    drawn = random.Random(0)  # noqa: S311  # no secret
    names = drawn.sample(sorted({given[0] for given in coded.codes if given}), codes)
    rows = [i for i, given in enumerate(coded.codes) if given and given[0] in names]
    if len(rows) < segments:
        sys.exit(f"{coded.name} has {len(rows):,} texts with {codes} labels, not {segments:,}: take another set.")
    rows = drawn.sample(rows, segments)
    x = sets.vectors(coded.texts, cache)[rows]
    docs = [f"I{i * DOCUMENTS // segments + 1}" for i in range(segments)]
    book = Codebook(id="made", title="made", codes=tuple(Code(id=name, name=name) for name in names))
    return suggestions_study.study(
        coded.name,
        Rows.of([str(i) for i in rows], [coded.texts[i] for i in rows], x, docs=docs, ordered=True),
        [coded.codes[i] for i in rows],
        book,
        cache,
    )


def speed(study: CodedStudy, *, decisions: int = DECISIONS, times: int = TIMES) -> str:
    """A Markdown table of medians and ranges, milliseconds."""
    everything = np.arange(len(study.rows))
    decided = np.random.default_rng(0).permutation(everything)[: decisions + times]
    labelled = [decision(study, int(i)) for i in decided]
    first, more = decided[:decisions], decided[decisions:]
    suggester = Suggester(study.book)

    def fit(_: int) -> None:
        suggester.fit(
            study.texts, study.text_x, labelled[:decisions], known=study.rows.take(first), study=study.rows
        )  # fmt: skip

    def learn(turn: int) -> None:
        suggester.learn(study.rows.take(more[turn : turn + 1]), labelled[decisions + turn])

    def learn_and_suggest(turn: int) -> None:
        learn(turn)
        suggester.suggest(study.rows.take(more[turn : turn + 1]))

    lines = [
        timed("fit to all decisions", fit, 1),
        timed("learn one more decision", learn, times),
        timed("suggest for all segments", lambda _: suggester.suggest(study.rows), times),
        timed("the same, three codes each", lambda _: suggester.suggest(study.rows, listed=3), times),
        timed("learn one more, then suggest for one", learn_and_suggest, times),
    ]
    title = (
        f"### Speed: {len(study.rows):,} segments × {len(study.codes)} codes of {study.name}, "
        f"{decisions:,} decisions; milliseconds"
    )
    return "\n\n".join([title, table(("what", "median", "fastest", "slowest", "times"), lines)])


def decision(study: CodedStudy, row: int) -> Labelled:
    """What a person decided on a row of the study."""
    rows = study.rows
    return Labelled(segment=rows.ids[row], text=rows.texts[row], codes=study.given[row], kind="", doc=rows.docs[row])


def timed(what: str, run: Callable[[int], object], times: int) -> list[str]:
    """A line of the table: the call so many times, told which turn it is."""
    found = []
    for turn in range(times):
        began = time.perf_counter()
        run(turn)
        found.append(1000 * (time.perf_counter() - began))
    return [what, *(f"{each:,.0f}" for each in (median(found), min(found), max(found))), str(times)]
