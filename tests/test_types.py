"""The values check themselves when they are made."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from themescout.types import Role, Transcript, Turn, Vectors


def turn(seq: int, start: int, end: int) -> Turn:
    return Turn(seq=seq, speaker="A", role=Role.INFORMANT, start=start, end=end)


def transcript(text: str, *turns: Turn) -> Transcript:
    return Transcript(id="t", name="t", text=text, turns=turns, speakers=(), format="txt")


def test_a_turn_is_a_slice_in_code_points() -> None:
    made = transcript("😀 A: wé came", turn(0, 5, 12))
    assert made.speech(made.turns[0]) == "wé came"


@pytest.mark.parametrize(
    "turns",
    [
        [turn(0, 0, 0)],  # empty
        [turn(0, 3, 99)],  # past the end
        [turn(0, 0, 3), turn(1, 2, 4)],  # overlapping
        [turn(0, 3, 4), turn(1, 0, 2)],  # out of order
        [turn(0, -1, 2)],
    ],
)
def test_a_turn_that_is_no_slice_is_refused(turns: list[Turn]) -> None:
    with pytest.raises(ValueError, match="no slice"):
        transcript("abcdef", *turns)


@pytest.mark.parametrize(("ids", "shape"), [(("a",), (2, 3)), (("a", "b"), (2,)), ((), (1, 1))])
def test_vectors_and_ids_belong_together(ids: tuple[str, ...], shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="ids for an array"):
        Vectors(ids=ids, x=np.zeros(shape, np.float32), key="m")


def test_values_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        turn(0, 0, 1).start = 5  # type: ignore[misc]
