"""Proven solutions to many digits, in exact arithmetic; rational ones are recognised and checked.

In the box of a solution, ``x - Y F(x)`` is a contraction (`krawczyk`), so that the distance of any
point of the box from the solution is bounded by how far this map moves it.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.krawczyk import CONTRACTION
from deterrence.equilibrium.search_record import (
    BOUNDARY,
    EQUILIBRIUM,
    NOT_EQUILIBRIUM,
    UNDECIDED,
    Record,
)

__all__ = ["Refined"]

BITS = 256  # of accuracy at first
MOST_BITS = 1024  # where a sign is not decided
LARGEST = 2**100  # denominators of the rational numbers that are recognised
MOST_STEPS = 400
DIGITS = 40  # of probabilities that are not rational
Vector = list[Fraction]
Profile = list[Vector]


class Refined:
    """One solution of the indifference conditions of a support profile.

    Parameters
    ----------
    payoffs : sequence of ndarray
        By player, whole numbers as Python's, with an axis for each player.
    record : Record
    number : int
        Of the solution in the record.
    """

    def __init__(self, payoffs: Sequence[NDArray[Any]], record: Record, number: int) -> None:
        self.payoffs = payoffs
        self._scales = record.scales  # in which the preconditioner takes gains
        root = record.roots[number]
        self.played = record.supports[record.support[root.node]]
        self.corners = record.corners(root.node)
        starts = np.cumsum([0, *(m - 1 for m in payoffs[0].shape)]).tolist()
        self._rows = [range(s, s + len(c) - 1) for s, c in zip(starts, self.corners, strict=False)]
        leaf = record.leaves[root.node]
        self._radius = self._chosen(leaf.radius)
        self._centre = self._chosen(leaf.centre)
        active = [n for rows in self._rows for n in rows]
        self._inverse = [[Fraction(x) for x in leaf.preconditioner[n, active]] for n in active]
        self._point = self._chosen(root.centre)
        self._error = self._radius

    def _chosen(self, numbers: NDArray[np.float64]) -> Vector:
        return [Fraction(float(numbers[n])) for rows in self._rows for n in rows]

    # -- digits -------------------------------------------------------------------------------

    def refine(self, bits: int) -> bool:
        """Bring the point near to the solution; whether it came as near as asked for."""
        unit = 1 << (bits + 16)
        for _ in range(MOST_STEPS):
            step = self._step(self._point)
            moved = max((abs(s) / r for s, r in zip(step, self._radius, strict=True)), default=0)
            scale = Fraction(moved) / (1 - Fraction(CONTRACTION))
            self._error = [scale * r for r in self._radius]
            if scale * (1 << bits) <= 1:
                return True
            point = [x - s for x, s in zip(self._point, step, strict=True)]
            point = [Fraction(round(x * unit), unit) for x in point]
            box = zip(point, self._centre, self._radius, strict=True)
            if any(abs(x - c) > r for x, c, r in box):
                return False
            self._point = point
        return False

    def _step(self, point: Vector) -> Vector:
        gains = self._indifference(self._profile(point))
        return [
            sum((y * g for y, g in zip(row, gains, strict=True)), Fraction(0))
            for row in self._inverse
        ]

    def _profile(self, point: Vector) -> Profile:
        """Probabilities of all actions at a point of the cell's coordinates."""
        found: Profile = []
        rest = list(point)
        for corners in self.corners:
            first, *others = corners
            weights, rest = rest[: len(others)], rest[len(others) :]
            edges = [[x - y for x, y in zip(c, first, strict=True)] for c in others]
            found.append(
                [
                    x + sum((w * e[a] for w, e in zip(weights, edges, strict=True)), Fraction(0))
                    for a, x in enumerate(first)
                ]
            )
        return found

    def _values(self, profile: Profile, player: int) -> Vector:
        """What each action of a player pays, over the largest difference of its payoffs."""
        table = self.payoffs[player]
        for axis in reversed(range(len(profile))):
            if axis != player:
                used = self.played[axis]
                weights = np.array([profile[axis][a] for a in used], dtype=object)
                table = np.tensordot(np.take(table, used, axis=axis), weights, axes=([axis], [0]))
        scale = self._scales[player]
        return [Fraction(x) / scale for x in table]

    def _indifference(self, profile: Profile) -> Vector:
        found: Vector = []
        for k, played in enumerate(self.played):
            if len(played) > 1:
                values = self._values(profile, k)
                found.extend(values[a] - values[played[0]] for a in played[1:])
        return found

    # -- what is known ------------------------------------------------------------------------

    def _rational(self) -> Profile | None:
        """The rational point nearby that solves the conditions exactly, if there is one.

        The box, in which there is one solution only, is larger than the distance by far.
        """
        near = self._profile(self._point)
        guess = [[x.limit_denominator(LARGEST) for x in row] for row in near]
        if any(sum(row) != 1 for row in guess) or any(self._indifference(guess)):
            return None
        off = self._off()
        rows = zip(near, guess, off, strict=True)
        entries = (entry for row in rows for entry in zip(*row, strict=True))
        return guess if all(abs(x - y) <= e for x, y, e in entries) else None

    def _off(self) -> Profile:
        """Bounds on the errors of the probabilities."""
        found: Profile = []
        rest = list(self._error)
        for corners in self.corners:
            first, *others = corners
            errors, rest = rest[: len(others)], rest[len(others) :]
            pairs = list(zip(errors, others, strict=True))
            found.append(
                [
                    sum((e * abs(c[a] - x) for e, c in pairs), Fraction(0))
                    for a, x in enumerate(first)
                ]
            )
        return found

    @functools.cached_property
    def exact(self) -> Profile | None:
        """The solution itself, if it is rational."""
        return self._rational() if self.refine(BITS) else None

    def verdict(self) -> str:
        """Whether it is an equilibrium: exactly where it is rational, else by many digits."""
        if self.exact is not None:
            return self._judged(self.exact, [[Fraction(0)] * len(row) for row in self.exact])
        bits = BITS
        while bits <= MOST_BITS:
            found = self._judged(self._profile(self._point), self._off())
            if found != UNDECIDED or not self.refine(2 * bits):
                return found
            bits *= 2
        return UNDECIDED

    def _judged(self, profile: Profile, off: Profile) -> str:
        least: list[tuple[Fraction, Fraction]] = [
            (profile[k][a], off[k][a])
            for k, played in enumerate(self.played)
            if len(played) > 1
            for a in played
        ]
        if any(p < -e for p, e in least):
            return NOT_EQUILIBRIUM
        reach = 2 * sum((e for row in off for e in row), Fraction(0))  # gains are below 1 in size
        gains = [g for k in range(len(profile)) for g in self._unplayed(profile, k)]
        if any(g > reach for g in gains):
            return NOT_EQUILIBRIUM
        if any(p == 0 == e for p, e in least):
            return BOUNDARY
        if any(p <= e for p, e in least) or any(g > -reach for g in gains if reach):
            return UNDECIDED
        return EQUILIBRIUM

    def _unplayed(self, profile: Profile, k: int) -> Vector:
        values, played = self._values(profile, k), self.played[k]
        return [v - values[played[0]] for a, v in enumerate(values) if a not in played]

    def probabilities(self) -> Profile:
        """The solution if it is rational, else rounded probabilities that sum to one."""
        if self.exact is not None:
            return self.exact
        unit = 10**DIGITS
        rows = []
        for row in self._profile(self._point):
            rounded = [Fraction(round(x * unit), unit) for x in row]
            most = max(range(len(row)), key=row.__getitem__)
            rounded[most] += 1 - sum(rounded)
            rows.append(rounded)
        return rows
