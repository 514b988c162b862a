"""The default model with the change that was trained for a codebook: the change is made once, and only on its base."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from themescout.embed import make, manifest, transformer, tuned
from themescout.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real

SAID = ["The clinic has no fuel for the motorbikes.", "", "My salary was late again."]
QUERY = "encoder.layer.0.attention.self.query"


@pytest.fixture
def change(tmp_path: Path) -> Path:
    """A small change of one matrix and one vector of the default model."""
    rng = np.random.default_rng(1)
    path = tmp_path / "change.npz"
    parts: dict[str, Any] = {
        f"steps:{QUERY}.weight": rng.integers(-127, 128, (384, 384)).astype(np.int8),
        f"scales:{QUERY}.weight": rng.uniform(1e-4, 2e-3, 384).astype(np.float32),
        f"steps:{QUERY}.bias": rng.integers(-127, 128, 384).astype(np.int8),
        f"scales:{QUERY}.bias": np.array([0.002], np.float32),
        "base": np.asarray(manifest.default_card().sha256),
        "codes": np.asarray(["A"]),
    }
    np.savez(path, **parts)
    return path


def test_its_vectors_are_unit_rows_and_not_the_bases(change: Path) -> None:
    base = make("default")
    model = tuned.TunedEmbedder(transformer.default(""), change)
    x = model.embed(SAID)
    assert (x.shape, x.dtype) == ((3, base.dimensions), np.float32)
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), [1, 0, 1], atol=1e-5)
    assert not np.allclose(x, base.embed(SAID), atol=1e-2)
    assert model.key != base.key
    assert model.key.startswith(base.key)


def test_the_change_is_made_once_and_exactly(change: Path) -> None:
    model, base = tuned.TunedEmbedder(transformer.default(""), change), transformer.default("")
    first = model.embed(SAID)
    np.testing.assert_array_equal(model.embed(SAID), first)
    before, after = (dict(one.loaded()[0].auto_model.named_parameters()) for one in (base, model._base))
    with np.load(change) as data:
        added = {name: data[f"steps:{name}"] * data[f"scales:{name}"][:, None] for name in [f"{QUERY}.weight"]}
        added[f"{QUERY}.bias"] = data[f"steps:{QUERY}.bias"] * data[f"scales:{QUERY}.bias"]
    for name, parameter in after.items():
        expected = before[name].detach().numpy()
        if name.startswith(QUERY):
            expected = expected + added[name]
        np.testing.assert_allclose(parameter.detach().numpy(), expected, atol=1e-6)


def test_another_change_is_another_key(change: Path) -> None:
    first = tuned.TunedEmbedder(transformer.default(""), change).key
    with np.load(change) as data:
        parts: dict[str, Any] = dict(data)
    parts[f"scales:{QUERY}.bias"] *= 2
    np.savez(change, **parts)
    assert tuned.TunedEmbedder(transformer.default(""), change).key != first


def test_a_change_of_other_weights_is_refused(change: Path) -> None:
    with np.load(change) as data:
        parts: dict[str, Any] = {**data, "base": np.asarray("0" * 64)}
    np.savez(change, **parts)
    with pytest.raises(ModelError, match=r"change\.npz was trained on other weights"):
        tuned.TunedEmbedder(transformer.default(""), change).embed(SAID)


def test_the_change_that_is_shipped_fits_the_model_that_is_shipped() -> None:
    model = make("scale-up")
    x = model.embed(SAID)
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), [1, 0, 1], atol=1e-5)
    assert "scale-up-head@" in model.key
    assert not np.allclose(x, make("default").embed(SAID), atol=1e-2)
