"""Reading: a partition's texts are what a study would have, and whatever cannot be read is named."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import fsspec
import pytest

from themescout import importers, segment
from themescout.batch.inputs import listing, planning, reading
from themescout.batch.places import Place
from themescout.errors import BatchError, FileProblemError
from themescout.settings import Settings, StudySettings, changed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from themescout.batch.model import Portion

INTERVIEW = """I: What stood in the way of growing the programme?
P1: The money never came when it was promised. We planned twice and had to stop twice, and people lost heart.
I: And the staff?
P1: Nobody was there to do the work. Those who were trained left for the city within a year.
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(str(tmp_path / "out"))


def portions(
    place: Place, inputs: Sequence[object], settings: Settings | None = None, size: int = 100
) -> list[Portion]:
    sources = listing.sources([str(item) for item in inputs], rows=False).sources
    made = planning.partitions(place, sources, size=size)
    return [reading.portion(place, item, settings or Settings()) for item in made]


def test_interviews_are_cut_as_a_study_cuts_them(tmp_path: Path, place: Place) -> None:
    path = tmp_path / "int1.md"
    path.write_text(INTERVIEW)
    (transcript,) = importers.read(path)
    wanted = segment.segments(transcript, Settings().segment)
    (found,) = portions(place, [path])
    assert found.sources == (str(path),) * len(wanted)
    assert found.docs == ("int1",) * len(wanted)
    assert found.units == tuple(item.id for item in wanted)
    assert found.texts == tuple(transcript.text[a:b] for a, b in zip(found.starts, found.ends, strict=True))
    assert set(found.contexts) == {"What stood in the way of growing the programme?", "And the staff?"}
    assert set(found.speakers) == {"P1"}
    assert found.ordered
    assert found.hashes == ((str(path), hashlib.sha256(path.read_bytes()).hexdigest()),)


def test_the_settings_of_the_study_apply(tmp_path: Path, place: Place) -> None:
    path = tmp_path / "int1.md"
    path.write_text(INTERVIEW.replace("I:", "Ana:").replace("P1:", "Ben:"))
    asks = Settings(study=StudySettings(interviewers=("Ben",)))
    (found,) = portions(place, [path], asks)
    assert set(found.speakers) == {"Ana"}
    short = changed(Settings(study=StudySettings(interviewers=("Ana",))), "segment", target_words=8)
    (finer,) = portions(Place(f"{place.url}2"), [path], short)
    assert len(finer) > 2


def test_interviews_of_one_name_are_told_apart_by_their_files(tmp_path: Path, place: Place) -> None:
    for folder in "ab":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "int1.md").write_text(INTERVIEW)
    (found,) = portions(place, [tmp_path])
    assert set(found.docs) == {"int1"}
    assert set(found.sources) == {str(tmp_path / "a" / "int1.md"), str(tmp_path / "b" / "int1.md")}


def test_files_that_cannot_be_read_are_named_and_the_others_read(tmp_path: Path, place: Place) -> None:
    for name, data in {
        "empty.md": b"", "broken.docx": b"PK\x03\x04 no", "asks.md": b"Interviewer: How are you today?\n",
        "good.md": INTERVIEW.encode(), "new.md": b"P1: Words.",
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(data)
    sources = listing.sources([str(tmp_path)], rows=False).sources
    (partition,) = planning.partitions(place, sources, size=100)
    (tmp_path / "new.md").write_bytes(b"P1: Other words.")
    found = reading.portion(place, partition, Settings())
    assert set(found.sources) == {str(tmp_path / "good.md")}
    assert {
        item.path.rpartition("/")[2]: item.sentence.partition(".md")[2] or item.sentence for item in found.refused
    } == {
        "empty.md": " is empty. Export or copy it again.",
        "broken.docx": "broken.docx is damaged, or is no .docx file. "
        "Open it in the program it was made with and save it as .docx again.",
        "asks.md": " has no informant: every speaker looks like an interviewer. Name the interviewers in the study's "
        "settings ([study] interviewers), or check the speakers' labels.",
        "new.md": " has changed since this run began. Run it into a new folder.",
    }
    assert [path for path, _ in found.hashes] == [str(tmp_path / "good.md")]


def test_a_file_that_cannot_be_reached_does_not_become_a_part_of_what_is_done(tmp_path: Path, place: Place) -> None:
    for name in ("good.md", "gone.md"):
        (tmp_path / name).write_text(INTERVIEW)
    (partition,) = planning.partitions(place, listing.sources([str(tmp_path)], rows=False).sources, size=100)
    (tmp_path / "gone.md").rename(tmp_path / "away")
    with pytest.raises(FileProblemError, match=r"^gone\.md does not exist"):
        reading.portion(place, partition, Settings())
    (tmp_path / "away").rename(tmp_path / "gone.md")
    found = reading.portion(place, partition, Settings())
    assert {source.rpartition("/")[2] for source in found.sources} == {"good.md", "gone.md"}


def test_interviews_of_a_file_that_are_left_out_are_named(tmp_path: Path, place: Place) -> None:
    path = tmp_path / "many.csv"
    path.write_text("interview,speaker,text\na,Interviewer,How was it?\nb,P1,It went well and people came back.\n")
    (found,) = portions(place, [path])
    assert found.docs == ("b",)
    assert [item.sentence for item in found.refused] == [
        "many.csv: 1 of 2 interviews have no informant and were left out."
    ]


def test_rows_come_back_as_they_were(tmp_path: Path, place: Place) -> None:
    path = tmp_path / "a.jsonl"
    rows = [
        {"text": "one 🙂", "doc": "d", "id": 7, "speaker": "P", "context": "Why?"},
        {"text": "two", "doc": "d"},
        {"doc": "d"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    (found,) = portions(place, [path])
    assert found.sources == (str(path),) * 3
    assert found.docs == ("d", "d", "d")
    assert found.units == ("7", "1", "2")
    assert found.starts == (0, 0, 0)
    assert found.ends == (5, 3, 0)
    assert found.speakers == ("P", "", "")
    assert found.texts == ("one 🙂", "two", "")
    assert found.contexts == ("Why?", "", "")
    assert found.ordered


def test_rows_without_documents_are_in_no_order(tmp_path: Path, place: Place) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "a"}\n{"text": "b"}')
    assert not portions(place, [tmp_path / "a.jsonl"])[0].ordered


def test_a_stretch_that_is_missing_is_a_sentence(tmp_path: Path, place: Place) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "a"}')
    sources = listing.sources([str(tmp_path / "a.jsonl")], rows=False).sources
    (partition,) = planning.partitions(place, sources, size=100)
    place.remove("middle")
    with pytest.raises(BatchError, match=r"000000\.parquet is not there"):
        reading.portion(place, partition, Settings())


def test_interviews_may_lie_elsewhere() -> None:
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pipe_file("/in/int 1.md", INTERVIEW.encode())
    system.pipe_file("/in/none.md", b"")
    (found,) = portions(Place("memory://out"), ["memory://in"])
    assert set(found.docs) == {"int-1"}
    assert set(found.sources) == {"memory://in/int 1.md"}
    assert [item.sentence for item in found.refused] == ["none.md is empty. Export or copy it again."]


@pytest.mark.data
def test_every_real_interview_is_read_or_named(shared_data: Path, place: Place) -> None:
    found = portions(place, [shared_data / "anthropic_interviewer" / "workforce"])
    read = [path for item in found for path, _ in item.hashes]
    refused = [item for part in found for item in part.refused]
    assert len(read) + len(refused) == len({*read, *(item.path for item in refused)}) == 1268
    assert [item.path.rpartition("/")[2] for item in refused] == ["00371.md"]  # a fragment in which only the AI speaks
