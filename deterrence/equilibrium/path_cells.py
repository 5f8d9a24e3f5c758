"""Families of equilibria with given choices where play arrives, and how they hang together."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

from deterrence.equilibrium.path_conditions import Atom
from deterrence.equilibrium.path_factors import CENTRE, Factor
from deterrence.equilibrium.stages import Stage
from deterrence.games.structure import MOVE, OUTCOME, Structure

__all__ = ["Location", "PathCell", "Rows", "linked", "reached_supports"]

Rows = list[tuple[Fraction, ...]]  # probabilities by information set and action
Location = tuple[int, ...]  # by factor, the place of an extreme point, or CENTRE
MOST_CORNERS = 256
NEAR = Fraction(1, 10**9)  # what counts as the same where numbers are rounded


@dataclass(frozen=True, eq=False)
class PathCell:
    """Equilibria with the same choices where play arrives: a product of sets of strategies.

    Attributes
    ----------
    supports : dict
        By set that play reaches (in its smallest subgame), the actions played.
    factors : tuple of Factor
        Independent of each other.
    fixed : dict
        Probabilities found as roots, or held fixed in a slice.
    exact : bool
        False if a root was approximated (to 40 digits).
    """

    supports: Mapping[int, tuple[int, ...]]
    factors: tuple[Factor, ...]
    fixed: Mapping[Atom, Fraction]
    exact: bool

    def with_parts(self, parts: Sequence[PathCell]) -> PathCell:
        """Together with families of other parts of the tree."""
        if not parts:
            return self
        every = (self, *parts)
        return PathCell(
            {k: v for cell in every for k, v in cell.supports.items()},
            tuple(factor for cell in every for factor in cell.factors),
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
        return sum(factor.dimension for factor in self.factors)

    # -- points -------------------------------------------------------------------------------

    @property
    def centre(self) -> Location:
        """A point inside."""
        return (CENTRE,) * len(self.factors)

    def corners(self, factors: Sequence[int] | None = None) -> Iterator[Location]:
        """Extreme points; one factor at a time where their products are more than 256."""
        several = [n for n, f in enumerate(self.factors) if f.size > 1]
        several = [n for n in several if factors is None or n in factors]
        middle = self.centre
        if prod(self.factors[n].size for n in several) <= MOST_CORNERS:
            choices = [range(self.factors[n].size) for n in several]
            if several:
                for corner in itertools.product(*choices):
                    at = dict(zip(several, corner, strict=True))
                    yield tuple(at.get(n, CENTRE) for n in range(len(middle)))
            return
        for n in several:
            for c in range(self.factors[n].size):
                yield (*middle[:n], c, *middle[n + 1 :])

    def points(self) -> Iterator[Location]:
        """The centre, then the extreme points; of many, those of `corners`."""
        yield self.centre
        yield from self.corners()

    @property
    def spanned(self) -> bool:
        """Whether all extreme points of what is played on the path are listed by `spanning`."""
        return prod(self.factors[n].size for n in self.on_path()) <= MOST_CORNERS

    def spanning(self) -> Iterator[Location]:
        """The centre, then the extreme points of what is played, all else in the middle.

        Their outcomes bound those of the family if it is `spanned`, and outcomes are affine in
        each factor.
        """
        yield self.centre
        yield from self.corners(self.on_path())

    def rows(self, structure: Structure, location: Location) -> Rows:
        """The strategies at a point; where nothing is asked of a set, an even mix."""
        shares = dict(self.fixed)
        for factor, place in zip(self.factors, location, strict=True):
            shares.update(factor.shares(place))
        found: Rows = []
        for s in structure.sets:
            count = len(s.actions)
            played = self.supports.get(s.index, range(count))
            even = Fraction(1, len(played))
            row = {a: shares.get((s.index, a), even) for a in played}
            found.append(tuple(row.get(a, Fraction(0)) for a in range(count)))
        return found

    @functools.cached_property
    def factor_of(self) -> dict[int, Factor]:
        """By set with unknown probabilities, the factor that holds them."""
        return {k: factor for factor in self.factors for k in factor.families}

    def on_path(self) -> list[int]:
        """The factors with probabilities of choices that are made where play arrives."""
        return [
            n for n, f in enumerate(self.factors) if any(k in self.supports for k in f.families)
        ]

    def contains(self, rows: Sequence[Sequence[Fraction]], slack: Fraction = Fraction(0)) -> bool:
        """Whether strategies with these choices where play arrives meet all conditions."""
        if any(abs(rows[k][a] - p) > slack for (k, a), p in self.fixed.items()):
            return False
        return all(factor.holds(rows, slack) for factor in self.factors)


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
        for location in cell.corners(cell.on_path()):
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
