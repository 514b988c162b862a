"""Candidate themes among vectors."""

from themescout.cluster.estimator import ConsensusThemes, DensityThemes

__all__ = ["ConsensusThemes", "DensityThemes"]
