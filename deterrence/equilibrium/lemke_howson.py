"""One equilibrium of a two-player game by the path of Lemke and Howson, in whole numbers.

Lemke and Howson (1964) with integer pivoting and the lexicographic rule, by which the path ends in
degenerate games, too (von Stengel 2002, sections 2.3 to 2.6). nashpy's path multiplies floats
without dividing, and does not end from about 20 actions on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import LimitError

__all__ = ["OnePath", "one_equilibrium"]

MOST_STEPS = 5_000  # of one path
MOST_WORK = 5_000_000  # steps of one path times action profiles
STARTS = 4  # paths tried, as some are far longer than others
Whole = NDArray[Any]  # Python's whole numbers


@dataclass(frozen=True, eq=False)
class OnePath:
    """The end of a path.

    Attributes
    ----------
    x, y : list of int
        Strategies, not divided by their sums.
    steps : int
    """

    x: list[int]
    y: list[int]
    steps: int


def one_equilibrium(first: NDArray[Any], second: NDArray[Any]) -> OnePath:
    """The end of a path on which one action may be neither unplayed nor a best reply.

    Parameters
    ----------
    first, second : ndarray, shape (m, n)
        Payoffs in whole numbers of the player who chooses rows and of the one who chooses columns.

    Returns
    -------
    OnePath

    Raises
    ------
    LimitError
        If the paths from four starts are longer than 5,000 steps, or 5 million steps times
        action profiles.
    """
    m, n = first.shape
    most = min(MOST_STEPS, MOST_WORK // (m * n))
    for start in range(min(STARTS, m + n) if most else 0):
        found = _path(first, second, start, most)
        if found is not None:
            return found
    raise LimitError(
        f"{m} x {n} actions: the paths of Lemke and Howson from {STARTS} starts are longer than "
        f"{most:,} steps each. Leave out actions that are never played."
    )


def _path(first: NDArray[Any], second: NDArray[Any], start: int, most: int) -> OnePath | None:
    """The path that drops one label first; None if it is too long."""
    m, n = first.shape
    own = _Table(second.T, played=range(m), replies=range(m, m + n))
    other = _Table(first, played=range(m, m + n), replies=range(m))
    tables = (own, other) if start < m else (other, own)
    entering = start
    for step in range(most):
        entering = tables[step % 2].enter(entering)
        if entering == start:
            return OnePath(own.values(), other.values(), step + 1)
    return None


class _Table:
    """``reply payoffs times weights of actions, plus slack, equals one``, solved for a basis.

    Labels name actions of either player; as a variable, a label of the own actions is its weight
    and one of the other's is the slack of its condition. A row of the table belongs to a variable
    of the basis, a column to one outside; the last column is the constant. All is times `pivot`.
    """

    def __init__(self, payoffs: NDArray[Any], played: range, replies: range) -> None:
        rows = payoffs.astype(object)
        rows = rows - rows.min() + 1
        self.table: Whole = np.concatenate([rows, np.ones((len(rows), 1), dtype=object)], axis=1)
        self.basis, self.outside = list(replies), list(played)
        self.played, self.replies, self.pivot = played, replies, 1

    def enter(self, label: int) -> int:
        """Bring a variable into the basis; returns the label of the one that leaves."""
        at = self.outside.index(label)
        row = self._leaving(at)
        lead, column = self.table[row].copy(), self.table[:, at].copy()
        pivot = lead[at]
        self.table = (self.table * pivot - column[:, None] * lead[None, :]) // self.pivot
        self.table[:, at] = -column
        self.table[row], self.table[row, at] = lead, self.pivot
        self.pivot = pivot
        left, self.basis[row] = self.basis[row], label
        self.outside[at] = left
        return left

    def _leaving(self, at: int) -> int:
        """The row whose ratio to a positive entry is least, by the constant, then by the slacks."""
        column = self.table[:, at]
        rows = [k for k, entry in enumerate(column) if entry > 0]
        for values in self._in_order():
            if len(rows) == 1:
                break
            best = rows[0]
            for k in rows[1:]:
                if values[k] * column[best] < values[best] * column[k]:
                    best = k
            rows = [k for k in rows if values[k] * column[best] == values[best] * column[k]]
        return rows[0]

    def _in_order(self) -> Iterator[Whole]:
        """The column of constants, then that of each slack."""
        yield self.table[:, -1]
        for label in self.replies:
            if label in self.outside:
                yield self.table[:, self.outside.index(label)]
            else:
                unit = np.zeros(len(self.table), dtype=object)
                unit[self.basis.index(label)] = self.pivot
                yield unit

    def values(self) -> list[int]:
        """The weights of the own actions, times a common factor."""
        place = {label: row for row, label in enumerate(self.basis)}
        return [int(self.table[place[a], -1]) if a in place else 0 for a in self.played]
