"""A code's wording changed by a person: in the file, in the log of versions, and nowhere else."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from themescout import codebook as codebooks
from themescout import project
from themescout.codebook import Code, Exclusion
from themescout.errors import CodebookError, CodeError, DecisionError, StaleError
from themescout.pipeline import codebook_entry, codebook_file, revising, stages
from themescout.pipeline.revising import Wording
from themescout.resources import resource

if TYPE_CHECKING:
    from collections.abc import Callable

    from themescout.codebook import Codebook
    from themescout.project import Study

LONG = resource("data", "codebooks", "scale-up.yaml").read_text("utf-8")
BLOCK = """\
# Ours. Do not touch!
title:   Small   # odd blanks
codes:
    # the first
    - {id: MONEY, name: "Money", definition: 'Funds.'}
    -   label: People   # who
        id: PEOPLE
        # what they are
        definition: >
          Those who work,
          and those who do not.

        # what counts
        include: [one, "two: three"]
        children:
        - id: PEOPLE-FEW
          name: Few
          definition: |
            Too few,

            or none 😀.
          exclude:
          - text: Too many
            goes_to: [MONEY]   # by the id
          - Nobody asked

# What follows is for everything.
rules: [Be fair.]   # the end"""
LIST = "- name: Money 😀\n  note: theirs\n- tag: People\n  description: Staff.\n  category: Money 😀\n"
CSV = "name,definition,parent,colour\nMoney,Funds,,red\nPay,Wages; and more,Money,blue\n"
JSON = '[{"name": "Money", "colour": "red"}, {"id": "P", "name": "People", "examples": ["a", "b"]}]'
BOOKS = [("a.yaml", BLOCK), ("b.yaml", LONG), ("c.yaml", LIST), ("d.csv", CSV), ("e.json", JSON)]


@pytest.fixture
def with_book(make_study: Callable[..., Study]) -> Callable[..., Study]:
    """Give one study this codebook file."""
    made: list[Study] = []

    def give(text: str, name: str = "own.yaml") -> Study:
        if not made:
            made.append(make_study(codebook=name))
        folder = made[0].folder
        for path in folder.glob("codebook*.yaml"):
            path.unlink()
        (folder / name).write_bytes(text.encode())
        toml = folder / project.SETTINGS_FILE
        named = codebook_file.current(made[0]).settings.study.codebook
        toml.write_text(toml.read_text("utf-8").replace(f'"{named}"', f'"{name}"'), "utf-8")
        return codebook_file.current(made[0])

    return give


def wording(code: Code, **values: Any) -> Wording:
    said = {name: getattr(code, name) for name in ("name", "definition", "brief", "include", "exclude", "examples")}
    return Wording(**{**said, **values})


def edited(study: Study, code: str, **values: Any) -> revising.Revised:
    book = stages.load_codebook(study)
    told = wording(book.code(code), **values)
    return revising.edit(study, code, told, seen=book.sha256, coder="ann", reason="Too wide.")


def lines_of(study: Study, name: str = "own.yaml") -> list[str]:
    return (study.folder / name).read_bytes().decode().splitlines()


def test_only_the_changed_words_of_a_persons_file_are_others(with_book: Callable[..., Study]) -> None:
    study = with_book(BLOCK)
    done = edited(study, "PEOPLE", definition="Staff, paid or not.", brief="Staff")
    assert (done.file.name, done.why) == ("own.yaml", "")
    before = BLOCK.splitlines()
    gone = [line for line in before if line not in lines_of(study)]
    assert gone == ["        definition: >", "          Those who work,", "          and those who do not."]
    new = [line for line in lines_of(study) if line not in before]
    assert new == ["        definition: Staff, paid or not.", "        brief: Staff"]
    assert stages.load_codebook(study) == done.book


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("MONEY", {"definition": "Funds, {budgets} and: [salaries] # all"}),
        ("MONEY", {"include": ("a, b", "'c'"), "brief": "x"}),
        ("PEOPLE", {"include": ()}),
        ("PEOPLE", {"name": "Persons: all"}),
        ("PEOPLE", {"definition": "One.\n\nTwo."}),
        ("PEOPLE-FEW", {"exclude": ()}),
        ("PEOPLE-FEW", {"exclude": (Exclusion(text="Some → more", goes_to=("PEOPLE", "MONEY")),)}),
        ("PEOPLE-FEW", {"examples": {"": ("It is 😀.",)}, "definition": "~"}),
    ],
)
def test_a_file_keeps_its_comments_line_ends_and_mark(
    with_book: Callable[..., Study], code: str, values: dict[str, Any], mark: str, ending: str
) -> None:
    study = with_book(mark + BLOCK.replace("\n", ending))
    before = stages.load_codebook(study)
    done = edited(study, code, **values)
    assert done.why == ""
    written = (study.folder / "own.yaml").read_bytes().decode()
    assert written.startswith(f"{mark}# Ours. Do not touch!{ending}title:   Small   # odd blanks{ending}")
    assert written.endswith(f"# What follows is for everything.{ending}rules: [Be fair.]   # the end")
    assert written.count("\n") == written.count(ending)
    for comment in ("# the first", "# who", "# what they are", "# what counts"):
        assert comment in written
    after = stages.load_codebook(study)
    assert after == done.book
    assert after.code(code) == replace(before.code(code), **values)
    assert [one for one in after.codes if one.id != code] == [one for one in before.codes if one.id != code]


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)
SOME = TEXT.filter(lambda text: bool(revising._line(text)))
NAMES = TEXT.filter(revising._readable)


@pytest.mark.parametrize(("file", "text"), BOOKS)
def test_editing_any_code_of_any_book_reads_back_and_leaves_all_others_equal(
    with_book: Callable[..., Study], file: str, text: str
) -> None:
    codes = [code.id for code in stages.load_codebook(with_book(text, file)).codes]

    @given(
        st.sampled_from(codes), NAMES, SOME, TEXT, st.lists(TEXT, max_size=3),
        st.lists(st.tuples(TEXT, st.lists(st.sampled_from(codes), max_size=2)), max_size=2), st.lists(TEXT, max_size=2),
    )  # fmt: skip
    @hypothesis_settings(max_examples=12 if len(text) > 10_000 else 60)
    def check(
        code: str, name: str, definition: str, brief: str, include: list[str], exclude: list[Any], examples: list[str]
    ) -> None:
        study = with_book(text, file)
        before = stages.load_codebook(study)
        told = {
            "name": name, "definition": definition, "brief": brief, "include": tuple(include),
            "exclude": tuple(Exclusion(text=words, goes_to=tuple(to)) for words, to in exclude),
            "examples": {"barrier" if before.kinds else "": tuple(examples)},
        }  # fmt: skip
        done = edited(study, code, **told)
        after = stages.load_codebook(codebook_file.current(study))
        assert after == done.book
        assert replace(after, codes=()) == replace(before, codes=())
        assert [one for one in after.codes if one.id != code] == [one for one in before.codes if one.id != code]
        new = after.code(code)
        assert (new.name, new.definition) == (revising._line(name), revising._text(definition))
        assert new.include == revising._lines(include)
        assert (new.parent, new.keywords, new.general) == (
            before.code(code).parent,
            before.code(code).keywords,
            before.code(code).general,
        )
        assert study.store.codebooks.body(done.version) == after.source_text

    check()


def test_our_own_long_codebook_is_edited_in_place(with_book: Callable[..., Study]) -> None:
    study = with_book(LONG)
    book = stages.load_codebook(study)
    for code in book.codes[:: len(book.codes) // 6]:
        done = edited(study, code.id, definition=f"{code.definition} Nothing else: “really”.", include=("x",))
        assert done.why == ""
    kept = [line for line in LONG.splitlines() if line.lstrip().startswith("#")]
    assert [line for line in lines_of(study) if line.lstrip().startswith("#")] == kept


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("own.csv", CSV, "own.csv cannot be changed without rewriting it"),
        ("own.json", JSON, "own.json cannot be changed without rewriting it"),
        ("own.yaml", "codes: [{id: Money, name: M, parent: Q}, {id: q, name: Q}]", ""),
    ],
)
def test_what_cannot_be_changed_in_place_is_left_alone(
    with_book: Callable[..., Study], name: str, text: str, why: str
) -> None:
    study = with_book(text, name)
    code = "q" if name.endswith("yaml") else "Money"
    done = edited(study, code, name="Fuel", definition="All of it.")  # renames what a parent is called by
    assert (study.folder / name).read_bytes() == text.encode()
    assert done.file.name == "codebook.yaml"
    assert why in done.sentence
    with project.open_study(study.folder) as again:
        assert again.settings.study.codebook == "codebook.yaml"
        assert stages.load_codebook(again) == done.book


def test_a_built_in_codebook_becomes_the_studys_own(make_study: Callable[..., Study]) -> None:
    study = make_study()
    done = edited(study, "C5", definition="Power and money.")
    assert done.sentence == (
        "The codebook scale-up comes with themescout, so the study has its own copy now: codebook.yaml. "
        "This is version 2."
    )
    study = codebook_file.current(study)
    again = edited(study, "C5", definition="Power, money and habits.")
    assert (again.file.name, again.why, again.version) == ("codebook.yaml", "", 3)
    versions = study.store.codebooks.versions()
    assert [(one.coder, one.reason) for one in versions] == [("", ""), ("ann", "Too wide."), ("ann", "Too wide.")]
    assert codebooks.parse(study.store.codebooks.body(1), name="x", form="json") == codebooks.load("scale-up")


def test_a_change_by_hand_is_a_version_of_its_own_from_when_its_file_was_saved(with_book: Callable[..., Study]) -> None:
    study = with_book(BLOCK)
    codebook_file.note(study, stages.load_codebook(study))
    path = study.folder / "own.yaml"
    path.write_text(path.read_text("utf-8").replace("Funds.", "Fundings."), "utf-8")
    os.utime(path, (2_000_000_000, 2_000_000_000))
    edited(study, "PEOPLE", brief="Staff")
    _first, by_hand, last = study.store.codebooks.versions()
    assert (by_hand.used_from, by_hand.coder, last.coder) == ("2033-05-18T03:33:20+00:00", "", "ann")
    assert "Fundings." in study.store.codebooks.body(2)
    assert "Staff" not in study.store.codebooks.body(2)
    assert codebook_file.note(study, stages.load_codebook(study)) == last.version


def test_a_code_of_ones_own_is_added_at_the_end(with_book: Callable[..., Study]) -> None:
    study = with_book(BLOCK)
    book = stages.load_codebook(study)
    code = Code(id=" FUEL ", name="Fuel\n", parent="Money", definition="None.", exclude=(Exclusion(text="Oil"),))
    done = revising.add(study, code, seen=book.sha256, coder="ann", reason="Heard often.")
    assert done.book.codes[:-1] == book.codes
    assert done.book.codes[-1] == replace(code, id="FUEL", name="Fuel", parent="MONEY")
    kept = [line for line in lines_of(study) if line in BLOCK.splitlines()]
    assert kept == BLOCK.splitlines()
    assert stages.load_codebook(study) == done.book


REFUSED: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"name": " \n"}, DecisionError, "needs a name"),
    ({"name": "\u200b\u202e"}, DecisionError, "needs a name"),
    ({"definition": "\ud800 "}, DecisionError, "needs a definition"),
    ({}, DecisionError, "Nothing is changed"),
    ({"exclude": (Exclusion(text="x", goes_to=("NOWHERE",)),)}, CodebookError, "does not exist"),
    ({"examples": {"barrier": ("x",)}}, CodebookError, "the codebook lacks"),
]


@pytest.mark.parametrize(("values", "error", "words"), REFUSED)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(
    with_book: Callable[..., Study], values: dict[str, Any], error: type[Exception], words: str
) -> None:
    study = with_book(BLOCK)
    with pytest.raises(error, match=words):
        edited(study, "PEOPLE", **values)
    assert (study.folder / "own.yaml").read_text("utf-8") == BLOCK
    assert study.store.codebooks.versions() == ()


def refused(study: Study, book: Codebook, error: type[Exception], words: str, **how: str) -> None:
    given = {"seen": book.sha256, "coder": "ann", "reason": "why", **how}
    code = given.pop("code", "PEOPLE")
    told = wording(book.codes[0], name="Other", definition="Other.")
    with pytest.raises(error, match=words):
        revising.edit(study, code, told, **given)
    with pytest.raises(error if error is not CodeError else DecisionError):
        revising.add(study, Code(id="MONEY" if error is CodeError else "N", name="n", definition="d"), **given)


def test_who_why_and_what_was_seen_are_asked_for(with_book: Callable[..., Study]) -> None:
    study = with_book(BLOCK)
    book = stages.load_codebook(study)
    refused(study, book, DecisionError, "needs a coder", coder=" ")
    refused(study, book, DecisionError, "needs a reason", reason="\n")
    refused(study, book, CodeError, "no code “NO”", code="NO")
    refused(study, book, StaleError, "changed meanwhile", seen="0" * 64)
    with pytest.raises(DecisionError, match="“money” already"):
        revising.add(study, Code(id="money", name="n", definition="d"), seen=book.sha256, coder="a", reason="b")
    assert (study.folder / "own.yaml").read_text("utf-8") == BLOCK
    assert study.store.codebooks.versions() == ()


def test_a_file_that_cannot_be_written_leaves_no_version(
    with_book: Callable[..., Study], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    study = with_book(BLOCK)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(CodebookError, match=r"own\.yaml cannot be written: No space left"):
        edited(study, "PEOPLE", brief="Staff")
    assert lines_of(study) == BLOCK.splitlines()
    assert study.store.codebooks.versions() == ()


def test_an_entry_that_is_not_there_is_not_changed() -> None:
    assert codebook_entry.changed(BLOCK, "NO", {"name": "x"}) is None
    assert codebook_entry.changed("title: x\n", "NO", {"name": "x"}) is None
    assert codebook_entry.added("codes: []\n", Code(id="A", name="a")) is None
