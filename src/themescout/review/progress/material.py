"""What figures about the coding are made of, read from a study at once so that nobody has to wait while they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from themescout import codebook, participants
from themescout.candidates import ThemeVerb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from themescout.codebook import Codebook
    from themescout.participants import Participant
    from themescout.project import Study
    from themescout.types import Decision, Segment

MOST = 8  # different values of a column up to which informants are compared by it
FEWEST = 4  # informants from which they are compared by how much they say


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A study as far as figures need it.

    Attributes:
        items: segment id to segment, in the order of speaking.
        waves: transcript id to wave, in order of import.
        informants: segment id to who spoke.
        lengths: segment id to its number of words.
        groups: column of participants.csv to informant to value; only columns that put informants together.
        names: code id to name.
        children: ids of codes that are below another one.
        added: ids of codes that people added to those given beforehand; None where that cannot be told.
        log: decisions that may be seen, in order.
        everything: all decisions, to know what is still to be done.
        blind: share of segments shown without a suggestion.
        double: share that everybody decides.
        seed: of the study.
    """

    items: Mapping[str, Segment]
    waves: Mapping[str, str]
    informants: Mapping[str, str]
    lengths: Mapping[str, int]
    groups: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]
    children: frozenset[str]
    added: frozenset[str] | None
    log: Sequence[Decision]
    everything: Sequence[Decision]
    blind: float
    double: float
    seed: int


def gather(
    study: Study,
    book: Codebook,
    *,
    items: Mapping[str, Segment] | None = None,
    log: Sequence[Decision] | None = None,
    everything: Sequence[Decision] | None = None,
) -> Material:
    """Read what is needed.

    Args:
        study: open.
        book: the codebook in use.
        items: the study's segments, where they are known.
        log: decisions that may be seen; None for all.
        everything: all decisions, where they are known.

    Raises:
        FileProblemError: participants.csv cannot be read.
    """
    segments = items if items is not None else {item.id: item for item in study.store.segments.all()}
    every = everything if everything is not None else study.store.decisions.all()
    rows = participants.read(study.participants_file)
    people = {(row.transcript, row.speaker): row.participant for row in rows}
    informants = {name: people.get((item.transcript, item.speaker), item.transcript) for name, item in segments.items()}
    lengths = {name: len(item.text.split()) for name, item in segments.items()}
    review = study.settings.review
    return Material(
        items=segments, waves=study.store.transcripts.waves(), informants=informants, lengths=lengths,
        groups={**_columns(rows), **_talk(informants, lengths)},
        names={code.id: code.name for code in book.codes},
        children=frozenset(code.id for code in book.codes if code.parent), added=_added(study, book),
        log=every if log is None else log, everything=every, blind=review.blind, double=review.double,
        seed=study.settings.seed,
    )  # fmt: skip


def _columns(rows: Sequence[Participant]) -> dict[str, dict[str, str]]:
    """Columns by which informants can be compared: at least two values, and one of them shared."""
    names = dict.fromkeys(name for row in rows for name in row.others)
    found = {}
    for column in ("wave", "role", "setting", *names):
        own = column in {"wave", "role", "setting"}
        said = {row.participant: (getattr(row, column) if own else row.others.get(column, "")).strip() for row in rows}
        values = {who: value for who, value in said.items() if value}
        if 2 <= len(set(values.values())) <= min(MOST, len(values) - 1):
            found[column] = values
    return found


def _talk(informants: Mapping[str, str], lengths: Mapping[str, int]) -> dict[str, dict[str, str]]:
    """Informants by how much they say: suggestions may suit the brief better than the long-winded."""
    words: Counter[str] = Counter()
    for name, who in informants.items():
        words[who] += lengths[name]
    if len(words) < FEWEST:
        return {}
    middle = median(words.values())
    return {
        "words spoken": {who: "more than the median" if n > middle else "up to the median" for who, n in words.items()}
    }


def _added(study: Study, book: Codebook) -> frozenset[str] | None:
    """Codes made of themes, and those that a copy of a built-in codebook has beyond it."""
    made = {one.value for one in study.store.theme_log.all() if one.verb is ThemeVerb.PROMOTE and one.value}
    here = {code.id for code in book.codes}
    if book.id in codebook.BUILT_IN:
        return frozenset(here - {code.id for code in codebook.load(book.id).codes})
    return frozenset(made & here) or None
