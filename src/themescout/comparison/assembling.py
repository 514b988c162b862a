"""Candidate themes, segments, meanings and the map as values, from what the machine said and what people made of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from themescout import curation, intervals
from themescout.candidates import ThemeStatus
from themescout.comparison.counts import claims, prompting
from themescout.comparison.model import Basis, Candidate, Meaning, Outcome, Placed, Point, Share
from themescout.report.quotes import chosen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from themescout.candidates import Theme
    from themescout.comparison.counts.mentions import Sources
    from themescout.comparison.machine.said import Grouped, Said
    from themescout.comparison.waves import Side
    from themescout.report.quotes import Quote
    from themescout.types import Segment, Suggestion

_QUOTES = 3
_CODES = 3
_CLEAR = 0.05  # share of draws, below which a centre counts as moved


def placed(new: Side, said: Said, sources: Sources, decided: frozenset[str]) -> tuple[Placed, ...]:
    """Every segment of the new wave, in order of speaking."""
    made = []
    for item in new.items:
        judged = said.segments.get(item.id)
        made.append(
            Placed(
                quote=sources.places.of_segment(item),
                setting=new.settings.get(new.who[item.id], ""),
                theme=judged.theme if judged else -1,
                strength=judged.strength if judged else 0.0,
                codes=_codes(sources.suggestions.get(item.id)),
                p=judged.p if judged else 1.0,
                q=judged.q if judged else 1.0,
                novel=judged is not None and judged.q <= sources.plan.fdr and said.folds > 0,
                candidate=judged.candidate if judged else -1,
                decided=item.id in decided,
            )
        )
    return tuple(made)


def candidates(old: Side, new: Side, said: Said, sources: Sources) -> tuple[Candidate, ...]:
    """Candidate new themes that a person has not put into another theme, most informants first."""
    items = {item.id: item for side in (old, new) for item in side.items}
    made = []
    for group in said.groups:
        theme = sources.themes.get(group.theme)
        members = [items[name] for name in (theme.members if theme else ()) if name in new.who]
        if theme is not None and members:
            made.append(_candidate(theme, group, members, (old, new), sources))
    return tuple(sorted(made, key=lambda one: (one.status is ThemeStatus.DISCARDED, -one.share.count, one.theme)))


def meanings(old: Side, new: Side, said: Said, sources: Sources) -> tuple[Meaning, ...]:
    """Themes that were heard in both waves, by number."""
    items = {item.id: item for side in (old, new) for item in side.items}
    made = []
    for number, moved in sorted(said.drifts.items()):
        theme = sources.themes.get(number)
        if theme is None or theme.status is ThemeStatus.DISCARDED:
            continue
        strong = dict(zip(theme.members, theme.strengths, strict=True))
        sides = [
            _quoted([items[name] for name in theme.members if name in side.who], sources, strong) for side in (old, new)
        ]
        if all(sides):
            made.append(
                Meaning(
                    theme=number, title=theme.title, drift=moved.distance, usual=moved.usual, high=moved.high,
                    p=moved.p, sentence=_moved(moved.p, len(said.drifts)), old_quotes=sides[0], new_quotes=sides[1],
                )
            )  # fmt: skip
    return tuple(made)


def points(old: Side, new: Side, said: Said, sources: Sources) -> tuple[Point, ...]:
    """The map: old segments first."""
    made = []
    for side, wave in ((old, "old"), (new, "new")):
        for item in side.items:
            if item.id in said.places:
                judged, place = said.segments.get(item.id), said.places[item.id]
                theme = sources.theme_of.get(item.id, -1)
                made.append(
                    Point(
                        segment=item.id, x=place[0], y=place[1], wave=wave,
                        theme=judged.candidate if judged and judged.candidate >= 0 else theme,
                        novel=judged is not None and judged.q <= sources.plan.fdr,
                    )
                )  # fmt: skip
    return tuple(made)


def _candidate(
    theme: Theme, group: Grouped, members: Sequence[Segment], sides: tuple[Side, Side], sources: Sources
) -> Candidate:
    old, new = sides
    asked = prompting.Prompts({("theme", str(theme.id)): prompting.cue(theme.keywords, theme.name)})
    free = {new.who[item.id] for item in members if not asked.named(item.context)}
    heard = {new.who[item.id] for item in members}
    share = _share(heard, heard - free, new)
    near = {old.who[name] for name in group.alike if name in old.who}
    alike = _share(near, set(), old)
    clear = intervals.newcombe((share.count, share.total), (alike.count, alike.total))[0] > 0
    enough = claims.new_enough(tuple(sorted(free)), new.settings, sources.plan)
    outcome = Outcome.NEW if enough and clear else Outcome.NEW_FEW
    items = {item.id: item for item in old.items}
    strong = dict(zip(theme.members, theme.strengths, strict=True))
    return Candidate(
        theme=theme.id, title=theme.title, keywords=theme.keywords, status=theme.status, segments=len(members),
        novel=group.novel, share=share, settings=claims.settings_of(sorted(heard), new.settings), alike=alike,
        outcome=outcome, sentence=_called(theme, share, alike, sides, enough=enough, clear=clear),
        holding=group.holding if outcome is Outcome.NEW else None, codes=_likely(members, sources),
        quotes=_quoted(members, sources, strong),
        old_quotes=tuple(sources.places.of_segment(items[name]) for name in group.nearest if name in items),
    )  # fmt: skip


def _called(theme: Theme, share: Share, alike: Share, sides: tuple[Side, Side], *, enough: bool, clear: bool) -> str:
    old, new = sides
    heard = f"{share.count} of {share.total} informants of {new.wave.title}"
    like = (
        f"nobody in {old.wave.title} says anything as near to it"
        if not alike.count
        else f"{alike.count} of {alike.total} in {old.wave.title} say something as near to it as half of its own "
        "segments: read those first"
    )
    sentence = f"{curation.tag(theme.id)} is not among the themes of {old.wave.title}; heard from {heard}; {like}."
    if share.prompted == share.count:
        sentence += " The interviewer had named it before each of them spoke of it."
    if not enough:
        sentence += " These are fewer informants or settings than the plan asks of a new theme."
    elif not clear:
        sentence += " So many are alike that it cannot be called new."
    return sentence + (" Two coders should agree before it is called new." if enough and clear else "")


def _share(who: Iterable[str], prompted: Iterable[str], side: Side) -> Share:
    people, total = tuple(sorted(who)), len(side.wave.informants)
    low, high = intervals.wilson(len(people), total)
    return Share(
        count=len(people), prompted=len(set(prompted)), total=total, low=low, high=high,
        exact=intervals.clopper_pearson(len(people), total), basis=Basis.PLACED, who=people,
    )  # fmt: skip


def _quoted(members: Sequence[Segment], sources: Sources, strong: Mapping[str, float]) -> tuple[Quote, ...]:
    quotes = [sources.places.of_segment(item, weight=strong.get(item.id, 0.0)) for item in members]
    return chosen(quotes, count=_QUOTES, per_informant=1)


def _codes(suggestion: Suggestion | None) -> tuple[tuple[str, float], ...]:
    if suggestion is None or suggestion.abstained:
        return ()
    return tuple((one.code, one.p) for one in suggestion.ranked[:_CODES])


def _likely(members: Sequence[Segment], sources: Sources) -> tuple[tuple[str, int], ...]:
    """Best codes of these segments, where one is likely, with the number of segments, most first."""
    firsts = [_codes(sources.suggestions.get(item.id))[:1] for item in members]
    counts = Counter(code for first in firsts for code, p in first if p >= sources.plan.likely)
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _moved(p: float | None, themes: int) -> str:
    if p is None:
        return "Too few informants of the old wave speak of it to say whether it has moved; read both sides."
    if p <= _CLEAR:
        return (
            "Its centre lies further off than nearly all draws from the old wave alone put it: read both sides for "
            f"another meaning. Of {themes} themes, one in twenty would by chance."
        )
    return "Its centre lies no further off than draws from the old wave alone put it."
