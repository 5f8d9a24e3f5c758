"""Regions of random trees against complete solutions on both sides of their faces.

The oracle shares no code with the derivation: it asks of a complete solution at a point whether
some family has the support and believes in the same nodes.
"""

import random
from fractions import Fraction

import numpy as np
import pytest

import deterrence as dt
from deterrence.errors import LimitError
from tests.equilibrium.random_games import PARAMETERS, formula_game

NAMES = tuple(x.name for x in PARAMETERS)
FAMILIES = 3  # of a tree
RAYS = 6
STEPS = np.linspace(0, 3, 301)
NEAR = 1e-5  # on either side of a face


def kept(equilibrium):
    """Choices and nodes that have a positive probability, as one set."""
    a = equilibrium.assessment
    played = {
        ("choice", i, k) for i, row in enumerate(a.probabilities) for k, p in enumerate(row) if p
    }
    nodes = {("node", i, k) for i, row in enumerate(a.node_beliefs) for k, p in enumerate(row) if p}
    return played | nodes


def told(family):
    """Information sets whose beliefs the family tells; elsewhere any that trembles give will do."""
    sets = family.representative.game.structure.sets
    keys = {key[1:3] for key in (*family.fixed, *family.free) if key[0] == "belief"}
    return {s.index for s in sets if (s.player, s.knows) in keys}


def is_there(wanted, solution):
    """Whether a family has points whose mixture keeps exactly what is wanted."""
    for component in solution.components:
        for family in component.families:
            places = told(family)

            def shown(things, places=places):
                return {x for x in things if x[0] == "choice" or x[1] in places}

            inside = [shown(kept(e)) for e in (family.representative, *family.points)]
            inside = [found for found in inside if found <= shown(wanted)]
            if inside and set().union(*inside) == shown(wanted):
                return True
    return False


def at(values):
    return {
        name: Fraction(x).limit_denominator(10**9) for name, x in zip(NAMES, values, strict=True)
    }


def crossings(region, start, rng):
    """Pairs of points on both sides of an edge, on rays from a point inside."""
    for _ in range(RAYS):
        ray = rng.normal(size=len(NAMES))
        ray /= np.linalg.norm(ray)
        inside = region.contains(
            dict(zip(NAMES, (start[:, None] + ray[:, None] * STEPS), strict=True))
        )
        if inside.all() or not inside[0]:
            continue
        n = int(np.argmin(inside))
        low, high = STEPS[n - 1], STEPS[n]
        for _ in range(40):
            middle = (low + high) / 2
            if region.contains(dict(zip(NAMES, start + ray * middle, strict=True))):
                low = middle
            else:
                high = middle
        yield start + ray * (low - NEAR), start + ray * (high + NEAR)


def check(seed):
    """How many sides of faces were compared, and how many families were refused."""
    game = formula_game(seed)
    if not game.parameters:
        return 0, 0
    names = [n for n in NAMES if n in game.parameters]
    rng, draw = np.random.default_rng(seed), random.Random(seed)
    start = [Fraction(draw.randint(-200, 200), 100) for _ in NAMES]

    def solved(values):
        point = {n: x for n, x in at(values).items() if n in names}
        return dt.solve(game.at(point))

    compared = refused = 0
    solution = solved(start)
    if not solution.complete:
        return 0, 0
    families = [f for c in solution.components for f in c.families][:FAMILIES]
    for family in families:
        wanted = kept(family.representative)
        try:
            region = dt.region(game, family.representative)
        except LimitError:
            refused += 1
            continue
        assert Everywhere(region, names).contains(
            dict(zip(NAMES, map(float, start), strict=True))
        ), (
            seed,
            wanted,
        )
        for pair in crossings(Everywhere(region, names), np.array(start, dtype=float), rng):
            for values in pair:
                there = is_there(wanted, solved(values))
                said = Everywhere(region, names).contains(dict(zip(NAMES, values, strict=True)))
                assert said == there, (seed, start, values, said)
                compared += 1
    return compared, refused


class Everywhere:
    """A region asked with all names, though its game may have fewer."""

    def __init__(self, region, names):
        self.region, self.names = region, names

    def contains(self, points):
        return self.region.contains({n: points[n] for n in self.names})


def test_both_sides_of_the_faces_of_some_random_trees():
    found = [check(seed) for seed in range(12)]
    assert sum(compared for compared, _ in found) > 50
    assert sum(refused for _, refused in found) == 0


@pytest.mark.slow
def test_both_sides_of_the_faces_of_two_hundred_random_trees():
    found = [check(seed) for seed in range(200)]
    assert sum(compared for compared, _ in found) > 1000
    assert sum(refused for _, refused in found) <= 5
