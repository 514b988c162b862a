"""Which interviews are the original ones and which are new, who speaks in them, and what stands in the way."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from themescout import participants
from themescout.comparison.model import Wave
from themescout.errors import ComparisonError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from themescout.project import Study
    from themescout.types import Segment

UNNAMED = "earlier interviews"  # added without a wave
_LISTED = 5  # names in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One wave with its segments.

    Attributes:
        wave: what it is.
        items: its segments, in order of speaking.
        who: segment id to informant.
        settings: informant to setting; "" where it is not filled in.
    """

    wave: Wave
    items: tuple[Segment, ...]
    who: Mapping[str, str]
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two waves of interviews."""

    old: Side
    new: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Both waves. `shared` are informants of both, sorted: then these are not different people.

    `old` is None where the study holds nothing but the new wave, for comparison with a list of names.
    """

    old: Side | None
    new: Side
    shared: tuple[str, ...]

    @property
    def pair(self) -> Pair | None:
        """Both, where there are both."""
        return Pair(old=self.old, new=self.new) if self.old else None


def names(study: Study) -> tuple[str, ...]:
    """The study's waves, in order of import; "" for interviews that were added without one."""
    return tuple(dict.fromkeys(_waves(study).values()))


def of_transcripts(study: Study) -> Mapping[str, str]:
    """Transcript to wave, in order of import: the wave in participants.csv where that has one, else that of `add`."""
    return _waves(study)


def against_all(study: Study, new: str, against: str | None) -> str | None:
    """`against`, or None where that is all there is besides `new`: both ask for the same comparison."""
    return None if {name for name in names(study) if name != new} == {against} else against


def split(study: Study, new: str, *, against: str | None = None, alone: bool = False) -> Sides:
    """The wave `new` and what it is compared with: the wave `against`, or all others.

    `alone` says that a wave without any others will do. A transcript's wave is the one in participants.csv where that
    has been filled in, else the one it was added with.

    Raises:
        ComparisonError: there is no such wave, nothing to compare it with, nobody to hear in it, or an interview stands
            in both.
    """
    waves, old, fresh = _parted(study, new, against, alone=alone)
    decided = {decision.segment for decision in study.store.decisions.all()}
    items = study.store.segments.all()
    wave = against if against is not None else _joined({waves[name] for name in old})
    first = _side(study, wave, [item for item in items if item.transcript in old], decided)
    second = _side(study, new, [item for item in items if item.transcript in fresh], decided)
    for side in (first, second) if old else (second,):
        if not side.items:
            raise ComparisonError(
                f"No informant speaks in the wave “{side.wave.title}”.",
                "Look at the speakers in participants.csv and at themescout status; a table of names alone is compared "
                "with --baseline.",
            )
    shared = tuple(sorted(set(first.wave.informants) & set(second.wave.informants)))
    return Sides(old=first if old else None, new=second, shared=shared)


def check(study: Study, new: str, *, against: str | None = None, alone: bool = False) -> None:
    """Raise where `split` would, as far as that can be told before segments are made."""
    _parted(study, new, against, alone=alone)


def segmented(study: Study, new: str) -> bool:
    """Whether the wave `new` has been cut into segments; added interviews have not, until they are run or compared."""
    waves = _waves(study)
    return any(waves[item.transcript] == new for item in study.store.segments.all())


def _parted(study: Study, new: str, against: str | None, *, alone: bool) -> tuple[dict[str, str], set[str], set[str]]:
    """Transcript to wave, and the transcripts of the old and of the new one."""
    waves = _waves(study)
    old = {name for name, wave in waves.items() if wave != new and against in (None, wave)}
    fresh = {name for name, wave in waves.items() if wave == new}
    if not (alone and set(waves.values()) == {new}):
        _check(study, waves, new, against)
    _check_twice(study, old, fresh)
    return waves, old, fresh


def _waves(study: Study) -> dict[str, str]:
    """Transcript to wave."""
    written = {row.transcript: row.wave for row in participants.read(study.participants_file) if row.wave}
    return {name: written.get(name) or wave for name, wave in study.store.transcripts.waves().items()}


def _check(study: Study, waves: Mapping[str, str], new: str, against: str | None) -> None:
    known = ", ".join(f"“{wave}”" if wave else "interviews without a wave" for wave in dict.fromkeys(waves.values()))
    for wave in (new, *([against] if against is not None else [])):
        if wave not in waves.values():
            raise ComparisonError(
                f"{study.folder} has no wave “{wave}”.",
                f"It has {known or 'no transcripts yet'}; waves are named with --wave and in participants.csv.",
            )
    if against == new or not any(wave != new for wave in waves.values()):
        raise ComparisonError(
            f"{study.folder} has nothing to compare the wave “{new or UNNAMED}” with.",
            "Add the other interviews under another wave: themescout add STUDY FILES --wave NAME",
        )


def _check_twice(study: Study, old: set[str], new: set[str]) -> None:
    """The same words in both waves would be compared with themselves."""
    first: dict[str, str] = {}
    hashes = study.store.transcripts.hashes()
    for name, content in hashes.items():
        if name in old:
            first.setdefault(content, name)
    twice = [(first[hashes[name]], name) for name in hashes if name in new and hashes[name] in first]
    if twice:
        pairs = [f"{one} and {other}" for one, other in twice[:_LISTED]]
        more = f" and {len(twice) - _LISTED} more" if len(twice) > _LISTED else ""
        raise ComparisonError(
            f"The same interview stands in both waves: {'; '.join(pairs)}{more}.",
            "Correct the column wave in participants.csv, so that each interview belongs to one wave.",
        )


def _side(study: Study, wave: str, items: Sequence[Segment], decided: set[str]) -> Side:
    people = {(row.transcript, row.speaker): row for row in participants.read(study.participants_file)}
    who: dict[str, str] = {}
    settings: dict[str, str] = {}
    words: dict[str, int] = defaultdict(int)
    for item in items:
        row = people.get((item.transcript, item.speaker))
        name = row.participant if row else item.transcript
        who[item.id] = name
        settings[name] = settings.get(name) or (row.setting if row else "")
        words[name] += len(item.text.split())
    return Side(
        wave=Wave(
            name=wave, title=wave or UNNAMED, interviews=len({item.transcript for item in items}),
            informants=tuple(sorted(words)), settings=tuple(sorted({one for one in settings.values() if one})),
            segments=len(items), decided=sum(item.id in decided for item in items),
            words=round(median(words.values())) if words else 0,
        ),
        items=tuple(items), who=who, settings=settings,
    )  # fmt: skip


def _joined(waves: set[str]) -> str:
    return " and ".join(sorted(wave for wave in waves if wave)) or ""
