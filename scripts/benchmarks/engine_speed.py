"""Engines beside `SentenceTransformer.encode`: texts a second in one process, seconds from a cold one."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.turns import Way, in_turn, process, rendered, timed
from themescout import embed
from themescout.embed import manifest
from themescout.embed.distinct import embedded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Embed = Callable[[Sequence[str]], NDArray[np.float32]]

PLAIN = "SentenceTransformer.encode"
ENGINES = ("int8", "static", "torch")
_WARM = 64  # texts that each embeds beforehand

# What each process does, from nothing to a file of vectors; the arguments are TEXTS.json, OUT.npy and the model.
PLAIN_PROGRAM = """
import json, sys
import numpy
from sentence_transformers import SentenceTransformer
with open(sys.argv[1], encoding="utf-8") as file:
    texts = json.load(file)
numpy.save(sys.argv[2], SentenceTransformer(sys.argv[3]).encode(texts, show_progress_bar=False))
"""
OUR_PROGRAM = """
import json, sys
import numpy
from themescout import embed
from themescout.embed.distinct import embedded
with open(sys.argv[1], encoding="utf-8") as file:
    texts = json.load(file)
numpy.save(sys.argv[2], embedded(texts, embed.make("default", "int8"), 64, lambda *_: None))
"""


def model_folder() -> str:
    """Where the default model lies."""
    return str(manifest.default_folder(manifest.default_card()))


def plain() -> Embed:
    """`encode` of the default model, 32-bit floats, with its own defaults but for the bar, which it is spared."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  # seconds

    model: Any = SentenceTransformer(model_folder(), device="cpu")
    return lambda texts: np.asarray(model.encode(list(texts), show_progress_bar=False), np.float32)


def ours(engine: str) -> Embed:
    """One of our engines, given texts as everything in themescout gives them."""
    embedder = embed.make("default", engine)
    return lambda texts: embedded(texts, embedder, 64, lambda *_: None)


def speed(name: str, texts: Sequence[str], rounds: int) -> str:
    """All engines in one process, in turn; and the mean cosine of what they say to what `encode` says."""
    ways: dict[str, Embed] = {PLAIN: plain(), **{engine: ours(engine) for engine in ENGINES}}
    kept = {way: run(texts[:_WARM]) for way, run in ways.items()}

    def once(way: str) -> float:
        return timed(lambda: kept.update({way: ways[way](texts)}))

    found = in_turn([Way(name=way, once=lambda way=way: once(way)) for way in ways], rounds)  # type: ignore[misc]
    alike = ", ".join(
        f"{way} {cosine(kept[PLAIN], x):.5f}"
        for way, x in kept.items()
        if x.shape == kept[PLAIN].shape and way != PLAIN
    )
    title = f"### Speed: {len(texts):,} texts of {name}, {rounds} rounds"
    return "\n\n".join([title, rendered(found, of=len(texts)), f"Mean cosine to {PLAIN}: {alike}."])


def cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Mean cosine of the rows of two matrices of one shape."""
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return float(((one * other).sum(axis=1) / np.maximum(lengths, 1e-12)).mean())


def cold(name: str, texts: Sequence[str], pairs: int) -> str:
    """From a cold process to a file of vectors, in pairs; the first preparation of an encoder apart."""
    with tempfile.TemporaryDirectory() as folder:
        words, out = Path(folder) / "texts.json", Path(folder) / "x.npy"
        words.write_text(json.dumps(list(texts)), "utf-8")

        def run(program: str, **environment: str) -> float:
            return process([sys.executable, "-c", program, str(words), str(out), model_folder()], environment)

        first = run(OUR_PROGRAM, THEMESCOUT_CACHE=str(Path(folder) / "cache"))
        programs = {PLAIN: PLAIN_PROGRAM, "int8": OUR_PROGRAM}
        for program in programs.values():  # fills the disk's cache, and ours
            run(program)
        ways = [Way(name=way, once=lambda program=program: run(program)) for way, program in programs.items()]  # type: ignore[misc]
        found = in_turn(ways, pairs)
    title = f"### From a cold process: {len(texts):,} texts of {name}, {pairs} pairs"
    note = f"With the encoder prepared on the way, as once on every computer: {first:.1f} s."
    return "\n\n".join([title, rendered(found), note])
