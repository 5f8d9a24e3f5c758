"""A game as quantal response sees it: its choices, and what they pay against given play.

In the agent form of McKelvey and Palfrey (1998, section 3) for trees, where each information set
answers for itself; in strategic form this is McKelvey and Palfrey (1995, section 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from deterrence.equilibrium.logit_values import Floats, Places, StrategicValues, TreeValues, Values
from deterrence.errors import InputError, LimitError
from deterrence.games.strategic import StrategicGame
from deterrence.games.tree import Game

__all__ = ["LogitSystem", "ready"]

MOST_ACTIONS = 3000  # a step factorises a matrix of this many rows
MOST_PROFILES = 2_000_000


def ready(game: Any) -> Game | StrategicGame:
    """The game with numbers and without impossible branches; an error if it is none."""
    if isinstance(game, StrategicGame):
        if len(game) > MOST_PROFILES:
            raise LimitError(
                f"the game has {len(game):,} action profiles; the logit path takes at most "
                f"{MOST_PROFILES:,}. Remove dominated actions first."
            )
        return game
    if not isinstance(game, Game):
        raise InputError(
            f"quantal response takes a Game or a StrategicGame, not {type(game).__name__}; build "
            "one with dt.Game or dt.StrategicGame."
        )
    return game.with_numbers()


class LogitSystem:
    """The choices of a game and what they pay, in units of the largest payoff span.

    Only sets where there is a choice count. Nothing here changes once it is made; coordinates, in
    which the logit equations are solved, are a `Chart`'s.

    Parameters
    ----------
    game : Game or StrategicGame
        As `ready` gives it.
    own_units : bool
        Whether each player's payoffs are measured by the player's own span.

    Attributes
    ----------
    labels : list of (player, knows, action)
        The actions, where there is a choice.
    places : list of (set, action)
        Likewise, by place.
    unit : fractions.Fraction
        Precisions here are those of the user times this.
    """

    def __init__(self, game: Game | StrategicGame, own_units: bool = False) -> None:
        self.game = game
        sets = _sets(game)
        self.labels = [(p, k, a) for p, k, actions, _ in sets for a in actions]
        self.places = [(i, a) for _, _, actions, i in sets for a in range(len(actions))]
        if len(self.labels) > MOST_ACTIONS:
            raise LimitError(
                f"the game has {len(self.labels):,} choices in all; the logit path takes at most "
                f"{MOST_ACTIONS:,}, since each step solves equations in all of them."
            )
        self.sizes = np.array([len(actions) for _, _, actions, _ in sets], dtype=np.intp)
        self.starts = np.cumsum(self.sizes) - self.sizes
        self.set_of = np.repeat(np.arange(len(sets)), self.sizes)
        self.width = len(self.labels)
        self._set_units(own_units)
        owners = [game.players.index(p) for p, _, _, _ in sets]
        spans = [self.spans[i] or Fraction(1) for i in owners]
        self.share = np.array(
            [float(self.units[i] / x) for i, x in zip(owners, spans, strict=True)]
        )
        self.values: Values = self._values()

    def _set_units(self, own_units: bool) -> None:
        game = self.game
        columns = _columns(game)
        low, high = [min(c) for c in columns], [max(c) for c in columns]
        self.spans = [b - a for a, b in zip(low, high, strict=True)]
        widest = max(self.spans) or Fraction(1)
        self.units = [(x or widest) if own_units else widest for x in self.spans]
        self.middles = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
        self.unit = Fraction(1) if own_units else widest

    def _values(self) -> Values:
        game, units = self.game, list(zip(self.middles, self.units, strict=True))
        if isinstance(game, StrategicGame):
            tables = []
            for player, (middle, unit) in zip(game.players, units, strict=True):
                scaled = [float((x - middle) / unit) for x in game.payoffs[player].flat]
                tables.append(np.array(scaled).reshape(game.shape))
            return StrategicValues(game, tables)
        s, numbers = game.structure, game.numbers
        worth: list[dict[int, float]] = []
        for i, (middle, unit) in enumerate(units):
            known = {k: float((numbers[k] - middle) / unit) for k in {p[i] for p in s.payoffs if p}}
            worth.append({n: known[p[i]] for n, p in enumerate(s.payoffs) if p})
        first = [-1] * len(s.sets)
        for place, (index, a) in enumerate(self.places):
            if a == 0:
                first[index] = place
        return TreeValues(game, first, worth)

    def likeliest(self, logs: Floats) -> Places:
        """By set, the place of its most likely action."""
        pairs = zip(self.starts.tolist(), self.sizes.tolist(), strict=True)
        return np.array([a + int(np.argmax(logs[a : a + n])) for a, n in pairs], dtype=np.intp)

    def normalised(self, scores: Floats) -> Floats:
        """The log probabilities of the logit rule at these scores."""
        if not self.width:
            return scores
        top = np.maximum.reduceat(scores, self.starts)[self.set_of]
        total = np.add.reduceat(np.exp(scores - top), self.starts)[self.set_of]
        return np.asarray(scores - top - np.log(total))

    def regrets(self, logs: Floats) -> Floats:
        """By set: what its best action gains, beliefs by Bayes' rule, as a share of the span."""
        if not self.width:
            return np.zeros(0)
        values = self.values.payoffs(logs)
        best = np.maximum.reduceat(values, self.starts)
        lost = (best[self.set_of] - values) * np.exp(logs)
        return np.asarray(np.add.reduceat(lost, self.starts) * self.share)


def _sets(game: Game | StrategicGame) -> list[tuple[str, Any, tuple[str, ...], int]]:
    """(player, knows, actions, index) where there is a choice."""
    whole: list[tuple[str, Any, tuple[str, ...], int]]
    if isinstance(game, StrategicGame):
        whole = [(p, (), tuple(game.actions[p]), i) for i, p in enumerate(game.players)]
    else:
        whole = [(s.player, s.knows, tuple(s.actions), s.index) for s in game.structure.sets]
    return [one for one in whole if len(one[2]) > 1]


def _columns(game: Game | StrategicGame) -> Sequence[Sequence[Fraction]]:
    """Payoffs by player."""
    if isinstance(game, StrategicGame):
        return [list(game.payoffs[p].flat) for p in game.players]
    s, numbers = game.structure, game.numbers
    rows = {p for p in s.payoffs if p is not None}
    return [[numbers[p[i]] for p in rows] for i in range(len(game.players))]
