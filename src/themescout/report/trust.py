"""How far the suggestions of each code could be trusted so far, on the person's own decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from themescout.codebook import Codebook
    from themescout.project import Study

_SAID = {
    "useful": "better than guessing",
    "too few decisions": "too few decisions to say",
    "yours alone": "no better than guessing: yours alone",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One code that has been used: its name and the counts of `suggest.honesty.Card`, and what they amount to."""

    code: str
    name: str
    decisions: int
    offered: int
    right: int
    found: int
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Records of used codes, in the codebook's order; `promised` says whether prediction sets could be promised."""

    records: tuple[Record, ...]
    promised: bool


def trust(study: Study, book: Codebook) -> Trust:
    """Read what was found out when suggestions were made last."""
    record = study.store.stages.record("suggestions")
    names = {code.id: code.name for code in book.codes}
    rows = tuple(
        Record(
            code=card["code"], name=names.get(card["code"], card["code"]), decisions=card["decisions"],
            offered=card["offered"], right=card["right"], found=card["found"], standing=_SAID[card["standing"]],
        )
        for card in record.get("cards", ())
        if card["decisions"]
    )  # fmt: skip
    return Trust(records=rows, promised=bool(record.get("promised", False)))
