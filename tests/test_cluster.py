"""Consensus of seeded runs: what must hold whatever the data, and what must be found where it is plain."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import sparse
from sklearn.metrics import adjusted_rand_score, homogeneity_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from themescout.candidates import Reason
from themescout.cluster import (
    ConsensusThemes,
    DensityThemes,
    consensus,
    duplicates,
    estimator,
    granularity,
    graph,
    runs,
)
from themescout.cluster.settling import settle
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
    return ConsensusThemes(**({"n_runs": 10, "random_state": 1} | given))


@parametrize_with_checks([ConsensusThemes(n_runs=3), DensityThemes(reducer="pca", n_runs=3)])
def test_it_keeps_scikit_learns_manners(estimator: Any, check: Any) -> None:
    check(estimator)


def test_plain_groups_are_found_largest_first() -> None:
    x, truth = blobs(60, 50, 40, 30, 25)
    model = quick(n_runs=15).fit(x)
    assert adjusted_rand_score(truth, model.labels_) > 0.95
    sizes = np.bincount(model.labels_[model.labels_ >= 0])
    assert sizes.tolist() == sorted(sizes, reverse=True)
    assert (model.found_in_ > 10).all()
    assert (model.strengths_[model.labels_ >= 0] > 0.5).all()
    np.testing.assert_allclose(np.linalg.norm(model.centroids_, axis=1), 1, atol=1e-5)


def test_what_was_fitted_keeps_its_theme_and_new_rows_go_to_the_nearest() -> None:
    x, truth = blobs(60, 50, 40, 30)
    model = quick().fit(x)
    assert model.predict(x).tolist() == model.labels_.tolist()
    new, new_truth = blobs(10, 10, 10, 10, seed=9)
    theme_of = {int(t): int(np.bincount(model.labels_[truth == t]).argmax()) for t in range(4)}
    assert model.predict(new).tolist() == [theme_of[int(t)] for t in new_truth]


def test_equal_seeds_give_equal_themes_and_leave_the_input_alone() -> None:
    x, _ = blobs(30, 25, noise=0.5)
    before = x.copy()
    one, two = quick().fit(x), quick().fit(x)
    for name in ("labels_", "sublabels_", "strengths_", "nearest_", "reasons_", "found_in_", "centroids_"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    np.testing.assert_array_equal(x, before)


def test_the_order_of_rows_does_not_matter() -> None:
    x, _ = blobs(30, 25, 20, noise=0.3)
    order = np.random.default_rng(5).permutation(len(x))
    assert adjusted_rand_score(quick().fit(x).labels_[order], quick().fit(x[order]).labels_) == 1.0


def test_identical_rows_share_everything_and_weigh_in_a_themes_size() -> None:
    x, truth = blobs(20, 15)
    small = x[truth == 1]
    many = np.vstack([x, np.repeat(small[:1], 30, axis=0)])
    model = quick().fit(many)
    copies = np.flatnonzero((many == small[0]).all(axis=1))
    assert len(copies) == 31
    for name in ("labels_", "sublabels_", "strengths_", "nearest_", "reasons_"):
        assert len(set(getattr(model, name)[copies].tolist())) == 1
    assert model.labels_[copies[0]] == 0, "45 rows are more than 20"


def test_nearly_identical_rows_share_a_theme() -> None:
    x, _ = blobs(40, 35, 30, noise=0.4)
    near = x[:1] + 0.02 * np.random.default_rng(0).standard_normal((8, 12)).astype(np.float32)
    model = quick().fit(np.vstack([x, near]))
    assert len(set(model.labels_[[0, *range(len(x), len(x) + 8)]].tolist())) == 1


@settings(max_examples=30, deadline=None)
@given(
    arrays.arrays(np.float32, st.tuples(st.integers(1, 40), st.integers(1, 6)), elements=st.integers(-2, 2)),
    st.integers(0, 3),
)
def test_whatever_the_rows_the_outcome_is_whole(x: NDArray[np.float32], wished: int) -> None:
    model = quick(n_runs=3, n_themes=wished).fit(x)
    count = len(model.found_in_)
    inside = model.labels_ >= 0
    assert set(model.labels_[inside].tolist()) == set(range(count))
    np.testing.assert_array_equal(model.nearest_[inside], model.labels_[inside])
    assert ((model.nearest_ < count) & (model.nearest_ >= -1)).all()
    assert ((model.strengths_ >= 0) & (model.strengths_ <= 1)).all()
    assert set(model.reasons_[inside].tolist()) <= {""}
    assert set(model.reasons_[~inside].tolist()) <= {reason.value for reason in Reason}
    assert (model.sublabels_[~inside] == -1).all()
    for text in np.unique(x, axis=0):
        assert len(set(model.labels_[(x == text).all(axis=1)].tolist())) == 1


@pytest.mark.parametrize(
    "x",
    [
        pytest.param(blobs(1)[0], id="one row"),
        pytest.param(np.zeros((30, 4), np.float32), id="empty texts"),
        pytest.param(blobs(3, 2)[0], id="five texts"),
    ],
)
def test_too_little_gives_no_theme(x: NDArray[np.float32]) -> None:
    model = quick().fit(x)
    assert model.labels_.tolist() == model.nearest_.tolist() == [-1] * len(x)
    assert model.strengths_.tolist() == [0.0] * len(x)
    assert model.found_in_.shape == (0,)
    assert model.centroids_.shape == (0, x.shape[1])
    assert model.predict(x).tolist() == [-1] * len(x)


def test_the_same_said_by_all_is_one_theme() -> None:
    model = quick().fit(np.repeat(blobs(1)[0], 50, axis=0))
    assert model.labels_.tolist() == [0] * 50


def test_fourteen_segments_of_two_topics_are_two_themes() -> None:
    x, truth = blobs(8, 6)
    assert adjusted_rand_score(truth, quick(n_themes=2).fit(x).labels_) == 1.0


@pytest.mark.parametrize("wished", [1, 2, 3, 4])
def test_a_wished_number_is_met_where_there_is_enough(wished: int) -> None:
    x, _ = blobs(60, 50, 40, 30, noise=0.3)
    assert len(quick(n_runs=15, n_themes=wished).fit(x).found_in_) == wished


def test_finer_and_coarser_than_chosen() -> None:
    x, _ = blobs(80, 80, 80, 80, noise=0.6)
    coarse, chosen, fine = (len(quick(detail=detail).fit(x).found_in_) for detail in (0.5, 1.0, 2.0))
    assert coarse < chosen < fine


@pytest.mark.parametrize("size", [1, 2, 12])
def test_no_theme_is_smaller_than_asked_for(size: int) -> None:
    model = quick(min_size=size).fit(blobs(40, 30, 20)[0])
    assert len(model.found_in_)
    assert min(np.bincount(model.labels_[model.labels_ >= 0])) >= max(size, 2)


def test_a_theme_of_two_halves_has_two_parts() -> None:
    rng = np.random.default_rng(2)
    halves = np.repeat([0, 1, 2], [40, 40, 60])
    centres = np.eye(12, dtype=np.float32)[[0, 0, 5]] + 0.8 * np.eye(12, dtype=np.float32)[[1, 2, 5]]
    x = centres[halves] + 0.2 * rng.standard_normal((140, 12)).astype(np.float32)
    model = quick(n_themes=2, n_runs=20).fit(x)
    assert adjusted_rand_score(halves == 2, model.labels_) > 0.95
    mixed = halves < 2
    assert homogeneity_score(halves[mixed], model.sublabels_[mixed]) > 0.8


def test_noise_is_honest_about_itself() -> None:
    x, _ = blobs(30, 30)
    scattered = np.random.default_rng(3).standard_normal((40, 12)).astype(np.float32)
    model = quick(n_runs=20).fit(np.vstack([x, scattered / np.linalg.norm(scattered, axis=1, keepdims=True)]))
    assert model.strengths_[60:].mean() < model.strengths_[:60].mean()


def test_a_large_corpus_goes_through_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimator, "LARGEST", 150)
    x, truth = blobs(80, 70, 60, 50, 40)
    model = quick(n_runs=15).fit(x)
    assert model.n_sampled_ == 150
    assert adjusted_rand_score(truth, model.labels_) > 0.95
    inside = model.labels_ >= 0
    np.testing.assert_array_equal(model.nearest_[inside], model.labels_[inside])
    np.testing.assert_array_equal(model.labels_, quick(n_runs=15).fit(x).labels_)


def test_an_unknown_reducer_is_a_problem_of_the_users() -> None:
    with pytest.raises(PluginError, match="no reducer called “tsne”"):
        DensityThemes(reducer="tsne").fit(blobs(20, 20)[0])


@pytest.mark.parametrize(("n", "size"), [(1, 3), (150, 3), (600, 4), (10_000, 20)])
def test_the_fewest_segments_of_a_theme_grow_slowly(n: int, size: int) -> None:
    assert estimator.automatic_min_size(n) == size


def test_neighbours_are_the_nearest_others_in_whatever_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    x, _ = blobs(30, 20)
    rows, cosines = graph.neighbours(x, 4)
    near = x @ x.T
    np.fill_diagonal(near, -2)
    np.testing.assert_allclose(cosines, -np.sort(-near, axis=1)[:, :4], rtol=1e-5)
    np.testing.assert_allclose(np.take_along_axis(near, rows, axis=1), cosines, rtol=1e-5)
    monkeypatch.setattr(graph, "_BLOCK", 120)
    np.testing.assert_array_equal(graph.neighbours(x, 4)[0], rows)


def test_the_graph_is_the_one_that_umap_makes() -> None:
    from umap.umap_ import fuzzy_simplicial_set

    x, _ = blobs(40, 30, noise=0.4)
    rows, cosines = graph.neighbours(x, 9)
    own = np.arange(len(x))[:, None]
    theirs, _, _ = fuzzy_simplicial_set(
        x, 10, 0, "cosine", knn_indices=np.hstack([own, rows]),
        knn_dists=np.hstack([np.zeros((len(x), 1)), 1 - cosines]).astype(np.float32),
    )  # fmt: skip
    np.testing.assert_allclose(graph.fuzzy_graph(rows, cosines).toarray(), theirs.toarray(), atol=0.01)


def test_votes_are_squared_shares_of_runs_with_one_vote_against() -> None:
    rows = np.array([[1, 2], [0, 2], [0, 1], [0, 1]])
    runs = [np.array([0, 0, 1, -1]), np.array([1, 1, 1, 0]), np.array([0, 0, -1, -1])]
    votes = consensus.vote_graph(rows, runs).toarray()
    np.testing.assert_allclose(votes[0], [0, (3 / 4) ** 2, (1 / 3) ** 2, 0])
    np.testing.assert_array_equal(votes, votes.T)


def test_a_group_counts_as_found_from_half_of_it_on() -> None:
    theme = np.array([1, 1, 1, 0, 0], bool)
    runs = [np.array([0, 0, 0, 1, 1]), np.array([0, 0, 0, 0, 0]), np.array([0, 1, 2, 3, 3]), np.array([0, -1, 0, 1, 1])]
    assert consensus.found_in(theme, runs) == 3, "3 of 3, 3 of 5 and 2 of 2; not 1 of 3"


def test_a_row_belongs_as_far_as_its_companions_do() -> None:
    labels = np.array([0, 0, 0, 1, 1])
    runs = [np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 1])]
    backing = consensus.support(labels, runs)
    np.testing.assert_allclose(backing[2], [0.5, 0.5])
    np.testing.assert_allclose(backing[0], [1, 0])


def test_rows_between_and_too_few_are_told_apart() -> None:
    groups = np.array([0] * 6 + [1] * 6 + [2] * 2)
    apart = np.array([0] * 6 + [1] * 6 + [2] * 2)
    settled = settle(groups, np.eye(14, dtype=np.float32), np.ones(14, np.intp), [apart] * 4, size=3)
    assert settled.labels.tolist() == [0] * 6 + [1] * 6 + [-1] * 2
    assert settled.reasons[-1] == Reason.FEW
    assert settled.strengths[:12].min() == 1


def test_the_criterion_prefers_the_true_number() -> None:
    x, truth = blobs(50, 50, 50, 50)
    parts = granularity.components(x)
    coarse, fine = np.minimum(truth, 1), truth * 2 + (np.arange(200) % 2)
    assert granularity.bic(parts, truth) > max(granularity.bic(parts, coarse), granularity.bic(parts, fine))


def test_near_repetitions_become_one() -> None:
    x = np.array([[1, 0], [0.999, 0.045], [0, 1]], np.float32)
    means, back = duplicates.grouped(duplicates.unit(x))
    assert back.tolist() == [0, 0, 1]
    np.testing.assert_allclose(np.linalg.norm(means, axis=1), 1, rtol=1e-5)


def test_communities_are_those_of_the_graph() -> None:
    two = sparse.block_diag([np.ones((5, 5)) - np.eye(5)] * 2, format="csr")
    assert graph.communities(two, 1.0, 3).tolist() == [0] * 5 + [1] * 5


def test_runs_of_another_kind_reach_the_same_consensus() -> None:
    x, truth = blobs(60, 50, 40, 30, 25)
    model = DensityThemes(reducer="pca", n_runs=15, random_state=1, n_themes=5).fit(x)
    assert adjusted_rand_score(truth, model.labels_) > 0.95
    assert (model.sublabels_ == -1).all()


@pytest.mark.real
def test_runs_of_umap_and_hdbscan_never_mix_plain_groups() -> None:
    x, truth = blobs(30, 25)
    model = DensityThemes(n_runs=3).fit(x)
    inside = model.labels_ >= 0
    assert inside.mean() > 0.8
    assert homogeneity_score(truth[inside], model.labels_[inside]) == pytest.approx(1.0)


def test_more_themes_than_there_are_texts_for_are_as_many_as_there_can_be() -> None:
    x, _ = blobs(15, 15, 15, 15)
    for most in (quick(n_themes=60), quick(n_themes=10_000), quick(detail=20.0)):
        assert 4 < len(most.fit(x).found_in_) <= 20


def test_sub_themes_are_numbered_by_size() -> None:
    x, _ = blobs(40, 40, noise=0.3)
    model = quick(n_themes=2).fit(x)
    assert model.sublabels_.max() > 0
    for theme in range(2):
        inner = model.sublabels_[model.labels_ == theme]
        sizes = np.bincount(inner[inner >= 0])
        assert list(sizes) == sorted(sizes, reverse=True)
        assert all(sizes)


def test_threads_change_neither_what_is_found_nor_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    x, _ = blobs(60, 50, 40, 30, noise=0.3)
    threaded = quick().fit(x)
    for module in (granularity, runs):
        monkeypatch.setattr(module, "in_order", map)
    alone = quick().fit(x)
    assert threaded.labels_.tolist() == alone.labels_.tolist()
    assert threaded.strengths_.tolist() == alone.strengths_.tolist()


def test_work_comes_back_in_order_and_what_is_not_wanted_is_not_done() -> None:
    done: list[int] = []

    def slow(number: int) -> NDArray[np.intp]:
        time.sleep(0.02 if number % 2 else 0.0)
        done.append(number)
        return np.array([number])

    assert [int(found[0]) for found in graph.in_order(slow, range(20))] == list(range(20))
    done.clear()
    coming = graph.in_order(slow, range(10_000))
    next(coming)
    coming.close()  # type: ignore[attr-defined]  # it is a generator
    assert len(done) < 1_000
