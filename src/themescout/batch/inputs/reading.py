"""A partition's texts: interviews read and cut as a study does it, or the rows of a stretch."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from themescout import importers, segment
from themescout.batch import files
from themescout.batch.inputs import middle
from themescout.batch.model import Portion, Refusal
from themescout.errors import FileProblemError, ThemescoutError
from themescout.suggest import in_order_of_speaking
from themescout.types import Role

if TYPE_CHECKING:
    from themescout.batch.model import Partition, Source
    from themescout.batch.places import Place
    from themescout.settings import Settings
    from themescout.types import Segment, Transcript


def portion(place: Place, partition: Partition, settings: Settings) -> Portion:
    """The texts of a partition; depends on nothing but its files and the settings `[study]` and `[segment]`.

    A file that cannot be read, that has changed since the run began or in which nobody is an informant is refused by
    name; the others are read.

    Raises:
        BatchError: a stretch of a table is missing from the run's folder.
        UnreachableError: a file cannot be reached.
    """
    if partition.middle:
        return _stretch(place, partition)
    found = _Found()
    for source in partition.sources:
        try:
            _file(source, settings, found)
        except files.UnreachableError:
            raise
        except ThemescoutError as error:
            found.refuse(source, error.sentence())
        except files.troubles() as error:
            # Written without it, the partition would never be read again; by itself the file is asked for once more.
            raise files.refused(source.path, error) from error
    return found.portion()


@dataclass(slots=True)
class _Found:
    """What was read so far."""

    segments: list[tuple[str, Segment]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    hashes: list[tuple[str, str]] = field(default_factory=list)

    def refuse(self, source: Source, sentence: str) -> None:
        self.refused.append(Refusal(path=source.path, sentence=sentence))

    def portion(self) -> Portion:
        return Portion(
            sources=tuple(path for path, _ in self.segments),
            docs=tuple(item.transcript for _, item in self.segments),
            units=tuple(item.id for _, item in self.segments),
            starts=tuple(item.start for _, item in self.segments),
            ends=tuple(item.end for _, item in self.segments),
            speakers=tuple(item.speaker for _, item in self.segments),
            texts=tuple(item.text for _, item in self.segments),
            contexts=tuple(item.context for _, item in self.segments),
            ordered=True,
            refused=tuple(self.refused),
            hashes=tuple(self.hashes),
        )


def _file(source: Source, settings: Settings, found: _Found) -> None:
    with files.here(source.path) as path:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        try:
            transcripts = importers.read(path, interviewers=settings.study.interviewers)
        except FileProblemError:
            files.check_state(source.path, source.stamp)  # it may have gone meanwhile, which is another matter
            raise
    heard = [transcript for transcript in transcripts if _has_informant(transcript)]
    if not heard:
        raise FileProblemError(
            f"{files.name_of(source.path)} has no informant: every speaker looks like an interviewer.",
            "Name the interviewers in the study's settings ([study] interviewers), or check the speakers' labels.",
        )
    made = [(source.path, item) for each in heard for item in segment.segments(each, settings.segment)]
    files.check_state(source.path, source.stamp)
    found.segments += made
    found.hashes.append((source.path, sha256))
    if silent := len(transcripts) - len(heard):
        name = files.name_of(source.path)
        found.refuse(source, f"{name}: {silent} of {len(transcripts)} interviews have no informant and were left out.")


def _has_informant(transcript: Transcript) -> bool:
    return any(speaker.role is Role.INFORMANT for speaker in transcript.speakers)


def _stretch(place: Place, partition: Partition) -> Portion:
    rows = middle.unpacked(place.read(partition.middle), partition.middle)
    docs = tuple(row.doc for row in rows)
    return Portion(
        sources=(partition.sources[0].path,) * len(rows),
        docs=docs,
        units=tuple(row.unit for row in rows),
        starts=(0,) * len(rows),
        ends=tuple(len(row.text) for row in rows),
        speakers=tuple(row.speaker for row in rows),
        texts=tuple(row.text for row in rows),
        contexts=tuple(row.context for row in rows),
        ordered=in_order_of_speaking(docs),
    )
