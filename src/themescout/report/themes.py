"""Candidate themes as the report shows them: with quotes, what they fit, what is in none, what has changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from themescout.candidates import NO_THEME, Change, Loose, Reason, ThemeChange, ThemeStatus
from themescout.report.places import Places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from themescout.candidates import Fit, Theme
    from themescout.codebook import Codebook
    from themescout.project import Study
    from themescout.report.quotes import Quote
    from themescout.types import Evidence

NO_FIT = "fits nothing well: candidate for a new code"
_REASONS = {
    Reason.BETWEEN: "the runs put it now here, now there",
    Reason.FEW: "it goes with a few others, too few for a theme",
    Reason.APART: "it is like nothing else",
    Reason.TAKEN_OUT: "a person took it out, or discarded its theme",
}
_LATER = "it was not there when themes were found"
_STATUSES = {
    ThemeStatus.CANDIDATE: "candidate",
    ThemeStatus.KEPT: "kept by a person",
    ThemeStatus.PROMOTED: "made a code by a person",
    ThemeStatus.DISCARDED: "discarded by a person",
}
_SOURCES = {
    "definition": "definition", "include": "what belongs there", "example": "example", "keyword": "keyword",
    "barrier": "as a barrier", "question": "as a research question", "precedent": "confirmed segment",
    "rejected": "rejected segment",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FitView:
    """A code that a theme fits, by name; `share` of its segments, 0..1, go there."""

    name: str
    share: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeView:
    """A candidate theme as shown.

    Attributes:
        theme: the theme; informants, interviews and the loudest counted by participants.csv.
        quotes: the exemplars.
        everything: (quote, strength in 0..1, label of its sub-theme or "") of each member, strongest first.
        fits: best first.
        mapped: whether fits were looked for: without suggestions they were not.
        tied: name of the category or code that a person tied it to; "" while there is none.
    """

    theme: Theme
    quotes: tuple[Quote, ...]
    everything: tuple[tuple[Quote, float, str], ...]
    fits: tuple[FitView, ...]
    mapped: bool
    tied: str

    @property
    def number(self) -> str:
        """How a person calls it: T1."""
        return number(self.theme.id)

    @property
    def segments(self) -> int:
        """Number of members that exist."""
        return len(self.everything)


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseView:
    """A segment in no theme; `near` is the nearest theme's number and `near_title` its title, both "" without any."""

    quote: Quote
    near: str
    near_title: str
    strength: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Themes:
    """Themes, largest first; discarded ones apart; every segment in none; what changed (nothing known: ())."""

    views: tuple[ThemeView, ...] = ()
    discarded: tuple[ThemeView, ...] = ()
    loose: tuple[LooseView, ...] = ()
    changes: tuple[ThemeChange, ...] = ()


def themes(study: Study, book: Codebook) -> Themes:
    """Everything about candidate themes, from the store; each quote is checked against the stored transcript."""
    places = Places(study)
    return of(study, book, {item.id: places.of_segment(item) for item in study.store.segments.all()})


def of(study: Study, book: Codebook, quotes: Mapping[str, Quote]) -> Themes:
    """Everything about candidate themes, where the quote of every segment is at hand: id to quote, as spoken."""
    names = {code.id: code.name for code in book.codes}
    mapped = study.store.suggestions.count() > 0
    views = [_view(theme, quotes, names, mapped=mapped) for theme in study.store.themes.all()]
    views.sort(key=lambda view: (-view.segments, view.theme.id))
    shown = tuple(view for view in views if view.theme.status is not ThemeStatus.DISCARDED)
    discarded = tuple(view for view in views if view.theme.status is ThemeStatus.DISCARDED)
    record = study.store.stages.record("themes")
    return Themes(
        views=shown,
        discarded=discarded,
        loose=_outside(study, shown, quotes, discarded) if record else (),
        changes=tuple(_change(item) for item in record.get("changes", ())),
    )


def number(theme: int) -> str:
    """How a person calls the theme with this number: T1 for 0; "" for none."""
    return "" if theme == NO_THEME else f"T{theme + 1}"


def standing(view: ThemeView) -> str:
    """Where the theme stands: its status, the code it became or is tied to, what was merged into it."""
    theme, tied = view.theme, view.tied
    if theme.status is ThemeStatus.PROMOTED and tied:
        parts = [f"made the code “{tied}” by a person"]
    else:
        parts = [_STATUSES[theme.status], *([f"tied to “{tied}”"] if tied else [])]
    if theme.merged:
        parts.append(f"with {', '.join(map(number, theme.merged))} merged into it")
    return "; ".join(parts)


def stability(view: ThemeView) -> str:
    """In how many runs it was found, or that a person made it."""
    if view.theme.made:
        return "made by a person"
    return f"found in {view.theme.found_in} of {view.theme.runs} runs"


def voices(view: ThemeView) -> str:
    """A warning where a theme rests on one person, else ""."""
    if not view.segments or not view.theme.one_voice:
        return ""
    return "only one informant" if view.theme.informants == 1 else "mostly one informant"


def fitting(view: ThemeView) -> str:
    """The codes that it fits with the shares of its segments, or that it fits none; "" where nobody looked."""
    if not view.mapped:
        return ""
    return ", ".join(f"{fit.name} {percent(fit.share)}" for fit in view.fits) or NO_FIT


def subthemes(view: ThemeView) -> str:
    """Its sub-themes with their numbers of segments."""
    return "; ".join(f"{part.label} ({len(part.members)})" for part in view.theme.subthemes)


def source(evidence: Evidence) -> str:
    """Where a piece of evidence is from, in words."""
    return _SOURCES.get(evidence.source, evidence.source)


def what_changed(item: ThemeChange) -> str:
    """What became of a theme when themes were found again."""
    if item.change is Change.NEW:
        return f"new, {_segments(item.after)}"
    if item.change is Change.GONE:
        return f"gone, had {_segments(item.before)}"
    if item.before == item.after and item.overlap == 1:
        return f"unchanged, {_segments(item.after)}"
    return f"the same theme: {item.before:,} → {_segments(item.after)}, {percent(item.overlap)} of all of them in both"


def percent(share: float) -> str:
    """A share in 0..1 as a whole number of per cent."""
    return f"{round(100 * share)} %"


def _segments(count: int) -> str:
    return f"{count:,} segment{'' if count == 1 else 's'}"


def _view(theme: Theme, quotes: Mapping[str, Quote], names: Mapping[str, str], *, mapped: bool) -> ThemeView:
    parts = {segment: part.label for part in theme.subthemes for segment in part.members}
    members = zip(theme.members, theme.strengths, strict=True)
    everything = tuple((quotes[name], strength, parts.get(name, "")) for name, strength in members if name in quotes)
    return ThemeView(
        theme=_counted(theme, [quote for quote, _, _ in everything]),
        quotes=tuple(quotes[name] for name in theme.exemplars if name in quotes),
        everything=everything,
        fits=tuple(_fit(fit, names) for fit in theme.fits),
        mapped=mapped or bool(theme.fits),
        tied=names.get(theme.tied, theme.tied),
    )


def _counted(theme: Theme, members: Sequence[Quote]) -> Theme:
    """The theme with people counted as everywhere in the report: two interviews with one person are one informant."""
    spoken = Counter(quote.participant for quote in members)
    most = max(spoken.values(), default=0)
    return replace(
        theme,
        informants=len(spoken),
        interviews=len({quote.transcript for quote in members}),
        loudest=most / max(1, spoken.total()),
    )


def _fit(fit: Fit, names: Mapping[str, str]) -> FitView:
    return FitView(name=names.get(fit.code, fit.code), share=fit.share, evidence=fit.evidence)


def _outside(
    study: Study, views: Sequence[ThemeView], quotes: Mapping[str, Quote], discarded: Sequence[ThemeView]
) -> tuple[LooseView, ...]:
    """Every segment in none of `views`, the ones that nearly belong first, then as spoken."""
    titles = {view.theme.id: view.theme.title for view in views}
    within = {quote.segment for view in views for quote, _, _ in view.everything}
    thrown = [Loose(segment=name, nearest=NO_THEME, strength=0.0, reason=Reason.TAKEN_OUT)
              for view in discarded for name in view.theme.members]  # fmt: skip
    known = {item.segment: item for item in (*thrown, *study.store.loose.all())}
    made = [_loose(quote, known.get(name), titles) for name, quote in quotes.items() if name not in within]
    return tuple(sorted(made, key=lambda view: -view.strength))


def _loose(quote: Quote, item: Loose | None, titles: Mapping[int, str]) -> LooseView:
    if item is None:
        return LooseView(quote=quote, near="", near_title="", strength=0.0, reason=_LATER)
    return LooseView(
        quote=quote,
        near=number(item.nearest) if item.nearest in titles else "",
        near_title=titles.get(item.nearest, ""),
        strength=item.strength,
        reason=_REASONS[item.reason],
    )


def _change(item: Mapping[str, Any]) -> ThemeChange:
    return ThemeChange(
        theme=int(item["theme"]),
        label=str(item["label"]),
        change=Change(item["change"]),
        before=int(item["before"]),
        after=int(item["after"]),
        overlap=float(item["overlap"]),
    )
