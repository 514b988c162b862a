"""What a comparison of two waves of interviews says. Values only; `themescout.comparison.service` makes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from themescout.candidates import ThemeStatus
    from themescout.report.quotes import Quote
    from themescout.types import Kind

AID = "Descriptive aid, not inference to a population: informants are chosen on purpose."


class Outcome(StrEnum):
    """What may be said of a theme or a code in the new wave, by rules that are set beforehand."""

    RETAINED = "heard again"  # from as many informants as the plan asks, unprompted
    PROMPTED = "only when asked"  # from as many, but not without the interviewer having named it
    FEW = "heard from few"  # from fewer than the plan asks
    NOT_HEARD = "not heard"  # from nobody, after a search of all segments
    UNCLEAR = "unclear"  # from nobody for certain, but some segments are worth reading
    NEW = "new"  # not in the old wave, and from as many informants and settings as the plan asks
    NEW_FEW = "new, short of the plan"  # not in the old wave, from fewer informants or settings than it asks
    NEITHER = "in neither"  # in neither wave


class Basis(StrEnum):
    """Whose word a number rests on."""

    CONFIRMED = "confirmed"  # a person's decisions
    SUGGESTED = "suggested"  # the machine's, not confirmed by anybody
    PLACED = "placed"  # themes: segments that the machine put there


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """One side of the comparison.

    Attributes:
        name: as the study has it; "" for interviews that were added without a wave.
        title: what to call it in print, never empty.
        interviews: number of transcripts.
        informants: who is counted, sorted.
        settings: the settings in participants.csv, sorted; () where nobody has filled them in.
        segments: number of segments.
        decided: number of segments that a person has decided.
        words: median number of words per informant.
    """

    name: str
    title: str
    interviews: int
    informants: tuple[str, ...]
    settings: tuple[str, ...]
    segments: int
    decided: int
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """k of n informants.

    Attributes:
        count: informants from whom it was heard, prompted or not.
        prompted: those of them from whom it was heard only after the interviewer had named it.
        total: informants in the wave.
        low: lower end of the 95 % interval of count/total by Wilson, 0..1.
        high: its upper end.
        exact: the exact (Clopper-Pearson) 95 % interval.
        basis: whose word it is.
        who: the informants who count, sorted.
    """

    count: int
    prompted: int
    total: int
    low: float
    high: float
    exact: tuple[float, float]
    basis: Basis
    who: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """count/total, 0..1; 0 of nobody."""
        return self.count / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Whether a claim stands without each informant of the wave in turn.

    Attributes:
        holds: it does without any one of them.
        breakers: the informants without whom it does not, sorted.
    """

    holds: bool
    breakers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One category, code or theme in both waves.

    Attributes:
        level: "category", "code" or "theme".
        id: of the category or code; the theme's number as text.
        title: its name; a theme's title.
        parent: id of the category of a code, else "".
        kind: of categories and codes, where the codebook has kinds; None for themes.
        old: k of n in the old wave.
        new: k of n in the new wave.
        difference: new less old share, -1..1; None where a wave has no informant.
        low: lower end of its 95 % interval (Newcombe), None likewise.
        high: the upper end.
        rose: chance, 0..1, that the share rose, with Jeffreys' prior, Beta(1/2, 1/2), for both, None likewise.
        p: of the declared test, two-sided; None where no test was declared, it is not of the family, or it is refused.
        adjusted: p after Holm's correction over the family.
        outcome: what may be said.
        sentence: the same in words, in the wording that the rules allow.
        holding: whether outcome NEW or RETAINED, or a difference whose interval leaves out 0, stands without each
            informant of the new wave, the difference without each of the old one too; None where nothing of the kind is
            claimed.
        old_quotes: from the old wave, at most a few.
        new_quotes: from the new wave.
        looked_at: for NOT_HEARD and UNCLEAR: the likeliest segments of the new wave, for a person to read, with the
            probability that they have the code (for themes: their share of near neighbours in it). Where it is the old
            wave in which nobody was counted for certain: those of the old wave, and the sentence says so.
    """

    level: str
    id: str
    title: str
    parent: str = ""
    kind: Kind | None = None
    old: Share
    new: Share
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    rose: float | None = None
    p: float | None = None
    adjusted: float | None = None
    outcome: Outcome
    sentence: str
    holding: Holding | None = None
    old_quotes: tuple[Quote, ...] = ()
    new_quotes: tuple[Quote, ...] = ()
    looked_at: tuple[tuple[Quote, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A theme that an earlier study names, without counts, and what became of it.

    Attributes:
        theme: as it is named there.
        kind: of the codebook, "" where it has none.
        code: where the codebook has it; "" where nowhere.
        new: k of n in the new wave.
        outcome: RETAINED, PROMPTED, FEW, NOT_HEARD or UNCLEAR; never that it is gone.
        sentence: in words.
        holding, quotes, looked_at: as for `Row`.
        printed: how often and where the study has it ("7 of 14, p. 5"), as a person wrote it down; never tested.
    """

    theme: str
    kind: str
    code: str
    new: Share
    outcome: Outcome
    sentence: str
    holding: Holding | None = None
    quotes: tuple[Quote, ...] = ()
    looked_at: tuple[tuple[Quote, float], ...] = ()
    printed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One segment of the new wave.

    Attributes:
        quote: its words and place.
        setting: of the informant, "" where it is not filled in.
        theme: number of the existing theme it goes with, -1 for none.
        strength: share, 0..1, of its five nearest old segments that are in that theme.
        codes: best codes with their probabilities, best first; () where nothing is suggested or nothing is known.
        p: conformal p-value against the old wave, 0..1; 1 where too few old interviews are there to say.
        q: the same after Benjamini and Hochberg's correction over all segments of the new wave.
        novel: q is at most the false discovery rate of the plan.
        candidate: number of the candidate new theme it is in, -1 for none.
        decided: a person has decided it.
    """

    quote: Quote
    setting: str
    theme: int
    strength: float
    codes: tuple[tuple[str, float], ...]
    p: float
    q: float
    novel: bool
    candidate: int
    decided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A group of segments of the new wave that are alike and unlike the old wave: perhaps a new theme.

    Attributes:
        theme: its number among the study's themes; T-number is `theme + 1`.
        title: the person's name for it, or the informants' own words.
        keywords: words that set it apart, best first.
        status: what the person has made of it.
        segments: number of members.
        novel: how many of them are novel on their own.
        share: k of n informants of the new wave.
        settings: in which it was heard, sorted.
        alike: k of n informants of the old wave who have a segment as near to it as half of its own members are.
        outcome: NEW or NEW_FEW; RETAINED where enough of the old wave is alike.
        sentence: in words.
        holding: whether it is found, and claimed, without each informant in turn.
        codes: codes that its segments would get all the same, with the number of segments, most first.
        quotes: a few, from different informants.
        old_quotes: the nearest of the old wave.
    """

    theme: int
    title: str
    keywords: tuple[str, ...]
    status: ThemeStatus
    segments: int
    novel: int
    share: Share
    settings: tuple[str, ...]
    alike: Share
    outcome: Outcome
    sentence: str
    holding: Holding | None
    codes: tuple[tuple[str, int], ...] = ()
    quotes: tuple[Quote, ...] = ()
    old_quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A theme heard in both waves: is it the same that is said?

    Attributes:
        theme: number.
        title: of the theme.
        drift: distance, 0..2 (1 less cosine), of the centres of its old and its new segments.
        usual: the middle of the same distance between informants of the old wave drawn at random and the rest of them.
        high: what 95 % of those draws stay below.
        p: share of draws with at least this distance, +1 rule; None where too few informants are there to draw.
        sentence: in words; a memo is a person's.
        old_quotes, new_quotes: to be read side by side.
    """

    theme: int
    title: str
    drift: float
    usual: float | None
    high: float | None
    p: float | None
    sentence: str
    old_quotes: tuple[Quote, ...]
    new_quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Both waves as a whole, over the codes of one level.

    Attributes:
        weighted: weighted Jaccard of the shares: sum of minima over sum of maxima, 0..1.
        expected: its mean where wave labels are shuffled among informants.
        shuffled: the range, 95 %, under shuffling.
        p: of the permutation test; small = the waves differ more than shuffled ones.
        exact: all labellings were gone through.
        jaccard: of the sets of codes heard at all, 0..1.
        interval: 95 %, of resampled informants; None where a wave has a single informant.
        only_old: codes heard in the old wave alone.
        only_new: in the new wave alone.
    """

    weighted: float
    expected: float
    shuffled: tuple[float, float]
    p: float
    exact: bool
    jaccard: float
    interval: tuple[float, float] | None
    only_old: tuple[str, ...] = ()
    only_new: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A segment on the map: place in 0..1 both ways, its wave ("old" or "new"), and what it is.

    `theme` is the number of its theme, candidates among them, -1 for none.
    """

    segment: str
    x: float
    y: float
    wave: str
    theme: int
    novel: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """New interviews against the original ones.

    Attributes:
        study: title of the study.
        old: the original wave; None where there is nothing but a published baseline.
        new: the new wave.
        resolution: sentences on what differences so few informants could show at all; printed before any result.
        plan: the rules, in sentences: thresholds, family, test.
        rows: categories, then codes, in the codebook's order; then themes by number.
        baseline: what the earlier study names.
        baseline_source: where that list is from, "" without one.
        placed: every segment of the new wave, in order of speaking.
        candidates: candidate new themes, most informants first.
        meanings: themes heard in both waves.
        profile: the whole, None where the old wave has no informants.
        points: the map.
        comparisons: number of comparisons in `rows`, for the reader to know.
        refused: what was not done, each with the reason, in sentences.
        notes: what else a reader should know, in sentences.
        kinds: the codebook tells barriers from research questions.
        names: id to name of every category and code, for `Placed.codes`.
    """

    study: str
    old: Wave | None
    new: Wave
    resolution: tuple[str, ...]
    plan: tuple[str, ...]
    rows: tuple[Row, ...]
    baseline: tuple[Named, ...] = ()
    baseline_source: str = ""
    placed: tuple[Placed, ...]
    candidates: tuple[Candidate, ...] = ()
    meanings: tuple[Meaning, ...] = ()
    profile: Profile | None = None
    points: tuple[Point, ...] = ()
    comparisons: int = 0
    refused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    kinds: bool = True
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def novel(self) -> tuple[Placed, ...]:
        """The novel segments, most surprising first."""
        return tuple(sorted((item for item in self.placed if item.novel), key=lambda item: (item.p, -item.strength)))

    @property
    def categories(self) -> tuple[Row, ...]:
        """The rows of categories."""
        return tuple(row for row in self.rows if row.level == "category")

    @property
    def codes(self) -> tuple[Row, ...]:
        """The rows of codes."""
        return tuple(row for row in self.rows if row.level == "code")

    @property
    def themes(self) -> tuple[Row, ...]:
        """The rows of themes."""
        return tuple(row for row in self.rows if row.level == "theme")
