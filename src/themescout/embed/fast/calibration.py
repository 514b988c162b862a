"""Looking at what goes through an encoder, so that its matrix products can be done in integers.

Inputs differ widely from one another, weights do not; so a part of an input's size is moved into its weights first
(SmoothQuant, Xiao et al. 2023, arXiv 2211.10438). The input of the second half of a layer has nothing linear before it
and is divided while it becomes an integer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from themescout.embed.fast.graph import Graph, Quantisation, weights_of
from themescout.embed.fast.runtime import openvino

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from themescout.embed.fast.architecture import Architecture, Tensors

# Share of an input's size that is moved into its weights. Chosen on podcasts (cosine to the floats .9978; with .5 and
# nothing moved in the second half .9955).
_MOVED = 0.85
_LEAST = 1e-4


def calibrated(
    shape: Architecture, weights: Tensors, texts: Sequence[Sequence[int]]
) -> tuple[Quantisation, NDArray[np.float32]]:
    """How to make integers, from `texts` as word pieces; and their vectors in floats, shape (texts, width)."""
    graph = Graph(shape, weights, watched=True)
    run = openvino().Core().compile_model(graph.model(), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    low: dict[str, NDArray[np.float32]] = {}
    high: dict[str, NDArray[np.float32]] = {}
    vectors = []
    for pieces in texts:
        made = run([np.asarray([pieces], np.int64)])
        vectors.append(np.array(made[0][0]))
        for place, key in enumerate(graph.keys, 1):
            _widen(low, high, key, made[place][0])
    smooth = {key: _smoothing(weights_of(weights, key), low[key], high[key]) for key in graph.keys}
    ranges = {key: (float((low[key] / s).min()), float((high[key] / s).max())) for key, s in smooth.items()}
    return Quantisation(smooth=smooth, ranges=ranges), np.asarray(vectors, np.float32)


def _widen(low: dict[str, Any], high: dict[str, Any], key: str, x: NDArray[np.float32]) -> None:
    least, most = x.min(axis=0), x.max(axis=0)
    low[key] = np.minimum(low.get(key, least), least)
    high[key] = np.maximum(high.get(key, most), most)


def _smoothing(
    matrices: Sequence[NDArray[np.float32]], low: NDArray[np.float32], high: NDArray[np.float32]
) -> NDArray[np.float32]:
    size = np.maximum(np.maximum(np.abs(low), np.abs(high)), 1e-5)
    weight = np.maximum(np.max([np.abs(w).max(axis=0) for w in matrices], axis=0), 1e-5)
    return np.asarray(np.maximum(size**_MOVED / weight ** (1.0 - _MOVED), _LEAST), np.float32)
