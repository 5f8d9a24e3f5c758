"""Bounded polyhedra in exact arithmetic: all extreme points, by double description.

Motzkin, Raiffa, Thompson and Thrall (1953); adjacency by zero sets (Fukuda and Prodon 1996). Meant
for the small systems behind one support: a handful of free dimensions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

from deterrence.errors import LimitError

__all__ = ["extreme_points", "facets"]

Row = dict[int, Fraction]  # coefficient by variable; the constant stands at -1
Whole = dict[int, int]
MOST_RAYS = 4096


def extreme_points(
    size: int,
    equalities: Sequence[Row],
    inequalities: Sequence[Row],
    most: int = MOST_RAYS,
) -> list[list[Fraction]]:
    """The extreme points of ``{x >= 0: e(x) = 0 for equalities, g(x) >= 0 for inequalities}``.

    Parameters
    ----------
    size : int
        Number of variables.
    equalities, inequalities : sequence of dict
        Affine forms: ``{variable: coefficient, -1: constant}``.
    most : int
        Rays at most, on the way.

    Returns
    -------
    list of list of fractions.Fraction
        Empty if the set is empty.

    Raises
    ------
    LimitError
        If the set is unbounded, or has more rays than `most`.
    """
    solved = _solve([_whole(e) for e in equalities])
    if solved is None:
        return []
    free = [v for v in range(size) if v not in solved]
    rows = _constraints(size, solved, free, [_whole(g) for g in inequalities])
    if rows is None:
        return []
    if not free:
        return [_point(size, solved, {})]
    points = []
    for ray in _rays(len(free) + 1, rows, most):
        if ray[0] == 0:
            raise LimitError("an unbounded polyhedron where a bounded one was expected.")
        points.append(
            _point(size, solved, {v: Fraction(ray[k + 1], ray[0]) for k, v in enumerate(free)})
        )
    return points


def facets(
    variables: Sequence[int], points: Sequence[Sequence[Fraction]], most: int = MOST_RAYS
) -> list[Row]:
    """The facets of a full-dimensional hull of points: forms that are not negative on it.

    Parameters
    ----------
    variables : sequence of int
        Names of the coordinates.
    points : sequence of sequence of fractions.Fraction
        In as many dimensions as there are variables.
    most : int
        Rays at most, on the way.

    Returns
    -------
    list of dict
        Affine forms: ``{variable: coefficient, -1: constant}``.
    """
    if not variables:
        return []
    rows = [_whole({-1: Fraction(1), **dict(enumerate(point))}) for point in points]
    size = len(variables)
    cone = dict.fromkeys(tuple(row.get(v, 0) for v in (-1, *range(size))) for row in rows)
    return [
        {v: Fraction(c) for v, c in zip((-1, *variables), ray, strict=True) if c}
        for ray in _rays(size + 1, list(cone), most)
    ]


def value_at(row: Row, point: Sequence[Fraction]) -> Fraction:
    """An affine form at a point."""
    return sum((c * point[v] for v, c in row.items() if v >= 0), row.get(-1, Fraction(0)))


def _whole(row: Row) -> Whole:
    """The row times a positive number that makes its entries whole and coprime."""
    scale = lcm(*(c.denominator for c in row.values()))
    return _coprime({v: c.numerator * (scale // c.denominator) for v, c in row.items() if c})


def _coprime(row: Whole) -> Whole:
    divisor = gcd(*row.values())
    return {v: c // divisor for v, c in row.items()} if divisor > 1 else row


def _solve(equalities: Sequence[Whole]) -> dict[int, Whole] | None:
    """By leading variable, equations in the free variables only; None if there is no solution.

    Each equation's leading entry is positive.
    """
    pivots: dict[int, Whole] = {}
    for equation in equalities:
        row = _eliminate(equation, pivots)
        lead = min((v for v in row if v >= 0), default=None)
        if lead is None:
            if row:
                return None
            continue
        if row[lead] < 0:
            row = {v: -c for v, c in row.items()}
        for other, pivot in pivots.items():
            if lead in pivot:
                pivots[other] = _combine(pivot, row, lead)
        pivots[lead] = row
    return pivots


def _eliminate(row: Whole, pivots: dict[int, Whole]) -> Whole:
    """A positive multiple of the row with the leading variables replaced."""
    for lead in [v for v in row if v in pivots]:
        if lead in row:
            row = _combine(row, pivots[lead], lead)
    return row


def _combine(row: Whole, pivot: Whole, lead: int) -> Whole:
    """``pivot[lead] * row - row[lead] * pivot``, divided by what is common."""
    times, less = pivot[lead], row[lead]
    result = {v: c * times for v, c in row.items()}
    for v, c in pivot.items():
        total = result.get(v, 0) - less * c
        if total:
            result[v] = total
        else:
            result.pop(v, None)
    return _coprime(result)


def _point(size: int, solved: dict[int, Whole], free: dict[int, Fraction]) -> list[Fraction]:
    found = []
    for v in range(size):
        if v in solved:
            row = solved[v]
            total = Fraction(row.get(-1, 0))
            for w, c in row.items():
                if w >= 0 and w != v:
                    total += c * free[w]
            found.append(-total / row[v])
        else:
            found.append(free[v])
    return found


def _constraints(
    size: int, solved: dict[int, Whole], free: Sequence[int], inequalities: Sequence[Whole]
) -> list[tuple[int, ...]] | None:
    """Coprime rows of the cone over the polyhedron; None where one cannot hold."""
    place = {-1: 0, **{v: k + 1 for k, v in enumerate(free)}}
    rows: dict[tuple[int, ...], None] = {(1, *(0 for _ in free)): None}
    for form in [*({v: 1} for v in range(size)), *inequalities]:
        entries = [0] * (len(free) + 1)
        for v, c in _eliminate(form, solved).items():
            entries[place[v]] = c
        if any(entries[1:]):
            rows[tuple(entries)] = None
        elif entries[0] < 0:
            return None
    return list(rows)


def _reduced(vector: Sequence[int]) -> tuple[int, ...]:
    divisor = gcd(*vector) or 1
    return tuple(x // divisor for x in vector)


def _rays(dimension: int, rows: list[tuple[int, ...]], most: int) -> list[tuple[int, ...]]:
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
        if len(rays) > most:
            raise LimitError(f"a polyhedron with more than {most:,} extreme rays.")
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
    table = [[*row, *(int(i == j) for j in range(n))] for i, row in enumerate(rows)]
    for i in range(n):
        swap = next(r for r in range(i, n) if table[r][i])
        table[i], table[swap] = table[swap], table[i]
        if table[i][i] < 0:
            table[i] = [-x for x in table[i]]
        pivot = table[i][i]
        for r in range(n):
            if r != i and table[r][i]:
                factor = table[r][i]
                pairs = zip(table[r], table[i], strict=True)
                table[r] = list(_reduced([pivot * x - factor * y for x, y in pairs]))
    scale = lcm(*(table[i][i] for i in range(n)))
    return [
        _reduced([table[r][n + j] * (scale // table[r][r]) for r in range(n)]) for j in range(n)
    ]
