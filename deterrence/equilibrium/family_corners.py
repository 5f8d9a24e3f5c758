"""Corners of a family's polytopes as formulas: each the solution of what is tight there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.cells import Group
from deterrence.equilibrium.conditions import System
from deterrence.equilibrium.polynomials import Monomial
from deterrence.equilibrium.polytope import Row
from deterrence.equilibrium.tracing import Traced, plain

__all__ = ["Corner", "TracedPolytope", "distinct_places"]


def distinct_places(numbers: Iterable[Any]) -> list[int]:
    """Places of what is no constant, each once."""
    traced = [x for x in numbers if isinstance(x, Traced) and not _constant(x)]
    return list(dict.fromkeys(x.place for x in traced))


def _constant(x: Traced) -> bool:
    return bool(x.tape.rows[x.place][0] == "constant")


@dataclass(frozen=True, eq=False)
class Corner:
    """A corner of a polytope.

    Attributes
    ----------
    values : dict of Monomial to number
        Its coordinates.
    least : tuple of int
        Places of what must not be negative there.
    exactly : tuple of int
        Places of what must be zero: equations that are too many.
    """

    values: dict[Monomial, Any]
    least: tuple[int, ...]
    exactly: tuple[int, ...]


class TracedPolytope:
    """One polytope of a family and its corners, each as the solution of what is tight there."""

    def __init__(self, system: System, members: Sequence[int], group: Group) -> None:
        place = {j: n for n, j in enumerate(members)}
        self.monomials = [system.order[j] for j in members]
        equal = [system._row(g) for _, g in system.equalities] + system.sums
        least = [system._row(g) for _, g in system.inequalities]
        self.equal = [_local(r, place) for r in equal if any(v in place for v in r)]
        self.least = [_local(r, place) for r in least if any(v in place for v in r)]
        # the exact run lists the same coordinates, perhaps in another order
        order = [group.monomials.index(m) for m in self.monomials if m in group.monomials]
        self.corners: list[Corner] = []
        self.points: list[list[Fraction]] = []
        if len(order) == len(self.monomials) == len(group.monomials):
            self.points = [[c[j] for j in order] for c in group.corners]
            self.corners = [c for c in map(self._corner, self.points) if c is not None]

    def reaching(self, corner: Corner | None = None) -> list[list[tuple[int, ...]]]:
        """By product of mixing probabilities, the tests of corners where it is positive.

        One of them has to hold.

        A condition times a probability holds wherever that probability is zero. Such a corner
        belongs to the family only as the limit of points at which all is played that is in the
        support. Coordinates that are positive at `corner`, or at all corners, are passed over.
        """
        found = []
        for m in self.monomials:
            if any(v[0] != "p" for v in m):  # a belief off the path may be zero
                continue
            positive = [c for c in self.corners if plain(c.values[m]) > 0]
            some = 0 < len(positive) < len(self.corners)
            if some and (corner is None or plain(corner.values[m]) == 0):
                found.append([c.least for c in positive])
        return found

    def middle(self) -> Corner:
        """The average of the corners, there where all of them are."""
        count = Fraction(1, len(self.corners))
        return Corner(
            {m: count * sum(c.values[m] for c in self.corners) for m in self.monomials},
            tuple(dict.fromkeys(x for c in self.corners for x in c.least)),
            tuple(dict.fromkeys(x for c in self.corners for x in c.exactly)),
        )

    def pinned(self) -> dict[Any, tuple[Fraction, Any]]:
        """Variables that the equations determine: the value here, and the formula."""
        found = {}
        for j, m in enumerate(self.monomials):
            here = {point[j] for point in self.points}
            if len(m) == 1 and len(here) == 1:
                found[m[0]] = here.pop(), self.corners[0].values[m]
        return found

    def _corner(self, point: Sequence[Fraction]) -> Corner | None:
        zero: list[Row] = [{j: Fraction(1)} for j, x in enumerate(point) if x == 0]
        tight = [r for r in self.least if plain(_value(r, point)) == 0]
        solved = _solve(len(point), self.equal, [*zero, *tight])
        if solved is None:
            return None
        values, exactly, used = solved
        # what was used is zero by construction
        rest = [r for r in self.least if not any(r is u for u in used)]
        least = [*values, *(_value(r, values) for r in rest)]
        named = dict(zip(self.monomials, values, strict=True))
        return Corner(named, tuple(distinct_places(least)), tuple(distinct_places(exactly)))


def _local(row: Row, place: dict[int, int]) -> Row:
    return {(place[v] if v >= 0 else -1): c for v, c in row.items()}


def _value(row: Row, point: Sequence[Any]) -> Any:
    total = row.get(-1, Fraction(0))
    for v, c in row.items():
        if v >= 0:
            total = total + c * point[v]
    return total


def _solve(
    size: int, equal: Sequence[Row], others: Sequence[Row]
) -> tuple[list[Any], list[Any], list[Row]] | None:
    """The point where equations hold, by elimination, and what is left of those too many.

    Of the other rows, which hold with equality here, only as many are used as are needed; they
    are the third result.
    """
    used: list[Row] = []
    rows: list[tuple[int, Row]] = []  # (pivot, row without earlier pivots)
    exactly: list[Any] = []
    for n, given in enumerate([*equal, *others]):
        if len(rows) == size and n >= len(equal):
            break
        row = _reduced(given, rows)
        free = [v for v, c in row.items() if v >= 0 and c]
        if free:
            pivot = max(free, key=lambda v: abs(row[v]))
            factor = row[pivot]
            rows.append((pivot, {v: c / factor for v, c in row.items() if v < 0 or c}))
            used.append(given)
        elif n < len(equal):
            exactly.append(row.get(-1, Fraction(0)))
    if len(rows) < size:
        return None
    values: list[Any] = [Fraction(0)] * size
    for pivot, row in reversed(rows):
        rest = {v: c for v, c in row.items() if v != pivot}
        values[pivot] = -_value(rest, values)
    return values, exactly, used


def _reduced(given: Row, rows: Sequence[tuple[int, Row]]) -> Row:
    row = dict(given)
    for pivot, other in rows:
        factor = row.pop(pivot, None)
        if factor:
            for v, c in other.items():
                if v != pivot:
                    row[v] = row.get(v, Fraction(0)) - factor * c
    return row
