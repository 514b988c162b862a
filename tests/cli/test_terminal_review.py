"""The terminal review: keys in, stored decisions and a screen out."""

from __future__ import annotations

import io
import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from themescout import codebook, decisions, project
from themescout.candidates import Theme
from themescout.cli.terminal import keyboard
from themescout.cli.terminal.session import review_in_terminal
from themescout.cli.terminal.state import State, find
from themescout.errors import StudyError, ThemescoutError
from themescout.review.arranging import Order
from themescout.settings import Settings
from themescout.store.transcripts import StoredFile
from themescout.types import Evidence, Kind, Ranked, Role, Segment, Speaker, Suggestion, Transcript, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from themescout.codebook import Codebook
    from themescout.project import Study

BOOK = codebook.parse(
    """
id: t
kinds: [{id: barrier, name: Barrier}, {id: research_question, name: Research question}, {id: neither, name: Neither}]
codes:
- id: C1
  name: Context
  children:
  - {id: MONEY, name: Money, definition: Nobody pays., include: [fees], exclude: [{text: staff pay, goes_to: [STAFF]}]}
  - {id: ROADS, name: Roads}
- {id: STAFF, name: Staff, keywords: [nurses]}
""",
    name="t.yaml",
)
NO_KINDS = codebook.parse("codes: [{id: MONEY, name: Money}, {id: STAFF, name: Staff}]", name="k.yaml")

ANSWERS = (
    "There was no [bold red]money[/bold red] and [i]nobody[/] asked 🎉.",
    "לא היה כסף לכפרים, ואיש לא שאל.",
    "We would love to know whether it lasts.",
    "Thank you for coming.",
    "I cannot say.",
)
RANKED = (Ranked(code="MONEY", p=0.61), Ranked(code="STAFF", p=0.2), Ranked(code="ROADS", p=0.004))
# s0: barrier, MONEY; s1: the same; s2: research question; s3: neither; s4: no suggestion
KINDS = (Kind.BARRIER, Kind.BARRIER, Kind.RESEARCH_QUESTION, Kind.NEITHER)


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with project.create(tmp_path / "my study", Settings()) as made:
        fill(made)
        yield made


def fill(study: Study) -> None:
    """One interview, five segments s0 … s4 in two themes."""
    text, turns, segments = "", [], []
    for i, answer in enumerate(ANSWERS):
        for role, label, words in ((Role.INTERVIEWER, "Q", f"Question [{i}]?"), (Role.INFORMANT, "A", answer)):
            start = len(text) + 3
            turns.append(
                Turn(seq=len(turns), speaker=label, role=role, start=start, end=start + len(words), start_s=7.0)
            )
            text += f"{label}: {words}\n\n"
        segments.append(
            Segment(
                id=f"s{i}", transcript="KI01", turn=len(turns) - 1, start=start, end=start + len(words), text=answer,
                speaker="A",
            )
        )  # fmt: skip
    speakers = tuple(
        Speaker(label=x, role=r, reason="", turns=5, words=1)
        for x, r in (("Q", Role.INTERVIEWER), ("A", Role.INFORMANT))
    )
    with study.store.transaction():
        study.store.transcripts.add_file(StoredFile(sha256="f", name="f", stored="f", bytes=1, added_at="2026"))
        made = Transcript(id="KI01", name="KI01", text=text, turns=tuple(turns), speakers=speakers, format="txt")
        study.store.transcripts.add(made, file="f", wave="")
        study.store.segments.replace("KI01", segments)
        study.store.themes.replace([theme(0, ("s0", "s1", "s2")), theme(1, ("s3", "s4"))])
        study.store.suggestions.replace([suggestion(f"s{i}", kind) for i, kind in enumerate(KINDS)])


def theme(number: int, members: tuple[str, ...]) -> Theme:
    return Theme(
        id=number, label=f"[label] {number}", keywords=(), members=members, strengths=(0.9,) * len(members),
        exemplars=(), found_in=12, runs=15,
    )  # fmt: skip


def suggestion(segment: str, kind: Kind | None, **more: object) -> Suggestion:
    values = {"kind": kind, "kind_p": 0.72, "ranked": RANKED, **more}
    return Suggestion(segment=segment, **values)  # type: ignore[arg-type]


def play(study: Study, *keys: str, book: Codebook = BOOK, width: int = 100, height: int = 40, **more: object) -> str:
    """Press `keys`, one read each, then leave; return everything that was shown."""
    pressed = iter((*keys, "\x03"))
    console = Console(file=io.StringIO(), width=width, height=height, color_system=None)
    values = {"coder": "ann", "order": Order.THEME, **more}
    review_in_terminal(study, book, read_key=lambda: next(pressed), console=console, **values)  # type: ignore[arg-type]
    return console.file.getvalue()  # type: ignore[attr-defined]


def log(study: Study) -> list[tuple[str, str, str | None, str | None]]:
    return [(d.segment, d.verdict, d.kind, d.code) for d in study.store.decisions.all()]


def labels(study: Study) -> list[tuple[str, str | None, str | None]]:
    return [(label.segment, label.kind, label.code) for label in decisions.labels(study.store.decisions.all())]


B, R, N = "barrier", "research_question", "neither"


@pytest.mark.parametrize(
    ("keys", "stored"),
    [
        (["a"], ("s0", "accept", B, "MONEY")),
        (["1"], ("s0", "accept", B, "MONEY")),
        (["b", "a"], ("s0", "accept", B, "MONEY")),
        (["2"], ("s0", "change", B, "STAFF")),
        (["r", "1"], ("s0", "change", R, "MONEY")),
        (["r", "a"], ("s0", "change", R, "MONEY")),
        (["r", "r", "a"], ("s0", "accept", B, "MONEY")),
        (["n"], ("s0", "reject", N, None)),
        (["x"], ("s0", "unsure", None, None)),
        (["r", "0"], ("s0", "change", R, None)),
        (["A"], ("s0", "accept", B, "MONEY")),
        (["c", "r", "o", "a", "\r"], ("s0", "change", B, "ROADS")),
        (["c", "\x1b[B", "\r"], ("s0", "change", B, "ROADS")),
        (["c", "3"], ("s0", "change", B, "STAFF")),
        (["c", "z", "\x7f", "n", "u", "r", "1"], ("s0", "change", B, "STAFF")),
        (["r", "c", "m", "o", "\r"], ("s0", "change", R, "MONEY")),
        (["s", "a"], ("s1", "accept", B, "MONEY")),
        (["t", "a"], ("s3", "accept", N, None)),
        (["t", "n"], ("s3", "accept", N, None)),
        (["t", "2", "r"], ("s3", "change", R, "STAFF")),
        (["t", "b", "2"], ("s3", "change", B, "STAFF")),
        (["t", "s", "c", "1", "b"], ("s4", "change", B, "MONEY")),
    ],
)
def test_keys_become_one_stored_decision(study: Study, keys: list[str], stored: tuple[str, ...]) -> None:
    play(study, *keys)
    assert log(study) == [stored]


@pytest.mark.parametrize(
    "keys",
    [["4"], ["c", "\x1b"], ["e", "d", "\x1b"], ["?", "a"], ["m", "a", "\x1b"],
     ["t", "s", "a"], ["t", "s", "0"], ["t", "2", "\x1b"],
     ["+"], ["u"], ["U"], ["g"], ["\x1b[17~"], ["ä"], ["c", "z", "z", "\r"], ["c", "9"], ["\x1b[200~"]],
)  # fmt: skip
def test_these_keys_decide_nothing(study: Study, keys: list[str]) -> None:
    play(study, *keys)
    assert log(study) == []


def test_several_keys_of_one_read_never_decide_on_a_segment_that_was_not_shown(study: Study) -> None:
    play(study, "r2aaa")
    assert log(study) == [("s0", "change", R, "STAFF")]


def test_a_pasted_memo_is_one_line_of_text_and_no_keys(study: Study) -> None:
    play(study, "m", "ask [her]\nagain 🎉", "\r", "a", "a")
    assert [d.memo for d in study.store.decisions.all()] == ["ask [her] again 🎉", ""]


def test_a_memo_stays_with_its_segment_and_is_not_lost_in_silence(study: Study) -> None:
    play(study, "m", "w", "h", "y", "\r", "s", "a", "q", "a", "n", "n", "a")
    found = {d.segment: d.memo for d in study.store.decisions.all()}
    assert found == {"s1": "", "s2": "", "s3": "", "s4": "", "s0": "why"}


def test_another_code_with_another_kind_is_added_beside_the_first(study: Study) -> None:
    play(study, "a", "+", "r", "o", "a", "\r", "r")
    assert labels(study) == [("s0", B, "MONEY"), ("s0", R, "ROADS")]
    assert log(study)[-1][1] == "add"


def test_the_same_code_is_not_added_twice_and_nothing_is_added_to_nothing(study: Study) -> None:
    assert "this code with this kind already" in play(study, "a", "+", "1", "\r")
    assert "nothing can be added" in play(study, "n", "+", coder="bob")
    assert len(log(study)) == 2


def test_undo_goes_back_to_the_segment_and_redo_goes_on(study: Study) -> None:
    play(study, "a", "2", "u", "u", "U", "n")
    assert labels(study) == [("s0", B, "MONEY"), ("s1", N, None)]


def test_undo_of_a_second_thought_lets_the_first_stand_again(study: Study) -> None:
    play(study, "a", "g", "2", "u")
    assert labels(study) == [("s0", B, "MONEY")]


def test_looking_back_shows_what_was_decided_and_a_new_decision_replaces_it(study: Study) -> None:
    shown = play(study, "a", "2", "g", "g", "n", "a")
    assert "You decided: barrier · Money" in shown
    assert labels(study) == [("s1", B, "STAFF"), ("s0", N, None), ("s2", R, "MONEY")]


def test_a_kind_chosen_by_the_person_is_kept_when_only_the_code_is_changed_later(study: Study) -> None:
    play(study, "r", "1", "g", "2")
    assert labels(study) == [("s0", R, "STAFF")]


def test_decisions_of_an_earlier_sitting_can_be_looked_at_and_undone(study: Study) -> None:
    play(study, "a")
    assert "You decided: barrier · Money" in play(study, "g")
    play(study, "u")
    assert labels(study) == []


def test_the_order_can_be_changed_and_what_was_put_aside_stays_last(study: Study) -> None:
    play(study, "s", "i", "a")
    assert log(study)[0][0] == "s1"
    assert "Interview KI01" in play(study, order=Order.INTERVIEW)


def test_seconds_and_what_was_shown_are_stored(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100))
    monkeypatch.setattr("themescout.cli.terminal.session.time.monotonic", lambda: float(next(clock)))
    play(study, "e", "a")
    stored = study.store.decisions.all()[0]
    assert stored.seconds == 2.0  # shown at 0, `e` at 1, `a` at 2
    assert stored.shown["codes"][0] == {"code": "MONEY", "p": 0.61}


def test_leaving_in_any_way_keeps_everything(study: Study) -> None:
    for end in ("q", "\x03", "\x04"):
        pressed = iter(("a", end))
        review_in_terminal(
            study, BOOK, coder=f"x{ord(end)}", order=Order.THEME, read_key=lambda keys=pressed: next(keys),
            console=Console(file=io.StringIO()),
        )  # fmt: skip

    def interrupt() -> str:
        raise KeyboardInterrupt

    review_in_terminal(
        study, BOOK, coder="y", order=Order.THEME, read_key=interrupt, console=Console(file=io.StringIO())
    )
    study.close()
    with project.open_study(study.folder) as again:
        assert len(log(again)) == 3


def test_transcripts_are_shown_as_text_whatever_they_hold(study: Study) -> None:
    shown = play(study, "s")
    assert ANSWERS[0] in shown
    assert ANSWERS[1] in shown
    assert "Question [0]?" in shown
    assert "[label] 0 · found in 12 of 15 runs" in shown
    assert "KI01 · A · turn 2 of 10 · 0:00:07" in shown


def test_the_screen_says_what_is_suggested_and_nothing_is_ticked(study: Study) -> None:
    shown = play(study)
    assert "Suggested: barrier 72 %" in shown
    assert "MONEY  Money · Context" in shown
    assert "61 %" in shown
    assert "<1 %" in shown
    assert "Suggested: nothing to code here 72 %" in play(study, "t")
    assert "No suggestion for this segment." in play(study, "t", "s")


def test_an_abstaining_machine_is_not_accepted_but_its_nearest_codes_can_be_chosen(study: Study) -> None:
    with study.store.transaction():
        study.store.suggestions.replace([suggestion("s0", Kind.BARRIER, abstained=True)])
    assert "Nothing suggested: too uncertain." in play(study, "a")
    assert log(study) == []
    play(study, "1", "b")
    assert log(study) == [("s0", "change", B, "MONEY")]


def test_evidence_and_definitions_are_shown_on_demand_verbatim(study: Study) -> None:
    cited = (
        Evidence(source="definition", text="Nobody [pays].", ref="MONEY", similarity=0.5),
        Evidence(source="precedent", text="No [money] here", ref="s4", similarity=0.4),
        Evidence(source="rejected", text="Rich enough", ref="gone", similarity=-0.1),
    )
    with study.store.transaction():
        ranked = (Ranked(code="MONEY", p=0.6, evidence=cited), *RANKED[1:])
        study.store.suggestions.replace([suggestion("s0", Kind.BARRIER, ranked=ranked)])
    assert "Nobody [pays]." not in play(study)
    shown = play(study, "e")
    assert "its definition: “Nobody [pays].”" in shown
    assert "nearest segment that was given this code, KI01 · A: “No [money] here”" in shown
    assert "nearest segment that was refused this code: “Rich enough”" in shown
    shown = play(study, "d")
    assert "+ fees" in shown
    assert "− staff pay → STAFF" in shown
    assert "STAFF Staff" in play(study, "d", "d")


def test_a_codebook_without_kinds_has_no_keys_for_kinds(study: Study) -> None:
    with study.store.transaction():
        study.store.suggestions.replace([suggestion("s0", None)])
    shown = play(study, "b", "r", "0", "?", book=NO_KINDS)
    assert "b barrier" not in shown
    assert "research question" not in shown
    assert "ROADS" not in shown  # suggested once, but no code of this codebook
    play(study, "a", "n", "c", "s", "t", "\r", book=NO_KINDS)
    assert log(study) == [
        ("s0", "accept", None, "MONEY"),
        ("s1", "reject", None, None),
        ("s2", "change", None, "STAFF"),
    ]


def test_at_the_end_there_is_a_summary_and_undo_still_works(study: Study) -> None:
    shown = play(study, "a", "a", "x", "n", "n", "a", "1")
    assert "all 5 segments are decided" in shown
    assert "3 accepted, 1 nothing to code, 1 unsure" in shown
    assert "themescout report" in shown
    assert len(log(study)) == 5
    play(study, "u")
    assert len(labels(study)) == 3


@pytest.mark.parametrize(("width", "height"), [(60, 24), (40, 12), (60, 15), (200, 60)])
@pytest.mark.parametrize("keys", [["e"], ["d"], ["?"], ["c"], ["m"], ["t", "2"], ["a", "g"], ["down"], [" ", " "]])
def test_every_screen_fits_the_terminal(study: Study, width: int, height: int, keys: list[str]) -> None:
    console = Console(file=io.StringIO(), width=width, height=height, color_system=None)
    screens, pressed = [], iter((*keys, "\x03"))

    def read() -> str:
        screens.append(console.file.getvalue())
        return next(pressed)

    review_in_terminal(study, BOOK, coder="ann", order=Order.THEME, read_key=read, console=console)
    for before, after in zip(["", *screens], screens, strict=False):
        lines = after[len(before) :].splitlines()
        assert len(lines) <= height
        assert all(Console(width=999).measure(line).maximum <= width for line in lines if "[" not in line)


def test_without_a_terminal_it_says_so(study: Study) -> None:
    with pytest.raises(ThemescoutError, match="needs a terminal"):
        review_in_terminal(study, BOOK, coder="ann", order=Order.THEME)


def test_a_study_without_segments_says_how_to_make_them(tmp_path: Path) -> None:
    with project.create(tmp_path / "empty", Settings()) as empty, pytest.raises(StudyError, match="no segments"):
        play(empty)


def test_a_segment_that_went_meanwhile_is_a_message_not_an_end(study: Study) -> None:
    def keys() -> Iterator[str]:
        with study.store.transaction():
            study.store.transcripts.remove("KI01")
        yield from ("a", "q")

    pressed, console = keys(), Console(file=io.StringIO())
    review_in_terminal(study, BOOK, coder="ann", order=Order.THEME, read_key=lambda: next(pressed), console=console)
    assert "There is no segment s0" in console.file.getvalue()


def test_codes_are_found_by_beginnings_first_then_by_what_the_codebook_says() -> None:
    assert find(BOOK, "") == ("MONEY", "ROADS", "STAFF")
    assert find(BOOK, "sta") == ("STAFF",)
    assert find(BOOK, "PAY nobody") == ("MONEY",)
    assert find(BOOK, "context") == ("MONEY", "ROADS")
    assert find(BOOK, "zzz") == ()


def test_named_keys_are_told_from_letters() -> None:
    assert keyboard.keys("\x1b[A") == ("up",)
    assert keyboard.keys("a\x1b[Bé\x1b[17~\r") == ("a", "down", "é", "enter")
    assert keyboard.keys("\x1b") == ("esc",)
    assert keyboard.keys("") == ()
    assert keyboard.keys("à") == ("à",)


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
def test_the_keyboard_is_read_key_by_key_and_put_right_again(monkeypatch: pytest.MonkeyPatch) -> None:
    import pty
    import termios

    person, terminal = pty.openpty()
    before = termios.tcgetattr(terminal)
    with os.fdopen(terminal, "rb", buffering=0) as stdin, os.fdopen(person, "wb", buffering=0) as hand:
        monkeypatch.setattr(sys, "stdin", stdin)
        with keyboard.reader() as read:
            hand.write("é".encode())
            assert read() == "é"
            hand.write("🎉".encode()[:2])
            hand.write("🎉".encode()[2:])
            assert read() == "🎉"
            hand.write(b"\x03")
            assert read() == "\x03"
            signal.raise_signal(signal.SIGWINCH)
            assert read() == keyboard.RESIZED
        assert termios.tcgetattr(terminal) == before


def test_a_state_without_segments_has_nothing_to_show() -> None:
    state = State(book=BOOK, todo=())
    assert (state.item, state.memo, state.listed, state.kind_to_be) == (None, "", (), None)


def test_a_decision_keeps_the_order_in_which_its_segment_came_up(study: Study) -> None:
    play(study, "n", order=Order.SURE)
    play(study, "n", order=Order.SAMPLE)
    play(study, "g", "x", order=Order.THEME)  # looked up again: no order
    shown = [decision.shown for decision in study.store.decisions.all()]
    assert [entry.get("order") for entry in shown] == ["sure", "sample", None]
    assert "frame" in shown[1]["sample"]


def test_o_goes_through_all_orders(study: Study) -> None:
    told = play(study, *("o" * len(Order)))
    for words in ("interviews", "suggested codes", "most is learned", "surest suggestions", "random sample", "themes"):
        assert words in told


def test_t_jumps_to_the_next_code_and_nowhere_where_there_are_no_groups(study: Study) -> None:
    assert "Next code" in play(study, "t", order=Order.CODE)
    assert "no groups to jump over" in play(study, "t", order=Order.SURE)


def test_the_sample_ends_with_the_way_to_what_it_says(study: Study) -> None:
    told = play(study, *("n" * 5), order=Order.SAMPLE)
    assert "themescout enough" in told
    assert "2 of 5 segments are decided" in told
