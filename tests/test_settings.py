"""Settings come from the file and the environment, are checked, and go back into a file unchanged."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from themescout import settings
from themescout.errors import SettingsError
from themescout.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
AWKWARD = st.text(st.sampled_from("\"'\\\n\r\t\x00\x7f#=[]😀é,"), max_size=12)
NUMBERS = st.integers(1, 2**32 - 1)
VALUES: dict[type, st.SearchStrategy[Any]] = {
    str: WORDS | AWKWARD,
    int: NUMBERS,
    float: st.floats(0.05, 20.0),
    tuple: st.lists(WORDS | AWKWARD, max_size=3).map(tuple),
}


def section(kind: type) -> st.SearchStrategy[Any]:
    defaults = kind()
    fields = {item.name: value(item.name, type(getattr(defaults, item.name))) for item in dataclasses.fields(kind)}
    return st.builds(kind, **fields)


def value(name: str, kind: type) -> st.SearchStrategy[Any]:
    if name in settings._CHOICES:
        return st.sampled_from(settings._CHOICES[name])
    return st.floats(0.0, 1.0) if name in settings._SHARES else VALUES[kind]


ALL = st.builds(Settings, seed=NUMBERS, **{name: section(kind) for name, kind in settings._SECTIONS.items()})


def written(folder: Path, toml: str) -> Path:
    path = folder / "themescout.toml"
    path.write_text(toml, "utf-8")
    return path


@given(ALL)
@example(settings.changed(Settings(), "study", title='a "quoted" \\ back\nslash 😀', interviewers=('"', "\\")))
def test_what_is_written_is_read_back(tmp_path: Path, wanted: Settings) -> None:
    assert settings.read(written(tmp_path, settings.as_toml(wanted)), {}) == wanted


def test_a_missing_file_means_defaults(tmp_path: Path) -> None:
    assert settings.read(tmp_path / "none.toml", {}) == Settings() == settings.read_defaults({})


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    assert settings.read(written(tmp_path, "\ufeffseed = 7\n"), {}).seed == 7


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, 'seed = 1\n[study]\ntitle = "file"\n[discover]\nruns = 3\n')
    environ = {
        "THEMESCOUT_STUDY_TITLE": "outside",
        "THEMESCOUT_SEED": "9",
        "THEMESCOUT_STUDY_INTERVIEWERS": "KI, Ann B,",
        "THEMESCOUT_OTHER": "no setting of ours",
    }
    made = settings.read(path, environ)
    assert (made.study.title, made.seed, made.discover.runs) == ("outside", 9, 3)
    assert made.study.interviewers == ("KI", "Ann B")


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("colour = 1", "“colour” is not a setting"),
        ("[study]\ncolour = 1", r"\[study\] “colour” is not a setting"),
        ("study = 3", "“study” is not a setting"),
        ("seed = 1.5", "seed is 1.5, which is no int"),
        ("seed = true", "seed is True, which is no int"),
        ("seed = -1", "not between 0 and"),
        ("seed = 4294967296", "not between 0 and"),
        ("[segment]\nmax_words = 0", "max_words is 0, which is not between 1 and"),
        ("[segment]\nmax_sentences = 0", "max_sentences is 0"),
        ("[embed]\nbatch = 0", "batch is 0"),
        ("[study]\ninterviewers = [1]", "which is no tuple"),
        ("[study]\ntitle = 3", "which is no str"),
        ("seed = ", "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_refused_and_named(tmp_path: Path, toml: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        settings.read(written(tmp_path, toml), {"THEMESCOUT_STUDY_CODEBOOK": "x"})
    assert "themescout.toml" in str(caught.value)


def test_a_number_in_the_environment_must_be_one() -> None:
    with pytest.raises(SettingsError, match="batch is 'many'"):
        settings.read_defaults({"THEMESCOUT_EMBED_BATCH": "many"})


def test_latin_1_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "themescout.toml"
    path.write_bytes('[study]\ntitle = "Müller"\n'.encode("latin-1"))
    with pytest.raises(SettingsError, match="cannot be read"):
        settings.read(path, {})


def test_changed_replaces_what_is_given_and_leaves_what_is_none() -> None:
    made = settings.changed(Settings(), "discover", runs=3, reducer=None)
    assert (made.discover.runs, made.discover.reducer) == (3, Settings().discover.reducer)
    assert made.segment == Settings().segment


def test_zero_still_means_chosen_from_the_data(tmp_path: Path) -> None:
    assert settings.read(written(tmp_path, "[discover]\nthemes = 0\nmin_size = 0\n"), {}) == Settings()


def test_a_choice_that_is_not_known_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is not known"):
        settings.read(written(tmp_path, '[compare]\ntest = "chi"\n'), {})
