"""Sets of small numbers as the bits of one number."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["bits_of"]


def bits_of(mask: int) -> Iterator[int]:
    """The places of the bits that are set, least first."""
    place = 0
    while mask:
        if mask & 1:
            yield place
        mask >>= 1
        place += 1
