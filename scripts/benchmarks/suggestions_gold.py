"""How good suggestions from the codebook alone are on the gold coding of the demo and on single utterances.

The gold coding was written together with the interviews, which are invented; nothing is learned from it here. KI01 to
KI07 may be used for choosing settings; KI08 to KI14 and the second wave (KI21 to KI24) are for reporting. Likewise
scale-up-dev is for choosing, scale-up-final for reporting.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.tables import figure, table
from themescout import codebook as codebooks
from themescout import embed
from themescout.pipeline import suggesting
from themescout.resources import resource
from themescout.settings import Settings
from themescout.suggest import Rows, Suggester, code_texts
from themescout.types import Kind, Suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.codebook import Codebook

HEADS = ("set", "coded", "category @1", "category @2", "code @1", "code @3", "kind", "kind of coded", "false alarms")
SINGLE = ("scale-up-dev", "scale-up-final")  # sets of single utterances


@dataclass(frozen=True, slots=True)
class Gold:
    """One coded passage: transcript, words, kind, codes of the codebook in use."""

    doc: str
    text: str
    kind: Kind
    codes: frozenset[str]


def gold_table(name: str) -> str:
    """A Markdown table for a codebook: shares of coded passages, of all passages (kind), of the uncodable (alarms)."""
    book = codebooks.load(name)
    items = gold(book)
    pairs = list(zip(items, suggestions(book, items), strict=True))
    lines = [
        row("KI01–KI07", [pair for pair in pairs if pair[0].doc < "KI08"], book),
        row("KI08–KI24", [pair for pair in pairs if pair[0].doc >= "KI08"], book),
    ]
    for each in SINGLE:
        asked = utterances(book, each)
        lines.append(row(each, list(zip(asked, suggestions(book, asked), strict=True)), book))
    return f"### From the codebook {name} alone: gold coding of the demo, and single utterances\n\n" + table(
        HEADS, lines
    )


def gold(book: Codebook) -> list[Gold]:
    """The gold coding; a code that the short form lacks counts as its category's "other"."""
    return [
        Gold(doc=row["doc"], text=row["quote"], kind=Kind(row["kind"]), codes=_known(book, row["codes"]))
        for row in _lines("demo")
    ]


def utterances(book: Codebook, name: str) -> list[Gold]:
    """Single utterances, each an interview of its own."""
    return [
        Gold(
            doc=str(number),
            text=row["text"],
            kind=Kind(row["labels"][0]["kind"]) if row["labels"] else Kind.NEITHER,
            codes=_known(book, [label["code"] for label in row["labels"]]),
        )
        for number, row in enumerate(_lines(name))
    ]


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in resource("data", "gold", f"{name}.jsonl").read_text("utf-8").splitlines()]


def _known(book: Codebook, codes: Sequence[str]) -> frozenset[str]:
    known = {code.id for code in book.codes}
    return frozenset(code if code in known else f"{code[:3]}-OTHER" for code in codes)


def suggestions(book: Codebook, items: Sequence[Gold]) -> tuple[Suggestion, ...]:
    """A suggestion for each passage, from the codebook and what is shipped for it, without decisions."""
    embedder, trained = embed.make("default"), suggesting.trained(book, Settings())
    texts = code_texts(book)
    said = [item.text for item in items]
    rows = Rows.of(
        [str(i) for i in range(len(said))],
        said,
        embedder.embed(said),
        docs=[item.doc for item in items],
        tuned=trained[1].embed(said) if trained else None,
    )
    suggester = Suggester(book, head=trained[0] if trained else None)
    suggester.fit(texts, embedder.embed([text.embedded for text in texts]), study=rows)
    return suggester.suggest(rows)


def row(name: str, pairs: Sequence[tuple[Gold, Suggestion]], book: Codebook) -> list[str]:
    """One line of the table. A category comes where the first of its codes comes."""
    coded = [(item, found) for item, found in pairs if item.codes]
    quiet = [found for item, found in pairs if item.kind is Kind.NEITHER]
    wanted = [{book.topmost(code) for code in item.codes} for item, _ in coded]
    ranked = [categories(found, book) for _, found in coded]
    codes = [[each.code for each in found.ranked] for _, found in coded]
    figures = (
        np.mean([best[0] in right for best, right in zip(ranked, wanted, strict=True)]),
        np.mean([bool(right & set(best[:2])) for best, right in zip(ranked, wanted, strict=True)]),
        np.mean([best[0] in item.codes for best, (item, _) in zip(codes, coded, strict=True)]),
        np.mean([bool(item.codes & set(best[:3])) for best, (item, _) in zip(codes, coded, strict=True)]),
        np.mean([item.kind is found.kind for item, found in pairs]),
        np.mean([item.kind is found.kind for item, found in coded]),
        np.mean([found.kind is not Kind.NEITHER for found in quiet]),
    )
    return [name, str(len(coded)), *(figure(float(share), 2) for share in figures)]


def categories(found: Suggestion, book: Codebook) -> list[str]:
    """Categories in the order in which a person sees them."""
    return list(dict.fromkeys(book.topmost(ranked.code) for ranked in found.ranked))
