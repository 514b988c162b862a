"""Two copies of a study that were coded on two computers become one, with nothing lost.

Four rules, from which the rest follows:

1. The other copy is only read. Everything goes into this study in one transaction.
2. Nothing is taken out of a log and nothing in it is changed: what only the other has is added behind it.
3. What is in both is known by what it says, not by its number, so that merging again adds nothing.
4. Where one person said two things, the later one holds; the earlier one is taken back by an entry of its own, and
   the two are reported. Which copy is merged into which makes no difference to what holds.
"""

from themescout.pipeline.merging.results import Conflict, Difference, Interview, MergeResult
from themescout.pipeline.merging.service import merge

__all__ = ["Conflict", "Difference", "Interview", "MergeResult", "merge"]
