"""The method on a table instead of a study: table in, table out, in the same order."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout import codebook as codebooks
from themescout import embed as embedders
from themescout import plugins, tables
from themescout.errors import FileProblemError, TableError
from themescout.importers import limits
from themescout.matching import Labelled, code_texts
from themescout.pipeline import discovering, stages
from themescout.types import Segment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from themescout.codebook import Codebook
    from themescout.pipeline.discovering import Finding
    from themescout.pipeline.stages import Progress
    from themescout.settings import Settings
    from themescout.tables import TextTable
    from themescout.types import Suggestion


_LARGEST = 1e15  # of a vector's values: the sum of their squares must be a float32


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
    x = _given(given, table)[full] if given else vectors([table.texts[i] for i in full], settings, progress)[0]
    finding = discovering.find(x, settings.discover, settings.seed, lambda done, total: progress("themes", done, total))
    found = discovering.described([_segment(table, i) for i in full], x, finding)
    meta = target.with_suffix(".meta.json")
    record = {
        "seed": settings.seed, "runs": finding.runs, "sampled": finding.sampled, "rows": len(table),
        "themes": [_described(asdict(theme), table) for theme in found],
    }  # fmt: skip
    tables.write(target, _theme_rows(table, full, finding))
    meta.write_text(json.dumps(record, ensure_ascii=False, indent=1), "utf-8")
    remarks = (*table.remarks, *_doubts(source, table, full, finding))
    return Summary(rows=len(table), files=(target, meta), remarks=remarks)


def _theme_rows(table: TextTable, full: Sequence[int], finding: Finding) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"id": name, "theme": -1, "strength": 0.0, "subtheme": -1, "nearest": -1, "reason": "empty"}
        for name in table.ids
    ]
    for place, row in enumerate(full):
        rows[row] |= {
            "theme": -1 if finding.reasons[place] else int(finding.nearest[place]),
            "strength": round(float(finding.strengths[place]), 4),
            "subtheme": int(finding.subthemes[place]),
            "nearest": int(finding.nearest[place]),
            "reason": finding.reasons[place],
        }
    return rows


def _doubts(source: Path, table: TextTable, full: Sequence[int], finding: Finding) -> tuple[str, ...]:
    """A sentence where the outcome is less than a person may expect."""
    distinct = len({table.texts[row].strip() for row in full})
    if not finding.groups:
        tried = f"{source.name}: no themes among {len(full)} texts, {distinct} of them different"
        few = distinct < discovering.FEWEST
        why = f"it takes {discovering.FEWEST} different ones or more" if few else "too few of them go together"
        return (f"{tried}; {why}. All rows have theme -1.",)
    if distinct == 1:
        return (f"{source.name}: all {len(full)} texts are the same; that is one theme, and says nothing.",)
    if all(len(table.texts[row].split()) == 1 for row in full):
        return (f"{source.name}: every text is a single word; themes of words are not themes of what people said.",)
    return ()


def _given(path: Path, table: TextTable) -> NDArray[np.float32]:
    """Vectors from a .npy file, float32, shape (rows, dimensions).

    Raises:
        FileProblemError: it cannot be read, is no such array, or does not fit the table.
    """
    try:
        x = np.load(path, allow_pickle=False)
    except OSError as error:
        raise FileProblemError(f"{path} cannot be read: {error.strerror or error}.", "Name a .npy file.") from error
    except (ValueError, EOFError) as error:
        raise FileProblemError(
            f"{path.name} is no .npy file of numbers.", "Make one: themescout embed TABLE"
        ) from error
    if not isinstance(x, np.ndarray) or x.ndim != 2 or not x.shape[1] or x.dtype.kind not in "fiu":
        raise FileProblemError(
            f"{path.name} does not hold one vector for each row.", "It must be a table of numbers: rows × dimensions."
        )
    if len(x) != len(table):
        raise FileProblemError(
            f"{path.name} has {len(x)} vectors, the table has {len(table)} rows.",
            "Make it anew: themescout embed TABLE",
        )
    if not (np.abs(x) < _LARGEST).all():  # false for what is no number, too
        raise FileProblemError(
            f"{path.name} holds values that are no numbers, or too large.", "Make it anew: themescout embed TABLE"
        )
    return np.asarray(x, np.float32)


def suggest(  # the arguments of the command, by keyword from the third
    source: Path,
    output: Path | None,
    settings: Settings,
    codebook: str,
    learn_from: Path | None,
    *,
    progress: Progress = stages.quiet,
) -> Summary:
    """Codes for the column `text`: rows of id, kind, suggestions (all codes, best first), set, abstained."""
    target = output or source.with_name(f"{source.stem}.suggestions.jsonl")
    table, book = _table(source, target, tables.SUFFIXES), codebooks.load(codebook)
    known, unknown = _coded(learn_from, book) if learn_from else ((), ())
    remarks = list(table.remarks)
    if unknown:
        remarks.append(f"{learn_from}: codes that the codebook lacks were not learned: {', '.join(unknown)}.")
    texts = code_texts(book)
    x, _ = vectors([*table.texts, *(t.embedded for t in texts), *(k.text for k in known)], settings, progress)
    rows_x, text_x, known_x = np.split(x, [len(table), len(table) + len(texts)])
    matcher = plugins.load("matchers", settings.suggest.matcher)(book, random_state=settings.seed)
    matcher.fit(texts, text_x, known, known_x)
    found = matcher.suggest([str(i) for i in range(len(table))], rows_x)
    rows = [_row(table.ids[i], item, book, empty=not table.texts[i].strip()) for i, item in enumerate(found)]
    tables.write(target, rows)
    return Summary(rows=len(table), files=(target,), remarks=tuple(remarks))


def vectors(
    texts: Sequence[str], settings: Settings, progress: Progress = stages.quiet
) -> tuple[NDArray[np.float32], str]:
    """Vectors of texts (float32, shape (len(texts), dimensions)) and the key of what made them.

    Each distinct text is embedded once, longest first.
    """
    embedder = embedders.make(settings.embed.model)
    distinct = sorted(set(texts), key=lambda text: (-len(text), text))
    rows: dict[str, NDArray[np.float32]] = {}
    size = max(1, settings.embed.batch)
    for i in range(0, len(distinct), size):
        part = distinct[i : i + size]
        rows.update(zip(part, embedder.embed(part), strict=True))
        progress("vectors", i + len(part), len(distinct))
    if not texts:
        return np.zeros((0, embedder.dimensions), np.float32), embedder.key
    return np.vstack([rows[text] for text in texts]), embedder.key


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


def _coded(path: Path, book: Codebook) -> tuple[tuple[Labelled, ...], tuple[str, ...]]:
    """Coded rows to learn from, and the codes among them that the codebook lacks. Codes may be given by name."""
    table = _read(path)
    ids = {code.name: code.id for code in book.codes} | {code.id: code.id for code in book.codes}
    if not any(table.codes) and not any(table.kinds):
        raise TableError(f"{path.name} has no codes to learn from.", "It needs a column “codes” beside “text”.")
    kinds = {kind.id for kind in book.kinds}
    known = tuple(
        Labelled(
            segment=f"{path.name}:{i}",
            text=table.texts[i],
            codes=tuple(ids[code] for code in table.codes[i] if code in ids),
            kind=table.kinds[i] if table.kinds[i] in kinds else "",
        )
        for i in range(len(table))
        if table.texts[i].strip() and (table.codes[i] or table.kinds[i])
    )
    unknown = sorted({code for codes in table.codes for code in codes if code not in ids})
    return known, tuple(unknown)


def _row(row_id: str | int, item: Suggestion, book: Codebook, *, empty: bool) -> dict[str, Any]:
    codes = [{"code": ranked.code, "category": book.topmost(ranked.code), "p": ranked.p} for ranked in item.ranked]
    return {
        "id": row_id,
        "kind": None if empty or item.kind is None else str(item.kind),
        "suggestions": [] if empty else codes,
        "set": None if item.codes is None or empty else list(item.codes),
        "abstained": empty or item.abstained,
    }


def _segment(table: TextTable, row: int) -> Segment:
    """A row as a segment: its "transcript" is its document, or itself where there is none."""
    text = table.texts[row]
    doc = table.docs[row] or f"row {row}"
    return Segment(
        id=str(row),
        transcript=doc,
        turn=row,
        start=0,
        end=len(text),
        text=text,
        speaker=table.speakers[row],
        context=table.contexts[row],
    )


def _described(theme: dict[str, Any], table: TextTable) -> dict[str, Any]:
    """A theme for the .meta.json: rows by their ids, exemplars with their words; nothing that only a study has."""

    def words(rows: Sequence[str]) -> list[dict[str, Any]]:
        return [{"id": table.ids[int(row)], "text": table.texts[int(row)]} for row in rows]

    kept = {key: theme[key] for key in ("id", "label", "keywords", "found_in", "runs", "informants", "loudest")}
    inner = [
        {"label": part["label"], "keywords": part["keywords"], "size": len(part["members"]),
         "exemplars": words(part["exemplars"])}
        for part in theme["subthemes"]
    ]  # fmt: skip
    return {**kept, "size": len(theme["members"]), "exemplars": words(theme["exemplars"]), "subthemes": inner}
