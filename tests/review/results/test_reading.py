"""Whole interviews to read: every piece is an exact slice, and every decision stands beside its segment."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout import codebook, project
from themescout.errors import StudyError
from themescout.review import service
from themescout.review.desk import Desk
from themescout.review.preferences import Preferences
from themescout.review.results import reading
from themescout.review.results.reading import cut
from themescout.settings import Settings, changed
from themescout.store.transcripts import StoredFile
from themescout.types import Decision, Kind, Ranked, Role, Segment, Speaker, Suggestion, Transcript, Turn, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from themescout.project import Study

BOOK = codebook.parse(
    "id: t\nkinds: [{id: barrier, name: Barrier}, {id: research_question, name: Question}, {id: neither, name: N}]\n"
    "codes:\n- {id: MONEY, name: Money}\n- {id: PEOPLE, name: People}\n",
    name="t.yaml",
)
RTL = "\u202e\u200f שלום"
ANSWER = f"😀 The money came late. {RTL} Nobody was there. "


def interview(name: str, words: str = ANSWER) -> tuple[Transcript, list[Segment]]:
    """A question and an answer of two segments, `name-1` and `name-2`, with white space between and after them."""
    text = f"Q: What?\n\nA: {words}\n"
    begin = text.index(words)
    turns = (
        Turn(seq=0, speaker="Q", role=Role.INTERVIEWER, start=3, end=8),
        Turn(seq=1, speaker="A", role=Role.INFORMANT, start=begin, end=begin + len(words), start_s=3723.9),
    )
    split = words.index("Nobody")
    places = [(begin, begin + len(words[:split].rstrip())), (begin + split, begin + len(words.rstrip()))]
    segments = [
        Segment(id=f"{name}-{i}", transcript=name, turn=1, start=a, end=b, text=text[a:b], speaker="A")
        for i, (a, b) in enumerate(places, start=1)
    ]
    speakers = (
        Speaker(label="Q", role=Role.INTERVIEWER, reason="", turns=1, words=1),
        Speaker(label="A", role=Role.INFORMANT, reason="", turns=1, words=8),
    )
    return Transcript(id=name, name=name, text=text, turns=turns, speakers=speakers, format="txt"), segments


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    settings = changed(Settings(), "review", blind=0.0, double=0.0)
    with project.create(tmp_path / "study", settings) as made:
        with made.store.transaction():
            for name in ("A", "B"):
                transcript, segments = interview(name)
                made.store.transcripts.add_file(StoredFile(sha256=name, name=name, stored=name, bytes=1, added_at=""))
                made.store.transcripts.add(transcript, file=name, wave="w1")
                made.store.segments.replace(name, segments)
            made.store.suggestions.replace(
                [Suggestion(segment=f"{n}-{i}", kind=Kind.BARRIER, kind_p=0.7, ranked=(Ranked(code="MONEY", p=0.6),))
                 for n in "AB" for i in (1, 2)]
            )  # fmt: skip
        yield made


def decide(study: Study, segment: str, code: str | None = "MONEY", coder: str = "ann", **more: Any) -> Decision:
    values: dict[str, Any] = {"verdict": Verdict.CHANGE, "kind": Kind.BARRIER, "book": BOOK, **more}
    return service.decide(study, segment=segment, code=code, coder=coder, **values)


def stretches(desk: Desk, coder: str = "ann", name: str = "A") -> list[reading.Stretch]:
    return [stretch for turn in reading.reading(desk, coder, name).turns for stretch in turn.stretches]


def labels(stretch: reading.Stretch) -> list[tuple[str, str, str, str]]:
    return [(note.says, note.code, note.kind, note.coder) for note in stretch.notes]


# --- pieces ----------------------------------------------------------------------------------------------------------

WORDS = st.text(st.sampled_from("aé 😀\n\u202e\u200f\u0301ש.") | st.characters(exclude_categories=["Cs"]), min_size=1)


@given(WORDS, st.data())
def test_pieces_of_a_turn_are_its_words(words: str, data: st.DataObject) -> None:
    text = f"xx{words}yy"
    spot = st.integers(0, len(text))
    spans = [(min(a, b), max(a, b), i) for i, (a, b) in enumerate(data.draw(st.lists(st.tuples(spot, spot))))]
    pieces = cut(text, 2, 2 + len(words), spans)
    assert "".join(piece.text for piece in pieces) == words
    for piece in pieces:
        assert piece.text == text[piece.start : piece.end]
        assert piece.text
        inside = {i for s, e, i in spans if s <= piece.start and piece.end <= e}
        touched = {i for s, e, i in spans if s < piece.end and e > piece.start}
        assert set(piece.notes) == inside == touched  # no span ends in the middle of a piece


@given(WORDS, st.data())
def test_stretches_of_a_turn_are_its_words_whatever_the_segments(words: str, data: st.DataObject) -> None:
    edges = sorted(data.draw(st.lists(st.integers(0, len(words)), max_size=6)))
    pairs = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False) if a < b]
    turn = Turn(seq=0, speaker="A", role=Role.INFORMANT, start=0, end=len(words))
    transcript = Transcript(id="t", name="t", text=words, turns=(turn,), speakers=(), format="txt")
    items = {
        f"s{a}": Segment(id=f"s{a}", transcript="t", turn=0, start=a, end=b, text=words[a:b], speaker="A")
        for a, b in pairs
    }
    log = tuple(
        Decision(
            segment=name, verdict=Verdict.ACCEPT, kind=None, code="MONEY", coder="ann", decided_at="", transcript="t",
            start=item.start, end=item.end, quote=item.text, seq=i,
        )
        for i, (name, item) in enumerate(items.items(), start=1)
    )  # fmt: skip
    desk: Any = SimpleNamespace(items=items, visible=lambda coder: log, book=BOOK)
    (said,) = reading._turns(desk, "ann", transcript)
    assert "".join(piece.text for stretch in said.stretches for piece in stretch.pieces) == words
    assert [stretch.segment for stretch in said.stretches if stretch.segment] == list(items)
    for stretch in said.stretches:
        noted = "".join(piece.text for piece in stretch.pieces if piece.notes)
        assert noted == (items[stretch.segment].text if stretch.segment else "")


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.0, "0:00"), (62.9, "1:02"), (3723.9, "1:02:03"), (36000.0, "10:00:00")]
)
def test_times_are_read_as_on_a_clock(seconds: float, shown: str) -> None:
    assert reading.clock(seconds) == shown


# --- notes -----------------------------------------------------------------------------------------------------------


def test_every_decision_stands_beside_its_segment(study: Study) -> None:
    decide(study, "A-1", memo="<b>late</b>")
    decide(study, "A-1", "PEOPLE", "ben", kind=Kind.RESEARCH_QUESTION)
    decide(study, "A-2", None, "ben", verdict=Verdict.REJECT, kind=None)
    decide(study, "A-2", None, "ann", verdict=Verdict.UNSURE, kind=None)
    asked, first, second = stretches(Desk(study, BOOK))
    assert asked.segment == ""
    assert labels(first) == [("code", "Money", "Barrier", "ann"), ("code", "People", "Question", "ben")]
    assert [note.memo for note in first.notes] == ["<b>late</b>", ""]
    assert labels(second) == [("nothing", "", "", "ben"), ("unsure", "", "", "ann")]
    assert not first.undecided
    assert [note.number for stretch in (first, second) for note in stretch.notes] == [1, 2, 3, 4]


def test_the_words_decided_on_are_marked_exactly(study: Study) -> None:
    item = study.store.segments.get("A-1")
    assert item
    start = item.start + item.text.index("money")
    decide(study, "A-1", span=(start, start + len("money came")))
    decide(study, "A-1", "PEOPLE", span=(start + 6, item.end), verdict=Verdict.ADD)
    _, first, _ = stretches(Desk(study, BOOK))
    assert [(piece.text, piece.notes) for piece in first.pieces] == [
        ("😀 The ", ()), ("money ", (1,)), ("came", (1, 2)), (f" late. {RTL}", (2,)), (" ", ()),
    ]  # fmt: skip


def test_an_undone_decision_is_not_shown_and_the_segment_is_open_again(study: Study) -> None:
    desk = Desk(study, BOOK)
    decide(study, "A-1")
    service.undo(study, "ann")
    with desk.held(writing=True):
        pass
    assert [stretch.undecided for stretch in stretches(desk)] == [False, True, True]


def test_what_settles_a_disagreement_stands_alone(study: Study) -> None:
    decide(study, "A-1")
    decide(study, "A-1", "PEOPLE", "ben")
    two = [(Kind.BARRIER, "MONEY"), (Kind.BARRIER, "PEOPLE")]
    service.settle(study, segment="A-1", labels=two, coder="cleo", book=BOOK)
    service.settle(study, segment="A-2", labels=(), coder="cleo", book=BOOK)
    _, first, second = stretches(Desk(study, BOOK))
    assert labels(first) == [("code", "Money", "Barrier", "cleo"), ("code", "People", "Barrier", "cleo")]
    assert all(note.settled for note in (*first.notes, *second.notes))
    assert labels(second) == [("nothing", "", "", "cleo")]


def test_words_that_have_gone_are_said_to_have_gone(study: Study) -> None:
    decide(study, "A-1")
    item = study.store.segments.get("A-2")
    assert item
    decide(study, "A-2", span=(item.start, item.start + 6))
    transcript, segments = interview("A", ANSWER.replace("😀 The", "😀 All the"))
    with study.store.transaction():
        study.store.transcripts.add(transcript, file="A", wave="w1")
        study.store.segments.replace("A", segments)
    _, first, second = stretches(Desk(study, BOOK))
    assert [(note.placed, note.quote) for note in first.notes] == [(False, f"😀 The money came late. {RTL}")]
    assert not any(piece.notes for piece in first.pieces)
    assert next((piece.text, piece.notes) for piece in second.pieces) == ("Nobody", (2,))


def test_who_works_independently_sees_their_own_decisions_and_no_suggestions(study: Study) -> None:
    decide(study, "A-1", coder="ben")
    desk = Desk(study, BOOK)
    assert [len(s.notes) for s in stretches(desk)] == [0, 1, 0]
    assert [h.segment for h in reading.hints(desk, "ann", "A")[0]] == ["A-2"]
    desk.prefer("ann", Preferences(independent=True))
    assert [len(s.notes) for s in stretches(desk)] == [0, 0, 0]
    assert reading.hints(desk, "ann", "A") == ((), None)
    assert reading.interviews(desk, "ann")[0].decided == 0


def test_segments_of_everybody_hide_others_decisions_until_ones_own(study: Study) -> None:
    decide(study, "A-1", coder="ben")
    settings = changed(study.settings, "review", double=1.0)
    desk = Desk(project.Study(folder=study.folder, settings=settings, store=study.store), BOOK)
    assert [len(s.notes) for s in stretches(desk)] == [0, 0, 0]
    decide(study, "A-1", coder="ann")
    with desk.held(writing=True):
        pass
    assert [len(s.notes) for s in stretches(desk)] == [0, 2, 0]


def test_suggestions_are_kept_back_for_segments_drawn_to_be_decided_without(study: Study) -> None:
    settings = changed(study.settings, "review", blind=1.0)
    desk = Desk(project.Study(folder=study.folder, settings=settings, store=study.store), BOOK)
    assert reading.hints(desk, "ann", "A") == ((), None)
    plain = Desk(study, BOOK)
    (one, _), _ = reading.hints(plain, "ann", "A")
    assert (one.says, one.kind, one.p) == ("Money", "Barrier", 0.6)


def test_suggestions_come_some_at_a_time(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "AT_ONCE", 1)
    desk = Desk(study, BOOK)
    (first,), following = reading.hints(desk, "ann", "A")
    assert (first.segment, following) == ("A-1", 1)
    (second,), following = reading.hints(desk, "ann", "A", 1)
    assert (second.segment, following) == ("A-2", None)


# --- the list --------------------------------------------------------------------------------------------------------


def test_the_list_counts_what_is_there(study: Study) -> None:
    decide(study, "A-1")
    decide(study, "A-2", "PEOPLE", "ben")
    desk = Desk(study, BOOK)
    first, second = reading.interviews(desk, "ann")
    assert (first.transcript, first.wave, first.informants, first.turns, first.words) == ("A", "w1", ("A",), 2, 9)
    assert (first.segments, first.mine, first.decided, first.codes) == (2, 1, 2, 2)
    assert (second.mine, second.decided, second.codes) == (0, 0, 0)
    found = reading.reading(desk, "ann", "A")
    assert (found.before, found.after) == ("", "B")
    assert reading.reading(desk, "ann", "B").before == "A"


def test_the_list_is_counted_once_while_nothing_changes(study: Study, counted: Callable[..., list[str]]) -> None:
    desk, calls = Desk(study, BOOK), counted(reading, "_interviews")
    reading.interviews(desk, "ann")
    reading.interviews(desk, "ann")
    assert len(calls) == 1
    decide(study, "A-1")
    with desk.held(writing=True):
        pass
    assert reading.interviews(desk, "ann")[0].mine == 1
    assert len(calls) == 2


def test_an_interview_that_is_not_there_is_a_problem_with_a_sentence(study: Study) -> None:
    with pytest.raises(StudyError, match="no interview C"):
        reading.reading(Desk(study, BOOK), "ann", "C")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Count calls of a module's function: `counted(module, "name")`."""

    def count(module: Any, name: str) -> list[str]:
        calls: list[str] = []
        real = getattr(module, name)

        def called(*given: Any, **named: Any) -> Any:
            calls.append(name)
            return real(*given, **named)

        monkeypatch.setattr(module, name, called)
        return calls

    return count
