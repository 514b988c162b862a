"""A regression weighed term by term says what the whole kernel says, however many rows are asked about at a time."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from themescout.embed.ngrams import NgramEmbedder
from themescout.suggest import Rows, answering
from themescout.suggest.answering import Regression
from themescout.suggest.kernel import Kernel

SAID = ("There was no fuel.", "No fuel, no motorbikes!", "Who paid the nurses?", "", "Nobody paid them.")
ASKED = ("Nobody paid for the fuel.", "", "zebra", SAID[0], "Who was there?")
EMBEDDER = NgramEmbedder()


def rows(texts: tuple[str, ...]) -> Rows:
    names = [str(i) for i in range(len(texts))]
    return Rows.of(names, texts, EMBEDDER.embed(texts), docs=["d"] * len(texts), ordered=True)


@pytest.mark.parametrize("block", [1_024, 2])
@pytest.mark.parametrize("ordered", [True, False])
def test_scores_are_similarities_times_weights(monkeypatch: pytest.MonkeyPatch, block: int, *, ordered: bool) -> None:
    monkeypatch.setattr(answering, "_BLOCK", block)
    # More is heard than is learned from, so some terms have no weight.
    kernel = Kernel([*SAID, *ASKED], ordered=ordered)
    examples, asked = kernel.design(rows(SAID)), kernel.design(rows(ASKED))
    alpha, mean = np.random.default_rng(1).standard_normal((len(SAID), 3)), np.array([0.1, 0.2, 0.3])
    regression = Regression(kernel, examples, alpha, mean)
    expected = mean + kernel.between(asked, examples) @ alpha
    for made in (regression, pickle.loads(pickle.dumps(regression))):  # noqa: S301  # our own
        np.testing.assert_allclose(made.scores(asked), expected, atol=1e-5)
