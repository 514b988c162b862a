"""Who speaks where: speaker labels recognised over all paragraphs of one transcript."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from themescout.importers import known, unlabelled
from themescout.importers.labels import Form, Opening, opening
from themescout.importers.stretches import NOBODY, Stretch, gather

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from themescout.types import Line

_RECURS = 2  # turns that make a label of a name
_MOSTLY = 0.5  # share of lines with a label from which on even two names that stand once are a talk
_SIMILAR = 0.85  # difflib's ratio, 0..1; one or two letters of "Participant"
_ALONE_SHARE = 0.2  # share of lines that are names on a line of their own, where that is how turns begin
_QUESTION = re.compile(r"^(?P<name>q|a|question|answer)[ .]?\d{1,3}$", re.IGNORECASE)
_HEADER_LINE = re.compile(r"^(?P<name>[^:：\n]{1,40})[:：]\s*(?P<value>\S.{0,80})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The stretches of a transcript in order, and sentences about what was not clear."""

    stretches: tuple[Stretch, ...]
    problems: tuple[str, ...] = ()


def recognise(lines: Sequence[Line]) -> Recognised:
    """Cut the lines into stretches of one speaker each; what stands before the first label has none."""
    lines = _split(lines)
    header = _header_end(lines)
    openings = _paired([opening(line) for line in lines])
    openings, misspelt = _respelled(_unnumbered(openings))
    labelled = _labelled(openings, header)
    found = unlabelled.pieces(lines, openings, labelled)
    if found:
        return Recognised(stretches=gather(found.pieces), problems=(*misspelt, *found.problems))
    pieces = (
        unlabelled.piece(line, opened, opened.label, opened.body)
        if i in labelled
        else unlabelled.piece(line, opened, NOBODY if line.speaker == NOBODY else None, opened.plain)
        for i, (line, opened) in enumerate(zip(lines, openings, strict=True))
    )
    return Recognised(stretches=gather(pieces), problems=(*misspelt, *_left_out(openings, labelled)))


def _split(lines: Iterable[Line]) -> tuple[Line, ...]:
    """A line break within a paragraph may begin a new speaker; Word Transcribe and Teams write so."""
    made: list[Line] = []
    for line in lines:
        if "\n" not in line.text:
            made.append(line)
            continue
        parts = [part.strip() for part in line.text.split("\n") if part.strip()]
        for i, part in enumerate(parts):
            lead = line.lead.split("\n")[0].strip() if i == 0 else ""
            made.append(replace(line, text=part, lead=lead, joins=line.joins and i == 0))
    return tuple(line for line in made if line.text.strip())


def _paired(openings: list[Opening]) -> list[Opening]:
    """Times on a line of their own go to the name before or after, whichever recurs more in this file."""
    times = [i for i, o in enumerate(openings) if not o.label and not o.plain.strip() and o.start_s is not None]
    before = [i for i in times if i > 0 and _is_alone(openings[i - 1])]
    after = [i for i in times if i + 1 < len(openings) and _is_alone(openings[i + 1])]
    step = -1 if _recurrence(openings, before, -1) > _recurrence(openings, after, 1) else 1
    paired = set(before if step < 0 else after)
    for i in times:
        target = i + step if i in paired else i + 1
        if target < len(openings) and openings[target].start_s is None:
            form = Form.MARKED if i in paired else openings[target].form
            stamp = openings[i]
            openings[target] = replace(openings[target], form=form, start_s=stamp.start_s, end_s=stamp.end_s)
    return openings


def _is_alone(opened: Opening) -> bool:
    return bool(opened.label) and not opened.body and opened.form in (Form.ALONE, Form.BOLD)


def _recurrence(openings: Sequence[Opening], rows: Sequence[int], step: int) -> int:
    """How often names stand on that side of a time, less the number of different names."""
    return len(rows) - len({known.key(openings[i + step].label) for i in rows})


def _unnumbered(openings: list[Opening]) -> list[Opening]:
    """Labels of "Q1: … A1: … Q2: …" without their numbers, which count questions and not people."""
    numbered = [(_QUESTION.match(o.label), o) for o in openings]
    counts = Counter(known.key(o.label) for match, o in numbered if match)
    questions = sum(name.startswith("q") for name in counts)
    if questions < _RECURS or max(counts.values()) > 1:
        return openings
    return [replace(o, label=match["name"]) if match else o for match, o in numbered]


def _respelled(openings: Sequence[Opening]) -> tuple[list[Opening], tuple[str, ...]]:
    """Slips in words like "Participant" put right; other names may differ in one letter and be two people."""
    counts = Counter(known.key(o.label) for o in openings if o.label and o.form is Form.MARKED)
    spelt = [name for name, n in counts.items() if n >= _RECURS and len(name) > 5 and known.is_known(name)]
    once = [name for name, n in counts.items() if n == 1 and name.isalpha() and not known.is_known(name)]
    meant = {name: get_close_matches(name, spelt, n=1, cutoff=_SIMILAR) for name in once}
    made: list[Opening] = []
    problems: list[str] = []
    for opened in openings:
        right = meant.get(known.key(opened.label)) if opened.form is Form.MARKED else None
        if right:
            problems.append(f"“{opened.label}” was read as “{right[0]}”.")
        made.append(replace(opened, label=right[0]) if right else opened)
    return made, tuple(problems)


def _labelled(openings: Sequence[Opening], header: int) -> frozenset[int]:
    """Rows whose opening is a speaker's label."""
    rows = [i for i, o in enumerate(openings) if o.label and i >= header]
    given = {known.key(openings[i].label) for i in rows if openings[i].form is Form.GIVEN}
    if given:
        return frozenset(i for i in rows if openings[i].form > Form.ALONE and known.key(openings[i].label) in given)
    written = [i for i in rows if openings[i].form > Form.ALONE]
    counts = Counter(known.key(openings[i].label) for i in written)
    names = {name for name, count in counts.items() if count >= _RECURS or known.is_known(name)}
    if len(names) < 2 and len(written) >= _MOSTLY * len(openings):
        names |= {known.key(openings[i].label) for i in written if not openings[i].label[0].islower()}
    if names:
        names -= _quoted(openings, written, counts)
        return frozenset(i for i in written if known.key(openings[i].label) in names)
    return _names_alone(openings, [i for i in rows if openings[i].form is Form.ALONE])


def _quoted(openings: Sequence[Opening], written: Sequence[int], counts: Counter[str]) -> frozenset[str]:
    """Names that recur only within one turn of the two main speakers: a talk recounted or pasted."""
    main = {name for name, count in counts.most_common(2) if count > _RECURS}
    if len(main) < 2:
        return frozenset()
    turn, seen = 0, defaultdict[str, set[int]](set)
    for i in written:
        name = known.key(openings[i].label)
        turn += name in main
        seen[name].add(turn)
    return frozenset(n for n, turns in seen.items() if len(turns) == 1 and not known.is_known(n))


def _names_alone(openings: Sequence[Opening], rows: Sequence[int]) -> frozenset[int]:
    """Names without colon on lines of their own: only where that is plainly how the turns begin."""
    counts = Counter(known.key(openings[i].label) for i in rows)
    names = {n for n, count in counts.items() if count >= _RECURS and n.split()[0] not in known.SHORT_ANSWERS}
    found = [i for i in rows if known.key(openings[i].label) in names and not openings[i].label[0].islower()]
    all_known = all(known.is_known(name) for name in names)
    followed = sum(i + 1 < len(openings) and i + 1 not in found for i in found)
    plain = all_known or (len(names) > 1 and followed >= 0.9 * len(found))
    return frozenset(found) if found and plain and len(found) >= _ALONE_SHARE * len(openings) else frozenset()


def _header_end(lines: Sequence[Line]) -> int:
    """Number of lines of a title page ("Date: 3 May", "Interviewer: Anna Berg"); 0 for none."""
    end, surely = 0, False
    for i, line in enumerate(lines):
        match = _HEADER_LINE.match(line.text)
        if line.speaker or (match is None and i - end > 1):
            break
        if match is None:
            continue
        if known.is_never(match["name"]) and len(match["value"].split()) <= 12:
            end, surely = i + 1, True
        elif _is_name(match["value"]):
            end = i + 1
        else:
            break
    return end if surely else 0


def _is_name(value: str) -> bool:
    """True for "Anna Berg" or "P07, district nurse", False for anything that could be said."""
    words = value.split()
    greeting = words[0].strip(",.!").casefold() in known.GREETINGS
    return len(words) <= 4 and not greeting and value[-1] not in ".?!…" and not words[0][0].islower()


def _left_out(openings: Sequence[Opening], labelled: frozenset[int]) -> tuple[str, ...]:
    """Names with a colon that were not taken for labels: perhaps a third person, perhaps a phrase."""
    first = min(labelled, default=0)
    once = [
        o.label
        for i, o in enumerate(openings)
        if i > first and i not in labelled and o.label and o.form is Form.MARKED and not o.label[0].islower()
    ]
    if not once:
        return ()
    shown = ", ".join(f"“{label}:”" for label in dict.fromkeys(once[:5]))
    more = f" and {len(once) - 5} more" if len(once) > 5 else ""
    return (f"Left as speech, because it recurs nowhere else: {shown}{more}.",)
