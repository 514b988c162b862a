"""Versions of the codebook, and what each stage last did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout.store.records import BookVersion
from themescout.text import digest

if TYPE_CHECKING:
    from themescout.store import Store


def test_a_codebook_gets_a_version_when_it_changes(store: Store) -> None:
    uses = [("one", "t1"), ("one", "t2"), ("two 😀", "t3"), ("one", "t4")]
    assert [store.codebooks.use(body, at=at) for body, at in uses] == [1, 1, 2, 3]
    assert store.codebooks.versions() == (
        BookVersion(version=1, sha256=digest("one"), used_from="t1"),
        BookVersion(version=2, sha256=digest("two 😀"), used_from="t3"),
        BookVersion(version=3, sha256=digest("one"), used_from="t4"),
    )
    assert [store.codebooks.body(version) for version in (1, 2, 3, 4)] == ["one", "two 😀", "one", ""]


def test_a_version_keeps_who_made_it_and_why(store: Store) -> None:
    store.codebooks.use("one", at="t1")
    store.codebooks.use("two", at="t2", coder="ann", reason="Too narrow 😀.")
    store.codebooks.use("two", at="t3", coder="ben", reason="The same again.")
    assert [(one.coder, one.reason) for one in store.codebooks.versions()] == [("", ""), ("ann", "Too narrow 😀.")]


def test_a_stage_is_known_by_what_it_last_did(store: Store) -> None:
    assert (store.stages.fingerprint("themes"), store.stages.record("themes")) == ("", {})
    store.stages.finish("themes", "a", {"seed": 1})
    store.stages.finish("themes", "b", {"seed": 2, "é": [None, 1.5]})
    store.stages.finish("cut", "c", {})
    assert store.stages.fingerprint("themes") == "b"
    assert store.stages.record("themes") == {"seed": 2, "é": [None, 1.5]}
