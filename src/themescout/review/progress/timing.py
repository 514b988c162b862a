"""Seconds per decision with a suggestion and without, as they were measured, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import mean, median, quantiles
from typing import TYPE_CHECKING

from themescout import intervals
from themescout.review.progress.replies import Help, Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST = 20  # decisions on each side below which nothing is said
BREAK = 300.0  # seconds; who takes longer was elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds per decision.

    Attributes:
        decisions: measured, breaks left out.
        breaks: decisions that took more than five minutes.
        median: seconds; None where nothing was measured.
        lower: a quarter of the decisions took no longer.
        upper: a quarter took no less.
        mean: seconds; more than the median, because some segments are long.
        per_word: median of seconds per word of the segment.
    """

    decisions: int
    breaks: int
    median: float | None = None
    lower: float | None = None
    upper: float | None = None
    mean: float | None = None
    per_word: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What suggestions do to the time that deciding takes. All are None until there are enough decisions.

    Attributes:
        shown: pace with suggestions.
        drawn: pace without, in segments drawn for that.
        ratio: median without over median with; 1.5 = without it takes one and a half times as long.
        ratio_interval: of it, 95 %.
        word_ratio: the same of seconds per word.
        word_interval: of it.
        saved: hours saved so far: difference of the medians times the decisions made with suggestions.
        saved_interval: of it; below 0 = lost.
        to_save: the same for what is left.
        to_save_interval: of it.
        sentence: what can be said.
    """

    shown: Pace
    drawn: Pace
    ratio: float | None = None
    ratio_interval: tuple[float, float] | None = None
    word_ratio: float | None = None
    word_interval: tuple[float, float] | None = None
    saved: float | None = None
    saved_interval: tuple[float, float] | None = None
    to_save: float | None = None
    to_save_interval: tuple[float, float] | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Time until everything is decided, in hours without breaks: at the median pace and at the mean one.

    `segments`: still to be decided, `drawn` of them without a suggestion. The hours are None until twenty decisions
    were measured.
    """

    segments: int
    drawn: int
    at_median: float | None
    at_mean: float | None
    sentence: str


def pace(replies: Sequence[Reply]) -> Pace:
    """The pace of some replies; those without a time do not count."""
    timed = [(one.decision.seconds, one.words) for one in replies if one.decision.seconds is not None]
    kept = [(seconds, words) for seconds, words in timed if seconds <= BREAK]
    if not kept:
        return Pace(decisions=0, breaks=len(timed))
    seconds = [one for one, _ in kept]
    lower, _, upper = quantiles(seconds, method="inclusive") if len(seconds) > 1 else (seconds[0],) * 3
    return Pace(
        decisions=len(kept), breaks=len(timed) - len(kept), median=median(seconds), lower=lower, upper=upper,
        mean=mean(seconds), per_word=median(one / max(1, words) for one, words in kept),
    )  # fmt: skip


def timing(replies: Sequence[Reply], *, left: int = 0, seed: int = 0) -> Timing:
    """Compare the pace of first replies with and without suggestions.

    Segments without a suggestion to show are on both sides, as the draw put them there.

    Args:
        replies: first replies.
        left: number of segments that will still be decided with a suggestion.
        seed: of the bootstrap.
    """
    sides = [[one for one in replies if one.help is side] for side in (Help.SHOWN, Help.DRAWN)]
    shown, drawn = pace(sides[0]), pace(sides[1])
    if drawn.median is None or shown.median is None or min(drawn.decisions, shown.decisions) < LEAST:
        return Timing(shown=shown, drawn=drawn, sentence=_not_yet(shown, drawn))
    with_help, without = (_seconds(side) for side in sides)
    ratio, difference = intervals.of_medians(without, with_help, seed=seed)
    word_ratio, _ = intervals.of_medians(_per_word(sides[1]), _per_word(sides[0]), seed=seed)
    each, done = drawn.median - shown.median, len(sides[0])
    words_with, words_without = shown.per_word or 0.0, drawn.per_word or 0.0
    return Timing(
        shown=shown, drawn=drawn,
        ratio=drawn.median / shown.median if shown.median else None, ratio_interval=ratio,
        word_ratio=words_without / words_with if words_with else None, word_interval=word_ratio,
        saved=each * done / 3600, saved_interval=_hours(difference, done),
        to_save=each * left / 3600, to_save_interval=_hours(difference, left),
        sentence=_sentence(shown.median, drawn.median, difference, done),
    )  # fmt: skip


def time_left(replies: Sequence[Reply], *, shown: int, drawn: int) -> Left:
    """How long what is left will take at the measured pace.

    Args:
        replies: first replies.
        shown: number of segments left that have a suggestion on the screen.
        drawn: number of those left that do not.
    """
    every = pace(replies)
    total = shown + drawn
    if not total:
        return Left(segments=0, drawn=0, at_median=0.0, at_mean=0.0, sentence="Everything is decided.")
    if every.decisions < LEAST or every.median is None or every.mean is None:
        said = f"Time left: not yet known, {every.decisions} of at least {LEAST} measured decisions."
        return Left(segments=total, drawn=drawn, at_median=None, at_mean=None, sentence=said)
    paces = [pace([one for one in replies if one.help is side]) for side in (Help.SHOWN, Help.DRAWN)]
    paces = [one if one.decisions >= LEAST else every for one in paces]
    at_median, at_mean = (
        sum(number * (getattr(one, what) or 0.0) for number, one in zip((shown, drawn), paces, strict=True)) / 3600
        for what in ("median", "mean")
    )
    times = f"{duration(at_median)} at the median pace, {duration(at_mean)} at the mean, no breaks"
    said = f"{total:,} segment{'' if total == 1 else 's'} left: {times}."
    return Left(segments=total, drawn=drawn, at_median=at_median, at_mean=at_mean, sentence=said)


def duration(hours: float) -> str:
    """Hours in words: "3 h 20 min", "12 min", "under a minute"; without a sign."""
    minutes = round(abs(hours) * 60)
    if not minutes:
        return "under a minute"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60:,} h {minutes % 60} min"


def _seconds(replies: Sequence[Reply]) -> list[float]:
    return [s for one in replies if (s := one.decision.seconds) is not None and s <= BREAK]


def _per_word(replies: Sequence[Reply]) -> list[float]:
    timed = [(one.decision.seconds, one.words) for one in replies if one.decision.seconds is not None]
    return [seconds / max(1, words) for seconds, words in timed if seconds <= BREAK]


def _hours(seconds: tuple[float, float], number: int) -> tuple[float, float]:
    return seconds[0] * number / 3600, seconds[1] * number / 3600


def _not_yet(shown: Pace, drawn: Pace) -> str:
    if drawn.decisions < LEAST:
        return (
            f"Time saved: not yet known, {drawn.decisions} of at least {LEAST} measured decisions without a suggestion."
        )
    return f"Time saved: not yet known, {shown.decisions} of at least {LEAST} measured decisions with a suggestion."


def _sentence(shown: float, drawn: float, interval: tuple[float, float], done: int) -> str:
    took = f"A decision takes {shown:.1f} s with the suggestion and {drawn:.1f} s without (medians)"
    low, high = _hours(interval, done)
    if interval[0] > 0:
        saved = duration((drawn - shown) * done / 3600)
        return f"{took}: {saved} saved so far (95 %: {duration(low)} to {duration(high)})."
    if interval[1] < 0:
        return f"{took}: suggestions cost time, {duration(high)} to {duration(low)} so far."
    return f"{took}. Whether any time is saved cannot be told from chance yet."
