"""What is written is read back the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from themescout.codebook import (
    BUILT_IN,
    BaselineTheme,
    BoundaryRule,
    Code,
    Codebook,
    Crosswalk,
    Exclusion,
    KindRule,
    Label,
    as_csv,
    as_json,
    as_yaml,
    load,
    parse,
)
from themescout.text import normalise, squashed

# Text as a codebook holds it: normalised, on one line, not empty; the rest is tried in test_read.
LINE = st.text(min_size=1, max_size=12).map(lambda text: squashed(normalise(text))).filter(bool)
AWKWARD = st.sampled_from(
    ["no", "null", "~", "1.0", "- a", "a: b", "#", "'", '"', "🙂 x", "a;b", "x → y", "a -> b", "->"]
)
TEXT = LINE | AWKWARD
# Several lines; NFC again, since stripping may bring characters together.
BODY = (
    st.text(max_size=30).map(lambda text: normalise(normalise(text).strip())).filter(lambda text: text == text.strip())
)
ID = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,6}", fullmatch=True)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)


def dictionary(values: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    return st.dictionaries(ID, values.filter(bool), max_size=2)


@st.composite
def codes(draw: st.DrawFn, kinds: tuple[str, ...], *, table: bool) -> tuple[Code, ...]:
    """A forest; `table` keeps to what a CSV has columns for."""
    ids = draw(st.lists(ID, min_size=1, max_size=5, unique=True))
    names = draw(st.lists(TEXT, min_size=len(ids), max_size=len(ids)))
    result = []
    for i, (id_, name) in enumerate(zip(ids, names, strict=True)):
        parent = draw(st.sampled_from([None, *ids[:i]]))
        exclusions = st.builds(Exclusion, text=TEXT, goes_to=st.lists(st.sampled_from(ids), max_size=2).map(tuple))
        said = draw(st.dictionaries(st.sampled_from(kinds), st.lists(TEXT, min_size=1, max_size=2).map(tuple)))
        code = Code(
            id=id_,
            name=name,
            parent=parent,
            general=parent is None and draw(st.booleans()),
            definition=draw(BODY),
            include=draw(TEXTS),
            exclude=draw(st.lists(exclusions, max_size=2).map(tuple)),
            keywords=draw(TEXTS),
            examples=said,
        )
        result.append(code if table else _with_more(draw, code))
    return tuple(result)


def _with_more(draw: st.DrawFn, code: Code) -> Code:
    from dataclasses import replace

    walk = st.builds(Crosswalk, framework=TEXT, target=TEXT, label=TEXT, relation=TEXT)
    return replace(
        code,
        brief=draw(BODY),
        baseline=draw(TEXT),
        questions=draw(TEXTS),
        barriers=draw(TEXTS),
        source=draw(TEXTS),
        crosswalk=draw(st.lists(walk, max_size=1).map(tuple)),
    )


KIND = st.builds(KindRule, id=ID, name=TEXT, definition=BODY, include=TEXTS, exclude=TEXTS, cues=TEXTS, examples=TEXTS)
RULE = st.builds(
    BoundaryRule,
    id=ID,
    between=TEXTS,
    issue=BODY,
    decision=BODY,
    example=TEXT,
    labels=st.lists(st.builds(Label, kind=TEXT, code=st.none() | ID), max_size=2).map(tuple),
)


@st.composite
def codebooks(draw: st.DrawFn) -> Codebook:
    return Codebook(
        id=draw(ID),
        title=draw(TEXT),
        version=draw(TEXT),
        kinds=draw(st.lists(KIND, max_size=2).map(tuple)),
        codes=draw(codes(("", "barrier", "neither"), table=False)),
        boundary_rules=draw(st.lists(RULE, max_size=2).map(tuple)),
        rules=draw(TEXTS),
        about=draw(dictionary(BODY)),
        sources=draw(dictionary(BODY)),
        baseline_values=draw(dictionary(BODY)),
        baseline_themes=draw(st.lists(st.builds(BaselineTheme, theme=TEXT, kind=TEXT, code=ID), max_size=2).map(tuple)),
    )


@settings(max_examples=100, deadline=None)
@given(codebooks())
def test_yaml_and_json_are_read_back_the_same(book: Codebook) -> None:
    assert parse(as_yaml(book), name="b.yaml") == book
    assert parse(as_json(book), name="b.json", form="json") == book
    assert parse(book.source_text, name="b.json", form="json").sha256 == book.sha256


@settings(max_examples=100, deadline=None)
@given(codes(("",), table=True))
def test_csv_is_read_back_the_same(found: tuple[Code, ...]) -> None:
    book = Codebook(id="b", title="b", codes=found)
    assert parse(as_csv(book), name="b.csv", form="csv") == book


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_built_in_codebooks_survive_yaml_and_keep_their_codes_in_csv(name: str) -> None:
    book = load(name)
    assert parse(as_yaml(book), name="b.yaml") == book
    again = parse(as_csv(book), name="b.csv", form="csv")
    for before, after in zip(book.codes, again.codes, strict=True):
        assert (before.id, before.name, before.parent, before.definition) == (
            after.id,
            after.name,
            after.parent,
            after.definition,
        )
        assert (before.include, before.exclude, before.keywords) == (
            after.include,
            after.exclude,
            after.keywords,
        )
