"""Exact relations among what varies in a family, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from deterrence.equilibrium.cells import Group, Tag
from deterrence.equilibrium.polynomials import Monomial, Polynomial, add_scaled
from deterrence.equilibrium.polytope import Row, extreme_points, value_at
from deterrence.errors import LimitError

__all__ = ["Condition", "not_implied", "polynomial_text", "sentence", "shortest"]

Condition = tuple[Tag | None, Row]
Name = Callable[[Any], str]


def not_implied(group: Group, least: Sequence[Condition]) -> list[Condition]:
    """The inequalities without those that the others imply."""
    equal = [row for _, row in group.equalities]
    always = [
        row for _, row in group.inequalities if all(value_at(row, c) == 0 for c in group.corners)
    ]
    kept = list(least)
    for condition in least:
        others = [
            row for tag, row in kept if (tag, row) is not condition and row is not condition[1]
        ]
        try:
            corners = extreme_points(len(group.monomials), equal, [*always, *others])
        except LimitError:
            continue
        if all(value_at(condition[1], corner) >= 0 for corner in corners):
            kept = [c for c in kept if c[1] is not condition[1]]
    return kept


def shortest(row: Polynomial, zeros: Sequence[Polynomial]) -> Polynomial:
    """The row with as few terms as adding equations makes it; early variables are preferred."""
    while True:
        options = [row]
        for zero in zeros:
            for monomial in zero.keys() & row.keys() - {()}:
                option = dict(row)
                add_scaled(option, -row[monomial] / zero[monomial], zero)
                options.append(option)
        best = min(options, key=_length)
        if _length(best) == _length(row):
            return row
        row = best


def _length(row: Polynomial) -> tuple[int, list[Monomial]]:
    terms = sorted(m for m in row if m)
    return len(terms), terms


def sentence(row: Polynomial, sign: str, name: Name) -> str:
    """``row >= 0`` or ``row = 0`` with positive terms on both sides; empty if it says nothing."""
    row = _scaled(row)
    left = {m: x for m, x in row.items() if m and x > 0}
    right = {m: -x for m, x in row.items() if m and x < 0}
    constant = row.get((), Fraction(0))
    if not left:
        left, right, constant = right, left, -constant
        sign = {">=": "<=", "=": "="}[sign]
    if not left or (sign == ">=" and not right and constant >= 0):
        return ""
    (left if constant > 0 else right)[()] = abs(constant)
    return f"{polynomial_text(left, name)} {sign} {polynomial_text(right, name)}"


def _scaled(row: Polynomial) -> Polynomial:
    """Divided by what the factors have in common."""
    factors = [abs(x) for m, x in row.items() if m]
    if not factors:
        return row
    if len(set(factors)) == 1:
        scale = 1 / factors[0]
    else:
        entries = list(row.values())
        whole = lcm(*(x.denominator for x in entries))
        scale = Fraction(whole, gcd(*(int(x * whole) for x in entries)))
    return {m: x * scale for m, x in row.items()}


def polynomial_text(row: Polynomial, name: Name) -> str:
    """A polynomial in the names of its variables."""
    terms = []
    for monomial, x in sorted(row.items(), key=lambda item: (not item[0], item[0])):
        if not x:
            continue
        factors = [str(x)] if x != 1 or not monomial else []
        terms.append("*".join([*factors, *map(name, monomial)]))
    return " + ".join(terms) or "0"
