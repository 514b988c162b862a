"""Vectors of our own texts: embedded once on a computer, whole or not there, never a reason to fail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pytest

from themescout.embed.kept import embedded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from themescout.protocols import Embedder

TEXTS = ("The money came late.", "", "No fuel.", "The money came late.")


class Slow:
    """Counts how often it is asked."""

    def __init__(self, inner: Embedder, *, worth_keeping: bool = True) -> None:
        self.inner, self.asked, self.worth_keeping = inner, 0, worth_keeping
        self.key, self.dimensions = inner.key, inner.dimensions

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += 1
        return self.inner.embed(texts)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv("THEMESCOUT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "vectors"


def given(embedder: Embedder, texts: Sequence[str] = TEXTS) -> NDArray[np.float32]:
    return embedded(texts, embedder, 64, lambda done, total: None)


def test_texts_are_embedded_once_on_a_computer(fake_embedder: Embedder, cache: Path) -> None:
    slow = Slow(fake_embedder)
    for _ in range(2):
        x = given(slow)
        np.testing.assert_array_equal(x, fake_embedder.embed(TEXTS))
        assert x.dtype == np.float32
        assert x.flags.writeable
    assert slow.asked == 1
    given(slow, TEXTS[:2])
    given(slow, TEXTS[::-1])
    assert slow.asked == 3
    assert len(list(cache.iterdir())) == 3


def test_another_model_has_vectors_of_its_own(fake_embedder: Embedder) -> None:
    one, other = Slow(fake_embedder), Slow(fake_embedder)
    other.key = "another"
    given(one)
    given(other)
    assert other.asked == 1


def test_what_is_quick_is_not_kept_and_nothing_is_nothing(fake_embedder: Embedder, cache: Path) -> None:
    given(Slow(fake_embedder, worth_keeping=False))
    given(fake_embedder)
    assert given(Slow(fake_embedder), ()).shape == (0, fake_embedder.dimensions)
    assert not cache.exists()


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "other size"])
def test_a_damaged_file_is_made_again(fake_embedder: Embedder, cache: Path, damage: str) -> None:
    slow = Slow(fake_embedder)
    given(slow)
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    other = embedded(TEXTS[:2], slow, 64, lambda done, total: None)
    (second,) = set(cache.iterdir()) - {file}
    assert len(other) == 2
    damaged = {"cut": whole[:-1], "changed": whole[:-1] + bytes([whole[-1] ^ 1]), "empty": b"",
               "other size": second.read_bytes()}  # fmt: skip
    file.write_bytes(damaged[damage])
    np.testing.assert_array_equal(given(slow), fake_embedder.embed(TEXTS))
    assert slow.asked == 3
    assert file.read_bytes() == whole


def test_a_cache_that_cannot_be_written_changes_nothing(
    fake_embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("THEMESCOUT_CACHE", str(tmp_path / "file"))
    np.testing.assert_array_equal(given(Slow(fake_embedder)), fake_embedder.embed(TEXTS))


def test_without_a_home_folder_vectors_are_computed_every_time(
    fake_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THEMESCOUT_CACHE", "~nobody-of-this-name/cache")
    slow = Slow(fake_embedder)
    for _ in range(2):
        np.testing.assert_array_equal(given(slow), fake_embedder.embed(TEXTS))
    assert slow.asked == 2


def test_a_kill_while_writing_leaves_nothing_that_counts(
    fake_embedder: Embedder, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupt)
        with pytest.raises(KeyboardInterrupt):
            given(Slow(fake_embedder))
    assert list(cache.iterdir()) == []
