"""What a person's decisions make of the themes that were found. Pure functions; the log itself is never altered.

Decisions are replayed over what the machine found last, so they hold again whenever themes are found again.
"""

from themescout.curation.identity import changes, match, remembered
from themescout.curation.log import last_undo, last_undoable, live, standing, tag, words
from themescout.curation.replay import Curated, CuratedGroup, curate

__all__ = [
    "Curated",
    "CuratedGroup",
    "changes",
    "curate",
    "last_undo",
    "last_undoable",
    "live",
    "match",
    "remembered",
    "standing",
    "tag",
    "words",
]
