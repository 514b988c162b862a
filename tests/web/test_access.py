"""Who may come in: only those with a token, from this address, from pages of the review itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from themescout.web.access import LARGEST_BODY, Access, new_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import Response

TOKEN = "t" * 43
HOST = "127.0.0.1:8765"
COOKIE = f"themescout-8765={TOKEN}"
ANSWER = {"segment": "s", "seen": 0, "says": "nothing", "key": "k" * 8}


@pytest.fixture
def ask(client: Callable[..., TestClient]) -> Callable[..., Response]:
    """Ask the application with just these headers, besides the host."""
    app = client("ann").app

    def send(method: str, path: str, **headers: str) -> Response:
        sender = TestClient(app, base_url=f"http://{HOST}", follow_redirects=False)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = ANSWER if method in {"POST", "PUT"} else None
        return sender.request(method, path, headers=named, json=body)  # type: ignore[return-value]

    return send


PATHS = ["/", "/api/state", "/api/next", "/openapi.json", "/static/app.css", "/themes", "/nothing-here"]


@pytest.mark.parametrize("path", PATHS)
def test_without_a_token_nothing_is_to_be_had(ask: Callable[..., Response], path: str) -> None:
    for headers in ({}, {"authorization": "Bearer wrong"}, {"cookie": "themescout-8765=wrong"}, {"cookie": "{"}):
        answer = ask("GET", path, **headers)
        assert answer.status_code == 401
        assert "holds the key" in answer.text


@pytest.mark.parametrize("path", PATHS[:-1])
def test_with_a_token_it_is(ask: Callable[..., Response], path: str) -> None:
    assert ask("GET", path, cookie=COOKIE).status_code == 200
    assert ask("GET", path, authorization=f"Bearer {TOKEN}").status_code == 200


def test_the_opening_address_becomes_a_cookie_that_no_script_can_read(ask: Callable[..., Response]) -> None:
    answer = ask("GET", f"/?token={TOKEN}&order=sure")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/?order=sure"
    assert answer.headers["set-cookie"] == f"{COOKIE}; Path=/; HttpOnly; SameSite=Strict"
    assert ask("GET", "/?token=wrong").status_code == 401
    assert ask("GET", f"/api/state?token={TOKEN}").status_code == 401  # in no other address


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:8766", "localhost:8765.evil.example", ""])
def test_a_foreign_host_is_refused(ask: Callable[..., Response], host: str) -> None:
    """A name that somebody else's server points to this machine (DNS rebinding) opens nothing."""
    assert ask("GET", "/", host=host, cookie=COOKIE).status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:8766", f"https://{HOST}", "null"])
def test_a_foreign_origin_is_refused(ask: Callable[..., Response], origin: str) -> None:
    for method, path in (("GET", "/api/state"), ("POST", "/api/decisions"), ("POST", "/api/undo")):
        assert ask(method, path, origin=origin, cookie=COOKIE).status_code == 403


def test_what_a_browser_says_comes_from_another_site_is_refused(ask: Callable[..., Response]) -> None:
    for site in ("cross-site", "same-site"):
        assert ask("GET", "/api/state", cookie=COOKIE, sec_fetch_site=site).status_code == 403
    opening = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}
    assert ask("GET", "/", cookie=COOKIE, **opening).status_code == 200  # a link in a mail may open it
    assert ask("GET", "/tables", cookie=COOKIE, **opening).status_code == 403


def test_a_write_by_cookie_must_come_from_a_page_of_the_review(ask: Callable[..., Response]) -> None:
    assert ask("POST", "/api/undo", cookie=COOKIE).status_code == 403
    assert ask("POST", "/api/undo", cookie=COOKIE, origin=f"http://{HOST}").status_code == 409  # nothing to undo
    assert ask("POST", "/api/undo", authorization=f"Bearer {TOKEN}").status_code == 409  # a program of the coder's


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/%2e%2e/project.py", "/static//etc/passwd",
        "/static/..%5capp.py", "/transcripts/..%2f..%2fstudy.db", "/api/transcripts/..%2f..%2fstudy.db/turns",
    ],
)  # fmt: skip
def test_no_path_leads_out(ask: Callable[..., Response], path: str) -> None:
    answer = ask("GET", path, cookie=COOKIE)
    assert answer.status_code in {404, 409}
    assert "SQLite" not in answer.text
    assert "import" not in answer.text
    assert "root:" not in answer.text


def test_more_than_a_decision_can_hold_is_refused(client: Callable[..., TestClient]) -> None:
    sender = client("ann")
    assert sender.post("/api/decisions", content=b"x" * (LARGEST_BODY + 1)).status_code == 413
    assert sender.post("/api/decisions", content=b"x", headers={"content-length": "many"}).status_code == 413
    assert sender.post("/api/decisions", content=b"x" * LARGEST_BODY).status_code == 422


def test_a_body_that_does_not_say_how_long_it_is_is_refused(client: Callable[..., TestClient]) -> None:
    answer = client("ann").post("/api/decisions", content=(b"x" * 100_000 for _ in range(30)))
    assert answer.status_code == 411


def test_every_answer_forbids_what_the_pages_do_not_need(ask: Callable[..., Response]) -> None:
    for path, cookie in (("/", COOKIE), ("/static/app.css", COOKIE), ("/api/state", COOKIE), ("/", "")):
        headers = ask("GET", path, cookie=cookie).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in headers


def test_a_token_belongs_to_one_coder_and_cannot_be_guessed() -> None:
    tokens = {new_token(): "ann", new_token(): "ben"}
    access = Access(tokens=tokens, hosts=frozenset({HOST}))
    assert [access.coder(token) for token in tokens] == ["ann", "ben"]
    assert access.coder("") is None
    assert access.coder("é") is None
    assert all(len(token) >= 43 for token in tokens)
    assert len({new_token() for _ in range(100)}) == 100
