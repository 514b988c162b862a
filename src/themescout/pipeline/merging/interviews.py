"""Interviews of two copies: the same ones, new ones, and those whose words differ.

Everything about an interview that is called otherwise here is translated: a decision goes to the segment with the same
words, under the id that it has here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from themescout import segment
from themescout.pipeline import adding
from themescout.pipeline.adding import OnChange
from themescout.pipeline.merging import entries
from themescout.pipeline.merging.results import Interview

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from themescout.candidates import FoundTheme, ThemeDecision
    from themescout.project import Study
    from themescout.store.transcripts import StoredFile
    from themescout.types import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """What is called otherwise here: ids of transcripts and of segments, there to here.

    `related`: transcripts there that are another version of an interview which is here under the same name.
    """

    transcripts: Mapping[str, str] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)
    related: frozenset[str] = frozenset()

    def decision(self, given: Decision) -> Decision:
        """A decision of the other copy as it would be here."""
        here = self.transcripts.get(given.transcript)
        # Words that are here in both versions keep their segment; only what is not moves to the other's version.
        if here is None or (given.segment not in self.segments and given.transcript in self.related):
            return given
        name = self.segments.get(given.segment, given.segment)
        return replace(given, transcript=here, segment=name, key=entries.moved_key(given.key, here))

    def theme_decision(self, given: ThemeDecision) -> ThemeDecision:
        """A decision about themes as it would be here."""
        shown = {
            number: {**seen, "members": [self.segments.get(name, name) for name in seen.get("members", ())]}
            for number, seen in given.shown.items()
        }
        return replace(given, segments=self._names(given.segments), shown=shown) if self.segments else given

    def theme(self, given: FoundTheme) -> FoundTheme:
        """A theme as it would be here."""
        return replace(given, members=self._names(given.members))

    def _names(self, segments: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.segments.get(name, name) for name in segments)


def bring(
    study: Study, other: Study, on_change: OnChange, *, write_files: bool
) -> tuple[tuple[Interview, ...], Translation, tuple[str, ...]]:
    """Add the interviews that are not here; what was done, what is called otherwise, and problems in words.

    Must be inside `Store.transaction`. With `write_files`, originals are copied into the study's folder.
    """
    carrier = _Carrier(study, other, write_files=write_files)
    for name, words in other.store.transcripts.hashes().items():
        carrier.bring(name, words, on_change)
    related = frozenset(carrier.names) & carrier.before
    translation = Translation(transcripts=carrier.names, segments=carrier.segments, related=related)
    return tuple(carrier.done), translation, tuple(carrier.problems)


class _Carrier:
    """Carries interviews over, one by one."""

    def __init__(self, study: Study, other: Study, *, write_files: bool) -> None:
        self._study, self._other, self._write_files = study, other, write_files
        self.hashes = dict(study.store.transcripts.hashes())
        self.before = frozenset(self.hashes)
        self.names: dict[str, str] = {}
        self.segments: dict[str, str] = {}
        self.done: list[Interview] = []
        self.problems: list[str] = []
        self._files: dict[str, str] = {}

    def bring(self, name: str, words: str, on_change: OnChange) -> None:
        if self.hashes.get(name) == words:
            return
        same = next((known for known, found in self.hashes.items() if found == words), "")
        if same:
            self._call(name, same)
            if name not in self.before:
                self._tell(name, same, f"{name} has the words of {same}, which is here already.")
        elif name not in self.hashes:
            self._add(name, name)
            self._tell(name, name, f"{name} is new here.", added=True)
        elif on_change is OnChange.REPLACE:
            self._add(name, name)
            self._tell(name, name, f"{name} has other words there; they took the place of those here.", added=True)
        elif on_change is OnChange.KEEP_BOTH:
            free = next(f"{name}-{n}" for n in range(2, 10**6) if f"{name}-{n}" not in self._taken())
            self._add(name, free)
            self._call(name, free)
            self._tell(name, free, f"{name} has other words there; both are kept, the other’s as {free}.", added=True)
        else:
            self._tell(name, name, f"{name} has other words there; those here stay.")

    def _taken(self) -> set[str]:
        return self.hashes.keys() | self._other.store.transcripts.hashes().keys()

    def _tell(self, there: str, here: str, sentence: str, *, added: bool = False) -> None:
        self.done.append(Interview(there=there, here=here, sentence=sentence, added=added))

    def _add(self, name: str, here: str) -> None:
        """Add, or replace, a transcript with its segments as they were cut there."""
        source, target = self._other.store, self._study.store
        transcript = source.transcripts.get(name)
        assert transcript is not None, name  # noqa: S101  # it was listed a moment ago
        origin = source.copies.origin(name)
        file = source.transcripts.file(origin.file)
        assert file is not None, origin  # noqa: S101  # the database holds that it is there
        target.transcripts.add_file(replace(file, stored=self._kept(file)))
        target.transcripts.add(replace(transcript, id=here), file=origin.file, wave=origin.wave)
        items = source.segments.of_transcript(name)
        target.segments.replace(here, items if name == here else segment.renamed(items, here))
        target.transcripts.mark_cut(here, origin.cut_as)
        self.hashes[here] = source.transcripts.hashes()[name]

    def _kept(self, file: StoredFile) -> str:
        """Copy an original; the name of the copy."""
        known = self._study.store.transcripts.file(file.sha256)
        if known or file.sha256 in self._files:
            return known.stored if known else self._files[file.sha256]
        path, stored = self._other.transcripts_folder / file.stored, file.stored
        if not _intact(path, file.sha256):
            self.problems.append(f"The original of {file.name} is missing or changed in {path.parent}.")
        elif self._write_files:
            stored = adding.keep_original(self._study, path, file.sha256)
        self._files[file.sha256] = stored
        return stored

    def _call(self, name: str, here: str) -> None:
        """Remember that a transcript is called otherwise here, and its segments, where these words are not here."""
        self.names[name] = here
        items = self._other.store.segments.of_transcript(name)
        kept = {item.id for item in self._study.store.segments.of_transcript(name)}
        pairs = zip(items, segment.renamed(items, here), strict=True)
        self.segments |= {there.id: mine.id for there, mine in pairs if there.id not in kept}


def _intact(path: Path, sha256: str) -> bool:
    """Whether a file is there with that hash."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return False
