"""The codebook beside what was coded with it: counts, quotes, versions; and changing it, as a coder at the desk."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout import decisions
from themescout.codebook.differences import differences
from themescout.errors import CodeError, StaleError
from themescout.pipeline import codebook_file, revising, stages
from themescout.report.places import Places
from themescout.review.wording import wordings
from themescout.review.wording.wordings import Wordings
from themescout.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from themescout.codebook import Code, Codebook
    from themescout.codebook.differences import CodeChange
    from themescout.decisions import Label
    from themescout.pipeline.revising import Revised, Wording
    from themescout.project import Study
    from themescout.report.quotes import Quote
    from themescout.review.desk import Desk
    from themescout.review.wording.wordings import Again
    from themescout.store.records import BookVersion
    from themescout.types import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A code in the tree.

    Attributes:
        code: itself.
        depth: 0 for a category.
        usable: whether segments may get it.
        informants: people who said something with this code or one below it.
        segments: their segments.
        again: segments to be looked at again for this code alone.
    """

    code: Code
    depth: int
    usable: bool
    informants: int
    segments: int
    again: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A label as one coder gave it."""

    code: str
    kind: str
    coder: str
    memo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A confirmed quote with its labels; `segment` is "" where the segment is no longer there."""

    quote: Quote
    segment: str
    labels: tuple[Given, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Informant:
    """Everything that one person said with a code, as spoken."""

    name: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A version of the codebook and what it changed."""

    version: BookVersion
    changes: tuple[CodeChange, ...]


# --- what is seen -----------------------------------------------------------------------------------------------------


def overview(desk: Desk, coder: str) -> tuple[Line, ...]:
    """Every code with its counts, each followed by those below it; of others' decisions those that `coder` may see."""
    with desk.held() as study:
        book, log, places, known = desk.book, desk.visible(coder), Places(study), Wordings.of(study)
    # What is counted below takes seconds where there are 100,000 decisions: nobody waits for it to decide.
    people, segments = _counted(book, _quoted(desk, places, decisions.labels(log)))
    todo = wordings.again(log, known)
    usable = {code.id for code in book.assignable}
    return tuple(
        Line(
            code=code, depth=depth, usable=code.id in usable, informants=len(people[code.id]),
            segments=len(segments[code.id]), again=len(_segments(desk, todo.get(code.id, ()))),
        )
        for code, depth in tree(book)
    )  # fmt: skip


def tree(book: Codebook, parent: str | None = None, depth: int = 0) -> Iterator[tuple[Code, int]]:
    """The codes with their depth, each followed by those below it."""
    for code in book.children(parent) if parent is not None else book.categories:
        yield code, depth
        yield from tree(book, code.id, depth + 1)


def found(book: Codebook, code: str) -> Code:
    """The code of that id.

    Raises:
        CodeError: there is none.
    """
    if not book.has(code):
        raise CodeError(f"The codebook has no code “{code}”.", "It may have been taken out; see the codebook.")
    return book.code(code)


def quotes(desk: Desk, coder: str, code: str) -> tuple[Informant, ...]:
    """The confirmed quotes of a code and of those below it, together, by informant."""
    with desk.held() as study:
        book, log, places = desk.book, desk.visible(coder), Places(study)
    family = {code, *(one.id for one, _ in tree(book, code))}
    segments = {one.segment for one in log if one.code in family or one.verdict is Verdict.SETTLE}
    log = tuple(one for one in log if one.segment in segments)
    labels = [label for label in decisions.labels(log) if label.code in family]
    memos = {(one.segment, one.coder, one.code): one.memo for one in decisions.standing(log)}
    placed = _quoted(desk, places, labels)
    together: dict[tuple[str, str, int, int], list[tuple[Label, Quote]]] = defaultdict(list)
    for label, quote in placed:
        together[quote.participant, quote.transcript, quote.start, quote.end].append((label, quote))
    people: dict[str, list[Said]] = defaultdict(list)
    for (person, *_), group in sorted(together.items(), key=lambda one: one[0]):
        people[person].append(_said(group, memos, desk))
    return tuple(Informant(name=name, said=tuple(said)) for name, said in people.items())


def again(desk: Desk, coder: str, code: str) -> tuple[Again, ...]:
    """The decisions to be looked at again for a code, those of `coder` first; of segments that are there."""
    with desk.held() as study:
        log, known = desk.visible(coder), Wordings.of(study)
    todo = wordings.again(log, known).get(code, ())
    there = [one for one in todo if one.decision.segment in desk.items]
    return tuple(sorted(there, key=lambda one: one.decision.coder != coder))


def newest(desk: Desk, coder: str) -> Mapping[str, int]:
    """By segment: the number of the newest decision of `coder` that holds, settling ones left out."""
    mine = (one for one in desk.visible(coder) if one.coder == coder and one.verdict is not Verdict.SETTLE)
    return {one.segment: one.seq for one in decisions.standing(mine)}


def decided(desk: Desk, coder: str, code: str) -> int:
    """Number of standing decisions about a code, as far as `coder` may see them: what a change makes old."""
    return wordings.decided(desk.visible(coder), code)


def steps(desk: Desk) -> tuple[Step, ...]:
    """Every version with what it changed against the one before, newest first."""
    with desk.held() as study:
        known = Wordings.of(study)
    before = (None, *known.books)
    made = [
        Step(version=version, changes=() if old is None else differences(old, new))
        for version, old, new in zip(known.versions, before, known.books, strict=False)
    ]
    return tuple(reversed(made))


def between(desk: Desk, old: int, new: int) -> tuple[CodeChange, ...]:
    """What differs between two versions.

    Raises:
        CodeError: there is no such version.
    """
    with desk.held() as study:
        bodies = [study.store.codebooks.body(version) for version in (old, new)]
    for version, body in zip((old, new), bodies, strict=True):
        if not body:
            raise CodeError(f"The codebook has no version {version}.", "See its versions.")
    return differences(wordings.read(bodies[0]), wordings.read(bodies[1]))


# --- what is done -----------------------------------------------------------------------------------------------------


def edit(desk: Desk, coder: str, code: str, wording: Wording, *, seen: str, reason: str) -> Revised:
    """Give a code another wording; what may go wrong is in `revising.edit`."""
    return _revised(desk, lambda study: revising.edit(study, code, wording, seen=seen, coder=coder, reason=reason))


def add(desk: Desk, coder: str, code: Code, *, seen: str, reason: str) -> Revised:
    """Put a code of a person's own into the codebook; what may go wrong is in `revising.add`."""
    return _revised(desk, lambda study: revising.add(study, code, seen=seen, coder=coder, reason=reason))


def _revised(desk: Desk, work: Callable[[Study], Revised]) -> Revised:
    with desk.held(writing=True) as study:
        try:
            made = work(study)
        except StaleError:
            # Somebody wrote into its file, here or elsewhere: the next look shows what it says now.
            desk.take_codebook(stages.load_codebook(codebook_file.current(study)))
            raise
        desk.take_codebook(made.book)
        return made


# --- inside -----------------------------------------------------------------------------------------------------------


def _quoted(desk: Desk, places: Places, labels: Sequence[Label]) -> list[tuple[Label, Quote]]:
    """Labels with a code and with words that an informant says now; the report lists the others as lost."""
    found: list[tuple[Label, Quote]] = []
    rest: list[Label] = []
    for label in labels:
        item = desk.items.get(label.segment)
        if label.code and item is not None and item.text == label.quote:
            found.append((label, places.of_segment(item)))
        elif label.code:
            rest.append(label)
    with desk.held():  # some words, or words of a segment that is gone, are looked for in the study
        pairs = [(label, places.of_label(label, desk.items.get(label.segment))) for label in rest]
    return found + [(label, quote) for label, quote in pairs if quote is not None]


def _counted(
    book: Codebook, quoted: Sequence[tuple[Label, Quote]]
) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
    """People and segments of each code, with those of the codes below it."""
    parents = {code.id: code.parent for code in book.codes}
    people: dict[str, set[str]] = defaultdict(set)
    segments: dict[str, set[str]] = defaultdict(set)
    for label, quote in quoted:
        here = label.code
        while here is not None and here in parents:
            people[here].add(quote.participant)
            segments[here].add(quote.segment)
            here = parents[here]
    return people, segments


def _segments(desk: Desk, todo: Sequence[Again]) -> set[str]:
    return {one.decision.segment for one in todo} & desk.items.keys()


def _said(group: Sequence[tuple[Label, Quote]], memos: Mapping[tuple[str, str, str | None], str], desk: Desk) -> Said:
    label, quote = group[0]
    return Said(
        quote=quote,
        segment=label.segment if label.segment in desk.items else "",
        labels=tuple(
            Given(
                code=one.code or "", kind=one.kind or "", coder=one.coder,
                memo=memos.get((one.segment, one.coder, one.code), ""),
            )
            for one, _ in group
        ),
    )  # fmt: skip


def said(decision: Decision, book: Codebook) -> str:
    """A decision in words: names of code and kind, or what else was decided."""
    code = book.code(decision.code).name if decision.code and book.has(decision.code) else decision.code or ""
    kind = next((kind.name for kind in book.kinds if kind.id == decision.kind and kind.id != "neither"), "")
    if decision.verdict.value == "unsure":
        return "unsure"
    return " · ".join(part for part in (code, kind) if part) or "nothing to code"
