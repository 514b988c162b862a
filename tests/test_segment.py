"""Segments are exact slices of informant turns, hold every sentence, and keep their ids."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from themescout import segment
from themescout.settings import SegmentSettings
from themescout.text import words
from themescout.types import Role, Transcript, Turn

SENTENCES = (
    "😀 We have no fuel.", "The drugs came late, e.g. in May!", "Nobody asked us 🇺🇬 why?", "And then Dr. Ko left.",
    "Because it rained.", "naïve 你好 words", "…", "x", "\n", "\n\n", "So the second thing is money 👩‍👩‍👧.",
    "“Why?” she said.",
    "no end mark here and it goes on and on " * 5,
)  # fmt: skip
SPEECH = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=14).map(" ".join).filter(str.strip)
ANYTHING = st.text(st.sampled_from("aé😀 .?!\n“”,1-") | st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]))
SETTINGS = st.builds(
    SegmentSettings,
    max_sentences=st.integers(1, 6),
    target_words=st.integers(1, 80),
    max_words=st.integers(1, 120),
    min_words=st.integers(0, 8),
)
DEFAULT = SegmentSettings()


def transcript(*speeches: tuple[str, Role, str]) -> Transcript:
    """Turns of (speaker, role, speech) behind an emoji and labels."""
    text, turns = "😀 interview\n", []
    for seq, (speaker, role, speech) in enumerate(speeches):
        text += f"{speaker}: "
        turns.append(Turn(seq=seq, speaker=speaker, role=role, start=len(text), end=len(text) + len(speech)))
        text += f"{speech}\n"
    return Transcript(id="T", name="T", text=text, turns=tuple(turns), speakers=(), format="txt")


def asked(speech: str) -> tuple[str, Role, str]:
    return "Q", Role.INTERVIEWER, speech


def told(speech: str, speaker: str = "A") -> tuple[str, Role, str]:
    return speaker, Role.INFORMANT, speech


def compact(text: str) -> str:
    return "".join(text.split())


@given(SPEECH | ANYTHING, SETTINGS)
@example("😀" * 3 + " We came. We saw.", DEFAULT)
def test_spans_hold_every_sentence_once_and_in_order(text: str, settings: SegmentSettings) -> None:
    spans = segment.spans(text, settings)
    if not spans:
        assert words(text) < max(settings.min_words, 1)
        return
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert compact("".join(text[start:end] for start, end in spans)) == compact(text)
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)


@given(SPEECH, SETTINGS)
def test_no_span_has_more_sentences_than_wished_nor_cuts_one_that_is_short(text: str, given: SegmentSettings) -> None:
    settings = replace(given, max_words=120)
    assume(all(words(text[a:b]) <= 120 for a, b in segment.sentences(text)))
    spans = segment.spans(text, settings)
    for a, b in segment.sentences(text):
        homes = [span for span in spans if span[0] < b and a < span[1]]
        assert len(homes) <= 1, "a sentence is in one segment"
    for start, end in spans:
        inside = [1 for a, b in segment.sentences(text) if start <= a and b <= end]
        assert 1 <= len(inside) <= settings.max_sentences
        assert len(inside) == 1 or words(text[start:end]) <= settings.max_words


def test_sentences_are_not_put_together_beyond_the_longest_wished() -> None:
    text = " ".join(f"{'so ' * 29}on." for _ in range(6))
    together = SegmentSettings(target_words=60, max_words=60)
    assert {words(text[a:b]) for a, b in segment.spans(text, together)} == {60}
    apart = SegmentSettings(target_words=60, max_words=59)
    assert {words(text[a:b]) for a, b in segment.spans(text, apart)} == {30}


def test_talk_without_end_marks_is_cut_at_blanks() -> None:
    text = "😀 " + " ".join(f"word{i}" for i in range(500))
    spans = segment.spans(text, DEFAULT)
    assert all(words(text[a:b]) <= DEFAULT.max_words for a, b in spans)
    assert compact("".join(text[a:b] for a, b in spans)) == compact(text)


@given(st.lists(st.tuples(st.sampled_from("ABQ"), SPEECH), min_size=1, max_size=5))
def test_segments_are_slices_of_one_informant_turn_with_the_question_before(parts: list[tuple[str, str]]) -> None:
    whole = transcript(*(asked(speech) if who == "Q" else told(speech, who) for who, speech in parts))
    made = segment.segments(whole, DEFAULT)
    assert len({item.id for item in made}) == len(made)
    for item in made:
        turn = whole.turns[item.turn]
        assert turn.role is Role.INFORMANT
        assert turn.start <= item.start < item.end <= turn.end
        assert item.text == whole.text[item.start : item.end]
        assert (item.speaker, item.transcript) == (turn.speaker, "T")
        questions = [t for t in whole.turns[: item.turn] if t.role is Role.INTERVIEWER]
        assert item.context == (whole.speech(questions[-1]) if questions else "")


@given(SPEECH, SPEECH, SPEECH)
def test_ids_stay_when_other_turns_come_and_go(one: str, two: str, three: str) -> None:
    assume(len({compact(one), compact(two), compact(three)}) == 3)
    alone = segment.segments(transcript(told(two)), DEFAULT)
    among = segment.segments(transcript(asked(one), told(one, "B"), told(two), told(three, "C")), DEFAULT)
    assert [(s.id, s.text) for s in alone] == [(s.id, s.text) for s in among if s.speaker == "A"]


def test_the_same_words_twice_are_two_segments_and_other_speakers_have_other_ids() -> None:
    same = "We have no fuel at all."
    made = segment.segments(transcript(told(same), told(same), told(same, "B")), DEFAULT)
    assert len({item.id for item in made}) == 3
    assert segment.segments(transcript(told(same)), DEFAULT)[0].id == made[0].id


def test_short_turns_give_no_segment() -> None:
    assert segment.spans("Yes, of course.", DEFAULT) == ()
    assert segment.spans("Yes, of course, always.", DEFAULT) == ((0, 23),)
    assert segment.spans("😀 …", SegmentSettings(min_words=0)) == ()


def test_a_cut_falls_where_a_new_point_begins() -> None:
    filler = "We walked to the clinic in the rain for most of that long and cold morning in March again. "
    text = filler * 2 + "It was closed, which nobody had told any of us in the village before we left that day. "
    text += "Another problem is money, and nobody has any of it left by the end of the month at all. " + filler * 2
    starts = [text[start : start + 15] for start, _ in segment.spans(text, DEFAULT)]
    assert "Another problem" in starts
    assert "It was closed, " not in starts


def test_sentences_count_code_points() -> None:
    text = "😀😀 One came. Two went!"
    assert [text[a:b] for a, b in segment.sentences(text)] == ["😀😀 One came.", "Two went!"]


@pytest.mark.parametrize("change", [{"max_sentences": 5}, {"target_words": 61}, {"max_words": 9}, {"min_words": 5}])
def test_the_fingerprint_changes_with_what_shapes_segments(change: dict[str, int]) -> None:
    before = segment.fingerprint(DEFAULT, "hash")
    assert segment.fingerprint(replace(DEFAULT, **change), "hash") != before
    assert segment.fingerprint(DEFAULT, "other") != before == segment.fingerprint(SegmentSettings(), "hash")
