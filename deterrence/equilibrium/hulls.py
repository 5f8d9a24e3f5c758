"""The hull of some points in equations and inequalities, in exact arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from deterrence.equilibrium.polytope import Row, facets

__all__ = ["hull_of"]

Point = Sequence[Fraction]


def hull_of(points: Sequence[Point]) -> tuple[list[Row], list[Row]]:
    """Equations and facets of the hull of some points.

    Parameters
    ----------
    points : sequence of sequence of fractions.Fraction
        Not empty.

    Returns
    -------
    equal, least : list of dict
        Affine forms, ``{coordinate: factor, -1: constant}``, that are zero on the hull; and one
        for each facet, not negative on it. Coordinates that others determine are not in facets.

    Raises
    ------
    LimitError
        If there are more than 4,096 facets on the way.
    """
    base, *others = points
    edges = [[x - y for x, y in zip(p, base, strict=True)] for p in others]
    pivots = _echelon(edges)
    equal = []
    for column in range(len(base)):
        if column in pivots:
            continue
        row: Row = {column: Fraction(1), -1: -base[column]}
        for lead, edge in pivots.items():
            if edge[column]:
                row[lead] = -edge[column]
                row[-1] += edge[column] * base[lead]
        equal.append(row)
    free = sorted(pivots)
    return equal, facets(free, [[p[v] for v in free] for p in points])


def _echelon(rows: list[list[Fraction]]) -> dict[int, list[Fraction]]:
    """By leading column, rows with one there and zeros at the other leading columns."""
    found: dict[int, list[Fraction]] = {}
    for row in rows:
        for lead, other in found.items():
            if row[lead]:
                factor = row[lead]
                row = [x - factor * y for x, y in zip(row, other, strict=True)]
        lead_new = next((n for n, x in enumerate(row) if x), None)
        if lead_new is None:
            continue
        row = [x / row[lead_new] for x in row]
        for lead, other in found.items():
            if other[lead_new]:
                factor = other[lead_new]
                found[lead] = [x - factor * y for x, y in zip(other, row, strict=True)]
        found[lead_new] = row
    return found
