"""One mapping of a codebook file, read key by key, with sentences for what is wrong in it."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from themescout.errors import CodebookError
from themescout.text import normalise, squashed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WHOLE = re.compile(r"[0-9]{1,6}")  # informants, pages: no study has a million
_TYPES = {dict: "a mapping", list: "a list", bool: "true or false", type(None): "nothing"}


class Lined(dict[str, Any]):
    """A mapping that knows the line of the file (from 1) on which it begins."""

    line = 0


class Entry:
    """Typed look into one mapping of a file.

    `strict` makes a key that nobody asked for an error (`finish`): in our own format it is a typing error.
    `aliases` are other names for our keys, as files have them.
    """

    def __init__(
        self,
        value: object,
        where: str,
        *,
        strict: bool = True,
        aliases: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.file = where.split(",", maxsplit=1)[0]
        self.where = f"{self.file}, line {value.line}" if isinstance(value, Lined) and value.line else where
        if not isinstance(value, dict):
            raise CodebookError(
                f"{self.where}: expected keys with values (name: …), found {_described(value)}.",
                "The format is in docs/codebook.md.",
            )
        self.strict = strict
        self._value = _unaliased(value, aliases)
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return self._get(key) not in (None, "")

    def raw(self, key: str) -> object:
        """The value of `key` as the file has it, None where there is none."""
        return self._get(key)

    def text(self, key: str) -> str:
        """The text of `key`, normalised, "" where there is none. Numbers are taken as written."""
        return _text(self._get(key), f"{self.where}: {key}").strip()

    def needed(self, key: str) -> str:
        """As `text`, on one line; missing or empty is an error."""
        value = squashed(self.text(key))
        if not value:
            raise CodebookError(f"{self.where}: {key} is missing or empty.", f"Give it a {key}.")
        return value

    def whole(self, key: str) -> int | None:
        """The whole number of `key`, 0 or more, None where there is none."""
        value = self.text(key)
        if not value:
            return None
        if not _WHOLE.fullmatch(value):
            raise CodebookError(f"{self.where}: {key} is “{value[:40]}”.", "Write a whole number.")
        return int(value)

    def truth(self, key: str) -> bool:
        """True for true or yes, False for false, no or nothing."""
        value = self._get(key)
        found = str(value if value is not None else "").strip().lower()
        if found not in ("true", "yes", "false", "no", ""):
            raise CodebookError(f"{self.where}: {key} is {_described(value)}.", "Write true or false.")
        return found in ("true", "yes")

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of a list, each on one line, empty ones left out; a single text is a list of one."""
        value = self._get(key)
        items = value if isinstance(value, list) else [value]
        return _lines(_text(item, f"{self.where}: {key}[{i}]") for i, item in enumerate(items, 1))

    def items(self, key: str) -> tuple[tuple[object, str], ...]:
        """The items of a list with the place of each, for messages."""
        value = self._get(key)
        if value in (None, ""):
            return ()
        if not isinstance(value, list):
            raise CodebookError(
                f"{self.where}: {key} should be a list, but is {_described(value)}.",
                "In YAML each item begins with a dash.",
            )
        return tuple((item, f"{self.file}, {key}[{i}]") for i, item in enumerate(value, 1))

    def entries(self, key: str) -> tuple[Entry, ...]:
        """The mappings of a list."""
        return tuple(Entry(item, where, strict=self.strict) for item, where in self.items(key))

    def mapping(self, key: str) -> dict[str, str]:
        """Texts by key."""
        value = self._get(key)
        if value in (None, ""):
            return {}
        inner = Entry(value, f"{self.file}, {key}")
        found = {squashed(normalise(name)): inner.text(name) for name in inner.names}
        return {name: text for name, text in found.items() if text}

    @property
    def names(self) -> tuple[str, ...]:
        """The keys that the file has, in its order."""
        return tuple(self._value)

    def finish(self) -> None:
        """Say which keys nobody asked for, where that matters."""
        unknown = [key for key in self._value if key not in self._asked]
        if unknown and self.strict:
            known = ", ".join(sorted(self._asked))
            raise CodebookError(f"{self.where}: unknown key “{unknown[0]}”.", f"Known keys: {known}.")

    def _get(self, key: str) -> Any:
        self._asked.add(key)
        return self._value.get(key)


def _unaliased(value: dict[Any, Any], aliases: Mapping[str, str]) -> dict[str, Any]:
    result = {str(key): item for key, item in value.items()}
    for alias, key in aliases.items():
        if alias in result and key not in result:
            result = {key if name == alias else name: item for name, item in result.items()}
    return result


def _text(value: object, where: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return normalise(str(value))
    raise CodebookError(
        f"{where} should be text, but is {_described(value)}.",
        "Put text that looks like something else in quotes.",
    )


def _lines(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for line in map(squashed, items) if line)


def _described(value: object) -> str:
    for type_, words in _TYPES.items():
        if isinstance(value, type_):
            return words
    return f"“{str(value)[:40]}”"
