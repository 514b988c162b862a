"""`importers.read`: the right reader, and a sentence for everything that can be wrong with a path."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from themescout import importers, plugins
from themescout.errors import FileProblemError, PluginError
from themescout.protocols import Importer
from themescout.types import Line, RawTranscript, Role

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
OWN = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["entry-points"]["themescout.importers"]


@pytest.mark.parametrize("name", OWN)
def test_every_reader_of_ours_is_an_importer_with_the_endings_that_are_listed(name: str) -> None:
    reader = EntryPoint(name, OWN[name], "themescout.importers").load()()
    assert isinstance(reader, Importer)
    assert set(reader.suffixes) == set(importers._OWN[name])
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in reader.suffixes)


def test_no_two_readers_of_ours_claim_one_ending() -> None:
    endings = [suffix for found in importers._OWN.values() for suffix in found]
    assert len(endings) == len(set(endings))
    assert set(importers._OWN) == set(OWN)


def test_endings_are_listed_without_importing_a_reader() -> None:
    code = (
        "import sys; from themescout import importers; importers.suffixes();"
        "names = ('plain', 'docx', 'pdf', 'tables', 'captions');"
        "assert not [n for n in names if f'themescout.importers.{n}' in sys.modules];"
        "assert not {'docx', 'odf', 'pypdf', 'openpyxl', 'charset_normalizer'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert {".txt", ".docx", ".vtt", ".json", ".pdf"} <= set(importers.suffixes())


def test_reading_a_text_file_imports_no_heavy_library(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("I: Why?\nR: So.")
    code = (
        "import sys; from pathlib import Path; from themescout import importers;"
        "importers.read(Path(sys.argv[1]));"
        "assert not {'docx', 'odf', 'pypdf', 'openpyxl', 'charset_normalizer', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.txt")], check=True)


@pytest.mark.parametrize("ending", [".txt", ".TXT", ".Md", ".text"])
def test_the_ending_chooses_the_reader_whatever_its_case(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"Talk 7{ending}"
    path.write_text("I: Why? 😀\nR: So.", encoding="utf-8")
    (got,) = importers.read(path)
    assert (got.id, got.name, len(got.turns)) == ("Talk-7", "Talk 7", 2)


@pytest.mark.parametrize("name", ["a.mp3", "a", "a.doc"])
def test_an_unknown_ending_is_named_with_the_known_ones(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    with pytest.raises(FileProblemError, match=f"^{name} ") as caught:
        importers.read(tmp_path / name)
    assert ".docx" in caught.value.hint


@pytest.mark.parametrize("ending", sorted(e for found in importers._OWN.values() for e in found))
def test_missing_folder_and_empty_have_a_sentence_each_for_every_reader(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"folder{ending}").mkdir()
    (tmp_path / f"empty{ending}").write_bytes(b"")
    for name, sentence in (("missing", "does not exist"), ("folder", "is a folder"), ("empty", "is empty")):
        with pytest.raises(FileProblemError, match=f"^{name}{ending} {sentence}") as caught:
            importers.read(tmp_path / f"{name}{ending}")
        assert caught.value.hint


@pytest.mark.parametrize("error", [PermissionError(13, "no"), OSError(5, "Input/output error")])
def test_what_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    (tmp_path / "a.txt").write_text("x")

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise error

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(FileProblemError, match=r"^a\.txt (may not|cannot) be read"):
        importers.read(tmp_path / "a.txt")


def test_a_file_without_words_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(" \n\n---\n")
    with pytest.raises(FileProblemError, match="no words"):
        importers.read(tmp_path / "a.txt")


class TwoTalks:
    """A reader of another package."""

    suffixes = (".talks",)

    def read(self, path: Path) -> tuple[RawTranscript, ...]:
        lines = (Line(text="So.", speaker="Joao"),)
        return (RawTranscript(name=path.stem, lines=lines, format="talks"),) * 2


@pytest.fixture
def other_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    real = plugins.load
    monkeypatch.setattr(plugins, "names", lambda group: (*sorted(OWN), "talks"))
    monkeypatch.setattr(plugins, "load", lambda group, name: TwoTalks if name == "talks" else real(group, name))


def test_readers_of_other_packages_are_used_and_ids_stay_apart(tmp_path: Path, other_reader: None) -> None:
    (tmp_path / "a.talks").write_text("x")
    assert [transcript.id for transcript in importers.read(tmp_path / "a.talks")] == ["a", "a-2"]


def test_two_readers_for_one_ending_are_a_problem(
    tmp_path: Path, other_reader: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TwoTalks, "suffixes", (".txt",))
    with pytest.raises(PluginError, match="plain and talks"):
        importers.readers()


@pytest.mark.parametrize(
    "form",
    [
        "00:00:0{n} {name}|{text}",  # Word Transcribe
        "{name}|00:00:0{n}|{text}",
        "{name}   0:0{n}\n{text}",  # Teams, one paragraph with a line break
        "0:0:{n}.0 --> 0:0:9.2\n{name}\n{text}",  # Teams, older
        "**{name}** 00:00:0{n}|{text}",
        "**{name}**|{text}",
        "**{name}:** {text}",
        "**{name}** {text}",
    ],
)
def test_transcripts_of_word_and_teams_from_document_to_turns(tmp_path: Path, form: str) -> None:
    import docx

    rows = [("Anna Berg", "How was it? 😀"), ("Joao", "Long."), ("Anna Berg", "And?"), ("Joao", "Hard")]
    document = docx.Document()
    for n, (name, text) in enumerate(rows):
        for paragraph in form.format(n=n, name=name, text=text).split("|"):
            made = document.add_paragraph()
            for i, part in enumerate(paragraph.split("**")):
                made.add_run(part).bold = bool(i % 2)
    document.save(str(tmp_path / "a.docx"))
    (got,) = importers.read(tmp_path / "a.docx")
    assert [(turn.speaker, got.speech(turn)) for turn in got.turns] == rows
    assert [speaker.role for speaker in got.speakers] == [Role.INTERVIEWER, Role.INFORMANT]
    if "0{n}" in form:
        assert [turn.start_s for turn in got.turns] == [0.0, 1.0, 2.0, 3.0]
