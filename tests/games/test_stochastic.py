from fractions import Fraction

import pytest
import sympy

import deterrence as dt
from deterrence.errors import (
    GameError,
    InputError,
    LabelError,
    LimitError,
    ParameterError,
    ProbabilityError,
)

p, d = sympy.symbols("p d")


def weather(odds=p, discount=d, **more):
    stage = dt.Chance(
        {
            "rain": (odds, dt.Onward({"A": -1}, {"wet": odds, "dry": 1 - odds}, ["rain"])),
            "sun": (1 - odds, dt.Onward({"A": 1}, "dry")),
        }
    )
    return dt.StochasticGame(
        ["A"], {"dry": stage, "wet": dt.Onward({"A": 0}, "dry")}, discount, **more
    )


def test_numbers_go_into_payoffs_transitions_and_discount_factors():
    game = weather()
    assert game.parameters == ("d", "p")
    assert repr(game).endswith("2 states, no horizon, formulas in 2 parameters>")
    half = game.at(p="0.25")
    assert half.parameters == ("d",)
    done = half.at(d="0.5")
    assert done.parameters == ()
    assert done.discount == {"A": Fraction(1, 2)}
    outcomes = [n for n, kind in enumerate(done.stages.structure.kind) if kind == "outcome"]
    assert done.transitions(outcomes[0]) == {1: Fraction(1, 4), 0: Fraction(3, 4)}
    assert done.events == ("rain",)
    assert list(done) == ["dry", "wet"]
    assert len(done) == 2


def test_the_worth_of_a_chain_without_choices_is_its_linear_equations():
    (e,) = dt.solve(weather().at(p="0.25", d="0.5"))
    # V = 1/2 + 1/2 (15/16 V + 1/16 W), W = V / 2
    assert e.values["dry"]["A"] == Fraction(1, 2) / (1 - Fraction(15, 32) - Fraction(1, 64))
    assert e.values["wet"]["A"] == e.values["dry"]["A"] / 2


def test_ranges_and_tied_names_hold_as_in_other_games():
    game = weather(ranges={"p": (0, "0.5"), "d": (0, 1)}, tied={"both": ("p", "d")})
    assert game.at(both="0.5").discount == {"A": Fraction(1, 2)}
    with pytest.raises(ParameterError, match="out of range"):
        game.at(p="0.7")
    with pytest.raises(ParameterError, match="unknown parameter 'q'"):
        game.at(q=1)


def test_a_discount_factor_of_each_player_and_a_start():
    stage = dt.Onward({"A": 1, "B": 1}, "x")
    game = dt.StochasticGame(
        ["A", "B"],
        {"x": stage, "y": dt.Onward({"A": 0, "B": 0}, "x")},
        {"A": 0, "B": "0.5"},
        start={"x": "0.25", "y": "0.75"},
    )
    (e,) = dt.solve(game)
    assert dict(e.payoffs) == {"A": Fraction(1, 4), "B": Fraction(1, 2) + Fraction(3, 4)}
    with pytest.raises(InputError, match="no discount factor for B"):
        dt.StochasticGame(["A", "B"], {"x": stage}, {"A": 0})
    with pytest.raises(LabelError, match="'C'"):
        dt.StochasticGame(["A", "B"], {"x": stage}, {"A": 0, "B": 0, "C": 0})
    with pytest.raises(LabelError, match="starting state"):
        dt.StochasticGame(["A", "B"], {"x": stage}, 0, start="z")
    with pytest.raises(ProbabilityError, match="starting probabilities"):
        dt.StochasticGame(["A", "B"], {"x": stage}, 0, start={"x": "0.5"})


@pytest.mark.parametrize(
    ("discount", "horizon"),
    [("-0.1", None), (1, None), ("1.5", 3), (float("nan"), None), ("half", None)],
)
def test_wrong_discount_factors_are_refused(discount, horizon):
    with pytest.raises(InputError, match="discount factor"):
        dt.StochasticGame(["A"], {"x": dt.Onward({"A": 0}, "x")}, discount, horizon)


def test_without_discounting_a_horizon_is_needed():
    stage = {"x": dt.Onward({"A": 1}, "x")}
    (e,) = dt.solve(dt.StochasticGame(["A"], stage, 1, 3))
    assert e.payoffs["A"] == 3


@pytest.mark.parametrize("horizon", [0, -1, 1.5, True, "ten"])
def test_wrong_horizons_are_refused(horizon):
    with pytest.raises(InputError, match="horizon"):
        dt.StochasticGame(["A"], {"x": dt.Onward({"A": 0}, "x")}, "0.5", horizon)


def test_wrong_transitions_are_refused():
    def game(step):
        return dt.StochasticGame(["A"], {"here": dt.Onward({"A": 0}, step)}, "0.5")

    with pytest.raises(LabelError, match="Did you mean 'here'"):
        game("her")
    with pytest.raises(ProbabilityError, match=r"sum to 0\.5"):
        game({"here": "0.5"})
    with pytest.raises(ProbabilityError, match="no probability"):
        game({"here": 2})
    with pytest.raises(InputError, match="nan"):
        game({"here": float("nan")})
    with pytest.raises(ProbabilityError, match="sum to"):
        game({"here": p}).at(p="0.5")


def test_stages_that_are_none_are_refused():
    def game(stage):
        return dt.StochasticGame(["A"], {"x": stage}, "0.5")

    with pytest.raises(GameError, match="with one at least"):
        dt.StochasticGame(["A"], {}, "0.5")
    with pytest.raises(GameError, match="stands 7"):
        game(7)
    with pytest.raises(GameError, match="must be"):
        game(dt.Chance({"a": dt.Onward({"A": 0}, "x")}))
    with pytest.raises(LabelError, match="player"):
        game(dt.Onward({"B": 0, "A": 0}, "x"))
    with pytest.raises(GameError, match="may not be called"):
        game(dt.Onward({"A": 0}, "x", ["next state 0"]))
    endless = dt.Move("A", (), {})
    endless.choices["again"] = endless
    with pytest.raises(LimitError, match="follows itself"):
        game(endless)
    with pytest.raises(LimitError, match="too many"):
        dt.StochasticGame(["A"], dict.fromkeys(range(5001), dt.Outcome({"A": 0})), "0.5")


def test_arrays_that_do_not_fit_are_refused():
    good = {"A": [[1, 2]], "B": [[1, 2]]}
    with pytest.raises(GameError, match="one shape"):
        dt.StochasticGame.from_arrays({"x": good}, {"x": {"x": [[1]]}}, "0.5")
    with pytest.raises(GameError, match="labels"):
        dt.StochasticGame.from_arrays(
            {"x": good}, {"x": {"x": [[1, 1]]}}, "0.5", actions={"B": ("same", "same")}
        )


def test_where_arrays_lead_nowhere_the_game_ends():
    game = dt.StochasticGame.from_arrays({"x": {"A": [2, 3]}}, {}, "0.5")
    (e,) = dt.solve(game)
    assert e.payoffs["A"] == 3
    assert e.strategy["x"]["A"][()]["2"] == 1


def test_going_on_to_nowhere_is_refused():
    with pytest.raises(GameError, match="leads nowhere"):
        dt.StochasticGame(["A"], {"s": dt.Onward({"A": 1}, {})}, "0.5")
