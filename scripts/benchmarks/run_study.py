"""A study of real interviews to run: as many files of one set, in their order, as give so many segments."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import spoken
from themescout import importers, project, segment
from themescout.settings import SegmentSettings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PROGRAM = [sys.executable, "-c", "from themescout.cli import main; main()"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The files of a study, and the texts of the segments that they are cut into."""

    files: tuple[Path, ...]
    texts: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What was taken."""
        first, last = self.files[0].name, self.files[-1].name
        return f"{len(self.files)} interviews ({first} to {last}), {len(self.texts):,} segments"


def take(files: Iterable[Path], *, segments: int = 0, interviews: int = 0) -> Taken:
    """The first files that give so many segments, and at least so many of them."""
    taken: list[Path] = []
    texts: list[str] = []
    for path in files:
        if len(texts) >= segments and len(taken) >= interviews:
            break
        taken.append(path)
        for transcript in importers.read(path):
            texts += [item.text for item in segment.segments(transcript, SegmentSettings())]
    return Taken(files=tuple(taken), texts=tuple(texts))


def from_data(data: Path, *, segments: int, interviews: int) -> Taken:
    """The same of anthropic_interviewer/workforce."""
    files = spoken.workforce(data)
    if not files:
        sys.exit(f"{data} has no {spoken.INTERVIEWS}/workforce: name another folder with --data.")
    return take(files, segments=segments, interviews=interviews)


def added(folder: Path, taken: Taken) -> Path:
    """A new study with the interviews added, and nothing done yet."""
    for command in (["new", str(folder)], ["add", str(folder), *map(str, taken.files)]):
        subprocess.run([*PROGRAM, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder


def segments_of(folder: Path) -> int:
    """Segments of a study that was run."""
    with project.open_study(folder) as study:
        return study.store.segments.count()
