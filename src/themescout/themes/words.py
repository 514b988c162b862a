"""From talk to terms: words that carry meaning, and phrases that begin and end with one.

A phrase is a slice of a text: it crosses no punctuation and leaves nothing out.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_LONGEST = 5  # words of a phrase
_MOST_CONTENT = 3  # words with a meaning of their own in a phrase
_WITHIN, _BEGIN, _END, _ALONE = 1, 2, 4, 8  # what a word may do in a phrase
_ENDINGS = ("ements", "ations", "ement", "ation", "ating", "ated", "ing", "ion", "ers", "ed", "er", "al", "ly", "e")
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_GAP_AND_WORD = re.compile(rf"([\W_]*)({_WORD.pattern})")
_LABEL = re.compile(r"\b([^\W\d_]+):(?=\s)")
_APOSTROPHE = re.compile(r"['’]")
# What stands in brackets is the transcriber's: [laughs], (reads the task).
_BRACKETS = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
_SENTENCE_END = re.compile(r"[.!?…:\n]")


def _listed(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


# Words of talk itself, which no list of stop words for written English has.
_SPOKEN = _listed(
    "yeah yes ok okay um uh erm mm hmm ah oh ja yep nope sort kind kinds thing things stuff lot lots like just",
    "really actually basically maybe probably quite know knows knew think thinks thought mean means meant want",
    "wants wanted say says said saying tell tells told telling going go goes went gone got get gets getting come",
    "comes came coming let lets way ways bit don didn doesn isn wasn couldn wouldn won ve ll re laughs laughter",
    "inaudible pause crosstalk gonna wanna gotta look looks looking looked right nice fine great well thank thanks",
    "exactly anyway obviously sir definitely certainly absolutely literally honestly simply course example instance",
    "guess suppose sure does did doing done having make makes made making take takes took taken taking put puts",
    "give gives gave given giving something anything everything nothing somebody anybody everybody someone anyone",
    "everyone nobody remember talk talked talking speak speaking spoke ask asked asks asking question answer point",
    "pretty especially see sees saw seen seeing happen happens happened happening start started try tries tried",
    "trying bring brings brought keep keeps kept able certain various whole today tomorrow yesterday ago soon later",
    "half second third two three four five six seven eight nine ten twenty thirty hundred thousand million percent",
    "cent zero dozen dr mr mrs ms prof madam please sorry hello guy guys one ones stand call calls called find",
    "finds leave left sit sat turn turned true real instead particularly mostly usually generally feel feels felt",
    "feeling hear heard simple word words little",
)
# scikit-learn's list has words that interviews are about: a health system, a bill, side effects. On what such lists
# hold by accident see Nothman, Qin and Yurchak 2018, "Stop word lists in free open-source software packages".
_WORDS_AFTER_ALL = _listed(
    "amount bill cry describe detail empty fill fire front full interest mill mine move serious side system"
)
# Mean something only beside another word: "waiting time", "months without pay".
_WEAK = _listed(
    "time times day days week weeks month months year years people person work works working worked use uses used",
    "using need needs needed good bad better best new old big small long different important main high low",
)
# Stand within a phrase, at neither end: "lack of fuel".
_LINKS = _listed(
    "of to the and for in on with a an from by or at into per between through their our your its it is are was were be",
    "been very so that which under over has have had as",
)
# Begin a phrase or stand within it, since they turn its meaning, but do not end it: "not enough staff".
_OPENERS = _listed("no not without never too more less enough few many against cannot nobody")


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS  # noqa: PLC0415  # heavy

    return (frozenset(ENGLISH_STOP_WORDS) | _SPOKEN) - _WORDS_AFTER_ALL


class Term(NamedTuple):
    """A word or phrase.

    Attributes:
        key: stems of its words, joined by blanks: what is counted.
        surface: its words as said, in lower case, joined by blanks.
        content: stems of the words that mean something alone, each once.
    """

    key: str
    surface: str
    content: tuple[str, ...]


def singular(word: str) -> str:
    """`word` in lower case without the plural's and the possessive's ending (S stemmer: Harman 1991, table 1)."""
    word = _APOSTROPHE.split(word.lower())[0]
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return f"{word[:-3]}y"
    return word.removesuffix("s")


def root(stem: str) -> str:
    """What is left of a stem without a common ending. Words of one root are one keyword."""
    for ending in _ENDINGS:
        if stem.endswith(ending) and len(stem) - len(ending) >= 4:
            return stem[: -len(ending)]
    return stem


class Reader:
    """Reads terms from texts, and learns from the texts how words are written.

    Args:
        texts: informants' words.
        names: labels of speakers. Words of theirs that `texts` never have in lower case are names, no terms; nor are
            words that stand mostly before a colon: labels that a transcript has within its turns.
    """

    def __init__(self, texts: Sequence[str], names: Iterable[str]) -> None:
        self._split: dict[str, list[tuple[str, str]]] = {}
        within, written = Counter[str](), Counter[str]()
        for text in texts:
            self._split[text] = tokens = _tokens(text)
            written.update(word for _, word in tokens)
            # A capital at the beginning of a sentence says nothing about the word.
            within.update(word for gap, word in tokens if gap == " " or not (word.istitle() and _begins(gap)))
        labels = Counter(word for text in texts for word in _LABEL.findall(text))
        told = {word for name in set(names) for word in _WORD.findall(name)}
        told |= {word for word, times in labels.items() if times > 1 and 2 * times > written[word]}
        self._names = {word.lower() for word in told if not written[word.lower()]}
        # The most frequent way of writing a word is written last and stays.
        self._written = {word.lower(): word for word in sorted(within, key=lambda word: (within[word], word))}
        self._known: dict[str, tuple[str, int]] = {}
        self._keys: dict[str, frozenset[str]] = {}

    def terms(self, text: str) -> list[Term]:
        """Words and phrases of the text, in its order, as often as they occur."""
        found: list[Term] = []
        for run in self._runs(text):
            for i, (_, _, may) in enumerate(run):
                if may & _BEGIN:
                    found += _starting(run[i : i + _LONGEST])
        return found

    def keys(self, text: str) -> frozenset[str]:
        """The distinct `Term.key` of the text."""
        if text not in self._keys:
            self._keys[text] = frozenset(term.key for term in self.terms(text))
        return self._keys[text]

    def shown(self, surface: str) -> str:
        """The term with its words as they are mostly written within a sentence."""
        return " ".join(self._written.get(word, word) for word in surface.split(" "))

    def _runs(self, text: str) -> Iterator[list[tuple[str, str, int]]]:
        """Stretches without punctuation or filler: (word in lower case, stem, what it may do in a phrase)."""
        run: list[tuple[str, str, int]] = []
        for gap, word in self._split.get(text) or _tokens(text):
            small = word.lower()
            stem, may = self._known.get(small) or self._learn(small)
            if run and (not may or (gap != " " and not gap.isspace())):
                yield run
                run = []
            if may:
                run.append((small, stem, may))
        if run:
            yield run

    def _learn(self, word: str) -> tuple[str, int]:
        self._known[word] = found = (singular(word), 0 if word in self._names else _may(word))
        return found


def _tokens(text: str) -> list[tuple[str, str]]:
    """Each word as written, after what stands between it and the word before."""
    return _GAP_AND_WORD.findall(_BRACKETS.sub("/", text))


def _begins(gap: str) -> bool:
    """Whether a sentence begins after `gap`."""
    return not gap or _SENTENCE_END.search(gap) is not None


def _may(word: str) -> int:
    """What a word may do: nothing, stand within a phrase, begin it, end it, stand alone."""
    before, _, after = word.replace("’", "'").partition("'")
    if word in _WEAK:
        return _WITHIN | _BEGIN | _END
    if word in _OPENERS or after == "t":  # "don't", "can't"
        return _WITHIN | _BEGIN
    if word in _LINKS:
        return _WITHIN
    # Codes such as P01 and numbers name someone or count something; "covid-19" is a word.
    lead, _, rest = before.partition("-")
    told = lead.isalpha() and len(lead) > (2 if rest else 1) and len(set(lead)) > 1
    if before in _stop_words() or after not in {"", "s"} or not told:
        return 0
    return _WITHIN | _BEGIN | _END | _ALONE


def _starting(run: Sequence[tuple[str, str, int]]) -> Iterator[Term]:
    """The terms that begin with the first word of a stretch and are not longer than it."""
    content: list[str] = []
    seen: set[str] = set()
    for length, (_, stem, may) in enumerate(run, start=1):
        if may & _ALONE:
            if stem in content or len(content) == _MOST_CONTENT:
                return
            content.append(stem)
        if stem in seen:  # a stammer
            return
        seen.add(stem)
        if may & _END and content:
            said = run[:length]
            yield Term(" ".join(part[1] for part in said), " ".join(part[0] for part in said), tuple(content))
