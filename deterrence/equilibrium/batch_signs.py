"""Signs of polynomials in the payoffs of many 2x2x2 games, and the equilibria found so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Triples", "share"]

EPSILON = 2.0**-52
SAFETY = 4.0  # times the bound on rounding errors
ACCURACY = 1e-9  # of every probability
PLAYERS = 3
Numbers = NDArray[Any]  # floats, or Python's whole numbers
Signs = NDArray[np.int8]
Bools = NDArray[np.bool_]
Places = NDArray[np.intp]
Weights = tuple[Numbers, Numbers]  # of a player's two actions, not negative, by game


class Triples:
    """Some 2x2x2 games: what decides in them, and what is known about them.

    Parameters
    ----------
    payoffs : sequence of ndarray, shape (games, 2, 2, 2)
        By player: floats, or Python's whole numbers. Differences have the right signs.
    exact : bool
        Whether all polynomials that occur come out without rounding.

    Attributes
    ----------
    gains : list of ndarray, shape (2, 2, games)
        By player, what its first action gives more than its second, by the others' actions; where
        not exact, over the largest.
    signs : list of ndarray of int8, shape (2, 2, games)
    count, degenerate, curved, open, repeated : ndarray, shape (games,)
        `curved`: some equilibria do not lie in boxes with listed corners. `open`: rounding may hide
        a sign or spoil a probability. `repeated`: an equilibrium may be listed twice.
    """

    def __init__(self, payoffs: Sequence[Numbers], *, exact: bool) -> None:
        self.exact, self.size = exact, len(payoffs[0])
        self.gains: list[Numbers] = []
        self.off: Any = np.zeros(self.size)
        for player, table in enumerate(payoffs):
            pair = np.moveaxis(table, player + 1, 0)
            gain = np.ascontiguousarray(np.moveaxis(pair[0] - pair[1], 0, -1))
            if not exact:
                largest = np.abs(table).reshape(self.size, -1).max(axis=1)
                span = np.abs(gain).max(axis=(0, 1))
                span[span == 0] = 1.0
                gain = gain / span
                self.off = np.maximum(self.off, SAFETY * EPSILON * (2 * largest / span + 3))
            self.gains.append(gain)
        self.signs = [signs_of(gain) for gain in self.gains]
        self.count = np.zeros(self.size, dtype=np.int32)
        self.degenerate, self.curved, self.open, self.repeated = np.zeros(
            (4, self.size), dtype=bool
        )
        self._rows: list[tuple[Places, NDArray[np.int32], tuple[Any, ...]]] = []

    def sign(self, values: Numbers, games: Places, degree: int, terms: int) -> Signs:
        """Signs of a polynomial in gains; a game where one is in doubt is open.

        A product of `degree` gains, none above 1, is off by at most `degree` times what each is
        off by; the polynomial is the sum of `terms` of them.
        """
        if not self.exact:
            doubtful = np.abs(values) <= terms * degree * self.off[games]
            if doubtful.any():
                self.open[games[doubtful]] = True
        return signs_of(values)

    def need(self, off: Numbers, games: Places) -> None:
        """Leave games open whose probabilities are off by too much."""
        if not self.exact:
            self.open[games[~(off <= ACCURACY)]] = True

    def span(self, games: Places) -> None:
        """Mark games with a box of equilibria; corners are told apart in exact numbers only."""
        self.degenerate[games] = True
        if not self.exact:
            self.open[games] = True

    def add(self, games: Places, shares: Sequence[Any]) -> None:
        """List an equilibrium of some games: by player the probability of its first action."""
        if len(games):
            slots = self.count[games]
            self._rows.append((games, slots, tuple(shares)))
            self.count[games] = slots + 1

    def columns(self) -> tuple[Places, Places, list[NDArray[np.float64]]]:
        """Games, slots and, by player, probabilities of first actions, for all equilibria."""
        if not self._rows:
            none = np.zeros(0, dtype=np.intp)
            return none, none, [np.zeros(0)] * PLAYERS
        games = np.concatenate([row[0] for row in self._rows])
        slots = np.concatenate([row[1] for row in self._rows]).astype(np.intp)
        columns = []
        for player in range(PLAYERS):
            column, start = np.empty(len(games)), 0
            for some, _, shares in self._rows:
                column[start : start + len(some)] = shares[player]
                start += len(some)
            columns.append(column)
        if self.repeated.any():
            games, slots, columns = self._once(games, columns)
        return games, slots, columns

    def _once(
        self, games: Places, columns: list[NDArray[np.float64]]
    ) -> tuple[Places, Places, list[NDArray[np.float64]]]:
        """Every equilibrium once: exact quotients that are equal are equal floats."""
        twice = self.repeated[games].nonzero()[0]
        rows = np.stack([games[twice], *(column[twice] for column in columns)], axis=1)
        _, first = np.unique(rows, axis=0, return_index=True)
        kept = np.ones(len(games), dtype=bool)
        kept[twice] = False
        kept[twice[first]] = True
        games = games[kept]
        self.count[:] = np.bincount(games, minlength=self.size)
        order = np.argsort(games, kind="stable")
        starts = np.cumsum(self.count) - self.count
        slots = np.empty(len(games), dtype=np.intp)
        slots[order] = np.arange(len(games)) - starts[games[order]]
        return games, slots, [column[kept] for column in columns]


def signs_of(values: Numbers) -> Signs:
    """-1, 0 or 1."""
    return (values > 0).view(np.int8) - (values < 0).view(np.int8)


def share(weights: Weights) -> Numbers:
    """The probability of the first of two actions."""
    return np.asarray(weights[0] / (weights[0] + weights[1]))
