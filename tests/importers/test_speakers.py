"""Which openings are speakers' labels, and which are speech."""

from __future__ import annotations

import pytest

from themescout.importers.speakers import recognise
from themescout.types import Line


def lines(text: str) -> tuple[Line, ...]:
    return tuple(Line(text=row.strip()) for row in text.strip().split("\n") if row.strip())


def turns(*found: Line) -> list[tuple[str | None, str]]:
    return [(stretch.label, stretch.text) for stretch in recognise(found).stretches]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("I", "R"),
        ("I", "P1"),
        ("INT 2", "KI07"),
        ("Interviewer", "Participant 3"),
        ("Q", "A"),
        ("Assistant", "User"),
        ("AI", "User"),
        ("Maria Oduya", "João Braga"),
        ("Dr. Oduya", "FG2-P3"),
        ("SPEAKER_00", "SPEAKER_01"),
        ("Speaker A", "Speaker B"),
        ("P3 (nurse, district)", "Interviewer (Anna)"),
        ("van der Berg", "O'Neil-Katz"),
        ("记者", "王医生"),
    ],
)
@pytest.mark.parametrize(
    "form",
    ["{}: {}", "[{}]: {}", "[{}] {}", "#{}: {}", "@{}: {}", "{{{}}} {}", "{} : {}", "{}:\t{}", "{}： {}"],
)
def test_a_label_is_recognised_in_every_way_of_writing_it(first: str, second: str, form: str) -> None:
    rows = [(first, "How did it begin?"), (second, "Slowly 😀."), (first, "And then?"), (second, "It grew.")]
    assert turns(*(Line(text=form.format(*row)) for row in rows)) == rows


@pytest.mark.parametrize(
    "form",
    [
        "{name} (00:01:0{n}): {text}",
        "{name} [00:01:0{n}]: {text}",
        "{name} (1:0{n}) {text}",
        "[00:01:0{n}] {name}: {text}",
        "00:01:0{n}\t{name}:\t{text}",
        "(01:0{n}) {name}: {text}",
        "00:01:0{n} {name}\n{text}",
        "{name} 00:01:0{n}\n{text}",
        "{name}  1:0{n}\n{text}",
        "[{name}] 00:01:0{n}\n{text}",
        "{name}\n00:01:0{n}\n{text}",
        "00:01:0{n}\n{name}\n{text}",
        "0:1:{n}.0 --> 0:1:9.5\n{name}\n{text}",
        "00:01:0{n}.000 --> 00:01:09.000 {name}\n{text}",
        "{name} | 01:0{n}\n{text}",
        "{name} 00:01:0{n} {text}",
        "{name} 00:01:0{n}: {text}",
    ],
)
@pytest.mark.parametrize("split", [True, False])
def test_times_beside_a_label_become_the_start_of_the_turn(form: str, split: bool) -> None:
    rows = [
        ("Anna Berg", "How did it begin?"),
        ("Joao", "Slowly, and with much help"),
        ("Anna Berg", "And then?"),
        ("Joao", "Yes"),
        ("Anna Berg", "Thank you"),
    ]
    paragraphs = [form.format(name=name, n=n, text=text) for n, (name, text) in enumerate(rows)]
    found = [row for p in paragraphs for row in (p.split("\n") if split else [p])]
    stretches = recognise([Line(text=row) for row in found]).stretches
    assert [(s.label, s.text) for s in stretches] == rows
    assert [s.start_s for s in stretches] == [60.0, 61.0, 62.0, 63.0, 64.0]


def test_bold_names_are_labels_with_and_without_colon_and_on_their_own_line() -> None:
    plain = [("Anna", "How did it begin?"), ("Joao", "Slowly."), ("Anna", "And then?"), ("Joao", "It grew.")]
    beside = [Line(text=f"{name} {text}", lead=name) for name, text in plain]
    colon = [Line(text=f"{name}: {text}", lead=f"{name}:") for name, text in plain]
    outside = [Line(text=f"{name}: {text}", lead=name) for name, text in plain]
    alone = [line for name, text in plain for line in (Line(text=name, lead=name), Line(text=text))]
    question = [Line(text=f"{n}: {t}", lead=f"{n}: {t}" if n == "Anna" else "") for n, t in plain]
    for found in (beside, colon, outside, alone, question):
        assert turns(*found) == plain


def test_a_colon_label_alone_takes_the_paragraphs_below() -> None:
    found = turns(*lines("Interviewer:\nHow did it begin?\nParticipant:\nSlowly.\nVery slowly.\nInterviewer:\nGo on"))
    assert found == [
        ("Interviewer", "How did it begin?"),
        ("Participant", "Slowly.\nVery slowly."),
        ("Interviewer", "Go on"),
    ]


def test_names_alone_without_colon_are_labels_only_where_turns_plainly_begin_so() -> None:
    assert turns(*lines("Anna Berg\nHow?\nJoao\nSo.\nAnna Berg\nWhy?\nJoao\nWell, because.")) == [
        ("Anna Berg", "How?"),
        ("Joao", "So."),
        ("Anna Berg", "Why?"),
        ("Joao", "Well, because."),
    ]
    answers = recognise(lines("I: Did it?\nR: Let me see\nYes\nI: And this?\nR: As before\nYes"))
    assert [s.label for s in answers.stretches] == ["I", "R", "I", "R"]


def test_a_talk_so_short_that_no_name_recurs_still_has_two_speakers() -> None:
    assert turns(*lines("Anna: How was it?\nJoao: Long.\nAnd hard.")) == [
        ("Anna", "How was it?"),
        ("Joao", "Long.\nAnd hard."),
    ]


@pytest.mark.parametrize(
    "speech",
    [
        "17:30 was when we left.",
        "https://example.org is the page.",
        "Note: this was later.",
        "e.g.: the clinic by the river.",
        "So the question is: who pays?",
        "For example: staff.",
        "My point: nobody asked us.",
        "[laughs] That was hard.",
        "[inaudible 00:12:01] and so on.",
        "The ratio is 3:1 by now.",
        "He said: go home.",
        "at 17:30 we left",
        "Budget: too small.",
    ],
)
def test_phrases_with_a_colon_stay_speech(speech: str) -> None:
    found = turns(*lines(f"I: How was it?\nP1: Good.\n{speech}\nI: And then?\nP1: It ended."))
    assert found[1] == ("P1", f"Good.\n{speech}")
    assert [label for label, _ in found] == ["I", "P1", "I", "P1"]


def test_a_word_of_the_stop_list_is_no_label_even_if_it_recurs() -> None:
    found = turns(*lines("I: How?\nP1: So.\nNote: one.\nI: Why?\nP1: Thus.\nNote: two.\n[laughs] Yes.\n[laughs] No."))
    assert {label for label, _ in found} == {"I", "P1"}


def test_an_address_is_no_label_even_if_it_recurs() -> None:
    found = turns(*lines("I: How?\nP1: So.\nnotion://one\nI: Why?\nP1: Thus.\nnotion://two"))
    assert {label for label, _ in found} == {"I", "P1"}


def test_times_below_names_go_to_the_names_and_not_to_short_answers() -> None:
    rows = [("Anna", "Did it?"), ("Joao", "Maybe"), ("Anna", "And this?"), ("Joao", "Maybe"), ("Anna", "So")]
    found = [part for n, (who, text) in enumerate(rows) for part in (who, f"00:00:0{n}", text)]
    assert turns(*(Line(text=part) for part in found)) == rows
    above = [part for n, (who, text) in enumerate(rows) for part in (f"00:00:0{n}", who, text)]
    assert turns(*(Line(text=part) for part in above)) == rows


def test_a_phrase_left_as_speech_is_reported() -> None:
    problems = recognise(lines("I: How?\nP1: So.\nMaria: May I?\nI: Yes?\nP1: Good.")).problems
    assert any("“Maria:”" in problem for problem in problems)


def test_a_conversation_pasted_into_one_turn_names_no_speakers() -> None:
    found = recognise(
        lines(
            "AI: How?\nUser: Like this.\nMe: hello\nBot: hi\nMe: bye\nBot: bye\n"
            "AI: I see?\nUser: Yes.\nAI: And?\nUser: No."
        )
    )
    assert [s.label for s in found.stretches] == ["AI", "User", "AI", "User", "AI", "User"]
    assert any("“Me:”" in problem for problem in found.problems)


def test_a_slip_in_a_well_known_label_is_read_as_meant_and_said() -> None:
    found = recognise(lines("Dan: How?\nParticipant: So.\nDan: Why?\nParticpant: Thus.\nDan: And?\nParticipant: No."))
    assert [s.label.casefold() for s in found.stretches if s.label] == ["dan", "participant"] * 3
    assert any("Particpant" in problem for problem in found.problems)


def test_numbered_participants_are_never_taken_for_one_another() -> None:
    found = turns(*lines("Participant 1: a b\nParticipant 2: c d\nParticipant 1: e\nParticipant 3: f"))
    assert [label for label, _ in found] == [
        "Participant 1",
        "Participant 2",
        "Participant 1",
        "Participant 3",
    ]


def test_numbered_questions_and_answers_are_two_speakers() -> None:
    found = turns(*lines("Q1: How?\nA1: So.\nQ2: Why?\nA2: Thus.\nQ3: And?\nA3: No."))
    assert [label for label, _ in found] == ["Q", "A"] * 3
    two_people = turns(*lines("Q1: How?\nA1: So.\nQ2: Why?\nA1: Thus.\nQ1: And?\nA1: No."))
    assert [label for label, _ in two_people] == ["Q1", "A1", "Q2", "A1", "Q1", "A1"]


def test_a_tab_after_a_name_that_recurs_ends_a_label() -> None:
    rows = [("I", "How was it?"), ("KI07", "Long."), ("I", "And?"), ("KI07", "Hard.")]
    assert turns(*(Line(text="\t".join(row)) for row in rows)) == rows
    once = turns(*lines("I: How?\nP1: So.\nDistrict\t12 clinics\nI: Why?\nP1: Thus."))
    assert [label for label, _ in once] == ["I", "P1", "I", "P1"]


def test_front_matter_is_kept_and_is_nobodys() -> None:
    found = turns(
        *lines(
            "Interview with a district officer\nDate: 3 May 2026\nInterviewer: Anna Berg\nParticipant: P07\n"
            "Interviewer: Thank you for coming. How did it start?\nParticipant: With a list."
        )
    )
    assert found == [
        (
            None,
            "Interview with a district officer\nDate: 3 May 2026\nInterviewer: Anna Berg\nParticipant: P07",
        ),
        ("Interviewer", "Thank you for coming. How did it start?"),
        ("Participant", "With a list."),
    ]


def test_spellings_of_one_label_are_one_speaker() -> None:
    found = turns(*lines("INT: one\nP1: two\nInt: three\np1: four"))
    assert [label for label, _ in found] == ["INT", "P1", "INT", "P1"]


def test_turns_of_one_speaker_in_a_row_are_one_with_paragraphs() -> None:
    assert turns(*lines("I: one\nI: two\nP1: three")) == [("I", "one\ntwo"), ("P1", "three")]


def test_what_the_format_says_wins_over_what_looks_like_a_label() -> None:
    found = turns(
        Line(text="I: not a label here", speaker="Anna"),
        Line(text="Joao: a repeated name goes", speaker="Joao"),
        Line(text="I: nor here", speaker="Anna"),
    )
    assert found == [
        ("Anna", "I: not a label here"),
        ("Joao", "a repeated name goes"),
        ("Anna", "I: nor here"),
    ]


def caption(text: str, start: float, end: float, speaker: str | None = None) -> Line:
    return Line(text=text, speaker=speaker, start_s=start, end_s=end, joins=True)


def test_captions_join_over_short_gaps_and_unfinished_sentences_only() -> None:
    (stretch,) = recognise(
        [
            caption("We went", 0, 1, "P1"),
            caption("to the clinic.", 1.5, 3, "P1"),
            caption("It was closed", 4, 5, "P1"),
            caption("for repairs.", 11, 12, "P1"),
            caption("So we left.", 20, 21, "P1"),
        ]
    ).stretches
    assert stretch.text == "We went to the clinic. It was closed for repairs.\nSo we left."
    assert (stretch.start_s, stretch.end_s) == (0, 21)


def test_a_labelled_caption_continues_over_unlabelled_ones() -> None:
    found = turns(
        caption("Anna: How did", 0, 1),
        caption("it start?", 1, 2),
        caption("Joao: Well", 2, 3),
        caption("Anna: OK", 3, 4),
    )
    assert found == [("Anna", "How did it start?"), ("Joao", "Well"), ("Anna", "OK")]


def test_no_lines_give_no_stretches() -> None:
    assert recognise([]).stretches == ()
    assert recognise([Line(text="  ")]).stretches == ()
