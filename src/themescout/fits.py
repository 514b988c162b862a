"""Which codes a candidate theme fits, with the evidence; that it fits none well is a normal answer.

A theme fits a code where both speak for it:

- its members are nearer to the code's words than chance allows. Each member's cosine to the code's nearest text is
  averaged and set against all segments of the corpus: mean and spread of *this* code's cosines, for a random group
  of the same size drawn without replacement (normal approximation). A code whose words are near to any talk gains
  nothing by that. The limit is 5 % for all codes together (Bonferroni): one random group in twenty fits something;
- the code's category is the best code's category for a greater share of the members than of the corpus.

Or where a person has confirmed the code for more members than chance allows (binomial, 5 % for all codes).
A member counts for the code that is its best (confirmed before suggested) or, where that is another code of
the category, for the first fit of the category; so shares do not overlap. A code for which not even two members
count is no fit. Similarity alone speaks for one code of a category only, the nearest.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout.candidates import Fit
from themescout.types import Evidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from themescout.candidates import Theme

_CHANCE = 0.05  # how often a random group of segments may fit some code
_FITS = 3
_VOTES = 2  # members that count for a fit at least
_QUOTED = 2  # texts of the codebook, and confirmed segments, for each fit
_BLOCK = 4096  # rows whose similarities are held at a time


def with_fits(  # noqa: PLR0913, PLR0917  # what is known about codes comes from six places
    themes: Sequence[Theme],
    rows: Mapping[str, int],
    x: NDArray[np.float32],
    texts: Sequence[Any],
    text_x: NDArray[np.float32],
    best: Mapping[str, str],
    confirmed: Mapping[str, str],
    categories: Mapping[str, str],
    *,
    said: Mapping[str, str] | None = None,
) -> tuple[Theme, ...]:
    """The themes with the codes that they fit, at most three each, and the share of members that go elsewhere.

    The criterion is at the head of this module.

    Args:
        themes: members are keys of `rows`.
        rows: segment id to row of x. These segments are the corpus that chance is measured on.
        x: float32, shape (n, dimensions), unit rows.
        texts: the codebook's texts (`code`, `source`, `text`), such as `suggest.CodeText`; those without code say
            nothing here.
        text_x: float32, shape (len(texts), dimensions), unit rows.
        best: segment id to the machine's best code, only where it does not abstain.
        confirmed: segment id to the code that a person confirmed.
        categories: code id to the id of its topmost category; a code that is missing is its own.
        said: segment id to its text, for confirmed segments as evidence; none are shown without.
    """
    codes = tuple(dict.fromkeys(text.code for text in texts if text.code))
    if not codes or not rows:
        return tuple(replace(theme, fits=(), elsewhere=1.0) for theme in themes)
    votes = {name: code for name, code in {**best, **confirmed}.items() if name in rows}
    known = {name: code for name, code in confirmed.items() if name in rows}
    corpus = _Corpus(
        rows=rows, x=x, texts=texts, text_x=text_x, codes=codes, votes=votes, confirmed=known, categories=categories,
        said=said or {},
    )  # fmt: skip
    return tuple(corpus.fitted(theme) for theme in themes)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Corpus:
    """All segments with their best codes and the codebook's texts; see `with_fits`."""

    rows: Mapping[str, int]
    x: NDArray[np.float32]
    texts: Sequence[Any]
    text_x: NDArray[np.float32]
    codes: tuple[str, ...]
    votes: Mapping[str, str]
    confirmed: Mapping[str, str]
    categories: Mapping[str, str]
    said: Mapping[str, str]

    @cached_property
    def near(self) -> NDArray[np.float64]:
        """Cosine of each segment to the nearest text of each code, shape (segments in `rows`, codes)."""
        order = np.array(sorted(self.rows.values()), np.intp)
        columns = [[i for i, text in enumerate(self.texts) if text.code == code] for code in self.codes]
        found = np.zeros((len(self.x), len(self.codes)))
        for start in range(0, len(order), _BLOCK):
            part = order[start : start + _BLOCK]
            cosines = self.x[part] @ self.text_x.T
            found[part] = np.stack([cosines[:, column].max(axis=1) for column in columns], axis=1)
        return found

    @cached_property
    def usual(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and standard deviation of `near` over the corpus, one number for each code."""
        cosines = self.near[sorted(self.rows.values())]
        return cosines.mean(axis=0), cosines.std(axis=0)

    @cached_property
    def shares(self) -> Counter[str]:
        """Number of segments of the corpus whose best code is of each category."""
        return Counter(self._category(code) for code in self.votes.values())

    @cached_property
    def decided(self) -> Counter[str]:
        """Number of segments of the corpus confirmed for each code."""
        return Counter(self.confirmed.values())

    def fitted(self, theme: Theme) -> Theme:
        """The theme with its fits."""
        members = [name for name in theme.members if name in self.rows]
        if not members:
            return replace(theme, fits=(), elsewhere=1.0)
        fits = self._fits(members)
        counts = self._counts(members, fits)
        centre = self.x[[self.rows[name] for name in members]].mean(axis=0)
        centre /= max(float(np.linalg.norm(centre)), 1e-9)
        made = tuple(self._fit(code, counts[code] / len(theme.members), centre) for code in fits)
        inside = sum(counts[code] for code in fits)
        return replace(theme, fits=made, elsewhere=round(1.0 - inside / len(theme.members), 4))

    def _fits(self, members: Sequence[str]) -> list[str]:
        """Codes that the members fit, best first."""
        category = Counter(self._category(self.votes[name]) for name in members if name in self.votes)
        above = self._above(members)
        limit = NormalDist().inv_cdf(1 - _CHANCE / len(self.codes))
        found: list[str] = []
        for i in np.argsort(-above, kind="stable"):
            code, group = self.codes[i], self._category(self.codes[i])
            more = category[group] / len(members) > self.shares[group] / len(self.rows)
            further = group in map(self._category, found)
            if (above[i] > limit and more and not further) or self._decided(code, members):
                found.append(code)
        counts = self._counts(members, found)
        return [code for code in found if counts[code] >= min(_VOTES, len(members))][:_FITS]

    def _above(self, members: Sequence[str]) -> NDArray[np.float64]:
        """By how many standard errors the members are nearer to each code than a random group of their number."""
        size, everyone = len(members), len(self.rows)
        mean, spread = self.usual
        error = spread * math.sqrt((everyone - size) / max(everyone - 1, 1) / size)
        nearer = self.near[[self.rows[name] for name in members]].mean(axis=0) - mean
        return np.asarray(np.divide(nearer, error, out=np.zeros_like(nearer), where=error > 1e-9))

    def _decided(self, code: str, members: Sequence[str]) -> bool:
        """Whether a person confirmed the code for more of the members than chance allows."""
        from scipy.special import bdtrc  # noqa: PLC0415  # heavy

        times = sum(self.confirmed.get(name) == code for name in members)
        if not times:
            return False
        chance = float(bdtrc(times - 1, len(members), self.decided[code] / len(self.rows)))
        return chance < _CHANCE / len(self.codes)

    def _counts(self, members: Sequence[str], fits: Sequence[str]) -> Counter[str]:
        """Members that count for each fit."""
        counts = Counter[str]()
        first = {self._category(code): code for code in reversed(fits)}
        for name in members:
            if name in self.votes:
                code = self.votes[name]
                counts[code if code in fits else first.get(self._category(code), "")] += 1
        return counts

    def _fit(self, code: str, share: float, centre: NDArray[np.float32]) -> Fit:
        cosines = self.text_x @ centre
        texts = sorted((i for i, text in enumerate(self.texts) if text.code == code), key=lambda i: (-cosines[i], i))
        words = [
            Evidence(source=text.source, text=text.text, ref=code, similarity=round(float(cosines[i]), 4))
            for i in texts[:_QUOTED]
            for text in (self.texts[i],)
        ]
        precedents = [
            Evidence(source="precedent", text=self.said[name], ref=name, similarity=round(likeness, 4))
            for likeness, name in self._precedents(code, centre)[:_QUOTED]
        ]
        evidence = sorted([*words, *precedents], key=lambda one: -one.similarity)
        return Fit(code=code, share=round(share, 4), similarity=words[0].similarity, evidence=tuple(evidence))

    def _precedents(self, code: str, centre: NDArray[np.float32]) -> list[tuple[float, str]]:
        """Segments confirmed for the code, nearest to the centre first, with their cosine."""
        names = [name for name, given in self.confirmed.items() if given == code and name in self.said]
        return sorted(
            ((float(self.x[self.rows[name]] @ centre), name) for name in names), key=lambda pair: (-pair[0], pair[1])
        )

    def _category(self, code: str) -> str:
        return self.categories.get(code, code)
