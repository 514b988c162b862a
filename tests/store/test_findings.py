"""Suggestions come back as they went in, and are replaced whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from themescout.types import Evidence, Kind, Ranked, Suggestion

if TYPE_CHECKING:
    from collections.abc import Callable

    from themescout.store import Store
    from themescout.types import Transcript


@pytest.fixture
def ids(store: Store, interview: Callable[..., Transcript], keep: Callable[..., None]) -> tuple[str, ...]:
    answers = ("There is no fuel at all.", "Nobody was paid in March.", "The drugs came late 😀.", "We walked.")
    keep(interview("T1", *(("Why?", answer) for answer in answers)))
    return tuple(item.id for item in store.segments.all())


def suggestion(segment: str, **given: object) -> Suggestion:
    evidence = (
        Evidence(source="definition", text="“Fuel” 😀", ref="A", similarity=0.1 + 0.2),
        Evidence(source="precedent", text="no", ref="s", similarity=-1.0),
    )
    values: dict[str, object] = {
        "kind": Kind.BARRIER, "kind_p": 0.7, "codes": ("A",), "abstained": True,
        "ranked": (Ranked(code="A", p=0.6, evidence=evidence), Ranked(code="B", p=0.4)),
    }  # fmt: skip
    return Suggestion(segment=segment, **(values | given))  # type: ignore[arg-type]


def test_suggestions_come_back_exactly(store: Store, ids: tuple[str, ...]) -> None:
    wanted = [
        suggestion(ids[0]),
        suggestion(ids[1], kind=None, kind_p=0.0, codes=None, abstained=False),
        suggestion(ids[2], ranked=(), codes=()),
    ]
    store.suggestions.replace(wanted)
    assert dict(store.suggestions.all()) == {item.segment: item for item in wanted}
    assert list(store.suggestions.all()) == sorted(ids[:3])
    assert store.suggestions.get(ids[1]) == wanted[1]
    assert store.suggestions.get("none") is None
    assert dict(store.suggestions.brief()) == {
        item.segment: replace(item, codes=None, ranked=tuple(replace(r, evidence=()) for r in item.ranked[:1]))
        for item in wanted
    }
    kind = store.suggestions.all()[ids[0]].kind
    assert kind is Kind.BARRIER
    store.suggestions.replace(wanted[:1])
    assert store.suggestions.count() == 1


def test_what_the_machine_found_goes_with_its_segment(store: Store, ids: tuple[str, ...]) -> None:
    store.suggestions.replace([suggestion(name) for name in ids])
    store.transcripts.remove("T1")
    assert store.suggestions.count() == 0
