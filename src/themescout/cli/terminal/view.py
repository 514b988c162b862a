"""What the terminal review looks like: a state becomes text. Transcripts are never read as markup."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from rich.console import Group
from rich.control import Control
from rich.padding import Padding
from rich.segment import ControlType
from rich.segment import Segment as Span
from rich.table import Table
from rich.text import Text

from themescout.cli.terminal.help_sheet import footer, help_sheet
from themescout.cli.terminal.state import ORDERED, Mode, Panel, said, window
from themescout.review.arranging import Order
from themescout.text import normalise, shortened, squashed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from themescout.cli.terminal.state import State
    from themescout.codebook import Code
    from themescout.types import Evidence, Kind

WIDEST = 100  # columns; longer lines are hard to read
_ROOMY = 84  # columns from which there is room for the categories' names
_USUAL_LINES = 15  # of context, segment and what is around them
# Of a share of segments people are asked first, so that what suggestions do to decisions can be measured.
_UNHELPED = "Yours alone: drawn to be decided without a suggestion."
_ERASE = Control((ControlType.ERASE_IN_LINE, 0)).segment
_SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "definition": "its definition",
        "include": "what it includes",
        "example": "an example in the codebook",
        "keyword": "its keywords",
        "barrier": "a barrier in the codebook",
        "question": "a question in the codebook",
        "precedent": "nearest segment that was given this code",
        "rejected": "nearest segment that was refused this code",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Captions:
    """What the screen says beside the state.

    Attributes:
        title: of the study.
        coder: who decides.
        where: transcript, speaker, participant and place of the segment that is shown.
        places: the same, short, for segments cited as evidence.
        ending: lines for the end of the queue.
    """

    title: str
    coder: str
    where: str = ""
    places: Mapping[str, str] = field(default_factory=dict)
    ending: tuple[str, ...] = ()


class Screen:
    """The whole screen: head and foot stay, the middle moves where it is too long.

    `scroll` is set when it is drawn: the state's, kept within what there is to scroll.
    """

    def __init__(self, state: State, captions: Captions) -> None:
        self.state = state
        self.captions = captions
        self.scroll = state.scroll

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield exactly as many lines as the terminal has."""
        height = max(options.size.height, 12)
        width = max(min(options.max_width, WIDEST), 20)
        options = options.update(width=width, height=None)
        top = console.render_lines(Group(*_head(self.state, self.captions, width)), options, pad=False)
        bottom = console.render_lines(Group(*_foot(self.state, width)), options, pad=False)
        bottom = bottom[: height - len(top) - 4]
        most = height - len(top) - len(bottom) - 1
        parts = self._parts(console, options, tight=False)
        if sum(map(len, parts)) > most:
            parts = self._parts(console, options, tight=True)
        lines = [line for part in parts for line in part]
        # The suggestion stays in its place from segment to segment, near the text, while there is room.
        room = min(most, max(len(lines), _USUAL_LINES))
        spare = max(len(lines) - room, 0)
        # What was opened on demand is what is to be seen first.
        first = min(len(parts[0]), spare) if len(parts) > 1 else 0
        shift = max(0, min(first + self.state.scroll, spare))
        self.scroll = shift - first
        shown = lines[shift : shift + room]
        rule = console.render_lines(_rule(width, above=shift, below=spare - shift), options, pad=False)
        filled = [*shown, *([[]] * (room - len(shown)))]
        yield from _joined([*top, *filled, *rule, *bottom, *([[]] * (most - room))][:height])

    def _parts(self, console: Console, options: ConsoleOptions, *, tight: bool) -> list[list[list[Span]]]:
        middle = _middle(self.state, self.captions, tight=tight)
        return [console.render_lines(part, options, pad=False) for part in middle]


def _joined(lines: Sequence[Sequence[Span]]) -> RenderResult:
    for place, line in enumerate(lines):
        if place:
            yield Span.line()
        yield from line
        yield _ERASE


def _rule(width: int, *, above: int, below: int) -> Text:
    """The line above the suggestion; it says where there is more to read."""
    words = ([f"↑ {above} lines"] if above else []) + ([f"↓ {below} more lines"] if below else [])
    note = f" {' · '.join(words)} ──" if words else ""
    return Text.assemble(("─" * max(width - len(note), 1), "dim"), (note, "bold"), no_wrap=True)


def _plain(text: str, style: str = "") -> Text:
    """Text as it is: no markup, and nothing that a terminal would take as a command."""
    return Text(normalise(text), style=style)


# --- head --------------------------------------------------------------------------------------------------------


def _head(state: State, captions: Captions, width: int) -> list[RenderableType]:
    share = state.decided / state.total if state.total else 0.0
    bar = "━" * round(share * 10)
    right = Text.assemble(f"{state.decided} of {state.total} decided ", bar, ("━" * (10 - len(bar)), "dim"))
    left = _plain(f"{shortened(captions.title, 40)} · {shortened(captions.coder, 20)}", "dim")
    rows = [_sides(left, right), _sides(*_group_line(state))]
    return [*rows, Text("─" * width, style="dim")]


def _sides(left: Text, right: Text) -> Table:
    table = Table.grid(expand=True, padding=(0, 1))
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column(justify="right", no_wrap=True)
    table.add_row(left, right)
    return table


def _group_line(state: State) -> tuple[Text, Text]:
    item = state.item
    if item is None:
        return Text("The end of the queue", style="bold"), Text("")
    if state.look:
        back = "the one before" if state.look.back == 1 else f"{state.look.back} before"
        words = f" {'Adding a code' if state.adding else 'Looking back'}: {back} "
        return Text(words, style="bold reverse"), Text("Esc returns", style="dim")
    queue = Text(f"put aside {len(state.later)}" if state.later else "", style="dim")
    if state.order is Order.INTERVIEW:
        return _plain(f"Interview {item.segment.transcript}", "bold"), queue
    if state.order is not Order.THEME:
        return _plain(ORDERED[state.order].rstrip("."), "bold"), queue.append(f"  {len(state.todo)} left")
    if item.theme is None:
        return Text("In no theme", style="bold"), queue
    theme = item.theme
    place = theme.members.index(item.segment.id) + 1
    title = _plain(f"Theme {theme.id + 1}: {squashed(theme.label)}", "bold")
    title.append(f" · found in {theme.found_in} of {theme.runs} runs", style="not bold dim")
    return title, Text(f"{place} of {len(theme.members)} in it", style="dim")


# --- middle ------------------------------------------------------------------------------------------------------


def _middle(state: State, captions: Captions, *, tight: bool) -> list[RenderableType]:
    """The segment, and after it what was opened on demand; `tight` where lines are scarce."""
    if state.mode is Mode.HELP:
        return [help_sheet(state)]
    if state.item is None:
        return [Padding(Group(*(_plain(line) for line in captions.ending)), (1, 2))]
    parts: list[RenderableType] = [Group(*_segment(state, captions, tight=tight))]
    if state.mode is Mode.DECIDE and state.panel is Panel.EVIDENCE:
        parts.append(Padding(Group(*_evidence(state, captions)), (0, 2)))
    if state.mode is Mode.DECIDE and state.panel is Panel.DEFINITION and state.listed:
        code = state.book.code(state.listed[min(state.panel_row, len(state.listed) - 1)].code)
        parts.append(Padding(Group(*_definition(state, code)), (0, 2)))
    return parts


def _segment(state: State, captions: Captions, *, tight: bool) -> list[RenderableType]:
    item = state.item
    assert item is not None  # noqa: S101  # `_middle` has looked
    rows: list[RenderableType] = []
    if item.segment.context:
        # A question usually ends an interviewer's turn, so the end is kept.
        context, most = squashed(item.segment.context), 42 if tight else 240  # one or about three lines
        kept = context if len(context) <= most else f"…{context[-most:]}"
        rows.append(Padding(_plain(f"Interviewer: {kept}", "dim"), (0, 2)))
    rows.append(Padding(_plain(captions.where, "cyan"), (1 if rows and not tight else 0, 2, 0, 2)))
    rows.append(Padding(_plain(item.segment.text, "bold"), (0, 2, 0, 4) if tight else (1, 2, 1, 4)))
    if state.look:
        texts = [said(state.book, decision) for decision in state.look.standing]
        memos = [decision.memo for decision in state.look.standing if decision.memo]
        rows.append(Padding(_plain(f"You decided: {'; '.join(texts) or 'nothing'}", "green"), (0, 2)))
        rows.extend(Padding(_plain(f"Memo: {memo}", "green"), (0, 2)) for memo in memos)
    return rows


def _evidence(state: State, captions: Captions) -> list[RenderableType]:
    if not state.listed:
        return [Text("There is no suggestion, so there is no evidence.")]
    rows: list[RenderableType] = []
    for number, ranked in enumerate(state.listed, start=1):
        if ranked.evidence:
            name = state.book.code(ranked.code).name
            rows.append(_plain(f"Why {number} {name}", "bold"))
            rows.extend(_cited(evidence, captions) for evidence in ranked.evidence)
    return rows or [Text("The suggestion came without evidence.")]


def _cited(evidence: Evidence, captions: Captions) -> RenderableType:
    source = _SOURCES.get(evidence.source, evidence.source)
    place = captions.places.get(evidence.ref, "")
    text = _plain(f"{source}{f', {place}' if place else ''}:", "dim")
    text.append_text(_plain(f" “{evidence.text}”", "not dim"))
    text.append(f" likeness {evidence.similarity:.2f}", style="dim")
    return Padding(text, (0, 0, 0, 2))


def _definition(state: State, code: Code) -> list[RenderableType]:
    title = Text.assemble((code.id if code.id != code.name else "", "bold"), " ", _named(state, code, _ROOMY))
    rows: list[RenderableType] = [title, _plain(squashed(code.definition) or "(no definition)")]
    rows += [_bullet("+", line) for line in code.include]
    for exclusion in code.exclude:
        goes_to = f" → {', '.join(exclusion.goes_to)}" if exclusion.goes_to else ""
        rows.append(_bullet("−", f"{exclusion.text}{goes_to}"))
    if code.include or code.exclude:
        rows.append(Text("+ belongs here   − does not (→ where it goes)", style="dim"))
    return rows


def _bullet(sign: str, text: str) -> Padding:
    return Padding(Text.assemble((f"{sign} ", "bold"), _plain(squashed(text))), (0, 0, 0, 2))


# --- foot --------------------------------------------------------------------------------------------------------


def _foot(state: State, width: int) -> list[RenderableType]:
    rows: list[RenderableType] = []
    if state.mode is Mode.PICK:
        rows += _picker(state, width)
    elif state.mode is Mode.KIND:
        rows += _kind_question(state)
    elif state.mode is Mode.MEMO:
        rows.append(Text.assemble(("Memo: ", "bold"), _plain(state.typed), ("▏", "blink")))
    elif state.mode is Mode.DECIDE and state.item:
        rows += _suggestion(state, width)
    if state.memo and state.mode is not Mode.MEMO:
        rows.append(_plain(f"Memo, stored with your decision: {state.memo}", "italic"))
    rows.append(_plain(state.message or " ", "bold"))
    rows.append(footer(state, width))
    return rows


def _suggestion(state: State, width: int) -> list[RenderableType]:
    rows: list[RenderableType] = [_headline(state)]
    table = Table.grid(expand=True, padding=(0, 2, 0, 0))
    table.add_column(width=1)
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=14)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column(justify="right", width=5)
    for number, ranked in enumerate(state.listed, start=1):
        code = state.book.code(ranked.code)
        id_ = "" if code.id == code.name else code.id
        table.add_row(Text(str(number), "bold"), _plain(id_), _named(state, code, width), _percent(ranked.p))
    return [*rows, table] if state.listed else rows


def _named(state: State, code: Code, width: int) -> Text:
    """A code's name with its category, unless the name says it ("Other: …")."""
    top = state.book.code(state.book.topmost(code.id))
    name = _plain(squashed(code.name))
    if top.name.casefold() in code.name.casefold():
        return name
    return name.append_text(_plain(f" · {squashed(top.name) if width >= _ROOMY else top.id}", "dim"))


def _headline(state: State) -> Text:
    suggestion = state.suggestion
    if suggestion is None:
        text = Text(
            _UNHELPED if state.item and state.item.kept_back else "No suggestion for this segment.", style="bold"
        )
    elif state.says_neither:
        text = Text.assemble(("Suggested: nothing to code here", "bold"), f" {_percent(suggestion.kind_p)}")
        text.append(" · else perhaps:" if state.listed else "", style="dim")
    elif suggestion.abstained:
        text = Text.assemble(("Nothing suggested: too uncertain.", "bold"), (" The nearest codes:", "dim"))
    elif suggestion.kind and state.kinds:
        name = _kind_name(state, suggestion.kind)
        text = Text.assemble("Suggested: ", (name, "bold"), f" {_percent(suggestion.kind_p)}")
    else:
        text = Text("Suggested:")
    chosen = state.kind or (state.kind_to_be if state.look else None)
    if chosen:
        text.append_text(Text.assemble("  → as ", (f" {_kind_name(state, chosen)} ", "bold reverse")))
    return text


def _kind_name(state: State, kind: Kind) -> str:
    return next((squashed(normalise(rule.name)).lower() for rule in state.book.kinds if rule.id == kind), kind)


def _percent(p: float) -> str:
    return "<1 %" if 0 < p < 0.005 else f"{p:.0%}".replace("%", " %")


def _kind_question(state: State) -> list[Text]:
    code = state.book.code(state.code or "")
    rows = [Text.assemble(_plain(code.name, "bold"), ": which kind?")]
    for key, kind in state.kinds.items():
        rows.append(Text.assemble((f" {key} ", "bold reverse"), f" {_kind_name(state, kind)}"))
    if state.kind_to_be:
        enter = f" {_kind_name(state, state.kind_to_be)}{', as before' if state.look else ''}"
        rows.append(Text.assemble((" Enter ", "bold reverse"), enter))
    return rows


def _picker(state: State, width: int) -> list[RenderableType]:
    found, (first, past) = state.found, window(state)
    what = "Add which code?" if state.adding else "Which code?"
    rows: list[RenderableType] = [
        Text.assemble((f"{what} ", "bold"), _plain(state.typed), ("▏", "blink"), (f"  {len(found)} found", "dim"))
    ]
    table = Table.grid(expand=True, padding=(0, 2, 0, 0))
    table.add_column(width=1)
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=14)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for place in range(first, past):
        code = state.book.code(found[place])
        style = "reverse" if place == state.row else ""
        table.add_row(
            str(place - first + 1),
            _plain("" if code.id == code.name else code.id),
            _named(state, code, width),
            style=style,
        )
    rows.append(table if found else Text("No code has this in its name or description.", style="dim"))
    if found:
        code = state.book.code(found[min(state.row, len(found) - 1)])
        rows.append(_plain(squashed(code.definition or code.brief) or " ", "dim"))
    return rows
