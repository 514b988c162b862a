"""A coded table or study, replayed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from themescout import embed
from themescout.errors import StudyError
from themescout.pipeline import stages, suggesting, tabular
from themescout.suggest import code_texts
from themescout.suggest.finder import Finder
from themescout.suggest.screening import FEWEST, screened
from themescout.suggest.simulate import replay

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from themescout.codebook import Codebook
    from themescout.project import Study
    from themescout.settings import Settings
    from themescout.suggest import Labelled, Rows
    from themescout.suggest.screening import Screened, Search
    from themescout.suggest.simulate import Judge, Replay, Way

_FEWEST = 20  # decided segments below which a replay says nothing
_BEGINNINGS = 2  # of the search for each code


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coded:
    """What is replayed: decided segments, `rows` and `known` in the same order, and the codebook with its vectors."""

    name: str
    rows: Rows
    known: Sequence[Labelled]
    book: Codebook
    text_x: NDArray[np.float32]
    settings: Settings


def table(source: Path, codebook: str, settings: Settings) -> Coded:
    """The coded rows of a table (columns text and codes; doc where there are interviews).

    Raises:
        TableError: nothing is coded.
        StudyError: too little is coded.
    """
    coded = tabular.coded(source, codebook, settings)
    return _enough(
        Coded(name=source.name, rows=coded.rows, known=coded.known, book=coded.book, text_x=coded.text_x,
              settings=settings)
    )  # fmt: skip


def study(opened: Study) -> Coded:
    """What stands decided in a study.

    Raises:
        StudyError: too little is decided.
    """
    stages.require_suggestions(opened)
    book, embedder = stages.load_codebook(opened), embed.make(opened.settings.embed.model, opened.settings.embed.engine)
    items = {item.id: item for item in opened.store.segments.all()}
    known = suggesting.labelled(opened.store.decisions.all(), items, opened.settings.suggest.learn_from)
    place = {name: i for i, name in enumerate(items)}
    known = tuple(sorted(known, key=lambda item: place[item.segment]))
    trained = suggesting.trained(book, opened.settings)
    rows = suggesting.stored_rows(opened, list(items.values()), embedder, trained[1] if trained else None)
    text_x = opened.store.vectors.read([text.embedded for text in code_texts(book)], embedder.key)
    rows = rows.take([place[item.segment] for item in known])
    return _enough(
        Coded(name=str(opened.folder), rows=rows, known=known, book=book, text_x=text_x, settings=opened.settings)
    )


def replayed(coded: Coded, ways: Sequence[Way]) -> tuple[Replay, ...]:
    """All of it, in each order."""
    judge, search, seed = _judge(coded), _search(coded), coded.settings.seed
    return tuple(replay(judge, search, coded.rows, coded.known, way, seed=seed) for way in ways)


def each_code(coded: Coded) -> tuple[Screened, ...]:
    """Each code by itself, as if nothing else were looked for.

    Raises:
        StudyError: no code is used often enough.
    """
    codes = [code.id for code in coded.book.assignable]
    if found := screened(_search(coded), codes, coded.known, _BEGINNINGS):
        return found
    raise StudyError(
        f"{coded.name} has no code with {FEWEST} segments or more and some without it, so nothing can be searched for.",
        "Code more of it first.",
    )


def _enough(coded: Coded) -> Coded:
    if len(coded.known) < _FEWEST:
        raise StudyError(
            f"{coded.name} has {len(coded.known)} decided segments, which is too few to replay.",
            f"It takes {_FEWEST} or more.",
        )
    return coded


def _search(coded: Coded) -> Search:
    return Finder(coded.book, code_texts(coded.book), coded.text_x, coded.rows, coded.settings.seed).rank


def _judge(coded: Coded) -> Judge:
    texts, trained = code_texts(coded.book), suggesting.trained(coded.book, coded.settings)

    def judge(decided: Sequence[Labelled], places: NDArray[np.intp]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        matcher: Any = suggesting.made(coded.book, coded.settings, trained[0] if trained else None)
        matcher.fit(texts, coded.text_x, decided, coded.rows.take(places), coded.rows)
        return matcher.codes_, matcher.probabilities(coded.rows)

    return judge
