"""Who said what: mentions of categories, codes and themes in both waves, from decisions before suggestions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from themescout import decisions
from themescout.candidates import NO_THEME, ThemeStatus
from themescout.comparison.counts import prompting
from themescout.comparison.model import Basis
from themescout.types import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from themescout.candidates import Theme
    from themescout.codebook import Codebook
    from themescout.comparison.counts.prompting import Prompts
    from themescout.comparison.waves import Side
    from themescout.decisions import Label
    from themescout.report.places import Places
    from themescout.report.quotes import Quote
    from themescout.settings import CompareSettings
    from themescout.types import Decision, Segment, Suggestion

CATEGORY, CODE, THEME = "category", "code", "theme"
_LISTED = 6  # ids in a sentence

Key = tuple[str, "Kind | None", str]  # level, kind, id: one row


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Somebody says something that is counted in one row; a code is counted in the rows above it as well.

    Attributes:
        key: the row.
        informant: who.
        prompted: the interviewer's turn just before names it, or, for a category, the code that it was.
        basis: whose word it is.
        quote: the words.
        coders: who gave the code; empty unless confirmed.
    """

    key: Key
    informant: str
    prompted: bool
    basis: Basis
    quote: Quote
    coders: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """All mentions of a wave.

    Attributes:
        by_key: row to its mentions, in order of speaking.
        closed: segments that a person has decided, other than as unsure.
        named: row's level and id to the interviews in which an interviewer's turn names it.
        gone: codes in decisions that the codebook does not have, with the number of labels.
        without_kind: labels with a code but no kind, where the codebook has kinds.
        without_code: labels with a kind but no code.
        lost: labels whose words none of the informants who are counted says any more.
    """

    by_key: Mapping[Key, tuple[Mention, ...]] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    named: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    gone: Mapping[str, int] = field(default_factory=dict)
    without_kind: int = 0
    without_code: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What mentions are made of, besides the segments of a wave.

    Attributes:
        book: the codebook.
        plan: thresholds.
        log: the decision log, or the part of it that may be seen.
        suggestions: by segment, the same.
        places: cuts quotes out of the transcripts.
        theme_of: segment to the number of its theme, -1 for none; segments that were never placed are missing.
        themes: by number.
    """

    book: Codebook
    plan: CompareSettings
    log: Sequence[Decision] = ()
    suggestions: Mapping[str, Suggestion] = field(default_factory=dict)
    places: Places
    theme_of: Mapping[str, int] = field(default_factory=dict)
    themes: Mapping[int, Theme] = field(default_factory=dict)


class Lineage:
    """Where codes stand in the codebook; those of its finer form are the codes that stand for them here."""

    def __init__(self, book: Codebook) -> None:
        self._folds = book.folds
        self._parents = {code.id: code.parent for code in book.codes}
        self._units = {code: self._above(code) for code in self._parents}

    def here(self, code: str) -> str | None:
        """The code as today's codebook has it; None where it has none."""
        found = self._folds.get(code, code)
        return found if found in self._parents else None

    def units(self, code: str) -> tuple[tuple[str, str], ...]:
        """Level and id of a code of today's codebook and of all above it."""
        return self._units[code]

    def _above(self, code: str) -> tuple[tuple[str, str], ...]:
        made: list[tuple[str, str]] = []
        at: str | None = code
        while at in self._parents and len(made) <= len(self._parents):
            parent = self._parents[at]
            made.append((CATEGORY if parent is None else CODE, str(at)))
            at = parent
        return tuple(made)


def prompts(sources: Sources) -> Prompts:
    """What interviewers' turns are searched for."""
    themes = {(THEME, str(number)): prompting.cue(theme.keywords) for number, theme in sources.themes.items()}
    return prompting.Prompts({**prompting.of_codebook(sources.book), **themes})


def kind_of(kind: Kind | None, book: Codebook) -> Kind | None:
    """The kind under which a label is counted: None for a codebook without kinds, whatever a decision says."""
    return kind if book.kinds else None


def spoken(side: Side, sources: Sources, asked: Prompts) -> Spoken:
    """Every mention of one wave.

    What a person has decided about a segment counts and nothing else does; "nothing to code" and "unsure" count
    nothing. A segment that nobody has decided counts with its best suggested code, if that has probability
    `plan.likely` or more and the machine does not abstain. Two coders who agree are one mention.
    """
    here = {item.transcript for item in side.items}
    held = [decision for decision in decisions.standing(sources.log) if decision.transcript in here]
    decided = {decision.segment for decision in held}
    reader = _Reader(side, sources, asked)
    for label in decisions.labels(sources.log):
        if label.transcript in here and label.kind is not Kind.NEITHER:
            reader.confirmed(label)
    for item in side.items:
        if item.id not in decided:
            reader.suggested(item)
        reader.placed(item)
    return reader.spoken(frozenset(d.segment for d in held if d.verdict is not Verdict.UNSURE))


class _Reader:
    """Gathers the mentions of one wave."""

    def __init__(self, side: Side, sources: Sources, asked: Prompts) -> None:
        self._side, self._sources, self._asked = side, sources, asked
        self._lineage = Lineage(sources.book)
        self._items = {item.id: item for item in side.items}
        self._informants = frozenset(side.wave.informants)
        self._found: dict[tuple[Key, str, Basis], Mention] = {}
        self._gone: Counter[str] = Counter()
        self._missing: Counter[str] = Counter()

    def confirmed(self, label: Label) -> None:
        """A label that a person gave."""
        code = self._lineage.here(label.code) if label.code else None
        kind = kind_of(label.kind, self._sources.book)
        if label.code and code is None:
            self._gone[label.code] += 1
        elif code is None:
            self._missing["code"] += 1
        elif kind is None and self._sources.book.kinds:
            self._missing["kind"] += 1
        else:
            quote = self._sources.places.of_label(label, self._items.get(label.segment))
            if quote is None or quote.participant not in self._informants:
                self._missing["words"] += 1
                return
            item = self._items.get(label.segment) or self._over(quote)
            self._add(kind, code, quote, item, label.coder)

    def suggested(self, item: Segment) -> None:
        """What the machine says of a segment that nobody has decided."""
        found = self._sources.suggestions.get(item.id)
        if found is None or found.abstained or found.kind is Kind.NEITHER or not found.ranked:
            return
        best = found.ranked[0]
        code, kind = self._lineage.here(best.code), kind_of(found.kind, self._sources.book)
        if code is None or best.p < self._sources.plan.likely or (kind is None and self._sources.book.kinds):
            return
        self._add(kind, code, self._sources.places.of_segment(item, weight=best.p * (found.kind_p or 1.0)), item, "")

    def placed(self, item: Segment) -> None:
        """The theme that a segment is in."""
        number = self._sources.theme_of.get(item.id, NO_THEME)
        theme = self._sources.themes.get(number)
        if theme is None or theme.status is ThemeStatus.DISCARDED:
            return
        unit = (THEME, str(number))
        self._keep(
            Mention(
                key=(THEME, None, str(number)), informant=self._side.who[item.id],
                prompted=unit in self._asked.named(item.context), basis=Basis.PLACED,
                quote=self._sources.places.of_segment(item),
            )
        )  # fmt: skip

    def spoken(self, closed: frozenset[str]) -> Spoken:
        """Everything that was gathered."""
        by_key: dict[Key, list[Mention]] = {}
        for mention in sorted(self._found.values(), key=lambda one: (one.quote.transcript, one.quote.start)):
            by_key.setdefault(mention.key, []).append(mention)
        named: dict[tuple[str, str], set[str]] = {}
        for context, transcript in {(item.context, item.transcript) for item in self._side.items}:
            for unit in self._asked.named(context):
                named.setdefault(unit, set()).add(transcript)
        return Spoken(
            by_key={key: tuple(some) for key, some in by_key.items()}, closed=closed,
            named={unit: frozenset(some) for unit, some in named.items()}, gone=dict(sorted(self._gone.items())),
            without_kind=self._missing["kind"], without_code=self._missing["code"], lost=self._missing["words"],
        )  # fmt: skip

    def _add(self, kind: Kind | None, code: str, quote: Quote, item: Segment | None, coder: str) -> None:
        named = self._asked.named(item.context if item else "")
        units = self._lineage.units(code)
        for i, unit in enumerate(units):
            self._keep(
                Mention(
                    key=(unit[0], kind, unit[1]), informant=quote.participant,
                    prompted=not named.isdisjoint(units[: i + 1]),
                    basis=Basis.CONFIRMED if coder else Basis.SUGGESTED, quote=quote,
                    coders=frozenset({coder} if coder else ()),
                )
            )  # fmt: skip

    def _keep(self, mention: Mention) -> None:
        """One mention for each segment and row: where two codes of a category meet, the unprompted one counts."""
        place = (mention.key, mention.quote.segment, mention.basis)
        known = self._found.get(place)
        if known:
            mention = Mention(
                key=mention.key, informant=mention.informant, prompted=known.prompted and mention.prompted,
                basis=mention.basis, quote=known.quote, coders=known.coders | mention.coders,
            )  # fmt: skip
        self._found[place] = mention

    def _over(self, quote: Quote) -> Segment | None:
        """A segment of today that lies where a quote does whose own segment is no more."""
        over: Iterator[Segment] = (
            item
            for item in self._side.items
            if item.transcript == quote.transcript and item.start < quote.end and quote.start < item.end
        )
        return next(over, None)


def doubts(waves: Iterable[tuple[str, Spoken]]) -> tuple[str, ...]:
    """What stands in the decisions and is not counted, in sentences; `waves` are titles with what was spoken."""
    made = []
    for title, one in waves:
        if one.gone:
            ids = list(one.gone)
            more = f" and {len(ids) - _LISTED} more" if len(ids) > _LISTED else ""
            made.append(
                f"{_labels(sum(one.gone.values()))} in “{title}” name codes that the codebook does not have any more "
                f"({', '.join(ids[:_LISTED])}{more}): not counted."
            )
        if one.without_kind:
            made.append(f"{_labels(one.without_kind)} in “{title}” have a code but no kind: not counted.")
        if one.without_code:
            made.append(f"{_labels(one.without_code)} in “{title}” have a kind but no code: not counted.")
        if one.lost:
            made.append(f"{_labels(one.lost)} in “{title}” are of words that no informant says any more: not counted.")
    return tuple(made)


def _labels(number: int) -> str:
    return f"{number} confirmed label{'' if number == 1 else 's'}"
