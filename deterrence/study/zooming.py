"""The highest point of a function that is smooth inside regimes and jumps between them.

No gradient is used and nothing is assumed at borders: one coordinate after the other is searched
on ever finer grids, the later ones anew at every value of the earlier ones, so that a search can
follow a border that is oblique or curved.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["FINE", "ROUGH", "climb", "highest"]

Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]  # from points, shape (points, axes), to their values
POINTS = 33  # along each coordinate, at each level; a level is 16 times as fine as the one before
ROUGH, FINE = 2, 8  # levels
MOVES = 25
NOISE = 1e-12
NESTED = 2  # coordinates that are searched together


def highest(f: Function, low: Floats, high: Floats, levels: int) -> tuple[float, Floats]:
    """The highest point found in a box.

    Parameters
    ----------
    f : callable
    low, high : ndarray, shape (axes,)
    levels : int
        The grid of the last one is as fine as the box over 32 * 16 ** (levels - 1).

    Returns
    -------
    value : float
    point : ndarray, shape (axes,)
    """
    values, points = _nested(f, np.zeros((1, 0)), low, high, levels)
    return float(values[0]), points[0]


def _nested(
    f: Function, prefix: Floats, low: Floats, high: Floats, levels: int
) -> tuple[Floats, Floats]:
    """For every prefix of coordinates, the highest point over the others."""
    size, axis = prefix.shape
    if axis == len(low):
        return f(prefix), prefix
    each = np.arange(size)
    left, right = np.full(size, low[axis]), np.full(size, high[axis])
    best, where = np.full(size, -np.inf), np.empty((size, len(low)))
    for level in range(levels):
        column = left[:, None] + (right - left)[:, None] * np.linspace(0, 1, POINTS)
        rows = np.column_stack([np.repeat(prefix, POINTS, axis=0), column.ravel()])
        values, points = _nested(f, rows, low, high, levels)
        pick = values.reshape(size, POINTS).argmax(axis=1)
        value = values.reshape(size, POINTS)[each, pick]
        point = points.reshape(size, POINTS, -1)[each, pick]
        better = (value > best) | (level == 0)
        best, where = np.where(better, value, best), np.where(better[:, None], point, where)
        step = (right - left) / (POINTS - 1)
        left = np.maximum(low[axis], where[:, axis] - step)
        right = np.minimum(high[axis], where[:, axis] + step)
    return best, where


def climb(
    f: Function, start: Floats, low: Floats, high: Floats, step: Floats, levels: int
) -> tuple[float, Floats]:
    """The highest point around a start, going on as long as it lies on the edge of its box.

    Parameters
    ----------
    f : callable
    start, low, high : ndarray, shape (axes,)
    step : ndarray, shape (axes,)
        Half the width of the box that is searched at once.
    levels : int
        See `highest`. Above two axes, two are searched together, each pair in turn until none
        brings anything.
    """
    point = np.asarray(start, dtype=float)
    value = float(f(point[None])[0])
    for _ in range(MOVES):
        before, moved = value, False
        for axes in _groups(len(point)):
            found, place = _searched(f, point, axes, low, high, step, levels)
            moved |= found > value + _noise(value) and _on_edge(point, place, step)
            if found > value:
                value, point = found, place
        if not moved and (len(point) <= NESTED or value <= before + _noise(before)):
            break
    return value, point


def _noise(value: float) -> float:
    """Rises below this are those of floats."""
    return NOISE * max(1.0, abs(value)) if np.isfinite(value) else 0.0


def _groups(axes: int) -> Iterator[list[int]]:
    yield from map(list, itertools.combinations(range(axes), min(axes, NESTED)))


def _searched(
    f: Function,
    point: Floats,
    axes: list[int],
    low: Floats,
    high: Floats,
    step: Floats,
    levels: int,
) -> tuple[float, Floats]:
    """The highest point where only some axes move."""

    def part(rows: Floats) -> Floats:
        return f(_put(point, axes, rows))

    left = np.maximum(low, point - step)[axes]
    right = np.minimum(high, point + step)[axes]
    value, place = highest(part, left, right, levels)
    return value, _put(point, axes, place[None])[0]


def _put(point: Floats, axes: list[int], rows: Floats) -> Floats:
    whole = np.repeat(point[None], len(rows), axis=0)
    whole[:, axes] = rows
    return whole


def _on_edge(old: Floats, new: Floats, step: Floats) -> bool:
    return bool((np.abs(new - old) > 0.99 * step).any())
