"""Finding plug-ins by entry point. Ours are declared in our own `pyproject.toml` like anyone's."""

from __future__ import annotations

from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any

from themescout.errors import PluginError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint, EntryPoints

GROUPS = ("importers", "embedders", "reducers", "clusterers", "matchers", "exporters")


@cache
def entry_points(*, group: str, name: str | None = None) -> EntryPoints:
    """What is installed; looked up once in a process, as that takes ten milliseconds and a folder has many files."""
    found = metadata.entry_points(group=group)
    return found if name is None else found.select(name=name)


def names(group: str) -> tuple[str, ...]:
    """The names registered in a group, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=f"themescout.{group}")}))


def load(group: str, name: str) -> Any:
    """Return the class or function registered as `name` in `group`.

    Raises:
        PluginError: the name is unknown, claimed by two packages, or its package lacks something.
    """
    found = entry_points(group=f"themescout.{group}", name=name)
    if not found:
        known = ", ".join(names(group)) or "none"
        raise PluginError(f"There is no {group[:-1]} called “{name}”.", f"Known: {known}.")
    owners = sorted({_owner(point) for point in found})
    if len(owners) > 1:
        raise PluginError(
            f"The {group[:-1]} “{name}” comes from {len(owners)} packages: {', '.join(owners)}.",
            "Uninstall all but one of them.",
        )
    point = next(iter(found))
    try:
        return point.load()
    except ImportError as error:
        raise PluginError(
            f"The {group[:-1]} “{name}” needs a package that is missing: {error.name or error}.",
            f"Try: pip install {error.name or _owner(point)}",
        ) from error


def _owner(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "an unknown package"
