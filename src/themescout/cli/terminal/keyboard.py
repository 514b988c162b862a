"""Single keys from a terminal, by name."""

from __future__ import annotations

import codecs
import os
import re
import select
import signal
import sys
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QUIT = "quit"
RESIZED = ""  # what a reader returns when no key was pressed, but the screen must be drawn anew

_NAMED = MappingProxyType(
    {
        "\r": "enter", "\n": "enter", "\x7f": "backspace", "\x08": "backspace", "\x1b": "esc", "\t": "tab",
        "\x03": QUIT, "\x04": QUIT,
        "\x1b[A": "up", "\x1b[B": "down", "\x1b[C": "right", "\x1b[D": "left",
        "\x1bOA": "up", "\x1bOB": "down", "\x1bOC": "right", "\x1bOD": "left",
        "\x1b[5~": "pgup", "\x1b[6~": "pgdn",
        # Windows: click returns the prefix and the key's scan code.
        "\xe0H": "up", "\xe0P": "down", "\xe0M": "right", "\xe0K": "left", "\xe0I": "pgup", "\xe0Q": "pgdn",
        "\x00H": "up", "\x00P": "down", "\x00M": "right", "\x00K": "left", "\x00I": "pgup", "\x00Q": "pgdn",
    }
)  # fmt: skip
_KEY = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.|(?!\[|O))|.", re.DOTALL)


def keys(chunk: str) -> tuple[str, ...]:
    """The keys of what one read returned: names for named keys, else the characters; unknown ones are left out."""
    if chunk in _NAMED:
        return (_NAMED[chunk],)
    found = (_NAMED.get(part, part) for part in _KEY.findall(chunk))
    return tuple(key for key in found if key in _NAMED.values() or (len(key) == 1 and key >= " "))


@contextmanager
def reader() -> Iterator[Callable[[], str]]:
    """A function that waits for keys and returns them as they come; the terminal is put right again afterwards.

    The terminal stays quiet for the whole session. `click.getchar` switches back after each key, and what is typed
    while the screen is drawn is lost: letters of a memo, or a `b` before a `1`.
    """
    if sys.platform == "win32":
        yield click.getchar
        return
    import termios  # noqa: PLC0415  # not on Windows
    import tty  # noqa: PLC0415

    stdin = sys.stdin.fileno()
    before = termios.tcgetattr(stdin)
    heard, said = os.pipe()
    os.set_blocking(said, False)
    old_fd = signal.set_wakeup_fd(said, warn_on_full_buffer=False)
    old_handler = signal.signal(signal.SIGWINCH, lambda *_: None)
    try:
        # What was typed before the first screen was not meant for it, and is dropped.
        tty.setraw(stdin, termios.TCSAFLUSH)
        # Raw mode would also stop "\n" from returning to the first column.
        mode = termios.tcgetattr(stdin)
        mode[1] |= termios.OPOST | termios.ONLCR
        termios.tcsetattr(stdin, termios.TCSADRAIN, mode)
        yield _from(stdin, heard)
    finally:
        termios.tcsetattr(stdin, termios.TCSADRAIN, before)
        signal.signal(signal.SIGWINCH, old_handler)
        signal.set_wakeup_fd(old_fd)
        os.close(heard)
        os.close(said)


def _from(stdin: int, resized: int) -> Callable[[], str]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def read() -> str:
        while True:
            ready, _, _ = select.select([stdin, resized], [], [])
            if resized in ready:
                os.read(resized, 1024)
                return RESIZED
            data = os.read(stdin, 4096)
            if not data:
                return "\x04"
            if text := decoder.decode(data):
                return text

    return read
