"""Families that one condition bends: polytopes whose points one product of choices ties together.

Let ``g >= 0`` be a condition that is linear in each of several independent polytopes. A point of
the family can be moved, in one polytope after the other, to a corner at which ``g`` is no smaller.
So there is a point exactly if ``g >= 0`` at some choice of corners; whatever one polytope may hold,
it holds with the others at corners; and the family is connected if those choices of corners are, of
which two that differ in one polytope are joined by an edge.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod

from deterrence.equilibrium.path_conditions import Atom
from deterrence.equilibrium.path_factors import CENTRE, Polytope, Range, Shares, Vector, shares_of
from deterrence.equilibrium.path_system import Lifted, System
from deterrence.equilibrium.polynomials import Monomial, Polynomial
from deterrence.equilibrium.polytope import Row, extreme_points

__all__ = ["Curved", "bent_by_one"]

MOST_CHOICES = 2_000
NEARER = 40  # halvings on the way from a corner to the middle
Choice = tuple[int, ...]  # by polytope, a corner


@dataclass(frozen=True, eq=False)
class Curved:
    """Points of a product of polytopes at which one more condition holds.

    Attributes
    ----------
    parts : tuple of Polytope
    joint : Polynomial
        What is not negative.
    choices : tuple of Choice
        The choices of corners at which it holds.
    middle : tuple
        A point inside, by polytope.
    """

    parts: tuple[Polytope, ...]
    joint: Polynomial
    choices: tuple[Choice, ...]
    middle: tuple[Vector, ...]

    @property
    def families(self) -> Mapping[int, Sequence[Atom]]:
        """By set: the probabilities that sum to one."""
        return {k: family for part in self.parts for k, family in part.families.items()}

    @property
    def size(self) -> int:
        """How many extreme points of slices are listed."""
        return len(self._points)

    @property
    def dimension(self) -> int:
        """Dimension of the product of the polytopes."""
        return sum(part.dimension for part in self.parts)

    @property
    def connected(self) -> bool:
        """Whether the choices of corners are connected by edges, so that the family is."""
        left = set(self.choices)
        stack = [left.pop()]
        while stack:
            here = stack.pop()
            near = {c for c in left if sum(x != y for x, y in zip(c, here, strict=True)) == 1}
            left -= near
            stack.extend(near)
        return not left

    @functools.cached_property
    def _points(self) -> list[tuple[Vector, ...]]:
        """Corners of the slices in which all polytopes but one are at corners."""
        found = {
            tuple(tuple(x) for x in point): None
            for b in range(len(self.parts))
            for corners, others in self._slices(b)
            for point in ((*others[:b], corner, *others[b:]) for corner in corners)
        }
        return list(found)

    @functools.cached_property
    def _terms(self) -> list[tuple[Fraction, tuple[int, ...]]]:
        return _terms(self.parts, self.joint) or []

    def _slices(self, b: int) -> Iterator[tuple[list[Vector], list[Vector]]]:
        """Corners of the part of a polytope that is left where the others are at corners."""
        part = self.parts[b]
        group = part.group
        equal = [row for _, row in group.equalities]
        least = [row for _, row in group.inequalities]
        for others in dict.fromkeys((*c[:b], *c[b + 1 :]) for c in self.choices):
            rest = [*self.parts[:b], *self.parts[b + 1 :]]
            at = [p.vector(c) for p, c in zip(rest, others, strict=True)]
            row: Row = {}
            for factor, places in self._terms:
                kept = (*places[:b], *places[b + 1 :])
                value = factor * _product(at, kept)
                row[places[b]] = row.get(places[b], Fraction(0)) + value
            yield [*extreme_points(len(group.monomials), equal, [*least, row])], at

    def shares(self, place: int) -> Shares:
        """Probabilities at a listed point, or at CENTRE."""
        point = self.middle if place == CENTRE else self._points[place]
        return shares_of(self.parts, point)

    def range(self, atom: Atom) -> Range:
        """Least and most of a probability."""
        b = next(n for n, part in enumerate(self.parts) if atom[0] in part.families)
        ranges = [self.parts[b].range_over(atom, corners) for corners, _ in self._slices(b)]
        return min(low for low, _ in ranges), max(high for _, high in ranges)

    def holds(self, rows: Sequence[Vector], slack: Fraction) -> bool:
        """Whether strategies, by set and action, meet the conditions."""
        value = sum(
            (
                c * prod((rows[k][a] for k, a in m), start=Fraction(1))
                for m, c in self.joint.items()
            ),
            Fraction(0),
        )
        return value >= -slack and all(part.holds(rows, slack) for part in self.parts)

    def told(self) -> Iterator[tuple[Polynomial, str]]:
        """The conditions."""
        for part in self.parts:
            yield from part.told()
        yield self.joint, ">="


def bent_by_one(system: System) -> Curved | bool:
    """The family of a system that one inequality bends.

    Returns
    -------
    Curved or bool
        False if there is no solution; True if that is not known, since other conditions bend it,
        or some probability can be positive only where the inequality is just met.
    """
    for n, (_, joint) in enumerate(system.least):
        rest = replace(system, least=(*system.least[:n], *system.least[n + 1 :]))
        parts = _straight(rest, joint)
        if parts is None:
            continue
        if not parts:
            return False
        return _bent(system, parts, {**joint, (): joint.get((), Fraction(0)) + system.slack})
    return True


def _straight(rest: System, joint: Polynomial) -> tuple[Polytope, ...] | None:
    """Polytopes in which one more condition is linear; none if they are empty; None if not so."""
    lifted = Lifted(rest)
    if lifted.entangled:
        return None
    together = lifted.sets_together()
    for monomial in joint:
        pieces: dict[int, list[Atom]] = {}
        for atom in monomial:
            pieces.setdefault(together.get(atom[0], atom[0]), []).append(atom)
        lifted.enter([tuple(piece) for piece in pieces.values()])
    if lifted.entangled:
        return None
    groups = lifted.polytopes()
    if groups is None:
        return ()
    parts = lifted.factors(groups)
    return parts if _terms(parts, joint) is not None else None


def _terms(
    parts: Sequence[Polytope], joint: Polynomial
) -> list[tuple[Fraction, tuple[int, ...]]] | None:
    """By product: the factor, and the coordinate of each polytope, -1 for none."""
    places = [{m: n for n, m in enumerate(part.group.monomials)} for part in parts]
    found = []
    for monomial, factor in joint.items():
        row = []
        for part, place in zip(parts, places, strict=True):
            piece: Monomial = tuple(atom for atom in monomial if atom[0] in part.families)
            if piece and piece not in place:
                return None
            row.append(place[piece] if piece else -1)
        found.append((factor, tuple(row)))
    return found


def _bent(system: System, parts: tuple[Polytope, ...], joint: Polynomial) -> Curved | bool:
    terms = _terms(parts, joint) or []
    if prod(part.size for part in parts) > MOST_CHOICES:
        return True
    choices = [
        choice
        for choice in itertools.product(*(range(part.size) for part in parts))
        if _worth(terms, [p.vector(c) for p, c in zip(parts, choice, strict=True)]) >= 0
    ]
    if not choices:
        return False
    middle = _middle(terms, parts, choices)
    needed = any(k in system.played for part in parts for k in part.families)
    corner = tuple(p.vector(c) for p, c in zip(parts, choices[0], strict=True))
    found = Curved(parts, joint, tuple(choices), middle or corner)
    if middle is not None or not needed:
        return found
    atoms = (atom for k, family in found.families.items() if k in system.played for atom in family)
    return all(found.range(atom)[1] for atom in atoms)  # one that vanishes throughout settles it


def _middle(
    terms: Sequence[tuple[Fraction, tuple[int, ...]]],
    parts: Sequence[Polytope],
    choices: Sequence[Choice],
) -> tuple[Vector, ...] | None:
    """A point in the relative interior of all polytopes, near a corner if need be."""
    centre = [part.vector(CENTRE) for part in parts]
    share = Fraction(1)
    corners = [[p.vector(c) for p, c in zip(parts, choice, strict=True)] for choice in choices]
    best = max(corners, key=lambda point: _worth(terms, point))
    for _ in range(NEARER):
        point = tuple(
            tuple(x + share * (y - x) for x, y in zip(a, b, strict=True))
            for a, b in zip(best, centre, strict=True)
        )
        if _worth(terms, point) >= 0:
            return point
        share /= 2
    return None


def _worth(terms: Sequence[tuple[Fraction, tuple[int, ...]]], point: Sequence[Vector]) -> Fraction:
    return sum((factor * _product(point, places) for factor, places in terms), Fraction(0))


def _product(point: Sequence[Vector], places: Sequence[int]) -> Fraction:
    return prod(
        (vector[n] for vector, n in zip(point, places, strict=True) if n >= 0), start=Fraction(1)
    )
