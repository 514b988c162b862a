"""The parts of the theme benchmark that can be right or wrong: reading, scores, halves, tables."""

import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
NESTED = [
    {"name": "money", "parent": None},
    {"name": "salaries", "parent": "money"},
    {"name": "late", "parent": "salaries"},
]


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Any:
    """One of the modules that the script is made of, by name."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return lambda name: importlib.import_module(f"benchmarks.{name}")


def coded(part: Any, codes: list[list[str]], docs: list[str] | None = None, **parents: str) -> Any:
    return part("sets").CodedSet(
        name="set",
        docs=tuple(docs or [""] * len(codes)),
        texts=tuple(f"text {i}" for i in range(len(codes))),
        codes=tuple(tuple(given) for given in codes),
        parents=parents,
    )


def test_a_folder_is_read_with_its_levels(part: Any, tmp_path: Path) -> None:
    rows = [
        {"doc": "P1", "text": "Paid\u2028late 😀", "codes": ["late", "other"]},
        {"doc": "P2", "text": "Nothing", "codes": []},
    ]
    (tmp_path / "segments.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    (tmp_path / "codebook.json").write_text(json.dumps(NESTED), "utf-8")
    found = part("sets").read(tmp_path)
    assert found.texts == ("Paid\u2028late 😀", "Nothing")
    assert found.codes == (("late", "other"), ())
    assert found.coded.tolist() == [0]
    assert (found.topmost("late"), found.topmost("money"), found.topmost("unknown")) == ("money", "money", "unknown")


def test_codes_above_each_other_in_a_round_do_not_hang(part: Any) -> None:
    assert coded(part, [["a"]], a="b", b="a").topmost("a") == "b"


def test_a_labelled_file_is_read_without_its_header(part: Any, tmp_path: Path) -> None:
    file = tmp_path / "short.tsv"
    file.write_text("label\ttext\ncard\tWhere is\tmy card?\n\tno label\n", "utf-8")
    found = part("sets").read(file)
    assert found.texts == ("Where is\tmy card?", "no label")
    assert found.codes == (("card",), ())


def test_what_is_no_set_is_named(part: Any, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="nowhere"):
        part("sets").read(tmp_path / "nowhere")


def test_a_sample_is_the_same_each_time_and_in_order(part: Any) -> None:
    whole = coded(part, [["a"]] * 100)
    once, again = whole.sample(10), whole.sample(10)
    assert once.texts == again.texts
    assert list(once.texts) == sorted(once.texts, key=whole.texts.index)
    assert len(set(once.texts)) == 10
    assert "10 of 100" in once.name
    assert whole.sample(0) is whole.sample(100) is whole


def test_a_perfect_grouping_scores_one_and_uncoded_rows_do_not_count(part: Any) -> None:
    given = coded(part, [["a"]] * 5 + [["b"]] * 5 + [[]] * 10)
    labels = np.asarray([0] * 5 + [1] * 5 + [-1] * 10)
    found = part("scores").scores(given, labels)
    assert (found.ami, found.v, found.recovered) == (pytest.approx(1.0), pytest.approx(1.0), 1.0)
    assert (found.themes, found.unassigned) == (2, 0.5)
    assert found.top_ami is found.top_v is None


def test_levels_are_scored_apart(part: Any) -> None:
    given = coded(part, [["a1"]] * 5 + [["a2"]] * 5 + [["b"]] * 10, a1="a", a2="a")
    found = part("scores").scores(given, np.asarray([0] * 10 + [1] * 10))
    assert found.top_ami == pytest.approx(1.0)
    assert found.ami < 0.9


def test_a_code_is_recovered_from_half_f1_up_by_one_theme_not_by_the_rest(part: Any) -> None:
    recovered = part("scores").recovered
    codes = [["a"]] * 6 + [["b"]] * 12
    # Three rows of a alone: recall 1/2, precision 1, F1 2/3. A third of b's rows: F1 1/2.
    assert recovered(codes, np.asarray([0] * 3 + [-1] * 3 + [1] * 4 + [-1] * 8)) == 1.0
    assert recovered(codes, np.asarray([0] * 3 + [-1] * 3 + [1] * 3 + [-1] * 9)) == 0.5
    assert recovered(codes, np.full(18, -1)) == 0.0
    assert recovered([["a"]] * 4, np.zeros(4, int)) is None


def test_later_codes_of_a_row_are_uses_too(part: Any) -> None:
    codes = [["a", "b"]] * 5 + [["a"]] * 20
    assert part("scores").recovered(codes, np.asarray([0] * 5 + [1] * 20)) == 1.0


def test_agreement_is_the_mean_over_pairs(part: Any) -> None:
    agreement = part("scores").agreement
    one, other = np.asarray([0, 0, 1, 1]), np.asarray([1, 1, 0, 0])
    apart = np.asarray([0, 1, 0, 1])
    assert agreement([one, other]) == 1.0
    assert agreement([one, other, apart]) == pytest.approx((1.0 + 2 * agreement([one, apart])) / 3)
    assert agreement([one]) is None


def test_half_of_the_documents_keeps_them_whole(part: Any) -> None:
    given = coded(part, [["a"]] * 40, docs=[f"P{i % 8}" for i in range(40)])
    half = part("sensitivity").half
    draws = [half(given, draw, by_documents=True) for draw in range(3)]
    for rows in draws:
        assert len({given.docs[row] for row in rows}) == 4
        assert len(rows) == 20
    assert len({tuple(rows) for rows in draws}) > 1
    assert len(half(given, 0, by_documents=False)) == 20


def test_quantised_vectors_are_near_and_of_length_one(part: Any) -> None:
    x = np.random.default_rng(0).standard_normal((50, 16)).astype(np.float32)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    x[0], x[:, 3] = 0, 0
    x[1:] /= np.linalg.norm(x[1:], axis=1, keepdims=True)
    found = part("sensitivity").quantised(x)
    assert not np.array_equal(found, x)
    assert np.abs(found - x).max() < 0.02
    assert not found[0].any()
    assert np.linalg.norm(found[1:], axis=1) == pytest.approx(1.0, abs=1e-5)


def test_seed_families_share_no_seed_nearby(part: Any) -> None:
    seeds = part("methods").seeds(3)
    assert min(abs(one - other) for one in seeds for other in seeds if one != other) > 100_000


def test_the_summary_takes_the_better_bertopic_and_names_the_best_baseline(part: Any) -> None:
    comparison, methods = part("comparison"), part("methods")
    scores = part("scores").Scores

    def outcome(name: str, ami: float) -> Any:
        found = scores(themes=3, unassigned=0.1, ami=ami, v=0.5, top_ami=None, top_v=None, recovered=None)
        return comparison.Outcome(method=name, scores=(found,), ari=0.9, seconds=1.0)

    given = {methods.OURS: 0.6, methods.BERTOPIC: 0.3, methods.BERTOPIC_5: 0.5, "k-means": 0.8}
    found = comparison.Comparison(name="set", rows=9, outcomes=tuple(outcome(*pair) for pair in given.items()))
    line = comparison.summary([found]).splitlines()[4]
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells == ["set", "0.600", "0.500", "1.20", "0.800 k-means", "0.75", "10.0 %", "0.90"]
    assert "–" in comparison.rendered(found)


def test_rows_are_drawn_from_as_many_sets_as_it_takes(
    part: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets = [coded(part, [["a"]] * size) for size in (3, 4, 5)]
    script = importlib.import_module("bench_themes")
    monkeypatch.setattr(script, "vectors", lambda texts, cache: np.zeros((len(texts), 2), np.float32))
    used, x = script.drawn(sets, 6, tmp_path)
    assert len(used.texts) == len(x) == 6
    assert used.name == "set + set (6 of 7)"
    with pytest.raises(SystemExit, match="12 rows, not 13: name more"):
        script.drawn(sets, 13, tmp_path)


def test_a_process_of_its_own_says_its_groups_and_its_memory(part: Any, tmp_path: Path) -> None:
    vectors, texts = tmp_path / "x.npy", tmp_path / "t.json"
    np.save(vectors, np.eye(3, 8, dtype=np.float32))
    texts.write_text("[]", "utf-8")
    found = part("whole_process").timed(part("methods").OURS, vectors, texts, 1)
    assert found.seconds > 0
    assert 2**24 < found.peak < 2**32


def test_tables_are_markdown_with_equal_columns(part: Any) -> None:
    lines = part("tables").table(["a", "b"], [["long name", "1"], ["x", "1,000"]]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[1] == "| --------- | ----: |"
