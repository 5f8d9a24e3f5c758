"""Payoffs in units in which one tolerance fits all: each player's span about one."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.payoff_scale import payoff_ranges
from deterrence.games.nodes import Chance, Move, Outcome
from deterrence.games.structure import MOVE, OUTCOME
from deterrence.games.tree import Game

__all__ = ["SAME", "Units"]

SAME = 1e-9  # gaps of payoffs in these units, and of beliefs, that rounding may leave
Pairs = Mapping[str, tuple[float, float]]


class Units:
    """The payoff of each player that is nearest to zero, and the unit of distances from it.

    Units are powers of two near the span, so that few digits are added to exact numbers. Counting
    from there keeps the digits of small payoffs beside huge ones, and those of payoffs that are
    all far from zero.

    Parameters
    ----------
    game : Game
        With numbers.
    """

    def __init__(self, game: Game) -> None:
        self.original = game
        s, numbers = game.structure, game.numbers
        rows = [[numbers[k] for k in pay] for pay in s.payoffs if pay is not None]
        columns = zip(*rows, strict=True)
        ranges = zip(game.players, payoff_ranges(game), columns, strict=True)
        self._of = {p: (min(own, key=abs), _power_of_two(span)) for p, (_, span), own in ranges}

    def game(self) -> Game:
        """The same game with payoffs in these units, and chances that sum to one exactly."""
        s = self.original.structure
        built: list[Any] = [None] * len(s)
        for node in range(len(s) - 1, -1, -1):
            below = [built[c] for c in s.children[node]]
            if s.kind[node] == OUTCOME:
                built[node] = self._outcome(node)
            elif s.kind[node] == MOVE:
                own = s.sets[s.set_of[node]]
                built[node] = Move(
                    own.player, own.knows, dict(zip(own.actions, below, strict=True))
                )
            else:
                odds = zip(s.children[node], self._odds(node), below, strict=True)
                built[node] = Chance({s.label[c]: (row, child) for c, row, child in odds})
        return Game(self.original.players, built[0])

    def restored(self, outcomes: Pairs) -> dict[str, tuple[float, float]]:
        """Payoffs and events with the payoffs as they were."""
        found = {}
        for name, (low, high) in outcomes.items():
            nearest, unit = self._of.get(name, (Fraction(0), Fraction(1)))
            found[name] = (
                float(Fraction(low) * unit + nearest),
                float(Fraction(high) * unit + nearest),
            )
        return found

    def _outcome(self, node: int) -> Outcome:
        s, numbers = self.original.structure, self.original.numbers
        pay = {}
        for p, k in zip(s.players, s.payoffs[node] or (), strict=True):
            nearest, unit = self._of[p]
            pay[p] = (numbers[k] - nearest) / unit
        return Outcome(pay, {name: numbers[k] for name, k in (s.events[node] or {}).items()})

    def _odds(self, node: int) -> list[dict[str, Fraction]]:
        """Chances by branch and player; formulas that are irrational leave sums near one."""
        s, numbers = self.original.structure, self.original.numbers
        rows = [[numbers[k] for k in s.chance[c] or ()] for c in s.children[node]]
        totals = [sum(column, Fraction(0)) for column in zip(*rows, strict=True)]
        return [
            {p: x / total for p, x, total in zip(s.players, row, totals, strict=True)}
            for row in rows
        ]


def _power_of_two(span: Fraction) -> Fraction:
    """A power of two, at most twice the span and more than half of it."""
    return Fraction(2) ** (span.numerator.bit_length() - span.denominator.bit_length())
