"""Suggestions: which codes and which kind a segment fits, how sure that is, and why.

Names are imported when they are asked for: the review needs orders of work, not scikit-learn.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from themescout.suggest.rows import Rows, in_order_of_speaking
    from themescout.suggest.suggester import Suggester
    from themescout.suggest.texts import CodeText, Labelled, code_texts

__all__ = ["CodeText", "Labelled", "Rows", "Suggester", "code_texts", "in_order_of_speaking"]
_HOMES = {"Rows": "rows", "in_order_of_speaking": "rows", "Suggester": "suggester"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(f"themescout.suggest.{_HOMES.get(name, 'texts')}"), name)
