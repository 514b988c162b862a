"""The review as a state machine: a key goes in, the next state and what is to be done come out."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from themescout.cli.terminal import keyboard
from themescout.cli.terminal.state import (
    Decide,
    Effect,
    Look,
    Mode,
    Panel,
    Quit,
    Redo,
    Reorder,
    State,
    Undo,
    fresh_start,
    window,
)
from themescout.review.arranging import Order
from themescout.text import normalise
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from themescout.review.service import Item

Step = tuple[State, Effect | None]


def press(state: State, chunk: str) -> Step:
    """Answer what one read of the keyboard returned.

    Of several keys at once, those after a decision are dropped: no key decides on a segment that was not on the
    screen when it was pressed.
    """
    if state.mode in {Mode.MEMO, Mode.PICK} and len(chunk) > 1 and "\x1b" not in chunk and "\x03" not in chunk:
        typed, ended = _pasted(chunk)
        state = replace(state, typed=state.typed + typed, row=0)
        return _HANDLERS[state.mode](state, "enter") if ended else (state, None)
    for key in keyboard.keys(chunk):
        if key == keyboard.QUIT:
            return state, Quit()
        state, effect = _HANDLERS[state.mode](replace(state, message=""), key)
        if effect is not None:
            return state, effect
    return state, None


def _told(state: State, message: str) -> Step:
    return replace(state, message=message), None


def _pasted(chunk: str) -> tuple[str, bool]:
    """Several characters at once as text on one line, and whether a last Enter ends the line."""
    body = chunk.rstrip("\r\n")
    return " ".join(normalise(body).replace("\t", " ").splitlines()).replace("\x7f", ""), body != chunk


# --- deciding ---------------------------------------------------------------------------------------------------


def _on_decide(state: State, key: str) -> Step:
    if key != "q":
        state = replace(state, leaving=False)
    name = key if key == "U" else key.lower()
    if name in _ALWAYS:
        return _ALWAYS[name](state)
    if state.item is None:
        return state, None
    if name in state.kinds:
        return replace(state, kind=None if state.kind is state.kinds[name] else state.kinds[name]), None
    if len(name) == 1 and name in "12345":
        return _numbered(state, int(name))
    if name in _WITH_ITEM:
        return _WITH_ITEM[name](state)
    return _told(state, f"“{key}” has no meaning here. Press ? for all keys.") if len(key) == 1 else (state, None)


def _accept(state: State) -> Step:
    suggestion = state.suggestion
    if suggestion is None:
        return _told(state, "There is no suggestion to accept. Find a code with c, or n: nothing to code.")
    if state.says_neither and state.kind is None:
        return _store(state, Verdict.ACCEPT, Kind.NEITHER, None)
    if suggestion.abstained and state.kind is None:
        return _told(state, "Nothing was suggested. Choose a code by its number or with c, or n: nothing to code.")
    if not suggestion.ranked or not state.listed or state.listed[0] != suggestion.ranked[0]:
        return _told(state, "The suggested code is not in the codebook. Find another one with c.")
    return _coded(state, state.kind or suggestion.kind if state.kinds else None, state.listed[0].code)


def _numbered(state: State, number: int) -> Step:
    if number > len(state.listed):
        return _told(state, f"There is no code {number} here. Find one with c.")
    return _coded(state, state.kind_to_be, state.listed[number - 1].code)


def _coded(state: State, kind: Kind | None, code: str) -> Step:
    """Store a code, or ask for its kind first where that is open."""
    if state.kinds and (kind not in state.kinds.values() or state.adding):
        return replace(state, mode=Mode.KIND, code=code), None
    if _stands(state, kind, code):
        return _told(state, "The segment has this code already.")
    return _store(state, _verdict(state, kind, code), kind, code)


def _stands(state: State, kind: Kind | None, code: str) -> bool:
    """Whether the code that is to be added is there already."""
    standing = state.look.standing if state.look and state.adding else ()
    return any((decision.code, decision.kind) == (code, kind) for decision in standing)


def _verdict(state: State, kind: Kind | None, code: str | None) -> Verdict:
    if state.adding:
        return Verdict.ADD
    suggestion = state.suggestion
    if suggestion and not suggestion.abstained and suggestion.ranked:
        suggested_kind = suggestion.kind if state.book.kinds else None
        if (suggestion.ranked[0].code, suggested_kind) == (code, kind):
            return Verdict.ACCEPT
    return Verdict.CHANGE


def _store(state: State, verdict: Verdict, kind: Kind | None, code: str | None) -> Step:
    return state, Decide(verdict=verdict, kind=kind, code=code, memo=state.memo)


def _nothing(state: State) -> Step:
    has_neither = any(kind.id == Kind.NEITHER for kind in state.book.kinds)
    kind = Kind.NEITHER if has_neither else None
    return _store(state, Verdict.ACCEPT if state.says_neither and kind else Verdict.REJECT, kind, None)


def _kind_alone(state: State) -> Step:
    if not state.kinds:
        return _told(state, "This codebook has no kinds, so a decision needs a code.")
    if state.kind_to_be is None:
        return _told(state, "Say first which kind it is, with b or r.")
    return _store(state, Verdict.CHANGE, state.kind_to_be, None)


def _skip(state: State) -> Step:
    if state.look:
        return _present(state)
    return _put_aside(state, 1, "Put aside; it comes again at the end.")


def _put_aside(state: State, count: int, message: str) -> Step:
    gone = state.todo[:count]
    later = state.later | {item.segment.id for item in gone}
    return replace(fresh_start(state), todo=state.todo[count:] + gone, later=later, message=message), None


def _next_group(state: State) -> Step:
    if state.look:
        return _present(state)
    if state.order not in _GROUPS:
        return _told(state, "In this order there are no groups to jump over. With s a segment comes later.")
    word, group_of = _GROUPS[state.order]
    groups = [group_of(item) for item in state.todo]
    count = next((i for i, group in enumerate(groups) if group != groups[0]), 0)
    if not count:
        return _told(state, f"There is no other {word} left.")
    segments = "1 segment" if count == 1 else f"{count} segments"
    return _put_aside(state, count, f"Next {word}; {segments} put aside for the end.")


def _code(item: Item) -> str:
    """The first suggested code; "" where nothing to code, or nothing, is suggested."""
    found = item.suggestion
    said = found is not None and not found.abstained and found.kind is not Kind.NEITHER
    return found.ranked[0].code if found and said and found.ranked else ""


_GROUPS: Mapping[Order, tuple[str, Callable[[Item], str | int]]] = MappingProxyType(
    {
        Order.THEME: ("theme", lambda item: item.theme.id if item.theme else -1),
        Order.INTERVIEW: ("interview", lambda item: item.segment.transcript),
        Order.CODE: ("code", _code),
    }
)


def _back(state: State) -> Step:
    back = 1 + (state.look.back if state.look else 0)
    if back > len(state.past):
        return _told(state, "There is no decided segment before this one." if state.past else "Nothing is decided yet.")
    return state, Look(back=back)


def _forward(state: State) -> Step:
    if state.look and state.look.back > 1:
        return state, Look(back=state.look.back - 1)
    return _present(state)


def _present(state: State) -> Step:
    return fresh_start(state), None


def _add(state: State) -> Step:
    if not state.past:
        return _told(state, "Nothing is decided yet: + adds another code to a decided segment.")
    return state, Look(back=state.look.back if state.look else 1, adding=True)


def _evidence(state: State) -> Step:
    closed = state.panel is Panel.EVIDENCE
    return replace(state, panel=Panel.NONE if closed else Panel.EVIDENCE, scroll=0), None


def _definition(state: State) -> Step:
    """The first code's definition, at the next press the second's, …, then none."""
    if not state.listed:
        return _told(state, "No code is suggested. With c every code is shown with its definition.")
    row = state.panel_row + 1 if state.panel is Panel.DEFINITION else 0
    if row == len(state.listed):
        return replace(state, panel=Panel.NONE, panel_row=0, scroll=0), None
    return replace(state, panel=Panel.DEFINITION, panel_row=row, scroll=0), None


def _quit(state: State) -> Step:
    if state.memos and not state.leaving:
        return replace(state, leaving=True, message="A memo waits for its decision. Press q again to leave it."), None
    return state, Quit()


def _switch(state: State) -> Step:
    return state, Reorder(order=Order.INTERVIEW if state.order is Order.THEME else Order.THEME)


def _next_order(state: State) -> Step:
    known = list(Order)
    return state, Reorder(order=known[(known.index(state.order) + 1) % len(known)])


_ALWAYS: Mapping[str, Callable[[State], Step]] = MappingProxyType(
    {
        "q": _quit,
        "u": lambda state: (state, Undo()),
        "U": lambda state: (state, Redo()),
        "g": _back,
        "left": _back,
        "right": _forward,
        "+": _add,
        "=": _add,
        "i": _switch,
        "o": _next_order,
        "?": lambda state: (replace(state, mode=Mode.HELP, scroll=0), None),
        "up": lambda state: (replace(state, scroll=state.scroll - 1), None),
        "down": lambda state: (replace(state, scroll=state.scroll + 1), None),
        "pgup": lambda state: (replace(state, scroll=state.scroll - 8), None),
        "pgdn": lambda state: (replace(state, scroll=state.scroll + 8), None),
        " ": lambda state: (replace(state, scroll=state.scroll + 8), None),
        "esc": lambda state: _present(state) if not state.panel else (replace(state, panel=Panel.NONE, scroll=0), None),
    }
)
_WITH_ITEM: Mapping[str, Callable[[State], Step]] = MappingProxyType(
    {
        "a": _accept,
        "n": _nothing,
        "x": lambda state: _store(state, Verdict.UNSURE, None, None),
        "0": _kind_alone,
        "c": lambda state: (replace(state, mode=Mode.PICK, typed="", row=0), None),
        "m": lambda state: (replace(state, mode=Mode.MEMO, typed=state.memo), None),
        "s": _skip,
        "t": _next_group,
        "e": _evidence,
        "d": _definition,
    }
)


# --- looking for a code, its kind, a memo, help ------------------------------------------------------------------


def _on_pick(state: State, key: str) -> Step:
    if key == "esc":
        return _cancelled(state)
    if key in {"up", "down"}:
        step = 1 if key == "down" else -1
        return replace(state, row=(state.row + step) % max(len(state.found), 1)), None
    if key == "enter" or (key.isdecimal() and len(key) == 1):
        place = state.row if key == "enter" else window(state)[0] + int(key) - 1
        if not 0 <= place < len(state.found):
            return _told(state, "No code is at that number." if key != "enter" else "No code fits what you typed.")
        return _coded(state, state.kind_to_be, state.found[place])
    return replace(state, typed=_line(state.typed, key), row=0), None


def _on_kind(state: State, key: str) -> Step:
    code = state.code
    if key == "esc" or code is None:
        return _cancelled(state)
    kind = state.kinds.get(key.lower()) or (state.kind_to_be if key == "enter" else None)
    if kind is None:
        return _told(state, "Which kind is it? Esc goes back.")
    if _stands(state, kind, code):
        return _told(replace(state, mode=Mode.PICK, code=None), "The segment has this code with this kind already.")
    return _store(state, _verdict(state, kind, code), kind, code)


def _on_memo(state: State, key: str) -> Step:
    if key == "esc":
        return _cancelled(state)
    if key != "enter":
        return replace(state, typed=_line(state.typed, key)), None
    memos = {name: memo for name, memo in state.memos.items() if state.item and name != state.item.segment.id}
    if state.item and state.typed.strip():
        memos[state.item.segment.id] = state.typed.strip()
    return replace(state, mode=Mode.DECIDE, typed="", memos=memos), None


def _on_help(state: State, key: str) -> Step:
    if key in {"up", "down", "pgup", "pgdn", " "}:
        return _ALWAYS[key](state)
    return replace(state, mode=Mode.DECIDE, scroll=0), None


def _cancelled(state: State) -> Step:
    if state.adding:
        return fresh_start(state), None
    return replace(state, mode=Mode.DECIDE, typed="", row=0, code=None), None


def _line(typed: str, key: str) -> str:
    if key == "backspace":
        return typed[:-1]
    return typed + key if len(key) == 1 else typed


_HANDLERS: Mapping[Mode, Callable[[State, str], Step]] = MappingProxyType(
    {
        Mode.DECIDE: _on_decide,
        Mode.PICK: _on_pick,
        Mode.KIND: _on_kind,
        Mode.MEMO: _on_memo,
        Mode.HELP: _on_help,
    }
)
