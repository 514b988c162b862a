"""Suggestions that know the last decision."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from themescout import codebook, project, settings
from themescout.pipeline import adding, run, stages
from themescout.review.cards import Answer
from themescout.review.desk import Desk
from themescout.review.live import Live
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

DEMO = Path(__file__).parents[2] / "data" / "demo" / "wave1"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, two_codes: str) -> Path:
    """A small study that was run."""
    top = tmp_path_factory.mktemp("live")
    (top / "small.yaml").write_text(two_codes, "utf-8")
    made = settings.changed(settings.Settings(), "embed", model="ngrams")
    made = settings.changed(settings.changed(made, "discover", reducer="pca", runs=3), "study", codebook="small.yaml")
    made = settings.changed(made, "review", blind=0.0, double=0.0)
    with project.create(top / "study", made, codebook_file=top / "small.yaml") as study:
        adding.add(study, [DEMO / "KI02.txt", DEMO / "KI05.md"], wave="")
        run.run(study)
    return top / "study"


@pytest.fixture
def desk(finished: Path, tmp_path: Path) -> Iterator[Desk]:
    """A desk at a copy, fitted."""
    folder = Path(shutil.copytree(finished, tmp_path / "study"))
    with project.open_study(folder, shared=True) as study:
        live = Live(folder, stages.load_codebook(study), study.store.segments.all())
        made = Desk(study, stages.load_codebook(study), live=live)
        live.start()
        assert live.wait(60)
        yield made
        made.close()


def p_of(desk: Desk, segment: str, code: str) -> float:
    assert desk.live
    said = desk.live.suggestion(segment, 5)
    assert said
    return next((one.p for one in said.ranked if one.code == code), 0.0)


def decide(desk: Desk, segment: str, code: str) -> None:
    seen = desk.card("ann", segment).seen
    desk.decide("ann", Answer(segment=segment, seen=seen, says="code", kind=Kind.BARRIER, code=code))


def test_the_next_suggestion_knows_the_last_decision(desk: Desk) -> None:
    first, *rest = list(desk.items)
    before = {name: p_of(desk, name, "PEOPLE") for name in rest}
    decide(desk, first, "PEOPLE")
    after = {name: p_of(desk, name, "PEOPLE") for name in rest}
    assert before != after


def test_after_undo_suggestions_are_as_if_it_had_not_been_decided(desk: Desk) -> None:
    first, second, *_ = list(desk.items)
    before = p_of(desk, second, "PEOPLE")
    decide(desk, first, "PEOPLE")
    desk.undo("ann")
    assert desk.live
    assert desk.live.wait(60)
    assert p_of(desk, second, "PEOPLE") == pytest.approx(before)


def test_a_decision_during_a_fit_is_not_forgotten(desk: Desk) -> None:
    """What is learned one by one, and what is learned by a whole fit at the same time, is the same."""
    assert desk.live
    names = list(desk.items)
    for name in names[:6]:
        desk.live.refit()
        decide(desk, name, "MONEY")
    assert desk.live.wait(60)
    desk.live.refit()
    assert desk.live.wait(60)
    known = p_of(desk, names[10], "MONEY")
    desk.live.refit()
    assert desk.live.wait(60)
    assert p_of(desk, names[10], "MONEY") == pytest.approx(known, abs=1e-6)


def test_another_version_of_the_codebook_is_suggested_from(desk: Desk, two_codes: str) -> None:
    more = two_codes + "  - {id: TRUST, name: Trust, definition: Whether people trust each other.}\n"
    desk.take_codebook(codebook.parse(more, name="small.yaml"))
    assert desk.live
    assert desk.live.wait(60)
    said = desk.live.suggestion(next(iter(desk.items)), 5)
    assert said
    assert "TRUST" in {one.code for one in said.ranked}
    assert desk.book.has("TRUST")


def test_before_anything_is_fitted_the_stored_suggestion_is_shown(finished: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(finished, tmp_path / "study"))
    with project.open_study(folder, shared=True) as study:
        book, items = stages.load_codebook(study), study.store.segments.all()
        live = Live(folder, book, items)
        assert live.suggestion(items[0].id, 5) is None
        assert Desk(study, book, live=live).card("ann", items[0].id).suggestion == study.store.suggestions.get(
            items[0].id
        )
