"""How quick the review is in a large study: a real browser, a real server, live learning on.

    python scripts/bench_review.py [--segments 100000] [--decided 500] [--keys 300] [--folder DIR]

Makes a study (kept in DIR, and used again, where one is given), serves it as `themescout review` does, opens it in
Chromium without a screen and presses keys. Each time is that which the page itself measures from a key to the next
frame in which another segment stands there. Chromium must be installed.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from benchmarks import review_study

if TYPE_CHECKING:
    from playwright.sync_api import Page

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
# From a key to the first frame in which another segment is marked on the page.
MEASURE = """() => {
  window.times = [];
  let began = 0, before = "";
  const now = () => document.querySelector("#turns .segment")?.closest(".turn").parentElement.dataset.segment || "";
  addEventListener("keydown", () => { began = performance.now(); before = now(); }, true);
  new MutationObserver(() => {
    if (!began || now() === before) return;
    const from = began; began = 0;
    requestAnimationFrame(() => requestAnimationFrame(() => window.times.push(performance.now() - from)));
  }).observe(document.getElementById("turns"), { childList: true, subtree: true, attributes: true });
}"""


def serve(folder: Path) -> tuple[subprocess.Popen[str], str, float]:
    """The server, its opening address, and the seconds until it listened."""
    began = time.monotonic()
    command = [sys.executable, "-c", "from themescout.cli import main; main()", "review", str(folder), "--no-browser"]
    process = subprocess.Popen([*command, "--coder", "bench"], stdout=subprocess.PIPE, text=True)
    assert process.stdout  # noqa: S101  # it was asked for
    line = process.stdout.readline().strip()
    if "http://" not in line:
        sys.exit("The review did not start.")
    return process, line, time.monotonic() - began


def opened(page: Page, address: str) -> float:
    """Milliseconds from asking for the page to the segment on it."""
    began = time.monotonic()
    page.goto(address)
    page.wait_for_selector("#turns .segment")
    return 1000 * (time.monotonic() - began)


def pressed(page: Page, count: int) -> list[float]:
    """Milliseconds of each of `count` decisions."""
    page.evaluate(MEASURE)
    for i in range(count):
        suggested = page.locator("#suggestion .codes").count()
        page.keyboard.press(("1", "n", "2", "x", "3")[i % 5] if suggested else "n")
        if page.locator("#asking[open]").count():
            page.keyboard.press("b")
        _until(page, i + 1)
    return [float(one) for one in page.evaluate("window.times")]


def _until(page: Page, count: int) -> None:
    for _ in range(2_000):
        if page.evaluate("window.times.length") >= count:
            return
        time.sleep(0.005)
    sys.exit(f"No next segment after key {count}.")


def main() -> None:
    """Make or take the study, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segments", type=int, default=100_000)
    parser.add_argument("--decided", type=int, default=500)
    parser.add_argument("--keys", type=int, default=300)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or Path(scratch) / "large"
        if not folder.exists():
            review_study.make(folder, given.segments, decided=given.decided, seed=1)
        copy = Path(shutil.copytree(folder, Path(scratch) / "copy"))
        measure(copy, given.keys)


def measure(folder: Path, keys: int) -> None:
    """Print the table."""
    process, address, started = serve(folder)
    browser_path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
            first = [opened(browser.new_context().new_page(), address) for _ in range(5)]
            page = browser.new_page()
            opened(page, address)
            while not page.locator("#far[data-live=yes]").count():
                time.sleep(1)
                opened(page, page.url)
            times = sorted(pressed(page, keys))
            browser.close()
    finally:
        process.kill()
    print(f"server listens after {started:.1f} s; first page {first[0]:.0f}, median {statistics.median(first):.0f} ms")
    rank = [times[min(len(times) - 1, int(share * len(times)))] for share in (0.5, 0.9, 0.95, 0.99)]
    print("key to next segment, ms: median {:.0f}, 90 % {:.0f}, 95 % {:.0f}, 99 % {:.0f}".format(*rank))


if __name__ == "__main__":
    main()
