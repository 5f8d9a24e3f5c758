"""A region of the crisis continuation against complete solutions at points inside and outside."""

import random

import pytest

import deterrence as dt
from deterrence.errors import LimitError
from deterrence.guarantee.parameters import defaults

NAMES = ("strength", "trigger_ambiguity", "response_ambiguity")
POINTS = 10


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


def test_the_support_is_there_exactly_inside_the_region(crisis):
    centre = dict(zip(NAMES, ("0.6", "0.4", "0.4"), strict=True))
    component = dt.solve(crisis.at(centre)).components[-1]
    family = component.families[0]
    region = dt.region(crisis, family.representative)
    wanted = supports(family)
    draw = random.Random(7)
    middle = {name: float(x) for name, x in centre.items()}
    seen = set()
    for _ in range(POINTS):
        point = {name: round(x + draw.uniform(-0.3, 0.3), 3) for name, x in middle.items()}
        at = crisis.at({name: str(x) for name, x in point.items()})
        if len(at) != len(crisis):  # another tree
            continue
        solution = dt.solve(at)
        assert solution.complete
        found = any(supports(f) == wanted for c in solution.components for f in c.families)
        assert region.contains(point) == found, point
        seen.add(found)
    assert seen == {True, False}


def test_many_beliefs_that_depend_on_each_other_are_refused(crisis):
    centre = dict(zip(NAMES, ("0.6", "0.4", "0.4"), strict=True))
    first = dt.solve(crisis.at(centre)).components[0].families[0].representative
    with pytest.raises(LimitError, match="numbers"):
        dt.region(crisis, first)
