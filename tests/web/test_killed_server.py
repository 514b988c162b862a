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
    counts, served = [], serve(study)
    for after_s in (0.2, 0.4, 0.6):
        served, count, wrong = check.killed(served, lambda: serve(study), study, 40, after_s, rng)
        assert wrong == []
        counts.append(count)
    assert any(0 < count < 40 for count in counts), "one at least was killed at work"
