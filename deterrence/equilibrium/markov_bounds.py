"""What every state can be worth at least and at most, and which actions that excludes.

Where some choices are still open, each player's value of each state is bounded by two decision
problems over the open choices: the others choose what is worst (or best) for it, while it takes,
wherever it knows where it is, what is best. The bounds are checked before they are used: a vector
that one more period does not lower is a lower bound, whatever it was computed with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.markov_form import Floats, MarkovForm, Spot

__all__ = ["Bounds", "bounds_of", "excluded"]

MOST_ROUNDS = 60
MARGIN = 1e-10  # of a player's payoff span: closer than this, floats do not decide
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Bounds:
    """Least and most of every node to every player, over what is still open.

    Attributes
    ----------
    low, high : ndarray, shape (nodes, players)
    """

    low: Floats
    high: Floats


def bounds_of(form: MarkovForm, open_: Mask) -> Bounds:
    """Bounds on every node's worth in any stationary equilibrium within a support.

    Parameters
    ----------
    form : MarkovForm
    open_ : ndarray of bool
        By action, whether it may be played.

    Returns
    -------
    Bounds
    """
    columns = [
        [_bound(form, open_, player, side) for player in range(form.pay.shape[1])]
        for side in (-1, 1)
    ]
    low, high = (np.stack(side, axis=1) for side in columns)
    return Bounds(low, high)


def _bound(form: MarkovForm, open_: Mask, player: int, side: int) -> Floats:
    """Every node's bound for one player: side -1 from below, 1 from above."""
    values = np.zeros(len(form.roots))
    factor = form.discount[player]
    one = np.eye(len(form.roots))
    for _ in range(MOST_ROUNDS):
        _, odds = _sweep(form, open_, player, side, values)
        now, step = form.reduced_at(form.spread(odds)[form.outcomes])
        fresh = np.linalg.solve(one - factor * step, now[:, player])
        near = np.abs(fresh - values).max() <= 1e-13 * (1 + np.abs(fresh).max())
        values = fresh
        if near:
            break
    nodes, _ = _sweep(form, open_, player, side, values)
    # one more period may not take a bound beyond itself; what is missing is added for ever
    short = max(float(np.max(side * (nodes[form.roots] - values))), 0.0)
    slack = short / (1 - factor) * (1 + 1e-9)
    bound: Floats = nodes + side * (slack + 1e-13 * (1 + np.abs(values).max()))
    return bound


def _sweep(
    form: MarkovForm, open_: Mask, player: int, side: int, values: Floats
) -> tuple[Floats, list[Floats]]:
    """One period backwards: every node's bound, and by layer the choices that give it."""
    worth = np.zeros(form.size)
    worth[form.outcomes] = form.pay[:, player] + form.discount[player] * (form.next @ values)
    odds = []
    allowed = open_ if len(open_) else np.zeros(1, bool)
    for layer in form.layers:
        below = worth[layer.below]
        pick = _first_most(side * below, layer.real & allowed[layer.actions])
        if side < 0:  # who knows where it is gets what its best action gives, played or not
            own = (layer.mover == player) & layer.alone
            pick = np.where(own[:, None], _first_most(below, layer.real), pick)
        step = np.where(layer.mover[:, None] < 0, layer.chance, pick)
        worth[layer.nodes] = np.sum(np.where(layer.real, step * below, 0), axis=1)
        odds.append(step)
    return worth, odds


def _first_most(below: Floats, allowed: Mask) -> Mask:
    """A mask with the first largest allowed child of every node."""
    found = np.zeros_like(allowed)
    found[np.arange(len(below)), np.where(allowed, below, -np.inf).argmax(axis=1)] = True
    return found


def excluded(form: MarkovForm, bounds: Bounds, open_: Mask) -> Mask:
    """Which open actions are worse than another one wherever play may be in their set.

    Parameters
    ----------
    form : MarkovForm
    bounds : Bounds
    open_ : ndarray of bool

    Returns
    -------
    ndarray of bool
        By action.
    """
    gone = np.zeros_like(open_)
    spans = np.ptp(bounds.high, axis=0) + np.ptp(bounds.low, axis=0) + 1e-300
    lines = form.settled(open_)
    for spot in form.spots:
        if open_[spot.actions].sum() == 1 and len(spot.actions) == 1:
            continue
        rows = np.array([all(open_[a] for a in path) for path in spot.paths])
        if rows.any():
            margin = MARGIN * spans[spot.player]
            gone[spot.actions] = _worse(form, spot, bounds, lines, rows, margin)
    return gone & open_


def _worse(
    form: MarkovForm,
    spot: Spot,
    bounds: Bounds,
    lines: tuple[Mask, Floats, Floats],
    rows: Mask,
    margin: float,
) -> Mask:
    """Which actions another one beats in every row, by more than a margin."""
    below, i = spot.below[rows], spot.player
    apart = bounds.low[below, i][:, :, None] - bounds.high[below, i][:, None, :]
    known, now, step = lines
    if known[below].sum() > 1:
        # what two actions have in common does not count, where it is known what follows them
        both = known[below][:, :, None] & known[below][:, None, :]
        paid = now[below, i][:, :, None] - now[below, i][:, None, :]
        moved = form.discount[i] * (step[below][:, :, None] - step[below][:, None, :])
        low, high = bounds.low[form.roots, i], bounds.high[form.roots, i]
        least = paid + np.maximum(moved, 0) @ low + np.minimum(moved, 0) @ high
        apart = np.where(both, np.maximum(apart, least), apart)
    found: Mask = (apart > margin).all(axis=0).any(axis=0)
    return found
