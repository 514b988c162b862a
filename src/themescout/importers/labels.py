"""What one paragraph's opening may be: a speaker's label, a time, or plain speech."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from themescout.importers import known

if TYPE_CHECKING:
    from themescout.types import Line

MAX_WORDS = 4
MAX_LENGTH = 40  # code points


class Form(IntEnum):
    """How a label is written, from what needs most support by the rest of the file to what needs none."""

    ALONE = 1  # a short line of its own
    TABBED = 2  # a tab, no colon
    BOLD = 3  # set in bold, no colon
    MARKED = 4  # a colon, brackets, a time beside it
    GIVEN = 5  # the format says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A paragraph taken apart.

    Attributes:
        label: what may be a speaker's label; "" for plain speech.
        body: the rest after label and time.
        plain: all but a time that stands first; the paragraph's speech where the label turns out to be none.
        form: how the label is written.
        start_s: seconds from the start of the recording, None where not written.
        end_s: the same for the end.
    """

    label: str
    body: str
    plain: str
    form: Form = Form.MARKED
    start_s: float | None = None
    end_s: float | None = None


_TIME = r"\d{1,3}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,3})?"
# No two runs of blanks side by side: on a long run they would take time by its square.
_BOXED = rf"[\[(<{{#]?\s*{_TIME}(?:-\d)?(?:\s*[\])>}}#])?"
_SPAN = rf"(?P<start>{_BOXED})(?:\s*(?:-->|–|—|-)\s*(?P<end>{_BOXED}))?"
_NAME = r"(?P<name>[^\W_][^\n:：\[\]{}<>\t\"“”!;=|]{0,60}?)"
_LEADING_TIME = re.compile(rf"^{_SPAN}(?=\s|$)[ \t|–—-]*")
_COLON = re.compile(rf"^[#@]?{_NAME}\s{{0,9}}(?:[\[(]?(?P<start>{_TIME})[\])]?\s{{0,9}})?[:：](?P<body>.*)$", re.DOTALL)
_BRACKETS = re.compile(
    r"^(?:\[(?P<square>[^\W_][^\[\]\n]{0,60})\]|\{(?P<curly>[^\W_][^{}\n]{0,60})\})"
    rf"\s*(?P<start>\(?{_TIME}\)?)?\s*[:：]?(?P<body>.*)$",
    re.DOTALL,
)
_NAME_THEN_TIME = re.compile(
    rf"^[#@]?{_NAME}[\s,|–—-]{{0,40}}"
    rf"(?P<start>[\[(]{_TIME}[\])]|\d{{1,2}}:\d{{2}}:\d{{2}}(?=[\s:])|{_TIME}$)(?P<body>.*)$",
    re.DOTALL,
)
_TAG = re.compile(r"^[#@](?P<name>[^\W_][\w.-]{0,39})\s+(?P<body>.*)$", re.DOTALL)
_TABBED = re.compile(r"^(?P<name>[^\W_][^\n:：\t]{0,39})\t+(?P<body>\S.*)$", re.DOTALL)
_FULL_STOP = re.compile(r"[^\W\d_]{3,}\.$")  # "Joao B." and "Dr." are names, "Thanks." is not
_LETTERS = re.compile(r"[^\W\d_]")
_STAGE = re.compile(
    r"\b(?:laugh\w*|inaudible|unintelligible|indistinct|crosstalk|cross[- ]talk|pause\w*|silence|unclear|"
    r"music|applause|sigh\w*|cough\w*|chuckl\w*|overlap\w*|noise|redacted|recording|interrupt\w*|end of|"
    r"phone rings?|crying|cries|nods?|smil\w*|anonymi[sz]ed|sic|foreign|blank_audio|speaking)\b",
    re.IGNORECASE,
)


def opening(line: Line) -> Opening:
    """Take the paragraph apart. Whether a label really is one, the rest of the file decides."""
    if line.speaker is not None:
        return _given(line)
    found = _read(line.text, line.lead)
    return replace(
        found,
        start_s=line.start_s if line.start_s is not None else found.start_s,
        end_s=line.end_s if line.end_s is not None else found.end_s,
    )


def _given(line: Line) -> Opening:
    speaker = line.speaker or ""
    written = _COLON.match(line.text)
    repeats = written and known.key(written["name"]) == known.key(speaker)
    body = written["body"].strip() if written and repeats else line.text
    return Opening(
        label=speaker.strip().rstrip(":").strip(),
        body=body,
        plain=line.text,
        form=Form.GIVEN,
        start_s=line.start_s,
        end_s=line.end_s,
    )


def _read(text: str, lead: str) -> Opening:
    time = _LEADING_TIME.match(text)
    if not time:
        return _after_time(text, lead)
    rest = text[time.end() :]
    start, end = seconds(time["start"]), seconds(time["end"])
    found = _after_time(rest, lead.replace(time.group().strip(), "").strip())
    if found.label and found.form is Form.ALONE:
        found = replace(found, form=Form.MARKED)
    if not found.label and rest and not re.search(r"[:\])>}#]\s*$", time["start"]) and time["start"].count(":") == 1:
        # "17:30 was the time we agreed on" is speech; a clock time in brackets or with seconds is a stamp.
        return _speech(text)
    return replace(found, start_s=start, end_s=end)


def _after_time(text: str, lead: str) -> Opening:
    if lead and text.startswith(lead):
        found = _bold(text, lead)
        if found:
            return found
    for pattern in (_BRACKETS, _NAME_THEN_TIME, _COLON, _TAG):
        found = _matched(pattern, text)
        if found:
            return found
    tabbed = _TABBED.match(text)
    if tabbed and shaped(tabbed["name"]):
        return Opening(label=_clean(tabbed["name"]), body=tabbed["body"], plain=text, form=Form.TABBED)
    if "\n" not in text and shaped(text):
        return Opening(label=_clean(text), body="", plain=text, form=Form.ALONE)
    return _speech(text)


def _bold(text: str, lead: str) -> Opening | None:
    """A bold opening; with a colon within or after it, it is as good as any label with a colon."""
    rest = text[len(lead) :]
    name = lead.strip().strip("[]{}#@").strip()
    is_marked = re.search(r"[:：]", lead) or re.match(r"\s*[:：]", rest) or _LEADING_TIME.match(rest.strip())
    if not is_marked and shaped(name):
        return Opening(label=_clean(name), body=rest.strip().lstrip("–—-").strip(), plain=text, form=Form.BOLD)
    return None


def _matched(pattern: re.Pattern[str], text: str) -> Opening | None:
    match = pattern.match(text)
    if not match:
        return None
    groups = match.groupdict()
    name = groups.get("name") or groups.get("square") or groups.get("curly") or ""
    body = match["body"]
    if not shaped(name) or body.startswith("//") or (pattern is _COLON and _is_clock(text, match.start("body"))):
        return None
    return Opening(label=_clean(name), body=_without_colon(body), plain=text, start_s=seconds(groups.get("start")))


def _speech(text: str) -> Opening:
    return Opening(label="", body=text, plain=text, form=Form.ALONE)


def _without_colon(body: str) -> str:
    return re.sub(r"^\s*[:：]", "", body).strip()


def _is_clock(text: str, after: int) -> bool:
    """True for "Room 17:30" and "Anna 0:01:30": a colon between digits is no end of a label."""
    return re.search(r"\d[:：]$", text[:after]) is not None and re.match(r"\d\d", text[after:]) is not None


def shaped(name: str) -> bool:
    """True where `name` could be a label: short, begins like a name, no sentence, no stage direction."""
    name = name.strip()
    if not 0 < len(name) <= MAX_LENGTH or name[-1] in "!,;…" or _FULL_STOP.search(name):
        return False
    if not _LETTERS.search(name) or known.is_never(name) or _STAGE.search(name):
        return False
    if known.is_known(name):
        return True
    words = re.sub(r"\([^()]*\)", "", name).split()
    if not 0 < len(words) <= MAX_WORDS or name.endswith("?") or "," in "".join(words):
        return False
    return len(words) == 1 or all(_like_name(word) for word in words)


def _like_name(word: str) -> bool:
    """Capitalised, a number, a script without capitals, or a particle ("van", "of", "the")."""
    first = _LETTERS.search(word)
    return first is None or not first.group().islower() or word in known.PARTICLES


def _clean(name: str) -> str:
    return " ".join(name.strip().strip("#@").split())


def seconds(stamp: str | None) -> float | None:
    """Seconds of "1:02", "00:01:02,5" or "[0:0:1.2]"; None for no stamp."""
    if not stamp:
        return None
    digits = re.search(_TIME, stamp)
    if not digits:
        return None
    total = 0.0
    for part in digits.group().replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total
