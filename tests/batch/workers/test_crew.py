"""Workers that leave before they have answered: an end only where nobody else works."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest

from themescout.batch.workers import crew as module
from themescout.batch.workers.crew import Crew, _Member
from themescout.batch.workers.supply import Supply
from themescout.errors import BatchError

if TYPE_CHECKING:
    from themescout.batch.model import Partition, Receipt


def lost(partition: Partition, why: str) -> NoReturn:
    raise AssertionError(partition)


def leaving(crew: Crew, count: int) -> list[Receipt]:
    return [item for i in range(count) for item in crew._left(_Member(address=f"tcp://gone:{i}"), lost)]


@pytest.fixture
def crew() -> Crew:
    return Crew(None, None, Supply(iter(())), print)  # type: ignore[arg-type]  # nobody is asked anything here


def test_where_others_work_it_is_no_matter_how_many_leave_while_they_load(crew: Crew) -> None:
    crew._members["tcp://works:1"] = _Member(address="tcp://works:1", ready=True)
    assert leaving(crew, 3 * module.STILLBORN) == []


def test_where_nobody_works_four_are_enough(crew: Crew) -> None:
    crew._members["tcp://loads:1"] = _Member(address="tcp://loads:1")
    assert leaving(crew, module.STILLBORN - 1) == []
    with pytest.raises(BatchError, match="4 workers in a row died while they loaded the engine"):
        leaving(crew, 1)
