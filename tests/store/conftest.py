"""A store in a temporary folder, and one short interview to keep in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from themescout.segment import segments
from themescout.settings import SegmentSettings
from themescout.store import Store, create
from themescout.store.transcripts import StoredFile
from themescout.types import Role, Speaker, Transcript, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FILE = StoredFile(sha256="f" * 64, name="KI 01.docx", stored="KI-01.docx", bytes=12, added_at="2026-01-01T00:00:00Z")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    create(tmp_path / "study.db")
    with Store(tmp_path / "study.db") as made:
        yield made


@pytest.fixture
def interview() -> Callable[..., Transcript]:
    """Make an interview of question and answer pairs behind an emoji."""

    def make(name: str, *pairs: tuple[str, str]) -> Transcript:
        text, turns = "😀 ", []
        for question, answer in pairs or [("What stops you?", "😀 There is no fuel for the motorbikes. Nobody pays.")]:
            for speaker, role, speech in (("Q", Role.INTERVIEWER, question), ("Ann", Role.INFORMANT, answer)):
                text += f"{speaker}: "
                turns.append(
                    Turn(
                        seq=len(turns), speaker=speaker, role=role, start=len(text), end=len(text) + len(speech),
                        start_s=None if len(turns) % 2 else 1.5, end_s=2.25,
                    )
                )  # fmt: skip
                text += f"{speech}\n"
        speakers = (
            Speaker(label="Q", role=Role.INTERVIEWER, reason="asks", turns=len(turns) // 2, words=3),
            Speaker(label="Ann", role=Role.INFORMANT, reason="tells", turns=len(turns) // 2, words=9),
        )
        return Transcript(
            id=name, name=f"{name} é", text=text, turns=tuple(turns), speakers=speakers, format="docx",
            encoding="utf-8", problems=("Line 3 is odd: “😀”.",),
        )  # fmt: skip

    return make


@pytest.fixture
def keep(store: Store) -> Callable[..., None]:
    """Store interviews with their segments."""

    def keep(*transcripts: Transcript, wave: str = "2026") -> None:
        with store.transaction():
            store.transcripts.add_file(FILE)
            for transcript in transcripts:
                store.transcripts.add(transcript, file=FILE.sha256, wave=wave)
                store.segments.replace(transcript.id, segments(transcript, SegmentSettings(min_words=1)))

    return keep
