"""The learning curve: how good suggestions are after 0, 1, 2, 4, 8 … coded interviews."""

from __future__ import annotations

import random
import sys
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import suggestions_methods as methods
from benchmarks.suggestions_scores import Scores, scores
from benchmarks.tables import NOTHING, figure, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.suggestions_methods import Method
    from benchmarks.suggestions_study import CodedStudy

ORDERS = 3  # of the documents; their seeds are 0, 1, 2


def curve(study: CodedStudy) -> str:
    """A Markdown table: methods by number of interviews, means over the orders, tested on all documents not used."""
    steps = doublings(len(set(study.rows.docs)))
    lines = []
    for name in (methods.MAJORITY, methods.WORDS, methods.COSINE, methods.VECTORS, methods.OURS):
        print(f"{study.name}: learning curve, {name}", file=sys.stderr)
        found = [at(study, name, number) for number in steps]
        lines.append([name, *(_hits(each) for each in found)])
        if name == methods.OURS:
            lines += _more(found)
    heads = ("hit@1 / hit@3 after … interviews", *(str(number) for number in steps))
    return f"### {study.name}: learning curve, mean of {ORDERS} orders\n\n" + table(heads, lines)


def doublings(documents: int) -> list[int]:
    """0, 1, 2, 4, 8 … documents, as many as leave one to be asked about."""
    return [0, *(2**power for power in range(documents.bit_length()) if 2**power < documents)]


def at(study: CodedStudy, name: str, number: int) -> list[Scores]:
    """A method's scores after so many interviews, one for each order; [] where it cannot say anything yet."""
    free = name in methods.LABEL_FREE or name == methods.OURS
    if not number and not free:
        return []
    method: Method = {**methods.METHODS, **methods.LABEL_FREE}[name]
    found = []
    for seed in range(ORDERS if number else 1):  # without decisions every order is the same
        used = first_documents(study.rows.docs, number, seed)
        decided = np.asarray([i for i, doc in enumerate(study.rows.docs) if doc in used], np.intp)
        asked = np.asarray([i for i, doc in enumerate(study.rows.docs) if doc not in used], np.intp)
        found.append(scores(study.truth[asked], method(study, decided, asked, seed)))
    return found


def first_documents(docs: Sequence[str], number: int, seed: int) -> frozenset[str]:
    """The first documents of a random order; with one seed, those of a smaller number are among them."""
    names = sorted(set(docs))
    random.Random(seed).shuffle(names)  # noqa: S311  # no secret
    return frozenset(names[:number])


def _hits(found: Sequence[Scores]) -> str:
    if not found:
        return NOTHING
    return f"{fmean(each.first for each in found):.3f} / {fmean(each.among_three for each in found):.3f}"


def _more(found: Sequence[Sequence[Scores]]) -> list[list[str]]:
    """What else ours says: calibration error, and coverage with size of the sets."""
    errors = [figure(_mean(each, "error")) for each in found]
    sets = [
        NOTHING if _mean(each, "coverage") is None else f"{_mean(each, 'coverage'):.3f} / {_mean(each, 'size'):.1f}"
        for each in found
    ]
    return [["  its ECE", *errors], ["  its coverage / set size", *sets]]


def _mean(found: Sequence[Scores], name: str) -> float | None:
    values = [value for each in found if (value := getattr(each, name)) is not None]
    return fmean(values) if values else None
