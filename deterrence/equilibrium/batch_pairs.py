"""All equilibria of many 2x2 games at once, in closed form.

Four differences decide: what each player's first action pays more than its second, against either
action of the other. Their 81 patterns of signs are solved once each by the exact solver; mixed
strategies are quotients of the differences.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.extremes import extreme_equilibria

__all__ = ["Pairs", "solve_pairs"]

CHUNK = 8_192  # games looked at together, so that all arrays stay in the processor's cache
GENERIC_SLOTS, MOST_SLOTS = 3, 4
NONE = 255
HALF = 0.5  # stands where a quotient belongs
MOST_CANCELLED = 1e-6  # of a payoff in a difference: rounding then moves a quotient by below 1e-9
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Patterns:
    """What each pattern of signs leads to.

    Attributes
    ----------
    x, y : ndarray, shape (81, 4, 2)
        Strategies in the order of the exact solver, completely mixed equilibria last; 1/2 stands
        where a quotient belongs, NaN where there is nothing.
    count : ndarray of int32, shape (81,)
    degenerate : ndarray of bool, shape (81,)
    mixed : ndarray of uint8, shape (81,)
        In nondegenerate games, the place of the completely mixed equilibrium, or 255.
    """

    x: Floats
    y: Floats
    count: NDArray[np.int32]
    degenerate: NDArray[np.bool_]
    mixed: NDArray[np.uint8]


@functools.cache
def _patterns() -> _Patterns:
    signs = list(itertools.product((-1, 0, 1), repeat=4))
    x = np.full((len(signs), MOST_SLOTS, 2), np.nan)
    y = x.copy()
    count = np.zeros(len(signs), dtype=np.int32)
    mixed = np.full(len(signs), NONE, dtype=np.uint8)
    for k, (a, b, c, d) in enumerate(signs):
        first, second = np.array([[a, 0], [0, -b]]), np.array([[c, 0], [0, -d]])
        found = extreme_equilibria(first, second)
        shares = [strategies / strategies.sum(axis=1)[:, None] for strategies in (found.x, found.y)]
        pairs = [(shares[0][i], shares[1][j]) for i, j in found.pairs]
        pairs.sort(key=lambda pair: bool(pair[0].all() and pair[1].all()))
        count[k] = len(pairs)
        for slot, (own, other) in enumerate(pairs):
            x[k, slot], y[k, slot] = own, other
            if a and b and c and d and own.all() and other.all():
                mixed[k] = slot
    degenerate = np.array([0 in row for row in signs])
    return _Patterns(x, y, count, degenerate, mixed)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Extreme equilibria of many 2x2 games.

    Attributes
    ----------
    x, y : ndarray, shape (games, slots, 2)
        Padded with NaN.
    count : ndarray of int32, shape (games,)
    degenerate : ndarray of bool, shape (games,)
    open : ndarray of bool, shape (games,)
        Games in which rounding may spoil a probability.
    """

    x: Floats
    y: Floats
    count: NDArray[np.int32]
    degenerate: NDArray[np.bool_]
    open: NDArray[np.bool_]


def solve_pairs(first: Floats, second: Floats, *, exact: bool) -> Pairs:
    """All extreme equilibria of many 2x2 games.

    Parameters
    ----------
    first, second : ndarray, shape (games, 2, 2)
        Payoffs of the players who choose rows and columns, consecutive in memory. Signs of
        differences of floats are exact, so nothing is missed.
    exact : bool
        Whether these are the payoffs; otherwise each may be off by rounding.

    Returns
    -------
    Pairs
        Probabilities are off by at most 1e-9.
    """
    found = _solve(first, second, GENERIC_SLOTS, exact=exact)
    found = found or _solve(first, second, MOST_SLOTS, exact=exact)
    assert found is not None  # no pattern needs more
    return found


def _solve(first: Floats, second: Floats, slots: int, *, exact: bool) -> Pairs | None:
    patterns, size = _patterns(), len(first)
    open_ = np.zeros(size, dtype=bool)
    wide = [t[:, :slots].reshape(-1, 2 * slots) for t in (patterns.x, patterns.y)]
    x, y = np.empty((size, 2 * slots)), np.empty((size, 2 * slots))
    count, degenerate = np.empty(size, dtype=np.int32), np.empty(size, dtype=bool)
    one, two = first.reshape(-1), second.reshape(-1)
    rooms = np.zeros((2, 4 * min(size, CHUNK)))  # kept, since fresh memory is slow
    for start in range(0, size, CHUNK):
        part = slice(start, min(start + CHUNK, size))
        # what the first row or column gives more: to each player, at 4 k, and at 4 k + 1 or 4 k + 2
        rows = _differences(one[4 * start : 4 * part.stop], 2, rooms[0])
        columns = _differences(two[4 * start : 4 * part.stop], 1, rooms[1])
        code = _patterns_of(rows, columns)
        for templates, strategies in zip(wide, (x, y), strict=True):
            np.take(templates, code, axis=0, out=strategies[part], mode="clip")
        np.take(patterns.count, code, out=count[part], mode="clip")
        np.take(patterns.degenerate, code, out=degenerate[part], mode="clip")
        _place(patterns, code, rows, columns, x[part], y[part])
        if degenerate[part].any():
            if count[part].max() > slots:
                return None
            games = np.flatnonzero(degenerate[part])
            _place_degenerate(patterns, code, games, rows, columns, x[part], y[part])
        if not exact:
            open_[part] |= _vague(first[part], rows, 1)
            open_[part] |= _vague(second[part], columns, 2)
    shape = (size, slots, 2)
    return Pairs(x.reshape(shape), y.reshape(shape), count, degenerate, open_)


def _vague(payoffs: Floats, differences: Floats, step: int) -> NDArray[np.bool_]:
    """Games whose mix, the quotient of two differences, is vague by the rounding of payoffs."""
    one, two = differences[::4], differences[step::4]
    total = np.abs(one - two)
    found = total <= MOST_CANCELLED * np.abs(payoffs).max()
    if found.any():
        some = found.nonzero()[0]
        largest = np.abs(payoffs[some]).reshape(len(some), -1).max(axis=1)
        mixes = (one[some] > 0) != (two[some] > 0)
        found[some] = mixes & (total[some] <= MOST_CANCELLED * largest)
    return np.asarray(found)


def _differences(payoffs: Floats, step: int, room: Floats) -> Floats:
    """Each entry less that `step` later: one pass over consecutive numbers."""
    found = room[: len(payoffs)]
    np.subtract(payoffs[:-step], payoffs[step:], out=found[:-step])
    return found


def _patterns_of(rows: Floats, columns: Floats) -> NDArray[np.intp]:
    """The place of each game's four signs among all patterns.

    The signs of a game's four numbers are four bytes, drawn together by a multiplication.
    """
    by_row = ((rows > 0).view(np.uint8) + (rows >= 0)).view("<u4")
    by_column = ((columns > 0).view(np.uint8) + (columns >= 0)).view("<u4")
    high = (by_row & 0xFFFF) * 0x301 >> 8 & 0xF
    low = (by_column & 0xFF00FF) * 0x30001 >> 16 & 0xF
    return np.asarray(high * 9 + low, dtype=np.intp)


def _place(
    patterns: _Patterns,
    code: NDArray[np.intp],
    rows: Floats,
    columns: Floats,
    x: Floats,
    y: Floats,
) -> None:
    """Put quotients where the patterns of nondegenerate games leave room for them."""
    slots = np.take(patterns.mixed, code, mode="clip")
    games = np.flatnonzero(slots != NONE)
    at = games * x.shape[1] + 2 * slots[games].astype(np.intp)
    _share(x, at, columns, 4 * games, 2)
    _share(y, at, rows, 4 * games, 1)


def _place_degenerate(
    patterns: _Patterns,
    code: NDArray[np.intp],
    games: NDArray[np.intp],
    rows: Floats,
    columns: Floats,
    x: Floats,
    y: Floats,
) -> None:
    """The same in degenerate games, slot by slot."""
    for slot in range(x.shape[1] // 2):
        some = games[patterns.x[code[games], slot, 0] == HALF]
        _share(x, some * x.shape[1] + 2 * slot, columns, 4 * some, 2)
        some = games[patterns.y[code[games], slot, 0] == HALF]
        _share(y, some * y.shape[1] + 2 * slot, rows, 4 * some, 1)


def _share(
    strategies: Floats,
    at: NDArray[np.intp],
    differences: Floats,
    games: NDArray[np.intp],
    step: int,
) -> None:
    """The mix that makes the other player indifferent."""
    flat = strategies.reshape(-1)
    one, two = differences[games], differences[games + step]
    total = one - two
    flat[at] = -two / total
    flat[at + 1] = one / total
