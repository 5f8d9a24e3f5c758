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

from deterrence.equilibrium.markov_form import MarkovForm
from deterrence.equilibrium.markov_parts import Floats, Ints

__all__ = ["Bounds", "bounds_of", "excluded"]

FIRST_ROUNDS = 8
MOST_ROUNDS = 60
# closer than this, floats do not decide: of what a player's values span, and of the size of the
# values, whose rounding grows with the length of the horizon
MARGIN, ROUNDING = 1e-10, 1e-12
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
    problems = _Problems(form, open_ if len(open_) else np.zeros(1, bool))
    nodes = problems.nodes()
    half = len(nodes) // 2
    return Bounds(nodes[:half].T, nodes[half:].T)


class _Problems:
    """The decision problems of all players at once: the first half from below, then from above."""

    def __init__(self, form: MarkovForm, allowed: Mask) -> None:
        count = form.pay.shape[1]
        self.form, self.allowed = form, allowed
        self.player = np.tile(np.arange(count), 2)
        self.side = np.repeat([-1.0, 1.0], count)
        self.factor = form.discount[self.player]
        self.pay = form.pay.T[self.player]
        self.starts = np.searchsorted(form.outcomes, form.roots)

    def nodes(self) -> Floats:
        """Bounds by problem and node."""
        values: Floats = np.zeros((len(self.side), len(self.form.roots)))
        values, near = self._improved(values, FIRST_ROUNDS)
        for _ in range(MOST_ROUNDS):
            if near:
                break
            # all improving at once may go round in circles; one side at a time cannot
            _, held = self.sweep(values)
            fresh, _ = self._improved(values, MOST_ROUNDS, held)
            values, near = fresh, _near(fresh, values)
        nodes, _ = self.sweep(values)
        # one more period may not take a bound beyond itself; what is missing is added for ever
        short = self.side[:, None] * (nodes[:, self.form.roots] - values)
        slack = np.maximum(short.max(axis=1), 0) / (1 - self.factor) * (1 + 1e-9)
        slack += 1e-13 * (1 + np.abs(values).max()) / (1 - self.factor)
        bound: Floats = nodes + (self.side * slack)[:, None]
        return bound

    def _improved(
        self, values: Floats, rounds: int, held: list[Floats] | None = None
    ) -> tuple[Floats, bool]:
        """Values after so many policies, each best against the last one; and whether that ended."""
        one = np.eye(values.shape[1])
        for _ in range(rounds):
            _, odds = self.sweep(values, held)
            reach = self.spread(odds)
            now = np.add.reduceat(reach * self.pay, self.starts, axis=1)
            step = np.add.reduceat(reach[:, :, None] * self.form.next, self.starts, axis=1)
            matrix = one - self.factor[:, None, None] * step
            fresh: Floats = np.linalg.solve(matrix, now[:, :, None])[:, :, 0].astype(float)
            near = _near(fresh, values)
            values = fresh
            if near:
                return values, True
        return values, False

    def sweep(
        self, values: Floats, held: list[Floats] | None = None
    ) -> tuple[Floats, list[Floats]]:
        """One period backwards: bounds of nodes, and by layer the choices that give them.

        With `held` the player itself chooses as in these.
        """
        form = self.form
        worth = np.zeros((len(self.side), form.size))
        later = values @ form.next.T
        worth[:, form.outcomes] = self.pay + self.factor[:, None] * later
        odds = []
        for n, layer in enumerate(form.layers):
            below = worth[:, layer.below]
            own = (layer.mover == self.player[:, None]) & layer.alone & (self.side[:, None] < 0)
            # who knows where it is gets what its best action gives, played or not
            may = np.where(own[:, :, None], layer.real, layer.real & self.allowed[layer.actions])
            sign = np.where(own, 1.0, self.side[:, None])[:, :, None]
            best = np.where(may, sign * below, -np.inf).argmax(axis=2)
            pick = best[:, :, None] == np.arange(below.shape[2])
            step = np.where(layer.mover[:, None] < 0, layer.chance, pick)
            if held is not None:
                step = np.where(own[:, :, None], held[n], step)
            worth[:, layer.nodes] = np.einsum("bnk,bnk->bn", step, below)
            odds.append(step)
        return worth, odds

    def spread(self, odds: list[Floats]) -> Floats:
        """The probability of every outcome in its stage, by problem."""
        form = self.form
        found = np.zeros((len(self.side), form.size))
        found[:, form.roots] = 1
        for layer, step in zip(reversed(form.layers), reversed(odds), strict=True):
            down = found[:, layer.nodes][:, :, None] * step
            found[:, layer.below[layer.real]] = down[:, layer.real]
        reach: Floats = found[:, form.outcomes]
        return reach


def _near(one: Floats, other: Floats) -> bool:
    return bool(np.abs(one - other).max() <= 1e-13 * (1 + np.abs(one).max()))


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
    lines = form.settled(open_)
    margins = _margins(form, bounds, lines[1])
    for group in form.groups:
        apart = _apart(form, group.below, group.player, bounds, lines)
        ways = (open_[path].all() for paths in group.paths for path in paths)
        rows = np.fromiter(ways, bool).reshape(group.below.shape[:2])
        over: Mask = apart > margins[group.player][:, None, None, None]
        over = over | ~rows[:, :, None, None]
        beaten: Mask = np.any(np.all(over, axis=1), axis=1)
        possible: Mask = np.any(rows, axis=1, keepdims=True)
        gone[group.actions] = beaten & possible
    return gone & open_


def _margins(form: MarkovForm, bounds: Bounds, paid: Floats) -> Floats:
    """By player, by how much an action has to be worse before it is excluded."""
    spans = np.ptp(bounds.high, axis=0) + np.ptp(bounds.low, axis=0)
    sizes = np.max([np.abs(part).max(axis=0) for part in (bounds.high, bounds.low, paid)], axis=0)
    return np.asarray(MARGIN * spans + ROUNDING * sizes / (1 - form.discount) + 1e-300)


def _apart(
    form: MarkovForm,
    below: Ints,
    player: Ints,
    bounds: Bounds,
    lines: tuple[Mask, Floats, Floats],
) -> Floats:
    """By set, node and pair of actions: by how much the first is better than the second, at least.

    What two actions have in common does not count, where it is known what follows them.
    """
    i = player[:, None, None]
    low, high = bounds.low[below, i], bounds.high[below, i]
    apart: Floats = low[..., :, None] - high[..., None, :]
    known, now, step = lines
    both = known[below][..., :, None] & known[below][..., None, :]
    if not both.any():
        return apart
    paid = now[below, i][..., :, None] - now[below, i][..., None, :]
    moved = step[below][..., :, None, :] - step[below][..., None, :, :]
    up, down = np.maximum(moved, 0), np.minimum(moved, 0)
    least, most = bounds.low[form.roots].T[player], bounds.high[form.roots].T[player]
    later = np.einsum("mrabs,ms->mrab", up, least) + np.einsum("mrabs,ms->mrab", down, most)
    exact = paid + form.discount[player][:, None, None, None] * later
    return np.where(both, np.maximum(apart, exact), apart)
