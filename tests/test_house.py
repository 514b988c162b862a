"""The house rules that a machine can check: which way imports point, what is documented, how long things are.

Imports for the type checker alone (`if TYPE_CHECKING`) are no knowledge at run time and are not counted.
"""

from __future__ import annotations

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).parents[1] / "src" / "themescout"
FLOORS = (
    {"errors", "types", "candidates", "text", "resources", "cores"},
    {"protocols", "plugins", "settings", "decisions", "curation"},
    {
        "store", "importers", "segment", "embed", "reduce", "cluster", "themes", "fits", "layout", "codebook",
        "suggest", "participants", "tables", "project", "agreement", "intervals", "saturation", "contrasts",
        "novelty",
    },
    {"pipeline", "report", "review", "comparison", "batch", "health", "notebook"},
    {"cli", "web"},
)  # fmt: skip
FLOOR = {unit: number for number, units in enumerate(FLOORS) for unit in units}
METHODS = 2  # the floor on which siblings do not know each other
# A study is settings and a store.
KNOWS = {"project": {"store"}}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def trees() -> dict[str, ast.Module]:
    """Dotted name of each module below `themescout` to its syntax tree."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text("utf-8"))
    return found


def at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    """Every node but those that only a type checker sees."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            yield from (part for other in child.orelse for part in (other, *at_run_time(other)))
        else:
            yield child
            yield from at_run_time(child)


def imported(name: str) -> set[str]:
    """Dotted names that a module imports at run time, anywhere in it."""
    names = set()
    for node in at_run_time(trees()[name]):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def ours(name: str) -> set[str]:
    """Our own modules among what a module imports, without the leading `themescout`."""
    found = set()
    for target in imported(name):
        parts = target.split(".")
        if parts[0] == "themescout":
            # What is imported may be a module or something inside one.
            module = ".".join(parts[1:])
            found.add(module if module in trees() else ".".join(parts[1:-1]))
    return found


def unit(name: str) -> str:
    return name.partition(".")[0]


def functions() -> Iterator[tuple[str, Function]]:
    for name, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield f"{name}:{node.name}", node


def lines(node: Function) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def public(node: ast.AST, where: str) -> Iterator[tuple[str, ast.AST]]:
    """Module, class or function with those inside it that others may use; what a function holds is its own."""
    yield where, node
    if isinstance(node, Function):
        return
    for child in getattr(node, "body", ()):
        if isinstance(child, ast.ClassDef | Function) and not child.name.startswith("_"):
            yield from public(child, f"{where}.{child.name}")


def test_every_module_has_its_floor() -> None:
    there = {unit(name) for name in trees()} - {""}
    assert there == set(FLOOR)


@pytest.mark.parametrize("name", [name for name in trees() if name])
def test_imports_point_down(name: str) -> None:
    here = unit(name)
    for target in {unit(module) for module in ours(name)} - {here, ""}:
        assert FLOOR[target] <= FLOOR[here], f"{name} looks up to {target}"
        if FLOOR[target] == FLOOR[here] == METHODS:
            assert target in KNOWS.get(here, ()), f"{name} knows its sibling {target}"


def test_no_module_imports_itself_in_a_round() -> None:
    # `prepare` raises CycleError and names the round. A package's front and its parts are one house each.
    TopologicalSorter({name: ours(name) - {name, ""} for name in trees()}).prepare()


@pytest.mark.parametrize(("library", "home"), [("click", "cli"), ("fastapi", "web"), ("sqlite3", "store")])
def test_a_library_stays_in_its_home(library: str, home: str) -> None:
    users = {unit(name) for name in trees() if any(target.split(".")[0] == library for target in imported(name))}
    assert users == {home}


def test_sql_is_written_in_the_store_alone() -> None:
    calls = {"execute", "executemany", "executescript"}
    users = {
        unit(name)
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in calls
    }
    assert users == {"store"}


def test_everything_public_is_documented() -> None:
    bare = [
        where
        for name, tree in trees().items()
        for where, node in public(tree, name or "themescout")
        if not ast.get_docstring(node)  # type: ignore[arg-type]  # modules, classes and functions only
    ]
    assert bare == []


def test_no_function_is_longer_than_40_lines() -> None:
    lengths = {name: lines(node) for name, node in functions()}
    print(f"functions: {len(lengths)}, median {median(lengths.values()):.0f} lines")  # noqa: T201  # shown with -s
    assert {name: length for name, length in lengths.items() if length > 40} == {}


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {path.name: len(path.read_text("utf-8").splitlines()) for path in SOURCE.rglob("*.py")}
    print(f"files: {len(lengths)}, median {median(lengths.values()):.0f} lines")  # noqa: T201  # shown with -s
    assert {name: length for name, length in lengths.items() if length > 400} == {}
