"""Families with a hub: polytopes each of which one condition ties to one and the same polytope.

Given the hub's strategies, every other polytope is cut by one linear condition, so that what is
left of all of them is convex. The family is connected if the hub's strategies that leave something
are, and these are a union of polytopes: an inequality leaves something exactly if it holds at a
corner, an equation exactly if it has both signs, or is zero, at corners.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod

from deterrence.equilibrium.path_conditions import Atom
from deterrence.equilibrium.path_factors import CENTRE, Polytope, Range, Shares, Vector, shares_of
from deterrence.equilibrium.path_system import Lifted, System
from deterrence.equilibrium.polynomials import Monomial, Polynomial
from deterrence.equilibrium.polytope import Row, extreme_points

__all__ = ["Star", "star_of"]

MOST_JOINTS = 4
MOST_ROWS = 12  # conditions among which the joint ones are sought
MOST_REGIONS = 400
Bilinear = tuple[tuple[Fraction, int, int], ...]  # factor, place in the hub, place in the leaf
Corners = list[list[Fraction]]
Signs = tuple[int, ...]  # corners of a leaf: where it holds; or where it is at least, at most zero


@dataclass(frozen=True, eq=False)
class _Ray:
    """A polytope and the condition that ties it to the hub."""

    leaf: Polytope
    joint: Polynomial
    equal: bool
    terms: Bilinear

    def given_hub(self, hub: Vector) -> Row:
        """The condition on the leaf."""
        return _contracted(((f, b, a) for f, a, b in self.terms), hub)

    def given_leaf(self, leaf: Vector) -> Row:
        """The condition on the hub."""
        return _contracted(self.terms, leaf)

    def options(self) -> list[Signs]:
        """The corners at which a condition may hold; for an equation, pairs of them."""
        places = range(self.leaf.size)
        if self.equal:
            return list(itertools.product(places, places))
        return [(c,) for c in places]

    def region(self, signs: Signs) -> list[Row]:
        """What the hub must meet for the leaf to be left something between these corners."""
        first, *second = (self.given_leaf(self.leaf.vector(c)) for c in signs)
        return [first, *({v: -x for v, x in row.items()} for row in second)]

    def left(self, hub: Vector) -> Corners:
        """What is left of the leaf."""
        row = self.given_hub(hub)
        return _cut(self.leaf, [] if self.equal else [row], [row] if self.equal else [])

    def reached_by(self, hubs: Sequence[Vector]) -> Iterator[Corners]:
        """Parts of the leaf that some hub between these ones goes with."""
        rows = [self.given_hub(hub) for hub in hubs]
        if not self.equal:
            yield from (_cut(self.leaf, [row]) for row in rows)
            return
        for one, two in itertools.product(rows, rows):
            yield _cut(self.leaf, [one, {v: -x for v, x in two.items()}])


@dataclass(frozen=True, eq=False)
class Star:
    """A hub, and polytopes tied to it by one condition each.

    Attributes
    ----------
    hub : Polytope
    rays : tuple of _Ray
    regions : dict
        By corners of the leaves, the corners of the hub's polytope that goes with them.
    middle : tuple
        A point inside: of the hub, then of each leaf.
    """

    hub: Polytope
    rays: tuple[_Ray, ...]
    regions: Mapping[tuple[Signs, ...], Corners]
    middle: tuple[Vector, ...]

    @property
    def parts(self) -> tuple[Polytope, ...]:
        """The polytopes, the hub first."""
        return (self.hub, *(ray.leaf for ray in self.rays))

    @property
    def families(self) -> Mapping[int, Sequence[Atom]]:
        """By set: the probabilities that sum to one."""
        return {k: family for part in self.parts for k, family in part.families.items()}

    @property
    def dimension(self) -> int:
        """Dimension of the family where it is largest."""
        equations = sum(ray.equal for ray in self.rays)
        return sum(part.dimension for part in self.parts) - equations

    @functools.cached_property
    def _points(self) -> list[tuple[Vector, ...]]:
        """The hub at a corner, each leaf at a corner of what that leaves."""
        hubs = dict.fromkeys(tuple(c) for corners in self.regions.values() for c in corners)
        return [
            (hub, *leaves)
            for hub in hubs
            for leaves in itertools.product(*(map(tuple, ray.left(hub)) for ray in self.rays))
        ]

    def _with(self, signs: tuple[Signs, ...]) -> Iterator[tuple[_Ray, Signs]]:
        return zip(self.rays, signs, strict=True)

    @property
    def size(self) -> int:
        """How many points are listed."""
        return len(self._points)

    def shares(self, place: int) -> Shares:
        """Probabilities at a listed point, or at CENTRE."""
        point = self.middle if place == CENTRE else self._points[place]
        return shares_of(self.parts, point)

    def range(self, atom: Atom) -> Range:
        """Least and most of a probability."""
        if atom[0] in self.hub.families:
            corners = [c for region in self.regions.values() for c in region]
            return self.hub.range_over(atom, corners)
        n = next(n for n, ray in enumerate(self.rays) if atom[0] in ray.leaf.families)
        found = [
            self.rays[n].leaf.range_over(atom, corners)
            for hubs in self._without(n)
            for corners in self.rays[n].reached_by(hubs)
            if corners
        ]
        return min(low for low, _ in found), max(high for _, high in found)

    def _without(self, n: int) -> Iterator[Corners]:
        """The hub's polytopes that go with corners of all leaves but one."""
        for signs in dict.fromkeys((*s[:n], *s[n + 1 :]) for s in self.regions):
            others = zip((*self.rays[:n], *self.rays[n + 1 :]), signs, strict=True)
            yield _cut(self.hub, [row for ray, s in others for row in ray.region(s)])

    def holds(self, rows: Sequence[Vector], slack: Fraction) -> bool:
        """Whether strategies, by set and action, meet the conditions."""
        for ray in self.rays:
            value = sum(
                (
                    c * prod((rows[k][a] for k, a in m), start=Fraction(1))
                    for m, c in ray.joint.items()
                ),
                Fraction(0),
            )
            if value < -slack or (ray.equal and value > slack):
                return False
        return all(part.holds(rows, slack) for part in self.parts)

    def told(self) -> Iterator[tuple[Polynomial, str]]:
        """The conditions."""
        for part in self.parts:
            yield from part.told()
        for ray in self.rays:
            yield ray.joint, "=" if ray.equal else ">="

    @functools.cached_property
    def connected(self) -> bool:
        """Whether the polytopes of the hub hang together, so that the family does."""
        left = list(self.regions)
        stack = [left.pop()]
        while stack:
            here = stack.pop()
            near = [there for there in left if self._meet(here, there)]
            left = [there for there in left if there not in near]
            stack.extend(near)
        return not left

    def _meet(self, one: tuple[Signs, ...], two: tuple[Signs, ...]) -> bool:
        rows = [
            row for signs in (one, two) for ray, s in self._with(signs) for row in ray.region(s)
        ]
        return bool(_cut(self.hub, rows))


def star_of(system: System) -> Star | bool:
    """The family of a system that is a star.

    Returns
    -------
    Star or bool
        False if there is no solution; True if that is not known, since the conditions have another
        shape, or some probability can be positive only at the edge of what was looked at.
    """
    if system.slack:
        return True
    entangled = set(Lifted(system).entangled)
    rows = [
        (n, is_equal)
        for given, is_equal in ((system.equal, True), (system.least, False))
        for n, (_, g) in enumerate(given)
        if any(k in entangled for m in g for k, _ in m)
    ]
    if len(rows) > MOST_ROWS:
        return True
    for size in range(1, min(MOST_JOINTS, len(rows)) + 1):
        for joints in itertools.combinations(rows, size):
            rays = _rays(system, joints)
            if rays is None:
                continue
            return _star(system, *rays) if rays[1] else False
    return True


def _rays(
    system: System, joints: Sequence[tuple[int, bool]]
) -> tuple[Polytope | None, tuple[_Ray, ...]] | None:
    """Hub and rays, if all else is linear; no rays if all else has no solution."""
    equal = [row for n, row in enumerate(system.equal) if (n, True) not in joints]
    least = [row for n, row in enumerate(system.least) if (n, False) not in joints]
    rest = replace(system, equal=tuple(equal), least=tuple(least))
    lifted = Lifted(rest)
    if lifted.entangled:
        return None
    if lifted.polytopes() is None:
        return None, ()
    polynomials = [(system.equal if is_equal else system.least)[n][1] for n, is_equal in joints]
    together = lifted.sets_together()
    mentioned = [{together.get(k, k) for m in g for k, _ in m} for g in polynomials]
    sets = {k for g in polynomials for m in g for k, _ in m}
    for block in sorted(set.intersection(*mentioned)):
        hub = frozenset(k for k in sets if together.get(k, k) == block)
        parts = _parts(rest, polynomials, hub)
        found = _around_a_hub(parts, polynomials, [is_equal for _, is_equal in joints])
        if found is not None:
            return found
    return None


def _parts(
    rest: System, polynomials: Sequence[Polynomial], sets: frozenset[int]
) -> Sequence[Polytope]:
    """Polytopes in which, given the hub, more conditions are linear; none if they are not."""
    lifted = Lifted(rest)
    for monomial in (m for g in polynomials for m in g):
        hub = tuple(atom for atom in monomial if atom[0] in sets)
        leaf = tuple(atom for atom in monomial if atom[0] not in sets)
        lifted.enter([piece for piece in (hub, leaf) if piece])
    groups = None if lifted.entangled else lifted.polytopes()
    return () if groups is None else lifted.factors(groups)


def _around_a_hub(
    parts: Sequence[Polytope], polynomials: Sequence[Polynomial], equal: Sequence[bool]
) -> tuple[Polytope, tuple[_Ray, ...]] | None:
    if not parts:
        return None
    touched = [
        {n for n, part in enumerate(parts) for m in g for k, _ in m if k in part.families}
        for g in polynomials
    ]
    if set().union(*touched) != set(range(len(parts))) or any(len(t) != 2 for t in touched):
        return None
    hubs = set.intersection(*touched)
    # of two parts, the one with more corners is the hub: regions are then fewer
    for hub in sorted(hubs, key=lambda n: -parts[n].size):
        leaves = [next(iter(t - {hub})) for t in touched]
        if len(set(leaves)) != len(leaves):
            continue
        rays = []
        for g, leaf, is_equal in zip(polynomials, leaves, equal, strict=True):
            terms = _bilinear(g, parts[hub], parts[leaf])
            if terms is None:
                return None
            rays.append(_Ray(parts[leaf], g, is_equal, terms))
        return parts[hub], tuple(rays)
    return None


def _bilinear(g: Polynomial, hub: Polytope, leaf: Polytope) -> Bilinear | None:
    found = []
    for monomial, factor in g.items():
        row = []
        for part in (hub, leaf):
            piece: Monomial = tuple(atom for atom in monomial if atom[0] in part.families)
            if piece and piece not in part.group.monomials:
                return None
            row.append(part.group.monomials.index(piece) if piece else -1)
        found.append((factor, row[0], row[1]))
    return tuple(found)


def _star(system: System, hub: Polytope | None, rays: tuple[_Ray, ...]) -> Star | bool:
    options = [ray.options() for ray in rays]
    if hub is None or prod(map(len, options)) > MOST_REGIONS:
        return hub is not None
    regions: dict[tuple[Signs, ...], Corners] = {}
    for signs in itertools.product(*options):
        rows = [row for ray, s in zip(rays, signs, strict=True) for row in ray.region(s)]
        corners = _cut(hub, rows)
        if corners:
            regions[signs] = corners
    if not regions:
        return False
    middle = _middle(system, hub, rays, list(regions.values()))
    found = Star(hub, rays, regions, middle or ())
    if middle is not None:
        return found
    # regions are convex: some point of one is positive everywhere or its middle is not
    hopeless = all(_vanishes(system, hub, _mean(corners)) for corners in regions.values())
    atoms = (atom for k, family in found.families.items() if k in system.played for atom in family)
    return not hopeless and all(found.range(atom)[1] for atom in atoms)


def _middle(
    system: System, hub: Polytope, rays: tuple[_Ray, ...], regions: Sequence[Corners]
) -> tuple[Vector, ...] | None:
    """A point at which all probabilities of choices on the path are positive."""
    everywhere = _mean([corner for corners in regions for corner in corners])
    for at in (everywhere, *map(_mean, regions)):
        lefts = [ray.left(at) for ray in rays]
        if not all(lefts):
            continue
        point = (at, *map(_mean, lefts))
        parts = (hub, *(ray.leaf for ray in rays))
        if not any(_vanishes(system, p, x) for p, x in zip(parts, point, strict=True)):
            return point
    return None


def _vanishes(system: System, part: Polytope, vector: Vector) -> bool:
    pairs = zip(part.group.monomials, vector, strict=True)
    return any(not x and all(k in system.played for k, _ in m) for m, x in pairs)


def _mean(points: Sequence[Vector]) -> tuple[Fraction, ...]:
    return tuple(sum(column, Fraction(0)) / len(points) for column in zip(*points, strict=True))


def _cut(part: Polytope, least: Sequence[Row], equal: Sequence[Row] = ()) -> Corners:
    """Corners of a polytope with more conditions."""
    group = part.group
    return extreme_points(
        len(group.monomials),
        [*(row for _, row in group.equalities), *equal],
        [*(row for _, row in group.inequalities), *least],
    )


def _contracted(terms: Iterable[tuple[Fraction, int, int]], point: Vector) -> Row:
    """A bilinear form with a point in the place of its second argument."""
    row: Row = {}
    for factor, kept, place in terms:
        value = factor * (point[place] if place >= 0 else 1)
        row[kept] = row.get(kept, Fraction(0)) + value
    return row
