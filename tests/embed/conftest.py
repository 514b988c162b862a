"""Tiny models with random weights, made here: for what does not need the real one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from themescout.resources import resource

if TYPE_CHECKING:
    from collections.abc import Callable

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read when transformers is imported

SOURCE = Path(__file__).parents[2] / "src"
SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}


class Child(Protocol):
    def __call__(self, code: str, *args: object, **environ: str) -> str: ...


@pytest.fixture
def child() -> Child:
    """Run code in a new process: what it printed. Keywords are added to the environment; an exit code fails."""

    def call(code: str, *args: object, **environ: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, args)], capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(SOURCE), **environ},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return call


@pytest.fixture(scope="session")
def said() -> tuple[str, ...]:
    """What informants of the invented interviews say, distinct, in the order of speaking."""
    lines = [
        line.partition(":")[2].strip()
        for path in sorted(resource("data", "demo", "source").glob("*.txt"))
        for line in path.read_text("utf-8").splitlines()
    ]
    return tuple(dict.fromkeys(line for line in lines if len(line.split()) > 3))


def _tokenizer(model: Any, special: tuple[str, str], pad: str, unknown: str, lines: tuple[str, ...]) -> Any:
    """A fast tokenizer trained on a few lines; `special` stand before and after every text."""
    from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(model)
    names = [special[0], pad, special[1], unknown]
    kind = type(model).__name__
    made.normalizer = normalizers.BertNormalizer() if kind == "WordPiece" else normalizers.NFKC()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer() if kind == "WordPiece" else pre_tokenizers.Metaspace()
    given: dict[str, Any] = {"vocab_size": 300, "special_tokens": names, "show_progress": False}
    if kind == "WordPiece":
        made.train_from_iterator(lines, trainers.WordPieceTrainer(**given))
    else:
        made.train_from_iterator(lines, trainers.UnigramTrainer(**given, unk_token=unknown))
    first, last = ((name, made.token_to_id(name)) for name in special)
    made.post_processor = processors.TemplateProcessing(
        single=f"{special[0]} $A {special[1]}", special_tokens=[first, last]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made, cls_token=special[0], sep_token=special[1], pad_token=pad, unk_token=unknown,
        model_max_length=48,
    )  # fmt: skip


def _saved(place: Path, encoder: Any, tokenizer: Any, pooling: str) -> Path:
    """The model as a sentence-transformers folder."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer  # the name that all versions know

    encoder.save_pretrained(place / "plain")
    tokenizer.save_pretrained(place / "plain")
    first = Transformer(str(place / "plain"))
    SentenceTransformer(modules=[first, Pooling(SIZES["hidden_size"], pooling)], device="cpu").save(str(place / "tiny"))
    return place / "tiny"


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory, said: tuple[str, ...]) -> Path:
    """A random BERT whose vector is that of the first piece. Not to be touched."""
    import torch
    from tokenizers.models import WordPiece
    from transformers import BertConfig, BertModel

    torch.manual_seed(1)
    tokenizer = _tokenizer(WordPiece(unk_token="[UNK]"), ("[CLS]", "[SEP]"), "[PAD]", "[UNK]", said)  # noqa: S106  # a word piece
    config = BertConfig(vocab_size=len(tokenizer), max_position_embeddings=64, initializer_range=0.2, **SIZES)
    return _saved(tmp_path_factory.mktemp("bert"), BertModel(config), tokenizer, "cls")


@pytest.fixture(scope="session")
def tiny_roberta(tmp_path_factory: pytest.TempPathFactory, said: tuple[str, ...]) -> Path:
    """A random XLM-RoBERTa whose vector is the mean of the pieces'. Not to be touched."""
    import torch
    from tokenizers.models import Unigram
    from transformers import XLMRobertaConfig, XLMRobertaModel

    torch.manual_seed(2)
    tokenizer = _tokenizer(Unigram(), ("<s>", "</s>"), "<pad>", "<unk>", said)
    config = XLMRobertaConfig(vocab_size=len(tokenizer), max_position_embeddings=66, initializer_range=0.2, **SIZES)
    return _saved(tmp_path_factory.mktemp("roberta"), XLMRobertaModel(config), tokenizer, "mean")


@pytest.fixture
def edited() -> Callable[..., None]:
    """Replace values of a JSON file: `edited(path, key=value)`; None takes the key away."""

    def edit(path: Path, **values: object) -> None:
        data = json.loads(path.read_text("utf-8")) if path.exists() else {}
        data |= values
        path.write_text(json.dumps({key: value for key, value in data.items() if value is not None}), "utf-8")

    return edit
