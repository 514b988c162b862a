"""Prepared encoders: made once, whole or not there, told apart by all that they come from."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pytest

from themescout.embed import make, manifest
from themescout.embed.fast import prepared as module
from themescout.embed.fast.prepared import prepared
from themescout.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable

SHA = "0" * 64

# Prepares argv[1] and says whether that was work; argv[2] is done first.
PREPARE = """
import pathlib, sys
from themescout.embed.fast import prepared as module
from themescout.errors import ModelError
really, made = module._make, []
module._make = lambda *given: made.append(1) or really(*given)
exec(sys.argv[2])
try:
    module.prepared(pathlib.Path(sys.argv[1]), "0" * 64)
    print(len(made))
except ModelError as error:
    print(error, error.hint)
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv("THEMESCOUT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "engines"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The places of encoders that were made, in their order."""
    places: list[Path] = []
    really = module._make

    def make(folder: Path, sha: str, change: Path | None, place: Path) -> module.Prepared:
        places.append(place)
        return really(folder, sha, change, place)

    monkeypatch.setattr(module, "_make", make)
    return places


def folders(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.iterdir() if path.is_dir())


def test_an_encoder_is_made_once(tiny_bert: Path, made: list[Path]) -> None:
    first = prepared(tiny_bert, SHA)
    assert prepared(tiny_bert, SHA) == first
    assert made == [first.folder]
    assert (first.window, first.cosine > 0.99) == (48, True)
    assert {path.name for path in first.folder.iterdir()} == {*module._FILES, "manifest.json"}


@pytest.mark.parametrize("name", [*module._FILES, "manifest.json"])
def test_a_damaged_encoder_is_made_again(tiny_bert: Path, made: list[Path], name: str) -> None:
    file = prepared(tiny_bert, SHA).folder / name
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    prepared(tiny_bert, SHA)
    assert len(made) == 2
    if name in {"encoder.bin", "tokenizer.json"}:  # the .xml holds names that are counted up
        assert file.read_bytes() == whole


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"sha256": []}', '{"sha256": {}, "window": 1, "cosine": 1}'])
def test_a_record_that_says_nothing_does_not_count(tiny_bert: Path, made: list[Path], content: str) -> None:
    (prepared(tiny_bert, SHA).folder / "manifest.json").write_text(content, "utf-8")
    prepared(tiny_bert, SHA)
    assert len(made) == 2


def test_all_that_an_encoder_comes_from_is_in_its_name(
    tiny_bert: Path, tmp_path: Path, edited: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        np.savez(tmp_path / f"{number}.npz", base=np.asarray(SHA), x=np.asarray(number))
    names = [
        module._name(tiny_bert, SHA, None),
        module._name(tiny_bert, "1" * 64, None),
        module._name(tiny_bert, SHA, tmp_path / "1.npz"),
        module._name(tiny_bert, SHA, tmp_path / "2.npz"),
    ]
    for i, (file, values) in enumerate(
        [
            ("1_Pooling/config.json", {"pooling_mode": "mean"}),
            ("config.json", {"layer_norm_eps": 0.1}),
            ("tokenizer.json", {"x": 1}),
        ]
    ):
        shutil.copytree(tiny_bert, tmp_path / str(i))
        edited(tmp_path / str(i) / file, **values)
        names.append(module._name(tmp_path / str(i), SHA, None))
    monkeypatch.setattr(module, "RECIPE", "another")
    names.append(module._name(tiny_bert, SHA, None))
    assert len(set(names)) == len(names) == 8


def test_a_cache_that_cannot_be_written_is_said_in_one_sentence(
    tiny_bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("THEMESCOUT_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelError, match=r"engines cannot be written: Not a directory\.$") as caught:
        prepared(tiny_bert, SHA)
    assert "THEMESCOUT_CACHE" in caught.value.hint

    def refuse(self: Path, **_: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setenv("THEMESCOUT_CACHE", str(tmp_path / "other"))
    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(ModelError, match=r"engines cannot be written: Permission denied\.$"):
        prepared(tiny_bert, SHA)


@pytest.mark.parametrize("room", [1000, 30_000])
def test_a_full_disk_leaves_nothing(tiny_bert: Path, cache: Path, child: Callable[..., str], room: int) -> None:
    """As on a full disk: no file may become longer than so many bytes; the encoder's are about 70 and 100 thousand."""
    full = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))"
    )
    told = child(PREPARE, tiny_bert, full)
    assert f"{cache} cannot be written: " in told
    assert "Make room there" in told
    assert folders(cache) == []


def test_two_processes_at_once_make_it_once(tiny_bert: Path, child: Callable[..., str]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(lambda _: child(PREPARE, tiny_bert, ""), range(2)))
    assert sorted(counts) == ["0", "1"]


def test_killed_in_the_middle_nothing_counts_and_the_rest_is_swept_later(
    tiny_bert: Path, cache: Path, made: list[Path], child: Callable[..., str]
) -> None:
    kill = "import os; module._cosine = lambda *given: os.kill(os.getpid(), 9)"
    with pytest.raises(AssertionError):
        child(PREPARE, tiny_bert, kill)
    (left,) = folders(cache)
    assert "." in left
    first = prepared(tiny_bert, SHA)
    assert made == [first.folder]
    assert folders(cache) == [first.folder.name, left]  # it might be somebody's work on another computer
    old = time.time() - 2 * 3600
    os.utime(cache / left, (old, old))
    second = prepared(tiny_bert, "1" * 64)
    assert folders(cache) == sorted([first.folder.name, second.folder.name])


def test_interrupted_or_unfit_it_leaves_nothing(tiny_bert: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(module, "_CLOSE", 1.1)
        with pytest.raises(ModelError, match=r"cannot run tiny: in integers it says something else than in floats"):
            prepared(tiny_bert, SHA)
    assert folders(cache) == []

    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_cosine", interrupt)
    with pytest.raises(KeyboardInterrupt):
        prepared(tiny_bert, SHA)
    assert folders(cache) == []


@pytest.mark.parametrize("special", [[], ["[CLS]"], ["[CLS]", "[SEP]", "[SEP]"]])
def test_a_tokenizer_with_more_or_fewer_special_pieces_is_refused(
    tiny_bert: Path, tmp_path: Path, cache: Path, special: list[str]
) -> None:
    from tokenizers import Tokenizer, processors

    shutil.copytree(tiny_bert, tmp_path / "m")
    file = str(tmp_path / "m" / "tokenizer.json")
    tokenizer = Tokenizer.from_file(file)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=" ".join([*special[:1], "$A", *special[1:]]),
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in set(special)],
    )
    tokenizer.save(file)
    with pytest.raises(ModelError, match=r"cannot run m: its tokenizer does not put one piece before and one after"):
        prepared(tmp_path / "m", SHA)
    assert folders(cache) == []


def test_without_a_home_folder_nothing_can_be_prepared(tiny_bert: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THEMESCOUT_CACHE", "~nobody-of-this-name/cache")
    with pytest.raises(
        ModelError, match="~nobody-of-this-name/cache, as THEMESCOUT_CACHE says, does not exist"
    ) as caught:
        make(str(tiny_bert), "int8").embed(["x"])
    assert caught.value.hint == "Set THEMESCOUT_CACHE to a folder."


def test_without_locks_it_is_made_all_the_same(tiny_bert: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_: object) -> NoReturn:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert prepared(tiny_bert, SHA).graph.is_file()


def test_without_locks_what_another_process_has_made_meanwhile_is_not_replaced(tiny_bert: Path) -> None:
    first = prepared(tiny_bert, SHA)
    before = first.graph.stat().st_ino
    assert module._make(tiny_bert, SHA, None, first.folder) == first
    assert first.graph.stat().st_ino == before
    assert folders(first.folder.parent) == [first.folder.name]


def test_the_record_says_what_was_prepared_with_what(tiny_bert: Path) -> None:
    found = prepared(tiny_bert, SHA)
    record = json.loads((found.folder / "manifest.json").read_text("utf-8"))
    assert (record["model"], record["recipe"], record["window"]) == ("tiny", module.RECIPE, 48)
    assert record["sha256"] == {name: manifest.file_sha256(found.folder / name) for name in module._FILES}


def test_the_sample_is_short_and_long_sentences_always_the_same() -> None:
    sample = module._sample()
    assert sample == module._sample()
    assert len(sample) == 160
    assert min(len(line.split()) for line in sample) < 6
    assert max(len(line.split()) for line in sample) > 40
