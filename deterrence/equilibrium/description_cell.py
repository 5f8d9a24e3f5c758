"""What varies over the points of one cell of a block, and how far."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import prod

from deterrence.equilibrium.blocks import SolvedBlock
from deterrence.equilibrium.description_beliefs import Points, SharedBelief, shared_beliefs
from deterrence.equilibrium.description_record import Ranges, spread
from deterrence.equilibrium.plays import MOST_CORNERS, Location, Play, centre
from deterrence.equilibrium.reduced_block import Atom, BeliefClass

__all__ = ["DescribedCell"]

MOST_TOGETHER = 4096  # products of extreme points looked at for one belief
CERTAIN, REACHED, FREE, TIED, LOOSE = "certain", "reached", "free", "tied", "loose"


class DescribedCell:
    """One cell of a block, read for what varies over its points."""

    def __init__(self, block: SolvedBlock, place: int) -> None:
        self.block, self.place, self.cell = block, place, block.cells[place]
        self.structure = block.game.structure
        self.classes = shared_beliefs(block)
        self.kind = {c.belief.index: self._kind(c.belief) for c in self.classes}
        # beliefs whose range may be wider than what was looked at
        self.narrow: list[SharedBelief] = []
        self._set_ranges()

    def _set_ranges(self) -> None:
        """Least and most of strategies and beliefs, by information set of the block."""
        plays = [p for at in self._locations() if (p := self.block.play(self.place, at))]
        beliefs = [self._beliefs(p) for p in plays]
        sets = self.block.block.sets
        self.strategies: dict[int, Ranges] = {
            k: spread([p[k].probabilities for p in plays]) for k in sets
        }
        self.beliefs: dict[int, Ranges] = {k: spread([b[k] for b in beliefs]) for k in sets}
        for c in self.classes:
            if self.kind[c.belief.index] == LOOSE:
                for k, points in c.members:
                    self.beliefs[k] = self._unconditioned(c.belief, k, points)

    def played(self, atom: Atom) -> bool:
        """Whether the support has this action; settled choices are left out of beliefs' paths."""
        return bool(self.cell.supports.get(atom[0], 0) >> atom[1] & 1)

    def points_of(self, belief: BeliefClass) -> tuple[int, ...]:
        """The points of a belief that may have weight."""
        if belief.index in self.cell.chosen:
            return self.cell.chosen[belief.index]
        reached = [j for j, m in enumerate(belief.monomials) if all(map(self.played, m))]
        return tuple(reached or range(len(belief.monomials)))

    def own_trembles(self, belief: BeliefClass) -> list[frozenset[Atom]]:
        """By point, unplayed actions that lead there only and that no condition holds."""
        held = {
            atom
            for c in self.block.reduced.classes
            if self.kind.get(c.index) in (FREE, TIED)
            for m in c.monomials
            for atom in m
        }
        uses = [atom for m in belief.monomials for atom in m]
        return [
            frozenset(a for a in m if not self.played(a) and a not in held and uses.count(a) == 1)
            for m in belief.monomials
        ]

    def _kind(self, belief: BeliefClass) -> str:
        if len(belief.monomials) == 1:
            return CERTAIN
        if any(all(map(self.played, m)) for m in belief.monomials):
            return REACHED
        if belief.index in self.cell.free:
            return FREE
        return TIED if belief.index in self.cell.chosen else LOOSE

    def _unconditioned(self, belief: BeliefClass, k: int, points: Points) -> Ranges:
        nodes = self.structure.sets[k].nodes
        if not all(self.own_trembles(belief)):
            return (None,) * len(nodes)
        shares = {n: share for point in points for share, n in point}
        return tuple((Fraction(0), shares[n]) for n in nodes)

    def _locations(self) -> Iterator[Location]:
        """The listed points; where those leave out products, the products that a belief needs."""
        yield from self.block.points(self.place)
        groups = self.cell.groups
        if prod(len(g.corners) for g in groups) <= MOST_CORNERS:
            return
        middle = centre(self.cell)
        for c in self.classes:
            places = self._groups_of(c.belief) if self.kind[c.belief.index] == REACHED else []
            if prod(len(groups[n].corners) for n in places) > MOST_TOGETHER:
                self.narrow.append(c)
            elif len(places) > 1:
                for chosen in itertools.product(*(groups[n].corners for n in places)):
                    at = dict(zip(places, chosen, strict=True))
                    yield tuple(at.get(n, vector) for n, vector in enumerate(middle))

    def _groups_of(self, belief: BeliefClass) -> list[int]:
        """The groups of unknowns that a belief depends on."""
        wholes = {
            self.cell.parents["p", k, a][0]
            for m in belief.monomials
            for k, a in m
            if ("p", k, a) in self.cell.parents
        }
        return [n for n, g in enumerate(self.cell.groups) if wholes & set(g.monomials)]

    def _beliefs(self, plays: Mapping[int, Play]) -> dict[int, tuple[Fraction, ...]]:
        """Limits of Bayes' rule at every set of the block, once for all sets that share them."""
        found: dict[int, tuple[Fraction, ...]]
        found = dict.fromkeys(self.block.block.sets, (Fraction(1),))
        for c in self.classes:
            masses = _limit(c.belief, plays)
            for k, points in c.members:
                of = {
                    node: share * mass
                    for point, mass in zip(points, masses, strict=True)
                    for share, node in point
                }
                found[k] = tuple(of[node] for node in self.structure.sets[k].nodes)
        return found


def _limit(belief: BeliefClass, plays: Mapping[int, Play]) -> list[Fraction]:
    """The belief in each point that the trembles give."""
    orders = [sum(plays[k].order[a] for k, a in m) for m in belief.monomials]
    least = min(orders)
    masses = [
        prod((plays[k].weights[a] for k, a in m), start=constant) if order == least else Fraction(0)
        for m, constant, order in zip(belief.monomials, belief.constants, orders, strict=True)
    ]
    total = sum(masses, Fraction(0))
    return [mass / total for mass in masses]
