"""A codebook out of a file: our YAML, or a list of codes as JSON or CSV."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from themescout.codebook.check import ERROR, check
from themescout.codebook.decode import FILE_LIMIT, decode
from themescout.codebook.entry import Entry
from themescout.codebook.model import (
    BaselineTheme,
    BoundaryRule,
    Code,
    Codebook,
    Crosswalk,
    Exclusion,
    KindRule,
    Label,
)
from themescout.codebook.short import shortened
from themescout.errors import CodebookError
from themescout.resources import resource
from themescout.text import slug, squashed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

BUILT_IN = ("scale-up", "scale-up-long")
FORMS = MappingProxyType({".yaml": "yaml", ".yml": "yaml", ".json": "json", ".csv": "csv"})
_OURS = MappingProxyType({"label": "name", "baseline_2012": "baseline", "baseline_themes_2012": "baseline_themes"})
# What other programs call the columns of a list of codes.
_LISTS = MappingProxyType({**_OURS, "tag": "name", "code": "name", "description": "definition", "category": "parent"})
_SHOWN = 20  # errors in one message


def load(name_or_path: str | Path, *, folder: Path | None = None) -> Codebook:
    """The built-in codebook of that name, or the one in that file; it has no errors.

    `scale-up` is the short form of the built-in codebook, `scale-up-long` has every sub-code. A relative path
    is looked up in `folder` first, where one is given.

    Raises:
        CodebookError: no such codebook, not readable, or with errors; the message lists them.
    """
    if str(name_or_path) in BUILT_IN:
        return _built_in(str(name_or_path))
    path = _found(Path(name_or_path), folder)
    codebook = parse(_read(path), name=path.name, form=FORMS[path.suffix.lower()])
    errors = [problem.sentence for problem in check(codebook) if problem.severity == ERROR]
    if errors:
        more = f" … and {len(errors) - _SHOWN} more." if len(errors) > _SHOWN else ""
        count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        raise CodebookError(
            f"{path.name} has {count}: {' '.join(errors[:_SHOWN])}{more}", "Correct the file and try again."
        )
    return codebook


def own_file(name_or_path: str | Path) -> Path | None:
    """The file that `name_or_path` means, or None where it is the name of a built-in codebook.

    Raises:
        CodebookError: there is no such file, or its ending is of no form that is read.
    """
    return None if str(name_or_path) in BUILT_IN else _found(Path(name_or_path), None)


def parse_file(name_or_path: str | Path) -> Codebook:
    """A codebook with whatever errors it has between its codes, for `check`.

    Raises:
        CodebookError: not readable or not well-formed.
    """
    path = own_file(name_or_path)
    if path is None:
        return _built_in(str(name_or_path))
    return parse(_read(path), name=path.name, form=FORMS[path.suffix.lower()])


def parse(text: str, *, name: str, form: str = "yaml") -> Codebook:
    """The codebook that `text` holds, errors between its codes included (see `check`).

    Args:
        text: of the file.
        name: of the file, for messages, and as id and title where the file gives none.
        form: "yaml", "json" or "csv".

    Raises:
        CodebookError: not well-formed, or a value has the wrong type.
    """
    value = decode(text, file=name, form=form)
    if isinstance(value, list):
        return _codebook_of_list(value, name)
    top = Entry(value, name, aliases=_OURS)
    stem = Path(name).stem
    codebook = Codebook(
        id=squashed(top.text("id")) or slug(stem),
        title=squashed(top.text("title")) or stem,
        version=squashed(top.text("version")),
        kinds=tuple(_kind(entry) for entry in top.entries("kinds")),
        codes=_resolved(_tree(top.items("codes"), None)),
        boundary_rules=tuple(_boundary_rule(entry) for entry in top.entries("boundary_rules")),
        rules=top.texts("rules"),
        about=top.mapping("about"),
        sources=top.mapping("sources"),
        baseline_values=top.mapping("baseline_values"),
        baseline_themes=tuple(_baseline_theme(entry) for entry in top.entries("baseline_themes")),
    )
    top.finish()
    return codebook


def _built_in(name: str) -> Codebook:
    path = resource("data", "codebooks", "scale-up.yaml")
    codebook = parse(path.read_text("utf-8"), name=path.name)
    return replace(codebook, id=name) if name == "scale-up-long" else shortened(codebook)


def _found(path: Path, folder: Path | None) -> Path:
    places = [folder / path, path] if folder else [path]
    for place in places:
        if _is(Path.is_file, place):
            if place.suffix.lower() not in FORMS:
                raise CodebookError(
                    f"{place.name} is no codebook file: its name ends in neither .yaml, .json nor .csv.",
                    "Save the list of codes as CSV with the columns name, definition, parent.",
                )
            return place
    if any(_is(Path.is_dir, place) for place in places):
        raise CodebookError(f"{path} is a folder, not a codebook.", "Name a file in it.")
    raise CodebookError(
        f"There is no codebook {path}.", f"Built-in ones are {' and '.join(BUILT_IN)}; else name a file."
    )


def _is(test: Callable[[Path], bool], path: Path) -> bool:
    try:
        return test(path)
    except OSError:  # a name too long for the disk, a folder that may not be looked into
        return False


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise CodebookError(f"{path.name} cannot be read ({error.strerror}).", "Look at its rights.") from error
    if len(data) > FILE_LIMIT:
        raise CodebookError(f"{path.name} is larger than {FILE_LIMIT // 1_000_000} MB.", "Is it a codebook?")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise CodebookError(
            f"{path.name}, line {line}: not UTF-8 text.", "Save it as UTF-8 (in Excel: “CSV UTF-8”)."
        ) from error


def _kind(entry: Entry) -> KindRule:
    id_ = entry.needed("id")
    kind = KindRule(
        id=id_,
        name=squashed(entry.text("name")) or id_,
        definition=entry.text("definition"),
        include=entry.texts("include"),
        exclude=entry.texts("exclude"),
        cues=entry.texts("cues"),
        examples=entry.texts("examples"),
    )
    entry.finish()
    return kind


def _boundary_rule(entry: Entry) -> BoundaryRule:
    rule = BoundaryRule(
        id=entry.needed("id"),
        between=entry.texts("between"),
        issue=entry.text("issue"),
        decision=entry.text("decision"),
        example=squashed(entry.text("example")),
        labels=tuple(
            Label(kind=squashed(label.text("kind")), code=squashed(label.text("code")) or None)
            for label in entry.entries("labels")
        ),
    )
    entry.finish()
    return rule


def _baseline_theme(entry: Entry) -> BaselineTheme:
    theme = BaselineTheme(
        theme=entry.needed("theme"),
        kind=squashed(entry.text("kind")),
        code=squashed(entry.text("code")),
        page=squashed(entry.text("page")),
        count=entry.whole("count"),
        of=entry.whole("of"),
    )
    entry.finish()
    return theme


def _tree(
    items: Iterable[tuple[object, str]],
    parent: str | None,
    *,
    strict: bool = True,
    aliases: Mapping[str, str] = _OURS,
) -> list[Code]:
    """The codes of `codes` or `children`, each followed by its own children."""
    codes: list[Code] = []
    for item, where in items:
        entry = Entry(item, where, strict=strict, aliases=aliases)
        code = _code(entry, parent)
        codes.extend((code, *_tree(entry.items("children"), code.id, strict=strict, aliases=aliases)))
        entry.finish()
    return codes


def _code(entry: Entry, parent: str | None) -> Code:
    id_ = squashed(entry.text("id")) or entry.needed("name")
    above = squashed(entry.text("parent")) or parent
    return Code(
        id=id_,
        name=squashed(entry.text("name")) or id_,
        parent=None if above == id_ else above,
        definition=entry.text("definition"),
        brief=entry.text("brief"),
        include=entry.texts("include"),
        exclude=tuple(_exclusion(item, where) for item, where in entry.items("exclude")),
        keywords=entry.texts("keywords"),
        examples=_examples(entry),
        baseline=squashed(entry.text("baseline")),
        questions=entry.texts("questions"),
        barriers=entry.texts("barriers"),
        source=entry.texts("source"),
        crosswalk=tuple(_crosswalk(inner) for inner in entry.entries("crosswalk")),
        general=entry.truth("general") or above == id_,
    )


def _examples(entry: Entry) -> dict[str, tuple[str, ...]]:
    """By kind id; a plain list, or a single text, is for no kind in particular."""
    value = entry.raw("examples")
    if not isinstance(value, dict):
        plain = entry.texts("examples")
        return {"": plain} if plain else {}
    inner = Entry(value, f"{entry.where}: examples")
    found = {squashed(kind): inner.texts(kind) for kind in inner.names}
    return {kind: texts for kind, texts in found.items() if texts}


def _exclusion(item: object, where: str) -> Exclusion:
    if isinstance(item, str):
        return Exclusion(text=squashed(item))
    entry = Entry(item, where)
    exclusion = Exclusion(text=squashed(entry.text("text")), goes_to=entry.texts("goes_to"))
    entry.finish()
    return exclusion


def _crosswalk(entry: Entry) -> Crosswalk:
    crosswalk = Crosswalk(
        framework=entry.needed("framework"),
        target=squashed(entry.text("target")),
        label=squashed(entry.text("label")),
        relation=squashed(entry.text("relation")),
    )
    entry.finish()
    return crosswalk


def _codebook_of_list(items: Sequence[object], name: str) -> Codebook:
    """Codes only. A parent that has no entry of its own becomes a category; unknown columns are ignored."""
    stem = Path(name).stem
    places = ((item, f"{name}, entry {i}") for i, item in enumerate(items, 1))
    codes = _resolved(_tree(places, None, strict=False, aliases=_LISTS))
    known = {code.id for code in codes}
    complete: list[Code] = []
    for code in codes:
        if code.parent is not None and code.parent not in known:
            known.add(code.parent)
            complete.append(Code(id=code.parent, name=code.parent))
        complete.append(code)
    return Codebook(id=slug(stem), title=stem, codes=tuple(complete))


def _resolved(codes: Sequence[Code]) -> tuple[Code, ...]:
    """The codes with parents and `goes_to` given by name turned into ids, where the name is unambiguous."""
    ids = {code.id for code in codes}
    names: dict[str, set[str]] = {}
    for code in codes:
        names.setdefault(code.name, set()).add(code.id)

    def resolve(reference: str) -> str:
        called = names.get(reference, set())
        return next(iter(called)) if reference not in ids and len(called) == 1 else reference

    return tuple(
        replace(
            code,
            parent=None if code.parent is None else resolve(code.parent),
            exclude=tuple(
                replace(each, goes_to=tuple(resolve(target) for target in each.goes_to)) for each in code.exclude
            ),
        )
        for code in codes
    )
