"""Howard's policy iteration for one player (Howard 1960), with numpy and nothing else."""

import numpy as np

__all__ = ["policy_iteration"]


def policy_iteration(pay, odds, discount):
    """Values and choices of a decision process with `pay[s, a]` and `odds[s, a, t]`."""
    states = np.arange(len(pay))
    policy = np.zeros(len(pay), dtype=int)
    for _ in range(1000):
        moves = odds[states, policy]
        values = np.linalg.solve(np.eye(len(pay)) - discount * moves, pay[states, policy])
        worth = pay + discount * odds @ values
        better = worth.argmax(axis=1)
        # a choice is left only for one that is truly better, or the loop might not end
        better = np.where(worth[states, better] > worth[states, policy] + 1e-12, better, policy)
        if (better == policy).all():
            return values, policy
        policy = better
    raise AssertionError("policy iteration did not end")
