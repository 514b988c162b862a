"""The person's part in candidate themes: name, merge, split, move, keep, discard, promote, tie, undo, redo.

Every decision goes into the log and into the themes as they are shown, both or neither.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING

from themescout import codebook as codebooks
from themescout import curation
from themescout.candidates import NO_THEME, ThemeDecision, ThemeStatus, ThemeVerb
from themescout.errors import DecisionError, ThemeError
from themescout.pipeline import promoting, showing
from themescout.text import normalise, squashed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from themescout.candidates import Theme
    from themescout.project import Study

_LONGEST = 200  # code points of a name: more is a memo


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a decision: one sentence for the person, and the entries of the log that it made."""

    sentence: str
    decisions: tuple[ThemeDecision, ...]


def refresh(study: Study) -> None:
    """Make the themes as they are shown anew: what was found, the decisions, words and fits. One transaction."""
    with study.store.transaction():
        showing.show(study, showing.curated(study))


def refit(study: Study) -> None:
    """Tie the themes as they are shown to the suggestions as they are now. One transaction."""
    with study.store.transaction():
        showing.refit(study, showing.curated(study))


def settle(study: Study) -> None:
    """Describe all themes anew where decisions in a large study have left that undone."""
    if showing.in_part(study):
        refresh(study)


def notes(study: Study) -> tuple[str, ...]:
    """A sentence for each decision that does not apply now, because its theme or its segments are not there."""
    return showing.curated(study).notes


def remembered(study: Study) -> dict[int, tuple[str, ...]]:
    """Number to segment ids of every theme that should be known again, for `curation.match`."""
    shown = {theme.id: theme.members for theme in study.store.themes.all()}
    return curation.remembered(study.store.found.all(), shown, study.store.theme_log.all())


def themes(study: Study) -> tuple[Theme, ...]:
    """The themes as they are shown: those that count by size, largest first, then the discarded ones."""
    found = study.store.themes.all()
    return tuple(sorted(found, key=lambda t: (t.status is ThemeStatus.DISCARDED, -len(t.members), t.id)))


def outside(study: Study) -> int:
    """Number of segments in no theme that counts, as in the report: those of discarded themes, and newer ones, too."""
    found = study.store.themes.all()
    if not found and not study.store.loose.count():
        return 0  # themes were never looked for
    within = {name for theme in curation.live(found) for name in theme.members}
    return sum(item.id not in within for item in study.store.segments.all())


def get(study: Study, number: int) -> Theme:
    """The theme with that number.

    Raises:
        ThemeError: there is none; the sentence says what became of it.
    """
    theme = study.store.themes.get(number)
    if theme is None or not theme.members:
        raise gone(study, number)
    return theme


def name(study: Study, number: int, text: str, *, coder: str, memo: str = "") -> Outcome:
    """Give a theme a name."""
    theme, value = get(study, number), squashed(normalise(text))
    if all(unicodedata.category(sign)[0] in "CZ" for sign in value):  # nothing that can be seen
        raise DecisionError("A name needs at least one letter.", "To take a name back: themescout themes undo STUDY")
    if len(value) > _LONGEST:
        raise DecisionError(f"That name has {len(value)} letters.", f"At most {_LONGEST}; the rest fits into a memo.")
    made = _made(ThemeVerb.NAME, number, coder, memo, (theme,))
    return _record(study, f"{curation.tag(number)} is now “{value}”.", replace(made, value=value))


def keep(study: Study, number: int, *, coder: str, memo: str = "") -> Outcome:
    """Mark a theme as kept; a discarded one is a theme again."""
    made = _made(ThemeVerb.KEEP, number, coder, memo, (get(study, number),))
    return _record(study, f"{curation.tag(number)} is kept.", made)


def discard(study: Study, number: int, *, coder: str, memo: str = "") -> Outcome:
    """Discard a theme. It keeps its segments, so that it is not found again under another number."""
    theme = _live(study, number)
    sentence = f"{curation.tag(number)} is discarded; its {_segments(len(theme.members))} count in no theme."
    return _record(study, sentence, _made(ThemeVerb.DISCARD, number, coder, memo, (theme,)))


def merge(study: Study, into: int, others: Sequence[int], *, coder: str, memo: str = "") -> Outcome:
    """Let the theme `into` take in the others: one decision for each."""
    target = _live(study, into)
    sources = [get(study, number) for number in dict.fromkeys(others)]
    if not sources:
        raise DecisionError("Merging needs two themes.", "Name the theme that stays first, then the others.")
    if any(theme.id == into for theme in sources):
        raise DecisionError(f"{curation.tag(into)} cannot be merged into itself.", "Name another theme.")
    made = [replace(_made(ThemeVerb.MERGE, theme.id, coder, memo, (theme, target)), into=into) for theme in sources]
    names = " and ".join(curation.tag(theme.id) for theme in sources)
    size = len(target.members) + sum(len(theme.members) for theme in sources)
    return _record(study, f"{names} went into {curation.tag(into)}, which has {_segments(size)} now.", *made)


def split(study: Study, number: int, segments: Sequence[str], *, coder: str, memo: str = "") -> Outcome:
    """Make a new theme of some of a theme's segments."""
    theme, chosen = _live(study, number), tuple(dict.fromkeys(segments))
    if strangers := [segment for segment in chosen if segment not in theme.members]:
        raise DecisionError(
            f"{curation.tag(number)} has no segment {strangers[0]}.",
            f"See its segments: themescout themes show STUDY {curation.tag(number)} --segments",
        )
    if not 0 < len(chosen) < len(theme.members):
        raise DecisionError(
            f"Splitting {curation.tag(number)} must leave segments on both sides; "
            f"{len(chosen)} of {len(theme.members)} were named.",
            "Name some of its segments, not all.",
        )
    new = study.store.found.next_id()
    made = replace(_made(ThemeVerb.SPLIT, number, coder, memo, (theme,)), segments=chosen, into=new)
    sentence = f"{curation.tag(new)} is new, with {_segments(len(chosen))} of {curation.tag(number)}."
    return _record(study, sentence, made)


def split_part(study: Study, number: int, part: int, *, coder: str, memo: str = "") -> Outcome:
    """Make a new theme of a theme's sub-theme number `part`, counted from 1."""
    theme = _live(study, number)
    if not 1 <= part <= len(theme.subthemes):
        there = f"has {len(theme.subthemes)} sub-themes" if theme.subthemes else "has no sub-themes"
        raise DecisionError(
            f"{curation.tag(number)} {there}.", f"See: themescout themes show STUDY {curation.tag(number)}"
        )
    return split(study, number, theme.subthemes[part - 1].members, coder=coder, memo=memo)


def move(study: Study, number: int, segments: Sequence[str], *, coder: str, memo: str = "") -> Outcome:
    """Move segments to a theme; with the number -1, out of any."""
    target = () if number == NO_THEME else (_live(study, number),)
    chosen = tuple(dict.fromkeys(segments))
    all_themes = study.store.themes.all()
    known = {segment for theme in all_themes for segment in theme.members}
    known |= {item.segment for item in study.store.loose.all()}
    if not chosen:
        raise DecisionError("No segment was named.", "Name the segments to move.")
    if strangers := [segment for segment in chosen if segment not in known]:
        raise DecisionError(f"There is no segment {strangers[0]} in the themes of this study.", _STALE)
    homes = tuple(theme for theme in all_themes if set(chosen) & set(theme.members) and theme.id != number)
    made = replace(_made(ThemeVerb.MOVE, number, coder, memo, (*target, *homes)), segments=chosen)
    where = "taken out of its theme" if number == NO_THEME else f"moved to {curation.tag(number)}"
    return _record(study, f"{_segments(len(chosen))} {where}.", made)


_STALE = "See the segments of a theme: themescout themes show STUDY T1 --segments"


def tie(study: Study, number: int, code: str, *, coder: str, memo: str = "") -> Outcome:
    """Tie a theme to a category or code of the codebook; "" unties it."""
    theme = get(study, number)
    value = code_id(codebooks.load(study.settings.study.codebook, folder=study.folder), code) if code.strip() else ""
    sentence = f"{curation.tag(number)} is tied to {value}." if value else f"{curation.tag(number)} is tied to no code."
    return _record(study, sentence, replace(_made(ThemeVerb.TIE, number, coder, memo, (theme,)), value=value))


def promote(
    study: Study, number: int, wished: promoting.Wished | None = None, *, coder: str, memo: str = ""
) -> Outcome:
    """Make a code of a theme: an entry in the study's codebook file, as `promoting` describes it.

    The file is written before the decision is final: both are there afterwards, or neither.
    """
    theme = _live(study, number)
    if theme.status is ThemeStatus.PROMOTED:
        raise DecisionError(f"{curation.tag(number)} is a code already: {theme.tied}.", "")
    book = codebooks.load(study.settings.study.codebook, folder=study.folder)
    wished = wished or promoting.Wished()
    under = code_id(book, wished.under or theme.tied) if wished.under or theme.tied else ""
    quotes = {item.id: item.text for item in study.store.segments.all() if item.id in theme.exemplars}
    code = promoting.code_of(theme, book, replace(wished, under=under), quotes)
    made = replace(_made(ThemeVerb.PROMOTE, number, coder, memo, (theme,)), value=code.id)
    with study.store.transaction():
        outcome = _record(study, "", made)
        reason = f"Made of the theme {curation.tag(number)}. {normalise(memo)}".strip()
        sentence = promoting.write(study, book, code, coder=_who(coder), reason=reason)
    return replace(outcome, sentence=f"{curation.tag(number)} is the code {code.id} now. {sentence}")


def undo(study: Study, *, coder: str, memo: str = "") -> Outcome:
    """Take back the newest decision of `coder` that holds."""
    last = curation.last_undoable(study.store.theme_log.all(), _who(coder))
    if last is None:
        raise DecisionError("There is nothing to undo.", "")
    sentence = f"Taken back: {curation.words(last)}."
    if last.verb is ThemeVerb.PROMOTE:
        sentence += f" The code {last.value} stays in the codebook's file; take it out there if it is not wanted."
    return _record(study, sentence, _undoing(last, coder, memo))


def redo(study: Study, *, coder: str, memo: str = "") -> Outcome:
    """Take back the newest undo of `coder`, unless something was decided since."""
    log = study.store.theme_log.all()
    last = curation.last_undo(log, _who(coder))
    if last is None:
        raise DecisionError("There is nothing to redo.", "")
    again = next(decision for decision in log if decision.seq == last.undoes)
    return _record(study, f"Holds again: {curation.words(again)}.", _undoing(last, coder, memo))


def code_id(book: codebooks.Codebook, given: str) -> str:
    """The id of the code that is called `given`, upper and lower case alike.

    Raises:
        DecisionError: there is none; the hint names those that are spelt alike.
    """
    wanted = given.strip()
    ids = {code.id.casefold(): code.id for code in book.codes}
    if book.has(wanted):
        return wanted
    if wanted.casefold() in ids:
        return ids[wanted.casefold()]
    close = get_close_matches(wanted.casefold(), ids, n=3, cutoff=0.5)
    hint = f"Did you mean {', '.join(ids[key] for key in close)}?" if close else "See: themescout codebook show"
    raise DecisionError(f"The codebook has no code “{wanted}”.", hint)


def _record(study: Study, sentence: str, *made: ThemeDecision) -> Outcome:
    with study.store.transaction():
        stored = tuple(study.store.theme_log.add(decision) for decision in made)
        showing.show(study, showing.curated(study), reuse=True)
    return Outcome(sentence=sentence, decisions=stored)


def _made(verb: ThemeVerb, number: int, coder: str, memo: str, seen: Iterable[Theme]) -> ThemeDecision:
    if not _who(coder):
        raise DecisionError("A decision needs a coder.", "Say who you are: --coder NAME.")
    shown = {str(t.id): {"label": t.label, "name": t.name, "members": list(t.members)} for t in seen}
    return ThemeDecision(
        verb=verb, theme=number, coder=_who(coder), decided_at=_now(), memo=normalise(memo), shown=shown
    )


def _undoing(last: ThemeDecision, coder: str, memo: str) -> ThemeDecision:
    return replace(_made(ThemeVerb.UNDO, last.theme, coder, memo, ()), undoes=last.seq)


def _live(study: Study, number: int) -> Theme:
    theme = get(study, number)
    if theme.status is ThemeStatus.DISCARDED:
        tag = curation.tag(number)
        raise DecisionError(f"{tag} is discarded.", f"Bring it back first: themescout themes keep STUDY {tag}")
    return theme


def gone(study: Study, number: int) -> ThemeError:
    """The error that says what became of a theme that is not there."""
    tag, see = curation.tag(number), f"See: themescout themes list {study.folder}"
    standing = curation.standing(study.store.theme_log.all())
    merged = [d for d in standing if d.verb is ThemeVerb.MERGE and d.theme == number]
    if not study.store.found.next_id():
        return ThemeError(f"{study.folder} has no themes yet.", f"Find them: themescout discover {study.folder}")
    if not 0 <= number < study.store.found.next_id():
        return ThemeError(f"There is no theme {tag} in this study.", see)
    if merged and merged[-1].into is not None:
        into = f"{curation.tag(merged[-1].into)} by {merged[-1].coder} on {merged[-1].decided_at[:10]}"
        return ThemeError(f"{tag} is no longer there: it was merged into {into}.", see)
    if any(d.verb is ThemeVerb.SPLIT and d.into == number for d in study.store.theme_log.all()):
        return ThemeError(f"{tag} is no longer there: its split was taken back, or its segments are elsewhere.", see)
    if number in {theme.id for theme in study.store.found.all()}:
        return ThemeError(f"{tag} is no longer there: all its segments were moved elsewhere, or went.", see)
    return ThemeError(f"{tag} is no longer there: it was not found again.", see)


def _who(coder: str) -> str:
    """The coder's name on one line, without what cannot be stored."""
    return squashed(normalise(coder))


def _segments(count: int) -> str:
    return f"{count} segment{'' if count == 1 else 's'}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
