"""What suggestions are made with: what decisions teach, where coders differ, and what to warn of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from themescout import codebook, embed, settings
from themescout.codebook import Code, Codebook
from themescout.pipeline import stages, suggesting
from themescout.suggest import Labelled, Rows
from themescout.types import Decision, Kind, Segment, Verdict

if TYPE_CHECKING:
    from themescout.project import Study

ITEMS = {
    name: Segment(id=name, transcript=f"T{name}", turn=0, start=0, end=5, text=f"text {name}", speaker="P", context="")
    for name in "abc"
}


def log(*entries: tuple[str, str, Verdict, str | None] | tuple[str, str, Verdict, str | None, str]) -> list[Decision]:
    """Decisions of (segment, coder, verdict, code[, first code shown]); each is a barrier where it has a code."""
    return [
        Decision(
            seq=i + 1, segment=entry[0], coder=entry[1], verdict=entry[2], code=entry[3],
            kind=Kind.BARRIER if entry[3] else None, decided_at="2026-01-01T00:00:00+00:00", transcript="T",
            start=0, end=5, quote="text", shown={"codes": [{"code": c, "p": 0.5} for c in (*entry[4:], "LAST")]},
        )
        for i, entry in enumerate(entries)
    ]  # fmt: skip


ACCEPT, CHANGE, REJECT, ADD, UNSURE = Verdict.ACCEPT, Verdict.CHANGE, Verdict.REJECT, Verdict.ADD, Verdict.UNSURE


def taught(entries: list[Decision], coder: str = "") -> dict[str, tuple[tuple[str, ...], str, tuple[str, ...]]]:
    found = suggesting.labelled(entries, ITEMS, coder)
    assert all((item.text, item.doc) == (f"text {item.segment}", f"T{item.segment}") for item in found)
    return {item.segment: (item.codes, item.kind, item.rejected) for item in found}


def test_accepted_changed_added_and_rejected_are_learned_and_unsure_is_not() -> None:
    entries = log(
        ("a", "ann", ACCEPT, "M", "M"), ("a", "ann", ADD, "P", "M"),
        ("b", "ann", CHANGE, "P", "M"),
        ("c", "ann", REJECT, None, "M"),
    )  # fmt: skip
    assert taught(entries) == {
        "a": (("M", "P"), "barrier", ()),
        "b": (("P",), "barrier", ("M",)),
        "c": ((), "neither", ("M",)),
    }
    assert taught(log(("a", "ann", UNSURE, None, "M"))) == {}


def test_only_the_first_suggestion_is_refused_and_not_one_that_was_kept() -> None:
    assert taught(log(("a", "ann", CHANGE, "M", "M", "P")))["a"][2] == ()
    assert taught(log(("a", "ann", CHANGE, "X", "M", "P")))["a"][2] == ("M",)


def test_what_was_decided_anew_or_is_gone_teaches_nothing() -> None:
    entries = log(("a", "ann", CHANGE, "P", "M"), ("a", "ann", ACCEPT, "M", "M"), ("gone", "ann", ACCEPT, "M", "M"))
    assert taught(entries) == {"a": (("M",), "barrier", ())}


def test_everybodys_decisions_or_one_coders() -> None:
    entries = log(("a", "ann", ACCEPT, "M", "M"), ("a", "ben", CHANGE, "P", "M"), ("b", "ben", REJECT, None, "M"))
    assert taught(entries)["a"] == (("M", "P"), "barrier", ("M",))
    assert taught(entries, "ann") == {"a": (("M",), "barrier", ())}
    assert set(taught(entries, "ben")) == {"a", "b"}
    assert taught(entries, "cleo") == {}


def test_segments_on_which_coders_differ_are_counted() -> None:
    entries = log(
        ("a", "ann", ACCEPT, "M"), ("a", "ben", ACCEPT, "M"),  # the same
        ("b", "ann", ACCEPT, "M"), ("b", "ben", CHANGE, "P"),
        ("c", "ann", ACCEPT, "M"), ("c", "ben", REJECT, None),
        ("d", "ann", ACCEPT, "M"), ("d", "ann", ADD, "P"),  # one coder alone
    )  # fmt: skip
    assert suggesting.contradictions(entries) == 2
    assert suggesting.contradictions(entries, "ann") == 0
    assert suggesting.contradictions([]) == 0


def test_two_codes_in_another_order_are_no_contradiction() -> None:
    both = log(("a", "ann", ACCEPT, "M"), ("a", "ann", ADD, "P"), ("a", "ben", ACCEPT, "P"), ("a", "ben", ADD, "M"))
    assert suggesting.contradictions(both) == 0


def known(*codes: str, text: str = "text", kind: str = "") -> Labelled:
    return Labelled(segment="s", text=text, codes=codes, kind=kind)


def test_texts_that_stand_twice_with_other_codes_are_counted() -> None:
    same = [known("M", "P"), known("P", "M")]
    assert suggesting.disagreeing(same) == 0
    assert suggesting.disagreeing([*same, known("M")]) == 1
    assert suggesting.disagreeing([known("M", kind="barrier"), known("M", kind="neither")]) == 1
    assert suggesting.disagreeing([known("M", text="a"), known("P", text="b")]) == 0


PLAIN = Codebook(id="p", codes=(Code(id="M", name="Money", definition="Funds."), Code(id="P", name="People")))


def test_what_suggestions_suffer_from_is_said() -> None:
    full = replace(PLAIN, codes=(PLAIN.codes[0],))
    assert suggesting.doubts(full, []) == ()
    (bare,) = suggesting.doubts(PLAIN, [])
    assert bare.startswith("1 of 2 codes have no definition")
    assert bare.endswith("names: People.")
    (_, only) = suggesting.doubts(PLAIN, [known("M"), known("M")])
    assert only == "All decisions have one code, M; they teach nothing about the others."
    (_, once) = suggesting.doubts(PLAIN, [known("M"), known("M"), known("P")])
    assert once == "Codes with a single example, of which little can be learned: P."


def test_long_lists_of_codes_are_cut_short() -> None:
    many = Codebook(id="m", codes=tuple(Code(id=f"C{i}", name=f"Code {i}") for i in range(30)))
    (said,) = suggesting.doubts(many, [])
    assert said.endswith("Code 7 and 22 more.")


def test_what_was_asked_before_stands_beside_what_is_said_around() -> None:
    x = np.eye(3, dtype=np.float32)
    rows = Rows.of(["a", "b", "c"], ["", "", ""], x, docs=["d", "d", "e"], ordered=True)
    asked = np.array([[0, 0, 1], [0, 0, 0], [0, 1, 0]], np.float32)
    made = suggesting.surroundings(rows, asked)
    half = 1 / np.sqrt(2)
    np.testing.assert_allclose(made.around, [[0, half, half], [1, 0, 0], [0, 1, 0]], atol=1e-6)
    assert made.ids == rows.ids
    np.testing.assert_array_equal(made.x, x)


@pytest.mark.parametrize(
    ("model", "head", "book", "there"),
    [
        ("default", "auto", "scale-up", True),
        ("default", "auto", "scale-up-long", True),
        ("default", "none", "scale-up", False),
        ("ngrams", "auto", "scale-up", False),
        ("default", "auto", "", False),
    ],
)
def test_what_was_trained_is_used_where_it_fits_and_is_wanted(model: str, head: str, book: str, *, there: bool) -> None:
    made = settings.changed(settings.changed(settings.Settings(), "embed", model=model), "suggest", head=head)
    found = suggesting.trained(codebook.load(book) if book else PLAIN, made)
    assert (found is not None) is there
    if found:
        assert found[1].key != embed.make("default").key


def ready(study: Study) -> Study:
    for stage in (stages.cut, stages.embed_all):
        stage(study)
    return study


def test_rows_of_a_study_are_in_the_order_of_speaking(small: Study) -> None:
    items = ready(small).store.segments.all()
    rows = suggesting.stored_rows(small, items, embed.make("ngrams"), None)
    assert rows.ids == tuple(item.id for item in items)
    assert rows.docs == tuple(item.transcript for item in items)
    assert rows.tuned is None
    assert np.isfinite(rows.place).all()
    assert rows.around.any(axis=1).all()


def decide(study: Study, **values: Any) -> None:
    item = study.store.segments.all()[0]
    entry = log(("a", "ann", ACCEPT, "MONEY-PAY"))[0]
    study.store.decisions.add(
        replace(entry, seq=0, segment=item.id, transcript=item.transcript, end=item.end, quote=item.text, **values)
    )


def test_the_settings_say_whose_decisions_are_learned(small: Study) -> None:
    items = ready(small).store.segments.all()
    book, embedder = stages.load_codebook(small), embed.make("ngrams")
    decide(small)
    uses = []
    for coder in ("", "ann", "ben"):
        study = replace(small, settings=settings.changed(small.settings, "suggest", learn_from=coder))
        matcher, _ = suggesting.fitted(study, book, embedder, items)
        uses.append(sum(card.decisions for card in matcher.cards_))
    assert uses == [1, 1, 0]


def test_a_study_says_where_coders_differ_and_which_codes_are_gone(small: Study) -> None:
    ready(small)
    stages.discover(small)
    assert stages.suggest(small).sentence.endswith("segments with suggestions")
    decide(small)
    decide(small, coder="ben", code="OLD-ONE")
    said = stages.suggest(small).sentence
    assert "coders differ on 1 segment" in said
    assert "not learned, as the codebook no longer has them: OLD-ONE" in said
    record = small.store.stages.record("suggestions")
    assert {card["code"] for card in record["cards"]} == {code.id for code in stages.load_codebook(small).assignable}
    assert record["promised"] is False
