"""The encoder as an OpenVINO graph, in 32-bit floats or with the matrix products of its layers in 8-bit integers.

Texts of one batch have the same number of word pieces, so that there is no padding and no mask: what a text's vector is
depends on that text alone, to the last bit (tests hold that).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout.embed.fast.runtime import openvino

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from themescout.embed.fast.architecture import Architecture, Tensors

    Node = Any

_STEPS = 255  # between the ends of a range of activations: 8 bits without a sign
_LARGEST = 127  # of a weight: 8 bits with a sign, symmetric


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quantisation:
    """How the inputs of the matrix products become integers; keys are "LAYER.PRODUCT".

    Attributes:
        smooth: float32, shape (inputs,): what each input is divided by beforehand, and its weights multiplied with.
        ranges: lowest and highest value of an input after that.
    """

    smooth: Mapping[str, NDArray[np.float32]]
    ranges: Mapping[str, tuple[float, float]]


class Graph:
    """Builds the graph of one encoder.

    Args:
        shape: of the encoder.
        weights: its parameters.
        quantisation: how to make integers; None leaves everything in 32-bit floats.
        watched: whether the inputs of all matrix products become outputs, too, in the order of `keys`.
    """

    def __init__(
        self, shape: Architecture, weights: Tensors, quantisation: Quantisation | None = None, *, watched: bool = False
    ) -> None:
        self._ov = openvino()
        self._op = self._ov.opset13
        self._shape, self._weights, self._quantisation, self._watched = shape, weights, quantisation, watched
        self.keys: list[str] = []
        self._seen: list[Node] = []

    def model(self) -> Any:
        """The OpenVINO model: ids (int64, shape (texts, pieces)) to unit vectors (float32, shape (texts, width))."""
        op = self._op
        ids = op.parameter([-1, -1], np.int64, name="ids")
        kept, x = self._normalised(self._embedded(ids), "embeddings.LayerNorm", "0.qkv")
        for layer in range(self._shape.layers):
            kept, x = self._layer(layer, kept, x)
        one = self._constant(np.array([1], np.int64))
        pooled = op.reduce_mean(kept, one, keep_dims=False) if self._shape.pooling == "mean" else self._first(kept)
        unit = op.normalize_l2(pooled, one, 1e-12, "max")
        return self._ov.Model([op.result(node) for node in (unit, *self._seen)], [ids], "encoder")

    def _embedded(self, ids: Node) -> Node:
        op = self._op
        # Half precision for the largest table: its rounding is far below that of the integers.
        words = self._constant(self._weights["embeddings.word_embeddings.weight"].astype(np.float16))
        x = op.convert(op.gather(words, ids, self._constant(np.int64(0))), "f32")
        table = self._weights["embeddings.position_embeddings.weight"][self._shape.first_position :]
        kinds = self._weights.get("embeddings.token_type_embeddings.weight")
        table = table if kinds is None else table + kinds[0]
        length = op.gather(op.shape_of(ids), self._constant(np.array([1], np.int64)), self._constant(np.int64(0)))
        start, step = self._constant(np.array([0], np.int64)), self._constant(np.array([1], np.int64))
        places = op.slice(self._constant(table), start, length, step, start)
        return op.add(x, op.unsqueeze(places, self._constant(np.int64(0))))

    def _layer(self, layer: int, kept: Node, x: Node) -> tuple[Node, Node]:
        name = f"encoder.layer.{layer}"
        said = self._attention(layer, self._input(x, f"{layer}.qkv"))
        y = self._product(
            self._input(said, f"{layer}.out"), *self._linear(f"{name}.attention.output.dense"), f"{layer}.out"
        )
        kept, x = self._normalised(self._op.add(y, kept), f"{name}.attention.output.LayerNorm", f"{layer}.up")
        y = self._product(self._input(x, f"{layer}.up"), *self._linear(f"{name}.intermediate.dense"), f"{layer}.up")
        y = self._input(self._op.gelu(y, "erf"), f"{layer}.down")
        y = self._product(y, *self._linear(f"{name}.output.dense"), f"{layer}.down")
        return self._normalised(self._op.add(y, kept), f"{name}.output.LayerNorm", f"{layer + 1}.qkv")

    def _attention(self, layer: int, x: Node) -> Node:
        """What each token takes from the others, shape (texts, pieces, width)."""
        op, shape = self._op, self._shape
        size = shape.width // shape.heads
        split = self._constant(np.array([0, 0, shape.heads, size], np.int64))
        turned = self._constant(np.array([0, 2, 1, 3], np.int64))
        parts = []
        for part in ("query", "key", "value"):
            w, b = self._linear(f"encoder.layer.{layer}.attention.self.{part}")
            if part == "query":  # the root of the dot product's length, taken beforehand
                w, b = w / np.float32(size**0.5), b / np.float32(size**0.5)
            if part == "value":  # what smooths the next product's input
                s = self._smooth(f"{layer}.out")
                w, b = w / s[:, None], b / s
            parts.append(op.transpose(op.reshape(self._product(x, w, b, f"{layer}.qkv"), split, True), turned))
        query, key, value = parts
        weighed = op.matmul(op.softmax(op.matmul(query, key, False, True), -1), value, False, False)
        joined = self._constant(np.array([0, 0, shape.width], np.int64))
        return op.reshape(op.transpose(weighed, turned), joined, True)

    def _normalised(self, x: Node, name: str, key: str) -> tuple[Node, Node]:
        """A layer's normalisation twice: as it is added again later, and divided for the product `key`."""
        op = self._op
        gain, shift = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        plain = op.mvn(x, self._constant(np.array([-1], np.int64)), True, self._shape.epsilon, "inside_sqrt")
        kept = self._scaled(plain, gain, shift)
        if self._quantisation is None or key not in self._quantisation.smooth:
            return kept, kept
        s = self._smooth(key)
        return kept, self._scaled(plain, gain / s, shift / s)

    def _scaled(self, x: Node, gain: NDArray[np.float32], shift: NDArray[np.float32]) -> Node:
        op = self._op
        return op.add(op.multiply(x, self._constant(gain[None, None])), self._constant(shift[None, None]))

    def _input(self, x: Node, key: str) -> Node:
        """The input of a product, as integers where that is wished."""
        self.keys.append(key)
        if self._watched:
            self._seen.append(x)
        if self._quantisation is None:
            return x
        low, high = _ends(*self._quantisation.ranges[key])
        ends = [self._constant(np.float32(low)), self._constant(np.float32(high))]
        before = ends
        if key.endswith(".down"):  # nothing linear stands before this input that could have divided it
            s = self._smooth(key)[None, None]
            before = [self._constant(np.float32(end) * s) for end in (low, high)]
        return self._op.fake_quantize(x, *before, *ends, _STEPS + 1)

    def _product(self, x: Node, w: NDArray[np.float32], b: NDArray[np.float32], key: str) -> Node:
        op = self._op
        w = w * self._smooth(key)[None, :] if self._quantisation else w
        shift = self._constant(b[None, None].astype(np.float32))
        if self._quantisation is None:
            return op.add(op.matmul(x, self._constant(w), False, True), shift)
        scale = np.maximum(np.abs(w).max(axis=1, keepdims=True), 1e-12) / _LARGEST
        whole = np.clip(np.round(w / scale), -_LARGEST, _LARGEST).astype(np.int8)
        weights = op.multiply(op.convert(self._constant(whole), "f32"), self._constant(scale.astype(np.float32)))
        return op.add(op.matmul(x, weights, False, True), shift)

    def _linear(self, name: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]

    def _smooth(self, key: str) -> NDArray[np.float32]:
        return self._quantisation.smooth[key] if self._quantisation else np.ones(1, np.float32)

    def _first(self, x: Node) -> Node:
        return self._op.gather(x, self._constant(np.int64(0)), self._constant(np.int64(1)))

    def _constant(self, value: NDArray[Any] | np.generic) -> Node:
        return self._op.constant(value)


def _ends(low: float, high: float) -> tuple[float, float]:
    """The range widened such that 0 is one of its steps."""
    low, high = min(low, 0.0), max(high, 1e-6)
    step = (high - low) / _STEPS
    zero = round(-low / step)
    return -zero * step, (_STEPS - zero) * step


def weights_of(weights: Tensors, key: str) -> Sequence[NDArray[np.float32]]:
    """The matrices, shape (outputs, inputs), that are multiplied with the input `key`."""
    layer, _, product = key.partition(".")
    start = f"encoder.layer.{layer}"
    names = {
        "qkv": [f"{start}.attention.self.{part}" for part in ("query", "key", "value")],
        "out": [f"{start}.attention.output.dense"],
        "up": [f"{start}.intermediate.dense"],
        "down": [f"{start}.output.dense"],
    }[product]
    return [weights[f"{name}.weight"] for name in names]
