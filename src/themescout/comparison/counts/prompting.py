"""Which codes and themes an interviewer's turn names, told by single words that can be pointed at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from themescout.codebook import Codebook

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_TELLING = 4  # letters; shorter words of a name say nothing alone

Unit = tuple[str, str]  # level and id: what can be named


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """What names a code or a theme: any one of `phrases`, or all of `together`, in lower case."""

    phrases: frozenset[str]
    together: frozenset[str]


def cue(keywords: Iterable[str], name: str = "") -> Cue:
    """What names something that is called `name` and has these keywords."""
    own = _words(name)
    telling = [word for word in own if len(word) >= _TELLING] or own
    return Cue(
        phrases=frozenset(" ".join(words) for keyword in keywords if (words := _words(keyword))),
        together=frozenset(telling),
    )


def of_codebook(book: Codebook) -> dict[Unit, Cue]:
    """The cue of each category and code."""
    return {
        ("code" if code.parent is not None else "category", code.id): cue(code.keywords, code.name)
        for code in book.codes
    }


class Prompts:
    """What each interviewer's turn names.

    A turn names a code where it holds one of its keywords, or all longer words of its name, as whole words; a theme
    where it holds one of its keywords. Letter case is ignored; keywords of several words must stand as they are.

    What this cannot see: a question in other words ("And the money?" for "financing"), other forms of a word ("nurses"
    for "nurse"), what was asked two turns ago, a question in a language that is written without blanks, and whether a
    common keyword ("simple", "agree") was meant as one: it may call too much prompted, and too little.
    """

    def __init__(self, cues: Mapping[Unit, Cue]) -> None:
        self._cues = cues
        self._phrases: dict[str, list[Unit]] = {}
        for unit, one in cues.items():
            for phrase in one.phrases:
                self._phrases.setdefault(phrase, []).append(unit)
        self._longest = max((phrase.count(" ") + 1 for one in cues.values() for phrase in one.phrases), default=1)
        self._known: dict[str, frozenset[Unit]] = {"": frozenset()}

    def named(self, turn: str) -> frozenset[Unit]:
        """The codes, categories and themes that the words of a turn name."""
        if turn not in self._known:
            heard = self._runs(turn)
            by_name = (unit for unit, one in self._cues.items() if one.together and one.together <= heard)
            by_keyword = (unit for phrase in heard & self._phrases.keys() for unit in self._phrases[phrase])
            self._known[turn] = frozenset((*by_name, *by_keyword))
        return self._known[turn]

    def _runs(self, turn: str) -> frozenset[str]:
        words = _words(turn)
        return frozenset(
            " ".join(words[start : start + length])
            for length in range(1, min(self._longest, len(words)) + 1)
            for start in range(len(words) - length + 1)
        )


def _words(text: str) -> list[str]:
    return [word.casefold().replace("’", "'") for word in _WORD.findall(text)]
