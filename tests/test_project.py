"""A study is a folder; a folder without its database is not one yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from themescout import project
from themescout import settings as settings_module
from themescout import store as store_module
from themescout.errors import SettingsError, StudyError
from themescout.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_new_study_has_its_parts_and_opens_with_its_settings(make_study: Callable[..., project.Study]) -> None:
    study = make_study(title='the "first" 😀')
    assert {item.name for item in study.folder.iterdir()} == {"themescout.toml", "study.db", "transcripts", "reports"}
    study.close()
    with project.open_study(study.folder) as again:
        assert again.settings == study.settings
        assert again.title == 'the "first" 😀'
        assert again.settings.embed.model == "ngrams"


def test_without_a_title_the_folder_names_the_study(make_study: Callable[..., project.Study]) -> None:
    study = make_study("malaria")
    assert study.title == "malaria"
    assert study.transcripts_folder.is_dir()
    assert study.reports_folder.is_dir()
    assert study.participants_file.parent == study.folder


def test_a_study_or_other_things_are_not_written_over(make_study: Callable[..., project.Study], tmp_path: Path) -> None:
    study = make_study()
    with pytest.raises(StudyError, match="is a study already"):
        project.create(study.folder, Settings())
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").touch()
    with pytest.raises(StudyError, match="is not empty"):
        project.create(tmp_path / "mine", Settings())
    (tmp_path / "file").touch()
    with pytest.raises(StudyError, match="is not empty"):
        project.create(tmp_path / "file", Settings())
    with pytest.raises(StudyError, match="cannot be written"):
        project.create(tmp_path / "file" / "below", Settings())
    assert sorted(item.name for item in (tmp_path / "mine").iterdir()) == ["thesis.docx"]


def test_making_a_study_that_was_interrupted_is_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = tmp_path / "mine.yaml"
    book.write_text("title: x\n", "utf-8")

    def killed(path: Path) -> None:
        path.with_name("study.db.half").write_bytes(b"SQLite half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store_module, "create", killed)
        with pytest.raises(KeyboardInterrupt):
            project.create(tmp_path / "s", Settings(), codebook_file=book)
    with pytest.raises(StudyError, match="is no themescout study"):
        project.open_study(tmp_path / "s")
    with project.create(tmp_path / "s", Settings(), codebook_file=book) as study:
        assert (study.folder / "mine.yaml").read_text("utf-8") == "title: x\n"
        assert study.store.decisions.count() == 0
    assert not (tmp_path / "s" / "study.db.half").exists()


def test_wrong_settings_are_refused_and_the_database_let_go(make_study: Callable[..., project.Study]) -> None:
    study = make_study()
    (study.folder / project.SETTINGS_FILE).write_text("colour = 1\n", "utf-8")
    with pytest.raises(SettingsError, match="colour"):
        project.open_study(study.folder)


def test_a_folder_that_is_no_study_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="is no themescout study") as caught:
        project.open_study(tmp_path)
    assert "themescout new" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_study_without_a_settings_file_has_the_defaults(make_study: Callable[..., project.Study]) -> None:
    study = make_study()
    (study.folder / project.SETTINGS_FILE).unlink()
    with project.open_study(study.folder) as again:
        assert again.settings == settings_module.Settings()


def with_record(study: project.Study, **kept: str) -> project.Study:
    """The study opened again, after these engines were recorded for models and a vector was made."""
    with study.store.transaction():
        study.store.stages.finish(project.ENGINE, "", kept)
    study.store.vectors.add(["said"], np.ones((1, 4), np.float32), "made@1")
    study.close()
    return project.open_study(study.folder)


def rewritten(study: project.Study, **values: object) -> None:
    made = settings_module.changed(study.settings, "embed", **values)
    (study.folder / project.SETTINGS_FILE).write_text(settings_module.as_toml(made), "utf-8")


def test_a_new_study_leaves_its_engine_open(make_study: Callable[..., project.Study]) -> None:
    assert make_study().settings.embed.engine == "auto"


def test_the_engine_that_embedded_a_study_is_kept(make_study: Callable[..., project.Study], tmp_path: Path) -> None:
    study = make_study()
    rewritten(study, model="default")
    with with_record(study, default="int8") as again:
        assert again.settings.embed.engine == "int8"
        with project.open_copy(again.folder, tmp_path / "copy.db") as copy:
            assert copy.settings.embed.engine == "int8"


def test_an_engine_that_has_made_no_vector_holds_nobody_to_it(make_study: Callable[..., project.Study]) -> None:
    study = make_study()
    rewritten(study, model="default")
    with study.store.transaction():
        study.store.stages.finish(project.ENGINE, "", {"default": "int8"})
    study.close()
    with project.open_study(study.folder) as again:
        assert again.settings.embed.engine == "auto"
        assert project.with_model(again, "default").settings.embed.engine == "auto"
        again.store.vectors.add(["said"], np.ones((1, 4), np.float32), "made@1")
        assert project.with_model(again, "default").settings.embed.engine == "int8"


def test_a_study_embedded_before_there_were_engines_stays_with_torch(make_study: Callable[..., project.Study]) -> None:
    study = make_study()
    rewritten(study, model="default")
    study.store.vectors.add(["said"], np.ones((1, 4), np.float32), "all-MiniLM-L6-v2@1/torch-fp32")
    study.close()
    with project.open_study(study.folder) as again:
        assert again.settings.embed.engine == "torch"


def test_an_engine_that_the_settings_name_wins(
    make_study: Callable[..., project.Study], monkeypatch: pytest.MonkeyPatch
) -> None:
    study = make_study()
    rewritten(study, model="default", engine="static")
    with with_record(study, default="int8") as again:
        assert again.settings.embed.engine == "static"
    monkeypatch.setenv("THEMESCOUT_EMBED_ENGINE", "torch")
    with project.open_study(study.folder) as again:
        assert again.settings.embed.engine == "torch"


def test_each_model_has_its_own_engine(make_study: Callable[..., project.Study]) -> None:
    study = make_study()
    rewritten(study, model="default")
    with with_record(study, default="int8", mine="torch") as again:
        assert project.with_model(again, None) is again
        assert project.with_model(again, "mine").settings.embed.engine == "torch"
        other = project.with_model(again, "another")
        assert (other.settings.embed.model, other.settings.embed.engine) == ("another", "auto")
    rewritten(study, model="default", engine="static")
    with project.open_study(study.folder) as again:
        assert project.with_model(again, "mine").settings.embed.engine == "static"
