"""From themes as they were found, and the log of decisions, to themes as they are shown. Writes both lists."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout import codebook as codebooks
from themescout import curation, decisions, embed, fits, themes
from themescout.suggest import code_texts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from themescout.candidates import Loose, Theme
    from themescout.curation import Curated, CuratedGroup
    from themescout.project import Study
    from themescout.types import Segment


STAGE = "shown themes"
MANY = 5_000  # segments in themes, from which on a decision does not wait until all themes are described anew
_BESIDE = 20  # strongest segments of each other theme, from which those that changed are told apart then


def curated(study: Study) -> Curated:
    """What the log makes of what was found last."""
    store = study.store
    return curation.curate(store.found.all(), store.loose.found(), store.theme_log.all(), segments=store.segments.ids())


def show(study: Study, result: Curated, *, reuse: bool = False) -> None:
    """Describe `result` and store it as what is shown. Must be inside `Store.transaction`.

    With `reuse`, words and fits are kept where no segment has changed its theme: a name costs no second of work. Of
    many segments, only the themes that changed get other words then, until `in_part` is put right by `show` without.
    """
    stages, shown = study.store.stages, study.store.themes.all()
    described: Sequence[Theme]
    if reuse and _same(result, shown):
        described = shown
    elif reuse and sum(len(group.members) for group in result.themes) >= MANY:
        described = _in_part(study, result, {theme.id: theme for theme in shown})
        stages.finish(STAGE, "in part", {})
    else:
        described = _described(study, result.themes, study.store.segments.all(), loose=result.loose)
        if in_part(study):
            stages.finish(STAGE, "", {})
    _store(study, described, result)


def refit(study: Study, result: Curated) -> None:
    """Measure anew which codes the themes fit, and store it. Must be inside `Store.transaction`.

    Words do not depend on suggestions: they are found anew only where other themes are shown than those of `result`.
    """
    shown = study.store.themes.all()
    if not shown or in_part(study) or not _same(result, shown):
        show(study, result)
        return
    items = _placed(result.themes, study.store.segments.all(), result.loose)
    bare = [replace(theme, fits=(), elsewhere=0.0) for theme in shown]
    key, x = _vectors(study, items)
    _store(study, _with_fits(study, bare, items, x, key), result)


def in_part(study: Study) -> bool:
    """Whether some themes were described without all the others in view."""
    return study.store.stages.fingerprint(STAGE) == "in part"


def _in_part(study: Study, result: Curated, shown: Mapping[int, Theme]) -> Sequence[Theme]:
    """The themes as shown; those with other segments described beside the strongest segments of the others.

    A theme that has the segments again that somebody saw in it, as after an undo, has its label again.
    """
    changed = {group.id for group in result.themes if group.id not in shown or shown[group.id].members != group.members}
    groups = [group if group.id in changed else _strongest(group) for group in result.themes]
    items = study.store.segments.some(name for group in groups for name in group.members)
    made = {theme.id: theme for theme in _described(study, groups, items) if theme.id in changed}
    seen = {
        tuple(was["members"]): was["label"] for entry in study.store.theme_log.all() for was in entry.shown.values()
    }
    taken = {theme.label.lower() for number, theme in shown.items() if number not in changed}
    for number, theme in made.items():
        label = seen.get(theme.members, theme.label)
        made[number] = replace(theme, label=_free(label, taken))
        taken.add(made[number].label.lower())
    return [made[group.id] if group.id in changed else shown[group.id] for group in result.themes]


def _strongest(group: CuratedGroup) -> CuratedGroup:
    return replace(group, members=group.members[:_BESIDE], strengths=group.strengths[:_BESIDE], parts=())


def _free(label: str, taken: Collection[str]) -> str:
    tries = (label, *(f"{label} ({number})" for number in range(2, len(taken) + 3)))
    return next(name for name in tries if name.lower() not in taken)


def _same(result: Curated, shown: Sequence[Theme]) -> bool:
    """Whether the same segments are shown in the same themes."""
    return [(group.id, group.members) for group in result.themes] == [(theme.id, theme.members) for theme in shown]


def _store(study: Study, described: Sequence[Theme], result: Curated) -> None:
    study.store.themes.replace([_marked(*pair) for pair in zip(described, result.themes, strict=True)])
    study.store.loose.show(result.loose)


def _marked(theme: Theme, group: CuratedGroup) -> Theme:
    return replace(
        theme, name=group.name, status=group.status, tied=group.tied, merged=group.merged, made=group.made,
        members=group.members, strengths=group.strengths, found_in=group.found_in,
    )  # fmt: skip


def _described(
    study: Study, groups: Sequence[CuratedGroup], segments: Sequence[Segment], *, loose: Sequence[Loose] = ()
) -> Sequence[Theme]:
    """A theme for each group; `segments`, those in no group or in `loose` left out, are what fits are measured on."""
    if not groups:
        return ()
    items = _placed(groups, segments, loose)
    rows = {item.id: row for row, item in enumerate(items)}
    key, x = _vectors(study, items)
    made = themes.describe(
        items,
        x,
        [
            themes.Group(
                id=group.id,
                rows=np.array([rows[name] for name in group.members], np.intp),
                strengths=np.array(group.strengths, np.float32),
                found_in=group.found_in,
                parts=tuple(np.array([rows[name] for name in part], np.intp) for part in group.parts),
            )
            for group in groups
        ],
        runs=max((theme.runs for theme in study.store.found.all()), default=0),
    )
    return _with_fits(study, made, items, x, key)


def _placed(groups: Sequence[CuratedGroup], segments: Sequence[Segment], loose: Sequence[Loose]) -> list[Segment]:
    placed = {item.segment for item in loose}.union(*(group.members for group in groups))
    return [item for item in segments if item.id in placed]


def _with_fits(
    study: Study, made: Sequence[Theme], items: Sequence[Segment], x: NDArray[np.float32], key: str
) -> Sequence[Theme]:
    if not study.store.suggestions.count():
        return made
    book = codebooks.load(study.settings.study.codebook, folder=study.folder)
    texts = [replace(text, code=book.folds.get(text.code, text.code)) for text in code_texts(book) if text.code]
    # A codebook that was changed since has texts without vectors until suggestions are made again.
    missing = set(study.store.vectors.missing([text.embedded for text in texts], key))
    texts = [text for text in texts if text.embedded not in missing]
    if not texts:
        return made
    text_x = study.store.vectors.read([text.embedded for text in texts], key)
    suggested = study.store.suggestions.some(item.id for item in items)
    best = {name: item.ranked[0].code for name, item in suggested.items() if item.ranked and not item.abstained}
    confirmed = {label.segment: label.code for label in decisions.labels(study.store.decisions.all()) if label.code}
    categories = {code.id: book.topmost(code.id) for code in book.codes}
    rows = {item.id: row for row, item in enumerate(items)}
    said = {item.id: item.text for item in items}
    return fits.with_fits(made, rows, x, texts, text_x, best, confirmed, categories, said=said)


def _vectors(study: Study, items: Sequence[Segment]) -> tuple[str, Any]:
    """The key of the vectors with which themes were found, and one row for each item: float32, (n, dimensions)."""
    texts = [item.text for item in items]
    key = str(study.store.stages.record("themes").get("vectors", ""))
    try:
        return key, study.store.vectors.read(texts, key)
    except KeyError:
        key = embed.make(study.settings.embed.model, study.settings.embed.engine).key
        return key, study.store.vectors.read(texts, key)
