"""JSON of Whisper and its kin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from themescout import importers
from themescout.errors import FileProblemError
from themescout.importers.whisper import WhisperImporter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from themescout.types import Transcript

    Read = Callable[[Any], Transcript]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def write_and_read(content: Any) -> Transcript:
        path = tmp_path / "a.json"
        path.write_text(json.dumps(content))
        (transcript,) = importers.read(path)
        return transcript

    return write_and_read


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, transcript.speech(turn)) for turn in transcript.turns]


def test_whisper_segments_are_joined_to_paragraphs(read: Read) -> None:
    got = read(
        {
            "text": "x",
            "segments": [
                {"start": 0, "end": 2, "text": " We went"},
                {"start": 2, "end": 3, "text": " there 😀."},
            ],
        }
    )
    assert said(got) == [("Speaker", "We went there 😀.")]
    assert (got.turns[0].start_s, got.turns[0].end_s) == (0.0, 3.0)


def test_whisperx_speakers_by_segment_and_by_word(read: Read) -> None:
    words = [
        {"word": "Yes.", "start": 1, "end": 2, "speaker": "SPEAKER_01"},
        {"word": "And"},
        {"word": "you?", "speaker": "SPEAKER_00"},
    ]
    got = read(
        {
            "segments": [
                {"start": 0, "end": 1, "text": "Hello?", "speaker": "SPEAKER_00"},
                {"start": 1, "end": 3, "text": "Yes. And you?", "words": words},
                {"start": 4, "end": 6, "text": "Fine.", "speaker": "SPEAKER_01"},
            ]
        }
    )
    assert said(got) == [
        ("SPEAKER_00", "Hello?"),
        ("SPEAKER_01", "Yes. And"),
        ("SPEAKER_00", "you?"),
        ("SPEAKER_01", "Fine."),
    ]


def test_a_plain_list_of_turns(read: Read) -> None:
    got = read([{"speaker": "Anna", "text": "How?", "start": "00:00:01"}, {"speaker": 2, "text": "So.\n\nLong."}])
    assert said(got) == [("Anna", "How?"), ("Speaker 2", "So. Long.")]
    assert got.turns[0].start_s == 1.0


def test_whisper_cpp(read: Read) -> None:
    got = read({"transcription": [{"offsets": {"from": 1500, "to": 2000}, "text": " Hello."}]})
    assert (got.turns[0].start_s, got.turns[0].end_s) == (1.5, 2.0)


def test_numbers_that_are_none_do_no_harm(read: Read) -> None:
    assert said(read([{"text": "a", "start": None, "end": float("inf"), "speaker": None}])) == [("Speaker", "a")]


@pytest.mark.parametrize(
    "content", [{}, [], 3, "x", None, {"segments": []}, {"segments": [{"start": 1}]}, [{"text": 4}], [["a"]]]
)
def test_other_json_is_refused_with_what_was_expected(read: Read, content: Any) -> None:
    with pytest.raises(FileProblemError, match=r"a\.json holds no transcript.*segments"):
        read(content)


@pytest.mark.parametrize("content", [b"{", b"[" * 100_000, b"nope", b'{"segments": [{"text": "x"', b"9" * 6000])
def test_broken_json_is_a_problem_of_the_file(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(FileProblemError, match=r"^a\.json"):
        WhisperImporter().read(path)
