"""The stages: what is fresh is skipped, what changed is done again, and what a person decided is learned."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pytest

from themescout import embed, project, settings
from themescout.embed import engine
from themescout.errors import ModelError, PluginError, StudyError
from themescout.pipeline import adding, curating, stages, suggesting
from themescout.pipeline.adding import OnChange
from themescout.review import service as review
from themescout.suggest import code_texts
from themescout.text import digest
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from themescout.project import Study
    from themescout.protocols import Embedder

ALL = (stages.cut, stages.embed_all, stages.discover, stages.suggest)


def through(study: Study) -> list[bool]:
    """Whether each stage was fresh."""
    return [stage(study).fresh for stage in ALL]


def changed(study: Study, section: str, **values: object) -> Study:
    return replace(study, settings=settings.changed(study.settings, section, **values))


def found(study: Study) -> tuple[object, ...]:
    return study.store.segments.all(), study.store.themes.all(), dict(study.store.suggestions.all())


def test_everything_is_done_once_and_then_fresh(small: Study) -> None:
    assert through(small) == [False] * 4
    before = found(small)
    assert through(small) == [True] * 4
    assert found(small) == before


def test_every_segment_is_a_slice_of_an_informants_turn(small: Study) -> None:
    stages.cut(small)
    for item in small.store.segments.all():
        transcript = small.store.transcripts.get(item.transcript)
        assert transcript is not None
        turn = transcript.turns[item.turn]
        assert turn.role == "informant"
        assert turn.start <= item.start < item.end <= turn.end
        assert transcript.text[item.start : item.end] == item.text
        assert item.context
        assert item.context in transcript.text[: item.start]


def test_every_segment_has_a_vector_and_a_suggestion(small: Study) -> None:
    through(changed(small, "suggest", listed=2))
    items = small.store.segments.all()
    x = small.store.vectors.read([item.text for item in items], embed.make("ngrams").key)
    assert x.shape == (len(items), 384)
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), 1, rtol=1e-5)
    suggestions = small.store.suggestions.all()
    assert set(suggestions) == {item.id for item in items}
    codes = {code.id for code in stages.load_codebook(small).assignable}
    for suggestion in suggestions.values():
        assert len(suggestion.ranked) == 2
        assert {ranked.code for ranked in suggestion.ranked} <= codes
        assert [r.p for r in suggestion.ranked] == sorted((r.p for r in suggestion.ranked), reverse=True)


@pytest.mark.parametrize(
    ("section", "values", "fresh"),
    [
        ("segment", {"target_words": 30}, [False, False, False, False]),
        ("discover", {"runs": 4}, [True, True, False, False]),
        ("suggest", {"listed": 2}, [True, True, True, False]),
        ("report", {"quotes": 1}, [True, True, True, True]),
    ],
)
def test_a_setting_reaches_the_stages_that_rest_on_it(
    small: Study, section: str, values: dict[str, object], fresh: list[bool]
) -> None:
    through(small)
    assert through(changed(small, section, **values)) == fresh


def test_the_seed_reaches_themes_and_suggestions(small: Study) -> None:
    through(small)
    other = replace(small, settings=replace(small.settings, seed=1))
    assert through(other) == [True, True, False, False]
    assert small.store.stages.record("themes")["seed"] == 1


def test_a_new_transcript_costs_only_its_own_segments_and_vectors(
    small: Study, talk: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    through(small)
    adding.add(small, [talk("new.txt")])
    seen: list[str] = []
    really = embed.make("ngrams")

    class Watched:
        key, dimensions = really.key, really.dimensions

        def embed(self, texts: list[str]) -> object:
            seen.extend(texts)
            return really.embed(texts)

    monkeypatch.setattr(embed, "make", lambda *_: Watched())
    assert through(small) == [False] * 4
    assert set(seen) == {item.text for item in small.store.segments.of_transcript("new")}


class Slow:
    """Embeds quickly and says that it does not; remembers what it was asked."""

    key, dimensions, worth_keeping = "slow", 16, True

    def __init__(self, inner: Embedder) -> None:
        self.inner, self.asked = inner, set[str]()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked |= set(texts)
        return self.inner.embed(texts)


@pytest.mark.parametrize(("codebook", "again"), [("scale-up", False), ("small.yaml", True)])
def test_a_codebook_of_ours_is_embedded_once_on_a_computer_and_ones_own_in_every_study(
    make_study: Callable[..., Study], small: Study, fake_embedder: Embedder, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path, codebook: str, *, again: bool,
) -> None:  # fmt: skip
    monkeypatch.setenv("THEMESCOUT_CACHE", str(tmp_path / "cache"))
    first = changed(small, "study", codebook=codebook)
    codes = {text.embedded for text in code_texts(stages.load_codebook(first))}
    slow = Slow(fake_embedder)
    monkeypatch.setattr(embed, "make", lambda *_: slow)
    stages.cut(first)
    assert not stages.embed_all(first).fresh
    said = {item.text for item in first.store.segments.all()}
    assert slow.asked == said | codes
    assert first.store.vectors.missing(codes, slow.key) == ()
    assert stages.embed_all(first).fresh
    slow.asked.clear()
    second = replace(make_study("second"), settings=first.settings, folder=first.folder)
    outcome = stages.embed_all(second)
    assert not outcome.fresh
    assert slow.asked == (codes if again else set())
    np.testing.assert_array_equal(
        second.store.vectors.read(sorted(codes), slow.key), fake_embedder.embed(sorted(codes))
    )


def test_a_decision_makes_suggestions_again_and_is_learned(small: Study) -> None:
    through(small)
    item = small.store.segments.all()[0]
    book = stages.load_codebook(small)
    before = small.store.suggestions.get(item.id)
    assert before is not None
    code = before.ranked[-1].code
    decision = review.decide(
        small, segment=item.id, verdict=Verdict.CHANGE, coder="ama", kind=Kind.BARRIER, code=code, book=book,
        shown=review.shown(review.item(small, item.id)),
    )  # fmt: skip
    assert through(small) == [True, True, True, False]
    after = small.store.suggestions.get(item.id)
    assert after is not None
    chances = [next(r.p for r in made.ranked if r.code == code) for made in (before, after)]
    assert chances[0] < chances[1]
    (known,) = suggesting.labelled([decision], {item.id: item})
    assert (known.codes, known.kind, known.rejected) == ((code,), "barrier", (before.ranked[0].code,))


def test_decisions_about_segments_that_are_gone_teach_nothing_and_stay(small: Study, talk: Callable[..., Path]) -> None:
    adding.add(small, [talk("a.txt", "The money came late, and nobody in the district knew the reason for it.")])
    through(small)
    (item,) = small.store.segments.of_transcript("a")
    book = stages.load_codebook(small)
    review.decide(small, segment=item.id, verdict=Verdict.REJECT, coder="ama", book=book)
    adding.add(small, [talk("a.txt", "Other words altogether were said here.")], on_change=OnChange.REPLACE)
    through(small)
    assert small.store.decisions.count() == 1
    assert suggesting.labelled(small.store.decisions.all(), {s.id: s for s in small.store.segments.all()}) == ()


def test_a_transcript_replaced_and_put_back_gets_its_suggestions_back(small: Study, talk: Callable[..., Path]) -> None:
    adding.add(small, [talk("last.txt")])
    through(small)
    before = found(small)
    adding.add(small, [talk("last.txt", "The wrong file was taken here by mistake.")], on_change=OnChange.REPLACE)
    adding.add(small, [talk("last.txt")], on_change=OnChange.REPLACE)
    assert through(small)[2:] == [False, False]
    assert found(small) == before


def test_a_setting_tried_half_way_and_taken_back_leaves_no_gaps(small: Study) -> None:
    through(small)
    before = found(small)
    stages.cut(changed(small, "segment", target_words=25))  # stopped here, and thought better of
    through(small)
    assert found(small) == before


def test_too_few_segments_have_no_themes_and_still_suggestions(
    make_study: Callable[..., Study], talk: Callable[..., Path]
) -> None:
    study = make_study()
    adding.add(study, [talk("a.txt", "The money came late every year.")])
    through(study)
    assert study.store.themes.all() == ()
    assert [item.reason for item in study.store.loose.all()] == ["few"]
    assert study.store.suggestions.count() == 1


def test_themes_and_the_segments_in_none_are_all_segments(small: Study) -> None:
    through(small)
    codes = {code.id for code in stages.load_codebook(small).codes}
    placed = [item.segment for item in small.store.loose.all()]
    for theme in small.store.themes.all():
        placed += theme.members
        assert {fit.code for fit in theme.fits} <= codes
        assert 0 < theme.found_in <= theme.runs
    assert sorted(placed) == sorted(item.id for item in small.store.segments.all())


def test_themes_keep_their_numbers_and_names_when_interviews_are_added(small: Study, talk: Callable[..., Path]) -> None:
    through(small)
    before = {theme.id: set(theme.members) for theme in small.store.themes.all()}
    first = min(before)
    curating.name(small, first, "Ours", coder="ann")
    adding.add(small, [talk("new.txt", "The money for the clinic came late again. Nobody knew why it was late.")])
    through(small)
    after = {theme.id: theme for theme in small.store.themes.all()}
    assert after[first].name == "Ours"
    assert len(before[first] & set(after[first].members)) > len(before[first]) / 2
    changes = small.store.stages.record("themes")["changes"]
    assert {change["theme"] for change in changes} == set(before) | set(after)


def test_each_stage_reports_its_progress_to_the_end(small: Study) -> None:
    last: dict[str, tuple[int, int]] = {}
    for stage in ALL:
        stage(small, progress=lambda name, done, total: last.update({name: (done, total)}))
    assert set(last) == {"segments", "vectors", "themes", "suggestions"}
    assert all(done == total for done, total in last.values())


@pytest.mark.parametrize(
    ("section", "values", "error"),
    [
        ("embed", {"model": "no-such-folder"}, ModelError),
        ("discover", {"clusterer": "magic"}, PluginError),
        ("discover", {"clusterer": "density", "reducer": "magic"}, PluginError),
        ("suggest", {"matcher": "magic"}, PluginError),
    ],
)
def test_a_method_that_is_not_there_is_named(
    small: Study, section: str, values: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error, match=r"magic|no-such-folder"):
        through(changed(small, section, **values))


def test_nothing_to_review_is_said_with_what_to_do(make_study: Callable[..., Study], small: Study) -> None:
    with pytest.raises(StudyError, match="no transcripts") as caught:
        stages.require_suggestions(make_study("empty"))
    assert "themescout add" in caught.value.hint
    with pytest.raises(StudyError, match="no suggestions") as caught:
        stages.require_suggestions(small)
    assert "themescout run" in caught.value.hint


def test_every_codebook_that_suggestions_were_made_with_is_kept(small: Study) -> None:
    through(small)
    first = stages.load_codebook(small)
    assert [one.sha256 for one in small.store.codebooks.versions()] == [digest(first.source_text)]
    path = small.folder / small.settings.study.codebook
    path.write_text(path.read_text("utf-8").replace("Funds that come too late", "Money that is late"), "utf-8")
    assert through(small) == [True, False, True, False]
    assert [one.version for one in small.store.codebooks.versions()] == [1, 2]
    assert small.store.stages.record("suggestions")["codebook_version"] == 2


@pytest.fixture
def one_answer(make_study: Callable[..., Study], talk: Callable[..., Path], two_codes: str) -> Study:
    """A study of one answer that leaves model and engine open."""
    study = make_study("one", codebook="two.yaml")
    (study.folder / "two.yaml").write_text(two_codes, "utf-8")
    made = settings.changed(study.settings, "embed", model="default")
    (study.folder / project.SETTINGS_FILE).write_text(settings.as_toml(made), "utf-8")
    adding.add(study, [talk("a.txt", "The money came late every year, so we could not plan.")])
    stages.cut(study)
    return study


def again(study: Study) -> Study:
    study.close()
    return project.open_study(study.folder)


@pytest.mark.real
def test_a_study_keeps_the_engine_it_was_embedded_with(
    one_answer: Study, fast_computer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with again(one_answer) as study:
        assert "/int8-" in stages.embed_all(study).sentence
    monkeypatch.setattr(engine, "_graphics_card", lambda: True)
    assert engine.choose("default").engine == "torch"
    with again(one_answer) as study:
        outcome = stages.embed_all(study)
        assert outcome.fresh
        assert "/int8-" in outcome.sentence


@pytest.mark.parametrize(("fails", "kept"), [("load", {}), ("embed", {"default": "torch"})])
def test_an_engine_that_fails_before_its_first_vector_holds_nobody_to_it(
    one_answer: Study, fast_computer: None, fake_embedder: Embedder, monkeypatch: pytest.MonkeyPatch,
    fails: str, kept: dict[str, str],
) -> None:  # fmt: skip
    def refuse(*_: object) -> NoReturn:
        raise ModelError("The model cannot be loaded.", "")

    failing = {"key": fake_embedder.key, "load": lambda: None, "embed": fake_embedder.embed, fails: refuse}
    with again(one_answer) as study, monkeypatch.context() as patch:
        patch.setattr(engine, "_graphics_card", lambda: True)
        patch.setattr(embed, "make", lambda *_: SimpleNamespace(**failing))
        with pytest.raises(ModelError, match="cannot be loaded"):
            stages.embed_all(study)
        assert study.store.stages.record(project.ENGINE) == kept
    monkeypatch.setattr(embed, "make", lambda *_: fake_embedder)
    with again(one_answer) as study:
        assert study.settings.embed.engine == "auto"
        stages.embed_all(study)
        assert study.store.stages.record(project.ENGINE) == {"default": "int8"}


def test_a_study_that_changes_its_model_is_not_taken_for_an_old_one(
    one_answer: Study, fast_computer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THEMESCOUT_EMBED_MODEL", "ngrams")
    with again(one_answer) as study:
        stages.embed_all(study)
        assert study.store.stages.record(project.ENGINE) == {"ngrams": ""}
    monkeypatch.delenv("THEMESCOUT_EMBED_MODEL")
    with again(one_answer) as study:
        assert embed.settled(study.settings.embed.model, study.settings.embed.engine) == "int8"


@pytest.mark.real
def test_an_engine_that_is_named_embeds_everything_again_and_is_not_kept(
    one_answer: Study, fake_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with again(one_answer) as study, monkeypatch.context() as patch:
        patch.setattr(embed, "make", lambda model, engine: fake_embedder)
        stages.embed_all(study)
    monkeypatch.setenv("THEMESCOUT_EMBED_ENGINE", "static")
    with again(one_answer) as study:
        outcome = stages.embed_all(study)
        assert (outcome.fresh, "/static/" in outcome.sentence) == (False, True)
        assert study.store.stages.record(project.ENGINE) == {"default": "torch"}
        texts = [item.text for item in study.store.segments.all()]
        assert study.store.vectors.missing(texts, embed.make("default", "static").key) == ()
        assert suggesting.trained(stages.load_codebook(study), study.settings) is None


def test_a_study_embedded_before_there_were_engines_stays_with_torch(
    one_answer: Study, fast_computer: None, fake_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def make(model: str, engine: str) -> Embedder:
        asked.append(engine)
        return fake_embedder

    one_answer.store.vectors.add(["said"], np.ones((1, 4), np.float32), "old")
    monkeypatch.setattr(embed, "make", make)
    with again(one_answer) as study:
        stages.embed_all(study)
        assert study.store.stages.record(project.ENGINE) == {"default": "torch"}
    assert set(asked) == {"torch"}


def test_nothing_trained_is_used_with_the_static_engine(small: Study) -> None:
    book = stages.load_codebook(changed(small, "study", codebook="scale-up"))
    made = settings.changed(settings.Settings(), "embed", engine="static")
    assert suggesting.trained(book, made) is None
    assert suggesting.trained(book, settings.changed(made, "embed", engine="torch")) is not None
