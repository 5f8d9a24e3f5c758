"""All equilibria of many 2x2 games at once, in closed form.

Four differences decide: what each player gains by the first action against the first of the other,
and by the second against the second. Their 81 patterns of signs are solved once each by the exact
solver; the mixed strategies are quotients of the differences.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.extremes import extreme_equilibria

__all__ = ["solve_pairs"]

CHUNK = 16_384  # games looked at together, so that all arrays stay in the processor's cache
GENERIC_SLOTS, MOST_SLOTS = 3, 4
NONE = 255
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Patterns:
    """What each pattern of signs leads to.

    Attributes
    ----------
    x, y : ndarray, shape (81, 4, 2)
        Strategies in the order of the exact solver, completely mixed equilibria last; 1/2 stands
        where a quotient belongs, NaN where there is nothing.
    count : ndarray of int8, shape (81,)
    degenerate : ndarray of bool, shape (81,)
    mixed : ndarray of uint8, shape (81,)
        In nondegenerate games, the place of the completely mixed equilibrium, or 255.
    """

    x: Floats
    y: Floats
    count: NDArray[np.int8]
    degenerate: NDArray[np.bool_]
    mixed: NDArray[np.uint8]


@functools.cache
def _patterns() -> _Patterns:
    signs = list(itertools.product((-1, 0, 1), repeat=4))
    x = np.full((len(signs), MOST_SLOTS, 2), np.nan)
    y = x.copy()
    count = np.zeros(len(signs), dtype=np.int8)
    mixed = np.full(len(signs), NONE, dtype=np.uint8)
    for k, (a, b, c, d) in enumerate(signs):
        first, second = np.array([[a, 0], [0, b]]), np.array([[c, 0], [0, d]])
        found = extreme_equilibria(first, second)
        pairs = [(found.x[i] / found.x[i].sum(), found.y[j] / found.y[j].sum()) for i, j in found.pairs]
        pairs.sort(key=lambda pair: int(pair[0].all() and pair[1].all()))
        count[k] = len(pairs)
        for slot, (own, other) in enumerate(pairs):
            x[k, slot], y[k, slot] = own, other
            if a and b and c and d and own.all() and other.all():
                mixed[k] = slot
    degenerate = np.array([0 in row for row in signs])
    return _Patterns(x, y, count, degenerate, mixed)


def solve_pairs(
    first: Floats, second: Floats
) -> tuple[Floats, Floats, NDArray[np.int64], NDArray[np.bool_]]:
    """All extreme equilibria of many 2x2 games.

    Parameters
    ----------
    first, second : ndarray, shape (games, 2, 2)
        Payoffs of the players who choose rows and columns. Signs of differences of floats are
        exact, so nothing is missed.

    Returns
    -------
    x, y : ndarray, shape (games, slots, 2)
        Padded with NaN.
    count : ndarray, shape (games,)
    degenerate : ndarray of bool, shape (games,)
    """
    found = _solve(first, second, GENERIC_SLOTS)
    return _solve(first, second, MOST_SLOTS) if found is None else found


def _solve(
    first: Floats, second: Floats, slots: int
) -> tuple[Floats, Floats, NDArray[np.int64], NDArray[np.bool_]] | None:
    patterns, size = _patterns(), len(first)
    templates = [np.ascontiguousarray(t[:, :slots].reshape(-1, 2 * slots)) for t in (patterns.x, patterns.y)]
    x, y = np.empty((size, 2 * slots)), np.empty((size, 2 * slots))
    codes = np.empty(size, dtype=np.uint8)
    for start in range(0, size, CHUNK):
        part = slice(start, start + CHUNK)
        one, two = first[part], second[part]
        a, b = one[:, 0, 0] - one[:, 1, 0], one[:, 1, 1] - one[:, 0, 1]
        c, d = two[:, 0, 0] - two[:, 0, 1], two[:, 1, 1] - two[:, 1, 0]
        code = codes[part]
        _encode((a, b, c, d), code)
        np.take(templates[0], code, axis=0, out=x[part], mode="clip")
        np.take(templates[1], code, axis=0, out=y[part], mode="clip")
        _place(patterns, code, (a, b, c, d), x[part], y[part])
    count = patterns.count[codes].astype(np.int64)
    if size and count.max() > slots:
        return None
    shape = (size, slots, 2)
    return x.reshape(shape), y.reshape(shape), count, patterns.degenerate[codes]


def _encode(differences: tuple[Floats, ...], code: NDArray[np.uint8]) -> None:
    """The place of each pattern of signs in the table."""
    code[:] = 0
    for difference in differences:
        code *= 3
        code += difference > 0
        code += difference >= 0


def _place(
    patterns: _Patterns,
    code: NDArray[np.uint8],
    differences: tuple[Floats, ...],
    x: Floats,
    y: Floats,
) -> None:
    """Put quotients where the patterns leave room for them."""
    a, b, c, d = differences
    slots = patterns.mixed[code]
    games = np.flatnonzero(slots != NONE)
    if len(games):
        at = games * x.shape[1] + 2 * slots[games].astype(np.int64)
        _share(x, at, c[games], d[games])
        _share(y, at, a[games], b[games])
    games = np.flatnonzero(patterns.degenerate[code])
    if len(games):
        for strategies, of, (one, two) in ((x, patterns.x, (c, d)), (y, patterns.y, (a, b))):
            for slot in range(x.shape[1] // 2):
                some = games[of[code[games], slot, 0] == 0.5]
                _share(strategies, some * x.shape[1] + 2 * slot, one[some], two[some])


def _share(strategies: Floats, at: NDArray[np.int64], one: Floats, two: Floats) -> None:
    """The mix that makes the other indifferent: ``two : one``."""
    flat = strategies.reshape(-1)
    total = one + two
    flat[at] = two / total
    flat[at + 1] = one / total
