"""A coded study for the benchmark of suggestions: segments, the codes that are used often enough, the codebook."""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import sets
from themescout import codebook as codebooks
from themescout.codebook import Code
from themescout.suggest import CodeText, Rows, code_texts
from themescout.text import squashed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from themescout.codebook import Codebook

FEWEST_USES = 5  # of a code that counts
STARTS = ("start_byte", "start")  # fields that tell the order of speaking


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CodedStudy:
    """What every method is given. `given[i]` are the codes of row i of `rows`, each in `codes`, at least one.

    Attributes:
        name: of the folder.
        rows: segments with at least one code that counts.
        given: codes that people gave each of them.
        book: the codebook, cut down to the codes that count and those above them; only the former are assignable.
        texts: the words of `book`.
        text_x: float32, shape (len(texts), dimensions).
    """

    name: str
    rows: Rows
    given: tuple[tuple[str, ...], ...]
    book: Codebook
    texts: tuple[CodeText, ...]
    text_x: NDArray[np.float32]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that count, in the order of the codebook."""
        return tuple(code.id for code in self.book.assignable)

    @property
    def truth(self) -> NDArray[np.bool_]:
        """Which row has which code, shape (n, codes)."""
        column = {code: i for i, code in enumerate(self.codes)}
        made = np.zeros((len(self.given), len(column)), bool)
        for row, codes in enumerate(self.given):
            made[row, [column[code] for code in codes]] = True
        return made


def read(folder: Path, limit: int, cache: Path) -> CodedStudy:
    """The study in a folder with `segments.jsonl` and `codebook.json`; at most `limit` rows count (0 = all)."""
    for name in ("segments.jsonl", "codebook.json"):
        if not (folder / name).is_file():
            sys.exit(f"{folder} has no {name}.")
    whole = sets.read(folder)
    starts = _starts(folder)
    if starts is not None:
        whole = whole.part(spoken(whole.docs, starts))
    book = codebooks.load(folder / "codebook.json")
    codes = [in_words_of(book, given) for given in whole.codes]
    frequent = frequently_used(codes)
    counted = [i for i, given in enumerate(codes) if frequent & set(given)]
    if len(frequent) < 2 or len({whole.docs[i] for i in counted}) < 2:
        sys.exit(f"{folder.name} has fewer than two codes with {FEWEST_USES} uses, or fewer than two documents.")
    used = _some(counted, limit)
    x = sets.vectors(whole.texts, cache)
    ids = [str(i) for i in range(len(whole.texts))]
    rows = Rows.of(ids, whole.texts, x, docs=whole.docs, ordered=starts is not None).take(used)
    given = [tuple(code for code in codes[i] if code in frequent) for i in used]
    name = whole.name if len(used) == len(counted) else f"{whole.name} ({len(used):,} of {len(counted):,})"
    return study(name, rows, given, cut(book, frequent), cache)


def study(name: str, rows: Rows, given: Sequence[Sequence[str]], book: Codebook, cache: Path) -> CodedStudy:
    """The study with its codebook's words and their vectors."""
    texts = code_texts(book)
    return CodedStudy(
        name=name,
        rows=rows,
        given=tuple(tuple(codes) for codes in given),
        book=book,
        texts=texts,
        text_x=sets.vectors([text.embedded for text in texts], cache),
    )


def spoken(docs: Sequence[str], starts: Sequence[float]) -> list[int]:
    """Rows, document by document in order of appearance, each document in the order of speaking."""
    first = {doc: i for i, doc in reversed(list(enumerate(docs)))}
    return sorted(range(len(docs)), key=lambda i: (first[docs[i]], starts[i], i))


def in_words_of(book: Codebook, given: Iterable[str]) -> tuple[str, ...]:
    """Codes as the codebook calls them: by id; a name is read as the id of the only code so called."""
    names = Counter(code.name for code in book.codes)
    ids = {code.name: code.id for code in book.codes if names[code.name] == 1}
    return tuple(dict.fromkeys(ids.get(squashed(code), squashed(code)) for code in given))


def frequently_used(codes: Iterable[Iterable[str]]) -> frozenset[str]:
    """Codes with enough uses to count."""
    uses = Counter(code for given in codes for code in set(given))
    return frozenset(code for code, number in uses.items() if number >= FEWEST_USES)


def cut(book: Codebook, codes: frozenset[str]) -> Codebook:
    """The codebook with those codes, all assignable, and the codes above them; a code that it lacks is its name."""
    kept = set(codes)
    for code in book.codes:
        above = code.parent if code.id in codes else None
        while above is not None and above not in kept:
            kept.add(above)
            above = book.code(above).parent if book.has(above) else None
    there = [replace(code, general=code.id in codes) for code in book.codes if code.id in kept]
    known = {code.id for code in there}
    return replace(book, codes=(*there, *(Code(id=name, name=name) for name in sorted(codes - known))))


def _starts(folder: Path) -> list[float] | None:
    """Where each segment starts, in the order of the file; None where a segment does not say."""
    lines = (folder / "segments.jsonl").read_text("utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line.strip()]
    for field in STARTS:
        if rows and all(isinstance(row.get(field), int | float) for row in rows):
            return [float(row[field]) for row in rows]
    return None


def _some(rows: list[int], limit: int) -> list[int]:
    if not limit or len(rows) <= limit:
        return rows
    return sorted(random.Random(sets.SAMPLE_SEED).sample(rows, limit))  # noqa: S311  # no secret
