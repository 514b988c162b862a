"""Interviewer or informant, and why."""

from __future__ import annotations

import pytest

from themescout.importers import roles
from themescout.importers.stretches import Stretch
from themescout.types import Role

ASKER, TELLER = Role.INTERVIEWER, Role.INFORMANT


def assign(*spoken: tuple[str | None, str], interviewers: tuple[str, ...] = ()) -> roles.Assigned:
    return roles.assign([Stretch(label=label, text=text) for label, text in spoken], interviewers=interviewers)


def by_label(assigned: roles.Assigned) -> dict[str, Role]:
    return {speaker.label: speaker.role for speaker in assigned.speakers}


@pytest.mark.parametrize(
    ("label", "role"),
    [
        *(
            (label, ASKER)
            for label in ("I", "INT", "Int 2", "Interviewer", "MODERATOR", "Facilitator", "AI", "Assistant")
        ),
        *((label, ASKER) for label in ("Q", "Researcher", "Interviewer (Anna)", "Prompt", "I2")),
        *((label, TELLER) for label in ("R", "R3", "Respondent", "Participant 12", "P1", "P1?", "KI07", "User")),
        *((label, TELLER) for label in ("Interviewee", "Informant", "Key informant 4")),
    ],
)
def test_well_known_labels_tell_their_role_whatever_is_said(label: str, role: Role) -> None:
    got = assign((label, "Is it so?"), ("Somebody", "Is it so?"), (label, "Really?"), ("Somebody", "Yes."))
    assert by_label(got)[label] is role
    assert label in got.speakers[0].reason


def test_a_is_an_informant_only_beside_q() -> None:
    assert by_label(assign(("Q", "Why?"), ("A", "Is it? Who knows?")))["A"] is TELLER
    assert (
        by_label(assign(("A", "Why?"), ("B", "So it was and so it is."), ("A", "Who?"), ("B", "They.")))["A"] is ASKER
    )


def test_who_asks_more_and_speaks_less_is_the_interviewer() -> None:
    got = assign(
        ("Joao", "Good morning, here I am."),
        ("Anna", "How was it?"),
        ("Joao", "It was long and hard."),
        ("Anna", "Why?"),
    )
    assert by_label(got) == {"Joao": TELLER, "Anna": ASKER}
    assert "2 of 2 turns" in got.speakers[1].reason


def test_a_named_asker_beside_a_known_participant_is_the_interviewer() -> None:
    got = assign(("Dan", "Okay. Tell me."), ("Participant", "Would you say so? It is good."), ("Dan", "And now?"))
    assert by_label(got) == {"Dan": ASKER, "Participant": TELLER}


def test_two_interviewers_are_possible() -> None:
    by_name = assign(("Assistant", "Hello, ready?"), ("User", "Yes"), ("AI", "Good."), ("User", "Is it?"))
    assert by_label(by_name) == {"Assistant": ASKER, "User": TELLER, "AI": ASKER}
    spoken = [
        ("Anna", "Why?"),
        ("Joao", "It was long ago and it was hard."),
        ("Eva", "Who?"),
        ("Joao", "They all came."),
    ]
    assert by_label(assign(*spoken, *spoken)) == {"Anna": ASKER, "Joao": TELLER, "Eva": ASKER}


def test_the_users_list_wins_over_everything() -> None:
    spoken = (("P1", "So it is."), ("Anna", "Why? Who? When?"), ("P1", "Yes."))
    got = assign(*spoken, interviewers=("p1",))
    assert by_label(got) == {"P1": ASKER, "Anna": TELLER}


def test_a_listed_name_that_nobody_has_is_reported() -> None:
    got = assign(("I", "Why?"), ("R", "So."), interviewers=("Anna",))
    assert by_label(got) == {"I": ASKER, "R": TELLER}
    assert "“Anna”" in got.problems[0]


def test_one_speaker_alone_is_an_informant() -> None:
    assert by_label(assign((None, "Title"), ("Anna", "Who am I? Where?"))) == {"Anna": TELLER}


def test_only_interviewers_is_a_problem_and_no_crash() -> None:
    got = assign(("I", "Why?"), ("Moderator", "Who?"))
    assert set(by_label(got).values()) == {ASKER}
    assert "nobody to code" in got.problems[0]


def test_there_is_always_an_informant_where_labels_do_not_tell() -> None:
    spoken = [("Anna", "Why?"), ("Joao", "Who?"), ("Eva", "When?")] * 3
    assert TELLER in by_label(assign(*spoken)).values()


def test_counts_are_turns_and_words() -> None:
    (speaker,) = assign(("Anna", "one two"), ("Anna", "three")).speakers
    assert (speaker.turns, speaker.words) == (2, 3)
