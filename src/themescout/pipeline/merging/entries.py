"""Knowing an entry of a log again in another copy of it, whatever its number is there."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

OURS = "merge:"  # begins the keys of entries that merging made
_MOVED = "#merge:"  # stands between the key an entry was sent with and the transcript that it was moved to
MEMO = "merged: the later decision holds"


def named(entries: Iterable[tuple[int, str, int | None]], moved: Collection[int] = frozenset()) -> Mapping[int, str]:
    """Number to name of each entry of a log, given as number, content and the number of the entry that it takes back.

    Entries have the same name in two logs where they say the same and take back what has the same name. Of entries
    that are alike in all this, the first has the name of the first there, the second that of the second, and so on.
    Those that are `moved` to where they are here are counted apart: one that an earlier merge had moved away comes back
    to itself.
    """
    names: dict[int, str] = {}
    seen: Counter[tuple[str, bool]] = Counter()
    for number, content, target in entries:
        key = digest(content, "" if target is None else names.get(target, ""))
        seen[key, number in moved] += 1
        names[number] = digest(key, str(seen[key, number in moved]))
    return names


def content(**fields: object) -> str:
    """What an entry says, as text that is the same in every copy."""
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, default=str)


def moved_key(key: str, transcript: str) -> str:
    """The key of an entry that goes over to a transcript of another name: keys are unique, and both may be kept."""
    return f"{sent_key(key)}{_MOVED}{transcript}" if key else ""


def sent_key(key: str) -> str:
    """The key that an entry was sent with."""
    return key.partition(_MOVED)[0]
