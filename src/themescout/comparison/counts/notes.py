"""What a reader should know besides the numbers, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout.comparison.counts import claims, counting

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from themescout.comparison.counts.claims import Case
    from themescout.comparison.counts.counting import Line
    from themescout.comparison.counts.mentions import Spoken
    from themescout.comparison.model import Outcome
    from themescout.comparison.waves import Side
    from themescout.settings import CompareSettings
    from themescout.types import Kind

_THIRD = 4 / 3  # of the shorter: "differ by more than a third"
_LISTED = 8


def coverage(side: Side, spoken: Spoken, *, suggested: bool) -> tuple[str, ...]:
    """How much of a wave a person has decided, where that is not all of it."""
    total, closed = len(side.items), sum(item.id in spoken.closed for item in side.items)
    if closed == total:
        return ()
    rest = "suggestions" if suggested else "nothing: none were made"
    return (
        f"In “{side.wave.title}” a person has decided {closed:,} of {total:,} segments. The rest counts by {rest}.",
    )


def words(sides: Sequence[Side]) -> tuple[str, ...]:
    """Where informants of one wave spoke much longer: longer interviews mention more."""
    if len(sides) < 2:
        return ()
    least, most = sorted(sides, key=lambda side: side.wave.words)[:: len(sides) - 1]
    if most.wave.words <= _THIRD * least.wave.words:
        return ()
    longer, shorter = f"“{most.wave.title}”", f"“{least.wave.title}”"
    return (
        (
            f"Informants in {longer} said more (median {most.wave.words:,} words) than in {shorter}"
            f" ({least.wave.words:,}): who speaks longer mentions more, whatever has changed."
        ),
    )


def guides(sides: Iterable[tuple[Side, Spoken]]) -> tuple[str, ...]:
    """How much was prompted in each wave: only with the same prompting do shares compare."""
    said = []
    for side, spoken in sides:
        pairs = {
            (mention.key[2], mention.quote.segment, mention.prompted)
            for key, mentions in spoken.by_key.items()
            if key[0] == "code" or (key[0] == "category" and not _has_codes(spoken))
            for mention in mentions
        }
        if pairs:
            share = sum(one[2] for one in pairs) / len(pairs)
            said.append(f"{100 * share:.0f} % in “{side.wave.title}”")
    if not said:
        return ()
    return (f"Mentions of codes that an interviewer's turn named just before: {', '.join(said)}.",)


def settings(side: Side) -> tuple[str, ...]:
    """Whose setting is not filled in."""
    bare = [name for name in side.wave.informants if not side.settings.get(name)]
    if not bare:
        return ()
    return (
        (
            f"participants.csv has no setting for {len(bare)} of {len(side.wave.informants)} informants of "
            f"“{side.wave.title}”: in how many settings something new was heard can only be said for the others."
        ),
    )


def unprompted(
    cases: Sequence[tuple[Line, Case, Outcome]], plan: CompareSettings, kinds: Mapping[Kind, str]
) -> tuple[str, ...]:
    """Which outcomes would be others, were prompted mentions taken away."""
    others = []
    for line, case, said in cases:
        if case.old is None or not (case.old.prompted or case.new.prompted):
            continue
        now = claims.outcome(_spontaneous(case), plan)
        if now is not said:
            kind = f" ({kinds[line.key[1]]})" if line.key[1] else ""
            others.append(f"{line.title}{kind}: {said} → {now}")
    if not others:
        return ("With prompted mentions taken away, no outcome would be another.",)
    more = f"; and {len(others) - _LISTED} more" if len(others) > _LISTED else ""
    verb = "outcome would be another" if len(others) == 1 else "outcomes would be others"
    return (f"With prompted mentions taken away, {len(others)} {verb}: {'; '.join(others[:_LISTED])}{more}.",)


def _spontaneous(case: Case) -> Case:
    tallies = [
        counting.tally([one for one in side.mentions if not one.prompted], side.informants)
        for side in (case.old, case.new)
        if side is not None
    ]
    return claims.Case(
        old=tallies[0], new=tallies[-1], found_old=case.found_old, found_new=case.found_new, settings=case.settings,
        unknown_old=case.unknown_old, unknown_new=case.unknown_new,
    )  # fmt: skip


def _has_codes(spoken: Spoken) -> bool:
    return any(key[0] == "code" for key in spoken.by_key)
