"""The short form of a codebook: the sub-codes that the earlier study names, one “other” per category."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from themescout.codebook.model import Code, Codebook, Exclusion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NAMED = "named"
OTHER = "-OTHER"  # ending of the id of a category's code for what no sub-code fits


def shortened(codebook: Codebook) -> Codebook:
    """`codebook` without the sub-codes whose baseline is not "named".

    What an omitted sub-code says (brief, keywords, examples, barriers, questions) goes into the "-OTHER" code
    of its category, and references to it point there, so that nothing becomes unplaceable.
    """
    other = {code.parent: code.id for code in codebook.codes if code.id.endswith(OTHER)}
    moved = {
        code.id: other[code.parent]
        for code in codebook.codes
        if code.parent is not None and code.baseline != NAMED and not code.id.endswith(OTHER)
    }
    kept = [code for code in codebook.codes if code.id not in moved]
    omitted = [code for code in codebook.codes if code.id in moved]
    return replace(
        codebook,
        codes=tuple(
            _redirected(_folded(code, [each for each in omitted if moved[each.id] == code.id]), moved) for code in kept
        ),
        rules=tuple(_renamed(rule, moved) for rule in codebook.rules),
        boundary_rules=tuple(
            replace(
                rule,
                decision=_renamed(rule.decision, moved),
                labels=tuple(replace(label, code=moved.get(label.code or "", label.code)) for label in rule.labels),
            )
            for rule in codebook.boundary_rules
        ),
        baseline_themes=tuple(
            replace(theme, code=moved.get(theme.code, theme.code)) for theme in codebook.baseline_themes
        ),
        finer=codebook,
        folds=moved,
    )


def _folded(other: Code, omitted: Sequence[Code]) -> Code:
    if not omitted:
        return other
    codes = (other, *omitted)
    kinds = _unique(kind for code in codes for kind in code.examples)
    return replace(
        other,
        include=other.include + tuple(f"{code.name}: {code.brief}" for code in omitted),
        keywords=_unique(word for code in codes for word in code.keywords),
        examples={kind: _unique(text for code in codes for text in code.examples.get(kind, ())) for kind in kinds},
        barriers=_unique(text for code in codes for text in code.barriers),
        questions=_unique(text for code in codes for text in code.questions),
    )


def _redirected(code: Code, moved: Mapping[str, str]) -> Code:
    return replace(
        code,
        exclude=tuple(
            Exclusion(text=each.text, goes_to=_unique(moved.get(target, target) for target in each.goes_to))
            for each in code.exclude
        ),
    )


def _renamed(text: str, moved: Mapping[str, str]) -> str:
    """`text` with the ids of omitted codes replaced; “X or X”, which that can make, becomes “X”."""
    renamed = re.sub(r"[A-Z]+-[A-Z]+", lambda match: moved.get(match.group(), match.group()), text)
    return re.sub(r"\b([A-Z]+-OTHER) or \1\b", r"\1", renamed)


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
