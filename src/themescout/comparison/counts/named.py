"""What became of themes that an earlier study names without counts: never that they are gone, never another weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout.comparison.counts import claims, counting, quoting
from themescout.comparison.counts.claims import Case
from themescout.comparison.counts.mentions import CATEGORY, CODE, Lineage
from themescout.comparison.counts.searching import Found
from themescout.comparison.model import Basis, Named, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.codebook import BaselineTheme
    from themescout.comparison.counts.mentions import Key, Sources, Spoken
    from themescout.comparison.counts.quoting import Quoting
    from themescout.comparison.counts.searching import Search
    from themescout.comparison.counts.sentences import Wording
    from themescout.comparison.waves import Side


def against_names(
    baseline: Sequence[BaselineTheme],
    side: Side,
    spoken: Spoken,
    search: Search,
    sources: Sources,
    wording: Wording,
    cutting: Quoting,
) -> tuple[Named, ...]:
    """One entry for each theme of the earlier study, in its order; no old wave is needed, and none is looked at.

    A theme of no kind, or of one that the codebook does not have, is looked for under all kinds.
    """
    lineage, silent = Lineage(sources.book), quoting.silence(spoken.closed, side.items)
    made = []
    for theme in baseline:
        code = lineage.here(theme.code) if theme.code else None
        if code is None:
            made.append(_unplaced(theme, side))
            continue
        unit = (CATEGORY if code == sources.book.topmost(code) else CODE, code)
        keys = _keys(unit, theme.kind, sources)
        case = Case(
            old=None,
            new=counting.tally([m for key in keys for m in spoken.by_key.get(key, ())], side.wave.informants),
            found_old=Found(),
            found_new=max((search.of(key) for key in keys), key=lambda one: (one.worth_reading, one.highest)),
        )
        said = claims.outcome(case, sources.plan)
        holding = claims.holding(case, said, sources.plan)
        made.append(
            Named(
                theme=theme.theme, kind=theme.kind, code=code,
                new=counting.share(case.new, silent),
                outcome=said, sentence=wording.sentence(case, said, unit), holding=holding,
                quotes=cutting.of(case.new.mentions), looked_at=cutting.looked_at(case, said),
                printed=_printed(theme),
            )
        )  # fmt: skip
    return tuple(made)


def _keys(unit: tuple[str, str], kind: str, sources: Sources) -> list[Key]:
    known = counting.kinds(sources.book)
    wanted = [one for one in known if one is not None and one == kind]
    return [(unit[0], one, unit[1]) for one in (wanted or known)]


def _unplaced(theme: BaselineTheme, side: Side) -> Named:
    """There is no code to look under."""
    reason = (
        f"The codebook does not have the code “{theme.code}” under which to look for it."
        if theme.code
        else "No code is given under which to look for it."
    )
    nobody = counting.tally((), side.wave.informants)
    return Named(
        theme=theme.theme, kind=theme.kind, code="", new=counting.share(nobody, Basis.SUGGESTED),
        outcome=Outcome.UNCLEAR,
        sentence=f"{reason} Whether it was raised cannot be told from codes; search the new interviews for it.",
        printed=_printed(theme),
    )  # fmt: skip


def _printed(theme: BaselineTheme) -> str:
    counted = f"{theme.count} of {theme.of}" if theme.count is not None else ""
    return ", ".join(part for part in (counted, theme.page) if part)
