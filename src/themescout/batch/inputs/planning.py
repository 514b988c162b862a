"""The partitions of a run: which files go together, and tables cut into stretches. The plan only ever grows.

`plan.json` holds the sources and the packs of files. `split/<number>.json` is there when a table is wholly split. The
stretches lie in `middle/` until the run is finished.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from themescout.batch.inputs import middle, splitting
from themescout.batch.inputs.rows import DamagedError, Notes
from themescout.batch.model import Form, Partition, Refusal, Source
from themescout.batch.receipts import ASIDE, REFUSED, TEXTS
from themescout.errors import BatchError, FileProblemError, ThemescoutError, bug

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from themescout.batch.places import Place

PLAN = "plan.json"
SPLIT = "split"  # folder of the receipts of tables
PACK_FILES = 16
PACK_BYTES = 500_000
_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitReceipt:
    """What became of one table.

    Attributes:
        source: its path.
        number: of the source.
        rows: rows in its stretches.
        stretches: number of them.
        sha256: of the file; "" where it could not be read to its end.
        refused: rows, or the rest of the file, that could not be read.
        again: whether another run should try it again, because it could not be reached or read at this time.
    """

    source: str
    number: int
    rows: int
    stretches: int
    sha256: str
    refused: tuple[Refusal, ...] = ()
    again: bool = False


def known(place: Place) -> tuple[Source, ...]:
    """The sources of earlier runs into this place, by number; () where there was none.

    Raises:
        BatchError: the plan cannot be read.
    """
    return _read(place)[0]


def partitions(place: Place, sources: Sequence[Source], *, size: int) -> Iterator[Partition]:
    """All partitions of the run in the order of the inputs; tables are split as the iterator is drawn from.

    The plan is written before this returns. `sources` are those of `listing.sources`, which begin with the known ones;
    `size` is about how many texts of a table go into one partition and must be the same each time.

    Raises:
        BatchError: the plan is damaged, `sources` do not begin with the known ones, or the place cannot be written.
    """
    if size < 1:
        raise BatchError(f"A partition of {size} texts cannot be made.", "Say a number from 1 on.")
    before, packs = _read(place)
    if tuple(sources[: len(before)]) != before:
        raise BatchError(
            f"The inputs of earlier runs into {place.url} have changed since.", "Use a new folder for the output (-o)."
        )
    new = sources[len(before) :]
    if new or not before:
        packs = (*packs, *_packs(new))
        _write(place, sources, packs)
    return _lazily(place, sources, packs, size)


def outlook(place: Place, sources: Sequence[Source]) -> tuple[int, int]:
    """How many partitions are known by now, and how many tables are not split yet; nothing is written.

    Raises:
        BatchError: the plan cannot be read.
    """
    before, packs = _read(place)
    split = split_receipts(place, sources)
    tables = sum(source.form is Form.ROWS for source in sources)
    packed = len(packs) + len(_packs(sources[len(before) :]))
    return packed + sum(receipt.stretches for receipt in split), tables - len(split)


def split_receipts(place: Place, sources: Sequence[Source]) -> Sequence[SplitReceipt]:
    """What became of the tables among `sources` that have been split, by number.

    Raises:
        BatchError: one cannot be read.
    """
    there = set(place.names(SPLIT))
    return tuple(_receipt(place, source) for source in sources if source.form is Form.ROWS and _done(source) in there)


def _lazily(
    place: Place, sources: Sequence[Source], packs: Sequence[tuple[int, ...]], size: int
) -> Iterator[Partition]:
    by_number = {source.number: source for source in sources}
    pack_of = {pack[0]: pack for pack in packs}
    for source in sources:
        if source.form is Form.ROWS:
            yield from _table(place, source, size)
        elif source.number in pack_of:
            files = tuple(by_number[number] for number in pack_of[source.number])
            yield Partition(name=_name(source.number, 0), sources=files)


def _table(place: Place, source: Source, size: int) -> Iterator[Partition]:
    """The stretches of a table: those there are, or split (again) where one is missing that is still to be done."""
    if _done(source) in place.names(SPLIT):
        receipt = _receipt(place, source)
        made = [_stretch(source, k) for k in range(receipt.stretches)]
        if not receipt.again and _all_there(place, source, made):
            yield from made
            return
    yield from _split(place, source, size)


def _all_there(place: Place, source: Source, made: Sequence[Partition]) -> bool:
    done = _done_of(place, source)
    open_ = [item.middle for item in made if item.name not in done]
    if not open_:
        return True
    folder = _folder(source)
    there = {f"{folder}/{name}" for name in place.names(folder)}
    return there.issuperset(open_)


def _split(place: Place, source: Source, size: int) -> Iterator[Partition]:
    notes = Notes(source.path)
    rows = number = 0
    again = False
    try:
        for stretch in splitting.stretches(source, size, notes):
            partition = _stretch(source, number)
            place.write(partition.middle, middle.packed(stretch))
            rows, number = rows + len(stretch), number + 1
            yield partition
    except FileProblemError as error:
        notes.lost(error)
        again = not isinstance(error, DamagedError)
    except ThemescoutError:
        raise
    except Exception as error:  # noqa: BLE001  # a bug met in one table must not cost the others
        notes.lost(_bug(notes.name, rows, error))
        again = isinstance(error, MemoryError)
    if again:  # what has been done of it stays done, even if it is not reached any more
        done = [int(name.rpartition("-")[2]) for name in _done_of(place, source)]
        later = sorted(k for k in done if k >= number)
        yield from (_stretch(source, k) for k in later)
        number += len(later)
    receipt = SplitReceipt(
        source=source.path,
        number=source.number,
        rows=rows,
        stretches=number,
        sha256=notes.sha256,
        refused=notes.refused(),
        again=again,
    )
    place.write(f"{SPLIT}/{_done(source)}", _as_json(asdict(receipt)))


def _bug(name: str, rows: int, error: Exception) -> FileProblemError:
    return FileProblemError(
        f"{name} met an error of the program ({bug(error)}); all but its first {rows:,} rows was left out.",
        "Please report it.",
    )


def _done_of(place: Place, source: Source) -> set[str]:
    """Names of the table's stretches that are finished or were refused."""
    texts = {name.removesuffix(".parquet") for name in place.names(TEXTS) if name.endswith(".parquet")}
    refused = {name.removesuffix(REFUSED) for name in place.names(ASIDE) if name.endswith(REFUSED)}
    return {name for name in texts | refused if name.startswith(f"{source.number:07d}-")}


def _packs(sources: Sequence[Source]) -> list[tuple[int, ...]]:
    """Numbers of the files that are read together: neighbours, until there are enough of them."""
    packs: list[list[int]] = []
    last, total = -2, 0
    for source in sources:
        if source.form is not Form.INTERVIEWS:
            continue
        follows = source.number == last + 1 and packs
        if follows and len(packs[-1]) < PACK_FILES and total + source.bytes <= PACK_BYTES:
            packs[-1].append(source.number)
            total += source.bytes
        else:
            packs.append([source.number])
            total = source.bytes
        last = source.number
    return [tuple(pack) for pack in packs]


def _read(place: Place) -> tuple[tuple[Source, ...], tuple[tuple[int, ...], ...]]:
    """The known sources and the packs of files."""
    if not place.exists(PLAN):
        return (), ()
    data = _from_json(place, PLAN)
    if data.get("format") != _FORMAT:
        raise _damaged(place, PLAN)
    try:
        sources = tuple(
            Source(number=i, path=item["path"], form=Form(item["form"]), bytes=item["bytes"], stamp=item["stamp"])
            for i, item in enumerate(data["sources"])
        )
        return sources, tuple(tuple(pack) for pack in data["packs"])
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(place, PLAN) from error


def _write(place: Place, sources: Sequence[Source], packs: Sequence[tuple[int, ...]]) -> None:
    kept = [{"path": s.path, "form": s.form.value, "bytes": s.bytes, "stamp": s.stamp} for s in sources]
    place.write(PLAN, _as_json({"format": _FORMAT, "sources": kept, "packs": [list(pack) for pack in packs]}))


def _receipt(place: Place, source: Source) -> SplitReceipt:
    name = f"{SPLIT}/{_done(source)}"
    data = _from_json(place, name)
    try:
        refused = tuple(Refusal(**item) for item in data.pop("refused"))
        return SplitReceipt(**data, refused=refused)
    except (KeyError, TypeError) as error:
        raise _damaged(place, name) from error


def _as_json(value: Any) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=1)}\n".encode()


def _from_json(place: Place, name: str) -> dict[str, Any]:
    try:
        found = json.loads(place.read(name))
    except ValueError as error:
        raise _damaged(place, name) from error
    if not isinstance(found, dict):
        raise _damaged(place, name)
    return found


def _damaged(place: Place, name: str) -> BatchError:
    return BatchError(
        f"{place.url}: {name} is damaged, or written by another version.", "Use a new folder for the output (-o)."
    )


def _stretch(source: Source, k: int) -> Partition:
    return Partition(name=_name(source.number, k), sources=(source,), middle=f"{_folder(source)}/{k:06d}.parquet")


def _folder(source: Source) -> str:
    return f"{middle.FOLDER}/{source.number:07d}"


def _done(source: Source) -> str:
    return f"{source.number:07d}.json"


def _name(number: int, k: int) -> str:
    return f"{number:07d}-{k:06d}"
