"""Weights of trembles that meet ties among them exactly: roots of rational numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from deterrence.equilibrium.consistency_demands import Demand, Vector

__all__ = ["Trembles", "root_of", "rounded_root", "times_power"]

Root = tuple[Fraction, int]  # (base, degree): the positive number whose power is the base
ONE: Root = (Fraction(1), 1)
_BITS = 120  # of an irrational weight


class Trembles:
    """Weights of unplayed actions as products of powers of unknowns; orders likewise, as sums.

    Each tie is one equation in monomials. Whole-number changes of the unknowns turn it into an
    equation in one unknown, which has one positive root: the tie can be met unless nothing is
    left to choose, and by rational weights if any meet it.
    """

    def __init__(self, actions: Iterable[int]) -> None:
        self.powers: dict[int, Vector] = {a: {a: 1} for a in actions}
        self.factors: dict[int, Root] = dict.fromkeys(self.powers, ONE)

    def admit(self, tie: Demand, tolerance: Fraction) -> bool:
        """Meet one more tie; whether that is possible."""
        row, value = self.sum(tie.actions), (tie.ratio or Fraction(1), 1)
        for action, power in tie.actions.items():
            value = times_power(value, self.factors[action], -power)
        if not row:
            return abs(value[0] - 1) <= tolerance
        while len(row) > 1:
            row = self._shorten(row)
        ((unknown, power),) = row.items()
        self._fix(unknown, root_of(value, power))
        return True

    def sum(self, actions: Vector) -> Vector:
        """The order of a product of actions in terms of the unknowns' orders."""
        total: Vector = {}
        for action, power in actions.items():
            _add(total, self.powers[action], power)
        return total

    def _shorten(self, row: Vector) -> Vector:
        """Take into the unknown of least power whatever it divides of the others."""
        least = min(row, key=lambda unknown: (abs(row[unknown]), unknown))
        taken = {u: power // row[least] for u, power in row.items() if u != least}
        for powers in self.powers.values():
            if least in powers:
                _add(powers, taken, -powers[least])
        rest = {u: power % row[least] for u, power in row.items() if power % row[least]}
        return {least: row[least], **rest}

    def _fix(self, unknown: int, value: Root) -> None:
        for action, powers in self.powers.items():
            if unknown in powers:
                self.factors[action] = times_power(self.factors[action], value, powers.pop(unknown))


def _add(total: Vector, vector: Vector, times: int) -> None:
    for key, entry in vector.items():
        new = total.get(key, 0) + times * entry
        if new:
            total[key] = new
        else:
            total.pop(key, None)


def times_power(one: Root, other: Root, power: int) -> Root:
    """The product of a number and a power of another."""
    degree = math.lcm(one[1], other[1])
    base = one[0] ** (degree // one[1]) * other[0] ** (power * (degree // other[1]))
    return _simple(base, degree)


def root_of(value: Root, degree: int) -> Root:
    """The positive number whose power `degree`, which may be negative, is `value`."""
    base = value[0] if degree > 0 else 1 / value[0]
    return _simple(base, value[1] * abs(degree))


def _simple(base: Fraction, degree: int) -> Root:
    for d in range(degree, 1, -1):
        if degree % d == 0:
            top, bottom = _floor_root(base.numerator, d), _floor_root(base.denominator, d)
            if top**d == base.numerator and bottom**d == base.denominator:
                return _simple(Fraction(top, bottom), degree // d)
    return base, degree


def _floor_root(number: int, degree: int) -> int:
    """The largest whole number whose power does not exceed `number`, by Newton's method."""
    if number < 2:
        return number
    guess = 1 << -(-number.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + number // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better


def rounded_root(value: Root) -> Fraction:
    """The number, rounded where it is no fraction."""
    base, degree = value
    shift = _BITS + base.denominator.bit_length()  # so that small numbers keep their digits
    scaled = (base.numerator << (shift * degree)) // base.denominator
    return Fraction(_floor_root(scaled, degree), 1 << shift)
