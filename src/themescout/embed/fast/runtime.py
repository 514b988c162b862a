"""OpenVINO, brought in without its reporting, and whether its integers are right on this processor."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

import numpy as np

from themescout.errors import ModelError


def openvino() -> Any:
    """The package openvino. Import it through this function only.

    On import it would write a name for this computer into the home folder and tell its makers that it was imported
    (openvino.tools.ovc, through the package openvino_telemetry). Where that package cannot be found, openvino has an
    empty one in its place; so it is made impossible to find in this process.

    Raises:
        ModelError: it is not installed, or cannot be loaded here.
    """
    if "openvino" not in sys.modules:
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # how Python marks what is not to be found
    try:
        import openvino as found  # noqa: PLC0415  # only where an encoder is made or run
    except ImportError as error:
        raise ModelError(
            f"The int8 engine needs a package that cannot be loaded: openvino ({error}).",
            "Try: pip install openvino, or set embed.engine to torch.",
        ) from error
    return found


@cache
def saturates() -> bool:
    """Whether products of 8-bit integers are cut off where they are large; tried out in some hundredths of a second.

    Processors before the VNNI instructions add two products in 16 bits with a sign, which 2 x 255 x 127 exceed. The
    default model's vectors then have a mean cosine of .997 to the floats, instead of .999.

    Raises:
        ModelError: openvino cannot be loaded.
    """
    op, inputs = openvino().opset13, 64
    number = np.full((1, 16, inputs), 255, np.float32)
    x = op.parameter(list(number.shape), np.float32)
    ends = [op.constant(np.float32(end)) for end in (0, 255, 0, 255)]
    whole = op.convert(op.constant(np.full((inputs, inputs), 127, np.int8)), "f32")
    weights = op.multiply(whole, op.constant(np.ones((inputs, 1), np.float32)))
    model = openvino().Model([op.matmul(op.fake_quantize(x, *ends, 256), weights, False, True)], [x])
    run = openvino().Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return bool(run([number])[0].min() < 255 * 127 * inputs)
