"""A family of equilibria behind a signal: what decides whether it stays, at each of its points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.signal_shape import Signal
from deterrence.equilibrium.signal_values import Key, Solved, worth_at
from deterrence.games.tree import Game

__all__ = ["Family", "Part", "family_of"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Part:
    """The tree with only some signals and answers, solved."""

    sent: tuple[str, ...]
    answers: dict[str, tuple[str, ...]]
    solved: Solved
    own: tuple[int, ...]  # the sender's sets there


@dataclass(frozen=True, eq=False)
class Family:
    """What decides whether a family stays, at each of its points.

    Attributes
    ----------
    levels : ndarray, shape (types, points)
        What each type gets.
    beliefs : dict of str to ndarray, shape (types, points)
        After each action that is sent.
    answered : dict of str to ndarray, shape (points,)
        What the one who answers it gets.
    inside : ndarray of bool, shape (points,)
        Where every action of the part is sent; in other corners beliefs are those of the limit.
    """

    key: Key
    levels: Floats
    beliefs: dict[str, Floats]
    answered: dict[str, Floats]
    inside: Bools

    @property
    def middle(self) -> int:
        """A point where every action is sent."""
        return int(np.flatnonzero(self.inside)[0])

    def shown(self, outcomes: Floats) -> Any:
        """All that is looked at: families that differ only off the path show the same.

        `outcomes` has the family's payoffs and events, a row for each point.
        """
        judged = np.concatenate([self.levels, *self.beliefs.values(), *self._rows()]).T
        return tuple(np.unique(np.round(x, 10), axis=0).tobytes() for x in (judged, outcomes))

    def _rows(self) -> list[Floats]:
        return [row[None] for row in (*self.answered.values(), self.inside.astype(float))]


class _Worth:
    """What the types' actions are worth to whom, at each point of a family."""

    def __init__(self, signal: Signal, part: Part, mixed: Any, size: int) -> None:
        game = part.solved.game
        s = game.structure
        self.signal, self.part, self.size = signal, part, size
        self.actions = s.sets[part.own[0]].actions
        roots = [c for k in part.own for n in s.sets[k].nodes for c in s.children[n]]
        self.below = worth_at(game, mixed, roots)

    def of(self, t: int, action: str, player: str) -> Floats:
        """What an action of type t is worth to a player."""
        game = self.part.solved.game
        s, i, place = game.structure, game.players.index(player), self.actions.index(action)
        weights = self.signal.weights[player][t]
        rows = [self.below[s.children[n][place]][i] for n in s.sets[self.part.own[t]].nodes]
        total = sum(float(w) * row for w, row in zip(weights, rows, strict=True))
        return np.broadcast_to(np.asarray(total), (self.size,))


def family_of(whole: Game, signal: Signal, part: Part, key: Key, left: list[str]) -> Family | None:
    """The numbers of a family; None if not every action of the part is sent in it."""
    game = part.solved.game
    s, types = game.structure, range(len(part.own))
    mixed = part.solved.mixed(key, [n for k in part.own for n in s.sets[k].nodes])
    actions, size = s.sets[part.own[0]].actions, part.solved.size(key)
    shares = [mixed[k] for k in part.own]
    if not all(any(x[:, actions.index(a)].any() for x in shares) for a in part.sent):
        return None  # it belongs to a part with fewer
    worth = _Worth(signal, part, mixed, size)
    levels = np.stack(
        [
            sum(shares[t][:, k] * worth.of(t, a, signal.sender) for k, a in enumerate(actions))
            for t in types
        ]
    )
    beliefs, answered = {}, {}
    sending = {a: np.stack([x[:, actions.index(a)] for x in shares]) for a in part.sent}
    inside = np.ones(size, dtype=bool)
    for row in sending.values():
        inside &= row.any(axis=0)
    if not inside.any():
        left.append("a family in none of whose points all its actions are sent")
        return None
    for a in part.sent:
        at = signal.answers[a]
        player = signal.sender if at is None else whole.structure.sets[at].player
        prior = signal.prior[player]
        odds = np.array([[float(p)] for p in prior]) * sending[a]
        first = int(np.flatnonzero(inside)[0])
        odds = np.where(sending[a].any(axis=0), odds, odds[:, [first]])
        beliefs[a] = odds / odds.sum(axis=0)
        answered[a] = sum(beliefs[a][t] * worth.of(t, a, player) for t in types)
    return Family(key, levels, beliefs, answered, inside)
