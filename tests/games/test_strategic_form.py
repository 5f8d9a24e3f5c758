"""The reduced strategic form against expected payoffs by a walk of the tree."""

import itertools
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import deterrence as dt

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "equilibrium"))

from test_nash_of_trees import random_tree


def expected(node, plans):
    """Payoffs where each player follows a plan {knows: action}."""
    if isinstance(node, dt.Outcome):
        return {p: Fraction(x) for p, x in node.payoffs.items()}
    if isinstance(node, dt.Move):
        return expected(node.choices[plans[node.player][node.knows]], plans)
    parts = [(Fraction(p), expected(below, plans)) for p, below in node.choices.values()]
    return {p: sum(w * row[p] for w, row in parts) for p in parts[0][1]}


@pytest.mark.parametrize("seed", range(8))
def test_payoffs_of_every_profile(seed):
    game = random_tree(np.random.default_rng(seed), most=9)
    form = game.strategic_form()
    for profile in itertools.product(*(form.actions[p] for p in form.players)):
        plans = {
            p: dict(form.plans[p][label]) for p, label in zip(form.players, profile, strict=True)
        }
        for s in game.information_sets:  # what a plan rules out does not matter
            plans[s.player].setdefault(s.knows, s.actions[0])
        assert form[profile] == expected(game.root, plans)


def test_plans_are_reduced():
    """A: two types, each u or d and then x or y after the own move only: (2 * 2) ** 2 plans."""
    form = random_tree(np.random.default_rng(0)).strategic_form()
    assert len(form.actions["A"]) == 16
