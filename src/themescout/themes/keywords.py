"""Words that set groups apart, and labels made of phrases that informants said."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.themes.words import root

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from themescout.themes.words import Reader, Term

_KEYWORDS = 8
_SAID_BY = 0.05  # share of a group's segments that must have a term


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one segment says: its terms, who says it, and the keys of terms in the question just before."""

    terms: Sequence[Term]
    voice: tuple[str, str]
    asked: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a group of segments says.

    Attributes:
        size: number of segments.
        speakers: number of informants.
        total: key of a term to its occurrences.
        present: to the number of segments with it.
        own: to the number of segments with it whose question does not have it.
        voices: to the number of informants who say it.
        surface: to the most frequent way of saying it.
        content: to the stems that mean something alone.
    """

    size: int
    speakers: int
    total: Counter[str]
    present: Counter[str]
    own: Counter[str]
    voices: Counter[str]
    surface: dict[str, str]
    content: dict[str, tuple[str, ...]]


def count(said: Sequence[Said]) -> Words:
    """The terms of a group of segments."""
    total, present, own, voices = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    forms: Counter[tuple[str, str]] = Counter()
    content: dict[str, tuple[str, ...]] = {}
    heard: dict[tuple[str, str], set[str]] = {}
    for one in said:
        total.update(term.key for term in one.terms)
        forms.update((term.key, term.surface) for term in one.terms)
        content.update((term.key, term.content) for term in one.terms)
        keys = {term.key for term in one.terms}
        present.update(keys)
        own.update(keys.difference(one.asked))
        heard.setdefault(one.voice, set()).update(keys)
    for keys in heard.values():
        voices.update(keys)
    # Sorted by frequency, the most frequent form is written last and stays.
    surface = {key: form for (key, form), _ in sorted(forms.items(), key=lambda item: (item[1], item[0]))}
    return Words(
        size=len(said), speakers=len(heard), total=total, present=present, own=own, voices=voices,
        surface=surface, content=content,
    )  # fmt: skip


def weights(groups: Sequence[Words]) -> tuple[dict[str, float], ...]:
    """For each group the weight of each term that sets it apart: class TF-IDF.

    A term weighs its share of the group's terms times log(1 + A / f), A = mean number of terms of a group, f =
    occurrences of the term in all groups (Grootendorst 2022, arXiv 2203.05794, eq. 2), times two factors of ours:

    - the share of the segments with it in which it does not stand in the question just before. What informants echo
      is the interviewer's choice of words; a theme is to be called by theirs;
    - the number of its words that mean something alone, so that a phrase comes before a word of its own where it makes
      up a good half of the word's uses.

    Terms of one segment or of one informant, where the group has more, say nothing about the group, nor do those of
    less than a twentieth of its segments: two who mention brass bands do not make a theme of them.
    """
    everywhere: Counter[str] = Counter()
    for group in groups:
        everywhere.update(group.total)
    mean = everywhere.total() / max(len(groups), 1)
    return tuple(_weights(group, everywhere, mean) for group in groups)


def _weights(group: Words, everywhere: Counter[str], mean: float) -> dict[str, float]:
    fewest = min(group.size, max(2, math.ceil(_SAID_BY * group.size)))
    voices, all_terms = min(2, group.speakers), group.total.total()
    found = {}
    for key, segments in group.present.items():
        if segments >= fewest and group.voices[key] >= voices and group.own[key]:
            rarity = math.log1p(mean / everywhere[key])
            words = len(group.content[key])
            found[key] = group.total[key] / all_terms * rarity * group.own[key] / segments * words
    return found


def keywords(group: Words, weight: dict[str, float], reader: Reader) -> tuple[str, ...]:
    """The best terms, best first, leaving out those that repeat a word of a better one."""
    taken: set[str] = set()
    chosen: list[str] = []
    for key in sorted(weight, key=lambda key: (-weight[key], key)):
        roots = {root(stem) for stem in group.content[key]}
        if not roots & taken:
            chosen.append(reader.shown(group.surface[key]))
            taken |= roots
        if len(chosen) == _KEYWORDS:
            break
    return tuple(chosen)
