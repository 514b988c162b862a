"""Long texts are cut at word borders, nothing is left out, and the parts are weighed by their pieces."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from themescout.embed.parts import joined, parts

WORDS = st.lists(st.sampled_from(["a", "bb", "😀", "cccccccccc", "dd…"]), min_size=1, max_size=30)

# A piece for each byte, several for most characters; those of one character share its offsets.
ALPHABET = sorted(pre_tokenizers.ByteLevel.alphabet())
BYTES = Tokenizer(models.BPE(vocab={letter: i for i, letter in enumerate(ALPHABET)}, merges=[]))
BYTES.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)


def pieces(words: list[str]) -> tuple[str, list[int | None], list[tuple[int, int]]]:
    """A text of words, and its pieces of at most two characters."""
    text, numbers, offsets = " ".join(words), [], []
    start = 0
    for number, word in enumerate(words):
        for at in range(0, len(word), 2):
            numbers.append(number)
            offsets.append((start + at, start + min(at + 2, len(word))))
        start += len(word) + 1
    return text, numbers, offsets


@given(WORDS, st.integers(min_value=1, max_value=12))
def test_parts_together_are_the_text_and_have_room(words: list[str], room: int) -> None:
    text, numbers, offsets = pieces(words)
    found = parts(text, numbers, offsets, room)
    assert "".join(part for part, _ in found) == text
    assert sum(size for _, size in found) == len(offsets)
    assert all(1 <= size <= room for _, size in found)
    if room >= 5:  # no word is longer, so none is cut
        borders = np.cumsum([len(part) for part, _ in found])[:-1]
        assert all(text[border - 1] == " " for border in borders)


@given(st.lists(st.sampled_from(["a", "é", "你", "😀", " "]), min_size=1, max_size=40), st.integers(4, 12))
def test_parts_of_pieces_of_bytes_have_whole_characters_and_fit(letters: list[str], room: int) -> None:
    text = "".join(letters)
    whole = BYTES.encode(text)
    found = parts(text, whole.word_ids, whole.offsets, room)
    assert "".join(part for part, _ in found) == (text if text.strip() else "")
    for part, size in found:
        assert part
        assert size == len(BYTES.encode(part).ids) <= room


def test_a_word_is_not_cut_within_a_character() -> None:
    whole = BYTES.encode("aééé")
    assert parts("aééé", whole.word_ids, whole.offsets, 4) == [("aé", 3), ("éé", 4)]


def test_what_fits_is_left_whole_and_white_space_has_no_part() -> None:
    assert parts(" \n", [], [], 5) == []
    assert parts("ab", [0], [(0, 2)], 1) == [("ab", 1)]
    assert parts("\u200b", [], [], 5) == [("\u200b", 1)]  # no piece, yet no white space


def test_a_word_longer_than_the_room_is_cut() -> None:
    text, numbers, offsets = pieces(["cccccccccc"])
    assert parts(text, numbers, offsets, 3) == [("cccccc", 3), ("cccc", 2)]


def test_vectors_of_parts_are_weighed_and_brought_to_length_one() -> None:
    rows = np.array([[1, 0], [0, 1], [0, 1]], np.float32)
    x = joined(rows, [2, 2, 0], [3, 4, 9], 3)
    np.testing.assert_allclose(x, [[0, 1], [0, 0], [0.6, 0.8]], atol=1e-6)
    assert x.dtype == np.float32
