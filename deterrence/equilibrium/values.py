"""Exact expected payoffs below nodes whose moves are settled, each computed once."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from deterrence.equilibrium.plays import Play
from deterrence.games.structure import MOVE, OUTCOME
from deterrence.games.tree import Game

__all__ = ["Values"]


class Values:
    """Payoffs of all players from a node on, given what is played below."""

    def __init__(self, game: Game, plays: Mapping[int, Play]) -> None:
        self.game, self.plays = game, plays
        self.found: dict[int, tuple[Fraction, ...]] = {}

    def of(self, root: int) -> tuple[Fraction, ...]:
        """Expected payoffs of all players from `root` on, with their own chance."""
        stack = [root]
        while stack:
            node = stack[-1]
            missing = [c for c in self._followed(node) if c not in self.found]
            if node in self.found or not missing:
                if node not in self.found:
                    self.found[node] = self._value(node)
                stack.pop()
            else:
                stack.extend(missing)
        return self.found[root]

    def _followed(self, node: int) -> list[int]:
        s = self.game.structure
        if s.kind[node] != MOVE:
            return list(s.children[node])
        row = self.plays[s.set_of[node]].probabilities
        return [c for p, c in zip(row, s.children[node], strict=True) if p]

    def _value(self, node: int) -> tuple[Fraction, ...]:
        s, numbers = self.game.structure, self.game.numbers
        if s.kind[node] == OUTCOME:
            return tuple(numbers[k] for k in s.payoffs[node] or ())
        totals = [Fraction(0)] * len(s.players)
        if s.kind[node] == MOVE:
            row = self.plays[s.set_of[node]].probabilities
            pairs = [(p, c) for p, c in zip(row, s.children[node], strict=True) if p]
            if len(pairs) == 1:
                return self.found[pairs[0][1]]
            for p, c in pairs:
                totals = [t + p * v for t, v in zip(totals, self.found[c], strict=True)]
        else:
            for c in s.children[node]:
                places = s.chance[c] or ()
                totals = [
                    t + numbers[k] * v
                    for t, k, v in zip(totals, places, self.found[c], strict=True)
                ]
        return tuple(totals)
