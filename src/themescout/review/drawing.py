"""Seeded draws of segments: which are shown without a suggestion first, and which more than one coder decides.

A draw depends on the seed, its purpose and the segment alone. So it is the same on every computer and in every order of
work, and interviews that come later do not change what was drawn before.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum


class Purpose(StrEnum):
    """What is drawn."""

    BLIND = "blind"
    DOUBLE = "double"


def drawn(purpose: Purpose, segment: str, share: float, seed: int) -> bool:
    """Whether `segment` is among the `share` (0..1) of segments drawn for a purpose."""
    number = int.from_bytes(hashlib.sha256(f"{seed}|{purpose}|{segment}".encode()).digest()[:8])
    return number < share * 2**64
