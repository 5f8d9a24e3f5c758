"""A region of the crisis continuation against complete solutions at points inside and outside."""

import random
from fractions import Fraction

import pytest

import deterrence as dt
from deterrence.guarantee.parameters import defaults

NAMES = ("strength", "trigger_ambiguity", "response_ambiguity")
POINTS = 6


def supports(family):
    return {
        (player, knows): frozenset(actions)
        for player, rows in family.supports.items()
        for knows, actions in rows.items()
    }


@pytest.fixture(scope="module")
def crisis():
    game = dt.guarantee_game(fixed={"preparation": "keep, restrained"})
    numbers = {k: v for k, v in defaults().items() if k in game.parameters and k not in NAMES}
    return game.at(numbers)


CENTRE = dict(zip(NAMES, ("0.6", "0.4", "0.4"), strict=True))
MIDDLE = {name: float(x) for name, x in CENTRE.items()}


@pytest.fixture(scope="module")
def at_centre(crisis):
    solution = dt.solve(crisis.at(CENTRE))
    return [f for component in solution.components for f in component.families]


@pytest.fixture(scope="module")
def regions(crisis, at_centre):
    return {place: dt.region(crisis, at_centre[place].representative) for place in (-1, 0)}


@pytest.mark.parametrize("place", [-1, 0])  # no belief off the path is free; three depend on others
def test_the_support_is_there_exactly_inside_the_region(crisis, at_centre, regions, place):
    region = regions[place]
    assert region.contains(MIDDLE)
    wanted = supports(at_centre[place])
    draw = random.Random(7)
    seen = set()
    for _ in range(POINTS):
        point = {name: round(x + draw.uniform(-0.3, 0.3), 3) for name, x in MIDDLE.items()}
        at = crisis.at({name: str(x) for name, x in point.items()})
        if len(at) != len(crisis):  # another tree
            continue
        solution = dt.solve(at)
        assert solution.complete
        found = any(supports(f) == wanted for c in solution.components for f in c.families)
        assert region.contains(point) == found, point
        seen.add(found)
    assert seen == {True, False}


def test_the_least_and_most_strength_is_exact(crisis, at_centre, regions):
    others = {name: x for name, x in CENTRE.items() if name != "strength"}
    (found,) = regions[-1].interval("strength", others)
    assert found.inf < Fraction("0.6") < found.sup
    step = Fraction(1, 10**6)
    for end, outwards in ((found.inf, -1), (found.sup, 1)):
        if end in (0, 1):
            continue
        for side in (-1, 1):
            value = Fraction(int(end * 10**9), 10**9) + side * outwards * step
            solution = dt.solve(crisis.at({**others, "strength": value}))
            wanted = supports(at_centre[-1])
            there = any(supports(f) == wanted for c in solution.components for f in c.families)
            assert there == (side == -1)


@pytest.mark.slow
def test_every_family_of_the_crisis_has_a_region_around_its_point(crisis, at_centre):
    for family in at_centre:
        region = dt.region(crisis, family.representative)
        assert region.contains(MIDDLE)
        others = {name: x for name, x in CENTRE.items() if name != "strength"}
        assert any(Fraction("0.6") in part for part in region.interval("strength", others))
