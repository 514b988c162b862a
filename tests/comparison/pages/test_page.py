"""The page: what few informants could show comes first, quotes are verbatim, nothing is claimed too far."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from themescout.comparison.model import AID, Outcome
from themescout.comparison.pages import page
from themescout.comparison.pages.figures import KEYS, figures
from themescout.comparison.pages.panels import panels

if TYPE_CHECKING:
    from types import ModuleType

    from themescout.comparison.model import Comparison

VOID = {"meta", "br", "hr", "img", "link", "input"}
FORBIDDEN = re.compile(r"\b(gone|significan\w*|disappear\w*|did not exist|vanish\w*)\b", re.IGNORECASE)


class Page(HTMLParser):
    """Tags with their attributes, the text of each section by id, headings in order; refuses tags left open."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.inside: list[str] = []
        self.sections: dict[str, str] = {}
        self.everything = ""
        self.feed(source)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "section":
            self.inside.append(str(dict(attrs)["id"]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag
        if tag == "section":
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            return
        self.everything += data
        if self.inside:
            self.sections[self.inside[-1]] = self.sections.get(self.inside[-1], "") + data

    def text(self, section: str) -> str:
        return " ".join(self.sections[section].split())


def bare(found: Comparison) -> Comparison:
    """Nothing but the new wave and that nothing could be done."""
    return replace(
        found, old=None, resolution=(), plan=(), rows=(), baseline=(), placed=(), candidates=(), meanings=(),
        profile=None, points=(), refused=("Nothing was compared: there is no earlier wave.",), notes=(), kinds=False,
    )  # fmt: skip


def cases(made: ModuleType) -> dict[str, Comparison]:
    """Comparisons that lack something each, or hold something odd."""
    full = made.comparison()
    odd = made.HOSTILE + " \u202e" + made.ARABIC + " " + "Überlang" * 60
    one = replace(full.candidates[0], title=odd, keywords=(odd,), settings=(odd,), sentence=odd, theme=30)
    nobody = made.share(0, 0)
    unheld = tuple(replace(item, p=1.0, q=1.0, novel=False) for item in full.placed)
    return {
        "full": full,
        "bare": bare(full),
        "baseline alone": replace(bare(full), baseline=full.baseline, placed=unheld),
        "no kinds": replace(full, kinds=False, rows=made.rows(kinds=False)),
        "no decisions": replace(full, new=replace(full.new, decided=0)),
        "no candidates": replace(full, candidates=(), points=()),
        "odd words": replace(
            full, study=odd, candidates=(one,), refused=(odd,), notes=(odd,), baseline_source=odd,
            rows=tuple(replace(row, title=odd) for row in full.rows[:3]),
            new=replace(full.new, title=odd, informants=(odd,), settings=(odd,)),
            placed=tuple(replace(item, setting=odd) for item in full.placed),
        ),
        "nobody in the old wave": replace(
            full, rows=tuple(replace(row, old=nobody, difference=None, low=None, high=None, rose=None, p=None)
                             for row in full.rows), profile=None, meanings=(),
        ),
        "no setting filled in": replace(full, new=replace(full.new, settings=())),
        "orphans": replace(full, rows=full.codes),
        "all p are 1": replace(full, placed=unheld),
        "p of 0": replace(full, placed=tuple(replace(item, p=0.0, q=0.0) for item in full.placed)),
    }  # fmt: skip


CASES = (
    "full", "bare", "baseline alone", "no kinds", "no decisions", "no candidates", "odd words",
    "nobody in the old wave", "no setting filled in", "orphans", "all p are 1", "p of 0",
)  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_every_case_is_a_whole_page_that_loads_nothing(made: ModuleType, name: str) -> None:
    source = page.render(cases(made)[name])
    read = Page(source)
    assert not {tag for tag, _ in read.tags} & {"script", "link", "img", "iframe", "object", "embed", "base"}
    links = [str(value) for _, attrs in read.tags for key, value in attrs.items() if key in {"src", "href", "action"}]
    ids = [attrs["id"] for _, attrs in read.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert all(link.startswith("#") and link[1:] in ids for link in links)
    assert not re.search(r"https?://|url\(|@import", source)
    assert not [key for _, attrs in read.tags for key in attrs if key.startswith("on")]
    assert "None" not in read.everything.replace("None.", "")
    assert not FORBIDDEN.search(read.everything)


@pytest.mark.parametrize("name", CASES)
def test_every_figure_is_well_formed_and_stays_within_its_frame(made: ModuleType, name: str) -> None:
    found = cases(made)[name]
    for one in figures(found):
        assert one.key in KEYS
        root = ET.fromstring(page.svg(one, found).encode())  # noqa: S314  # our own
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        width, height = float(root.get("width", "")), float(root.get("height", ""))
        for mark in root.iter("{http://www.w3.org/2000/svg}circle"):
            assert 0 <= float(mark.get("cx", "0")) <= width
            assert 0 <= float(mark.get("cy", "0")) <= height


def test_the_same_comparison_gives_the_same_page_and_no_clock_is_in_it(made: ModuleType) -> None:
    assert page.render(made.comparison()) == page.render(made.comparison())


def test_what_few_could_show_stands_before_the_plan_and_every_result(made: ModuleType) -> None:
    found = made.comparison()
    text = html.unescape(page.render(found))
    first = [text.index(sentence) for sentence in (*found.resolution, *found.plan)]
    assert first == sorted(first)
    heard = [row for row in found.rows if row.outcome is not Outcome.NEITHER]
    results = [text.index(item.sentence) for item in (*found.candidates, *heard, *found.baseline)]
    assert max(first) < min(results)
    assert max(first) < min(text.index(f'id="figure-{one.key}"') for one in figures(found))
    order = [text.index(f'<section id="{key}"') for key in ("new", "again", "baseline", "meaning", "whole", "map")]
    assert order == sorted(order)


def test_refusals_and_notes_are_all_printed_and_not_folded_away(made: ModuleType) -> None:
    found = made.comparison(refused=tuple(f"Not done for reason {i}." for i in range(30)))
    source = page.render(found)
    read = Page(source)
    for sentence in found.refused:
        assert sentence in read.text("refused")
    assert "<details" not in source[source.index('id="refused"') : source.index("<nav")]
    assert found.notes[0] in read.text("method")


def test_quotes_are_verbatim_and_each_says_where(made: ModuleType) -> None:
    found = made.comparison()
    words = f"{made.HOSTILE}\n  two  blanks {made.ARABIC}"
    first = replace(found.candidates[0], quotes=(made.quote(words, "KI21", 2),))
    source = page.render(replace(found, candidates=(first,)))
    assert "<script" not in source
    assert words in Page(source).sections["new"]
    assert f'<p dir="auto">{html.escape(made.ARABIC)}</p>' in source
    at = made.quote(words, "KI21", 2)
    assert f"KI21, turn 6, characters {at.start}–{at.end}" in source


def test_a_very_long_quote_is_cut_and_says_so(made: ModuleType) -> None:
    found = made.comparison()
    first = replace(found.candidates[0], quotes=(made.quote("word " * 1000, "KI21"),))
    assert "3,000 more characters" in page.render(replace(found, candidates=(first,)))


def test_each_p_of_a_test_has_the_warning_beside_it(made: ModuleType) -> None:
    found = made.comparison()
    read = Page(page.render(found))
    tested = [row for row in found.rows if row.p is not None]
    assert tested
    assert read.text("again").count(AID) == len(tested)
    assert read.text("meaning").count(AID) == sum(item.p is not None for item in found.meanings)
    assert AID in read.text("whole")
    assert AID in read.text("new")
    assert AID in read.text("resolution")


def test_whose_word_a_number_is_shows_in_its_mark_and_in_words(made: ModuleType) -> None:
    found = made.comparison()
    source = page.render(found)
    hollow = len(re.findall(r'class="mark (?:old|new) hollow"', source))
    shares = [share for panel in panels(found) for line in panel.drawn for share in (line.row.old, line.row.new)]
    shares += [item.new for item in found.baseline]
    assert hollow == sum(share.basis != "confirmed" for share in shares)
    assert "suggested, not confirmed" in Page(source).text("again")
    assert "Draft" not in source
    assert "Draft" in page.render(made.comparison(new=replace(found.new, decided=0)))


def test_what_nobody_said_is_not_drawn_but_counted_and_named(made: ModuleType) -> None:
    found = made.comparison()
    row = made.row("code", "COM-TRUST", "Mistrust of strangers", old=0, new=0, parent="C4")
    read = Page(page.render(replace(found, rows=(*found.categories, *found.codes, row))))
    assert "with nobody in either wave" in read.text("again")
    assert "Mistrust of strangers" in read.text("again")
    drawn = {bar.title for one in figures(replace(found, rows=(row,))) if one.kind == "dumbbell" for bar in one.drawn}  # type: ignore[union-attr]
    assert "Mistrust of strangers" not in drawn


def test_codes_stand_under_their_category_in_the_order_of_the_codebook(made: ModuleType) -> None:
    found = made.comparison()
    first = panels(found)[0]
    assert [panel.key for panel in panels(found)] == ["barrier", "research_question", "themes"]
    at = [line.row.id for line in (*first.told,)]
    for line in first.told:
        if line.depth:
            assert at.index(line.row.parent) < at.index(line.row.id)
    expected = [row.id for row in found.categories if row.kind == "barrier" and row.id in at]
    assert [line.row.id for line in first.told if line.row.level == "category"] == expected


def test_what_is_not_heard_says_what_was_looked_at(made: ModuleType) -> None:
    found = made.comparison()
    silent = next(row for row in found.codes if row.outcome is Outcome.NOT_HEARD)
    text = Page(page.render(replace(found, rows=(silent,), baseline=()))).text("again")
    assert "What was looked at: 2 likeliest segments" in text
    assert silent.looked_at[0][0].text in text
    assert "14 % likely" in text


def test_a_claim_that_hangs_on_a_person_names_the_person(made: ModuleType) -> None:
    text = Page(page.render(made.comparison())).text("new")
    assert "Does not stand without KI22." in text
    assert "Stands without each informant in turn." in text


def test_every_novel_segment_has_a_mark_and_stands_right_of_those_that_are_not(made: ModuleType) -> None:
    found = made.comparison()
    drawn: Any = figures(found)[0].drawn
    spots = [spot for lane in drawn.lanes for spot in lane.spots]
    assert len(spots) == len(found.novel)
    assert sum(len(lane.ticks) for lane in drawn.lanes) == len(found.placed) - len(found.novel)
    assert max(at for lane in drawn.lanes for at in lane.ticks) < drawn.cut <= min(spot.x for spot in spots)
    for lane in drawn.lanes:
        places = [(round(spot.x, 2), spot.up) for spot in lane.spots]
        assert len(places) == len(set(places))
        assert sum(count for _, count in lane.tally) == len(lane.spots)


def test_without_an_earlier_wave_nothing_is_called_novel(made: ModuleType) -> None:
    found = cases(made)["baseline alone"]
    text = Page(page.render(found)).text("new")
    assert "No new segment was held against earlier interviews" in text
    assert "novelty" not in [one.key for one in figures(found)]


def test_many_novel_segments_are_folded_and_the_rest_counted(made: ModuleType) -> None:
    found = made.comparison()
    many = tuple(replace(item, novel=True) for item in found.placed) * 2
    source = page.render(replace(found, placed=many))
    assert "80 more are in the tables" in source
