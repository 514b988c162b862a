"""Make the pictures of the documentation from a demo study.

    python scripts/make_pictures.py STUDY

STUDY is what `themescout demo` makes. A copy of it is coded from the gold coding, all but the end of one interview.
`docs/pictures/review.svg` is the screen of the terminal review at the next suggestion, and `docs/pictures/report.png`
the top of the report of the copy (Chromium takes it); `docs/pictures/themes.png` is its map of themes. Nothing is
written to STUDY.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from themescout import project
from themescout.cli.terminal.session import Session
from themescout.cli.terminal.view import Screen
from themescout.pipeline import run, stages
from themescout.resources import resource
from themescout.review import service
from themescout.review.arranging import Order
from themescout.types import Kind, Segment, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WINDOW = (1280, 1600)  # pixels of the report that are shown
LEFT = "KI12"  # the interview whose second half is left uncoded


def review_picture(study_folder: Path, target: Path, *, coder: str = "you", width: int = 100, height: int = 26) -> None:
    """Write the first screen of the terminal review of a study as SVG; the same study gives the same bytes."""
    console = Console(
        record=True, file=io.StringIO(), width=width, height=height, force_terminal=True, color_system="truecolor",
        highlight=False, emoji=False, _environ={},
    )  # fmt: skip
    with project.open_study(study_folder) as study:
        session = Session(study=study, book=stages.load_codebook(study), coder=coder)
        loaded = session.load(Order.INTERVIEW)
        # Those that are decided without a suggestion are not what a first look should show.
        state = replace(loaded, todo=tuple(item for item in loaded.todo if item.kept_back is None))
        console.print(Screen(state, session.captions(state)))
    svg = console.export_svg(title="themescout review", unique_id="review")
    # rich points to a font in the web; a picture of ours loads nothing from elsewhere.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL).replace("Fira Code,", "")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("".join(f"{line.rstrip()}\n" for line in svg.splitlines()), "utf-8")


def report_picture(report: Path, target: Path) -> None:
    """Write the top of an HTML report as PNG."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        sys.exit(f"None of {', '.join(BROWSERS)} is installed.")
    target.parent.mkdir(parents=True, exist_ok=True)
    # Chromium's sandbox refuses to run as root, as in containers.
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                browser, "--headless=new", *as_root, "--disable-gpu", "--hide-scrollbars", "--disable-extensions",
                "--force-device-scale-factor=1", "--force-color-profile=srgb", f"--user-data-dir={profile}",
                f"--window-size={WINDOW[0]},{WINDOW[1]}", f"--screenshot={target}", report.resolve().as_uri(),
            ],
            check=True, timeout=120, stderr=subprocess.DEVNULL,
        )  # fmt: skip


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
    """Make the three pictures."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "demo-study"
        shutil.copytree(sys.argv[1], copy)
        with project.open_study(copy) as study:
            code_from_gold(study)
            _, report = run.run(study)
        review_picture(copy, PICTURES / "review.svg", coder="gold")
        report_picture(report.html, PICTURES / "report.png")
        shutil.copy(report.html.parent / "figures" / "themes.png", PICTURES / "themes.png")


if __name__ == "__main__":
    main()
