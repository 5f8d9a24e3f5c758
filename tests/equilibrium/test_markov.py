import random
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

import deterrence as dt
from deterrence.equilibrium import markov
from deterrence.equilibrium.markov import solve_markov
from deterrence.equilibrium.markov_certificate import check_markov
from deterrence.errors import GameError, InputError, LabelError, ParameterError
from tests.equilibrium.random_stochastic import at_once, perfect_information
from tests.oracles.markov_brute import pure_equilibria, values
from tests.oracles.policy_iteration import policy_iteration

PRISONERS = {"A": [[3, 0], [5, 1]], "B": [[3, 5], [0, 1]]}
LABELS = {"A": ("cooperate", "defect"), "B": ("cooperate", "defect")}


def trust(discount, horizon=None):
    """Cooperation keeps trust; anything else loses it for ever."""
    keeps = {"good": [[1, 0], [0, 0]], "bad": [[0, 1], [1, 1]]}
    lost = {"bad": [[1, 1], [1, 1]]}
    return dt.StochasticGame.from_arrays(
        {"good": PRISONERS, "bad": PRISONERS},
        {"good": keeps, "bad": lost},
        discount,
        horizon,
        actions=LABELS,
    )


def profile_of(equilibrium):
    return {
        (state, player, knows): next(a for a, p in odds.items() if p == 1)
        for state, players in equilibrium.strategy.items()
        for player, sets in players.items()
        for knows, odds in sets.items()
    }


def test_the_repeated_dilemma_has_one_markov_equilibrium_and_no_other():
    game = dt.StochasticGame.from_arrays(
        {"x": PRISONERS}, {"x": {"x": [[1, 1], [1, 1]]}}, "0.9", actions=LABELS
    )
    solution = dt.solve(game)
    assert solution.complete
    assert len(solution) == 1
    assert dict(solution[0].payoffs) == {"A": 10, "B": 10}  # 1 for ever: 1 / (1 - 0.9)
    assert solution[0].certificate.exact


@pytest.mark.parametrize(
    ("discount", "worth"), [("0.4", [Fraction(5, 3)]), ("0.6", [Fraction(5, 2), Fraction(15, 2)])]
)
def test_cooperation_is_an_equilibrium_where_the_closed_form_says(discount, worth):
    # 3 / (1 - d) >= 5 + d / (1 - d) from d = 1/2 on; defection gives 1 / (1 - d)
    pure = [e for e in dt.solve(trust(discount)) if e.pure]
    assert sorted(e.payoffs["A"] for e in pure) == worth
    assert all(e.certificate.exact and e.certificate.regret == 0 for e in pure)


def test_the_mixed_equilibrium_makes_both_indifferent():
    # with q the chance that the other cooperates and V = 5 q + (1 - q) + d / (1 - d):
    # q (3 + d V) + (1 - q) d / (1 - d) = V; a quadratic in q with one root inside
    solution = dt.solve(trust("0.9"))
    assert [e.pure for e in solution] == [True, True, False]
    assert solution.pure_complete
    assert not solution.complete
    assert "1 support that mixes may hold other equilibria" in solution.status
    mixed = solution[2]
    q = float(mixed.strategy["good"]["A"][()]["cooperate"])
    later = 0.9 / 0.1
    worth = 5 * q + (1 - q) + later
    assert q * (3 + 0.9 * worth) + (1 - q) * later == pytest.approx(worth, abs=1e-9)
    assert float(mixed.values["good"]["A"]) == pytest.approx(worth, abs=1e-9)
    assert mixed.certificate.regret < Fraction(1, 10**9)


def test_at_the_threshold_itself_both_are_equilibria():
    assert sorted(e.payoffs["A"] for e in dt.solve(trust("0.5")) if e.pure) == [2, 6]


@pytest.mark.parametrize("seed", range(24))
def test_pure_equilibria_are_those_that_trying_every_profile_finds(seed):
    stages = perfect_information(seed) if seed % 2 else at_once(seed)
    discount = Fraction(random.Random(seed).randint(1, 9), 10)
    game = dt.StochasticGame(["A", "B"], stages, discount)
    solution = solve_markov(game, mixing=False)
    expected = pure_equilibria(["A", "B"], stages, discount)
    found = [profile_of(e) for e in solution]
    assert solution.pure_complete
    assert all(profile in found for profile in expected)
    assert len(found) == len(expected)
    for e in solution:
        worth = values(["A", "B"], stages, discount, profile_of(e))
        assert {s: dict(row) for s, row in e.values.items()} == worth


def test_some_random_games_have_several_pure_equilibria_and_some_none():
    counts = set()
    for seed in range(24):
        stages = perfect_information(seed) if seed % 2 else at_once(seed)
        discount = Fraction(random.Random(seed).randint(1, 9), 10)
        counts.add(len(pure_equilibria(["A", "B"], stages, discount)))
    assert {0, 1, 2} <= counts


def shapley(payoffs, transitions, discount):
    """Values of a zero-sum stochastic game by value iteration (Shapley 1953)."""
    worth = np.zeros(len(payoffs))
    for _ in range(400):
        worth = np.array(
            [
                _matrix_value(np.array(now) + discount * np.tensordot(worth, step, axes=1))
                for now, step in zip(payoffs, transitions, strict=True)
            ]
        )
    return worth


def _matrix_value(matrix):
    rows, columns = matrix.shape
    done = linprog(
        [*np.zeros(rows), -1],
        A_ub=np.hstack([-matrix.T, np.ones((columns, 1))]),
        b_ub=np.zeros(columns),
        A_eq=[[*np.ones(rows), 0]],
        b_eq=[1],
        bounds=[(0, None)] * rows + [(None, None)],
    )
    return -done.fun


def test_a_zero_sum_game_has_shapleys_value():
    one, two = [[1, -1], [-1, 1]], [[2, 0], [0, 1]]
    half = {"one": [["1/2", 0], [1, "1/3"]], "two": [["1/2", 1], [0, "2/3"]]}
    rest = {"one": [[1, "1/4"], [0, 0]], "two": [[0, "3/4"], [1, 1]]}
    negative = [[[-x for x in row] for row in table] for table in (one, two)]
    game = dt.StochasticGame.from_arrays(
        {"one": {"A": one, "B": negative[0]}, "two": {"A": two, "B": negative[1]}},
        {"one": half, "two": rest},
        "0.7",
    )
    steps = [
        np.array([[[float(Fraction(x)) for x in row] for row in table[s]] for s in ("one", "two")])
        for table in (half, rest)
    ]
    expected = shapley([one, two], steps, 0.7)
    solution = dt.solve(game, budget=50_000)
    assert len(solution) >= 1
    for e in solution:
        found = [float(e.values[s]["A"]) for s in ("one", "two")]
        assert found == pytest.approx(expected, abs=1e-8)


def random_decision(seed, states=12, actions=3):
    rng = np.random.default_rng(seed)
    pay = rng.integers(-9, 10, (states, actions))
    weights = rng.integers(0, 5, (states, actions, states)) * (rng.random((states, 1, 1)) < 2)
    weights[:, :, 0] += 1
    return pay, weights


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_one_player_alone_does_what_policy_iteration_says(seed):
    pay, weights = random_decision(seed)
    odds = weights / weights.sum(axis=2, keepdims=True)
    best, chosen = policy_iteration(pay.astype(float), odds, 0.9)
    stages = {
        s: dt.Move(
            "A",
            (),
            {
                str(a): dt.Onward(
                    {"A": int(pay[s, a])},
                    {
                        t: Fraction(int(w), int(weights[s, a].sum()))
                        for t, w in enumerate(weights[s, a])
                    },
                )
                for a in range(pay.shape[1])
            },
        )
        for s in range(len(pay))
    }
    solution = dt.solve(dt.StochasticGame(["A"], stages, "0.9"))
    assert solution.complete
    (e,) = solution
    assert [float(e.values[s]["A"]) for s in stages] == pytest.approx(best, abs=1e-9)
    played = [int(profile_of(e)[s, "A", ()]) for s in stages]
    assert played == chosen.tolist()


def test_a_horizon_is_solved_backwards():
    solution = dt.solve(trust("0.9", horizon=4))
    assert solution.complete
    (e,) = solution  # defection is dominant in the last period, so in all
    assert e.payoffs["A"] == 1 + Fraction(9, 10) + Fraction(81, 100) + Fraction(729, 1000)
    assert e.strategy_in(0)["good"]["A"][()]["defect"] == 1


def coordination(horizon):
    table = [[2, 0], [0, 1]]
    return dt.StochasticGame.from_arrays(
        {"x": {"A": table, "B": table}}, {"x": {"x": [[1, 1], [1, 1]]}}, "0.5", horizon
    )


def test_with_a_horizon_every_selection_of_stage_equilibria_is_followed():
    solution = dt.solve(coordination(3))  # three equilibria in every period
    assert len(solution) == 27
    assert solution.complete
    worth = {Fraction(2), Fraction(1), Fraction(2, 3)}
    sums = {a + b / 2 + c / 4 for a in worth for b in worth for c in worth}
    assert {e.payoffs["A"] for e in solution} == sums


def test_too_many_selections_are_cut_and_that_is_said(monkeypatch):
    monkeypatch.setattr(markov, "MOST_SELECTIONS", 20)
    solution = dt.solve(coordination(3))
    assert len(solution) == 20
    assert not solution.complete
    assert not solution.pure_complete
    assert "more than 20 selections" in solution.status


def test_ties_leave_a_horizon_incomplete():
    stage = dt.Move("A", (), {a: dt.Onward({"A": 0}, "x") for a in ("one", "two")})
    solution = dt.solve(dt.StochasticGame(["A"], {"x": stage}, "0.5", 2))
    assert len(solution) == 4
    assert not solution.complete
    assert "mixtures" in solution.status


def test_a_horizon_of_many_years_comes_near_the_game_without_one():
    stages = perfect_information(5)
    never = solve_markov(dt.StochasticGame(["A", "B"], stages, "0.5"))
    long = dt.solve(dt.StochasticGame(["A", "B"], stages, "0.5", 40))
    near = min(abs(float(e.payoffs["A"] - f.payoffs["A"])) for e in never if e.pure for f in long)
    assert near < 1e-9


def wrong_profile(game, equilibrium):
    rows = list(equilibrium.profile[0])
    rows[0] = tuple(reversed(rows[0]))
    return [tuple(rows)]


def test_the_certificate_refuses_a_profile_that_is_none():
    game = trust("0.9")
    (e,) = [e for e in dt.solve(game) if e.pure and e.payoffs["A"] == 30]
    found = check_markov(e.game, wrong_profile(game, e))
    assert not found.holds
    # A defects against cooperation: B, who now loses trust anyway, gains 1 by defecting as well
    assert str(found).startswith("Not a Markov perfect equilibrium")
    assert found.gains[0].gain == max(g.gain for g in found.gains) > 0


def ladder(first):
    """Thirty steps: stay for `first` + k sevenths, or go one up for nothing."""
    stages = {
        k: dt.Move(
            "A",
            (),
            {
                "stay": dt.Onward({"A": (first + k) / 7}, k),
                "up": dt.Onward({"A": 0}, min(k + 1, 29)),
            },
        )
        for k in range(30)
    }
    return dt.StochasticGame(["A"], stages, "0.9")


def test_the_certificate_bounds_its_error_where_states_are_many():
    (e,) = dt.solve(ladder(Fraction(1, 3)))
    assert 0 < e.certificate.error < Fraction(1, 10**25)
    assert e.certificate.exact
    top = (Fraction(1, 3) + 29) / 7 / (1 - Fraction(9, 10))
    assert abs(e.values[29]["A"] - top) <= e.certificate.error


def test_a_tie_gives_both_and_leaves_the_mixtures_open():
    solution = dt.solve(ladder(Fraction(0)))  # step 9 is worth as much as step 10 a year later
    pure = [e for e in solution if e.pure]
    assert [e.strategy[9]["A"][()]["up"] for e in pure] == [1, 0]
    # the tie is within the error of the enclosure, so it holds, and is not proven
    assert [e.certificate.holds for e in pure] == [True, True]
    assert not any(e.certificate.exact for e in pure)
    assert all(0 < e.certificate.regret < Fraction(1, 10**25) for e in pure)
    assert solution.pure_complete
    assert not solution.complete


def test_profiles_that_do_not_fit_are_refused():
    game = trust("0.9")
    half = Fraction(1, 2)
    with pytest.raises(InputError, match="periods"):
        check_markov(game, [])
    with pytest.raises(InputError, match="each of 4 sets"):
        check_markov(game, [[(1, 0)]])
    with pytest.raises(InputError, match="sum to 1"):
        check_markov(game, [[(half, 0)] * 4])


def test_survival_is_that_of_a_chain_with_a_constant_hazard():
    end = dt.Chance(
        {
            "shock": (Fraction(1, 5), dt.Onward({"A": -1}, "after", ["shock"])),
            "calm": (Fraction(4, 5), dt.Onward({"A": 0}, "before")),
        }
    )
    game = dt.StochasticGame(["A"], {"before": end, "after": dt.Onward({"A": 0}, "after")}, "0.9")
    (e,) = dt.solve(game)
    assert e.survival("shock", 6) == pytest.approx(0.8 ** np.arange(7))
    assert e.probability("shock", 3) == pytest.approx(1 - 0.8**3)
    assert e.path(2)["before"].tolist() == pytest.approx([1, 0.8, 0.64])
    with pytest.raises(LabelError, match="shok"):
        e.survival("shok", 3)
    with pytest.raises(InputError, match="periods"):
        e.survival("shock", -1)


def test_an_event_that_comes_back_counts_once():
    again = dt.Onward({"A": 0}, "x", {"shock": Fraction(1, 2)})
    (e,) = dt.solve(dt.StochasticGame(["A"], {"x": again}, "0.9"))
    assert e.survival("shock", 3) == pytest.approx([1, 0.5, 0.25, 0.125])


def test_games_that_cannot_be_solved_are_refused_with_advice():
    hidden = dt.Move(
        "A",
        (),
        {
            "out": dt.Onward({"A": 0, "B": 0}, "x"),
            **{
                a: dt.Move("B", "in", {b: dt.Onward({"A": 1, "B": 1}, "x") for b in ("l", "r")})
                for a in ("one", "two")
            },
        },
    )
    with pytest.raises(GameError, match="belief there is open"):
        dt.solve(dt.StochasticGame(["A", "B"], {"x": hidden}, "0.5"))
    with pytest.raises(LabelError, match="markov-perfect"):
        dt.solve(trust("0.5"), "nash")
    with pytest.raises(InputError, match="tol"):
        dt.solve(trust("0.5"), tol=0.1)
    import sympy

    with pytest.raises(ParameterError, match="formulas in d"):
        dt.solve(trust(sympy.Symbol("d")))


def test_a_budget_that_runs_out_is_said():
    table = [[2, 0], [0, 1]]
    states = {k: {"A": table, "B": table} for k in range(4)}
    steps = {k: {(k + 1) % 4: [[1, 1], [1, 1]]} for k in range(4)}
    game = dt.StochasticGame.from_arrays(states, steps, "0.5")
    solution = dt.solve(game, budget=300)
    assert not solution.complete
    assert not solution.pure_complete
    assert "larger budget" in solution.status


@pytest.mark.parametrize("seed", range(12))
def test_without_a_future_the_equilibria_are_the_stage_games(seed):
    rng = np.random.default_rng(seed)
    tables = {p: rng.integers(0, 9, (2, 3)).tolist() for p in ("A", "B")}
    nash = dt.solve(dt.StrategicGame(tables))
    steps = {"x": np.ones((2, 3), int).tolist()}
    solution = dt.solve(dt.StochasticGame.from_arrays({"x": tables}, {"x": steps}, 0))
    pure = [e for e in nash.equilibria if {*e.strategy["A"][()].values()} <= {0, 1}]
    pure = [e for e in pure if {*e.strategy["B"][()].values()} <= {0, 1}]
    assert sum(e.pure for e in solution) == len(pure)
    if solution.complete:  # then nothing mixed exists either
        assert len(nash.equilibria) == len(solution)
    worth = {tuple(e.payoffs.values()) for e in pure}
    assert {tuple(e.payoffs.values()) for e in solution if e.pure} == worth


def test_some_of_those_are_complete_and_some_are_not():
    kinds = set()
    for seed in range(12):
        rng = np.random.default_rng(seed)
        tables = {p: rng.integers(0, 9, (2, 3)).tolist() for p in ("A", "B")}
        steps = {"x": np.ones((2, 3), int).tolist()}
        game = dt.StochasticGame.from_arrays({"x": tables}, {"x": steps}, 0)
        kinds.add(solve_markov(game, mixing=False).complete)
    assert kinds == {True, False}


# --- ties, which floats cannot decide -------------------------------------------------------------


def test_a_tie_between_states_of_other_blocks_is_found() -> None:
    """9 + 0.9 * 10 = 0 + 0.9 * 20: both ways to leave x are best, exactly."""
    ways = {"y": dt.Onward({"A": 9}, "y"), "z": dt.Onward({"A": 0}, "z")}
    states = {
        "x": dt.Move("A", (), ways),
        "y": dt.Onward({"A": 1}, "y"),
        "z": dt.Onward({"A": 2}, "z"),
    }
    found = dt.solve(dt.StochasticGame(["A"], states, "0.9"))
    pure = {next(a for a, p in e.strategy["x"]["A"][()].items() if p == 1) for e in found if e.pure}
    assert pure == {"y", "z"}
    assert found.pure_complete
    assert not found.complete  # every mixture is one, too
    assert all(e.certificate.exact for e in found)


@pytest.mark.parametrize("offset", [0, 10**5, 10**6, 10**8])
@pytest.mark.parametrize("discount", ["0.9", "0.999"])
def test_a_tie_is_found_whatever_is_paid_besides(offset: int, discount: str) -> None:
    """A lottery over the same payoff is worth as much as the payoff for sure."""
    same = offset + Fraction(1, 3)
    odds = (Fraction(1, 7), Fraction(2, 7), Fraction(4, 7))
    lottery = dt.Chance({str(n): (p, dt.Onward({"A": same}, "x")) for n, p in enumerate(odds)})
    ways = {
        "sure": dt.Onward({"A": same}, "x"),
        "lottery": lottery,
        "bad": dt.Onward({"A": offset - 2}, "x"),
    }
    found = dt.solve(dt.StochasticGame(["A"], {"x": dt.Move("A", (), ways)}, discount))
    pure = {next(a for a, p in e.strategy["x"]["A"][()].items() if p == 1) for e in found if e.pure}
    assert pure == {"sure", "lottery"}
    assert found.pure_complete


def ring(count: int, ways: dict, **paid: int) -> dt.StochasticGame:
    """States one after the other; in the first one A chooses."""
    states: dict = {
        k: dt.Onward({"A": paid.get(f"at_{k}", 0)}, (k + 1) % count) for k in range(count)
    }
    states[0] = dt.Move("A", (), ways)
    return dt.StochasticGame(["A"], states, "0.9")


@pytest.mark.parametrize("count", [16, 17, 20])
def test_a_tie_is_found_where_values_are_enclosed(count: int) -> None:
    """With 17 states and more the equations are not solved in rationals."""
    third = Fraction(1, 3)
    states: dict = {k: dt.Onward({"A": third}, (k + 1) % count) for k in range(count)}
    states[0] = dt.Move(
        "A", (), {"one": dt.Onward({"A": third}, 1), "two": dt.Onward({"A": third}, 2)}
    )
    found = dt.solve(dt.StochasticGame(["A"], states, "0.9"))
    assert sum(e.pure for e in found) == 2
    assert found.pure_complete


@pytest.mark.parametrize("count", [16, 17, 20])
def test_a_small_gain_beside_large_payoffs_is_a_gain(count: int) -> None:
    """A tenth more now, and the same for ever after: a billion later does not hide it."""
    ways = {"good": dt.Onward({"A": Fraction(1, 10)}, 1), "bad": dt.Onward({"A": 0}, 1)}
    found = dt.solve(ring(count, ways, at_5=10**9))
    assert [e.strategy[0]["A"][()]["good"] for e in found] == [1]
    assert found.pure_complete
    (one,) = found
    worse = check_markov(found.game, [tuple(reversed_rows(one))])
    assert not worse.holds
    assert worse.regret == Fraction(1, 10)


def reversed_rows(equilibrium) -> list:
    return [tuple(reversed(row)) for row in equilibrium.profile[0]]


def test_a_discount_factor_that_floats_take_for_one_is_refused() -> None:
    near = 1 - Fraction(1, 10**12)
    game = dt.StochasticGame(["A"], {"x": dt.Onward({"A": 1}, "x")}, near)
    with pytest.raises(GameError, match="take a smaller one, or a horizon"):
        dt.solve(game)
