"""How good are suggestions from the codebook alone, on the gold coding of the demo interviews?

    python scripts/bench_suggestions.py [--codebook scale-up]

The gold coding was written together with the interviews, which are invented; nothing is learned from it here. KI01 to
KI07 may be used for choosing settings; KI08 to KI14 and the second wave (KI21 to KI24) are for reporting.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from themescout import codebook as codebooks
from themescout import embed
from themescout.matching import CodebookMatcher, code_texts
from themescout.resources import resource
from themescout.types import Kind, Suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from themescout.codebook import Codebook


@dataclass(frozen=True)
class Gold:
    """One coded passage: transcript, words, kind, codes of the codebook in use."""

    doc: str
    text: str
    kind: Kind
    codes: frozenset[str]


def gold(book: Codebook) -> list[Gold]:
    """The gold coding; a code that the short form lacks counts as its category's "other"."""
    rows = [json.loads(line) for line in resource("data", "gold", "demo.jsonl").read_text("utf-8").splitlines()]
    known = {code.id for code in book.codes}
    return [
        Gold(
            doc=row["doc"],
            text=row["quote"],
            kind=Kind(row["kind"]),
            codes=frozenset(code if code in known else f"{code[:3]}-OTHER" for code in row["codes"]),
        )
        for row in rows
    ]


def suggestions(book: Codebook, items: Sequence[Gold]) -> tuple[Suggestion, ...]:
    """A suggestion for each passage, from the codebook alone."""
    embedder = embed.make("default")
    texts = code_texts(book)
    matcher = CodebookMatcher(book).fit(texts, embedder.embed([text.embedded for text in texts]))
    return matcher.suggest([str(i) for i in range(len(items))], embedder.embed([item.text for item in items]))


def row(name: str, pairs: Sequence[tuple[Gold, Suggestion]], book: Codebook) -> str:
    """One line of the table. Categories are ranked by the sum of their codes' probabilities."""
    coded = [(item, found) for item, found in pairs if item.codes]
    quiet = [(item, found) for item, found in pairs if item.kind is Kind.NEITHER]
    category = [[book.topmost(code) for code in item.codes] for item, _ in coded]
    ranked = [categories(found, book) for _, found in coded]
    codes = [[ranked.code for ranked in found.ranked] for _, found in coded]
    figures = (
        np.mean([best[0] in wanted for best, wanted in zip(ranked, category, strict=True)]),
        np.mean([bool(set(best[:2]) & set(wanted)) for best, wanted in zip(ranked, category, strict=True)]),
        np.mean([best[0] in item.codes for best, (item, _) in zip(codes, coded, strict=True)]),
        np.mean([bool(set(best[:3]) & item.codes) for best, (item, _) in zip(codes, coded, strict=True)]),
        np.mean([item.kind is found.kind for item, found in pairs]),
        np.mean([found.kind is not Kind.NEITHER for _, found in quiet]),
    )
    return f"{name:<14}{len(coded):>6}" + "".join(f"{figure:>10.2f}" for figure in figures)


def categories(found: Suggestion, book: Codebook) -> list[str]:
    """Categories, most probable first."""
    sums: dict[str, float] = {}
    for ranked in found.ranked:
        sums[book.topmost(ranked.code)] = sums.get(book.topmost(ranked.code), 0.0) + ranked.p
    return sorted(sums, key=lambda name: -sums[name])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--codebook", default="scale-up")
    book = codebooks.load(parser.parse_args().codebook)
    items = gold(book)
    pairs = list(zip(items, suggestions(book, items), strict=True))
    heads = ("cat@1", "cat@2", "code@1", "code@3", "kind", "false al.")
    print(f"{'set':<14}{'coded':>6}" + "".join(f"{head:>10}" for head in heads))
    print(row("KI01-KI07", [pair for pair in pairs if pair[0].doc < "KI08"], book))
    print(row("KI08-KI24", [pair for pair in pairs if pair[0].doc >= "KI08"], book))


if __name__ == "__main__":
    main()
