"""Families of Nash or subgame-perfect equilibria of a tree, as the records of a Solution."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from deterrence.equilibrium.description import Description, Range, labelled
from deterrence.equilibrium.factored import distinct
from deterrence.equilibrium.outcomes import leaves
from deterrence.equilibrium.path_cells import Location, PathCell
from deterrence.equilibrium.polynomials import Monomial
from deterrence.equilibrium.reduction import chance_reach
from deterrence.equilibrium.relation_text import Condition, not_implied, sentence
from deterrence.equilibrium.tree_profiles import TreeEquilibrium, certified_tree_profile, labels_of
from deterrence.games.tree import Game

__all__ = ["PathSource"]

Pick = tuple[int, Location]  # a family and one of its points
MOST_TESTED = 256  # extreme points up to which implied inequalities are sought


class PathSource:
    """Answers the records of a Solution from the families found.

    Parameters
    ----------
    game : Game
    concept : str
    cells : sequence of PathCell
    components : sequence of sequence of int
        Places of the cells of each component.
    """

    def __init__(
        self,
        game: Game,
        concept: str,
        cells: Sequence[PathCell],
        components: Sequence[Sequence[int]],
    ) -> None:
        self.game, self.concept = game, concept
        self.families, self.components = cells, components
        self._kept: dict[tuple[int, Pick], TreeEquilibrium] = {}
        self._counts: dict[int, int] = {}

    @property
    def component_count(self) -> int:
        """Number of components."""
        return len(self.components)

    @functools.cached_property
    def point_count(self) -> int:
        """How many points all families list."""
        return sum(self.points_in((n,)) for n in range(len(self.families)))

    def keys(self, component: int) -> list[tuple[int]]:
        """The families of a component."""
        return [(n,) for n in self.components[component]]

    def centre(self, cells: Sequence[int]) -> Pick:
        """The middle of a family."""
        return cells[0], self.families[cells[0]].centre

    def picks(self, cells: Sequence[int]) -> Iterator[Pick]:
        """The middle of a family, then its extreme points."""
        return ((cells[0], location) for location in self.families[cells[0]].points())

    def points_in(self, cells: Sequence[int]) -> int:
        """How many points a family lists."""
        n = cells[0]
        if n not in self._counts:
            self._counts[n] = sum(1 for _ in self.families[n].points())
        return self._counts[n]

    def dimension(self, cells: Sequence[int]) -> int:
        """Dimension of a family; choices of which nothing is asked do not count."""
        return self.families[cells[0]].dimension

    def equilibrium(self, component: int, picks: Pick) -> TreeEquilibrium:
        """A certified equilibrium."""
        key = (component, picks)
        if key not in self._kept:
            cell = self.families[picks[0]]
            rows = cell.rows(self.game.structure, picks[1])
            if len(self._kept) > 10_000:
                self._kept.clear()
            self._kept[key] = certified_tree_profile(
                self.game, self.concept, component, rows, exact=cell.exact
            )
        return self._kept[key]

    # -- description --------------------------------------------------------------------------

    def description(self, cells: Sequence[int]) -> Description:
        """What is fixed in a family and what varies."""
        cell, s = self.families[cells[0]], self.game.structure
        strategies = [self._ranges(cell, k) for k in range(len(s.sets))]
        beliefs = [(None,) * len(own.nodes) for own in s.sets]
        middle = cell.rows(s, cell.centre)
        return labelled(s, strategies, beliefs, tuple(self._relations(cell)), middle)

    def _ranges(self, cell: PathCell, k: int) -> tuple[Range | None, ...]:
        """Least and most probability of each action of a set."""
        count = len(self.game.structure.sets[k].actions)
        played = cell.supports.get(k, tuple(range(count)))
        nothing = (Fraction(0), Fraction(0))
        if k in cell.parents:
            found = {a: _range(cell, k, a) for a in played}
        elif (k, played[0]) in cell.fixed:
            found = {a: (cell.fixed[k, a],) * 2 for a in played}
        elif len(played) == 1:
            found = {played[0]: (Fraction(1), Fraction(1))}
        else:
            found = {a: (Fraction(0), Fraction(1)) for a in played}
        return tuple(found.get(a, nothing) for a in range(count))

    def _relations(self, cell: PathCell) -> Iterator[str]:
        for g in cell.groups:
            if len(g.corners) == 1:
                continue
            for tag, row in g.equalities:
                if tag is not None:
                    yield from self._told(g.monomials, row, "=")
            least: list[Condition] = list(g.inequalities)
            if len(g.corners) <= MOST_TESTED:
                least = not_implied(g, least)
            for _, row in least:
                yield from self._told(g.monomials, row, ">=")

    def _told(
        self, monomials: Sequence[Monomial], row: Mapping[int, Fraction], sign: str
    ) -> Iterator[str]:
        polynomial = {(monomials[v] if v >= 0 else ()): c for v, c in row.items() if c}
        text = sentence(polynomial, sign, self._name)
        if text:
            yield text

    def _name(self, atom: Any) -> str:
        s = self.game.structure.sets[atom[0]]
        return f"P[{s.player} | {s.knows!r}]({s.actions[atom[1]]})"

    # -- outcomes -----------------------------------------------------------------------------

    @functools.cached_property
    def affine(self) -> bool:
        """Whether every family's corners bound its outcomes."""
        return all(self._is_affine(cell) for cell in self.families)

    def _is_affine(self, cell: PathCell) -> bool:
        """Whether what is multiplied on the way to an outcome is a coordinate, polytope by polytope.

        Payoffs are then affine in each polytope.
        """
        several = [g for g in cell.groups if len(g.corners) > 1]
        if not several:
            return True
        for way in self._leaves.moves():
            used = [atom for atom in way if atom[0] in cell.parents]
            if any(atom[1] not in cell.supports.get(atom[0], (atom[1],)) for atom in way):
                continue
            for g in several:
                sets = {k for m in g.monomials for k, _ in m}
                inside = tuple(sorted(atom for atom in used if atom[0] in sets))
                if inside and inside not in g.monomials:
                    return False
        return True

    @functools.cached_property
    def _leaves(self) -> Any:
        s = self.game.structure
        return leaves(self.game, [0], range(len(s.sets)), chance_reach(self.game))

    @functools.cached_property
    def _rows(self) -> list[Any]:
        """By component, outcomes at the points of its families."""
        return [
            np.concatenate([self._outcomes(self.families[n]) for n in places])
            for places in self.components
        ]

    def _outcomes(self, cell: PathCell) -> Any:
        s, table = self.game.structure, self._leaves
        profiles = [cell.rows(s, location) for location in cell.points()]
        rows = np.zeros((len(profiles), table.width))
        for n, profile in enumerate(profiles):
            for k, row in enumerate(profile):
                start = table.offsets[k]
                rows[n, start : start + len(row)] = [float(p) for p in row]
        return table.evaluate(rows)

    def envelope(self) -> dict[str, tuple[float, float]]:
        """Least and most over the set, by event or player."""
        return self._between(np.concatenate(self._rows)) if self._rows else {}

    def component_outcome(self, n: int) -> dict[str, tuple[float, float]]:
        """Least and most over a component."""
        return self._between(self._rows[n])

    def outcomes(self) -> list[dict[str, float]]:
        """Distinct rows of payoffs and event probabilities at the points of families."""
        if not self._rows:
            return []
        names = labels_of(self.game)
        rows = distinct(np.concatenate(self._rows))
        return [dict(zip(names, map(float, row), strict=True)) for row in rows]

    def _between(self, rows: Any) -> dict[str, tuple[float, float]]:
        low, high = np.min(rows, axis=0), np.max(rows, axis=0)
        names = labels_of(self.game)
        return {n: (float(a), float(b)) for n, a, b in zip(names, low, high, strict=True)}


def _range(cell: PathCell, k: int, action: int) -> Range:
    """Least and most share of an action in the mix of a set."""
    parent = cell.parents[k]
    part = tuple(sorted((*parent, (k, action))))
    group = next(g for g in cell.groups if part in g.monomials)
    corners = range(len(group.corners))
    where = {m: n for n, m in enumerate(group.monomials)}
    shares = []
    for c in corners:
        whole = group.corners[c][where[parent]] if parent else Fraction(1)
        if not whole:
            return Fraction(0), Fraction(1)  # ruled out there, and free
        shares.append(group.corners[c][where[part]] / whole)
    return min(shares), max(shares)
