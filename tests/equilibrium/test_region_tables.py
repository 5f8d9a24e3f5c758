"""What is said about regions: tables, pieces of formulas, exact values of one parameter."""

import math
from fractions import Fraction

import numpy as np
import pytest
import sympy

import deterrence as dt
from deterrence.equilibrium.formula_pieces import pieces
from deterrence.errors import InputError, ParameterError

X, Y = sympy.symbols("x y", real=True)


def entry(deterred, taken, fought):
    """An entrant stays out, or enters and is fought: a tree with formulas."""
    answer = dt.Move("In", "entered", {
        "yield": dt.Outcome({"Out": taken, "In": 1}),
        "fight": dt.Outcome({"Out": -1, "In": fought}),
    })  # fmt: skip
    stay = dt.Outcome({"Out": deterred, "In": 3})
    return dt.Game(["Out", "In"], dt.Move("Out", (), {"stay": stay, "enter": answer}))


def plays(game, point, action):
    """The region of the equilibrium in which the entrant does something."""
    for e in dt.solve(game.at(point)):
        if e.strategy["Out"][()][action] == 1:
            return dt.region(game, e)
    raise AssertionError(action)


def test_pieces_cover_everything_and_have_nothing_left_to_branch():
    formula = sympy.Max(0, sympy.Min(1, X + Y)) + sympy.Piecewise((Y, X > 1), (0, True))
    found = pieces([formula])
    for x in (-3, 0, Fraction(1, 2), 2, 5):
        for y in (-4, 0, Fraction(1, 3), 1):
            point = {X: sympy.Rational(x), Y: sympy.Rational(y)}
            values = {
                value.subs(point)
                for when, (value,) in found
                if all(condition.subs(point) == sympy.true for condition in when)
            }
            assert values == {formula.subs(point)}
    assert not any(value.has(sympy.Min, sympy.Max, sympy.Piecewise) for _, (value,) in found)


def test_a_formula_with_a_most_is_named_or_branched():
    game = entry(sympy.Max(0, X - 1), 2, Y)
    region = plays(game, {"x": 5, "y": 0}, "stay")
    named = dt.region_table([region], names=["deterrence"])
    assert "q1 = Max(0, x - 1)" in str(named)
    branched = dt.region_table([region], names=["deterrence"], pieces=True)
    assert not any(name in str(branched) for name in ("Max", "q1", "_f"))
    assert [row.name for row in branched.rows] == ["deterrence (1)", "deterrence (2)"]
    frame = branched.to_frame()
    assert list(frame.columns) == ["name", "profile", "condition", "beliefs"]
    assert frame["condition"].str.contains("x - 3 >= 0").any()


def test_thresholds_tell_the_constraint_and_the_piece():
    game = entry(sympy.Max(0, X - 1), 2, Y)
    bounds = plays(game, {"x": 5, "y": 0}, "stay").thresholds("x")
    constraint = next(c for value, rows in bounds.items() if value == 3 for c in rows)
    assert (constraint.player, constraint.knows, constraint.deviation) == ("Out", (), "enter")
    assert all(condition.subs(X, 3) for condition in constraint.when)


def test_exact_intervals():
    game = entry(X**2, 2, Y)
    region = plays(game, {"x": 5, "y": 0}, "stay")
    found = region.interval("x", {"y": "0.5"})
    assert found == (
        sympy.Interval(-sympy.oo, -sympy.sqrt(2)),
        sympy.Interval(sympy.sqrt(2), sympy.oo),
    )
    assert region.interval("y", {"x": 2}) == (sympy.Interval(-sympy.oo, 1),)
    assert region.interval("y", {"x": 1}) == ()
    with pytest.raises(ParameterError, match="give numbers"):
        region.interval("x")
    with pytest.raises(ParameterError, match="leave it out"):
        region.interval("x", {"x": 1, "y": 1})
    odd = plays(entry(sympy.exp(X), 2, Y), {"x": 5, "y": 0}, "stay")
    with pytest.raises(InputError, match="contains"):
        odd.interval("x", {"y": 0})
    assert odd.contains(x=np.array([0.5, 1.0]), y=0).tolist() == [math.exp(0.5) >= 2, True]


def test_texts_name_everything_and_escape():
    game = entry(X, Y, Y)
    region = plays(game, {"x": 5, "y": 0}, "stay")
    table = dt.region_table({"A & B": region})
    latex = table.to_latex()
    assert r"A \& B" in latex
    assert latex.count(r"\begin{tabular}") == latex.count(r"\end{tabular}") == 1
    assert "A &amp; B" in table._repr_html_()
    assert "_f" not in region.summary() + str(region.to_frame()) + region.to_latex()
    with pytest.raises(InputError, match="names"):
        dt.region_table([region], names=["one", "two"])


def test_regions_of_a_solution_are_those_of_its_families():
    game = entry(X, Y, 1)  # the incumbent is indifferent: several supports
    found = dt.regions(game, dt.solve(game.at(x=0, y=1)))
    patterns = {region.pattern for region in found}
    assert len(found) == len(patterns) > 1
    assert all(region.contains(x=0, y=1) for region in found)


def test_thresholds_with_square_roots():
    game = entry(X**2 + X * Y, 2, Y)
    found = plays(game, {"x": 5, "y": 0}, "stay").thresholds("x")
    root = sympy.sqrt(Y**2 + 8)
    assert {sympy.expand(value) for value in found} == {-Y / 2 + root / 2, -Y / 2 - root / 2}
