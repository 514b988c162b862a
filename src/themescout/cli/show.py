"""What several commands print: JSON on stdout, talk and progress bars on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from math import isfinite
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from themescout.pipeline.adding import FileReport

SOME_REFUSED = 3  # exit code: done, but some inputs were refused


def say(text: str) -> None:
    """Talk to the person: stderr."""
    # Not click's echo: that writes past the bars, which stand in for sys.stderr while they are shown.
    print(text, file=sys.stderr)  # noqa: T201


def counted(number: int, thing: str) -> str:
    """A number with its noun: "1 file", "2 files"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def data(value: object) -> None:
    """Print a value as JSON on stdout."""
    click.echo(json.dumps(_plain(value), ensure_ascii=False, indent=2))


def line(value: object, **more: object) -> None:
    """Print a value as one line of JSON on stdout, `more` of its keys first: for machines that read along."""
    click.echo(json.dumps({**more, **_plain(value)}, ensure_ascii=False))


class Bars:
    """A function (stage, done, total) that moves bars on a terminal and does nothing elsewhere."""

    def __init__(self, shown: Any = None) -> None:
        self._shown = shown
        self._tasks: dict[str, Any] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Move the bar of `stage`, made when it is first spoken of."""
        if self._shown is None:
            return
        if stage not in self._tasks:
            self._tasks[stage] = self._shown.add_task(stage, total=total)
        self._shown.update(self._tasks[stage], completed=done, total=total)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take the bars away for a question: they would wipe out what is typed."""
        if self._shown is not None:
            self._shown.stop()
        yield
        if self._shown is not None:
            self._shown.start()


@contextmanager
def progress_bars() -> Iterator[Bars]:
    """Bars on stderr while the block runs, if that is a terminal."""
    if not sys.stderr.isatty():
        yield Bars()
        return
    from rich.console import Console  # noqa: PLC0415  # forty milliseconds that only a terminal needs
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as shown:
        yield Bars(shown)


def import_report(reports: Sequence[FileReport]) -> None:
    """One line for each file on stderr; below it why each speaker was given its role, and what was not understood."""
    for report in reports:
        if not report.transcripts:
            say(f"{report.outcome:>13}  {report.sentence or report.file}")
            continue
        if len(report.transcripts) > _MANY:
            _many(report)
        else:
            for item in report.transcripts:
                times = "with times" if item.timed else "no times"
                coding = f", {item.encoding}" if item.encoding else ""
                say(
                    f"{item.outcome:>13}  {item.transcript}: {item.turns} turns, {', '.join(item.speakers)}, "
                    f"interviewer {item.interviewer_share:.0%} of {item.words:,} words, {times} ({item.format}{coding})"
                )
                for remark in (" ".join(item.reasons), *item.problems):
                    say(f"{'':>13}  · {remark}")
        if report.sentence:
            say(f"{'':>13}  · {report.sentence}")


_MANY = 20


def _many(report: FileReport) -> None:
    turns = sum(item.turns for item in report.transcripts)
    words = sum(item.words for item in report.transcripts)
    added = sum(item.outcome == "added" for item in report.transcripts)
    say(
        f"{report.outcome:>13}  {report.file}: {len(report.transcripts)} interviews ({added} added), "
        f"{turns:,} turns, {words:,} words; --json lists each"
    )
    problems = [f"{item.transcript}: {problem}" for item in report.transcripts for problem in item.problems]
    for problem in problems[:5]:
        say(f"{'':>13}  · {problem}")
    if len(problems) > 5:
        say(f"{'':>13}  · and {len(problems) - 5} more remarks")


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, Real) and not isinstance(value, bool | int | float):  # a number of NumPy's
        value = int(value) if isinstance(value, Integral) else float(value)
    if isinstance(value, float) and not isfinite(value):
        return None  # JSON has no word for it
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
