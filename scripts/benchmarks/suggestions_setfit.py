"""SetFit: the sentence model itself tuned on pairs of decided segments, then logistic regression on its vectors.

Its settings: the default model's weights, texts cut at 128 word pieces, pairs of 5 iterations (10 for each segment),
batches of 16, one epoch of at most 250 steps, its own learning rate (2e-5) and head; a segment's first
code is its label. It takes minutes a fold on two cores and is therefore left out unless asked for. It needs no network.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.suggestions_methods import Prediction
from themescout.embed import manifest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.suggestions_study import CodedStudy

    Numbers = NDArray[np.intp]

SETFIT = "SetFit"
_MOST_STEPS = 250
_ARGUMENTS: dict[str, Any] = {
    "batch_size": 16,
    "num_iterations": 5,
    "num_epochs": 1,
    "max_length": 128,
    "report_to": "none",
    "save_strategy": "no",
    "logging_steps": 1_000_000,
    "show_progress_bar": False,
}


def setfit(study: CodedStudy, decided: Numbers, asked: Numbers, seed: int) -> Prediction:
    """SetFit from the default model's weights, anew for each fold."""
    library, datasets = _libraries()
    labels = [study.codes.index(study.given[i][0]) for i in decided]
    model = library.SetFitModel.from_pretrained(
        str(manifest.default_folder(manifest.default_card())), local_files_only=True
    )
    texts = study.rows.texts
    data = datasets.Dataset.from_dict({"text": [texts[i] for i in decided], "label": labels})
    with tempfile.TemporaryDirectory() as folder:
        steps = min(_MOST_STEPS, len(decided) * 2 * _ARGUMENTS["num_iterations"] // _ARGUMENTS["batch_size"])
        given = library.TrainingArguments(output_dir=folder, seed=seed, max_steps=max(1, steps), **_ARGUMENTS)
        library.Trainer(model=model, args=given, train_dataset=data).train()
    found = np.asarray(model.predict_proba([texts[i] for i in asked], as_numpy=True))
    scores = np.zeros((len(asked), len(study.codes)))
    scores[:, np.asarray(model.model_head.classes_, np.intp)] = found
    return Prediction(scores=scores, p=scores.max(axis=1))


def _libraries() -> tuple[Any, Any]:
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"):
        os.environ[name] = "1"
    try:
        return importlib.import_module("setfit"), importlib.import_module("datasets")
    except ModuleNotFoundError:
        sys.exit('The comparison with SetFit needs it: pip install -c constraints.txt ".[bench]" setfit')
