"""A study applied to texts: the same answers as inside the study, whatever it was applied to before, and no study."""

from __future__ import annotations

import json
import pickle
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from themescout import embed, project, settings
from themescout.batch.applying import yardstick as module
from themescout.batch.applying.yardstick import Yardstick
from themescout.batch.model import Portion
from themescout.errors import BatchError, ModelError
from themescout.pipeline import adding, curating, stages, suggesting
from themescout.review import service as review
from themescout.suggest import Rows
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from themescout.project import Study
    from themescout.types import Segment

DEMO = Path(__file__).parents[3] / "data" / "demo" / "wave1"
RUN = (stages.cut, stages.embed_all, stages.discover, stages.suggest)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, two_codes: str) -> Iterator[Study]:
    """Two interviews of the demo with themes, suggestions and some decisions, so that surroundings matter."""
    quick = settings.changed(settings.Settings(), "embed", model="ngrams")
    quick = settings.changed(quick, "discover", reducer="pca", runs=3)
    quick = settings.changed(quick, "study", codebook="small.yaml", title="Finished")
    with project.create(tmp_path_factory.mktemp("batch") / "study", quick) as study:
        (study.folder / "small.yaml").write_text(two_codes, "utf-8")
        adding.add(study, [DEMO / "KI02.txt", DEMO / "KI05.md"], wave="wave1")
        for stage in RUN:
            stage(study)
        for i, item in enumerate(study.store.segments.all()[:24]):
            decided(study, item.id, ("MONEY", "PEOPLE", "")[i % 3])
        stages.suggest(study)
        yield study


def decided(study: Study, segment: str, code: str) -> None:
    kind, verdict = (Kind.BARRIER, Verdict.CHANGE) if code else (None, Verdict.REJECT)
    book = stages.load_codebook(study)
    review.decide(study, segment=segment, verdict=verdict, coder="ann", book=book, kind=kind, code=code or None)


@pytest.fixture(scope="module")
def yardstick(finished: Study) -> Yardstick:
    return Yardstick.of(finished)


def portion(items: Sequence[Segment], *, ordered: bool = True, **changes: Any) -> Portion:
    made = Portion(
        sources=("file",) * len(items), docs=tuple(item.transcript for item in items),
        units=tuple(item.id for item in items), starts=tuple(item.start for item in items),
        ends=tuple(item.end for item in items), speakers=tuple(item.speaker for item in items),
        texts=tuple(item.text for item in items), contexts=tuple(item.context for item in items), ordered=ordered,
    )  # fmt: skip
    return replace(made, **changes)


def of_texts(*texts: str, ordered: bool = False, **changes: Any) -> Portion:
    n = len(texts)
    values = {
        "sources": ("t.csv",) * n, "docs": ("",) * n, "units": tuple(map(str, range(n))), "starts": (0,) * n,
        "ends": tuple(map(len, texts)), "speakers": ("",) * n, "texts": texts, "contexts": ("",) * n,
    }  # fmt: skip
    return Portion(**(values | changes), ordered=ordered)


def rows(applied: module.Applied) -> list[dict[str, Any]]:
    return applied.table.to_pylist()  # type: ignore[no-any-return]


def test_the_studys_own_interviews_get_the_studys_own_suggestions(finished: Study, yardstick: Yardstick) -> None:
    items = finished.store.segments.all()
    applied = yardstick.apply(portion(items))
    stored, made = finished.store.suggestions.all(), rows(applied)
    assert len(made) == len(items) == len(stored)
    assert yardstick._matcher.needs_surroundings
    for row in made:
        expected = stored[row["unit"]]
        assert [item["code"] for item in row["suggestions"]] == [item.code for item in expected.ranked]
        np.testing.assert_allclose(
            [item["p"] for item in row["suggestions"]], [item.p for item in expected.ranked], atol=1.01e-4
        )
        assert (row["kind"], row["abstained"]) == (expected.kind, expected.abstained)
        assert row["kind_p"] == pytest.approx(expected.kind_p, abs=1.01e-4)
        assert row["set"] == (None if expected.codes is None else list(expected.codes))
        assert row["code"] == (None if expected.abstained else expected.ranked[0].code)
    assert len({row["code"] for row in made}) > 1


def test_new_interviews_are_told_as_a_matcher_asked_directly_tells_them(finished: Study, yardstick: Yardstick) -> None:
    book, embedder = stages.load_codebook(finished), embed.make("ngrams")
    items = finished.store.segments.all()
    texts = [f"{a.text} {b.text}" for a, b in zip(items[::3], items[1::3], strict=False)]
    docs = ["x" if i % 5 else "y" for i in range(len(texts))]
    matcher, _ = suggesting.fitted(finished, book, embedder, items)
    asked = Rows.of([f"new{i}" for i in range(len(texts))], texts, embedder.embed(texts), docs=docs, ordered=True)
    made = rows(yardstick.apply(of_texts(*texts, docs=tuple(docs), ordered=True)))
    for row, expected in zip(made, matcher.suggest(asked, listed=5), strict=True):
        assert [item["code"] for item in row["suggestions"]] == [item.code for item in expected.ranked]
        np.testing.assert_allclose(
            [item["p"] for item in row["suggestions"]], [item.p for item in expected.ranked], atol=1.01e-4
        )


def test_a_segment_far_from_any_border_stays_in_its_theme(finished: Study, yardstick: Yardstick) -> None:
    themes = {theme.id: theme for theme in finished.store.themes.all()}
    made = rows(yardstick.apply(portion(finished.store.segments.all())))
    for row in made:
        if row["theme"] >= 0:
            assert row["theme_name"] == themes[row["theme"]].title
            assert row["reason"] == ""
    same = [row["theme"] == theme.id for theme in themes.values() for row in made if row["unit"] in theme.members]
    assert np.mean(same) > 0.6


def test_what_came_before_does_not_matter_nor_does_a_pickle(finished: Study, yardstick: Yardstick) -> None:
    items = finished.store.segments.all()
    first, second = portion(items[:7]), portion(items[5:60])
    fresh = Yardstick.loaded(yardstick.dumped())
    alone = fresh.apply(second)
    again = Yardstick.loaded(yardstick.dumped())
    for before in (first, of_texts("zebra zebra", ""), portion(items[:1]), second):
        again.apply(before)
    assert again.apply(second).table.equals(alone.table)
    assert yardstick.apply(second).table.equals(alone.table)
    assert again.dumped() == fresh.dumped(), "nothing is remembered, and no model is kept"


def test_it_needs_no_study(finished: Study, yardstick: Yardstick, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = yardstick.apply(of_texts("The money came late."))
    monkeypatch.setattr(project, "open_study", lambda *_: pytest.fail("the study was opened"))
    monkeypatch.chdir("/")
    made = Yardstick.loaded(yardstick.dumped())
    assert made._embedders == ()
    assert made.apply(of_texts("The money came late.")).table.equals(expected.table)
    assert (made.title, made.fingerprint, made.keys) == ("Finished", yardstick.fingerprint, yardstick.keys)


def test_an_empty_text_has_no_theme_and_no_code(yardstick: Yardstick) -> None:
    applied = yardstick.apply(of_texts("", "Nobody paid the nurses.", " \n"))
    for row in (rows(applied)[0], rows(applied)[2]):
        assert (row["theme"], row["code"], row["abstained"], row["suggestions"]) == (-1, None, True, [])
    assert dict(applied.codes)[""] >= 2
    assert sum(count for _, count in applied.codes) == sum(count for _, count in applied.themes) == 3
    assert yardstick.apply(of_texts()).table.num_rows == 0


def test_counts_are_those_of_the_table(finished: Study, yardstick: Yardstick) -> None:
    applied = yardstick.apply(portion(finished.store.segments.all()))
    made = rows(applied)
    for column, counted in (("theme", applied.themes), ("code", applied.codes)):
        values = ["" if row[column] is None else row[column] for row in made]
        assert counted == tuple((value, values.count(value)) for value in sorted(set(values)))
    assert [part for part, _ in applied.seconds] == ["embed", "judge"]
    assert all(seconds >= 0 for _, seconds in applied.seconds)


def test_documents_of_one_name_in_two_files_do_not_see_one_another(yardstick: Yardstick) -> None:
    texts = ("Nobody paid them.", "The fuel ran out.", "We waited.", "Who decides that?")
    both = of_texts(*texts, ordered=True, docs=("d",) * 4, sources=("a", "a", "b", "b"))
    apart = of_texts(*texts[:2], ordered=True, docs=("d",) * 2)
    assert [row["p"] for row in rows(yardstick.apply(both))[:2]] == [row["p"] for row in rows(yardstick.apply(apart))]
    one = rows(yardstick.apply(replace(both, sources=("a",) * 4)))
    assert [row["suggestions"] for row in one] != [row["suggestions"] for row in rows(yardstick.apply(both))]


def test_what_was_asked_counts_where_the_order_of_speaking_is_not_known(yardstick: Yardstick) -> None:
    texts = ("It was late.", "It was late.")
    asked, bare = of_texts(*texts, contexts=("And the money?", "")), of_texts(*texts)
    first, second = rows(yardstick.apply(asked))
    assert first["suggestions"] != second["suggestions"]
    assert second["suggestions"] == rows(yardstick.apply(bare))[1]["suggestions"]
    in_order = [replace(one, docs=("d", "d"), ordered=True) for one in (asked, bare)]
    made, plain = (yardstick.apply(one).table["suggestions"] for one in in_order)
    assert made.equals(plain)


def test_each_distinct_text_is_embedded_once_and_progress_is_told(
    yardstick: Yardstick, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[int, int]] = []
    yardstick.apply(of_texts("a", "b", "a", "longer", ""), lambda done, total: heard.append((done, total)))
    assert heard == [(4, 4)]


def test_vectors_are_written_where_asked_for(yardstick: Yardstick) -> None:
    table = yardstick.apply(of_texts("Nobody paid.", ""), vectors=True).table
    expected = embed.make("ngrams").embed(["Nobody paid.", ""]).astype(np.float16)
    np.testing.assert_array_equal(np.array(table["vector"].to_pylist(), np.float16), expected)
    assert "vector" not in yardstick.apply(of_texts("Nobody paid.")).table.schema.names


def test_a_study_is_not_written_to(finished: Study, tmp_path: Path) -> None:
    before = (finished.folder / "study.db").read_bytes()
    Yardstick.of(finished).apply(of_texts("money"))
    assert (finished.folder / "study.db").read_bytes() == before


@pytest.fixture
def copied(finished: Study, tmp_path: Path) -> Iterator[Study]:
    shutil.copytree(finished.folder, tmp_path / "copy")
    with project.open_study(tmp_path / "copy") as study:
        yield study


def rename(study: Study) -> Study:
    curating.name(study, study.store.themes.all()[0].id, "Another name", coder="ann")
    return study


def decide(study: Study) -> Study:
    decided(study, study.store.segments.all()[-1].id, "")
    return study


def reword(study: Study) -> Study:
    path = study.folder / "small.yaml"
    path.write_text(path.read_text("utf-8").replace("budgets, salaries", "salaries"), "utf-8")
    return study


def reseed(study: Study) -> Study:
    return replace(study, settings=replace(study.settings, seed=7))


def test_the_fingerprint_is_the_same_for_a_copy_of_the_study(copied: Study, yardstick: Yardstick) -> None:
    assert Yardstick.of(copied).fingerprint == yardstick.fingerprint


@pytest.mark.parametrize("change", [rename, decide, reword, reseed])
def test_the_fingerprint_holds_all_that_it_rests_on(
    change: Callable[[Study], Study], copied: Study, yardstick: Yardstick
) -> None:
    assert Yardstick.of(change(copied)).fingerprint != yardstick.fingerprint


def test_a_discarded_theme_takes_nothing_in(copied: Study, yardstick: Yardstick) -> None:
    items = copied.store.segments.all()
    number, count = max(((n, c) for n, c in yardstick.apply(portion(items)).themes if n >= 0), key=lambda pair: pair[1])
    curating.discard(copied, number, coder="ann")
    made = Yardstick.of(copied).apply(portion(items))
    assert number not in dict(made.themes)
    assert sum(row["reason"] == "taken out" for row in rows(made)) > count / 2


def test_a_study_that_was_not_run_is_refused(make_study: Callable[..., Study], two_codes: str) -> None:
    study = make_study(codebook="small.yaml")
    (study.folder / "small.yaml").write_text(two_codes, "utf-8")
    with pytest.raises(BatchError, match="has no segments") as caught:
        Yardstick.of(study)
    assert f"themescout run {study.folder}" in caught.value.hint
    adding.add(study, [DEMO / "KI02.txt"], wave="wave1")
    for stage in RUN[:3]:
        stage(study)
    with pytest.raises(BatchError, match="has no suggestions yet"):
        Yardstick.of(study)


def test_interviews_that_were_added_since_are_refused(copied: Study) -> None:
    adding.add(copied, [DEMO / "KI01.docx"], wave="wave1")
    stages.cut(copied)
    with pytest.raises(BatchError, match=r"\d+ segments that its themes do not know yet"):
        Yardstick.of(copied)
    stages.embed_all(copied)
    stages.discover(copied)
    Yardstick.of(copied)
    other = replace(copied, settings=settings.changed(copied.settings, "embed", model="default"))
    with pytest.raises(BatchError, match="segments without vectors of its model"):
        Yardstick.of(other)


def test_another_version_or_a_damaged_file_is_refused(yardstick: Yardstick, monkeypatch: pytest.MonkeyPatch) -> None:
    data = yardstick.dumped()
    for damaged in (b"", b"{}\n", data[:-1], data[:-1] + bytes([data[-1] ^ 1]), data[3:], b"[1]\n", b"\xff\n"):
        with pytest.raises(BatchError, match="is damaged"):
            Yardstick.loaded(damaged)
    monkeypatch.setattr(module, "__version__", "9.9")
    with pytest.raises(BatchError, match=r"made by themescout 0\.\d+\.\d+, and this is 9\.9"):
        Yardstick.loaded(data)


def test_what_is_not_a_yardstick_is_not_unpickled(monkeypatch: pytest.MonkeyPatch, yardstick: Yardstick) -> None:
    monkeypatch.setattr(pickle, "loads", lambda _: pytest.fail("unpickled before it was checked"))
    head, _, body = yardstick.dumped().partition(b"\n")
    wrong = json.dumps(json.loads(head) | {"sha256": "0" * 64}).encode()
    with pytest.raises(BatchError, match="is damaged"):
        Yardstick.loaded(wrong + b"\n" + body)


def test_another_model_than_the_studys_is_refused(yardstick: Yardstick, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Yardstick.loaded(yardstick.dumped())

    class Other:
        key = "another"

    monkeypatch.setattr(embed, "make", lambda *_: Other())
    with pytest.raises(BatchError, match="not the one that the study used"):
        made.apply(of_texts("a"))


def test_a_model_that_is_missing_is_said(yardstick: Yardstick, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Yardstick.loaded(yardstick.dumped())
    monkeypatch.setattr(made, "models", (("/no/such/folder", "torch"),))
    with pytest.raises(ModelError):
        made.apply(of_texts("a"))


def test_a_model_folder_is_named_with_its_whole_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert module.lasting("models/mine") == str(tmp_path / "models" / "mine")
    assert module.lasting("default") == "default"
