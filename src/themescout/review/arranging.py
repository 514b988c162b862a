"""In which order segments come up for a coder."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from themescout import curation
from themescout.review import audit
from themescout.suggest import orders

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from themescout.project import Study
    from themescout.types import Decision, Segment

MANY = 5_000  # segments, above which comparing each with each takes longer than a person should wait


class Order(StrEnum):
    """In which order segments come up.

    By theme, as spoken, by suggested code, those first from which most is learned, the surest suggestions first, or a
    random sample of what has no suggestion, for `themescout enough`.
    """

    THEME = "theme"
    INTERVIEW = "interview"
    CODE = "code"
    INFORMATIVE = "informative"
    SURE = "sure"
    SAMPLE = "sample"


def arranged(
    study: Study,
    order: Order,
    items: Sequence[Segment],
    done: Collection[str],
    *,
    log: Sequence[Decision],
    codes: Sequence[str] = (),
) -> tuple[str, ...]:
    """Ids of the segments that are not `done`, in an order of work.

    By theme: themes in their order, strongest members first, then segments in no theme; by interview: as spoken; by
    code: in the order of `codes`, the ids of the codebook. Near-duplicates stand together where the vectors are there
    and there are at most `MANY` segments. The sample holds only what has no suggestion, in random order and with
    nothing moved.

    Args:
        study: open.
        order: which.
        items: all segments of the study, in the order of speaking.
        done: ids to leave out.
        log: all decisions.
        codes: for the order by code.
    """
    if order is Order.SAMPLE:
        drawn = audit.random_order(study, log, [item.id for item in items], study.store.suggestions.all())
        return tuple(name for name in drawn if name not in done)
    todo = tuple(item.id for item in items if item.id not in done)
    vectors = {} if len(todo) > MANY and order is not Order.INFORMATIVE else _vectors(study, items)
    made = _made(study, order, todo, codes, vectors)
    return made if len(made) > MANY else orders.together(made, _stacked(made, vectors))


def _made(
    study: Study, order: Order, todo: Sequence[str], codes: Sequence[str], vectors: Mapping[str, NDArray[np.float32]]
) -> tuple[str, ...]:
    match order:
        case Order.THEME:
            return orders.by_theme(todo, [theme.members for theme in curation.live(study.store.themes.all())])
        case Order.CODE:
            return orders.by_code(todo, study.store.suggestions.all(), codes)
        case Order.SURE:
            return orders.surest(todo, study.store.suggestions.all())
        case Order.INFORMATIVE:
            left = set(todo)
            seen = _stacked([name for name in vectors if name not in left], vectors)
            return orders.informative(todo, study.store.suggestions.all(), _stacked(todo, vectors), seen)
        case _:
            return tuple(todo)


def _vectors(study: Study, items: Sequence[Segment]) -> Mapping[str, NDArray[np.float32]]:
    """Segment id to its unit vector, as themes were found with it, shape (dimensions,); {} where one is missing."""
    key = str(study.store.stages.record("themes").get("vectors", ""))
    try:
        x = study.store.vectors.read([item.text for item in items], key) if key else ()
    except KeyError:
        return {}
    return dict(zip((item.id for item in items), x, strict=False))


def _stacked(ids: Sequence[str], vectors: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32] | None:
    """One row for each id, shape (len(ids), dimensions); None where there are no vectors."""
    if not ids or not vectors:
        return None
    return np.stack([vectors[name] for name in ids])
