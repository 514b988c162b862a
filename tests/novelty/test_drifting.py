from __future__ import annotations

import numpy as np
import pytest

from themescout.novelty import drift


def voices(seed: int, informants: int, middle: float, each: int = 4) -> tuple[np.ndarray, list[str]]:
    rng = np.random.default_rng(seed)
    x, who = [], []
    for number in range(informants):
        own = rng.normal(size=8) * 0.3
        for _ in range(each):
            x.append(np.r_[1.0, middle, np.zeros(6)] + own + rng.normal(size=8) * 0.2)
            who.append(f"P{number}")
    return np.asarray(x, np.float32), who


def test_the_same_theme_has_not_moved() -> None:
    x, who = voices(1, 16, 0.0)
    new = np.asarray([name in {"P1", "P5", "P9", "P13"} for name in who])
    found = drift(x[~new], [w for w, n in zip(who, new, strict=True) if not n],
                  x[new], [w for w, n in zip(who, new, strict=True) if n], seed=1)  # fmt: skip
    assert found.p is not None
    assert found.p > 0.05


def test_another_theme_has_moved() -> None:
    old, old_who = voices(1, 12, 0.0)
    new, new_who = voices(2, 4, 1.5)
    found = drift(old, old_who, new, new_who, seed=1)
    assert found.p is not None
    assert found.high is not None
    assert found.usual is not None
    assert found.p < 0.01
    assert found.distance > found.high > found.usual


def test_too_few_informants_are_not_drawn_from() -> None:
    old, who = voices(1, 3, 0.0)
    found = drift(old, who, old[:4], who[:4], seed=1)
    assert (found.usual, found.high, found.p) == (None, None, None)


def test_a_talkative_informant_has_one_voice() -> None:
    old, who = voices(1, 6, 0.0)
    often = np.vstack([old, np.repeat(old[:1], 50, axis=0)])
    same = drift(old, who, old[4:8], who[4:8], seed=1).distance
    said = drift(np.vstack([old, old[:4]]), [*who, *who[:4]], old[4:8], who[4:8], seed=1).distance
    assert said == pytest.approx(same, abs=1e-6)
    assert drift(often, [*who, *["P0"] * 50], old[4:8], who[4:8], seed=1).distance == pytest.approx(same, abs=0.05)


def test_the_same_seed_draws_the_same() -> None:
    old, who = voices(3, 9, 0.0)
    new, new_who = voices(4, 3, 0.3)
    assert drift(old, who, new, new_who, seed=5) == drift(old, who, new, new_who, seed=5)
