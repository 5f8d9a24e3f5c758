"""Lines that lie on one another: how wide each must be to show beneath those drawn later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["covered", "widened"]

Floats = NDArray[np.float64]
CLOSE = 0.005  # of the height of the picture: nearer lines are drawn on one another
WIDER, LARGER = 2.2, 3.0  # in points, of the line and its marks, by line on top


def covered(
    groups: Sequence[Sequence[Floats]], height: float | None = None, run: int = 1
) -> list[list[int]]:
    """How many later groups cover each line somewhere.

    Parameters
    ----------
    groups : sequence of sequence of ndarray, shape (points,)
        Lines over the same points, those of a group alike in colour.
    height : float, optional
        Of the picture; by default what the lines span.
    run : int
        At how many points in a row two lines must agree: 1 for steps, 2 for straight lines.

    Returns
    -------
    list of list of int
        As `groups`.
    """
    values = np.array([line for lines in groups for line in lines], dtype=float)
    known = values[np.isfinite(values)]
    span = float(np.ptp(known)) if height is None and known.size else height or 0.0
    near = CLOSE * span

    def on_top(line: Floats, later: Sequence[Floats]) -> bool:
        return any(_longest(np.abs(line - other) <= near) >= run for other in later)

    return [
        [sum(on_top(line, later) for later in groups[n + 1 :]) for line in lines]
        for n, lines in enumerate(groups)
    ]


def _longest(met: NDArray[np.bool_]) -> int:
    """The longest run of points at which a condition is met."""
    longest = here = 0
    for one in met.tolist():
        here = here + 1 if one else 0
        longest = max(longest, here)
    return longest


def widened(style: dict[str, Any], on_top: int) -> dict[str, Any]:
    """A line's style, so wide that it shows on both sides of the lines on top of it."""
    return {
        **style,
        "linewidth": style["linewidth"] + WIDER * on_top,
        "markersize": style["markersize"] + LARGER * on_top,
    }
