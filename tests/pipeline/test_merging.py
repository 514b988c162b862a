"""Two copies of a study become one: nothing is lost, nothing comes twice, and the order of merging does not matter."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, note
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from themescout import decisions, participants, project, settings
from themescout.candidates import FoundTheme, Loose, Reason
from themescout.errors import DecisionError, ThemescoutError
from themescout.pipeline import adding, curating, merging, stages
from themescout.pipeline.adding import OnChange
from themescout.pipeline.merging import coding
from themescout.review import preferences
from themescout.review import service as review
from themescout.store import Store
from themescout.store.copies import BookVersion, WrittenSummary
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from themescout.codebook import Codebook
    from themescout.pipeline.merging import MergeResult
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
        seconds = next(self._seconds)
        self.now = f"2026-11-{1 + seconds // 86400:02}T{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}+00:00"

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


@hypothesis_settings(max_examples=400)
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
