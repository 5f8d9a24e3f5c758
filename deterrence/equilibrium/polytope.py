"""Bounded polyhedra in exact arithmetic: all extreme points, by double description.

Motzkin, Raiffa, Thompson and Thrall (1953); adjacency by zero sets (Fukuda and Prodon 1996). Meant
for the small systems behind one support: a handful of free dimensions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd

from deterrence.errors import LimitError

__all__ = ["extreme_points"]

Row = dict[int, Fraction]  # coefficient by variable; the constant stands at -1
MOST_RAYS = 4096


def extreme_points(
    size: int, equalities: Sequence[Row], inequalities: Sequence[Row]
) -> list[list[Fraction]]:
    """The extreme points of ``{x >= 0: e(x) = 0 for equalities, g(x) >= 0 for inequalities}``.

    Parameters
    ----------
    size : int
        Number of variables.
    equalities, inequalities : sequence of dict
        Affine forms: ``{variable: coefficient, -1: constant}``.

    Returns
    -------
    list of list of fractions.Fraction
        Empty if the set is empty.

    Raises
    ------
    LimitError
        If the set is unbounded, or has more than 4,096 rays on the way.
    """
    solved = _solve(size, equalities)
    if solved is None:
        return []
    expressed, free = solved
    rows = _constraints(expressed, free, inequalities)
    if rows is None:
        return []
    if not free:
        return [[form.get(-1, Fraction(0)) for form in expressed]]
    rays = _rays(len(free) + 1, rows)
    points = []
    for ray in rays:
        if ray[0] == 0:
            raise LimitError("an unbounded polyhedron where a bounded one was expected.")
        t = {v: Fraction(ray[k + 1], ray[0]) for k, v in enumerate(free)}
        points.append([_value(form, t) for form in expressed])
    return points


def _value(form: Row, t: dict[int, Fraction]) -> Fraction:
    return sum((c * t[v] for v, c in form.items() if v >= 0), form.get(-1, Fraction(0)))


def _solve(size: int, equalities: Sequence[Row]) -> tuple[list[Row], list[int]] | None:
    """Every variable as an affine form in the free ones, or None where there is no solution."""
    pivots: dict[int, Row] = {}
    for equation in equalities:
        row = _substitute(equation, pivots)
        lead = min((v for v in row if v >= 0), default=None)
        if lead is None:
            if row.get(-1):
                return None
            continue
        scale = -1 / row.pop(lead)
        solved = {v: c * scale for v, c in row.items()}
        for other in list(pivots):
            pivots[other] = _substitute(pivots[other], {lead: solved})
        pivots[lead] = solved
    free = [v for v in range(size) if v not in pivots]
    return [pivots.get(v, {v: Fraction(1)}) for v in range(size)], free


def _substitute(row: Row, known: dict[int, Row]) -> Row:
    result: Row = {}
    for v, c in row.items():
        for w, d in known[v].items() if v in known else ((v, Fraction(1)),):
            total = result.get(w, 0) + c * d
            if total:
                result[w] = total
            else:
                result.pop(w, None)
    return result


def _constraints(
    expressed: Sequence[Row], free: Sequence[int], inequalities: Sequence[Row]
) -> list[tuple[int, ...]] | None:
    """Primitive integer rows of the cone over the polyhedron; None where one cannot hold."""
    known = dict(enumerate(expressed))
    place = {v: k + 1 for k, v in enumerate(free)}
    rows: dict[tuple[int, ...], None] = {(1, *(0 for _ in free)): None}
    for form in [*expressed, *(_substitute(g, known) for g in inequalities)]:
        entries = [form.get(-1, Fraction(0)), *(Fraction(0) for _ in free)]
        for v, c in form.items():
            if v >= 0:
                entries[place[v]] = c
        if any(entries[1:]):
            rows[_primitive(entries)] = None
        elif entries[0] < 0:
            return None
    return list(rows)


def _primitive(entries: Sequence[Fraction]) -> tuple[int, ...]:
    scale = 1
    for e in entries:
        scale = scale * e.denominator // gcd(scale, e.denominator)
    return _reduced([int(e * scale) for e in entries])


def _reduced(vector: Sequence[int]) -> tuple[int, ...]:
    divisor = gcd(*vector) or 1
    return tuple(x // divisor for x in vector)


def _rays(dimension: int, rows: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Extreme rays of the cone ``{y: row . y >= 0}``, which contains no line."""
    start = _independent(dimension, rows)
    if len(start) < dimension:
        raise LimitError("an unbounded polyhedron where a bounded one was expected.")
    rays = _simplicial([rows[k] for k in start])
    done = list(start)
    zeros = [frozenset(k for k in done if _dot(rows[k], ray) == 0) for ray in rays]
    for k in range(len(rows)):
        if k in start:
            continue
        rays, zeros = _cut(dimension, rows, k, rays, zeros)
        done.append(k)
        if len(rays) > MOST_RAYS:
            raise LimitError(f"a polyhedron with more than {MOST_RAYS:,} extreme rays.")
    return rays


def _dot(row: tuple[int, ...], ray: tuple[int, ...]) -> int:
    return sum(a * b for a, b in zip(row, ray, strict=True))


def _cut(
    dimension: int,
    rows: list[tuple[int, ...]],
    k: int,
    rays: list[tuple[int, ...]],
    zeros: list[frozenset[int]],
) -> tuple[list[tuple[int, ...]], list[frozenset[int]]]:
    values = [_dot(rows[k], ray) for ray in rays]
    kept = [
        (ray, zero | {k} if value == 0 else zero)
        for ray, zero, value in zip(rays, zeros, values, strict=True)
        if value >= 0
    ]
    positive = [n for n, value in enumerate(values) if value > 0]
    negative = [n for n, value in enumerate(values) if value < 0]
    for p in positive:
        for n in negative:
            common = zeros[p] & zeros[n]
            if len(common) < dimension - 2:
                continue
            if any(common <= zeros[m] for m in range(len(rays)) if m not in (p, n)):
                continue
            ray = _reduced(
                [values[p] * b - values[n] * a for a, b in zip(rays[p], rays[n], strict=True)]
            )
            kept.append((ray, common | {k}))
    return [ray for ray, _ in kept], [zero for _, zero in kept]


def _independent(dimension: int, rows: list[tuple[int, ...]]) -> list[int]:
    """Places of a maximal independent choice of rows, at most `dimension` of them."""
    basis: list[tuple[int, list[Fraction]]] = []
    chosen = []
    for k, row in enumerate(rows):
        vector = [Fraction(x) for x in row]
        for lead, base in basis:
            if vector[lead]:
                factor = vector[lead] / base[lead]
                vector = [x - factor * y for x, y in zip(vector, base, strict=True)]
        lead_new = next((j for j, x in enumerate(vector) if x), None)
        if lead_new is not None:
            basis.append((lead_new, vector))
            chosen.append(k)
            if len(chosen) == dimension:
                break
    return chosen


def _simplicial(rows: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Rays of a cone of as many independent rows as dimensions: columns of the inverse."""
    n = len(rows)
    table = [
        [Fraction(x) for x in row] + [Fraction(int(i == j)) for j in range(n)]
        for i, row in enumerate(rows)
    ]
    for i in range(n):
        swap = next(r for r in range(i, n) if table[r][i])
        table[i], table[swap] = table[swap], table[i]
        pivot = table[i][i]
        table[i] = [x / pivot for x in table[i]]
        for r in range(n):
            if r != i and table[r][i]:
                factor = table[r][i]
                table[r] = [x - factor * y for x, y in zip(table[r], table[i], strict=True)]
    return [_primitive([table[r][n + j] for r in range(n)]) for j in range(n)]
