"""What the machine finds in arrays: planted topics, and what hangs on whom."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from themescout.comparison.machine.finding import Material, found

TOPICS = 6


def interviews(seed: int, count: int, topics: list[int], name: str, each: int = 24) -> tuple[np.ndarray, list[str]]:
    rng = np.random.default_rng(seed)
    middles = np.eye(24)[: TOPICS + 3] * 2.0
    rows = [
        (middles[topics[k % len(topics)]] + rng.normal(size=24) * 0.4, f"{name}{interview}")
        for interview in range(count)
        for k in range(each)
    ]
    x = np.asarray([row for row, _ in rows], np.float32)
    return x / np.linalg.norm(x, axis=1, keepdims=True), [who for _, who in rows]


def material(new_topics: list[int], count: int = 5) -> Material:
    old, old_who = interviews(1, 12, list(range(TOPICS)), "A")
    new, new_who = interviews(2, count, new_topics, "B")
    themes = tuple(tuple(row for row in range(len(old)) if row % TOPICS == topic) for topic in range(TOPICS))
    return Material(
        old=old, old_who=tuple(old_who), new=new, new_who=tuple(new_who), themes=themes, fdr=0.1, informants=3, seed=7
    )


def test_two_new_topics_come_out_as_two_groups_and_nothing_else() -> None:
    given = material([0, 1, 2, 3, TOPICS, TOPICS + 1])
    judged, groups = found(given)
    topics = [{row % 6 for row in group.rows} for group in groups]
    assert sorted(map(sorted, topics)) == [[4], [5]]
    for group in groups:
        assert group.seeds == sum(judged.q[row] <= 0.1 for row in group.rows)
        assert group.seeds > 0
        assert group.holding is not None
        assert group.holding.holds
        assert len(group.nearest) == 3
        assert len({given.old_who[row] for row in group.alike}) <= 2


def test_nothing_new_is_no_group() -> None:
    assert found(material([0, 1, 2, 3, 4, 5]))[1] == ()


def test_what_three_of_three_say_stands_without_nobody() -> None:
    _, groups = found(material([0, 1, 2, TOPICS], count=3))
    assert {row % 4 for row in groups[0].rows} == {3}
    holding = groups[0].holding
    assert holding is not None
    assert not holding.holds
    assert set(holding.breakers) == {"B0", "B1", "B2"}


def test_what_fewer_say_than_are_asked_is_not_claimed() -> None:
    _, groups = found(replace(material([0, 1, 2, TOPICS], count=3), informants=4))
    assert groups
    assert {group.holding for group in groups} == {None}


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_old_interviews(count: int) -> None:
    given = material([0, TOPICS])
    kept = [row for row, who in enumerate(given.old_who) if int(who[1:]) < count]
    few = replace(given, old=given.old[kept], old_who=tuple(given.old_who[row] for row in kept), themes=())
    judged, groups = found(few)
    assert groups == ()
    assert judged.folds == 0


def test_without_themes_new_ones_are_found_all_the_same() -> None:
    _, groups = found(replace(material([0, 1, 2, 3, TOPICS, TOPICS + 1]), themes=()))
    assert {topic for group in groups for topic in {row % 6 for row in group.rows}} == {4, 5}


def test_progress_is_told_for_each_informant_left_out() -> None:
    told: list[tuple[int, int]] = []
    found(material([0, 1, TOPICS], count=4), lambda done, total: told.append((done, total)))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
