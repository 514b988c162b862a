"""A code made of a theme, written into the study's codebook file.

A person's file is only ever added to: every character of it stays where it was. Where that cannot be promised, and
where the codebook is not the study's own (a built-in one, a file elsewhere), the study gets a file of its own instead.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from themescout import codebook as codebooks
from themescout import settings as settings_module
from themescout.codebook import Code, Codebook
from themescout.errors import CodebookError, DecisionError, StudyError, ThemescoutError
from themescout.project import SETTINGS_FILE
from themescout.text import normalise, slug, squashed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from themescout.candidates import Theme
    from themescout.project import Study

_EXAMPLES = 2
_LONGEST_ID = 24  # code points; ids stand in tables
_YAML = (".yaml", ".yml")
_SETTING = re.compile(r"""^[ \t]*codebook[ \t]*=[ \t]*("[^"\n]*"|'[^'\n]*')""", re.MULTILINE)
_SECTION = re.compile(r"^[ \t]*\[study\][^\r\n]*", re.MULTILINE)


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


def write(study: Study, book: Codebook, code: Code) -> str:
    """Add `code` to the study's codebook file, or give the study a file of its own with it; say which, in words.

    Raises:
        CodebookError: the codebook would have errors, or the file cannot be written.
        StudyError: the settings cannot be pointed at a new file.
    """
    wanted = replace(book, codes=(*book.codes, code), finer=None, folds={})
    if errors := [p.sentence for p in codebooks.check(wanted) if p.severity == "error"]:
        raise CodebookError(f"With that code the codebook would have errors: {' '.join(errors[:3])}", "")
    own = _own_file(study)
    if own is not None and (text := _added(own, book, code)) is not None:
        _save(own, text)
        return f"It is at the end of {own.name}; the rest of that file is as it was.{_below(book, code)}"
    target = _new_file(study)
    # The settings last: a codebook file that nothing points at does no harm.
    _save(target, codebooks.as_yaml(wanted).encode())
    try:
        _point_at(study, target.name)
    except ThemescoutError:
        target.unlink()
        raise
    return f"{_why(study, own)}, so the study has its own copy now: {target.name}.{_below(book, code)}"


def _below(book: Codebook, code: Code) -> str:
    """A warning where a code that segments could be given becomes a category."""
    parent = code.parent or ""
    if parent and any(item.id == parent and not item.general for item in book.assignable):
        return f" {parent} has a sub-code now, so segments can no longer be given {parent} itself."
    return ""


def _why(study: Study, own: Path | None) -> str:
    name = study.settings.study.codebook
    if name in codebooks.BUILT_IN:
        return f"The codebook {name} comes with themescout"
    if own is None:
        return f"{Path(name).name} is not in the study's folder"
    return f"{own.name} cannot be added to without rewriting it"


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


def _own_file(study: Study) -> Path | None:
    """The codebook's file, where it is in the study's folder."""
    name = study.settings.study.codebook
    if name in codebooks.BUILT_IN:
        return None
    path = (study.folder / name).resolve()
    return path if path.is_file() and path.is_relative_to(study.folder.resolve()) else None


def _new_file(study: Study) -> Path:
    names = ["codebook.yaml", *(f"codebook-{i}.yaml" for i in range(2, 1000))]
    return next(path for path in (study.folder / name for name in names) if not path.exists())


def _added(path: Path, book: Codebook, code: Code) -> bytes | None:
    """The file with the code at the end of its list of codes; None where the rest would not stay as it is."""
    if path.suffix.lower() not in _YAML:
        return None
    data = path.read_bytes()
    text = data.decode("utf-8-sig")
    place = _end_of_codes(text)
    if place is None:
        return None
    line, indent = place
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += ending
    entry = [f"{' ' * indent}{row}{ending}" for row in _entry(code)]
    new = "".join((*lines[:line], *entry, *lines[line:]))
    if not _is_as_meant(new, path.name, book, code):
        return None
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    return mark + new.encode()


def _is_as_meant(text: str, name: str, book: Codebook, code: Code) -> bool:
    try:
        read = codebooks.parse(text, name=name)
    except CodebookError:
        return False
    return read == replace(book, codes=(*book.codes, code))


def _entry(code: Code) -> list[str]:
    import yaml  # noqa: PLC0415  # the command line starts without it

    values: dict[str, Any] = {"id": code.id, "name": code.name}
    values |= {"parent": code.parent} if code.parent else {}
    values |= {"definition": code.definition} if code.definition else {}
    values |= {"examples": list(code.examples[""])} if code.examples else {}
    written: str = yaml.safe_dump([values], sort_keys=False, allow_unicode=True, width=10**6)
    return written.splitlines()


def _end_of_codes(text: str) -> tuple[int, int] | None:
    """Line behind the last code, from 0, and the column of the list's dashes; None where it is no such list."""
    import yaml  # noqa: PLC0415  # the command line starts without it

    # The loader that reads codebooks: the one in pure Python refuses a few things that it takes.
    node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if isinstance(node, yaml.MappingNode):
        node = next((value for key, value in node.value if key.value == "codes"), None)
    if not isinstance(node, yaml.SequenceNode) or node.flow_style or not node.value:
        return None
    # A block's own end is behind the comments that follow it; those belong to what comes next.
    last = _last_leaf(node)
    return last.line + (1 if last.column else 0), node.start_mark.column


def _last_leaf(node: Any) -> Any:
    """Where the last text inside `node` ends."""
    import yaml  # noqa: PLC0415  # the command line starts without it

    if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
        return node.end_mark
    last = node.value[-1]
    return _last_leaf(last[1] if isinstance(last, tuple) else last)


def _point_at(study: Study, name: str) -> None:
    path = study.folder / SETTINGS_FILE
    if settings_module.read(path, {}).study.codebook != study.settings.study.codebook:
        raise StudyError(
            f"{SETTINGS_FILE} names another codebook than the one in use, {study.settings.study.codebook}.",
            "Promote without THEMESCOUT_STUDY_CODEBOOK in the environment.",
        )
    before = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
    for text in _pointed(before, f'"{name}"'):
        if _names(text, name):
            _save(path, text.encode())
            return
    raise StudyError(f"{SETTINGS_FILE} cannot be pointed at {name}.", f'Write codebook = "{name}" below [study].')


def _names(text: str, name: str) -> bool:
    try:
        study = tomllib.loads(text).get("study")
    except tomllib.TOMLDecodeError:
        return False
    return isinstance(study, dict) and study.get("codebook") == name


def _pointed(text: str, value: str) -> Iterator[str]:
    """Ways of setting the codebook, least change first; the first that reads back right is taken."""
    for found in _SETTING.finditer(text):
        yield f"{text[: found.start(1)]}{value}{text[found.end(1) :]}"
    for found in _SECTION.finditer(text):
        yield f"{text[: found.end()]}\ncodebook = {value}{text[found.end() :]}"
    yield f"{text.rstrip()}\n\n[study]\ncodebook = {value}\n"


def _save(path: Path, data: bytes) -> None:
    half = path.with_name(f"{path.name}.half")
    try:
        half.write_bytes(data)
        half.replace(path)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise CodebookError(
            f"{path.name} cannot be written: {error.strerror or error}.", "Look at its rights."
        ) from error
