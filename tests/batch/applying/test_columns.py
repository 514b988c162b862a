"""The table of a portion: what is null, what is listed, and what the types are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from themescout.batch.applying.columns import SCHEMA, Naming, schema
from themescout.batch.applying.shown import REASONS, Placed
from themescout.batch.model import Portion
from themescout.suggest.suggester import Answers

NAMING = Naming({3: "Money", 7: "Nurses"}, {"A": "TOP", "B": "TOP", "C": "C"}, ("barrier", "neither"), listed=2)
PORTION = Portion(
    sources=("in.csv",) * 3, docs=("d", "d", ""), units=("0", "1", "2"), starts=(0, 0, 0), ends=(6, 1, 5),
    speakers=("P", "", ""), texts=("a 😀 bc", " ", "other"), contexts=("Why?", "", ""), ordered=False,
)  # fmt: skip
PLACED = Placed(
    theme=np.array([7, -1, -1], np.int32), nearest=np.array([7, -1, 3], np.int32),
    strength=np.array([0.8, 0, 0.6], np.float32),
    reason=np.array([0, REASONS.index("empty"), REASONS.index("few")], np.int8),
)  # fmt: skip
ANSWERS = Answers(
    order=np.array([[1, 0, 2], [0, 1, 2], [2, 1, 0]]), p=np.array([[0.25, 0.50004, 0.1], [0.3] * 3, [0, 0.1, 0.2]]),
    kind=np.array([0, 1, 1]), kind_p=np.array([0.9, 0.8, 0.70001]), promised=np.array([2, 1, 0]),
    abstained=np.array([False, False, True]),
)  # fmt: skip


def written(answers: Answers = ANSWERS, naming: Naming = NAMING) -> list[dict[str, Any]]:
    made = naming.table(PORTION, PLACED, answers)
    made.validate(full=True)
    assert made.schema == SCHEMA
    return made.to_pylist()  # type: ignore[no-any-return]


def test_a_text_has_its_theme_its_kind_and_its_codes() -> None:
    assert written()[0] == {
        "source": "in.csv", "doc": "d", "unit": "0", "start": 0, "end": 6, "speaker": "P", "text": "a 😀 bc",
        "context": "Why?", "theme": 7, "theme_name": "Nurses", "strength": np.float32(0.8), "nearest": 7, "reason": "",
        "kind": "barrier", "kind_p": 0.9, "abstained": False, "code": "B", "p": 0.5,
        "suggestions": [{"code": "B", "category": "TOP", "p": 0.5}, {"code": "A", "category": "TOP", "p": 0.25}],
        "set": ["B", "A"],
    }  # fmt: skip


def test_an_empty_text_is_kept_and_has_nothing() -> None:
    empty = written()[1]
    assert (empty["text"], empty["reason"], empty["abstained"], empty["suggestions"]) == (" ", "empty", True, [])
    assert [empty[name] for name in ("theme_name", "kind", "kind_p", "code", "p", "set")] == [None] * 6


def test_where_the_machine_says_nothing_there_is_no_code_but_the_list() -> None:
    silent = written()[2]
    assert (silent["abstained"], silent["code"], silent["p"]) == (True, None, None)
    assert (silent["theme"], silent["theme_name"], silent["nearest"], silent["reason"]) == (-1, None, 3, "few")
    assert (silent["kind"], silent["kind_p"], silent["set"]) == ("neither", 0.7, [])
    assert [item["code"] for item in silent["suggestions"]] == ["C", "B"]
    assert NAMING.first(ANSWERS, PORTION.texts).tolist() == [1, -1, -1]


def test_without_a_promise_kinds_or_themes_columns_are_null() -> None:
    none = np.full(3, -1)
    bare = Naming({}, NAMING.codes, (), listed=9)
    placed = replace(PLACED, theme=none.astype(np.int32))
    made = bare.table(PORTION, placed, replace(ANSWERS, promised=None, kind=none, kind_p=np.zeros(3)))
    made.validate(full=True)
    for name in ("set", "kind", "kind_p", "theme_name"):
        assert made[name].null_count == 3
    assert len(made["suggestions"][0]) == 3


def test_no_text_gives_an_empty_table() -> None:
    nothing = Portion(
        sources=(), docs=(), units=(), starts=(), ends=(), speakers=(), texts=(), contexts=(), ordered=True
    )
    placed = Placed(**{name: getattr(PLACED, name)[:0] for name in ("theme", "nearest", "strength", "reason")})
    answers = Answers(**{name: getattr(ANSWERS, name)[:0] for name in Answers.__dataclass_fields__})
    assert NAMING.table(nothing, placed, answers).equals(SCHEMA.empty_table())


def test_vectors_are_a_column_of_half_precision() -> None:
    x = np.array([[1, 0], [0, 0], [0.5, -0.5]], np.float32)
    made = NAMING.table(PORTION, PLACED, ANSWERS, vectors=x)
    made.validate(full=True)
    assert made.schema == schema(2)
    assert made.schema.names == [*SCHEMA.names, "vector"]
    assert made.schema.field("vector").type == pa.list_(pa.float16(), 2)
    assert made["vector"].to_pylist() == x.tolist()


def test_without_answers_nothing_is_said_of_kinds_and_codes() -> None:
    made = NAMING.table(PORTION, PLACED, None)
    made.validate(full=True)
    assert made.schema == SCHEMA
    for row, other in zip(made.to_pylist(), written(), strict=True):
        own = {
            "kind": None,
            "kind_p": None,
            "abstained": False,
            "code": None,
            "p": None,
            "suggestions": [],
            "set": None,
        }
        assert row == other | own
