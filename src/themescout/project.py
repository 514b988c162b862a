"""A study: a folder with `themescout.toml`, `study.db`, `transcripts/` (untouched copies) and `reports/`."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from themescout import settings as settings_module
from themescout import store as store_module
from themescout.errors import StudyError
from themescout.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from themescout.settings import Settings

SETTINGS_FILE = "themescout.toml"
DATABASE = "study.db"
TRANSCRIPTS = "transcripts"
REPORTS = "reports"
PARTICIPANTS = "participants.csv"
ENGINE = "engine"  # the record of which engine first embedded the study, by model


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """An open study. Use as a context manager, or call `close`."""

    folder: Path
    settings: Settings
    store: Store

    @property
    def title(self) -> str:
        """The study's title, else the folder's name."""
        return self.settings.study.title or self.folder.resolve().name

    @property
    def transcripts_folder(self) -> Path:
        """Where the untouched originals lie."""
        return self.folder / TRANSCRIPTS

    @property
    def reports_folder(self) -> Path:
        """Where reports are written."""
        return self.folder / REPORTS

    @property
    def participants_file(self) -> Path:
        """The table with one row for each informant."""
        return self.folder / PARTICIPANTS

    def close(self) -> None:
        """Close the database."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.store.__exit__(*error)


def create(folder: Path, settings: Settings, *, codebook_file: Path | None = None) -> Study:
    """Make a new study in `folder`, which must be missing or empty; a codebook file is copied into it.

    The database is written last: a folder without it is not a study yet, and making it can simply be repeated.

    Raises:
        StudyError: something is there already, or the folder cannot be written.
    """
    leftovers = {SETTINGS_FILE, TRANSCRIPTS, REPORTS, f"{DATABASE}.half", f"{DATABASE}.half-journal"}
    if codebook_file:
        leftovers.add(codebook_file.name)
    try:
        if (folder / DATABASE).exists():
            raise StudyError(f"{folder} is a study already.", f"Add transcripts with: themescout add {folder} FILES")
        if folder.exists() and (not folder.is_dir() or {item.name for item in folder.iterdir()} - leftovers):
            raise StudyError(f"{folder} is not empty.", "Name a new folder for the study.")
        (folder / TRANSCRIPTS).mkdir(parents=True, exist_ok=True)
        (folder / REPORTS).mkdir(exist_ok=True)
        if codebook_file:
            shutil.copyfile(codebook_file, folder / codebook_file.name)
        (folder / SETTINGS_FILE).write_text(settings_module.as_toml(settings), "utf-8")
        store_module.create(folder / DATABASE)
    except OSError as error:
        raise StudyError(
            f"{folder} cannot be written: {error.strerror or error}.", "Name a folder you may write to."
        ) from error
    return open_study(folder)


def open_study(folder: Path, *, shared: bool = False) -> Study:
    """Open the study in `folder`; several threads may use a `shared` one, one at a time.

    Raises:
        StudyError: it is no study, is damaged, or was written by a newer version.
        SettingsError: its settings file has errors.
    """
    try:
        store = Store(folder / DATABASE, shared=shared)
    except PermissionError as error:
        raise StudyError(f"{folder} may not be read.", "Ask its owner for the right to read and write it.") from error
    try:
        settings = settings_module.read(folder / SETTINGS_FILE)
    except BaseException:
        store.close()
        raise
    return Study(folder=folder, settings=_with_kept_engine(settings, store), store=store)


def _with_kept_engine(settings: Settings, store: Store) -> Settings:
    """Settings with the engine that the study was first embedded with, where they leave it open.

    An engine that was kept and failed before it had made a vector holds nobody to it.
    Studies that were embedded before engines could be chosen were embedded by torch.
    """
    if settings.embed.engine != "auto" or not store.vectors.count():
        return settings
    kept = store.stages.record(ENGINE)
    engine = kept.get(settings.embed.model) if kept else "torch"
    return settings_module.changed(settings, "embed", engine=engine or None)


def with_model(study: Study, model: str | None) -> Study:
    """The study with another embedding model, and with the engine that was kept for that one; None changes nothing.

    Raises:
        SettingsError: its settings file has errors.
    """
    if model is None:
        return study
    asked = settings_module.read(study.folder / SETTINGS_FILE).embed.engine
    settings = settings_module.changed(study.settings, "embed", model=model, engine=asked)
    return replace(study, settings=_with_kept_engine(settings, study.store))


def open_copy(folder: Path, database: Path) -> Study:
    """Open the study in `folder` with a copy of its database, made at `database`; nothing in `folder` is touched.

    An older format is brought up to date in the copy alone.

    Raises:
        StudyError: it is no study, is damaged, was written by a newer version, or cannot be copied.
        SettingsError: its settings file has errors.
    """
    try:
        store_module.snapshot(folder / DATABASE, database)
    except OSError as error:
        reason = error.strerror or error
        raise StudyError(
            f"{folder} cannot be read: {reason}.", "Look at its rights and the space on the disk."
        ) from error
    store = Store(database)
    try:
        settings = settings_module.read(folder / SETTINGS_FILE)
    except BaseException:
        store.close()
        raise
    return Study(folder=folder, settings=_with_kept_engine(settings, store), store=store)
