"""Queue, decide, undo, redo. Every decision is stored before the function returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from themescout import curation, decisions
from themescout.errors import DecisionError
from themescout.review import audit
from themescout.review.arranging import Order, arranged
from themescout.review.drawing import Purpose, drawn
from themescout.types import Decision, Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from themescout.candidates import Theme
    from themescout.codebook import Codebook
    from themescout.project import Study
    from themescout.settings import Settings
    from themescout.types import Segment, Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What is shown for one segment.

    `position` counts from 1 in the queue of `total` undecided segments as it was when the item was made. `kept_back` is
    the suggestion of a segment that was drawn to be decided without one; it is not shown.
    """

    segment: Segment
    suggestion: Suggestion | None
    kept_back: Suggestion | None = None
    theme: Theme | None
    position: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Counts of segments."""

    decided: int
    total: int


def queue(
    study: Study,
    coder: str,
    order: Order = Order.THEME,
    *,
    codes: Sequence[str] = (),
    skipped: frozenset[str] = frozenset(),
) -> tuple[Item, ...]:
    """The segments that `coder` has not decided, skipped ones last.

    By theme: themes in their order, strongest members first, then segments in no theme; by interview: as spoken; by
    code: in the order of `codes`, the ids of the codebook. Near-duplicates stand together where the vectors are there.
    The sample holds only what has no suggestion, in random order and with nothing moved.
    """
    items = {item.id: item for item in study.store.segments.all()}
    log = study.store.decisions.all()
    done = {d.segment for d in decisions.standing(log) if d.coder == coder}
    suggestions = study.store.suggestions.all()
    themes = curation.live(study.store.themes.all())
    todo = list(arranged(study, order, list(items.values()), done, log=log, codes=codes))
    todo = [n for n in todo if n not in skipped] + [n for n in todo if n in skipped]
    home = {member: theme for theme in themes for member in theme.members}
    return tuple(
        Item(
            segment=items[name],
            **seen(study.settings, name, suggestions.get(name)),
            theme=home.get(name),
            position=i + 1,
            total=len(todo),
        )
        for i, name in enumerate(todo)
    )


def seen(settings: Settings, segment: str, suggestion: Suggestion | None) -> dict[str, Suggestion | None]:
    """`suggestion` and `kept_back` of an undecided segment: one of them is the suggestion, if there is any."""
    blind = drawn(Purpose.BLIND, segment, settings.review.blind, settings.seed)
    return {"suggestion": None, "kept_back": suggestion} if blind else {"suggestion": suggestion, "kept_back": None}


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
    book: Codebook,
    kind: Kind | None = None,
    code: str | None = None,
    seconds: float | None = None,
    shown: Mapping[str, Any] | None = None,
    memo: str = "",
    span: tuple[int, int] | None = None,
    key: str = "",
) -> Decision:
    """Store one decision about a segment.

    Args:
        study: open.
        segment: id.
        verdict: anything but undo and settle.
        coder: who.
        book: has the code.
        kind: None where none was decided.
        code: likewise.
        seconds: from showing the segment to the decision.
        shown: from `shown`.
        memo: the coder's words.
        span: first code point and one past the last of the words that matter, in the segment's turn; None for all.
        key: of whoever sends it; a decision that is sent again is stored once.

    Raises:
        DecisionError: no such segment or code, no coder, words outside the turn, or kind and code missing.
    """
    if known := study.store.decisions.with_key(key):
        return known
    _check(verdict, kind, code, coder, book)
    found, came = _existing(study, segment), _came(study, segment, shown)
    label: dict[str, Any] = {"verdict": verdict, "kind": kind, "code": code, "memo": memo, "shown": came, "key": key}
    return study.store.decisions.add(_entry(found, coder, _words(study, found, span), seconds=seconds, **label))


def settle(
    study: Study,
    *,
    segment: str,
    labels: Sequence[tuple[Kind | None, str | None]],
    coder: str,
    book: Codebook,
    memo: str = "",
    key: str = "",
) -> Decision:
    """End a disagreement: these labels stand in place of what coders said, () for nothing to code.

    Raises:
        DecisionError: no such segment or code, no coder, or a label without kind and code.
    """
    if key and (known := study.store.decisions.with_key(key)):
        return known
    found = _existing(study, segment)
    chosen = list(labels) or [(Kind.NEITHER if book.kinds else None, None)]
    for kind, code in chosen:
        _check(Verdict.CHANGE if labels else Verdict.REJECT, kind, code, coder, book)
    label: dict[str, Any] = {"verdict": Verdict.SETTLE, "kind": chosen[0][0], "code": chosen[0][1]}
    shown = {"labels": [{"kind": kind, "code": code} for kind, code in chosen]}
    words = _words(study, found, None)
    return study.store.decisions.add(_entry(found, coder, words, **label, shown=shown, memo=memo, key=key))


def _existing(study: Study, segment: str) -> Segment:
    found = study.store.segments.get(segment)
    if found is None:
        raise DecisionError(f"There is no segment {segment}.", "It may have gone when its transcript was replaced.")
    return found


def _came(study: Study, segment: str, shown: Mapping[str, Any] | None) -> dict[str, Any]:
    """What is kept of what was on the screen; in a sample, also where the sample began."""
    sampled = shown is not None and shown.get("order") == Order.SAMPLE
    return {**(shown or {}), **(audit.begun(study, segment) if sampled else {})}


def _entry(item: Segment, coder: str, words: tuple[int, int, str], **what: Any) -> Decision:
    """A decision of now about an item, on start, end and `words`."""
    start, end, quote = words
    if what.get("seconds") is not None:
        what["seconds"] = round(what["seconds"], 2)
    return Decision(
        segment=item.id, coder=coder.strip(), decided_at=_now(), transcript=item.transcript,
        start=start, end=end, quote=quote, **what,
    )  # fmt: skip


def _words(study: Study, item: Segment, span: tuple[int, int] | None) -> tuple[int, int, str]:
    """Start, end and words of what is decided on."""
    if span is None or span == (item.start, item.end):
        return item.start, item.end, item.text
    transcript = study.store.transcripts.get(item.transcript)
    turn = next((turn for turn in transcript.turns if turn.seq == item.turn), None) if transcript else None
    start, end = span
    if transcript is None or turn is None or not turn.start <= start < end <= turn.end:
        raise DecisionError(
            f"Code points {start} to {end} of {item.transcript} are not words of one turn of {item.speaker}.",
            "Choose words inside the turn of the segment.",
        )
    words = transcript.text[start:end]
    if not words.strip():
        raise DecisionError("There are no words in what was chosen.", "Choose at least one word.")
    return start, end, words


def undo(study: Study, coder: str, log: Sequence[Decision] | None = None) -> Decision:
    """Take back the newest decision of `coder` that is not taken back yet; return that decision.

    `log` = all entries of the coder, where they are known already.

    Raises:
        DecisionError: there is nothing to undo.
    """
    last = decisions.last_undoable(study.store.decisions.all() if log is None else log, coder.strip())
    if last is None:
        raise DecisionError("There is nothing to undo.", "")
    study.store.decisions.add(_undoing(last, coder))
    return last


def redo(study: Study, coder: str, log: Sequence[Decision] | None = None) -> Decision:
    """Take back the newest undo of `coder`, unless a decision was made since; return the decision that holds again.

    `log` = all entries of the coder, where they are known already.

    Raises:
        DecisionError: there is nothing to redo.
    """
    log = study.store.decisions.all() if log is None else log
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
    return Item(
        segment=_existing(study, segment),
        suggestion=study.store.suggestions.get(segment),
        theme=next((theme for theme in curation.live(study.store.themes.all()) if segment in theme.members), None),
        position=1,
        total=1,
    )


def shown(item: Item, order: Order | None = None) -> Mapping[str, Any]:
    """What is kept beside a decision: the suggestion that was seen, and the order in which the segment came up.

    Where a suggestion was kept back, it is under `kept_back`, so that people can be compared with it.
    """
    came = {} if order is None else {"order": order.value}
    if item.kept_back is not None:
        return {"kept_back": _plain(item.kept_back), **came}
    return {**_plain(item.suggestion), **came} if item.suggestion is not None else came


def _plain(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "kind": suggestion.kind,
        "kind_p": suggestion.kind_p,
        "codes": [{"code": ranked.code, "p": ranked.p} for ranked in suggestion.ranked],
        "abstained": suggestion.abstained,
    }


def _check(verdict: Verdict, kind: Kind | None, code: str | None, coder: str, book: Codebook) -> None:
    if not coder.strip():
        raise DecisionError("A decision needs a coder.", "Say who you are: --coder NAME.")
    if verdict in {Verdict.UNDO, Verdict.SETTLE}:
        raise DecisionError(f"To {verdict} is asked for by itself.", "")
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
