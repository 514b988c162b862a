"""Both parts together: made once, read again, counted anew."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from themescout import project, settings
from themescout.codebook.baseline import Baseline
from themescout.codebook.model import BaselineTheme
from themescout.comparison import service
from themescout.comparison.model import Basis
from themescout.comparison.service import Seen
from themescout.errors import ComparisonError
from themescout.pipeline import adding, run, stages
from themescout.review import service as review
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from themescout.project import Study

DEMO = Path(__file__).parents[2] / "data" / "demo"
NAMES = Baseline(
    source="A paper", themes=(BaselineTheme(theme="late money", code="MONEY", count=7, of=14, page="p. 5"),)
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, two_codes: str) -> Path:
    """Three old interviews, run; one later wave of two. Not to be touched."""
    top = tmp_path_factory.mktemp("service")
    (top / "small.yaml").write_text(two_codes, "utf-8")
    chosen = settings.changed(settings.Settings(), "embed", model="ngrams")
    chosen = settings.changed(
        settings.changed(chosen, "discover", reducer="pca", runs=3), "study", codebook="small.yaml"
    )
    with project.create(top / "study", chosen, codebook_file=top / "small.yaml") as study:
        adding.add(study, [DEMO / "wave1" / name for name in ("KI02.txt", "KI05.md", "KI10.txt")], wave="2012")
        run.run(study)
        adding.add(study, [DEMO / "wave2" / name for name in ("KI22.txt", "KI24.odt")], wave="2026")
    return top / "study"


@pytest.fixture
def study(made: Path, tmp_path: Path) -> Iterator[Study]:
    with project.open_study(Path(shutil.copytree(made, tmp_path / "study"))) as opened:
        yield opened


def test_what_was_compared_is_read_again(study: Study) -> None:
    assert service.read(study, "2026") is None
    found = service.compare(study, "2026")
    assert service.read(study, "2026") == found
    assert found.old is not None
    assert (found.old.title, found.new.title) == ("2012", "2026")
    assert [placed.quote.segment for placed in found.placed] == [
        item.id for item in study.store.segments.all() if item.transcript in {"KI22", "KI24"}
    ]
    texts = study.store.transcripts.texts()
    for placed in found.placed:
        assert texts[placed.quote.transcript][placed.quote.start : placed.quote.end] == placed.quote.text


def test_naming_the_only_other_wave_is_the_same_comparison(study: Study) -> None:
    found = service.compare(study, "2026", against="2012")
    assert service.read(study, "2026") == found


def test_a_decision_is_counted_at_once_and_seen_only_by_those_who_may(study: Study) -> None:
    service.compare(study, "2026")
    item = next(item for item in study.store.segments.all() if item.transcript == "KI24")
    book = stages.load_codebook(study)
    review.decide(
        study, book=book, segment=item.id, verdict=Verdict.CHANGE, kind=Kind.BARRIER, code="MONEY", coder="ada"
    )
    found = service.read(study, "2026")
    assert found is not None
    row = next(row for row in found.rows if row.id == "MONEY" and row.kind is Kind.BARRIER)
    assert "KI24" in row.new.who
    assert next(one for one in found.placed if one.quote.segment == item.id).decided
    hidden = service.read(study, "2026", seen=Seen(log=()))
    assert hidden is not None
    assert all(row.new.count == 0 for row in hidden.rows if row.level != "theme")
    assert all(not one.codes for one in hidden.placed)


def test_the_names_that_were_compared_with_are_read_again(study: Study) -> None:
    found = service.compare(study, "2026", baseline=NAMES)
    assert (found.baseline_source, [one.printed for one in found.baseline]) == ("A paper", ["7 of 14, p. 5"])
    assert service.read(study, "2026") == found
    assert service.compare(study, "2026", baseline=Baseline()).baseline == ()


def test_a_study_of_one_wave_is_compared_with_names_alone(study: Study) -> None:
    for name in ("KI02", "KI05", "KI10"):
        study.store.transcripts.remove(name)
    found = service.compare(study, "2026", baseline=NAMES)
    assert found.old is None
    assert found.rows == ()
    assert len(found.baseline) == 1
    assert found.baseline[0].new.basis is not Basis.PLACED
    assert any("no earlier interviews" in sentence for sentence in found.refused)
    with pytest.raises(ComparisonError, match="nothing to compare"):
        service.compare(study, "2026", baseline=Baseline())


def test_a_single_new_interview_has_no_candidates_and_says_why(study: Study) -> None:
    study.store.transcripts.remove("KI22")
    found = service.compare(study, "2026")
    assert found.candidates == ()
    assert any("there is one new informant" in sentence for sentence in found.refused)
    assert {point.wave for point in found.points} == {"old", "new"}
