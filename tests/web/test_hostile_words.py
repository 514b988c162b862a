"""Words that look like something else are shown as words, in every view."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from themescout import project, settings
from themescout.pipeline import adding, run, stages
from themescout.review import service
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

MARK = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
CODER = f"ann {MARK}"
WORD = "W" * 100_000
SPEECH = (
    f"The money {MARK} never came, \u202eand that was that\u202c, \u2066nobody\u2069 paid for it. =1+1 is no formula. ",
    f"Nobody was there to do the work {{{{ 7*7 }}}} and the staff left, which was hard for all of us. {WORD}",
    "We do not know which of the two works better, and I would like somebody to find out before we go on with it.",
    "The budget </textarea></script><!-- came in the autumn, after the season in which people fall ill, every year.",
    "There were 🎉 two nurses for the district, and one of them was always away at a training in the capital.",
    "Thank you, it went very well indeed, and the people whom we had trained stayed with us for many years after.",
    "And the leaders changed every spring, so that nobody knew who was to be asked about anything at all that year.",
)


@pytest.fixture
def hostile(tmp_path: Path, two_codes: str) -> Path:
    """A study with such words in its title, its transcripts, the codebook, the coder's name and a memo."""
    quoted = MARK.replace('"', "'")
    book = two_codes.replace("name: Money,", f'name: "{quoted} Money",').replace("Funds, budgets", f"{quoted} Funds")
    (tmp_path / "small.yaml").write_text(book, "utf-8")
    with (tmp_path / "KI<b>.csv").open("w", encoding="utf-8", newline="") as file:
        rows = [row for words in SPEECH for row in (("Interviewer", f"And {MARK}?"), (f"R {MARK}", words))]
        csv.writer(file).writerows([("speaker", "text"), *rows])
    made = settings.changed(settings.Settings(), "embed", model="ngrams")
    made = settings.changed(settings.changed(made, "discover", reducer="pca", runs=3), "review", blind=0.0)
    made = settings.changed(made, "study", codebook="small.yaml", title=f"Study {MARK}")
    with project.create(tmp_path / "study", made, codebook_file=tmp_path / "small.yaml") as study:
        adding.add(study, [tmp_path / "KI<b>.csv"], wave=MARK)
        run.run(study)
        for item in study.store.segments.all()[:3]:
            service.decide(
                study, segment=item.id, verdict=Verdict.CHANGE, kind=Kind.BARRIER, code="MONEY", coder=CODER,
                book=stages.load_codebook(study), memo=f"=cmd {MARK} \u202e", seconds=9.0,
            )  # fmt: skip
    return tmp_path / "study"


def test_they_are_shown_as_words_and_nothing_else(serve: Callable[..., Any], page: Page, hostile: Path) -> None:
    served = serve(hostile, CODER)
    page.goto(served.opening[CODER])
    page.wait_for_selector("body[data-ready]")
    expect(page.locator(".coder strong")).to_have_text(CODER)
    with project.open_study(hostile) as study:
        name = next(iter(study.store.transcripts.hashes()))
    paths = [
        "/", "/themes", "/themes?theme=T1", "/codebook", "/codebook/MONEY", "/codebook/-/versions", "/transcripts",
        f"/transcripts/{name}", f"/transcripts/{name}?mode=reading", "/tables?suggested=1",
        "/tables/quotes?kind=barrier&code=MONEY", "/tables/matrix?kind=barrier", "/progress", "/coders", "/compare",
        "/coders/disagreements",
    ]  # fmt: skip
    for path in paths:
        answer = page.goto(served.address + path)
        assert answer
        assert answer.status == 200, path
        page.wait_for_timeout(150)
        assert page.evaluate("window.hit === undefined"), path
        assert page.locator("main img, main script").count() == 0, path
        assert "<script>window.hit" in page.locator("body").inner_text(), path  # the coder's name, for one
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
