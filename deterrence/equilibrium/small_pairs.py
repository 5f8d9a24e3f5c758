"""All extreme equilibria of a small two-player game, ray by ray instead of by arrays.

The method is that of `best_responses` and `extremes`, written again for few rays, where plain loops
cost a fraction of what arrays do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, isinf
from typing import Any

__all__ = ["Corner", "Corners", "corners", "matched", "normalised_rows"]

Row = list[Any]
Corner = tuple[Row, int]  # a strategy or the ray above it, and the conditions tight there, as bits


@dataclass(frozen=True, eq=False)
class Corners:
    """Vertices of a best-response polyhedron, as `best_responses.Vertices` has them."""

    found: list[Corner]
    simple: bool
    doubtful: int
    floats: bool


def normalised_rows(rows: Sequence[Row]) -> list[Row]:
    """Payoffs by own action, the least against each action of the other at zero.

    Floats are divided by the largest, whole numbers by what they have in common.
    """
    columns = [_above_least(column) for column in zip(*rows, strict=True)]
    span = max(map(max, columns))
    if isinstance(span, int):
        divisor = gcd(*(gcd(*column) for column in columns))
        if divisor > 1:
            columns = [[x // divisor for x in column] for column in columns]
    elif isinf(span):  # halves of the largest floats do not overflow
        return normalised_rows([[x / 2 for x in row] for row in rows])
    elif span:
        columns = [[x / span for x in column] for column in columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _above_least(column: Sequence[Any]) -> Row:
    least = min(column)
    return [x - least for x in column]


def corners(rows: Sequence[Row], tolerance: float | None, clear: float | Fraction | None) -> Corners:
    """All vertices of ``{(y, v): y >= 0, sum(y) = 1, v >= M y}``, M having these rows.

    Parameters
    ----------
    rows : sequence of list of int or float
    tolerance, clear : float, optional
        As in `best_responses.best_response_vertices`.

    Returns
    -------
    Corners
    """
    return _Rays(rows, tolerance, clear).corners()


class _Rays:
    """Extreme rays of the cone above the polyhedron, cut by one condition after the other."""

    def __init__(
        self, rows: Sequence[Row], tolerance: float | None, clear: float | Fraction | None
    ) -> None:
        self.n, self.simple, self.doubtful = len(rows[0]), True, 0
        self.floats = isinstance(rows[0][0], float)
        self.tolerance = tolerance or 0.0
        self.clear = clear or 0.0
        if clear and not self.floats:
            self.clear = Fraction(clear) * max(map(max, rows))
            self.share = self.clear.as_integer_ratio()
        self.rays = self._first(rows)
        for k in range(self.n + 1, self.n + len(rows)):
            self._cut(k)

    def _first(self, rows: Sequence[Row]) -> list[Corner]:
        n, lead = self.n, rows[0]
        none, one = (0.0, 1.0) if self.floats else (0, 1)
        every = (1 << n) - 1
        rays: list[Corner] = []
        for j in range(n):
            values = [none] * n
            values[j] = one
            values.extend([lead[j] - row[j] for row in rows])
            rays.append((values, every ^ 1 << j | 1 << n))
        rays.append(([none] * n + [one] * len(rows), every))
        return rays

    def _cut(self, k: int) -> None:
        above, below, stay = [], [], []
        for ray in self.rays:
            slack = ray[0][k]
            if self.clear and slack:
                slack = self._judged(ray[0], k)
            if slack > 0:
                above.append(ray)
                stay.append(ray)
            elif slack < 0:
                below.append(ray)
            else:
                self.simple = False
                stay.append((ray[0], ray[1] | 1 << k))
        if below:
            stay.extend(self._edges(above, below, k))
        self.rays = stay

    def _judged(self, values: Row, k: int) -> Any:
        """The slack, zero where it counts as that."""
        slack = values[k]
        if not self.floats:
            top, bottom = self.share
            self.doubtful += abs(slack) * bottom <= sum(values[: self.n]) * top
        elif abs(slack) <= self.clear:
            self.doubtful += 1
            if abs(slack) <= self.tolerance:
                slack = values[k] = 0.0
        return slack

    def _edges(self, above: Sequence[Corner], below: Sequence[Corner], k: int) -> list[Corner]:
        """Where the edges from one side of a cut to the other meet it."""
        bit, least = 1 << k, self.n - 1
        found = []
        for p, at_p in above:
            for q, at_q in below:
                common = at_p & at_q
                if common.bit_count() >= least and (
                    self.simple or self._adjacent(at_p, at_q, common)
                ):
                    found.append((self._between(p, q, k), common | bit))
        return found

    def _adjacent(self, at_p: int, at_q: int, common: int) -> bool:
        """Whether no third ray has tight what is tight at both."""
        if self.n in (at_p.bit_count(), at_q.bit_count()):
            return True
        return sum(tight & common == common for _, tight in self.rays) == 2

    def _between(self, p: Row, q: Row, k: int) -> Row:
        up, down = p[k], -q[k]
        if self.floats:
            total = sum(p[: self.n]) * down + sum(q[: self.n]) * up
            up, down = up / total, down / total
            values = [down * x + up * y for x, y in zip(p, q, strict=True)]
            values[k] = 0.0
            return values
        values = [down * x + up * y for x, y in zip(p, q, strict=True)]
        divisor = gcd(*values)
        return [x // divisor for x in values] if divisor > 1 else values

    def corners(self) -> Corners:
        n = self.n
        found = [(values[:n], tight) for values, tight in self.rays if any(values[:n])]
        simple = self.simple or all(tight.bit_count() == n for _, tight in found)
        return Corners(found, simple, self.doubtful, self.floats)


def matched(own: Corners, other: Corners, m: int, n: int) -> list[tuple[int, int]]:
    """Places of vertices at which every action is unplayed or a best reply.

    Parameters
    ----------
    own, other : Corners
        For the strategies of the player with `m` actions, and of the one with `n`.
    m, n : int

    Returns
    -------
    list of (int, int)
    """
    every = (1 << m + n) - 1
    columns = (1 << n) - 1
    wanted = [every & ~tight for _, tight in own.found]
    there = [tight >> n | (tight & columns) << m for _, tight in other.found]
    if own.simple and other.simple:
        place = {tight: b for b, tight in enumerate(there)}
        return [(a, place[want]) for a, want in enumerate(wanted) if want in place]
    return [
        (a, b) for a, want in enumerate(wanted) for b, have in enumerate(there) if not want & ~have
    ]
