"""Queue, decide, undo, redo. Every decision is stored before the function returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from themescout import curation, decisions
from themescout.errors import DecisionError
from themescout.types import Decision, Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from themescout.candidates import Theme
    from themescout.codebook import Codebook
    from themescout.project import Study
    from themescout.types import Segment, Suggestion


class Order(StrEnum):
    """In which order segments come up."""

    THEME = "theme"
    INTERVIEW = "interview"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What is shown for one segment.

    `position` counts from 1 in the queue of `total` undecided segments as it was when the item was made.
    """

    segment: Segment
    suggestion: Suggestion | None
    theme: Theme | None
    position: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Counts of segments."""

    decided: int
    total: int


def queue(
    study: Study, coder: str, order: Order = Order.THEME, *, skipped: frozenset[str] = frozenset()
) -> tuple[Item, ...]:
    """The segments that `coder` has not decided, skipped ones last.

    By theme: themes in their order, strongest members first, then segments in no theme; by interview: as spoken.
    """
    items = {item.id: item for item in study.store.segments.all()}
    done = {d.segment for d in decisions.standing(study.store.decisions.all()) if d.coder == coder}
    themes = curation.live(study.store.themes.all())
    home = {member: theme for theme in themes for member in theme.members}
    if order is Order.THEME:
        names = [member for theme in themes for member in theme.members if member in items]
        names += [name for name in items if name not in home]
    else:
        names = list(items)
    todo = [name for name in names if name not in done]
    todo = [n for n in todo if n not in skipped] + [n for n in todo if n in skipped]
    suggestions = study.store.suggestions.all()
    return tuple(
        Item(
            segment=items[name],
            suggestion=suggestions.get(name),
            theme=home.get(name),
            position=i + 1,
            total=len(todo),
        )
        for i, name in enumerate(todo)
    )


def progress(study: Study, coder: str) -> Progress:
    """How far `coder` is."""
    standing = decisions.standing(study.store.decisions.all())
    existing = {item.id for item in study.store.segments.all()}
    decided = {decision.segment for decision in standing if decision.coder == coder}
    return Progress(decided=len(decided & existing), total=len(existing))


def decide(  # noqa: PLR0913  # a decision has that many parts
    study: Study,
    *,
    segment: str,
    verdict: Verdict,
    coder: str,
    kind: Kind | None = None,
    code: str | None = None,
    book: Codebook,
    seconds: float | None = None,
    shown: Mapping[str, Any] | None = None,
    memo: str = "",
) -> Decision:
    """Store one decision about a segment.

    Raises:
        DecisionError: no such segment or code, no coder, or a verdict that needs a kind or code has none.
    """
    item = study.store.segments.get(segment)
    if item is None:
        raise DecisionError(f"There is no segment {segment}.", "It may have gone when its transcript was replaced.")
    _check(verdict, kind, code, coder, book)
    return study.store.decisions.add(
        Decision(
            segment=segment,
            verdict=verdict,
            kind=kind,
            code=code,
            coder=coder.strip(),
            decided_at=_now(),
            transcript=item.transcript,
            start=item.start,
            end=item.end,
            quote=item.text,
            seconds=None if seconds is None else round(seconds, 2),
            shown=shown or {},
            memo=memo,
        )
    )


def undo(study: Study, coder: str) -> Decision:
    """Take back the newest decision of `coder` that is not taken back yet; return that decision.

    Raises:
        DecisionError: there is nothing to undo.
    """
    last = decisions.last_undoable(study.store.decisions.all(), coder.strip())
    if last is None:
        raise DecisionError("There is nothing to undo.", "")
    study.store.decisions.add(_undoing(last, coder))
    return last


def redo(study: Study, coder: str) -> Decision:
    """Take back the newest undo of `coder`, unless a decision was made since; return the decision that holds again.

    Raises:
        DecisionError: there is nothing to redo.
    """
    log = study.store.decisions.all()
    last = _last_undo(log, coder.strip())
    if last is None:
        raise DecisionError("There is nothing to redo.", "")
    study.store.decisions.add(_undoing(last, coder))
    return next(decision for decision in log if decision.seq == last.undoes)


def item(study: Study, segment: str) -> Item:
    """What is shown for one segment, decided or not; its position is 1 of 1.

    Raises:
        DecisionError: no such segment.
    """
    found = study.store.segments.get(segment)
    if found is None:
        raise DecisionError(f"There is no segment {segment}.", "It may have gone when its transcript was replaced.")
    return Item(
        segment=found,
        suggestion=study.store.suggestions.get(segment),
        theme=next((theme for theme in curation.live(study.store.themes.all()) if segment in theme.members), None),
        position=1,
        total=1,
    )


def shown(suggestion: Suggestion | None) -> Mapping[str, Any]:
    """What is kept of a suggestion beside the decision made on it."""
    if suggestion is None:
        return {}
    return {
        "kind": suggestion.kind,
        "kind_p": suggestion.kind_p,
        "codes": [{"code": ranked.code, "p": ranked.p} for ranked in suggestion.ranked],
        "abstained": suggestion.abstained,
    }


def _check(verdict: Verdict, kind: Kind | None, code: str | None, coder: str, book: Codebook) -> None:
    if not coder.strip():
        raise DecisionError("A decision needs a coder.", "Say who you are: --coder NAME.")
    if verdict is Verdict.UNDO:
        raise DecisionError("Undo is asked for by itself.", "")
    if code is not None and code not in {item.id for item in book.codes}:
        raise DecisionError(f"The codebook has no code “{code}”.", "See: themescout codebook show")
    if verdict in {Verdict.ACCEPT, Verdict.CHANGE, Verdict.ADD} and kind is None and code is None:
        raise DecisionError(f"To {verdict} needs a kind or a code.", "")
    if kind is not None and not book.kinds:
        raise DecisionError("This codebook has no kinds.", "Leave the kind out.")


def _last_undo(log: Iterable[Decision], coder: str) -> Decision | None:
    """The undo that a redo would take back: a new decision leaves nothing to redo, as in any editor."""
    undos: list[Decision] = []
    for decision in log:
        if decision.coder != coder:
            continue
        if decision.verdict is not Verdict.UNDO:
            undos.clear()
        elif any(decision.undoes == undo.seq for undo in undos):
            undos = [undo for undo in undos if undo.seq != decision.undoes]
        else:
            undos.append(decision)
    return undos[-1] if undos else None


def _undoing(last: Decision, coder: str) -> Decision:
    return Decision(
        segment=last.segment, verdict=Verdict.UNDO, kind=None, code=None, coder=coder.strip(), decided_at=_now(),
        transcript=last.transcript, start=last.start, end=last.end, quote=last.quote, undoes=last.seq,
    )  # fmt: skip


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
