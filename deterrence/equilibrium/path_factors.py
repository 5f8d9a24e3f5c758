"""Polytopes of strategies: the unknown probabilities of a family that conditions tie together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Protocol

from deterrence.equilibrium.cells import Group
from deterrence.equilibrium.path_conditions import Atom
from deterrence.equilibrium.polynomials import Monomial, Polynomial
from deterrence.equilibrium.polytope import Row, value_at
from deterrence.equilibrium.relation_text import Condition, not_implied, shortest
from deterrence.equilibrium.subset_description import affine_dimension

__all__ = ["CENTRE", "Factor", "Polytope", "Range", "Shares", "shares_of"]

Shares = dict[Atom, Fraction]
Vector = Sequence[Fraction]
Range = tuple[Fraction, Fraction]
CENTRE = -1
MOST_TESTED = 256  # extreme points up to which implied inequalities are sought


class Factor(Protocol):
    """Strategies at some sets, independent of those at others."""

    @property
    def families(self) -> Mapping[int, Sequence[Atom]]:
        """By set, the probabilities that are unknown."""

    @property
    def size(self) -> int:
        """How many extreme points are listed."""

    @property
    def dimension(self) -> int:
        """Dimension of the set of strategies."""

    def shares(self, place: int) -> Shares:
        """Probabilities at an extreme point, or at CENTRE."""

    def range(self, atom: Atom) -> Range:
        """Least and most of a probability."""

    def holds(self, rows: Sequence[Vector], slack: Fraction) -> bool:
        """Whether strategies, by set and action, meet the conditions."""

    def told(self) -> Iterator[tuple[Polynomial, str]]:
        """The conditions: what is zero ("=") or not negative (">=")."""


@dataclass(frozen=True, eq=False)
class Polytope:
    """A polytope in products of probabilities, of which each mix is part of one.

    Attributes
    ----------
    group : Group
    parents : dict
        By set: the product that its mix is part of.
    families : dict
        By set: the probabilities that sum to one.
    tied : frozenset of int
        Sets whose mix is not free where what it is part of vanishes: it is what it comes near to.
    """

    group: Group
    parents: Mapping[int, Monomial]
    families: Mapping[int, Sequence[Atom]]
    tied: frozenset[int] = frozenset()

    @property
    def size(self) -> int:
        """How many corners there are."""
        return len(self.group.corners)

    @property
    def dimension(self) -> int:
        """Dimension of the polytope."""
        return affine_dimension(self.group.corners)

    def vector(self, place: int) -> Vector:
        """Coordinates of a corner, or of the centre."""
        return self.group.centre if place == CENTRE else self.group.corners[place]

    def shares(self, place: int) -> Shares:
        """Probabilities at a corner, or at CENTRE."""
        return self.shares_at(self.vector(place))

    def shares_at(self, vector: Vector) -> Shares:
        """Probabilities at a point; as in the centre where what a mix is part of is zero.

        They are limits from inside.
        """
        value, middle = self._values(vector), self._values(self.group.centre)
        found: Shares = {}
        for k, family in self.families.items():
            products = [tuple(sorted((*self.parents[k], atom))) for atom in family]
            parts = [value[m] for m in products]
            if not any(parts):
                parts = [middle[m] for m in products]
            whole = sum(parts, Fraction(0))
            even = Fraction(1, len(parts))
            found.update(
                (atom, x / whole if whole else even) for atom, x in zip(family, parts, strict=True)
            )
        return found

    def _values(self, vector: Vector) -> dict[Monomial, Fraction]:
        return dict(zip(self.group.monomials, vector, strict=True))

    def range(self, atom: Atom) -> Range:
        """Least and most of a probability; anything where what it is part of may be zero."""
        return self.range_over(atom, self.group.corners)

    def range_over(self, atom: Atom, corners: Sequence[Vector]) -> Range:
        """Least and most over the hull of some points."""
        parent = self.parents[atom[0]]
        part = tuple(sorted((*parent, atom)))
        shares = []
        for corner in corners:
            value = self._values(corner)
            whole = value[parent] if parent else Fraction(1)
            if whole:
                shares.append(value[part] / whole)
            elif atom[0] not in self.tied:
                return Fraction(0), Fraction(1)
        return min(shares), max(shares)

    def holds(self, rows: Sequence[Vector], slack: Fraction) -> bool:
        """Whether strategies, by set and action, meet the conditions."""
        point = [prod((rows[k][a] for k, a in m), start=Fraction(1)) for m in self.group.monomials]
        return all(abs(value_at(row, point)) <= slack for _, row in self.group.equalities) and all(
            value_at(row, point) >= -slack for _, row in self.group.inequalities
        )

    def told(self) -> Iterator[tuple[Polynomial, str]]:
        """The conditions that do not follow from others; none of a point."""
        g = self.group
        if len(g.corners) == 1:
            return
        sums = [self._polynomial(row) for tag, row in g.equalities if tag is None]
        for tag, row in g.equalities:
            if tag is not None:
                yield shortest(self._polynomial(row), sums), "="
        least: list[Condition] = list(g.inequalities)
        if len(g.corners) <= MOST_TESTED:
            least = not_implied(g, least)
        for _, row in least:
            yield shortest(self._polynomial(row), sums), ">="

    def _polynomial(self, row: Row) -> Polynomial:
        return {(self.group.monomials[v] if v >= 0 else ()): c for v, c in row.items() if c}


def shares_of(parts: Iterable[Polytope], point: Iterable[Vector]) -> Shares:
    """The probabilities of all parts, each at its vector."""
    return {
        atom: x
        for part, vector in zip(parts, point, strict=True)
        for atom, x in part.shares_at(vector).items()
    }
