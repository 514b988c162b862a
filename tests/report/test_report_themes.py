"""Candidate themes in the report: a person's part, what they fit, what is in none, what changed."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from themescout.candidates import Fit, Loose, Reason, SubTheme, ThemeStatus
from themescout.report import html, sheets
from themescout.types import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EVIDENCE = Evidence(source="definition", text="Payments delayed.", ref="LATE", similarity=0.6)


@pytest.fixture
def full(build: Callable[..., Any], make_theme: Callable[..., Any]) -> Any:
    built = build()
    a = built.interview("KI01", *(f"paid late, {i} times" for i in range(6)))
    b = built.interview("KI02", "no nurses at all", "nurses left", "it rained", "and so on")
    built.suggest((a[0], "LATE", 0.9))
    built.find(
        make_theme(0, b[:2], "nurses · left", keywords=("nurses",)),
        make_theme(
            4, a[:5], name="Money after the work", status=ThemeStatus.KEPT, tied="MONEY", merged=(7,), elsewhere=0.4,
            fits=(Fit(code="LATE", share=0.6, similarity=0.5, evidence=(EVIDENCE,)),),
            subthemes=(SubTheme(label="times", keywords=(), members=tuple(a[:2]), exemplars=()),),
        ),
        make_theme(5, [b[3]], "and · so", status=ThemeStatus.DISCARDED),
        loose=[
            Loose(segment=b[2], nearest=0, strength=0.1, reason=Reason.APART),
            Loose(segment=a[5], nearest=4, strength=0.4, reason=Reason.BETWEEN),
            Loose(segment=b[3], nearest=5, strength=0.2, reason=Reason.TAKEN_OUT),
        ],
        changes=[
            {"theme": 0, "label": "nurses · left", "change": "new", "before": 0, "after": 2, "overlap": 0.0},
            {"theme": 4, "label": "late · paid", "change": "same", "before": 4, "after": 5, "overlap": 0.8},
            {"theme": 9, "label": "roads", "change": "gone", "before": 1, "after": 0, "overlap": 0.0},
        ],
    )  # fmt: skip
    return built


def said(built: Any) -> str:
    """The words of the section on themes."""
    source = html.render(built.contents())
    part = source[source.index('<section id="themes"') : source.index('<section id="coverage"')]
    outside = "".join(piece.partition(">")[2] for piece in part.split("<"))
    return " ".join(outside.split())


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / name).read_text("utf-8-sig"), newline="")))


def test_a_theme_is_shown_with_a_person_s_name_first_and_where_it_stands(full: Any) -> None:
    words = said(full)
    for part in (
        "T5Money after the work", "In their words: late · paid", "Kept by a person; tied to “Money”; with T8 merged",
        "Fits: Money comes late 60 %; 40 % of its segments go to other codes",
        "Money comes late, definition: Payments delayed.", "1 sub-theme", "times (2)", "only one informant",
        "found in 12 of 15 runs",
    ):  # fmt: skip
        assert part in words


def test_fitting_nothing_is_a_normal_answer(full: Any) -> None:
    assert "Fits nothing well: candidate for a new code" in said(full)
    full.suggest()
    assert "candidate for a new code" not in said(full), "nobody looked for codes"


def test_themes_that_a_person_discarded_are_named_and_not_shown(full: Any) -> None:
    assert "Discarded by a person: T6 and · so (1)." in said(full)
    assert [view.number for view in full.contents().themes.views] == ["T5", "T1"]


def test_segments_in_no_theme_are_counted_and_explained(full: Any) -> None:
    words = said(full)
    assert "3 of 10 segments are in no theme." in words
    assert "T5 Money after the work the runs put it now here, now there" in words
    found = full.contents().themes.loose
    assert [(item.quote.text, item.near) for item in found] == [
        ("paid late, 5 times", "T5"), ("and so on", ""), ("it rained", "T1"),
    ]  # fmt: skip
    assert found[1].reason == "a person took it out, or discarded its theme"
    full.interview("KI03", "a new one")
    assert full.contents().themes.loose[-1].reason == "it was not there when themes were found"


def test_only_the_first_segments_in_no_theme_are_printed(full: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "LOOSE_LIMIT", 1)
    words = said(full)
    assert "all are in csv/segments_in_no_theme.csv" in words
    assert words.count("it is like nothing else") == 0


def test_what_changed_is_said_where_it_is_known(full: Any) -> None:
    words = said(full)
    for part in (
        "What changed since the themes were last found", "nurses · left: new, 2 segments", "roads: gone, had 1 segment",
        "late · paid: the same theme: 4 → 5 segments, 80 % of all of them in both",
    ):  # fmt: skip
        assert part in words
    full.study.store.stages.finish("themes", "y", {"runs": 15})
    assert "What changed" not in said(full)


def test_the_tables_hold_every_theme_member_and_loose_segment(full: Any, tmp_path: Path) -> None:
    sheets.write_csv(tmp_path, full.contents())
    found = {row["theme"]: row for row in rows(tmp_path, "themes.csv")}
    assert list(found) == ["T5", "T1", "T6"]
    wanted = {
        "status": "kept", "title": "Money after the work", "label": "late · paid", "name": "Money after the work",
        "tied": "Money", "merged": "T8", "codes": "Money comes late 60 %", "elsewhere": "0.4", "subthemes": "times (2)",
        "informants": "1", "interviews": "1", "segments": "5", "loudest": "1.0", "note": "only one informant",
    }  # fmt: skip
    assert {name: found["T5"][name] for name in wanted} == wanted
    assert found["T6"]["status"] == "discarded"
    members = rows(tmp_path, "theme_members.csv")
    assert [row["subtheme"] for row in members] == ["times", "times", "", "", "", "", ""]
    store = full.study.store
    for row in [*members, *rows(tmp_path, "segments_in_no_theme.csv")]:
        text = store.transcripts.texts()[row["transcript"]]
        assert text[int(row["start"]) : int(row["end"])] == row["text"]
    within = {row["segment"] for row in members}
    outside = {row["segment"] for row in rows(tmp_path, "segments_in_no_theme.csv")}
    assert within.isdisjoint(outside)
    assert len(within | outside) == store.segments.count()


def test_a_decision_about_a_theme_makes_the_report_stale(full: Any, make_theme: Callable[..., Any]) -> None:
    from themescout.report import service

    service.write(full.study)
    assert service.write(full.study).fresh
    themes = full.study.store.themes
    with full.study.store.transaction():
        themes.replace([*themes.all()[:2], make_theme(5, [themes.all()[2].members[0]], "and · so")])
    assert not service.write(full.study).fresh
