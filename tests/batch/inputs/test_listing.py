"""Listing: everything that was named is a source, refused, or passed over; and numbers never change."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import fsspec
import pytest

from themescout.batch.inputs import listing
from themescout.batch.model import Form
from themescout.errors import BatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def names(found: listing.Listing) -> list[str]:
    return [Path(source.path).name for source in found.sources]


def sentences(found: listing.Listing) -> str:
    return "\n".join(item.sentence for item in found.refused)


def listed(inputs: Iterable[object], *, rows: bool = False) -> listing.Listing:
    return listing.sources([str(item) for item in inputs], rows=rows)


def test_sources_are_sorted_numbered_and_there_once(tmp_path: Path) -> None:
    touch(tmp_path, "b/int2.docx", "a.jsonl.gz", "b/int1.vtt", "B.CSV")
    found = listed([tmp_path / "b", tmp_path, tmp_path / "b" / ".." / "a.jsonl.gz", f"{tmp_path}/**/*.vtt"])
    assert names(found) == ["B.CSV", "a.jsonl.gz", "int1.vtt", "int2.docx"]
    assert [source.number for source in found.sources] == [0, 1, 2, 3]
    assert found.refused == ()


def test_tables_are_rows_where_their_ending_or_the_user_says_so(tmp_path: Path) -> None:
    touch(tmp_path, "a.jsonl", "b.parquet", "c.csv", "d.tsv.gz", "e.xlsx", "f.csv.gz")
    forms = {Path(s.path).name: s.form for s in listed([tmp_path]).sources}
    assert forms == {
        "a.jsonl": Form.ROWS, "b.parquet": Form.ROWS, "c.csv": Form.INTERVIEWS, "e.xlsx": Form.INTERVIEWS,
    }  # fmt: skip
    with_rows = {Path(s.path).name: s.form for s in listed([tmp_path], rows=True).sources}
    assert with_rows == {**dict.fromkeys(["a.jsonl", "b.parquet", "c.csv", "d.tsv.gz", "f.csv.gz"], Form.ROWS),
                         "e.xlsx": Form.INTERVIEWS}  # fmt: skip


def test_other_kinds_are_passed_over_in_a_folder_and_refused_by_name(tmp_path: Path) -> None:
    touch(tmp_path, "a.md", "b.mp3", ".hidden.md", "~$a.docx", "c.csv.gz")
    found = listed([tmp_path, tmp_path / "b.mp3", tmp_path / "c.csv.gz"])
    assert names(found) == ["a.md"]
    assert [Path(path).name for path in found.passed_over] == ["b.mp3", "c.csv.gz"]
    assert "b.mp3 is of no kind that is read. Readable:" in sentences(found)
    assert "c.csv.gz is only read as a table of rows. Say so with --rows." in sentences(found)


def test_what_is_missing_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    touch(tmp_path, "a.md")
    (tmp_path / "empty").mkdir()
    found = listed([tmp_path / "gone.md", tmp_path / "a.md", tmp_path / "x*.md", tmp_path / "empty", "a\0b"])
    assert names(found) == ["a.md"]
    assert [item.path for item in found.refused] == [
        str(tmp_path / "gone.md"), str(tmp_path / "x*.md"), str(tmp_path / "empty"), "a\0b",
    ]  # fmt: skip
    assert "gone.md does not exist." in sentences(found)
    assert f"Nothing matches {tmp_path}/x*.md." in sentences(found)
    assert "empty has no file in it that is read." in sentences(found)


def test_a_name_that_exists_is_no_pattern(tmp_path: Path) -> None:
    touch(tmp_path, "int[1].md", "int1.md")
    assert names(listed([tmp_path / "int[1].md"])) == ["int[1].md"]


def test_nothing_at_all_is_an_error_with_the_reasons(tmp_path: Path) -> None:
    with pytest.raises(BatchError, match=r"There is nothing to do\. gone1\.md does not exist.* And 1 more\."):
        listed([tmp_path / f"gone{i}.md" for i in range(1, 5)])
    with pytest.raises(BatchError, match="There is nothing to do"):
        listed([])


def test_known_sources_keep_their_numbers(tmp_path: Path) -> None:
    touch(tmp_path, "m.md", "z.md")
    first = listed([tmp_path])
    touch(tmp_path, "a.md")
    again = listing.sources([str(tmp_path)], rows=False, known=first.sources)
    assert names(again) == ["m.md", "z.md", "a.md"]
    assert again.sources[:2] == first.sources
    assert listing.sources([str(tmp_path / "a.md")], rows=False, known=first.sources).sources == again.sources


def test_a_known_source_that_has_changed_stops_the_run(tmp_path: Path) -> None:
    touch(tmp_path, "m.md")
    first = listed([tmp_path])
    (tmp_path / "m.md").write_text("other words")
    with pytest.raises(BatchError, match=r"m\.md has changed since this run began"):
        listing.sources([str(tmp_path)], rows=False, known=first.sources)


def test_the_runs_own_folder_is_never_an_input(tmp_path: Path) -> None:
    touch(tmp_path, "a.md", "out/texts/0.parquet", "outer.md")
    found = listing.sources([str(tmp_path)], rows=False, outside=[str(tmp_path / "out")])
    assert names(found) == ["a.md", "outer.md"]
    assert found.passed_over == ()


def test_the_runs_own_folder_is_no_input_by_whatever_name_it_is_reached(tmp_path: Path) -> None:
    touch(tmp_path, "real/a.md", "real/out/texts/0.parquet", "real/out/b.md")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    real, link = tmp_path / "real", tmp_path / "link"
    for inside, out in ((link, real / "out"), (real, link / "out"), (link, f"{link}/out/")):
        found = listing.sources([str(inside)], rows=False, outside=[str(out), str(tmp_path / "not there")])
        assert names(found) == ["a.md"]


def test_what_other_runs_and_studies_made_is_passed_over_unless_it_is_named_itself(tmp_path: Path) -> None:
    top = touch(tmp_path / "top", "a.md", "old/run.json", "old/plan.json", "old/texts/0.parquet", "old/themes.csv",
                "study/study.db", "study/themescout.toml", "study/transcripts/a.md", "other/run.json", "other/b.md",
                "else/study.db", "else/c.md")  # fmt: skip
    for where in (top, f"{tmp_path}/to?", f"{top}/**", f"{top}/**/*"):
        found = listed([where])
        assert names(found) == ["a.md", "c.md", "b.md", "run.json"]
        made = [Path(item).name for item in found.passed_over if item.endswith(os.sep)]
        assert made == ["old", "study"]
    assert names(listed([top / "old"])) == ["plan.json", "run.json", "0.parquet", "themes.csv"]
    assert names(listed([f"{top}/old/*/*"])) == ["0.parquet"]
    assert names(listed([top / "study"])) == ["a.md"]
    for nothing in (f"{top}/ol*", f"{top}/**/*.parquet"):
        with pytest.raises(BatchError, match=r"matches no file that is read\. Folders of other runs and studies"):
            listed([nothing])
    memory = fsspec.filesystem("memory")
    for name in ("a.jsonl", "old/run.json", "old/plan.json", "old/texts/0.parquet"):
        memory.pipe(f"/made/{name}", b"x")
    assert [source.path for source in listed(["memory://made"]).sources] == ["memory://made/a.jsonl"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has other links and pipes")
def test_links_lead_to_each_file_once_and_what_they_miss_is_named(tmp_path: Path) -> None:
    inside, outside = touch(tmp_path / "in", "a.md", "sub/b.md"), touch(tmp_path / "out", "c.md", "more/d.md")
    (inside / "again.md").symlink_to(inside / "a.md")
    (inside / "loop").symlink_to(inside)
    (inside / "c.md").symlink_to(outside / "c.md")
    (inside / "lost.md").symlink_to(outside / "nowhere.md")
    (inside / "more").symlink_to(outside / "more")
    for pipe in ("pipe.md", "pipe"):
        os.mkfifo(inside / pipe)
    (inside / "lost").symlink_to(outside / "nowhere")
    touch(inside, ".store/d.md", "blobs/e1f2")
    (inside / "stored.md").symlink_to(inside / ".store" / "d.md")
    (inside / "e.md").symlink_to(inside / "blobs" / "e1f2")
    (inside / "hidden").symlink_to(inside / ".store")
    found = listed([inside])
    assert names(found) == ["a.md", "c.md", "e.md", "stored.md", "b.md"]
    elsewhere = "cannot be read: it is a link to another folder, which is to be named itself."
    assert sentences(found).splitlines() == [
        f"hidden {elsewhere} Check the file and the way to it.",
        "lost.md does not exist. Check the spelling and the folder.",
        f"more {elsewhere} Check the file and the way to it.",
        "pipe.md cannot be read: it is no ordinary file. Check the file and the way to it.",
    ]


def test_a_folder_whose_files_may_not_be_looked_at_costs_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "a.md", "shut/b.md")
    really = Path.stat

    def stat(self: Path, **more: bool) -> os.stat_result:
        if self.name == "b.md":
            raise PermissionError(13, "Permission denied", str(self))
        return really(self, **more)

    monkeypatch.setattr(Path, "stat", stat)
    found = listed([tmp_path])
    assert names(found) == ["a.md"]
    assert sentences(found) == "b.md may not be read by you. Ask its owner for the right to."


def test_a_pattern_of_files_that_are_not_read_and_an_input_without_a_name_are_refused(tmp_path: Path) -> None:
    touch(tmp_path, "a.md", "b.xyz")
    found = listed([tmp_path / "a.md", f"{tmp_path}/*.xyz", ""])
    assert sentences(found).splitlines() == [
        f"{tmp_path}/*.xyz matches no file that is read. Check the pattern and the folder.",
        "An input has no name. Say . for the folder you are in.",
    ]


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    touch(tmp_path, "a.md")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.md")).write_text("x")
    found = listed([tmp_path])
    assert names(found) == ["a.md"]
    assert "has a name that is no valid text" in sentences(found)
    "".join(item.path + item.sentence for item in found.refused).encode("utf-8")


def test_a_file_that_vanishes_while_the_folder_is_listed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "a.md", "b.md")
    real = listing.files_in

    def late(folder: Path, read: Callable[[str], bool]) -> object:
        found = real(folder, read)
        (tmp_path / "b.md").unlink()
        return found

    monkeypatch.setattr(listing, "files_in", late)
    found = listed([tmp_path])
    assert names(found) == ["a.md"]
    assert "b.md does not exist." in sentences(found)


def test_a_folder_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "a.md")
    error = PermissionError(13, "Permission denied", str(tmp_path / "shut"))
    monkeypatch.setattr(listing, "files_in", lambda folder, read: ((tmp_path / "a.md",), (error,)))
    found = listed([tmp_path])
    assert names(found) == ["a.md"]
    assert "shut may not be read by you." in sentences(found)


def test_addresses_are_listed_like_folders() -> None:
    system = fsspec.filesystem("memory")
    system.store.clear()
    for name in ("in/b/int1.md", "in/a.jsonl", "in/.x/c.md", "in/pic.png", "other/d.md"):
        system.pipe_file(f"/{name}", b"x")
    found = listed(["memory://in", "memory://oth*/*.md", "memory://in/pic.png", "memory://none", "gopher://x/y.md"])
    assert names(found) == ["a.jsonl", "int1.md", "d.md"]
    assert [source.path for source in found.sources][2] == "memory://other/d.md"
    assert [Path(path).name for path in found.passed_over] == ["pic.png"]
    assert [item.path for item in found.refused] == ["memory://in/pic.png", "memory://none", "gopher://x/y.md"]
