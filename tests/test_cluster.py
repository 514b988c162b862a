"""Consensus of seeded runs: what must hold whatever the data, and what must be found where it is plain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, homogeneity_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from themescout import cluster
from themescout.cluster import ConsensusThemes
from themescout.errors import PluginError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def blobs(*sizes: int, noise: float = 0.15, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Unit rows around orthogonal centres, shuffled, and the centre of each."""
    rng = np.random.default_rng(seed)
    truth = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    x = np.eye(12, dtype=np.float32)[truth] + noise * rng.standard_normal((len(truth), 12)).astype(np.float32)
    return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32), truth


def quick(**given: Any) -> ConsensusThemes:
    return ConsensusThemes(**({"reducer": "pca", "n_runs": 5, "random_state": 1} | given))


@parametrize_with_checks([ConsensusThemes(reducer="pca", n_runs=3)])
def test_it_keeps_scikit_learns_manners(estimator: Any, check: Any) -> None:
    check(estimator)


def test_plain_groups_are_found_largest_first() -> None:
    x, truth = blobs(60, 50, 40, 30, 25)
    model = quick(n_runs=15).fit(x)
    assert adjusted_rand_score(truth, model.labels_) > 0.95
    sizes = np.bincount(model.labels_[model.labels_ >= 0])
    assert sizes.tolist() == sorted(sizes, reverse=True)
    assert (model.found_in_ > 10).all()
    assert (model.strengths_[model.labels_ >= 0] > 0.7).all()
    np.testing.assert_allclose(np.linalg.norm(model.centroids_, axis=1), 1, atol=1e-5)
    assert adjusted_rand_score(truth, model.predict(x)) > 0.95
    inside = model.labels_ >= 0
    assert (model.predict(x)[inside] == model.labels_[inside]).mean() > 0.95


def test_equal_seeds_give_equal_themes_and_leave_the_input_alone() -> None:
    x, _ = blobs(30, 25, noise=0.5)
    before = x.copy()
    one, two = quick().fit(x), quick().fit(x)
    for name in ("labels_", "strengths_", "nearest_", "found_in_", "centroids_"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    np.testing.assert_array_equal(x, before)


def test_the_order_of_rows_does_not_matter() -> None:
    x, _ = blobs(30, 25, 20, noise=0.3)
    order = np.random.default_rng(5).permutation(len(x))
    assert adjusted_rand_score(quick().fit(x).labels_[order], quick().fit(x[order]).labels_) == 1.0


def test_identical_rows_share_a_theme_and_weigh_in_its_size() -> None:
    x, truth = blobs(20, 15)
    small = x[truth == 1]
    many = np.vstack([x, np.repeat(small[:1], 30, axis=0)])
    model = quick().fit(many)
    copies = np.flatnonzero((many == small[0]).all(axis=1))
    assert len(copies) == 31
    for name in ("labels_", "strengths_", "nearest_"):
        assert len(set(getattr(model, name)[copies].tolist())) == 1
    assert model.labels_[copies[0]] == 0, "45 rows are more than 20"


def test_one_text_said_often_is_no_theme() -> None:
    x, _ = blobs(40, 35, 30)
    often = np.repeat(-x[:1], 12, axis=0)
    model = quick(n_runs=15).fit(np.vstack([x, often]))
    for theme in range(len(model.found_in_)):
        assert len(np.unique(np.vstack([x, often])[model.labels_ == theme], axis=0)) > 1


@pytest.mark.parametrize(
    "x",
    [
        pytest.param(blobs(1)[0], id="one row"),
        pytest.param(np.repeat(blobs(1)[0], 50, axis=0), id="identical rows"),
        pytest.param(np.zeros((30, 4), np.float32), id="empty texts"),
        pytest.param(blobs(4, 3)[0], id="fewer than two themes' worth"),
    ],
)
def test_too_little_gives_no_theme(x: NDArray[np.float32]) -> None:
    model = quick().fit(x)
    assert model.labels_.tolist() == model.nearest_.tolist() == [-1] * len(x)
    assert model.strengths_.tolist() == [0.0] * len(x)
    assert model.found_in_.shape == (0,)
    assert model.centroids_.shape == (0, x.shape[1])
    assert model.predict(x).tolist() == [-1] * len(x)


@pytest.mark.parametrize("wished", [1, 3, 6, 40])
def test_a_wished_number_of_themes_is_come_near_to(wished: int) -> None:
    x, _ = blobs(40, 35, 30, noise=0.3)
    chosen, asked = (len(quick(n_themes=n).fit(x).found_in_) for n in (0, wished))
    assert abs(asked - wished) <= abs(chosen - wished)


def test_a_wished_number_that_is_there_is_met() -> None:
    assert len(quick(n_runs=15, n_themes=5).fit(blobs(60, 50, 40, 30, 25)[0]).found_in_) == 5


@pytest.mark.parametrize("size", [1, 2, 12])
def test_no_theme_is_smaller_than_asked_for(size: int) -> None:
    model = quick(min_size=size).fit(blobs(40, 30, 20)[0])
    assert len(model.found_in_)
    assert min(np.bincount(model.labels_[model.labels_ >= 0])) >= max(size, 2)


def test_noise_is_honest_about_itself() -> None:
    x, _ = blobs(30, 30)
    scattered = np.random.default_rng(3).standard_normal((40, 12)).astype(np.float32)
    model = quick(n_runs=9).fit(np.vstack([x, scattered / np.linalg.norm(scattered, axis=1, keepdims=True)]))
    assert model.strengths_[60:].mean() < model.strengths_[:60].mean()
    outside = model.labels_ < 0
    assert outside.any()
    assert (model.nearest_[outside] >= 0).all()
    np.testing.assert_array_equal(model.nearest_[~outside], model.labels_[~outside])
    assert ((model.found_in_ >= 0) & (model.found_in_ <= 9)).all()


def test_a_large_corpus_goes_through_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_LARGEST_DIRECT", 150)
    x, truth = blobs(80, 70, 60, 50, 40)
    seen: list[int] = []
    runs = ConsensusThemes._runs

    def watched(self: ConsensusThemes, rows: Any, seeds: Any, size: int) -> Any:
        seen.append(len(rows))
        return runs(self, rows, seeds, size)

    monkeypatch.setattr(ConsensusThemes, "_runs", watched)
    model = quick(n_runs=15).fit(x)
    assert seen == [150]
    assert adjusted_rand_score(truth, model.labels_) > 0.95
    assert ((model.strengths_ >= 0) & (model.strengths_ <= 1)).all()
    inside = model.labels_ >= 0
    np.testing.assert_array_equal(model.nearest_[inside], model.labels_[inside])
    np.testing.assert_array_equal(model.labels_, quick(n_runs=15).fit(x).labels_)


def test_an_unknown_reducer_is_a_problem_of_the_users() -> None:
    with pytest.raises(PluginError, match="no reducer called “tsne”"):
        quick(reducer="tsne").fit(blobs(20, 20)[0])


@pytest.mark.parametrize(("n", "size"), [(1, 4), (150, 4), (600, 8), (10_000, 33)])
def test_the_fewest_segments_of_a_theme_grow_slowly(n: int, size: int) -> None:
    assert cluster.automatic_min_size(n) == size


def test_votes_are_shares_of_runs_with_one_vote_against() -> None:
    runs = [np.array([0, 0, 1, -1]), np.array([1, 1, 1, 0]), np.array([0, 0, -1, -1])]
    votes = cluster._votes(runs)
    np.testing.assert_allclose(votes[0], [1, 3 / 4, 1 / 3, 0])
    np.testing.assert_array_equal(votes, votes.T)


@pytest.mark.real
def test_the_default_reducer_never_mixes_plain_groups() -> None:
    x, truth = blobs(30, 25)
    model = ConsensusThemes(n_runs=3).fit(x)
    inside = model.labels_ >= 0
    assert inside.mean() > 0.8
    assert homogeneity_score(truth[inside], model.labels_[inside]) == pytest.approx(1.0)
