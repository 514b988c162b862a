"""Candidate themes among vectors.

Names are imported when they are asked for: placing texts in themes needs no scikit-learn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from themescout.cluster.estimator import ConsensusThemes, DensityThemes

__all__ = ["ConsensusThemes", "DensityThemes"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    from themescout.cluster import estimator  # noqa: PLC0415  # scikit-learn, a second

    return getattr(estimator, name)
