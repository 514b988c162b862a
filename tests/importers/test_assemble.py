"""Every turn is exactly the slice of the stored text that was recognised."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from themescout.importers import assemble, speakers
from themescout.text import normalise
from themescout.types import Line, RawTranscript, Role

LABELS = st.sampled_from(["I", "P1", "Anna Berg", "João 😀", "INT 2"])
SPEECH = st.text(st.sampled_from("a b.?é😀\u0301:\n\t[]#𝔘ü’“0"), max_size=40)
LINES = st.lists(
    st.builds(
        Line,
        text=st.one_of(SPEECH, st.builds("{}: {}".format, LABELS, SPEECH)),
        speaker=st.sampled_from([None, None, None, "Eva", ""]),
        indent=st.integers(0, 2),
        start_s=st.one_of(st.none(), st.floats(0, 1e5)),
        joins=st.booleans(),
    ),
    max_size=15,
)


def raw(lines: list[Line], name: str = "a talk") -> RawTranscript:
    return RawTranscript(name=name, lines=tuple(lines), format="txt", encoding="utf-8", problems=("one",))


@given(LINES)
def test_each_turn_is_the_body_that_was_recognised(lines: list[Line]) -> None:
    made = assemble.assemble(raw(lines))
    bodies = [(s.label, assemble.tidy(s.text)) for s in speakers.recognise(lines).stretches if s.label is not None]
    assert [(turn.speaker, made.speech(turn)) for turn in made.turns] == [body for body in bodies if body[1]]


@given(LINES)
def test_offsets_are_ordered_and_the_label_stands_before_each_turn(lines: list[Line]) -> None:
    made = assemble.assemble(raw(lines))
    assert [turn.seq for turn in made.turns] == list(range(len(made.turns)))
    for turn in made.turns:
        assert made.text[: turn.start].endswith(f"{turn.speaker}: ")
        assert made.text[turn.end : turn.end + 2] in ("", "\n\n")


@given(LINES)
def test_the_stored_text_is_normalised_and_normalising_is_idempotent(lines: list[Line]) -> None:
    text = assemble.assemble(raw(lines)).text
    assert normalise(text) == text


@given(st.lists(st.tuples(st.sampled_from(["I", "P1", "R"]), st.text("ab 😀é", min_size=1)), min_size=1))
def test_no_word_is_lost(said: list[tuple[str, str]]) -> None:
    made = assemble.assemble(raw([Line(text=f"{label}: {text}") for label, text in said]))
    spoken = "".join(made.speech(turn) for turn in made.turns)
    assert "".join(spoken.split()) == "".join("".join(text.split()) for _, text in said)


def test_the_text_is_laid_out_with_labels_and_blank_lines() -> None:
    made = assemble.assemble(
        raw([Line(text="Talk 😀 three"), Line(text="I: Why?"), Line(text="P1:  So. "), Line(text="More.")])
    )
    assert made.text == "Talk 😀 three\n\nI: Why?\n\nP1: So.\nMore."
    assert [(t.start, t.end, t.role) for t in made.turns] == [
        (17, 21, Role.INTERVIEWER),
        (27, 36, Role.INFORMANT),
    ]
    assert (made.id, made.name, made.format, made.encoding) == ("a-talk", "a talk", "txt", "utf-8")
    assert made.problems == ("one",)


def test_the_named_interviewers_reach_the_turns() -> None:
    made = assemble.assemble(raw([Line(text="P1: So."), Line(text="P2: Why?")]), interviewers=("P1",))
    assert [turn.role for turn in made.turns] == [Role.INTERVIEWER, Role.INFORMANT]


def test_counts_of_speakers_match_the_turns() -> None:
    made = assemble.assemble(raw([Line(text="I: a b"), Line(text="P1: c"), Line(text="I: d")]))
    assert [(s.label, s.turns, s.words) for s in made.speakers] == [("I", 2, 3), ("P1", 1, 1)]
