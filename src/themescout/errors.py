"""What a user can cause: one class per cause, a sentence that names the thing, a hint that says what to do.

Anything else that is raised is a bug and keeps its traceback; where others must go on all the same, `bug` tells it.
"""

from __future__ import annotations

import pathlib
import traceback


class ThemescoutError(Exception):
    """A problem of the user's. `hint` says what to do about it; `status` is the HTTP status it would have."""

    status = 400

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def sentence(self) -> str:
        """Message and hint as one line."""
        return f"{self} {self.hint}".strip()


class FileProblemError(ThemescoutError):
    """A file cannot be read or does not hold what it should. The message begins with the file's name."""


class StudyError(ThemescoutError):
    """A folder is not a study, or not one this version can open."""

    status = 404


class CodebookError(ThemescoutError):
    """A codebook has errors; the message lists them."""


class SettingsError(ThemescoutError):
    """A setting is unknown or has a value that cannot be used."""


class TableError(ThemescoutError):
    """A table lacks a column or holds something that cannot be used."""


class PluginError(ThemescoutError):
    """A plug-in is unknown, ambiguous or cannot be loaded."""


class ModelError(ThemescoutError):
    """A model is missing, changed or cannot be loaded."""


class DecisionError(ThemescoutError):
    """A decision cannot be taken as asked (unknown segment, unknown code, nothing to undo)."""

    status = 409


class StaleError(ThemescoutError):
    """Somebody changed what a person saw before their decision arrived; nothing was stored. `segment`: which."""

    status = 409

    def __init__(self, message: str, hint: str = "", *, segment: str = "") -> None:
        super().__init__(message, hint)
        self.segment = segment


class AccessError(ThemescoutError):
    """Somebody who may not, or a page that may not, asks for something."""

    status = 403


class ComparisonError(ThemescoutError):
    """Two waves cannot be compared as asked; the message says what stands in the way."""

    status = 409


class ThemeError(ThemescoutError):
    """There is no such theme in the study, or no longer; the message says what became of it."""

    status = 404


class CodeError(ThemescoutError):
    """There is no such code in the codebook, or no such version of it."""

    status = 404


class BatchError(ThemescoutError):
    """A batch run cannot begin or go on as asked; nothing that is done is lost."""


def bug(error: Exception) -> str:
    """An error of the program in a few words, for a sentence: what it is and where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f", {pathlib.PurePath(frames[-1].filename).name} line {frames[-1].lineno}" if frames else ""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200] + where
