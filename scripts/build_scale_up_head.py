"""Train what comes with the scale-up codebook: a small change to the default model, and two linear heads on it.

    python scripts/build_scale_up_head.py [--epochs 5] [--seed 1] [--without FILE_STEM] [-o models/scale-up-head.npz]
    python scripts/build_scale_up_head.py --mean FIRST.npz SECOND.npz [-o models/scale-up-head.npz]

Trained on data/training/scale-up/ (invented utterances), watched on data/gold/scale-up-dev.jsonl, from which two
temperatures are taken. The change is kept in 8-bit numbers: cut to matrices of rank 32 (LoRA: Hu et al. 2021, arXiv
2106.09685) it was a quarter as large, but nine points worse. `--without` leaves one file out, to see how it fares on
another writer. `--mean` averages the weights of two builds that began at the same model (Wortsman et al. 2022, arXiv
2203.05482): steadier than either. A build takes about ten minutes on two cores. Threads and processor decide the last
digits: a second build is alike, not equal.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from torch import nn

from themescout import codebook as codebooks
from themescout.embed import manifest
from themescout.resources import resource

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SPREAD = 6.0  # length that unit vectors are given before the heads
_LONGEST = 160  # word pieces in training
_BATCH = 16
_RATES = (1.5e-4, 2e-3)  # of the model, of the heads
_KINDS = ("neither", "barrier", "research_question")


@dataclass(frozen=True)
class Coded:
    """Utterances with their codes (rows sum to 1, or 0 where there is nothing to code) and kinds."""

    texts: list[str]
    codes: NDArray[np.float32]
    kinds: NDArray[np.int64]


class Network(nn.Module):
    """The default model with a head for codes and one for kinds."""

    def __init__(self, codes: int) -> None:
        super().__init__()
        self.model = SentenceTransformer(str(manifest.verify_default()), device="cpu", local_files_only=True)
        encoder: Any = self.model[0].auto_model
        self.encoder = encoder
        self.tokenizer: Any = self.model.tokenizer
        self.code, self.kind = nn.Linear(384, codes), nn.Linear(384, len(_KINDS))
        self.drop = nn.Dropout(0.1)
        for head in (self.code, self.kind):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)
        for parameter in encoder.embeddings.parameters():
            parameter.requires_grad = False

    def forward(self, texts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
        batch = self.tokenizer(texts, padding=True, truncation=True, max_length=_LONGEST, return_tensors="pt")
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.training):
            hidden = self.encoder(**batch).last_hidden_state.float()
        mask = batch["attention_mask"][..., None].float()
        mean = (hidden * mask).sum(1) / mask.sum(1)
        unit = self.drop(_SPREAD * nn.functional.normalize(mean))
        return self.code(unit), self.kind(unit)


def coded(paths: list[Path], codes: list[str]) -> Coded:
    """The rows of JSON Lines files."""
    rows = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    made = np.zeros((len(rows), len(codes)), np.float32)
    for i, row in enumerate(rows):
        for label in row["labels"]:
            made[i, codes.index(label["code"])] = 1.0 / len(row["labels"])
    kinds = [_KINDS.index(row["labels"][0]["kind"]) if row["labels"] else 0 for row in rows]
    return Coded([row["text"] for row in rows], made, np.asarray(kinds))


def train(data: Coded, parents: NDArray[np.float32], epochs: int, seed: int, watched: Coded) -> Network:
    """Train on all rows of `data`; `parents`, shape (codes, categories), says which category a code is in."""
    torch.manual_seed(seed)
    torch.set_flush_denormal(True)  # numbers next to nothing in the optimiser would make late epochs ten times slower
    rng, began = np.random.default_rng(seed), time.monotonic()
    network = Network(data.codes.shape[1])
    encoder = [p for p in network.encoder.parameters() if p.requires_grad]
    heads = [*network.code.parameters(), *network.kind.parameters()]
    optimizer = torch.optim.AdamW([{"params": encoder}, {"params": heads}], lr=_RATES[0], weight_decay=0.01)
    steps = epochs * (len(data.texts) // _BATCH + 2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, list(_RATES), total_steps=steps, pct_start=0.1, anneal_strategy="linear"
    )
    for epoch in range(epochs):
        network.train()
        for rows in _batches(data.texts, rng):
            loss = _loss(network, data, rows, torch.tensor(parents))
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch has no type for it
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        print(f"epoch {epoch + 1}, {time.monotonic() - began:.0f} s:", judged(network, watched, parents), flush=True)
    return network


def _batches(texts: list[str], rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """Rows in random order, those of a batch about equally long."""
    order, made = rng.permutation(len(texts)), []
    for start in range(0, len(order), 8 * _BATCH):
        part = sorted(order[start : start + 8 * _BATCH], key=lambda i: len(texts[i]))
        made += [np.asarray(part[i : i + _BATCH]) for i in range(0, len(part), _BATCH)]
    rng.shuffle(made)
    return made


def _loss(network: Network, data: Coded, rows: NDArray[np.int64], parents: torch.Tensor) -> torch.Tensor:
    codes, kinds = network([data.texts[i] for i in rows])
    loss = nn.functional.cross_entropy(kinds, torch.tensor(data.kinds[rows]), label_smoothing=0.05)
    wanted = torch.tensor(data.codes[rows])
    some = wanted.sum(1) > 0
    if some.any():
        p = torch.log_softmax(codes, 1)
        category = torch.log(p.exp() @ parents + 1e-9)
        loss = loss - 0.5 * ((wanted * p).sum(1) + ((wanted @ parents) * category).sum(1))[some].mean()
    return loss


def logits(network: Network, texts: list[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of codes and of kinds, shapes (n, codes) and (n, 3)."""
    network.eval()
    with torch.no_grad():
        parts = [network(texts[i : i + 32]) for i in range(0, len(texts), 32)]
    codes, kinds = (np.vstack([part[i].numpy() for part in parts]).astype(np.float64) for i in (0, 1))
    return codes, kinds


def judged(network: Network, data: Coded, parents: NDArray[np.float32]) -> str:
    """Category first and among two, kind of what is codable, false alarms on what is not; as a line of text."""
    codes, kinds = logits(network, data.texts)
    right: Any = np.asarray(data.codes @ parents) > 0
    share = _softmax(codes) @ parents
    order, some = np.argsort(-share, axis=1), data.kinds > 0
    rows = np.arange(len(order))
    first = right[rows, order[:, 0]][some].mean()
    two = right[rows[:, None], order[:, :2]].any(axis=1)[some].mean()
    kind, alarms = (kinds.argmax(1) == data.kinds)[some].mean(), (kinds.argmax(1) > 0)[~some].mean()
    return f"category {first:.3f}, of two {two:.3f}, kind {kind:.3f}, false alarms {alarms:.3f}"


def temperature(scores: NDArray[np.float64], truth: NDArray[np.float64]) -> float:
    """What logits are divided by so that probabilities fit best (Guo et al. 2017, arXiv 1706.04599)."""
    grid = np.geomspace(0.5, 5.0, 47)
    losses = [-(truth * np.log(_softmax(scores / t) + 1e-12)).sum() for t in grid]
    return float(grid[int(np.argmin(losses))])


def _softmax(z: NDArray[np.float64]) -> NDArray[np.float64]:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def shrink(network: Network) -> dict[str, NDArray[Any]]:
    """The change to the model in 8-bit numbers, a scale for each row; the network is left with exactly this change."""
    before: Any = SentenceTransformer(str(manifest.verify_default()), device="cpu", local_files_only=True)[0].auto_model
    old, kept = dict(before.named_parameters()), {}
    with torch.no_grad():
        for name, new in network.encoder.named_parameters():
            change = (new - old[name]).numpy()
            if not change.any():
                continue
            rows = change.reshape(len(change), -1) if change.ndim > 1 else change[None]
            steps, scales = _rounded(rows)
            kept[f"steps:{name}"], kept[f"scales:{name}"] = steps.reshape(change.shape), scales
            new.copy_(old[name] + torch.from_numpy((steps * scales[:, None]).reshape(change.shape)))
    return kept


def built(given: argparse.Namespace) -> dict[str, NDArray[Any]]:
    """Train and shrink."""
    book = codebooks.load("scale-up-long")
    codes = [code.id for code in book.assignable]
    tops = [book.topmost(code) for code in codes]
    categories = list(dict.fromkeys(tops))
    parents = (np.asarray(tops)[:, None] == np.asarray(categories)).astype(np.float32)
    files = sorted(resource("data", "training", "scale-up").glob("*.jsonl"))
    left_out = [file for file in files if file.stem == given.without]
    watched = coded(left_out or [resource("data", "gold", "scale-up-dev.jsonl")], codes)
    data = coded([file for file in files if file not in left_out], codes)
    print(f"{len(data.texts)} utterances, {int((data.kinds == 0).sum())} of them with nothing to code", flush=True)
    network = train(data, parents, given.epochs, given.seed, watched)
    kept: dict[str, Any] = shrink(network)
    print("in 8 bits:", judged(network, watched, parents))
    scores, some = logits(network, watched.texts), watched.kinds > 0
    kept |= {
        "codes": np.asarray(codes), "kinds": np.asarray(_KINDS), "spread": np.float32(_SPREAD),
        "base": np.asarray(manifest.default_card().sha256),
        "code_weight": network.code.weight.detach().numpy(), "code_bias": network.code.bias.detach().numpy(),
        "kind_weight": network.kind.weight.detach().numpy(), "kind_bias": network.kind.bias.detach().numpy(),
        "code_temperature": np.float32(temperature(scores[0][some], watched.codes[some].astype(np.float64))),
        "kind_temperature": np.float32(temperature(scores[1], np.eye(len(_KINDS))[watched.kinds])),
    }  # fmt: skip
    return kept


def mean(first: Any, second: Any) -> dict[str, NDArray[Any]]:
    """The average of two builds, in the same form."""
    made: dict[str, NDArray[Any]] = {}
    for name in first:
        if name.startswith("steps:"):
            scales = f"scales:{name.removeprefix('steps:')}"
            changes = [each[name].reshape(len(each[scales]), -1) * each[scales][:, None] for each in (first, second)]
            steps, made[scales] = _rounded((changes[0] + changes[1]) / 2)
            made[name] = steps.reshape(first[name].shape)
        elif not name.startswith("scales:"):
            both = first[name], second[name]
            made[name] = ((both[0] + both[1]) / 2).astype(both[0].dtype) if both[0].dtype.kind == "f" else both[0]
    return made


def _rounded(rows: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    scales = np.maximum(np.abs(rows).max(axis=1), 1e-12).astype(np.float32) / 127
    return np.rint(rows / scales[:, None]).astype(np.int8), scales


def main() -> None:
    """Train, shrink, say how it fares, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without", default="")
    parser.add_argument("--mean", nargs=2, type=Path, metavar=("FIRST", "SECOND"))
    parser.add_argument("-o", "--output", type=Path, default=Path("models/scale-up-head.npz"))
    given = parser.parse_args()
    kept: dict[str, Any] = mean(*map(np.load, given.mean)) if given.mean else built(given)
    np.savez_compressed(given.output, **kept)
    print(f"{given.output}: {given.output.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
