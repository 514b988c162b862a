"""Describing groups of segments from evidence: keywords, a label of the informants' own words, exemplars."""

from themescout.themes.describe import Group, describe
from themescout.themes.exemplars import exemplars

__all__ = ["Group", "describe", "exemplars"]
