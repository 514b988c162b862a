"""What the machine says of the new wave, and how it is kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from themescout.comparison.model import Holding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from themescout.novelty import Drift


FEWEST = 3  # segments of the old wave that make a theme one of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the machine says of one new segment; see `model.Placed`."""

    theme: int
    strength: float
    p: float
    q: float
    candidate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """A candidate new theme: its number, its segments, and segments of the old wave; see `model.Candidate`."""

    theme: int
    segments: tuple[str, ...]
    novel: int
    alike: tuple[str, ...]
    nearest: tuple[str, ...]
    holding: Holding | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The machine's part.

    Attributes:
        segments: id of each new segment to what is said of it.
        groups: candidate new themes.
        drifts: number of an existing theme to distance, usual, high, p.
        places: segment id to place on the map.
        folds: groups of old interviews that were left out; 0 = too few interviews to call anything novel.
        vectors: keys of the vectors.
    """

    segments: Mapping[str, Judged] = field(default_factory=dict)
    groups: tuple[Grouped, ...] = ()
    drifts: Mapping[int, Drift] = field(default_factory=dict)
    places: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    folds: int = 0
    vectors: tuple[str, ...] = ()


def written(said: Said) -> dict[str, Any]:
    """As a record that `read` reads back."""
    return asdict(said)


def read(record: Mapping[str, Any]) -> Said:
    """What `written` wrote."""
    from themescout.novelty import Drift  # noqa: PLC0415  # heavy

    def holding(value: Mapping[str, Any] | None) -> Holding | None:
        return None if value is None else Holding(holds=value["holds"], breakers=tuple(value["breakers"]))

    lists = ("segments", "alike", "nearest")
    return Said(
        segments={name: Judged(**one) for name, one in record["segments"].items()},
        groups=tuple(
            Grouped(**(one | {key: tuple(one[key]) for key in lists} | {"holding": holding(one["holding"])}))
            for one in record["groups"]
        ),
        drifts={int(number): Drift(**one) for number, one in record["drifts"].items()},
        places={name: (place[0], place[1]) for name, place in record["places"].items()},
        folds=record["folds"],
        vectors=tuple(record["vectors"]),
    )
