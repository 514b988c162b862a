"""The method on a table instead of a study: table in, table out, in the same order."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout import codebook as codebooks
from themescout import embed as embedders
from themescout import tables
from themescout.codebook import Code
from themescout.embed import distinct
from themescout.errors import FileProblemError, TableError
from themescout.importers import limits
from themescout.pipeline import discovering, stages, suggesting, theme_table
from themescout.suggest import Labelled, Rows, code_texts, in_order_of_speaking
from themescout.text import seems_english

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from themescout.codebook import Codebook
    from themescout.pipeline.stages import Progress
    from themescout.protocols import Embedder
    from themescout.settings import Settings
    from themescout.tables import TextTable
    from themescout.types import Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What was written: number of rows, the files, and remarks about odd input."""

    rows: int
    files: tuple[Path, ...]
    remarks: tuple[str, ...]


def embed(source: Path, output: Path | None, settings: Settings, *, progress: Progress = stages.quiet) -> Summary:
    """Vectors of the column `text`: a .npy file, float32, shape (rows, dimensions); empty texts give zero rows."""
    target = output or source.with_suffix(".npy")
    if target.suffix != ".npy":
        raise FileProblemError(f"{target.name}: vectors are written as .npy.", "Change the ending.")
    table = _table(source, target)
    x, _ = vectors(table.texts, settings, progress)
    half = target.with_name(f".{target.name}.half.npy")
    try:
        np.save(half, x)
        half.replace(target)
    except OSError as error:
        raise FileProblemError(
            f"{target} cannot be written: {error.strerror}.", "Name another place with -o."
        ) from error
    return Summary(rows=len(table), files=(target,), remarks=table.remarks)


def discover(
    source: Path,
    output: Path | None,
    settings: Settings,
    *,
    given: Path | None = None,
    progress: Progress = stages.quiet,
) -> Summary:
    """Candidate themes of the column `text`, one row for each row of the table; the themes in a .meta.json beside.

    A row has id, theme (-1 = none), strength (0..1), subtheme (-1 = none), nearest (the nearest theme where it is in
    none) and reason (why it is in none, else ""). `given` is a .npy file of vectors, one for each row of the table.
    """
    target = output or source.with_name(f"{source.stem}.themes.jsonl")
    table = _table(source, target, tables.SUFFIXES)
    full = [i for i, text in enumerate(table.texts) if text.strip()]
    x = (
        theme_table.given_vectors(given, table)[full]
        if given
        else vectors([table.texts[i] for i in full], settings, progress)[0]
    )
    finding = discovering.find(x, settings.discover, settings.seed, lambda done, total: progress("themes", done, total))
    found = discovering.described([theme_table.as_segment(table, i) for i in full], x, finding)
    meta = target.with_suffix(".meta.json")
    record = {
        "seed": settings.seed, "runs": finding.runs, "sampled": finding.sampled, "rows": len(table),
        "themes": [theme_table.described(asdict(theme), table) for theme in found],
    }  # fmt: skip
    tables.write(target, theme_table.rows(table, full, finding))
    meta.write_text(json.dumps(record, ensure_ascii=False, indent=1), "utf-8")
    remarks = (*table.remarks, *theme_table.doubts(source, table, full, finding))
    return Summary(rows=len(table), files=(target, meta), remarks=remarks)


def suggest(  # the arguments of the command, by keyword from the third
    source: Path,
    output: Path | None,
    settings: Settings,
    codebook: str,
    learn_from: Path | None,
    *,
    new_codes: bool = False,
    progress: Progress = stages.quiet,
) -> Summary:
    """Codes for the column `text`: rows of id, kind, suggestions (all codes, best first), set, abstained.

    Beside it, in a .meta.json, the record of each code (`suggest.honesty.Card`) on the coded table, interviews left
    out. `new_codes`: codes that the codebook lacks are added to it.
    """
    target = output or source.with_name(f"{source.stem}.suggestions.jsonl")
    table, book = _table(source, target, tables.SUFFIXES), codebooks.load(codebook)
    taught = _read(learn_from) if learn_from else None
    unknown = _unknown(learn_from, taught, book) if learn_from and taught else ()
    if new_codes:
        book = _with_codes(book, unknown)
    known = _coded(learn_from, taught, book) if learn_from and taught else ()
    matcher, rows = _fitted(table, taught, known, book, settings, progress)
    found = matcher.suggest(rows)
    tables.write(
        target, [_row(table.ids[i], item, book, empty=not table.texts[i].strip()) for i, item in enumerate(found)]
    )
    meta = target.with_suffix(".meta.json")
    record = {
        "seed": settings.seed, "codebook": book.id, "decisions": len(known),
        "promised": matcher.threshold_ is not None, "codes": [asdict(card) for card in matcher.cards_],
    }  # fmt: skip
    meta.write_text(json.dumps(record, ensure_ascii=False, indent=1), "utf-8")
    remarks = [*table.remarks, *_hesitations(learn_from, known, unknown, new_codes=new_codes)]
    remarks += [*suggesting.doubts(book, known), *_languages(source, table, settings)]
    return Summary(rows=len(table), files=(target, meta), remarks=tuple(remarks))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coded:
    """A coded table: its coded rows, what a person said of them, the codebook and the vectors of its texts."""

    rows: Rows
    known: tuple[Labelled, ...]
    book: Codebook
    text_x: NDArray[np.float32]


def coded(source: Path, codebook: str, settings: Settings) -> Coded:
    """Read a coded table with its codebook.

    Raises:
        TableError: nothing in it is coded.
    """
    table, book = _read(source), codebooks.load(codebook)
    _unknown(source, table, book)
    known = _coded(source, table, book)
    trained = suggesting.trained(book, settings)
    chosen = [int(item.segment.rpartition(":")[2]) for item in known]
    rows = _rows(table, chosen, settings, trained[1] if trained else None, stages.quiet)
    text_x, _ = vectors([text.embedded for text in code_texts(book)], settings)
    return Coded(rows=rows, known=known, book=book, text_x=text_x)


def _fitted(
    table: TextTable,
    taught: TextTable | None,
    known: Sequence[Labelled],
    book: Codebook,
    settings: Settings,
    progress: Progress,
) -> tuple[Any, Rows]:
    """The matcher, fitted, and the rows of the table."""
    trained = suggesting.trained(book, settings)
    tuned = trained[1] if trained else None
    rows = _rows(table, range(len(table)), settings, tuned, progress)
    texts = code_texts(book)
    text_x, _ = vectors([text.embedded for text in texts], settings)
    chosen = [int(item.segment.rpartition(":")[2]) for item in known]
    learned = _rows(taught, chosen, settings, tuned, progress) if taught else rows.take([])
    matcher = suggesting.made(book, settings, trained[0] if trained else None)
    return matcher.fit(texts, text_x, known, learned, rows), rows


def _rows(
    table: TextTable, chosen: Sequence[int], settings: Settings, tuned: Embedder | None, progress: Progress
) -> Rows:
    """Rows of a table with what is known of their surroundings."""
    x, _ = vectors(table.texts, settings, progress)
    made = Rows.of(
        [str(i) for i in range(len(table))],
        table.texts,
        x,
        docs=table.docs,
        ordered=in_order_of_speaking(table.docs, table.codes),
        tuned=_embedded(table.texts, tuned, settings.embed.batch, progress) if tuned else None,
    )
    if any(table.contexts):
        made = suggesting.surroundings(made, vectors(table.contexts, settings)[0])
    return made.take(list(chosen))


def _hesitations(
    learn_from: Path | None, known: Sequence[Labelled], unknown: Sequence[str], *, new_codes: bool
) -> list[str]:
    """Sentences about a coded table."""
    if learn_from is None:
        return []
    found = []
    if unknown and new_codes:
        found.append(f"{learn_from.name}: codes added to the codebook: {', '.join(unknown)}.")
    elif unknown:
        found.append(
            f"{learn_from.name}: codes that the codebook lacks were not learned: {', '.join(unknown)}. "
            "With --new-codes they are."
        )
    if differing := suggesting.disagreeing(known):
        found.append(f"{learn_from.name}: {differing} texts have different codes in different rows; all are learned.")
    return found


def _languages(source: Path, table: TextTable, settings: Settings) -> tuple[str, ...]:
    if settings.embed.model == "default" and not seems_english(table.texts):
        what = "most texts do not seem to be English, the only language that the default model knows"
        return (f"{source.name}: {what}; name a model of your own with --model FOLDER, or use --model ngrams.",)
    return ()


def vectors(
    texts: Sequence[str], settings: Settings, progress: Progress = stages.quiet
) -> tuple[NDArray[np.float32], str]:
    """Vectors of texts (float32, shape (len(texts), dimensions)) and the key of what made them.

    Each distinct text is embedded once, longest first.
    """
    embedder = embedders.make(settings.embed.model)
    return _embedded(texts, embedder, settings.embed.batch, progress), embedder.key


def _embedded(texts: Sequence[str], embedder: Embedder, batch: int, progress: Progress) -> NDArray[np.float32]:
    return distinct.embedded(texts, embedder, batch, lambda done, total: progress("vectors", done, total))


def _read(path: Path) -> TextTable:
    if path.suffix.lower() == ".xlsx" and os.path.isfile(path):  # noqa: PTH113  # `Path.is_file` may raise
        limits.check_zip(path)
    try:
        return tables.read(path)
    except OSError as error:  # a folder above it may not be entered
        raise FileProblemError(f"{path} cannot be read: {error.strerror}.", "Check its rights.") from error


def _table(source: Path, target: Path, endings: Sequence[str] = ()) -> TextTable:
    """Read the table; what is wrong with the place of the outcome is said before the work, not after it."""
    if endings and target.suffix.lower() not in endings:
        raise FileProblemError(f"{target.name}: tables are written as {', '.join(endings)}.", "Change the ending.")
    table = _read(source)
    if target.exists() and target.samefile(source):
        raise FileProblemError(f"{target.name} is the table itself.", "Name another file with -o.")
    if not target.parent.is_dir():
        raise FileProblemError(f"{target} cannot be written: there is no such folder.", "Name another place with -o.")
    return table


def _ids(book: Codebook) -> dict[str, str]:
    """Codes by their name and by their id."""
    return {code.name: code.id for code in book.codes} | {code.id: code.id for code in book.codes}


def _unknown(path: Path, table: TextTable, book: Codebook) -> tuple[str, ...]:
    """Codes of a coded table that the codebook lacks, sorted.

    Raises:
        TableError: nothing in the table is coded.
    """
    if not any(table.codes) and not any(table.kinds):
        raise TableError(f"{path.name} has no codes to learn from.", "It needs a column “codes” beside “text”.")
    return tuple(sorted({code for codes in table.codes for code in codes} - _ids(book).keys()))


def _with_codes(book: Codebook, names: Sequence[str]) -> Codebook:
    extra = tuple(Code(id=name, name=name) for name in names)
    finer = replace(book.finer, codes=(*book.finer.codes, *extra)) if book.finer else None
    return replace(book, codes=(*book.codes, *extra), finer=finer)


def _coded(path: Path, table: TextTable, book: Codebook) -> tuple[Labelled, ...]:
    """Coded rows to learn from; codes may be given by name."""
    ids, kinds = _ids(book), {kind.id for kind in book.kinds}
    return tuple(
        Labelled(
            segment=f"{path.name}:{i}",
            text=table.texts[i],
            codes=tuple(ids[code] for code in table.codes[i] if code in ids),
            kind=table.kinds[i] if table.kinds[i] in kinds else "",
            doc=table.docs[i],
        )
        for i in range(len(table))
        if table.texts[i].strip() and (any(code in ids for code in table.codes[i]) or table.kinds[i])
    )


def _row(row_id: str | int, item: Suggestion, book: Codebook, *, empty: bool) -> dict[str, Any]:
    codes = [{"code": ranked.code, "category": book.topmost(ranked.code), "p": ranked.p} for ranked in item.ranked]
    return {
        "id": row_id,
        "kind": None if empty or item.kind is None else str(item.kind),
        "suggestions": [] if empty else codes,
        "set": None if item.codes is None or empty else list(item.codes),
        "abstained": empty or item.abstained,
    }
