"""What passes between the parts of a batch run. Values only, and picklable: they travel to workers.

A run: inputs are listed (`Source`), packed into partitions in a fixed order (`Partition`), each partition is read into
texts (`Portion`), the study's yardstick is applied to it, one Parquet file is written for it, and a `Receipt` says what
became of it. Everything that is computed depends on the partition alone, never on who computes it or when.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class Form(StrEnum):
    """How an input is read."""

    ROWS = "rows"  # a table, one text in each row; may be of any length, is read as a stream
    INTERVIEWS = "interviews"  # a file that `add` reads: one or several interviews, cut into segments


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One input file.

    Attributes:
        number: position among the inputs of the run, from 0; never changes.
        path: as fsspec knows it ("/data/a.vtt", "s3://bucket/a.jsonl.gz").
        form: how it is read.
        bytes: its size.
        stamp: size and time of the last change, or whatever the file system gives to see that a file is another one.
    """

    number: int
    path: str
    form: Form
    bytes: int
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """The unit of work: some whole files, or a stretch of one table.

    Attributes:
        name: unique in the run; sorting by it gives the order of the inputs ("00012-00003").
        sources: the files; exactly one for a stretch of a table.
        middle: path of the stretch as Parquet (in the run's folder); "" where files are read themselves.
    """

    name: str
    sources: tuple[Source, ...]
    middle: str = ""

    def apart(self) -> tuple[Partition, ...]:
        """A partition for each of its files, named so that they sort where this one stood; none for a single file."""
        if len(self.sources) < 2:
            return ()
        names = (f"{self.name}-{number:05}" for number in range(len(self.sources)))
        return tuple(Partition(name=name, sources=(source,)) for name, source in zip(names, self.sources, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """The texts of a partition; every tuple has one entry for each text.

    Attributes:
        sources: path of the input.
        docs: the interview (a transcript's id), or the table's column `doc`; "" where it is not known.
        units: a segment's id, or a row's `id` (its number in the table from 0 where the table has none).
        starts: first code point in the interview's text; 0 for a row.
        ends: one past the last; the text's length for a row.
        speakers: who said it; "" where it is not known.
        texts: verbatim (normalised as everywhere); "" for an empty row, which is kept.
        contexts: the question before; "" where there is none.
        ordered: whether the texts of a document are in the order of speaking.
        refused: what could not be read.
        hashes: (path, SHA-256) of each file that was read whole here.
    """

    sources: tuple[str, ...]
    docs: tuple[str, ...]
    units: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    speakers: tuple[str, ...]
    texts: tuple[str, ...]
    contexts: tuple[str, ...]
    ordered: bool
    refused: tuple[Refusal, ...] = ()
    hashes: tuple[tuple[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An input, or a stretch of one, that could not be done, and one sentence that says why and what to do."""

    path: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a partition.

    Attributes:
        partition: its name.
        texts: number of texts written.
        words: in them.
        themes: (number of a theme, texts in it), -1 = in none.
        codes: (code, texts for which it is the first suggestion), "" = nothing suggested.
        refused: what could not be read.
        hashes: (path, SHA-256) of each file that was read whole.
        sha256: of the Parquet file; "" where the whole partition was refused.
        again: whether it was refused for something that may be over when the run is gone on with.
        seconds: (part of the work, wall-clock seconds): "read", "embed", "judge", "write".
    """

    partition: str
    texts: int
    words: int
    themes: tuple[tuple[int, int], ...]
    codes: tuple[tuple[str, int], ...]
    refused: tuple[Refusal, ...] = ()
    hashes: tuple[tuple[str, str], ...] = ()
    sha256: str = ""
    again: bool = False
    seconds: tuple[tuple[str, float], ...] = ()


class Work(Protocol):
    """What a worker does with one partition; picklable. The first call in a process loads the engine."""

    def __call__(self, partition: Partition) -> Receipt:
        """Read, apply, write; the receipt. The output is there whole, or not at all."""
        ...


class Workers(Protocol):
    """Who does the work: processes of this computer, or a Dask cluster."""

    def do(
        self, work: Work, partitions: Iterable[Partition], lost: Callable[[Partition, str], Receipt]
    ) -> Iterator[Receipt]:
        """Receipts as they come, in any order, one for each partition.

        `partitions` is drawn from only as workers become free, so that millions of them need no memory. Where a worker
        dies at a partition, the partition is tried again, alone; where it kills its worker again, `lost(partition,
        why)` makes its receipt and the rest goes on.
        """
        ...
