"""Which decisions were made under a wording that no longer holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from themescout.codebook import Code, Codebook
from themescout.review.wording.wordings import Again, Wordings, again, concerned, decided, read
from themescout.store.records import BookVersion
from themescout.types import Decision, Kind, Verdict

MONEY = Code(id="M", name="Money", definition="Funds.")
BOOK = Codebook(id="b", title="B", codes=(MONEY, Code(id="P", name="People", definition="Staff.")))


def worded(definition: str) -> Codebook:
    return replace(BOOK, codes=(replace(MONEY, definition=definition), BOOK.codes[1]))


def known(*books: Codebook) -> Wordings:
    versions = [BookVersion(version=i, sha256="", used_from=f"2026-01-0{i}T00:00:00+00:00") for i in range(1, 10)]
    return Wordings(versions[: len(books)], books)


def decision(seq: int, day: int, **values: Any) -> Decision:
    made = {
        "segment": "s", "verdict": Verdict.CHANGE, "kind": Kind.BARRIER, "code": "M", "coder": "ann",
        "transcript": "t", "start": 0, "end": 1, "quote": "q", "decided_at": f"2026-01-0{day}T12:00:00+00:00",
    }  # fmt: skip
    return Decision(**{**made, "seq": seq, **values})


def listed(log: list[Decision], wordings: Wordings) -> dict[str, list[int]]:
    return {code: [one.decision.seq for one in found] for code, found in again(log, wordings).items()}


def test_what_was_decided_before_a_change_is_to_be_looked_at_again() -> None:
    log = [decision(1, 1), decision(2, 2, segment="after"), decision(3, 1, segment="other", code="P")]
    assert again(log, known(BOOK, worded("Funds and fuel."))) == {"M": (Again(decision=log[0], version=1),)}
    assert again(log, known(BOOK)) == {}
    assert again(log, known()) == {}


def test_a_segment_leaves_the_list_when_its_coder_decides_again_and_comes_back_when_that_is_undone() -> None:
    changed = known(BOOK, worded("Funds and fuel."))
    log = [decision(1, 1), decision(2, 1, coder="ben"), decision(3, 2, code="P")]
    assert listed(log, changed) == {"M": [2]}
    added = [decision(1, 1), decision(2, 2, verdict=Verdict.ADD, code="P")]
    assert listed(added, changed) == {}
    undo = decision(4, 3, verdict=Verdict.UNDO, undoes=3, code=None, kind=None)
    assert listed([*log, undo], changed) == {"M": [1, 2]}


def test_a_wording_that_came_back_asks_for_nothing_but_what_was_decided_in_between() -> None:
    log = [decision(1, 1), decision(2, 2, segment="between")]
    assert listed(log, known(BOOK, worded("Funds and fuel."), BOOK)) == {"M": [2]}


def test_capitals_examples_and_other_codes_ask_for_nothing() -> None:
    same = replace(
        BOOK, codes=(replace(MONEY, definition="FUNDS", keywords=("x",), examples={"": ("y",)}), BOOK.codes[1])
    )
    assert again([decision(1, 1)], known(BOOK, same)) == {}
    added = replace(BOOK, codes=(*BOOK.codes, Code(id="N", name="New")))
    assert again([decision(1, 1), decision(2, 1, segment="x", code="N")], known(BOOK, added)) == {}


def test_what_was_decided_in_the_second_of_the_change_counts_as_before_it() -> None:
    log = [decision(1, 1, decided_at="2026-01-02T00:00:00+00:00")]
    changed = known(BOOK, worded("Funds and fuel."))
    assert listed(log, changed) == {"M": [1]}
    assert changed.older("M", "2026-01-02T00:00:01+00:00") == 0
    assert changed.older("M", "2020-01-01T00:00:00+00:00") == 1


def test_a_code_that_was_suggested_first_is_decided_about_too() -> None:
    shown = {"codes": [{"code": "M", "p": 0.6}, {"code": "P", "p": 0.3}]}
    assert concerned(decision(1, 1, code="P", shown=shown)) == {"M", "P"}
    assert concerned(decision(1, 1, verdict=Verdict.REJECT, code=None, shown=shown)) == {"M"}
    assert concerned(decision(1, 1, code=None, shown={**shown, "abstained": True})) == frozenset()
    assert concerned(decision(1, 1, code=None, shown={"kept_back": shown})) == frozenset()
    both = {
        "labels": [{"kind": "barrier", "code": "M"}, {"kind": None, "code": "P"}, {"kind": "neither", "code": None}]
    }
    assert concerned(decision(1, 1, verdict=Verdict.SETTLE, shown=both)) == {"M", "P"}
    assert decided([decision(1, 1), decision(2, 1, segment="x", code="P", shown=shown)], "M") == 2


def test_a_stored_version_is_read_back() -> None:
    assert read(BOOK.source_text) == BOOK
