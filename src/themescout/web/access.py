"""Who may ask: everything that comes in passes here before anything else sees it.

The address that opens the review carries a token; it becomes a cookie that no script can read and no other site can
make the browser send. A page of another site that guesses address and port is stopped three times: by the name of the
host, by the origin, and by the missing token.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from html import escape
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 1_000_000  # bytes; the longest memo is a hundredth of it
_READING = frozenset({"GET", "HEAD"})
# Nothing from elsewhere, nothing inline, and no page may frame this one.
_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


def new_token() -> str:
    """A token that cannot be guessed: 256 bits."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may come in, and under which names this server is known.

    Attributes:
        tokens: token to coder.
        hosts: what a request's Host may be: "127.0.0.1:8765".
    """

    tokens: Mapping[str, str] = field(default_factory=dict)
    hosts: frozenset[str] = frozenset()

    def coder(self, token: str) -> str | None:
        """Whose token it is."""
        given = token.encode("utf-8", "replace")
        found = None
        for known, coder in self.tokens.items():  # all of them, so that the time tells nothing
            if hmac.compare_digest(known.encode(), given):
                found = coder
        return found

    @property
    def cookie(self) -> str:
        """The cookie's name: cookies do not know ports, and two reviews may be open."""
        return f"themescout-{min(self.hosts, default='').rpartition(':')[2]}"


class Guard:
    """ASGI middleware that lets through what may come in, with its coder in `scope["coder"]`."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what may not come in; hand on the rest, with the headers that every answer has."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = _headers(scope)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *((k, v) for k, v in _HEADERS if k not in names)]
            await send(message)

        if refusal := self._refused(scope, headers):
            await _answer(sending, refusal[0], refusal[1])
            return
        token, way = self._token(scope, headers)
        coder = self._access.coder(token)
        if coder is None:
            await _answer(
                sending, 401, "Open the address that themescout printed when the review was started: it holds the key."
            )
        elif way == "address":
            await self._enter(sending, scope, token)
        elif way == "cookie" and scope["method"] not in _READING and "origin" not in headers:
            await _answer(sending, 403, "This did not come from a page of the review.")
        else:
            await self._app({**scope, "coder": coder}, receive, sending)

    def _refused(self, scope: Scope, headers: Mapping[str, str]) -> tuple[int, str] | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        if host not in self._access.hosts:
            return 403, "The review is not known under this name; open the address that themescout printed."
        if origin is not None and origin != f"http://{host}":
            return 403, "A page from elsewhere may not ask for this."
        foreign = headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}
        opening = scope["path"] == "/" and headers.get("sec-fetch-mode") == "navigate" and scope["method"] == "GET"
        if foreign and not opening:
            return 403, "A page from elsewhere may not ask for this."
        if "transfer-encoding" in headers:
            return 411, "Say beforehand how long it is."  # pages of the review do
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            return 413, "That is more than a decision can hold."
        return None

    def _token(self, scope: Scope, headers: Mapping[str, str]) -> tuple[str, str]:
        """The token of a request and how it came."""
        given = _asked(scope).get("token", [""])[0]
        if given and scope["path"] == "/":
            return given, "address"
        kind, _, value = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return value, "header"
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self._access.cookie)
        except CookieError:
            found = None
        return (found.value, "cookie") if found else ("", "")

    async def _enter(self, send: Send, scope: Scope, token: str) -> None:
        """Put the token into a cookie and out of the address, so that it stays in no history and no picture."""
        cookie = f"{self._access.cookie}={token}; Path=/; HttpOnly; SameSite=Strict"
        rest = urlencode({key: value[0] for key, value in _asked(scope).items() if key != "token"})
        extra = [(b"set-cookie", cookie.encode()), (b"location", f"/?{rest}".rstrip("?").encode())]
        await _answer(send, 303, "The review opens.", extra)


def _asked(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope["query_string"].decode("latin-1"))


def _headers(scope: Scope) -> dict[str, str]:
    """Names in small letters; of a name that stands twice, both values, which then fit nothing."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}; {text}" if key in found else text
    return found


async def _answer(send: Send, status: int, sentence: str, extra: list[tuple[bytes, bytes]] | None = None) -> None:
    body = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>themescout</title></head>'
        f"<body><main><h1>themescout</h1><p>{escape(sentence)}</p></main></body></html>"
    ).encode()
    headers: list[Any] = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *(extra or [])]})
    await send({"type": "http.response.body", "body": body})
