"""Derivatives against closed forms and against differences of complete solutions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

import deterrence as dt
from deterrence.errors import InputError, LabelError, ParameterError
from deterrence.games.formulas import FormulaTable
from deterrence.games.slopes import evaluate_with_slopes
from deterrence.guarantee.crisis import guarantee_game
from deterrence.guarantee.parameters import defaults
from deterrence.oped.trees import formulas
from tests.study.small_games import chicken, lottery

prize, pain, cost, fine = sympy.symbols("prize pain cost fine")
STEP = Fraction(1, 10**6)


def inspection() -> dt.Game:
    """The only equilibrium: violation with q = cost / (fine + 1), inspection with 1/2.

    The watch gets q (fine - cost) - (1 - q) cost = -q when it inspects and -q when it trusts.
    """

    def answered(violates: bool) -> dt.Move:
        if violates:
            pay, events = {"inspect": (-1, fine - cost), "trust": (1, -1)}, ["violation"]
        else:
            pay, events = {"inspect": (0, -cost), "trust": (0, 0)}, []
        ends = {act: dt.Outcome({"State": a, "Watch": b}, events) for act, (a, b) in pay.items()}
        return dt.Move("Watch", (), ends)

    root = dt.Move("State", (), {"violate": answered(True), "comply": answered(False)})
    return dt.Game(["State", "Watch"], root, ranges={"cost": (0, 1), "fine": (0, 4)})


def test_a_mixed_equilibrium_by_hand() -> None:
    """q = c / (f + 1): dq/dc = 1 / (f + 1), dq/df = -c / (f + 1)^2; the watch gets -q."""
    record = dt.statics(inspection(), at={"cost": "1/2", "fine": 3})
    for end in ("least", "most"):
        assert record.ends["violation", end, "cost"].value == Fraction(1, 4)
        assert record.ends["violation", end, "fine"].value == Fraction(-1, 32)
        assert record.ends["Watch", end, "cost"].value == Fraction(-1, 4)
        assert record.ends["State", end, "fine"].value == 0
    frame = record.to_frame().set_index(["outcome", "parameter"])
    assert frame.loc["violation", "cost"].tolist() == [0.25, 0.25, "+", "+", True, "", "+"]
    assert frame.loc["violation", "fine"]["sign most"] == "-"
    assert record.complete


def test_ends_of_a_set_may_answer_differently() -> None:
    """Chicken: an attack pays the prize, a quiet crisis nothing.

    In the mixed equilibrium Russia is indifferent, so that it gets 0 as well.
    """
    record = dt.statics(chicken(), ["Russia", "attack"], at={"prize": 1, "pain": 1})
    most, least = (record.ends["Russia", end, "prize"] for end in ("most", "least"))
    assert (most.value, least.value) == (1, 0)
    row = record.to_frame().set_index(["outcome", "parameter"]).loc["Russia", "prize"]
    assert (row["sign least"], row["sign most"], row["agree"]) == ("0", "+", False)
    assert row["plays"] == "+0"
    assert record.values["Russia", "most"] == 1
    plays = record.plays_frame()
    mixed = plays[plays["play"].str.contains("attack or refrain") & (plays["outcome"] == "attack")]
    # the guarantor is indifferent at a (-1 - pain) + (1 - a) / 4 = -a: a = 1 / (1 + 4 pain)
    by_pain = mixed[mixed["parameter"] == "pain"]["derivative"].item()
    assert by_pain == pytest.approx(-4 / 25)


def test_a_border_has_no_derivative() -> None:
    """At a prize of 0 the attack equilibrium begins; pain is free to move."""
    record = dt.statics(chicken(), "attack", at={"prize": 0, "pain": 1})
    found = record.ends["attack", "most", "prize"]
    assert (found.value, found.sign, found.why) == (None, "?", "border")
    assert record.ends["attack", "least", "pain"].value == 0
    row = record.to_frame().set_index("parameter").loc["prize"]
    assert np.isnan(row["most"])
    assert not row["agree"]


def test_a_kink_has_two_sides_and_at_an_end_of_the_range_one() -> None:
    gain = sympy.Max(prize, 1 - prize) + sympy.Max(0, pain)
    game = dt.Game(["A"], dt.Outcome({"A": gain}), ranges={"prize": (0, 1), "pain": (0, 1)})
    record = dt.statics(game, "A", at={"prize": "1/2", "pain": 0})
    found = record.ends["A", "most", "prize"]
    assert (found.left, found.right, found.why, found.value) == (-1, 1, "kink", None)
    found = record.ends["A", "most", "pain"]
    assert (found.left, found.right, found.value) == (None, 1, 1)


def test_a_branch_that_opens_has_no_derivative() -> None:
    record = dt.statics(lottery(), ["attack", "Guarantor"], at={"luck": 0})
    assert record.ends["Guarantor", "most", "luck"].why == "branch"


def test_a_lottery() -> None:
    """Russia attacks at luck above 1/2 and gets 2 luck - 1, the guarantor -luck."""
    record = dt.statics(lottery(), at={"luck": "3/4"})
    assert record.ends["Russia", "least", "luck"].value == 2
    assert record.ends["Guarantor", "most", "luck"].value == -1
    assert record.ends["loss", "most", "luck"].value == 1
    assert record.ends["attack", "most", "luck"].value == 0


def test_a_public_choice_above_an_exchange() -> None:
    """The mover compares what a choice is worth: at a tie that the parameter breaks, a border."""
    root = dt.Move(
        "A",
        (),
        {
            "ask": dt.Move(
                "B",
                ("asked",),
                {"yes": dt.Outcome({"A": prize, "B": 1}), "no": dt.Outcome({"A": 0, "B": 0})},
            ),
            "keep": dt.Outcome({"A": pain, "B": 0}),
        },
    )
    game = dt.Game(["A", "B"], root, ranges={"prize": (0, 1), "pain": (0, 1)})
    inside = dt.statics(game, at={"prize": "3/4", "pain": "1/4"})
    assert inside.ends["A", "least", "prize"].value == 1
    assert inside.ends["A", "least", "pain"].value == 0
    tied = dt.statics(game, "B", at={"prize": "1/2", "pain": "1/2"})
    assert (tied.values["B", "least"], tied.values["B", "most"]) == (0, 1)
    assert tied.ends["B", "most", "prize"].why == "border"


def test_a_tied_name_moves_its_members() -> None:
    gain = prize + 3 * pain
    game = dt.Game(
        ["A"],
        dt.Outcome({"A": gain}),
        ranges={"prize": (0, 1), "pain": (0, 1)},
        tied={"both": ("prize", "pain")},
    )
    record = dt.statics(game, "A", ["both", "prize"], at={"both": "1/2"})
    assert record.ends["A", "most", "both"].value == 4
    assert record.ends["A", "most", "prize"].value == 1


def test_events_by_player_answer_to_their_own_chance() -> None:
    """A thinks a chance has probability prize, B pain; A goes where it opens."""
    go = dt.Outcome({"A": 1, "B": 0}, ["hit"])
    opened = dt.Move("A", (), {"go": go, "stay": dt.Outcome({"A": 0, "B": 1})})
    chance = {
        "open": ({"A": prize, "B": pain}, opened),
        "shut": ({"A": 1 - prize, "B": 1 - pain}, dt.Outcome({"A": 0, "B": 0})),
    }
    game = dt.Game(["A", "B"], dt.Chance(chance), ranges={"prize": (0, 1), "pain": (0, 1)})
    at = {"prize": "1/4", "pain": "1/2"}
    record = dt.statics(game, at=at)
    for outcome, rates in (
        ("A", (1, 0)),
        ("hit (event for A)", (1, 0)),
        ("hit (event for B)", (0, 1)),
    ):
        found = [record.ends[outcome, "most", name].value for name in ("prize", "pain")]
        assert found == list(rates)
    flips = dt.flips(game, ("hit (event for B)", "most", "<", "0.7"), at=at, scan=5, jobs=1)
    assert flips.found["pain"][1].formula == sympy.Rational(7, 10)
    assert flips.found["prize"] == (None, None)


def test_formulas_with_powers_exponentials_and_cases() -> None:
    x, y = sympy.symbols("x y", real=True)
    case = sympy.Piecewise((x * y, x < y), (x + y, True))
    given = [x**3 / y, sympy.exp(x * y), sympy.log(y), sympy.sqrt(y), sympy.Abs(x - y), case, x**y]
    at = {"x": Fraction(1, 2), "y": Fraction(4, 3)}
    rates = {name: {name: Fraction(1)} for name in at}
    found = evaluate_with_slopes(FormulaTable(given), at, rates)
    point = {x: sympy.Rational(1, 2), y: sympy.Rational(4, 3)}
    for formula, number in zip(given, found, strict=True):
        assert float(number.value) == pytest.approx(float(formula.subs(point)))
        for symbol in (x, y):
            rate = sympy.diff(formula, symbol).subs(point).doit()
            assert float(number.rates.get(symbol.name, 0)) == pytest.approx(float(rate))
    with pytest.raises(InputError, match="no derivatives here"):
        evaluate_with_slopes(FormulaTable([case]), {"x": Fraction(1), "y": Fraction(1)}, rates)
    with pytest.raises(InputError, match="no derivatives here"):
        evaluate_with_slopes(FormulaTable([sympy.cos(x)]), {"x": Fraction(1)}, rates)


u, w = sympy.symbols("u w")


def linear(rng: np.random.Generator) -> Any:
    a, b, c = (sympy.Rational(int(k), 4) for k in rng.integers(-4, 5, 3))
    return a + b * u + c * w


def exchange(rng: np.random.Generator) -> dt.Game:
    """Two players choose at once, 2 x 2, with payoffs linear in two parameters."""

    def reply(row: str) -> dt.Move:
        ends = {
            column: dt.Outcome({"A": linear(rng), "B": linear(rng)}, [row] * (column == "l"))
            for column in ("l", "r")
        }
        return dt.Move("B", (), ends)

    root = dt.Move("A", (), {"up": reply("up"), "down": reply("down")})
    return dt.Game(["A", "B"], root, ranges={"u": (0, 1), "w": (0, 1)})


def signal(rng: np.random.Generator) -> dt.Game:
    """Two types send one of two messages to a receiver with two answers."""

    def sender(kind: str) -> dt.Move:
        def answers(message: str) -> dt.Move:
            pay = {x: {"S": linear(rng), "R": linear(rng)} for x in ("yield", "fight")}
            ends = {x: dt.Outcome(pay[x], [message, x]) for x in pay}
            return dt.Move("R", (message,), ends)

        return dt.Move("S", (kind,), {message: answers(message) for message in ("loud", "quiet")})

    prior = Fraction(int(rng.integers(1, 10)), 10)
    kinds = {"tough": (prior, sender("tough")), "weak": (1 - prior, sender("weak"))}
    return dt.Game(["S", "R"], dt.Chance(kinds), ranges={"u": (0, 1), "w": (0, 1)})


def agree_with_differences(game: dt.Game, at: Any, outcomes: Any, names: Any) -> int:
    """Compare every derivative that is stated; how many these are."""
    record, here = dt.statics(game, outcomes, at=at), dt.solve(game.at(at)).envelope()
    known = 0
    for name in names:
        ends = [
            dt.solve(game.at({**at, name: at[name] + side * STEP})).envelope() for side in (-1, 1)
        ]
        for outcome in record.outcomes:
            for n, end in enumerate(("least", "most")):
                assert record.values[outcome, end] == pytest.approx(here[outcome][n])
                found = record.ends[outcome, end, name].value
                if found is not None:
                    known += 1
                    expected = (ends[1][outcome][n] - ends[0][outcome][n]) / (2 * float(STEP))
                    assert float(found) == pytest.approx(expected, abs=1e-4), (outcome, end, name)
    return known


def check_random(make: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    game = make(rng)
    # with odd denominators, so that no condition of quarters holds with equality
    at = {
        "u": Fraction(int(rng.integers(1, 201)), 201),
        "w": Fraction(int(rng.integers(1, 199)), 199),
    }
    stated = agree_with_differences(game, at, None, ("u", "w"))
    assert stated == 2 * 2 * len(dt.statics(game, at=at).outcomes)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("make", [exchange, signal])
def test_random_games_agree_with_differences(make: Any, seed: int) -> None:
    check_random(make, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4, 64))
@pytest.mark.parametrize("make", [exchange, signal])
def test_more_random_games_agree_with_differences(make: Any, seed: int) -> None:
    check_random(make, seed)


def inside(game: dt.Game, at: Any) -> list[str]:
    """The parameters with room on both sides."""
    return [
        name
        for name in game.parameters
        if game.ranges[name][0] + STEP < at[name] < game.ranges[name][1] - STEP
    ]


def test_the_guarantee_s_crisis_agrees_with_differences() -> None:
    """A smaller guarantee game, at the defaults but inside all ranges."""
    game = guarantee_game(("types", "challenge", "response"))
    at = {name: value for name, value in defaults().items() if name in game.parameters}
    at |= {name: Fraction(1, 7) for name in ("automaticity", "presence")}
    outcomes = ["attack", "probe", "Russia", "Ukraine"]
    assert agree_with_differences(game, at, outcomes, inside(game, at)) > 100


@pytest.mark.slow
@pytest.mark.parametrize("name", ["oped", "nato", "budapest"])
def test_whole_arrangements_agree_with_differences(name: str) -> None:
    """All six stages; Ukraine's payoff answers to nearly everything."""
    scenario = dt.arrangement(name)
    game = formulas(scenario)
    at = {n: x for n, x in scenario.values().items() if n in game.parameters}
    outcomes = ["attack", "probe", "force", "Russia", "Ukraine", "Guarantor"]
    assert agree_with_differences(game, at, outcomes, inside(game, at)) > 200


@pytest.mark.parametrize(
    ("more", "error", "text"),
    [
        ({"at": {"cost": 0}}, ParameterError, "no number for fine"),
        ({"at": {"cost": 2, "fine": 1}}, ParameterError, "out of its range"),
        ({"outcomes": "violatoin"}, LabelError, "Did you mean 'violation'"),
        ({"over": ["coast"]}, ParameterError, "Did you mean 'cost'"),
    ],
)
def test_bad_input_is_told(more: Any, error: type, text: str) -> None:
    with pytest.raises(error, match=text):
        dt.statics(inspection(), **{"at": {"cost": "1/2", "fine": 3}, **more})
