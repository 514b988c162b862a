"""Uncoded speech to measure on: texts of 25 to 75 words from podcasts or from real interviews."""

from __future__ import annotations

import gzip
import json
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from themescout import importers, segment
from themescout.settings import SegmentSettings
from themescout.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
PODCASTS, INTERVIEWS = "changelog_podcasts", "anthropic_interviewer"
_SHORTEST, _LONGEST = 25, 75  # words of a text
_SEED = 0  # of the drawing


def podcasts(data: Path) -> Path:
    """The table of podcast paragraphs."""
    return data / PODCASTS / "turns.jsonl.gz"


def workforce(data: Path) -> list[Path]:
    """The files of interviews, by name."""
    return sorted((data / INTERVIEWS / "workforce").glob("*.md"))


def texts(name: str, count: int, data: Path) -> list[str]:
    """So many distinct texts of 25 to 75 words, drawn with a fixed seed: paragraphs of podcasts, or segments."""
    source = {PODCASTS: _paragraphs, INTERVIEWS: _segments}[name]
    known = dict.fromkeys(text for text in source(data) if _SHORTEST <= words(text) <= _LONGEST)
    if len(known) < count:
        sys.exit(f"{name} has {len(known):,} texts of {_SHORTEST} to {_LONGEST} words, not {count:,}.")
    return random.Random(_SEED).sample(list(known), count)  # noqa: S311  # no secret


def _paragraphs(data: Path) -> Iterator[str]:
    with gzip.open(podcasts(data), "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def _segments(data: Path) -> Iterator[str]:
    for path in workforce(data):
        for transcript in importers.read(path):
            yield from (item.text for item in segment.segments(transcript, SegmentSettings()))
