"""New codes from interview to interview: saturation of what people confirmed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout import decisions, saturation

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from themescout.decisions import Label
    from themescout.review.progress.material import Material
    from themescout.types import Decision

# A segment or two are always put aside; an interview of which more is missing would look as if it had nothing new.
COUNTS = 0.9  # share of its segments that must be decided
SHARES = (0.05, 0.1, 0.2)  # of people who hold a view that may never be heard


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How saturation is judged: interviews in the base and in a run, and the largest share of new codes, 0..1."""

    base: int = saturation.BASE
    run: int = saturation.RUN
    threshold: float = saturation.THRESHOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCode:
    """A code that an interview brought, and the first segment in it that has the code."""

    code: str
    name: str
    segment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An interview that counts: its codes, those that none before it has, and the number of codes until then."""

    transcript: str
    codes: int
    new: tuple[NewCode, ...]
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One row of interviews, judged by some codes: what these are called, the interviews, the curve, the verdict."""

    name: str
    interviews: tuple[Heard, ...]
    band: saturation.Band
    result: saturation.Saturation


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverHeard:
    """The chance, 0..1, that a view held by a `share` of such people is heard from none of the informants so far."""

    share: float
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """New codes in interviews that count.

    Attributes:
        counted: number of interviews that count.
        total: number of all.
        informants: number of people in those that count.
        series: of all codes, of sub-codes and added codes where these are others, and of all codes in each wave.
        never: what may not have been heard.
        warnings: how not to read it.
    """

    counted: int
    total: int
    informants: int
    series: tuple[Series, ...]
    never: tuple[NeverHeard, ...]
    warnings: tuple[str, ...]


def growth(material: Material, log: Sequence[Decision], done: Collection[str], rule: Rule) -> Growth:
    """New codes of the interviews in order of import.

    Args:
        material: the study.
        log: decisions that count.
        done: ids of segments that these decide.
        rule: for saturation.
    """
    counted = dict.fromkeys(_counted(material, done))
    labels = [one for one in decisions.labels(log) if one.code and one.segment in material.items]
    used = {str(one.code) for one in labels if one.transcript in counted}
    people = {material.informants[name] for name, item in material.items.items() if item.transcript in counted}
    rows = _rows(material, tuple(counted), used)
    never = [(share, saturation.never_heard(share, len(people))) for share in SHARES if people]
    return Growth(
        counted=len(counted), total=len(material.waves), informants=len(people),
        series=tuple(_series(name, order, labels, codes, material, rule) for name, order, codes in rows),
        never=tuple(NeverHeard(share=share, chance=chance) for share, chance in never),
        warnings=_warnings(material, used),
    )  # fmt: skip


def _counted(material: Material, done: Collection[str]) -> tuple[str, ...]:
    """Interviews that are decided far enough, in order of import."""
    every = Counter(item.transcript for item in material.items.values())
    decided = Counter(material.items[name].transcript for name in done)
    return tuple(name for name in material.waves if every[name] and decided[name] >= COUNTS * every[name])


def _rows(
    material: Material, counted: Sequence[str], used: Collection[str]
) -> list[tuple[str, tuple[str, ...], frozenset[str]]]:
    """Name, interviews and codes of each series."""
    every, order = frozenset(used), tuple(counted)
    below, added = every & material.children, every & (material.added or frozenset())
    rows = [("All codes", order, every)]
    if below and below != every:
        rows.append(("Sub-codes", order, below))
    if added and added not in (every, below):
        rows.append(("Codes added while coding", order, added))
    waves = dict.fromkeys(material.waves[name] for name in order)
    if len(waves) > 1:
        members = {wave: tuple(name for name in order if material.waves[name] == wave) for wave in waves}
        rows += [(f"Wave {wave or 'without a name'}", inside, every) for wave, inside in members.items()]
    return rows


def _series(
    name: str, order: Sequence[str], labels: Sequence[Label], codes: Collection[str], material: Material, rule: Rule
) -> Series:
    first: Mapping[str, dict[str, Label]] = defaultdict(dict)
    for label in sorted(labels, key=lambda one: one.start):
        if label.code in codes:
            first[label.transcript].setdefault(str(label.code), label)
    sets = [frozenset(first[interview]) for interview in order]
    known: set[str] = set()
    heard = []
    for interview, until in zip(order, saturation.curve(sets), strict=True):
        new = [_new(label, material.names) for code, label in first[interview].items() if code not in known]
        known |= first[interview].keys()
        heard.append(Heard(transcript=interview, codes=len(first[interview]), new=tuple(new), until=until))
    return Series(
        name=name, interviews=tuple(heard), band=saturation.band(sets, seed=material.seed),
        result=saturation.saturation(sets, base=rule.base, run=rule.run, threshold=rule.threshold),
    )  # fmt: skip


def _new(label: Label, names: Mapping[str, str]) -> NewCode:
    code = str(label.code)
    return NewCode(code=code, name=names.get(code, code), segment=label.segment)


def _warnings(material: Material, used: Collection[str]) -> tuple[str, ...]:
    confirmed = f"Only what a person confirmed counts, in interviews of which at least {COUNTS * 100:.0f} % is decided."
    given = "Where codes were given beforehand, that they are used up says little about what else there is to hear:"
    made = [
        f"{confirmed} That suggestions bring nothing new is not saturation.",
        f"{given} look at the sub-codes, and at the codes that were added while coding.",
    ]
    if material.added is None:
        made.append("Which codes of this codebook were added while coding cannot be told.")
    elif not material.added & set(used):
        made.append("No code that was added while coding is in use.")
    else:
        made.append("A code added late is missing from interviews coded before, unless they are looked through again.")
    return (*made, "That no new code comes up does not mean that the codes are understood: meanings go on growing.")
