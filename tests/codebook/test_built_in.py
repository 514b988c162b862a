"""The codebook that comes with themescout."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from themescout.codebook import BUILT_IN, Codebook, check, load, parse

REPOSITORY = Path(__file__).parents[2]
SHORT, LONG = load("scale-up"), load("scale-up-long")

# Countries, cities, regions, agencies and programmes; continents may stay.
_NAMES = """
Afghanistan Angola Argentina Bangladesh Benin Bolivia Botswana Brazil Burkina Burma Burundi Cambodia
Cameroon Chad Chile China Colombia Congo Cuba Ecuador Egypt Eritrea Ethiopia France Gabon Gambia Ghana
Guatemala Guinea Guyana Haiti Honduras India Indonesia Iran Iraq Jamaica Jordan Kenya Laos Lebanon Lesotho
Liberia Libya Madagascar Malawi Malaysia Mali Mauritania Mexico Mongolia Morocco Mozambique Myanmar Namibia
Nepal Nicaragua Niger Nigeria Pakistan Panama Papua Paraguay Peru Philippines Rwanda Senegal Sierra Somalia
Sudan Swaziland Syria Tanzania Thai Thailand Togo Tunisia Uganda Ukraine Uruguay Venezuela Vietnam Yemen
Zambia Zimbabwe Atlanta Bangkok Dakar Delhi Dhaka Geneva Kampala Karachi Kathmandu Kigali Kinshasa Lagos
Lilongwe London Lusaka Manila Maputo Maseru Nairobi Paris Port-au-Prince Pretoria Sindh Washington Bihar
Kerala Punjab WHO UNICEF UNAIDS UNFPA USAID PEPFAR DFID Gavi GAVI MSF BRAC Wellcome Coca-Cola Gates
Rockefeller
"""
REAL = frozenset(_NAMES.split())
REAL_PHRASES = (
    "South Africa",
    "West Africa",
    "East Africa",
    "Latin America",
    "Global Fund",
    "World Bank",
    "the Fund",
)


def utterances(codebook: Codebook) -> list[str]:
    """Everything in it that is meant to have been said."""
    return [
        *(text for code in codebook.codes for texts in code.examples.values() for text in texts),
        *(text for kind in codebook.kinds for text in kind.examples),
        *(rule.example for rule in codebook.boundary_rules),
    ]


@pytest.mark.parametrize("name", BUILT_IN)
def test_it_checks_clean_and_goes_by_its_name(name: str) -> None:
    codebook = load(name)
    assert check(codebook) == ()
    assert codebook.id == name


def test_the_categories_have_the_names_of_the_paper() -> None:
    assert [code.name for code in SHORT.categories] == [
        "Attributes of the intervention",
        "Attributes of the implementers",
        "Scale-up approach",
        "Attributes of the adopting community",
        "Socio-political, fiscal, and cultural context",
        "Research context",
    ]


def test_the_long_form_has_44_sub_codes_and_6_others() -> None:
    others = [code for code in LONG.assignable if code.id.endswith("-OTHER")]
    assert (len(LONG.codes), len(LONG.assignable), len(others)) == (56, 50, 6)
    assert {code.baseline for code in LONG.codes} == {"named", "implied", "added"}


def test_kinds_have_their_examples_and_none_stands_twice() -> None:
    assert {kind.id: len(kind.examples) for kind in LONG.kinds} == {
        "barrier": 25,
        "research_question": 25,
        "neither": 70,
    }
    said = [text.casefold() for text in utterances(LONG)]
    assert len(said) == len(set(said))


def test_every_sub_code_of_the_long_form_has_an_example_of_each_aim() -> None:
    for code in LONG.assignable:
        assert set(code.examples) == {"barrier", "research_question"}, code.id


def test_no_real_place_agency_or_programme_is_named_in_what_is_said() -> None:
    for text in utterances(LONG):
        assert not set(re.findall(r"[A-Za-z][A-Za-z-]*", text)) & REAL, text
        assert not [phrase for phrase in REAL_PHRASES if phrase in text], text


def test_the_examples_of_kinds_share_no_run_of_six_words_with_the_demo() -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[\w']+", text.lower())
        return {tuple(words[i : i + 6]) for i in range(len(words) - 5)}

    demo = [path.read_text("utf-8") for path in sorted((REPOSITORY / "data/demo/source").glob("*.txt"))]
    heard = set().union(*map(runs, demo))
    assert heard
    for kind in LONG.kinds:
        for text in kind.examples:
            assert not runs(text) & heard, text


def test_it_says_that_the_author_of_the_paper_has_not_reviewed_it() -> None:
    assert "not reviewed by the paper's author" in SHORT.about["authorship"]
    assert "10.1186/1744-8603-8-11" in SHORT.about["based_on"]


def test_the_baseline_has_ten_barriers_and_six_questions_all_under_named_codes() -> None:
    kinds = [theme.kind for theme in SHORT.baseline_themes]
    assert (kinds.count("barrier"), kinds.count("research_question")) == (10, 6)
    assert {SHORT.code(theme.code).baseline for theme in SHORT.baseline_themes} == {"named"}


def test_guesses_about_later_interviews_are_left_out() -> None:
    assert "watchlist" not in LONG.source_text.lower()
    assert "hypothes" not in LONG.source_text.lower()


def test_the_stored_text_reads_back_as_the_same_codebook() -> None:
    again = parse(SHORT.source_text, name="stored", form="json")
    assert again == SHORT
    assert again.sha256 == SHORT.sha256 != LONG.sha256
    assert json.loads(SHORT.source_text)["version"] == "1.0.0"
