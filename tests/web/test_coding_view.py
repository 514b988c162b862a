"""The coding view in a real browser, by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from themescout import project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page


def decisions(folder: Path) -> list[str]:
    with project.open_study(folder) as study:
        return [d.verdict.value for d in study.store.decisions.all()]


def test_accept_is_one_key_and_is_stored(review: Callable[..., Page], study: Path) -> None:
    page = review("/")
    page.keyboard.press("a")
    expect(page.locator("#message")).to_contain_text("Accepted")
    assert decisions(study) == ["accept"]


@pytest.mark.parametrize("path", ["/", "/themes", "/codebook", "/transcripts", "/tables", "/progress", "/coders"])
def test_axe_finds_nothing(path: str, review: Callable[..., Page], accessible: Callable[[Page], None]) -> None:
    accessible(review(path))
