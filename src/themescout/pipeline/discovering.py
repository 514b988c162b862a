"""Finding candidate themes: from segments and vectors to groups with lasting numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout import plugins, themes
from themescout.candidates import FoundTheme, Loose, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from themescout.candidates import Theme
    from themescout.settings import DiscoverSettings
    from themescout.types import Segment

FEWEST = 6  # texts below which groups of texts mean nothing


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Finding:
    """What a clusterer said of n segments.

    Attributes:
        groups: the themes, largest first; their `rows` are rows of the segments.
        runs: number of runs made; 0 where nothing was tried.
        sampled: number of distinct texts that the runs looked at.
        subthemes: int, shape (n,): sub-theme within the theme, from 0; -1 for none.
        nearest: int, shape (n,): position in `groups` of the segment's theme, or of the nearest; -1 for none.
        strengths: float32, shape (n,), in 0..1.
        reasons: why a segment is in no theme; "" where it is in one.
    """

    groups: tuple[themes.Group, ...]
    runs: int
    sampled: int
    subthemes: NDArray[np.intp]
    nearest: NDArray[np.intp]
    strengths: NDArray[np.float32]
    reasons: tuple[str, ...]


def find(
    x: NDArray[np.float32],
    settings: DiscoverSettings,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> Finding:
    """Themes among the rows of x, shape (n, dimensions); none where there are fewer than 6 rows."""
    if len(x) < FEWEST:
        return _nothing(len(x))
    model = _clusterer(settings, seed, progress).fit(x)
    groups = tuple(
        _group(np.flatnonzero(model.labels_ == number), number, model) for number in range(len(model.found_in_))
    )
    return Finding(
        groups=groups,
        runs=model.n_runs_,
        sampled=model.n_sampled_,
        subthemes=model.sublabels_,
        nearest=model.nearest_,
        strengths=model.strengths_,
        reasons=tuple(str(reason) for reason in model.reasons_),
    )


def described(items: Sequence[Segment], x: NDArray[np.float32], finding: Finding) -> tuple[Theme, ...]:
    """The themes of a finding in words, numbered from 0, largest first."""
    return themes.describe(items, x, finding.groups, runs=finding.runs)


def stored(
    items: Sequence[Segment], finding: Finding, numbers: Sequence[int]
) -> tuple[tuple[FoundTheme, ...], tuple[Loose, ...]]:
    """The finding with segment ids for rows and lasting numbers for positions."""
    found = tuple(
        FoundTheme(
            id=number,
            members=tuple(items[row].id for row in group.rows),
            strengths=tuple(round(float(strength), 4) for strength in group.strengths),
            found_in=group.found_in,
            runs=finding.runs,
            parts=tuple(tuple(items[row].id for row in part) for part in group.parts),
        )
        for number, group in zip(numbers, finding.groups, strict=True)
    )
    loose = tuple(
        Loose(
            segment=items[row].id,
            nearest=numbers[finding.nearest[row]] if finding.nearest[row] >= 0 else -1,
            strength=round(float(finding.strengths[row]), 4),
            reason=Reason(reason),
        )
        for row, reason in enumerate(finding.reasons)
        if reason
    )
    return found, loose


def _clusterer(settings: DiscoverSettings, seed: int, progress: Callable[[int, int], None] | None) -> Any:
    model = plugins.load("clusterers", settings.clusterer)()
    wanted = {
        "reducer": settings.reducer, "n_themes": settings.themes, "detail": settings.detail,
        "min_size": settings.min_size, "random_state": seed, "progress": progress,
    }  # fmt: skip
    if settings.runs:
        wanted["n_runs"] = settings.runs
    # A clusterer takes what it knows of: not every one has a reducer.
    known = model.get_params()
    return model.set_params(**{name: value for name, value in wanted.items() if name in known})


def _group(rows: NDArray[np.intp], number: int, model: Any) -> themes.Group:
    ranked = rows[np.lexsort((rows, -model.strengths_[rows]))]
    inner = model.sublabels_[ranked]
    return themes.Group(
        id=number,
        rows=ranked,
        strengths=model.strengths_[ranked],
        found_in=int(model.found_in_[number]),
        parts=tuple(ranked[inner == part] for part in range(inner.max(initial=-1) + 1)),
    )


def _nothing(n: int) -> Finding:
    none = np.full(n, -1)
    return Finding(
        groups=(), runs=0, sampled=0, subthemes=none, nearest=none, strengths=np.zeros(n, np.float32),
        reasons=(Reason.FEW.value,) * n,
    )  # fmt: skip
