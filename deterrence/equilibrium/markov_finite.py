"""Games with a horizon: backward induction over the sets of stage equilibria."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.subgame_perfect import solve_subgame_perfect
from deterrence.games.nodes import Chance, Move, Node, Outcome
from deterrence.games.stochastic import StochasticGame
from deterrence.games.structure import CHANCE, OUTCOME
from deterrence.games.tree import Game

__all__ = ["Selection", "backward"]

BITS = 200  # of values, which would else grow longer with every period
TIE = Fraction(1, 2**150)

Row = tuple[Fraction, ...]
Values = tuple[Row, ...]  # by state and player


@dataclass(frozen=True)
class Selection:
    """One selection of stage equilibria from some period on.

    Attributes
    ----------
    plays : tuple
        By period, a mapping from information set to probabilities.
    values : tuple
        Of the states, in the first of these periods.
    """

    plays: tuple[dict[int, Row], ...]
    values: Values


@dataclass
class _Stages:
    """Stage equilibria of every state for given values of the next period's states."""

    game: StochasticGame
    budget: int
    left: set[str] = field(default_factory=set)

    def of(self, place: int, after: Values) -> list[tuple[dict[int, Row], Row]]:
        s = self.game.stages.structure
        root = s.children[0][place]
        end = s.children[0][place + 1] if place + 1 < len(self.game.states) else len(s)
        sets = {s.set_of[n] for n in range(root, end)} - {-1}
        if all(len(s.sets[k].nodes) == 1 for k in sets):
            return self._by_steps(root, after)
        return self._by_solving(root, after)

    def _worth(self, node: int, after: Values) -> Row:
        s, numbers = self.game.stages.structure, self.game.stages.numbers
        now = [numbers[k] for k in s.payoffs[node] or ()]
        steps = self.game.transitions(node)
        factors = self.game.discount.values()
        return tuple(
            u + d * sum((p * after[n][i] for n, p in steps.items()), Fraction(0))
            for i, (u, d) in enumerate(zip(now, factors, strict=True))
        )

    def _by_steps(self, node: int, after: Values) -> list[tuple[dict[int, Row], Row]]:
        """All pure equilibria of a stage of perfect information, ties branching."""
        s, numbers = self.game.stages.structure, self.game.stages.numbers
        if s.kind[node] == OUTCOME:
            return [({}, self._worth(node, after))]
        below = [self._by_steps(c, after) for c in s.children[node]]
        found = []
        for parts in itertools.product(*below):
            play: dict[int, Row] = {}
            for part, _ in parts:
                play |= part
            rows = [row for _, row in parts]
            if s.kind[node] == CHANCE:
                odds = [numbers[(s.chance[c] or ())[0]] for c in s.children[node]]
                mean = tuple(_sum(odds, column) for column in zip(*rows, strict=True))
                found.append((play, mean))
                continue
            own = s.sets[s.set_of[node]]
            i = s.players.index(own.player)
            top = max(row[i] for row in rows)
            best = [k for k, row in enumerate(rows) if row[i] >= top - TIE]
            if len(best) > 1:
                self.left.add("where actions tie, mixtures of them are not listed")
            for k in best:
                chosen = tuple(Fraction(j == k) for j in range(len(rows)))
                found.append((play | {own.index: chosen}, rows[k]))
            if len(found) > self.budget:
                return found
        return found

    def _by_solving(self, root: int, after: Values) -> list[tuple[dict[int, Row], Row]]:
        game = Game(self.game.players, self._tree(root, after))
        solution = solve_subgame_perfect(game, self.budget)
        if not solution.complete:
            self.left.add("the equilibria of a stage are not complete")
        if any(f.dimension > 0 for c in solution.components for f in c.families):
            self.left.add("of a continuum of stage equilibria, its middle and ends are listed")
        names = self.game.stages.structure.by_name
        found = []
        for equilibrium in solution.equilibria:
            play = {
                names[player, knows].index: tuple(map(Fraction, odds.values()))
                for player, inner in equilibrium.strategy.items()
                for knows, odds in inner.items()
            }
            found.append((play, tuple(map(Fraction, equilibrium.payoffs.values()))))
        return found

    def _tree(self, node: int, after: Values) -> Node:
        s, numbers = self.game.stages.structure, self.game.stages.numbers
        if s.kind[node] == OUTCOME:
            return Outcome(dict(zip(s.players, self._worth(node, after), strict=True)))
        below: dict[Any, Node] = {s.label[c]: self._tree(c, after) for c in s.children[node]}
        if s.kind[node] == CHANCE:
            odds = [numbers[(s.chance[c] or ())[0]] for c in s.children[node]]
            return Chance({a: (p, n) for p, (a, n) in zip(odds, below.items(), strict=True)})
        own = s.sets[s.set_of[node]]
        return Move(own.player, own.knows, below)


def _sum(weights: Sequence[Fraction], column: Sequence[Fraction]) -> Fraction:
    return sum((w * x for w, x in zip(weights, column, strict=True)), Fraction(0))


def backward(game: StochasticGame, most: int, budget: int) -> tuple[list[Selection], set[str]]:
    """All selections of stage equilibria, up to a number.

    Parameters
    ----------
    game : StochasticGame
        With numbers and a horizon.
    most : int
        Selections that are followed at most.
    budget : int
        For each stage that is solved.

    Returns
    -------
    list of Selection
    set of str
        What was left out, if anything.
    """
    stages = _Stages(game, budget)
    zero = tuple(tuple(Fraction(0) for _ in game.players) for _ in game.states)
    selections = [Selection((), zero)]
    for _ in range(game.horizon or 0):
        longer: list[Selection] = []
        for later in selections:
            options = [stages.of(n, later.values) for n in range(len(game.states))]
            room = most - len(longer) + 1
            picked = itertools.islice(itertools.product(*options), room)
            longer.extend(_earlier(picks, later) for picks in picked)
            if len(longer) > most:
                stages.left.add(f"more than {most:,} selections of stage equilibria; the first")
                longer = longer[:most]
                break
        selections = longer
    return selections, stages.left


def _earlier(picks: Sequence[tuple[dict[int, Row], Row]], later: Selection) -> Selection:
    play: dict[int, Row] = {}
    for part, _ in picks:
        play |= part
    values = tuple(tuple(map(_short, row)) for _, row in picks)
    return Selection((play, *later.plays), values)


def _short(value: Fraction) -> Fraction:
    if value.denominator.bit_length() <= 2 * BITS:
        return value
    return Fraction(round(value * 2**BITS), 2**BITS)
