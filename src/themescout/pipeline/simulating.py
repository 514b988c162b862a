"""A coded table or study, replayed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from themescout import embed
from themescout.errors import StudyError
from themescout.pipeline import stages, suggesting, tabular
from themescout.suggest import code_texts
from themescout.suggest.finder import Finder
from themescout.suggest.simulate import Way, replay

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from themescout.codebook import Codebook
    from themescout.project import Study
    from themescout.settings import Settings
    from themescout.suggest import Labelled, Rows
    from themescout.suggest.simulate import Judge, Replay

_FEWEST = 20  # decided segments below which a replay says nothing


def table(source: Path, codebook: str, ways: Sequence[Way], settings: Settings) -> tuple[Replay, ...]:
    """Replay the coded rows of a table (columns text and codes; doc where there are interviews).

    Raises:
        TableError: nothing is coded.
        StudyError: too little is coded.
    """
    coded = tabular.coded(source, codebook, settings)
    return _replayed(coded.rows, coded.known, coded.book, coded.text_x, ways, settings, source.name)


def study(opened: Study, ways: Sequence[Way]) -> tuple[Replay, ...]:
    """Replay what stands decided in a study.

    Raises:
        StudyError: too little is decided.
    """
    stages.require_suggestions(opened)
    book, embedder = stages.load_codebook(opened), embed.make(opened.settings.embed.model)
    items = {item.id: item for item in opened.store.segments.all()}
    known = suggesting.labelled(opened.store.decisions.all(), items, opened.settings.suggest.learn_from)
    place = {name: i for i, name in enumerate(items)}
    known = tuple(sorted(known, key=lambda item: place[item.segment]))
    trained = suggesting.trained(book, opened.settings)
    rows = suggesting.stored_rows(opened, list(items.values()), embedder, trained[1] if trained else None)
    text_x = opened.store.vectors.read([text.embedded for text in code_texts(book)], embedder.key)
    rows = rows.take([place[item.segment] for item in known])
    return _replayed(rows, known, book, text_x, ways, opened.settings, str(opened.folder))


def _replayed(
    rows: Rows,
    known: Sequence[Labelled],
    book: Codebook,
    text_x: NDArray[np.float32],
    ways: Sequence[Way],
    settings: Settings,
    name: str,
) -> tuple[Replay, ...]:
    if len(known) < _FEWEST:
        raise StudyError(
            f"{name} has {len(known)} decided segments, which is too few to replay.", f"It takes {_FEWEST} or more."
        )
    judge = _judge(rows, book, text_x, settings)
    search = Finder(book, code_texts(book), text_x, rows, settings.seed).rank
    return tuple(replay(judge, search, rows, known, way, seed=settings.seed) for way in ways)


def _judge(rows: Rows, book: Codebook, text_x: NDArray[np.float32], settings: Settings) -> Judge:
    texts, trained = code_texts(book), suggesting.trained(book, settings)

    def judge(decided: Sequence[Labelled], places: NDArray[np.intp]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        matcher: Any = suggesting.made(book, settings, trained[0] if trained else None)
        matcher.fit(texts, text_x, decided, rows.take(places), rows)
        return matcher.codes_, matcher.probabilities(rows)

    return judge
