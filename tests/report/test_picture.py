"""The map: drawn from exact quotes, escaped, told apart without colours, the same bytes for the same study."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from themescout.report import figure, html, marks, picture
from themescout.report.marks import Box

if TYPE_CHECKING:
    from collections.abc import Callable

CSS = (Path(html.__file__).parent / "templates" / "report.css").read_text("utf-8")
NASTY = ('<script>alert("1")</script>', '🙂 it\'s "so" & $so$', "تأخر المال \u202eكثيرا")


@pytest.fixture
def full(build: Callable[..., Any], make_theme: Callable[..., Any]) -> Any:
    built = build()
    said = built.interview("KI01", *NASTY, *(f"paid late, {i} times" for i in range(20)), "long " * 100 + "end")
    built.find(
        make_theme(0, said[:4], "<b>late</b> · $paid$ · 🙂"), make_theme(1, said[4:10], "تأخر"),
    )  # fmt: skip
    return built


def drawing(source: str) -> ET.Element:
    (found,) = re.findall(r"<svg viewBox=\"0 0 .*?</svg>", source, re.DOTALL)
    return ET.fromstring(found)  # noqa: S314  # our own words


def test_every_segment_has_a_mark_and_its_words(full: Any) -> None:
    contents = full.contents()
    source = html.render(contents)
    svg = drawing(source)
    assert len(svg.findall("path")) == 24
    assert [path.get("class", "").split()[0] for path in svg.findall("path")].count("none") == 14
    texts = full.study.store.transcripts.texts()
    for mark in html.drawing.page_map(contents.themes, contents.picture).marks:
        quote = mark.dot.quote
        assert texts[quote.transcript][quote.start : quote.end] == quote.text
        assert mark.quote == quote.text or (mark.quote.endswith(" …") and quote.text.startswith(mark.quote[:-2]))
        assert 0 <= min(mark.left, mark.top) <= max(mark.left, mark.top) <= 100
    assert source.count('<span class="dot ') == 24
    assert "<script" not in source
    assert "<b>late" not in source


def test_with_the_tab_key_one_goes_through_the_exemplars(full: Any) -> None:
    source = html.render(full.contents())
    assert len(re.findall(r'<span class="dot [^>]*tabindex="0"', source)) == 6
    for label in re.findall(r'aria-labelledby="(d\d+)"', source):
        assert source.count(f'id="{label}"') == 1
    assert '<a class="skip" href="#after-map">' in source


def test_names_say_number_and_title(full: Any) -> None:
    names = ["".join(name.itertext()) for name in drawing(html.render(full.contents())).iter("text")]
    assert names == ["T2 تأخر", "T1 <b>late</b> · $paid$ · 🙂"]


def test_of_many_segments_some_of_every_theme_are_drawn(full: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "DOTS", 9)
    contents = full.contents()
    assert len(contents.picture.dots) == 9
    assert {dot.theme for dot in contents.picture.dots} == {-1, 0, 1}
    assert sum(dot.exemplar for dot in contents.picture.dots) == 6
    assert contents.picture.dots == full.contents().picture.dots
    assert "Of 24 segments 9 are drawn" in html.render(contents)
    assert "9 segments (drawn at random from 24)" in figure.caption(contents)


def test_without_vectors_the_page_says_why_there_is_no_map(
    build: Callable[..., Any], make_theme: Callable[..., Any], tmp_path: Path
) -> None:
    built = build()
    said = built.interview("KI01", "paid late", "paid never", "and so on")
    built.find(make_theme(0, said), vectors=False)
    contents = built.contents()
    assert "the vectors that the themes were found with are not in the study any more" in html.render(contents)
    assert figure.write(tmp_path, contents) == ()


def test_places_are_computed_once(full: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = full.contents().picture
    monkeypatch.setattr("themescout.layout.layout", lambda *_, **__: pytest.fail("computed again"))
    assert full.contents().picture == first


def test_the_map_stays_where_it_is_when_themes_change(
    full: Any, make_theme: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = full.contents().picture
    monkeypatch.setattr("themescout.layout.layout", lambda *_, **__: pytest.fail("computed again"))
    names = sorted(dot.quote.segment for dot in before.dots)
    full.find(make_theme(0, names[5:15], "others"))
    after = full.contents().picture
    where = [{dot.quote.segment: (dot.x, dot.y) for dot in picture.dots} for picture in (before, after)]
    assert where[0] == where[1]
    assert sum(dot.theme == 0 for dot in after.dots) == 10


def test_the_figure_has_the_same_bytes_every_time(full: Any, tmp_path: Path) -> None:
    contents = full.contents()
    for name in ("a", "b"):
        paths = figure.write(tmp_path / name, contents)
        assert [path.name for path in paths] == ["themes.svg", "themes.png", "themes.txt"]
    for path in paths:
        assert path.read_bytes() == (tmp_path / "a" / path.name).read_bytes()
    svg = (tmp_path / "a" / "themes.svg").read_text("utf-8")
    words = "".join(ET.fromstring(svg).itertext())  # noqa: S314  # our own words
    assert "<b>late</b> · $paid$ · 🙂 (4)" in words
    assert "<dc:date>" not in svg
    assert marks.LIGHT[0] in svg
    assert "T2  تأخر (6 segments)" in (tmp_path / "a" / "themes.txt").read_text("utf-8")


def test_colours_of_the_page_are_those_of_the_figure() -> None:
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    for block, colours, loose in zip(
        blocks, (marks.LIGHT, marks.DARK, marks.LIGHT), (marks.LOOSE_LIGHT, marks.LOOSE_DARK, marks.LOOSE_LIGHT),
        strict=True,
    ):  # fmt: skip
        assert tuple(re.findall(r"--m\d: (#[0-9a-f]+)", block)) == colours
        assert f"--loose: {loose}" in block
    assert len(figure._MARKERS) == len(marks.SHAPES)


def test_thirty_themes_have_thirty_marks() -> None:
    assert len({(marks.colour(theme), marks.shape(theme)) for theme in range(30)}) == 30


def test_names_do_not_cover_one_another() -> None:
    wanted = [Box(50, 50, 40, 10)] * 5 + [Box(1, 1, 40, 10)]
    placed = marks.apart(wanted, 200, 200)
    assert placed[0] == wanted[0]
    assert not [1 for i, a in enumerate(placed) for b in placed[:i] if a.meets(b)]
    assert all(box.width / 2 <= box.x <= 200 - box.width / 2 for box in placed)


def test_a_text_is_cut_between_words_and_says_so() -> None:
    assert picture.shortened("paid\n late", 20) == "paid late"
    assert picture.shortened("paid late again", 12) == "paid late …"
    assert picture.shortened("x" * 30, 10) == "x" * 9 + " …"
