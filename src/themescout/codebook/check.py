"""What is wrong with a codebook, all at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout.text import squashed
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from themescout.codebook.model import Code, Codebook

ERROR = "error"
WARNING = "warning"
_NAMED = 5  # codes named in a sentence about many


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        severity: "error" (the codebook cannot be used) or "warning" (it works less well).
        code: id of the code or kind concerned, "" where it is about the whole.
        sentence: for people, names the code.
    """

    severity: str
    code: str
    sentence: str


def check(codebook: Codebook) -> tuple[Problem, ...]:
    """Every problem of `codebook`, errors first; empty where it is clean."""
    problems = [
        *_no_codes(codebook),
        *_duplicate_ids(codebook),
        *_parents(codebook),
        *_cycles(codebook),
        *_targets(codebook),
        *_labels(codebook),
        *_counts(codebook),
        *_kinds(codebook),
        *_missing(codebook),
        *_same_definition(codebook),
        *_same_name(codebook),
    ]
    return tuple(sorted(problems, key=lambda problem: problem.severity != ERROR))


def _error(code: str, sentence: str) -> Problem:
    return Problem(severity=ERROR, code=code, sentence=sentence)


def _warning(code: str, sentence: str) -> Problem:
    return Problem(severity=WARNING, code=code, sentence=sentence)


def _no_codes(codebook: Codebook) -> Iterator[Problem]:
    if not codebook.codes:
        yield _error("", "There is not one code.")


def _duplicate_ids(codebook: Codebook) -> Iterator[Problem]:
    for what, ids in (
        ("code", [code.id for code in codebook.codes]),
        ("kind", [kind.id for kind in codebook.kinds]),
        ("boundary rule", [rule.id for rule in codebook.boundary_rules]),
    ):
        for id_, count in Counter(ids).items():
            if count > 1:
                yield _error(id_, f"{count} {what}s are called “{id_}”; give each an id of its own.")


def _parents(codebook: Codebook) -> Iterator[Problem]:
    ids = {code.id for code in codebook.codes}
    for code in codebook.codes:
        if code.parent is not None and code.parent not in ids:
            yield _error(code.id, f"“{code.id}” has the parent “{code.parent}”, which does not exist.")


def _cycles(codebook: Codebook) -> Iterator[Problem]:
    parents = {code.id: code.parent for code in codebook.codes}
    reported: set[str] = set()
    for start in parents:
        path = [start]
        while (above := parents.get(path[-1])) is not None and above not in path:
            path.append(above)
        if above == start and start not in reported:
            reported.update(path)
            yield _error(start, f"“{start}” is above itself: {' → '.join([*path, start])}.")


def _targets(codebook: Codebook) -> Iterator[Problem]:
    ids = {code.id for code in codebook.codes}
    for code in codebook.codes:
        for target in (target for each in code.exclude for target in each.goes_to):
            if target not in ids:
                yield _error(code.id, f"“{code.id}” sends what it excludes to “{target}”, which does not exist.")


def _labels(codebook: Codebook) -> Iterator[Problem]:
    """References of rules and baseline themes."""
    ids = {code.id for code in codebook.codes}
    kinds = {kind.id for kind in codebook.kinds}
    rules = [(f"Boundary rule {rule.id}", each) for rule in codebook.boundary_rules for each in rule.labels]
    used = [
        *((who, label.kind, label.code) for who, label in rules),
        *((f"Baseline theme “{each.theme}”", each.kind, each.code) for each in codebook.baseline_themes),
    ]
    for who, kind, code in used:
        if code and code not in ids:
            yield _error(code, f"{who} names the code “{code}”, which does not exist.")
        if kind and kind not in kinds:
            yield _error("", f"{who} names the kind “{kind}”, which does not exist.")


def _counts(codebook: Codebook) -> Iterator[Problem]:
    for each in codebook.baseline_themes:
        wrong = miscounted(each.count, each.of)
        if wrong:
            yield _error("", f"Baseline theme “{each.theme}”: {wrong}")


def miscounted(count: int | None, of: int | None) -> str:
    """What is wrong with "`count` of `of` informants", as the end of a sentence; "" where nothing is."""
    if count is None and of is not None:
        return f"of is {of}, but count is missing; give both or neither."
    if of == 0:
        return "of is 0, but a study has informants."
    if count is not None and of is None:
        return f"count is {count}, but of is missing: of how many informants?"
    if count is not None and of is not None and count > of:
        return f"{count} of {of} informants cannot be."
    return ""


def _kinds(codebook: Codebook) -> Iterator[Problem]:
    kinds = {kind.id for kind in codebook.kinds}
    for id_ in sorted(kinds - {str(kind) for kind in Kind}):
        yield _error(id_, f"“{id_}” is no kind; there are {', '.join(Kind)}.")
    for code in codebook.codes:
        for kind in code.examples:
            if kind and kind not in kinds:
                yield _error(code.id, f"“{code.id}” has examples of the kind “{kind}”, which the codebook lacks.")
            if not kind and kinds:
                yield _warning(code.id, f"“{code.id}” has examples of no kind, though the codebook has kinds.")


def _missing(codebook: Codebook) -> Iterator[Problem]:
    given = codebook.assignable
    yield from _lacking("definition", [code for code in given if not code.definition], len(given))
    yield from _lacking("example", [code for code in given if not any(code.examples.values())], len(given))


def _lacking(what: str, codes: Sequence[Code], of: int) -> Iterator[Problem]:
    """One warning for each code, or one for all where there are many."""
    if len(codes) > _NAMED:
        names = ", ".join(f"“{code.id}”" for code in codes[:_NAMED])
        yield _warning("", f"{len(codes)} of {of} codes have no {what}, among them {names}.")
        return
    for code in codes:
        yield _warning(code.id, f"“{code.id}” has no {what}.")


def _same_definition(codebook: Codebook) -> Iterator[Problem]:
    groups: dict[str, list[str]] = {}
    for code in codebook.codes:
        if code.definition:
            groups.setdefault(squashed(code.definition).casefold(), []).append(code.id)
    for ids in groups.values():
        if len(ids) > 1:
            yield _warning(ids[0], f"{_listed(ids)} have the same definition.")


def _same_name(codebook: Codebook) -> Iterator[Problem]:
    groups: dict[str, list[str]] = {}
    for code in codebook.codes:
        groups.setdefault(code.name.casefold(), []).append(code.id)
    for name, ids in groups.items():
        if len(set(ids)) > 1:
            yield _warning(ids[0], f"{_listed(ids)} have the same name, “{name}”.")


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(f"“{id_}”" for id_ in dict.fromkeys(ids))
