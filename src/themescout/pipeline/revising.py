"""The codebook as a person changes it: a code's wording, a code of their own, each with a reason, each a version."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from themescout import codebook as codebooks
from themescout.codebook import Code, Codebook, Exclusion
from themescout.errors import CodeError, DecisionError, StaleError
from themescout.pipeline import codebook_entry, codebook_file
from themescout.text import normalise, squashed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from themescout.project import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Everything that a code says to those who use it; `examples` by kind, under "" where there are no kinds."""

    name: str
    definition: str
    brief: str = ""
    include: Sequence[str] = ()
    exclude: Sequence[Exclusion] = ()
    examples: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """The codebook as it is now.

    Attributes:
        book: as it is read from `file`.
        version: its number in the study.
        file: that holds it.
        why: why that is another file than before, "" where it is the same.
        code: id of the code that was changed or added.
    """

    book: Codebook
    version: int
    file: Path
    why: str
    code: str

    @property
    def sentence(self) -> str:
        """What was done, in words."""
        if self.why:
            return f"{self.why}, so the study has its own copy now: {self.file.name}. This is version {self.version}."
        return f"{self.file.name} holds the change. This is version {self.version}."


def edit(study: Study, code: str, wording: Wording, *, seen: str, coder: str, reason: str) -> Revised:
    """Give a code another wording; `seen` is the `sha256` of the codebook that the person had before them.

    Raises:
        CodeError: there is no such code.
        DecisionError: no coder, no reason, no name or definition, or nothing is changed.
        StaleError: the codebook was changed meanwhile; nothing is stored.
        CodebookError: the codebook would have errors, or cannot be written.
    """
    study, book = _seen(study, seen)
    if not book.has(code):
        raise CodeError(f"The codebook has no code “{code}”.", "It may have been taken out meanwhile.")
    before = book.code(code)
    after = replace(
        before, name=_line(wording.name), definition=_text(wording.definition), brief=_text(wording.brief),
        include=_lines(wording.include), exclude=_exclusions(wording.exclude),
        examples={kind: lines for kind, given in wording.examples.items() if (lines := _lines(given))},
    )  # fmt: skip
    _complete(after)
    wanted = _canonical(book, [after if one.id == code else one for one in book.codes])
    if wanted == book:
        raise DecisionError(f"Nothing is changed in {code}.", "")
    told = codebook_entry.values_of(wanted.code(code))
    old = codebook_entry.values_of(before)
    values = {key: told.get(key, "") for key in {*told, *old} if told.get(key) != old.get(key)}

    def change(text: str) -> str | None:
        return codebook_entry.changed(text, code, values)

    return _recorded(study, book, wanted, change, code=code, coder=coder, reason=reason)


def add(study: Study, code: Code, *, seen: str, coder: str, reason: str) -> Revised:
    """Put a code of a person's own at the end of the codebook; the rest as for `edit`.

    Raises:
        DecisionError: no coder, no reason, no id, name or definition, or the id is taken.
        StaleError: the codebook was changed meanwhile; nothing is stored.
        CodebookError: the codebook would have errors, or cannot be written.
    """
    study, book = _seen(study, seen)
    made = replace(
        code, id=_line(code.id), name=_line(code.name), parent=_line(code.parent or "") or None,
        definition=_text(code.definition), brief=_text(code.brief), include=_lines(code.include),
        exclude=_exclusions(code.exclude),
    )  # fmt: skip
    if not _readable(made.id):
        raise DecisionError("A code needs an id.", "A short one, like those of the other codes.")
    _complete(made)
    if any(made.id.casefold() == one.id.casefold() for one in book.codes):
        raise DecisionError(f"The codebook has a code “{made.id}” already.", "Give it another id.")
    return put(study, book, made, coder=coder, reason=reason)


def put(study: Study, book: Codebook, code: Code, *, coder: str, reason: str) -> Revised:
    """Put a code that is complete at the end of `book`, the study's codebook."""
    wanted = _canonical(book, [*book.codes, code])
    new = wanted.code(code.id)

    def change(text: str) -> str | None:
        return codebook_entry.added(text, new)

    return _recorded(study, book, wanted, change, code=code.id, coder=coder, reason=reason)


def _recorded(
    study: Study,
    book: Codebook,
    wanted: Codebook,
    change: Callable[[str], str | None],
    *,
    code: str,
    coder: str,
    reason: str,
) -> Revised:
    """File and version, both or neither. What was changed by hand before becomes a version of its own."""
    who, why = _line(coder), _text(reason)
    if not who:
        raise DecisionError("A change of the codebook needs a coder.", "Say who you are: --coder NAME.")
    if not why:
        raise DecisionError("A change of the codebook needs a reason.", "Say in a sentence why.")
    with study.store.transaction():
        codebook_file.note(study, book)
        doing = "changed" if book.has(code) else "added to"
        at = datetime.now(UTC).isoformat(timespec="seconds")
        version = study.store.codebooks.use(wanted.source_text, at=at, coder=who, reason=why)
        file, moved = codebook_file.write(study, wanted, change, doing=doing)
    return Revised(book=wanted, version=version, file=file, why=moved, code=code)


def _seen(study: Study, seen: str) -> tuple[Study, Codebook]:
    """Study and codebook as they are on the disk now, if that is what the person saw."""
    study = codebook_file.current(study)
    book = codebooks.load(study.settings.study.codebook, folder=study.folder)
    if book.sha256 != seen:
        raise StaleError("The codebook was changed meanwhile; nothing was stored.", "Look at it again, then change it.")
    return study, book


def _canonical(book: Codebook, codes: Sequence[Code]) -> Codebook:
    """The book with these codes, as it is read from a file: names that stand for ids are ids, white space is mended."""
    made = replace(book, codes=tuple(codes), finer=None, folds={})
    return codebooks.parse(made.source_text, name=book.id, form="json")


def _complete(code: Code) -> None:
    if not _readable(code.name):
        raise DecisionError("A code needs a name.", "A few words for people.")
    if not code.definition:
        raise DecisionError(f"{code.id} needs a definition.", "One or two sentences that say what belongs to it.")


def _readable(text: str) -> bool:
    """Whether it has a letter or a digit: what cannot be seen is no name."""
    return any(letter.isalnum() for letter in text)


def _line(text: str) -> str:
    return squashed(normalise(text))


def _text(text: str) -> str:
    return normalise(text).strip()


def _lines(items: Sequence[str]) -> tuple[str, ...]:
    return tuple(line for item in items if (line := _line(item)))


def _exclusions(given: Sequence[Exclusion]) -> tuple[Exclusion, ...]:
    found = (Exclusion(text=_line(one.text), goes_to=_lines(one.goes_to)) for one in given)
    return tuple(one for one in found if one.text or one.goes_to)
