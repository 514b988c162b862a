"""A made-up comparison for the tests of what is read of it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

_PATH = Path(__file__).parents[1] / "made.py"


@pytest.fixture(scope="session")
def made() -> ModuleType:
    """The module `made.py` beside this folder; test files cannot import it."""
    name = "made_comparison"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, _PATH)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]
