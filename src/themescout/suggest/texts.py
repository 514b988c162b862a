"""What suggestions are learned from: the codebook's own words, and segments that a person decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from themescout.codebook import Codebook


_SEPARATORS = ">/:|\\"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeText:
    """A stretch of the codebook to compare with.

    Attributes:
        code: id of the code it speaks for; "" for texts that only show a kind.
        kind: id of the kind it shows, or "".
        source: "definition", "name", "include", "keyword", "example", "barrier" or "question".
        text: verbatim, shown as evidence.
        embedded: what is embedded (a definition together with the code's name).
    """

    code: str
    kind: str
    source: str
    text: str
    embedded: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One decided segment.

    Attributes:
        segment: its id.
        text: its words, verbatim.
        codes: what a person gave it; may be empty.
        kind: id of the kind a person gave it; "" where that is not known.
        rejected: codes that were suggested and that a person refused.
        doc: the interview; "" where it is not known.
    """

    segment: str
    text: str
    codes: tuple[str, ...]
    kind: str
    rejected: tuple[str, ...] = ()
    doc: str = ""


def code_texts(codebook: Codebook) -> tuple[CodeText, ...]:
    """Everything in the codebook that a segment can be compared with, in the codebook's order.

    A codebook folded from a finer form speaks with the words of the finer one, code by code.
    """
    codebook = codebook.finer or codebook
    assignable = {code.id for code in codebook.assignable}
    texts: list[CodeText] = []
    for code in codebook.codes:
        if code.id not in assignable:
            continue
        parent = codebook.code(code.parent).name if code.parent else ""
        name = f"{parent}: {code.name}" if parent and code.id.endswith("-OTHER") else _leaf(code.name, parent)
        own = [("definition", "", code.definition or code.name, f"{name}. {code.definition}".strip())]
        own += [("name", "", line, line) for line in dict.fromkeys((name, code.name))]
        own += [("include", "", line, f"{name}: {line}") for line in code.include]
        own += [("barrier", "", line, line) for line in code.barriers]
        own += [("question", "", line, line) for line in code.questions]
        if code.keywords:
            own.append(("keyword", "", ", ".join(code.keywords), ", ".join(code.keywords)))
        own += [("example", kind, line, line) for kind, lines in code.examples.items() for line in lines]
        texts += [
            CodeText(code=code.id, kind=kind, source=source, text=text, embedded=embedded)
            for source, kind, text, embedded in own
        ]
    return (*texts, *_kind_texts(codebook))


def _leaf(name: str, parent: str) -> str:
    """A name without its parent's in front ("Care > Waiting" below "Care": "Waiting"), as other programs export it."""
    rest = name.removeprefix(parent).lstrip() if parent else name
    own = rest.lstrip(_SEPARATORS).lstrip() if rest.startswith(tuple(_SEPARATORS)) else name
    return own or name


def _kind_texts(codebook: Codebook) -> list[CodeText]:
    return [
        CodeText(code="", kind=kind.id, source="example", text=line, embedded=line)
        for kind in codebook.kinds
        for line in kind.examples
    ]
