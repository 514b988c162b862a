"""What goes over the wire about a comparison."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from themescout.web.shapes import Strict

LONGEST = 5_000  # letters of a wave's name


class MakeIn(Strict):
    """The wave to be compared with the rest of the study; "" for interviews that were added without one."""

    wave: Annotated[str, Field(max_length=LONGEST)]


class MadeOut(Strict):
    """What was done, in a sentence."""

    sentence: Annotated[str, Field(examples=["wave2 is compared with wave1."])]


class StateOut(Strict):
    """How far a comparison is: made, or being made just now."""

    wave: str
    made: bool
    making: bool
