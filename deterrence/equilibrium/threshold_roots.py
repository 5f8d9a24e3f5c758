"""All fixed points of a function on [0, 1], each isolated, from bounds over intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

__all__ = ["Roots", "Surplus", "roots_of"]

Floats = NDArray[np.float64]
SPLIT = 0.4871  # of an interval; not a half, where symmetric games have their solutions
NARROWEST = 1e-13  # an interval that is not decided at this width is given up
MOST_INTERVALS = 20_000
BLURRED = 1e-11  # a value of the surplus whose sign rounding may decide

EXCLUDED, FALLING, RISING, OPEN = "no root", "falling", "rising", "not decided"


@dataclass(frozen=True)
class Surplus:
    """A continuous function on [0, 1], not negative at 0 and not positive at 1.

    Attributes
    ----------
    at : callable
        Its values at an array.
    between, slope : callable
        Bounds of its values, and of its slope, over intervals given by arrays of ends.
    """

    at: Callable[[Floats], Floats]
    between: Callable[[Floats, Floats], tuple[Floats, Floats]]
    slope: Callable[[Floats, Floats], tuple[Floats, Floats]]


@dataclass
class Roots:
    """What the search found.

    Attributes
    ----------
    found : list of (float, float, float)
        A root, and the interval in which it is the only one.
    left : list of (float, float)
        Intervals that may hold none, one or several.
    record : dict of str to int
        How many intervals each reason ended.
    """

    found: list[tuple[float, float, float]] = field(default_factory=list)
    left: list[tuple[float, float]] = field(default_factory=list)
    record: dict[str, int] = field(default_factory=dict)


def roots_of(surplus: Surplus) -> Roots:
    """Find every root, by halving intervals until each is shown to hold none or one.

    An interval holds none where bounds exclude zero, and one at most where bounds of the slope do.

    Parameters
    ----------
    surplus : Surplus

    Returns
    -------
    Roots
    """
    roots = Roots()
    pieces = _merged(_judged(surplus, roots))
    for start, end, verdict in pieces:
        if verdict == OPEN:
            roots.left.append((start, end))
        elif verdict != EXCLUDED:
            _root_in(surplus, start, end, verdict, roots)
    return roots


def _judged(surplus: Surplus, roots: Roots) -> list[tuple[float, float, str]]:
    """Intervals that together make [0, 1], each with what was shown of it."""
    low, high = np.array([0.0]), np.array([1.0])
    done: list[tuple[float, float, str]] = []
    while len(low):
        least, most = surplus.between(low, high)
        down, up = surplus.slope(low, high)
        none, falls, rises = (least > 0) | (most < 0), up < 0, down > 0
        hopeless = high - low < NARROWEST
        if len(done) + len(low) > MOST_INTERVALS:
            hopeless = np.ones(len(low), dtype=bool)
        verdicts = np.select([none, falls, rises, hopeless], [EXCLUDED, FALLING, RISING, OPEN], "")
        ended = verdicts != ""
        ends = zip(low[ended].tolist(), high[ended].tolist(), verdicts[ended].tolist(), strict=True)
        done.extend(ends)
        low, high = low[~ended], high[~ended]
        middle = low + SPLIT * (high - low)
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    for _, _, verdict in done:
        roots.record[verdict] = roots.record.get(verdict, 0) + 1
    return sorted(done)


def _merged(pieces: list[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """Neighbours of one kind as one, so that a root at a point of division counts once."""
    merged = [pieces[0]]
    for start, end, verdict in pieces[1:]:
        if verdict == merged[-1][2]:
            merged[-1] = (merged[-1][0], end, verdict)
        else:
            merged.append((start, end, verdict))
    return merged


def _root_in(surplus: Surplus, start: float, end: float, verdict: str, roots: Roots) -> None:
    """The root in an interval where the function only falls, or only rises."""
    ends = surplus.at(np.array([start, end]))
    if verdict == RISING:
        ends = -ends
    first, last = float(ends[0]), float(ends[1])
    # at 0 and 1 themselves the sign is known beforehand, so that a zero there is a root
    if (start > 0 and abs(first) <= BLURRED) or (end < 1 and abs(last) <= BLURRED):
        roots.left.append((start, end))
    elif first == 0 and start == 0:
        roots.found.append((start, start, end))
    elif last == 0 and end == 1:
        roots.found.append((end, start, end))
    elif first > 0 > last:
        where = brentq(lambda q: float(surplus.at(np.array([q]))[0]), start, end, xtol=1e-300)
        roots.found.append((float(where), start, end))
