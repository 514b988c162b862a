"""What a reader of the report must know besides the tables: transcripts and method."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from themescout import embed
from themescout.types import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from themescout.codebook import Codebook
    from themescout.project import Study

_LIBRARIES = ("sentence-transformers", "torch", "umap-learn", "hdbscan", "scikit-learn", "numpy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One transcript as the report lists it. `interviewer_share` of all words, 0..1."""

    transcript: str
    wave: str
    format: str
    turns: int
    words: int
    interviewer_share: float
    informants: tuple[str, ...]
    segments: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """Software, model, seed and settings of the run."""

    software: str
    python: str
    libraries: tuple[tuple[str, str], ...]
    vectors: str
    runs: int
    seed: int
    codebook: str
    codebook_version: str
    codebook_sha256: str
    settings: Mapping[str, Any]


def imported(study: Study) -> tuple[Imported, ...]:
    """One entry for each transcript, in order of import."""
    counts: dict[str, int] = {}
    for item in study.store.segments.all():
        counts[item.transcript] = counts.get(item.transcript, 0) + 1
    entries = []
    for name, wave in study.store.transcripts.waves().items():
        transcript = study.store.transcripts.get(name)
        if transcript is None:
            continue
        total = sum(speaker.words for speaker in transcript.speakers)
        asked = sum(s.words for s in transcript.speakers if s.role is Role.INTERVIEWER)
        entries.append(
            Imported(
                transcript=name,
                wave=wave,
                format=transcript.format,
                turns=len(transcript.turns),
                words=total,
                interviewer_share=asked / total if total else 0.0,
                informants=tuple(s.label for s in transcript.speakers if s.role is Role.INFORMANT),
                segments=counts.get(name, 0),
                problems=transcript.problems,
            )
        )
    return tuple(entries)


def installed(package: str) -> str:
    """Version of an installed package; "not installed" where it is not."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def method(study: Study, book: Codebook) -> Method:
    """How the machine's part came about."""
    record = study.store.stages.record("themes")
    return Method(
        software=f"themescout {installed('themescout')}",
        python=platform.python_version(),
        libraries=tuple((name, installed(name)) for name in _LIBRARIES),
        vectors=str(record.get("vectors", "")),
        runs=int(record.get("runs", 0)),
        seed=int(record.get("seed", study.settings.seed)),
        codebook=book.title,
        codebook_version=book.version,
        codebook_sha256=book.sha256,
        settings=embed.as_applied(study.settings).as_dict(),
    )
