"""In which order a person looks at segments. Pure functions: ids go in, the same ids come out in another order.

All but the random one are followed by `together`, which puts what is said twice side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from themescout.types import Suggestion

NEAR = 0.96  # cosine from which two texts are one; the same as for candidate themes (`cluster.duplicates`)
HALF = 0.5  # a first code with no more than this is no suggestion to go by
_BLOCK = 1024  # rows compared with all others at a time: 20 MB for 5,000 segments
_SPREAD = 200  # places that are chosen one by one; a sitting is shorter, and then the order is made anew
_POOL = 1_000  # they are chosen from so many with the best scores
_LEAST = 0.05  # what is left of a score next to something chosen: repetitions come late, but before what is settled


def by_theme(ids: Sequence[str], themes: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Theme after theme, each in the order of its members, then what is in none, in the order given."""
    wanted = set(ids)
    named = dict.fromkeys(name for members in themes for name in members if name in wanted)
    return tuple(dict.fromkeys((*named, *ids)))


def by_code(ids: Sequence[str], suggestions: Mapping[str, Suggestion], codes: Sequence[str]) -> tuple[str, ...]:
    """By first suggested code in the order of `codes`, surest first within it.

    Then what is suggested to be nothing to code, then what has no suggestion.
    """
    ranks = {code: rank for rank, code in enumerate(codes)}

    def place(name: str) -> tuple[int, float]:
        found = suggestions.get(name)
        if found is None or found.abstained:
            return len(codes) + 2, 0.0
        if found.kind is Kind.NEITHER:
            return len(codes) + 1, -found.kind_p
        if not found.ranked:
            return len(codes) + 2, 0.0
        return ranks.get(found.ranked[0].code, len(codes)), -found.ranked[0].p

    return tuple(sorted(ids, key=place))


def surest(ids: Sequence[str], suggestions: Mapping[str, Suggestion]) -> tuple[str, ...]:
    """By the probability of what is suggested, largest first; what has no suggestion last."""
    return tuple(sorted(ids, key=lambda name: -_sureness(suggestions.get(name))))


def informative(
    ids: Sequence[str],
    suggestions: Mapping[str, Suggestion],
    x: NDArray[np.float32] | None = None,
    seen: NDArray[np.float32] | None = None,
) -> tuple[str, ...]:
    """The segments first from whose decision most is learned.

    Information density (Settles & Craven 2008, doi 10.3115/1613715.1613855, section 3.4): uncertainty times the mean
    similarity to all undecided segments, which keeps oddities from the front. The uncertainty is the entropy of the
    yes-or-no question of each listed code, added up; a segment without a suggestion is as uncertain as the most
    uncertain. So that not all come from one corner, each of the first 200 places goes to the segment with the
    highest product of that score and its distance (1 - cosine) to what is decided or chosen before it.

    Args:
        ids: undecided segments.
        suggestions: by segment id.
        x: shape (len(ids), dimensions), unit rows; without it uncertainty alone decides.
        seen: shape (n, dimensions), unit rows of decided segments.
    """
    if not ids:
        return ()
    score = _uncertainty([suggestions.get(name) for name in ids])
    if x is None:
        return tuple(ids[i] for i in np.argsort(-score, kind="stable"))
    density = np.clip(x @ x.mean(axis=0), 0.0, None)
    return tuple(ids[i] for i in _spread(score * density, x, seen))


def unsuggested(ids: Sequence[str], suggestions: Mapping[str, Suggestion]) -> tuple[str, ...]:
    """Those for which no code is suggested with more than one half: what a reader of suggestions would never see."""
    return tuple(name for name in ids if not _suggested(suggestions.get(name)))


def at_random(ids: Sequence[str], seed: int) -> tuple[str, ...]:
    """A random order of `ids`, the same for the same ids and seed: every beginning of it is a simple random sample."""
    return tuple(ids[i] for i in np.random.default_rng(seed).permutation(len(ids)))


def together(ids: Sequence[str], x: NDArray[np.float32] | None) -> tuple[str, ...]:
    """The order given, but near-duplicates (cosine at least .96) of a segment come directly after it.

    Args:
        ids: in the order wanted.
        x: shape (len(ids), dimensions), unit rows in the same order; without it nothing moves.
    """
    if x is None:
        return tuple(ids)
    near = _near(x)
    placed: dict[int, None] = {}
    for row in range(len(ids)):
        if row not in placed:
            placed.update(dict.fromkeys((row, *(other for other in near.get(row, ()) if other not in placed))))
    return tuple(ids[row] for row in placed)


def _near(x: NDArray[np.float32]) -> dict[int, list[int]]:
    """Row to the later rows that say the same, ascending."""
    found: dict[int, list[int]] = {}
    for start in range(0, len(x), _BLOCK):
        rows, others = np.nonzero(x[start : start + _BLOCK] @ x[start:].T >= NEAR)
        for row, other in zip(rows.tolist(), others.tolist(), strict=True):
            if other > row:
                found.setdefault(start + row, []).append(start + other)
    return found


def _suggested(found: Suggestion | None) -> bool:
    if found is None or found.abstained or found.kind is Kind.NEITHER:
        return False
    return bool(found.ranked) and found.ranked[0].p > HALF


def _sureness(found: Suggestion | None) -> float:
    if found is None or found.abstained:
        return -1.0
    if found.kind is Kind.NEITHER:
        return found.kind_p
    return found.ranked[0].p if found.ranked else -1.0


def _uncertainty(found: Sequence[Suggestion | None]) -> NDArray[np.float64]:
    """In bits, shape (n,)."""
    made = np.full(len(found), np.nan)
    for i, item in enumerate(found):
        if item is not None and item.ranked:
            p = np.clip([ranked.p for ranked in item.ranked], 1e-9, 1 - 1e-9)
            made[i] = -(p * np.log2(p) + (1 - p) * np.log2(1 - p)).sum()
    made[np.isnan(made)] = np.nanmax(made) if np.isfinite(made).any() else 1.0
    return made


def _spread(score: NDArray[np.float64], x: NDArray[np.float32], seen: NDArray[np.float32] | None) -> list[int]:
    """Rows by score, the first of them one by one, away from each other and from `seen`."""
    closest = np.zeros(len(x)) if seen is None or not len(seen) else np.clip((x @ seen.T).max(axis=1), 0.0, 1.0)
    worth = score * np.maximum(1.0 - closest, _LEAST)
    best = np.argsort(-worth, kind="stable")
    pool, rest = best[:_POOL], best[_POOL:]
    near, score, closest = x[pool] @ x[pool].T, score[pool], closest[pool]
    left = np.ones(len(pool), bool)
    chosen: list[int] = []
    for _ in range(min(_SPREAD, len(pool))):
        row = int(np.argmax(np.where(left, score * np.maximum(1.0 - closest, _LEAST), -1.0)))
        chosen.append(row)
        left[row] = False
        closest = np.maximum(closest, near[row])
    worth = score * np.maximum(1.0 - closest, _LEAST)
    later = [row for row in np.argsort(-worth, kind="stable") if left[row]]
    return [int(row) for row in (*pool[chosen], *pool[later], *rest)]
