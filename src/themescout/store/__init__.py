"""The study's SQLite file. All SQL of the project is in this package."""

from themescout.store.store import Store, create

__all__ = ["Store", "create"]
