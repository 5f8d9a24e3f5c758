"""Random number generators from what a caller gives."""

from __future__ import annotations

from typing import Any

import numpy as np

from deterrence.errors import InputError

__all__ = ["generator"]


def generator(rng: Any) -> np.random.Generator:
    """A generator from itself, from a whole number of at least 0, or from None, which means 0."""
    if isinstance(rng, np.random.Generator):
        return rng
    whole = isinstance(rng, (int, np.integer)) and not isinstance(rng, bool)
    if rng is not None and not (whole and rng >= 0):
        raise InputError(
            f"rng = {rng!r}: give a whole number of at least 0 or a numpy.random.Generator."
        )
    return np.random.default_rng(0 if rng is None else int(rng))
