"""The files: whole or not at all, the same bytes each time, exact places, no formulas, safe names."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from themescout.comparison.pages import stem, workbook, write
from themescout.errors import FileProblemError

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


def table(folder: Path, name: str) -> list[dict[str, str]]:
    text = (folder / "csv" / f"compare-wave2-{name}.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_everything_is_written_and_the_page_comes_first(made: ModuleType, tmp_path: Path) -> None:
    paths = write(made.comparison(), tmp_path)
    assert paths[0] == tmp_path / "compare-wave2.html"
    assert all(path.stat().st_size for path in paths)
    names = [path.name for path in paths]
    assert {"compare-wave2.xlsx", "compare-wave2-rows.csv", "compare-wave2-novelty.svg", "compare-wave2-map.svg"} < set(
        names
    )
    assert not list(tmp_path.rglob("*.half"))


def test_the_same_comparison_gives_the_same_bytes(made: ModuleType, tmp_path: Path) -> None:
    first = {path.name: path.read_bytes() for path in write(made.comparison(), tmp_path / "a")}
    again = {path.name: path.read_bytes() for path in write(made.comparison(), tmp_path / "b")}
    assert first == again


def test_every_segment_has_its_exact_place(made: ModuleType, tmp_path: Path) -> None:
    found = made.comparison()
    write(found, tmp_path)
    rows = table(tmp_path, "segments")
    assert len(rows) == len(found.placed)
    for row, item in zip(rows, found.placed, strict=True):
        assert (int(row["start"]), int(row["end"]), row["text"]) == (item.quote.start, item.quote.end, item.quote.text)
        assert int(row["end"]) - int(row["start"]) == len(row["text"])
        assert row["candidate"] == ("" if item.candidate < 0 else f"T{item.candidate + 1}")
    quotes = table(tmp_path, "quotes")
    assert all(int(row["end"]) - int(row["start"]) == len(row["text"]) for row in quotes)
    assert {row["why"] for row in quotes} == {"says it", "nearest", "looked at"}


def test_the_rows_hold_what_the_comparison_says(made: ModuleType, tmp_path: Path) -> None:
    found = made.comparison()
    write(found, tmp_path)
    rows = table(tmp_path, "rows")
    assert [row["outcome"] for row in rows] == [row.outcome for row in found.rows]
    assert [int(row["new_informants"]) for row in rows] == [row.new.count for row in found.rows]
    assert rows[-1]["id"] == "T5"
    about = [(row["what"], row["value"]) for row in table(tmp_path, "about")]
    for sentence in (*found.resolution, *found.plan, *found.refused, *found.notes):
        assert sentence in [value for _, value in about]
    kept = [what for what, _ in about]
    assert kept.index("What so few informants could show") < kept.index("Number of comparisons")


def test_words_are_never_formulas(made: ModuleType, tmp_path: Path) -> None:
    bad = '=HYPERLINK("http://x")'
    found = made.comparison()
    first = replace(found.candidates[0], title=bad, quotes=(made.quote(bad, "KI21"),))
    changed = replace(
        found, candidates=(first,), study=bad, refused=(bad,), rows=tuple(replace(row, title=bad) for row in found.rows)
    )
    paths = write(changed, tmp_path)
    for path in paths:
        if path.suffix == ".csv":
            for line in csv.reader(io.StringIO(path.read_text("utf-8-sig"))):
                assert not [cell for cell in line if cell.startswith(("=", "+", "@", "\t"))]
    with zipfile.ZipFile(io.BytesIO(workbook(changed))) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/")]
    assert sheets
    assert not [sheet for sheet in sheets if "<f>" in sheet or "hyperlink" in sheet]


def test_a_comparison_with_nothing_in_it_is_written_too(made: ModuleType, tmp_path: Path) -> None:
    found = made.comparison()
    write(found, tmp_path)
    assert (tmp_path / "figures" / "compare-wave2-map.svg").exists()
    (tmp_path / "figures" / "themes.svg").write_text("another's", encoding="utf-8")
    paths = write(
        replace(found, old=None, rows=(), baseline=(), placed=(), candidates=(), meanings=(), profile=None, points=()),
        tmp_path,
    )
    # A figure of last time would belong to nothing any more; what is not ours stays.
    assert [path.name for path in sorted((tmp_path / "figures").iterdir())] == ["compare-wave2.txt", "themes.svg"]
    assert table(tmp_path, "rows") == []
    assert all(path.exists() for path in paths)


@pytest.mark.parametrize("name", ["wave 2", "../../etc", "été/2026", "第二", "", "x" * 400, "CON", "a:b*c?", ".."])
def test_any_name_of_a_wave_makes_a_file_in_the_folder(made: ModuleType, tmp_path: Path, name: str) -> None:
    found = made.comparison()
    found = replace(found, new=replace(found.new, name=name), placed=(), points=())
    folder = tmp_path / "reports"
    for path in write(found, folder):
        assert path.resolve().is_relative_to(folder.resolve())
        assert path.name.isascii()
        assert path.exists()


def test_waves_called_otherwise_get_other_files(made: ModuleType) -> None:
    found = made.comparison()
    names = ["a/b", "a-b", "a?b", "x" * 80, "x" * 81, "第二", "第三"]
    assert len({stem(replace(found, new=replace(found.new, name=name))) for name in names}) == len(names)


def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(made: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file", encoding="utf-8")
    with pytest.raises(FileProblemError, match="cannot be written"):
        write(made.comparison(), tmp_path / "reports")
