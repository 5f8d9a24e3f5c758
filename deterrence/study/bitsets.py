"""Sets of points as whole numbers, one bit for each point: joined and cut in no time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["packed", "unpacked"]

Bools = NDArray[np.bool_]


def packed(mask: Bools) -> int:
    """The points where a mask is true."""
    return int.from_bytes(np.packbits(mask).tobytes(), "big")


def unpacked(bits: int, size: int) -> Bools:
    """The mask of a set among `size` points."""
    rows = np.frombuffer(bits.to_bytes((size + 7) // 8, "big"), dtype=np.uint8)
    return np.unpackbits(rows, count=size).astype(bool)
