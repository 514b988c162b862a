"""What two copies keep beside their logs: participants, summaries, codebooks, settings, preferences, vectors.

Where both have a value, the one here stays and the difference is told; what only the other has is taken over.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from themescout import codebook as codebooks
from themescout import participants
from themescout import settings as settings_module
from themescout.errors import ThemescoutError
from themescout.pipeline import adding
from themescout.pipeline.merging.results import Conflict, Difference
from themescout.project import ENGINE, PARTICIPANTS, SETTINGS_FILE
from themescout.review import preferences
from themescout.store.copies import BookVersion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from themescout.codebook import Codebook
    from themescout.participants import Participant
    from themescout.pipeline.merging.interviews import Translation
    from themescout.project import Study
    from themescout.store.copies import WrittenSummary

_STAYS = "merged: the codebook of this copy stays in use"
_FIELDS = ("participant", "wave", "role", "setting")
_HALF = 0.5  # of the shorter interview's segments: with as many in both, it is one interview in two versions


def summaries(study: Study, other: Study) -> tuple[tuple[WrittenSummary, ...], tuple[Conflict, ...]]:
    """Add the summaries that only the other has; those, and the cells that were written in both copies.

    The newest of a cell, by its time, comes to stand last. Must be inside `Store.transaction`.
    """
    here, there = study.store.copies.summaries(), other.store.copies.summaries()
    left = Counter(here)
    new = []
    for one in there:
        left[one] -= 1
        if left[one] < 0:
            new.append(one)
    study.store.copies.add_summaries(new)
    own = Counter(here) - Counter(there)
    conflicts = []
    for cell in dict.fromkeys(one.cell for one in new):
        mine = [one for one in here if one.cell == cell][-1:]
        last = [one for one in new if one.cell == cell][-1]
        if not mine or not own[mine[0]]:
            continue  # written in the other copy alone
        if later := _age(mine[0]) > _age(last):
            study.store.copies.add_summaries(mine)
        if mine[0].body != last.body:
            conflicts.append(_conflict(mine[0], last, holds="here" if later else "there"))
    return tuple(new), tuple(conflicts)


def _age(summary: WrittenSummary) -> tuple[str, str, str]:
    """Sorts by time; of two of one second the same is the newer one in both copies."""
    return summary.written_at, summary.coder, summary.body


def _conflict(here: WrittenSummary, there: WrittenSummary, *, holds: str) -> Conflict:
    return Conflict(
        about="summary", what=" · ".join(part for part in here.cell if part),
        coder=here.coder if here.coder == there.coder else f"{here.coder}, {there.coder}", where="", quote="",
        here=here.body, there=there.body, here_at=here.written_at, there_at=there.written_at, holds=holds,
    )  # fmt: skip


def books(study: Study, other: Study) -> int:
    """Record the texts of the codebook that only the other was used with; how many. Inside `Store.transaction`."""
    mine = study.store.copies.books()
    known = {(book.body, book.used_from, book.coder, book.reason) for book in mine}
    new = [
        book
        for book in other.store.copies.books()
        if book.reason != _STAYS and (book.body, book.used_from, book.coder, book.reason) not in known
    ]
    now = _now()
    texts = {book.body for book in (*mine, *new)}
    text = _book_text(other)
    if text and text not in texts and text != _book_text(study):
        new.append(BookVersion(body=text, used_from=now))  # changed there and not used yet
    for book in new:
        study.store.copies.add_book(book)
    if new and mine and new[-1].body != mine[-1].body:
        study.store.copies.add_book(replace(mine[-1], used_from=now, coder="", reason=_STAYS))
    return len(new)


def _book_text(study: Study) -> str:
    found = book(study)
    return "" if isinstance(found, str) else found.source_text


def book(study: Study) -> Codebook | str:
    """The study's codebook, or a sentence that says why it cannot be read."""
    try:
        return codebooks.load(study.settings.study.codebook, folder=study.folder)
    except ThemescoutError as error:
        return f"The codebook in {study.folder} cannot be read: {error}"


def book_notes(study: Study, other: Study) -> tuple[str, ...]:
    """Sentences on how the other's codebook differs from the one here, which stays in use."""
    mine, theirs = book(study), book(other)
    if isinstance(mine, str) or isinstance(theirs, str):
        return tuple(found for found in (mine, theirs) if isinstance(found, str))
    if mine.source_text == theirs.source_text:
        return ()
    codes, there = {code.id: code for code in mine.codes}, {code.id: code for code in theirs.codes}
    more = [name for name in there if name not in codes]
    other_wise = [name for name in there if name in codes and there[name] != codes[name]]
    said = ["The codebooks differ; the one here stays in use, the other’s text is recorded."]
    if more:
        said.append(
            f"Codes that only the other has: {', '.join(more)}. Decisions with them are kept, and count as soon as the "
            f"codes are in {study.settings.study.codebook}."
        )
    if other_wise:
        said.append(f"Codes described otherwise there: {', '.join(other_wise)}.")
    return (*said, f"The other codebook is {_place(other)}.")


def _place(study: Study) -> str:
    name = study.settings.study.codebook
    return name if name in codebooks.BUILT_IN else str(study.folder / name)


def settings(study: Study, other: Study) -> tuple[Difference, ...]:
    """Settings that differ; those here stay. What comes from the environment counts in neither."""
    here, there = (_flat(settings_module.read(one.folder / SETTINGS_FILE, {}).as_dict()) for one in (study, other))
    return tuple(
        Difference(where=SETTINGS_FILE, what=name, here=here[name], there=there[name])
        for name in here
        if here[name] != there[name]
    )


def _flat(values: Mapping[str, object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            found |= {f"[{name}] {key}": str(one) for key, one in value.items()}
        else:
            found[name] = str(value)
    return found


def preferred(study: Study, other: Study, *, write_files: bool) -> tuple[str, ...]:
    """Take over what coders chose who chose nothing here; who they are."""
    known = set(preferences.coders(study.folder))
    new = tuple(coder for coder in preferences.coders(other.folder) if coder not in known)
    for coder in new if write_files else ():
        preferences.write(study.folder, coder, preferences.read(other.folder, coder))
    return new


def vectors(study: Study, other: Study) -> int:
    """Copy the vectors that are missing here, of the models that are used here; how many. In `Store.transaction`.

    A study that has none takes those of all models, and goes on with the engine that made them.
    """
    here, there = study.store.copies, other.store.copies
    keys = set(here.vector_keys())
    if not keys and there.vector_keys():
        study.store.stages.finish(ENGINE, "", other.store.stages.record(ENGINE))
    return sum(here.add_vectors(there.vectors(key)) for key in there.vector_keys() if key in keys or not keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The table of participants as it is after merging: rows, how many of them are new or fuller, what differs."""

    rows: tuple[Participant, ...]
    changed: int
    differences: tuple[Difference, ...]


def people(study: Study, other: Study, translation: Translation) -> People:
    """Both tables in one. What a person filled in counts before what `add` wrote; where both did, the one here stays.

    To be called when the other's interviews are in the study.

    Raises:
        FileProblemError: a table cannot be read.
    """
    known = participants.read(study.participants_file)
    rows = {(row.transcript, row.speaker): row for row in known}
    plain = {(row.transcript, row.speaker): row for row in (*adding.informants(other), *adding.informants(study))}
    differences: list[Difference] = []
    for given in participants.read(other.participants_file):
        row = _called(study, other, given, translation)
        place = row.transcript, row.speaker
        if place in rows:
            rows[place], differing = _both(rows[place], row, plain.get(place))
            differences += differing
        else:
            rows[place] = row
    made = participants.completed(rows.values(), adding.informants(study))
    old = {(row.transcript, row.speaker): row for row in known}
    changed = sum(old.get((row.transcript, row.speaker)) != row for row in made)
    return People(rows=made, changed=changed, differences=tuple(differences))


def _both(mine: Participant, theirs: Participant, plain: Participant | None) -> tuple[Participant, list[Difference]]:
    """One row of two; `plain` is the row as it was before anybody filled it in."""
    where = f"{PARTICIPANTS}: {mine.transcript} {mine.speaker}"
    values, others, differences = {}, dict(mine.others), []
    for name in _FIELDS:
        one, two = getattr(mine, name), getattr(theirs, name)
        empty = {"", getattr(plain, name, "")}
        if one == two or two in empty:
            continue
        if one in empty:
            values[name] = two
        else:
            differences.append(Difference(where=where, what=name, here=one, there=two))
    for name, two in theirs.others.items():
        one = others.get(name, "")
        if not one:
            others[name] = two
        elif two not in {"", one}:
            differences.append(Difference(where=where, what=name, here=one, there=two))
    return replace(mine, **values, others=others), differences


def _called(study: Study, other: Study, row: Participant, translation: Translation) -> Participant:
    """A row of the other's table under the name that its transcript has here."""
    here = translation.transcripts.get(row.transcript)
    if here is None:
        return row
    made = replace(row, transcript=here)
    if row.participant != _plain(other, row):
        return made  # a person said who that is
    # Two versions of one interview are one person; two interviews that happen to have one name are two.
    if row.transcript in translation.related and _alike(study, other, row.transcript):
        known = {(item.transcript, item.speaker): item for item in participants.read(study.participants_file)}
        return replace(made, participant=known.get((row.transcript, row.speaker), row).participant)
    return replace(made, participant=_plain(study, made))


def _plain(study: Study, row: Participant) -> str:
    """Who the informant of a row is before anybody has filled the table in."""
    made = {(item.transcript, item.speaker): item.participant for item in adding.informants(study)}
    return made.get((row.transcript, row.speaker), row.transcript)


def _alike(study: Study, other: Study, transcript: str) -> bool:
    """Whether what both call `transcript` is one interview, by the segments that are in both."""
    left, right = ({item.id for item in one.store.segments.of_transcript(transcript)} for one in (study, other))
    return bool(left and right) and len(left & right) >= _HALF * min(len(left), len(right))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
