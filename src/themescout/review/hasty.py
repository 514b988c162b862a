"""Whether suggestions are accepted faster than they can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.types import Decision

# Adults read English non-fiction silently at 238 words a minute on average (Brysbaert 2019, doi
# 10.1016/j.jml.2019.104047). Nobody reads twice as fast and decides as well.
WORDS_PER_SECOND = 2 * 238 / 60
ROW = 5  # accepts in a row, all of them too fast


def too_fast(decision: Decision) -> bool:
    """Whether a suggestion was accepted in less time than its words take at twice the usual speed."""
    if decision.verdict is not Verdict.ACCEPT or decision.seconds is None:
        return False
    return decision.seconds < len(decision.quote.split()) / WORDS_PER_SECOND


def in_a_row(log: Sequence[Decision]) -> int:
    """Number of decisions at the end of a coder's `log` that were accepted too fast, one after the other."""
    count = 0
    for decision in reversed(log):
        if not too_fast(decision):
            break
        count += 1
    return count


def warning(log: Sequence[Decision]) -> str:
    """A sentence after every fifth accept in a row that came too fast, else ""."""
    count = in_a_row(log)
    if not count or count % ROW:
        return ""
    return (
        f"The last {count} suggestions were accepted faster than their words can be read. "
        "Take a moment: what would you have said without the suggestion?"
    )
