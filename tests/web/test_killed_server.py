"""The server is killed while decisions are sent to it. The long form: scripts/check_review_killed.py."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.conftest import Served

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_every_acknowledged_decision_is_there_once(
    serve: Callable[..., Served], study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import check_review_killed as check

    rng = random.Random(20120529)  # noqa: S311  # moments, not secrets
    counts: list[int] = []
    served, after_s = serve(study), 0.3
    # How much is done in a moment depends on what else the machine does, so the moment is looked for.
    while len(counts) < 3 or (len(counts) < 10 and not any(0 < count < 40 for count in counts)):
        served, count, wrong = check.killed(served, lambda: serve(study), study, 40, after_s, rng)
        assert wrong == []
        counts.append(count)
        after_s *= 0.5 if count == 40 else 1.6 if count == 0 else 1.2
    assert any(0 < count < 40 for count in counts), "one at least was killed at work"
