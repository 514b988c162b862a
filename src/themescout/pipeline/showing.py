"""From themes as they were found, and the log of decisions, to themes as they are shown. Writes both lists."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout import codebook as codebooks
from themescout import curation, decisions, embed, fits, themes
from themescout.suggest import code_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from themescout.candidates import Theme
    from themescout.curation import Curated, CuratedGroup
    from themescout.project import Study
    from themescout.types import Segment


def curated(study: Study) -> Curated:
    """What the log makes of what was found last."""
    store = study.store
    there = {item.id for item in store.segments.all()}
    return curation.curate(store.found.all(), store.loose.found(), store.theme_log.all(), segments=there)


def show(study: Study, result: Curated, *, reuse: bool = False) -> None:
    """Describe `result` and store it as what is shown. Must be inside `Store.transaction`.

    With `reuse`, words and fits are kept where no segment has changed its theme: a name costs no second of work.
    """
    shown = study.store.themes.all()
    same = [(group.id, group.members) for group in result.themes] == [(theme.id, theme.members) for theme in shown]
    described = shown if reuse and same else _described(study, result)
    study.store.themes.replace([_marked(*pair) for pair in zip(described, result.themes, strict=True)])
    study.store.loose.show(result.loose)


def _marked(theme: Theme, group: CuratedGroup) -> Theme:
    return replace(
        theme, name=group.name, status=group.status, tied=group.tied, merged=group.merged, made=group.made,
        members=group.members, strengths=group.strengths, found_in=group.found_in,
    )  # fmt: skip


def _described(study: Study, result: Curated) -> Sequence[Theme]:
    if not result.themes:
        return ()
    placed = {item.segment for item in result.loose}.union(*(group.members for group in result.themes))
    items = [item for item in study.store.segments.all() if item.id in placed]
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
            for group in result.themes
        ],
        runs=max((theme.runs for theme in study.store.found.all()), default=0),
    )
    return _with_fits(study, made, items, x, key) if study.store.suggestions.count() else made


def _with_fits(
    study: Study, made: Sequence[Theme], items: Sequence[Segment], x: NDArray[np.float32], key: str
) -> Sequence[Theme]:
    book = codebooks.load(study.settings.study.codebook, folder=study.folder)
    texts = [replace(text, code=book.folds.get(text.code, text.code)) for text in code_texts(book) if text.code]
    # A codebook that was changed since has texts without vectors until suggestions are made again.
    missing = set(study.store.vectors.missing([text.embedded for text in texts], key))
    texts = [text for text in texts if text.embedded not in missing]
    if not texts:
        return made
    text_x = study.store.vectors.read([text.embedded for text in texts], key)
    best = {
        name: item.ranked[0].code
        for name, item in study.store.suggestions.all().items()
        if item.ranked and not item.abstained
    }
    confirmed = {label.segment: label.code for label in decisions.labels(study.store.decisions.all()) if label.code}
    categories = {code.id: book.topmost(code.id) for code in book.codes}
    rows = {item.id: row for row, item in enumerate(items)}
    said = {item.id: item.text for item in items}
    return fits.with_fits(made, rows, x, texts, text_x, best, confirmed, categories, said=said)


def _vectors(study: Study, items: Sequence[Segment]) -> tuple[str, Any]:
    """The key of the vectors with which themes were found, and one row for each item: float32, (n, dimensions)."""
    texts = [item.text for item in items]
    key = str(study.store.stages.record("themes").get("vectors", ""))
    if not key or study.store.vectors.missing(texts, key):
        key = embed.make(study.settings.embed.model).key
    return key, study.store.vectors.read(texts, key)
