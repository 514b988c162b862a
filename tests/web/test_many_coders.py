"""Several coders decide at once. The long form: scripts/check_review_killed.py."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from themescout.types import Decision, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.conftest import Served

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_nothing_is_lost_doubled_or_overwritten(
    serve: Callable[..., Served], study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import check_review_killed as check

    sent, wrong = check.crowd(serve(study, "ann", "ben", "cleo"), study, 20, seed=1)
    assert wrong == []
    assert sum(one.refused for one in sent.values()), "they met"


def test_the_check_sees_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import check_review_killed as check

    def entry(seq: int, key: str) -> Decision:
        return Decision(
            seq=seq, segment="s", verdict=Verdict.UNSURE, kind=None, code=None, coder="ann", decided_at="",
            transcript="t", start=0, end=1, quote="q", key=key,
        )  # fmt: skip

    sent = check.Sent(keys=["a", "b"], stored={"a": 1, "b": 2}, bodies={"a": {"seen": 0}, "b": {"seen": 0}})
    found = " ".join(check.disorder([entry(1, "a"), entry(2, "b"), entry(3, "b")], 0, {"ann": sent}, 3))
    assert "2 of 3 decisions" in found
    assert "b is there 2 times" in found
    assert "another order" in found
    assert "b was stored though it had not seen number 1" in found


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_an_answer_waits_for_no_acknowledgement(
    serve: Callable[..., Served], study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import check_review_killed as check

    client = check.Client(serve(study).opening["ann"])
    names, took = check.segments(study), []
    for i in range(40):
        began = time.monotonic()
        client.card(names[i % len(names)])
        took.append(time.monotonic() - began)
    assert min(took[5:]) < 0.03, "every answer took 40 ms when it went out in two pieces"
