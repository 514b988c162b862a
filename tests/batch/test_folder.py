"""Whose folder it is, that one process works in it, and what is done there."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import fakes

from themescout.batch import folder as folders
from themescout.batch.folder import Ledger, Terms
from themescout.batch.model import Refusal
from themescout.batch.places import Place
from themescout.errors import BatchError
from themescout.settings import SegmentSettings

TERMS = Terms(yardstick="abc", partition=4096, rows=False, vectors=False, segment=SegmentSettings(), interviewers=[])


def test_a_run_goes_on_in_its_own_folder(tmp_path: Path) -> None:
    place = Place(str(tmp_path))
    assert not folders.require_ours(place)
    folders.claim(place, TERMS)
    folders.claim(place, TERMS)
    assert folders.require_ours(place)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"yardstick": "def"}, "its study is another one"),
        ({"partition": 100}, "it was begun with --partition 4096"),
        ({"rows": True}, "it was begun without --rows"),
        ({"vectors": True}, "it was begun without --vectors"),
        ({"segment": SegmentSettings(max_words=50)}, "it cut interviews in another way"),
        ({"interviewers": ["Anna"]}, "it left out the turns of other interviewers"),
    ],
)
def test_a_folder_of_another_run_is_refused_with_the_reason(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    place = Place(str(tmp_path))
    folders.claim(place, TERMS)
    with pytest.raises(BatchError, match=f"belongs to another run: {said}"):
        folders.claim(place, replace(TERMS, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["notes.txt", "texts/0.parquet"])
def test_a_folder_with_something_else_in_it_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    with pytest.raises(BatchError, match="is not empty and holds no batch run"):
        folders.require_ours(Place(str(tmp_path)))


@pytest.mark.parametrize(
    ("held", "said"),
    [("{", "damaged"), ("[]", "made by another version"), ('{"format": 99, "themescout": "9.9"}', "themescout .9.9")],
)
def test_a_run_that_cannot_be_understood_is_refused(tmp_path: Path, held: str, said: str) -> None:
    (tmp_path / "run.json").write_text(held)
    with pytest.raises(BatchError, match=said):
        folders.require_ours(Place(str(tmp_path)))


def test_two_processes_do_not_work_in_one_folder(tmp_path: Path) -> None:
    code = (
        "import sys; from themescout.batch import folder, places; "
        "held = folder.held(places.Place(sys.argv[1])); held.__enter__(); print('in', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "in\n"
        with pytest.raises(BatchError, match="Another batch run is at work"), folders.held(Place(str(tmp_path))):
            pass
        other.kill()
    with folders.held(Place(str(tmp_path))):
        pass


def test_a_run_with_a_study_and_one_with_a_sample_are_told_apart_in_a_word(tmp_path: Path) -> None:
    sampled = replace(TERMS, yardstick="x", sample=300, inputs="y")
    for begun, wanted, said in ((TERMS, sampled, "a study"), (sampled, TERMS, "--discover")):
        place = Place(str(tmp_path / said))
        folders.claim(place, begun)
        with pytest.raises(BatchError, match=f"belongs to another run: it was begun with {said}[.]"):
            folders.claim(place, wanted)


def test_a_folder_that_could_not_be_made_is_said_without_making_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    folders.require_room(Place(str(tmp_path / "new" / "run")))
    folders.require_room(Place("memory://anywhere"))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    for inside in ("file", "file/run"):
        with pytest.raises(BatchError, match="cannot be made or written: file is a file"):
            folders.require_room(Place(str(tmp_path / inside)))
    for name, why in (("a" * 300, "File name too long"), ("a\0", "there is a zero byte in its name")):
        with pytest.raises(BatchError, match=f"cannot be made or written: {why}"):
            folders.require_room(Place(str(tmp_path / name)))
    monkeypatch.setattr(folders.os, "access", lambda *_: False)
    with pytest.raises(BatchError, match="may not be written by you"):
        folders.require_room(Place(str(tmp_path / "new")))


def test_a_zero_byte_in_the_name_of_the_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(BatchError, match=r"a[?] cannot be made"), folders.held(Place(f"{tmp_path}/a\0")):
        pass


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(BatchError, match="cannot be made"), folders.held(Place(str(tmp_path / "out"))):
        pass


def test_the_ledger_is_the_same_when_it_is_opened_again(tmp_path: Path) -> None:
    place = Place(str(tmp_path))
    several, single, done = fakes.partition(1, "/a.txt", "/b.txt"), fakes.partition(2, "/c.txt"), fakes.partition(3)
    ledger = Ledger(place)
    refused = replace(fakes.receipt("x", refused=(Refusal(path="/c.txt", sentence="It was too much."),)), sha256="")
    assert ledger.pieces(several) == (several,)
    pieces = ledger.note(several, refused)
    assert [item.name for item in pieces] == ["00001-00000", "00001-00001"]
    assert ledger.note(single, refused) == ()
    place.write("texts/00003.parquet", b"")
    assert ledger.note(done, fakes.receipt(done.name)) == ()
    for opened in (ledger, Ledger(place)):
        assert opened.pieces(several) == pieces
        assert [opened.settled(item) for item in (*pieces, single, done)] == [False, False, True, True]
        assert opened.count == 2
        assert opened.refusals(single.name) == refused.refused


def test_what_could_not_be_reached_is_open_again_until_it_is_done_or_refused(tmp_path: Path) -> None:
    place, given = Place(str(tmp_path)), fakes.partition(2, "/c.txt")
    said = replace(
        fakes.receipt(given.name, refused=(Refusal(path="/c.txt", sentence="Gone."),)), sha256="", again=True
    )
    for _ in range(2):
        ledger = Ledger(place)
        assert not ledger.settled(given)
        assert not ledger.count
        assert ledger.note(given, said) == ()
        assert ledger.settled(given)
        assert ledger.refusals(given.name) == said.refused
    ledger = Ledger(place)
    refused = replace(said, again=False, refused=(Refusal(path="/c.txt", sentence="Damaged."),))
    ledger.note(given, refused)
    for opened in (ledger, Ledger(place)):
        assert opened.settled(given)
        assert opened.refusals(given.name) == refused.refused
    assert place.names("aside") == ["00002.refused.json"]


def test_a_record_that_a_killed_run_left_beside_what_is_done_is_known(tmp_path: Path) -> None:
    place, given = Place(str(tmp_path)), fakes.partition(2, "/c.txt")
    said = replace(
        fakes.receipt(given.name, refused=(Refusal(path="/c.txt", sentence="Gone."),)), sha256="", again=True
    )
    Ledger(place).note(given, said)
    assert Ledger(place).reached == set()
    place.write(f"texts/{given.name}.parquet", b"")
    assert Ledger(place).reached == {given.name}


def test_what_was_left_half_written_is_swept_away(tmp_path: Path) -> None:
    for name in (".run.json.1f.half", "texts/.0.parquet.2e.half", "middle/0/.0.parquet.3d.half", "texts/1.parquet"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    folders.sweep(Place(str(tmp_path)))
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["1.parquet"]
