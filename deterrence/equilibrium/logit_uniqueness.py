"""Proofs that the logit response has one fixed point only.

If every two fixed points satisfy d <= K d, with d their distances set by set and K a matrix of
numbers not below zero whose spectral radius is below one, then d = 0. The two bounds on K:

- Strategic form. A player's mixture moves, in the sum of absolute changes, by at most half the
  oscillation of precision times the change of its payoffs; and the change of payoff differences is
  at most half the sum of absolute changes of another's mixture, times the largest second difference
  u(a, b) - u(a', b) - u(a, b') + u(a', b') whatever the others do. So K = precision / 4 times
  these. At two actions each it is tight: coordination on equal payoffs 1 bifurcates at precision 2.
- Trees. The log odds of a set t change the log probabilities of its actions by at most the
  oscillation d_t. Payoffs given an action are means over plays; their derivative is the covariance
  of payoff and change of log weight, at most a quarter of the product of the oscillations. So
  K[s, t] = precision times the span of s's owner, if some play through s depends on t: below s, or
  above it and not the same at all nodes of s. Where dependence runs in no circle, as in perfect
  information, K is nilpotent and the fixed point unique at every precision.
"""

from __future__ import annotations

import itertools

import numpy as np

from deterrence.equilibrium.logit_system import LogitSystem
from deterrence.equilibrium.logit_values import Floats, StrategicValues, TreeValues

__all__ = ["why_unique"]

MARGIN = 1e-9  # for rounding
MOST_ENTRIES = 4_000_000


def why_unique(system: LogitSystem, precision: float) -> str | None:
    """Why there is one fixed point only, or None if these bounds do not show it.

    Parameters
    ----------
    system : LogitSystem
    precision : float
        In the system's units.

    Returns
    -------
    str or None
        A clause for the status.
    """
    if not system.width or precision == 0:
        return "since every probability is given" if precision == 0 else "since there is no choice"
    values = system.values
    if isinstance(values, StrategicValues):
        if sum(table.size * max(table.shape) for table in values.tables) > MOST_ENTRIES:
            return None
        matrix = precision / 4 * _second_differences(values)
    elif isinstance(values, TreeValues):
        reach = _dependence(system, values)
        if _without_circle(reach):
            return "since no two choices depend on each other, so that all follow backwards"
        matrix = precision * _spans(system)[:, None] * reach
    else:  # pragma: no cover
        return None
    return "since the logit response contracts" if _contracts(matrix) else None


def _spans(system: LogitSystem) -> Floats:
    """By set, the owner's payoff span in the system's units."""
    players = list(system.game.players)
    owners = [players.index(system.labels[k][0]) for k in system.starts]
    return np.array([float(system.spans[i] / system.units[i]) for i in owners])


def _second_differences(values: StrategicValues) -> Floats:
    """By pair of players, the largest second difference of the first one's payoffs."""
    n = len(values.tables)
    found = np.zeros((n, n))
    for i, j in itertools.permutations(range(n), 2):
        table = np.moveaxis(values.tables[i], (i, j), (0, 1))
        for a, b in itertools.combinations(range(table.shape[0]), 2):
            difference = table[a] - table[b]
            oscillation = difference.max(axis=0) - difference.min(axis=0)
            found[i, j] = max(found[i, j], float(oscillation.max()))
    return found


def _dependence(system: LogitSystem, values: TreeValues) -> Floats:
    """By pair of sets, whether payoffs at the first depend on what is played at the second."""
    found = np.zeros((len(system.sizes), len(system.sizes)))
    of = system.set_of
    action = values.edge_action[values.edge_of]
    found[of[action[values.below.row]], of[values.below.item]] = 1
    found[values.set_of_node[values.above.row], of[values.above.item]] = 1
    return found


def _without_circle(reach: Floats) -> bool:
    """Whether the directed graph has no cycle."""
    left = reach.copy()
    while len(left):
        free = ~left.any(axis=1)
        if not free.any():
            return False
        left = left[np.ix_(~free, ~free)]
    return True


def _contracts(matrix: Floats) -> bool:
    """Whether the spectral radius is surely below one: some v > 0 has K v < v."""
    try:
        v = np.linalg.solve(np.eye(len(matrix)) - matrix, np.ones(len(matrix)))
    except np.linalg.LinAlgError:
        return False
    if not (np.all(np.isfinite(v)) and np.all(v > 0)):
        return False
    return bool(np.all(matrix @ v < v * (1 - MARGIN)))
