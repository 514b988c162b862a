"""Make the pictures of the documentation from a demo study.

    python scripts/make_pictures.py STUDY

STUDY is what `themescout demo` makes. A copy of it is coded from the gold coding, all but the end of one interview, and
reviewed in Chromium without a screen: `docs/pictures/review-code.png`, `review-interview.png`, `review-themes.png` and
`review-matrix.png`. `docs/pictures/report.png` is the top of the report of the copy, `themes.png` its map of themes.
Then the demo's second wave is compared with the first: `compare.png` is the first figure of that page.
Nothing is written to STUDY.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from themescout import project
from themescout.comparison import pages
from themescout.comparison import service as comparing
from themescout.pipeline import demo, run, stages
from themescout.resources import resource
from themescout.review import service
from themescout.types import Kind, Segment, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WINDOW = (1280, 1600)  # pixels of the report that are shown
SCREEN = (1280, 800)  # pixels of the review
FLAGS = ["--disable-gpu", "--disable-background-networking", "--disable-sync", "--force-color-profile=srgb"]
# Chromium's sandbox refuses to run as root, as in containers.
AS_ROOT = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
VIEWS = {
    "interview": "/transcripts/KI12",
    "themes": "/themes?theme=T5",
    "matrix": "/tables/matrix?kind=barrier",
}
LEFT = "KI12"  # the interview whose second half is left uncoded


def review_pictures(study_folder: Path, folder: Path, *, coder: str) -> None:
    """Write a picture of each of some views of the review, as the browser shows it to `coder`."""
    command = [sys.executable, "-c", "from themescout.cli import main; main()", "review", str(study_folder)]
    process = subprocess.Popen([*command, "--no-browser", "--coder", coder], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout  # noqa: S101  # it was asked for
        opening = process.stdout.readline().strip()
        with sync_playwright() as playwright:
            started = playwright.chromium.launch(executable_path=browser(), args=[*AS_ROOT, *FLAGS])
            page = started.new_page(viewport={"width": SCREEN[0], "height": SCREEN[1]}, reduced_motion="reduce")
            page.goto(f"{opening}&order=interview")
            page.wait_for_selector("#turns .segment")
            while not page.locator("#suggestion .codes").count():  # those decided without one are no first look
                page.keyboard.press("s")
                page.wait_for_timeout(300)
            page.screenshot(path=folder / "review-code.png")
            for name, path in VIEWS.items():
                page.goto(opening.partition("/?")[0] + path)
                page.wait_for_timeout(1500)  # suggestions in the margin come after the page
                page.screenshot(path=folder / f"review-{name}.png")
            started.close()
    finally:
        process.kill()


def browser() -> str:
    """Path of Chromium."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        sys.exit(f"None of {', '.join(BROWSERS)} is installed.")
    return found


def report_picture(report: Path, target: Path) -> None:
    """Write the top of an HTML report as PNG."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                browser(), "--headless=new", *AS_ROOT, "--disable-gpu", "--hide-scrollbars", "--disable-extensions",
                "--force-device-scale-factor=1", "--force-color-profile=srgb", f"--user-data-dir={profile}",
                f"--window-size={WINDOW[0]},{WINDOW[1]}", f"--screenshot={target}", report.resolve().as_uri(),
            ],
            check=True, timeout=120, stderr=subprocess.DEVNULL,
        )  # fmt: skip


def figure_picture(page_file: Path, target: Path) -> None:
    """Write the first figure of a page as PNG."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser(), args=[*AS_ROOT, *FLAGS])
        page = started.new_page(viewport={"width": SCREEN[0], "height": SCREEN[1]}, reduced_motion="reduce")
        page.goto(page_file.resolve().as_uri())
        page.locator("figure").first.screenshot(path=target)
        started.close()


def code_from_gold(study: project.Study) -> None:
    """Decide every segment as the gold coding has it: what overlaps no coded passage is nothing to code."""
    book = stages.load_codebook(study)
    known = {code.id for code in book.codes}
    texts = study.store.transcripts.texts()
    rows = [json.loads(line) for line in resource("data", "gold", "demo.jsonl").read_text("utf-8").splitlines()]
    items = study.store.segments.all()
    last = [item for item in items if item.transcript == LEFT]
    open_ones = {item.id for item in last[len(last) // 2 :]}
    for item in items:
        if item.id in open_ones:
            continue
        found = [row for row in rows if row["codes"] and row["doc"] == item.transcript and _overlaps(row, item, texts)]
        labels = [
            (Kind(row["kind"]), code if code in known else f"{code[:3]}-OTHER")
            for row in found
            for code in row["codes"]
        ]
        _decide(study, item, labels[:2])


def _overlaps(row: dict[str, str], item: Segment, texts: Mapping[str, str]) -> bool:
    """Whether at least half of the shorter of passage and segment lies in the other."""
    start = texts[item.transcript].find(row["quote"])
    shared = min(item.end, start + len(row["quote"])) - max(item.start, start)
    return start >= 0 and shared >= min(len(row["quote"]), len(item.text)) / 2


def _decide(study: project.Study, item: Segment, labels: list[tuple[Kind, str]]) -> None:
    book, found = stages.load_codebook(study), service.item(study, item.id)
    suggestion, shown = found.suggestion, service.shown(found)
    if not labels:
        service.decide(study, segment=item.id, verdict=Verdict.REJECT, coder="gold", book=book, shown=shown)
        return
    first = suggestion.ranked[0].code if suggestion and suggestion.ranked else ""
    for number, (kind, code) in enumerate(dict.fromkeys(labels)):
        verdict = Verdict.ADD if number else Verdict.ACCEPT if code == first else Verdict.CHANGE
        service.decide(
            study, segment=item.id, verdict=verdict, kind=kind, code=code, coder="gold", book=book, shown=shown
        )


def main() -> None:
    """Make the pictures."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "demo-study"
        shutil.copytree(sys.argv[1], copy)
        with project.open_study(copy) as study:
            code_from_gold(study)
            _, report = run.run(study)
        review_pictures(copy, PICTURES, coder="gold")
        report_picture(report.html, PICTURES / "report.png")
        shutil.copy(report.html.parent / "figures" / "themes.png", PICTURES / "themes.png")
        with project.open_study(copy) as study:
            demo.add_second_wave(study)
            page, *_ = pages.write(comparing.compare(study, demo.SECOND), study.reports_folder)
        figure_picture(page, PICTURES / "compare.png")


if __name__ == "__main__":
    main()
