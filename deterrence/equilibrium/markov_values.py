"""What states are worth under a fixed profile: exactly, or with a proven bound on the error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

__all__ = ["Line", "backwards", "stationary"]

FEW = 16  # states whose equations are solved in rationals
BITS = 120  # of the numbers in an enclosure

Table = list[list[Fraction]]  # by state and player


@dataclass(frozen=True)
class Line:
    """A worth that is affine in the values of the next states.

    Attributes
    ----------
    now : tuple of fractions.Fraction
        What is paid, by player.
    step : mapping of int to fractions.Fraction
        Probabilities of next states.
    """

    now: tuple[Fraction, ...]
    step: Mapping[int, Fraction]


def stationary(roots: Sequence[Line], factors: Sequence[Fraction]) -> tuple[Table, list[Fraction]]:
    """Values of states where the same is played for ever.

    Parameters
    ----------
    roots : sequence of Line
        By state.
    factors : sequence of fractions.Fraction
        Discount factors by player.

    Returns
    -------
    values : list of list of fractions.Fraction
        By state and player.
    errors : list of fractions.Fraction
        A bound on the error, by player; 0 where the equations were solved in rationals.
    """
    columns, errors = [], []
    for i, factor in enumerate(factors):
        if len(roots) <= FEW:
            column, error = _exactly(roots, i, factor), Fraction(0)
        else:
            column, error = _enclosed(roots, i, factor)
        columns.append(column)
        errors.append(error)
    return [list(row) for row in zip(*columns, strict=True)], errors


def backwards(
    periods: Sequence[Sequence[Line]], factors: Sequence[Fraction]
) -> tuple[list[Table], list[list[Fraction]]]:
    """Values of states by period, and bounds on their errors: numbers that grow long are rounded.

    Parameters
    ----------
    periods : sequence of sequence of Line
        By period and state; after the last nothing is paid.
    factors : sequence of fractions.Fraction

    Returns
    -------
    values : list, by period, of list of list of fractions.Fraction
    errors : list, by period, of list of fractions.Fraction
    """
    after = [[Fraction(0) for _ in factors] for _ in periods[0]]
    off = [Fraction(0) for _ in factors]
    values, errors = [], []
    for roots in reversed(periods):
        now = [
            [
                line.now[i] + d * sum((p * after[k][i] for k, p in line.step.items()), Fraction(0))
                for i, d in enumerate(factors)
            ]
            for line in roots
        ]
        short = [[x if x.denominator < 2**400 else _short(x) for x in row] for row in now]
        lost = max(
            abs(x - y) for a, b in zip(now, short, strict=True) for x, y in zip(a, b, strict=True)
        )
        after, off = short, [d * e + lost for d, e in zip(factors, off, strict=True)]
        values.append(after)
        errors.append(off)
    return values[::-1], errors[::-1]


def _exactly(roots: Sequence[Line], i: int, factor: Fraction) -> list[Fraction]:
    """Solve V = now + factor step V by elimination; the matrix is diagonally dominant."""
    n = len(roots)
    rows = [
        [Fraction(j == k) - factor * line.step.get(k, Fraction(0)) for k in range(n)]
        + [line.now[i]]
        for j, line in enumerate(roots)
    ]
    for k in range(n):
        head = rows[k][k]
        rows[k] = [x / head for x in rows[k]]
        for j in range(n):
            if j != k and rows[j][k]:
                rows[j] = [x - rows[j][k] * y for x, y in zip(rows[j], rows[k], strict=True)]
    return [row[n] for row in rows]


def _enclosed(roots: Sequence[Line], i: int, factor: Fraction) -> tuple[list[Fraction], Fraction]:
    """Values near the solution, improved three times, with a proven bound on their error."""
    n = len(roots)
    matrix = np.eye(n)
    for j, line in enumerate(roots):
        for k, p in line.step.items():
            matrix[j, k] -= float(factor) * float(p)
    rows = [_Row.of(line, i, factor) for line in roots]
    values = [0] * n  # in units of 2**-BITS
    for _ in range(4):
        # a step need not be exact: what counts is what is left in the end
        left = [row.left(values, j) / row.unit for j, row in enumerate(rows)]
        moves = np.linalg.solve(matrix, left)
        values = [v + round(float(x) * 2.0**BITS) for v, x in zip(values, moves, strict=True)]
    short = max(Fraction(abs(row.left(values, j)), row.unit) for j, row in enumerate(rows))
    return [Fraction(v, 2**BITS) for v in values], short / (1 - factor)


@dataclass(frozen=True)
class _Row:
    """A state's equation, ``V = now + factor step V``, in whole numbers over one denominator.

    Attributes
    ----------
    now : int
    step : mapping of int to int
        Of next states, times values in units of 2**-BITS.
    own : int
        What the state's own value is multiplied by.
    unit : int
        The denominator.
    """

    now: int
    step: Mapping[int, int]
    own: int
    unit: int

    @classmethod
    def of(cls, line: Line, i: int, factor: Fraction) -> _Row:
        now = line.now[i]
        whole = lcm(*(p.denominator for p in line.step.values()))
        over = lcm(now.denominator, whole * factor.denominator)
        times = factor.numerator * (over // (whole * factor.denominator))
        step = {k: times * p.numerator * (whole // p.denominator) for k, p in line.step.items()}
        return cls(now.numerator * (over // now.denominator) * 2**BITS, step, over, over * 2**BITS)

    def left(self, values: Sequence[int], state: int) -> int:
        """What is paid and follows, less the value."""
        later = sum(p * values[k] for k, p in self.step.items())
        return self.now + later - self.own * values[state]


def _short(value: Fraction) -> Fraction:
    return Fraction(round(value * 2**BITS), 2**BITS)
