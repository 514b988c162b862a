"""What several test files need. Sockets are blocked for all of them by `--disable-socket` (pyproject.toml)."""

from __future__ import annotations

import hashlib
import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

# Where tests run side by side, each with a thread for every core would mostly wait for the others; read at import.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# What is expected of figures was measured with torch; tests of the engines choose for themselves.
os.environ.setdefault("THEMESCOUT_EMBED_ENGINE", "torch")

import numpy as np
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from themescout import project, settings
from themescout.embed import engine
from themescout.embed.fast import runtime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

hypothesis_settings.register_profile(
    "house",
    deadline=None,  # a busy machine is no failure
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile("house")


@dataclass(frozen=True, slots=True)
class FakeEmbedder:
    """A unit vector from the hash of the text and the name: no meaning, no model, no time."""

    name: str = "fake@1"
    dimensions: int = 16

    @property
    def key(self) -> str:
        return f"{self.name}/{self.dimensions}"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        x = np.zeros((len(texts), self.dimensions), np.float32)
        for i, text in enumerate(texts):
            if text.strip():
                seed = int.from_bytes(hashlib.sha256(f"{self.name}\0{text}".encode()).digest()[:8], "big")
                row = np.random.default_rng(seed).standard_normal(self.dimensions)
                x[i] = row / np.linalg.norm(row)
        return x


@pytest.fixture
def fake_embedder() -> FakeEmbedder:
    """An embedder for units."""
    return FakeEmbedder()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real interview sets, beside the repository; the test is skipped where it is not."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the real interview sets are not at {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def two_codes() -> str:
    """A codebook of two codes with kinds: the matcher is fitted in hundredths of a second."""
    return """
id: small
title: Small
kinds:
  - {id: barrier, name: Barrier, examples: [The money never came., Nobody was there to do the work.]}
  - {id: research_question, name: Question, examples: [Which of the two works better?, We do not know why.]}
  - {id: neither, name: Neither, examples: [Thank you for your time., It went very well indeed.]}
codes:
  - {id: MONEY, name: Money, definition: "Funds, budgets, salaries."}
  - {id: PEOPLE, name: People, definition: "Staff, training and leadership."}
"""


@pytest.fixture
def make_study(tmp_path: Path) -> Iterator[Callable[..., project.Study]]:
    """Make an empty, quick study under `tmp_path`; keywords replace values of `[study]`. Closed afterwards."""
    made: list[project.Study] = []

    def make(name: str = "study", **values: object) -> project.Study:
        quick = settings.changed(settings.Settings(), "embed", model="ngrams")
        quick = settings.changed(quick, "discover", reducer="pca", runs=5)
        made.append(project.create(tmp_path / name, settings.changed(quick, "study", **values)))
        return made[-1]

    yield make
    for study in made:
        study.close()


@pytest.fixture(scope="session")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where encoders of the fast engine are prepared: once for all tests, also for those that run side by side."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "encoders"


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, encoders: Path) -> None:
    """Whoever runs the tests may have settings of their own in the environment, or another computer than we have."""
    for name in [name for name in os.environ if name.startswith("THEMESCOUT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("THEMESCOUT_CACHE", str(encoders))
    # "auto" is torch here, as it is for the fixtures of a session, see above.
    monkeypatch.setattr(engine, "_graphics_card", lambda: True)


@pytest.fixture
def fast_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer for which the fast engine is chosen."""
    monkeypatch.setattr(engine, "_graphics_card", lambda: False)
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(runtime, "saturates", lambda: False)
