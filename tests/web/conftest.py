"""A review as people use it: a server of its own, a browser without a screen, and clients without either."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from starlette.testclient import TestClient

from themescout import project, settings
from themescout.pipeline import adding, run, stages
from themescout.review.desk import Desk
from themescout.web.access import Access
from themescout.web.app import create

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from themescout.review.live import Live

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "demo" / "wave1"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Without these a browser asks its maker for news at every start, and refuses to run as root.
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync")
AXE = ROOT / ".tools" / "node_modules" / "axe-core" / "axe.min.js"
MAIN = "from themescout.cli import main; main()"
HOST = "127.0.0.1:8765"


def missing(what: str) -> NoReturn:
    """Skip the test, but for CI, which has everything."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(what)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, two_codes: str) -> Path:
    """A small study that was run to suggestions. Not to be touched: tests take copies of it."""
    top = tmp_path_factory.mktemp("finished")
    (top / "small.yaml").write_text(two_codes, "utf-8")
    made = settings.changed(settings.Settings(), "embed", model="ngrams")
    made = settings.changed(settings.changed(made, "discover", reducer="pca", runs=3), "study", codebook="small.yaml")
    made = settings.changed(made, "review", blind=0.0, double=0.0)
    with project.create(top / "study", made, codebook_file=top / "small.yaml") as study:
        adding.add(study, [DEMO / "KI02.txt", DEMO / "KI05.md", DEMO / "KI10.txt"], wave="wave1")
        run.run(study)
    return top / "study"


@pytest.fixture
def study(finished: Path, tmp_path: Path) -> Path:
    """A copy of the finished study."""
    return Path(shutil.copytree(finished, tmp_path / "study"))


@pytest.fixture
def opened(study: Path) -> Iterator[project.Study]:
    """The copy, open."""
    with project.open_study(study, shared=True) as found:
        yield found


def change_settings(folder: Path, section: str, **values: object) -> None:
    """Write other values into a study's settings file."""
    path = folder / project.SETTINGS_FILE
    path.write_text(settings.as_toml(settings.changed(settings.read(path), section, **values)), "utf-8")


class Client(TestClient):
    """Asks the application itself, without a network, in the name of a coder."""

    def __init__(self, desk: Desk, coder: str = "ann", token: str = "t" * 43) -> None:
        super().__init__(
            create(desk, Access(tokens={token: coder}, hosts=frozenset({HOST}))),
            base_url=f"http://{HOST}",
            headers={"authorization": f"Bearer {token}"},
        )
        self.desk = desk


@pytest.fixture
def client(opened: project.Study) -> Iterator[Callable[..., Client]]:
    """Make a client: `client("ann", live=…, read_only=True)`; all of one test share a desk unless told otherwise."""
    desks: dict[str, Desk] = {}

    def make(coder: str = "ann", *, live: Live | None = None, read_only: bool = False) -> Client:
        name = f"{read_only} {id(live)}"
        if name not in desks:
            desks[name] = Desk(opened, stages.load_codebook(opened), live=live, read_only=read_only)
        return Client(desks[name], coder)

    yield make
    for desk in desks.values():
        desk.close()


@dataclass(frozen=True, slots=True)
class Served:
    """A running review: the process, its address, and the opening address of each coder."""

    process: subprocess.Popen[str]
    address: str
    opening: dict[str, str]


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Serve a study as `themescout review` does: `serve(folder, "ann", "ben", options=("--read-only",))`."""
    with ExitStack() as stack:

        def start(folder: Path, *coders: str, options: tuple[str, ...] = ()) -> Served:
            names = coders or ("ann",)
            command = [sys.executable, "-c", MAIN, "review", str(folder), "--no-browser", *options]
            command += [part for name in names for part in ("--coder", name)]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "NO_COLOR": "1"})
            stack.callback(_end, process)
            opening = {}
            assert process.stdout
            for name in names:
                line = process.stdout.readline().strip()
                assert "http://" in line, line
                opening[name] = line[line.index("http://") :]
            return Served(process, opening[names[0]].partition("/?")[0], opening)

        yield start


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    if process.stdout:
        process.stdout.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; the test is skipped where there is none."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        missing(f"none of {', '.join(BROWSERS)} is installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a small laptop's size. An error in a script, or anything asked of another host, fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None)
    opened.on("request", lambda asked: errors.append(asked.url) if "127.0.0.1" not in asked.url else None)
    yield opened
    context.close()
    assert errors == []


@pytest.fixture
def review(serve: Callable[..., Served], page: Page, study: Path) -> Callable[..., Page]:
    """Open the copy of the finished study at a path, as coder ann: `review("/themes")`."""

    def go(path: str = "/", **how: Any) -> Page:
        served = serve(study, "ann", **how)
        page.goto(served.opening["ann"])
        page.wait_for_selector("body[data-ready]")
        if path != "/":
            page.goto(served.address + path)
        return page

    return go


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Check a page with axe-core: no violation of WCAG 2.2 level A or AA; skipped where axe-core is not installed."""

    def check(page: Page) -> None:
        if not AXE.is_file():
            missing("axe-core is not installed: npm install --prefix .tools axe-core")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(AXE.read_text("utf-8"))  # not as a <script>: the page's own policy forbids that
            found = page.evaluate(
                "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
            )
            problems = [
                f"{scheme}: {one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes']]}"
                for one in found["violations"]
            ]
            assert problems == []

    return check
