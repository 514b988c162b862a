"""The encoder as an OpenVINO graph, in 32-bit floats or with the matrix products of its layers in 8-bit integers.

Texts of one batch have the same number of word pieces, so that there is no padding and no mask: what a text's vector is
depends on that text alone, to the last bit (tests hold that).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout.embed.fast.runtime import openvino

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from themescout.embed.fast.architecture import Architecture, Tensors

    Node = Any

_PARTS = ("query", "key", "value")
LOW, HIGH = -128, 127  # the ends of what 8 bits hold, in steps from the centre
_ONE, _NONE = np.ones(1, np.float32), np.zeros(1, np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Integers:
    """The matrix of a product in integers, for inputs that are a centre and whole steps.

    Attributes:
        whole: int8, shape (outputs, inputs).
        scale: float32, shape (outputs, 1): `whole` x `scale` are the weights for one step of each input.
        bias: float32, shape (outputs,): what is added if all inputs are at their centre.
    """

    whole: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quantisation:
    """How the inputs of the matrix products become integers; keys are "LAYER.PRODUCT".

    Attributes:
        centre: float32, shape (inputs,): of each input.
        step: float32, shape (inputs,): what one step of it is.
        products: the matrices, by the names of their weights.
    """

    centre: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    step: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    products: dict[str, Integers] = field(default_factory=dict)


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
        y = self._product(self._input(said, f"{layer}.out"), f"{name}.attention.output.dense")
        kept, x = self._normalised(self._op.add(y, kept), f"{name}.attention.output.LayerNorm", f"{layer}.up")
        y = self._op.gelu(self._product(self._input(x, f"{layer}.up"), f"{name}.intermediate.dense"), "erf")
        y = self._product(self._input(y, f"{layer}.down"), f"{name}.output.dense")
        return self._normalised(self._op.add(y, kept), f"{name}.output.LayerNorm", f"{layer + 1}.qkv")

    def _attention(self, layer: int, x: Node) -> Node:
        """What each token takes from the others, shape (texts, pieces, width); in steps from its centre."""
        op, shape = self._op, self._shape
        size = shape.width // shape.heads
        split = self._constant(np.array([0, 0, shape.heads, size], np.int64))
        turned = self._constant(np.array([0, 2, 1, 3], np.int64))
        # The root of the dot product's length is taken beforehand. As shares sum up to one, what is divided and shifted
        # before they are taken need not be afterwards.
        changes = {"query": (np.full(1, size**-0.5), _NONE), "value": self._steps(f"{layer}.out")}
        query, key, value = (
            op.transpose(op.reshape(self._product(x, name, *changes.get(part, (_ONE, _NONE))), split, True), turned)
            for part, name in ((part, f"encoder.layer.{layer}.attention.self.{part}") for part in _PARTS)
        )
        weighed = op.matmul(op.softmax(op.matmul(query, key, False, True), -1), value, False, False)
        joined = self._constant(np.array([0, 0, shape.width], np.int64))
        return op.reshape(op.transpose(weighed, turned), joined, True)

    def _steps(self, key: str) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """What an input is multiplied with and shifted by, so that it is in steps from its centre."""
        if self._quantisation is None or key not in self._quantisation.step:
            return _ONE, _NONE
        centre, step = self._quantisation.centre[key], self._quantisation.step[key]
        return 1 / step, -centre / step

    def _normalised(self, x: Node, name: str, key: str) -> tuple[Node, Node]:
        """A layer's normalisation twice: as it is added again later, and in steps from its centre for `key`."""
        op = self._op
        gain, shift = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        plain = op.mvn(x, self._constant(np.array([-1], np.int64)), True, self._shape.epsilon, "inside_sqrt")
        kept = self._scaled(plain, gain, shift)
        if self._quantisation is None or key not in self._quantisation.step:
            return kept, kept
        factor, start = self._steps(key)
        return kept, self._scaled(plain, gain * factor, shift * factor + start)

    def _scaled(self, x: Node, gain: NDArray[np.floating], shift: NDArray[np.floating]) -> Node:
        op = self._op
        gain, shift = (np.asarray(one[None, None], np.float32) for one in (gain, shift))
        return op.add(op.multiply(x, self._constant(gain)), self._constant(shift))

    def _input(self, x: Node, key: str) -> Node:
        """The input of a product, as integers from 0 where that is wished."""
        if self._watched:
            self.keys.append(key)
            self._seen.append(x)
        if self._quantisation is None:
            return x
        low: Any = LOW
        high: Any = HIGH
        if key.endswith(".down"):
            # Nothing linear stands before this input that could have made steps of it. Ends for each input have another
            # use: with one zero for all, every layer would need kernels of its own, which take time to be made.
            centre, step = self._quantisation.centre[key][None, None], self._quantisation.step[key][None, None]
            low, high = centre + low * step, centre + high * step
        ends = [self._constant(np.asarray(end, np.float32)) for end in (low, high, 0, HIGH - LOW)]
        return self._op.fake_quantize(x, *ends, HIGH - LOW + 1)

    def _product(
        self, x: Node, name: str, factor: NDArray[np.floating] = _ONE, shift: NDArray[np.floating] = _NONE
    ) -> Node:
        """The product with the weights called `name`; each output multiplied with `factor`, then shifted."""
        op = self._op
        if self._quantisation is None:
            b = self._weights[f"{name}.bias"]
            weights = self._constant((self._weights[f"{name}.weight"] * factor[:, None]).astype(np.float32))
        else:
            made = self._quantisation.products[name]
            scale = (made.scale * factor[:, None]).astype(np.float32)
            weights = op.multiply(op.convert(self._constant(made.whole), "f32"), self._constant(scale))
            # The integers begin at 0, not at the lowest step.
            b = made.bias + LOW * (made.whole.sum(axis=1, dtype=np.int64) * made.scale[:, 0])
        added = np.asarray(b * factor + shift, np.float32)
        return op.add(op.matmul(x, weights, False, True), self._constant(added[None, None]))

    def _first(self, x: Node) -> Node:
        return self._op.gather(x, self._constant(np.int64(0)), self._constant(np.int64(1)))

    def _constant(self, value: NDArray[Any] | np.generic) -> Node:
        return self._op.constant(value)


def matrices(weights: Tensors, key: str) -> dict[str, NDArray[np.float32]]:
    """The matrices, shape (outputs, inputs), that are multiplied with the input `key`, by name."""
    layer, _, product = key.partition(".")
    start = f"encoder.layer.{layer}"
    names = {
        "qkv": [f"{start}.attention.self.{part}" for part in _PARTS],
        "out": [f"{start}.attention.output.dense"],
        "up": [f"{start}.intermediate.dense"],
        "down": [f"{start}.output.dense"],
    }[product]
    return {name: weights[f"{name}.weight"] for name in names}
