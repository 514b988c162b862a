"""Looking at what goes through an encoder, so that its matrix products can be done in integers.

Inputs differ widely from one another, weights do not; so a part of an input's size is moved into its weights first
(SmoothQuant, Xiao et al. 2023, arXiv 2211.10438), and what an input always is into what is added after the product
(Outlier Suppression+, Wei et al. 2023, arXiv 2304.09145).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from themescout.embed.fast.graph import Graph, Integers, Quantisation, matrices
from themescout.embed.fast.rounding import rounded
from themescout.embed.fast.runtime import openvino

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from themescout.embed.fast.architecture import Architecture, Tensors

    Vector = NDArray[np.float32]

_MOVED = 0.8  # share of an input's size that is moved into its weights; chosen on podcasts, by the cosine to the floats
_LEAST = 1e-5
_STEPS = 127  # from the centre of an input to its ends
_AT_ONCE = 1024  # rows that are multiplied with each other: fewer take longer


class _Seen:
    """What was seen of one input: its ends, its mean, and how its parts vary together."""

    def __init__(self, width: int) -> None:
        self.low, self.high = np.full(width, np.inf, np.float32), np.full(width, -np.inf, np.float32)
        self._rows, self._sum = 0, np.zeros(width)
        self._products = np.zeros((width, width), np.float32)
        self._waiting: list[Vector] = []

    def add(self, x: Vector) -> None:
        """Rows of shape (pieces, width)."""
        self.low, self.high = np.minimum(self.low, x.min(axis=0)), np.maximum(self.high, x.max(axis=0))
        self._rows += len(x)
        self._sum += x.sum(axis=0)
        self._waiting.append(np.array(x))
        if sum(map(len, self._waiting)) >= _AT_ONCE:
            self._multiply()

    def _multiply(self) -> None:
        if self._waiting:
            x = np.concatenate(self._waiting)
            self._products += x.T @ x
            self._waiting = []

    @property
    def mean(self) -> Vector:
        """Shape (width,)."""
        return np.asarray(self._sum / self._rows, np.float32)

    @property
    def covariance(self) -> Vector:
        """Shape (width, width)."""
        self._multiply()
        return np.asarray(self._products / self._rows - np.outer(self.mean, self.mean), np.float32)


def calibrated(
    shape: Architecture, weights: Tensors, texts: Sequence[Sequence[int]]
) -> tuple[Quantisation, NDArray[np.float32]]:
    """How to make integers, from `texts` as word pieces; and their vectors in floats, shape (texts, width)."""
    graph = Graph(shape, weights, watched=True)
    run = openvino().Core().compile_model(graph.model(), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    seen: dict[str, _Seen] = {}
    vectors = []
    for pieces in texts:
        made = run([np.asarray([pieces], np.int64)])
        vectors.append(np.array(made[0][0]))
        for place, key in enumerate(graph.keys, 1):
            x = made[place][0]
            if key not in seen:
                seen[key] = _Seen(x.shape[-1])
            seen[key].add(x)
    return _quantisation(weights, seen), np.asarray(vectors, np.float32)


def _quantisation(weights: Tensors, seen: dict[str, _Seen]) -> Quantisation:
    made = Quantisation()
    for key, one in seen.items():
        named = matrices(weights, key)
        made.centre[key], made.step[key] = _steps(np.concatenate(list(named.values())), one.low, one.high)
        made.products.update(_integers(weights, named, one, made.centre[key], made.step[key]))
    return made


def _steps(w: Vector, low: Vector, high: Vector) -> tuple[Vector, Vector]:
    """Centre and step of each input, shapes (inputs,), from its ends and the weights, shape (outputs, inputs)."""
    half = np.maximum((high - low) / 2, _LEAST)
    share = np.maximum(half**_MOVED / np.maximum(np.abs(w).max(axis=0), _LEAST) ** (1 - _MOVED), _LEAST)
    step = share * ((half / share).max() / _STEPS)
    # Zero is one of the steps: after an activation it is by far the most frequent value.
    centre = np.rint((low + high) / 2 / step) * step
    return np.asarray(centre, np.float32), np.asarray(step, np.float32)


def _integers(
    weights: Tensors, named: dict[str, Vector], seen: _Seen, centre: Vector, step: Vector
) -> dict[str, Integers]:
    """The matrices of one input in integers; what is added afterwards makes their mean right."""
    mean, covariance = seen.mean, seen.covariance / np.outer(step, step)
    w = np.concatenate(list(named.values())) * step
    whole, scale = rounded(w, covariance)
    errors = w.astype(np.float64) - whole * scale.astype(np.float64)
    bias = np.concatenate([weights[f"{name}.bias"] for name in named])
    bias = bias + w @ (centre / step) + errors @ ((mean - centre) / step)
    ends = np.cumsum([len(one) for one in named.values()])[:-1]
    parts = zip(named, np.split(whole, ends), np.split(scale, ends), np.split(bias, ends), strict=True)
    return {name: Integers(whole=i, scale=s, bias=b.astype(np.float32)) for name, i, s, b in parts}
