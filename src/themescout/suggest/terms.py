"""Terms of texts, weighed by how rare they are: as scikit-learn's TfidfVectorizer has it, in a fraction of its time.

A text is split once; its words become numbers, and all that follows is done on arrays: a pair of stems is found by the
numbers of the two, and its text is never made. Nothing is remembered from call to call.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray
    from scipy import sparse

_STEM = 5  # letters
_TERM = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[?!]")  # the apostrophe of typed transcripts
_ASCII = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)?|[?!]")  # the same for a text of ASCII in lower case, in half the time
_WIDTH = 32  # bits of a column in a number for row and column
_BLOCK = 2_048  # texts that are counted at a time


def terms(text: str) -> list[str]:
    """Words, their first five letters, and pairs of those; question and exclamation marks count as words."""
    words = _TERM.findall(text.lower())
    stems = [word[:_STEM] for word in words]
    return [*words, *(f"_{stem}" for stem in stems), *(f"{a} {b}" for a, b in pairwise(stems))]


class TermWeights:
    """TF-IDF of `terms`: logarithmic counts, smoothed rarity, rows of length 1.

    Args:
        texts: how rare a term is, is counted in them. What they lack is no term.

    Attributes:
        count: number of terms; a term's column is its place in their order as strings.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        words: dict[str, int] = defaultdict()
        words.default_factory = words.__len__  # type: ignore[attr-defined]  # it is a defaultdict
        said = _Said.of(texts, words.__getitem__)
        stems = {stem: i for i, stem in enumerate(dict.fromkeys(word[:_STEM] for word in words))}
        self._numbers = _Numbers(words, stems)
        stem_of = (stems[word[:_STEM]] for word in words)
        # A word that is not known has the number of its stem, added to that of known words; the last has neither.
        self._stem_of = np.fromiter(chain(stem_of, range(len(stems)), (-1,)), np.int32)
        self._pairs = np.unique(said.pairs(self._stem_of, len(stems))[1])
        self._give_columns(list(words), list(stems))
        seen = np.zeros(self.count)
        for part in said.blocks():
            seen += np.bincount(self._counted(part).indices, minlength=self.count)
        # The steps of TfidfTransformer.fit in its own precision.
        self._rarity = np.log(np.float32(len(texts) + 1) / (seen.astype(np.float32) + 1)) + np.float32(1)

    def of(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Weights, float32, shape (len(texts), count); a row of length 1 for each text, or 0 where it has no term."""
        from scipy import sparse  # noqa: PLC0415  # heavy, only here
        from sklearn.preprocessing import normalize  # noqa: PLC0415  # heavy, only here

        if not len(texts):
            return sparse.csr_matrix((0, self.count), dtype=np.float32)
        made = []
        for start in range(0, len(texts), _BLOCK):
            x = self._counted(_Said.of(texts[start : start + _BLOCK], self._numbers.__getitem__))
            np.log(x.data, out=x.data)
            x.data += 1
            x.data *= self._rarity[x.indices]
            made.append(normalize(x, copy=False))
        return made[0] if len(made) == 1 else sparse.vstack(made, format="csr")

    def _give_columns(self, words: Sequence[str], stems: Sequence[str]) -> None:
        pairs = (f"{stems[pair // len(stems)]} {stems[pair % len(stems)]}" for pair in self._pairs.tolist())
        every = [*words, *(f"_{stem}" for stem in stems), *pairs]
        self.count = len(every)
        column = np.empty(self.count, np.int32)
        column[sorted(range(self.count), key=every.__getitem__)] = np.arange(self.count, dtype=np.int32)
        of_words, of_stems, self._pair_column = np.split(column, [len(words), len(words) + len(stems)])
        self._word_column = np.append(of_words, np.full(len(stems) + 1, -1, np.int32))
        self._stem_column = np.append(of_stems, np.int32(-1))  # a stem that is not known is -1, the last

    def _counted(self, said: _Said) -> sparse.csr_matrix:
        """How often each term is in each text, float32."""
        from scipy import sparse  # noqa: PLC0415  # heavy, only here

        pair_rows, keys = said.pairs(self._stem_of, len(self._stem_column) - 1)
        rows = np.concatenate([said.rows, said.rows, pair_rows])
        columns = np.concatenate(
            [self._word_column[said.numbers], self._stem_column[self._stem_of[said.numbers]], self._found(keys)]
        )
        known = columns >= 0
        cells = np.sort(rows[known].astype(np.int64) << _WIDTH | columns[known])
        first = np.flatnonzero(np.diff(cells, prepend=-1))
        counts = np.diff(first, append=len(cells)).astype(np.float32)
        cells = cells[first]
        pointers = np.searchsorted(cells, np.arange(said.texts + 1, dtype=np.int64) << _WIDTH).astype(np.int32)
        column = (cells & ((1 << _WIDTH) - 1)).astype(np.int32)
        return sparse.csr_matrix((counts, column, pointers), shape=(said.texts, self.count))

    def _found(self, keys: NDArray[np.int64]) -> NDArray[np.int32]:
        """Column of each pair, -1 for one that is no term."""
        if not len(self._pairs):
            return np.full(len(keys), -1, np.int32)
        place = np.minimum(np.searchsorted(self._pairs, keys), len(self._pairs) - 1)
        return np.where(self._pairs[place] == keys, self._pair_column[place], np.int32(-1))


class _Numbers(dict[str, int]):
    """Number of a known word; of any other, one that stands for its stem. It does not grow."""

    def __init__(self, words: dict[str, int], stems: dict[str, int]) -> None:
        super().__init__(words)
        self._stems = stems

    def __missing__(self, word: str) -> int:
        return len(self) + self._stems.get(word[:_STEM], len(self._stems))

    def __reduce__(self) -> tuple[Any, ...]:
        return _Numbers, (dict(self), self._stems)


class _Said:
    """Words of texts as numbers: `rows[i]` is the text that word `numbers[i]` is in, from 0."""

    def __init__(self, rows: NDArray[np.int32], numbers: NDArray[np.int32], texts: int) -> None:
        self.rows, self.numbers, self.texts = rows, numbers, texts

    @classmethod
    def of(cls, texts: Sequence[str], number: Callable[[str], int]) -> _Said:
        numbers, lengths = array("i"), []
        for text in texts:
            before = len(numbers)
            words = _ASCII if text.isascii() else _TERM
            numbers.extend(map(number, words.findall(text.lower())))
            lengths.append(len(numbers) - before)
        rows = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
        return cls(rows, np.array(numbers, np.int32), len(texts))

    def pairs(self, stem_of: NDArray[np.int32], stems: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The row and the key of each pair of known stems that follow one another in a text."""
        stem = stem_of[self.numbers]
        both = (self.rows[:-1] == self.rows[1:]) & (stem[:-1] >= 0) & (stem[1:] >= 0)
        return self.rows[:-1][both], stem[:-1][both].astype(np.int64) * stems + stem[1:][both]

    def blocks(self) -> Iterator[_Said]:
        for start in range(0, self.texts, _BLOCK):
            end = min(start + _BLOCK, self.texts)
            inside = slice(*np.searchsorted(self.rows, [start, end]))
            yield _Said(self.rows[inside] - start, self.numbers[inside], end - start)
