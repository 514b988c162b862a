"""From rows of print to paragraphs: what belongs to the page goes, what the page cut is joined."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from themescout.importers import known
from themescout.text import shortened, squashed
from themescout.types import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_SHOWN = 5  # repeated rows named in the report
_EDGE = 3  # rows from the top and the bottom of a page that may belong to the page
_RECURS = 0.4  # share of pages; running heads differ on left and right pages
_WIDER = 1.25  # a gap this many times the usual one ends a paragraph
_SHORT = 0.6  # of a full row: ends a paragraph
_SHORT_SENTENCE = 0.85  # of a full row, where a sentence ends with it
_HYPHENATES = 0.02  # share of rows; a program that hyphenates does so more often than this
_STEP = 30.0  # points: a step of indentation is 35 or 36, less where the page was scaled
_REPEATED = 25  # characters; less may have been said twice
_MARGIN_NUMBERS = 3  # in a document; fewer may be anything

_SENTENCE_END = re.compile(r"[.?!…:\])—–-][”\"’')]?$")
_LABEL = re.compile(
    r"[#@\[{(]?([^\W_a-z][^\n:\[\]{}]{0,39}?)(?:\s*[\[(]?\d{1,2}:\d{2}(?::\d{2})?[\])]?)?\s*[:\]}](?=\s|$)"
)
_TIMED = re.compile(r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[\])]|\s|$)")
_PAGE_NUMBER = re.compile(
    r"(?:page |p\. ?|[-–] ?)?\d{1,4}(?: ?(?:/|of|von|sur|de) ?\d{1,4})?(?: ?[-–])?", re.IGNORECASE
)
_LAST_WORD = re.compile(r"([^\W\d_]+)[-\u2010\u00ad]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


class Piece(NamedTuple):
    """A piece of text as the PDF draws it, with its place on the page in points from the lower left."""

    text: str
    bold: bool
    x: float
    y: float
    size: float


class Row(NamedTuple):
    """One row of print; `lead` is its bold opening."""

    text: str
    lead: str
    x: float
    y: float
    size: float


def rows(pieces: Iterable[Piece]) -> list[Row]:
    """The rows of one page in the order of the file; pieces on one height are one row."""
    grouped: list[list[Piece]] = []
    for piece in _parts(pieces):
        last = grouped[-1][-1] if grouped else None
        # Superscripts stand higher by a third of their size.
        if last and abs(last.y - piece.y) < 0.4 * max(last.size, piece.size, 1.0) and piece.x >= last.x:
            grouped[-1].append(piece)
        else:
            grouped.append([piece])
    return [row for row in map(_row, grouped) if row.text]


def without_margin(drawn: Sequence[Sequence[Piece]]) -> tuple[list[list[Piece]], bool]:
    """The pages without the numbers that stand left of all text, and whether there were any."""
    kept = [_right_of_numbers(page) for page in drawn]
    lost = sum(len(page) for page in drawn) - sum(len(page) for page in kept)
    return (kept, True) if lost >= _MARGIN_NUMBERS else ([list(page) for page in drawn], False)


def paragraphs(printed: Sequence[Sequence[Row]]) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """The paragraphs of a document given as pages of rows, and sentences about what was left out."""
    running = _running(printed)
    kept, repeated = _without_repeats([[row for row in page if _key(row) not in running] for page in printed])
    layout = _Layout([row for page in kept for row in page])
    found: list[Line] = []
    group: list[Row] = []
    for page in kept:
        for number, row in enumerate(page):
            if group and layout.parts(group[-1], row, same_page=number > 0):
                found.append(layout.joined(group))
                group = []
            group.append(row)
    if group:
        found.append(layout.joined(group))
    return tuple(found), (*_notes(printed, running), *_repetitions(repeated))


def _without_repeats(pages: Sequence[list[Row]]) -> tuple[list[list[Row]], tuple[str, ...]]:
    """The pages without rows that end one page and begin the next, as browsers print a row they cut; and those rows."""
    kept, repeated = list(pages[:1]), []
    for above, below in pairwise(pages):
        repeats = [
            count
            for count in range(1, 1 + min(_EDGE, len(above), len(below)))
            if [row.text for row in above[-count:]] == [row.text for row in below[:count]]
            and sum(len(row.text) for row in below[:count]) >= _REPEATED
        ]
        count = max(repeats, default=0)
        kept.append(below[count:])
        repeated += [row.text for row in below[:count]]
    return kept, tuple(repeated)


def _repetitions(rows: Sequence[str]) -> Iterator[str]:
    if rows:
        shown = ", ".join(f"“{shortened(row, 60)}”" for row in rows[:_SHOWN])
        more = f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
        yield f"Printed at the end of a page and again on the next, read once: {shown}{more}."


def _parts(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Pieces without line breaks; where a blank or a break stood before a piece, it begins with a blank."""
    spaced = False
    for piece in pieces:
        for number, part in enumerate(piece.text.split("\n")):
            spaced = spaced or number > 0
            if part.strip():
                yield piece._replace(text=f" {part}" if spaced else part)
                spaced = False
            else:
                spaced = spaced or bool(part)


def _right_of_numbers(pieces: Sequence[Piece]) -> list[Piece]:
    left = min((p.x for p in pieces if p.text.strip() and not p.text.strip().isdecimal()), default=0.0)
    return [p for p in pieces if not (p.text.strip().isdecimal() and p.x < left - 1)]


def _row(group: Sequence[Piece]) -> Row:
    text = lead = ""
    in_lead = True
    for piece in group:
        text += piece.text
        in_lead = in_lead and piece.bold
        lead = text if in_lead else lead
    return Row(squashed(text), squashed(lead), group[0].x, group[0].y, group[0].size)


def _key(row: Row) -> tuple[str, int]:
    """The same for a head or foot on every page, whatever page number it has."""
    return re.sub(r"\d+", "#", row.text), round(row.y)


def _running(printed: Sequence[Sequence[Row]]) -> dict[tuple[str, int], str]:
    """Heads and feet that recur at the same height, with the words of the first of them."""
    gap = _usual_gap(row for page in printed for row in page)
    counted: Counter[tuple[str, int]] = Counter()
    first: dict[tuple[str, int], str] = {}
    for page in printed:
        for key, text in {_key(row): row.text for row in _edges(page, gap)}.items():
            counted[key] += 1
            first.setdefault(key, text)
    if len(printed) == 1:
        # On one page nothing recurs; only its number can be told.
        return {key: text for key, text in first.items() if _PAGE_NUMBER.fullmatch(text)}
    return {key: first[key] for key, pages in counted.items() if pages >= max(2, _RECURS * len(printed))}


def _edges(page: Sequence[Row], gap: float) -> Iterator[Row]:
    """Rows that stand apart from the rest at the bottom or the top of a page, and numbers at its very edge.

    Words that recur at one height by chance stand among other rows, and are kept.
    """
    heights = sorted({row.y for row in page})
    apart = {*_apart(heights, gap), *_apart(heights[::-1], gap)}
    for row in page:
        at_edge = row.y in {heights[0], heights[-1]} and _PAGE_NUMBER.fullmatch(row.text)
        if at_edge or (row.y in apart and not _label(row.text)):
            yield row


def _apart(heights: Sequence[float], gap: float) -> Sequence[float]:
    """The heights, from the edge inwards, before the widest gap near the edge, if that is wide."""
    near = min(_EDGE, len(heights) // 2) + 1
    gaps = [abs(inner - outer) for outer, inner in pairwise(heights[:near])]
    widest = max(gaps, default=0.0)
    return heights[: gaps.index(widest) + 1] if widest > _WIDER * gap else ()


def _usual_gap(rows: Iterable[Row]) -> float:
    """The distance between rows inside a paragraph, in points: the lower quartile, for there are wider ones between."""
    drops = [(above.y - below.y, above.size) for above, below in pairwise(rows)]
    near = sorted(drop for drop, size in drops if 0.5 < drop < 3 * size)
    return near[len(near) // 4] if near else 1e9


def _notes(printed: Sequence[Sequence[Row]], running: Mapping[tuple[str, int], str]) -> Iterator[str]:
    if running:
        shown = ", ".join(f"“{shortened(text, 60)}”" for text in running.values())
        yield f"Left out as heads, feet or numbers of pages: {shown}."
    empty = [str(number) for number, page in enumerate(printed, start=1) if not page]
    if empty:
        yield f"Pages without text, which may be pictures: {', '.join(empty)}."


def _label(text: str) -> str:
    """What looks like a speaker's label at the beginning of a row, else ""."""
    match = _LABEL.match(text)
    label = match.group(1).strip() if match else ""
    return "" if len(label.split()) > 4 or known.is_never(label) else label


class _Layout:
    """How this document is set: its usual gap between rows, its full row, its labels and its words."""

    def __init__(self, all_rows: Sequence[Row]) -> None:
        lengths = sorted(len(row.text) for row in all_rows)
        self._full = lengths[ceil(0.95 * len(lengths)) - 1] if lengths else 0
        self._gap = _usual_gap(all_rows)
        self._left = min((row.x for row in all_rows), default=0.0)
        self._labels = Counter(known.key(label) for row in all_rows if (label := _label(row.text)))
        self._words = {word.casefold() for row in all_rows for word in _COMPOUND.findall(row.text)}
        cut = sum(_LAST_WORD.search(row.text) is not None for row in all_rows)
        self._hyphenates = cut >= _HYPHENATES * len(all_rows)

    def parts(self, above: Row, below: Row, *, same_page: bool) -> bool:
        """Whether a new paragraph begins with the row below."""
        if self._opens(above, below):
            return True
        ended = _SENTENCE_END.search(above.text) is not None
        not_full = len(above.text) < _SHORT_SENTENCE * self._full
        if (ended and not_full) or ((ended or not_full) and self._moves(above, below)):
            return True
        if not same_page:
            return False
        resized = abs(above.size - below.size) > 0.15 * max(above.size, below.size)
        return resized or above.y - below.y > _WIDER * self._gap or len(above.text) < _SHORT * self._full

    def _moves(self, above: Row, below: Row) -> bool:
        """Whether the row below is set in more or less, and not because rows hang under a label."""
        hangs = below.x > above.x and _label(above.text) != ""
        return abs(below.x - above.x) > _STEP / 2 and not hangs

    def _opens(self, above: Row, below: Row) -> bool:
        """Whether the row below begins as a turn does."""
        label = _label(below.text)
        if label and (known.is_known(label) or self._labels[known.key(label)] > 1):
            return True
        bold = below.lead and len(below.lead.split()) <= 4 and above.lead != above.text
        return bool(bold) or _TIMED.match(below.text) is not None

    def joined(self, group: Sequence[Row]) -> Line:
        """The rows as one paragraph, words that were cut at a row's end made whole."""
        first = group[0]
        text = first.text
        for row in group[1:]:
            text = self._continued(text, row.text)
        lead = first.lead if text.startswith(first.lead) else ""
        return Line(text=text, lead=lead, indent=max(0, int((first.x - self._left) / _STEP)))

    def _continued(self, text: str, more: str) -> str:
        cut, rest = _LAST_WORD.search(text), _FIRST_WORD.match(more)
        if not cut or not rest or not more[0].islower():
            return f"{text} {more}"
        whole, hyphened = cut.group(1) + rest.group(), f"{cut.group(1)}-{rest.group()}"
        known_compound = hyphened.casefold() in self._words or not self._hyphenates
        if text[-1] != "\u00ad" and whole.casefold() not in self._words and known_compound:
            return text + more
        return text[:-1] + more
