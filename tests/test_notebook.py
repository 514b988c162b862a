"""The method in a few lines, without a study: the same words, the same vectors, the same outcome."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from themescout import notebook as ts
from themescout.errors import FileProblemError

if TYPE_CHECKING:
    from themescout.types import Segment, Vectors

DEMO = Path(__file__).parents[1] / "data" / "demo" / "wave1"


@pytest.fixture(scope="module")
def segments() -> tuple[Segment, ...]:
    return ts.cut(ts.read(DEMO / "KI02.txt"))


@pytest.fixture(scope="module")
def vectors(segments: tuple[Segment, ...]) -> Vectors:
    return ts.embed(segments, model="ngrams")


def test_reading_and_cutting(segments: tuple[Segment, ...]) -> None:
    (transcript,) = ts.read(str(DEMO / "KI02.txt"))
    assert all(transcript.text[item.start : item.end] == item.text for item in segments)
    assert len(ts.cut([transcript], target_words=20)) > len(segments) > 10


def test_a_row_for_each_segment(segments: tuple[Segment, ...], vectors: Vectors) -> None:
    assert vectors.ids == tuple(item.id for item in segments)
    np.testing.assert_allclose(np.linalg.norm(vectors.x, axis=1), 1, rtol=1e-5)


def test_a_suggestion_for_each_segment_whatever_their_order(segments: tuple[Segment, ...], vectors: Vectors) -> None:
    some = segments[5:2:-1]
    found = ts.suggest(some, vectors, codebook="scale-up", model="ngrams")
    assert [item.segment for item in found] == [item.id for item in some]


@pytest.mark.real
def test_the_default_model_hears_what_was_trained_for_the_codebook(segments: tuple[Segment, ...]) -> None:
    some = segments[:4]
    found = ts.suggest(some, ts.embed(some))
    assert [item.segment for item in found] == [item.id for item in some]
    assert all(0 <= ranked.p <= 1 for item in found for ranked in item.ranked)
    assert all(item.kind is not None and item.codes is None for item in found)


def test_vectors_of_another_model_are_refused(segments: tuple[Segment, ...], vectors: Vectors) -> None:
    other = type(vectors)(ids=vectors.ids, x=vectors.x, key="another")
    with pytest.raises(ValueError, match="another"):
        ts.suggest(segments, other, model="ngrams")


@pytest.mark.real
def test_themes_of_segments(segments: tuple[Segment, ...], vectors: Vectors) -> None:
    themes = ts.discover(segments, vectors, themes=2)
    assert len(themes) == 2
    members = [member for theme in themes for member in theme.members]
    assert len(set(members)) == len(members)
    assert set(members) <= {item.id for item in segments}


def test_a_folder_is_read_without_what_is_no_interview(tmp_path: Path) -> None:
    talk = "I: Why?\nP: The money came late, as everybody knows.\n"
    for name in ("b.txt", "a/b.txt", ".hidden.txt", "~$b.docx", "photo.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(talk, "utf-8")
    (tmp_path / "participants.csv").write_text("transcript,speaker\nb,P\n", "utf-8")
    found = ts.read(tmp_path)
    assert [item.id for item in found] == ["b", "b-2"]
    ids = [segment.id for segment in ts.cut(found)]
    assert len(set(ids)) == len(ids) == 2
    (only,) = ts.read(tmp_path / "b.txt", interviewers=["P"])
    assert {speaker.label: str(speaker.role) for speaker in only.speakers}["P"] == "interviewer"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileProblemError, match=r"gone\.txt"):
        ts.read(tmp_path / "gone.txt")
