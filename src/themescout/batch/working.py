"""What a worker does with one partition: read it, apply the yardstick, write one file, say what became of it."""

from __future__ import annotations

import hashlib
import time
import traceback
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from themescout import text
from themescout.batch import receipts
from themescout.batch.applying.yardstick import Yardstick
from themescout.batch.files import UnreachableError
from themescout.batch.inputs import reading
from themescout.batch.model import Receipt, Refusal
from themescout.batch.places import Place
from themescout.errors import BatchError, ModelError, ThemescoutError

if TYPE_CHECKING:
    from themescout.batch.model import Partition
    from themescout.settings import Settings

YARDSTICK = "yardstick.bin"  # what workers load


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """The work of a batch run; it satisfies `Work` and travels to workers.

    Attributes:
        folder: the run's folder, as fsspec knows it.
        fingerprint: of the yardstick that lies there; no other one is applied.
        settings: the study's, for cutting interviews.
        vectors: whether vectors are written too.
    """

    folder: str
    fingerprint: str
    settings: Settings
    vectors: bool = False

    def load(self) -> None:
        """Load the yardstick; once in a process.

        Raises:
            BatchError: it is missing, damaged, or another one.
        """
        _yardstick(self.folder, self.fingerprint)

    def __call__(self, partition: Partition) -> Receipt:
        """Do a partition, or find it done; what cannot be done is refused by name.

        Raises:
            BatchError: nothing can be written, or the run's folder is not what it was.
            ModelError: the model is missing or is another one.
        """
        place = Place(self.folder)
        if place.exists(receipts.file_of(partition.name)):
            return receipts.found(place, partition.name)
        try:
            return self._do(place, partition)
        except (BatchError, ModelError):
            raise
        except ThemescoutError as error:
            return refused(partition, error.sentence(), again=isinstance(error, UnreachableError))
        except Exception as error:  # noqa: BLE001  # a bug met in one partition must not cost the others
            name = f"{receipts.ASIDE}/{partition.name}.txt"
            place.write(name, traceback.format_exc().encode())
            return refused(
                partition,
                f"{what(partition)} met an error of the program ({type(error).__name__}) and was left out. "
                f"Please report it; {name} in the output folder has the details.",
            )

    def _do(self, place: Place, partition: Partition) -> Receipt:
        begun = time.perf_counter()
        portion = reading.portion(place, partition, self.settings)
        read = time.perf_counter()
        yardstick = _yardstick(self.folder, self.fingerprint)
        # A partition all of whose files were refused has a file too, without rows: it is done.
        applied = yardstick.apply(portion, vectors=self.vectors)
        receipt = Receipt(
            partition=partition.name,
            texts=len(portion),
            words=sum(map(text.words, portion.texts)),
            themes=applied.themes,
            codes=applied.codes,
            refused=portion.refused,
            hashes=portion.hashes,
        )
        made = time.perf_counter()
        data = receipts.as_parquet(applied.table, receipt)
        place.write(receipts.file_of(partition.name), data)
        seconds = (("read", read - begun), *applied.seconds, ("write", time.perf_counter() - made))
        return replace(receipt, sha256=hashlib.sha256(data).hexdigest(), seconds=seconds)


def refused(partition: Partition, sentence: str, *, again: bool = False) -> Receipt:
    """The receipt of a partition of which nothing could be done; `again`: this time."""
    refusals = tuple(Refusal(path=source.path, sentence=sentence) for source in partition.sources)
    return Receipt(partition=partition.name, texts=0, words=0, themes=(), codes=(), refused=refusals, again=again)


def what(partition: Partition) -> str:
    """What a partition is, for a sentence: its files, or which part of which table."""
    names = ", ".join(source.path.rpartition("/")[2] for source in partition.sources)
    return f"{names}, part {partition.name}," if partition.middle else names


@lru_cache(maxsize=2)  # two runs may share the workers of a cluster
def _yardstick(folder: str, fingerprint: str) -> Yardstick:
    loaded = Yardstick.loaded(Place(folder).read(YARDSTICK))
    if loaded.fingerprint != fingerprint:
        raise BatchError(f"The yardstick in {folder} is another one.", "Start the same command again.")
    return loaded
