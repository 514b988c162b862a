"""Who works: the cores of this computer, or a Dask cluster."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from themescout import cores
from themescout.batch.workers.local import LocalWorkers

if TYPE_CHECKING:
    from collections.abc import Callable

    from themescout.batch.model import Workers

ENGINES = ("local", "dask")


def workers(engine: str, scheduler: str, count: int, tell: Callable[[str], None] = lambda sentence: None) -> Workers:
    """Workers of an engine; `count` = 0: one for each core. A `scheduler` ("tcp://host:8786") is one of Dask's.

    `tell` hears a sentence about each worker of a cluster that cannot be used.
    """
    number = count or cores.available()
    if engine == "dask" or scheduler:
        # Dask takes a second to load, which only those who want it should wait for.
        cluster = import_module("themescout.batch.workers.cluster")
        return cast("Workers", cluster.DaskWorkers(scheduler=scheduler or None, count=number, tell=tell))
    return LocalWorkers(number)
