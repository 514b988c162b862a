"""One code's entry in the text of a codebook file in YAML: put in, or changed where it stands, with all else in place.

What comes out is tried by whoever asks (`codebook_file`): it counts only where it is read as was meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from themescout.text import normalise, squashed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from themescout.codebook import Code

# The keys in the order in which an entry has them, each with what else it may be called in a file.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "name": ("name", "label", "tag", "code"),
    "parent": ("parent", "category"),
    "definition": ("definition", "description"),
    "brief": ("brief",),
    "include": ("include",),
    "exclude": ("exclude",),
    "keywords": ("keywords",),
    "examples": ("examples",),
}
_WIDTH = 110  # columns; as `codebook.as_yaml` writes

Edit = tuple[int, int, str]  # replace code points from … to … by …


def added(text: str, code: Code) -> str | None:
    """The text with `code` at the end of its list of codes; None where there is no such list."""
    place = _end_of_codes(text)
    if place is None:
        return None
    line, indent = place
    ending = _ending(text)
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += ending
    entry = [f"{' ' * indent}{row}{ending}" for row in _dumped([values_of(code)], width=10**6).splitlines()]
    return "".join((*lines[:line], *entry, *lines[line:]))


def changed(text: str, code_id: str, values: Mapping[str, Any]) -> str | None:
    """The text with these values in the entry of a code, empty ones taken out; None where the entry is not found."""
    node = _entry(_codes(text), code_id)
    if node is None:
        return None
    pairs = _pairs(node)
    wanted = dict(values)
    if "name" in wanted and "id" not in pairs:
        wanted["id"] = code_id  # what is called by its name keeps its id when the name changes
    return _applied(text, [_edit(text, node, pairs, key, wanted[key]) for key in _KEYS if key in wanted])


def values_of(code: Code) -> dict[str, Any]:
    """What an entry says of a code, empty values left out."""
    plain = set(code.examples) <= {""}
    found = {
        "id": code.id,
        "name": code.name,
        "parent": code.parent,
        "definition": code.definition,
        "brief": code.brief,
        "include": list(code.include),
        "exclude": [_lean(text=one.text, goes_to=list(one.goes_to)) for one in code.exclude],
        "keywords": list(code.keywords),
        "examples": list(code.examples.get("", ())) if plain else {k: list(v) for k, v in code.examples.items()},
    }
    return _lean(**found)


def _lean(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _edit(text: str, node: Any, pairs: Mapping[str, tuple[Any, Any]], key: str, value: Any) -> Edit:
    if key not in pairs:
        return _insertion(text, node, pairs, key, value) if value else (0, 0, "")
    name, old = pairs[key]
    start, end = name.start_mark.index, _end(text, old)
    end = max(end, start + len(name.value))
    if not value and not node.flow_style:
        before, after = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        if not text[before:start].strip() and after >= 0:
            return before, after + 1, ""
    column = name.start_mark.column
    return start, end, _pair(text, name.value, value, column=column, flow=bool(node.flow_style))


def _insertion(text: str, node: Any, pairs: Mapping[str, tuple[Any, Any]], key: str, value: Any) -> Edit:
    """A new key behind the last of those that come before it and are never taken out."""
    before = [pairs[one][1] for one in ("id", "name", "parent", "definition") if one in pairs and one != key]
    place = max((_end(text, value) for value in before), default=_end(text, node.value[0][1]))
    column = node.value[0][0].start_mark.column
    new = _pair(text, key, value, column=column, flow=bool(node.flow_style))
    if node.flow_style:
        return place, place, f", {new}"
    line = text.find("\n", place)
    line = len(text) if line < 0 else line - (text[line - 1] == "\r")
    return line, line, f"{_ending(text)}{' ' * column}{new}"


def _pair(text: str, key: str, value: Any, *, column: int, flow: bool) -> str:
    if flow:
        return _dumped({key: value}, width=10**6, flow=True).strip()[1:-1]
    first, *rest = _dumped({key: value}, width=_WIDTH - column).splitlines()
    return _ending(text).join((first, *(f"{' ' * column}{line}" if line else "" for line in rest)))


def _applied(text: str, edits: Sequence[Edit]) -> str:
    parts, place = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[0]):
        parts += [text[place:start], new]
        place = end
    return "".join((*parts, text[place:]))


def _end(text: str, node: Any) -> int:
    """Code point behind the last character of a value; a block's own end is behind the comments that follow it."""
    end: int = _last_leaf(node).index
    return len(text[:end].rstrip())


def _ending(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _dumped(value: Any, *, width: int, flow: bool = False) -> str:
    import yaml  # noqa: PLC0415  # the command line starts without it

    class Dumper(yaml.SafeDumper):
        """Lists stand further in than their keys."""

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            super().increase_indent(flow, False)

    written: str = yaml.dump(
        value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=width, default_flow_style=flow
    )
    return written


def _codes(text: str) -> Any:
    """The node of the list of codes, or None."""
    import yaml  # noqa: PLC0415  # the command line starts without it

    # The loader that reads codebooks: the one in pure Python refuses a few things that it takes.
    node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if isinstance(node, yaml.MappingNode):
        node = next((value for key, value in node.value if key.value == "codes"), None)
    return node if isinstance(node, yaml.SequenceNode) else None


def _entry(codes: Any, code_id: str) -> Any:
    """The mapping node of the code with that id, wherever it stands in the tree; or None."""
    return next((node for node in _entries(codes) if _id(node) == code_id), None)


def _entries(codes: Any) -> Iterator[Any]:
    import yaml  # noqa: PLC0415  # the command line starts without it

    for node in codes.value if isinstance(codes, yaml.SequenceNode) else ():
        if isinstance(node, yaml.MappingNode):
            yield node
            yield from _entries(next((value for key, value in node.value if key.value == "children"), None))


def _id(node: Any) -> str:
    pairs = _pairs(node)
    for key in ("id", "name"):
        if key in pairs and (found := squashed(normalise(str(pairs[key][1].value)))):
            return found
    return ""


def _pairs(node: Any) -> dict[str, tuple[Any, Any]]:
    """Key and value nodes by our names of the keys."""
    there = {key.value: (key, value) for key, value in node.value}
    found = {ours: next((there[name] for name in names if name in there), None) for ours, names in _KEYS.items()}
    return {key: pair for key, pair in found.items() if pair is not None}


def _end_of_codes(text: str) -> tuple[int, int] | None:
    """Line behind the last code, from 0, and the column of the list's dashes; None where it is no such list."""
    node = _codes(text)
    if node is None or node.flow_style or not node.value:
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
