"""Which new segments are unlike the old interviews, how sure that is, and which of them belong together."""

from themescout.novelty.conformal import FEWEST, Novelty, adjusted, novelty
from themescout.novelty.drifting import Drift, drift
from themescout.novelty.grouping import Group, alike, breadth, groups

__all__ = ["FEWEST", "Drift", "Group", "Novelty", "adjusted", "alike", "breadth", "drift", "groups", "novelty"]
