"""When may I stop? The log of decisions, and the random sample in it, become a statement for each code."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from themescout import decisions
from themescout.errors import CodebookError
from themescout.pipeline import stages
from themescout.review import audit
from themescout.suggest import stopping
from themescout.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from themescout.codebook import Codebook
    from themescout.project import Study
    from themescout.suggest.stopping import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Enough:
    """What can be said about a study.

    Attributes:
        recall: share of a code's segments to be found, 0..1.
        confidence: with which that is to be said, 0..1; for each code by itself.
        segments: number in the study.
        decided: number of them that somebody has decided.
        frame: number of segments from which the sample is drawn; 0 where there is no sample.
        read: number of these that were read in random order.
        skipped: decided segments of the frame that do not count, because one before them was put aside.
        remarks: sentences about the sample.
        codes: one statement for each code, in the order of the codebook.
    """

    recall: float
    confidence: float
    segments: int
    decided: int
    frame: int
    read: int
    skipped: int
    remarks: tuple[str, ...]
    codes: tuple[Statement, ...]


def enough(study: Study, *, code: str | None = None, recall: float = 0.95, confidence: float = 0.95) -> Enough:
    """Say of each code that segments can get, or of one code or category, whether its share was found.

    A segment has a code when any coder gave it the code or one below it. It is decided when any coder has
    decided; where all who did were unsure, it counts as unknown.

    Raises:
        CodebookError: there is no such code.
    """
    book = stages.load_codebook(study)
    if code is not None and not book.has(code):
        raise CodebookError(f"The codebook has no code “{code}”.", "See: themescout codebook show")
    known = _known(study)
    having = _having(study, book)
    made = tuple(
        stopping.state(
            name, book.code(name).name, len(having[name] & known.ids), known.sample(having[name]),
            outside=known.outside, recall=recall, confidence=confidence,
        )
        for name in ([code] if code else [item.id for item in book.assignable])
    )  # fmt: skip
    return Enough(
        recall=recall, confidence=confidence, segments=len(known.ids), decided=len(known.decided),
        frame=len(known.frame), read=len(known.read), skipped=known.skipped, remarks=_remarks(known), codes=made,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of the study's segments, whatever the code. All are ids; `clear`: decided and not unsure."""

    ids: frozenset[str]
    decided: frozenset[str]
    clear: frozenset[str]
    frame: tuple[str, ...]
    read: tuple[str, ...]
    stale: bool

    @property
    def outside(self) -> int:
        """Segments of which nothing is known and which the sample does not stand for."""
        return len(self.ids - self.clear - set(self.frame))

    @property
    def skipped(self) -> int:
        """Decided segments of the frame behind the first one that is not."""
        return len(self.decided & set(self.frame)) - len(self.read)

    def sample(self, having: frozenset[str]) -> stopping.Sample:
        """What the sample says about the code that the segments `having` have."""
        read = frozenset(self.read)
        return stopping.Sample(
            size=len(self.frame), read=len(read), found=len(read & having), unsure=len(read - self.clear - having)
        )


def _known(study: Study) -> _Known:
    ids = frozenset(item.id for item in study.store.segments.all())
    log = study.store.decisions.all()
    standing = [decision for decision in decisions.standing(log) if decision.segment in ids]
    decided = frozenset(decision.segment for decision in standing)
    clear = frozenset(decision.segment for decision in standing if decision.verdict is not Verdict.UNSURE)
    drawn = audit.frame(study, log)
    frame = drawn.ids if drawn and drawn.fresh else ()
    read = tuple(takewhile(decided.__contains__, frame))
    return _Known(ids=ids, decided=decided, clear=clear, frame=frame, read=read, stale=bool(drawn and not drawn.fresh))


def _having(study: Study, book: Codebook) -> Mapping[str, frozenset[str]]:
    """Code id to the segments that have it or a code below it."""
    found: dict[str, set[str]] = {code.id: set() for code in book.codes}
    parents = {code.id: code.parent for code in book.codes}
    for label in decisions.labels(study.store.decisions.all()):
        code = label.code
        while code is not None and code in found:
            found[code].add(label.segment)
            code = parents[code]
    return {code: frozenset(segments) for code, segments in found.items()}


def _remarks(known: _Known) -> tuple[str, ...]:
    made = []
    if known.stale:
        made.append("The interviews have changed since the random sample was drawn: it counts no longer.")
    if not known.frame and len(known.clear) < len(known.ids):
        made.append("Read a random sample of what has no suggestion: themescout review STUDY --order sample")
    if known.skipped:
        made.append(
            f"{known.skipped} decided segments of the sample do not count yet: some before them were put aside."
        )
    if known.outside:
        made.append(
            f"{known.outside} segments outside the sample are undecided or unsure. Each of them may have any code."
        )
    return tuple(made)
