"""Texts that people have coded, read from a folder or a file, and their vectors from a cache."""

from __future__ import annotations

import json
import random
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from themescout import embed
from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

SAMPLE_SEED = 0  # of the rows that a limit keeps


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CodedSet:
    """Texts with the codes that people gave them; `docs`, `texts` and `codes` have one entry per row.

    `codes` are in the order of the file; an empty tuple is a row without code. `parents` is code -> code above it.
    """

    name: str
    docs: tuple[str, ...]
    texts: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]
    parents: Mapping[str, str]

    def __post_init__(self) -> None:
        """Check that the columns are equally long."""
        if not len(self.docs) == len(self.texts) == len(self.codes):
            raise ValueError(f"{self.name}: {len(self.docs)} docs, {len(self.texts)} texts, {len(self.codes)} codes")

    @property
    def coded(self) -> NDArray[np.intp]:
        """Rows that have a code, ascending."""
        return np.asarray([row for row, codes in enumerate(self.codes) if codes], np.intp)

    def topmost(self, code: str) -> str:
        """The code at the top of the branch that `code` is on; itself where nothing is above it."""
        passed = {code}
        while (above := self.parents.get(code)) is not None and above not in passed:
            passed.add(above)
            code = above
        return code

    def part(self, rows: Sequence[int], *, name: str = "") -> CodedSet:
        """The given rows, in the given order."""
        return replace(
            self,
            name=name or self.name,
            docs=tuple(self.docs[row] for row in rows),
            texts=tuple(self.texts[row] for row in rows),
            codes=tuple(self.codes[row] for row in rows),
        )

    def sample(self, limit: int) -> CodedSet:
        """At most `limit` rows (0 = all), drawn with a fixed seed and kept in their order."""
        if not limit or len(self.texts) <= limit:
            return self
        rows = sorted(random.Random(SAMPLE_SEED).sample(range(len(self.texts)), limit))  # noqa: S311  # no secret
        return self.part(rows, name=f"{self.name} ({limit:,} of {len(self.texts):,})")


def read(path: Path) -> CodedSet:
    """The set in a folder (`segments.jsonl`, `codebook.json`) or in a file of label TAB text with a header row."""
    if path.is_dir() and (path / "segments.jsonl").is_file():
        return _folder(path)
    if path.is_file() and path.suffix == ".tsv":
        return _labelled(path)
    sys.exit(f"{path} is neither a folder with a segments.jsonl nor a .tsv file.")


def _folder(path: Path) -> CodedSet:
    rows = [json.loads(line) for line in (path / "segments.jsonl").read_text("utf-8").split("\n") if line.strip()]
    book = path / "codebook.json"
    entries = json.loads(book.read_text("utf-8")) if book.is_file() else []
    return CodedSet(
        name=path.name,
        docs=tuple(str(row["doc"]) for row in rows),
        texts=tuple(row["text"] for row in rows),
        codes=tuple(tuple(row["codes"]) for row in rows),
        parents={entry["name"]: entry["parent"] for entry in entries if entry["parent"]},
    )


def _labelled(path: Path) -> CodedSet:
    lines = path.read_text("utf-8").split("\n")[1:]
    pairs = [line.split("\t", 1) for line in lines if line.strip()]
    return CodedSet(
        name=path.stem,
        docs=("",) * len(pairs),
        texts=tuple(text for _, text in pairs),
        codes=tuple((label,) if label else () for label, _ in pairs),
        parents={},
    )


def vectors(texts: Sequence[str], cache: Path, engine: str = "torch") -> NDArray[np.float32]:
    """The default model's vectors, shape (n, dimensions); kept in `cache` under a hash of texts, model and engine."""
    embedder = embed.make("default", engine)
    kept = cache / f"{digest(json.dumps([embedder.key, *texts]))}.npy"
    if not kept.is_file():
        print(f"Embedding {len(texts):,} texts …", file=sys.stderr)
        x = np.asarray(embedder.embed(texts), np.float32)
        cache.mkdir(parents=True, exist_ok=True)
        # Under its name only when whole.
        unfinished = kept.with_suffix(".part.npy")
        np.save(unfinished, x)
        unfinished.replace(kept)
    return np.asarray(np.load(kept), np.float32)
