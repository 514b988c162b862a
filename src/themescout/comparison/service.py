"""Makes a comparison: the machine's part is stored, the person's is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout.errors import ComparisonError
from themescout.pipeline import stages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from themescout.comparison.model import Comparison
    from themescout.project import Study


def compare(
    study: Study,
    new: str,
    *,
    against: str | None = None,
    baseline: Path | None = None,
    progress: Callable[[str, int, int], None] = stages.quiet,
) -> Comparison:
    """Compare the wave `new` with the rest of the study."""
    del against, baseline, progress
    raise ComparisonError(f"{study.folder} cannot be compared with “{new}” yet.", "")
