"""The tables: confirmed apart from suggested, informants counted, nothing dropped in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from themescout.report.tables import Findings, Table, findings
from themescout.types import Kind, Role, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

Cells = list[tuple[str, int, int]]


def rows(table: Table) -> Cells:
    return [(row.code, row.informants, row.segments) for category in table.categories for row in category.rows]


def found(built: Any) -> Findings:
    return findings(built.study, built.book)


def test_informants_are_counted_not_segments(build: Callable[..., Any]) -> None:
    built = build()
    first = built.interview("KI01", "paid late once", "paid late twice", "paid late again")
    second = built.interview("KI02", "paid late as well")
    for segment in (*first, *second):
        built.decide(segment, "LATE")
    barriers = found(built).confirmed[0]
    assert rows(barriers) == [("LATE", 2, 4)]
    assert (barriers.categories[0].informants, barriers.categories[0].segments) == (2, 4)


def test_two_interviews_with_one_person_are_one_informant(build: Callable[..., Any]) -> None:
    built = build()
    ids = built.interview("KI01", "paid late") + built.interview("KI01b", "paid late still")
    built.people(("KI01", "KI01", "Ama"), ("KI01b", "KI01b", "Ama"))
    for segment in ids:
        built.decide(segment, "LATE")
    assert rows(found(built).confirmed[0]) == [("LATE", 1, 2)]
    assert found(built).informants == 1


def test_a_segment_with_two_codes_of_a_category_is_one_segment_of_the_category(build: Callable[..., Any]) -> None:
    built = build()
    (segment,) = built.interview("KI01", "paid late and too little")
    built.decide(segment, "LATE")
    built.decide(segment, "SHORT", verdict=Verdict.ADD)
    category = found(built).confirmed[0].categories[0]
    assert (category.segments, len(category.rows)) == (1, 2)


def test_two_coders_who_agree_are_one_entry(build: Callable[..., Any]) -> None:
    built = build()
    (segment,) = built.interview("KI01", "paid late")
    built.decide(segment, "LATE", coder="anna")
    built.decide(segment, "LATE", coder="ben")
    result = found(built)
    assert [len(row.everything) for c in result.confirmed[0].categories for row in c.rows] == [1]
    assert (result.coverage.coders, result.coverage.double) == (("anna", "ben"), 1)


def test_confirmed_and_suggested_are_never_mixed(build: Callable[..., Any]) -> None:
    built = build()
    yes, no, unsure, fresh = built.interview("KI01", "paid late", "no staff", "maybe staff", "paid too little")
    built.suggest((yes, "SHORT", 0.9), (no, "STAFF", 0.9), (unsure, "STAFF", 0.9), (fresh, "SHORT", 0.9))
    built.decide(yes, "LATE", verdict=Verdict.CHANGE)
    built.decide(no, None, verdict=Verdict.REJECT, kind=None)
    built.decide(unsure, None, verdict=Verdict.UNSURE, kind=None)
    result = found(built)
    assert rows(result.confirmed[0]) == [("LATE", 1, 1)]
    assert rows(result.suggested[0]) == [("SHORT", 1, 1)]
    assert not rows(result.confirmed[1]) + rows(result.suggested[1])
    cover = result.coverage
    assert (cover.decided, cover.confirmed, cover.nothing_to_code, cover.unsure, cover.suggested) == (3, 1, 1, 1, 1)


def test_only_machine_suggestions_is_a_draft(build: Callable[..., Any]) -> None:
    built = build()
    (segment,) = built.interview("KI01", "paid late")
    built.suggest((segment, "LATE", 0.99))
    assert found(built).draft
    built.decide(segment, "LATE")
    assert not found(built).draft


def test_a_replaced_transcript_gives_a_lost_quote_never_a_wrong_one(build: Callable[..., Any]) -> None:
    built = build()
    kept, gone = built.interview("KI01", "paid late", "no nurses")
    built.decide(kept, "LATE")
    built.decide(gone, "STAFF")
    built.interview("KI01", "🙂 well then", "paid late")
    result = found(built)
    assert [(item.quote, item.name, item.coder) for item in result.lost] == [("no nurses", "Staff", "anna")]
    (quote,) = result.confirmed[0].categories[0].rows[0].everything
    assert (quote.text, quote.turn) == ("paid late", 2)


def test_words_that_only_the_interviewer_says_now_are_lost(build: Callable[..., Any]) -> None:
    built = build()
    (segment,) = built.interview("KI01", "paid late")
    built.decide(segment, "LATE")
    built.interview("KI01", "paid late", role=Role.INTERVIEWER)
    with built.study.store.transaction():
        built.study.store.segments.replace("KI01", [])
    assert [item.quote for item in found(built).lost] == ["paid late"]
    assert found(built).draft


def test_a_quote_without_its_segment_still_belongs_to_its_speaker(build: Callable[..., Any]) -> None:
    built = build()
    built.people(("FG", "A", "Ama"), ("FG", "B", "Ben"))
    first, second = built.interview("FG", "paid late", "paid very late", speakers=("A", "B"))
    built.decide(first, "LATE")
    built.decide(second, "LATE")
    with built.study.store.transaction():
        built.study.store.segments.replace("FG", [])
    assert rows(found(built).confirmed[0]) == [("LATE", 2, 2)]


def test_a_code_without_a_kind_gets_a_table_of_its_own(build: Callable[..., Any]) -> None:
    built = build()
    (segment,) = built.interview("KI01", "paid late")
    built.decide(segment, "LATE", kind=None)
    result = found(built)
    assert [table.kind for table in result.confirmed] == [Kind.BARRIER, Kind.RESEARCH_QUESTION, None]
    assert rows(result.confirmed[2]) == [("LATE", 1, 1)]
    assert not result.draft


def test_a_kind_without_a_code_and_a_code_that_is_gone_are_in_the_table(build: Callable[..., Any]) -> None:
    built = build()
    first, second = built.interview("KI01", "it is hard", "older words")
    built.decide(first, None)
    built.decide(second, "OLD")
    last = found(built).confirmed[0].categories[-1]
    assert last.name == "No category"
    assert {row.name for row in last.rows} == {"no code given", "OLD (not in the codebook)"}


def test_a_codebook_without_kinds_has_one_table_with_all_its_categories(build: Callable[..., Any]) -> None:
    built = build(kinds=False)
    (segment,) = built.interview("KI01", "paid late")
    built.decide(segment, "LATE")
    (table,) = found(built).confirmed
    assert [(c.name, len(c.rows)) for c in table.categories] == [("Money", 1), ("Staff", 0)]
