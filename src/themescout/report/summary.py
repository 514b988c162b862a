"""What a reader of the report must know besides the tables: transcripts, themes, method."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from themescout import participants
from themescout.report.quotes import Quote, Source
from themescout.types import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from themescout.codebook import Codebook
    from themescout.project import Study
    from themescout.types import Theme

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
class ThemeView:
    """A candidate theme with its exemplar quotes, counts, and the codes its members fit best."""

    theme: Theme
    informants: int
    segments: int
    quotes: tuple[Quote, ...]
    codes: tuple[tuple[str, float], ...]
    one_voice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """Software, model, seed and settings of the run."""

    software: str
    python: str
    libraries: tuple[tuple[str, str], ...]
    vectors: str
    runs: int
    outside: int
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


def themes(study: Study, book: Codebook) -> tuple[ThemeView, ...]:
    """The candidate themes with their quotes, each checked against the stored transcript."""
    items = {item.id: item for item in study.store.segments.all()}
    source = Source(study.store.transcripts.texts())
    people = {(p.transcript, p.speaker): p.participant for p in participants.read(study.participants_file)}
    names = {code.id: code.name for code in book.codes}
    views = []
    for theme in study.store.themes.all():
        members = [items[member] for member in theme.members if member in items]
        spoken = [people.get((item.transcript, item.speaker), item.transcript) for item in members]
        quotes = tuple(
            source.check(
                Quote(
                    text=item.text,
                    participant=people.get((item.transcript, item.speaker), item.transcript),
                    transcript=item.transcript,
                    start=item.start,
                    end=item.end,
                    turn=item.turn + 1,
                    segment=item.id,
                )
            )
            for item in (items[name] for name in theme.exemplars if name in items)
        )
        top = max((spoken.count(person) for person in set(spoken)), default=0)
        views.append(
            ThemeView(
                theme=theme,
                informants=len(set(spoken)),
                segments=len(members),
                quotes=quotes,
                codes=tuple((names.get(code, code), share) for code, share in theme.codes[:3]),
                # Two thirds of a theme from one person, or a single person, is that person's topic.
                one_voice=bool(members) and top / len(members) > 2 / 3,
            )
        )
    return tuple(views)


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
        outside=int(record.get("outside", 0)),
        seed=int(record.get("seed", study.settings.seed)),
        codebook=book.title,
        codebook_version=book.version,
        codebook_sha256=book.sha256,
        settings=study.settings.as_dict(),
    )
