"""How fast the processor multiplies 8-bit integers in the shapes of the encoder, and how near the engine comes to it.

The limit is a model of nothing but the encoder's matrix products: each input is rounded as in `embed.fast.graph`, each
product's outcome is the next one's input; no attention, no normalisation, no activation, no words to look up.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.engine_speed import model_folder, ours
from benchmarks.tables import table
from benchmarks.turns import Way, in_turn, timed
from themescout import cores
from themescout.embed.fast.architecture import tokenizer_file
from themescout.embed.fast.runtime import openvino

if TYPE_CHECKING:
    from collections.abc import Sequence

ROWS = 2048  # word pieces given at once, as in the engine
LAYERS, WIDTH, INNER = 6, 384, 1536
PRODUCTS = (*((WIDTH, WIDTH),) * 4, (WIDTH, INNER), (INNER, WIDTH)) * LAYERS  # (inputs, outputs)
OPERATIONS = 2 * sum(inputs * outputs for inputs, outputs in PRODUCTS)  # multiplications and additions for a word piece
_BATCHES = 64


def products() -> Any:
    """The OpenVINO model of the products alone: float32 (rows, 384) in and out."""
    opset13 = openvino().opset13
    rng = np.random.default_rng(0)
    given = opset13.parameter([-1, WIDTH], np.float32)
    x: Any = given
    for inputs, outputs in PRODUCTS:
        low, high = opset13.constant(np.float32(-128)), opset13.constant(np.float32(127))
        x = opset13.fake_quantize(x, low, high, low, high, 256)
        whole = opset13.constant(rng.integers(-127, 128, (outputs, inputs), dtype=np.int8))
        scale = opset13.constant(np.full((outputs, 1), 1 / (64 * np.sqrt(inputs)), np.float32))
        x = opset13.matmul(x, opset13.multiply(opset13.convert(whole, "f32"), scale), False, True)
    return openvino().Model([opset13.result(x)], [given], "products")


def compiled() -> tuple[Any, Any]:
    """The model ready to run, and a queue with a request for each core, as in the engine."""
    count = cores.wanted()
    wanted = {"NUM_STREAMS": count, "INFERENCE_NUM_THREADS": count, "INFERENCE_PRECISION_HINT": "f32"}
    run = openvino().Core().compile_model(products(), "CPU", wanted)
    return run, openvino().AsyncInferQueue(run, count)


def kinds(run: Any) -> set[str]:
    """With which numbers the products are done, as OpenVINO says ("i8" or "u8" where all is as it should be)."""
    found = set()
    for node in run.get_runtime_model().get_ordered_ops():
        about = node.get_rt_info()
        if str(about["layerType"].astype(str)) in {"FullyConnected", "MatMul"}:
            found.add(str(about["runtimePrecision"].astype(str)))
    return found


def limit(name: str, texts: Sequence[str], rounds: int) -> str:
    """The products and the engine in turn: operations a second, the texts a second these allow, the share reached."""
    run, queue = compiled()
    x = np.random.default_rng(1).uniform(-128, 127, (ROWS, WIDTH)).astype(np.float32)

    def multiply() -> None:
        for _ in range(_BATCHES):
            queue.start_async([x])
        queue.wait_all()

    engine, pieces = ours("int8"), word_pieces(texts)
    engine(texts[:64])
    multiply()
    found = in_turn(
        [
            Way(name="products", once=lambda: timed(multiply)),
            Way(name="int8", once=lambda: timed(lambda: engine(texts))),
        ],
        rounds,
    )
    rates = [_BATCHES * ROWS * OPERATIONS / seconds for seconds in found["products"]]
    allowed = [rate / (OPERATIONS * pieces) for rate in rates]
    reached = [len(texts) / seconds for seconds in found["int8"]]
    shares = [own / most for own, most in zip(reached, allowed, strict=True)]
    rows = [
        ["8-bit operations a second, products alone", f"{median(rates) / 1e9:,.0f} × 10⁹"],
        [f"texts a second that these allow, at {pieces:.1f} word pieces each", f"{median(allowed):,.0f}"],
        ["texts a second that the engine reaches", f"{median(reached):,.0f}"],
        ["share reached, median", f"{median(shares):.2f}"],
        ["share reached, each round", ", ".join(f"{share:.2f}" for share in shares)],
        ["numbers in which OpenVINO multiplies", ", ".join(sorted(kinds(run)))],
    ]
    return f"### The limit of the processor: {len(texts):,} texts of {name}\n\n" + table(("what", "measured"), rows)


def word_pieces(texts: Sequence[str]) -> float:
    """Mean number of word pieces of a text, special ones included."""
    from tokenizers import Tokenizer  # noqa: PLC0415  # only here

    tokenizer = Tokenizer.from_file(str(tokenizer_file(Path(model_folder()))))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return float(np.mean([len(found.ids) for found in tokenizer.encode_batch(list(texts))]))
