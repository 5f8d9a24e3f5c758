"""Regions of equilibria that live on surfaces only, and regions that end where there is no game."""

import math
from fractions import Fraction

import pytest
import sympy

import deterrence as dt
from deterrence.errors import InputError, ParameterError

x, y = sympy.symbols("x y")
HALF = Fraction(1, 2)


def pay(one, two):
    return dt.Outcome({"One": one, "Two": two})


def entry():
    """One stays out, or lets Two choose between x and y, which One would have otherwise."""
    answer = dt.Move("Two", (), {"up": pay(2, x), "down": pay(0, y)})
    return dt.Game(["One", "Two"], dt.Move("One", (), {"out": pay(1, 0), "in": answer}))


def regions_by_support(game, **at):
    return {
        tuple(tuple(sorted(s)) for s in region.pattern.support): region
        for region in dt.regions(game, dt.solve(game.at(**at)))
    }


def test_a_tie_behind_a_mixed_choice_has_its_surface():
    # Two mixes although One mixes before it: by hand only where x = y, and then at one half
    found = regions_by_support(entry(), x=1, y=1)
    assert len(found) == 5  # by hand: in, out; one mixture of each, and of both
    both = found[(0, 1), (0, 1)]
    (branch,) = both.branches
    assert [c.kind for c in branch.constraints] == ["surface"]
    assert branch.strategy["Two", (), "up"] == HALF
    assert both.contains(x=[1, 1, 3], y=[1, 2, 3]).tolist() == [True, False, True]


def test_a_tie_that_is_assumed_away_is_no_surface():
    families = [f for c in dt.solve(entry().at(x=1, y=1)).components for f in c.families]
    (both,) = [
        f.representative
        for f in families
        if all(0 < p < 1 for row in f.representative.assessment.probabilities for p in row)
    ]
    with pytest.raises(InputError, match="nowhere"):
        dt.region(entry(), both, [y > x])


def test_a_surface_may_lie_at_the_end_of_a_range():
    game = entry()
    at_end = dt.Game(game.players, game.root, ranges={"x": (0, 1), "y": (1, 2)})
    found = regions_by_support(at_end, x=1, y=1)  # the tie x = y is this corner only
    assert found[(0, 1), (0, 1)].contains(x=1, y=1)
    apart = dt.Game(game.players, game.root, ranges={"x": (0, 1), "y": (2, 3)})
    (both,) = [
        f.representative
        for c in dt.solve(game.at(x=1, y=1)).components
        for f in c.families
        if all(0 < p < 1 for row in f.representative.assessment.probabilities for p in row)
    ]
    with pytest.raises(InputError, match="nowhere"):
        dt.region(apart, both)


def test_off_the_path_too():
    # the tie of Two is weighed by a belief that nothing fixes
    def sender(kind, two):
        ask = dt.Move("Two", ("asked",), {"yes": pay(-1, two), "no": pay(-1, y)})
        return dt.Move("One", (kind,), {"quiet": pay(0, 0), "ask": ask})

    chance = dt.Chance({"a": (HALF, sender("a", y)), "b": (HALF, sender("b", x))})
    game = dt.Game(["One", "Two"], chance)
    kinds = set()
    for region in dt.regions(game, dt.solve(game.at(x=1, y=1))):
        assert region.contains(x=1, y=1)
        kinds |= {c.kind for c in region.constraints}
        if any(c.kind == "surface" for c in region.constraints):
            assert not region.contains(x=1, y=2)
    assert "surface" in kinds


@pytest.mark.parametrize(
    ("formula", "ends", "inside"),
    [
        (1 / (x - HALF), [(HALF, 1, True, False)], [0.75, 1]),
        ((x - HALF) ** -2, [(0, HALF, False, True), (HALF, 1, True, False)], [0, 0.25, 0.75, 1]),
        (1 / sympy.Max(x - HALF, 0), [(HALF, 1, True, False)], [0.75, 1]),
        (sympy.sqrt(x) - HALF, [(Fraction(1, 4), 1, False, False)], [0.25, 0.5, 0.75, 1]),
    ],
)
def test_at_a_pole_there_is_no_game(formula, ends, inside):
    game = dt.Game(
        ["One"],
        dt.Move("One", (), {"a": dt.Outcome({"One": formula}), "b": dt.Outcome({"One": 0})}),
        ranges={"x": (0, 1)},
    )
    region = dt.region(game, next(iter(dt.solve(game.at(x=Fraction(16, 25))))))
    places = [0, 0.25, 0.5, 0.75, 1]
    held = region.contains(x=places)
    assert [p for p, h in zip(places, held, strict=True) if h] == inside
    shown = [(i.start, i.end, bool(i.left_open), bool(i.right_open)) for i in region.interval("x")]
    assert shown == ends


def test_wrong_things_are_refused_with_what_would_do():
    game = entry()
    solution = dt.solve(game.at(x=2, y=1))
    (equilibrium,) = solution
    with pytest.raises(InputError, match=r"dt\.regions takes a whole solution"):
        dt.region(game, solution)
    with pytest.raises(InputError, match="give a solution"):
        dt.regions(game, equilibrium)
    region = dt.region(game, equilibrium, x > y)  # one assumption may stand alone
    assert region.constraints == ()
    for points in ({"x": "much", "y": 1}, {"x": [1, 2], "y": [1, 2, 3]}):
        with pytest.raises(ParameterError, match="Give a number or an array"):
            region.contains(points)
    assert not region.contains(x=math.nan, y=1)


def test_a_region_says_nothing_where_its_assumptions_fail():
    game = entry()
    (equilibrium,) = dt.solve(game.at(x=2, y=1))  # in, since Two answers by up
    whole, assumed = dt.region(game, equilibrium), dt.region(game, equilibrium, [x > y])
    assert assumed.constraints == ()
    points = {"x": [2, 1, 1], "y": [1, 1, 2]}
    for region in (whole, assumed):
        assert region.contains(points).tolist() == [True, True, False]
    ranged = dt.Game(game.players, game.root, ranges={"x": (1, 2), "y": (0, 1)})
    region = dt.region(ranged, equilibrium)
    assert region.contains(x=[2, 3, 0], y=[1, 0, -1]).tolist() == [True, False, False]


def test_assumptions_go_by_the_names_of_parameters():
    game = entry()
    (equilibrium,) = dt.solve(game.at(x=2, y=1))
    real = [sympy.Symbol(name, real=True) for name in "xy"]
    assert dt.region(game, equilibrium, [real[0] > real[1]]).constraints == ()
    with pytest.raises(ParameterError, match="unknown parameter 'z'"):
        dt.region(game, equilibrium, [sympy.Symbol("z") > x])
