"""Transcripts come back as they went in."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from themescout.store.transcripts import StoredFile, content_hash
from themescout.types import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from themescout.store import Store
    from themescout.types import Transcript

    Make = Callable[..., Transcript]
    Keep = Callable[..., None]


def test_a_transcript_is_read_back_whole(store: Store, interview: Make, keep: Keep) -> None:
    one = interview("T1", ("Why 😀?", "Because, é, 你好 👩‍👩‍👧 we had to."), ("And?", "Nothing."))
    keep(one)
    assert store.transcripts.get("T1") == one
    assert store.transcripts.get("T2") is None
    assert (store.transcripts.turns("T1"), store.transcripts.speakers("T1")) == (one.turns, one.speakers)


def test_listings_are_in_order_of_import(store: Store, interview: Make, keep: Keep) -> None:
    keep(interview("Z"), wave="2012")
    keep(interview("A"), interview("M"), wave="2026")
    assert list(store.transcripts.waves().items()) == [("Z", "2012"), ("A", "2026"), ("M", "2026")]
    assert list(store.transcripts.texts()) == list(store.transcripts.hashes()) == ["Z", "A", "M"]
    assert store.transcripts.ids_of_file("f" * 64) == ("Z", "A", "M")
    assert [item.transcript for item in store.segments.all()] == ["Z", "A", "M"]


def test_adding_again_replaces(store: Store, interview: Make, keep: Keep) -> None:
    keep(interview("T1"), interview("T2"))
    keep(interview("T1", ("Why?", "Other words altogether, said later.")))
    assert "Other words" in store.transcripts.texts()["T1"]
    assert sorted(store.transcripts.texts()) == ["T1", "T2"]
    assert [item.text for item in store.segments.of_transcript("T1")] == ["Other words altogether, said later."]


def test_originals_are_recorded_once_and_transcripts_need_one(store: Store, interview: Make, keep: Keep) -> None:
    keep(interview("T1"))
    known = store.transcripts.file("f" * 64)
    assert known is not None
    store.transcripts.add_file(replace(known, name="other"))
    store.transcripts.add_file(StoredFile(sha256="a", name="b.txt", stored="A.txt", bytes=1, added_at="now"))
    assert [(item.name, item.stored) for item in store.transcripts.files()] == [
        ("b.txt", "A.txt"),
        ("KI 01.docx", "KI-01.docx"),
    ]
    assert store.transcripts.file("none") is None
    with pytest.raises(sqlite3.IntegrityError):
        store.transcripts.add(interview("T9"), file="none", wave="")


def test_removing_takes_what_hangs_on_it(store: Store, interview: Make, keep: Keep) -> None:
    keep(interview("T1"), interview("T2"))
    store.transcripts.remove("T1")
    assert list(store.transcripts.texts()) == ["T2"]
    assert {item.transcript for item in store.segments.all()} == {"T2"}
    assert store.transcripts.turns("T1") == store.transcripts.speakers("T1") == ()


def test_uncut_names_what_was_cut_otherwise(store: Store, interview: Make, keep: Keep) -> None:
    keep(interview("T1"), interview("T2"))
    store.transcripts.mark_cut("T1", "a")
    store.transcripts.mark_cut("T2", "a")
    assert store.transcripts.uncut({"T1": "a", "T2": "b"}) == ("T2",)
    keep(interview("T1"))
    assert store.transcripts.uncut({"T1": "a", "T2": "a"}) == ("T1",), "a transcript that came again is cut again"


def test_the_content_hash_knows_words_speakers_and_roles(interview: Make) -> None:
    one = interview("T1")
    assert content_hash(replace(one, id="T2", name="x", problems=())) == content_hash(one)
    turns = tuple(replace(turn, role=Role.INFORMANT) for turn in one.turns)
    assert content_hash(replace(one, turns=turns)) != content_hash(one)
    assert content_hash(replace(one, turns=tuple(replace(t, speaker="B") for t in one.turns))) != content_hash(one)
    assert content_hash(replace(one, text=f"{one.text}.")) != content_hash(one)
