"""What coders choose for themselves is kept in the study's folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout.review import preferences
from themescout.review.preferences import Preferences

if TYPE_CHECKING:
    from pathlib import Path

_TEXT = st.text(max_size=12).filter(lambda text: not any("\ud800" <= sign <= "\udfff" for sign in text))


@given(st.dictionaries(_TEXT, _TEXT, max_size=4), st.booleans(), st.booleans(), _TEXT)
def test_what_is_written_is_read(
    tmp_path: Path, keys: dict[str, str], independent: bool, single: bool, coder: str
) -> None:
    chosen = Preferences(keys=keys, independent=independent, single_keys=single)
    preferences.write(tmp_path, coder, chosen)
    assert preferences.read(tmp_path, coder) == chosen


def test_each_coder_has_their_own(tmp_path: Path) -> None:
    preferences.write(tmp_path, "ann", Preferences(keys={"accept": "q"}))
    preferences.write(tmp_path, "ben", Preferences(independent=True))
    assert preferences.read(tmp_path, "ann").keys == {"accept": "q"}
    assert preferences.read(tmp_path, "ben").independent
    assert preferences.read(tmp_path, "eve") == Preferences()


@pytest.mark.parametrize("content", ["", "[]", "{", '{"ann": 3}', '{"ann": {"keys": 4, "independent": "no"}}'])
def test_a_broken_file_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / preferences.FILE).write_text(content, "utf-8")
    assert preferences.read(tmp_path, "ann") == Preferences()
