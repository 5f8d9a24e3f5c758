"""One player's polyhedron in many games of one size: determinants, signs and strategies."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.batch_minor_plan import Actions, Base, Plan

__all__ = ["Side", "joined"]

EPSILON = 2.0**-52
SAFETY = 4.0  # times the bound on rounding errors
ACCURACY = 1e-9  # of every probability
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Places = NDArray[np.intp]
Words = NDArray[np.unsignedinteger[Any]]
Minors = dict[Base, Floats]


class Side:
    """The polyhedron of one player's strategies in all games of a chunk.

    `payoffs` are the other player's, by own action, action of the other, and game.
    """

    def __init__(self, payoffs: Floats, plan: Plan, *, exact: bool, tol: float) -> None:
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
        self.bounds: dict[int, Floats] = {}  # on the errors of determinants, by order
        if not exact or tol:
            self._find_open(payoffs, tol)
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

    def _find_open(self, payoffs: Floats, tol: float) -> None:
        """Bounds on errors, and games in which the sign of a determinant is in doubt.

        A determinant of order k is a sum of k! products of k differences. Each difference is off
        by at most EPSILON times the largest payoff and the span; a factor SAFETY covers the rest.
        The sign of a difference itself is right.
        """
        largest = np.abs(payoffs).max(axis=(0, 1))
        span = (payoffs.max(axis=1) - payoffs.min(axis=1)).max(axis=0)
        off = SAFETY * EPSILON * (2 * largest + 3 * span)
        for order in range(1, min(self.m, self.n - 1) + 1):
            products = math.factorial(order) * order * span ** (order - 1)
            self.bounds[order] = products * off
            limit = self.bounds[order] + products * span * tol
            if order == 1 and not tol:
                continue
            for base in self.plan.minors:
                if len(base[0]) == order:
                    self.open |= ~(np.abs(self.minors[base]) > limit)

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
        return joined(np.bitwise_and, rows)

    def strategies(self, bases: Words, games: Places) -> Floats:
        """The mixed strategies at bases in games; a game whose probabilities are vague is open."""
        found = np.zeros((len(games), self.m))
        order = np.argsort(bases, kind="stable")
        ends = np.searchsorted(bases[order], np.arange(len(self.plan.bases) + 1))
        for place, base in enumerate(self.plan.bases):
            rows = order[ends[place] : ends[place + 1]]
            if not len(rows):
                continue
            if len(base.played) == 1:
                found[rows, base.played[0]] = 1.0
                continue
            some = games[rows]
            shares = [np.abs(self.minors[minor][some]) for minor, _ in base.shares]
            total = functools.reduce(np.add, shares)
            for action, share in zip(base.played, shares, strict=True):
                found[rows, action] = share / total
            if self.bounds:
                off = self.bounds[len(base.played) - 1][some] * (len(shares) + 1)
                self.open[some[~(off <= ACCURACY * total)]] = True
        return found


def joined(how: np.ufunc, rows: Sequence[Bools]) -> Bools:
    """All rows together, in an array of their own."""
    found: Bools = rows[0].copy() if len(rows) == 1 else how(rows[0], rows[1])
    for row in rows[2:]:
        how(found, row, out=found)
    return found
