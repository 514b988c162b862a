"""The folder of a run: whose it is, that one process alone works in it, and what is done there already.

`run.json` says on what terms the run was begun; the same folder is never gone on with on other terms. A finished
partition is known by its file in `texts/`, one that was refused or taken apart by a file in `aside/`.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from themescout import __version__
from themescout.batch import files, places, receipts
from themescout.batch.inputs import middle
from themescout.errors import BatchError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from themescout.batch.model import Partition, Receipt, Refusal
    from themescout.batch.places import Place
    from themescout.settings import SegmentSettings

RUN = "run.json"
LOCK = ".lock"
_FORMAT = 1
_APART = ".apart"  # an empty file: its pieces stand for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms a run is made; a run is gone on with on the same terms or not at all.

    Attributes:
        yardstick: fingerprint of all that is applied.
        partition: wished number of texts in a stretch of a table.
        rows: whether .csv and .tsv are read as one text in each row.
        vectors: whether vectors are written.
        segment: how interviews are cut.
        interviewers: labels whose turns are not read; a list, as it is read back.
        sample: wished number of texts in which themes are looked for; 0 = those of a study are applied.
        inputs: hash of the names of all inputs, where a sample of them is drawn; else "".
    """

    yardstick: str
    partition: int
    rows: bool
    vectors: bool
    segment: SegmentSettings
    interviewers: list[str]
    sample: int = 0
    inputs: str = ""


@contextmanager
def held(place: Place) -> Iterator[None]:
    """Keep other processes of this computer out of a local folder; it is made if it is missing.

    A folder elsewhere cannot be locked: there it is the user who sees to it.

    Raises:
        BatchError: another process works in it, or it cannot be made.
    """
    if not places.is_local(place.url):
        yield
        return
    folder = Path(places.local_path(place.url))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("wb")
    except (OSError, ValueError) as error:  # the latter for a zero byte in the name
        raise _unwritable(folder, files.why(error)) from error
    with lock:
        _locked(lock.fileno(), folder)
        yield


def require_room(place: Place) -> None:
    """See, without writing, whether a folder of this computer could be made or written.

    Raises:
        BatchError: it could not.
    """
    if not places.is_local(place.url):
        return
    folder = Path(places.local_path(place.url))
    if "\0" in str(folder):
        raise _unwritable(folder, "there is a zero byte in its name")
    try:
        there = next((one for one in (folder, *folder.parents) if one.exists()), None)
    except OSError as error:
        raise _unwritable(folder, files.why(error)) from error
    if there is None:
        raise _unwritable(folder, "its drive is not there")
    if not there.is_dir():
        raise _unwritable(folder, f"{there.name} is a file")
    if not os.access(there, os.W_OK | os.X_OK):
        raise _unwritable(folder, f"{there} may not be written by you")


def require_ours(place: Place) -> bool:
    """Whether a run was begun in this folder; False where it is empty or missing.

    Raises:
        BatchError: something else lies there, or a newer version of the program made it.
    """
    if place.exists(RUN):
        held = _begun(place)
        if held.get("format") != _FORMAT:
            raise BatchError(
                f"{place.url} was made by another version of themescout ({held.get('themescout')}).",
                "Name a new folder with -o.",
            )
        return True
    if place.names():
        raise BatchError(f"{place.url} is not empty and holds no batch run.", "Name a new folder with -o.")
    return False


def claim(place: Place, terms: Terms) -> None:
    """Write down the terms of a run, or see that they are those on which it was begun.

    Raises:
        BatchError: the folder belongs to another run; the message says in what they differ.
    """
    if require_ours(place):
        require_same(place, terms)
    else:
        place.write(RUN, _json(_plain(terms)))


def require_same(place: Place, terms: Terms) -> None:
    """See that the run in this folder was begun on these terms.

    Raises:
        BatchError: it was not; the message says in what they differ.
    """
    begun, wanted = _begun(place), _plain(terms)
    others = [said for key, said in _differences(begun).items() if begun.get(key) != wanted[key]]
    if bool(begun.get("sample")) != bool(terms.sample):  # the rest follows from that
        others = [f"it was begun with {'--discover' if begun.get('sample') else 'a study'}"]
    if others:
        raise BatchError(f"{place.url} belongs to another run: {'; '.join(others)}.", "Name a new folder with -o.")


def sweep(place: Place) -> None:
    """Remove what killed processes left half-written in a run's folder of this computer.

    Raises:
        BatchError: it cannot be removed.
    """
    if places.is_local(place.url):
        for name in ("", *place.names(), *(f"{middle.FOLDER}/{name}" for name in place.names(middle.FOLDER))):
            place.sweep(name)


class Ledger:
    """What is done in a run's folder. Looked up once; kept up to date by whoever hears what becomes of partitions.

    Attributes:
        finished, refused: names of partitions that have a file, or were refused as a whole. What could not be reached
            in an earlier run is not among them: it is tried again.
        count: how many are done or refused.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self.finished = _named(place.names(receipts.TEXTS), ".parquet")
        aside = place.names(receipts.ASIDE)
        self.refused = _named(aside, receipts.REFUSED)
        self._unreached = _named(aside, receipts.UNREACHED) - self.refused
        self._apart = _named(aside, _APART)
        self.count = len(self.finished - self._apart) + len(self.refused)

    @property
    def left_over(self) -> set[str]:
        """Partitions that were taken apart and yet have a file: a worker taken for dead finished it after all."""
        return self.finished & self._apart

    @property
    def reached(self) -> set[str]:
        """Partitions that were done after all, and yet have a record that says otherwise: a run was killed between."""
        return self.finished & self._unreached

    def pieces(self, partition: Partition) -> tuple[Partition, ...]:
        """The partition, or what it was taken apart into."""
        return partition.apart() if partition.name in self._apart else (partition,)

    def settled(self, partition: Partition) -> bool:
        """Whether nothing is left to do for it."""
        return partition.name in self.finished or partition.name in self.refused

    def note(self, partition: Partition, receipt: Receipt) -> tuple[Partition, ...]:
        """Take note of a receipt; where nothing came of several files, they are to be tried one by one: those."""
        apart = () if receipt.sha256 else partition.apart()
        if apart:
            self._place.write(f"{receipts.ASIDE}/{partition.name}{_APART}", b"")
            self._apart.add(partition.name)
            return apart
        self.count += 1
        if receipt.sha256:
            self.finished.add(partition.name)
        else:
            self._place.write(record_of(partition.name, again=receipt.again), receipts.as_json(receipt.refused))
            self.refused.add(partition.name)
        if partition.name in self._unreached and not receipt.again:
            self._place.remove(record_of(partition.name, again=True))
        (self._unreached.add if receipt.again else self._unreached.discard)(partition.name)
        return ()

    def refusals(self, partition: str) -> tuple[Refusal, ...]:
        """Why a partition was refused as a whole."""
        return receipts.refusals(self._place.read(record_of(partition, again=partition in self._unreached)))


def record_of(partition: str, *, again: bool) -> str:
    """File that says why a partition was refused as a whole."""
    return f"{receipts.ASIDE}/{partition}{receipts.UNREACHED if again else receipts.REFUSED}"


def _unwritable(folder: Path, why: str) -> BatchError:
    shown = str(folder).replace("\0", "?")
    return BatchError(f"{shown} cannot be made or written: {why}.", "Name another folder with -o.")


def _named(names: list[str], ending: str) -> set[str]:
    return {name.removesuffix(ending) for name in names if name.endswith(ending)}


def _begun(place: Place) -> dict[str, Any]:
    try:
        held = json.loads(place.read(RUN))
    except ValueError as error:
        raise BatchError(f"{place.url}/{RUN} is damaged.", "Name a new folder with -o.") from error
    return held if isinstance(held, dict) else {}


def _differences(begun: dict[str, Any]) -> dict[str, str]:
    def flag(name: str) -> str:
        return f"it was begun {'with' if begun.get(name) else 'without'} --{name}"

    return {
        "themescout": f"it was begun with themescout {begun.get('themescout')}",
        "yardstick": _other_yardstick(begun),
        "partition": f"it was begun with --partition {begun.get('partition')}",
        "rows": flag("rows"),
        "vectors": flag("vectors"),
        "segment": "it cut interviews in another way",
        "interviewers": "it left out the turns of other interviewers",
        "sample": f"it was begun with --sample {begun.get('sample')}",
        "inputs": "its sample was drawn from other inputs",
    }


def _other_yardstick(begun: dict[str, Any]) -> str:
    if begun.get("sample"):
        return "it looked for themes with another model or other settings"
    return "its study is another one, or has changed since (themes, decisions, codebook, model or settings)"


def _plain(terms: Terms) -> dict[str, Any]:
    return {"format": _FORMAT, "themescout": __version__, **asdict(terms)}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _locked(file: int, folder: Path) -> None:
    """Lock until the file is closed, at the latest when this process ends, however it ends."""
    try:
        import fcntl  # noqa: PLC0415  # not on Windows, where a run is not kept from being begun twice
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BatchError(
            f"Another batch run is at work in {folder}.", "Wait for it, or name another folder with -o."
        ) from error
    except OSError:
        return  # some network file systems have no locks
