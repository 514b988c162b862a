"""The replay: keys by hand, found segments by hand, and an order that knows more saves more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from themescout.suggest import Labelled, Rows
from themescout.suggest.simulate import MARKS, Way, replay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from themescout.suggest.screening import Search
    from themescout.suggest.simulate import Judge

CODES = ("A", "B", "C", "D", "E", "F")


def study(answers: Sequence[Sequence[str]]) -> tuple[Rows, list[Labelled]]:
    n = len(answers)
    names = [f"s{i}" for i in range(n)]
    rows = Rows.of(names, names, np.eye(n, 4, dtype=np.float32), docs=["d"] * n)
    return rows, [
        Labelled(segment=name, text=name, codes=tuple(codes), kind="", doc="d")
        for name, codes in zip(names, answers, strict=True)
    ]


def saying(p: NDArray[np.float64]) -> Judge:
    """A judge who always says the same."""
    return lambda _decided, _places: (CODES, p)


def knowing(answers: Sequence[Sequence[str]]) -> Judge:
    return saying(np.asarray([[float(code in codes) for code in CODES] for codes in answers]))


def searching(answers: Sequence[Sequence[str]]) -> Search:
    """A search that knows all answers."""
    return lambda code, _read, _has: np.asarray([float(code in codes) for codes in answers])


def _unused(code: str, read: NDArray[np.intp], has: NDArray[np.bool_]) -> NDArray[np.float64]:
    raise AssertionError("only the order of codes searches")


UNUSED: Search = _unused


@pytest.mark.parametrize("way", list(Way))
def test_every_segment_is_read_once_in_every_order(way: Way) -> None:
    answers = [[CODES[i % 6]] for i in range(57)]
    rows, labelled = study(answers)
    found = replay(knowing(answers), searching(answers), rows, labelled, way, seed=3)
    assert (found.order, found.decisions) == (way.value, 57)
    assert (found.keys, found.typed, found.first) == (57, 4 * 57, 1.0)


def test_keys_are_counted_as_a_person_would_press_them() -> None:
    # The judge lists A, B, C, D, E in this order and never F.
    rows, labelled = study([["A"], ["B"], ["F"], [], ["A", "F"]])
    found = replay(saying(np.tile([0.6, 0.5, 0.4, 0.3, 0.2, 0.1], (5, 1))), UNUSED, rows, labelled, Way.INTERVIEW)
    assert found.keys == 1 + 2 + 4 + 1 + (1 + 4)
    assert found.typed == 4 + 4 + 4 + 1 + 8
    assert found.first == 0.5  # of the four that have a code


def test_reading_the_surest_first_finds_a_rare_code_first() -> None:
    answers = [["A"] if i % 10 == 9 else [] for i in range(100)]
    rows, labelled = study(answers)
    sure = replay(knowing(answers), UNUSED, rows, labelled, Way.SURE)
    spoken = replay(knowing(answers), UNUSED, rows, labelled, Way.INTERVIEW)
    assert sure.found == (1.0,) * len(MARKS)
    assert sure.saved == pytest.approx(0.95 - 0.10)
    assert spoken.found == (0.1, 0.2, 0.5, 0.7)
    assert spoken.saved == pytest.approx(0.95 - 1.0)


def test_codes_one_by_one_finish_a_code_before_the_next() -> None:
    answers = [["A"]] * 10 + [["B"]] * 10 + [[]] * 30
    order = np.random.default_rng(0).permutation(50)
    answers = [answers[i] for i in order]
    rows, labelled = study(answers)
    read: list[list[str]] = []

    def judge(decided: Sequence[Labelled], places: NDArray[np.intp]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        read.append([item.segment for item in decided])
        return knowing(answers)(decided, places)

    replay(judge, searching(answers), rows, labelled, Way.CODE)
    second = [name for name in read[2] if name not in read[1]]
    assert {labelled[int(name[1:])].codes for name in read[1]} == {("A",)}
    assert {labelled[int(name[1:])].codes for name in second} == {("B",)}


def test_the_search_is_told_of_each_segment_that_was_read_whether_it_has_the_code() -> None:
    answers = [[CODES[i % 2]] for i in range(40)]
    rows, labelled = study(answers)
    asked: list[tuple[str, int]] = []

    def search(code: str, read: NDArray[np.intp], has: NDArray[np.bool_]) -> NDArray[np.float64]:
        assert [code in labelled[i].codes for i in read] == has.tolist()
        asked.append((code, len(read)))
        return searching(answers)(code, read, has)

    replay(knowing(answers), search, rows, labelled, Way.CODE)
    assert asked == [("A", 0), ("A", 10), ("B", 20), ("B", 30)]


def test_codes_with_few_uses_do_not_count() -> None:
    rows, labelled = study([["A"], ["B"], [], []])
    found = replay(knowing([["A"], ["B"], [], []]), UNUSED, rows, labelled, Way.RANDOM)
    assert (found.found, found.saved) == ((0.0,) * len(MARKS), 0.0)


def test_the_judge_sees_only_what_is_decided() -> None:
    answers = [[CODES[i % 3]] for i in range(40)]
    rows, labelled = study(answers)
    seen: list[int] = []

    def judge(decided: Sequence[Labelled], places: NDArray[np.intp]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        assert [item.segment for item in decided] == [f"s{i}" for i in places]
        seen.append(len(decided))
        return knowing(answers)(decided, places)

    replay(judge, UNUSED, rows, labelled, Way.RANDOM, seed=1)
    assert seen[0] == 0
    assert seen == sorted(set(seen))
    assert seen[-1] < 40
