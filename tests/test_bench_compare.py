"""The parts of the benchmark of novelty that can be right or wrong: splits, scores, rates, tables."""

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Any:
    """One of the modules that the script is made of, by name."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return lambda name: importlib.import_module(f"benchmarks.{name}")


def coded(part: Any, codes: list[list[str]], docs: list[str] | None = None, name: str = "set") -> Any:
    return part("sets").CodedSet(
        name=name,
        docs=tuple(docs or [""] * len(codes)),
        texts=tuple(f"text {i}" for i in range(len(codes))),
        codes=tuple(tuple(given) for given in codes),
        parents={},
    )


def interviews(part: Any) -> Any:
    """Ten interviews of thirty rows with one or two of ten codes."""
    codes = [[f"c{i % 10}"] if i % 3 else [f"c{i % 10}", f"c{(i + 1) % 10}"] for i in range(300)]
    return coded(part, codes, docs=[f"P{i // 30}" for i in range(300)])


def blobs(part: Any) -> tuple[Any, Any]:
    """Eight interviews that speak of four topics far apart, with vectors of length 1."""
    rng = np.random.default_rng(0)
    given = coded(part, [[f"c{i % 4}"] for i in range(240)], docs=[f"P{i // 30}" for i in range(240)])
    x = np.eye(4, 16)[[i % 4 for i in range(240)]] + 0.1 * rng.standard_normal((240, 16))
    return given, (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)


def test_rows_without_code_and_documents_that_are_none_are_left_out(part: Any) -> None:
    given = coded(part, [["a"], [], ["b"]], docs=["P", "Q", "R"])
    prepared = part("novelty_splits").prepared
    assert prepared(given, 0).docs == ("P", "R")
    assert prepared(given, 0, rows_apart=True).docs == ("", "")
    assert len(prepared(interviews(part), 50).texts) == 50


def test_interviews_stay_whole_and_the_old_wave_has_no_code_of_what_is_novel(part: Any) -> None:
    given = interviews(part)
    for seed in range(5):
        found = part("novelty_splits").split(given, seed)
        old, new = {given.docs[row] for row in found.old}, {given.docs[row] for row in found.new}
        assert (len(old), len(new)) == (6, 4)
        assert not old & new
        heard = {code for row in found.old for code in given.codes[row]}
        novel = {code for row in found.new[found.novel] for code in given.codes[row]}
        known = {code for row in found.new[~found.novel] for code in given.codes[row]}
        assert novel
        assert not novel & heard
        assert known <= heard
        assert len(novel) == 3  # of ten equally frequent codes, 30 % of rows


def test_rows_with_a_left_out_code_and_another_are_in_neither_group(part: Any) -> None:
    given = interviews(part)
    found = part("novelty_splits").split(given, 0)
    held = {code for row in found.new[found.novel] for code in given.codes[row]}
    mixed = {row for row, codes in enumerate(given.codes) if held & set(codes) and not held >= set(codes)}
    assert mixed
    assert not mixed & {*found.old.tolist(), *found.new.tolist()}


def test_one_code_is_always_kept(part: Any) -> None:
    found = part("novelty_splits").split(coded(part, [["a"]] * 50 + [["b"]] * 2), 0)
    assert len(found.old)


def test_splits_with_nothing_new_are_small_and_differ_by_seed(part: Any) -> None:
    nothing_new = part("novelty_splits").nothing_new
    large = coded(part, [["a"]] * 2000)
    one, again, other = nothing_new(large, 1, 0.7), nothing_new(large, 1, 0.7), nothing_new(large, 2, 0.7)
    assert (len(one.old), len(one.new)) == (560, 240)
    assert one.old.tolist() == again.old.tolist() != other.old.tolist()
    assert not one.novel.any()
    whole = nothing_new(interviews(part), 0, 0.9)
    assert len({row // 30 for row in whole.old} & {row // 30 for row in whole.new}) == 0
    assert (len(whole.old), len(whole.new)) == (270, 30)
    assert len(nothing_new(interviews(part), 0, 0.99).new) == 30


def test_what_is_out_of_scope_is_said_of_clinc150_alone(part: Any) -> None:
    scope = part("novelty_splits").scope
    assert scope(coded(part, [["oos"]])) == ""
    assert "No row" in scope(coded(part, [["a"]], name="clinc150 (1 of 2)"))
    assert scope(coded(part, [["oos"], ["a"]], name="clinc150")).startswith("1 row")


def test_every_method_scores_what_lies_apart_higher(part: Any) -> None:
    given, x = blobs(part)
    novelty, methods = part("novelty_comparison"), part("novelty_methods")
    found = novelty.compare(given, x, range(2))
    assert set(found.areas) == {methods.OURS, methods.ALONE, *methods.BASELINES}
    assert found.documents == 8
    # Topics at right angles: a known row has its like in the old wave, a novel one has not.
    for name in (methods.OURS, methods.ALONE, methods.PROBABLE, methods.THEME, methods.CODE):
        assert found.mean(name) > 0.95, name
    powers = [each.power for each in found.found]
    assert len(powers) == 4
    assert max(powers) > 0.9


def test_one_code_or_no_theme_gives_no_score_but_no_error(part: Any) -> None:
    methods = part("novelty_methods")
    x = np.eye(4, 8, dtype=np.float32)
    waves = methods.Waves(old=x, old_docs=("",) * 4, codes=("a",) * 4, new=x[:2], new_docs=("", ""), seed=0)
    assert methods.probable(waves).tolist() == [0.0, 0.0]
    assert np.isfinite(methods.theme(waves)).all()
    assert methods.code(waves) == pytest.approx([0.5, 0.5])


def test_rates_count_false_ones_among_what_was_found(part: Any) -> None:
    at_rate = part("novelty_comparison").at_rate
    q, novel = np.asarray([0.05, 0.1, 0.11, 0.5]), np.asarray([True, False, True, False])
    tenth, none = at_rate(q, novel, 0.1), at_rate(q, novel, 0.01)
    assert (tenth.false, tenth.power) == (0.5, 0.5)
    assert (none.false, none.power) == (0.0, 0.0)


def test_a_set_whose_splits_have_nothing_novel_is_named(part: Any) -> None:
    with pytest.raises(SystemExit, match="set: no split"):
        part("novelty_comparison").compare(coded(part, [["a"]] * 9), np.eye(9, dtype=np.float32), range(2))


def test_the_summary_names_the_best_other_and_counts_ties_for_ours(part: Any) -> None:
    comparison, methods = part("novelty_comparison"), part("novelty_methods")
    areas = dict.fromkeys((*methods.BASELINES, methods.ALONE), (0.6, 0.6))
    areas |= {methods.OURS: (0.7, 0.8), methods.FACTOR: (0.7, 0.9)}
    rates = tuple(comparison.Found(rate=rate, false=0.05, power=rate) for rate in (0.1, 0.2))
    found = comparison.Comparison(
        name="set", rows=9, documents=0, sizes=(5.0, 4.0, 0.5), areas=areas, found=rates, skipped=1
    )
    cells = [cell.strip() for cell in comparison.summary([found]).splitlines()[4].strip("|").split("|")]
    assert cells == ["set", "0.750", "0.800 LOF", "-0.050", "1 of 2", "0.600"]
    assert "no known rows: 1 of 3 splits" in comparison.rendered(found)
    bounds = part("novelty_bounds")
    nothing = bounds.Nothing(found=(0, 3, 0, 5, 0, 0, 0, 0, 0, 0), rows=80.0)
    cells = [cell.strip() for cell in bounds.bounds([(found, nothing)]).splitlines()[4].strip("|").split("|")]
    assert cells == ["set", "2 of 10", "5.7–51.0 %", "4.0 of 80", "5.0 %", "10.0 %", "5.0 %", "20.0 %"]


def test_nothing_is_found_where_both_waves_are_alike(part: Any) -> None:
    given, x = blobs(part)
    found = part("novelty_bounds").without_news(given, x, range(5), 0.7)
    assert len(found.found) == 5
    assert found.wrong <= 1
    assert found.rows == 60  # 8 interviews: 6 old, 2 new
