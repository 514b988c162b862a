"""Two small waves made by hand: who says what, what was decided, what is suggested."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import pytest

from themescout import codebook
from themescout.candidates import Theme
from themescout.comparison.counts import rows
from themescout.comparison.counts.mentions import Sources
from themescout.comparison.model import Wave
from themescout.comparison.waves import Side
from themescout.report.quotes import Quote
from themescout.settings import CompareSettings
from themescout.types import Decision, Kind, Ranked, Segment, Suggestion, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from themescout.codebook import Codebook
    from themescout.comparison.counts.rows import Counted, Facts
    from themescout.decisions import Label
    from themescout.report.places import Places

BOOK = """
id: small
title: Small
kinds:
  - {id: barrier, name: Barrier}
  - {id: research_question, name: Question}
  - {id: neither, name: Neither}
codes:
  - {id: MONEY, name: Money, definition: Funds.}
  - {id: M-PRICE, name: Price of things, parent: MONEY, definition: What it costs., keywords: [unit cost, expensive]}
  - {id: M-TAX, name: Tax, parent: MONEY, definition: What is taken.}
  - {id: PEOPLE, name: People, definition: Staff.}
  - {id: P-PAY, name: Pay, parent: PEOPLE, definition: What they earn.}
  - {id: P-TRAIN, name: Training, parent: PEOPLE, definition: What they learn.}
"""


class Spots:
    """Cuts quotes out of segments made by hand; in place of `Places`, which reads a study."""

    def __init__(self, items: dict[str, Segment], who: dict[str, str]) -> None:
        self._items, self._who = items, who

    def of_segment(self, item: Segment, *, weight: float = 1.0) -> Quote:
        return Quote(
            text=item.text, participant=self._who[item.id], transcript=item.transcript, start=item.start, end=item.end,
            turn=item.turn + 1, segment=item.id, weight=weight,
        )  # fmt: skip

    def of_label(self, label: Label, item: Segment | None) -> Quote | None:
        return self.of_segment(item) if item else None


@dataclass
class World:
    """Everything that is counted, added piece by piece; `old` and `new` are (informant, segments) in order."""

    book: Codebook
    plan: CompareSettings = field(default_factory=CompareSettings)
    items: dict[str, dict[str, Segment]] = field(default_factory=lambda: {"old": {}, "new": {}})
    people: dict[str, list[str]] = field(default_factory=lambda: {"old": [], "new": []})
    settings: dict[str, str] = field(default_factory=dict)
    who: dict[str, str] = field(default_factory=dict)
    log: list[Decision] = field(default_factory=list)
    suggestions: dict[str, Suggestion] = field(default_factory=dict)
    theme_of: dict[str, int] = field(default_factory=dict)
    themes: dict[int, Theme] = field(default_factory=dict)

    def hear(self, wave: str, informant: str, setting: str = "") -> None:
        """Somebody who has said nothing yet."""
        if informant not in self.people[wave]:
            self.people[wave].append(informant)
        if setting:
            self.settings[informant] = setting

    def say(self, wave: str, informant: str, context: str = "", text: str = "") -> str:
        """One more segment; its id."""
        self.hear(wave, informant)
        number = sum(len(some) for some in self.items.values())
        name = f"{wave}-{number}"
        body = text or f"What {informant} says, number {number}."
        self.items[wave][name] = Segment(
            id=name, transcript=f"{wave}-{informant}", turn=number, start=1000 * number,
            end=1000 * number + len(body), text=body, speaker="R", context=context,
        )  # fmt: skip
        self.who[name] = informant
        return name

    def decide(
        self, segment: str, code: str | None, kind: Kind | None = Kind.BARRIER, *, coder: str = "ann",
        verdict: Verdict = Verdict.ADD, at: str = "2026-02-02T00:00:00",
    ) -> None:  # fmt: skip
        """A person's decision."""
        item = next(some[segment] for some in self.items.values() if segment in some)
        self.log.append(
            Decision(
                seq=len(self.log) + 1, segment=segment, verdict=verdict, kind=kind, code=code, coder=coder,
                decided_at=at, transcript=item.transcript, start=item.start, end=item.end, quote=item.text,
            )
        )  # fmt: skip

    def suggest(
        self, segment: str, *ranked: tuple[str, float], kind: Kind | None = Kind.BARRIER, kind_p: float = 1.0,
        abstained: bool = False,
    ) -> None:  # fmt: skip
        """What the machine says; the codes that are not given have probability 0."""
        rest = [(code.id, 0.0) for code in self.book.assignable if code.id not in dict(ranked)]
        self.suggestions[segment] = Suggestion(
            segment=segment, kind=kind, kind_p=kind_p, abstained=abstained,
            ranked=tuple(Ranked(code=code, p=p) for code, p in (*ranked, *rest)),
        )  # fmt: skip

    def raised(self, wave: str, code: str, *informants: str, context: str = "", kind: Kind = Kind.BARRIER) -> None:
        """Each of these informants says it once, confirmed."""
        for name in informants:
            self.decide(self.say(wave, name, context), code, kind)

    def silent(self, wave: str, *informants: str) -> None:
        """Each of these says something in which there is nothing to code, confirmed."""
        for name in informants:
            self.decide(self.say(wave, name), None, None, verdict=Verdict.REJECT)

    def side(self, wave: str) -> Side:
        items, names = tuple(self.items[wave].values()), tuple(sorted(self.people[wave]))
        settings = {name: self.settings.get(name, "") for name in names}
        return Side(
            wave=Wave(
                name=wave, title=f"{wave} wave", interviews=len({item.transcript for item in items}), informants=names,
                settings=tuple(sorted(set(settings.values()) - {""})), segments=len(items), decided=0, words=100,
            ),
            items=items, who={item.id: self.who[item.id] for item in items}, settings=settings,
        )  # fmt: skip

    def sources(self) -> Sources:
        items = {name: item for some in self.items.values() for name, item in some.items()}
        return Sources(
            book=self.book, plan=self.plan, log=self.log, suggestions=self.suggestions,
            places=cast("Places", Spots(items, self.who)), theme_of=self.theme_of, themes=self.themes,
        )  # fmt: skip

    def theme(self, number: int, keywords: Sequence[str], *members: str) -> None:
        """A theme with these segments in it."""
        self.themes[number] = Theme(
            id=number, label=f"Theme {number}", keywords=tuple(keywords), members=members,
            strengths=(1.0,) * len(members), exemplars=(), found_in=1, runs=1,
        )  # fmt: skip
        self.theme_of |= dict.fromkeys(members, number)

    def facts(self, **values: object) -> Facts:
        made = rows.Facts(old=self.side("old"), new=self.side("new"), sources=self.sources())
        return replace(made, **values)  # type: ignore[arg-type]

    def counted(self, **values: object) -> Counted:
        return rows.counted(self.facts(**values))


@pytest.fixture(scope="session")
def small_book() -> Codebook:
    """Two categories of two codes each, with kinds."""
    return codebook.parse(BOOK, name="small", form="yaml")


@pytest.fixture
def world(small_book: Codebook) -> World:
    """Nobody has said anything yet."""
    return World(small_book)


@pytest.fixture
def make_world(small_book: Codebook) -> Callable[[], World]:
    """The same as often as is wanted, for property tests."""
    return lambda: World(small_book)
