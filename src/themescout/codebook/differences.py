"""What differs between two versions of a codebook: code by code, text by text, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from themescout.codebook.model import Code, as_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from themescout.codebook.model import Codebook, Exclusion

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
KEPT, INSERTED, DELETED = "kept", "inserted", "deleted"
_WORD = re.compile(r"\s*[\w'’-]+|\s*[^\w\s]|\s+")  # with the blanks before it
_LONGEST = 2_000  # words; comparing takes their square
_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some words; `mark` is "kept", "inserted" or "deleted". Without the inserted ones it is the old text."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One text of a code; lists have a line for each item."""

    field: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeChange:
    """What became of a code: "added", "removed" or "changed". The id "" stands for what is not about a code."""

    code: str
    name: str
    what: str
    fields: tuple[FieldChange, ...]


def differences(old: Codebook, new: Codebook) -> tuple[CodeChange, ...]:
    """The codes that differ, in the order of `new` with removed ones last; what is about no code comes first."""
    before, after = {one.id: one for one in old.codes}, {one.id: one for one in new.codes}
    changes = [_change("", "All codes", _rest(old), _rest(new), CHANGED)]
    for id_, code in after.items():
        was = before.get(id_)
        what = ADDED if was is None else CHANGED
        changes.append(_change(id_, code.name, {} if was is None else texts_of(was), texts_of(code), what))
    changes += [
        _change(id_, code.name, texts_of(code), {}, REMOVED) for id_, code in before.items() if id_ not in after
    ]
    return tuple(change for change in changes if change.fields)


def texts_of(code: Code) -> dict[str, str]:
    """The texts of a code by the name of their field, as they are compared and shown; empty ones are left out."""
    examples = {f"examples: {kind}" if kind else "examples": "\n".join(texts) for kind, texts in code.examples.items()}
    found = {
        "name": code.name,
        "parent": code.parent or "",
        "definition": code.definition,
        "brief": code.brief,
        "include": "\n".join(code.include),
        "exclude": "\n".join(map(exclusion_line, code.exclude)),
        **examples,
        "keywords": "\n".join(code.keywords),
        "barriers": "\n".join(code.barriers),
        "questions": "\n".join(code.questions),
        "baseline": code.baseline,
        "source": ", ".join(code.source),
        "crosswalk": "\n".join(f"{one.framework} {one.relation} {one.target} {one.label}" for one in code.crosswalk),
        "general": "yes" if code.general else "",
    }
    return {field: text for field, text in found.items() if text}


def exclusion_line(exclusion: Exclusion) -> str:
    """What is excluded and where it goes, on one line."""
    return f"{exclusion.text} → {', '.join(exclusion.goes_to)}" if exclusion.goes_to else exclusion.text


def meaning(code: Code) -> tuple[str, ...]:
    """What decides where segments go: two wordings that differ in capitals and punctuation alone have the same."""
    texts = texts_of(code)
    said = (texts.get(field, "") for field in ("name", "parent", "definition", "brief", "include", "exclude"))
    return tuple(_LETTERS.sub(" ", text.casefold()).strip() for text in said)


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """The way from one text to the other, in whole words."""
    a, b = _WORD.findall(old), _WORD.findall(new)
    found: list[Piece] = []
    if len(a) + len(b) > _LONGEST:
        found = [Piece(mark=DELETED, text=old), Piece(mark=INSERTED, text=new)]
    else:
        for tag, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
            if tag == "equal":
                found.append(Piece(mark=KEPT, text="".join(a[a1:a2])))
            else:
                found.append(Piece(mark=DELETED, text="".join(a[a1:a2])))
                found.append(Piece(mark=INSERTED, text="".join(b[b1:b2])))
    return tuple(piece for piece in found if piece.text)


def _change(code: str, name: str, old: Mapping[str, str], new: Mapping[str, str], what: str) -> CodeChange:
    fields = tuple(
        FieldChange(field=field, pieces=pieces(old.get(field, ""), new.get(field, "")))
        for field in dict.fromkeys((*new, *old))
        if old.get(field, "") != new.get(field, "")
    )
    return CodeChange(code=code, name=name, what=what, fields=fields)


def _rest(book: Codebook) -> dict[str, str]:
    """What is not about a code: title, rules, kinds; a line for each text in it."""
    data = as_data(book)
    data.pop("codes", None)
    return {key: "\n".join(_lines(value)) for key, value in data.items()}


def _lines(value: object) -> list[str]:
    if isinstance(value, dict):
        return [f"{key}: {line}" for key, inner in value.items() for line in _lines(inner)]
    if isinstance(value, list):
        return [line for inner in value for line in _lines(inner)]
    return [str(value)]
