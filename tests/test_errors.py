"""Problems of the user's."""

from __future__ import annotations

import inspect

import pytest

from themescout import errors
from themescout.errors import StudyError, ThemescoutError

CAUSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if kind is not ThemescoutError]


@pytest.mark.parametrize("kind", CAUSES)
def test_every_cause_is_a_problem_of_the_users_with_a_client_status(kind: type[ThemescoutError]) -> None:
    assert issubclass(kind, ThemescoutError)
    assert 400 <= kind.status < 500


def test_message_and_hint_are_one_line() -> None:
    error = StudyError("x is no study.", "Make one.")
    assert (str(error), error.hint, error.sentence()) == ("x is no study.", "Make one.", "x is no study. Make one.")


def test_a_bug_is_told_with_its_place() -> None:
    with pytest.raises(KeyError) as caught:
        {}["a\nb"]
    assert errors.bug(caught.value).startswith("KeyError: 'a\\nb', test_errors.py line ")
    assert errors.bug(ValueError("x  y\nz" * 100)) == f"ValueError: {'x y z' * 100}"[:200]


def test_without_a_hint_nothing_follows_the_message() -> None:
    assert StudyError("x is no study.").sentence() == "x is no study."
