"""The best instruments, against optima derived by hand and against complete solutions of grids."""

import itertools
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
import sympy

import deterrence as dt
from deterrence.errors import InputError, LabelError, LimitError, ParameterError
from deterrence.guarantee.parameters import defaults
from deterrence.study import learning
from tests.study.small_games import chicken, lottery, pay, signalling

x, y, prize = sympy.symbols("x y prize")
SQUARE = {"x": (0, 1), "y": (0, 1)}


def deterrence_of(attack, refrain, ranges):
    """Russia attacks or not; each payoff is a pair (Russia, Guarantor)."""
    moves = {"attack": pay(*attack, "attack"), "refrain": pay(*refrain)}
    return dt.Game(["Russia", "Guarantor"], dt.Move("Russia", (), moves), ranges=ranges)


def found(game, *args, **more):
    return dt.design(game, *args, jobs=1, **{"audit": 4, **more})


def at(optimum):
    return pytest.approx(list(optimum.instruments.values()), abs=1e-6)


# --- one optimum by hand for each kind -------------------------------------------------------


def test_an_interior_optimum():
    # Russia refrains throughout; the Guarantor's payoff has its only maximum inside
    payoff = -((x - Fraction(1, 3)) ** 2) - (y**2 - Fraction(1, 2)) ** 2
    game = deterrence_of((-1, 0), (0, payoff), SQUARE)
    for optimum in found(game, "Guarantor", grid=30).optima.values():
        assert [1 / 3, sqrt(1 / 2)] == at(optimum)
        assert optimum.value == pytest.approx(0, abs=1e-12)
        assert (optimum.kind, optimum.binding, optimum.attained) == ("interior", (), True)
        assert optimum.is_verified
        assert 0 <= optimum.gain < 1e-2


def test_a_corner():
    game = deterrence_of((-1, 0), (0, x - 2 * y - (x * y) / 2), SQUARE)
    for optimum in found(game, "Guarantor", grid=21).optima.values():
        assert list(optimum.instruments.values()) == [1, 0]
        assert optimum.value == 1
        assert (optimum.kind, optimum.attained, optimum.is_verified) == ("corner", True, True)
        assert {(b.kind, b.instrument) for b in optimum.binding} == {("bound", "x"), ("bound", "y")}
        assert optimum.flat == ()


def test_one_bound_binds_and_one_instrument_does_not_matter():
    game = deterrence_of((-1, y), (0, x), {**SQUARE})
    optimum = found(game, "Guarantor", grid=11).best
    assert [(b.kind, b.text) for b in optimum.binding] == [("bound", "x is at its upper bound 1")]
    assert optimum.flat == ("y",)


def test_an_oblique_border_is_followed_to_the_optimum_on_it():
    # least x^2/3 + y^2 with x + 2y >= 1: x = 3/7, y = 2/7, by Lagrange; the worst equilibrium
    # needs x + 2y > 1
    game = deterrence_of((1 - x - 2 * y, -1), (0, -(x**2) / 3 - y**2), SQUARE)
    design = found(game, "Guarantor", grid=21)
    for optimum in design.optima.values():
        assert at(optimum) == [3 / 7, 2 / 7]
        assert optimum.value == pytest.approx(-1 / 7, abs=1e-9)
        assert optimum.kind == "border"
        assert optimum.is_verified
        assert {b.kind for b in optimum.binding} == {"border"}
        assert all("Russia becomes indifferent to 'attack'" in b.incentive for b in optimum.binding)
    assert design.best.attained
    assert design.best.exact == {"x": Fraction(3, 7), "y": Fraction(2, 7)}
    assert design.best.binding[0].ended == ("Russia: refrain",)
    assert design.best.binding[0].begun == ()
    assert not design.worst.attained
    assert design.worst.limit_value == -1  # attacked
    assert design.worst.binding[0].begun == ("Russia: attack",)
    assert -1 / 7 - 1e-3 < design.worst.near_value < -1 / 7
    assert "Approached, not attained" in design.worst.summary()


def test_three_instruments_meet_a_border_that_is_a_plane():
    # least x^2 + y^2 + z^2 with x + 2y + 2z = 3/2: (1/6, 1/3, 1/3), as 9 t = 3/2
    z = sympy.Symbol("z")
    russia, ranges = Fraction(3, 2) - x - 2 * y - 2 * z, dict.fromkeys("xyz", (0, 1))
    game = deterrence_of((russia, -1), (0, -(x**2) - y**2 - z**2), ranges)
    optimum = found(game, "Guarantor", grid=9, select="best").best
    assert pytest.approx(list(optimum.instruments.values()), abs=1e-4) == [1 / 6, 1 / 3, 1 / 3]
    assert optimum.value == pytest.approx(-1 / 4, abs=1e-7)
    assert (optimum.kind, optimum.attained, optimum.is_verified) == ("border", True, True)


def test_the_least_strength_that_deters_in_closed_form():
    # an attack is met with force, worth it for the Guarantor from strength 1/2 on; Russia, who
    # gains 1 and loses 3 with force, of which it fears the share z, refrains from z = 1/3 on
    z = sympy.Symbol("z")
    answer = dt.Move("Guarantor", ("attack",), {
        "force": pay(1 - 3 * z, -1, "attack", "force"),
        "nothing": pay(1, -2 * x, "attack"),
    })  # fmt: skip
    root = dt.Move("Russia", (), {"attack": answer, "refrain": pay(0, 0)})
    game = dt.Game(["Russia", "Guarantor"], root, ranges={"x": (0, 1), "z": (0, 1)})
    design = found(game, cost=x + z, at_most={"attack": 0}, grid=16)
    for optimum in design.optima.values():
        assert at(optimum) == [1 / 2, 1 / 3]
        assert optimum.value == pytest.approx(-5 / 6, abs=1e-9)
        assert optimum.kind == "border"
    assert design.best.attained
    assert not design.worst.attained
    # two borders meet there: Russia's own, and the one at which it is no longer met with force
    assert {b.incentive for b in design.worst.binding} == {
        "Russia becomes indifferent to 'attack'",
        "Guarantor (attack) becomes indifferent to 'nothing'",
    }


def test_a_border_at_a_number_without_short_fractions():
    game = deterrence_of((Fraction(1, 2) - x**2, -1), (0, -x), {"x": (0, 1)})
    design = found(game, "Guarantor")
    assert design.best.value == pytest.approx(-sqrt(1 / 2), abs=1e-9)
    assert design.best.attained
    assert not design.worst.attained
    assert design.best.is_verified
    assert design.worst.is_verified
    assert design.best.exact == {}


def test_the_worst_of_three_equilibria_inside_and_the_best_in_a_corner():
    # both want to meet; the mixed equilibrium is worth x (1 - x) to the Guarantor
    def answer(left, right):
        return dt.Move("Guarantor", (), {"left": left, "right": right})

    moves = {"left": answer(pay(1, x), pay(0, 0)), "right": answer(pay(0, 0), pay(1, 1 - x))}
    game = dt.Game(["Russia", "Guarantor"], dt.Move("Russia", (), moves), ranges={"x": (0, 1)})
    design = found(game, "Guarantor", {"x": (0, "0.9")}, grid=8)
    assert design.worst.kind == "interior"
    assert list(design.worst.exact.values()) == [Fraction(1, 2)]
    assert design.worst.value == pytest.approx(1 / 4)
    assert (design.best.kind, design.best.value) == ("corner", 1)
    assert design.best.instruments == {"x": 0}


def test_an_equilibrium_that_exists_on_the_border_only():
    # Russia attacks below x = 1/2 and refrains above. The Guarantor guards if it expects attacks
    # with 1/3 or more; guarding without an attack is worth 3 to Ukraine: 2 at x = 1/2, 0 elsewhere
    def outcome(russia, guarantor, ukraine):
        return dt.Outcome({"Russia": russia, "Guarantor": guarantor, "Ukraine": ukraine})

    def answer(guard, rest):
        return dt.Move("Guarantor", (), {"guard": guard, "rest": rest})

    gain = 1 - 2 * x
    attack = answer(outcome(gain, 2, 0), outcome(gain, 0, 0))
    moves = {"attack": attack, "refrain": answer(outcome(0, -1, 3), outcome(0, 0, 0))}
    players = ["Russia", "Guarantor", "Ukraine"]
    game = dt.Game(players, dt.Move("Russia", (), moves), ranges={"x": (0, 1)})
    optimum = found(game, "Ukraine", grid=5).best
    assert (optimum.instruments, optimum.value) == ({"x": 0.5}, pytest.approx(2))
    assert (optimum.kind, optimum.attained, optimum.is_verified) == ("border", True, True)


def test_a_weighted_sum():
    # Russia + 2 Guarantor = (y - x) + 2 (x - x^2 / 2 - y^2): x = 1/2, y = 1/4
    game = deterrence_of((-9, 0), (y - x, x - x**2 / 2 - y**2), SQUARE)
    optimum = found(game, {"Russia": 1, "Guarantor": 2}, select="best", grid=18).best
    assert at(optimum) == [1 / 2, 1 / 4]
    assert optimum.value == pytest.approx(3 / 8)


def guarding():
    """To guard costs c, an attack that is not guarded 1: attacks come with probability c."""
    c = sympy.Symbol("c")

    def answer(guard, rest):
        return dt.Move("Guarantor", (), {"guard": guard, "rest": rest})

    attack = answer(pay(-1, -c, "attack"), pay(1, -1, "attack"))
    moves = {"attack": attack, "refrain": answer(pay(0, -c), pay(0, 0))}
    ranges = {"c": ("0.05", "0.95")}
    return c, dt.Game(["Russia", "Guarantor"], dt.Move("Russia", (), moves), ranges=ranges)


def test_least_cost_for_a_required_probability():
    c, game = guarding()
    for optimum in found(game, cost=1 - c, at_most={"attack": "0.3137"}).optima.values():
        assert at(optimum) == [0.3137]
        assert optimum.value == pytest.approx(0.3137 - 1, abs=1e-8)
        assert (optimum.kind, optimum.attained) == ("requirement", True)
        assert optimum.is_verified
        assert optimum.outcome["attack"] == pytest.approx(0.3137, abs=1e-8)


def test_requirements_that_cannot_be_met():
    c, game = guarding()
    design = found(game, cost=c, at_most={"attack": "0.01"}, grid=11)
    assert [o.kind for o in design.optima.values()] == ["none", "none"]
    assert np.isnan(design.best.value)
    assert "no point of the grid meets the requirements" in design.summary()


def test_in_some_equilibria_and_in_all():
    # chicken at pain 1: for prizes above 0 one equilibrium has no attack and one has; below, none
    design = found(chicken(), cost=-prize, over=["prize"], at_most={"attack": 0}, fixed={"pain": 1})
    assert design.best.instruments == {"prize": 2}
    assert design.worst.instruments["prize"] == pytest.approx(0, abs=1e-9)
    assert (design.worst.kind, design.worst.attained) == ("border", False)


def test_tied_instruments_move_together():
    # attack is worth prize - 2 pain, with both at t: 0 only at t = 0
    game = dt.Game(
        ["Russia"],
        dt.Move("Russia", (), {
            "attack": dt.Outcome({"Russia": 1 - x - y}, ["attack"]),
            "refrain": dt.Outcome({"Russia": 0}),
        }),
        ranges=SQUARE, tied={"both": ("x", "y")},
    )  # fmt: skip
    design = found(game, cost=x + 2 * y, over=["both"], at_most={"attack": 0})
    assert at(design.best) == [0.5]
    assert design.best.value == pytest.approx(-1.5, abs=1e-9)


def test_where_the_tree_changes_at_a_bound():
    # an attack gets through with probability luck; at luck 0 that branch is gone
    optimum = found(lottery(), {"attack": 1, "loss": -1}, select="worst").worst
    # Russia attacks from luck 1/2 on, surely beyond it: 1 - luck there
    assert at(optimum) == [1 / 2]
    assert optimum.value == pytest.approx(1 / 2, abs=1e-8)
    assert not optimum.attained


# --- against complete solutions of every point -----------------------------------------------


def test_the_surface_is_what_complete_solutions_say_at_every_point():
    weights = {"Guarantor": 1, "Russia": Fraction(1, 2), "attack": Fraction(-1, 4)}
    design = found(chicken(), weights, ["prize", "pain"], grid=7, audit=49)
    over = [[float(Fraction(k, 6) * 3 - 1) for k in range(7)], [k / 3 for k in range(7)]]
    for i, j in itertools.product(range(7), repeat=2):
        point = {"prize": Fraction(3 * i, 6) - 1, "pain": Fraction(j, 3)}
        worth = [
            sum(float(w) * o[name] for name, w in weights.items())
            for o in dt.solve(chicken().at(point)).outcomes()
        ]
        assert design.surface.axes["prize"][i] == pytest.approx(over[0][i])
        assert design.surface.values["best"][i, j] == pytest.approx(max(worth))
        assert design.surface.values["worst"][i, j] == pytest.approx(min(worth))
        assert design.best.value >= max(worth) - 1e-9
        assert design.worst.value >= min(worth) - 1e-9


MORE = [pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 30)]


@pytest.mark.parametrize("seed", [0, *MORE])
def test_nothing_is_better_at_random_points_of_random_games(seed):
    game = signalling(seed)
    weights = {"Russia": 1, "Guarantor": -2, "fight": 1}
    design = found(game, weights, grid=30, rng=seed)
    assert design.is_verified
    for point in np.random.default_rng(seed).uniform(-1, 1, (40, 2)).round(3).tolist():
        solved = dt.solve(game.at(dict(zip(("x", "y"), map(str, point), strict=True))))
        worth = [o["Russia"] - 2 * o["Guarantor"] + o["fight"] for o in solved.outcomes()]
        assert max(worth) <= design.best.value + 1e-9
        assert min(worth) <= design.worst.value + 1e-9


@pytest.mark.parametrize("seed", [3, *MORE[4:16]])
def test_requirements_in_random_games(seed):
    game = signalling(seed)
    design = found(game, "Guarantor", grid=30, rng=seed, at_most={"threaten": "0.5"})
    assert design.is_verified
    for point in np.random.default_rng(seed).uniform(-1, 1, (40, 2)).round(3).tolist():
        solved = dt.solve(game.at(dict(zip(("x", "y"), map(str, point), strict=True)))).outcomes()
        kept = [o["Guarantor"] for o in solved if o["threaten"] <= 0.5]
        if kept:
            assert max(kept) <= design.best.value + 1e-9
        if len(kept) == len(solved) and design.worst.found:
            assert min(kept) <= design.worst.value + 1e-9


@pytest.mark.slow
def test_the_whole_game_of_the_proposal():
    scenario = dt.arrangement("oped")
    game = dt.guarantee_game()
    fixed, over = scenario.values(), ["strength", "ambiguity"]
    design = found(game, "Guarantor", over, fixed=fixed, grid=16)
    assert design.is_verified
    for strength, ambiguity in itertools.product(("0.1", "0.9"), ("0.1", "0.23", "0.6")):
        solved = dt.solve(scenario.game(strength=strength, ambiguity=ambiguity))
        low, high = solved.most_and_least("Guarantor")
        assert high <= design.best.value + 1e-9
        assert low <= design.worst.value + 1e-9


def test_the_crisis_of_the_guarantee():
    game = dt.guarantee_game(["types", "challenge", "finding", "response"])
    fixed = {name: value for name, value in defaults().items() if name in game.ranges}
    design = found(game, "Guarantor", ["strength", "ambiguity"], fixed=fixed, grid=16)
    assert design.is_verified
    for strength, ambiguity in itertools.product(("0.1", "0.4", "0.9"), ("0.1", "0.23", "0.6")):
        point = {**fixed, "strength": strength, "ambiguity": ambiguity}
        point = {n: v for n, v in point.items() if not n.endswith("_ambiguity")}
        low, high = dt.solve(game.at(point)).most_and_least("Guarantor")
        assert high <= design.best.value + 1e-9
        assert low <= design.worst.value + 1e-9
    # with less ambiguity security-seeking Russia probes too
    border = design.worst.binding[0]
    assert border.incentive == "Russia (security) becomes indifferent to 'probe'"
    beyond = {**fixed, **design.worst.near}
    beyond["ambiguity"] -= 1e-3
    beyond = {n: v for n, v in beyond.items() if not n.endswith("_ambiguity")}
    low, _ = dt.solve(game.at(beyond)).most_and_least("Guarantor")
    assert low < design.worst.value - 1e-3


def test_what_learning_lost_is_found_at_the_optimum_and_searched_again(monkeypatch):
    # with a prize, Russia's attack that is not answered is the worst equilibrium: -1
    whole, lost = learning.Learning.run, []

    def forgetful(self):
        found = whole(self)
        for sheet in self.atlas.sheets.values():
            for chart in sheet.charts:
                kept = [cell for cell in chart.cells if "nothing" not in cell[0][1][2]]
                lost.append(len(chart.cells) - len(kept))
                chart.cells = kept
                chart.__dict__.pop("_program", None)
        return found

    monkeypatch.setattr(learning.Learning, "run", forgetful)
    over, more = {"prize": ("0.5", 2)}, {"fixed": {"pain": 1}, "select": "worst", "audit": 0}
    design = found(chicken(), "Guarantor", over, grid=9, **more)
    assert sum(lost) > 0
    assert design.worst.value == -1
    assert design.is_verified


# --- misjudged stakes ------------------------------------------------------------------------


def priced():
    """Russia attacks if the prize exceeds 2x; strength costs the Guarantor x, an attack 2."""
    return deterrence_of((prize - 2 * x, -2), (0, -x), {"x": (0, 1), "prize": ("0.4", 1)})


def test_the_regret_at_other_stakes():
    # made for a prize of 0.6: x = 0.3. At 0.4 it would have been 0.2; at 0.8, 0.4 and no attack
    sample = [{"prize": "0.4"}, {"prize": "0.6"}, {"prize": "0.8"}]
    optimum = found(priced(), "Guarantor", ["x"], fixed={"prize": "0.6"}, stakes=sample).best
    assert at(optimum) == [0.3]
    table = optimum.regret
    assert table["prize"].tolist() == [0.4, 0.6, 0.8]
    assert table["value"].tolist() == pytest.approx([-0.3, -0.3, -2])
    assert table["optimum"].tolist() == pytest.approx([-0.2, -0.3, -0.4])
    assert table["regret"].tolist() == pytest.approx([0.1, 0, 1.6], abs=1e-6)
    assert table["allowed"].all()


def test_a_requirement_that_fails_at_other_stakes():
    design = found(
        priced(), cost=x, over=["x"], at_most={"attack": 0}, fixed={"prize": "0.6"},
        stakes=[{"prize": "0.5"}, {"prize": "0.8"}], select="best",
    )  # fmt: skip
    table = design.best.regret
    assert table["allowed"].tolist() == [True, False]
    assert table["regret"][0] == pytest.approx(0.05)
    assert np.isnan(table["regret"][1])
    assert "at 1 the requirements fail" in design.summary()


@pytest.mark.parametrize(
    "stakes", [["prize"], {"prize": ("0.4", 1)}, [{"prize": 1}, {"prize": "0.4"}]]
)
def test_the_best_worst_case(stakes):
    # the largest prize, 1, is deterred from x = 1/2 on; the least is lower than -1/2 elsewhere
    design = found(priced(), "Guarantor", ["x"], stakes=stakes, samples=4, robust=True, grid=50)
    assert at(design.best) == [1 / 2]
    assert design.best.value == pytest.approx(-1 / 2, abs=1e-9)
    assert design.best.attained
    assert not design.worst.attained
    assert design.worst.worst_stakes["prize"] <= 1
    assert design.robust


@pytest.mark.slow
def test_the_best_worst_case_of_the_guarantee():
    game = dt.guarantee_game(["types", "challenge", "finding", "response"])
    stakes = {"b_revisionist": ("1", "2"), "c_F": ("0.2", "0.6")}
    fixed = {n: x for n, x in defaults().items() if n in game.ranges and n not in stakes}
    over = ["strength", "ambiguity"]
    design = found(game, "Guarantor", over, fixed=fixed, stakes=stakes, samples=8, robust=True,
                   grid=16)  # fmt: skip
    assert design.is_verified

    def worst_case(instruments):
        """By the worst and by the best equilibrium, from complete solutions at all draws."""
        moved = {name: Fraction(x).limit_denominator(10**9) for name, x in instruments.items()}
        vague = moved.pop("ambiguity")
        moved |= {"trigger_ambiguity": vague, "response_ambiguity": vague}
        point = {n: x for n, x in {**fixed, **moved}.items() if n in game.parameters}
        ends = []
        for draw in design.draws.to_dict("records"):
            drawn = {name: Fraction(x).limit_denominator(10**9) for name, x in draw.items()}
            ends.append(dt.solve(game.at({**point, **drawn})).most_and_least("Guarantor"))
        return [min(pair[k] for pair in ends) for k in (0, 1)]

    for k, optimum in enumerate((design.worst, design.best)):
        assert worst_case(optimum.near)[k] == pytest.approx(optimum.near_value, abs=1e-6)
    for strength, ambiguity in itertools.product((0.05, 0.3, 0.6, 0.95), (0.05, 0.3, 0.6, 0.95)):
        low, high = worst_case({"strength": strength, "ambiguity": ambiguity})
        assert low <= design.worst.value + 1e-9
        assert high <= design.best.value + 1e-9


def test_the_worst_stakes_inside_their_range_are_found():
    # the harm is greatest at a prize of 0.7123, which few draws meet
    harm = -((prize - Fraction(7123, 10000)) ** 2)
    game = deterrence_of((-1, 0), (0, -((x - 1) ** 2) / 9 - harm), {"x": (0, 1), "prize": (0, 1)})
    design = found(
        game,
        "Guarantor",
        ["x"],
        stakes=["prize"],
        samples=2,
        robust=True,
        select="worst",
        grid=20,
    )
    assert design.worst.worst_stakes["prize"] == pytest.approx(0.7123, abs=2e-3)
    assert design.worst.value == pytest.approx(0, abs=1e-5)
    assert len(design.draws) > 2 + 2


# --- what is returned, and what is refused ---------------------------------------------------


def test_the_same_seed_gives_the_same_design():
    one, two = (found(chicken(), "Russia", grid=5, rng=3) for _ in range(2))
    assert one.summary() == two.summary()
    np.testing.assert_array_equal(one.surface.values["worst"], two.surface.values["worst"])


def test_the_record_as_a_table_and_as_html():
    design = found(priced(), "Guarantor", ["x"], fixed={"prize": "0.6"}, grid=11)
    table = design.to_frame()
    assert table["selection"].tolist() == ["worst", "best"]
    assert table["attained"].tolist() == [False, True]
    assert "<pre>Design: Guarantor" in design._repr_html_()
    with pytest.raises(LabelError, match="selection rule"):
        design["mean"]


BAD = [
    ({"best_for": "Guarantr"}, LabelError, "Did you mean 'Guarantor'"),
    ({"best_for": None}, InputError, "name a player in best_for, or give a cost"),
    ({"best_for": 3}, InputError, "name a player or an event"),
    ({"best_for": {"Guarantor": 0}}, InputError, "nothing says"),
    ({"over": ["strength"]}, ParameterError, "unknown parameter 'strength'"),
    ({"over": []}, ParameterError, "no instrument is free"),
    ({"over": {"x": (0, 2)}}, ParameterError, "goes beyond what the game allows"),
    ({"over": {"x": (1, 0)}}, ParameterError, "is empty"),
    ({"fixed": {}}, ParameterError, "no number for prize"),
    ({"select": "mean"}, LabelError, "selection rule"),
    ({"select": []}, InputError, "name at least one selection rule"),
    ({"at_most": {"attac": 0}}, LabelError, "Did you mean 'attack'"),
    ({"at_most": {"attack": "little"}}, InputError, "the bound on attack"),
    ({"cost": sympy.Symbol("z")}, ParameterError, "cost: unknown parameter"),
    ({"cost": "x"}, InputError, "give a sympy expression"),
    ({"stakes": ["x"]}, ParameterError, "both an instrument and a stake"),
    ({"stakes": [{"prize": 1}, {"x": 1}]}, ParameterError, "all with the same names"),
    ({"stakes": ["prize"], "fixed": {}}, ParameterError, "no value to design for"),
    ({"stakes": ["prize"], "samples": 0}, InputError, "samples = 0"),
    ({"robust": True}, InputError, "needs stakes that vary"),
    ({"grid": 1}, InputError, "grid = 1"),
    ({"grid": 10**8}, LimitError, "at most 4,000,000"),
    ({"audit": -1}, InputError, "audit = -1"),
]


@pytest.mark.parametrize(("change", "error", "words"), BAD)
def test_bad_requests(change, error, words):
    call = {"best_for": "Guarantor", "over": ["x"], "fixed": {"prize": "0.6"}, **change}
    with pytest.raises(error, match=words):
        found(priced(), **call)


def test_two_instruments_may_not_move_the_same_parameter():
    with pytest.raises(ParameterError, match="set by two instruments"):
        found(chicken(), "Russia", ["both", "pain"])
