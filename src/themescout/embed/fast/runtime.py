"""OpenVINO, brought in without its reporting."""

from __future__ import annotations

import sys
from typing import Any

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
