"""The study's SQLite file. All SQL of the project is in this package."""

from themescout.store.store import Store, create, snapshot

__all__ = ["Store", "create", "snapshot"]
