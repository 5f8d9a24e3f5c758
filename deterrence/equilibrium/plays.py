"""From a point of a cell to what is played at each information set, with the trembles behind it."""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.cells import Cell, Group
from deterrence.equilibrium.consistency import find_witness
from deterrence.equilibrium.consistency_record import Witness
from deterrence.equilibrium.polynomials import Monomial
from deterrence.equilibrium.reduced_block import Atom, BeliefClass, Reduced
from deterrence.games.tree import Game

__all__ = [
    "Location",
    "Play",
    "Realisation",
    "centre",
    "corners",
    "has_few_corners",
    "mixtures",
    "play",
]

Vector = tuple[Fraction, ...]
Location = tuple[Vector, ...]  # a point of each group's polytope
Leading = tuple[int, Fraction]  # order and coefficient of a quantity that may vanish

MOST_CORNERS = 64


@dataclass(frozen=True, slots=True)
class Play:
    """What is done at one information set.

    Attributes
    ----------
    probabilities : tuple of fractions.Fraction
        By action.
    order : tuple of int
        Of the tremble; zero where the probability is positive.
    weights : tuple of fractions.Fraction
        Of the tremble; the probability where that is positive.
    """

    probabilities: tuple[Fraction, ...]
    order: tuple[int, ...]
    weights: tuple[Fraction, ...]


def centre(cell: Cell) -> Location:
    """The point in the middle of the cell."""
    return tuple(g.centre for g in cell.groups)


def has_few_corners(cell: Cell) -> bool:
    """Whether `corners` lists all extreme points."""
    return prod(len(g.corners) for g in cell.groups) <= MOST_CORNERS


def corners(cell: Cell) -> list[Location]:
    """The cell's extreme points; beyond 64, those that differ from the centre in one group."""
    if all(len(g.corners) == 1 for g in cell.groups):
        return []
    if has_few_corners(cell):
        return [tuple(c) for c in itertools.product(*(g.corners for g in cell.groups))]
    middle = centre(cell)
    return [
        (*middle[:n], corner, *middle[n + 1 :])
        for n, g in enumerate(cell.groups)
        if len(g.corners) > 1
        for corner in g.corners
    ]


def mixtures(cell: Cell, points: Sequence[Location]) -> tuple[list[Atom], NDArray[np.float64]]:
    """The mixed sets' probabilities at points of a cell, in floats and without trembles.

    Returns
    -------
    atoms : list of (set, action)
    probabilities : ndarray, shape (points, atoms)
    """
    place: dict[Monomial, int] = {}
    columns: list[list[Any]] = []
    for g, group in enumerate(cell.groups):
        known = {id(c): np.array(c, dtype=float) for c in (*group.corners, group.centre)}
        vectors = [p[g] for p in points]
        columns.append([known.get(id(v), v) for v in vectors])
        for monomial in group.monomials:
            place[monomial] = len(place)
    values = np.array(
        [np.concatenate([[1.0], *row]) for row in zip(*columns, strict=True)]
        if columns
        else [[1.0]] * len(points),
        dtype=float,
    ).reshape(len(points), len(place) + 1)
    middle = np.array([1.0, *(x for g in cell.groups for x in g.centre)], dtype=float)
    atoms = [
        (k, a)
        for k, support in cell.supports.items()
        if support & (support - 1)
        for a in range(support.bit_length())
        if support >> a & 1
    ]
    found = np.empty((len(points), len(atoms)))
    for n, (k, a) in enumerate(atoms):
        variable = ("p", k, a)
        if variable in cell.fixed:
            found[:, n] = float(cell.fixed[variable])
            continue
        whole, parent = (place[m] + 1 if m else 0 for m in cell.parents[variable])
        base = values[:, parent]
        ratio = middle[whole] / middle[parent]  # kept along the way to where both vanish
        found[:, n] = np.divide(
            values[:, whole], base, out=np.full(len(points), ratio), where=base > 0
        )
    return atoms, found


def play(game: Game, reduced: Reduced, cell: Cell, location: Location) -> dict[int, Play] | None:
    """Probabilities and trembles at every set of the block; None if none are consistent there.

    Where a quantity of the cell vanishes at `location` it is approached along the straight line
    from the centre: it becomes a tremble of order one.
    """
    return Realisation(game, reduced, cell, location).run()


class Realisation:
    """A point of a cell read as strategies, beliefs and trembles."""

    def __init__(self, game: Game, reduced: Reduced, cell: Cell, location: Location) -> None:
        self.game, self.reduced, self.cell = game, reduced, cell
        self.far = len(game.structure.sets) + 1  # above any sum of first orders on a path
        self.leading: dict[Any, Leading] = {(): (0, Fraction(1))}
        for group, vector in zip(cell.groups, location, strict=True):
            self._read(group, vector)
        self.order: dict[Atom, int] = {}
        self.weight: dict[Atom, Fraction] = {}

    def _read(self, group: Group, vector: Vector) -> None:
        for monomial, value, middle in zip(group.monomials, vector, group.centre, strict=True):
            if value > 0:
                self.leading[monomial] = (0, value)
            elif middle > 0:
                self.leading[monomial] = (1, middle)

    def run(self) -> dict[int, Play] | None:
        """What is played at every set; None if no trembles are consistent."""
        probabilities = self.probabilities()
        for c in sorted(self.cell.free):
            self._set_free_belief(self.reduced.classes[c])
        if self.cell.chosen:
            return self._with_witness(probabilities)
        return {
            k: Play(
                row,
                tuple(self.order[(k, a)] for a in range(len(row))),
                tuple(self.weight[(k, a)] for a in range(len(row))),
            )
            for k, row in probabilities.items()
        }

    def probabilities(self) -> dict[int, tuple[Fraction, ...]]:
        """Probabilities at every set of the block."""
        return {k: self._probabilities(k) for k in self.reduced.block.sets}

    def beliefs(self, apart: Container[int] = ()) -> dict[int, tuple[Fraction, ...]]:
        """Beliefs at the open sets of several points but those set apart, once plays are read."""
        found = {}
        for o in self.reduced.open.values():
            if len(o.points) > 1 and o.index not in apart:
                masses = self._belief(o.belief)
                shares = {
                    n: masses[k] * share for k, point in enumerate(o.points) for share, n in point
                }
                nodes = self.game.structure.sets[o.index].nodes
                found[o.index] = tuple(shares[n] for n in nodes)
        return found

    def _probabilities(self, k: int) -> tuple[Fraction, ...]:
        row = []
        for a in range(len(self.game.structure.sets[k].actions)):
            order, weight = self._tremble(k, a)
            self.order[(k, a)], self.weight[(k, a)] = order, weight
            row.append(weight if order == 0 else Fraction(0))
        return tuple(row)

    def _tremble(self, k: int, a: int) -> Leading:
        """Order and weight of one action."""
        if k in self.reduced.settled:
            return (0, Fraction(1)) if self.reduced.settled[k] == a else (self.far, Fraction(1))
        support = self.cell.supports[k]
        if not support >> a & 1:
            return self.far, Fraction(1)
        if support == 1 << a:
            return 0, Fraction(1)
        return self._variable(("p", k, a))

    def _variable(self, variable: Any) -> Leading:
        if variable in self.cell.fixed:
            value = self.cell.fixed[variable]
            return (0, value) if value > 0 else (self.far, Fraction(1))
        whole, parent = self.cell.parents[variable]
        if whole not in self.leading or parent not in self.leading:
            return self.far, Fraction(1)
        (order, value), (base_order, base) = self.leading[whole], self.leading[parent]
        return max(order - base_order, 0), value / base

    def _set_free_belief(self, belief: BeliefClass) -> None:
        """Choose the tremble that each point has to itself so that the belief results."""
        own = self._own_trembles(belief)
        rest = [
            sum(self.order[atom] for atom in m if atom != mine)
            for m, mine in zip(belief.monomials, own, strict=True)
        ]
        level = max(rest) + self.far
        for k, (monomial, mine) in enumerate(zip(belief.monomials, own, strict=True)):
            order, mass = self._variable(("m", belief.index, k))
            product = belief.constants[k]
            for atom in monomial:
                if atom != mine:
                    product *= self.weight[atom]
            self.order[mine] = level - rest[k] + order
            self.weight[mine] = mass / product

    def _own_trembles(self, belief: BeliefClass) -> list[Atom]:
        others = [
            atom
            for c in self.cell.free
            for j, m in enumerate(self.reduced.classes[c].monomials)
            for atom in m
        ]
        others += [
            atom for c in self.cell.chosen for m in self.reduced.classes[c].monomials for atom in m
        ]
        return [
            min(
                atom
                for atom in m
                if others.count(atom) == 1 and not self.cell.supports.get(atom[0], 0) >> atom[1] & 1
            )
            for m in belief.monomials
        ]

    def _with_witness(
        self, probabilities: dict[int, tuple[Fraction, ...]]
    ) -> dict[int, Play] | None:
        """Beliefs that hang together: look for an order and weights that give all of them."""
        sets = self.game.structure.sets
        strategy = [
            probabilities.get(s.index, (Fraction(1), *(Fraction(0),) * (len(s.actions) - 1)))
            for s in sets
        ]
        witness = find_witness(self.game, strategy, self.beliefs())
        if not isinstance(witness, Witness):
            return None
        return {
            k: Play(row, witness.order[k], witness.weights[k]) for k, row in probabilities.items()
        }

    def _belief(self, belief: BeliefClass) -> Sequence[Fraction]:
        """The limit of the points' weights, also where all of them vanish."""
        c, size = belief.index, len(belief.monomials)
        found: dict[int, Leading] = {}
        if c in self.cell.free:
            found = {k: self._variable(("m", c, k)) for k in range(size)}
        elif c in self.cell.chosen:
            found = {k: self._weight(belief.monomials[k]) for k in self.cell.chosen[c]}
        else:
            supports = self.cell.supports
            for k, monomial in enumerate(belief.monomials):
                if all(supports.get(h, 0) >> a & 1 for h, a in monomial):
                    order = sum(self.order[atom] for atom in monomial)
                    found[k] = (
                        order,
                        prod((self.weight[atom] for atom in monomial), start=Fraction(1)),
                    )
        least = min(order for order, _ in found.values())
        masses = [Fraction(0)] * size
        for k, (order, mass) in found.items():
            if order == least:
                constant = Fraction(1) if c in self.cell.free else belief.constants[k]
                masses[k] = constant * mass
        total = sum(masses, Fraction(0))
        return [m / total for m in masses]

    def _weight(self, monomial: Iterable[Atom]) -> Leading:
        variables = []
        for k, a in monomial:
            support = self.cell.supports.get(k, 0)
            if not support >> a & 1:
                variables.append(("t", k, a))
            elif support != 1 << a:
                variables.append(("p", k, a))
        factor = Fraction(1)
        rest = []
        for v in sorted(variables):
            if v in self.cell.fixed:
                factor *= self.cell.fixed[v]
            else:
                rest.append(v)
        order, value = self.leading.get(tuple(rest), (self.far, Fraction(1)))
        return order, value * factor
