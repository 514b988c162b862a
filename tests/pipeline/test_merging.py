"""Two copies of a study become one: nothing is lost, nothing comes twice, and the order of merging does not matter."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, note
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from themescout import decisions, participants, project, settings
from themescout.candidates import FoundTheme, Loose, Reason
from themescout.errors import DecisionError, ThemescoutError
from themescout.pipeline import adding, curating, merging, stages
from themescout.pipeline.adding import OnChange
from themescout.pipeline.merging import coding, themes
from themescout.review import preferences
from themescout.review import service as review
from themescout.store import Store
from themescout.store.copies import BookVersion, WrittenSummary
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from themescout.codebook import Codebook
    from themescout.types import Decision

ANSWERS = (
    "The money came late every year, and so the district could not plan for the nurses.",
    "The money was there in March but nobody could say where the money had gone by June.",
    "Without money for fuel the motorbikes stood still for most of the year.",
    "Staff left for the city because nobody paid them for months on end.",
    "The staff who stayed were tired, and new staff had nobody to learn from.",
    "We walked to the clinics because there was no other way to reach them.",
)
MORE = ("The drugs were there but the store was locked.", "Nobody counted the families in the hills at all.")


EXAMPLES = 60  # of each property; 500 were tried


def interview(path: Path, answers: Sequence[str]) -> Path:
    """Write an interview of questions and answers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"I: And what about point {i}?\nP: {answer}" for i, answer in enumerate(answers)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


class Clock:
    """One time for both computers; `tick` moves it on."""

    def __init__(self) -> None:
        self._seconds = count(1)
        self.now = ""
        self.tick()

    def tick(self) -> None:
        moment = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=next(self._seconds))
        self.now = moment.isoformat(timespec="seconds")

    def __call__(self) -> str:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of all decisions."""
    made = Clock()
    monkeypatch.setattr(review, "_now", made)
    monkeypatch.setattr(curating, "_now", made)
    return made


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory, two_codes: str) -> Path:
    """A study with two themes (T1: three segments, T2: two), one segment in none, and a decision on the first two."""
    top = tmp_path_factory.mktemp("base")
    (top / "small.yaml").write_text(two_codes, "utf-8")
    made = settings.changed(settings.Settings(), "embed", model="ngrams")
    made = settings.changed(settings.changed(made, "study", codebook="small.yaml"), "segment", min_words=1)
    with project.create(top / "study", made, codebook_file=top / "small.yaml") as study:
        adding.add(study, [interview(top / "KI01.txt", ANSWERS)])
        stages.cut(study)
        stages.embed_all(study)
        names = ids(study)
        assert len(names) == 6
        with study.store.transaction():
            study.store.found.replace(
                (
                    FoundTheme(id=0, members=names[:3], strengths=(0.9, 0.8, 0.7), found_in=4, runs=5),
                    FoundTheme(id=1, members=names[3:5], strengths=(0.9, 0.8), found_in=3, runs=5),
                ),
                next_id=2,
            )
            study.store.loose.replace([Loose(segment=names[5], nearest=1, strength=0.2, reason=Reason.APART)])
            curating.refresh(study)
        for name in names[:2]:
            decide(study, name, "ann", "MONEY")
        study.store.codebooks.use(stages.load_codebook(study).source_text, at="2026-10-01T00:00:00+00:00")
    return top / "study"


@dataclass(frozen=True, slots=True)
class Copies:
    """The folders of copies of one study, in a place of their own."""

    top: Path
    base: Path

    def fresh(self, name: str) -> Path:
        """A copy of the study as it was when it was copied."""
        return self.of(self.base, name)

    def of(self, folder: Path, name: str) -> Path:
        """A copy of any copy; what was there under that name goes."""
        shutil.rmtree(self.top / name, ignore_errors=True)
        return shutil.copytree(folder, self.top / name)


@pytest.fixture
def copies(base: Path, tmp_path: Path) -> Copies:
    return Copies(tmp_path, base)


@pytest.fixture
def pair(copies: Copies, clock: Clock) -> tuple[Path, Path]:
    """Two copies, as on two computers."""
    return copies.fresh("here"), copies.fresh("there")


@cache
def book(folder: Path) -> Codebook:
    with project.open_study(folder) as study:
        return stages.load_codebook(study)


def ids(study: project.Study) -> tuple[str, ...]:
    return tuple(item.id for item in study.store.segments.all())


def decide(study: project.Study, segment: str, coder: str, code: str | None, **how: Any) -> Decision:
    """CHANGE to a code; None rejects."""
    verdict = how.pop("verdict", Verdict.REJECT if code is None else Verdict.CHANGE)
    kind = None if verdict in {Verdict.REJECT, Verdict.UNSURE} else Kind.BARRIER
    return review.decide(
        study, segment=segment, verdict=verdict, coder=coder, book=book(study.folder), kind=kind, code=code,
        **how,
    )  # fmt: skip


def log(folder: Path) -> tuple[Decision, ...]:
    with project.open_study(folder) as study:
        return study.store.decisions.all()


def labels(folder: Path) -> Counter[tuple[str, ...]]:
    """What holds, of everybody: segment, coder, code; with how often."""
    return Counter(
        (d.segment, d.coder, d.verdict if d.verdict is Verdict.UNSURE else str(d.code or "nothing"))
        for d in decisions.standing(log(folder))
    )


def contents(entries: Sequence[Decision]) -> Counter[Decision]:
    """Entries without numbers: what must not be lost."""
    plain = [replace(d, seq=0, undoes=None, shown={}) for d in entries]
    return Counter(repr(d) for d in plain)  # type: ignore[return-value]  # a text for each


def both_ways(copies: Copies, here: Path, there: Path) -> tuple[Path, Path]:
    """Each merged into a copy of the other."""
    one, two = copies.of(here, "one"), copies.of(there, "two")
    merging.merge(one, there)
    merging.merge(two, here)
    return one, two


# --- decisions ------------------------------------------------------------------------------------------------------

ACTIONS = ("money", "people", "nothing", "unsure", "add money", "add people", "undo", "redo", "settle")
STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),  # computer
        st.sampled_from(("ann", "ben")),
        st.integers(0, 3),  # segment
        st.sampled_from(ACTIONS),
        st.booleans(),  # in the same second as the step before
    ),
    max_size=24,
)


def act(study: project.Study, coder: str, segment: str, action: str) -> None:
    """One step of a coder; undo and redo do nothing where there is nothing to take back."""
    try:
        if action in {"undo", "redo"}:
            (review.undo if action == "undo" else review.redo)(study, coder)
        elif action == "settle":
            review.settle(
                study, segment=segment, labels=[(Kind.BARRIER, "PEOPLE")], coder=coder,
                book=book(study.folder),
            )  # fmt: skip
        else:
            adds, _, code = action.rpartition(" ")
            verdict = {"nothing": Verdict.REJECT, "unsure": Verdict.UNSURE}.get(action, Verdict.CHANGE)
            given = code.upper() if action not in {"nothing", "unsure"} else None
            decide(study, segment, coder, given, verdict=Verdict.ADD if adds else verdict)
    except DecisionError:
        assert action in {"undo", "redo"}


@dataclass(frozen=True, slots=True)
class Computers:
    """Copies of the database alone, open, so that hundreds of short lives can be tried."""

    base: Path
    top: Path
    numbers: Iterator[int]

    def copy(self, store: Store | None = None) -> project.Study:
        """A copy of the study as it was when it was copied, or of what an open one has come to."""
        path = self.top / f"{next(self.numbers)}.db"
        shutil.copyfile(self.base / project.DATABASE if store is None else store._path, path)
        made = Store(path)
        made._db.execute("pragma synchronous = off")
        return project.Study(folder=self.base, settings=settings.read(self.base / project.SETTINGS_FILE), store=made)


@pytest.fixture
def computers(base: Path, tmp_path: Path) -> Computers:
    return Computers(base, tmp_path, count())


def play(studies: Sequence[project.Study], steps: Sequence[tuple[int, str, int, str, bool]], clock: Clock) -> None:
    """Take the steps, each in its own copy."""
    last = -1
    for computer, coder, place, action, same_second in steps:
        if computer != last or not same_second:
            clock.tick()
        last = computer
        act(studies[computer], coder, ids(studies[computer])[place], action)


def merged(here: project.Study, there: project.Study) -> int:
    """Bring the decisions of one into the other; how many came."""
    with here.store.transaction():
        added, _ = coding.bring(here.store, there.store.decisions.all())
    return len(added)


def held(study: project.Study) -> Counter[tuple[str, ...]]:
    """What holds: segment, coder and code, with how often."""
    return Counter(
        (d.segment, "" if d.verdict is Verdict.SETTLE else d.coder, said(d))
        for d in decisions.standing(study.store.decisions.all())
    )


def said(decision: Decision) -> str:
    return "unsure" if decision.verdict is Verdict.UNSURE else decision.code or "nothing"


def entries(study: project.Study) -> Counter[str]:
    """What the log says, without numbers."""
    return Counter(repr(replace(d, seq=0, undoes=None)) for d in study.store.decisions.all())


@hypothesis_settings(max_examples=EXAMPLES)
@given(steps=STEPS)
def test_nothing_is_lost_doubled_or_different_the_other_way_round(
    steps: list[tuple[int, str, int, str, bool]], computers: Computers, clock: Clock
) -> None:
    note(repr(steps))
    here, there = computers.copy(), computers.copy()
    play([here, there], steps, clock)
    one, two = computers.copy(here.store), computers.copy(there.store)
    merged(one, there), merged(two, here)
    for kept in (here, there):
        assert not entries(kept) - entries(one)
        assert not entries(kept) - entries(two)
    old = here.store.decisions.all()
    assert one.store.decisions.all()[: len(old)] == old, "what was there is as it was"
    assert held(one) == held(two)
    for mine, other in ((here, there), (there, here)):
        touched = {(d.segment, d.coder) for d in other.store.decisions.all()[2:]}
        alone = {key: n for key, n in held(mine).items() if key[1] and key[:2] not in touched}
        assert {key: n for key, n in held(one).items() if key in alone} == alone
    came, holds = len(one.store.decisions.all()), held(one)
    assert merged(one, there) == merged(two, here) == 0
    assert len(one.store.decisions.all()) == came
    merged(one, two), merged(two, one)
    assert held(one) == held(two) == holds
    assert merged(one, two) == merged(two, one) == merged(one, there) == merged(one, here) == 0
    for study in (here, there, one, two):
        study.close()


# Of one coder on one segment: where codes were added in one copy and replaced in two others, the order counts.
WITHOUT_ADDING = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(("ann", "ben")),
        st.integers(0, 2),
        st.sampled_from(tuple(action for action in ACTIONS if not action.startswith("add"))),
        st.booleans(),
    ),
    max_size=20,
)


@hypothesis_settings(max_examples=EXAMPLES)
@given(steps=WITHOUT_ADDING)
def test_a_third_copy_may_come_in_any_order(
    steps: list[tuple[int, str, int, str, bool]], computers: Computers, clock: Clock
) -> None:
    note(repr(steps))
    three = [computers.copy() for _ in range(3)]
    play(three, steps, clock)
    outcomes = []
    for first, second, third in ((0, 1, 2), (0, 2, 1), (2, 1, 0), (1, 2, 0)):
        made = computers.copy(three[first].store)
        merged(made, three[second])
        merged(made, three[third])
        outcomes.append(made)
    chain = computers.copy(three[1].store)
    merged(chain, three[2])
    last = computers.copy(three[0].store)
    merged(last, chain)
    outcomes.append(last)
    assert all(entries(kept) <= entries(last) for kept in three)
    assert all(held(made) == held(last) for made in outcomes)
    assert all(merged(made, kept) == 0 for made in outcomes for kept in three)
    for study in (*three, *outcomes, chain):
        study.close()


# --- what a person sees ---------------------------------------------------------------------------------------------


def opened(folder: Path) -> project.Study:
    return project.open_study(folder)


def test_the_later_decision_of_one_coder_holds_and_both_are_reported(pair: tuple[Path, Path], clock: Clock) -> None:
    here, there = pair
    with opened(here) as one, opened(there) as two:
        first, second, third, *_ = ids(one)
        clock.tick()
        decide(two, first, "ann", "PEOPLE")
        decide(one, third, "ann", "MONEY")
        clock.tick()
        decide(one, first, "ann", None)
        decide(two, third, "ann", "PEOPLE", verdict=Verdict.ADD)
        decide(two, second, "ben", "PEOPLE")
    result = merging.merge(here, there)
    assert (result.decisions, result.changed) == ({"ann": 2, "ben": 1}, True)
    conflicts = {one.what: one for one in result.conflicts}
    assert conflicts.keys() == {first, third}
    one = conflicts[first]
    assert (one.here, one.there, one.holds) == ("nothing to code", "PEOPLE barrier", "here")
    assert (one.coder, one.where, one.quote) == ("ann", "KI01", ANSWERS[0])
    assert one.there_at < one.here_at
    assert conflicts[third].holds == "there"
    assert labels(here) == {
        (first, "ann", "nothing"): 1,
        (second, "ann", "MONEY"): 1,
        (second, "ben", "PEOPLE"): 1,
        (third, "ann", "PEOPLE"): 1,
    }
    assert [d.memo for d in log(here) if d.verdict is Verdict.UNDO] == ["merged: the later decision holds"] * 2


def test_what_was_only_added_in_both_stands_side_by_side(pair: tuple[Path, Path], clock: Clock) -> None:
    here, there = pair
    with opened(here) as one, opened(there) as two:
        segment = ids(one)[2]
        for study, code in ((one, "MONEY"), (two, "PEOPLE"), (two, "MONEY")):
            clock.tick()
            decide(study, segment, "ann", code, verdict=Verdict.ADD)
    result = merging.merge(here, there)
    assert result.conflicts == ()
    assert [key[2] for key in labels(here) if key[0] == segment] == ["MONEY", "PEOPLE"]
    assert labels(here)[segment, "ann", "MONEY"] == 1, "not twice"


def test_undo_and_redo_go_on_after_merging(pair: tuple[Path, Path], clock: Clock) -> None:
    here, there = pair
    with opened(there) as two:
        *_, last = ids(two)
        clock.tick()
        decide(two, last, "ann", "MONEY")
        review.undo(two, "ann")
    with opened(here) as one:
        decide(one, ids(one)[3], "ben", "MONEY")
    merging.merge(here, there)
    with opened(here) as one:
        assert review.redo(one, "ann").segment == last
        assert labels(here)[last, "ann", "MONEY"] == 1
        assert review.undo(one, "ann").segment == last
        assert review.undo(one, "ann").segment == ids(one)[1], "what was decided before the study was copied"
    assert merging.merge(there, here).decisions == {"ann": 3, "ben": 1}
    assert labels(here) == labels(there)


def test_two_decisions_that_say_the_same_in_one_second_are_two(pair: tuple[Path, Path]) -> None:
    here, there = pair
    with opened(there) as two:
        for _ in range(3):
            decide(two, ids(two)[4], "ann", "MONEY", verdict=Verdict.ADD)
    with opened(here) as one:
        decide(one, ids(one)[4], "ann", "MONEY", verdict=Verdict.ADD)
    assert merging.merge(here, there).decisions == {"ann": 2}
    assert not merging.merge(here, there).changed
    assert not merging.merge(there, here).changed


def test_a_decision_with_a_key_is_known_by_it(pair: tuple[Path, Path]) -> None:
    here, there = pair
    with opened(here) as one, opened(there) as two:
        decide(one, ids(one)[4], "ann", "MONEY", key="sent-1")
        decide(two, ids(two)[4], "ann", "MONEY", key="sent-1", seconds=3.0)
        decide(two, ids(two)[5], "ann", "MONEY", key="sent-2")
    assert merging.merge(here, there).decisions == {"ann": 1}
    with opened(here) as one:
        assert decide(one, ids(one)[5], "ann", "MONEY", key="sent-2").seq == len(log(here)), "sent again: stored once"


# --- themes ---------------------------------------------------------------------------------------------------------


def shown(folder: Path) -> dict[tuple[str, ...], tuple[str, str, str]]:
    """Segments of each theme, as places in the interview, to its name, status and code."""
    with opened(folder) as study:
        place = {name: str(i) for i, name in enumerate(ids(study))}
        return {
            tuple(sorted(place[name] for name in theme.members)): (theme.name, str(theme.status), theme.tied)
            for theme in study.store.themes.all()
        }


def test_one_number_for_two_new_themes_becomes_two_numbers(pair: tuple[Path, Path], clock: Clock) -> None:
    here, there = pair
    with opened(here) as one, opened(there) as two:
        names = ids(one)
        clock.tick()
        curating.split(one, 0, names[:1], coder="ann")
        curating.name(one, 2, "Late", coder="ann")
        clock.tick()
        curating.split(two, 1, names[3:4], coder="ben")
        curating.name(two, 2, "Left", coder="ben")
        curating.tie(two, 2, "PEOPLE", coder="ben")
        curating.undo(two, coder="ben")
        curating.redo(two, coder="ben")
    result = merging.merge(here, there)
    assert result.theme_decisions == {"ben": 5}
    assert result.notes == ("T3 there is T4 here.",)
    themes = {
        ("0",): ("Late", "candidate", ""),
        ("1", "2"): ("", "candidate", ""),
        ("3",): ("Left", "candidate", "PEOPLE"),
        ("4",): ("", "candidate", ""),
    }
    assert shown(here) == themes
    assert not merging.merge(here, there).changed
    merging.merge(there, here)
    assert shown(there) == themes
    assert not merging.merge(there, here).changed
    assert not merging.merge(here, there).changed
    with opened(here) as one:
        assert curating.undo(one, coder="ben").sentence == "Taken back: tie T4 to PEOPLE."


def test_of_two_decisions_about_one_theme_the_later_one_holds(copies: Copies, clock: Clock) -> None:
    here, there = copies.fresh("here"), copies.fresh("there")
    with opened(here) as one, opened(there) as two:
        names = ids(one)
        clock.tick()
        curating.name(two, 0, "Theirs", coder="ben")
        curating.discard(one, 1, coder="ann")
        curating.move(two, 1, names[2:3], coder="ben")
        clock.tick()
        curating.name(one, 0, "Ours", coder="ann")
        curating.keep(two, 1, coder="ben")
        curating.move(one, -1, names[2:3], coder="ann")
    one, two = both_ways(copies, here, there)
    assert shown(one) == shown(two) == {("0", "1"): ("Ours", "candidate", ""), ("3", "4"): ("", "kept", "")}
    conflicts = {conflict.here: conflict for conflict in merging.merge(here, there).conflicts}
    assert {(c.what, c.here, c.there, c.holds) for c in conflicts.values()} == {
        ("T1", "name T1 “Ours”", "name T1 “Theirs”", "here"),
        ("T2", "discard T2", "keep T2", "there"),
        ("1 segment", "take 1 segment out", "move 1 segment to T2", "here"),
    }
    merging.merge(one, two), merging.merge(two, one)
    assert shown(one) == shown(two) == shown(here)
    assert not merging.merge(one, two).changed
    assert not merging.merge(two, one).changed


def test_two_mergers_of_one_theme(copies: Copies, clock: Clock) -> None:
    here, there = copies.fresh("here"), copies.fresh("there")
    for folder, place in ((here, 0), (there, 1)):
        with opened(folder) as study:
            clock.tick()
            curating.split(study, 1, ids(study)[3:4], coder="ann")
            curating.merge(study, place, [2], coder="ann")
    one, two = both_ways(copies, here, there)
    assert shown(one).keys() == shown(two).keys()


def test_themes_that_were_found_anew_are_known_by_their_segments(pair: tuple[Path, Path], clock: Clock) -> None:
    here, there = pair
    with opened(there) as two:
        names = ids(two)
        # The same themes under other numbers, and one that is only there.
        found = (
            FoundTheme(id=7, members=names[:3], strengths=(0.9, 0.8, 0.7), found_in=5, runs=5),
            FoundTheme(id=8, members=names[5:], strengths=(0.9,), found_in=5, runs=5),
        )
        with two.store.transaction():
            two.store.found.replace(found, next_id=9)
            two.store.loose.replace(
                [Loose(segment=name, nearest=7, strength=0.1, reason=Reason.APART) for name in names[3:5]]
            )
            curating.refresh(two)
        clock.tick()
        curating.name(two, 7, "Money", coder="ben")
        curating.name(two, 8, "Walking", coder="ben")
    result = merging.merge(here, there)
    assert shown(here)["0", "1", "2"][0] == "Money"
    assert result.notes == (
        "T8 there is T1 here.",
        f"ben's decision to name T9 “Walking” ({clock.now[:10]}) does not apply now: T9 was not found again.",
    )
    assert not merging.merge(here, there).changed
    with opened(here) as one:
        assert "Walking" in str(curating.notes(one)), "it waits"


THEME_STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(("ann", "ben")),
        st.sampled_from(("split", "name", "keep", "discard", "tie", "move", "out", "undo", "redo")),
        st.integers(0, 4),
        st.integers(0, 5),
    ),
    max_size=10,
)


def shape(study: project.Study, theme: int, place: int, action: str, coder: str) -> None:
    """One step about themes; nothing where it cannot be done."""
    number = theme % max(1, study.store.found.next_id())
    members = ids(study)[place : place + 2]
    try:
        match action:
            case "split":
                curating.split(study, number, members, coder=coder)
            case "name":
                curating.name(study, number, f"Name {place}", coder=coder)
            case "tie":
                curating.tie(study, number, ("MONEY", "PEOPLE")[place % 2], coder=coder)
            case "move" | "out":
                curating.move(study, -1 if action == "out" else number, members, coder=coder)
            case "undo" | "redo":
                (curating.undo if action == "undo" else curating.redo)(study, coder=coder)
            case _:
                (curating.keep if action == "keep" else curating.discard)(study, number, coder=coder)
    except ThemescoutError:
        pass


def theme_merged(here: project.Study, there: project.Study) -> int:
    with here.store.transaction():
        added, _, _ = themes.bring(here.store, there.store.theme_log.all(), there.store.found.all())
        curating.refresh(here)
    return len(added)


def outline(study: project.Study) -> set[tuple[object, ...]]:
    """Every theme without its number."""
    return {(frozenset(t.members), t.name, t.status, t.tied) for t in study.store.themes.all()}


def theme_entries(study: project.Study) -> Counter[str]:
    """What the log says, without numbers, whether of entries or of themes."""
    return Counter(
        repr((d.verb, d.segments, d.value, d.coder, d.decided_at, sorted(map(repr, d.shown.values()))))
        for d in study.store.theme_log.all()
    )


@hypothesis_settings(max_examples=EXAMPLES)
@given(steps=THEME_STEPS)
def test_no_decision_about_themes_is_lost_or_comes_twice(
    steps: list[tuple[int, str, str, int, int]], computers: Computers, clock: Clock
) -> None:
    note(repr(steps))
    here, there = computers.copy(), computers.copy()
    for computer, coder, action, theme, place in steps:
        clock.tick()
        shape((here, there)[computer], theme, place, action, coder)
    one, two = computers.copy(here.store), computers.copy(there.store)
    theme_merged(one, there), theme_merged(two, here)
    for kept in (here, there):
        assert not theme_entries(kept) - theme_entries(one)
        assert not theme_entries(kept) - theme_entries(two)
    everything = {name for theme in one.store.themes.all() for name in theme.members}
    assert everything | {item.segment for item in one.store.loose.all()} == set(ids(one))
    assert theme_merged(one, there) == theme_merged(two, here) == 0
    theme_merged(one, two), theme_merged(two, one)
    assert theme_merged(one, two) == theme_merged(two, one) == theme_merged(one, there) == theme_merged(one, here) == 0
    assert outline(one) == outline(two)
    for study in (here, there, one, two):
        study.close()


# --- interviews and what else a study has ---------------------------------------------------------------------------


def add(folder: Path, path: Path, answers: Sequence[str], **how: Any) -> None:
    """Import an interview and cut it."""
    with opened(folder) as study:
        reports = adding.add(study, [interview(path, answers)], **how)
        assert [report.outcome for report in reports] == [adding.Outcome.ADDED]
        stages.cut(study)
        stages.embed_all(study)


def test_new_interviews_come_with_their_segments_originals_and_vectors(pair: tuple[Path, Path], tmp_path: Path) -> None:
    here, there = pair
    add(there, tmp_path / "in" / "KI02.txt", MORE, wave="2026")
    with opened(there) as two:
        new = two.store.segments.of_transcript("KI02")
        decide(two, new[0].id, "ben", "MONEY")
    result = merging.merge(here, there)
    assert [(one.there, one.here, one.added) for one in result.interviews] == [("KI02", "KI02", True)]
    assert result.vectors == 2
    with opened(here) as one:
        assert one.store.segments.of_transcript("KI02") == new
        assert one.store.transcripts.waves()["KI02"] == "2026"
        file = next(file for file in one.store.transcripts.files() if file.name == "KI02.txt")
        assert (one.transcripts_folder / file.stored).read_bytes() == (tmp_path / "in" / "KI02.txt").read_bytes()
        assert stages.cut(one).fresh
        assert stages.embed_all(one).fresh, "nothing has to be computed again"
        rows = participants.read(one.participants_file)
        assert [(row.transcript, row.participant, row.wave) for row in rows] == [
            ("KI01", "KI01", ""),
            ("KI02", "KI02", "2026"),
        ]
    assert labels(here)[new[0].id, "ben", "MONEY"] == 1
    assert not merging.merge(here, there).changed


def embedded_with(folder: Path, engine: str, *, vectors: bool = True) -> None:
    """As after a study of the default model, its engine left open, was embedded: one vector, and a record."""
    path = folder / project.SETTINGS_FILE
    left_open = settings.changed(settings.read(path, {}), "embed", model="default", engine="auto")
    path.write_text(settings.as_toml(left_open), "utf-8")
    with closing(sqlite3.connect(folder / project.DATABASE)) as db, db:
        db.execute("delete from vector")
    with opened(folder) as study:
        with study.store.transaction():
            study.store.stages.finish(project.ENGINE, "", {"default": engine} if engine else {})
        if vectors:
            study.store.vectors.add(["said"], np.ones((1, 4), np.float32), f"made@1/{engine}")


@pytest.mark.parametrize("recorded", ["", "torch"])
def test_a_study_without_vectors_takes_the_engine_with_the_others_vectors(
    pair: tuple[Path, Path], recorded: str
) -> None:
    here, there = pair
    embedded_with(here, recorded, vectors=False)
    embedded_with(there, "int8")
    assert merging.merge(here, there, dry_run=True).vectors == 1
    with opened(here) as study:
        assert study.settings.embed.engine == "auto"
    assert merging.merge(here, there).vectors == 1
    with opened(here) as study:
        assert study.store.stages.record(project.ENGINE) == {"default": "int8"}
        assert study.settings.embed.engine == "int8"


def test_a_study_with_vectors_keeps_its_engine(pair: tuple[Path, Path]) -> None:
    here, there = pair
    embedded_with(here, "torch")
    embedded_with(there, "int8")
    assert merging.merge(here, there).vectors == 0
    with opened(here) as study:
        assert study.store.stages.record(project.ENGINE) == {"default": "torch"}
        assert study.settings.embed.engine == "torch"


def test_a_study_without_vectors_keeps_its_record_where_the_other_has_none_either(pair: tuple[Path, Path]) -> None:
    here, there = pair
    embedded_with(here, "torch", vectors=False)
    embedded_with(there, "int8", vectors=False)
    merging.merge(here, there)
    with opened(here) as study:
        assert study.store.stages.record(project.ENGINE) == {"default": "torch"}


def test_an_original_that_is_gone_is_told(pair: tuple[Path, Path], tmp_path: Path) -> None:
    here, there = pair
    add(there, tmp_path / "in" / "KI02.txt", MORE)
    (there / "transcripts" / "KI02.txt").write_text("changed", "utf-8")
    for dry_run in (True, False):
        notes = merging.merge(here, there, dry_run=dry_run).notes
        assert notes == (f"The original of KI02.txt is missing or changed in {there / 'transcripts'}.",)
    with opened(here) as one:
        assert len(one.store.segments.of_transcript("KI02")) == 2


CORRECTED = (ANSWERS[0], ANSWERS[1].replace("March", "May"), *ANSWERS[2:])


@pytest.fixture
def corrected(pair: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    """Two copies; in the other, one answer was corrected, and it and another were coded."""
    add(pair[1], tmp_path / "in" / "KI01.txt", CORRECTED, on_change=OnChange.REPLACE)
    with opened(pair[1]) as two:
        names = ids(two)
        decide(two, names[1], "ben", "PEOPLE", key="sent-1")
        decide(two, names[2], "ben", "MONEY")
    return pair


def test_other_words_under_one_name_are_both_kept(corrected: tuple[Path, Path]) -> None:
    here, there = corrected
    result = merging.merge(here, there)
    assert [one.sentence for one in result.interviews] == [
        "KI01 has other words there; both are kept, the other’s as KI01-2."
    ]
    with opened(here) as one:
        places = {item.id: (item.transcript, item.text) for item in one.store.segments.all()}
        found = [(*places[d.segment], d.quote) for d in one.store.decisions.all() if d.coder == "ben"]
        people = {row.transcript: row.participant for row in participants.read(one.participants_file)}
    assert found == [
        ("KI01-2", CORRECTED[1], CORRECTED[1]),
        ("KI01", ANSWERS[2], ANSWERS[2]),
    ]
    assert people == {"KI01": "KI01", "KI01-2": "KI01"}, "one person, in two versions"
    assert not merging.merge(here, there).changed
    back = merging.merge(there, here)
    assert [(one.there, one.here, one.added) for one in back.interviews] == [
        ("KI01", "KI01-3", True),  # the words that only the first copy had; what it calls KI01-2 is another thing
        ("KI01-2", "KI01", False),
    ]
    assert back.decisions == {"ann": 1}, "the one on the words that were corrected"
    assert not merging.merge(here, there).changed
    assert not merging.merge(there, here).changed


@pytest.mark.parametrize(("choice", "kept"), [(OnChange.REPLACE, CORRECTED), (OnChange.SKIP, ANSWERS)])
def test_one_version_can_be_chosen(corrected: tuple[Path, Path], choice: OnChange, kept: Sequence[str]) -> None:
    here, there = corrected
    result = merging.merge(here, there, on_change=choice)
    with opened(here) as one:
        assert [item.text for item in one.store.segments.all()] == list(kept)
        assert {d.transcript for d in one.store.decisions.all()} == {"KI01"}
    adrift = [note for note in result.notes if "not segments here" in note]
    assert len(adrift) == (choice is OnChange.SKIP)
    assert not merging.merge(here, there, on_change=choice).changed


def test_two_interviews_of_one_name_are_two_people(pair: tuple[Path, Path], tmp_path: Path) -> None:
    here, there = pair
    add(here, tmp_path / "in" / "KI02.txt", MORE)
    add(there, tmp_path / "in" / "KI02.txt", ["Another person altogether spoke here.", "About something else, too."])
    merging.merge(here, there)
    with opened(here) as one:
        people = [row.participant for row in participants.read(one.participants_file)]
    assert people == ["KI01", "KI02", "KI02-2"]


def test_one_interview_under_two_names_is_one(pair: tuple[Path, Path], tmp_path: Path) -> None:
    here, there = pair
    add(here, tmp_path / "in" / "KI02.txt", MORE)
    add(there, tmp_path / "in" / "second.txt", MORE)
    with opened(there) as two:
        decide(two, two.store.segments.of_transcript("second")[1].id, "ben", "PEOPLE")
    result = merging.merge(here, there)
    assert [one.sentence for one in result.interviews] == ["second has the words of KI02, which is here already."]
    with opened(here) as one:
        assert [d.transcript for d in one.store.decisions.all() if d.coder == "ben"] == ["KI02"]
        assert one.store.segments.get(log(here)[-1].segment)
        assert len(participants.read(one.participants_file)) == 2
    assert not merging.merge(here, there).changed
    assert not merging.merge(there, here).changed


def test_of_participants_what_a_person_filled_in_counts(pair: tuple[Path, Path]) -> None:
    here, there = pair
    row = participants.read(here / "participants.csv")[0]
    participants.write(here / "participants.csv", [replace(row, role="nurse", others={"age": "40"})])
    filled = replace(row, participant="P7", role="midwife", setting="rural", others={"age": "", "sex": "f"})
    participants.write(there / "participants.csv", [filled])
    result = merging.merge(here, there)
    assert participants.read(here / "participants.csv") == (
        replace(row, participant="P7", role="nurse", setting="rural", others={"age": "40", "sex": "f"}),
    )
    assert [(one.where, one.what, one.here, one.there) for one in result.differences] == [
        ("participants.csv: KI01 P", "role", "nurse", "midwife")
    ]
    assert not merging.merge(here, there).changed


def test_settings_stay_and_preferences_of_new_coders_come(pair: tuple[Path, Path]) -> None:
    here, there = pair
    path = there / project.SETTINGS_FILE
    path.write_text(settings.as_toml(settings.changed(settings.read(path, {}), "suggest", listed=7)), "utf-8")
    preferences.write(here, "ann", preferences.Preferences(keys={"accept": "x"}))
    preferences.write(there, "ann", preferences.Preferences(keys={"accept": "y"}))
    preferences.write(there, "ben", preferences.Preferences(independent=True))
    result = merging.merge(here, there)
    assert [(one.what, one.here, one.there) for one in result.differences] == [("[suggest] listed", "5", "7")]
    assert result.preferences == ("ben",)
    assert preferences.read(here, "ann").keys == {"accept": "x"}
    assert preferences.read(here, "ben").independent
    assert not merging.merge(here, there).changed


def test_the_codebook_here_stays_in_use_and_the_other_is_recorded(pair: tuple[Path, Path], two_codes: str) -> None:
    here, there = pair
    text = f"{two_codes}  - {{id: ROADS, name: Roads, definition: Roads and fuel.}}\n".replace("Funds,", "Money,")
    (there / "small.yaml").write_text(text, "utf-8")
    with opened(there) as two, two.store.transaction():
        changed = stages.load_codebook(two).source_text
        two.store.copies.add_book(BookVersion(body=changed, used_from="2026-11-02", coder="ben", reason="roads"))
        decide(two, ids(two)[5], "ben", "ROADS")
    result = merging.merge(here, there)
    assert result.books == 1
    assert "Codes that only the other has: ROADS." in " ".join(result.notes)
    assert "Codes described otherwise there: MONEY." in result.notes
    with opened(here) as one:
        found = one.store.copies.books()
        assert [book.reason for book in found] == ["", "roads", "merged: the codebook of this copy stays in use"]
        body = stages.load_codebook(one).source_text
        assert [book.body for book in found] == [body, changed, body]
        assert one.store.codebooks.use(body, at="2026-12-01") == 3, "it is the newest still"
    assert not merging.merge(here, there).changed
    merging.merge(there, here)
    assert not merging.merge(there, here).changed
    assert not merging.merge(here, there).changed


def test_a_codebook_that_was_changed_and_not_used_yet_is_recorded_too(pair: tuple[Path, Path], two_codes: str) -> None:
    here, there = pair
    (there / "small.yaml").write_text(two_codes.replace("Funds,", "Money,"), "utf-8")
    assert merging.merge(here, there).books == 1
    assert not merging.merge(here, there).changed
    (there / "small.yaml").unlink()
    assert "cannot be read" in merging.merge(here, there).notes[-1], "which keeps nothing else from coming"


def test_the_newest_summary_of_a_cell_stands_last(copies: Copies, clock: Clock) -> None:
    here, there = copies.fresh("here"), copies.fresh("there")

    def write(folder: Path, category: str, body: str) -> None:
        clock.tick()
        with opened(folder) as study, study.store.transaction():
            study.store.copies.add_summaries(
                [
                    WrittenSummary(
                        participant="KI01", kind="barrier", category=category, body=body, coder="ann",
                        written_at=clock.now,
                    )
                ]
            )  # fmt: skip

    def standing(folder: Path) -> dict[str, str]:
        with opened(folder) as study:
            return {one.category: one.body for one in study.store.copies.summaries()}

    write(there, "MONEY", "earlier there")
    write(here, "MONEY", "later here")
    write(here, "PEOPLE", "earlier here")
    write(there, "PEOPLE", "later there")
    write(there, "ROADS", "only there")
    one, two = both_ways(copies, here, there)
    assert standing(one) == standing(two)
    assert standing(one) == {"MONEY": "later here", "PEOPLE": "later there", "ROADS": "only there"}
    result = merging.merge(here, there)
    assert result.summaries == {"ann": 3}
    assert [(c.what, c.here, c.there, c.holds) for c in result.conflicts] == [
        ("KI01 · barrier · MONEY", "later here", "earlier there", "here"),
        ("KI01 · barrier · PEOPLE", "earlier here", "later there", "there"),
    ]
    merging.merge(one, two), merging.merge(two, one)
    assert standing(one) == standing(two) == standing(here)
    assert not merging.merge(one, two).changed
    assert not merging.merge(two, one).changed


# --- all or nothing -------------------------------------------------------------------------------------------------


def everything(folder: Path) -> dict[str, bytes]:
    """Every file of a study."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def dump(path: Path) -> list[str]:
    """Everything in a database."""
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


def test_the_other_is_only_read_and_what_was_here_is_kept(corrected: tuple[Path, Path], tmp_path: Path) -> None:
    here, there = corrected
    add(there, tmp_path / "in" / "KI02.txt", MORE)
    before, other = everything(here), everything(there)
    tried = merging.merge(here, there, dry_run=True)
    assert everything(here) == before, "a trial writes nothing"
    result = merging.merge(here, there)
    assert replace(result, dry_run=True, backup="") == tried, "and says the same"
    assert everything(there) == other
    (tmp_path / "before.db").write_bytes(before["study.db"])
    assert dump(here / "study.db.before-merge") == dump(tmp_path / "before.db")
    assert not [name for name in everything(here) if name.endswith((".half", "-journal"))]
    kept = everything(here)
    assert not merging.merge(here, there).changed
    assert everything(here) == kept, "where nothing came, the copy from before stays"


def test_a_failure_leaves_the_study_as_it_was(corrected: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = corrected
    before = everything(here)

    def fail(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(participants, "write", fail)
    with pytest.raises(ThemescoutError, match="cannot be written: No space left on device"):
        merging.merge(here, there)
    after = everything(here)
    assert after["study.db"] == before["study.db"]
    assert log(here) == log(here)[:2]


def test_what_was_not_finished_in_the_other_is_left_to_it(pair: tuple[Path, Path], clock: Clock) -> None:
    here, there = pair
    with opened(there) as two:
        decide(two, ids(two)[4], "ben", "MONEY")
        with two.store.transaction():
            decide(two, ids(two)[5], "ben", "MONEY")
            assert merging.merge(here, there).decisions == {"ben": 1}
    assert merging.merge(here, there).decisions == {"ben": 1}


def test_a_journal_that_a_killed_program_left_is_read_in_the_copy(pair: tuple[Path, Path]) -> None:
    here, there = pair
    script = (
        "import os, signal, sqlite3, sys\n"
        "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "db.execute('pragma cache_size = 1')\n"
        "db.execute('begin immediate')\n"
        "db.execute('update transcript set name = ?', ('x' * 2_000_000,))\n"
        "db.execute('update stage set record = ?', ('x' * 2_000_000,))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(there / "study.db")], check=False)
    assert (there / "study.db-journal").stat().st_size
    other = everything(there)
    assert not merging.merge(here, there).changed
    assert everything(there) == other
