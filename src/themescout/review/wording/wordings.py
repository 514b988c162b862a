"""Which wording of a code a decision was made under, and which decisions were made under one that no longer holds."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from themescout import codebook as codebooks
from themescout import decisions
from themescout.codebook.differences import meaning
from themescout.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from themescout.codebook import Codebook
    from themescout.project import Study
    from themescout.store.records import BookVersion
    from themescout.types import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A decision that was made under an older wording of a code; `version` is that of the codebook then."""

    decision: Decision
    version: int


@lru_cache(maxsize=256)
def read(body: str) -> Codebook:
    """A stored version as a codebook; those read last are remembered."""
    return codebooks.parse(body, name="a stored version", form="json")


class Wordings:
    """The versions of a study's codebook, oldest first; `books` in the same order."""

    def __init__(self, versions: Sequence[BookVersion], books: Sequence[Codebook]) -> None:
        self.versions, self.books = tuple(versions), tuple(books)
        self._from = [one.used_from for one in self.versions]
        meant = [{code.id: meaning(code) for code in book.codes} for book in self.books]
        newest = meant[-1] if meant else {}
        # For each code of the newest version: whether each version has it with another meaning.
        self._others = {
            code: [code in version and version[code] != now for version in meant] for code, now in newest.items()
        }
        self.changed = frozenset(code for code, others in self._others.items() if any(others))

    @classmethod
    def of(cls, study: Study) -> Wordings:
        """Those of a study."""
        versions = study.store.codebooks.versions()
        return cls(versions, [read(study.store.codebooks.body(one.version)) for one in versions])

    def older(self, code: str, decided_at: str) -> int:
        """The version that was in use then, if it has another wording of the code than the newest, else 0.

        What was decided in the very second in which a version came into use counts as decided before it.
        """
        if code not in self.changed:
            return 0
        place = max(0, bisect_left(self._from, decided_at) - 1)
        return self.versions[place].version if self._others[code][place] else 0


def concerned(decision: Decision) -> frozenset[str]:
    """The codes that a decision is about: those it gives, and the one that was suggested first."""
    found = {decision.code} if decision.code else set()
    if decision.verdict is Verdict.SETTLE:
        found |= {one["code"] for one in decision.shown.get("labels") or () if one["code"]}
    ranked = decision.shown.get("codes")
    if ranked and not decision.shown.get("abstained"):
        found.add(ranked[0]["code"])
    return frozenset(found)


def decided(log: Iterable[Decision], code: str) -> int:
    """Number of standing decisions that are about a code."""
    return sum(code in concerned(decision) for decision in decisions.standing(log))


def again(log: Iterable[Decision], wordings: Wordings) -> Mapping[str, tuple[Again, ...]]:
    """What is to be looked at again, by code, in the order of the log.

    That is every standing decision about a code whose wording has changed since its coder last decided on the segment.
    """
    if not wordings.changed:
        return {}
    standing = decisions.standing(log)
    newest = {(one.segment, one.coder): one.decided_at for one in standing}  # in order of the log: the last one stays
    found: dict[str, list[Again]] = defaultdict(list)
    for one in standing:
        for code in concerned(one):
            if version := wordings.older(code, newest[one.segment, one.coder]):
                found[code].append(Again(decision=one, version=version))
    return {code: tuple(group) for code, group in found.items()}
