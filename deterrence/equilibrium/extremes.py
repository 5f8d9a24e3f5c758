"""All extreme equilibria of a two-player game: completely labelled pairs of vertices.

A mixed profile is an equilibrium exactly if every action of either player is unplayed or a best
response; extreme equilibria are the pairs of vertices of the two best-response polyhedra for which
this holds, and every equilibrium is a convex combination of some of them (Mangasarian 1964, Winkels
1979). That is so in degenerate games too, given all vertices.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.best_responses import (
    Vertices,
    Words,
    best_response_vertices,
    pack,
    unpack,
)
from deterrence.equilibrium.small_pairs import Corners, corners, matched, normalised_rows

__all__ = ["Extremes", "extreme_equilibria", "normalised"]

SMALL = 12  # actions of both players together, up to which plain loops are quicker than arrays
MOST_COMPARED = 10_000_000  # payoffs compared in the search for dominated actions
MOST_PAIRS = 4_000_000  # of vertices compared together
MOST_MACHINE = 2**40  # whole numbers below are kept in those of the machine


@dataclass(frozen=True, eq=False)
class Extremes:
    """The extreme equilibria of a game.

    Attributes
    ----------
    x, y : ndarray, shape (strategies, actions)
        The strategies that occur, by player: in whole numbers not divided by their sum, or in
        floats; first those with more weight on early actions.
    pairs : list of (int, int)
        Each extreme equilibrium, by places in `x` and `y`.
    vertices : (int, int)
        How many vertices the two polyhedra have.
    dropped : int
        Actions left out by iterated strict dominance.
    simple : bool
        Whether both polyhedra are simple: the game is nondegenerate.
    doubtful : int
        Comparisons that `clear` leaves in doubt.
    """

    x: NDArray[Any]
    y: NDArray[Any]
    pairs: list[tuple[int, int]]
    vertices: tuple[int, int]
    dropped: int
    simple: bool
    doubtful: int


def extreme_equilibria(
    first: NDArray[Any],
    second: NDArray[Any],
    tolerance: float | None = None,
    clear: float | Fraction | None = None,
) -> Extremes:
    """All extreme equilibria.

    Parameters
    ----------
    first, second : ndarray, shape (m, n)
        Payoffs of the player who chooses rows and of the one who chooses columns: whole numbers,
        which stay exact, or floats.
    tolerance : float, optional
        For floats: differences up to it, as shares of what a player's own action can change, count
        as zero.
    clear : float or fractions.Fraction, optional
        Differences up to it, but not exactly zero, are counted as doubtful.

    Returns
    -------
    Extremes
    """
    if sum(first.shape) <= SMALL:
        return _by_rays(first, second, tolerance, clear)
    return _by_arrays(normalised(first, 0), normalised(second, 1), tolerance, clear)


def normalised(payoffs: NDArray[Any], axis: int) -> NDArray[Any]:
    """Payoffs with the least along the own axis at zero, in as small numbers as may be.

    Adding a constant to what an action of the other gives, and a positive factor, leave best
    responses as they are. Floats are divided by the largest, whole numbers by what they share.
    """
    if payoffs.dtype.kind == "f":
        _, exponent = np.frexp(np.abs(payoffs).max())
        payoffs = np.ldexp(payoffs, -exponent)  # exact, and no difference overflows
    shifted = payoffs - payoffs.min(axis=axis, keepdims=True)
    if payoffs.dtype.kind == "f":
        return np.asarray(shifted / (shifted.max() or 1.0))
    divisor = np.gcd.reduce(shifted, axis=None)
    if divisor > 1:
        shifted = shifted // divisor
    if shifted.dtype == object and int(shifted.max()) < MOST_MACHINE:
        shifted = shifted.astype(np.int64)
    return np.asarray(shifted)


def _by_rays(
    first: NDArray[Any],
    second: NDArray[Any],
    tolerance: float | None,
    clear: float | Fraction | None,
) -> Extremes:
    m, n = first.shape
    own = corners(normalised_rows(second.T.tolist()), tolerance, clear)
    other = corners(normalised_rows(first.tolist()), tolerance, clear)
    pairs = matched(own, other, m, n)
    x, place = _in_order(own, {a for a, _ in pairs})
    y, there = _in_order(other, {b for _, b in pairs})
    return Extremes(
        x=x,
        y=y,
        pairs=sorted((place[a], there[b]) for a, b in pairs),
        vertices=(len(own.found), len(other.found)),
        dropped=0,
        simple=own.simple and other.simple,
        doubtful=own.doubtful + other.doubtful,
    )


def _in_order(side: Corners, used: set[int]) -> tuple[NDArray[Any], dict[int, int]]:
    """The strategies used, those with more weight on early actions first, and their places."""
    rows = {k: side.found[k][0] for k in used}
    total = {k: sum(row) for k, row in rows.items()}
    order = sorted(used, key=lambda k: [-x / total[k] for x in rows[k]])
    chosen = [rows[k] for k in order]
    kind: Any = object
    if side.floats:
        kind = np.float64
    elif max(map(max, chosen)) < MOST_MACHINE:
        kind = np.int64
    return np.array(chosen, dtype=kind), {k: place for place, k in enumerate(order)}


def _by_arrays(
    first: NDArray[Any],
    second: NDArray[Any],
    tolerance: float | None,
    clear: float | Fraction | None,
) -> Extremes:
    m, n = first.shape
    rows, columns = _undominated(first, second, tolerance)
    whole = len(rows) == m and len(columns) == n
    if not whole:
        first, second = first[np.ix_(rows, columns)], second[np.ix_(rows, columns)]
    own = best_response_vertices(second.T, tolerance, clear)
    other = best_response_vertices(first, tolerance, clear)
    a, b = _complete_pairs(own, other, len(rows), len(columns))
    x, a = _used(own.points, a)
    y, b = _used(other.points, b)
    order = np.lexsort((b, a))
    return Extremes(
        x=x if whole else _widened(x, rows, m),
        y=y if whole else _widened(y, columns, n),
        pairs=list(zip(a[order].tolist(), b[order].tolist(), strict=True)),
        vertices=(len(own), len(other)),
        dropped=m - len(rows) + n - len(columns),
        simple=own.simple and other.simple,
        doubtful=own.doubtful + other.doubtful,
    )


def _undominated(
    first: NDArray[Any], second: NDArray[Any], tolerance: float | None
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Actions left by iterated elimination of those strictly dominated by another."""
    m, n = first.shape
    rows, columns = np.arange(m), np.arange(n)
    if m * n * max(m, n) > MOST_COMPARED:
        return rows, columns
    margin = tolerance or 0
    while True:
        left_rows = rows[~_dominated(first[np.ix_(rows, columns)], margin)]
        left_columns = columns[~_dominated(second[np.ix_(left_rows, columns)].T, margin)]
        if len(left_rows) == len(rows) and len(left_columns) == len(columns):
            return rows, columns
        rows, columns = left_rows, left_columns


def _dominated(payoffs: NDArray[Any], margin: float) -> NDArray[np.bool_]:
    """Which rows are less, everywhere, than some other row."""
    less = payoffs[:, None, :] - payoffs[None, :, :] < -margin
    return np.asarray(less.all(axis=2).any(axis=1), dtype=bool)


def _complete_pairs(
    own: Vertices, other: Vertices, m: int, n: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places of vertices at which every action is unplayed or a best response."""
    labels = unpack(other.tight, m + n)
    turned = pack(np.concatenate([labels[:, n:], labels[:, :n]], axis=1))
    every = pack(np.ones((1, m + n), dtype=bool))
    wanted = tuple(full & ~word for full, word in zip(every, own.tight, strict=True))
    if own.simple and other.simple and len(wanted) == 1:
        _, a, b = np.intersect1d(wanted[0], turned[0], assume_unique=True, return_indices=True)
        return a, b
    return _containing(wanted, turned)


def _containing(wanted: Words, there: Words) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs in which the second has all bits of the first."""
    firsts, seconds = [np.zeros(0, dtype=np.intp)], [np.zeros(0, dtype=np.intp)]
    size = max(1, MOST_PAIRS // len(there[0]))
    for start in range(0, len(wanted[0]), size):
        holds = np.ones((len(wanted[0][start : start + size]), len(there[0])), dtype=bool)
        for want, have in zip(wanted, there, strict=True):
            holds &= (want[start : start + size, None] & ~have) == 0
        a, b = np.nonzero(holds)
        firsts.append(a + start)
        seconds.append(b)
    return np.concatenate(firsts), np.concatenate(seconds)


def _used(points: NDArray[Any], places: NDArray[np.intp]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """The points at some places, those with more weight on early actions first, and new places."""
    kept, inverse = np.unique(places, return_inverse=True)
    chosen = points[kept]
    shares = np.asarray(chosen / chosen.sum(axis=1)[:, None], dtype=np.float64)
    order = np.lexsort(-shares.T[::-1])
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return chosen[order], rank[inverse]


def _widened(points: NDArray[Any], kept: NDArray[np.intp], size: int) -> NDArray[Any]:
    wide = np.zeros((len(points), size), dtype=points.dtype)
    wide[:, kept] = points
    return wide
