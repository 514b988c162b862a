"""What was worked out for a desk and still holds, so that looking again costs nothing."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, TypeVar, cast
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from themescout.review.desk import Desk

T = TypeVar("T")
MOST = 8  # values of one desk that are remembered: they may be large

_lock = threading.Lock()
_kept: WeakKeyDictionary[Desk, OrderedDict[Hashable, tuple[Hashable, object]]] = WeakKeyDictionary()


def kept(desk: Desk, name: Hashable, rests_on: Hashable, make: Callable[[], T]) -> T:
    """The value called `name`, made anew where what it `rests_on` has changed since it was made.

    It is made outside the lock: two who ask at once may both make it, but nobody waits for another's.
    """
    with _lock:
        known = _kept.setdefault(desk, OrderedDict())
        if name in known and known[name][0] == rests_on:
            known.move_to_end(name)
            return cast("T", known[name][1])
    made = make()
    with _lock:
        known[name] = (rests_on, made)
        known.move_to_end(name)
        while len(known) > MOST:
            known.popitem(last=False)
    return made


def seen_by(desk: Desk, coder: str) -> tuple[str, int, int]:
    """What stands for the decisions that `coder` may see: who, the newest one's number, how many there are.

    Those who may see everything share what is worked out from it: for them "who" is "".
    """
    visible = desk.visible(coder)
    everything = len(visible) == len(desk.log())
    return "" if everything else coder, visible[-1].seq if visible else 0, len(visible)
