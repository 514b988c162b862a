"""Kill the review's server while decisions are sent to it, and let several coders decide at once; then count.

    python scripts/check_review_killed.py STUDY [--kills 20] [--decisions 1000] [--coders 8] [--each 200] [--seed 1]

STUDY must have been run; it is copied and never touched. Killed: a client sends decisions one after the other, the
server gets SIGKILL at a random moment; every decision that was acknowledged must be in the study, once, what was not
acknowledged is sent again with the same key to a new server, and so is what was. Coders: each decides, half on what
comes next, half on a few segments that all of them fight about; none may be lost or doubled, each coder's order is
kept, and what was decided without knowing the newest decision must have been refused. Exit code 0: all of this is so.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qs, quote, urlsplit
from uuid import uuid4

from themescout import project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MAIN = "from themescout.cli import main; main()"
SHARED = 5  # segments that all coders fight about
MORE = 10  # decisions after a server was started again
AGAIN = 0.1  # share of decisions that are sent twice, as after an answer that was lost


class Running(Protocol):
    """A review that is served: its process and the opening address of each coder."""

    @property
    def process(self) -> subprocess.Popen[str]: ...

    @property
    def opening(self) -> dict[str, str]: ...


@dataclass(frozen=True, slots=True)
class Server:
    """A review that this script serves."""

    process: subprocess.Popen[str]
    opening: dict[str, str]


@contextmanager
def serving(folder: Path, *coders: str) -> Iterator[Server]:
    """Serve a study as a person would; everybody decides every segment, and sees what others decided."""
    command = [sys.executable, "-c", MAIN, "review", str(folder), "--no-browser"]
    command += [part for name in coders for part in ("--coder", name)]
    env = {**os.environ, "THEMESCOUT_REVIEW_DOUBLE": "0"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as process:
        lines = [process.stdout.readline().strip() if process.stdout else "" for _ in coders]
        try:
            yield Server(
                process, {name: line[line.index("http://") :] for name, line in zip(coders, lines, strict=True)}
            )
        finally:
            process.kill()


class Client:
    """One coder's program: asks over one connection, with the token of the opening address."""

    def __init__(self, opening: str) -> None:
        address = urlsplit(opening)
        self._connection = HTTPConnection(address.netloc, timeout=60)
        self._headers = {
            "Authorization": f"Bearer {parse_qs(address.query)['token'][0]}",
            "Content-Type": "application/json",
        }

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
        """Status and answer."""
        self._connection.request(method, path, None if body is None else json.dumps(body), self._headers)
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read())

    def card(self, segment: str) -> dict[str, Any]:
        """A segment as it is laid before the coder."""
        status, found = self.ask("GET", f"/api/segments/{quote(segment, safe='')}")
        if status != 200:
            raise HTTPException(f"{segment}: {status} {found}")
        return found


@dataclass(slots=True)
class Sent:
    """What a client sent: every key, and those that were acknowledged with the number in the log, in order.

    `refused`: how often somebody had decided meanwhile; `wrong`: what should not have been answered, in words.
    """

    keys: list[str] = field(default_factory=list)
    stored: dict[str, int] = field(default_factory=dict)
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    name: str = field(default_factory=lambda: uuid4().hex[:12])

    def next_key(self) -> str:
        """A key that was never used."""
        return f"{self.name}-{len(self.keys):06}"


def answer(card: dict[str, Any], key: str, rng: random.Random) -> dict[str, Any]:
    """Some answer to a card: which does not matter here."""
    says = rng.choice(("nothing", "unsure"))
    return {"segment": card["segment"], "seen": card["seen"], "says": says, "key": key, "memo": f"answer {key}"}


def segments(folder: Path) -> list[str]:
    """Ids of a study's segments."""
    with project.open_study(folder) as study:
        return [item.id for item in study.store.segments.all()]


def logged(folder: Path) -> list[Any]:
    """The log of decisions; opening the study is part of the check."""
    with project.open_study(folder) as study:
        return list(study.store.decisions.all())


# --- killed -----------------------------------------------------------------------------------------------------------


def send(client: Client, names: Sequence[str], sent: Sent, total: int, rng: random.Random) -> None:
    """Send decisions until `total` are acknowledged or the server is gone."""
    try:
        while len(sent.stored) < total:
            key = sent.next_key()
            body = answer(client.card(names[len(sent.keys) % len(names)]), key, rng)
            sent.keys.append(key)
            sent.bodies[key] = body
            status, told = client.ask("POST", "/api/decisions", body)
            if status != 200:
                sent.wrong.append(f"{key}: {status} {told}")
                return
            sent.stored[key] = told["decision"]["seq"]
    except (OSError, HTTPException):
        pass  # killed


def again(client: Client, sent: Sent, keys: Sequence[str]) -> list[str]:
    """Send decisions again with the keys they had; what went wrong, in words."""
    wrong = []
    for key in keys:
        status, told = client.ask("POST", "/api/decisions", sent.bodies[key])
        number = told["decision"]["seq"] if status == 200 else None
        if number is None or sent.stored.setdefault(key, number) != number:
            wrong.append(f"{key} sent again: {status}, number {number} instead of {sent.stored.get(key)}")
    return wrong


def missing(folder: Path, sent: Sent, before: int) -> list[str]:
    """What is wrong with the log, in words: every acknowledged decision once, nothing that was never sent."""
    new = logged(folder)[before:]
    there = Counter(d.key for d in new)
    numbers = {d.key: d.seq for d in new}
    wrong = [f"{key} was acknowledged and is there {there[key]} times" for key in sent.stored if there[key] != 1]
    wrong += [f"{key} has number {numbers[key]}, not {n}" for key, n in sent.stored.items() if numbers.get(key, n) != n]
    wrong += [f"{key} was never sent" for key in there.keys() - set(sent.keys)]
    wrong += [f"{d.key} lost its words" for d in new if d.memo != f"answer {d.key}"]
    return wrong


def killed(
    served: Running, restart: Callable[[], Running], folder: Path, total: int, after_s: float, rng: random.Random
) -> tuple[Running, int, list[str]]:
    """Kill a server after so many seconds of sending `total` decisions, and go on a little with another one.

    Returns the server that is left, the number acknowledged by the one that was killed, and what is wrong.
    """
    sent, before, names = Sent(), len(logged(folder)), segments(folder)
    client = Client(next(iter(served.opening.values())))
    sender = threading.Thread(target=send, args=(client, names, sent, total, rng), daemon=True)
    sender.start()
    sender.join(after_s)
    served.process.kill()
    served.process.wait()
    sender.join()
    acknowledged = len(sent.stored)
    wrong = missing(folder, sent, before)
    left = restart()
    client = Client(next(iter(left.opening.values())))
    wrong += again(client, sent, [*sent.keys[-3:], *rng.sample(sent.keys, min(20, len(sent.keys)))])
    send(client, names, sent, len(sent.stored) + MORE, rng)
    wrong += [*missing(folder, sent, before), *sent.wrong]
    if len(logged(folder)) - before != len(sent.stored):
        wrong.append(f"{len(logged(folder)) - before} decisions in the study, {len(sent.stored)} acknowledged")
    return left, acknowledged, wrong


# --- several coders ---------------------------------------------------------------------------------------------------


def code(client: Client, shared: Sequence[str], sent: Sent, each: int, rng: random.Random) -> None:
    """Decide `each` times: on what comes next, or on a segment that others decide on, too."""
    while len(sent.stored) < each:
        card = None
        if rng.random() < 0.5:
            card = client.ask("GET", "/api/next?order=interview")[1]["card"]
        card = card or client.card(rng.choice(shared))
        while card is not None:
            time.sleep(rng.uniform(0, 0.01))  # looks at it
            key = sent.next_key()
            sent.keys.append(key)
            body = answer(card, key, rng)
            status, told = client.ask("POST", "/api/decisions", body)
            if status == 409:
                sent.refused += 1
                # Look again: decide on what is there now, or leave it.
                card = told["card"] if rng.random() < 0.7 else None
                continue
            if status != 200:
                sent.wrong.append(f"{key}: {status} {told}")
                return
            sent.stored[key], sent.bodies[key], card = told["decision"]["seq"], body, None
            if rng.random() < AGAIN:
                sent.wrong += again(client, sent, [key])


def crowd(served: Running, folder: Path, each: int, seed: int) -> tuple[dict[str, Sent], list[str]]:
    """Let every coder of a served review decide at once; what they sent, and what is wrong."""
    before, shared = len(logged(folder)), segments(folder)[-SHARED:]
    sent = {name: Sent() for name in served.opening}
    workers = []
    for name, one in sent.items():
        rng = random.Random(f"{seed}{name}")  # noqa: S311  # not secrets
        work = (Client(served.opening[name]), shared, one, each, rng)
        workers.append(threading.Thread(target=code, args=work))
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    wrong = [line for one in sent.values() for line in one.wrong]
    return sent, [*wrong, *disorder(logged(folder), before, sent, each)]


def disorder(log: Sequence[Any], before: int, sent: dict[str, Sent], each: int) -> list[str]:
    """What is wrong with the log after a crowd: lost, doubled, out of order, or stale and yet stored."""
    new = log[before:]
    wrong = [f"{name}: {len(one.stored)} of {each} decisions" for name, one in sent.items() if len(one.stored) != each]
    wrong += [f"{key} is there {n} times" for key, n in Counter(d.key for d in new).items() if n != 1]
    for name, one in sent.items():
        mine = [(d.key, d.seq) for d in new if d.coder == name]
        if mine != list(one.stored.items()):
            wrong.append(f"{name}: the log has other decisions, or another order, than were acknowledged")
    newest: dict[str, int] = {}
    bodies = {key: body for one in sent.values() for key, body in one.bodies.items()}
    for d in log:
        if d.key in bodies and bodies[d.key]["seen"] != newest.get(d.segment, 0):
            wrong.append(f"{d.key} was stored though it had not seen number {newest.get(d.segment, 0)}")
        newest[d.segment] = d.seq
    return wrong


# --- by hand ----------------------------------------------------------------------------------------------------------


def hunt(original: Path, top: Path, given: argparse.Namespace) -> list[str]:
    """Kill one server after the other; what is wrong."""
    rng, wrong = random.Random(given.seed), []  # noqa: S311  # moments, not secrets
    folder = Path(shutil.copytree(original, top / "hunted"))
    with ExitStack() as stack:
        served: Running = stack.enter_context(serving(folder, "ann"))
        began, sent = time.monotonic(), Sent()
        send(Client(served.opening["ann"]), segments(folder), sent, given.decisions, rng)
        took = time.monotonic() - began
        print(f"undisturbed: {len(sent.stored)} decisions in {took:.1f} s")
        for i in range(given.kills):
            after = rng.uniform(0.0, took)
            served, count, found = killed(
                served, lambda: stack.enter_context(serving(folder, "ann")), folder, given.decisions, after, rng
            )
            wrong += found
            told = "; ".join(found[:2]) or "all there, once"
            print(f"kill {i + 1:>3} after {after:6.2f} s: {count:>5} acknowledged: {told}", flush=True)
    return wrong


def gather(original: Path, top: Path, given: argparse.Namespace) -> list[str]:
    """Let the coders decide at once; what is wrong."""
    folder = Path(shutil.copytree(original, top / "crowd"))
    with serving(folder, *(f"coder{i + 1}" for i in range(given.coders))) as server:
        began = time.monotonic()
        sent, wrong = crowd(server, folder, given.each, given.seed)
        took = time.monotonic() - began
    for name, one in sent.items():
        print(f"{name}: {len(one.stored)} stored, {one.refused} refused as stale")
    total = sum(len(one.stored) for one in sent.values())
    print(f"{total} decisions in {took:.1f} s: {'; '.join(wrong[:5]) or 'all well'}")
    if not any(one.refused for one in sent.values()):
        wrong.append("nobody was refused: the coders did not meet")
    return wrong


def main() -> None:
    """Do both on copies of a study."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("study", type=Path)
    for name, default in (("kills", 20), ("decisions", 1000), ("coders", 8), ("each", 200), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        wrong = [*gather(given.study, Path(temporary), given), *hunt(given.study, Path(temporary), given)]
    for line in wrong:
        print(line)
    print(f"{len(wrong)} violations")
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
