"""How the numbers of a comparison are said, the same on the page, in the workbook and in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout.comparison.model import AID, Basis, Outcome
from themescout.report.themes import number
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from themescout.comparison.model import Candidate, Comparison, Holding, Meaning, Profile, Row, Share

KINDS = {Kind.BARRIER: "Barriers", Kind.RESEARCH_QUESTION: "Research questions", Kind.NEITHER: "Neither"}
BASES = {
    Basis.CONFIRMED: "confirmed",
    Basis.SUGGESTED: "suggested, not confirmed",
    Basis.PLACED: "placed by the machine",
}
DRAFT = (
    "No segment of the new interviews has been decided by a person. What follows rests on the machine's suggestions "
    "alone. Do not quote from it as a result."
)
NOT_HELD = "No new segment was held against earlier interviews, so none is called novel."
# One sentence for each thing that is done, with its source.
METHOD = (
    ("Counting", "Informants are counted, not passages: somebody who says a thing ten times is one informant."),
    (
        "Intervals",
        ("95 % intervals of a share are Wilson's (1927); the exact ones (Clopper and Pearson 1934) are in the tables. "
        "Intervals of a difference are Newcombe's (1998), made of Wilson's. The chance that a share rose has "
        "Jeffreys' prior for both waves."),
    ),
    (
        "What is new",
        ("A segment is new where its like is said by other new informants and not by earlier ones. Earlier interviews "
        "are left out in turn and put among the new ones; p is the share of their segments that look as new "
        "(conformal p-value). Of the segments called novel, the share of false ones is held down as Benjamini and "
        "Hochberg (1995) describe. The codebook "
        "has no part in this."),
    ),
    (
        "Meaning",
        ("The drift of a theme is the distance (1 less cosine) of the centres of its earlier and its new segments. Its "
        "usual range is what the same distance is between informants of the earlier interviews drawn at random and "
        "the rest of them. The quotes say what changed; the number only says where to read."),
    ),
    (
        "The whole",
        ("Weighted Jaccard: the sum of the smaller shares over the sum of the larger ones, over all codes. Beside it "
        "stands what comes out where the waves are shuffled among the informants."),
    ),
    (
        "Leave one out",
        ("Each claim is made again without each informant in turn; for a new theme the whole search is, without up to "
        "15 of them, those first on whom most rests. A claim that falls with one person is marked."),
    ),
)  # fmt: skip


def percent(value: float) -> str:
    """A whole number of per cent."""
    return f"{round(100 * value)} %"


def chance(p: float) -> str:
    """A p-value with "=" or "<" before it, to three places."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def small(value: float) -> str:
    """A p-value alone, to three places."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def signed(value: float) -> str:
    """A difference of shares in points of per cent, with its sign."""
    points = round(100 * value)
    return f"+{points}" if points > 0 else f"−{-points}" if points else "0"


def count(share: Share) -> str:
    """How many of how many."""
    return f"{share.count:,} of {share.total:,}" if share.total else "nobody to count"


def interval(share: Share) -> str:
    """The share in per cent with its 95 % interval; "" of nobody."""
    if not share.total:
        return ""
    return f"{percent(share.value)}; {round(100 * share.low)} to {round(100 * share.high)} %"


def plural(number_: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{number_:,} {one if number_ == 1 else many or f'{one}s'}"


def listed(names: Iterable[str], limit: int = 0) -> str:
    """Names with commas and "and"; where a limit is given, the rest is counted."""
    given = list(names)
    if limit and len(given) > limit:
        return f"{', '.join(given[:limit])} and {len(given) - limit:,} more"
    return " and ".join([", ".join(given[:-1]), given[-1]] if len(given) > 1 else given)


def holding(found: Holding | None) -> str:
    """Whether a claim stands without each informant, in words; "" where nothing is claimed."""
    if found is None:
        return ""
    if found.holds:
        return "Stands without each informant in turn."
    return f"Does not stand without {listed(found.breakers)}." if found.breakers else "Does not stand in all cases."


def tested(row: Row) -> str:
    """The declared test's p, each with the warning beside it; "" where none was made."""
    if row.p is None:
        return ""
    corrected = "" if row.adjusted is None else f", {small(row.adjusted)} after Holm's correction"
    return f"{chance(row.p)}{corrected}. {AID}"


def drifted(item: Meaning) -> str:
    """The drift of a theme with its usual range."""
    said = f"Drift {item.drift:.2f}"
    if item.usual is None or item.high is None:
        return f"{said}; too few earlier informants to say what is usual."
    said += f"; usually about {item.usual:.2f}, and below {item.high:.2f} in 95 % of draws"
    return f"{said}; {chance(item.p)}. {AID}" if item.p is not None else f"{said}."


def whole(profile: Profile) -> tuple[str, ...]:
    """The profile in sentences."""
    low, high = profile.shuffled
    how = "all ways to shuffle were tried" if profile.exact else "drawn at random"
    made = [
        f"The waves are alike by {profile.weighted:.2f} (weighted Jaccard, 0 to 1).",
        (
            f"Where the waves are shuffled among the informants it is {profile.expected:.2f} on average, and between "
            f"{low:.2f} and {high:.2f} in 95 % of cases ({how}): {chance(profile.p)}. {AID}"
        ),
    ]
    alike = f"Of the codes heard in either wave, a share of {profile.jaccard:.2f} was heard in both (Jaccard"
    if profile.interval is not None:
        alike += f"; {profile.interval[0]:.2f} to {profile.interval[1]:.2f} where informants are drawn again"
    return (*made, f"{alike}). One person's mention can flip this number.")


def tally(outcomes: Sequence[Outcome]) -> tuple[tuple[Outcome, int], ...]:
    """How often there is each outcome, in the order in which they are declared, without those that never occur."""
    return tuple((one, outcomes.count(one)) for one in Outcome if one in outcomes)


def called(item: Candidate) -> str:
    """Number and title of a candidate."""
    return f"{number(item.theme)} {item.title}"


def called_codes(found: Comparison, codes: Iterable[str]) -> str:
    """The names of codes, as a list."""
    return listed(found.names.get(code, code) for code in codes)


def earlier(found: Comparison) -> str:
    """What the new wave is compared with."""
    if found.old is not None:
        return found.old.title
    return "the published list" if found.baseline else ""


def heading(found: Comparison) -> str:
    """What is compared, in one line."""
    against = earlier(found)
    return f"{found.new.title} compared with {against}" if against else f"{found.new.title}, compared with nothing yet"
