"""The closed forms of the claims against the payoffs of the tree."""

import numpy as np
import pytest

import deterrence as dt
from deterrence.games.nodes import Chance, Move, Outcome
from deterrence.oped.cutoffs import best_answer, cover_of_attack, margins, war_payoffs
from deterrence.oped.settings import BOXES, draw, values_at

DRAWN = draw(8, BOXES["plausible"], seed=5)


def at(game, x, k):
    return game.at({n: repr(float(x[n][k])) for n in game.parameters})


@pytest.mark.parametrize("setting", ["base", "none", "strong, clear", "present"])
def test_margins_are_differences_of_the_trees_payoffs(setting: str) -> None:
    x = values_at(setting, DRAWN)
    found = margins(x)
    for kind in ("resolved", "irresolute"):
        for who in ("revisionist", "security"):
            game = dt.guarantee_game(
                ["response"],
                fixed={
                    "types": {"Guarantor": kind, "Russia": who},
                    "settlement": "accept",
                    "challenge": "attack",
                },
            )
            for k in range(8):
                root = at(game, x, k).root
                while isinstance(root, Chance):
                    root = next(node for label, (_, node) in root.choices.items())
                assert isinstance(root, Move)
                worth = {
                    r: {p: float(n) for p, n in end.payoffs.items()}
                    for r, end in root.choices.items()
                    if isinstance(end, Outcome)
                }
                g = {r: w["Guarantor"] for r, w in worth.items()}
                assert found[f"{kind}: force beats aid, owed"][k] == pytest.approx(
                    g["force"] - g["aid"], abs=1e-9
                )
                assert found[f"{kind}: aid beats nothing, owed"][k] == pytest.approx(
                    g["aid"] - g["nothing"], abs=1e-9
                )
                # refraining keeps what the settlement gave
                kept = x[f"b_{who}"][k] * x["terms"][k]
                for r, w in worth.items():
                    assert found[f"{who}: attack pays against {r}"][k] == pytest.approx(
                        w["Russia"] - kept, abs=1e-9
                    )


def test_what_an_attack_is_worth_is_what_it_is_in_the_solved_game() -> None:
    """Where Russia attacks for certain, the gain over refraining is the closed form's."""
    x = values_at("base", DRAWN)
    found = margins(x)
    game = dt.guarantee_game(
        ["types", "finding", "response"], fixed={"settlement": "accept", "challenge": "attack"}
    )
    for k in range(8):
        (one,) = dt.solve(at(game, x, k))
        rho = x["rho"][k]
        gain = sum(
            share
            * (
                found[f"{kind}: attack pays against what it meets"][k]
                + x[f"b_{kind}"][k] * x["terms"][k]
            )
            for kind, share in (("revisionist", rho), ("security", 1 - rho))
        )
        assert float(one.payoffs["Russia"]) == pytest.approx(gain, abs=1e-6)


def test_the_war_is_worth_what_the_tree_says() -> None:
    x = values_at("base", DRAWN)
    found = war_payoffs(x)
    for kind in ("revisionist", "security"):
        game = dt.guarantee_game(
            ["types"], fixed={"settlement": "fight", "types": {"Russia": kind}}
        )
        for k in range(8):
            (one,) = dt.solve(at(game, x, k))
            assert float(one.payoffs["Ukraine"]) == pytest.approx(found["Ukraine"][k], abs=1e-6)
            assert float(one.payoffs["Guarantor"]) == pytest.approx(found["Guarantor"][k], abs=1e-6)
            assert float(one.payoffs["Russia"]) == pytest.approx(
                found[f"Russia, {kind}"][k], abs=1e-6
            )


def test_best_answers_are_the_largest_of_the_margins() -> None:
    x = values_at("strong", DRAWN)
    found = margins(x)
    for kind in ("resolved", "irresolute"):
        best = best_answer(x, kind, covered=True)
        aid = found[f"{kind}: aid beats nothing, owed"] > 0
        force = found[f"{kind}: force beats nothing, owed"] > 0
        more = found[f"{kind}: force beats aid, owed"] > 0
        expected = np.where(force & more, 2, np.where(aid & ~more, 1, np.where(force, 2, 0)))
        assert best.tolist() == expected.tolist()


def test_cover_of_an_attack_at_the_op_eds_numbers() -> None:
    """F(1) = 1/2 + (1/2)(1/2)/(2 x 1/2) = 3/4."""
    assert cover_of_attack(values_at("base", DRAWN)) == pytest.approx(0.75)
