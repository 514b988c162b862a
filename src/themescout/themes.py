"""Describing groups of segments from evidence: keywords, a label of the informants' own words, exemplars."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from themescout.types import Theme

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from themescout.types import Segment

_KEYWORDS = 8
_EXEMPLARS = 5
# Words of talk itself, which no list of stop words for written English has.
_SPOKEN = frozenset(
    word
    for line in (
        "yeah yes ok okay um uh erm mm hmm ah oh ja yep sort kind thing things stuff lot like just really actually",
        "basically maybe probably quite know think mean want say said says saying tell told going go went got get gets",
        "getting come came let way bit don didn doesn isn wasn couldn wouldn won ve ll re laughs inaudible pause",
        "crosstalk gonna wanna look right good well thank thanks exactly",
    )
    for word in line.split()
)


def describe(
    segments: Sequence[Segment],
    x: NDArray[np.float32],
    labels: NDArray[np.intp],
    strengths: NDArray[np.float32],
    found_in: Sequence[int],
    *,
    runs: int,
) -> tuple[Theme, ...]:
    """One `Theme` for each group in `labels` (shape (n,), -1 = none), in order of its number.

    Args:
        segments: n segments.
        x: float32, shape (n, dimensions), unit rows, one for each segment.
        labels: group of each segment.
        strengths: share of runs, 0..1, of each segment with its group.
        found_in: number of runs in which each group was found.
        runs: number of runs made.
    """
    if not len(found_in):
        return ()
    keywords = class_keywords([segment.text for segment in segments], labels)
    return tuple(
        _described(segments, x, strengths, np.flatnonzero(labels == number), keywords[number], (number, found, runs))
        for number, found in enumerate(found_in)
    )


def _described(
    segments: Sequence[Segment],
    x: NDArray[np.float32],
    strengths: NDArray[np.float32],
    rows: NDArray[np.intp],
    keywords: tuple[str, ...],
    numbers: tuple[int, int, int],
) -> Theme:
    order = rows[np.lexsort((rows, -strengths[rows]))]
    return Theme(
        id=numbers[0],
        label=" · ".join(keywords[:3]) or f"theme {numbers[0] + 1}",
        keywords=keywords,
        members=tuple(segments[row].id for row in order),
        strengths=tuple(round(float(strengths[row]), 4) for row in order),
        exemplars=exemplars(segments, x, rows),
        found_in=int(numbers[1]),
        runs=numbers[2],
    )


def class_keywords(texts: Sequence[str], labels: NDArray[np.intp]) -> tuple[tuple[str, ...], ...]:
    """Words and phrases that set each group apart, best first: class TF-IDF.

    Weight of a term in a class: its share of the class's terms times log(1 + A / f), A = mean number of terms of a
    class, f = occurrences of the term in all classes (Grootendorst 2022, arXiv 2203.05794, eq. 2).
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer  # noqa: PLC0415  # heavy

    count = int(labels.max()) + 1
    vectorizer = CountVectorizer(
        ngram_range=(1, 3),
        stop_words=sorted(ENGLISH_STOP_WORDS | _SPOKEN),
        token_pattern=r"(?u)\b[^\W\d_][^\W_]+\b",  # noqa: S106  # a pattern, no password
        min_df=2 if len(texts) > 10 else 1,
    )
    try:
        terms = vectorizer.fit_transform(texts)
    except ValueError:  # scikit-learn's word for "nothing but stop words"
        return ((),) * count
    names = vectorizer.get_feature_names_out()
    totals = np.vstack([np.asarray(terms[np.flatnonzero(labels == c)].sum(axis=0)) for c in range(count)])
    present = np.vstack([np.asarray((terms[np.flatnonzero(labels == c)] > 0).sum(axis=0)) for c in range(count)])
    share = totals / np.maximum(totals.sum(axis=1, keepdims=True), 1)
    rarity = np.log1p(totals.sum() / count / np.maximum(totals.sum(axis=0), 1))
    # A term of one segment only says nothing about a group.
    weight = share * rarity * (present >= min(2, len(texts)))
    return tuple(_distinct(names, weight[c]) for c in range(count))


def exemplars(segments: Sequence[Segment], x: NDArray[np.float32], rows: NDArray[np.intp]) -> tuple[str, ...]:
    """Ids of up to five segments nearest to the group's centre, one for each informant while there are others."""
    closeness = x[rows] @ x[rows].mean(axis=0)
    ranked = [segments[row] for row in rows[np.lexsort((rows, -closeness))]]
    firsts: dict[tuple[str, str], Segment] = {}
    for segment in ranked:
        firsts.setdefault((segment.transcript, segment.speaker), segment)
    chosen = list(firsts.values())[:_EXEMPLARS]
    others = [segment for segment in ranked if segment not in chosen]
    wanted = min(3, len(rows))
    return tuple(segment.id for segment in (chosen + others)[: max(wanted, len(chosen))])


def with_codes(theme: Theme, best: Mapping[str, str]) -> Theme:
    """The theme with the share of its members whose best code (segment id to code id) is each code."""
    found = [best[member] for member in theme.members if member in best]
    counts = {code: found.count(code) for code in dict.fromkeys(found)}
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return replace(theme, codes=tuple((code, round(count / len(theme.members), 4)) for code, count in ranked[:5]))


def _distinct(names: NDArray[np.str_], weight: NDArray[np.float64]) -> tuple[str, ...]:
    """The best terms, leaving out those that repeat a word of a better one."""
    chosen: list[str] = []
    for i in np.argsort(-weight, kind="stable")[:60]:
        if weight[i] <= 0 or len(chosen) == _KEYWORDS:
            break
        term = str(names[i])
        if not any(set(term.split()) & set(other.split()) for other in chosen):
            chosen.append(term)
    return tuple(chosen)
