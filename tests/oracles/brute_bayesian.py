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


def least_loss(table: Array) -> float:
    """The largest t such that some belief makes every strategy lose at least t."""
    size = table.shape[1]
    found = linprog(
        np.array([*np.zeros(size), -1.0]),
        A_ub=np.hstack([-table, np.ones((len(table), 1))]),
        b_ub=np.zeros(len(table)),
        A_eq=np.array([[*np.ones(size), 0.0]]),
        b_eq=[1.0],
        bounds=[*[(0, None)] * size, (None, None)],
    )
    return float(-found.fun)


def margin(tree: Tree, plan: Array) -> float:
    """At least about zero if and only if some beliefs make the plan a weak equilibrium."""
    worst = np.inf
    for k in range(len(tree.names)):
        table, weights = losses(tree, plan, k), arrival(tree, plan, k)
        if weights.sum() > 0:
            worst = min(worst, float((table @ (weights / weights.sum())).min()))
        else:
            worst = min(worst, least_loss(table))
        if worst < -CLOSE:
            break
    return worst


def is_equilibrium(tree: Tree, plan: Array) -> bool:
    return margin(tree, plan) >= -CLOSE
