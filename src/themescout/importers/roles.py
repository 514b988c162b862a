"""Interviewer or informant, with the reason: by the user's word, by the label, by how the person speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.importers import known
from themescout.text import words
from themescout.types import Role, Speaker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from themescout.importers.stretches import Stretch

_ASKS = 0.2  # share of turns with a question below which nobody is called an interviewer for it
_ASKS_MUCH = 0.5  # share from which on a further speaker is an interviewer too


@dataclass(slots=True)
class _Habits:
    """How one speaker speaks. `turns`, `questions` (turns with a question mark) and `words` are counts."""

    label: str
    order: int
    turns: int = 0
    questions: int = 0
    words: int = 0

    @property
    def asking(self) -> float:
        """Share of turns with a question, 0..1."""
        return self.questions / self.turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """The speakers in order of appearance, and sentences about what was not clear."""

    speakers: tuple[Speaker, ...]
    problems: tuple[str, ...] = ()


def assign(stretches: Iterable[Stretch], *, interviewers: Sequence[str] = ()) -> Assigned:
    """Give every speaker of the stretches a role. `interviewers`: labels that the user names as such."""
    habits = _habits(stretches)
    problems = _unknown(habits, interviewers)
    found = _named(habits, interviewers) or _by_label(habits)
    found |= _by_behaviour([h for h in habits if h.label not in found], found, habits)
    speakers = tuple(
        Speaker(label=h.label, role=found[h.label][0], reason=found[h.label][1], turns=h.turns, words=h.words)
        for h in habits
    )
    if speakers and all(speaker.role is Role.INTERVIEWER for speaker in speakers):
        problems = (*problems, "Every speaker was taken for an interviewer, so there is nobody to code.")
    return Assigned(speakers=speakers, problems=problems)


def _habits(stretches: Iterable[Stretch]) -> list[_Habits]:
    found: dict[str, _Habits] = {}
    for stretch in stretches:
        if stretch.label is not None:
            habits = found.setdefault(stretch.label, _Habits(stretch.label, len(found)))
            habits.turns += 1
            habits.questions += "?" in stretch.text or "？" in stretch.text
            habits.words += words(stretch.text)
    return list(found.values())


def _unknown(habits: Iterable[_Habits], interviewers: Sequence[str]) -> tuple[str, ...]:
    labels = {known.key(h.label): h.label for h in habits}
    missing = [name for name in interviewers if known.key(name) not in labels]
    if not missing:
        return ()
    shown = ", ".join(f"“{name}”" for name in missing)
    return (f"Nobody is called {shown} here; the speakers are {', '.join(labels.values()) or 'none'}.",)


def _named(habits: Iterable[_Habits], interviewers: Sequence[str]) -> dict[str, tuple[Role, str]]:
    """Everybody's role where the user named at least one interviewer of this transcript; else nothing."""
    asked = {known.key(name) for name in interviewers}
    found: dict[str, tuple[Role, str]] = {}
    for h in habits:
        if known.key(h.label) in asked:
            found[h.label] = (Role.INTERVIEWER, "You named this speaker as an interviewer.")
        elif known.role_by_name(h.label) is Role.INTERVIEWER:
            found[h.label] = (Role.INTERVIEWER, f"“{h.label}” is an interviewer's label.")
        else:
            found[h.label] = (Role.INFORMANT, "You named others as interviewers.")
    return found if any(known.key(label) in asked for label in found) else {}


def _by_label(habits: Sequence[_Habits]) -> dict[str, tuple[Role, str]]:
    with_q = any(known.key(h.label) in {"q", "question"} for h in habits)
    found: dict[str, tuple[Role, str]] = {}
    for h in habits:
        role = known.role_by_name(h.label)
        # "A" answers only where "Q" asks; alone it is somebody's initial.
        if role is not None and (known.key(h.label) != "a" or with_q):
            found[h.label] = (role, f"“{h.label}” is an {role.value}'s label.")
        elif h.label.endswith("?"):
            found[h.label] = (Role.INTERVIEWER, "The label ends in a question mark.")
    return found


def _by_behaviour(
    open_: Sequence[_Habits], found: Mapping[str, tuple[Role, str]], habits: Sequence[_Habits]
) -> dict[str, tuple[Role, str]]:
    """Roles of those whose label does not tell."""
    roles = [role for role, _ in found.values()]
    if len(habits) == 1 or not open_:
        return {h.label: (Role.INFORMANT, "The only speaker.") for h in open_}
    total = max(1, sum(h.words for h in habits))
    asking = _askers(open_, known_interviewer=Role.INTERVIEWER in roles, known_informant=Role.INFORMANT in roles)
    return {h.label: (Role.INTERVIEWER if h.label in asking else Role.INFORMANT, _habit(h, total)) for h in open_}


def _habit(h: _Habits, total: int) -> str:
    first = ", and speaks first" if h.order == 0 else ""
    return f"Asks in {h.questions} of {h.turns} turns, has {h.words / total:.0%} of the words{first}."


def _askers(open_: Sequence[_Habits], *, known_interviewer: bool, known_informant: bool) -> frozenset[str]:
    """Labels of those who behave like interviewers."""
    total = max(1, sum(h.words for h in open_))
    much = {h.label for h in open_ if h.asking >= _ASKS_MUCH and h.words / total < 0.5}
    if known_interviewer:
        found = much if known_informant or len(much) < len(open_) else set()
        return frozenset(found)
    best = max(open_, key=lambda h: h.asking + 0.3 * (1 - h.words / total) + 0.15 * (h.order == 0))
    if best.asking < _ASKS and not (len(open_) == 2 and best.order == 0 and best.words / total < 0.5):
        return frozenset()
    if len(open_) == 1:
        return frozenset({best.label})
    found = {h.label for h in open_ if h.label in much and h.asking >= 0.7 * best.asking} | {best.label}
    keep = found if known_informant or len(found) < len(open_) else {best.label}
    return frozenset(keep)
