"""Speaker labels that are understood wherever they stand, and words that never are labels."""

from __future__ import annotations

import re

from themescout.types import Role


def _set(*rows: str) -> frozenset[str]:
    return frozenset(word for row in rows for word in row.split())


_INTERVIEWERS = _set(
    "i int intv interviewer interviewers moderator mod facilitator fac researcher assistant ai",
    "q question host investigator enumerator prompt",
)
_INFORMANTS = _set(
    "r res resp respondent participant interviewee informant key-informant ki kii idi user p",
    "a answer guest subject patient expert",
)
_NEITHER = _set("speaker spk unknown voice male female man woman group all several observer translator")
# These also begin title pages and lists, so they must recur like any name.
_AMBIGUOUS = _set("question answer subject host guest patient expert all group man woman a")

# Openings of speech or of a title page that end in a colon and name nobody.
_NEVER = _set(
    "note notes nb n.b e.g i.e eg ie example for-example for-instance warning http https ftp mailto www",
    "date time place location venue duration length language title topic setting transcript transcript-id",
    "transcriber transcribed-by interview interview-id interview-number id file filename recording audio",
    "project study version source url doi email tel phone fax age gender sex occupation position country",
    "consent start end start-time end-time begin section part chapter step summary conclusion introduction",
    "background page pros cons advantage advantages disadvantage disadvantages first second third firstly",
    "secondly thirdly finally also so and but well yes no yeah okay ok right or then now however because",
    "therefore again actually basically anyway to from cc re attachment ps p.s kind notetaker",
)
# Answers that stand on a line of their own as often as names do.
SHORT_ANSWERS = _set(
    "yes no yeah yep nope ok okay right sure exactly true correct hmm mm mhm uh-huh oh ah well thanks thank",
    "absolutely definitely please sorry hello hi bye maybe indeed agreed never always great good perfect",
    "what why how",
)
GREETINGS = _set("hello hi okay ok good yes no thanks thank welcome so right well dear great")
# Words of a name that are not capitalised.
PARTICLES = _set("de da di do dos del van von der den of the and al bin ibn el la le y e und et zu")
_NUMBERED = re.compile(r"^(?P<word>[^\W\d]+(?:[ -][^\W\d]+)?)[ ._#-]*(?P<number>\d{1,4}|[a-z])?\??$")


def role_by_name(label: str) -> Role | None:
    """What the label itself says its speaker is; None where it does not say."""
    word = _word(label)
    if word in _INTERVIEWERS:
        return Role.INTERVIEWER
    return Role.INFORMANT if word in _INFORMANTS else None


def is_known(label: str) -> bool:
    """True for labels that need not recur to be taken for one (I, P1, Interviewer, Speaker 2, SPEAKER_00)."""
    word = _word(label)
    return word in _INTERVIEWERS | _INFORMANTS | _NEITHER and word not in _AMBIGUOUS


def is_never(label: str) -> bool:
    """True for words before a colon that name no speaker (Note, Date, e.g.)."""
    folded = key(label)
    match = _NUMBERED.match(folded)
    word = match["word"] if match and (match["number"] or "").isdigit() else folded
    return word.replace(" ", "-") in _NEVER and role_by_name(label) is None


def key(label: str) -> str:
    """The same for the spellings of one label: case, blanks and a final dot do not count."""
    return " ".join(label.replace("_", " ").split()).casefold().rstrip(".:")


def _word(label: str) -> str:
    """The label without its number or letter: "P1" → "p", "Key informant 3" → "key-informant"."""
    folded = key(re.sub(r"\s*\([^()]*\)$", "", label))
    if folded in _INTERVIEWERS | _INFORMANTS | _NEITHER:
        return folded
    match = _NUMBERED.match(folded)
    if not match:
        return ""
    word = match["word"].replace(" ", "-")
    # "Guest A" and "P1" are numbered labels; "Ai b" and "Ma" are names.
    return word if match["number"] or folded == match["word"] else ""
