"""From runs of formatted text to lines: what the readers of word processors' formats share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from themescout.importers.columns import indentation
from themescout.text import normalise
from themescout.types import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Run(NamedTuple):
    """A piece of a paragraph and whether it is set in bold."""

    text: str
    bold: bool


def lines(runs: Iterable[Run], *, indent: int = 0) -> Iterator[Line]:
    """The lines of one paragraph, split at its line breaks; empty ones are left out.

    `indent` is the paragraph's own indentation in steps; leading tabs and blanks are added to it.
    """
    for pieces in _broken(runs):
        whole = normalise("".join(run.text for run in pieces))
        if stripped := whole.strip():
            yield Line(text=stripped, lead=_lead(pieces, stripped), indent=indent + indentation(whole))


def _broken(runs: Iterable[Run]) -> Iterator[list[Run]]:
    line: list[Run] = []
    for run in runs:
        first, *rest = normalise(run.text).split("\n")
        line.append(Run(first, run.bold))
        for piece in rest:
            yield line
            line = [Run(piece, run.bold)]
    yield line


def _lead(pieces: Iterable[Run], text: str) -> str:
    """The bold opening of `text`, without blanks at its end."""
    opening = ""
    for run in pieces:
        # Blanks have no weight that anyone could see.
        if run.text.strip() and not run.bold:
            break
        opening += run.text
    lead = normalise(opening).strip()
    # Where an accent stands in the next run, the composed text may differ from the composed opening.
    return lead if text.startswith(lead) else ""
