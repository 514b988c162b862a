"""When may I stop? What a random sample of the segments not looked at says about a code's share that was found.

The test is that of Callaghan & Müller-Hansen 2020 (doi 10.1186/s13643-020-01521-4, "Statistical stopping criteria
for automated screening in systematic reviews"). Before the sample is begun, N segments are set apart: its frame. Of
them m are read in random order, r have the code. Let `before` segments with the code be known from outside the frame
and f = before + r be found in all. Were less than the share t of the code's segments found, the frame would hold at
least

    K = floor(f / t - before) + 1

of them, and the chance of so few among m read would be the hypergeometric P(X <= r | N, K, m).

Two things are added so that the answer keeps its promise in use. People ask again and again while they read: the
chance is multiplied by (r + 1)(r + 2), so that over all moments at which one might stop the promise is broken at most
as often as stated (the shares 1/((r + 1)(r + 2)), r = 0, 1, …, add up to one; at a fixed r the chance only falls
with m, so the first moment stands for all). And what is not known counts against: segments of the sample about which
the person is unsure are taken to have the code and not to be found, undecided segments outside the frame likewise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from math import floor


class Answer(StrEnum):
    """What can be said about a code."""

    STOP = "stop"
    NOT_YET = "not yet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Segments read in random order, all from one frame.

    Attributes:
        size: number of segments in the frame when the sample was begun.
        read: how many of them were read, from the first of the random order on without a gap.
        found: how many of these have the code.
        unsure: how many of these the person was unsure about.
    """

    size: int = 0
    read: int = 0
    found: int = 0
    unsure: int = 0

    def __post_init__(self) -> None:
        if min(self.found, self.unsure) < 0 or not self.found + self.unsure <= self.read <= self.size:
            raise ValueError(f"{self.found} + {self.unsure} of {self.read} read of {self.size}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What can be said about one code.

    Attributes:
        code: id.
        answer: whether one may stop.
        sentence: the same for people.
        found: segments with the code, those of the sample included.
        sample: what was read at random.
        outside: undecided or unsure segments that are not in the sample's frame.
        chance: confidence, 0..1, that at least the wanted share was found: 1 less the largest chance, over all studies
            in which it was not, of ever being told so or better. 0 where nothing can be said.
        more: how many more to read at random until one may stop if none of them has the code; 0 where one may stop;
            None where reading the sample alone will not do.
        missing: with the wanted confidence, no more than this many of the code's segments are still unfound.
    """

    code: str
    answer: Answer
    sentence: str
    found: int
    sample: Sample
    outside: int
    chance: float
    more: int | None
    missing: int


def state(
    code: str,
    name: str,
    found: int,
    sample: Sample,
    *,
    outside: int = 0,
    recall: float = 0.95,
    confidence: float = 0.95,
) -> Statement:
    """What can be said about one code, `name` being what people call it.

    Args:
        code: id.
        name: in the sentence.
        found: segments with the code, those of the sample included.
        sample: what was read at random; `Sample()` for nothing.
        outside: undecided or unsure segments that are not in the sample's frame.
        recall: share of the code's segments to be found, above 0, at most 1.
        confidence: above 0, below 1.
    """
    if not (0 < recall <= 1 and 0 < confidence < 1 and found >= sample.found and outside >= 0):
        raise ValueError(f"recall {recall}, confidence {confidence}, {found} found, {outside} outside")
    least = _least(found, sample, outside, recall)
    doubt = _doubt(least, sample)
    everything = not outside and not sample.unsure and sample.read == sample.size
    if everything or (found and doubt <= 1 - confidence):
        answer = Answer.STOP
    else:
        answer = Answer.NOT_YET if found and sample.read else Answer.UNKNOWN
    made = Statement(
        code=code, answer=answer, sentence="", found=found, sample=sample, outside=outside,
        chance=1.0 if everything else (1 - doubt if found else 0.0),
        more=0 if answer is Answer.STOP else _more(least, sample, 1 - confidence),
        missing=0 if everything else _missing(sample, 1 - confidence) + outside,
    )  # fmt: skip
    return replace(made, sentence=_sentence(made, f"“{name}”", recall, confidence))


def _least(found: int, sample: Sample, outside: int, recall: float) -> int:
    """The fewest segments with the code that the frame holds if less than `recall` of the code's were found.

    Exact, because 19 / .95 must be 20. Where it is not more than the sample has, the sample speaks against nothing.
    """
    return floor(Fraction(found) / Fraction(str(recall)) - (found - sample.found) - outside) + 1


def _doubt(least: int, sample: Sample) -> float:
    """The chance, 0..1, of ever having seen so little if the frame holds `least` segments with the code."""
    seen = sample.found + sample.unsure
    if least <= seen:
        return 1.0
    # More than the frame can hold beside what was read without the code.
    if least > sample.size - sample.read + seen:
        return 0.0
    from scipy.stats import hypergeom  # noqa: PLC0415  # a second that only this command needs

    return min(1.0, float(hypergeom.cdf(seen, sample.size, least, sample.read)) * (seen + 1) * (seen + 2))


def _more(least: int, sample: Sample, risk: float) -> int | None:
    """How many more to read, without another find, until the doubt is no more than `risk`."""
    if least <= sample.found + sample.unsure:
        return None
    low, high = sample.read, sample.size
    while low < high:
        middle = (low + high) // 2
        read = Sample(size=sample.size, read=middle, found=sample.found, unsure=sample.unsure)
        low, high = (low, middle) if _doubt(least, read) <= risk else (middle + 1, high)
    return low - sample.read


def _missing(sample: Sample, risk: float) -> int:
    """The most segments with the code, beyond those found, that the frame may hold without a doubt below `risk`."""
    low, high = sample.found + sample.unsure, sample.size - sample.read + sample.found + sample.unsure
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _doubt(middle, sample) > risk else (low, middle - 1)
    return low - sample.found


def _sentence(made: Statement, name: str, recall: float, confidence: float) -> str:
    share, sure = f"{recall * 100:g} %", f"{confidence * 100:g} %"
    if made.answer is Answer.STOP:
        return _stop(made, name, share)
    if made.answer is Answer.UNKNOWN:
        return _unknown(made, name, sure)
    return _not_yet(made, name)


def _stop(made: Statement, name: str, share: str) -> str:
    if made.chance == 1.0 and not made.missing:
        has = {0: "none has", 1: "1 has"}.get(made.found, f"{made.found} have")
        return f"You may stop for {name}: every segment was read, and {has} it."
    sure = "this is certain" if made.chance == 1.0 else f"confidence {floor(made.chance * 1000) / 10:g} %"
    return (
        f"You may stop for {name}: at least {share} of its segments have been found ({sure}): {made.found} found, "
        f"at most {made.missing} missing."
    )


def _not_yet(made: Statement, name: str) -> str:
    have = f"Not yet for {name}: {made.found} found, up to {made.missing} may be missing."
    if made.more is not None:
        return f"{have} If the next {_segments(made.more)} of the sample do not have it, you may stop."
    if made.outside:
        return f"{have} Decide first on {_segments(made.outside)} outside the sample, undecided or unsure."
    return f"{have} Decide first on {_segments(made.sample.unsure)} of the sample about which you are unsure."


def _unknown(made: Statement, name: str, sure: str) -> str:
    if not made.sample.read:
        return f"This cannot be said for {name}: {made.found} found, but no random sample was read of the others."
    return (
        f"This cannot be said for {name}: none found, so there is no share to speak of; "
        f"with {sure} confidence no more than {_segments(made.missing)} have it."
    )


def _segments(number: int) -> str:
    return f"{number:,} segment{'' if number == 1 else 's'}"
