"""A region of the crisis continuation against complete solutions at points inside and outside."""

import random
import re
from fractions import Fraction

import pytest

import deterrence as dt
from deterrence.errors import LimitError
from deterrence.guarantee.parameters import defaults

NAMES = ("strength", "trigger_ambiguity", "response_ambiguity")
POINTS = 6


def supports(family):
    """Which actions are played, by information set."""
    rows = family.representative.assessment.probabilities
    return [[p > 0 for p in row] for row in rows]


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


def test_every_symbol_of_a_text_has_a_name(crisis, regions):
    known = set(crisis.parameters)
    for region in regions.values():
        table = dt.region_table([region])
        lines = [
            part
            for row in table.rows
            for cell in (row.profile, row.condition, row.beliefs)
            for line in cell
            for part in line
            if not isinstance(part, str)
        ]
        shown = {x.name for part in lines for x in part.free_symbols}
        legend = {line[0].name for line in table.legend}
        free = {x.name for b in region.branches for x in b.unknowns()}
        assert shown <= known | legend | free
        assert not any(x.startswith("_") for x in re.findall(r"\w+", region.summary()))


@pytest.mark.slow
def test_every_family_of_the_crisis_has_a_region_around_its_point(crisis, at_centre):
    for family in at_centre:
        region = dt.region(crisis, family.representative)
        assert region.contains(MIDDLE)
        others = {name: x for name, x in CENTRE.items() if name != "strength"}
        assert any(Fraction("0.6") in part for part in region.interval("strength", others))


@pytest.mark.slow
def test_too_many_options_are_refused_but_points_and_intervals_are_not(crisis):
    point = dict(zip(NAMES, ("0.6", "0.4", "0.4"), strict=True))
    refused = 0
    for component in dt.solve(crisis.at(point)).components:
        for family in component.families:
            region = dt.region(crisis, family.representative)
            try:
                found = region.thresholds("strength")
            except LimitError:
                refused += 1
                assert region.contains(MIDDLE)
                assert "in (0, 1)" in region.summary()
            else:
                assert found
    assert refused == 1
