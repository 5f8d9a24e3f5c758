"""Refinements at signalling stages, and selection, on games with known answers."""

import sys
from pathlib import Path

import pytest

import deterrence as dt
from deterrence.errors import DeterrenceError

sys.path.insert(0, str(Path(__file__).resolve().parent))

from literature_trees import unilateral_deterrence


@pytest.mark.parametrize(("p_ch", "p_def"), [("0.3", "0.2"), ("0.5", "0.6"), ("0.8", "0.2")])
def test_steadfast_deterrence_fails_d1_and_the_others_survive(p_ch, p_def):
    """A demand pays a hard Challenger wherever it pays a soft one: it is taken as hard."""
    solution = dt.solve(unilateral_deterrence(p_ch, p_def))
    judged = dt.refine(solution, "D1")
    status_quo = [float(e.payoffs[solution.game.players[1]]) == 1 for e in solution]
    words = [judged.survives(n) for n in range(len(solution))]
    for quiet, word in zip(status_quo, words, strict=True):
        assert word == ("none" if quiet else "all")
    assert True in status_quo
    assert False in status_quo


def test_certain_deterrence_survives_d1():
    solution = dt.solve(unilateral_deterrence("0.5", "0.8"))
    assert any(word in ("all", "some") for word in dt.refine(solution, "D1").components)


def beer_quiche():
    """Prior 9/10 tough; a duel costs both 2 resp. is wanted by the other against a wimp only."""

    def duel(kind, drink):
        base = 1 if (kind == "tough") == (drink == "beer") else 0
        return dt.Move(
            "Rival",
            (drink,),
            {
                "fight": dt.Outcome({"Sender": base, "Rival": int(kind == "wimp")}),
                "leave": dt.Outcome({"Sender": base + 2, "Rival": int(kind == "tough")}),
            },
        )

    def breakfast(kind):
        return dt.Move("Sender", (kind,), {d: duel(kind, d) for d in ("beer", "quiche")})

    root = dt.Chance({"tough": ("9/10", breakfast("tough")), "wimp": ("1/10", breakfast("wimp"))})
    return dt.Game(["Sender", "Rival"], root)


@pytest.mark.parametrize("criterion", ["intuitive", "D1"])
def test_beer_remains(criterion):
    solution = dt.solve(beer_quiche())
    judged = dt.refine(solution, criterion)
    assert len(solution) == 2
    for n, equilibrium in enumerate(solution):
        beer = equilibrium.strategy["Sender"][("tough",)]["beer"] == 1
        # D1 keeps the beer equilibria in which whoever eats quiche is taken for a wimp
        kept = "some" if criterion == "D1" else "all"
        assert judged.survives(n) == (kept if beer else "none")


STAG = {"A": [[4, 0], [3, 2]], "B": [[4, 3], [0, 2]]}


def test_selection_in_the_stag_hunt():
    """Stag pays more; hare has the larger product of deviation losses (4 against 1)."""
    solution = dt.solve(dt.StrategicGame(STAG, {"A": ["stag", "hare"], "B": ["stag", "hare"]}))
    kept = {
        c: [e.strategy["A"][()] for e in dt.refine(solution, c).equilibria]
        for c in ("payoff-dominance", "risk-dominance")
    }
    assert [row["stag"] for row in kept["payoff-dominance"]] == [1]
    assert [row["hare"] for row in kept["risk-dominance"]] == [1]


def test_what_does_not_apply_is_refused():
    solution = dt.solve(dt.StrategicGame(STAG))
    with pytest.raises(DeterrenceError):
        dt.refine(solution, "D1")
    with pytest.raises(DeterrenceError):
        dt.refine(solution, "D2")
    with pytest.raises(DeterrenceError):
        dt.refine(STAG, "D1")
