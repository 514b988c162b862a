"""The framework matrix and the tables while people code: who is counted, who sees what, what is written stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from themescout import codebook, participants, project
from themescout.errors import AccessError, DecisionError, StaleError
from themescout.participants import Participant
from themescout.report.matrix import passages
from themescout.review import service
from themescout.review.desk import Desk
from themescout.review.preferences import Preferences
from themescout.review.results import matrix
from themescout.review.results import tables as results
from themescout.settings import Settings, changed
from themescout.store.summaries import Cell, Summary
from themescout.store.transcripts import StoredFile
from themescout.types import Kind, Ranked, Role, Segment, Speaker, Suggestion, Transcript, Turn, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from themescout.project import Study

KINDS = "kinds: [{id: barrier, name: B}, {id: research_question, name: R}, {id: neither, name: N}]\n"
CODES = (
    "id: t\n{}codes:\n- {{id: MONEY, name: Money, children: [{{id: LATE, name: Late}}, {{id: SHORT, name: Short}}]}}\n"
    "- {{id: STAFF, name: Staff}}\n"
)
BOOK, PLAIN = codebook.parse(CODES.format(KINDS), name="t.yaml"), codebook.parse(CODES.format(""), name="p.yaml")


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    """Interviews K1 to K3 of two segments each; K1 and K2 are one informant."""
    settings = changed(Settings(), "review", blind=0.0, double=0.0)
    with project.create(tmp_path / "study", settings) as made:
        for name in ("K1", "K2", "K3"):
            _interview(made, name, (f"😀 first of {name}.", f"second of {name}."))
        rows = [("K1", "ann o", "nurse", "rural"), ("K2", "ann o", "matron", "rural"), ("K3", "Ben", "", "town")]
        participants.write(
            made.participants_file,
            [Participant(transcript=t, speaker=t, participant=p, role=r, others={"region": x}) for t, p, r, x in rows],
        )
        yield made


def _interview(study: Study, name: str, said: tuple[str, ...]) -> None:
    text, turns, segments = "", [], []
    for i, words in enumerate(said):
        start = len(text)
        turns.append(Turn(seq=i, speaker=name, role=Role.INFORMANT, start=start, end=start + len(words)))
        segments.append(
            Segment(id=f"{name}-{i}", transcript=name, turn=i, start=start, end=start + len(words), text=words,
                    speaker=name)
        )  # fmt: skip
        text += f"{words}\n"
    people = (Speaker(label=name, role=Role.INFORMANT, reason="", turns=2, words=6),)
    with study.store.transaction():
        study.store.transcripts.add_file(StoredFile(sha256=name, name=name, stored=name, bytes=1, added_at=""))
        study.store.transcripts.add(
            Transcript(id=name, name=name, text=text, turns=tuple(turns), speakers=people, format="txt"),
            file=name, wave="",
        )  # fmt: skip
        study.store.segments.replace(name, segments)


def decide(study: Study, segment: str, code: str = "LATE", coder: str = "ann", **more: Any) -> None:
    values: dict[str, Any] = {"verdict": Verdict.CHANGE, "kind": Kind.BARRIER, "book": BOOK, **more}
    service.decide(study, segment=segment, code=code, coder=coder, **values)


def cell(participant: str = "ann o", category: str = "MONEY", kind: Kind | None = Kind.BARRIER) -> Cell:
    return Cell(participant=participant, kind=kind, category=category)


def counts(found: matrix.Matrix) -> list[tuple[str, list[int]]]:
    return [(row.participant, [entry.segments for entry in row.entries]) for row in found.rows]


# --- the matrix ------------------------------------------------------------------------------------------------------


def test_rows_are_informants_and_columns_are_top_categories(study: Study) -> None:
    decide(study, "K1-0")
    decide(study, "K2-1", "SHORT")
    decide(study, "K2-1", "LATE", verdict=Verdict.ADD)
    decide(study, "K3-0", "STAFF", kind=Kind.RESEARCH_QUESTION)
    found = matrix.matrix(Desk(study, BOOK), "ann", Kind.BARRIER)
    assert found.categories == (("MONEY", "Money"), ("STAFF", "Staff"))
    assert counts(found) == [("ann o", [2, 0]), ("Ben", [0, 0])]
    assert [(row.decided, row.segments) for row in found.rows] == [(2, 4), (1, 2)]
    spoken = [(one.quote.text, set(one.codes)) for one in found.rows[0].entries[0].passages]
    assert spoken == [("😀 first of K1.", {"Late"}), ("second of K2.", {"Late", "Short"})]
    other = matrix.matrix(Desk(study, BOOK), "ann", Kind.RESEARCH_QUESTION)
    assert counts(other) == [("ann o", [0, 0]), ("Ben", [0, 1])]


def test_attributes_are_those_that_say_something_and_rows_go_by_them(study: Study) -> None:
    found = matrix.matrix(Desk(study, BOOK), "ann", Kind.BARRIER)
    assert found.attributes == ("role", "region")
    assert [row.attributes for row in found.rows] == [("nurse / matron", "rural"), ("", "town")]
    assert [row.participant for row in found.ordered("region")] == ["ann o", "Ben"]
    assert [row.participant for row in found.ordered("role")] == ["ann o", "Ben"]  # who has none comes last
    assert found.ordered("no such column") == found.rows


def test_without_kinds_there_is_one_matrix_and_it_takes_summaries(study: Study) -> None:
    decide(study, "K1-0", kind=None, book=PLAIN)
    desk = Desk(study, PLAIN)
    assert counts(matrix.matrix(desk, "ann", None)) == [("ann o", [1, 0]), ("Ben", [0, 0])]
    assert matrix.write(desk, "ann", cell(kind=None), "Late", 0).history[0].cell.kind is None
    with pytest.raises(DecisionError, match="barrier"):
        matrix.matrix(desk, "ann", Kind.BARRIER)


# --- summaries -------------------------------------------------------------------------------------------------------


def test_a_summary_is_written_changed_and_brought_back(study: Study) -> None:
    desk = Desk(study, BOOK)
    one = matrix.write(desk, "ann", cell(), " Paid late.\r\n😀 ", 0)
    assert one.entry.summary
    assert (one.entry.summary.body, one.seen) == ("Paid late.\n😀", 1)
    two = matrix.write(desk, "ben", cell(), "", one.seen)
    assert (two.entry.summary, two.seen) == (None, 2)
    three = matrix.write(desk, "ann", cell(), two.history[1].body, two.seen)
    assert [(one.body, one.coder) for one in three.history] == [
        ("Paid late.\n😀", "ann"), ("", "ben"), ("Paid late.\n😀", "ann"),
    ]  # fmt: skip
    assert matrix.matrix(desk, "cleo", Kind.BARRIER).rows[0].entries[0].summary == three.history[0]


def test_the_same_words_are_not_stored_twice(study: Study) -> None:
    desk = Desk(study, BOOK)
    assert matrix.write(desk, "ann", cell(), "  ", 0).history == ()
    first = matrix.write(desk, "ann", cell(), "Late", 0)
    assert matrix.write(desk, "ann", cell(), "Late ", first.seen).history == first.history


def test_a_stale_write_is_refused_and_nothing_is_stored(study: Study) -> None:
    desk = Desk(study, BOOK)
    matrix.write(desk, "ben", cell(), "His", 0)
    with pytest.raises(StaleError, match="ben wrote"):
        matrix.write(desk, "ann", cell(), "Hers", 0)
    assert [one.body for one in matrix.opened(desk, "ann", cell()).history] == ["His"]
    assert matrix.write(desk, "ann", cell(), "Both", 1).seen == 2


def test_what_is_not_there_takes_no_summary(study: Study) -> None:
    desk = Desk(study, BOOK)
    with pytest.raises(DecisionError, match="no informant"):
        matrix.write(desk, "ann", cell("K1"), "x", 0)
    with pytest.raises(DecisionError, match="no category"):
        matrix.write(desk, "ann", cell(category="LATE"), "x", 0)
    with pytest.raises(AccessError):
        matrix.write(Desk(study, BOOK, read_only=True), "ann", cell(), "x", 0)
    assert study.store.summaries.all() == ()


def test_summaries_without_a_place_are_still_to_be_found(study: Study) -> None:
    gone = study.store.summaries.add(Summary(cell=cell("Zoe"), body="Kept", coder="ann", written_at=""))
    study.store.summaries.add(Summary(cell=cell("Zoe", "STAFF"), body="", coder="ann", written_at=""))
    assert matrix.matrix(Desk(study, BOOK), "ann", Kind.BARRIER).lost == (gone,)


def test_who_works_independently_sees_their_own_numbers_and_summaries(study: Study) -> None:
    decide(study, "K1-0", coder="ben")
    decide(study, "K3-0", coder="ann")
    desk = Desk(study, BOOK)
    matrix.write(desk, "ben", cell(), "His", 0)
    desk.prefer("ann", Preferences(independent=True))
    found = matrix.matrix(desk, "ann", Kind.BARRIER)
    assert counts(found) == [("ann o", [0, 0]), ("Ben", [1, 0])]
    assert all(entry.summary is None for row in found.rows for entry in row.entries)
    assert matrix.write(desk, "ann", cell(), "Hers", 0).history[0].coder == "ann"
    assert [one.body for one in matrix.opened(desk, "ann", cell()).history] == ["Hers"]
    assert [one.body for one in matrix.opened(desk, "ben", cell()).history] == ["Hers", "His"]


# --- the tables ------------------------------------------------------------------------------------------------------


def table(found: results.Results, *, confirmed: bool = True) -> list[tuple[str, int, int]]:
    made = found.table(Kind.BARRIER, confirmed=confirmed)
    assert made
    return [(row.code, row.informants, row.segments) for one in made.categories for row in one.rows]


def test_tables_know_the_last_decision_and_are_made_once(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    real = results.tables.findings
    monkeypatch.setattr(results.tables, "findings", lambda *a, **k: made.append(1) or real(*a, **k))
    desk = Desk(study, BOOK)
    assert table(results.results(desk, "ann")) == []
    results.results(desk, "ann")
    results.results(desk, "ben")  # sees the same
    assert len(made) == 1
    decide(study, "K1-0")
    decide(study, "K2-0")
    with desk.held(writing=True):
        pass
    assert table(results.results(desk, "ann")) == [("LATE", 1, 2)]
    assert len(made) == 2


def test_suggestions_are_apart_and_not_those_that_are_to_be_decided_without(study: Study) -> None:
    with study.store.transaction():
        study.store.suggestions.replace(
            [Suggestion(segment=f"K3-{i}", kind=Kind.BARRIER, kind_p=0.9, ranked=(Ranked(code="STAFF", p=0.8),))
             for i in (0, 1)]
        )  # fmt: skip
    decide(study, "K3-0")
    desk = Desk(study, BOOK)
    found = results.results(desk, "ann", suggested=True)
    assert table(found) == [("LATE", 1, 1)]
    assert table(found, confirmed=False) == [("STAFF", 1, 1)]
    assert table(results.results(desk, "ann"), confirmed=False) == []
    desk.prefer("ann", Preferences(independent=True))
    assert table(results.results(desk, "ann", suggested=True), confirmed=False) == []
    drawn = project.Study(folder=study.folder, settings=changed(study.settings, "review", blind=1.0), store=study.store)
    assert table(results.results(Desk(drawn, BOOK), "cleo", suggested=True), confirmed=False) == []


def test_passages_are_those_of_a_code_or_of_a_whole_category(study: Study) -> None:
    decide(study, "K3-0")
    decide(study, "K1-0", "SHORT")
    decide(study, "K1-0", "LATE", verdict=Verdict.ADD)
    made = results.results(Desk(study, BOOK), "ann").table(Kind.BARRIER)
    assert made
    assert [one.quote.segment for one in passages(made, code="LATE")] == ["K3-0", "K1-0"]
    whole = passages(made, category="MONEY")
    assert [(one.quote.segment, len(one.codes)) for one in whole] == [("K3-0", 1), ("K1-0", 2)]
    assert passages(made, code="STAFF") == ()


def test_another_process_that_adds_interviews_is_noticed(study: Study) -> None:
    desk = Desk(study, BOOK)
    assert results.results(desk, "ann").findings.coverage.decided == 0
    with project.open_study(study.folder) as other:
        decide(other, "K3-1", coder="ben")
    assert results.results(desk, "ann").findings.coverage.decided == 1
