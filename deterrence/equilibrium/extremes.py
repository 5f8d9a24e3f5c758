"""All extreme equilibria of a two-player game: completely labelled pairs of vertices.

A mixed profile is an equilibrium exactly if every action of either player is unplayed or a best
response; extreme equilibria are the pairs of vertices of the two best-response polyhedra for which
this holds, and every equilibrium is a convex combination of some of them (Mangasarian 1964, Winkels
1979). That is so in degenerate games too, given all vertices.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.best_responses import (
    MOST_RAYS,
    Vertices,
    Words,
    best_response_vertices,
    pack,
    unpack,
)
from deterrence.equilibrium.bounded_rays import DoubtError, bounded_vertices, exact_points

__all__ = ["Extremes", "extreme_equilibria", "normalised", "normalised_floats"]

LARGE = 17  # actions of both players together, from which whole numbers are slow
LARGE_IF_LONG = 9  # the same where payoffs are beyond the machine's
SMALLEST = 7  # actions of both players together, from which dominated ones are sought
MOST_COMPARED = 500_000_000  # payoffs compared in the search for dominated actions
FEW_PAIRS = 10_000  # of vertices: compared at once
MOST_PAIRS = 4_000_000  # of vertices, or of payoffs, compared together
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
    dropped : (int, int)
        Actions left out by iterated strict dominance.
    simple : bool
        Whether both polyhedra are simple: the game is nondegenerate.
    doubtful : int
        Comparisons of floats closer than the tolerance, but not zero up to rounding.
    """

    x: NDArray[Any]
    y: NDArray[Any]
    pairs: list[tuple[int, int]]
    vertices: tuple[int, int]
    dropped: tuple[int, int]
    simple: bool
    doubtful: int


def normalised(payoffs: NDArray[Any], axis: int) -> NDArray[Any]:
    """Whole-number payoffs with the least along the own axis at zero, divided by what they share.

    Adding a constant to what an action of the other gives, and a positive factor, leave best
    responses as they are.
    """
    shifted = payoffs - payoffs.min(axis=axis, keepdims=True)
    divisor = np.gcd.reduce(shifted, axis=None)
    if divisor > 1:
        shifted = shifted // divisor
    if shifted.dtype == object and int(shifted.max()) < MOST_MACHINE:
        shifted = shifted.astype(np.int64)
    return np.asarray(shifted)


def normalised_floats(payoffs: NDArray[Any], axis: int) -> NDArray[np.float64]:
    """Payoffs as floats in [0, 1], the least along the own axis at zero."""
    if payoffs.dtype == np.float64:
        size = float(np.abs(payoffs).max())
        payoffs = payoffs / size if size else payoffs
    shifted = payoffs - payoffs.min(axis=axis, keepdims=True)
    span = shifted.max()
    return np.asarray(shifted / span if span else shifted, dtype=np.float64)


def extreme_equilibria(
    first: NDArray[Any],
    second: NDArray[Any],
    tolerance: float | None = None,
    most: int = MOST_RAYS,
) -> Extremes:
    """All extreme equilibria.

    Parameters
    ----------
    first, second : ndarray, shape (m, n)
        Payoffs of the player who chooses rows and of the one who chooses columns, as `normalised`
        or `normalised_floats` gives them.
    tolerance : float, optional
        For floats: differences of payoffs up to it count as zero.
    most : int, optional
        How many vertices each polyhedron may have.

    Returns
    -------
    Extremes

    Raises
    ------
    LimitError
        Above `most` vertices, found or expected.
    """
    m, n = first.shape
    rows, columns = _undominated(first, second, tolerance)
    whole = len(rows) == m and len(columns) == n
    if not whole:
        first, second = first[np.ix_(rows, columns)], second[np.ix_(rows, columns)]
    own = _vertices(second.T, tolerance, most)
    other = _vertices(first, tolerance, most)
    a, b = _complete_pairs(own, other, len(rows), len(columns))
    x, a = _used(second.T, own, a)
    y, b = _used(first, other, b)
    order = np.lexsort((b, a))
    return Extremes(
        x=x if whole else _widened(x, rows, m),
        y=y if whole else _widened(y, columns, n),
        pairs=list(zip(a[order].tolist(), b[order].tolist(), strict=True)),
        vertices=(len(own), len(other)),
        dropped=(m - len(rows), n - len(columns)),
        simple=own.simple and other.simple,
        doubtful=own.doubtful + other.doubtful,
    )


def _vertices(matrix: NDArray[Any], tolerance: float | None, most: int) -> Vertices:
    """In floats where these are certain to do, as whole numbers are slow when they grow."""
    least = LARGE if matrix.dtype == np.int64 else LARGE_IF_LONG
    if tolerance is None and sum(matrix.shape) >= least:
        with contextlib.suppress(DoubtError):
            return bounded_vertices(matrix, most)
    return best_response_vertices(matrix, tolerance, most)


def _undominated(
    first: NDArray[Any], second: NDArray[Any], tolerance: float | None
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Actions left by iterated elimination of those strictly dominated by another."""
    m, n = first.shape
    rows, columns = np.arange(m), np.arange(n)
    if m + n < SMALLEST or m * n * max(m, n) > MOST_COMPARED:
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
    size = max(1, MOST_PAIRS // payoffs.size)
    parts = []
    for start in range(0, len(payoffs), size):
        less = payoffs[start : start + size, None, :] - payoffs[None, :, :] < -margin
        parts.append(less.all(axis=2).any(axis=1))
    return np.concatenate(parts).astype(bool)


def _complete_pairs(
    own: Vertices, other: Vertices, m: int, n: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places of vertices at which every action is unplayed or a best response."""
    labels = unpack(other.tight, m + n)
    turned = pack(np.concatenate([labels[:, n:], labels[:, :n]], axis=1))
    every = pack(np.ones((1, m + n), dtype=bool))
    wanted = tuple(full & ~word for full, word in zip(every, own.tight, strict=True))
    if len(wanted) > 1 or len(own) * len(other) < FEW_PAIRS:
        return _containing(wanted, turned)
    least = own.least_tight(), other.least_tight()
    (one, two), (few, fewer) = [k.nonzero()[0] for k in least], [(~k).nonzero()[0] for k in least]
    _, a, b = np.intersect1d(wanted[0][one], turned[0][two], True, return_indices=True)
    found = [(one[a], two[b])]
    # a vertex with more labels than it needs may go with several
    for some, others in ((few, np.arange(len(other))), (one, fewer)):
        if len(some) and len(others):
            a, b = _containing((wanted[0][some],), (turned[0][others],))
            found.append((some[a], others[b]))
    return np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found])


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


def _used(
    matrix: NDArray[Any], vertices: Vertices, places: NDArray[np.intp]
) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """The strategies at some places, exact where payoffs are, and each one's new place.

    Those with more weight on early actions come first.
    """
    used = np.zeros(len(vertices), dtype=bool)
    used[places] = True
    if vertices.points.dtype == matrix.dtype or vertices.points.dtype == object:
        chosen = vertices.points[used]
    else:
        chosen = exact_points(matrix, vertices, used.nonzero()[0])
    shares = np.asarray(chosen / chosen.sum(axis=1)[:, None], dtype=np.float64)
    order = np.lexsort(-shares.T[::-1])
    rank = np.zeros(len(vertices), dtype=np.intp)
    rank[used.nonzero()[0][order]] = np.arange(len(order))
    return chosen[order], rank[places]


def _widened(points: NDArray[Any], kept: NDArray[np.intp], size: int) -> NDArray[Any]:
    wide = np.zeros((len(points), size), dtype=points.dtype)
    wide[:, kept] = points
    return wide
