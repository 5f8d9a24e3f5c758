"""Weak perfect Bayesian equilibria of small trees, one strategy profile at a time.

An oracle for tests; it shares no code with the package. Trees are those of `brute_sequential`.
At an information set that play reaches, beliefs follow from Bayes' rule; at any other a linear
program looks for a belief under which no pure strategy of the mover does better from there on.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from brute_sequential import Tree
from numpy.typing import NDArray
from scipy.optimize import linprog

Array = NDArray[Any]
CLOSE = 1e-9  # of a player's payoff span


def pure_plans(tree: Tree) -> Iterator[Array]:
    """Every pure profile as probabilities by action."""
    for chosen in itertools.product(*(range(len(a)) for a in tree.actions)):
        plan = np.zeros(tree.size)
        plan[[first + a for first, a in zip(tree.first, chosen, strict=True)]] = 1
        yield plan


def drawn_plan(tree: Tree, rng: np.random.Generator) -> Array:
    """A profile in which about half of the sets mix, by small whole numbers."""
    plan = np.zeros(tree.size)
    for first, actions in zip(tree.first, tree.actions, strict=True):
        weights = rng.choice([0, 1, 1, 2, 3], len(actions))
        if rng.random() < 0.5 or not weights.any():
            weights = np.eye(len(actions))[rng.integers(len(actions))]
        plan[first : first + len(actions)] = weights / weights.sum()
    return plan


def arrival(tree: Tree, plan: Array, k: int) -> Array:
    """How likely play reaches the nodes of a set, by its owner's chance."""
    weights = [
        np.exp(tree.luck[n][tree.owner[k]]) * np.prod([plan[a] for a in tree.path[n]])
        for n in tree.nodes[k]
    ]
    return np.array(weights)


def losses(tree: Tree, plan: Array, k: int) -> Array:
    """What each pure strategy of the owner loses against the plan: strategy x node."""
    mine = [h for h, i in enumerate(tree.owner) if i == tree.owner[k]]
    rows = []
    for chosen in itertools.product(*(range(len(tree.actions[h])) for h in mine)):
        other = plan.copy()
        for h, a in zip(mine, chosen, strict=True):
            other[tree.first[h] : tree.first[h] + len(tree.actions[h])] = 0
            other[tree.first[h] + a] = 1
        rows.append(other)
    worth = tree.worth(np.array([plan, *rows]).T)
    values = np.array([worth[n][tree.owner[k]] + np.zeros(len(rows) + 1) for n in tree.nodes[k]])
    return np.asarray((values[:, :1] - values[:, 1:]).T)


def best_belief(table: Array) -> tuple[float, Array]:
    """The largest t such that under some belief every strategy loses at least t; the belief."""
    size = table.shape[1]
    found = linprog(
        np.array([*np.zeros(size), -1.0]),
        A_ub=np.hstack([-table, np.ones((len(table), 1))]),
        b_ub=np.zeros(len(table)),
        A_eq=np.array([[*np.ones(size), 0.0]]),
        b_eq=[1.0],
        bounds=[*[(0, None)] * size, (None, None)],
    )
    return float(-found.fun), found.x[:size]


def supporting(tree: Tree, plan: Array) -> list[Array] | None:
    """Beliefs that make the plan an equilibrium, or None if there are none."""
    beliefs = []
    for k in range(len(tree.names)):
        table, weights = losses(tree, plan, k), arrival(tree, plan, k)
        if weights.sum() > 0:
            belief = weights / weights.sum()
            least = float((table @ belief).min())
        else:
            least, belief = best_belief(table)
        if least < -CLOSE:
            return None
        beliefs.append(belief)
    return beliefs


def regret(tree: Tree, plan: Array, beliefs: list[Array]) -> float:
    """What is wrong with an assessment: a gain from another strategy, or a break of Bayes' rule."""
    worst = 0.0
    for k, belief in enumerate(beliefs):
        weights = arrival(tree, plan, k)
        if weights.sum() > 0:
            worst = max(worst, float(np.abs(weights / weights.sum() - belief).max()))
        worst = max(worst, -float((losses(tree, plan, k) @ belief).min()))
    return worst
