"""Workers on a Dask cluster: one of this computer's own processes, or any scheduler by its address."""

from __future__ import annotations

import logging
import re
import time
import warnings
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import dask
from distributed import Client, LocalCluster, Security
from distributed.versions import VersionMismatchWarning

from themescout.batch.workers.crew import GOES_ON, Crew, SchedulerGoneError
from themescout.batch.workers.local import SURROUNDINGS, temporary_files
from themescout.batch.workers.supply import Supply
from themescout.errors import BatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from themescout.batch.model import Partition, Receipt, Work

CONNECT = 5.0  # seconds to reach a scheduler
CLOSE = 5.0  # seconds for the processes of this computer to end
RETURN = 30.0  # seconds that a scheduler may be away during a run
SILENT = logging.CRITICAL + 1
ADDRESS = re.compile(r"((?:tcp|tls)://)?(?:\[[0-9a-fA-F:]+\]|[^\s:/@\[\]]+):(\d{1,5})")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DaskWorkers:
    """`Workers` on Dask.

    Attributes:
        scheduler: address of a scheduler that runs ("tcp://127.0.0.1:8786"); None: `count` processes of this computer,
            with a scheduler that only this computer can reach.
        count: number of processes; not used with an address.
        tell: is told one sentence about each worker that is not like this computer and so gets no work.
    """

    scheduler: str | None
    count: int
    tell: Callable[[str], None] = _log.warning

    def do(
        self, work: Work, partitions: Iterable[Partition], lost: Callable[[Partition, str], Receipt]
    ) -> Iterator[Receipt]:
        """Receipts as they come; at most two partitions of each worker are in flight.

        Raises:
            BatchError: the scheduler cannot be reached or is gone for good, or no worker can be used. What the workers
                raise is raised here.
        """
        drawn = iter(partitions)
        first = next(drawn, None)
        if first is None:  # then nobody is needed
            return
        supply, limit = Supply(chain((first,), drawn)), CONNECT
        with _quiet():
            while True:
                with self._connected(limit) as client:
                    crew = Crew(client, work, supply, self.tell)
                    try:
                        yield from crew.receipts(lost)
                    except SchedulerGoneError:
                        limit = RETURN
                    else:
                        return
                    finally:
                        crew.leave()

    @contextmanager
    def _connected(self, limit: float) -> Iterator[Client]:
        with ExitStack() as stack:
            if self.scheduler is None:
                cluster = stack.enter_context(_processes(self.count))
                client = Client(cluster, set_as_default=False)
            else:
                client = _reach(self.scheduler, limit)
            try:
                yield client
            finally:
                with suppress(OSError):  # it may be gone already
                    client.close(timeout=CONNECT)


@contextmanager
def _processes(count: int) -> Iterator[LocalCluster]:
    """A scheduler and `count` processes that nobody else can reach; nobody looks at their memory but the system."""
    with temporary_files() as environment:
        cluster = _begun(count, environment)
        try:
            yield cluster
        finally:
            # Dask waits for a process that does not end for as long as that takes; what is left ends with this process.
            with suppress(TimeoutError):
                cluster.close(timeout=CLOSE)


def _begun(count: int, environment: Mapping[str, str]) -> LocalCluster:
    return LocalCluster(
        n_workers=count,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",  # without an address of its own it would fight over a fixed port
        scheduler_kwargs={"dashboard": False},
        memory_limit=0,
        silence_logs=SILENT,
        preload=["themescout.batch.workers.greeting"],
        env={**SURROUNDINGS, **environment},
    )


def _reach(address: str, limit: float) -> Client:
    """A client of the scheduler, tried for `limit` seconds.

    Raises:
        BatchError: the address is none, or nobody answers there.
    """
    parts = ADDRESS.fullmatch(address)
    if not parts or not 0 < int(parts[2]) < 65536:
        raise BatchError(f"{address!r} is no address of a scheduler.", "One looks like this: tcp://127.0.0.1:8786")
    if parts[1] == "tls://":
        _require_certificates(address)
    until = time.monotonic() + limit
    while True:
        try:
            return Client(address, timeout=CONNECT, set_as_default=False)
        except OSError as error:
            if time.monotonic() < until:
                time.sleep(0.5)
            elif limit > CONNECT:
                raise BatchError(f"The scheduler at {address} is gone.", GOES_ON) from error
            else:
                hint = "Is it running, and does its port let this computer in? Start one with: dask scheduler"
                raise BatchError(f"No scheduler answers at {address}.", hint) from error
        except ImportError as error:  # a library that both need differs too much
            raise BatchError(f"The scheduler at {address} cannot be used: {error}") from error


def _require_certificates(address: str) -> None:
    """Dask takes them from its configuration; without them its client ends in an error of another kind.

    Raises:
        BatchError: there are none, or they cannot be read.
    """
    try:
        found = Security().get_connection_args("client").get("ssl_context")
    except OSError as error:
        raise BatchError(f"The certificates for {address} cannot be read: {error}") from error
    if found is None:
        raise BatchError(f"There are no certificates for {address}.", "docs/dask.md says how to name them.")


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing that Dask logs or warns of reaches the user: what matters is said in sentences of ours."""
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] in {"distributed", "tornado"}]
    loggers = [logging.getLogger(name) for name in ("distributed", "tornado", "asyncio", *names)]
    levels = [logger.level for logger in loggers]
    timeouts = {"distributed.comm.timeouts.connect": f"{CONNECT}s"}
    with warnings.catch_warnings(), dask.config.set(timeouts):
        warnings.simplefilter("ignore", VersionMismatchWarning)
        try:
            for logger in loggers:
                logger.setLevel(SILENT)
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
