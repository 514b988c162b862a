"""One contract test for each group of plug-ins, over everything that is registered."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from themescout import codebook, plugins
from themescout.errors import FileProblemError
from themescout.protocols import Embedder, Importer, Reducer
from themescout.suggest import Labelled, Rows, code_texts

if TYPE_CHECKING:
    from pathlib import Path

ROWS = np.random.default_rng(1).standard_normal((40, 12)).astype(np.float32)
QUICK = {"umap": pytest.mark.real}  # its first fit compiles for ten seconds
EMBEDDERS = [
    pytest.param(name, marks=() if name == "ngrams" else pytest.mark.real) for name in ("default", "ngrams", "scale-up")
]  # "folder" needs a folder: see tests/embed


def registered(group: str) -> list[Any]:
    return [pytest.param(name, marks=QUICK.get(name, ())) for name in plugins.names(group)]


@pytest.mark.parametrize("name", registered("importers"))
def test_importers(name: str, tmp_path: Path) -> None:
    importer = plugins.load("importers", name)()
    assert isinstance(importer, Importer)
    assert importer.suffixes
    for suffix in importer.suffixes:
        assert suffix == suffix.lower()
        assert suffix.startswith(".")
        damaged = tmp_path / f"damaged{suffix}"
        damaged.write_bytes(b"\x00\xff\xfe not what the ending says \x00" * 9)
        with pytest.raises(FileProblemError, match="damaged"):
            importer.read(damaged)


def test_no_ending_is_claimed_by_two_importers() -> None:
    claimed = [suffix for name in plugins.names("importers") for suffix in plugins.load("importers", name)().suffixes]
    assert sorted(claimed) == sorted(set(claimed))


@pytest.mark.parametrize("name", EMBEDDERS)
def test_embedders(name: str) -> None:
    embedder = plugins.load("embedders", name)(name)
    assert isinstance(embedder, Embedder)
    key = embedder.key
    texts = ["The clinic has no drugs.", "", " \n", "😀 No money, no staff.", "The clinic has no drugs."]
    x = embedder.embed(texts)
    assert (x.dtype, x.shape) == (np.float32, (5, embedder.dimensions))
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), [1, 0, 0, 1, 1], atol=1e-5)
    np.testing.assert_array_equal(x[0], x[4])
    assert not np.allclose(x[0], x[3])
    assert embedder.embed([]).shape == (0, embedder.dimensions)
    assert embedder.key == key == plugins.load("embedders", name)(name).key


def test_every_embedder_is_in_the_contract() -> None:
    assert set(plugins.names("embedders")) == {"default", "ngrams", "folder", "scale-up"}


@pytest.mark.parametrize("name", registered("reducers"))
@pytest.mark.parametrize("n", [3, 5, 40])
def test_reducers(name: str, n: int) -> None:
    reducer = plugins.load("reducers", name)()
    assert isinstance(reducer, Reducer)
    before = ROWS[:n].copy()
    low = reducer.reduce(ROWS[:n], neighbours=8, seed=3)
    assert low.dtype == np.float32
    assert len(low) == n
    assert 1 <= low.shape[1] <= min(n, ROWS.shape[1])
    assert np.isfinite(low).all()
    np.testing.assert_array_equal(low, reducer.reduce(ROWS[:n], neighbours=8, seed=3))
    np.testing.assert_array_equal(before, ROWS[:n])


@pytest.mark.parametrize("name", registered("clusterers"))
def test_clusterers(name: str) -> None:
    heard: list[tuple[int, int]] = []
    wanted = {"reducer": "pca", "n_runs": 3, "n_themes": 0, "detail": 1.0, "min_size": 0, "random_state": 5}
    model = plugins.load("clusterers", name)(progress=lambda *step: heard.append(step))
    model.set_params(**{key: value for key, value in wanted.items() if key in model.get_params()})
    parameters = inspect.signature(type(model)).parameters
    assert {key: getattr(model, key) for key in parameters} == model.get_params()
    two = np.vstack([ROWS, -ROWS])
    model.fit(two)
    count = len(model.found_in_)
    assert sorted(set(model.labels_) - {-1}) == list(range(count))
    sizes = [int((model.labels_ == theme).sum()) for theme in range(count)]
    assert sizes == sorted(sizes, reverse=True)
    assert model.strengths_.shape == model.labels_.shape == (80,)
    assert ((model.strengths_ >= 0) & (model.strengths_ <= 1)).all()
    assert [done for done, _ in heard] == list(range(1, heard[-1][1] + 1)), "to the end, step by step"
    assert model.n_runs_ == 3
    assert model.predict(two).tolist() == model.labels_.tolist()
    inside = model.labels_ >= 0
    np.testing.assert_array_equal(model.nearest_[inside], model.labels_[inside])
    assert [bool(reason) for reason in model.reasons_] == (~inside).tolist()
    assert ((model.sublabels_ >= -1) & (inside | (model.sublabels_ == -1))).all()
    assert model.n_sampled_ <= len(two)


@pytest.mark.parametrize("name", registered("matchers"))
def test_matchers(name: str, fake_embedder: Embedder) -> None:
    book = codebook.load("scale-up")
    texts = code_texts(book)
    text_x = fake_embedder.embed([text.embedded for text in texts])
    matcher = plugins.load("matchers", name)(book, random_state=1)
    known = (Labelled(segment="s0", text="x", codes=(book.assignable[0].id,), kind=book.kinds[0].id),)
    study = Rows.of(["a", "b"], ["one", ""], fake_embedder.embed(["one", ""]))
    matcher.fit(texts, text_x, known, Rows.of(["s0"], ["x"], fake_embedder.embed(["x"])), study)
    found = matcher.suggest(study, listed=4)
    assert [item.segment for item in found] == ["a", "b"]
    for item in found:
        assert len(item.ranked) == 4
        assert {ranked.code for ranked in item.ranked} <= {code.id for code in book.assignable}
        chances = [ranked.p for ranked in item.ranked]
        assert chances == sorted(chances, reverse=True)
        assert 0 <= item.kind_p <= 1
