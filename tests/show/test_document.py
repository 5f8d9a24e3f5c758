import json
import math

import pytest

import deterrence as dt
from deterrence.show.document import set_names, solution_document


def crisis(kind: str, signal: str) -> dt.Move:
    """Give a challenger's reply to a signal of a guarantor that is firm or weak."""
    cost = {"firm": 1, "weak": 2}[kind] if signal == "deploy" else 0
    gain = {"firm": -2, "weak": 1}[kind]
    attacked = dt.Outcome({"Guarantor": -1 - cost, "Challenger": gain}, ["attack"])
    refrained = dt.Outcome({"Guarantor": 2 - cost, "Challenger": 0})
    return dt.Move("Challenger", (signal,), {"attack": attacked, "refrain": refrained})


def signals(kind: str) -> dt.Move:
    choices = {signal: crisis(kind, signal) for signal in ("deploy", "stay away")}
    return dt.Move("Guarantor", (kind,), choices)


GAME = dt.Game(
    ["Guarantor", "Challenger"],
    dt.Chance({"firm": ("0.3", signals("firm")), "weak": ("0.7", signals("weak"))}),
)
SOLUTION = dt.solve(GAME)


def test_all_equilibria_are_listed_where_there_are_few() -> None:
    document = solution_document(SOLUTION)
    assert document["shown"] == document["total"] == len(SOLUTION.equilibria)
    assert len(document["equilibria"]) == document["total"]
    assert {e["component"] for e in document["equilibria"]} == {0, 1}
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_where_there_are_more_every_component_comes_first() -> None:
    document = solution_document(SOLUTION, most=2)
    assert [e["component"] for e in document["equilibria"]] == [0, 1]
    assert (document["shown"], document["total"]) == (2, len(SOLUTION.equilibria))
    one_less = solution_document(SOLUTION, most=document["total"] - 1)["equilibria"]
    assert len({json.dumps(e, sort_keys=True) for e in one_less}) == document["total"] - 1


def test_the_numbers_are_those_worked_out_by_hand() -> None:
    # A weak guarantor mixes where deploying pays what staying away does: -1 = -3 a, so a = 1/3. A
    # challenger mixes where it is as likely as not worth it: -2 q + 1 - q = 0, so q = 1/3 firm,
    # which needs 0.3 / (0.3 + 0.7 p) = 1/3, so p = 6/7.
    document = solution_document(SOLUTION)
    (mixed,) = (e for e in document["equilibria"] if e["component"] == 1)
    assert mixed["strategy"]["Guarantor"] == {
        "firm": {"deploy": 1, "stay away": 0},
        "weak": {"deploy": pytest.approx(6 / 7), "stay away": pytest.approx(1 / 7)},
    }
    assert mixed["strategy"]["Challenger"]["deploy"]["attack"] == pytest.approx(1 / 3)
    assert mixed["beliefs"]["Challenger"]["deploy"] == {
        "firm / deploy": pytest.approx(1 / 3),
        "weak / deploy": pytest.approx(2 / 3),
    }
    assert mixed["payoffs"]["Challenger"] == pytest.approx(0.7 / 7)
    assert mixed["events"]["attack"] == pytest.approx(0.9 / 3 + 0.1)
    assert (mixed["regret"], mixed["exact"]) == (0, True)


def leaf(number: int) -> dt.Outcome:
    return dt.Outcome({"One": number, "Two": -number})


def test_sets_that_would_share_a_name_are_numbered() -> None:
    def after(knows: object) -> dt.Move:
        return dt.Move("Two", knows, {"x": leaf(1), "y": leaf(2)})

    game = dt.Game(
        ["One", "Two"],
        dt.Move("One", (), {"a": after(("p", "q")), "b": after(("p / q",)), "c": after("r")}),
    )
    assert set_names(game) == {
        ("One", ()): "()",
        ("Two", ("p", "q")): "Two:1",
        ("Two", ("p / q",)): "Two:2",
        ("Two", "r"): "r",
    }


def test_where_chance_differs_by_player_so_do_events() -> None:
    fought = dt.Outcome({"One": 0, "Two": 0}, ["war"])
    root = dt.Chance(
        {
            "a": ({"One": "0.25", "Two": "0.5"}, fought),
            "b": ({"One": "0.75", "Two": "0.5"}, leaf(1)),
        }
    )
    (equilibrium,) = solution_document(dt.solve(dt.Game(["One", "Two"], root)))["equilibria"]
    assert equilibrium["events"] == {"war (event for One)": 0.25, "war (event for Two)": 0.5}


def test_a_billion_equilibria_cost_no_more_than_those_shown() -> None:
    document = solution_document(dt.solve(dt.arrangement("oped").game()), most=3)
    assert document["total"] > 10**6
    assert document["shown"] == 3
    assert [e["component"] for e in document["equilibria"]] == [0, 1, 2]
    assert all(math.isfinite(e["payoffs"]["Russia"]) for e in document["equilibria"])
