"""The demo's second wave, whose answer is known: two topics were planted in it, and three left out on purpose."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from themescout import project
from themescout.comparison import service
from themescout.comparison.model import Outcome
from themescout.pipeline import demo
from themescout.resources import resource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from themescout.comparison.model import Comparison
    from themescout.project import Study
    from themescout.types import Segment

pytestmark = pytest.mark.real
LEFT_OUT = ("INT-CONSENSUS", "APP-DIFF", "RES-PROFILE")


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Study, Comparison]]:
    """Both waves with the real model: the first run to suggestions, the second compared with it."""
    folder = Path(tmp_path_factory.mktemp("demo")) / "study"
    demo.make(folder)
    with project.open_study(folder) as study:
        demo.add_second_wave(study)
        yield study, service.compare(study, demo.SECOND)


def topic(item: Segment, rows: list[dict[str, str]], text: str) -> str:
    """The planted topic that a segment speaks of: at least a third of it, or of a passage coded so."""
    for row in rows:
        start = text.find(row["quote"])
        shared = min(item.end, start + len(row["quote"])) - max(item.start, start)
        if start >= 0 and shared >= min(len(row["quote"]), len(item.text)) / 3:
            return row["new_topic"]
    return ""


def test_the_two_planted_topics_come_out_as_new_themes_and_nothing_else(compared: tuple[Study, Comparison]) -> None:
    study, found = compared
    gold = [json.loads(line) for line in resource("data", "gold", "demo.jsonl").read_text("utf-8").splitlines()]
    texts, items = study.store.transcripts.texts(), {item.id: item for item in study.store.segments.all()}
    assert len(found.candidates) == 2
    seen = set()
    for candidate in found.candidates:
        members = [items[placed.quote.segment] for placed in found.placed if placed.candidate == candidate.theme]
        rows = {
            item.transcript: [row for row in gold if row["doc"] == item.transcript and row.get("new_topic")]
            for item in members
        }
        topics = Counter(topic(item, rows[item.transcript], texts[item.transcript]) for item in members)
        name, count = topics.most_common(1)[0]
        assert count >= 2 / 3 * len(members)
        seen.add(name)
        assert candidate.outcome is Outcome.NEW
        assert candidate.share.count >= 3
        assert len(candidate.settings) >= 2
    assert seen == {"N1", "N2"}


@pytest.mark.parametrize("code", LEFT_OUT)
def test_what_was_left_out_is_not_heard(compared: tuple[Study, Comparison], code: str) -> None:
    found = compared[1]
    rows = [row for row in found.codes if row.id == code]
    assert rows
    assert {row.outcome for row in rows} <= {Outcome.NOT_HEARD, Outcome.NEITHER}
    assert any(row.outcome is Outcome.NOT_HEARD and row.old.count for row in rows)
    assert all(one.outcome is Outcome.NOT_HEARD for one in found.baseline if one.code == code)


def test_novel_segments_are_mostly_of_the_planted_topics(compared: tuple[Study, Comparison]) -> None:
    _, found = compared
    within = [placed.candidate >= 0 for placed in found.novel]
    assert len(within) >= 10
    assert sum(within) >= 0.9 * len(within)
