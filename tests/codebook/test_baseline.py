"""Themes of an earlier study: what a file may look like, and one clear sentence for each thing that is wrong."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from themescout.codebook import BaselineTheme, Codebook, as_yaml, baseline, check, load, parse
from themescout.codebook.baseline import Baseline, chosen, of_codebook
from themescout.errors import CodebookError, FileProblemError, ThemescoutError
from themescout.text import normalise, squashed

if TYPE_CHECKING:
    from collections.abc import Callable

SHORT, LONG = load("scale-up"), load("scale-up-long")
PLAIN = parse("codes: [{id: A, name: Waiting}, {id: B, name: Kindness}]", name="plain.yaml")
DOMAIN = Path(__file__).parents[3] / "shared" / "domain" / "codebook.yaml"

LINE = st.text(min_size=1, max_size=20).map(lambda text: squashed(normalise(text))).filter(bool)
AWKWARD = st.sampled_from(["no", "1.0", "- a", "a: b", "# 1", '"', "🙂 x", "a;b", "a,b\tc", "=1+1", "[x]", "theme"])
COUNTS = st.integers(1, 60).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@st.composite
def lists(draw: st.DrawFn) -> tuple[BaselineTheme, ...]:
    """Themes as a person might list them."""
    names = draw(st.lists(LINE | AWKWARD.map(squashed), min_size=1, max_size=6, unique_by=str.casefold))
    found = []
    for name in names:
        count, of = draw(st.just((None, None)) | COUNTS)
        kind = draw(st.sampled_from(["", "barrier", "research_question"]))
        code = draw(st.sampled_from(["", "C1", "INT-COMPLEX", "RES-OTHER"]))
        page = draw(st.just("") | LINE)
        found.append(BaselineTheme(theme=name, kind=kind, code=code, page=page, count=count, of=of))
    return tuple(found)


def rows(themes: tuple[BaselineTheme, ...]) -> list[dict[str, object]]:
    """What is there, by column."""
    names = ("theme", "kind", "code", "page", "count", "of")
    values = [{name: getattr(theme, name) for name in names} for theme in themes]
    return [{key: value for key, value in row.items() if value not in ("", None)} for row in values]


def as_table(themes: tuple[BaselineTheme, ...], delimiter: str) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["theme", "kind", "code", "page", "count", "of"], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows(themes))
    return out.getvalue()


def outcome(read: Callable[[], Baseline]) -> str:
    """Where the themes are from, or the sentence that says why there are none."""
    try:
        found = read()
    except ThemescoutError as error:
        return error.sentence()
    return found.source if found.themes else "nothing"


@given(lists())
@settings(max_examples=60)
def test_a_list_comes_back_from_every_form(themes: tuple[BaselineTheme, ...]) -> None:
    texts = {
        "b.csv": as_table(themes, ","),
        "c.csv": as_table(themes, ";"),
        "b.tsv": as_table(themes, "\t"),
        "b.json": json.dumps({"source": "Earlier 2012", "themes": rows(themes)}, indent=1),
        "c.json": json.dumps(rows(themes), ensure_ascii=False),
        "b.yaml": yaml.safe_dump({"themes": rows(themes)}, allow_unicode=True),
        "c.yml": yaml.safe_dump(rows(themes)),
    }
    for name, text in texts.items():
        assert baseline.parse(text, name=name, codebook=SHORT).themes == themes, (name, text)


@given(
    st.lists(st.from_regex(r"[A-Za-z][\w ]{0,20}", fullmatch=True).map(squashed), min_size=1, unique_by=str.casefold)
)
@settings(max_examples=40)
def test_names_alone_are_a_list(names: list[str]) -> None:
    bulleted = "".join(f"{mark} {name}\r\n\n" for mark, name in zip("-*•–" * len(names), names, strict=False))
    for text in (
        "\n".join(names),
        "# Themes of 2012\n" + bulleted,
        "".join(f"{i}. {n}\n" for i, n in enumerate(names)),
    ):
        found = baseline.parse(text, name="themes.txt", codebook=SHORT)
        assert found.themes == tuple(BaselineTheme(theme=name) for name in map(normalise, names))
    assert baseline.parse(json.dumps(names), name="t.json", codebook=SHORT).themes == found.themes


@given(st.binary(max_size=200), st.sampled_from(["b.csv", "b.tsv", "b.yaml", "b.json", "b.txt"]))
@settings(max_examples=150)
def test_whatever_is_in_a_file_ends_in_themes_or_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str
) -> None:
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes(data)
    assert outcome(lambda: baseline.read(path, SHORT)).startswith(name)


@given(st.text(alphabet='{}[]":,\n -#theme12kdofa&*!|>', max_size=60), st.sampled_from(["b.csv", "b.yaml", "b.json"]))
@settings(max_examples=200)
def test_structured_rubbish_ends_in_themes_or_in_a_sentence(text: str, name: str) -> None:
    assert outcome(lambda: baseline.parse(text, name=name, codebook=SHORT)).startswith(name)


@given(lists())
@settings(max_examples=30)
def test_a_codebook_keeps_pages_and_counts(themes: tuple[BaselineTheme, ...]) -> None:
    book = Codebook(id="b", title="b", kinds=SHORT.kinds[:1], codes=PLAIN.codes, baseline_themes=themes)
    assert parse(as_yaml(book), name="b.yaml") == book
    assert parse(book.source_text, name="stored", form="json") == book


def test_the_built_in_codebooks_are_what_they_were() -> None:
    """Pages and counts are new; a codebook without them has the hash that studies remember."""
    assert SHORT.sha256.startswith("cccdde0d9e8b0efa")
    assert LONG.sha256.startswith("7606aa2cadebf047")


@pytest.mark.parametrize("book", [SHORT, LONG], ids=["short", "long"])
def test_the_abstract_of_2012_ships_as_ten_barriers_and_six_questions(book: Codebook) -> None:
    found = of_codebook(book)
    kinds = [theme.kind for theme in found.themes]
    assert (kinds.count("barrier"), kinds.count("research_question"), len(kinds)) == (10, 6, 16)
    assert all(book.has(theme.code) for theme in found.themes)
    assert all((theme.count, theme.of) == (None, None) for theme in found.themes)
    assert "10.1186/1744-8603-8-11" in found.source
    assert "No counts per theme" in " ".join(found.remarks)


def test_they_are_those_of_the_domain_file() -> None:
    if not DOMAIN.is_file():
        pytest.skip(f"the domain file is not at {DOMAIN}")
    listed = yaml.safe_load(DOMAIN.read_text("utf-8"))["baseline_themes_2012"]
    theirs = {
        (one["theme"], kind, one["code"])
        for kind, key in (("barrier", "barriers"), ("research_question", "research_questions"))
        for one in listed[key]
    }
    for book in (SHORT, LONG):
        assert {(theme.theme, theme.kind, theme.code) for theme in book.baseline_themes} == theirs


def test_a_code_may_be_written_by_id_or_name_and_the_finer_ones_fold() -> None:
    omitted = next(code for code in LONG.assignable if not SHORT.has(code.id))
    text = f"theme,code\na,int-complex\nb,Complexity\nc,{omitted.id}\nd,{omitted.name.upper()}\ne,c5\n"
    codes = [theme.code for theme in baseline.parse(text, name="b.csv", codebook=SHORT).themes]
    folded = SHORT.folds[omitted.id]
    assert codes == ["INT-COMPLEX", "INT-COMPLEX", folded, folded, "C5"]
    assert baseline.parse(text, name="b.csv", codebook=LONG).themes[2].code == omitted.id


@pytest.mark.parametrize("kind", ["Barrier", "barriers", " BARRIER "])
def test_kinds_are_understood_as_people_write_them(kind: str) -> None:
    (theme,) = baseline.parse(f"theme,kind\nx,{kind}\n", name="b.csv", codebook=SHORT).themes
    assert theme.kind == "barrier"


@pytest.mark.parametrize("kind", ["research_question", "Research questions", "research-question", "question"])
def test_questions_are_too(kind: str) -> None:
    (theme,) = baseline.parse(f"theme,kind\nx,{kind}\n", name="b.csv", codebook=SHORT).themes
    assert theme.kind == "research_question"


def test_a_codebook_without_kinds_takes_the_names_and_says_so() -> None:
    found = baseline.parse("theme,kind,code\nx,barrier,waiting\n", name="b.csv", codebook=PLAIN)
    assert found.themes == (BaselineTheme(theme="x", code="A"),)
    assert found.remarks == ("b.csv: its kinds are not used, since the codebook plain has none.",)


def test_the_same_words_may_be_a_barrier_and_a_question() -> None:
    text = "theme,kind\nstaff,barrier\nstaff,question\n"
    assert len(baseline.parse(text, name="b.csv", codebook=SHORT).themes) == 2


def test_what_is_not_read_is_named_and_a_count_wants_its_page() -> None:
    text = "theme,note,count,of\nx,mine,3,14\ny,,,\nz,,4,14\n"
    first, second = baseline.parse(text, name="b.csv", codebook=SHORT).remarks
    assert first == "b.csv: “note” is not read."
    assert second.startswith("b.csv, line 2: a count without its page (and 1 more)")
    found = baseline.parse("author: me\nthemes: [x, {theme: y, colour: red}]", name="b.yaml", codebook=SHORT)
    assert found.remarks == ("b.yaml: “author”, “colour” are not read.",)


def test_the_file_says_where_it_is_from_else_its_name_does(tmp_path: Path) -> None:
    assert baseline.parse("source: Smith 2012\nthemes: [x]", name="b.yaml", codebook=SHORT).source == "Smith 2012"
    (tmp_path / "themes.txt").write_text("late money\n", "utf-8")
    assert baseline.read(tmp_path / "themes.txt", SHORT).source == "themes.txt"


def test_which_baseline_is_meant(tmp_path: Path) -> None:
    (tmp_path / "themes.txt").write_text("late money\n", "utf-8")
    assert chosen(None, SHORT) == chosen("codebook", SHORT) == of_codebook(SHORT)
    assert chosen("none", SHORT) == chosen(None, PLAIN) == of_codebook(PLAIN) == Baseline()
    found = chosen(str(tmp_path / "themes.txt"), SHORT)
    assert found.themes == (BaselineTheme(theme="late money"),)
    with pytest.raises(CodebookError, match="plain names no themes"):
        chosen("codebook", PLAIN)
    with pytest.raises(FileProblemError, match=r"no file .*themes\.csv"):
        chosen("themes.csv", SHORT)


BAD = {
    "empty.csv": (b"", "empty.csv is empty."),
    "blank.txt": (b"\xef\xbb\xbf \n\n", "blank.txt is empty."),
    "heading.csv": (b"theme,kind\n\n", "heading.csv has no themes."),
    "none.yaml": (b"themes:\n", "none.yaml has no themes."),
    "list.json": (b"[]", "list.json has no themes."),
    "western.csv": ("theme\nok\ncafé\n".encode("cp1252"), "western.csv, line 3: not UTF-8 text."),
    "wide.txt": ("money\n".encode("utf-16"), "wide.txt, line 1: not UTF-8 text."),
    "names.csv": (b"name,kind\nx,barrier\n", "names.csv has no column “theme”; it has: “name”, “kind”."),
    "twice.csv": (b"theme,code,code\nx,C1,C2\n", "twice.csv: the column “code” stands twice."),
    "other.yaml": (b"topics: [x]\n", "other.yaml has no list “themes”; it has: “topics”."),
    "text.json": (b'"x"', "text.json holds no list of themes."),
    "broken.json": (b'[{"theme": "x"},\n{"theme" "y"}]', "broken.json, line 2: not valid JSON"),
    "broken.yaml": (b"- theme: x\n- theme: 'y\n", "broken.yaml, line"),
    "quote.csv": (b'theme\n"x"y\n', "quote.csv, line 2: not valid CSV"),
    "themes.xlsx": (b"PK", "themes.xlsx is no list of themes: its name ends in none of .csv"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_read_gets_one_sentence(tmp_path: Path, name: str) -> None:
    content, message = BAD[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ThemescoutError) as caught:
        baseline.read(tmp_path / name, SHORT)
    assert str(caught.value).startswith(message)
    assert caught.value.hint
    assert "\n" not in caught.value.sentence()


def test_no_file_a_folder_and_one_too_large(tmp_path: Path) -> None:
    (tmp_path / "large.txt").write_bytes(b"x\n" * 600_000)
    for path, message in (
        (tmp_path / "gone.csv", "There is no file"),
        (tmp_path, "is a folder"),
        (tmp_path / "large.txt", "is larger than 1 MB"),
        (tmp_path / ("x" * 300 + ".csv"), "cannot be read"),
    ):
        with pytest.raises(FileProblemError, match=message):
            baseline.read(path, SHORT)


ERRORS = {
    "unknown kind": ("theme,kind\na,barrier\nb,obstacle\n",
        "b.csv, line 3: “obstacle” is no kind of theme; write barrier, research_question or nothing."),
    "neither is no kind of theme": ("theme,kind\na,neither\n", "b.csv, line 2: “neither” is no kind of theme"),
    "unknown code": ("theme,code\na,INT-COMPLX\n",
        "b.csv, line 2: the codebook has no code “INT-COMPLX”; did you mean INT-COMPLEX?"),
    "far code": ("theme,code\na,9999999999\n", "themescout codebook show lists its codes."),
    "no theme": ("theme,code\na,C1\n,C2\n", "b.csv, line 3: theme is missing or empty."),
    "twice": ("theme,code\nLate  money,C1\nb,\nlate money,C2\n",
        "b.csv, line 4: “late money” stands on line 2 already."),
    "a paragraph": ("theme\n" + "word " * 80, "is longer than 300 characters; is it a theme?"),
    "k over n": ("theme,count,of\na,15,14\n", "b.csv, line 2: 15 of 14 informants cannot be."),
    "no n": ("theme,count\na,7\n", "b.csv, line 2: count is 7, but of is missing: of how many informants?"),
    "no k": ("theme,of\na,14\n", "b.csv, line 2: of is 14, but count is missing; give both or neither."),
    "of nobody": ("theme,count,of\na,0,0\n", "b.csv, line 2: of is 0, but a study has informants."),
    "no number": ("theme,count,of\na,most,14\n", "b.csv, line 2: count is “most”; write a whole number."),
    "half a person": ("theme,count,of\na,1.5,14\n", "b.csv, line 2: count is “1.5”; write a whole number."),
    "less than nobody": ("theme,count,of\na,-1,14\n", "b.csv, line 2: count is “-1”; write a whole number."),
    "cells": ("theme,kind\nmoney, late,barrier\n", "b.csv, line 2: more cells than the heading has"),
    "lines in a cell": ('theme,kind\n"a\nb",barrier\nc,x\n', "b.csv, line 4: “x” is no kind"),
    "blank lines first": ("\n\ntheme,kind\n\na,x\n", "b.csv, line 5: “x” is no kind"),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_each_error_is_a_sentence_with_file_and_line(case: str) -> None:
    text, message = ERRORS[case]
    with pytest.raises(FileProblemError) as caught:
        baseline.parse(text, name="b.csv", codebook=SHORT)
    assert message in str(caught.value)
    assert str(caught.value).startswith("b.csv, line ")
    assert caught.value.hint == "Correct the file and try again."


def test_all_errors_come_at_once() -> None:
    text = "theme,kind,code,count,of\na,obstacle,NOWHERE-1,9,7\n,barrier,,,\nok,barrier,C1,1,14\n"
    with pytest.raises(FileProblemError) as caught:
        baseline.parse(text, name="b.csv", codebook=SHORT)
    said = str(caught.value)
    assert said.startswith("b.csv has 4 errors: ")
    assert (said.count("line 2"), said.count("line 3"), said.count("line 4")) == (3, 1, 0)
    many = "theme,kind\n" + "".join(f"t{i},x\n" for i in range(30))
    with pytest.raises(FileProblemError, match=r"b\.csv has 30 errors: .* … and 10 more\."):
        baseline.parse(many, name="b.csv", codebook=SHORT)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("b.json", '[\n {"theme": "a"},\n\n {"theme": "b",\n  "kind": "x"}]'),
        (
            "b.json",
            '{"source": "[1], \\"themes\\": [2]",\n"themes": [{"theme": "[]"},\n\n{"theme": "b", "kind": "x"}]}',
        ),
        ("b.yaml", "# list\n- theme: a\n- money: 3\n  theme: c\n# four\n- theme: b\n  kind: x\n"),
        ("b.yaml", "source: s\nthemes:\n  - just a name\n  - {theme: b, kind: x}\n"),
    ],
)  # fmt: skip
def test_the_line_is_where_the_entry_begins(name: str, text: str) -> None:
    place = 1 + text[: text.rindex("theme: b") if "yaml" in name else text.rindex('{"theme": "b"')].count("\n")
    with pytest.raises(FileProblemError, match=rf"^{name}, line {place}: “x” is no kind"):
        baseline.parse(text, name=name, codebook=SHORT)


def test_a_key_in_other_letters_still_has_a_place() -> None:
    text = '{"th\\u0065mes": [{"theme": "a", "kind": "x"}]}'
    with pytest.raises(FileProblemError, match=r"^b\.json, entry 1: “x” is no kind"):
        baseline.parse(text, name="b.json", codebook=SHORT)


@pytest.mark.parametrize("entry", ["[a]", "{theme: [a]}", "{theme: a, page: {x: 1}}"])
def test_what_is_no_text_is_said_to_be_none(entry: str) -> None:
    with pytest.raises(FileProblemError, match=r"^b\.yaml, line 2: "):
        baseline.parse(f"- a theme\n- {entry}\n", name="b.yaml", codebook=SHORT)


def test_counts_in_a_codebook_are_checked_too() -> None:
    for given_, sentence in (("count: 9, of: 7", "9 of 7 informants"), ("count: 9", "of is missing")):
        book = parse(f"codes: [{{name: A}}]\nbaseline_themes: [{{theme: x, {given_}}}]", name="b.yaml")
        assert any(sentence in problem.sentence for problem in check(book))
    with pytest.raises(CodebookError, match="count is “some”"):
        parse("codes: [{name: A}]\nbaseline_themes: [{theme: x, count: some}]", name="b.yaml")
