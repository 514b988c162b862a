"""What was trained for a codebook beforehand: two linear heads on vectors of a changed model.

Made by scripts/build_scale_up_head.py, described in models/scale-up-head.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from themescout.resources import resource

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from themescout.codebook import Codebook

_KNOWN = 0.75  # of a codebook's codes that must have been trained


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Head:
    """Linear scores of codes and kinds.

    Attributes:
        codes: ids, the columns of `code_weight`'s rows.
        kinds: ids likewise.
        spread: length that unit vectors are given first.
        code_weight, code_bias, kind_weight, kind_bias: float32, shapes (codes, dimensions), (codes,), (kinds, …), ….
        code_temperature, kind_temperature: what scores are divided by.
    """

    codes: tuple[str, ...]
    kinds: tuple[str, ...]
    spread: float
    code_weight: NDArray[np.float32]
    code_bias: NDArray[np.float32]
    kind_weight: NDArray[np.float32]
    kind_bias: NDArray[np.float32]
    code_temperature: float
    kind_temperature: float

    def logarithms(
        self, tuned: NDArray[np.float32], codes: Sequence[str], kinds: Sequence[str], folds: Mapping[str, str]
    ) -> tuple[NDArray[np.float64], ...]:
        """Logarithms of probabilities, shapes (n, codes) and, where there are kinds, (n, kinds).

        Args:
            tuned: unit vectors of the changed model, shape (n, dimensions).
            codes: ids of the codebook in use; one that was not trained gets the mean of the others' probabilities.
            kinds: ids, () for none.
            folds: trained code → the code that stands for it, where that is another one.
        """
        x = self.spread * tuned
        fine = _softmax((x @ self.code_weight.T + self.code_bias) / self.code_temperature)
        found = [_gathered(fine, [folds.get(code, code) for code in self.codes], codes)]
        if kinds:
            p = _softmax((x @ self.kind_weight.T + self.kind_bias) / self.kind_temperature)
            found.append(_gathered(p, self.kinds, kinds))
        return tuple(found)


def head_for(codebook: Codebook) -> Head | None:
    """The head for this codebook, if it was trained for (nearly) all of its codes and for all of its kinds."""
    head = _shipped()
    wanted = {code.id for code in (codebook.finer or codebook).assignable}
    kinds = {kind.id for kind in codebook.kinds}
    if kinds - set(head.kinds) or len(wanted & set(head.codes)) < _KNOWN * len(wanted):
        return None
    return head


@cache
def _shipped() -> Head:
    with np.load(resource("models", "scale-up-head.npz"), allow_pickle=False) as data:
        numbers = {name: data[name] for name in ("code_weight", "code_bias", "kind_weight", "kind_bias")}
        spread, code_t, kind_t = (float(data[f]) for f in ("spread", "code_temperature", "kind_temperature"))
        codes, kinds = (tuple(str(name) for name in data[part]) for part in ("codes", "kinds"))
    return Head(
        codes=codes, kinds=kinds, spread=spread, code_temperature=code_t, kind_temperature=kind_t, **numbers
    )  # fmt: skip


def _gathered(p: NDArray[np.float64], names: Sequence[str], wanted: Sequence[str]) -> NDArray[np.float64]:
    made = np.zeros((len(p), len(wanted)))
    for column, name in enumerate(names):
        if name in wanted:
            made[:, wanted.index(name)] += p[:, column]
    known = [i for i, name in enumerate(wanted) if name in names]
    if known:
        made[:, np.setdiff1d(np.arange(len(wanted)), known)] = made[:, known].mean(axis=1, keepdims=True)
    return np.asarray(np.log(made / np.maximum(made.sum(axis=1, keepdims=True), 1e-12) + 1e-9))


def _softmax(z: NDArray[np.float64]) -> NDArray[np.float64]:
    e = np.exp((z - z.max(axis=1, keepdims=True)).astype(np.float64)) if len(z) else np.asarray(z, np.float64)
    return np.asarray(e / e.sum(axis=1, keepdims=True))
