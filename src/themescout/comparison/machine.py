"""The machine's part of a comparison: what is new is cut, embedded, placed and judged; nothing old is done again.

What it says is stored as the record of a stage, so that a page can be shown, and counted anew after each decision,
without a model. Candidate new themes become themes of the study, with numbers that last.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from themescout import curation, embed
from themescout.candidates import FoundTheme, Loose, Reason, ThemeStatus
from themescout.comparison.finding import Gathering, Material, found
from themescout.comparison.model import Holding
from themescout.pipeline import curating, stages, suggesting
from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from themescout.codebook import Codebook
    from themescout.comparison.waves import Sides
    from themescout.novelty import Drift, Novelty
    from themescout.project import Study
    from themescout.types import Segment

    Progress = Callable[[str, int, int], None]

VERSION = "1"  # part of the fingerprint: raise it when the same study would come out otherwise
FEWEST = 3  # segments of the old wave that make a theme one of its own
_AROUND = 0.5  # weight of what is said around a segment


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

    segments: Mapping[str, Judged]
    groups: tuple[Grouped, ...]
    drifts: Mapping[int, Drift]
    places: Mapping[str, tuple[float, float]]
    folds: int
    vectors: tuple[str, ...]


def stage(new: str, against: str | None) -> str:
    """Name of the stage that keeps a comparison."""
    return f"comparison {new}" if against is None else f"comparison {new} with {against}"


def existing(study: Study, sides: Sides) -> dict[int, tuple[str, ...]]:
    """Number to old segments of each theme of the old wave that a person has not discarded."""
    themes = [theme for theme in study.store.themes.all() if theme.status is not ThemeStatus.DISCARDED]
    members = {theme.id: tuple(name for name in theme.members if name in sides.old.who) for theme in themes}
    return {number: names for number, names in members.items() if len(names) >= FEWEST}


def fingerprint(study: Study, sides: Sides) -> str:
    """Hash of all that the machine's part rests on."""
    settings = study.settings
    return digest(
        VERSION, repr(sorted(sides.old.who.items())), repr(sorted(sides.new.who.items())),
        repr(sorted(existing(study, sides).items())), repr(settings.compare), settings.embed.model,
        settings.suggest.head, str(settings.seed),
    )  # fmt: skip


def prepare(study: Study, progress: Progress) -> None:
    """Cut and embed what has not been cut and embedded yet."""
    stages.cut(study, progress=progress)
    stages.embed_all(study, progress=progress)


def look(study: Study, book: Codebook, sides: Sides, name: str, progress: Progress) -> Said:
    """The machine's part, made or, where nothing that it rests on has changed, as it was kept."""
    wanted = fingerprint(study, sides)
    if study.store.stages.fingerprint(name) == wanted:
        return _read(study.store.stages.record(name))
    themes = existing(study, sides)
    keys, plain, x = _vectors(study, book, sides)
    split = len(sides.old.items)
    row = {item.id: place for place, item in enumerate((*sides.old.items, *sides.new.items))}
    material = Material(
        old=x[:split], old_who=_voices(sides.old.items, sides.old.who, "old"), new=x[split:],
        new_who=_voices(sides.new.items, sides.new.who, "new"),
        themes=tuple(tuple(row[one] for one in names) for names in themes.values()), fdr=study.settings.compare.fdr,
        informants=study.settings.compare.new_from, seed=study.settings.seed,
    )  # fmt: skip
    novelty, gathered = found(material, lambda done, total: progress("novelty", done, total))
    placed = _placed(plain, split, [[row[one] for one in names] for names in themes.values()], list(themes))
    _suggest(study, book, sides)
    with study.store.transaction():
        numbers = _store_themes(study, sides, placed, gathered)
        said = _said(study, sides, (keys, plain), (novelty, gathered, placed), numbers, themes)
        study.store.stages.finish(name, fingerprint(study, sides), _written(said))
    return said


def kept(study: Study, sides: Sides, name: str) -> Said | None:
    """The machine's part as it was kept; None where it was not made or no longer holds."""
    if study.store.stages.fingerprint(name) != fingerprint(study, sides):
        return None
    return _read(study.store.stages.record(name))


def _voices(items: Sequence[Segment], who: Mapping[str, str], side: str) -> tuple[str, ...]:
    """The informant of each segment; somebody heard in both waves speaks with two voices."""
    return tuple(f"{who[item.id]}\0{side}" for item in items)


def _vectors(
    study: Study, book: Codebook, sides: Sides
) -> tuple[tuple[str, ...], NDArray[np.float32], NDArray[np.float32]]:
    """Keys, the vectors of old and new segments, and the same joined with what was trained and what is said around."""
    import numpy as np  # noqa: PLC0415  # what is kept is read without it

    from themescout.suggest import Rows  # noqa: PLC0415  # likewise

    items = (*sides.old.items, *sides.new.items)
    texts = [item.text for item in items]
    trained = suggesting.trained(book, study.settings)
    models = [embed.make(study.settings.embed.model), *([trained[1]] if trained else [])]
    parts = [study.store.vectors.read(texts, model.key) for model in models]
    joined = _unit(np.hstack(parts))
    docs = [item.transcript for item in items]
    around = Rows.of([item.id for item in items], texts, joined, docs=docs, ordered=True).around
    return tuple(model.key for model in models), parts[0], _unit(joined + _AROUND * around)


def _unit(x: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np  # noqa: PLC0415  # see `_vectors`

    lengths = np.linalg.norm(x, axis=1, keepdims=True)
    return np.asarray(x / np.where(lengths > 0, lengths, 1.0), np.float32)


def _placed(
    x: NDArray[np.float32], split: int, themes: Sequence[Sequence[int]], numbers: Sequence[int]
) -> list[tuple[int, float]]:
    """For each new segment the existing theme of most of its five nearest old ones, -1 for none, and their share."""
    import numpy as np  # noqa: PLC0415  # see `_vectors`

    from themescout.cluster.placing import place  # noqa: PLC0415  # heavy
    from themescout.cluster.settling import Settled  # noqa: PLC0415  # heavy

    labels = np.full(split, -1, np.intp)
    for theme, rows in enumerate(themes):
        labels[list(rows)] = theme
    known = Settled(
        labels=labels, nearest=labels, strengths=np.ones(split, np.float32),
        reasons=np.where(labels < 0, Reason.APART.value, ""),
    )  # fmt: skip
    found, _ = place(x, np.arange(split), known, np.full(split, -1, np.intp))
    pairs = zip(found.labels[split:], found.strengths[split:], strict=True)
    return [(numbers[label] if label >= 0 else -1, round(float(strength), 4)) for label, strength in pairs]


def _suggest(study: Study, book: Codebook, sides: Sides) -> None:
    """Suggest codes for the new segments that have no suggestion; those of a study without any are left to `run`."""
    known = study.store.suggestions.some(item.id for item in sides.new.items)
    if len(known) == len(sides.new.items):
        return
    items = study.store.segments.all()
    matcher, rows = suggesting.fitted(study, book, embed.make(study.settings.embed.model), items)
    there = study.store.suggestions.count() > 0
    wanted = [place for place, item in enumerate(items) if (item.id in sides.new.who or not there)]
    made = matcher.suggest(rows.take(wanted), listed=study.settings.suggest.listed)
    with study.store.transaction():
        study.store.suggestions.add([one for one in made if one.segment not in known])


def _store_themes(
    study: Study, sides: Sides, placed: Sequence[tuple[int, float]], gathered: Sequence[Gathering]
) -> tuple[int, ...]:
    """Make candidates themes of the study and let the other new segments join theirs; the candidates' numbers."""
    store, items = study.store, sides.new.items
    groups = [[items[row].id for row in group.rows] for group in gathered]
    taken = {name for group in groups for name in group}
    known = {
        number: names
        for number, names in curating.remembered(study).items()
        if sum(name in sides.old.who for name in names) < FEWEST
    }
    numbers, following = curation.match(known, groups, next_id=store.found.next_id())
    joining: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for item, (theme, strength) in zip(items, placed, strict=True):
        if item.id not in taken and theme >= 0:
            joining[theme].append((item.id, strength))
    before = [theme for theme in store.found.all() if theme.id not in numbers]
    kept = [_joined(theme, sides, joining.get(theme.id, ())) for theme in before]
    runs = max((theme.runs for theme in before), default=0)
    fresh = [
        FoundTheme(
            id=number, members=tuple(names), strengths=tuple(max(0.0, value) for value in group.closeness),
            found_in=0, runs=runs,
        )
        for number, names, group in zip(numbers, groups, gathered, strict=True)
    ]  # fmt: skip
    store.found.replace([theme for theme in (*kept, *fresh) if theme.members], next_id=following)
    within = {name for theme in (*kept, *fresh) for name in theme.members}
    loose = [one for one in store.loose.found() if one.segment not in sides.new.who and one.segment not in within]
    loose += [
        Loose(segment=item.id, nearest=theme, strength=strength, reason=Reason.APART)
        for item, (theme, strength) in zip(items, placed, strict=True)
        if item.id not in within
    ]
    store.loose.replace(loose)
    curating.refresh(study)
    return numbers


def _joined(theme: FoundTheme, sides: Sides, joining: Sequence[tuple[str, float]]) -> FoundTheme:
    """A theme with the new segments that join it now, without those that did before."""
    stays = [
        (name, strength)
        for name, strength in zip(theme.members, theme.strengths, strict=True)
        if name not in sides.new.who
    ]
    everything = [*stays, *joining]
    parts = tuple(tuple(name for name in part if name not in sides.new.who) for part in theme.parts)
    return replace(
        theme, members=tuple(name for name, _ in everything), strengths=tuple(value for _, value in everything),
        parts=tuple(part for part in parts if part),
    )  # fmt: skip


def _said(
    study: Study, sides: Sides, vectors: tuple[tuple[str, ...], NDArray[np.float32]],
    results: tuple[Novelty, Sequence[Gathering], Sequence[tuple[int, float]]], numbers: Sequence[int],
    themes: Mapping[int, Sequence[str]],
) -> Said:  # fmt: skip
    keys, plain = vectors
    novelty, gathered, placed = results
    olds, news = sides.old.items, sides.new.items
    candidate = {row: number for number, group in zip(numbers, gathered, strict=True) for row in group.rows}
    segments = {
        item.id: Judged(
            theme=placed[row][0], strength=placed[row][1], p=round(float(novelty.p[row]), 6),
            q=round(float(novelty.q[row]), 6), candidate=candidate.get(row, -1),
        )
        for row, item in enumerate(news)
    }  # fmt: skip
    groups = tuple(
        Grouped(
            theme=number, segments=tuple(news[row].id for row in group.rows), novel=group.seeds,
            alike=tuple(olds[row].id for row in group.alike), nearest=tuple(olds[row].id for row in group.nearest),
            holding=group.holding,
        )
        for number, group in zip(numbers, gathered, strict=True)
    )  # fmt: skip
    return Said(
        segments=segments, groups=groups, drifts=_drifts(study, sides, plain, segments, themes),
        places=_map(study, sides, plain), folds=novelty.folds, vectors=keys,
    )  # fmt: skip


def _drifts(
    study: Study, sides: Sides, x: NDArray[np.float32], segments: Mapping[str, Judged],
    themes: Mapping[int, Sequence[str]],
) -> dict[int, Drift]:  # fmt: skip
    """How far the centre of each theme that was heard again has moved."""
    from themescout.novelty import drift  # noqa: PLC0415  # heavy

    row = {item.id: place for place, item in enumerate((*sides.old.items, *sides.new.items))}
    made = {}
    for number, names in themes.items():
        again = [name for name, one in segments.items() if one.theme == number and one.candidate < 0]
        if again:
            made[number] = drift(
                x[[row[name] for name in names]], [sides.old.who[name] for name in names],
                x[[row[name] for name in again]], [sides.new.who[name] for name in again], seed=study.settings.seed,
            )  # fmt: skip
    return made


def _map(study: Study, sides: Sides, x: NDArray[np.float32]) -> dict[str, tuple[float, float]]:
    """Places of all segments; of a single new interview by principal components, which take no time."""
    from themescout.layout import layout  # noqa: PLC0415  # heavy

    method = "pca" if sides.new.wave.interviews == 1 else "tsne"
    places = layout(x, seed=study.settings.seed, method=method).astype(float).round(4).tolist()
    items = (*sides.old.items, *sides.new.items)
    return {item.id: (place[0], place[1]) for item, place in zip(items, places, strict=True)}


def _written(said: Said) -> dict[str, Any]:
    return asdict(said)


def _read(record: Mapping[str, Any]) -> Said:
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
