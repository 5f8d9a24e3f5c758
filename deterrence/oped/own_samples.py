"""Claims that a companion of the game judges, each at its own draws of the stakes."""

from __future__ import annotations

from collections.abc import Callable

from deterrence.oped.orders import Holding
from deterrence.oped.settings import Box

__all__ = ["OWN", "Judge"]

# from points, box, seed and processes to where the claim holds, and how that was found
Judge = Callable[[int, Box, int, int | None], tuple[Holding, str]]
OWN: dict[str, Judge] = {}
