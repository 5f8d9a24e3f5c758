"""Vertices of a best-response polyhedron in floats that carry bounds on their errors.

Which conditions are tight where is decided by signs alone. As long as every sign is beyond the
bound on its error, the outcome is that of exact arithmetic, at the price of floats. A ray with a
sign that is not is solved for exactly; where there are many of these, as in degenerate games,
`DoubtError` is raised, and whole numbers decide from the start. The bounds are those of running
error analysis (Higham 2002, section 3.3). The few vertices that take part in equilibria are solved
for exactly afterwards.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.best_responses import Rays, Vertices, unpack

__all__ = ["DoubtError", "bounded_vertices", "exact_points"]

UNIT = 2.0**-53  # relative error of an operation
INFLATED = 1 + 2.0**-40  # times a bound, for the rounding in it
MOST_WHOLE = 2**53  # whole numbers that floats hold
MOST_SOLVED = 20  # rays solved for exactly
SMALLEST = 1e-140  # products of larger numbers do not underflow


class DoubtError(ArithmeticError):
    """Too many signs lie within the bounds on their errors."""


def bounded_vertices(matrix: NDArray[Any], most: int) -> Vertices:
    """All vertices as `best_response_vertices` finds them, with points in floats.

    Parameters
    ----------
    matrix : ndarray, shape (m, n)
        The other player's payoffs in whole numbers.
    most : int
        How many vertices there may be.

    Returns
    -------
    Vertices
        With the right conditions tight; see `exact_points`.

    Raises
    ------
    DoubtError
        If many signs cannot be told from zero, as in degenerate games.
    LimitError
        Above `most` rays.
    """
    rays = _BoundedRays(matrix, most)
    for i in range(1, len(matrix)):
        rays.cut(i)
    return rays.vertices()


def exact_points(
    matrix: NDArray[Any], vertices: Vertices, places: NDArray[np.intp]
) -> NDArray[Any]:
    """Some vertices in whole numbers, not divided by their sums.

    Parameters
    ----------
    matrix : ndarray, shape (m, n)
        As given to `bounded_vertices`.
    vertices : Vertices
    places : ndarray of int

    Returns
    -------
    ndarray of object, shape (len(places), n)
    """
    m, n = matrix.shape
    tight = unpack(tuple(word[places] for word in vertices.tight), n + m)
    found = np.zeros((len(places), n), dtype=object)
    for k, labels in enumerate(tight):
        found[k] = _weights(matrix, labels)
    return found


def _weights(matrix: NDArray[Any], labels: NDArray[np.bool_]) -> NDArray[Any]:
    """The strategy at which these conditions are tight, in whole numbers."""
    n = matrix.shape[1]
    played, best = (~labels[:n]).nonzero()[0], labels[n:].nonzero()[0]
    found = np.zeros(n, dtype=object)
    found[played] = _solved(matrix[np.ix_(best, played)].tolist())
    return found


def _solved(payoffs: list[list[int]]) -> list[int]:
    """The only weights of columns at which all rows pay the same, in whole numbers.

    By elimination without fractions from the differences of rows (Bareiss 1968).
    """
    size = len(payoffs[0])
    left = [[x - y for x, y in zip(row, payoffs[0], strict=True)] for row in payoffs[1:]]
    solved: list[tuple[int, list[int]]] = []  # a column, and a row with nothing in other such
    last = 1
    for column in range(size):
        lead = next((row for row in left if row[column]), None)
        if lead is None:
            continue
        left = [_less(row, lead, column, last) for row in left if row is not lead]
        solved = [(c, _less(row, lead, column, last)) for c, row in solved]
        solved.append((column, lead))
        last = lead[column]
    (free,) = set(range(size)) - {column for column, _ in solved}
    weights = [0] * size
    weights[free] = last
    for column, row in solved:
        weights[column] = -row[free]
    return [-w for w in weights] if last < 0 else weights


def _less(row: list[int], lead: list[int], column: int, last: int) -> list[int]:
    """The row with nothing in a column; divided by the pivot before, which leaves whole numbers."""
    pivot, factor = lead[column], row[column]
    return [(pivot * x - factor * y) // last for x, y in zip(row, lead, strict=True)]


class _BoundedRays(Rays):
    """Rays whose table holds, after every row of values, the bounds on their errors."""

    def __init__(self, matrix: NDArray[Any], most: int) -> None:
        super().__init__(matrix, None, most)
        self.matrix, self.solved = matrix, 0
        self.width = self.table.shape[1]
        size = int(np.abs(self.table).max())
        self.unit = 1 << size.bit_length()
        scale = 1 / self.unit
        values = self.table.astype(np.float64)
        errors = UNIT * np.abs(values) if size > MOST_WHOLE else np.zeros_like(values)
        slacks = np.s_[: self.n, self.n :]  # of a ray with one action each, in payoffs
        values[slacks] *= scale
        errors[slacks] *= scale
        self.table = np.concatenate([values, errors], axis=1)

    def judge(self, i: int) -> None:
        """Make every ray's side of condition `i` certain."""
        column, off = self.table[:, self.n + i], self.table[:, self.width + self.n + i]
        doubtful = ((np.abs(column) <= off) & (off > 0)).nonzero()[0]
        self.solved += len(doubtful)
        if self.solved > MOST_SOLVED:
            raise DoubtError
        for place in doubtful:
            self.table[place] = self._exactly(int(place))

    def _exactly(self, place: int) -> NDArray[np.float64]:
        """The row of a ray, solved for from the conditions tight there and rounded once."""
        labels = unpack(tuple(word[[place]] for word in self.tight), self.width)[0]
        row = np.zeros(2 * self.width)
        y = _weights(self.matrix, labels)
        pays = self.matrix.astype(object) @ y
        total = sum(y)
        row[: self.n] = [x / total for x in y]
        best = int(labels[self.n :].nonzero()[0][0])
        row[self.n : self.width] = [(pays[best] - x) / (total * self.unit) for x in pays]
        row[self.width :] = 2 * UNIT * np.abs(row[: self.width])
        return row

    def combine(self, p: NDArray[np.intp], q: NDArray[np.intp], i: int) -> NDArray[Any]:
        """Where the edges between rays on both sides of condition `i` meet it."""
        w, at = self.width, self.n + i
        one, two = self.table[p], self.table[q]
        a, b = -two[:, at, None], one[:, at, None]
        off_a, off_b = two[:, w + at, None], one[:, w + at, None]
        first, second = one[:, :w] * a, two[:, :w] * b
        found = first + second
        first, second = np.abs(first), np.abs(second)
        off = one[:, w:] * (a + off_a) + two[:, w:] * (b + off_b)
        off += np.abs(one[:, :w]) * off_a + np.abs(two[:, :w]) * off_b
        off += 4 * UNIT * (first + second)
        total = found[:, : self.n].sum(axis=1)[:, None]
        if len(found) and total.min() < SMALLEST:
            raise DoubtError
        found /= total
        off = (off / total + 2 * UNIT * np.abs(found)) * INFLATED
        sizes = np.abs(found)
        if sizes.min(initial=1.0, where=sizes > 0) < SMALLEST:
            raise DoubtError
        return np.concatenate([found, off], axis=1)
