"""Ukraine's stopping problem on simple plays of the long run, for many points at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from deterrence.oped.simple_years import MINDS, RUSSIANS, SimpleYears

__all__ = ["pushed"]

Floats = NDArray[np.float64]
Values = Mapping[str, Floats]
STEPS = 30  # of policy iteration, which ends by itself


def pushed(x: Values, lattice: Sequence[float], levels: int = 1) -> Floats:
    """What being made to settle at once costs Ukraine where the simple plays follow a settlement.

    Written from the specification, apart from the stochastic game.

    Parameters
    ----------
    x : mapping of str to ndarray, shape (points,)
        Every instrument and stake, those of the long run and of the timing problem too.
    lattice : sequence of float
        Balances in equal steps.
    levels : int
        Of the long run that follows.

    Returns
    -------
    ndarray, shape (points,)
        At the balance of the lattice that is next to m0, in the play that is worst for Ukraine.
    """
    settled = np.stack([_settled(x, balance, levels) for balance in lattice], axis=1)
    fight = np.stack([_chance(x, balance) + x["c_wU"] for balance in lattice], axis=1)
    delta = x["delta_month"][:, None]
    paid, move = -(1 - delta) * fight, _moves(x, lattice)
    one, stops = np.eye(len(lattice)), np.ones(settled.shape, dtype=bool)
    for _ in range(STEPS):
        matrix = one - delta[..., None] * np.where(stops[..., None], 0, move)
        worth = np.linalg.solve(matrix, np.where(stops, settled, paid)[..., None])[..., 0]
        on = paid + delta * np.einsum("pab,pb->pa", move, worth)
        again = settled >= on - 1e-12
        if (again == stops).all():
            break
        stops = again
    near = abs(np.asarray(lattice) - x["m0"][:, None]).argmin(axis=1)
    rows = np.arange(len(near))
    return np.asarray((worth - settled)[rows, near])


def _chance(x: Values, balance: float) -> Floats:
    """Russia's chance of prevailing where the war goes on."""
    return np.asarray(1 / (1 + balance * (1 + x["m_d"]) + x["m_aid"] * x["g"]))


def _terms(x: Values, balance: float) -> Floats:
    """What Russia keeps in a settlement at a balance."""
    chance = _chance(x, balance)
    least = np.maximum(0, chance - x["c_wR"] / x["b_revisionist"])
    most = np.minimum(1, chance + x["c_wU"])
    return np.asarray(least + x["surplus"] * (most - least))


def _settled(x: Values, balance: float, levels: int) -> Floats:
    """What a settlement at a balance is worth to Ukraine in the worst of the simple plays."""
    terms = _terms(x, balance)
    at = {**x, "m0": 0 * terms + balance, "kept": terms}
    total = -terms
    for kind, prior in zip(RUSSIANS, (x["rho"], 1 - x["rho"]), strict=True):
        years = SimpleYears(at, kind, levels)
        plays = (years.play(mind) for mind in MINDS)
        worth = [years.ukraine(attacks, answers) for attacks, answers, _ in plays]
        total = total + prior * np.min(worth, axis=0)
    return np.asarray(total)


def _moves(x: Values, lattice: Sequence[float]) -> Floats:
    """Where a month of war leads: shape (points, balances, balances)."""
    step, size = lattice[1] - lattice[0], len(lattice)
    both = x["volatility"] ** 2 / (2 * step**2)
    up, down = (both + np.maximum(s * x["drift"], 0) / step for s in (1, -1))
    move = np.zeros((len(both), size, size))
    for k in range(size):
        for n, odds in ((min(k + 1, size - 1), up), (max(k - 1, 0), down), (k, 1 - up - down)):
            move[:, k, n] += odds
    return move
