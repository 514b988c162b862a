"""Settings: `themescout.toml` becomes frozen dataclasses; an unknown key is an error.

Order of precedence: command line, then `THEMESCOUT_<SECTION>_<KEY>`, then the file, then the defaults below.
The resolved set is stored with each run.
"""

from __future__ import annotations

import dataclasses
import os
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from themescout.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DEFAULT_SEED = 20120529  # the day the codebook's paper appeared; any fixed number would do
_LARGEST = 2**32 - 1  # the largest seed that numpy and scikit-learn take
_FINEST = 20.0  # times more themes than chosen, or fewer
_SHARES = frozenset({"blind", "double", "fdr", "likely", "unlikely"})  # between 0 and 1
_POSITIVE = frozenset(
    {"max_sentences", "target_words", "max_words", "batch", "listed", "heard_by", "new_from", "new_settings"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySettings:
    """`[study]`: what the study is called, which codebook it uses, who asks the questions."""

    title: str = ""
    codebook: str = "scale-up"
    interviewers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentSettings:
    """`[segment]`: how informant turns are cut. Lengths are in words."""

    max_sentences: int = 6
    target_words: int = 60
    max_words: int = 120
    min_words: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedSettings:
    """`[embed]`: which model, and what computes its vectors.

    `model`: "default", "ngrams", or the path of a sentence-transformers folder. `engine`: "torch" (32-bit floats, or a
    graphics card), "int8" (8-bit integers, several times as fast), "static" (vectors of words, for very many texts;
    much weaker), "auto" = chosen for the computer when a study is first embedded, and kept.
    """

    model: str = "default"
    engine: str = "auto"
    batch: int = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoverSettings:
    """`[discover]`: candidate themes. 0 means: chosen from the data."""

    clusterer: str = "consensus"
    reducer: str = "umap"
    runs: int = 0
    themes: int = 0
    detail: float = 1.0
    min_size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestSettings:
    """`[suggest]`: codes listed for a segment, whose decisions are learned from, and what was learned beforehand.

    `learn_from` is a coder, "" = everybody; `head` says whether what was trained for the codebook is used: "auto" or
    "none".
    """

    matcher: str = "codebook"
    listed: int = 5
    learn_from: str = ""
    head: str = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettings:
    """`[report]`: quotes shown for each row of a table, at most `per_informant` of one person."""

    quotes: int = 3
    per_informant: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSettings:
    """`[review]`: shares (0..1) of segments that are drawn for a purpose, and what coders see of each other.

    `blind` is shown without a suggestion; `double` is coded by every coder, the rest by whoever comes first;
    `independent` = 1 hides from everybody what others decided and what is suggested.
    """

    blind: float = 0.1
    double: float = 0.2
    independent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareSettings:
    """`[compare]`: the plan of a comparison, set before it is looked at.

    `fdr` = share (0..1) of false ones among segments called novel; `heard_by` informants make a theme heard again,
    `new_from` informants in `new_settings` settings a new one; from probability `likely` on a suggested code counts as
    heard, below `unlikely` everywhere as not heard; `test` of differences: "none", "boschloo", "mid_p" or "fisher",
    declared here or not made.
    """

    fdr: float = 0.1
    heard_by: int = 2
    new_from: int = 3
    new_settings: int = 2
    likely: float = 0.5
    unlikely: float = 0.2
    test: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of a study."""

    study: StudySettings = field(default_factory=StudySettings)
    segment: SegmentSettings = field(default_factory=SegmentSettings)
    embed: EmbedSettings = field(default_factory=EmbedSettings)
    discover: DiscoverSettings = field(default_factory=DiscoverSettings)
    suggest: SuggestSettings = field(default_factory=SuggestSettings)
    review: ReviewSettings = field(default_factory=ReviewSettings)
    report: ReportSettings = field(default_factory=ReportSettings)
    compare: CompareSettings = field(default_factory=CompareSettings)
    seed: int = DEFAULT_SEED

    def as_dict(self) -> dict[str, Any]:
        """Nested plain values, for JSON and for run records."""
        return dataclasses.asdict(self)


_SECTIONS: Mapping[str, type] = {
    "study": StudySettings,
    "segment": SegmentSettings,
    "embed": EmbedSettings,
    "discover": DiscoverSettings,
    "suggest": SuggestSettings,
    "review": ReviewSettings,
    "report": ReportSettings,
    "compare": CompareSettings,
}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "test": ("none", "boschloo", "mid_p", "fisher"),
    "engine": ("auto", "torch", "int8", "static"),
}


def read(path: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings file at `path` (it may be missing) and the environment.

    Raises:
        SettingsError: the file is not TOML, or a key is unknown, or a value has the wrong type.
    """
    try:
        # Some editors put a byte order mark in front.
        data = tomllib.loads(path.read_text("utf-8-sig")) if path.exists() else {}
    except OSError as error:
        raise SettingsError(f"{path} may not be read: {error.strerror}.", "Check its rights.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name} cannot be read: {error}.", "Mend that line and try again.") from error
    return resolve(_with_environment(data, environ), source=path.name)


def read_defaults(environ: Mapping[str, str] = os.environ) -> Settings:
    """The defaults with the environment applied, for work without a study."""
    return resolve(_with_environment({}, environ), source="environment")


def resolve(data: Mapping[str, Any], *, source: str) -> Settings:
    """Make settings of nested plain values; `source` names them in errors."""
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key == "seed":
            values[key] = _checked(value, int, f"{source}: seed")
        elif key in _SECTIONS and isinstance(value, dict):
            values[key] = _section(_SECTIONS[key], value, f"{source}: [{key}]")
        else:
            known = ", ".join(["seed", *(f"[{name}]" for name in _SECTIONS)])
            raise SettingsError(f"{source}: “{key}” is not a setting.", f"Known: {known}.")
    return Settings(**values)


def changed(settings: Settings, section: str, **values: object) -> Settings:
    """Settings with some keys of one section replaced; None leaves a key as it is."""
    given = {key: value for key, value in values.items() if value is not None}
    part = dataclasses.replace(getattr(settings, section), **given)
    return dataclasses.replace(settings, **{section: part})


def as_toml(settings: Settings) -> str:
    """The settings as a file that `read` reads back to the same values."""
    data = settings.as_dict()
    lines = [f"seed = {data.pop('seed')}"]
    for section, values in data.items():
        lines += ["", f"[{section}]", *(f"{key} = {_toml(value)}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def _section(kind: type, data: Mapping[str, Any], where: str) -> object:
    fields = {item.name: item for item in dataclasses.fields(kind)}
    for key in data:
        if key not in fields:
            raise SettingsError(f"{where} “{key}” is not a setting.", f"Known: {', '.join(fields)}.")
    defaults = kind()
    return kind(**{key: _checked(value, type(getattr(defaults, key)), f"{where} {key}") for key, value in data.items()})


def _checked(value: object, wanted: type, where: str) -> object:
    if wanted is tuple and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, wanted):
        raise SettingsError(f"{where} is {value!r}, which is no {wanted.__name__}.", "Correct the value.")
    choices = _CHOICES.get(where.rpartition(" ")[2])
    if choices and value not in choices:
        raise SettingsError(f"{where} is {value!r}, which is not known.", f"Known: {', '.join(choices)}.")
    least = 1 if where.rpartition(" ")[2] in _POSITIVE else 0
    if isinstance(value, int) and not least <= value <= _LARGEST:
        raise SettingsError(f"{where} is {value}, which is not between {least} and {_LARGEST}.", "Correct the value.")
    if isinstance(value, float):
        low, high = (0.0, 1.0) if where.rpartition(" ")[2] in _SHARES else (1 / _FINEST, _FINEST)
        if not low <= value <= high:
            raise SettingsError(f"{where} is {value}, which is not between {low:g} and {high:g}.", "Correct it.")
    return value


def _with_environment(data: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    merged = {key: dict(value) if isinstance(value, dict) else value for key, value in data.items()}
    for section, kind in _SECTIONS.items():
        for item in dataclasses.fields(kind):
            given = environ.get(f"THEMESCOUT_{section}_{item.name}".upper())
            if given is not None:
                part = merged.setdefault(section, {})
                if not isinstance(part, dict):
                    continue  # `resolve` says what is wrong with the file
                part[item.name] = _from_text(given, type(getattr(kind(), item.name)), item.name)
    if "THEMESCOUT_SEED" in environ:
        merged["seed"] = _from_text(environ["THEMESCOUT_SEED"], int, "seed")
    return merged


def _from_text(text: str, wanted: type, name: str) -> object:
    if wanted is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    if wanted in (int, float):
        try:
            return wanted(text)
        except ValueError as error:
            raise SettingsError(f"environment: {name} is {text!r}, which is no number.") from error
    return text


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    if isinstance(value, str):
        escaped = "".join(c if c >= " " and c not in '"\\\x7f' else f"\\u{ord(c):04x}" for c in value)
        return f'"{escaped}"'
    return str(value)
