"""The person's part: queue, decide, undo, redo."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from themescout import codebook, decisions, project
from themescout.errors import DecisionError
from themescout.review import service
from themescout.review.arranging import Order
from themescout.settings import Settings, changed
from themescout.store.transcripts import StoredFile
from themescout.types import Kind, Ranked, Suggestion, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from themescout.project import Study
    from themescout.types import Decision

BOOK = codebook.parse(
    "id: t\nkinds: [{id: barrier, name: B}, {id: research_question, name: R}, {id: neither, name: N}]\n"
    "codes:\n- {id: MONEY, name: Money}\n- {id: PEOPLE, name: People}\n",
    name="t.yaml",
)
WITHOUT_KINDS = codebook.parse("codes: [{id: MONEY, name: Money}]", name="k.yaml")


def _names(study: Study, order: Order = Order.THEME, **more: frozenset[str]) -> list[str]:
    return [item.segment.id for item in service.queue(study, "ann", order, **more)]


def _decide(study: Study, segment: str, verdict: Verdict = Verdict.CHANGE, **more: object) -> Decision:
    values = {"kind": Kind.BARRIER, "code": "MONEY", "coder": "ann", "book": BOOK, **more}
    return service.decide(study, segment=segment, verdict=verdict, **values)  # type: ignore[arg-type]


def test_by_theme_themes_come_in_order_and_segments_in_none_last(study: Study) -> None:
    assert _names(study) == ["B-1", "A-2", "A-0", "A-1", "A-3", "B-0"]
    first = service.queue(study, "ann")[0]
    assert (first.theme.id, first.position, first.total) == (0, 1, 6)
    assert first.suggestion.ranked[0].code == "MONEY"


def test_by_interview_segments_come_as_spoken(study: Study) -> None:
    assert _names(study, Order.INTERVIEW) == ["A-0", "A-1", "A-2", "A-3", "B-0", "B-1"]


@pytest.mark.parametrize("order", list(Order))
def test_every_order_holds_each_undecided_segment_once(study: Study, order: Order) -> None:
    _decide(study, "A-0")
    # B-1 has a suggestion: it is no part of the sample.
    expected = {"A-1", "A-2", "A-3", "B-0", "B-1"} - ({"B-1"} if order is Order.SAMPLE else set())
    assert sorted(_names(study, order)) == sorted(expected)
    assert _names(study, order) == _names(study, order)
    assert _names(study, order, skipped=frozenset({"A-1"}))[-1] == "A-1"


def test_by_code_and_by_sureness_what_is_suggested_comes_first(study: Study) -> None:
    assert _names(study, Order.CODE)[0] == _names(study, Order.SURE)[0] == "B-1"


def test_near_duplicates_stand_together_in_every_order_but_the_random_one(study: Study) -> None:
    items = study.store.segments.all()
    x = np.eye(len(items), dtype=np.float32)
    x[[item.id for item in items].index("B-0")] = x[0]
    study.store.vectors.add([item.text for item in items], x, "key")
    with study.store.transaction():
        study.store.stages.finish("themes", "", {"vectors": "key"})
    for order in set(Order) - {Order.SAMPLE}:
        names = _names(study, order)
        assert abs(names.index("A-0") - names.index("B-0")) == 1


def test_the_frame_of_the_sample_is_kept_with_its_first_decision_and_stays(study: Study) -> None:
    frame = _names(study, Order.SAMPLE)
    assert sorted(frame) == ["A-0", "A-1", "A-2", "A-3", "B-0"]
    _decide(study, frame[0], shown=service.shown(service.item(study, frame[0]), Order.SAMPLE))
    _decide(study, frame[1], shown=service.shown(service.item(study, frame[1]), Order.SAMPLE))
    first, second = study.store.decisions.all()
    assert first.shown["sample"]["frame"] == frame
    assert second.shown == {"order": "sample"}
    with study.store.transaction():
        study.store.suggestions.replace(
            [Suggestion(segment=frame[3], kind=None, kind_p=0, ranked=(Ranked(code="MONEY", p=0.9),))]
        )
    # What is suggested by now stays in the sample; what is not any more comes after it.
    assert _names(study, Order.SAMPLE) == [*frame[2:], "B-1"]
    service.undo(study, "ann")
    assert _names(study, Order.SAMPLE) == [*frame[1:], "B-1"]


def test_with_other_segments_another_sample_is_drawn(study: Study, interview: Callable[..., Any]) -> None:
    frame = _names(study, Order.SAMPLE)
    _decide(study, frame[0], shown={"order": "sample"})
    transcript, segments = interview("C", ["Another answer."])
    with study.store.transaction():
        study.store.transcripts.add_file(StoredFile(sha256="C", name="C", stored="C", bytes=1, added_at="2026"))
        study.store.transcripts.add(transcript, file="C", wave="")
        study.store.segments.replace("C", segments)
    again = _names(study, Order.SAMPLE)
    assert sorted(again) == sorted([*frame[1:], "C-0"])
    _decide(study, again[0], shown={"order": "sample"})
    assert study.store.decisions.all()[-1].shown["sample"]["frame"] == again


def test_a_decision_outside_the_sample_draws_no_frame(study: Study) -> None:
    _decide(study, "A-0", shown=service.shown(service.item(study, "A-0"), Order.THEME))
    _decide(study, "B-1", shown=service.shown(service.item(study, "B-1"), Order.SAMPLE))
    log = study.store.decisions.all()
    assert [(d.shown["order"], "sample" in d.shown) for d in log] == [("theme", False), ("sample", False)]


def test_skipped_segments_come_last_and_decided_ones_not_at_all(study: Study) -> None:
    _decide(study, "A-0")
    assert _names(study, skipped=frozenset({"B-1", "A-1"})) == ["A-2", "A-3", "B-0", "B-1", "A-1"]


def test_what_another_coder_decided_is_still_to_be_decided(study: Study) -> None:
    _decide(study, "A-0", coder="bob")
    assert "A-0" in _names(study)
    assert service.progress(study, "bob").decided == 1
    assert service.progress(study, "ann").decided == 0


def test_an_unsure_segment_counts_as_decided(study: Study) -> None:
    _decide(study, "A-0", Verdict.UNSURE, kind=None, code=None)
    assert "A-0" not in _names(study)
    assert decisions.labels(study.store.decisions.all()) == ()


def test_a_decision_keeps_the_words_and_what_was_shown(study: Study) -> None:
    item = service.queue(study, "ann")[0]
    made = service.decide(
        study, segment="B-1", verdict=Verdict.ACCEPT, coder=" ann ", kind=Kind.BARRIER, code="MONEY", book=BOOK,
        seconds=3.14159, shown=service.shown(item), memo="[why]",
    )  # fmt: skip
    text = study.store.transcripts.texts()["B"]
    assert made.quote == text[made.start : made.end] == "Answer 1 of B 🎉"
    stored = study.store.decisions.all()[-1]
    assert (stored.coder, stored.seconds, stored.memo) == ("ann", 3.14, "[why]")
    assert stored.shown["codes"] == [{"code": "MONEY", "p": 0.6}]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"segment": "C-9"}, "no segment"),
        ({"code": "NOPE"}, "no code"),
        ({"coder": "  "}, "needs a coder"),
        ({"verdict": Verdict.UNDO}, "undo is asked"),
        ({"verdict": Verdict.SETTLE}, "settle is asked"),
        ({"span": (0, 3)}, "not words of one turn"),
        ({"kind": None, "code": None}, "needs a kind or a code"),
        ({"book": WITHOUT_KINDS}, "no kinds"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_and_nothing_is_stored(
    study: Study, values: dict[str, object], words: str
) -> None:
    given_values = {"segment": "A-0", "verdict": Verdict.ADD, **values}
    with pytest.raises(DecisionError, match=words):
        _decide(study, **given_values)
    assert study.store.decisions.count() == 0


def test_the_words_that_matter_are_a_slice_of_the_turn(study: Study) -> None:
    item = study.store.segments.get("A-0")
    made = _decide(study, "A-0", span=(item.start + 1, item.end))
    text = study.store.transcripts.get("A").text
    assert (made.quote, made.start, made.end) == (text[item.start + 1 : item.end], item.start + 1, item.end)
    assert _decide(study, "A-0", span=(item.start, item.end)).quote == item.text


def test_the_same_key_is_stored_once(study: Study) -> None:
    first = _decide(study, "A-0", key="k1")
    assert _decide(study, "A-0", key="k1") == first
    assert _decide(study, "A-0", key="k2") != first
    assert study.store.decisions.count() == 2


def test_settling_is_one_entry_with_all_its_labels_and_is_sent_once(study: Study) -> None:
    labels = [(Kind.BARRIER, "MONEY"), (Kind.RESEARCH_QUESTION, "PEOPLE")]
    _decide(study, "A-0", coder="ann", code="PEOPLE")
    made = service.settle(study, segment="A-0", labels=labels, coder="eve", book=BOOK, key="s")
    assert service.settle(study, segment="A-0", labels=labels, coder="eve", book=BOOK, key="s") == made
    found = decisions.labels(study.store.decisions.all())
    assert [(one.coder, one.kind, one.code) for one in found] == [("eve", *labels[0]), ("eve", *labels[1])]
    service.settle(study, segment="A-0", labels=[], coder="eve", book=BOOK)
    assert [(one.kind, one.code) for one in decisions.labels(study.store.decisions.all())] == [(Kind.NEITHER, None)]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"segment": "gone"}, "no segment"),
        ({"labels": [(None, "X")]}, "no code"),
        ({"labels": [(None, None)]}, "needs"),
    ],
)
def test_settling_that_makes_no_sense_is_refused(study: Study, values: dict[str, object], words: str) -> None:
    given_values = {"segment": "A-0", "labels": [(Kind.BARRIER, "MONEY")], "coder": "eve", "book": BOOK, **values}
    with pytest.raises(DecisionError, match=words):
        service.settle(study, **given_values)
    assert study.store.decisions.count() == 0


def test_a_drawn_segment_comes_without_its_suggestion_which_is_kept_beside_the_decision(study: Study) -> None:
    blind = replace(study, settings=settings_of(study, blind=1.0))
    items = service.queue(blind, "ann")
    assert all(item.suggestion is None for item in items)
    first = next(item for item in items if item.kept_back)
    kept = service.shown(first)["kept_back"]
    assert kept["kind"] == first.kept_back.kind
    assert "codes" not in service.shown(first)
    assert service.item(blind, first.segment.id).suggestion == first.kept_back
    seeing = replace(study, settings=settings_of(study, blind=0.0))
    assert all(item.kept_back is None for item in service.queue(seeing, "ann"))


def settings_of(study: Study, **review: float) -> Settings:
    return changed(study.settings, "review", **review)


def test_item_shows_a_decided_segment_too(study: Study) -> None:
    _decide(study, "B-1")
    found = service.item(study, "B-1")
    assert (found.segment.id, found.theme.id, found.suggestion.kind) == ("B-1", 0, Kind.BARRIER)
    with pytest.raises(DecisionError, match="no segment"):
        service.item(study, "gone")


def test_with_nothing_done_there_is_nothing_to_undo_or_redo(study: Study) -> None:
    with pytest.raises(DecisionError, match="nothing to undo"):
        service.undo(study, "ann")
    with pytest.raises(DecisionError, match="nothing to redo"):
        service.redo(study, "ann")
    _decide(study, "A-0", coder="bob")
    with pytest.raises(DecisionError, match="nothing to undo"):
        service.undo(study, "ann")


def test_a_new_decision_leaves_nothing_to_redo(study: Study) -> None:
    _decide(study, "A-0")
    service.undo(study, "ann")
    _decide(study, "A-1")
    with pytest.raises(DecisionError, match="nothing to redo"):
        service.redo(study, "ann")


def test_decisions_survive_reopening(study: Study) -> None:
    _decide(study, "A-0")
    _decide(study, "A-1")
    service.undo(study, "ann")
    before = study.store.decisions.all()
    study.close()
    with project.open_study(study.folder) as again:
        assert again.store.decisions.all() == before
        assert service.redo(again, "ann").segment == "A-1"
        assert "A-1" not in _names(again)


@pytest.mark.parametrize("statement", ["update decision set code = 'X'", "delete from decision"])
def test_the_log_can_only_grow(study: Study, statement: str) -> None:
    _decide(study, "A-0")
    with (
        closing(sqlite3.connect(study.folder / project.DATABASE)) as db,
        pytest.raises(sqlite3.IntegrityError, match="only ever added"),
    ):
        db.execute(statement)
    assert study.store.decisions.count() == 1


Done = tuple[str, Verdict, str | None]


class Model:
    """What undo and redo mean: for each coder a stack of what was done and one of what was taken back."""

    def __init__(self) -> None:
        self.done: dict[str, list[Done]] = {"ann": [], "bob": []}
        self.gone: dict[str, list[Done]] = {"ann": [], "bob": []}

    def decide(self, coder: str, segment: str, verdict: Verdict, code: str | None) -> None:
        self.done[coder].append((segment, verdict, code))
        self.gone[coder].clear()

    def move(self, source: list[Done], target: list[Done]) -> bool:
        if source:
            target.append(source.pop())
            return True
        return False

    def labels(self) -> set[tuple[str, str, tuple[str | None, ...]]]:
        found = set()
        for coder, done in self.done.items():
            current: dict[str, list[tuple[Verdict, str | None]]] = {}
            for segment, verdict, code in done:
                if verdict is not Verdict.ADD:
                    current[segment] = []
                current.setdefault(segment, []).append((verdict, code))
            for segment, entries in current.items():
                codes = tuple(code for verdict, code in entries if verdict is not Verdict.UNSURE)
                if codes:
                    found.add((coder, segment, codes))
        return found


_DECIDED = st.sampled_from(
    [
        (Verdict.ACCEPT, "MONEY"),
        (Verdict.CHANGE, "PEOPLE"),
        (Verdict.ADD, "MONEY"),
        (Verdict.REJECT, None),
        (Verdict.UNSURE, None),
    ]
)
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob"]),
        st.one_of(st.tuples(st.sampled_from(["A-0", "A-1"]), _DECIDED), st.sampled_from(["undo", "redo"])),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_any_chain_of_decisions_undos_and_redos_means_what_it_says(
    tmp_path_factory: pytest.TempPathFactory, fill: Callable[..., None], steps: list[tuple[str, object]]
) -> None:
    model = Model()
    with project.create(tmp_path_factory.mktemp("s") / "study", Settings()) as study:
        fill(study)
        for coder, step in steps:
            if isinstance(step, tuple):
                segment, (verdict, code) = step
                kind = Kind.BARRIER if code else None
                _decide(study, segment, verdict, kind=kind, code=code, coder=coder)
                model.decide(coder, segment, verdict, code)
                continue
            stacks = (model.done[coder], model.gone[coder])
            possible = model.move(*(stacks if step == "undo" else stacks[::-1]))
            action = service.undo if step == "undo" else service.redo
            if possible:
                action(study, coder)
            else:
                with pytest.raises(DecisionError):
                    action(study, coder)
        log = study.store.decisions.all()
    found: dict[tuple[str, str], tuple[str | None, ...]] = {}
    for label in decisions.labels(log):
        key = (label.coder, label.segment)
        found[key] = (*found.get(key, ()), label.code)
    assert {(coder, segment, codes) for (coder, segment), codes in found.items()} == model.labels()
    assert [decision.seq for decision in log] == list(range(1, len(log) + 1))
