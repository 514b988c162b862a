"""Many runs from one file: what it says is checked before anything is done; one that fails stops no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from themescout.batch import config, service
from themescout.batch.events import Failed, Options, Summary
from themescout.errors import BatchError

GOOD = """
[[run]]
name = "nightly"
study = "study"
inputs = ["in", "more/*.jsonl", "/else/where.txt", "s3://bucket/a.parquet"]
output = "out"
partition = 100
rows = true

[[run]]
study = "/studies/other"
inputs = ["in"]
output = "memory://out"
"""


def read(tmp_path: Path, text: str) -> tuple[config.Job, ...]:
    path = tmp_path / "batch.toml"
    path.write_text(text, "utf-8")
    return config.read(path, Options(workers=3))


def test_paths_are_relative_to_the_file_and_what_is_not_said_is_as_on_the_command_line(tmp_path: Path) -> None:
    first, second = read(tmp_path, GOOD)
    assert first.study == tmp_path / "study"
    assert first.inputs == (
        str(tmp_path / "in"), str(tmp_path / "more/*.jsonl"), "/else/where.txt", "s3://bucket/a.parquet"
    )  # fmt: skip
    assert first.output == str(tmp_path / "out")
    assert first.options == Options(workers=3, partition=100, rows=True)
    assert (second.name, second.study) == ("memory://out", Path("/studies/other"))
    assert second.options == Options(workers=3)


def test_a_bracket_in_the_folder_is_none_of_the_pattern(tmp_path: Path) -> None:
    folder = tmp_path / "a [b]"
    folder.mkdir()
    (job,) = read(folder, '[[run]]\nstudy="s"\ninputs=["*.txt", "in"]\noutput="o"\n')
    (folder / "x.txt").write_text("x")
    assert [str(path) for path in map(Path, config.glob.glob(job.inputs[0]))] == [str(folder / "x.txt")]
    assert job.inputs[1] == str(folder / "in")


RUN = '[[run]]\nstudy="s"\ninputs=["i"]\noutput="o"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"has no \[\[run\]\]"),
        ("run = 3", r"has no \[\[run\]\]"),
        ("[[run]", "cannot be read"),
        (f"colour = 1\n{RUN}", "“colour” is no key"),
        (f"{RUN}colour = 1", "run 1: “colour” is no key"),
        (f"{RUN}partition = 0", "“partition” is 0, which is less than 1"),
        (f"{RUN}partition = true", "“partition” is True, which is not a number"),
        (f"{RUN}rows = 1", "which is not true or false"),
        (f'{RUN}engine = "spark"', "“engine” is 'spark'"),
        ('[[run]]\nstudy="s"\ninputs=[1]\noutput="o"\n', "which is not a list of names"),
        ('[[run]]\nstudy="s"\ninputs=["i", ""]\noutput="o"\n', "which is not a list of names"),
        ('[[run]]\nstudy="s"\ninputs=[]\noutput="o"\n', "“inputs” is missing"),
        (f"{RUN}discover = true", "has both “study” and “discover”"),
        ('[[run]]\ninputs=["i"]\noutput="o"\n', "has neither “study” nor “discover = true”"),
        ('[[run]]\ndiscover=false\ninputs=["i"]\noutput="o"\n', "has neither"),
        (f"{RUN}sample = 200", "“sample” goes with “discover = true”"),
        ('[[run]]\ndiscover=true\nsample=99\ninputs=["i"]\noutput="o"\n', "“sample” is 99, which is less than 100"),
        (RUN + RUN, "two runs have the name “o”"),
        (f'{RUN}name = "a"\n{RUN}name = "b"\n', "two runs have the output"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BatchError, match=said):
        read(tmp_path, text)


def test_a_run_without_a_study(tmp_path: Path) -> None:
    (job,) = read(tmp_path, '[[run]]\ndiscover=true\nsample=500\ninputs=["i"]\noutput="o"\n')
    assert job.study is None
    assert job.options == Options(workers=3, sample=500)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BatchError, match=r"nowhere.toml cannot be read"):
        config.read(tmp_path / "nowhere.toml", Options())


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BatchError("It is broken.", "Mend it."), "It is broken. Mend it."),
        (OverflowError("far\ntoo far"), "It met an error of the program (OverflowError: far too far, "),
    ],
)
def test_runs_go_on_after_one_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def run(inputs: object, study: Path, folder: str, options: Options, progress: object) -> str:
        if study.name == "study":
            raise error
        return folder

    monkeypatch.setattr(service, "run", run)
    told: list[tuple[str, object]] = []
    outcomes = config.run_all(read(tmp_path, GOOD), lambda name, event: told.append((name, event)))
    assert [(item.name, item.summary, item.sentence[: len(said)]) for item in outcomes] == [
        ("nightly", None, said),
        ("memory://out", "memory://out", ""),
    ]
    assert told == [("nightly", Failed(sentence=outcomes[0].sentence))]
    assert Summary.__doc__
