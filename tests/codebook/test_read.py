"""Reading codebooks: what is understood, and one clear sentence for what is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themescout.codebook import Code, Exclusion, check, load, parse
from themescout.errors import CodebookError

REAL_SETS = sorted(Path(__file__).parents[3].glob("shared/data/*/codebook.json"))


def refused(tmp_path: Path, name: str, content: str | bytes) -> str:
    """The sentence with which the file is refused."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CodebookError) as caught:
        load(path)
    assert "\n" not in caught.value.sentence()
    return caught.value.sentence()


def test_codes_may_lie_in_one_another_or_name_their_parent() -> None:
    nested = parse("codes: [{name: A, children: [{name: B}]}, {name: C}]", name="b.yaml")
    flat = parse("codes: [{name: A}, {name: B, parent: A}, {name: C}]", name="b.yaml")
    assert nested == flat
    assert [code.parent for code in flat.codes] == [None, "A", None]


def test_a_list_may_be_nested_too() -> None:
    book = parse('[{"name": "A", "children": [{"name": "B", "colour": 3}]}]', name="b.json", form="json")
    assert [(code.id, code.parent) for code in book.codes] == [("A", None), ("B", "A")]


def test_a_code_goes_by_its_id_and_else_by_its_name() -> None:
    book = parse('[{"id": "K", "name": "Kind"}, {"name": "Rude"}]', name="b.json", form="json")
    assert [(code.id, code.name) for code in book.codes] == [("K", "Kind"), ("Rude", "Rude")]


def test_parents_and_targets_may_be_given_by_name() -> None:
    text = "id,name,parent,exclude\nA,Access,,\nW,Waiting,Access,on the road -> Travel\nT,Travel,A,\n"
    book = parse(text, name="b.csv", form="csv")
    assert [code.parent for code in book.codes] == [None, "A", "A"]
    assert book.code("W").exclude == (Exclusion(text="on the road", goes_to=("T",)),)
    assert [problem for problem in check(book) if problem.severity == "error"] == []


def test_a_parent_without_a_row_becomes_a_category() -> None:
    book = parse("name,parent\nWaiting,Access\nTravel,Access\n", name="b.csv", form="csv")
    assert book.codes[0] == Code(id="Access", name="Access")
    assert [code.id for code in book.assignable] == ["Waiting", "Travel"]


def test_a_code_that_is_its_own_parent_can_be_given_to_segments() -> None:
    book = parse("name,parent\nCare,Care\nFood,Care\n", name="b.csv", form="csv")
    assert [code.id for code in book.categories] == ["Care"]
    assert [code.id for code in book.assignable] == ["Care", "Food"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_may_have_three_delimiters_a_mark_and_windows_lines(tmp_path: Path, delimiter: str) -> None:
    rows = [("tag", "description", "number of highlights"), ("Ärger", "“so what” 🙂", "3"), ("", "", "")]
    path = tmp_path / "codes.csv"
    path.write_bytes("\r\n".join(map(delimiter.join, rows)).encode("utf-8-sig"))
    assert load(path).codes == (Code(id="Ärger", name="Ärger", definition="“so what” 🙂"),)


def test_a_cell_with_several_items_is_parted_at_semicolons_or_lines() -> None:
    book = parse('name,keywords,examples\nA,x; y,"one; two\nthree"\nB,,\n', name="b.csv", form="csv")
    assert book.code("A").keywords == ("x", "y")
    assert book.code("A").examples == {"": ("one; two", "three")}
    assert book.code("B").examples == {}


def test_a_row_may_be_shorter_than_the_heading_and_headings_have_any_case() -> None:
    book = parse('Name,Keywords,Examples\nA\nB,"x; y\n"\n', name="b.csv", form="csv")
    assert [code.keywords for code in book.codes] == [(), ("x; y",)]


def test_yaml_words_and_numbers_stay_as_they_are_written() -> None:
    book = parse(
        "version: 1.10\ncodes: [{name: no, definition: 007}, {name: 2026-01-01, definition: ~}]",
        name="b.yaml",
    )
    assert book.version == "1.10"
    assert [(code.name, code.definition) for code in book.codes] == [("no", "007"), ("2026-01-01", "")]


def test_a_relative_path_is_looked_up_in_the_folder_first(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("name\nA\n")
    assert load("mine.csv", folder=tmp_path).id == "mine"


@pytest.mark.data
@pytest.mark.skipif(not REAL_SETS, reason="the real interview sets are not here")
@pytest.mark.parametrize("path", REAL_SETS, ids=lambda path: path.parent.name)
def test_codebooks_of_real_studies_load_and_every_row_can_be_found(path: Path) -> None:
    book = load(path)
    rows = json.loads(path.read_text("utf-8"))
    for row in rows:
        assert book.has(row["name"])
        assert book.topmost(row["name"]) == book.topmost(row["parent"] or row["name"])
    used = (json.loads(line) for line in path.with_name("segments.jsonl").read_text("utf-8").splitlines())
    assert {code for row in used for code in row["codes"]} <= {code.id for code in book.assignable}


KEYS = st.sampled_from(["codes", "children", "name", "id", "parent", "exclude", "examples", "kinds", "about", "text"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=300, deadline=None)
@given(VALUES.map(json.dumps) | st.text(), st.sampled_from(["yaml", "json", "csv"]))
def test_whatever_a_file_holds_is_a_codebook_or_a_sentence(text: str, form: str) -> None:
    sentence = "b"
    try:
        check(parse(text, name="b", form=form))
    except CodebookError as error:
        sentence = str(error)
    assert sentence.startswith("b")


def test_load_lists_every_error(tmp_path: Path) -> None:
    sentence = refused(tmp_path, "bad.yaml", "codes: [{id: A}, {id: A}, {id: B, parent: Z}]")
    assert sentence.startswith("bad.yaml has 2 errors: ")
    assert "“A”" in sentence
    assert "“Z”" in sentence


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ncodes: *c\n"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("b.yaml", "", "b.yaml is empty."),
        ("b.csv", " \n\n", "b.csv is empty."),
        ("b.yaml", "codes:\n  - name: J\xfcrg".encode("latin-1"), "b.yaml, line 2: not UTF-8"),
        ("b.csv", "name\nA\n".encode("utf-16"), "b.csv, line 1: not UTF-8"),
        ("b.yaml", BOMB, "b.yaml, line 2: YAML aliases"),
        ("b.yaml", "codes: " + "[" * 5000, "b.yaml, line 1 is nested too deeply"),
        ("b.json", "[" * 100_000, "b.json is nested too deeply"),
        ("b.yaml", "codes:\n  - name: [a\n", "b.yaml, line 3: not valid YAML"),
        ("b.yaml", "codes:\n\t- name: a\n", "b.yaml, line 2: not valid YAML"),
        ("b.yaml", "codes: \x00", "b.yaml: not valid YAML"),
        ("b.yaml", "codes: []\n---\ncodes: []\n", "b.yaml, line 2: a second document"),
        ("b.yaml", "codes:\n  - name: !!python/name:os.system x\n", "b.yaml, line 2: not valid YAML"),
        ("b.yaml", "codes:\n  - name: A\n    name: B\n", "b.yaml, line 3: the key “name” stands twice"),
        ("b.yaml", "codes:\n  - {[a]: b}\n", "b.yaml, line 2: a key is not text"),
        ("b.yaml", "just words", "b.yaml: expected keys with values"),
        ("b.yaml", "codes: yes please", "b.yaml, line 1: codes should be a list, but is “yes please”"),
        ("b.yaml", "codes:\n  - waiting\n", "b.yaml, codes[1]: expected keys with values"),
        ("b.yaml", "codes:\n  - name: A\n  - definition: lost\n", "b.yaml, line 3: name is missing"),
        ("b.yaml", "codes:\n  - name: A\n    definiton: x\n", "b.yaml, line 2: unknown key “definiton”"),
        ("b.yaml", "codes:\n  - name: A\n    definition: [x]\n", "definition should be text, but is a list"),
        (
            "b.yaml",
            "codes:\n  - name: A\n    keywords: {x: y}\n",
            "keywords[1] should be text, but is a mapping",
        ),
        ("b.yaml", "codes:\n  - name: A\n    general: maybe\n", "general is “maybe”"),
        ("b.yaml", "about: words\ncodes: []", "about: expected keys with values"),
        ("b.yaml", "title: none", "b.yaml has 1 error: There is not one code."),
        ("b.json", "null", "b.json: expected keys with values (name: …), found nothing"),
        ("b.json", "[]", "There is not one code."),
        ("b.json", '[\n{"name": "A",}]', "b.json, line 2: not valid JSON"),
        ("b.json", '[{"name": "A", "name": "B"}]', "the key “name” stands twice"),
        ("b.json", '[{"name": true}]', "b.json, entry 1: name should be text, but is true or false"),
        ("b.json", '[{"name": "A"}, "B"]', "b.json, entry 2: expected keys with values"),
        ("b.json", "[" + "9" * 5000 + "]", "a number cannot be read"),
        ("b.csv", "definition,parent\nx,y\n", "b.csv has no column “name”"),
        ("b.csv", "name,definition\nA,x,y,z\n", "b.csv, line 2: more cells than the heading has"),
        ("b.csv", 'name\n"A\n', "not valid CSV"),
        ("b.csv", "name,definition\n,x\n", "b.csv, line 2: name is missing"),
        ("b.csv", "name\nA\nA\n", "2 codes are called “A”; give each an id of its own."),
        ("b.txt", "name\nA\n", "b.txt is no codebook file"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(tmp_path: Path, name: str, content: str | bytes, words: str) -> None:
    assert words in refused(tmp_path, name, content)


def test_what_does_not_exist_is_refused_with_the_built_in_names(tmp_path: Path) -> None:
    with pytest.raises(CodebookError) as caught:
        load("scale-upp")
    assert "scale-up and scale-up-long" in caught.value.hint
    with pytest.raises(CodebookError, match="is a folder"):
        load(tmp_path)
    with pytest.raises(CodebookError, match="There is no codebook"):
        load("x" * 5000)


def test_a_huge_file_is_refused_before_it_is_read_in(tmp_path: Path) -> None:
    assert "larger than 10 MB" in refused(tmp_path, "b.csv", b"name\n" + b"x\n" * 5_000_001)
