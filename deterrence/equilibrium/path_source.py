"""Families of Nash or subgame-perfect equilibria of a tree, as the records of a Solution."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from deterrence.equilibrium.description_record import Description, labelled
from deterrence.equilibrium.outcomes import distinct, leaves, rows_by_name, spans_of
from deterrence.equilibrium.path_cells import Location, PathCell
from deterrence.equilibrium.path_curved import Curved
from deterrence.equilibrium.path_factors import Factor, Polytope, Range
from deterrence.equilibrium.path_stars import Star
from deterrence.equilibrium.polynomials import Monomial
from deterrence.equilibrium.reduction import chance_reach
from deterrence.equilibrium.relation_text import sentence
from deterrence.equilibrium.tree_profiles import TreeEquilibrium, certified_tree_profile
from deterrence.games.tree import Game

__all__ = ["PathSource"]

Pick = tuple[int, Location]  # a family and one of its points


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
        if k in cell.factor_of:
            found = {a: cell.factor_of[k].range((k, a)) for a in played}
        elif (k, played[0]) in cell.fixed:
            found = {a: (cell.fixed[k, a],) * 2 for a in played}
        elif len(played) == 1:
            found = {played[0]: (Fraction(1), Fraction(1))}
        else:
            found = {a: (Fraction(0), Fraction(1)) for a in played}
        return tuple(found.get(a, nothing) for a in range(count))

    def _relations(self, cell: PathCell) -> Iterator[str]:
        for factor in cell.factors:
            for polynomial, sign in factor.told():
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
        """Whether outcomes are linear in each polytope of which choices are made on the path.

        And whether all their corners are looked at.
        """
        if not cell.spanned:
            return False
        several = [cell.factors[n] for n in cell.on_path() if cell.factors[n].size > 1]
        for way in self._leaves.moves() if several else ():
            if any(a not in cell.supports.get(k, (a,)) for k, a in way):
                continue
            for factor in several:
                inside = tuple(sorted(atom for atom in way if atom[0] in factor.families))
                if inside and not _coordinate(factor, inside):
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
        profiles = [cell.rows(s, location) for location in cell.spanning()]
        rows = np.zeros((len(profiles), table.width))
        for n, profile in enumerate(profiles):
            for k, row in enumerate(profile):
                start = table.offsets[k]
                rows[n, start : start + len(row)] = [float(p) for p in row]
        return table.evaluate(rows)

    def envelope(self) -> dict[str, tuple[float, float]]:
        """Least and most over the set, by event or player."""
        return spans_of(self.game, np.concatenate(self._rows)) if self._rows else {}

    def component_outcome(self, n: int) -> dict[str, tuple[float, float]]:
        """Least and most over a component."""
        return spans_of(self.game, self._rows[n])

    def outcomes(self) -> list[dict[str, float]]:
        """Distinct rows of payoffs and event probabilities at corners of what is played."""
        if not self._rows:
            return []
        return rows_by_name(self.game, distinct(np.concatenate(self._rows)))


def _coordinate(factor: Factor, product: Monomial) -> bool:
    """Whether a product of probabilities is linear in a factor, so that listed points bound it."""
    if isinstance(factor, Polytope):
        return product in factor.group.monomials
    parts = factor.parts if isinstance(factor, (Curved, Star)) else ()
    pieces = [(p, tuple(atom for atom in product if atom[0] in p.families)) for p in parts]
    used = [(part, piece) for part, piece in pieces if piece]
    return len(used) == 1 and used[0][1] in used[0][0].group.monomials
