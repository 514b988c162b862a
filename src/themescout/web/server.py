"""Starting the review: a free port, a token for each coder, and the server itself."""

from __future__ import annotations

import errno
import logging
import socket
import threading
import webbrowser
from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout import project
from themescout.errors import ThemescoutError
from themescout.pipeline import codebook_file, stages
from themescout.review.arranging import Order
from themescout.review.desk import Desk
from themescout.review.live import Live
from themescout.web.access import Access, new_token

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from themescout.project import Study

HOME = "127.0.0.1"
PORT = 8765  # and those after it, if it is taken
_TRIES = 30
_FIRST_PAGE = 3.0  # seconds in which the first page need not share the processor with the first fit
_EVERYWHERE = frozenset({"", "0.0.0.0", "::", "*"})  # noqa: S104  # refused below


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a review is served.

    Attributes:
        coders: each gets an address of their own.
        host: the address of this machine under which it is reached.
        port: None for the first free one from 8765 on.
        browser: open the first coder's page.
        read_only: nothing can be decided.
        live: suggestions learn from each decision.
        order: in which segments come up at first.
    """

    coders: Sequence[str]
    host: str = HOME
    port: int | None = None
    browser: bool = True
    read_only: bool = False
    live: bool = True
    order: Order = Order.THEME


def serve(folder: Path, plan: Plan, say: Callable[[str], None]) -> None:
    """Serve the review of the study in `folder` until it is interrupted; `say` tells the addresses.

    Raises:
        ThemescoutError: no such study, nothing to review, or the address cannot be used.
    """
    with project.open_study(folder, shared=True) as study:
        stages.require_suggestions(study)
        with bound(plan) as listening:
            _serve(study, plan, listening, say)


def _serve(study: Study, plan: Plan, listening: socket.socket, say: Callable[[str], None]) -> None:
    import uvicorn  # noqa: PLC0415  # heavy

    from themescout.web.app import create  # noqa: PLC0415  # heavy

    place = f"{_in_address(plan.host)}:{listening.getsockname()[1]}"
    tokens = {new_token(): coder for coder in plan.coders}
    desk = _desk(study, plan)
    app = create(desk, Access(tokens=tokens, hosts=frozenset(_names(plan.host, place))))
    config = uvicorn.Config(
        app, log_level=logging.WARNING, access_log=False, lifespan="off", ws="none", server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=3,
    )  # fmt: skip
    addresses = {coder: f"http://{place}/?token={token}{_asked(plan.order)}" for token, coder in tokens.items()}
    for line in told(addresses, plan):
        say(line)
    if plan.browser:
        threading.Thread(target=webbrowser.open, args=(next(iter(addresses.values())),), daemon=True).start()
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        desk.close()


def _desk(study: Study, plan: Plan) -> Desk:
    book = stages.load_codebook(study)
    if not plan.read_only:
        codebook_file.note(study, book)  # it may have been changed by hand since the last suggestions
    desk = Desk(study, book, read_only=plan.read_only)
    for coder in plan.coders:
        desk.prepare(coder, plan.order)
    if plan.live and not plan.read_only:
        desk.live = Live(study.folder, desk.book, tuple(desk.items.values()))
        desk.live.start(pause=_FIRST_PAGE)
    return desk


def bound(plan: Plan) -> socket.socket:
    """A listening socket at the plan's address.

    Raises:
        ThemescoutError: the address is not this machine's, or the port is taken.
    """
    if plan.host in _EVERYWHERE:
        raise ThemescoutError(
            "The review listens at one address, not at all of them.",
            "Give the address under which your team reaches this computer: --host 192.168.1.20",
        )
    ports = [plan.port] if plan.port is not None else [*range(PORT, PORT + _TRIES), 0]
    family = socket.AF_INET6 if ":" in plan.host else socket.AF_INET
    for port in ports:
        try:
            return _prompt(socket.create_server((plan.host, port), family=family, backlog=128))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise ThemescoutError(
                    f"The review cannot listen at {plan.host}: {error.strerror or error}.",
                    "Give an address of this computer, or leave --host out.",
                ) from error
    raise ThemescoutError(f"Port {plan.port} is taken.", "Choose another one, or leave --port out.")


def _prompt(listening: socket.socket) -> socket.socket:
    """An answer goes out in two pieces; without this the second waits 40 ms for the first to be acknowledged."""
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def told(addresses: dict[str, str], plan: Plan) -> list[str]:
    """What the person in front of the terminal has to know."""
    lines = [f"{coder}: {address}" if len(addresses) > 1 else address for coder, address in addresses.items()]
    lines.append("Whoever has an address can decide in that name. Ctrl+C ends the review; everything is stored.")
    if plan.host != HOME:
        lines.append("Others on this network can reach it, and what is sent is not encrypted: use a network you trust.")
    return lines


def _asked(order: Order) -> str:
    return "" if order is Order.THEME else f"&order={order}"


def _names(host: str, place: str) -> set[str]:
    """What the Host of a request may be."""
    port = place.rpartition(":")[2]
    return {place, f"localhost:{port}"} if host == HOME else {place}


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
