"""WebVTT and SubRip."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout import importers
from themescout.errors import FileProblemError
from themescout.importers.captions import CaptionsImporter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Turns = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def turns(tmp_path: Path) -> Turns:
    def read(text: str, name: str = "a.vtt") -> list[tuple[str, str]]:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        (transcript,) = importers.read(path)
        return [(turn.speaker, transcript.speech(turn)) for turn in transcript.turns]

    return read


def test_voices_name_the_speakers_even_two_in_one_caption(turns: Turns) -> None:
    text = """WEBVTT - a talk

NOTE
not speech
nor this

STYLE
::cue { color: red }

intro
00:01.000 --> 00:02.500 align:start
<v Anna Berg>How did you <b>start</b></v>

00:00:02.600 --> 00:00:04.000
<v.loud Anna Berg>the <c.yellow>programme</c>?</v>

NOTE checked by nobody
in particular

00:00:05.000 --> 00:00:09.000
<v Joao>Well &amp; good 😀</v>
<v Anna Berg>mm</v>
"""
    assert turns(text) == [
        ("Anna Berg", "How did you start the programme?"),
        ("Joao", "Well & good 😀"),
        ("Anna Berg", "mm"),
    ]


def test_names_with_a_colon_in_subrip(turns: Turns) -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nAnna: How was\n<i>it</i> then?\n\n"
        "2\n00:00:02,500 --> 00:00:03,000\nJoao: {\\an8}Long\n\n"
        "3\n00:00:03,100 --> 00:00:04,000\nand hard.\n\n"
        "4\n00:00:05,000 --> 00:00:06,000\nAnna: 42?\nJoao: Yes.\n"
    )
    assert turns(text, "a.srt") == [
        ("Anna", "How was it then?"),
        ("Joao", "Long and hard."),
        ("Anna", "42?"),
        ("Joao", "Yes."),
    ]


def test_captions_without_speakers_are_one_informant(turns: Turns) -> None:
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\nwe went\n\n00:02.000 --> 00:03.000\nto the clinic.\n\n"
        "00:30.000 --> 00:31.000\nIt rained.\n"
    )
    assert turns(text) == [("Speaker", "we went to the clinic.\nIt rained.")]


def test_rolling_captions_keep_each_word_once(turns: Turns) -> None:
    text = """WEBVTT
Kind: captions

00:00:00.000 --> 00:00:02.000 align:start position:0%

so<00:00:00.500><c> today</c><00:00:00.900><c> we</c>

00:00:02.000 --> 00:00:02.010
so today we


00:00:02.010 --> 00:00:04.000
so today we
talk<00:00:02.500><c> about</c><00:00:03.000><c> scale</c>

00:00:04.000 --> 00:00:04.010
talk about scale


00:00:04.010 --> 00:00:06.000
talk about scale
and<00:00:05.000><c> cost</c>
"""
    assert turns(text) == [("Speaker", "so today we talk about scale and cost")]


def test_a_word_said_twice_stays_where_captions_do_not_roll(turns: Turns) -> None:
    text = "WEBVTT\n\n" + "".join(
        f"00:0{n}.000 --> 00:0{n + 1}.000\n{words}\n\n"
        for n, words in enumerate(("Yes.", "Yes.", "It was.", "So long."))
    )
    assert turns(text) == [("Speaker", "Yes. Yes. It was. So long.")]


def test_what_is_said_in_angle_brackets_stays(turns: Turns) -> None:
    assert turns("WEBVTT\n\n00:01.000 --> 00:02.000\nit took <5 years, at <name of clinic> too\n")[0][1] == (
        "it took <5 years, at <name of clinic> too"
    )


def test_times_reach_the_turn(tmp_path: Path) -> None:
    path = tmp_path / "a.vtt"
    path.write_text("WEBVTT\n\n01:00:01.500 --> 01:00:02.000\n<v A>x\n\n01:00:03.000 --> 01:00:04.250\n<v B>y\n")
    (transcript,) = importers.read(path)
    assert [(t.start_s, t.end_s) for t in transcript.turns] == [(3601.5, 3602.0), (3603.0, 3604.25)]


@pytest.mark.parametrize(
    "content", ["WEBVTT\n\n", "just text\n", "1\n00:00 -> 00:01\nx", "WEBVTT\n\n00:01.000 --> 00:02.000\n\n"]
)
def test_no_captions_is_said(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.srt"
    path.write_text(content)
    with pytest.raises(FileProblemError, match=r"a\.srt has no captions"):
        CaptionsImporter().read(path)


WORDS = st.lists(st.sampled_from(["😀", "we", "é", "went", "3 & 4", "a<b"]), min_size=1, max_size=5).map(" ".join)


@given(st.lists(st.tuples(st.sampled_from(["Anna", "Joao 😀"]), WORDS), min_size=1, max_size=12))
def test_every_word_of_every_voice_comes_back_in_order(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("vtt") / "a.vtt"
    cues = (
        f"00:{n:02}.000 --> 00:{n + 1:02}.000\n<v {who}>{w.replace('&', '&amp;')}</v>\n"
        for n, (who, w) in enumerate(said)
    )
    path.write_text("WEBVTT\n\n" + "\n".join(cues), encoding="utf-8")
    (raw,) = CaptionsImporter().read(path)
    if not raw.problems:  # by chance the captions may repeat one another
        assert [(line.speaker, line.text) for line in raw.lines] == said
