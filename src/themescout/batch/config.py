"""Many runs in one call: a TOML file with a `[[run]]` for each. One that fails does not keep the next from its turn."""

from __future__ import annotations

import glob
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from themescout.batch import places, service
from themescout.batch.events import Failed
from themescout.batch.workers import engines
from themescout.errors import BatchError, ThemescoutError, bug

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from themescout.batch.events import Event, Options, Summary, Survey

_NEEDED = ("inputs", "output")
_OPTIONS: Mapping[str, type] = {
    "rows": bool,
    "vectors": bool,
    "partition": int,
    "workers": int,
    "engine": str,
    "scheduler": str,
    "sample": int,
}
LEAST_SAMPLE = 100
_KNOWN: Mapping[str, type] = {"name": str, "study": str, "discover": bool, "inputs": list, "output": str, **_OPTIONS}
_CALLED: Mapping[type, str] = {bool: "true or false", int: "a number", str: "text", list: "a list of names"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run of several. Local paths are absolute; without a study, themes are found in a sample."""

    name: str
    study: Path | None
    inputs: tuple[str, ...]
    output: str
    options: Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a run: its summary, or the sentence that says why there is none."""

    name: str
    summary: Summary | None = None
    sentence: str = ""


def read(path: Path, defaults: Options) -> tuple[Job, ...]:
    """The runs of a file, in its order; what it does not say is as in `defaults`. Its paths are relative to itself.

    Raises:
        BatchError: it cannot be read, has no run, or has a key that is unknown, missing or of the wrong type.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise BatchError(f"{path} cannot be read: {error.strerror or error}.", "Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BatchError(f"{path.name} cannot be read: {error}.", "Mend that line and try again.") from error
    for key in data:
        if key != "run":
            raise BatchError(f"{path.name}: “{key}” is no key.", "Known: [[run]].")
    runs = data.get("run", [])
    if not isinstance(runs, list) or not runs or not all(isinstance(item, dict) for item in runs):
        raise BatchError(
            f"{path.name} has no [[run]].", "Write one with study (or discover = true), inputs and output."
        )
    folder = path.resolve().parent
    jobs = tuple(_job(item, f"{path.name}, run {number}", folder, defaults) for number, item in enumerate(runs, 1))
    _require_different(jobs, path.name)
    return jobs


def run_all(jobs: Sequence[Job], progress: Callable[[str, Event], None]) -> tuple[Outcome, ...]:
    """Make every run; `progress` hears the run's name and what happens in it."""
    return tuple(_run(job, lambda event, name=job.name: progress(name, event)) for job in jobs)  # type: ignore[misc]


def survey_all(jobs: Sequence[Job], tell: Callable[[str, Survey | Failed], None]) -> bool:
    """What `run_all` would do, run by run; whether nothing stands in the way. Nothing is written."""
    well = True
    for job in jobs:
        try:
            tell(job.name, service.survey(job.inputs, job.study, job.output, job.options))
        except Exception as error:  # noqa: BLE001  # a bug met in one run must not cost the others
            tell(job.name, Failed(sentence=_sentence(error)))
            well = False
    return well


def _run(job: Job, progress: Callable[[Event], None]) -> Outcome:
    try:
        return Outcome(name=job.name, summary=service.run(job.inputs, job.study, job.output, job.options, progress))
    except Exception as error:  # noqa: BLE001  # the same
        progress(Failed(sentence=_sentence(error)))
        return Outcome(name=job.name, sentence=_sentence(error))


def _sentence(error: Exception) -> str:
    if isinstance(error, ThemescoutError):
        return error.sentence()
    return f"It met an error of the program ({bug(error)}). Please report it."


def _job(item: Mapping[str, Any], where: str, folder: Path, defaults: Options) -> Job:
    for key, value in item.items():
        if key not in _KNOWN:
            raise BatchError(f"{where}: “{key}” is no key.", f"Known: {', '.join(_KNOWN)}.")
        _check(key, value, where)
    for key in _NEEDED:
        if not item.get(key):
            raise BatchError(f"{where}: “{key}” is missing.", "Each run needs inputs, output, and study or discover.")
    _require_one_source(item, where)
    return Job(
        name=item.get("name", item["output"]),
        study=folder / item["study"] if item.get("study") else None,
        inputs=tuple(_absolute(given, folder) for given in item["inputs"]),
        output=_absolute(item["output"], folder),
        options=replace(defaults, **{key: item[key] for key in _OPTIONS if key in item}),
    )


def _require_one_source(item: Mapping[str, Any], where: str) -> None:
    """Themes come from a study or are found in a sample."""
    found = bool(item.get("discover"))
    if found == bool(item.get("study")):
        what = "both “study” and “discover”" if found else "neither “study” nor “discover = true”"
        raise BatchError(f"{where} has {what}.", "Say one of them.")
    if "sample" in item and not found:
        raise BatchError(f"{where}: “sample” goes with “discover = true”.", "Leave it out, or discover.")


def _check(key: str, value: object, where: str) -> None:
    wanted = _KNOWN[key]
    fits = isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))
    if fits and isinstance(value, list):
        fits = all(isinstance(part, str) and part.strip() for part in value)
    if not fits:
        raise BatchError(f"{where}: “{key}” is {value!r}, which is not {_CALLED[wanted]}.", "Correct the value.")
    least = {"partition": 1, "workers": 0, "sample": LEAST_SAMPLE}.get(key)
    if least is not None and isinstance(value, int) and value < least:
        raise BatchError(f"{where}: “{key}” is {value}, which is less than {least}.", "Correct the value.")
    if key == "engine" and value not in engines.ENGINES:
        raise BatchError(f"{where}: “engine” is {value!r}.", f"Known: {', '.join(engines.ENGINES)}.")


def _absolute(given: str, folder: Path) -> str:
    if not places.is_local(given):
        return given
    # A bracket in the folder's own name is none of a pattern.
    return str(Path(glob.escape(str(folder)) if glob.has_magic(given) else folder, places.local_path(given)))


def _require_different(jobs: Sequence[Job], file: str) -> None:
    for what in ("name", "output"):
        found = [getattr(job, what) for job in jobs]
        twice = next((item for item in found if found.count(item) > 1), None)
        if twice is not None:
            raise BatchError(f"{file}: two runs have the {what} “{twice}”.", "Give each its own.")
