"""How much better the choices that beat dropped ones are, over all that a family may play."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.reduced_block import Atom
from deterrence.equilibrium.tracing import largest, smallest
from deterrence.games.structure import MOVE, OUTCOME
from deterrence.games.tree import Game

__all__ = ["dominance"]


def dominance(game: Game, dropped: Mapping[Atom, int], supports: Mapping[int, int]) -> list[Any]:
    """For each dropped choice and node, how much better the one that beats it is.

    Parameters
    ----------
    game : Game
        Its numbers may be traced.
    dropped : mapping of (set, action) to action
        What beats each dropped choice; that may have been dropped in its turn.
    supports : mapping of int to int
        What the family plays, as bits by information set.

    Returns
    -------
    list of number
    """
    s, found = game.structure, []
    bounds = _Bounds(game, supports)
    for k, a in dropped:
        better = dropped[k, a]
        while (k, better) in dropped:
            better = dropped[k, better]
        i = s.players.index(s.sets[k].player)
        for node in s.sets[k].nodes:
            low, _ = bounds.of(s.children[node][better], i)
            _, high = bounds.of(s.children[node][a], i)
            found.append(low - high)
    return found


class _Bounds:
    """What nodes are worth at least and at most, over everything that a family may play below."""

    def __init__(self, game: Game, supports: Mapping[int, int]) -> None:
        self.game, self.supports = game, supports
        self.memory: dict[tuple[int, int], tuple[Any, Any]] = {}

    def of(self, node: int, player: int) -> tuple[Any, Any]:
        """Least and most worth of a node to a player."""
        key = (node, player)
        if key not in self.memory:
            self.memory[key] = self._of(node, player)
        return self.memory[key]

    def _of(self, node: int, player: int) -> tuple[Any, Any]:
        s, numbers = self.game.structure, self.game.numbers
        if s.kind[node] == OUTCOME:
            worth = numbers[(s.payoffs[node] or ())[player]]
            return worth, worth
        if s.kind[node] == MOVE:
            played = self.supports[s.set_of[node]]
            below = [self.of(c, player) for a, c in enumerate(s.children[node]) if played >> a & 1]
            low, high = below[0]
            for other in below[1:]:
                low, high = smallest(low, other[0]), largest(high, other[1])
            return low, high
        low, high = Fraction(0), Fraction(0)
        for c in s.children[node]:
            p = numbers[(s.chance[c] or ())[player]]
            least, most = self.of(c, player)
            low, high = low + p * least, high + p * most
        return low, high
