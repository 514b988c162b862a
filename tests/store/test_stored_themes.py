"""Themes come back as they went in, are replaced whole, and never share a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from themescout.candidates import (
    Fit,
    FoundTheme,
    Loose,
    Reason,
    SubTheme,
    Theme,
    ThemeDecision,
    ThemeStatus,
    ThemeVerb,
)
from themescout.types import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable

    from themescout.store import Store
    from themescout.types import Transcript


@pytest.fixture
def ids(store: Store, interview: Callable[..., Transcript], keep: Callable[..., None]) -> tuple[str, ...]:
    answers = ("There is no fuel at all.", "Nobody was paid in March.", "The drugs came late 😀.", "We walked.")
    keep(interview("T1", *(("Why?", answer) for answer in answers)))
    return tuple(item.id for item in store.segments.all())


def theme(number: int, *members: str, **given: object) -> Theme:
    values: dict[str, object] = {
        "label": "fuel · é", "keywords": ("fuel", "😀"), "exemplars": members[:1], "found_in": 4, "runs": 5,
        "informants": 2, "interviews": 1, "loudest": 0.1 + 0.2, "elsewhere": 1 / 3, "name": "Fuel “😀”", "tied": "A",
        "status": ThemeStatus.KEPT, "merged": (7, 3), "made": True,
        "subthemes": (
            SubTheme(label="a", keywords=("b", "c"), members=members[:1], exemplars=members[:1]),
            SubTheme(label="d", keywords=(), members=members[1:], exemplars=()),
        ),
        "fits": (
            Fit(code="A", share=0.75, similarity=0.1 + 0.7, evidence=(
                Evidence(source="definition", text="“Fuel”", ref="A", similarity=-0.5),)),
            Fit(code="B", share=0.0, similarity=0.2),
        ),
    }  # fmt: skip
    strengths = tuple(0.9 - i / 7 for i, _ in enumerate(members))
    return Theme(id=number, members=members, strengths=strengths, **(values | given))  # type: ignore[arg-type]


def found(number: int, *members: str) -> FoundTheme:
    strengths = tuple(0.9 - i / 7 for i, _ in enumerate(members))
    parts = (members[:2], members[2:]) if len(members) > 2 else ()
    return FoundTheme(id=number, members=members, strengths=strengths, found_in=4, runs=5, parts=parts)


def test_themes_come_back_exactly_with_members_strongest_first(store: Store, ids: tuple[str, ...]) -> None:
    plain = Theme(id=4, label="x", keywords=(), members=(ids[3],), strengths=(1.0,), exemplars=(), found_in=1, runs=1)
    wanted = (theme(2, ids[2], ids[0]), plain)
    store.themes.replace(wanted[::-1])
    assert store.themes.all() == wanted
    assert (store.themes.get(4), store.themes.get(0)) == (plain, None)
    assert isinstance(store.themes.all()[0].status, ThemeStatus)
    store.themes.replace([theme(0, ids[1])])
    assert store.themes.all() == (theme(0, ids[1]),)
    store.themes.replace(())
    assert store.themes.all() == ()


def test_discarded_themes_are_kept_but_not_counted(store: Store, ids: tuple[str, ...]) -> None:
    store.themes.replace([theme(0, ids[0]), theme(1, ids[1], status=ThemeStatus.DISCARDED)])
    assert len(store.themes.all()) == 2
    assert store.themes.count() == 1


def test_what_is_shown_goes_with_its_segment_but_what_was_found_is_remembered(
    store: Store, ids: tuple[str, ...]
) -> None:
    loose = Loose(segment=ids[3], nearest=0, strength=0.5, reason=Reason.BETWEEN)
    store.themes.replace([theme(0, *ids[:3])])
    store.found.replace([found(0, *ids[:3])], next_id=1)
    store.loose.replace([loose])
    store.transcripts.remove("T1")
    assert store.themes.all()[0].members == ()
    assert store.loose.all() == ()
    assert store.found.all() == (found(0, *ids[:3]),)
    assert store.loose.found() == (loose,)


def test_what_was_found_comes_back_by_number(store: Store) -> None:
    wanted = (found(3, "b", "a", "d", "c"), found(11, "e"))
    store.found.replace(wanted[::-1], next_id=12)
    assert store.found.all() == wanted
    store.found.replace((), next_id=12)
    assert store.found.all() == ()


def test_the_segments_left_out_are_shown_as_found_until_something_else_is(store: Store, ids: tuple[str, ...]) -> None:
    machine = (
        Loose(segment=ids[2], nearest=-1, strength=0.0, reason=Reason.APART),
        Loose(segment=ids[0], nearest=3, strength=1 / 3, reason=Reason.FEW),
    )
    store.loose.replace(machine)
    assert store.loose.all() == store.loose.found() == machine
    shown = (machine[1], Loose(segment=ids[1], nearest=1, strength=0.5, reason=Reason.TAKEN_OUT))
    store.loose.show(shown)
    assert (store.loose.all(), store.loose.found(), store.loose.count()) == (shown, machine, 2)


def test_a_number_once_given_is_never_free_again(store: Store) -> None:
    assert store.found.next_id() == 0
    store.found.replace([found(0, "a"), found(4, "b")], next_id=5)
    assert store.found.next_id() == 5
    store.found.replace([], next_id=2)
    assert store.found.next_id() == 5
    split = ThemeDecision(
        verb=ThemeVerb.SPLIT, theme=0, into=8, segments=("a",), coder="ann", decided_at="2026-01-01T00:00:00Z"
    )
    store.theme_log.add(split)
    assert store.found.next_id() == 9
    store.found.replace([found(9, "a")], next_id=3)
    assert store.found.next_id() == 10
