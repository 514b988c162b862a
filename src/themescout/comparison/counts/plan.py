"""The rules of a comparison in sentences, as they were set before anything was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from themescout.codebook import Codebook
    from themescout.settings import CompareSettings

_TESTS = {
    "boschloo": "Boschloo's exact test",
    "mid_p": "Fisher's mid-p test",
    "fisher": "Fisher's exact test",
}
CAUTIONS = (
    "Informants are counted, not segments or words; whoever says a thing ten times is one informant.",
    "What was said only after an interviewer's turn had named it, by a keyword or by name, counts as prompted.",
    "Prompting is told by words alone: a question in other words is not seen, a common word may be taken for one.",
    (
        "The waves are different people at two times. Compare them only if they are informants of the same sort,"
        " asked by the same guide, coded by the same people with the same codebook."
    ),
    (
        "New interviews that are coded with the categories of the old ones will seem to say the same."
        " Candidate new themes are therefore looked for without the codebook."
    ),
    "Codes and themes are described, not tested.",
)


def sentences(plan: CompareSettings, book: Codebook) -> tuple[str, ...]:
    """The thresholds, the declared family and test with the place where they are declared, and standing cautions."""
    settings = f"{plan.new_settings} setting{'' if plan.new_settings == 1 else 's'}"
    return (
        f"Heard again: raised by at least {_informants(plan.heard_by)} unprompted, and heard in the old wave.",
        (
            f"New: raised by at least {_informants(plan.new_from)} unprompted in at least {settings},"
            " heard from nobody in the old wave after a search of all its segments; a second coder has to agree before"
            " it is claimed."
        ),
        (
            "Not heard: raised by nobody, and no segment that nobody has decided has it with a probability of"
            f" {plan.unlikely:g} or more."
        ),
        (
            "A person's decisions count first. A segment that nobody has decided counts with its best suggested code"
            f" from a probability of {plan.likely:g} on, and is marked as suggested."
        ),
        f"Novel segments: at most {100 * plan.fdr:g} % false ones among them (Benjamini and Hochberg).",
        _declared(plan, book),
        "These rules stand in themescout.toml under [compare], to be set before the comparison is looked at.",
        *CAUTIONS,
    )


def _declared(plan: CompareSettings, book: Codebook) -> str:
    if plan.test == "none":
        return "Test of differences: none declared; 95 % intervals alone."
    number = len(book.categories)
    family = (
        f"the {number} categories as barriers are the family, as research questions a second one"
        if book.kinds
        else f"the {number} categories are the family"
    )
    return f"Test of differences: {_TESTS[plan.test]}, two-sided; {family}; corrected by Holm's method."


def _informants(number: int) -> str:
    return f"{number} informant{'' if number == 1 else 's'}"
