"""What decisions make of themes, and which theme is which when they are found again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themescout import curation
from themescout.candidates import (
    NO_THEME,
    Change,
    FoundTheme,
    Loose,
    Reason,
    ThemeDecision,
    ThemeStatus,
    ThemeVerb,
)

NAMES = "abcdefghij"


def found(number: int, members: str, *parts: str) -> FoundTheme:
    return FoundTheme(
        id=number, members=tuple(members), strengths=tuple(0.9 - i / 100 for i in range(len(members))),
        found_in=4 + number, runs=15, parts=tuple(tuple(part) for part in parts),
    )  # fmt: skip


THEMES = (found(0, "abcd", "ab", "cd"), found(1, "efg"), found(2, "h"))
LOOSE = (
    Loose(segment="i", nearest=1, strength=0.4, reason=Reason.BETWEEN),
    Loose(segment="j", nearest=2, strength=0.1, reason=Reason.APART),
)


def made(seq: int, verb: ThemeVerb, theme: int, **given: object) -> ThemeDecision:
    values = {"coder": "ann", "decided_at": "2026-01-01T00:00:00Z"} | given
    return ThemeDecision(seq=seq, verb=verb, theme=theme, **values)  # type: ignore[arg-type]


def curated(*log: ThemeDecision, themes: tuple[FoundTheme, ...] = THEMES, segments: str = NAMES) -> curation.Curated:
    return curation.curate(themes, LOOSE, log, segments=segments)


def members(result: curation.Curated) -> dict[int, str]:
    return {theme.id: "".join(theme.members) for theme in result.themes}


def where(result: curation.Curated) -> Counter[str]:
    """How often each segment is anywhere."""
    return Counter(
        [name for theme in result.themes for name in theme.members] + [item.segment for item in result.loose]
    )


@st.composite
def logs(draw: st.DrawFn) -> list[ThemeDecision]:
    """Anything, sensible or not: two coders, themes and segments that are not there, undos of undos."""
    log: list[ThemeDecision] = []
    numbers, segments = st.integers(0, 6), st.lists(st.sampled_from(f"{NAMES}x"), max_size=4, unique=True)
    for seq in range(1, draw(st.integers(0, 10)) + 1):
        verb, coder = draw(st.sampled_from(ThemeVerb)), draw(st.sampled_from(["ann", "ben"]))
        if verb is ThemeVerb.UNDO:
            if log:
                log.append(made(seq, verb, 0, undoes=draw(st.sampled_from(log)).seq, coder=coder))
            continue
        values: dict[str, object] = {"coder": coder, "value": draw(st.sampled_from(["", "A", "B"]))}
        if verb in {ThemeVerb.SPLIT, ThemeVerb.MOVE}:
            values["segments"] = tuple(draw(segments))
        if verb in {ThemeVerb.SPLIT, ThemeVerb.MERGE}:
            values["into"] = draw(numbers)
        log.append(made(seq, verb, draw(st.integers(-1 if verb is ThemeVerb.MOVE else 0, 6)), **values))
    return log


@given(logs())
def test_every_segment_is_always_in_exactly_one_place(log: list[ThemeDecision]) -> None:
    result = curated(*log)
    assert where(result) == Counter(NAMES)
    for theme in result.themes:
        assert theme.members
        assert list(theme.strengths) == sorted(theme.strengths, reverse=True)
        assert all(set(part) <= set(theme.members) for part in theme.parts)
        assert len(theme.parts) != 1
    listed = {theme.id for theme in result.themes}
    assert all(item.nearest in listed | {NO_THEME} for item in result.loose)


@given(logs())
def test_undoing_everything_gives_the_machines_themes_again(log: list[ThemeDecision]) -> None:
    number = max((decision.seq for decision in log), default=0)
    while curation.standing(log):
        number += 1
        coder = "ann" if curation.last_undoable(log, "ann") else "ben"
        last = curation.last_undoable(log, coder)
        assert last is not None
        log.append(made(number, ThemeVerb.UNDO, last.theme, undoes=last.seq, coder=coder))
    assert curated(*log) == curated()


@given(logs())
def test_segments_that_went_are_nowhere_and_the_rest_stays(log: list[ThemeDecision]) -> None:
    assert where(curated(*log, segments="abefij")) == Counter("abefij")


def test_without_decisions_themes_are_as_they_were_found() -> None:
    result = curated()
    assert members(result) == {0: "abcd", 1: "efg", 2: "h"}
    assert result.loose == LOOSE
    assert result.notes == ()
    assert [(theme.strengths, theme.found_in, theme.parts) for theme in result.themes] == [
        (theme.strengths, theme.found_in, theme.parts) for theme in THEMES
    ]


def test_name_tie_and_status() -> None:
    log = (
        made(1, ThemeVerb.NAME, 0, value="Fuel"),
        made(2, ThemeVerb.TIE, 0, value="C1"),
        made(3, ThemeVerb.KEEP, 0),
        made(4, ThemeVerb.PROMOTE, 1, value="C2-X"),
        made(5, ThemeVerb.DISCARD, 2),
    )
    themes = curated(*log).themes
    assert [(theme.name, theme.tied, theme.status) for theme in themes] == [
        ("Fuel", "C1", ThemeStatus.KEPT),
        ("", "C2-X", ThemeStatus.PROMOTED),
        ("", "", ThemeStatus.DISCARDED),
    ]
    assert curated(*log, made(6, ThemeVerb.TIE, 0)).themes[0].tied == ""
    assert members(curated(*log)) == members(curated()), (
        "a discarded theme keeps its members, so that it is known again"
    )


def test_a_merged_theme_takes_members_name_and_tie_where_it_has_none() -> None:
    log = (made(1, ThemeVerb.NAME, 1, value="Roads"), made(2, ThemeVerb.TIE, 1, value="C3"), made(3, ThemeVerb.KEEP, 1))
    one = curated(*log, made(4, ThemeVerb.MERGE, 1, into=0)).themes[0]
    assert (one.name, one.tied, one.status, one.merged) == ("Roads", "C3", ThemeStatus.KEPT, (1,))
    assert set(one.members) == set("abcdefg")
    assert one.parts == (("e", "f", "g"), ("a", "b"), ("c", "d"))
    own = curated(*log, made(4, ThemeVerb.NAME, 0, value="Fuel"), made(5, ThemeVerb.MERGE, 1, into=0)).themes[0]
    assert own.name == "Fuel"


def test_merging_goes_on_along_the_chain() -> None:
    result = curated(made(1, ThemeVerb.MERGE, 2, into=1), made(2, ThemeVerb.MERGE, 1, into=0))
    assert [(theme.id, theme.merged) for theme in result.themes] == [(0, (1, 2))]
    assert [item.nearest for item in result.loose] == [0, 0]


def test_a_split_is_a_new_theme_that_a_person_made() -> None:
    result = curated(made(1, ThemeVerb.SPLIT, 0, into=5, segments=("d", "b")))
    assert members(result) == {0: "ac", 1: "efg", 2: "h", 5: "db"}
    new = result.themes[-1]
    assert (new.made, new.found_in, new.strengths) == (True, 0, (1.0, 1.0))
    assert result.themes[0].parts == (("a",), ("c",))


def test_segments_move_between_themes_and_out_of_all() -> None:
    moved = curated(made(1, ThemeVerb.MOVE, 1, segments=("a", "i")))
    assert members(moved) == {0: "bcd", 1: "aiefg", 2: "h"}
    assert moved.themes[1].strengths[:2] == (1.0, 1.0)
    out = curated(made(1, ThemeVerb.MOVE, NO_THEME, segments=("e", "i")))
    assert out.loose == (
        replace(LOOSE[0], reason=Reason.TAKEN_OUT),
        LOOSE[1],
        Loose(segment="e", nearest=1, strength=0.9, reason=Reason.TAKEN_OUT),
    )


def test_a_theme_without_segments_is_not_listed_but_may_be_filled_again() -> None:
    empty = made(1, ThemeVerb.MOVE, 0, segments=("h",))
    result = curated(empty, made(2, ThemeVerb.NAME, 2, value="Lost"))
    assert 2 not in members(result)
    assert result.loose[1].nearest == NO_THEME
    assert result.notes == (
        "ann's decision to name T3 “Lost” (2026-01-01) does not apply now: T3 has no segments left.",
    )
    again = curated(empty, made(2, ThemeVerb.MOVE, 2, segments=("a",)))
    assert members(again)[2] == "a"


@pytest.mark.parametrize(
    ("decision", "note"),
    [
        (
            made(1, ThemeVerb.NAME, 8, value="X"),
            "to name T9 “X” (2026-01-01) does not apply now: T9 was not found again",
        ),
        (made(1, ThemeVerb.MOVE, 8, segments=("a",)), "to move 1 segment to T9 (2026-01-01) does not apply"),
        (made(1, ThemeVerb.MERGE, 8, into=0), "to merge T9 into T1"),
        (made(1, ThemeVerb.MOVE, 0, segments=("x", "e")), "1 of its 2 segments are not there"),
    ],
)
def test_decisions_about_what_is_not_there_wait_and_say_so(decision: ThemeDecision, note: str) -> None:
    notes = curated(decision).notes
    assert len(notes) == 1
    assert note in notes[0]


def test_a_decision_that_waited_applies_when_its_theme_is_back() -> None:
    name = made(1, ThemeVerb.NAME, 2, value="X")
    assert curated(name, themes=THEMES[:2]).notes
    back = curated(name)
    assert (back.themes[2].name, back.notes) == ("X", ())


def test_a_merge_holds_where_only_one_of_the_two_is_found_again() -> None:
    log = (made(1, ThemeVerb.NAME, 0, value="Fuel"), made(2, ThemeVerb.MERGE, 1, into=0))
    result = curated(*log, themes=(found(1, "abcdefg"),))
    assert [(theme.id, theme.name, theme.found_in) for theme in result.themes] == [(0, "Fuel", 5)]
    assert result.notes == (), "what was decided about the number that came back does not wait"
    log = (made(1, ThemeVerb.NAME, 1, value="Fuel"), made(2, ThemeVerb.MERGE, 1, into=0))
    assert curated(*log, themes=(found(0, "abcdefg"),)).themes[0].name == "Fuel"


def test_a_split_holds_where_its_theme_is_not_found_again_and_where_the_machine_makes_it_too() -> None:
    split = made(1, ThemeVerb.SPLIT, 0, into=5, segments=("c", "d"))
    other = curated(split, themes=(found(1, "efgcabd"),))
    assert (members(other), other.themes[1].made) == ({1: "efgab", 5: "cd"}, True)
    same = curated(split, themes=(found(0, "ab"), found(5, "cdi"), *THEMES[1:]), segments="abcdefgh")
    assert members(same)[5] == "cd"
    assert (same.themes[-1].made, same.themes[-1].found_in) == (False, 9)


def test_redo_takes_back_the_newest_undo_unless_something_was_decided_since() -> None:
    log = [made(1, ThemeVerb.KEEP, 0), made(2, ThemeVerb.UNDO, 0, undoes=1)]
    undo = curation.last_undo(log, "ann")
    assert undo is not None
    assert undo.seq == 2
    assert curation.last_undo(log, "ben") is None
    assert curation.last_undo([*log, made(3, ThemeVerb.KEEP, 1)], "ann") is None
    log.append(made(3, ThemeVerb.UNDO, 0, undoes=2))
    assert curation.last_undo(log, "ann") is None
    assert [decision.seq for decision in curation.standing(log)] == [1]


def test_groups_keep_the_number_of_the_theme_they_overlap_with() -> None:
    before = {0: "abcd", 3: "efg", 4: "hij"}
    assert curation.match(before, ["efgX", "QRS", "bcd"], next_id=7) == ((3, 7, 0), 8)
    assert curation.match({}, ["ab", "c"], next_id=2) == ((2, 3), 4)
    assert curation.match(before, [], next_id=7) == ((), 7)


def test_numbers_are_never_given_twice() -> None:
    assert curation.match({9: "ab"}, ["xy"], next_id=0) == ((10,), 11)


def test_interviews_that_were_added_or_went_do_not_count_against_a_theme() -> None:
    assert curation.match({0: "abcd"}, ["abcdMNOPQRSTUVWXYZ"], next_id=1)[0] == (0,)
    assert curation.match({0: "abcdMNOPQRSTUVWXYZ"}, ["abcd"], next_id=1)[0] == (0,)


def test_the_assignment_is_one_to_one_and_the_best_over_all() -> None:
    # The first group is most like theme 0, but the second is like nothing else.
    before = {0: "abcdef", 1: "ghij"}
    assert curation.match(before, ["abcghij", "def"], next_id=2)[0] == (1, 0)


def test_an_overlap_below_the_threshold_is_another_theme() -> None:
    before = {0: "abcdefghij", 1: "klmnopqrst"}
    assert curation.match(before, ["abcdeklmnopqrst", "fghij"], next_id=2)[0] == (1, 0)
    assert curation.match({0: "abcd", 1: "efghijkl"}, ["aefgh", "bij", "cdkl"], next_id=2)[0] == (1, 2, 0)


@given(st.lists(st.sets(st.sampled_from(NAMES)), max_size=4), st.lists(st.sets(st.sampled_from(NAMES)), max_size=4))
def test_no_two_groups_get_one_number(before: list[set[str]], groups: list[set[str]]) -> None:
    numbers, following = curation.match(dict(enumerate(before)), groups, next_id=len(before))
    assert len(set(numbers)) == len(groups)
    assert following >= max([*numbers, len(before) - 1]) + 1
    assert curation.match(dict(enumerate(before)), groups, next_id=len(before)) == (numbers, following)


def test_splits_and_themes_that_were_not_found_again_are_remembered() -> None:
    log = [
        made(1, ThemeVerb.NAME, 7, shown={"7": {"label": "x", "name": "", "members": ["p", "q"]}}),
        made(2, ThemeVerb.KEEP, 0, shown={"0": {"label": "x", "name": "", "members": ["old"]}}),
        made(3, ThemeVerb.SPLIT, 0, into=5, segments=("c", "d")),
        made(4, ThemeVerb.SPLIT, 0, into=6, segments=("b",)),
        made(5, ThemeVerb.KEEP, 8, shown={"8": {"label": "x", "name": "", "members": ["r"]}}),
        made(6, ThemeVerb.UNDO, 8, undoes=5),
    ]
    known = curation.remembered(THEMES[:1], {5: ("c", "d", "e")}, log)
    assert known == {0: tuple("abcd"), 5: ("c", "d", "e"), 6: ("b",), 7: ("p", "q")}


def test_changes_name_every_theme_once() -> None:
    before = {0: ("fuel", "abcd"), 1: ("roads", "ef")}
    after = {0: ("fuel · car", "abcX"), 2: ("pay", "dg")}
    same, gone, new = curation.changes(before, after)
    assert (same.theme, same.label, same.change, same.before, same.after, same.overlap) == (
        0, "fuel · car", Change.SAME, 4, 4, 0.75,
    )  # fmt: skip
    assert (gone.theme, gone.label, gone.change, gone.before, gone.after, gone.overlap) == (
        1, "roads", Change.GONE, 2, 0, 0.0,
    )  # fmt: skip
    assert (new.theme, new.label, new.change, new.before, new.after) == (2, "pay", Change.NEW, 0, 2)


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (made(1, ThemeVerb.SPLIT, 0, into=4, segments=("a",)), "split 1 segment off T1 as T5"),
        (made(1, ThemeVerb.MOVE, -1, segments=("a", "b")), "take 2 segments out"),
        (made(1, ThemeVerb.TIE, 0), "untie T1"),
        (made(1, ThemeVerb.DISCARD, 0), "discard T1"),
        (made(1, ThemeVerb.PROMOTE, 0, value="A"), "promote T1 to the code A"),
    ],
)
def test_decisions_in_words(decision: ThemeDecision, said: str) -> None:
    assert curation.words(decision) == said
