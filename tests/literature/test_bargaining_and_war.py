"""Published models of war as failed bargaining, against their closed forms."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import deterrence as dt
from deterrence.errors import InputError
from deterrence.literature.bargaining_and_war import division, ultimatum
from deterrence.literature.commitment_problem import preventive_war, shifting_power

F = Fraction
DIVISION, PREVENTIVE, SHIFT = division(), preventive_war(), shifting_power()
shares = st.fractions(F(1, 20), F(19, 20), max_denominator=60)


def always(game, event):
    """Whether an event has the same probability, 0 or 1, in every equilibrium; else None."""
    found = dt.solve(game)
    assert found.complete
    least, most = found.most_and_least(event)
    return bool(least) if least == most and least in (0, 1) else None


@given(p=shares, cost_a=shares, cost_b=shares, x=shares)
@settings(max_examples=40, deadline=None)
def test_both_accept_in_the_bargaining_range_and_only_there(p, cost_a, cost_b, x):
    assume(x not in (p - cost_a, p + cost_b))
    settled = always(DIVISION.at(p=p, c_A=cost_a, c_B=cost_b, x=x), "settlement")
    assert settled == (p - cost_a < x < p + cost_b)


def ultimatum_at(p, cost_a, most, parts):
    """Costs in the middles of equal parts of [0, most], demands between them, at most 1."""
    demands = [p + most * k / parts for k in range(parts + 1)]
    demands = [x for x in demands if x <= 1]
    costs = [most * (2 * n - 1) / (2 * parts) for n in range(1, parts + 1)]
    game = ultimatum(len(demands), parts)
    numbers = {f"x_{n}": x for n, x in enumerate(demands, 1)}
    numbers |= {f"c_{n}": c for n, c in enumerate(costs, 1)}
    numbers |= {f"q_{n}": F(1, parts) for n in range(1, parts + 1)}
    return game.at(p=p, c_A=cost_a, **numbers), demands


@pytest.mark.parametrize(
    ("p", "cost_a", "most", "parts", "demand", "war"),
    [
        (F("0.5"), F("0.1"), F("0.4"), 8, F("0.65"), F("0.375")),
        (F("0.8"), F("0.05"), F("0.6"), 9, F(1), F(1, 3)),
        (F("0.5"), F("0.4"), F("0.4"), 5, F("0.5"), F(0)),  # fighting costs A too much for risks
    ],
)
def test_a_private_cost_makes_war_a_risk_worth_taking(p, cost_a, most, parts, demand, war):
    game, demands = ultimatum_at(p, cost_a, most, parts)
    found = dt.solve(game)
    assert found.complete
    assert found.most_and_least("war") == pytest.approx((float(war), float(war)), abs=1e-9)
    place = demands.index(demand)
    for equilibrium in found.equilibria:
        assert equilibrium.strategy["A"][()][f"demand {place + 1}"] == 1


@pytest.mark.parametrize("counts", [(0, 2), (2, -1), (True, 2), (2, 1.5), (100, 100)])
def test_an_ultimatum_needs_sensible_numbers(counts):
    with pytest.raises(InputError, match=r"whole number|at most"):
        ultimatum(*counts)


def preventive(p_1, p_2, cost_b, delta, intervention=0, relief=0):
    return PREVENTIVE.at(
        x_1=0, p_1=p_1, p_2=p_2, c_A=F(1, 4), c_B=cost_b, delta=delta,
        intervention=intervention, help=relief,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "war"),
    [(("0.35", "0.65", "0.25", "0.9"), True), (("0.5", "0.55", "1", "0.9"), False)],
)
def test_a_declining_side_fights_today_where_the_shift_is_large(numbers, war):
    assert always(preventive(*map(F, numbers)), "war today") is war


@given(p_1=shares, p_2=shares, cost_b=shares, delta=shares)
@settings(max_examples=40, deadline=None)
def test_preventive_war_is_the_inequality_of_the_article(p_1, p_2, cost_b, delta):
    gap = delta * p_2 - p_1 - cost_b * (1 - delta) ** 2
    demand = p_2 + cost_b * (1 - delta)
    assume(gap != 0 and demand <= 1)
    # the Rising side is made to prefer an offer, as in the article, where it never fights first
    game = PREVENTIVE.at(
        x_1=0, p_1=p_1, p_2=p_2, c_A=1000, c_B=cost_b, delta=delta, intervention=0, help=0
    )
    assert always(game, "war today") == (gap > 0)


@pytest.mark.parametrize(("intervention", "war"), [("0.5067", True), ("0.5267", False)])
def test_a_guarantee_of_the_settlement_must_be_likely_enough(intervention, war):
    game = preventive(*map(F, ("0.35", "0.65", "0.25", "0.9", intervention, "0.5")))
    assert always(game, "war today") is war


def test_the_least_guarantee_is_found_as_a_formula():
    peace = preventive(*map(F, ("0.35", "0.65", "0.25", "0.9", "0.6", "0.5")))
    settled = next(e for e in dt.solve(peace).equilibria if e.probability("settlement") == 1)
    formulas = dt.region(PREVENTIVE, settled).thresholds("intervention")
    names = "x_1 p_1 p_2 c_B delta help"
    x_1, p_1, p_2, c_b, delta, relief = sympy.symbols(names, real=True)
    wanted = (p_2 - (p_1 + c_b * (1 - delta) ** 2 - x_1 * (1 - delta)) / delta) / relief
    assert any(sympy.simplify(formula - wanted) == 0 for formula in formulas)
    at = dict(
        zip((x_1, p_1, p_2, c_b, delta, relief), (0, 0.35, 0.65, 0.25, 0.9, 0.5), strict=True)
    )
    assert float(wanted.subs(at)) == pytest.approx(0.516667, abs=1e-6)


@pytest.mark.parametrize(
    ("numbers", "war"),
    [(("0.3", "0.3", "0.1", "0.9"), True), (("0.3", "0.4", "0.4", "0.95"), False)],
)
def test_power_that_shifts_fast_is_fought_over(numbers, war):
    p, shift, lost, delta = map(F, numbers)
    game = SHIFT.at(x_1=0, p=p, Delta=shift, d=lost, delta=delta)
    assert always(game, "war today") is war


@given(p=shares, shift=shares, lost=shares, delta=shares)
@settings(max_examples=40, deadline=None)
def test_a_shift_of_power_is_the_inequality_of_the_article(p, shift, lost, delta):
    gap = (1 - lost) * (delta * (p + shift) - p) - lost
    # elsewhere the Rising side fights rather than get nothing today
    assume(p + shift <= 1 and gap != 0 and delta * (p + shift) > p)
    assert always(SHIFT.at(x_1=0, p=p, Delta=shift, d=lost, delta=delta), "war today") == (gap > 0)
