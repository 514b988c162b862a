"""A code made of a theme, put at the end of the study's codebook file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.codebook import Code, Codebook
from themescout.errors import DecisionError
from themescout.pipeline import revising
from themescout.text import normalise, slug, squashed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from themescout.candidates import Theme
    from themescout.project import Study

_EXAMPLES = 2
_LONGEST_ID = 24  # code points; ids stand in tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """What a person says about the code to be made; "" leaves it to the theme: its name, its tie, an id of its name."""

    name: str = ""
    definition: str = ""
    under: str = ""
    id: str = ""


def code_of(theme: Theme, book: Codebook, wished: Wished, quotes: Mapping[str, str]) -> Code:
    """The code that `theme` becomes, below `wished.under`, with up to two of its exemplar quotes as examples.

    Raises:
        DecisionError: it has no name yet, or its id is taken.
    """
    name = squashed(normalise(wished.name)) or theme.name
    if not name:
        raise DecisionError(
            f"A code needs a name, and T{theme.id + 1} has none yet.", 'Give it one: --name "…", or themes name.'
        )
    taken = {code.id.casefold() for code in book.codes}
    id_ = slug(wished.id) if wished.id.strip() else _free_id(book, name, wished.under, taken)
    if id_.casefold() in taken:
        raise DecisionError(
            f"The codebook has a code “{id_}” already.",
            f"Tie the theme to it: themescout themes tie STUDY T{theme.id + 1} {id_}",
        )
    examples = tuple(squashed(quotes[item]) for item in theme.exemplars if item in quotes)[:_EXAMPLES]
    return Code(
        id=id_,
        name=name,
        parent=wished.under or None,
        definition=squashed(normalise(wished.definition)),
        examples={"": examples} if examples else {},
    )


def write(study: Study, book: Codebook, code: Code, *, coder: str, reason: str) -> str:
    """Add `code` to the study's codebook file, or give the study a file of its own with it; say which, in words.

    Raises:
        CodebookError: the codebook would have errors, or the file cannot be written.
        StudyError: the settings cannot be pointed at a new file.
    """
    made = revising.put(study, book, code, coder=coder, reason=reason)
    if made.why:
        return f"{made.why}, so the study has its own copy now: {made.file.name}.{_below(book, code)}"
    return f"It is at the end of {made.file.name}; the rest of that file is as it was.{_below(book, code)}"


def _below(book: Codebook, code: Code) -> str:
    """A warning where a code that segments could be given becomes a category."""
    parent = code.parent or ""
    if parent and any(item.id == parent and not item.general for item in book.assignable):
        return f" {parent} has a sub-code now, so segments can no longer be given {parent} itself."
    return ""


def _free_id(book: Codebook, name: str, under: str, taken: set[str]) -> str:
    """An id made of the name, like those of its siblings: with their prefix, if they share one, in their case."""
    siblings = [code.id for code in book.codes if (code.parent or "") == under]
    heads = {item.partition("-")[0] for item in siblings if "-" in item}
    prefix = f"{heads.pop()}-" if len(heads) == 1 and all("-" in item for item in siblings) else ""
    base = slug(name)[: _LONGEST_ID - len(prefix)].strip("-.")
    if all(code.id == code.id.upper() for code in book.codes):
        base = base.upper()
    free, count = f"{prefix}{base}", 1
    while free.casefold() in taken:
        count += 1
        free = f"{prefix}{base}-{count}"
    return free
