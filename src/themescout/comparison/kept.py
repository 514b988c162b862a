"""What was stored of a comparison, with the person's part counted anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from themescout.comparison.model import Comparison
    from themescout.project import Study
    from themescout.types import Decision, Suggestion


def read(
    study: Study,
    new: str,
    *,
    log: Sequence[Decision] | None = None,
    suggestions: Mapping[str, Suggestion] | None = None,
) -> Comparison | None:
    """The comparison of the wave `new`; None where the machine's part was not made or is out of date."""
    del study, new, log, suggestions
    return None
