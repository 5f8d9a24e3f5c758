"""All extreme equilibria of many games of one small size at once, from the signs of minors.

Where a mixed strategy makes some actions of the other player equally good, its probabilities and
what the other actions fall short by are determinants: of payoffs on a set I of own actions and a
set J of the other's, one larger, with a row of ones below. Both polyhedra of a game are known once
the signs of these are. The same few determinants serve all bases, and each is one vectorised
expansion along a row over all games.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Found", "base_count", "solve_minors"]

CHUNK = 8_192  # games looked at together: few calls, and vectors that fit into the cache
MOST_NUMBERS = 8_000_000  # determinants of a chunk
MOST_EXACT = 2.0**53  # up to which floats hold every whole number
EPSILON = 2.0**-52
MOST_KEYS = 4_000_000  # numbered rather than sorted
SAFETY = 4.0  # times the bound on rounding errors

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Labels = NDArray[np.uint32]
Places = NDArray[np.intp]
Actions = tuple[int, ...]
Base = tuple[Actions, Actions]  # own actions played, and as many of the other's that are best
Minors = dict[Base, Floats]


@dataclass(frozen=True, eq=False)
class Found:
    """Extreme equilibria of many games, one after the other.

    Attributes
    ----------
    game : ndarray of int
        The game of each, in no order.
    x, y : ndarray, shape (equilibria, actions)
    degenerate : ndarray of bool, shape (games,)
    open : ndarray of bool, shape (games,)
        Games in which rounding may hide a sign; nothing is listed for them.
    """

    game: Places
    x: Floats
    y: Floats
    degenerate: Bools
    open: Bools


def base_count(m: int, n: int) -> int:
    """How many bases each polyhedron of an m x n game has."""
    return math.comb(m + n, n) - 1


def solve_minors(first: Floats, second: Floats, *, exact: bool) -> Found:
    """All extreme equilibria of many games.

    Parameters
    ----------
    first, second : ndarray, shape (games, m, n)
        Payoffs of the players who choose rows and columns.
    exact : bool
        Whether the payoffs are whole numbers, small enough for `exactly`.

    Returns
    -------
    Found
    """
    size, m, n = first.shape
    plan = _plan(m, n), _plan(n, m)
    numbers = 1 + len(plan[0].minors) + len(plan[1].minors)
    chunk = min(CHUNK, MOST_NUMBERS // numbers)
    parts = []
    for start in range(0, size, chunk):
        one, two = first[start : start + chunk], second[start : start + chunk]
        parts.append((start, _solve(one, two, plan, exact=exact)))
    return Found(
        np.concatenate([part.game + start for start, part in parts]),
        np.concatenate([part.x for _, part in parts]),
        np.concatenate([part.y for _, part in parts]),
        np.concatenate([part.degenerate for _, part in parts]),
        np.concatenate([part.open for _, part in parts]),
    )


def exactly(largest: float, m: int, n: int) -> bool:
    """Whether determinants of whole-number payoffs up to `largest` come out exactly in floats."""
    order = min(max(m, n) - 1, m, n)
    return math.factorial(order) * (2 * largest) ** order <= MOST_EXACT


# --- what to compute -----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Condition:
    """A base of a polyhedron: own actions played, actions of the other that are best.

    Attributes
    ----------
    played, best : tuple of int
    shares : tuple of ((tuple, tuple), int)
        For each action played the determinant, and the sign that makes it a probability.
    slacks : tuple of (int, (tuple, tuple), int)
        For each other action of the other player: the action, the determinant and sign of what
        it falls short by.
    """

    played: Actions
    best: Actions
    shares: tuple[tuple[Base, int], ...]
    slacks: tuple[tuple[int, Base, int], ...]


@dataclass(frozen=True, eq=False)
class _Plan:
    """The determinants and bases of the polyhedron of strategies with m actions against n."""

    minors: tuple[Base, ...]  # those of lower order first
    bases: tuple[_Condition, ...]


@functools.cache
def _plan(m: int, n: int) -> _Plan:
    minors = tuple(
        (rows, columns)
        for order in range(1, min(m, n - 1) + 1)
        for rows in itertools.combinations(range(m), order)
        for columns in itertools.combinations(range(n), order + 1)
    )
    return _Plan(minors, tuple(_condition(*base, n) for base in bases(m, n)))


def bases(m: int, n: int) -> Iterator[Base]:
    """Equally large sets of actions of both players, small ones first."""
    for order in range(1, min(m, n) + 1):
        for played in itertools.combinations(range(m), order):
            for best in itertools.combinations(range(n), order):
                yield played, best


def _condition(played: Actions, best: Actions, n: int) -> _Condition:
    shares = tuple(((played[:p] + played[p + 1 :], best), (-1) ** p) for p in range(len(played)))
    slacks = []
    for other in range(n):
        if other not in best:
            columns = tuple(sorted((*best, other)))
            slacks.append((other, (played, columns), -((-1) ** columns.index(other))))
    return _Condition(played, best, shares, tuple(slacks))


# --- one chunk of games --------------------------------------------------------------------------


def _solve(first: Floats, second: Floats, plan: tuple[_Plan, _Plan], *, exact: bool) -> Found:
    own = _Side(np.ascontiguousarray(second.transpose(1, 2, 0)), plan[0], exact=exact)
    other = _Side(np.ascontiguousarray(first.transpose(2, 1, 0)), plan[1], exact=exact)
    zero, open_ = own.zero | other.zero, own.open | other.open
    generic = ~(zero | open_)
    games, xs, ys = [], [], []
    for one, base in enumerate(plan[0].bases):
        two = other.place[base.best, base.played]
        here = own.feasible(one)
        here &= other.feasible(two)
        here &= generic
        found = np.flatnonzero(here)
        if len(found):
            games.append(found)
            xs.append(own.strategies(one, found))
            ys.append(other.strategies(two, found))
    degenerate = np.zeros(len(first), dtype=bool)
    tied = np.flatnonzero(zero & ~open_)
    if len(tied):
        found, x, y, more = _with_zeros(own, other, tied)
        games.append(found)
        xs.append(x)
        ys.append(y)
        degenerate[tied] = more
    nothing = np.zeros(0, dtype=np.intp)
    return Found(
        np.concatenate([nothing, *games]),
        np.concatenate([np.zeros((0, own.m)), *xs]),
        np.concatenate([np.zeros((0, other.m)), *ys]),
        degenerate,
        open_,
    )


class _Side:
    """The polyhedron of one player's strategies in all games of a chunk.

    `payoffs` are the other player's, by own action, action of the other, and game.
    """

    def __init__(self, payoffs: Floats, plan: _Plan, *, exact: bool) -> None:
        self.m, self.n, self.size = payoffs.shape
        self.plan = plan
        self.place = {(c.played, c.best): k for k, c in enumerate(plan.bases)}
        self.minors: Minors = {}
        for base in plan.minors:
            self.minors[base] = self._expanded(payoffs, *base)
        self.positive = {base: minor > 0 for base, minor in self.minors.items()}
        self.negative = {base: minor < 0 for base, minor in self.minors.items()}
        self.zero = np.zeros(self.size, dtype=bool)
        self.open = np.zeros(self.size, dtype=bool)
        if not exact:
            self._find_open(payoffs)
        for base in plan.minors:
            self.zero |= ~(self.positive[base] | self.negative[base])

    def _expanded(self, payoffs: Floats, rows: Actions, columns: Actions) -> Floats:
        """A determinant by its last row of payoffs, less the first column."""
        row = payoffs[rows[-1]]
        if len(rows) == 1:
            return np.asarray(row[columns[0]] - row[columns[1]])
        total = np.zeros(0)
        for t in range(1, len(columns)):
            minor = self.minors[rows[:-1], columns[:t] + columns[t + 1 :]]
            term = self.minors[(rows[-1],), (columns[0], columns[t])] * minor
            if t == 1:
                total = term if (len(rows) + t) % 2 == 0 else -term
            elif (len(rows) + t) % 2 == 0:
                total += term
            else:
                total -= term
        return total

    def _find_open(self, payoffs: Floats) -> None:
        """Games in which the sign of a determinant of second order or more is in doubt.

        Differences of floats have the signs of those of the decimals that they print as.
        """
        largest = np.abs(payoffs).max(axis=(0, 1))
        span = (payoffs.max(axis=1) - payoffs.min(axis=1)).max(axis=0)
        for order in range(2, min(self.m, self.n - 1) + 1):
            terms = SAFETY * math.factorial(order) * order * EPSILON
            bound = terms * (2 * largest + 3 * span) * span ** (order - 1)
            for base in self.plan.minors:
                if len(base[0]) == order:
                    self.open |= ~(np.abs(self.minors[base]) > bound)

    def feasible(self, place: int) -> Bools:
        """In which games without zeros a base is that of a vertex."""
        base = self.plan.bases[place]
        signed = [
            *(pair for pair in base.shares if pair[0][0]),
            *((minor, sign) for _, minor, sign in base.slacks),
        ]
        if not signed:
            return np.ones(self.size, dtype=bool)
        found = self._all(signed)
        if len(base.played) > 1:
            found |= self._all([(minor, -sign) for minor, sign in signed])
        return found

    def _all(self, signed: Sequence[tuple[Base, int]]) -> Bools:
        rows = [(self.positive if sign > 0 else self.negative)[minor] for minor, sign in signed]
        found = rows[0].copy() if len(rows) == 1 else rows[0] & rows[1]
        for row in rows[2:]:
            found &= row
        return found

    def strategies(self, place: int, games: Places) -> Floats:
        """The mixed strategies of a base in some games."""
        base = self.plan.bases[place]
        found = np.zeros((len(games), self.m))
        if len(base.played) == 1:
            found[:, base.played[0]] = 1.0
            return found
        shares = [np.abs(self.minors[minor][games]) for minor, _ in base.shares]
        total = functools.reduce(np.add, shares)
        for action, share in zip(base.played, shares, strict=True):
            found[:, action] = share / total
        return found

    # -- with zeros ---------------------------------------------------------------------------

    def vertices(self, games: Places) -> tuple[Places, Places, Labels]:
        """Every vertex in some games: place among the games, a base, and labels as bits.

        Bits: own actions not played, then actions of the other that are best.
        """
        signs = {
            minor: (self.positive[minor][games], self.negative[minor][games])
            for minor in self.plan.minors
        }
        zeros = {m: (~(above | below)).astype(np.uint32) for m, (above, below) in signs.items()}
        found = []
        for place, base in enumerate(self.plan.bases):
            here = self._is_vertex(base, signs, len(games))
            label = np.full(len(games), self._always(base), dtype=np.uint32)
            for action, (minor, _) in zip(base.played, base.shares, strict=True):
                if minor[0]:
                    label |= zeros[minor] << np.uint32(action)
            for action, minor, _ in base.slacks:
                label |= zeros[minor] << np.uint32(self.m + action)
            found.append((here, np.full(len(here), place, dtype=np.intp), label[here]))
        game, of, label = (np.concatenate(column) for column in zip(*found, strict=True))
        # one vertex may have several bases
        bits = self.m + self.n
        first = _first_of_each(game << bits | label.astype(np.intp), len(games) << bits)
        return game[first], of[first], label[first]

    def _always(self, base: _Condition) -> int:
        """The labels that a base has whatever the payoffs."""
        fixed = sum(1 << i for i in range(self.m) if i not in base.played)
        return fixed + sum(1 << self.m + j for j in base.best)

    def _is_vertex(
        self, base: _Condition, signs: Mapping[Base, tuple[Bools, Bools]], size: int
    ) -> Places:
        """Among some games, those in which the base is that of a vertex, zeros allowed."""
        up, down = np.ones(size, dtype=bool), np.ones(size, dtype=bool)
        plus, minus = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        for minor, sign in base.shares:
            if not minor[0]:
                return np.flatnonzero(self._short(up, base, signs))
            above, below = signs[minor][::sign]
            up &= ~below
            down &= ~above
            plus |= above
            minus |= below
        up, down = up & plus, down & minus
        for _, minor, sign in base.slacks:
            above, below = signs[minor][::sign]
            up &= ~below
            down &= ~above
        return np.flatnonzero(up | down)

    def _short(
        self, up: Bools, base: _Condition, signs: Mapping[Base, tuple[Bools, Bools]]
    ) -> Bools:
        """The same where one action is played."""
        for _, minor, sign in base.slacks:
            up &= ~signs[minor][::sign][1]
        return up


def _first_of_each(keys: Places, size: int) -> Places:
    """Where each key occurs first, by key."""
    if size > MOST_KEYS:
        return np.unique(keys, return_index=True)[1]
    place = np.full(size, -1, dtype=np.intp)
    place[keys[::-1]] = np.arange(len(keys))[::-1]
    return place[place >= 0]


def _with_zeros(own: _Side, other: _Side, games: Places) -> tuple[Places, Floats, Floats, Bools]:
    """Extreme equilibria of games with zeros: pairs of vertices that carry all labels.

    Last, which of the games are degenerate: more is tight at some vertex than needs to be.
    """
    m, n = own.m, other.m
    one, two = own.vertices(games), other.vertices(games)
    degenerate = np.zeros(len(games), dtype=bool)
    degenerate[one[0][np.bitwise_count(one[2]) > m]] = True
    degenerate[two[0][np.bitwise_count(two[2]) > n]] = True
    a, b = _pairs(one[0], two[0], len(games))
    # the other's labels: its actions not played, then own actions that are best
    turned = two[2] >> np.uint32(n) | (two[2] & np.uint32((1 << n) - 1)) << np.uint32(m)
    full = np.uint32((1 << m + n) - 1)
    complete = (one[2][a] | turned[b]) == full
    a, b = a[complete], b[complete]
    chosen = games[one[0][a]]
    x, y = np.empty((len(a), m)), np.empty((len(a), n))
    for strategies, side, of in ((x, own, one[1][a]), (y, other, two[1][b])):
        for place in np.unique(of):
            rows = np.flatnonzero(of == place)
            strategies[rows] = side.strategies(int(place), chosen[rows])
    return chosen, x, y, degenerate


def _pairs(one: Places, two: Places, games: int) -> tuple[Places, Places]:
    """All pairs of entries of two sorted lists that belong to the same game."""
    counts = np.bincount(two, minlength=games)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    repeats = counts[one]
    a = np.repeat(np.arange(len(one)), repeats)
    within = np.arange(len(a)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    return a, starts[one][a] + within
