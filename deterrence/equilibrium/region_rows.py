"""Rows ``[coefficients..., constant]`` of conditions that are linear in unknowns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy

__all__ = ["meeting", "row_of", "stated_alone", "unscaled"]


def row_of(form: Any, unknowns: Sequence[Any], head: Any, variables: Sequence[Any]) -> Any:
    """Coefficients of a form that is linear in the variables, None if it is not.

    With a head, variables but the head are products with it, and a form without the head is
    multiplied by it.
    """
    polynomial = sympy.Poly(form, *unknowns)
    place = {x: k for k, x in enumerate(variables)}
    found = [sympy.Integer(0)] * (len(variables) + 1)
    with_head = head is not None and polynomial.degree(head) > 0
    others = any(polynomial.degree(x) > 0 for x in unknowns if x != head)
    for powers, coefficient in polynomial.terms():
        inside = {x: p for x, p in zip(unknowns, powers, strict=True) if p}
        if head is not None and others and not with_head:
            inside[head] = 1
        where = _place(inside, head, place, len(variables))
        if where is None:
            return None
        found[where] += coefficient
    return found


def _place(inside: dict[Any, int], head: Any, place: dict[Any, int], last: int) -> int | None:
    if any(power > 1 for power in inside.values()):
        return None
    others = [x for x in inside if x != head]
    if not inside:
        return last
    if head is None:
        return place[others[0]] if len(others) == 1 else None
    if head not in inside or len(others) > 1:
        return None
    return place[others[0]] if others else place[head]


def meeting(rows: Sequence[Sequence[Any]]) -> list[Any] | None:
    """Where rows ``[coefficients..., constant]`` are zero together; None where they never are."""
    if not rows:
        return []
    count = len(rows)
    # rows that settle one unknown first: what is left is small
    for n, row in enumerate(rows):
        place = [k for k in range(count) if row[k] != 0]
        if not place:
            return None
        if len(place) == 1:
            k = place[0]
            value = -row[-1] / row[k]
            others = [
                [*(r[:k]), *(r[k + 1 : -1]), sympy.expand(r[-1] + r[k] * value)]
                for m, r in enumerate(rows)
                if m != n
            ]
            found = meeting(others)
            return None if found is None else [*found[:k], value, *found[k:]]
    matrix = sympy.Matrix([row[:-1] for row in rows])
    constant = sympy.Matrix([row[-1] for row in rows])
    scale = sympy.expand(matrix.det(method="berkowitz"))
    if scale == 0:
        return None
    found = []
    for k in range(count):
        column = matrix.copy()
        column[:, k] = -constant
        found.append(sympy.expand(column.det(method="berkowitz")) / scale)
    return found


def unscaled(values: Mapping[Any, Any], variables: Sequence[Any]) -> dict[Any, Any]:
    """Unknowns of which all but the first are given as products with the first."""
    head = variables[0]
    if values[head] == 0:
        return {x: sympy.Integer(0) for x in variables}
    return {x: v if x == head else sympy.factor(v / values[head]) for x, v in values.items()}


def stated_alone(
    limits: Sequence[Sequence[Any]], row: Sequence[Any], places: Sequence[int]
) -> bool:
    """Whether a bound is the only one on some variables, but for those that they are positive."""
    for other in limits:
        mentioned = any(other[k] != 0 for k in places)
        positive = sum(c != 0 for c in other) == 1 and sum(other) == 1
        if mentioned and not positive and list(other) != list(row):
            return False
    return True
