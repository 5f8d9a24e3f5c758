"""Families of equilibria with given choices where play arrives, and how they hang together."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

from deterrence.equilibrium.cells import Group
from deterrence.equilibrium.path_conditions import Atom
from deterrence.equilibrium.polynomials import Monomial
from deterrence.equilibrium.polytope import Row
from deterrence.equilibrium.stages import Stage
from deterrence.equilibrium.subset_description import affine_dimension
from deterrence.games.structure import MOVE, OUTCOME, Structure

__all__ = ["CENTRE", "Location", "PathCell", "Rows", "linked", "reached_supports"]

Rows = list[tuple[Fraction, ...]]  # probabilities by information set and action
Location = tuple[int, ...]  # by group, the place of a corner, or CENTRE
CENTRE = -1
MOST_CORNERS = 256
NEAR = Fraction(1, 10**9)  # what counts as the same where numbers are rounded


@dataclass(frozen=True, eq=False)
class PathCell:
    """Equilibria with the same choices where play arrives: a product of polytopes.

    Attributes
    ----------
    supports : dict
        By set that play reaches (in its smallest subgame), the actions played.
    groups : tuple of Group
        Polytopes in products of probabilities.
    parents : dict
        By set with unknown probabilities: the product that its mix is part of.
    fixed : dict
        Probabilities found as roots, or held fixed in a slice.
    exact : bool
        False if a root was approximated (to 40 digits).
    """

    supports: Mapping[int, tuple[int, ...]]
    groups: tuple[Group, ...]
    parents: Mapping[int, Monomial]
    fixed: Mapping[Atom, Fraction]
    exact: bool

    def with_parts(self, parts: Sequence[PathCell]) -> PathCell:
        """Together with families of other parts of the tree."""
        if not parts:
            return self
        every = (self, *parts)
        return PathCell(
            {k: v for cell in every for k, v in cell.supports.items()},
            tuple(g for cell in every for g in cell.groups),
            {k: v for cell in every for k, v in cell.parents.items()},
            {k: v for cell in every for k, v in cell.fixed.items()},
            all(cell.exact for cell in every),
        )

    @property
    def key(self) -> frozenset[tuple[int, tuple[int, ...]]]:
        """The choices where play arrives."""
        return frozenset(self.supports.items())

    @property
    def dimension(self) -> int:
        """Dimension, choices that no condition mentions not counted."""
        return sum(affine_dimension(g.corners) for g in self.groups)

    # -- points -------------------------------------------------------------------------------

    @property
    def centre(self) -> Location:
        """A point inside."""
        return (CENTRE,) * len(self.groups)

    def corners(self, groups: Sequence[int] | None = None) -> Iterator[Location]:
        """Extreme points; one polytope at a time where their products are more than 256."""
        several = [n for n, g in enumerate(self.groups) if len(g.corners) > 1]
        several = [n for n in several if groups is None or n in groups]
        middle = self.centre
        if prod(len(self.groups[n].corners) for n in several) <= MOST_CORNERS:
            choices = [range(len(self.groups[n].corners)) for n in several]
            if several:
                for corner in itertools.product(*choices):
                    at = dict(zip(several, corner, strict=True))
                    yield tuple(at.get(n, CENTRE) for n in range(len(middle)))
            return
        for n in several:
            for c in range(len(self.groups[n].corners)):
                yield (*middle[:n], c, *middle[n + 1 :])

    def points(self) -> Iterator[Location]:
        """The centre, then the extreme points."""
        yield self.centre
        yield from self.corners()

    def values(self, location: Location) -> dict[Monomial, Fraction]:
        """The products of probabilities at a point."""
        found: dict[Monomial, Fraction] = {(): Fraction(1)}
        for g, place in zip(self.groups, location, strict=True):
            vector = g.centre if place == CENTRE else g.corners[place]
            found.update(zip(g.monomials, vector, strict=True))
        return found

    def rows(self, structure: Structure, location: Location) -> Rows:
        """The strategies at a point; where nothing is asked of a set, an even mix."""
        values = self.values(location)
        found: Rows = []
        for s in structure.sets:
            count = len(s.actions)
            played = self.supports.get(s.index, range(count))
            if s.index in self.parents:
                row = self._shares(s.index, played, values)
            elif (s.index, played[0]) in self.fixed:
                row = {a: self.fixed[s.index, a] for a in played}
            else:
                row = {a: Fraction(1, len(played)) for a in played}
            found.append(tuple(row.get(a, Fraction(0)) for a in range(count)))
        return found

    def _shares(
        self, k: int, played: Sequence[int], values: Mapping[Monomial, Fraction]
    ) -> dict[int, Fraction]:
        parent = self.parents[k]
        parts = {a: values[tuple(sorted((*parent, (k, a))))] for a in played}
        whole = sum(parts.values(), Fraction(0))
        if not whole:
            return {a: Fraction(1, len(parts)) for a in parts}
        return {a: x / whole for a, x in parts.items()}

    # -- belonging ----------------------------------------------------------------------------

    def contains(self, rows: Sequence[Sequence[Fraction]], slack: Fraction = Fraction(0)) -> bool:
        """Whether strategies with these choices where play arrives meet all conditions."""
        if any(abs(rows[k][a] - p) > slack for (k, a), p in self.fixed.items()):
            return False
        for g in self.groups:
            point = [prod((rows[k][a] for k, a in m), start=Fraction(1)) for m in g.monomials]
            if any(abs(_at(row, point)) > slack for _, row in g.equalities):
                return False
            if any(_at(row, point) < -slack for _, row in g.inequalities):
                return False
        return True


def _at(row: Row, point: Sequence[Fraction]) -> Fraction:
    return sum((c * point[v] for v, c in row.items() if v >= 0), row.get(-1, Fraction(0)))


def reached_supports(
    structure: Structure,
    stages: Sequence[Stage],
    rows: Sequence[Sequence[Fraction]],
    slack: Fraction = Fraction(0),
) -> dict[int, tuple[int, ...]]:
    """The actions played at the sets that play reaches from the roots of stages."""
    found: dict[int, tuple[int, ...]] = {}
    for stage in stages:
        stop, stack = set(stage.inner), [stage.root]
        while stack:
            node = stack.pop()
            if node in stop or structure.kind[node] == OUTCOME:
                continue
            children = structure.children[node]
            if structure.kind[node] == MOVE:
                k = structure.set_of[node]
                found[k] = tuple(a for a, p in enumerate(rows[k]) if p > slack)
                children = tuple(children[a] for a in found[k])
            stack.extend(children)
    return found


def linked(
    structure: Structure, stages: Sequence[Stage], cells: Sequence[PathCell]
) -> tuple[list[list[int]], int]:
    """Places of the cells of each connected component, and corners that lie in no cell.

    The closure of a cell is its polytope, of which a corner may have fewer choices where play
    arrives. The cell with those choices holds it, and both are joined there. Any two cells whose
    closures meet do so at such corners as well.
    """
    leader = list(range(len(cells)))

    def find(n: int) -> int:
        while leader[n] != n:
            leader[n] = leader[leader[n]]
            n = leader[n]
        return n

    by_key: dict[Any, list[int]] = {}
    for n, cell in enumerate(cells):
        by_key.setdefault(cell.key, []).append(n)
    homeless = 0
    for n, cell in enumerate(cells):
        slack = Fraction(0) if cell.exact else NEAR
        for location in cell.corners(_on_path(cell)):
            rows = cell.rows(structure, location)
            key = frozenset(reached_supports(structure, stages, rows, slack).items())
            homes = [
                m
                for m in by_key.get(key, ())
                if m == n or cells[m].contains(rows, slack if cells[m].exact else NEAR)
            ]
            homeless += not homes
            for m in homes:
                leader[max(find(m), find(n))] = min(find(m), find(n))
    found: dict[int, list[int]] = {}
    for n in range(len(cells)):
        found.setdefault(find(n), []).append(n)
    return list(found.values()), homeless


def _on_path(cell: PathCell) -> list[int]:
    """The polytopes with probabilities of choices that are made where play arrives."""
    return [
        n
        for n, g in enumerate(cell.groups)
        if any(k in cell.supports for m in g.monomials for k, _ in m)
    ]
