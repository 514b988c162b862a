"""The random sample of what has no suggestion: which segments it is drawn from, and in which order they are read.

The frame is drawn when the first decision is made in the order `sample`, and kept in what that decision was shown.
It stays, whatever is suggested or decided later, because only then every beginning of its order is a simple random
sample; another one is drawn when the study's segments have changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from themescout import decisions
from themescout.suggest import orders

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from themescout.project import Study
    from themescout.types import Decision, Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Segment ids in the order in which they are read; `fresh`: whether the study's segments are still the same."""

    ids: tuple[str, ...]
    fresh: bool


def frame(study: Study, log: Sequence[Decision]) -> Frame | None:
    """The frame drawn last; None where none was."""
    for decision in reversed(log):
        drawn = decision.shown.get("sample")
        if drawn:
            fresh = drawn["segments"] == study.store.segments.fingerprint()
            return Frame(ids=tuple(drawn["frame"]), fresh=fresh)
    return None


def random_order(
    study: Study, log: Sequence[Decision], ids: Sequence[str], suggestions: Mapping[str, Suggestion]
) -> tuple[str, ...]:
    """The frame, or what would become it, then other undecided segments without a suggestion; all in random order."""
    seed, drawn = study.settings.seed, frame(study, log)
    done = {decision.segment for decision in decisions.standing(log)}
    left = orders.unsuggested([name for name in ids if name not in done], suggestions)
    if drawn is None or not drawn.fresh:
        return orders.at_random(left, seed)
    inside = set(drawn.ids)
    return (*drawn.ids, *orders.at_random([name for name in left if name not in inside], seed))


def begun(study: Study, segment: str) -> Mapping[str, Any]:
    """What the first decision of a sample has to keep: the frame; {} where one is there, or `segment` is not in it."""
    log = study.store.decisions.all()
    drawn = frame(study, log)
    if drawn is not None and drawn.fresh:
        return {}
    ids = [item.id for item in study.store.segments.all()]
    made = random_order(study, log, ids, study.store.suggestions.all())
    if segment not in made:
        return {}
    return {"sample": {"frame": made, "segments": study.store.segments.fingerprint(), "seed": study.settings.seed}}
