"""The machine's part of a comparison, made or as it was kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from themescout import embed
from themescout.candidates import ThemeStatus
from themescout.comparison.machine import said as saying
from themescout.comparison.machine.said import FEWEST, Grouped, Judged, Said
from themescout.pipeline import stages, suggesting
from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from themescout.codebook import Codebook
    from themescout.comparison.machine.finding import Gathering
    from themescout.comparison.model import Holding
    from themescout.comparison.waves import Pair, Side
    from themescout.novelty import Novelty
    from themescout.project import Study
    from themescout.types import Segment

    Progress = Callable[[str, int, int], None]

VERSION = "1"  # part of the fingerprint: raise it when the same study would come out otherwise


def stage(new: str, against: str | None) -> str:
    """Name of the stage that keeps a comparison."""
    return f"comparison {new}" if against is None else f"comparison {new} with {against}"


def existing(study: Study, pair: Pair) -> dict[int, tuple[str, ...]]:
    """Number to old segments of each theme of the old wave that a person has not discarded."""
    themes = [theme for theme in study.store.themes.all() if theme.status is not ThemeStatus.DISCARDED]
    members = {theme.id: tuple(name for name in theme.members if name in pair.old.who) for theme in themes}
    return {number: names for number, names in members.items() if len(names) >= FEWEST}


def fingerprint(study: Study, pair: Pair) -> str:
    """Hash of all that the machine's part rests on."""
    settings = study.settings
    return digest(
        VERSION, repr(sorted(pair.old.who.items())), repr(sorted(pair.new.who.items())),
        repr(sorted(existing(study, pair).items())), repr(settings.compare), settings.embed.model,
        settings.study.codebook, settings.suggest.head, str(settings.seed),
    )  # fmt: skip


def prepare(study: Study, progress: Progress) -> None:
    """Cut and embed what has not been cut and embedded yet."""
    stages.cut(study, progress=progress)
    stages.embed_all(study, progress=progress)


def look(study: Study, book: Codebook, pair: Pair, name: str, progress: Progress) -> Said:
    """The machine's part, made or, where nothing that it rests on has changed, as it was kept."""
    wanted = fingerprint(study, pair)
    if study.store.stages.fingerprint(name) == wanted:
        return saying.read(study.store.stages.record(name))
    # Heavy, and not needed for what is kept.
    from themescout.comparison.machine import finding, storing, vectors  # noqa: PLC0415

    themes = existing(study, pair)
    keys, plain, x = vectors.joined(study, book, pair)
    split = len(pair.old.items)
    row = {item.id: place for place, item in enumerate((*pair.old.items, *pair.new.items))}
    material = finding.Material(
        old=x[:split], old_who=_voices(pair.old.items, pair.old.who, "old"), new=x[split:],
        new_who=_voices(pair.new.items, pair.new.who, "new"),
        themes=tuple(tuple(row[one] for one in names) for names in themes.values()), fdr=study.settings.compare.fdr,
        informants=study.settings.compare.new_from, seed=study.settings.seed,
    )  # fmt: skip
    novelty, gathered = finding.found(material, lambda done, total: progress("novelty", done, total))
    placed = vectors.placed(plain, split, [[row[one] for one in names] for names in themes.values()], list(themes))
    suggest(study, book, pair.new)
    with study.store.transaction():
        numbers = storing.store(study, pair, placed, gathered)
        said = _said(study, pair, (keys, plain), (novelty, gathered, placed), numbers, themes)
        study.store.stages.finish(name, fingerprint(study, pair), saying.written(said))
    return said


def suggest(study: Study, book: Codebook, new: Side) -> None:
    """Suggest codes for the new segments that have no suggestion; for all segments of a study that has none yet."""
    known = study.store.suggestions.some(item.id for item in new.items)
    if len(known) == len(new.items):
        return
    items = study.store.segments.all()
    matcher, rows = suggesting.fitted(
        study, book, embed.make(study.settings.embed.model, study.settings.embed.engine), items
    )
    there = study.store.suggestions.count() > 0
    wanted = [place for place, item in enumerate(items) if (item.id in new.who or not there)]
    made = matcher.suggest(rows.take(wanted), listed=study.settings.suggest.listed)
    with study.store.transaction():
        study.store.suggestions.add([one for one in made if one.segment not in known])


def kept(study: Study, pair: Pair, name: str) -> Said | None:
    """The machine's part as it was kept; None where it was not made or no longer holds."""
    if study.store.stages.fingerprint(name) != fingerprint(study, pair):
        return None
    return saying.read(study.store.stages.record(name))


def _voices(items: Sequence[Segment], who: Mapping[str, str], side: str) -> tuple[str, ...]:
    """The informant of each segment; somebody heard in both waves speaks with two voices."""
    return tuple(f"{who[item.id]}\0{side}" for item in items)


def _plain(holding: Holding | None) -> Holding | None:
    """With informants as they are called, without the mark of their wave."""
    if holding is None:
        return None
    return replace(holding, breakers=tuple(sorted({name.partition("\0")[0] for name in holding.breakers})))


def _said(
    study: Study, pair: Pair, x: tuple[tuple[str, ...], NDArray[np.float32]],
    results: tuple[Novelty, Sequence[Gathering], Sequence[tuple[int, float]]], numbers: Sequence[int],
    themes: Mapping[int, Sequence[str]],
) -> Said:  # fmt: skip
    from themescout.comparison.machine import vectors  # noqa: PLC0415  # heavy

    keys, plain = x
    novelty, gathered, placed = results
    olds, news = pair.old.items, pair.new.items
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
            holding=_plain(group.holding),
        )
        for number, group in zip(numbers, gathered, strict=True)
    )  # fmt: skip
    return Said(
        segments=segments, groups=groups, drifts=vectors.drifts(study, pair, plain, segments, themes),
        places=vectors.places(study, pair, plain), folds=novelty.folds, vectors=keys,
    )  # fmt: skip
