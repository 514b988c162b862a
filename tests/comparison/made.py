"""A comparison with every case in it, made up: fourteen earlier informants, four new ones, two new topics."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from typing import Any

from themescout import intervals
from themescout.candidates import ThemeStatus
from themescout.comparison.model import (
    AID,
    Basis,
    Candidate,
    Comparison,
    Holding,
    Meaning,
    Named,
    Outcome,
    Placed,
    Point,
    Profile,
    Row,
    Share,
    Wave,
)
from themescout.report.quotes import Quote
from themescout.types import Kind

OLD = tuple(f"KI{i:02d}" for i in range(1, 15))
NEW = ("KI21", "KI22", "KI23", "KI24")
SETTINGS = {
    "KI21": "village volunteers, northern districts",
    "KI22": "newborn care in hospitals",
    "KI23": "school meals, lake shore",
    "KI24": "village volunteers, northern districts",
}
TREE = {
    ("C1", "Attributes of the intervention"): (
        ("INT-COMPLEX", "Complexity"),
        ("INT-EVIDENCE", "Weak or non-transferable evidence of effect"),
        ("INT-COST", "Unit cost of the product or package"),
        ("INT-FIT", "Poor fit or adaptability"),
    ),
    ("C2", "Attributes of the implementers"): (
        ("IMP-HRH", "Health workforce numbers and distribution"),
        ("IMP-SKILLS", "Skills, training and supervision"),
        ("IMP-MOTIV", "Motivation, pay and workload"),
    ),
    ("C3", "Scale-up approach"): (
        ("APP-STRATEGY", "No strategy or design for scale"),
        ("APP-TAILOR", "One-size-fits-all or top-down roll-out"),
        ("APP-PACE", "Pace, phasing and targets"),
    ),
    ("C4", "Attributes of the adopting community"): (
        ("COM-DEMAND", "Low demand or perceived need"),
        ("COM-TRUST", "Mistrust"),
    ),
    ("C5", "Socio-political, fiscal, and cultural context"): (
        ("CTX-POLWILL", "Political will and priority"),
        ("CTX-DONOR", "Donor behaviour and aid architecture"),
        ("CTX-INFRA", "Infrastructure and geography"),
    ),
    ("C6", "Research context"): (
        ("RES-EMBED", "Research and learning not built in"),
        ("RES-CAPACITY", "Research capacity in countries"),
    ),
}
USUAL = (
    "The money for the second year was promised and then it came nine months late, so the trainers had left by then.",
    "We had one nurse for three posts, and she was also the one who filled in the forms on Friday.",
    "Nobody had asked the mothers. The boxes were in the store and the mothers went to the market.",
    "It worked in two districts because the team drove out every week. In forty districts nobody drives out.",
    "The ministry has changed its focal point four times, and each time we began at the beginning.",
    "I would want to know which of the five parts does the work, because we cannot pay for all five.",
    "They sent us the same poster as the coast, with a boat on it. We have no boats here.",
    "Supervision is a signature in a book, it is not somebody who watches you and says, try it this way.",
)
PHONES = (
    "Since the tablets came we type everything twice, once for the district and once for the partner's dashboard.",
    "The app does not open without a signal, and in the rains there is no signal for days.",
    "Who owns what is on that phone? The company says it does, and the ministry has not read the contract.",
    "A message came that the register is full. How can a register be full? It is a telephone.",
)
FLOODS = (
    "The bridge went in March and for seven weeks the vaccines stood on the wrong side of the river.",
    "We plan by the old calendar, but the rain does not come by the old calendar any more.",
    "Two of our posts have been under water twice, and nobody has a line in the budget for that.",
)
ARABIC = "تأخر المال كثيرا ولم يصل إلى القرية."


def quote(text: str, who: str, at: int = 0) -> Quote:
    """Words that somebody says at a place."""
    start = 40 + 211 * at
    return Quote(
        text=text, participant=who, transcript=who, start=start, end=start + len(text), turn=2 * at + 2,
        segment=f"{who}-{at}",
    )  # fmt: skip


def share(count: int, total: int, basis: Basis = Basis.CONFIRMED, prompted: int = 0) -> Share:
    """A count of informants with its intervals."""
    if not total:
        return Share(count=0, prompted=0, total=0, low=0.0, high=1.0, exact=(0.0, 1.0), basis=basis)
    low, high = intervals.wilson(count, total)
    people = OLD if total == len(OLD) else NEW
    return Share(
        count=count, prompted=prompted, total=total, low=low, high=high,
        exact=tuple(intervals.clopper_pearson(count, total)), basis=basis, who=people[:count],
    )  # fmt: skip


def _outcome(old: int, new: int, prompted: int) -> Outcome:
    if not new:
        return Outcome.NOT_HEARD if old else Outcome.NEITHER
    if not old:
        return Outcome.NEW if new >= 3 else Outcome.NEW_FEW
    if new < 2:
        return Outcome.FEW
    return Outcome.PROMPTED if new - prompted < 2 else Outcome.RETAINED


def _sentence(title: str, outcome: Outcome, new: int) -> str:
    said = {
        Outcome.RETAINED: f"Again raised by {new} of 4 informants.",
        Outcome.PROMPTED: f"Raised by {new} of 4 informants, but not by two unprompted.",
        Outcome.FEW: f"Raised by {new} of 4 informants, fewer than the plan asks.",
        Outcome.NOT_HEARD: "Not raised; with n = 4 this is compatible with up to about 3 in 5 of similar informants "
        "holding it (exact two-sided upper limit 60.2 %).",
        Outcome.NEW: f"Raised by {new} of 4 informants; not among what was heard in the earlier interviews.",
        Outcome.NEW_FEW: f"Raised by {new} of 4 informants, too few to call it new.",
        Outcome.NEITHER: "Not raised in either wave.",
        Outcome.UNCLEAR: "Nobody for certain, but some segments are worth reading.",
    }
    return said[outcome]


def row(
    level: str, id_: str, title: str, *, old: int, new: int, kind: Kind | None = Kind.BARRIER, parent: str = "",
    basis: Basis = Basis.CONFIRMED, prompted: int = 0, **changes: Any,
) -> Row:  # fmt: skip
    """A row with what follows from its counts."""
    outcome = changes.pop("outcome", _outcome(old, new, prompted))
    low, high = intervals.newcombe((new, 4), (old, 14))
    made = Row(
        level=level, id=id_, title=title, parent=parent, kind=kind, old=share(old, 14),
        new=share(new, 4, basis, prompted), difference=new / 4 - old / 14, low=low, high=high,
        rose=intervals.posterior_rise((old, 14), (new, 4)).chance, outcome=outcome,
        sentence=_sentence(title, outcome, new),
        holding=Holding(holds=new > 2, breakers=() if new > 2 else NEW[:1]) if new >= 2 else None,
        old_quotes=tuple(quote(USUAL[(old + i) % 8], OLD[i], 3 + i) for i in range(min(old, 2))),
        new_quotes=tuple(quote(USUAL[(new + i + 3) % 8], NEW[i], 5 + i) for i in range(min(new, 2))),
        looked_at=((quote(USUAL[1], "KI23", 8), 0.14), (quote(USUAL[6], "KI21", 9), 0.11)) if not new and old else (),
    )  # fmt: skip
    return replace(made, **changes)


@cache
def rows(*, kinds: bool = True) -> tuple[Row, ...]:
    """Categories, codes and themes; the same each time."""
    chance = random.Random(7)  # noqa: S311  # no secret hangs on it
    made: list[Row] = []
    codes: list[Row] = []
    for kind in (Kind.BARRIER, Kind.RESEARCH_QUESTION) if kinds else (None,):
        for (id_, title), below in TREE.items():
            family = {"p": round(chance.random(), 3), "adjusted": 1.0} if kind is not Kind.RESEARCH_QUESTION else {}
            counts = []
            for code, name in below:
                old = chance.choice((0, 0, 2, 3, 5, 7, 11))
                new = chance.choice((0, 0, 1, 2, 2, 3, 4))
                basis = Basis.SUGGESTED if chance.random() < 0.4 else Basis.CONFIRMED
                prompted = int(new > 1 and chance.random() < 0.2)
                counts.append((old, new))
                codes.append(
                    row("code", code, name, old=old, new=new, kind=kind, parent=id_, basis=basis, prompted=prompted)
                )
            old, new = (max(pair[i] for pair in counts) for i in (0, 1))
            made.append(row("category", id_, title, old=old, new=new, kind=kind, **family))
    codes[1] = replace(
        codes[1], old=share(0, 14), new=share(0, 4, Basis.SUGGESTED), outcome=Outcome.UNCLEAR, difference=0.0,
        sentence=_sentence("", Outcome.UNCLEAR, 0), looked_at=((quote(USUAL[5], "KI22", 11), 0.41),), new_quotes=(),
        old_quotes=(),
    )  # fmt: skip
    themes = [
        row(
            "theme", str(i), title, old=old, new=new, kind=None, basis=Basis.PLACED,
        )
        for i, (title, old, new) in enumerate((
            ("money · late · second year", 11, 3), ("nurse · post · Friday", 9, 2), ("mothers · asked · market", 7, 1),
            ("poster · coast · boats", 4, 0), ("drive · week · districts", 6, 4),
        ))
    ]  # fmt: skip
    return (*made, *codes, *themes)


@cache
def placed() -> tuple[Placed, ...]:
    """Sixty segments of each new informant; those about telephones and floods are novel."""
    chance = random.Random(11)  # noqa: S311  # no secret hangs on it
    made = []
    for who in NEW:
        for i in range(60):
            text, candidate, p = USUAL[(i + len(made)) % 8], -1, max(0.02, chance.random())
            if i % 13 == 4 and who != "KI22":
                text, candidate, p = PHONES[i % 4], 14, chance.choice((0.0011, 0.0011, 0.0022, 0.0033))
            elif i % 17 == 9 and who in {"KI21", "KI22", "KI23"}:
                text, candidate, p = FLOODS[i % 3], 15, chance.choice((0.0011, 0.0022, 0.0044))
            elif i == 40 and who == "KI24":
                text, candidate, p = ARABIC, -1, 0.0055
            novel = p < 0.01
            made.append(
                Placed(
                    quote=quote(text, who, i), setting=SETTINGS[who], theme=-1 if novel else i % 5,
                    strength=0.2 if novel else 0.8, codes=(("CTX-INFRA", 0.44), ("IMP-HRH", 0.21)), p=p,
                    q=min(1.0, 8 * p), novel=novel, candidate=candidate, decided=i < 20,
                )
            )  # fmt: skip
    return tuple(made)


def candidates() -> tuple[Candidate, ...]:
    """One that stands, and one that hangs on a person."""
    first = Candidate(
        theme=14, title="tablets · app · dashboard", keywords=("tablet", "app", "signal", "dashboard", "register"),
        status=ThemeStatus.CANDIDATE, segments=15, novel=15,
        share=replace(share(3, 4, Basis.PLACED), who=("KI21", "KI23", "KI24")),
        settings=("school meals, lake shore", "village volunteers, northern districts"),
        alike=share(0, 14, Basis.PLACED), outcome=Outcome.NEW,
        sentence="Raised by 3 of 4 informants in 2 settings; not among what was heard in the earlier interviews.",
        holding=Holding(holds=True), codes=(("CTX-INFRA", 7), ("IMP-SKILLS", 4)),
        quotes=tuple(quote(PHONES[i], who, 4 + 13 * i) for i, who in enumerate(("KI21", "KI23", "KI24"))),
        old_quotes=(quote(USUAL[7], "KI03", 12), quote(USUAL[1], "KI11", 6)),
    )  # fmt: skip
    second = replace(
        first, theme=15, title="Floods and the calendar", keywords=("bridge", "rain", "water", "calendar"),
        status=ThemeStatus.KEPT, segments=9, novel=8, share=share(3, 4, Basis.CONFIRMED),
        alike=share(1, 14, Basis.PLACED), settings=("newborn care in hospitals",), outcome=Outcome.NEW_FEW,
        sentence="Raised by 3 of 4 informants, but in a single setting: too few to call it new.",
        holding=Holding(holds=False, breakers=("KI22",)), codes=(),
        quotes=tuple(quote(FLOODS[i], who, 9 + 17 * i) for i, who in enumerate(("KI21", "KI22", "KI23"))),
    )  # fmt: skip
    return (first, second)


def baseline() -> tuple[Named, ...]:
    """What a paper names: heard again, not heard, unclear, and without a code."""
    heard = Named(
        theme="Lack of trained staff", kind="barrier", code="IMP-HRH", new=share(3, 4), outcome=Outcome.RETAINED,
        sentence="Again raised by 3 of 4 informants.", holding=Holding(holds=True),
        quotes=(quote(USUAL[1], "KI21", 7), quote(USUAL[7], "KI23", 3)),
    )  # fmt: skip
    silent = replace(
        heard, theme="Low demand of families", code="COM-DEMAND", new=share(0, 4), outcome=Outcome.NOT_HEARD,
        sentence=_sentence("", Outcome.NOT_HEARD, 0), holding=None, quotes=(),
        looked_at=((quote(USUAL[2], "KI24", 2), 0.17),),
    )  # fmt: skip
    unclear = replace(silent, theme="How to cost a programme", kind="research_question", outcome=Outcome.UNCLEAR,
                      sentence=_sentence("", Outcome.UNCLEAR, 0), new=share(0, 4, Basis.SUGGESTED))  # fmt: skip
    return heard, silent, unclear, replace(silent, theme="A theme without a code", kind="", code="")


def meanings() -> tuple[Meaning, ...]:
    """One that moved, one that did not, one of which nothing usual is known."""
    moved = Meaning(
        theme=0, title="money · late · second year", drift=0.21, usual=0.08, high=0.14, p=0.012,
        sentence="Its centre lies further off than between earlier informants. Read both sides: what is said of it?",
        old_quotes=(quote(USUAL[0], "KI02", 4), quote(USUAL[4], "KI09", 6)), new_quotes=(quote(USUAL[3], "KI21", 8),),
    )  # fmt: skip
    still = replace(moved, theme=1, title="nurse · post · Friday", drift=0.07, p=0.61, sentence="Within what is usual.")
    unknown = replace(moved, theme=4, title="drive · week · districts", usual=None, high=None, p=None,
                      sentence="Too few earlier informants to say what is usual.")  # fmt: skip
    return moved, still, unknown


@cache
def points() -> tuple[Point, ...]:
    """Five clouds of the earlier wave, new ones among them, and two clouds of new ones."""
    chance = random.Random(3)  # noqa: S311  # no secret hangs on it
    centres = ((0.2, 0.2), (0.5, 0.15), (0.8, 0.3), (0.3, 0.55), (0.6, 0.5))
    made = [
        Point(segment=f"old-{i}", x=_near(chance, centres[i % 5][0]), y=_near(chance, centres[i % 5][1]), wave="old",
              theme=i % 5)
        for i in range(300)
    ]  # fmt: skip
    for item in placed():
        x, y = {14: (0.85, 0.65), 15: (0.15, 0.75)}.get(item.candidate, centres[item.theme])
        theme = item.candidate if item.candidate >= 0 else item.theme
        made.append(
            Point(segment=item.quote.segment, x=_near(chance, x), y=_near(chance, y), wave="new", theme=theme,
                  novel=item.novel)
        )  # fmt: skip
    return tuple(made)


def _near(chance: random.Random, centre: float) -> float:
    return min(1.0, max(0.0, chance.gauss(centre, 0.05)))


def comparison(**changes: Any) -> Comparison:
    """The whole, with what is given put in place of its parts."""
    return replace(
        Comparison(
            study="Scaling up, ten years on (invented)",
            old=Wave(
                name="wave1", title="Interviews of 2012", interviews=14, informants=OLD,
                settings=("newborn care in hospitals", "school meals", "village volunteers"), segments=1104,
                decided=1104, words=6210,
            ),
            new=Wave(
                name="wave2", title="Interviews of 2026", interviews=4, informants=NEW,
                settings=tuple(sorted(set(SETTINGS.values()))), segments=240, decided=80, words=4950,
            ),
            resolution=(
                ("With 14 informants against 4, a share would have to rise from 0 to 3 of 4, or from 5 of 14 to 4, "
                "before a two-sided test with p < 0.05 could tell it from no change."),
                "What a quarter of similar informants hold is heard from none of 4 with a chance of 32 %.",
                "Most real changes of this size cannot be shown here: read the intervals.",
            ),
            plan=(
                "Heard again: from at least 2 informants, unprompted.",
                "New: from at least 3 informants in at least 2 settings.",
                "Of the segments called novel, at most 10 % are to be false ones.",
                "Test: Boschloo's, over the family of 6 categories as barriers, with Holm's correction.",
            ),
            rows=rows(), baseline=baseline(), baseline_source="A paper of 2012, abstract", placed=placed(),
            candidates=candidates(), meanings=meanings(),
            profile=Profile(
                weighted=0.58, expected=0.66, shuffled=(0.52, 0.78), p=0.14, exact=True, jaccard=0.71,
                interval=(0.5, 0.8), only_old=("COM-TRUST",), only_new=("RES-CAPACITY",),
            ),
            points=points(), comparisons=51,
            refused=(
                "No test of the list of the paper: it gives names without counts, so nothing can be said of weight.",
                "No test of research questions: the plan declares barriers alone.",
            ),
            notes=("The interviewer named the category in 7 of 18 interviews; those mentions are counted apart.",),
            names={id_: title for part in (TREE, *TREE.values()) for id_, title in part},
        ),
        **changes,
    )  # fmt: skip


HOSTILE = '</title><script>alert(1)</script> & "so" <img src=x onerror=y>'
__all__ = ["AID", "comparison"]
