"""Two waves of interviews compared, with as few informants as interview studies have.

Counts and boolean arrays in, values out. Nothing here knows a study, nor whether a comparison was declared or makes
sense: who calls decides that, and refuses where a wave has no informant-level counts.
"""

from themescout.contrasts.profile import Held, Overlap, Shuffled, jaccard, leave_one_out, shuffled, weighted_jaccard
from themescout.contrasts.resolution import Power, Resolution, never_heard, power, resolution, thresholds
from themescout.contrasts.tests import TESTS, Counts, Test, boschloo, fisher, holm, mid_p, p_value

__all__ = [
    "TESTS",
    "Counts",
    "Held",
    "Overlap",
    "Power",
    "Resolution",
    "Shuffled",
    "Test",
    "boschloo",
    "fisher",
    "holm",
    "jaccard",
    "leave_one_out",
    "mid_p",
    "never_heard",
    "p_value",
    "power",
    "resolution",
    "shuffled",
    "thresholds",
    "weighted_jaccard",
]
