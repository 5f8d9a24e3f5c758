"""Nash equilibria of two-player trees: the sequence form against the strategic form."""

import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import deterrence as dt
from deterrence.games.kuhn import behaviour_from_mixed, mixed_from_behaviour

sys.path.insert(0, str(Path(__file__).resolve().parent))

from test_logit import entry


def random_tree(rng, most=2):
    """Chance, then A, then B who sees A's move or not, then A again; payoffs 0..most."""

    def outcome():
        a, b = rng.integers(0, most + 1, 2)
        return dt.Outcome({"A": int(a), "B": int(b)})

    sees = bool(rng.integers(2))

    def last(kind, move):
        return dt.Move("A", (kind, move, "again"), {"x": outcome(), "y": outcome()})

    def reply(kind, move):
        knows = (move,) if sees else ()
        return dt.Move("B", knows, {"l": outcome(), "r": last(kind, move)})

    def first(kind):
        return dt.Move("A", (kind,), {"u": reply(kind, "u"), "d": reply(kind, "d")})

    root = dt.Chance({"g": ("1/3", first("g")), "h": ("2/3", first("h"))})
    return dt.Game(["A", "B"], root)


@pytest.mark.parametrize("seed", range(12))
def test_as_many_components_and_the_same_payoffs_as_the_strategic_form(seed):
    game = random_tree(np.random.default_rng(seed), most=2 + 5 * (seed % 2))
    tree, form = dt.solve(game, "nash"), dt.solve(game.strategic_form())
    assert tree.complete
    assert form.complete
    assert len(tree) == len(form)
    there, here = tree.envelope(), form.envelope()
    assert set(here) <= set(there)
    for player, bounds in here.items():
        assert there[player] == pytest.approx(bounds)
    for equilibrium in tree:
        assert equilibrium.certificate.holds
        checked = dt.certify(game, equilibrium.strategy, concept="nash")
        assert checked.holds
        assert checked.regret == 0


def test_the_threat_is_called_empty():
    found = dt.solve(entry(), "nash")
    assert len(found) == 2
    assert sorted(bool(e.empty_threats) for e in found) == [False, True]


@pytest.mark.parametrize("seed", range(6))
def test_kuhn_there_and_back(seed):
    rng = np.random.default_rng(seed)
    game = random_tree(rng)
    plans = game.strategic_form().actions["A"]
    weights = rng.integers(1, 9, len(plans))
    mixed = {
        plan: Fraction(int(w), int(weights.sum())) for plan, w in zip(plans, weights, strict=True)
    }
    behaviour = behaviour_from_mixed(game, "A", mixed)
    again = behaviour_from_mixed(game, "A", mixed_from_behaviour(game, "A", behaviour.strategy))
    assert {k: dict(v) for k, v in again.strategy.items()} == {
        k: dict(v) for k, v in behaviour.strategy.items()
    }


def test_relations_say_what_the_extreme_points_leave_open():
    """Entry by "a" pays 1 or, fought, -2; by "c" it pays 2 or -2, at "a" or at "b" by chance."""

    def entry_by(knows, share, fight):
        ends = {
            "fight": dt.Outcome({"E": fight, "I": 0}),
            "share": dt.Outcome({"E": share, "I": 0}),
        }
        return dt.Move("I", knows, ends)

    root = dt.Move(
        "E",
        (),
        {
            "out": dt.Outcome({"E": 0, "I": 5}),
            "a": entry_by("a", 1, -2),
            "c": dt.Chance(
                {"x": ("1/2", entry_by("a", 2, -2)), "y": ("1/2", entry_by("b", 2, -2))}
            ),
        },
    )
    found = dt.solve(dt.Game(["E", "I"], root), "nash")
    out = [f for c in found.components for f in c.families if f.supports["E"][()] == ("out",)]
    (family,) = [f for f in out if f.dimension == 2]
    # 1 - 3 p <= 0 and (2 - 4 p + 2 - 4 q) / 2 <= 0
    assert set(family.relations) == {
        "P[I | 'a'](fight) >= 1/3",
        "P[I | 'a'](fight) + P[I | 'b'](fight) >= 1",
    }
    assert family.free["strategy", "I", "a", "fight"] == (Fraction(1, 3), 1)
    assert family.free["strategy", "I", "b", "fight"] == (0, 1)


def test_many_plans_are_left_to_the_paths_of_play():
    """Ten boxes, of which E sees one: the entry game in the first, nothing of I in the others."""
    reply = {"fight": dt.Outcome({"E": -1, "I": -1}), "share": dt.Outcome({"E": 1, "I": 1})}
    stay = dt.Outcome({"E": 0, "I": 2})

    def box(k):
        entered = dt.Move("I", "entry", reply) if k == 0 else dt.Outcome({"E": k, "I": 0})
        return dt.Move("E", k, {"out": stay, "enter": entered})

    game = dt.Game(["E", "I"], dt.Chance({str(k): ("1/10", box(k)) for k in range(10)}))
    found = dt.solve(game, "nash")
    assert found.complete
    # E gets (1 + ... + 9) / 10 from the other boxes, and I nothing
    assert [(e.payoffs["E"], e.payoffs["I"]) for e in found] == [
        (Fraction(45, 10), Fraction(2, 10)),
        (Fraction(46, 10), Fraction(1, 10)),
    ]
    deterred = found.components[0].families[0]
    # E's loss by a fight is its gain by a share
    assert deterred.free["strategy", "I", "entry", "fight"] == (Fraction(1, 2), 1)
