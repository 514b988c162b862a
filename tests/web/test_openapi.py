"""The description of the interface is true, and nothing that fits or does not fit it ends in an error of ours."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS as KNOWN
from schemathesis.checks import load_all_checks

from themescout import project
from themescout.pipeline import stages
from themescout.review.desk import Desk
from themescout.web.access import Access
from themescout.web.app import create

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "t" * 43
HOST = "127.0.0.1:8765"
HEADERS = {"authorization": f"Bearer {TOKEN}", "host": HOST}
load_all_checks()
CHECKS = KNOWN.get_by_names(
    ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
)


# The desk comes later: describing the interface needs none.
APP = create(None, Access(tokens={TOKEN: "ann"}, hosts=frozenset({HOST})))  # type: ignore[arg-type]
schema = schemathesis.openapi.from_asgi("/openapi.json", APP, headers=HEADERS)


@pytest.fixture(scope="module", autouse=True)
def desk(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A review of a small study."""
    folder = shutil.copytree(finished, tmp_path_factory.mktemp("described") / "study")
    with project.open_study(folder, shared=True) as study:
        APP._app.state.desk = Desk(study, stages.load_codebook(study))  # type: ignore[attr-defined]
        yield


def described(method: str, path: str) -> Any:
    """The test of one operation: whatever is sent is answered as described."""

    @schema.include(method=method, path=path).parametrize()
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def answered(case: Any) -> None:
        case.call_and_validate(headers=HEADERS, checks=CHECKS)

    return answered


# A function for each, because processes that share the work know tests by their names.
OPERATIONS = [
    (method.upper(), path)
    for path, methods in schema.raw_schema["paths"].items()
    for method in methods
    if method in {"get", "post", "put", "delete", "patch"}
]
for _method, _path in OPERATIONS:
    _name = f"test_{_method.lower()}_{_path.strip('/').translate(str.maketrans('/-', '__', '{}'))}"
    globals()[_name] = described(_method, _path)


def test_every_operation_is_tested() -> None:
    assert len([name for name in globals() if name.startswith(("test_get_", "test_post_", "test_put_"))]) == len(
        OPERATIONS
    )
    assert len(OPERATIONS) >= 40
