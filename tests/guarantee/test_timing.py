from fractions import Fraction

import numpy as np
import pytest

import deterrence as dt
from deterrence.errors import InputError
from deterrence.guarantee.longrun_parameters import LONG_RUN
from deterrence.guarantee.parameters import PARAMETERS
from deterrence.guarantee.timing import TIMING, WAR, balances, stopping_game, terms_at, war_chance
from tests.oracles.policy_iteration import policy_iteration

STAKES = TIMING | {name: PARAMETERS[name] for name in WAR}
DEFAULTS = {name: p.default for name, p in STAKES.items()} | {
    "m_d": Fraction(1, 2),
    "m_aid": Fraction(3, 5),
    "b_revisionist": Fraction(8, 5),
}


def values_by_iteration(lattice, settled, x, months=None):
    """Ukraine's values by place: of stopping when it likes, or within so many months."""
    n, h = len(lattice), lattice[1] - lattice[0]
    both = x["volatility"] ** 2 / (2 * h**2)
    up, down = both + max(x["drift"], 0) / h, both + max(-x["drift"], 0) / h
    p = 1 / (1 + lattice * (1 + x["m_d"]) + x["m_aid"] * x["g"])
    paid = -(1 - x["delta_month"]) * (p + x["c_wU"])
    worth = settled.copy()
    for _ in range(months if months is not None else 6_000):
        after = up * worth[np.minimum(np.arange(n) + 1, n - 1)]
        after += down * worth[np.maximum(np.arange(n) - 1, 0)] + (1 - up - down) * worth
        worth = np.maximum(settled, paid + x["delta_month"] * after)
    return worth


def drawn(seed):
    rng = np.random.default_rng(seed)
    x = {
        name: Fraction(f"{float(p.low) + float(p.high - p.low) * rng.random():.4f}")
        for name, p in STAKES.items()
    }
    x["delta_month"] = Fraction(f"{0.98 + 0.015 * rng.random():.4f}")
    lattice = balances(8)
    settled = [Fraction(f"{v:.4f}") for v in np.sort(rng.uniform(-0.9, -0.4, 8))]
    return lattice, settled, DEFAULTS | x


@pytest.mark.parametrize("seed", range(4))
def test_stopping_is_worth_what_value_iteration_says(seed):
    lattice, settled, x = drawn(seed)
    solution = dt.solve(stopping_game(lattice, settled, x))
    assert solution.complete
    (e,) = solution
    floats = {name: float(value) for name, value in x.items()}
    at, worth = np.array(lattice, float), np.array(settled, float)
    expected = values_by_iteration(at, worth, floats)
    found = [float(e.values[k]["Ukraine"]) for k in range(8)]
    assert found == pytest.approx(expected, abs=1e-9)
    stops = [e.strategy[k]["Ukraine"][()]["settle"] == 1 for k in range(8)]
    assert stops == (expected <= worth + 1e-12).tolist()


@pytest.mark.parametrize("months", [0, 1, 5])
def test_a_deadline_is_worth_what_that_many_iterations_say(months):
    lattice, settled, x = drawn(1)
    (e,) = dt.solve(stopping_game(lattice, settled, x, months))
    floats = {name: float(value) for name, value in x.items()}
    expected = values_by_iteration(
        np.array(lattice, float), np.array(settled, float), floats, months
    )
    found = [float(e.values[months, k]["Ukraine"]) for k in range(8)]
    assert found == pytest.approx(expected, abs=1e-9)


def test_the_drawn_problems_stop_somewhere_and_wait_somewhere():
    kinds = set()
    for seed in range(6):
        lattice, settled, x = drawn(seed)
        (e,) = dt.solve(stopping_game(lattice, settled, x))
        kinds |= {e.strategy[k]["Ukraine"][()]["settle"] for k in range(8)}
    assert kinds == {0, 1}


def test_policy_iteration_agrees():
    lattice, settled, x = drawn(2)
    (e,) = dt.solve(stopping_game(lattice, settled, x))
    n, h = 8, float(lattice[1] - lattice[0])
    both = float(x["volatility"]) ** 2 / (2 * h**2)
    up, down = (both + max(s * float(x["drift"]), 0) / h for s in (1, -1))
    pay, odds = np.zeros((n + 1, 2)), np.zeros((n + 1, 2, n + 1))
    odds[n, :, n] = 1  # settled
    for k in range(n):
        chance = 1 / (1 + float(lattice[k]) * 1.5 + 0.6 * float(x["g"]))
        pay[k] = -(1 - float(x["delta_month"])) * (chance + float(x["c_wU"])), float(settled[k])
        odds[k, 1, n] = 1
        for place, p in ((min(k + 1, n - 1), up), (max(k - 1, 0), down), (k, 1 - up - down)):
            odds[k, 0, place] += p
    best, _ = policy_iteration(pay, odds, float(x["delta_month"]))
    found = [float(e.values[k]["Ukraine"]) for k in range(n)]
    assert found == pytest.approx(best[:n], abs=1e-9)


def test_the_lattice_moves_as_drift_and_volatility_say():
    lattice = balances(15)
    x = DEFAULTS | {"drift": Fraction(1, 100), "volatility": Fraction(3, 100)}
    game = stopping_game(lattice, [0] * 15, x)
    s = game.stages.structure
    middle = next(n for n in range(len(s)) if s.history(n) == (7, "fight on"))
    steps = game.transitions(middle)
    move = {n: lattice[n] - lattice[7] for n in steps}
    assert sum(p * move[n] for n, p in steps.items()) == Fraction(1, 100)
    second = sum(p * move[n] ** 2 for n, p in steps.items())
    assert second == Fraction(3, 100) ** 2 + Fraction(1, 100) * Fraction(1, 20)
    last = next(n for n in range(len(s)) if s.history(n) == (14, "fight on"))
    assert set(game.transitions(last)) == {13, 14}


def test_terms_lie_between_what_the_two_sides_would_get_by_war():
    m = Fraction(4, 5)
    chance = war_chance(m, DEFAULTS)
    assert chance == 1 / (1 + Fraction(6, 5) + Fraction(3, 5))
    assert terms_at(m, DEFAULTS | {"surplus": 0}) == chance - Fraction(35, 160)
    assert terms_at(m, DEFAULTS | {"surplus": 1}) == chance + Fraction(35, 100)
    assert terms_at(m, DEFAULTS | {"surplus": 0, "c_wR": 5}) == 0
    assert terms_at(m, DEFAULTS | {"surplus": 1, "c_wU": 5}) == 1
    assert terms_at(Fraction(1), DEFAULTS) < terms_at(Fraction(1, 2), DEFAULTS)


def test_what_does_not_fit_is_refused():
    lattice = balances(4)
    with pytest.raises(InputError, match="points"):
        balances(1)
    with pytest.raises(InputError, match="one for each"):
        stopping_game(lattice, [0], DEFAULTS)
    with pytest.raises(InputError, match="equal steps"):
        stopping_game([0, 1, 3], [0] * 3, DEFAULTS)
    with pytest.raises(InputError, match="fewer points"):
        stopping_game(balances(100), [0] * 100, DEFAULTS)
    with pytest.raises(InputError, match="deadline"):
        stopping_game(lattice, [0] * 4, DEFAULTS, -1)
    with pytest.raises(InputError, match="nan"):
        stopping_game(lattice, [float("nan")] * 4, DEFAULTS)


def test_no_name_stands_for_two_things():
    assert not set(PARAMETERS) & {*LONG_RUN, *TIMING}
    assert not set(LONG_RUN) & set(TIMING)


def test_the_table_of_stakes():
    frame = dt.timing_parameters()
    assert list(frame.index) == list(TIMING)
    assert (frame["low"] <= frame["default"]).all()
    assert (frame["default"] <= frame["high"]).all()
