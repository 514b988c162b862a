"""Tables in, tables out: the interfaces by which quality is measured. Order and length stay, nothing is dropped."""

from __future__ import annotations

import csv
import json
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pyarrow
import pyarrow.parquet
import pytest

from themescout import codebook, settings
from themescout.errors import CodebookError, FileProblemError, TableError, ThemescoutError
from themescout.pipeline import tabular

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Rows = Sequence[dict[str, Any]]

SUFFIXES = (".csv", ".jsonl", ".parquet", ".xlsx")
OPENINGS = ("The money for", "We had no staff for", "Nobody planned", "The district lost", "People refused")
THINGS = ("the vaccines", "fuel and cars", "training nurses", "water and roads")
ROWS: Rows = tuple(
    {"id": f"s{i}", "doc": f"d{i % 3}", "text": f"{OPENINGS[i % 5]} {THINGS[i % 4]} in year {i}, 🦔 sadly."}
    for i in range(20)
)


@pytest.fixture(scope="module")
def quick() -> settings.Settings:
    made = settings.changed(settings.Settings(), "embed", model="ngrams")
    return settings.changed(made, "discover", reducer="pca", runs=3)


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    def write(rows: Rows, name: str = "t.jsonl") -> Path:
        path = tmp_path / name
        columns = list(dict.fromkeys(key for row in rows for key in row))
        if path.suffix == ".jsonl":
            path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
        elif path.suffix == ".csv":
            with path.open("w", encoding="utf-8", newline="") as file:
                out = csv.DictWriter(file, columns)
                out.writeheader()
                out.writerows(rows)
        elif path.suffix == ".parquet":
            pyarrow.parquet.write_table(pyarrow.Table.from_pylist(list(rows)), path)
        else:
            book = openpyxl.Workbook()
            book.active.append(columns)
            for row in rows:
                book.active.append([row.get(name) for name in columns])
            book.save(path)
        return path

    return write


def read(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    if path.suffix == ".parquet":
        rows: list[dict[str, Any]] = pyarrow.parquet.read_table(path).to_pylist()
        return rows
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    header, *rest = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rest]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_kind_of_table_keeps_its_order_and_length(
    table: Callable[..., Path], quick: settings.Settings, small_codebook: str, suffix: str
) -> None:
    source = table(ROWS, f"t{suffix}")
    ids = [row["id"] for row in ROWS]
    embedded = tabular.embed(source, None, quick)
    x = np.load(embedded.files[0])
    assert (x.shape, x.dtype) == ((20, 384), np.float32)
    np.testing.assert_array_equal(x, np.load(tabular.embed(table(ROWS), None, quick).files[0]))
    for service in (
        lambda out: tabular.discover(source, out, quick),
        lambda out: tabular.suggest(source, out, quick, small_codebook, None),
    ):
        target = source.with_name(f"out{suffix}")
        summary = service(target)
        assert (summary.rows, summary.files[0]) == (20, target)
        assert [row["id"] for row in read(target)] == ids


def test_themes_are_written_exactly_as_promised(table: Callable[..., Path], quick: settings.Settings) -> None:
    source = table(ROWS)
    summary = tabular.discover(source, source.with_name("themes.jsonl"), quick)
    rows = read(summary.files[0])
    assert all(list(row) == ["id", "theme", "strength", "subtheme", "nearest", "reason"] for row in rows)
    assert all(type(row["theme"]) is int and type(row["strength"]) is float for row in rows)
    assert all(0 <= row["strength"] <= 1 for row in rows)
    assert summary.files[1] == source.with_name("themes.meta.json")
    meta = json.loads(summary.files[1].read_text("utf-8"))
    assert (meta["rows"], meta["seed"], meta["runs"]) == (20, quick.seed, 3)
    numbers = {row["theme"] for row in rows} - {-1}
    assert numbers == {theme["id"] for theme in meta["themes"]} == set(range(len(meta["themes"])))
    texts = {row["id"]: row["text"] for row in ROWS}
    for theme in meta["themes"]:
        assert theme["size"] == sum(row["theme"] == theme["id"] for row in rows)
        assert theme["exemplars"]
        assert all(texts[exemplar["id"]] == exemplar["text"] for exemplar in theme["exemplars"])


def test_a_wished_number_of_themes_is_found(table: Callable[..., Path], quick: settings.Settings) -> None:
    made = settings.changed(quick, "discover", themes=2)
    summary = tabular.discover(table(ROWS), None, made)
    assert len(json.loads(summary.files[1].read_text("utf-8"))["themes"]) == 2


def test_suggestions_are_written_exactly_as_promised(table: Callable[..., Path], quick: settings.Settings) -> None:
    summary = tabular.suggest(table(ROWS), None, quick, "scale-up", None)
    book = codebook.load("scale-up")
    for row in read(summary.files[0]):
        assert list(row) == ["id", "kind", "suggestions", "set", "abstained"]
        assert row["kind"] in {"barrier", "research_question", "neither"}
        assert all(list(item) == ["code", "category", "p"] for item in row["suggestions"])
        assert {item["code"] for item in row["suggestions"]} == {code.id for code in book.assignable}
        assert all(item["category"] == book.topmost(item["code"]) for item in row["suggestions"])
        shares = [item["p"] for item in row["suggestions"]]
        assert shares == sorted(shares, reverse=True)
        assert all(0 <= share <= 1 for share in shares)
        assert row["set"] is None or isinstance(row["set"], list)
        assert type(row["abstained"]) is bool


def test_a_list_of_names_is_a_codebook_and_has_no_kinds(
    table: Callable[..., Path], quick: settings.Settings, tmp_path: Path
) -> None:
    codes = [
        {"name": "Money", "definition": "Funds, budgets, salaries.", "parent": ""},
        {"name": "Late funds", "definition": "", "parent": "Money"},
        {"name": "People", "definition": "", "parent": ""},
    ]
    own = tmp_path / "own.json"
    own.write_text(json.dumps(codes), "utf-8")
    rows = read(tabular.suggest(table(ROWS), None, quick, str(own), None).files[0])
    assert {row["kind"] for row in rows} == {None}
    categories = {item["code"]: item["category"] for item in rows[0]["suggestions"]}
    assert categories["Late funds"] == "Money"
    assert categories["People"] == "People"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_coded_rows_are_learned_from_every_kind_of_table(
    table: Callable[..., Path], quick: settings.Settings, small_codebook: str, suffix: str
) -> None:
    lists = suffix in {".jsonl", ".parquet"}
    code, other = "MONEY-PAY", "PEOPLE"
    coded = [
        {"text": f"{word} number {i}", "codes": [c, "unheard of"] if lists else f"{c}; unheard of"}
        for word, c in (("Zebra stripes", code), ("Quokka smiles", other))
        for i in range(6)
    ]
    source = table([{"text": "A zebra and its stripes"}, {"text": "A quokka and its smiles"}], "s.jsonl")
    learned = tabular.suggest(source, None, quick, small_codebook, table(coded, f"coded{suffix}"))
    assert [row["suggestions"][0]["code"] for row in read(learned.files[0])] == [code, other]
    assert any("unheard of" in remark for remark in learned.remarks)


def remarks(summary: tabular.Summary, words: str) -> str:
    """The one remark with these words."""
    (found,) = [remark for remark in summary.remarks if words in remark]
    return found


def told(summary: tabular.Summary) -> dict[str, Any]:
    """The .meta.json beside the suggestions."""
    made: dict[str, Any] = json.loads(summary.files[1].read_text("utf-8"))
    return made


CODED: Rows = tuple(
    {"text": f"{word} number {i} in the district", "doc": f"d{i % 4}", "codes": [code]}
    for i in range(24)
    for word, code in (("Zebra stripes", "MONEY-PAY"), ("Quokka smiles", "PEOPLE"))
)


def test_without_decisions_nothing_is_promised_and_no_record_kept(
    table: Callable[..., Path], quick: settings.Settings, small_codebook: str
) -> None:
    summary = tabular.suggest(table(ROWS), None, quick, small_codebook, None)
    assert [path.name for path in summary.files] == ["t.suggestions.jsonl", "t.suggestions.meta.json"]
    assert told(summary) == {
        "seed": quick.seed, "codebook": "small", "decisions": 0, "promised": False, "codes": [],
    }  # fmt: skip
    assert {row["set"] for row in read(summary.files[0])} == {None}
    assert summary.remarks == ()


def test_with_many_decisions_sets_are_promised_and_each_code_has_a_record(
    table: Callable[..., Path], quick: settings.Settings, small_codebook: str
) -> None:
    source = table([{"text": CODED[0]["text"]}, {"text": ""}], "s.jsonl")
    summary = tabular.suggest(source, None, quick, small_codebook, table(CODED, "coded.jsonl"))
    meta = told(summary)
    assert (meta["decisions"], meta["promised"]) == (48, True)
    records = {record.pop("code"): record for record in meta["codes"]}
    assert list(records) == [code.id for code in codebook.load(small_codebook).assignable]
    assert records["PEOPLE"] == {
        "decisions": 24, "offered": 24, "right": 24, "found": 24, "order": 1.0, "standing": "useful",
    }  # fmt: skip
    assert records["MONEY-LATE"]["standing"] == "too few decisions"
    first, empty = read(summary.files[0])
    assert first["set"][0] == first["suggestions"][0]["code"] == "MONEY-PAY"
    assert (empty["set"], empty["suggestions"]) == (None, [])


def test_codes_that_the_codebook_lacks_are_listed_and_with_new_codes_learned(
    table: Callable[..., Path], quick: settings.Settings, small_codebook: str
) -> None:
    strange = [{**row, "codes": ["Zoo"] if "Zebra" in row["text"] else ["PEOPLE", "Ark"]} for row in CODED]
    source, given = table([{"text": "Zebra stripes again"}], "s.jsonl"), table(strange, "coded.jsonl")
    without = tabular.suggest(source, None, quick, small_codebook, given)
    assert "not learned: Ark, Zoo. With --new-codes" in remarks(without, "coded.jsonl")
    assert told(without)["decisions"] == 24
    (row,) = read(without.files[0])
    assert {item["code"] for item in row["suggestions"]} == {c.id for c in codebook.load(small_codebook).assignable}
    with_them = tabular.suggest(source, None, quick, small_codebook, given, new_codes=True)
    assert "codes added to the codebook: Ark, Zoo." in remarks(with_them, "coded.jsonl")
    assert told(with_them)["decisions"] == 48
    (row,) = read(with_them.files[0])
    assert row["suggestions"][0] == {"code": "Zoo", "category": "Zoo", "p": row["suggestions"][0]["p"]}
    assert "Ark" in {item["code"] for item in row["suggestions"]}


def test_new_codes_go_into_a_folded_codebook_too(table: Callable[..., Path], quick: settings.Settings) -> None:
    given = table([{**row, "codes": ["Zoo"]} for row in CODED[:12]], "coded.jsonl")
    source = table([{"text": "Zebra stripes number 3 in the district"}], "s.jsonl")
    summary = tabular.suggest(source, None, quick, "scale-up", given, new_codes=True)
    assert read(summary.files[0])[0]["suggestions"][0]["code"] == "Zoo"


def test_new_codes_without_any_change_nothing(
    table: Callable[..., Path], quick: settings.Settings, small_codebook: str
) -> None:
    source, given = table(ROWS, "s.jsonl"), table(CODED, "coded.jsonl")
    made = [
        tabular.suggest(source, source.with_name(f"{flag}.jsonl"), quick, small_codebook, given, new_codes=flag)
        for flag in (False, True)
    ]
    assert made[0].files[0].read_bytes() == made[1].files[0].read_bytes()
    assert made[0].remarks == made[1].remarks


def test_one_code_only_is_said_and_a_code_with_one_example_named(
    table: Callable[..., Path], quick: settings.Settings, small_codebook: str
) -> None:
    source, only = table(ROWS, "s.jsonl"), [row for row in CODED if row["codes"] == ["PEOPLE"]]
    summary = tabular.suggest(source, None, quick, small_codebook, table(only, "coded.jsonl"))
    assert "All decisions have one code, PEOPLE" in remarks(summary, "one code")
    assert summary.rows == len(read(summary.files[0])) == 20
    more = [*only, {"text": "A zebra", "doc": "d1", "codes": ["MONEY-PAY"]}]
    summary = tabular.suggest(source, None, quick, small_codebook, table(more, "coded.jsonl"))
    assert remarks(summary, "single example").endswith(": MONEY-PAY.")
    assert summary.rows == len(read(summary.files[0])) == 20


def test_contradictory_rows_are_counted_and_all_learned(
    table: Callable[..., Path], quick: settings.Settings, small_codebook: str
) -> None:
    other = [{**row, "codes": ["MONEY-LATE"]} for row in CODED[:6]]
    summary = tabular.suggest(table(ROWS), None, quick, small_codebook, table([*CODED, *other], "coded.jsonl"))
    assert "6 texts have different codes in different rows; all are learned" in remarks(summary, "coded.jsonl")
    assert told(summary)["decisions"] == 54


def test_codes_without_definitions_are_named(
    table: Callable[..., Path], quick: settings.Settings, tmp_path: Path
) -> None:
    own = tmp_path / "own.json"
    own.write_text(
        json.dumps([{"name": "Money", "definition": "Funds."}, {"name": "People", "definition": ""}]), "utf-8"
    )
    summary = tabular.suggest(table(ROWS), None, quick, str(own), None)
    assert "1 of 2 codes have no definition" in remarks(summary, "definition")
    assert "People" in remarks(summary, "definition")


@pytest.mark.real
def test_another_language_is_warned_of_where_the_model_knows_english_only(
    table: Callable[..., Path], quick: settings.Settings, small_codebook: str
) -> None:
    french = [
        {"text": f"L'argent est arrivé en retard chaque année, et le district {i} n'a pas pu payer."} for i in range(3)
    ]
    source, default = table(french), settings.changed(quick, "embed", model="default")
    summary = tabular.suggest(source, None, default, small_codebook, None)
    assert summary.rows == 3
    assert "do not seem to be English" in remarks(summary, "t.jsonl")
    assert "--model" in remarks(summary, "t.jsonl")
    assert tabular.suggest(source, None, quick, small_codebook, None).remarks == ()
    assert tabular.suggest(table(ROWS, "e.jsonl"), None, default, small_codebook, None).remarks == ()


def test_the_question_before_helps(table: Callable[..., Path], quick: settings.Settings, small_codebook: str) -> None:
    """The same answer to two questions; the order of the rows says nothing."""
    words = {"MONEY-PAY": "Were the nurses paid?", "PEOPLE": "Was there training?"}
    coded = [
        {"text": f"Not in year {i}", "context": question, "codes": [code]}
        for i in range(10)
        for code, question in words.items()
    ]
    asked = [{"text": "Not in year 99", "context": question} for question in words.values()]
    summary = tabular.suggest(table(asked), None, quick, small_codebook, table(coded, "coded.jsonl"))
    assert [row["suggestions"][0]["code"] for row in read(summary.files[0])] == list(words)


def test_a_table_without_codes_teaches_nothing_and_says_so(
    table: Callable[..., Path], quick: settings.Settings, small_codebook: str
) -> None:
    with pytest.raises(TableError, match=r"coded\.csv has no codes"):
        tabular.suggest(table(ROWS), None, quick, small_codebook, table(ROWS, "coded.csv"))


def test_empty_texts_stay_in_their_rows(
    table: Callable[..., Path], quick: settings.Settings, small_codebook: str
) -> None:
    rows = [*ROWS[:9], {"id": "gap", "text": ""}, {"id": "blank", "text": " \t"}, *ROWS[9:]]
    source = table(rows)
    x = np.load(tabular.embed(source, None, quick).files[0])
    assert [i for i, row in enumerate(x) if not row.any()] == [9, 10]
    summary = tabular.discover(source, None, quick)
    assert any("2 of 22 rows have no text" in remark for remark in summary.remarks)
    themed = read(summary.files[0])
    assert [row["id"] for row in themed] == [row["id"] for row in rows]
    assert themed[9] == {
        "id": "gap", "theme": -1, "strength": 0.0, "subtheme": -1, "nearest": -1, "reason": "empty",
    }  # fmt: skip
    suggested = read(tabular.suggest(source, None, quick, small_codebook, None).files[0])
    assert suggested[10] == {"id": "blank", "kind": None, "suggestions": [], "set": None, "abstained": True}
    assert all(row["suggestions"] for row in suggested if row["id"] not in {"gap", "blank"})


def test_an_empty_row_of_a_sheet_with_one_column_counts(table: Callable[..., Path], quick: settings.Settings) -> None:
    source = table([{"text": "First text"}, {"text": None}, {"text": "Third text"}], "t.xlsx")
    assert [row["id"] for row in read(tabular.discover(source, None, quick).files[0])] == [0, 1, 2]


def test_ids_that_occur_twice_are_told_apart_by_order(table: Callable[..., Path], quick: settings.Settings) -> None:
    rows = [{**row, "id": "same"} for row in ROWS]
    summary = tabular.discover(table(rows), None, quick)
    assert any("1 id occurs more than once" in remark for remark in summary.remarks)
    alone = read(tabular.discover(table(ROWS, "u.jsonl"), None, quick).files[0])
    assert [row["theme"] for row in read(summary.files[0])] == [row["theme"] for row in alone]


def test_numbers_stay_numbers_and_missing_ids_are_row_numbers(
    table: Callable[..., Path], quick: settings.Settings
) -> None:
    numbered = table([{"id": 7, "text": "One text"}, {"id": None, "text": "Another"}], "t.parquet")
    assert [row["id"] for row in read(tabular.discover(numbered, None, quick).files[0])] == [7, 1]


@pytest.mark.parametrize(
    "texts",
    [
        ["Only one row about money"],
        ["The very same words in each row"] * 20,
        ["money", "staff", "water", "power", "road", "drug", "nurse", "fund", "law", "tax", "vote", "war"] * 2,
        [""] * 10,
        ["and the of"] * 5 + ["12", "!!", "🦔"] * 5,
    ],
    ids=["one row", "identical", "one word each", "all empty", "no words"],
)
def test_strange_tables_go_through(
    table: Callable[..., Path], quick: settings.Settings, small_codebook: str, texts: list[str]
) -> None:
    source = table([{"text": text} for text in texts])
    assert len(np.load(tabular.embed(source, None, quick).files[0])) == len(texts)
    themed = read(tabular.discover(source, None, quick).files[0])
    suggested = read(tabular.suggest(source, None, quick, small_codebook, None).files[0])
    assert [row["id"] for row in themed] == [row["id"] for row in suggested] == list(range(len(texts)))


def test_the_same_table_gives_the_same_bytes(
    table: Callable[..., Path], quick: settings.Settings, small_codebook: str
) -> None:
    source = table(ROWS)
    made = []
    for name in ("a", "b"):
        themed = tabular.discover(source, source.with_name(f"{name}.jsonl"), quick)
        suggested = tabular.suggest(source, source.with_name(f"{name}-s.jsonl"), quick, small_codebook, None)
        made.append([path.read_bytes() for path in (*themed.files, *suggested.files)])
    assert made[0] == made[1]


def test_each_distinct_text_is_embedded_once(quick: settings.Settings) -> None:
    done: list[tuple[int, int]] = []
    texts = ["b" * 9, "a", "b" * 9, "", "a"]
    x, key = tabular.vectors(texts, quick, lambda _, i, n: done.append((i, n)))
    assert done == [(3, 3)]
    assert key.startswith("ngrams")
    np.testing.assert_array_equal(x[[0, 1]], x[[2, 4]])
    none, _ = tabular.vectors([], quick)
    assert none.shape == (0, 384)


@pytest.mark.parametrize(
    ("name", "content", "error", "message"),
    [
        ("t.csv", b"id,words\n1,hello\n", TableError, "no column .text.; it has: id, words"),
        ("t.csv", b"text\n", TableError, "has no rows"),
        ("t.csv", b"", TableError, "has no rows"),
        ("t.csv", "text\ncafé\n".encode("cp1252"), FileProblemError, "not UTF-8"),
        ("t.jsonl", b'{"text": "a"}\n{oops\n', FileProblemError, "line 2"),
        ("t.jsonl", b"[1]\n", FileProblemError, "line 1"),
        ("t.xlsx", b"PK no workbook", FileProblemError, "t.xlsx"),
        ("t.parquet", b"no parquet", FileProblemError, "no readable Parquet"),
        ("t.docx", b"x", FileProblemError, "t.docx is no table"),
    ],
)
def test_what_is_no_table_is_refused_by_name(
    tmp_path: Path, quick: settings.Settings, name: str, content: bytes, error: type[ThemescoutError], message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    for service in (tabular.embed, tabular.discover):
        with pytest.raises(error, match=message) as caught:
            service(tmp_path / name, None, quick)
        assert str(caught.value).startswith(name)
        assert caught.value.hint


def test_a_workbook_that_would_explode_is_not_opened(tmp_path: Path, quick: settings.Settings) -> None:
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 40_000_000)
    with pytest.raises(FileProblemError, match=r"t\.xlsx would unpack"):
        tabular.embed(tmp_path / "t.xlsx", None, quick)


@pytest.mark.parametrize("target", ["out.txt", "nowhere/out.jsonl"])
def test_a_wrong_place_for_the_outcome_is_said_before_the_work(
    table: Callable[..., Path], quick: settings.Settings, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    source = table(ROWS)
    monkeypatch.setattr(tabular, "vectors", lambda *_: pytest.fail("the work was begun"))
    for service in (
        lambda out: tabular.embed(source, out.with_suffix(".npy") if out.suffix != ".txt" else out, quick),
        lambda out: tabular.discover(source, out, quick),
        lambda out: tabular.suggest(source, out, quick, "scale-up", None),
    ):
        with pytest.raises(FileProblemError, match="out"):
            service(source.parent / target)


def test_an_unknown_codebook_is_named(table: Callable[..., Path], quick: settings.Settings) -> None:
    with pytest.raises(ThemescoutError, match="nothing-like-it") as caught:
        tabular.suggest(table(ROWS), None, quick, "nothing-like-it", None)
    assert isinstance(caught.value, CodebookError | FileProblemError)
