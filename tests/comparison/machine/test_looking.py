"""What is kept of the machine's part, and what is left as it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from themescout.comparison import waves
from themescout.comparison.machine import finding, looking
from themescout.comparison.machine.finding import Gathering
from themescout.comparison.model import Holding
from themescout.novelty import Novelty
from themescout.pipeline import curating, stages

if TYPE_CHECKING:
    from collections.abc import Callable

    from themescout.comparison.machine.finding import Material
    from themescout.comparison.machine.said import Said
    from themescout.comparison.waves import Pair
    from themescout.project import Study

STAGE = looking.stage("2026", None)


def pair(study: Study) -> Pair:
    found = waves.split(study, "2026").pair
    assert found is not None
    return found


def look(study: Study) -> Said:
    looking.prepare(study, stages.quiet)
    return looking.look(study, stages.load_codebook(study), pair(study), STAGE, stages.quiet)


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let the machine find a group of the first rows of the new wave; as many as are asked for."""

    def plant(size: int) -> None:
        def found(material: Material, progress: object = None) -> tuple[Novelty, tuple[Gathering, ...]]:
            n = len(material.new)
            p = np.where(np.arange(n) < size, 0.001, 0.9)
            voices = sorted(set(material.new_who))
            group = Gathering(
                rows=tuple(range(size)), closeness=(0.5,) * size, seeds=size, alike=(0, 1), nearest=(3, 2),
                holding=Holding(holds=False, breakers=tuple(voices)),
            )  # fmt: skip
            return Novelty(p=p, q=p, score=1 - p, folds=4), (group,)

        monkeypatch.setattr(finding, "found", found)

    return plant


def test_nothing_old_is_embedded_suggested_or_themed_again(
    waves_study: Study, planted: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    planted(4)
    before_themes = {theme.id: theme.members for theme in waves_study.store.themes.all()}
    before = dict(waves_study.store.suggestions.all())
    embedded: list[str] = []
    add = type(waves_study.store.vectors).add

    def counted(self: object, texts: list[str], x: object, key: str) -> None:
        embedded.extend(texts)
        add(self, texts, x, key)

    monkeypatch.setattr(type(waves_study.store.vectors), "add", counted)
    look(waves_study)
    sides = pair(waves_study)
    assert set(embedded) <= {item.text for item in sides.new.items}
    assert embedded
    after = waves_study.store.suggestions.all()
    assert {name: one for name, one in after.items() if name in before} == before
    assert set(after) - set(before) == {item.id for item in sides.new.items}
    for theme in waves_study.store.themes.all():
        old = tuple(name for name in theme.members if name in sides.old.who)
        assert old == before_themes.get(theme.id, ())


def test_a_group_becomes_a_theme_of_the_study(waves_study: Study, planted: Callable[[int], None]) -> None:
    planted(4)
    said = look(waves_study)
    (group,) = said.groups
    theme = waves_study.store.themes.get(group.theme)
    assert theme is not None
    assert theme.members == group.segments == tuple(item.id for item in pair(waves_study).new.items[:4])
    assert theme.label
    assert group.holding == Holding(holds=False, breakers=("KI22", "KI24"))
    assert {said.segments[name].candidate for name in group.segments} == {group.theme}


def test_what_was_said_is_kept_and_read_back(waves_study: Study, planted: Callable[[int], None]) -> None:
    planted(4)
    looking.prepare(waves_study, stages.quiet)
    assert looking.kept(waves_study, pair(waves_study), STAGE) is None
    said = look(waves_study)
    assert looking.kept(waves_study, pair(waves_study), STAGE) == said
    assert look(waves_study) == said


def test_looking_again_finds_the_same_under_the_same_number(waves_study: Study, planted: Callable[[int], None]) -> None:
    planted(4)
    first = look(waves_study)
    shown = waves_study.store.themes.all()
    waves_study.store.stages.finish(STAGE, "", {})
    assert look(waves_study) == first
    assert waves_study.store.themes.all() == shown


def test_a_named_group_keeps_its_name_when_it_grows(waves_study: Study, planted: Callable[[int], None]) -> None:
    planted(4)
    (group,) = look(waves_study).groups
    curating.name(waves_study, group.theme, "Something new", coder="ada")
    assert looking.kept(waves_study, pair(waves_study), STAGE) is not None  # a name changes nothing that it rests on
    planted(6)
    waves_study.store.stages.finish(STAGE, "", {})
    (again,) = look(waves_study).groups
    assert again.theme == group.theme
    theme = waves_study.store.themes.get(group.theme)
    assert theme is not None
    assert (theme.title, len(theme.members)) == ("Something new", 6)


def test_what_is_no_longer_found_leaves_no_theme(
    waves_study: Study, planted: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    planted(4)
    (group,) = look(waves_study).groups

    def nothing(material: Material, progress: object = None) -> tuple[Novelty, tuple[Gathering, ...]]:
        ones = np.ones(len(material.new))
        return Novelty(p=ones, q=ones, score=ones, folds=4), ()

    monkeypatch.setattr(finding, "found", nothing)
    waves_study.store.stages.finish(STAGE, "", {})
    assert look(waves_study).groups == ()
    assert waves_study.store.themes.get(group.theme) is None


def test_a_changed_plan_or_another_interview_makes_it_anew(waves_study: Study, planted: Callable[[int], None]) -> None:
    planted(4)
    look(waves_study)
    stricter = replace(
        waves_study, settings=replace(
            waves_study.settings, compare=replace(waves_study.settings.compare, fdr=0.05)
        ),
    )  # fmt: skip
    assert looking.kept(stricter, pair(stricter), STAGE) is None
    waves_study.store.transcripts.remove("KI24")
    assert looking.kept(waves_study, pair(waves_study), STAGE) is None


def test_the_real_work_places_every_segment(waves_study: Study) -> None:
    said = look(waves_study)
    sides = pair(waves_study)
    assert set(said.segments) == {item.id for item in sides.new.items}
    assert set(said.places) == {item.id for side in (sides.old, sides.new) for item in side.items}
    themes = looking.existing(waves_study, sides)
    assert {one.theme for one in said.segments.values()} <= {*themes, -1}
    assert set(said.drifts) <= set(themes)
    assert all(0 < one.p <= 1 and one.p <= one.q <= 1 for one in said.segments.values())
    assert said.folds == 4
