"""What a log of decisions amounts to, compared with a slow and obvious model of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from themescout import decisions
from themescout.types import Decision, Kind, Verdict

VERDICTS = [verdict for verdict in Verdict if verdict is not Verdict.UNDO]


def decision(seq: int, verdict: Verdict, **given: object) -> Decision:
    values: dict[str, object] = {
        "segment": "s", "kind": Kind.BARRIER, "code": "A", "coder": "ann", "decided_at": "2026-01-01T00:00:00Z",
        "transcript": "t", "start": 0, "end": 3, "quote": "so…",
    }  # fmt: skip
    return Decision(seq=seq, verdict=verdict, **(values | given))  # type: ignore[arg-type]


@st.composite
def logs(draw: st.DrawFn) -> list[Decision]:
    """Two coders, two segments; an undo aims at an earlier entry of any kind, undos included."""
    made: list[Decision] = []
    for seq in range(1, draw(st.integers(0, 12)) + 1):
        coder, segment = draw(st.sampled_from("ab")), draw(st.sampled_from("xy"))
        if made and draw(st.booleans()):
            target = draw(st.integers(1, seq - 1))
            made.append(decision(seq, Verdict.UNDO, coder=coder, segment=segment, undoes=target, kind=None, code=None))
        else:
            code = draw(st.sampled_from(["A", "B", None]))
            kind = draw(st.sampled_from([*Kind, None]))
            made.append(
                decision(seq, draw(st.sampled_from(VERDICTS)), coder=coder, segment=segment, code=code, kind=kind)
            )
    return made


def holds(log: list[Decision], entry: Decision) -> bool:
    """An entry holds unless some undo of it holds."""
    return not any(d.verdict is Verdict.UNDO and d.undoes == entry.seq and holds(log, d) for d in log)


def whose(d: Decision) -> str:
    """Settling is nobody's: the last one holds, whoever made it."""
    return "" if d.verdict is Verdict.SETTLE else d.coder


def model(log: list[Decision]) -> list[int]:
    """Numbers of the standing decisions: every live entry but those that a later live one of its coder replaces."""
    live = [d for d in log if d.verdict is not Verdict.UNDO and holds(log, d)]
    return [
        d.seq
        for d in live
        if not any(
            later.seq > d.seq
            and (later.segment, whose(later)) == (d.segment, whose(d))
            and later.verdict is not Verdict.ADD
            for later in live
        )
    ]


@given(logs(), st.randoms())
def test_what_stands_is_what_the_model_says_in_whatever_order_the_log_comes(
    log: list[Decision], chance: object
) -> None:
    mixed = list(log)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert [d.seq for d in decisions.standing(mixed)] == model(log)


@given(logs())
def test_labels_are_the_standing_decisions_that_say_something(log: list[Decision]) -> None:
    standing = [d for d in log if d.seq in model(log)]
    settled = {d.segment for d in standing if d.verdict is Verdict.SETTLE}
    standing = [d for d in standing if d.verdict is Verdict.SETTLE or d.segment not in settled]
    expected = [
        (d.segment, d.coder, Kind.NEITHER, None) if d.verdict == "reject" else (d.segment, d.coder, d.kind, d.code)
        for d in standing
        if d.verdict == "reject" or (d.verdict != "unsure" and (d.kind is not None or d.code is not None))
    ]
    made = decisions.labels(log)
    assert [(x.segment, x.coder, x.kind, x.code) for x in made] == expected
    grouped = decisions.by_segment(made)
    assert sorted(label.segment for label in made) == sorted(n for n, items in grouped.items() for _ in items)
    assert all(label.segment == name for name, items in grouped.items() for label in items)


@given(logs())
def test_undoing_the_last_one_again_and_again_empties_a_coders_share(log: list[Decision]) -> None:
    live = [d for d in log if d.coder == "a" and d.verdict is not Verdict.UNDO and holds(log, d)]
    for expected in reversed(live):
        last = decisions.last_undoable(log, "a")
        assert last == expected
        log = [*log, decision(len(log) + 1, Verdict.UNDO, coder="a", undoes=expected.seq)]
    assert decisions.last_undoable(log, "a") is None
    assert not [d for d in decisions.standing(log) if d.coder == "a"]


def test_what_settles_a_segment_stands_in_place_of_what_coders_said_and_can_be_undone() -> None:
    said = [decision(1, Verdict.ACCEPT), decision(2, Verdict.CHANGE, coder="bob", code="B")]
    both = [{"kind": "barrier", "code": "C"}, {"kind": "research_question", "code": "D"}]
    settled = decision(3, Verdict.SETTLE, coder="eve", code="C", shown={"labels": both})
    log = [*said, settled]
    assert [(x.coder, x.kind, x.code) for x in decisions.labels(log)] == [
        ("eve", Kind.BARRIER, "C"), ("eve", Kind.RESEARCH_QUESTION, "D")
    ]  # fmt: skip
    assert [(x.coder, x.code) for x in decisions.by_coders(log)] == [("ann", "A"), ("bob", "B")]
    undone = [*log, decision(4, Verdict.UNDO, coder="eve", undoes=3)]
    assert decisions.labels(undone) == decisions.labels(said)


def test_settled_as_nothing_is_the_label_neither() -> None:
    settled = decision(2, Verdict.SETTLE, coder="eve", kind=Kind.NEITHER, code=None)
    assert [(x.kind, x.code) for x in decisions.labels([decision(1, Verdict.ACCEPT), settled])] == [
        (Kind.NEITHER, None)
    ]


def test_an_undo_brings_back_what_was_replaced_and_can_be_undone() -> None:
    log = [decision(1, Verdict.ACCEPT), decision(2, Verdict.CHANGE, code="B"), decision(3, Verdict.UNDO, undoes=2)]
    assert [d.code for d in decisions.standing(log)] == ["A"]
    assert [d.code for d in decisions.standing([*log, decision(4, Verdict.UNDO, undoes=3)])] == ["B"]


def test_an_added_code_stands_beside_and_a_change_replaces_both() -> None:
    log = [decision(1, Verdict.ACCEPT), decision(2, Verdict.ADD, code="B")]
    assert [label.code for label in decisions.labels(log)] == ["A", "B"]
    assert [label.code for label in decisions.labels([*log, decision(3, Verdict.CHANGE, code="C")])] == ["C"]


def test_unsure_is_no_label_and_a_rejection_is_neither() -> None:
    assert decisions.labels([decision(1, Verdict.ACCEPT), decision(2, Verdict.UNSURE)]) == ()
    (label,) = decisions.labels([decision(1, Verdict.REJECT, quote="😀 no")])
    assert (label.kind, label.code, label.quote) == (Kind.NEITHER, None, "😀 no")
