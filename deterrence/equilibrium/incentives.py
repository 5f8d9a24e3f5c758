"""The conditions of an equilibrium with a given support, as polynomials with formulas inside.

The unknowns are the probabilities of mixed choices and the weights of trembles behind beliefs off
the path. What each action is worth at each information set is a polynomial in them; coefficients
are formulas in the game's parameters, each standing as one symbol until the end.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy

from deterrence.equilibrium.consistency_record import Witness
from deterrence.games.structure import CHANCE, OUTCOME, InformationSet, Structure
from deterrence.games.tree import Game

__all__ = ["Comparison", "Incentives", "Pattern", "pattern_of"]

MOST_SHORT = 4  # operations of a formula that is put in at once, such as 1 - p
Choice = tuple[int, int]  # an information set and an action


@dataclass(frozen=True)
class Pattern:
    """What an equilibrium shares with its neighbours at other parameters.

    Attributes
    ----------
    support : tuple of tuple of int
        By information set: the actions played with positive probability.
    order : tuple of tuple of int
        By information set and action: the order of the tremble, zero where it is played.
    """

    support: tuple[tuple[int, ...], ...]
    order: tuple[tuple[int, ...], ...]


def pattern_of(strategy: Sequence[Sequence[Fraction]], witness: Witness) -> Pattern:
    """The pattern of an assessment with trembles behind its beliefs."""
    support = tuple(tuple(a for a, p in enumerate(row) if p) for row in strategy)
    return Pattern(support, witness.order)


@dataclass(frozen=True)
class Comparison:
    """What an action is worth less another, at one information set.

    Attributes
    ----------
    set : InformationSet
    action, other : int
        The action that is played, and the one that it is compared with.
    gain : sympy.Expr
        In formula symbols and unknowns; times the weight of the information set, which is positive.
    equal : bool
        Whether both are played, so that the gain is zero.
    """

    set: InformationSet
    action: int
    other: int
    gain: Any
    equal: bool


class Incentives:
    """Values of all actions, given a pattern.

    Parameters
    ----------
    game : Game
        With formulas.
    pattern : Pattern
        For the information sets of this game.

    Attributes
    ----------
    formulas : dict of sympy.Symbol to sympy.Expr
        What each formula symbol stands for.
    chances : tuple of sympy.Expr
        Chance probabilities that are not numbers: positive wherever the tree is as it is.
    mixing : dict of Choice to sympy.Symbol
        An unknown for every action of a mixed choice but the last.
    trembles : dict of Choice to sympy.Symbol
        An unknown weight for the trembles that beliefs depend on.
    deviations : list of list of list of sympy.Symbol
        By information set and believed node: the trembles on the way that not all nodes share.
    """

    def __init__(self, game: Game, pattern: Pattern) -> None:
        self.game, self.pattern = game, pattern
        self.structure: Structure = game.structure
        self.formulas: dict[Any, Any] = {}  # symbol -> formula
        self._entries = [self._entry(k, value) for k, value in enumerate(game.numbers)]
        places = {k for row in self.structure.chance if row for k in row}
        self.chances = tuple({self._entries[k] for k in places if self._entries[k].free_symbols})
        self.mixing: dict[Choice, Any] = {}
        self.trembles: dict[Choice, Any] = {}
        self.deviations: list[list[list[Any]]] = []
        self.choice = self._choices()

    def _entry(self, k: int, value: Any) -> Any:
        if isinstance(value, Fraction):
            return sympy.Rational(value.numerator, value.denominator)
        if value.is_polynomial() and value.count_ops() <= MOST_SHORT:
            return value
        symbol = sympy.Dummy(f"f{k}", real=True)
        self.formulas[symbol] = value
        return symbol

    def _choices(self) -> list[dict[int, Any]]:
        """By information set: the probability of each action played."""
        found = []
        for s, played in zip(self.structure.sets, self.pattern.support, strict=True):
            if len(played) == 1:
                found.append({played[0]: sympy.Integer(1)})
                continue
            row = {}
            for a in played[:-1]:
                row[a] = self.mixing[s.index, a] = sympy.Dummy(f"p{s.index}_{a}", positive=True)
            row[played[-1]] = 1 - sum(row.values())
            found.append(row)
        return found

    # -- values -------------------------------------------------------------------------------

    def value(self, player: int) -> list[Any]:
        """What each node is worth to a player under the pattern."""
        s = self.structure
        found: list[Any] = [None] * len(s)
        for node in range(len(s) - 1, -1, -1):
            if s.kind[node] == OUTCOME:
                found[node] = self._entries[(s.payoffs[node] or ())[player]]
                continue
            if s.kind[node] == CHANCE:
                shares = [self._entries[(s.chance[c] or ())[player]] for c in s.children[node]]
                below = [found[c] for c in s.children[node]]
            else:
                row = self.choice[s.set_of[node]]
                shares = list(row.values())
                below = [found[s.children[node][a]] for a in row]
            found[node] = _mixture(shares, below)
        return found

    def weights(self, s: InformationSet, player: int) -> dict[int, Any]:
        """The believed nodes of an information set, and how likely others lead to each.

        The player's own earlier choices are left out: by perfect recall all nodes share them.
        """
        paths = {node: self._path(node, s.player, player) for node in s.nodes}
        least = min(order for order, _, _ in paths.values())
        kept = {n: (factors, t) for n, (order, factors, t) in paths.items() if order == least}
        shared = set.intersection(*(set(t) for _, t in kept.values()))
        found, rows = {}, []
        for node, (factors, deviations) in kept.items():
            own = [self._tremble(d) for d in deviations if d not in shared]
            found[node] = sympy.Mul(*factors, *own)
            rows.append(own)
        if any(rows):
            self.deviations.append(rows)
        return found

    def place(self, tremble: Any) -> int:
        """The information set that trembles."""
        return next(place for (place, _), t in self.trembles.items() if t == tremble)

    def prior(self, tremble: Any) -> Any:
        """How likely the others lead to the information set that trembles, 1 if they never do."""
        place, _ = next(c for c, t in self.trembles.items() if t == tremble)
        own = self.structure.sets[place]
        paths = [
            self._path(node, own.player, self.structure.players.index(own.player))
            for node in own.nodes
        ]
        if any(order for order, _, _ in paths):
            return sympy.Integer(1)
        return sympy.factor(sympy.Add(*(sympy.Mul(*factors) for _, factors, _ in paths)))

    def kind(self, tremble: Any) -> tuple[str, str]:
        """Whose tremble it is, and to which action."""
        place, action = next(c for c, t in self.trembles.items() if t == tremble)
        own = self.structure.sets[place]
        return own.player, own.actions[action]

    def _path(self, node: int, mover: str, player: int) -> tuple[int, list[Any], list[Choice]]:
        """Total order, probabilities and trembles of the others' choices on the way to a node."""
        s, order, factors, trembles = self.structure, 0, [], []
        while node:
            above = s.parent[node]
            if s.kind[above] == CHANCE:
                factors.append(self._entries[(s.chance[node] or ())[player]])
            else:
                own = s.sets[s.set_of[above]]
                action = s.children[above].index(node)
                if own.player != mover:
                    row = self.choice[own.index]
                    if action in row:
                        factors.append(row[action])
                    else:
                        order += self.pattern.order[own.index][action]
                        trembles.append((own.index, action))
            node = above
        return order, factors, trembles

    def _tremble(self, choice: Choice) -> Any:
        if choice not in self.trembles:
            place, action = choice
            self.trembles[choice] = sympy.Dummy(f"t{place}_{action}", positive=True)
        return self.trembles[choice]

    def comparisons(self) -> list[Comparison]:
        """Every condition at every information set."""
        s = self.structure
        values = [self.value(k) for k in range(len(s.players))]
        found = []
        for own in s.sets:
            player = s.players.index(own.player)
            weights = self.weights(own, player)
            worth = [
                sum(w * values[player][s.children[n][a]] for n, w in weights.items())
                for a in range(len(own.actions))
            ]
            played = self.pattern.support[own.index]
            for a in range(len(own.actions)):
                if a != played[-1]:
                    gain = worth[played[-1]] - worth[a]
                    found.append(Comparison(own, played[-1], a, gain, equal=a in played))
        return found

    def beliefs(self) -> dict[tuple[str, Hashable], dict[int, Any]]:
        """By information set of several nodes: each node's probability, in unknowns."""
        found = {}
        for own in self.structure.sets:
            if len(own.nodes) > 1:
                weights = self.weights(own, self.structure.players.index(own.player))
                total = sum(weights.values())
                found[own.player, own.knows] = {
                    n: weights[n] / total if n in weights else sympy.Integer(0) for n in own.nodes
                }
        return found

    def payoffs(self) -> dict[str, Any]:
        """Each player's payoff, in unknowns."""
        return {p: self.value(k)[0] for k, p in enumerate(self.structure.players)}

    def spelled(self, expression: Any) -> Any:
        """The expression with formulas in place of their symbols."""
        return expression.xreplace(self.formulas)


def _mixture(shares: Sequence[Any], below: Sequence[Any]) -> Any:
    """The mean of values; what all of them share needs no mixing."""
    if all(value is below[0] or value == below[0] for value in below):
        return below[0]
    return sympy.Add(*(p * v for p, v in zip(shares, below, strict=True)))
