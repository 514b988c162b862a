"""What the codebook view sends and is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from themescout.codebook import Exclusion
from themescout.web.shapes import Id, Strict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from themescout.codebook import Code, Codebook
    from themescout.codebook.differences import CodeChange
    from themescout.pipeline.revising import Revised
    from themescout.review.wording.codebooks import Step
    from themescout.review.wording.wordings import Again

Long = Annotated[str, Field(max_length=20_000)]
Line = Annotated[str, Field(max_length=5_000)]
Lines = Annotated[list[Line], Field(max_length=500)]
Seen = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the codebook that was seen")]
Reason = Annotated[str, Field(min_length=1, max_length=2_000)]


class ExclusionBoth(Strict):
    """What a code does not cover, and the ids of the codes it belongs to instead."""

    text: Line
    goes_to: Annotated[list[Id], Field(max_length=50)] = Field(default_factory=list)


class NamedOut(Strict):
    """An id with its name."""

    id: str
    name: str


class EntryOut(Strict):
    """A code with all of its texts. `decided` counts the decisions about it that a change makes old."""

    code: str
    name: str
    parent: str
    definition: str
    brief: str
    include: list[str]
    exclude: list[ExclusionBoth]
    examples: dict[str, list[str]]
    kinds: list[NamedOut]
    decided: int
    seen: str


class WordingIn(Strict):
    """A code's texts and why they are so."""

    code: Id
    name: Line
    definition: Long
    brief: Line = ""
    include: Lines = Field(default_factory=list)
    exclude: list[ExclusionBoth] = Field(default_factory=list, max_length=500)
    reason: Reason
    seen: Seen


class EditIn(WordingIn):
    """Other texts for a code; `examples` by kind, under "" where the codebook has no kinds; null leaves them."""

    examples: Annotated[dict[Id, Lines], Field(max_length=20)] | None = None


class AddIn(WordingIn):
    """A new code; `parent` is "" for a category."""

    parent: Id = ""


class RevisedOut(Strict):
    """What became of the codebook; `again` counts the segments to be looked at again for the code."""

    code: str
    version: int
    seen: str
    again: int
    sentence: str


class PieceOut(Strict):
    """Some words of a text that was changed."""

    mark: Literal["kept", "inserted", "deleted"]
    text: str


class FieldChangeOut(Strict):
    """One text that was changed."""

    field: str
    pieces: list[PieceOut]


class CodeChangeOut(Strict):
    """What became of a code; the id "" is what is not about a code."""

    code: str
    name: str
    what: Literal["added", "removed", "changed"]
    fields: list[FieldChangeOut]


class DifferencesOut(Strict):
    """What differs between two versions."""

    old: int
    new: int
    changes: list[CodeChangeOut]


class VersionOut(Strict):
    """A version; `coder` and `reason` are "" where it came from a file. `changed` are names of codes."""

    version: int
    used_from: str
    coder: str
    reason: str
    changed: list[str]


class VersionsOut(Strict):
    """Every version, newest first."""

    versions: list[VersionOut]


class AgainOut(Strict):
    """A decision to be looked at again; `version` of the codebook under which it was made."""

    seq: int
    segment: str
    quote: str
    coder: str
    decided_at: str
    code: str | None
    kind: str | None
    verdict: str
    version: int


class StillIn(Strict):
    """A segment whose decisions are still right; `seen` is the number of the newest of them."""

    segment: Id
    code: Id = Field(description="the code whose wording was changed")
    seen: int = Field(ge=1, le=2**53)


class StillOut(Strict):
    """Decisions that were stored, and segments that are left to be looked at again for the code, others' included."""

    stored: int
    left: int


class AgainsOut(Strict):
    """All that are to be looked at again for one code."""

    code: str
    decisions: list[AgainOut]


def entry(code: Code, book: Codebook, decided: int) -> EntryOut:
    """A code as it is edited."""
    return EntryOut(
        code=code.id, name=code.name, parent=code.parent or "", definition=code.definition, brief=code.brief,
        include=list(code.include),
        exclude=[ExclusionBoth(text=one.text, goes_to=list(one.goes_to)) for one in code.exclude],
        examples={kind: list(texts) for kind, texts in code.examples.items()},
        kinds=[NamedOut(id=kind.id, name=kind.name) for kind in book.kinds], decided=decided, seen=book.sha256,
    )  # fmt: skip


def exclusions(given: Iterable[ExclusionBoth]) -> tuple[Exclusion, ...]:
    """What was sent, as the codebook has it."""
    return tuple(Exclusion(text=one.text, goes_to=tuple(one.goes_to)) for one in given)


def revised(made: Revised, again: int) -> RevisedOut:
    """What was done."""
    return RevisedOut(code=made.code, version=made.version, seen=made.book.sha256, again=again, sentence=made.sentence)


def changes(found: Iterable[CodeChange]) -> list[CodeChangeOut]:
    """Differences, code by code."""
    return [
        CodeChangeOut(
            code=one.code, name=one.name, what=one.what,  # type: ignore[arg-type]  # one of three
            fields=[
                FieldChangeOut(
                    field=field.field,
                    pieces=[PieceOut(mark=p.mark, text=p.text) for p in field.pieces],  # type: ignore[arg-type]
                )
                for field in one.fields
            ],
        )
        for one in found
    ]  # fmt: skip


def versions(steps: Iterable[Step]) -> VersionsOut:
    """Every version, newest first."""
    return VersionsOut(
        versions=[
            VersionOut(
                version=one.version.version, used_from=one.version.used_from, coder=one.version.coder,
                reason=one.version.reason, changed=[change.name for change in one.changes],
            )
            for one in steps
        ]
    )  # fmt: skip


def agains(code: str, found: Iterable[Again]) -> AgainsOut:
    """What is to be looked at again."""
    return AgainsOut(
        code=code,
        decisions=[
            AgainOut(
                seq=one.decision.seq, segment=one.decision.segment, quote=one.decision.quote, coder=one.decision.coder,
                decided_at=one.decision.decided_at, code=one.decision.code, kind=one.decision.kind,
                verdict=one.decision.verdict, version=one.version,
            )
            for one in found
        ],
    )  # fmt: skip
