"""Who is not like the client never opens the work, and who was not greeted does none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

import themescout
from themescout.batch.model import Partition, Receipt
from themescout.batch.workers import greeting
from themescout.embed.manifest import default_card

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTITION = Partition(name="1", sources=())


@dataclass(frozen=True)
class Echo:
    def __call__(self, partition: Partition) -> Receipt:
        return Receipt(partition=partition.name, texts=0, words=0, themes=(), codes=())


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(greeting, "_works", {})
    greeting.identity.cache_clear()
    yield
    greeting.identity.cache_clear()


@pytest.mark.real
def test_the_identity_holds_versions_and_the_weights() -> None:
    found = greeting.identity()
    assert found["themescout"] == themescout.__version__
    assert found["model weights"] == default_card().sha256
    assert re.fullmatch(r"3\.\d+", found["Python"])
    assert set(greeting.LIBRARIES) < set(found)
    assert greeting.differences(found, found) == ""


def test_what_differs_is_named() -> None:
    ours = {"themescout": "2", "numpy": "1", "model weights": "a" * 64}
    theirs = {"themescout": "1", "numpy": "1"}
    assert (
        greeting.differences(theirs, ours) == "themescout 1 instead of 2, model weights none instead of aaaaaaaaaaaa…"
    )


def test_the_greeted_work_and_the_others_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    greeting.greet("t", greeting.envelope(Echo()))
    assert greeting.perform("t", PARTITION).partition == "1"
    with pytest.raises(greeting.NotGreetedError):
        greeting.perform("other", PARTITION)
    sealed = greeting.envelope(Echo())
    monkeypatch.setattr(themescout, "__version__", "0.0.1")
    greeting.identity.cache_clear()
    monkeypatch.setattr(greeting, "_works", {})
    assert greeting.greet("t", sealed)["themescout"] == "0.0.1"
    with pytest.raises(greeting.NotGreetedError):
        greeting.perform("t", PARTITION)


def test_only_the_last_works_are_kept() -> None:
    for number in range(greeting.KEPT + 3):
        greeting.greet(str(number), greeting.envelope(Echo()))
    assert list(greeting._works) == [str(number) for number in range(3, greeting.KEPT + 3)]
