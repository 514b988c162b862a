"""Whether later interviews still bring new codes.

Guest, Namey & Chen 2020 ("A simple method to assess and report thematic saturation in qualitative research", PLoS ONE
15(5):e0232076, doi 10.1371/journal.pone.0232076): the different codes of the first interviews are the base. Then runs
of consecutive interviews are looked at, each beginning one interview later than the one before, and the codes that are
new in a run are divided by those of the base. The first run with no more than the threshold ends the search: "6+2" says
that saturation was reached at interview 6 and that the next 2 showed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

BASE, RUN, THRESHOLD = 4, 2, 0.05
ROUNDS = 1000  # random orders


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Interviews `first` to `last`, counted from 1, their new codes, and these over the codes of the base."""

    first: int
    last: int
    new: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturation:
    """What the method says of a row of interviews.

    Attributes:
        base: number of interviews in the base.
        run: number of interviews in a run.
        threshold: largest share of new codes, 0..1.
        interviews: number of all.
        base_codes: number of different codes in the base.
        runs: all that are complete, in order; () where the base has no code.
        reached: the interview before the first run within the threshold, counted from 1; None where there is none.
        sentence: the same in words.
    """

    base: int
    run: int
    threshold: float
    interviews: int
    base_codes: int
    runs: tuple[Run, ...]
    reached: int | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Numbers of different codes after 1, 2, … interviews over random orders: mean, 5 % and 95 % quantile."""

    mean: tuple[float, ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


def new_codes(interviews: Sequence[Collection[str]]) -> tuple[int, ...]:
    """Number of codes of each interview that none before it has."""
    known: set[str] = set()
    counts = []
    for codes in interviews:
        counts.append(len(set(codes) - known))
        known.update(codes)
    return tuple(counts)


def curve(interviews: Sequence[Collection[str]]) -> tuple[int, ...]:
    """Number of different codes after each interview."""
    return tuple(int(count) for count in np.cumsum(new_codes(interviews), dtype=np.int64))


def saturation(
    interviews: Sequence[Collection[str]], *, base: int = BASE, run: int = RUN, threshold: float = THRESHOLD
) -> Saturation:
    """Base, runs and the point of saturation of interviews in their order, each given by its codes.

    Args:
        interviews: codes of each.
        base: at least 1.
        run: at least 1.
        threshold: 0..1.
    """
    if base < 1 or run < 1 or not 0 <= threshold <= 1:
        raise ValueError(f"base {base}, run {run}, threshold {threshold}")
    new = new_codes(interviews)
    known = sum(new[:base])
    counts = [(start, sum(new[start : start + run])) for start in range(base, len(new) - run + 1) if known]
    runs = tuple(Run(first=start + 1, last=start + run, new=count, share=count / known) for start, count in counts)
    reached = next((one.first - 1 for one in runs if one.share <= threshold), None)
    return Saturation(
        base=base, run=run, threshold=threshold, interviews=len(new), base_codes=known, runs=runs, reached=reached,
        sentence=f"Base {base}, run {run}, threshold {threshold * 100:g} %: "
        + _verdict(len(new), known, runs, reached, base + run),
    )  # fmt: skip


def _verdict(interviews: int, known: int, runs: Sequence[Run], reached: int | None, least: int) -> str:
    if interviews < least:
        return f"not yet known, {interviews} of at least {least} interviews."
    if not known:
        return "it cannot be said, because the interviews of the base have no code."
    if reached is not None:
        run = next(one for one in runs if one.first == reached + 1)
        return f"reached at interview {reached} ({reached}+{run.last - reached})."
    last = runs[-1]
    return f"not reached; interviews {last.first} to {last.last} brought {last.share * 100:.0f} % new codes."


def band(interviews: Sequence[Collection[str]], *, seed: int, rounds: int = ROUNDS) -> Band:
    """The curve over random orders of the same interviews: what is left of it when their order is taken away.

    Args:
        interviews: codes of each.
        seed: of the orders.
        rounds: number of orders.
    """
    names = sorted({code for codes in interviews for code in codes})
    if not names:
        zeros = (0.0,) * len(interviews)
        return Band(mean=zeros, low=zeros, high=zeros)
    places = {code: i for i, code in enumerate(names)}
    has = np.zeros((len(interviews), len(names)), bool)
    for i, codes in enumerate(interviews):
        has[i, [places[code] for code in codes]] = True
    generator, n = np.random.default_rng(seed), len(interviews)
    curves = np.empty((rounds, n))
    for i in range(rounds):
        # Where each code comes first: the earliest place among the interviews that have it.
        first = np.where(has, generator.permutation(n)[:, None], n).min(axis=0)
        curves[i] = np.cumsum(np.bincount(first, minlength=n))
    low, high = np.quantile(curves, [0.05, 0.95], axis=0)
    return Band(mean=tuple(curves.mean(axis=0).tolist()), low=tuple(low.tolist()), high=tuple(high.tolist()))


def never_heard(share: float, informants: int) -> float:
    """The chance, 0..1, that none of so many people holds a view that a `share` (0..1) of all like them hold.

    It is (1 - share)^n: people drawn at random, each of whom says what they hold.
    """
    if not 0 <= share <= 1 or informants < 0:
        raise ValueError(f"share {share}, {informants} informants")
    return float((1 - share) ** informants)
