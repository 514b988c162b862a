"""Themes beside the desk: gathered once for each state, never changed by somebody who saw another one."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from themescout import project, settings
from themescout.errors import AccessError, StaleError
from themescout.pipeline import adding, curating, run, stages
from themescout.review import board
from themescout.review.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

DEMO = Path(__file__).parents[2] / "data" / "demo" / "wave1"


@pytest.fixture
def desk(tmp_path: Path, two_codes: str) -> Iterator[Desk]:
    (tmp_path / "small.yaml").write_text(two_codes, "utf-8")
    made = settings.changed(settings.Settings(), "embed", model="ngrams")
    made = settings.changed(settings.changed(made, "discover", reducer="pca", runs=3), "study", codebook="small.yaml")
    with project.create(tmp_path / "study", made, codebook_file=tmp_path / "small.yaml") as study:
        adding.add(study, [DEMO / "KI02.txt", DEMO / "KI05.md"], wave="wave1")
        run.up_to_suggestions(study)
    with project.open_study(tmp_path / "study", shared=True) as study:
        made_desk = Desk(study, stages.load_codebook(study))
        yield made_desk
        made_desk.close()


def test_themes_are_gathered_once_for_each_state(desk: Desk) -> None:
    themes = board.of(desk)
    assert board.of(desk) is themes
    before = themes.shown()
    assert themes.shown() is before
    themes.act("ann", before.seen, lambda study: curating.name(study, 0, "Wages", coder="ann"))
    after = themes.shown()
    assert after.seen != before.seen
    found = after.view(0)
    assert found is not None
    assert found.theme.name == "Wages"
    with pytest.raises(StaleError, match="you decided"):
        themes.act("ann", before.seen, lambda study: curating.name(study, 0, "Pay", coder="ann"))


def test_what_cannot_be_done_leaves_everything_as_it_was(desk: Desk) -> None:
    themes = board.of(desk)
    before = themes.shown()
    with pytest.raises(ZeroDivisionError):
        themes.act("ann", before.seen, lambda study: (curating.keep(study, 0, coder="ann"), 1 / 0)[0])
    assert themes.shown().seen == before.seen
    desk.read_only = True
    with pytest.raises(AccessError):
        themes.act("ann", before.seen, lambda study: curating.keep(study, 0, coder="ann"))


def test_several_at_once_lose_nothing_and_overwrite_nothing(desk: Desk) -> None:
    themes = board.of(desk)

    def work(coder: str) -> None:
        stored = 0
        while stored < 8:
            seen, name = themes.shown().seen, f"{coder} {stored}"
            try:
                themes.act(coder, seen, partial(curating.name, number=0, text=name, coder=coder))
            except StaleError:
                continue
            stored += 1

    workers = [threading.Thread(target=work, args=(name,)) for name in ("ann", "ben", "cem")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    log = desk.study.store.theme_log.all()
    assert sorted(d.value for d in log) == sorted(f"{who} {i}" for who in ("ann", "ben", "cem") for i in range(8))
    found = themes.shown().view(0)
    assert found is not None
    assert found.theme.name == log[-1].value


def test_nobody_waits_while_the_map_is_computed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()

    def slow(x: Any, **_: object) -> Any:
        other = threading.Thread(target=lambda: (desk.coders(), free.set()))
        other.start()
        assert free.wait(5)
        return np.linspace(0, 1, 2 * len(x)).reshape(-1, 2)

    monkeypatch.setattr("themescout.layout.layout", slow)
    drawn = board.of(desk).picture()
    assert free.is_set()
    assert len(drawn.dots) == len(desk.items)
    monkeypatch.setattr("themescout.layout.layout", lambda *_, **__: pytest.fail("computed again"))
    assert board.of(desk).picture() == drawn
    assert board.Board(desk).picture() == drawn  # from the store


def test_without_vectors_there_is_no_map_and_it_says_why(desk: Desk) -> None:
    desk.study.store.stages.finish("themes", "x", {"vectors": "gone@1"})
    assert "not in the study any more" in board.of(desk).picture().missing
