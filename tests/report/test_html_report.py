"""The page: self-contained, escaped, honest about what nobody has confirmed, of a size that opens."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from themescout.candidates import Fit, Theme
from themescout.report import html
from themescout.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

CSS = (Path(html.__file__).parent / "templates" / "report.css").read_text("utf-8")
NASTY = '<script>alert(1)</script> & "so" <img src=x onerror=y>'
ARABIC = "تأخر المال \u202eكثيرا"
VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """Elements with their attributes, ids, the text of each section, and whether tags are balanced."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.sections: dict[str, str] = {}
        self.section: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "section":
            self.section.append(str(dict(attrs)["id"]))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag
        if tag == "section":
            self.section.pop()

    def handle_data(self, data: str) -> None:
        name = self.section[-1] if self.section else ""
        self.sections[name] = self.sections.get(name, "") + data

    def text(self, section: str) -> str:
        return " ".join(self.sections[section].split())


def page(built: Any) -> Page:
    made = Page(html.render(built.contents()))
    assert made.open == []
    return made


def full(build: Callable[..., Any]) -> Any:
    built = build()
    said = built.interview("KI01", "paid late", NASTY, ARABIC, "no nurses at all")
    built.suggest((said[2], "SHORT", 0.7), (said[3], "STAFF", 0.8))
    built.decide(said[0], "LATE")
    built.decide(said[1], "LATE")
    theme = Theme(
        id=0, label="late · paid", keywords=("late", "paid"), members=(said[0], said[3]), strengths=(1.0, 0.9),
        exemplars=(said[0], said[3]), found_in=12, runs=15, fits=(Fit(code="LATE", share=0.5, similarity=0.4),),
    )  # fmt: skip
    built.find(theme)
    return built


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(build: Callable[..., Any]) -> None:
    built = full(build)
    source = html.render(built.contents())
    made = Page(source)
    assert not {tag for tag, _ in made.tags} & {"script", "link", "img", "iframe", "object", "embed", "base"}
    links = [value for _, attrs in made.tags for name, value in attrs.items() if name in {"src", "href", "action"}]
    assert links
    assert all(str(link).startswith("#") for link in links)
    assert not re.search(r"https?://|url\(|@import", source)
    assert not [name for _, attrs in made.tags for name in attrs if name.startswith("on")]
    policy = next(attrs["content"] for tag, attrs in made.tags if "http-equiv" in attrs)
    assert str(policy).startswith("default-src 'none'")


def test_what_informants_say_is_text_never_markup(build: Callable[..., Any]) -> None:
    built = full(build)
    assert NASTY in page(built).text("confirmed")
    assert "<script" not in html.render(built.contents())


def test_a_nasty_title_is_text_too(build: Callable[..., Any]) -> None:
    built = build(title="</title><script>1</script>")
    assert "<script" not in html.render(built.contents())


def test_words_that_run_from_right_to_left_keep_to_their_own_block(build: Callable[..., Any]) -> None:
    source = html.render(full(build).contents())
    assert f'<p dir="auto">{ARABIC}</p>' in source
    assert re.search(r"blockquote p \{[^}]*unicode-bidi: isolate", CSS)


def test_confirmed_words_and_suggested_words_are_in_different_sections(build: Callable[..., Any]) -> None:
    made = page(full(build))
    assert "paid late" in made.text("confirmed")
    assert "no nurses at all" not in made.text("confirmed")
    assert "no nurses at all" in made.text("suggested")
    assert "paid late" not in made.text("suggested")
    assert "not confirmed" in made.text("suggested")


def test_each_quote_says_who_where_and_how_often(build: Callable[..., Any]) -> None:
    built = full(build)
    built.people(("KI01", "KI01", "Ama"))
    text = page(built).text("confirmed")
    assert "Ama, KI01, turn 1, characters 6–15" in text
    assert "1 of 1 informants" in text
    assert "2 segments" in text


def test_the_draft_banner_stands_only_where_nothing_is_confirmed(build: Callable[..., Any]) -> None:
    draft = build(name="draft")
    (segment,) = draft.interview("KI01", "paid late")
    draft.suggest((segment, "LATE", 0.9))
    made = page(draft)
    assert [attrs for _, attrs in made.tags if attrs.get("class") == "draft"]
    assert "Nothing decided yet." in made.text("confirmed")
    assert "Nobody raised this" not in made.text("confirmed")
    draft.decide(segment, "LATE")
    assert not [attrs for _, attrs in page(draft).tags if attrs.get("class") == "draft"]


def test_nobody_raised_it_only_once_everything_was_looked_at(build: Callable[..., Any]) -> None:
    built = build()
    first, second = built.interview("KI01", "paid late", "and so on")
    built.decide(first, "LATE")
    assert "Nobody raised this in what has been decided so far (1 of 2 segments)." in page(built).text("confirmed")
    built.decide(second, None, verdict=Verdict.REJECT, kind=None)
    assert "Nobody raised this." in page(built).text("confirmed")


def test_nothing_added_by_hand_is_a_warning(build: Callable[..., Any]) -> None:
    built = build()
    first, second = built.interview("KI01", "paid late", "and so on")
    built.decide(first, "LATE")
    assert "No code was added by hand" in page(built).text("coverage")
    built.decide(second, "STAFF", verdict=Verdict.ADD)
    assert "No code was added by hand" not in page(built).text("coverage")


def test_a_theme_of_one_person_says_so(build: Callable[..., Any]) -> None:
    text = page(full(build)).text("themes")
    for words in ("late · paid", "found in 12 of 15 runs", "Money comes late 50 %", "only one informant", "2 of 4"):
        assert words in text


def test_lost_quotes_are_shown_where_there_are_any(build: Callable[..., Any]) -> None:
    built = full(build)
    assert "lost" not in page(built).sections
    built.interview("KI01", "something else")
    assert "paid late" in page(built).text("lost")


def test_a_codebook_without_kinds_has_one_table_of_codes(build: Callable[..., Any]) -> None:
    built = build(kinds=False)
    (segment,) = built.interview("KI01", "paid late")
    built.decide(segment, "LATE")
    text = page(built).text("confirmed")
    assert "Table 1. Confirmed codes by category" in text
    assert "Table 2" not in text


def test_an_empty_study_has_a_page(build: Callable[..., Any]) -> None:
    made = page(build())
    assert "None have been imported." in made.text("transcripts")
    assert "None have been looked for yet." in made.text("themes")


def test_what_is_left_out_of_the_page_is_counted_on_it(build: Callable[..., Any], monkeypatch: Any) -> None:
    built = build()
    for segment in built.interview("KI01", *(f"paid late, {i} times" for i in range(30))):
        built.decide(segment, "LATE")
    assert "29 more quotes" in page(built).text("confirmed")
    monkeypatch.setattr(html, "QUOTES_BUDGET", 3_000)
    text = page(built).text("confirmed")
    assert "10 more quotes" in text
    assert "19 more in the CSV" in text


def test_a_very_long_quote_ends_with_a_count_of_the_rest(build: Callable[..., Any]) -> None:
    built = build()
    (segment,) = built.interview("KI01", "paid late " * 1_000 + "end")
    built.decide(segment, "LATE")
    assert "[8,003 more characters; the whole is in csv/quotes.csv]" in page(built).text("confirmed")


def test_tables_say_what_their_headers_head(build: Callable[..., Any]) -> None:
    made = page(full(build))
    assert made.tags[0] == ("html", {"lang": "en"})
    heads = [attrs for tag, attrs in made.tags if tag == "th"]
    assert heads
    assert all(attrs.get("scope") in {"col", "row", "rowgroup"} for attrs in heads)
    names = [tag for tag, _ in made.tags]
    assert names.count("main") == names.count("nav") == names.count("h1") == 1
    assert names.count("caption") == names.count("table")
    ids = {attrs["id"] for _, attrs in made.tags if "id" in attrs}
    wanted = {str(attrs["href"])[1:] for tag, attrs in made.tags if tag == "a"}
    assert wanted <= ids


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
def test_all_text_has_enough_contrast(scheme: int) -> None:
    block = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", block))
    pairs = [
        (text, ground) for text in ("ink", "muted", "accent") for ground in ("page", "soft", "apart", "apart-soft")
    ]
    for text, ground in [*pairs, ("stamp", "apart"), ("draft-ink", "draft")]:
        light, dark = sorted((_luminance(colours[text]), _luminance(colours[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)
