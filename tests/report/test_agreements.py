"""Agreement as tables of cells: every level and basis of everybody who can be compared."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from themescout import codebook
from themescout.report import agreements
from themescout.review.coders import agreeing
from themescout.types import Decision, Kind, Segment, Verdict

if TYPE_CHECKING:
    from pathlib import Path

BOOK = codebook.parse("codes:\n- {id: MONEY, name: Money}\n- {id: TIME, name: Time}\n", name="t.yaml")
KEPT = {"kept_back": {"kind": None, "codes": [{"code": "MONEY", "p": 0.8}], "abstained": False}}


def decision(seq: int, coder: str, segment: str, code: str) -> Decision:
    return Decision(
        seq=seq, segment=segment, verdict=Verdict.CHANGE, kind=None, code=code, coder=coder, decided_at="2026-01-01",
        transcript=segment, start=0, end=2, quote="So", shown=KEPT if coder == "ann" else {},
    )  # fmt: skip


def test_every_level_and_basis_of_everybody_who_can_be_compared(tmp_path: Path) -> None:
    names = [f"T{i}" for i in range(6)]
    items = {n: Segment(id=n, transcript=n, turn=0, start=0, end=2, text="So", speaker="S") for n in names}
    log = [
        decision(2 * i + j, coder, name, "MONEY" if i or coder == "ann" else "TIME")
        for i, name in enumerate(names)
        for j, coder in enumerate(("ann", "ben"), start=1)
    ]
    study = SimpleNamespace(participants_file=tmp_path / "none.csv", settings=SimpleNamespace(seed=1))
    found = agreeing.coding(study, BOOK, log, items)  # type: ignore[arg-type]
    by_code, whole, coders = agreements.grids(found, log)
    levels, bases = ("code", "category", "kind"), ("independent", "first", "now")
    pairs = {(level, basis, "ann and ben") for level in levels for basis in bases}
    machine = {(level, "independent", "ann and the machine") for level in levels}
    assert {row[:3] for row in whole.rows} == pairs | machine
    rows = [dict(zip(by_code.columns, row, strict=True)) for row in by_code.rows]
    money = next(row for row in rows if (row["level"], row["id"], row["coders"]) == ("code", "MONEY", "ann and ben"))
    assert (money["segments"], money["both"], money["first"], money["second"], money["neither"]) == (6, 5, 1, 0, 0)
    assert (money["prevalence"], money["percent"], money["kappa"]) == (0.9167, 0.8333, 0.0)
    time = next(row for row in rows if row["id"] == "TIME")
    assert (time["positives"], time["kappa"]) == (1, "")
    assert "fewer than 5 segments" in str(time["remark"])
    coded = next(row for row in rows if row["level"] == "kind")
    assert (coded["name"], coded["both"], coded["kappa"]) == ("Something to code", 6, "")
    assert "only one value" in str(coded["remark"])
    assert [row[:3] for row in coders.rows] == [("ann", 6, 6), ("ben", 6, 6)]
    assert {len(row) for row in by_code.rows} == {len(by_code.columns)}
    assert {len(row) for row in whole.rows} == {len(whole.columns)}
    assert Kind.NEITHER not in {row["id"] for row in rows}


def test_names_in_words() -> None:
    assert agreements.named(("ann",)) == "ann"
    assert agreements.named(("ann", "ben", "cleo")) == "ann, ben and cleo"
    assert agreements.named(("ann", agreeing.MACHINE)) == "ann and the machine"
