"""Regions of random trees against complete solutions on both sides of their faces.

The oracle shares no code with the derivation: it asks of a complete solution at a point whether
some family has the support and believes in the same nodes.
"""

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
import sympy

import deterrence as dt
from deterrence.errors import LimitError
from tests.equilibrium.random_games import formula_game

QUICK = 6  # trees of the regular run
FAMILIES = 3  # of a tree
RAYS = 2  # random lines, beside those through faces
CLOUD = 4_000  # points among which faces are looked for
STEPS = np.linspace(0, 1, 301)
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


def targets(region, names, cloud):
    """Points outside, one beyond each face that some point shows: all else still holds there."""
    inside = region.contains(dict(zip(names, cloud, strict=True)))
    symbols = [sympy.Symbol(name, real=True) for name in names]
    for branch in region.branches:
        if branch.roots or any(c.kind == "surface" for c in branch.constraints):
            continue
        expressions = [c.expression for c in branch.constraints]
        rows = sympy.lambdify(symbols, expressions, "numpy")(*cloud) if expressions else []
        with np.errstate(all="ignore"):
            held = np.array([np.broadcast_to(np.real(r) >= 0, inside.shape) for r in rows])
        failing = (~held).sum(axis=0) if len(held) else np.zeros(inside.shape, dtype=int)
        beyond = [~inside & (failing == 1) & ~row for row in held]
        if branch.freedoms:  # the face of an eliminated belief
            beyond.append(~inside & (failing == 0))
        yield from (cloud[:, np.argmax(found)] for found in beyond if found.any())


def crossings(region, names, start, rng):
    """Pairs of points on both sides of an edge, on lines from a point inside."""
    cloud = rng.uniform(-3, 3, size=(len(names), CLOUD))
    ends = list(targets(region, names, cloud)) + list(cloud[:, :RAYS].T)
    for end in ends:

        def within(share, end=end):
            line = start[:, None] + (end - start)[:, None] * np.atleast_1d(share)
            return region.contains(dict(zip(names, line, strict=True)))

        held = within(STEPS)
        if held[-1] or not held[0]:
            continue
        last = int(np.flatnonzero(held)[-1])  # from the far end
        low, high = STEPS[last], STEPS[last + 1]
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if within(middle)[0] else (low, middle)
        step = NEAR / np.linalg.norm(end - start)
        yield start + (end - start) * (low - step), start + (end - start) * (high + step)


def check(seed):
    """How many sides of faces were compared, and how many families (or the tree) were refused."""
    game = formula_game(seed)
    names = game.parameters
    rng, draw = np.random.default_rng(seed), random.Random(seed)
    start = [Fraction(draw.randint(-200, 200), 100) for _ in names]

    def solved(values):
        point = (Fraction(x).limit_denominator(10**9) for x in values)
        return dt.solve(game.at(dict(zip(names, point, strict=True))))

    compared = refused = 0
    solution = solved(start)
    if not solution.complete:
        return 0, 1
    families = [f for c in solution.components for f in c.families][:FAMILIES]
    for family in families:
        wanted = kept(family.representative)
        try:
            region = dt.region(game, family.representative)
        except LimitError:
            refused += 1
            continue
        at = np.array(start, dtype=float)
        assert region.contains(dict(zip(names, at, strict=True))), (seed, wanted)
        for values in itertools.chain(*crossings(region, names, at, rng)):
            there = is_there(wanted, solved(values))
            said = region.contains(dict(zip(names, values, strict=True)))
            assert said == there, (seed, start, values, said)
            compared += 1
    return compared, refused


def test_both_sides_of_the_faces_of_some_random_trees():
    found = [check(seed) for seed in range(QUICK)]
    assert sum(compared for compared, _ in found) > 40
    assert sum(refused for _, refused in found) == 0


@pytest.mark.slow
def test_both_sides_of_the_faces_of_two_hundred_random_trees():
    found = [check(seed) for seed in range(200)]
    assert sum(compared for compared, _ in found) > 2000
    assert sum(refused for _, refused in found) <= 5
