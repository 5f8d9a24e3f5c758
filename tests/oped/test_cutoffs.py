"""The closed forms of the claims against the payoffs of the tree."""

import numpy as np
import pytest

import deterrence as dt
from deterrence.games.nodes import Chance, Move, Outcome
from deterrence.oped.cutoffs import (
    RESPONSES,
    Contest,
    best_answer,
    cover,
    guarantor_worth,
    margins,
    russia_worth,
    war_payoffs,
)
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
    assert cover(values_at("base", DRAWN)) == pytest.approx(0.75)


@pytest.mark.parametrize("setting", ["base", "defence", "strong, strict"])
@pytest.mark.parametrize("defended", [True, False])
@pytest.mark.parametrize("provocative", [True, False])
def test_the_odds_and_the_worth_of_probes_are_the_trees(
    setting: str, defended: bool, provocative: bool
) -> None:
    """One type of each: the root is the finding, then the response, then an attack or none."""
    x = values_at(setting, DRAWN)
    way = f"{'keep' if defended else 'neglect'}, {'provocative' if provocative else 'restrained'}"
    types = {"Guarantor": "irresolute", "Russia": "revisionist"}
    game = dt.guarantee_game(
        ["finding", "response", "test"],
        fixed={"types": types, "settlement": "accept", "preparation": way, "challenge": "probe"},
    )
    probe = Contest("probe", defended, provocative)
    rest = Contest("attack after a probe", defended, provocative)
    for k in range(3):
        root = at(game, x, k).root
        odds = {label: float(p) for label, (p, _) in root.choices.items()}
        assert odds["covered"] == pytest.approx(cover(x, probe)[k])
        first = {label: node.choices for label, (_, node) in root.choices.items()}
        stops = {
            (label, r): _paid(first[label][r].choices["stop"]) for label in first for r in RESPONSES
        }
        sigma = x["sigma"][k]
        for label in first:
            covered = label == "covered"
            for one, other in (("aid", "nothing"), ("force", "aid")):
                found = guarantor_worth(x, "irresolute", one, probe, covered=covered)
                found -= guarantor_worth(x, "irresolute", other, probe, covered=covered)
                apart = stops[label, one]["Guarantor"] - stops[label, other]["Guarantor"]
                assert sigma * found[k] == pytest.approx(apart, abs=1e-9)
        odds = first["covered"]["aid"].choices["attack"].choices
        assert float(odds["covered"][0]) == pytest.approx(cover(x, rest)[k])
        ended = x["t"][k] if provocative else 0
        for r in RESPONSES:
            paid = _paid(odds["covered"][1].choices[r])
            gain = paid["Russia"] - stops["covered", "aid"]["Russia"] - ended
            worth = (1 - sigma) * russia_worth(x, "revisionist", r, rest)[k]
            assert worth == pytest.approx(gain, abs=1e-9)
            kept = x["b_revisionist"][k] * x["terms"][k] - ended
            probed = sigma * russia_worth(x, "revisionist", r, probe)[k]
            assert probed == pytest.approx(stops["covered", r]["Russia"] - kept, abs=1e-9)


def _paid(end: Outcome) -> dict[str, float]:
    return {player: float(n) for player, n in end.payoffs.items()}
