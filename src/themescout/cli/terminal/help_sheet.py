"""The keys of the terminal review in words: a line or two at the foot, and the sheet behind `?`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from themescout.cli.terminal.state import Mode, Panel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.cli.terminal.state import State

    Hints = Sequence[tuple[str, str]]


def footer(state: State, width: int) -> Text:
    """The keys that mean something now, the usual ones first; key and word stay on one line."""
    text, used = Text(), 0
    for key, word in _hints(state):
        needed = len(key) + len(word) + 3
        if used and used + needed - 2 > width:
            text.append("\n")
            used = 0
        text.append(key, style="bold reverse").append(f" {word}  ")
        used += needed
    return text


def _hints(state: State) -> Hints:
    if state.mode is Mode.PICK:
        return (
            ("letters", "search"),
            ("↑↓", "move"),
            ("Enter", "choose"),
            ("1-9", "choose"),
            ("Esc", "cancel"),
        )
    if state.mode is Mode.KIND:
        return (("Esc", "back"),)
    if state.mode is Mode.MEMO:
        return (("Enter", "keep"), ("Esc", "cancel"))
    if state.mode is Mode.HELP:
        return (("↑↓", "move"), ("any other key", "back"))
    if state.item is None:
        return (
            ("g", "look back"),
            ("u", "undo"),
            ("q", "quit"),
            ("?", "all keys"),
        )
    return _deciding(state)


def _deciding(state: State) -> Hints:
    last = len(state.listed)
    hints = [("a", "accept")] if state.says_neither or (state.listed and not _abstained(state)) else []
    hints += [("1" if last == 1 else f"1-{last}", "choose")] if last else []
    hints += [(key, {"b": "barrier", "r": "question"}[key]) for key in state.kinds] if len(state.kinds) > 1 else []
    hints += [("n", "nothing"), ("c", "find code"), ("x", "unsure")]
    hints += [("Esc", "on")] if state.look else [("s", "later")]
    hints += [("e", "close" if state.panel is Panel.EVIDENCE else "why")] if state.listed else []
    hints += [("d", _next_definition(state))] if last else []
    return (*hints, ("u", "undo"), ("q", "quit"), ("?", "all keys"))


def _abstained(state: State) -> bool:
    return bool(state.suggestion and state.suggestion.abstained)


def _next_definition(state: State) -> str:
    if state.panel is not Panel.DEFINITION:
        return "definition"
    after = state.panel_row + 2
    return f"definition {after}" if after <= len(state.listed) else "close"


def help_sheet(state: State) -> Padding:
    """Every key and what it does."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    for key, meaning in _sheet(state):
        table.add_row(Text(key), Text(meaning))
    note = Text("Each decision is stored at once; nothing is ever chosen for you.", style="dim")
    return Padding(Group(Text("All keys", style="bold"), table, note), (0, 2))


def _sheet(state: State) -> Hints:
    kinds = {"b": "barrier", "r": "research question"}
    return (
        ("a", "accept what is suggested: the kind with code 1, or “nothing to code”"),
        ("1 … 5", "choose that code"),
        *((key, f"{kinds[key]}: the kind for this decision; then a, 1 … 5 or c") for key in state.kinds),
        *((("0", "the kind alone, without a code"),) if state.kinds else ()),
        ("n", "nothing to code here"),
        ("c", "find any code by a few letters of its id or name"),
        ("+", "add another code to the segment just decided"),
        ("x", "unsure: kept as your decision, to talk about"),
        ("m", "memo: a line of text, stored with your decision"),
        ("s", "later: put this segment aside; it comes again at the end"),
        ("u   U", "undo; redo what was undone"),
        ("g", "go back to decided segments, one by one, to look again and decide anew; Esc returns"),
        ("t", "jump to the next theme (or interview, or code); the rest of this one comes at the end"),
        ("i   o", "order by theme or by interview; the next order of all: code, most learned, surest, random sample"),
        ("e", "why: the words that speak for the suggestion, and the nearest refused segment"),
        ("d", "definition of code 1, then of 2, …"),
        ("↑ ↓ space", "move the text where it is longer than the screen"),
        ("q", "quit"),
    )
