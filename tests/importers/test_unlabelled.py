"""Transcripts that name nobody are told apart by their form, and the report says how."""

from __future__ import annotations

from themescout.importers.speakers import recognise
from themescout.types import Line


def found(*lines: Line) -> list[tuple[str | None, str]]:
    return [(s.label, s.text) for s in recognise(lines).stretches]


PROMPTS = (
    Line(text="Session of the third group"),
    Line(text="1 Read the tab."),
    Line(text="Well, I see 😀.", indent=1),
    Line(text="MODERATOR: Louder please?", indent=1),
    Line(text="Here it is.", indent=1),
    Line(text="1.a Was the information enough?"),
    Line(text="It was.", indent=2),
    Line(text="c.ii Lineage"),
    Line(text="3) Submit."),
    Line(text="Done that.", indent=1),
)


def test_numbered_prompts_are_the_interviewers_and_inline_labels_win() -> None:
    assert found(*PROMPTS) == [
        (None, "Session of the third group"),
        ("Prompt", "1 Read the tab."),
        ("Participant", "Well, I see 😀."),
        ("MODERATOR", "Louder please?"),
        ("Participant", "Here it is."),
        ("Prompt", "1.a Was the information enough?"),
        ("Participant", "It was."),
        ("Prompt", "c.ii Lineage\n3) Submit."),
        ("Participant", "Done that."),
    ]
    assert any("numbered" in problem for problem in recognise(PROMPTS).problems)


def test_sentences_before_the_first_prompt_are_speech() -> None:
    assert found(Line(text="I am logging in now."), *PROMPTS[1:])[0] == (
        "Participant",
        "I am logging in now.",
    )


def test_a_numbered_list_in_a_labelled_transcript_changes_nothing() -> None:
    lines = [Line(text=t) for t in ("I: What?", "P1: Three things:", "1. money", "2. staff", "3. time", "I: And?")]
    lines += [Line(text=t, indent=1) for t in ("P1: more", "and more", "I: Yes?", "P1: No")]
    assert {label for label, _ in found(*lines)} == {"I", "P1"}


def test_every_other_paragraph_with_a_question_is_the_interviewers() -> None:
    texts = ["How did it start?", "Slowly.", "Who helped you?", "The nurses.", "And now?", "It runs."]
    got = recognise([Line(text=text) for text in texts])
    assert [s.label for s in got.stretches] == ["Interviewer", "Participant"] * 3
    assert "every other paragraph" in got.problems[0]


def test_bold_questions_are_the_interviewers() -> None:
    rows = [
        ("How did it start?", True),
        ("Slowly.", False),
        ("Very slowly.", False),
        ("And then?", True),
        ("Fine.", False),
    ]
    got = recognise([Line(text=text, lead=text if bold else "") for text, bold in rows])
    assert [(s.label, s.text) for s in got.stretches] == [
        ("Interviewer", "How did it start?"),
        ("Participant", "Slowly.\nVery slowly."),
        ("Interviewer", "And then?"),
        ("Participant", "Fine."),
    ]


def test_without_any_hint_there_is_one_speaker_and_the_report_says_so() -> None:
    got = recognise([Line(text="We began in May."), Line(text="It was hard.")])
    assert [(s.label, s.text) for s in got.stretches] == [("Speaker", "We began in May.\nIt was hard.")]
    assert "No speaker is named" in got.problems[0]
