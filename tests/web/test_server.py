"""Starting the review: address, ports, tokens, what is told."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING

import pytest

from themescout.errors import StudyError, ThemescoutError
from themescout.review.arranging import Order
from themescout.web import server
from themescout.web.server import Plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.enable_socket
def test_a_taken_port_is_refused_if_it_was_asked_for_and_passed_over_if_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ThemescoutError, match=f"Port {port} is taken"):
            server.bound(Plan(coders=("ann",), port=port))
    with server.bound(Plan(coders=("ann",))) as first, server.bound(Plan(coders=("ann",))) as second:
        assert first.getsockname()[1] != second.getsockname()[1]
        assert first.getsockname()[0] == "127.0.0.1"


@pytest.mark.enable_socket
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "*"])  # noqa: S104  # that they are refused is the point
def test_not_all_addresses_at_once(host: str) -> None:
    with pytest.raises(ThemescoutError, match="not at all of them"):
        server.bound(Plan(coders=("ann",), host=host))


@pytest.mark.enable_socket
def test_an_address_that_is_not_this_computers_is_refused() -> None:
    with pytest.raises(ThemescoutError, match=r"cannot listen at 192\.0\.2\.1"):  # RFC 5737: nobody's
        server.bound(Plan(coders=("ann",), host="192.0.2.1"))


def test_what_is_told() -> None:
    one = server.told({"ann": "http://x/?token=1"}, Plan(coders=("ann",)))
    assert one[0] == "http://x/?token=1"
    team = server.told({"ann": "a", "ben": "b"}, Plan(coders=("ann", "ben"), host="192.168.1.20"))
    assert team[:2] == ["ann: a", "ben: b"]
    assert "not encrypted" in team[-1]


def test_nothing_to_review_is_said_before_anything_starts(tmp_path: Path, make_study: Callable[..., object]) -> None:
    make_study()
    with pytest.raises(StudyError, match="has no transcripts"):
        server.serve(tmp_path / "study", Plan(coders=("ann",), browser=False), print)
    with pytest.raises(StudyError, match="no themescout study"):
        server.serve(tmp_path / "nowhere", Plan(coders=("ann",), browser=False), print)


def test_a_team_gets_an_address_each(serve: Callable[..., server.Plan], study: Path) -> None:
    served = serve(study, "ann", "ben", options=("--order", "sure"))
    tokens = {coder: re.search(r"token=([\w-]+)", address) for coder, address in served.opening.items()}  # type: ignore[attr-defined]
    assert all(tokens.values())
    assert len({found.group(1) for found in tokens.values() if found}) == 2
    assert all(f"order={Order.SURE}" in address for address in served.opening.values())  # type: ignore[attr-defined]
