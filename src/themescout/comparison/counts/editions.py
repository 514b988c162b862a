"""Which versions of the codebook each wave was coded with, and which codes a wave could not be given."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.review.wording import wordings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from themescout.codebook import Codebook
    from themescout.project import Study
    from themescout.types import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One version of the codebook: its number, from when it was in use (ISO 8601, UTC), and the codes it had."""

    version: int
    used_from: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """How a wave was coded.

    Attributes:
        versions: numbers of the versions in use when its standing decisions were made, sorted; () where there are none.
        lacking: codes of today's codebook that none of these versions had.
    """

    versions: tuple[int, ...] = ()
    lacking: frozenset[str] = frozenset()


def read(study: Study) -> tuple[Edition, ...]:
    """The versions that the study has been used with, oldest first."""
    books = study.store.codebooks
    return tuple(
        Edition(
            version=one.version,
            used_from=one.used_from,
            codes=frozenset(code.id for code in wordings.read(books.body(one.version)).codes),
        )
        for one in books.versions()
    )


def coding(
    held: Iterable[Decision], transcripts: Collection[str], editions: Sequence[Edition], book: Codebook
) -> Coding:
    """How the interviews `transcripts` were coded, by the decisions that hold.

    What was decided in the very second in which a version came into use counts as decided before it.
    """
    starts = [one.used_from for one in editions]
    used = {
        max(0, bisect_left(starts, decision.decided_at) - 1)
        for decision in held
        if decision.transcript in transcripts and editions
    }
    had = {book.folds.get(code, code) for place in used for code in editions[place].codes}
    # A code that others were folded into stands for them: a wave that had one of those had it.
    lacking = {code.id for code in book.codes} - had if used else set()
    return Coding(versions=tuple(sorted(editions[place].version for place in used)), lacking=frozenset(lacking))


def note(old: Coding, new: Coding, titles: tuple[str, str]) -> tuple[str, ...]:
    """A sentence where both waves were decided on with different versions of the codebook, else ()."""
    if not old.versions or not new.versions or old.versions == new.versions:
        return ()
    said = [f"“{title}” with {_listed(one.versions)}" for title, one in zip(titles, (old, new), strict=True)]
    return (
        (
            f"The waves were coded with different versions of the codebook: {said[0]}, {said[1]}."
            " A code whose wording has changed may be given more or less often for that reason alone;"
            " coding the older wave again, in mixed order, is the remedy."
        ),
    )


def _listed(versions: Sequence[int]) -> str:
    return f"version{'s' if len(versions) > 1 else ''} {', '.join(map(str, versions))}"
