"""The command line: reads arguments, calls one service, prints."""

from themescout.cli.main import main

__all__ = ["main"]
