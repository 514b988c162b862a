"""Looking at what goes through an encoder, so that its matrix products can be done in integers.

Inputs differ widely from one another, weights do not; so a part of an input's size is moved into its weights first
(SmoothQuant, Xiao et al. 2023, arXiv 2211.10438), and what an input always is into what is added after the product
(Outlier Suppression+, Wei et al. 2023, arXiv 2304.09145).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from themescout.embed.fast.graph import HIGH, LOW, Graph, Integers, Quantisation, matrices
from themescout.embed.fast.rounding import rounded
from themescout.embed.fast.runtime import openvino

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from themescout.embed.fast.architecture import Architecture, Tensors

    Vector = NDArray[np.float32]

_MOVED = 0.8  # share of an input's size that is moved into its weights; chosen on podcasts, by the cosine to the floats
_LEAST = 1e-5
# Rows that are multiplied with each other, fewer take longer; with a text of 512 pieces their sums are exact in floats.
_AT_ONCE = 256


class _Ends:
    """The ends of what was seen of one input."""

    def __init__(self, width: int) -> None:
        self.low, self.high = np.full(width, np.inf, np.float32), np.full(width, -np.inf, np.float32)

    def add(self, x: Vector) -> None:
        """Rows of shape (pieces, width)."""
        self.low, self.high = np.minimum(self.low, x.min(axis=0)), np.maximum(self.high, x.max(axis=0))


class _Moments:
    """Mean of one input, and how its parts vary together, in steps from its centre.

    Of the integers that the input becomes, and exact: so the outcome does not depend on the order in which a library
    adds, which differs between processors.
    """

    def __init__(self, centre: Vector, step: Vector) -> None:
        self._centre, self._step = centre, step
        self._rows, self._sum = 0, np.zeros(len(centre))
        self._products = np.zeros((len(centre), len(centre)), np.int32)
        self._waiting: list[Vector] = []

    def add(self, x: Vector) -> None:
        """Rows of shape (pieces, width)."""
        whole = np.clip(np.rint((x - self._centre) / self._step), LOW, HIGH)
        self._rows += len(whole)
        self._sum += whole.sum(axis=0, dtype=np.float64)
        self._waiting.append(whole)
        if sum(map(len, self._waiting)) >= _AT_ONCE:
            self._multiply()

    def _multiply(self) -> None:
        if self._waiting:
            x = np.concatenate(self._waiting)
            self._products += (x.T @ x).astype(np.int32)
            self._waiting = []

    @property
    def mean(self) -> NDArray[np.float64]:
        """Shape (width,)."""
        return self._sum / self._rows

    @property
    def covariance(self) -> NDArray[np.float64]:
        """Shape (width, width)."""
        self._multiply()
        return self._products / self._rows - np.outer(self.mean, self.mean)


def calibrated(
    shape: Architecture, weights: Tensors, texts: Sequence[Sequence[int]]
) -> tuple[Quantisation, NDArray[np.float32]]:
    """How to make integers, from `texts` as word pieces; and their vectors in floats, shape (texts, width)."""
    graph = Graph(shape, weights, watched=True)
    run = openvino().Core().compile_model(graph.model(), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    ends: dict[str, _Ends] = {}
    vectors = []
    for pieces in texts:
        made = run([np.asarray([pieces], np.int64)])
        vectors.append(np.array(made[0][0]))
        for place, key in enumerate(graph.keys, 1):
            ends.setdefault(key, _Ends(made[place].shape[-1])).add(made[place][0])
    quantisation = Quantisation()
    for key, one in ends.items():
        w = np.concatenate(list(matrices(weights, key).values()))
        quantisation.centre[key], quantisation.step[key] = _steps(w, one.low, one.high)
    moments = {key: _Moments(quantisation.centre[key], quantisation.step[key]) for key in ends}
    for pieces in texts:
        made = run([np.asarray([pieces], np.int64)])
        for place, key in enumerate(graph.keys, 1):
            moments[key].add(made[place][0])
    for key, seen in moments.items():
        quantisation.products.update(_integers(weights, key, seen, quantisation.centre[key], quantisation.step[key]))
    return quantisation, np.asarray(vectors, np.float32)


def _steps(w: Vector, low: Vector, high: Vector) -> tuple[Vector, Vector]:
    """Centre and step of each input, shapes (inputs,), from its ends and the weights, shape (outputs, inputs)."""
    half = np.maximum((high - low) / 2, _LEAST)
    share = np.maximum(half**_MOVED / np.maximum(np.abs(w).max(axis=0), _LEAST) ** (1 - _MOVED), _LEAST)
    step = share * ((half / share).max() / HIGH)
    # Zero is one of the steps: after an activation it is by far the most frequent value.
    centre = np.rint((low + high) / 2 / step) * step
    return np.asarray(centre, np.float32), np.asarray(step, np.float32)


def _integers(weights: Tensors, key: str, seen: _Moments, centre: Vector, step: Vector) -> dict[str, Integers]:
    """The matrices of one input in integers; what is added afterwards makes their mean right."""
    named = matrices(weights, key)
    w = np.concatenate(list(named.values())) * step
    whole, scale = rounded(w, seen.covariance)
    errors = w.astype(np.float64) - whole * scale.astype(np.float64)
    bias = np.concatenate([weights[f"{name}.bias"] for name in named])
    bias = bias + w.astype(np.float64) @ (centre / step) + errors @ seen.mean
    ends = np.cumsum([len(one) for one in named.values()])[:-1]
    parts = zip(named, np.split(whole, ends), np.split(scale, ends), np.split(bias, ends), strict=True)
    return {name: Integers(whole=i, scale=s, bias=b.astype(np.float32)) for name, i, s, b in parts}
