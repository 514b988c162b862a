"""The parts of the suggestion benchmark that can be right or wrong: reading, folds, scores, curve, screening."""

import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from themescout.codebook import Code, Codebook
from themescout.suggest import Rows
from themescout.types import Ranked, Suggestion

ROOT = Path(__file__).parents[1]
WORDS = {"money": "paid salary late cash", "roads": "bridge rain truck mud", "staff": "nurse doctor trained left"}

BOOK = [{"name": name, "parent": None} for name in ("c0", "c1", "c2")]


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch, fake_embedder: Any) -> Any:
    """One of the modules that the script is made of, by name; vectors are those of no model."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    sets = importlib.import_module("benchmarks.sets")
    monkeypatch.setattr(sets, "vectors", lambda texts, cache: fake_embedder.embed(texts))
    return lambda name: importlib.import_module(f"benchmarks.{name}")


def written(folder: Path, rows: list[dict[str, Any]], book: list[dict[str, Any]]) -> Path:
    folder.mkdir()
    (folder / "segments.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    (folder / "codebook.json").write_text(json.dumps(book), "utf-8")
    return folder


def small(part: Any, tmp_path: Path, documents: int = 6) -> Any:
    """A study of three codes whose segments share words with their code alone; 15 segments a document."""
    rows = [
        {"doc": f"P{doc}", "text": f"{' '.join(words.split()[i % 4 :])} {doc} {i}", "codes": [code]}
        for doc in range(documents)
        for code, words in WORDS.items()
        for i in range(5)
    ]
    book = [{"name": code, "definition": words, "parent": None} for code, words in WORDS.items()]
    return part("suggestions_study").read(written(tmp_path / "small", rows, book), 0, tmp_path)


def prediction(part: Any, scores: list[list[float]], **more: Any) -> Any:
    return part("suggestions_methods").Prediction(scores=np.asarray(scores, float), **more)


def test_only_frequent_codes_count_and_a_parent_can_be_given(part: Any, tmp_path: Path) -> None:
    rows = [{"doc": f"P{i % 2}", "text": f"t {i}", "codes": ["top", "rare"] if i < 4 else ["top"]} for i in range(6)]
    rows += [{"doc": "P1", "text": f"u {i}", "codes": ["leaf "]} for i in range(5)]
    rows += [{"doc": "P2", "text": "v", "codes": ["unlisted"]}]
    rows += [{"doc": "P2", "text": f"w {i}", "codes": ["unlisted"]} for i in range(4)]
    book = [
        {"name": "above", "parent": None},
        {"name": "top", "parent": None},
        {"name": "leaf", "parent": "above"},
        {"name": "rare", "parent": "top"},
    ]
    found = part("suggestions_study").read(written(tmp_path / "s", rows, book), 0, tmp_path)
    assert found.codes == ("top", "leaf", "unlisted")
    assert len(found.rows) == 16
    assert found.given[0] == ("top",)
    assert found.truth.sum(axis=0).tolist() == [6, 5, 5]
    assert np.isnan(found.rows.place).all()
    assert not found.rows.around.any()


def test_starts_tell_the_order_of_speaking(part: Any, tmp_path: Path) -> None:
    rows = [
        {"doc": f"P{i % 2}", "text": f"t {i}", "codes": [f"c{i % 3}"], "start_byte": 1000 - 10 * i} for i in range(30)
    ]
    found = part("suggestions_study").read(written(tmp_path / "s", rows, BOOK), 0, tmp_path)
    assert found.rows.texts[:2] == ("t 28", "t 26")
    assert found.rows.docs[14:16] == ("P0", "P1")
    assert found.rows.place[0] == 0.0
    assert (np.diff(found.rows.place[:15]) > 0).all()
    assert np.linalg.norm(found.rows.around, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_what_is_around_survives_a_limit(part: Any, tmp_path: Path) -> None:
    rows = [{"doc": f"P{i % 2}", "text": f"t {i}", "codes": [f"c{i % 3}"], "start": i} for i in range(30)]
    folder = written(tmp_path / "s", rows, BOOK)
    read = part("suggestions_study").read
    whole, some = read(folder, 0, tmp_path), read(folder, 10, tmp_path)
    at = [whole.rows.texts.index(text) for text in some.rows.texts]
    assert len(some.rows) == 10
    assert np.array_equal(some.rows.around, whole.rows.around[at])
    assert "10 of 30" in some.name


@pytest.mark.parametrize("missing", ["segments.jsonl", "codebook.json"])
def test_a_folder_without_its_files_is_named(part: Any, tmp_path: Path, missing: str) -> None:
    folder = written(tmp_path / "s", [{"doc": "P1", "text": "t", "codes": ["a"]}], BOOK)
    (folder / missing).unlink()
    with pytest.raises(SystemExit, match=missing):
        part("suggestions_study").read(folder, 0, tmp_path)


def test_a_set_with_too_little_in_it_is_refused(part: Any, tmp_path: Path) -> None:
    folder = written(tmp_path / "s", [{"doc": "P1", "text": "t", "codes": ["a"]}] * 9, BOOK)
    with pytest.raises(SystemExit, match="fewer than two"):
        part("suggestions_study").read(folder, 0, tmp_path)


def test_a_name_is_read_as_its_id_unless_two_codes_have_it(part: Any) -> None:
    book = Codebook(
        id="b", title="b", codes=(Code(id="A", name="one"), Code(id="B", name="two"), Code(id="C", name="two"))
    )
    assert part("suggestions_study").in_words_of(book, ["one", " two", "B", "one"]) == ("A", "two", "B")


def test_scores_of_a_known_case(part: Any) -> None:
    truth = np.asarray([[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 0, 1]], bool)
    found = prediction(
        part,
        [[4, 3, 2, 1], [4, 3, 2, 1], [4, 3, 2, 1]],
        p=np.asarray([0.9, 0.9, 0.9]),
        sets=((0,), (0, 1), None),
    )
    scores = part("suggestions_scores").scores(truth, found)
    assert (scores.first, scores.among_three) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert scores.precision == pytest.approx((1 + (1 / 2 + 2 / 4) / 2 + 1 / 4) / 3)
    assert scores.f1 == pytest.approx(0.5 / 4)  # one of the three is right for code 0; no other is ever said
    assert scores.error == pytest.approx(0.9 - 1 / 3)
    assert (scores.coverage, scores.size) == (pytest.approx((1.0 + 0.5) / 2), 1.5)


def test_what_a_method_does_not_say_is_not_scored(part: Any) -> None:
    scores = part("suggestions_scores").scores(np.eye(2, dtype=bool), prediction(part, [[1, 0], [0, 1]]))
    assert scores.first == scores.f1 == scores.precision == 1.0
    assert scores.error is scores.coverage is scores.size is None


def test_an_empty_set_covers_nothing(part: Any) -> None:
    truth = np.eye(2, dtype=bool)
    assert part("suggestions_scores").sets(truth, ((), (1,))) == (0.5, 0.5)


def test_calibration_is_judged_bin_by_bin(part: Any) -> None:
    error = part("suggestions_scores").calibration_error
    right = np.asarray([True] * 9 + [False] + [True] * 2 + [False] * 8)
    assert error(np.asarray([0.9] * 10 + [0.2] * 10), right) == pytest.approx(0.0)
    assert error(np.full(20, 1.0), right) == pytest.approx(1.0 - right.mean())
    # Too high here does not make up for too low there.
    assert error(np.asarray([0.2] * 10 + [0.9] * 10), right) == pytest.approx(0.7)


def test_documents_are_held_out_whole_and_every_row_is_asked_once(part: Any) -> None:
    docs = [f"P{i % 7}" for i in range(40)]
    folds = part("suggestions_comparison").folds
    for split in range(3):
        parts = list(folds(docs, split))
        assert len(parts) == 5
        assert sorted(int(i) for _, asked in parts for i in asked) == list(range(40))
        assert all({docs[i] for i in decided}.isdisjoint(docs[i] for i in asked) for decided, asked in parts)
    assert len(list(folds(["A", "B", "A"], 0))) == 2


def test_held_out_answers_are_put_back_in_order(part: Any, tmp_path: Path) -> None:
    study = small(part, tmp_path)

    def knows(study: Any, decided: Any, asked: Any, seed: int) -> Any:
        return prediction(part, study.truth[asked], p=np.ones(len(asked)), sets=tuple((int(i),) for i in asked))

    found = part("suggestions_comparison").held_out(study, knows, 1)
    assert np.array_equal(found.scores, study.truth)
    assert found.sets == tuple((i,) for i in range(len(study.rows)))


@pytest.mark.parametrize("name", ["MAJORITY", "WORDS", "VECTORS"])
def test_methods_have_one_score_for_each_code_and_probabilities(part: Any, tmp_path: Path, name: str) -> None:
    methods, study = part("suggestions_methods"), small(part, tmp_path)
    found = methods.METHODS[getattr(methods, name)](study, np.arange(0, 90, 2), np.arange(1, 90, 2), 0)
    assert found.scores.shape == (45, 3)
    assert found.scores.sum(axis=1) == pytest.approx(1.0)
    assert (found.p <= 1.0).all()


def test_words_find_a_code_by_its_words(part: Any, tmp_path: Path) -> None:
    methods, study = part("suggestions_methods"), small(part, tmp_path)
    found = methods.words(study, np.arange(45), np.arange(45, 90), 0)
    assert part("suggestions_scores").scores(study.truth[45:], found).first == 1.0


def test_a_regression_that_knows_one_code_says_it(part: Any, tmp_path: Path) -> None:
    methods, study = part("suggestions_methods"), small(part, tmp_path)
    found = methods.vectors(study, np.arange(5), np.arange(10, 20), 0)
    assert found.scores[:, 0].tolist() == [1.0] * 10


def test_suggestions_are_taken_as_shown(part: Any) -> None:
    shown = Suggestion(
        segment="s",
        kind=None,
        kind_p=0.0,
        ranked=(Ranked(code="b", p=0.6), Ranked(code="a", p=0.7)),
        codes=("b",),
    )
    found = part("suggestions_methods").as_prediction([shown], ("a", "b", "c"))
    assert found.scores[0].argmax() == 1
    assert (found.p.tolist(), found.sets) == ([0.6], ((1,),))


def test_ours_and_the_summary_on_a_small_study(part: Any, tmp_path: Path) -> None:
    methods, comparison = part("suggestions_methods"), part("suggestions_comparison")
    found = comparison.compare(small(part, tmp_path), {**methods.LABEL_FREE, **methods.METHODS}, 1)
    assert found.outcomes[methods.OURS].hit("first") > 0.5
    assert methods.ALONE not in {comparison.best_other(found, name).method for name in ("first", "among_three")}
    assert "6 documents" in comparison.rendered(found)
    text = comparison.summary([found, found])
    gain = 100 * (found.outcomes[methods.OURS].hit("first") - comparison.best_other(found, "first").hit("first"))
    assert text.count(f"{gain:+.1f}") >= 3


def test_the_curve_doubles_and_leaves_a_document(part: Any) -> None:
    doublings = part("suggestions_curve").doublings
    assert doublings(2) == [0, 1]
    assert doublings(3) == [0, 1, 2]
    assert doublings(17) == [0, 1, 2, 4, 8, 16]
    assert doublings(16) == [0, 1, 2, 4, 8]


def test_first_documents_grow_in_one_order(part: Any) -> None:
    first = part("suggestions_curve").first_documents
    docs = [f"P{i % 9}" for i in range(30)]
    assert first(docs, 2, 1) < first(docs, 4, 1)
    assert len({first(docs, 4, seed) for seed in range(3)}) > 1
    assert first(docs, 0, 1) == frozenset()


def test_the_curve_has_a_line_a_method(part: Any, tmp_path: Path) -> None:
    text = part("suggestions_curve").curve(small(part, tmp_path, documents=3))
    lines = text.splitlines()
    assert [cell.strip() for cell in lines[2].strip("|").split("|")][1:] == ["0", "1", "2"]
    assert next(line for line in lines if "vectors + LR" in line).count("–") == 1  # nothing before the first decision


def test_weights_are_balanced_as_in_asreview(part: Any) -> None:
    has = np.asarray([True] * 2 + [False] * 6)
    weights = part("suggestions_screening").balanced(has, 9.8)
    assert weights.mean() == pytest.approx(1.0)
    assert weights[has].sum() / weights[~has].sum() == pytest.approx(9.8)


def test_every_screener_ranks_all_rows(part: Any, tmp_path: Path) -> None:
    screening, study = part("suggestions_screening"), small(part, tmp_path)
    decided = np.arange(0, 90, 4)
    for make in screening.SCREENERS.values():
        scores = make(study, "roads")(decided, study.truth[decided, study.codes.index("roads")])
        assert scores.shape == (90,)
        assert scores[study.truth[:, 1]].mean() > scores[~study.truth[:, 1]].mean()


def test_speed_is_measured_on_a_study_made_of_short_texts(part: Any, tmp_path: Path) -> None:
    sets, speed = part("sets"), part("suggestions_speed")
    coded = sets.CodedSet(
        name="short",
        docs=("",) * 200,
        texts=tuple(f"text {i}" for i in range(200)),
        codes=tuple((f"c{i % 8}",) for i in range(200)),
        parents={},
    )
    study = speed.made(coded, tmp_path, segments=100, codes=4)
    assert isinstance(study.rows, Rows)
    assert (len(study.rows), len(study.codes)) == (100, 4)
    assert {code for codes in study.given for code in codes} == set(study.codes)
    text = speed.speed(study, decisions=40, times=2)
    assert "100 segments × 4 codes" in text
    assert "learn one more decision" in text
    with pytest.raises(SystemExit, match="not 5,000"):
        speed.made(coded, tmp_path, codes=4)


def test_setfit_that_is_not_there_is_named(part: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module = part("suggestions_setfit")

    def missing(name: str) -> Any:
        raise ModuleNotFoundError(name)

    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setattr(module.importlib, "import_module", missing)
    with pytest.raises(SystemExit, match="bench"):
        module._libraries()
