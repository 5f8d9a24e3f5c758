"""What each action pays, given that its information set is reached, from log probabilities.

Everything is in logarithms, and beliefs see only how the ways to a set's nodes differ, so that
probabilities far below the smallest float give the right beliefs still.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from deterrence.games.strategic import StrategicGame
from deterrence.games.structure import CHANCE, MOVE, OUTCOME
from deterrence.games.tree import Game

__all__ = ["Floats", "Places", "StrategicValues", "TreeValues", "Values", "dense", "log_of"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
DENSE = 120  # actions, up to which sparse arrays would cost more than they spare


class Values(Protocol):
    """Conditional payoffs of actions, numbered through all sets where there is a choice."""

    def payoffs(self, logs: Floats) -> Floats:
        """By action; `logs` are log probabilities by action."""

    def slopes(self, logs: Floats) -> tuple[Floats, Any]:
        """The payoffs, and their derivatives by log probability (action by action).

        An array, or a sparse one where the game is large and few choices depend on each other.
        """


def dense(slope: Any) -> Floats:
    """Slopes as an array."""
    return slope if isinstance(slope, np.ndarray) else np.asarray(slope.toarray())


def log_of(p: Fraction) -> float:
    """The logarithm of a positive rational, however small."""
    return math.log(p.numerator) - math.log(p.denominator)


class TreeValues:
    """Conditional payoffs in a tree.

    Parameters
    ----------
    game : Game
        With numbers.
    first : sequence of int
        By information set, the number of its first action; -1 where there is no choice.
    payoffs : sequence of mapping of int to float
        By player, the payoff at each outcome, in the units wanted.
    """

    def __init__(
        self, game: Game, first: Sequence[int], payoffs: Sequence[dict[int, float]]
    ) -> None:
        self.width = sum(len(s.actions) for s in game.structure.sets if first[s.index] >= 0)
        ways = _Ways(game, first)
        self._set_nodes(game, first, ways)
        self._set_plays(game, ways, payoffs)
        self._set_scatter()

    def _set_nodes(self, game: Game, first: Sequence[int], ways: _Ways) -> None:
        """Nodes where there is a choice, set by set, and what leads to each but not to all."""
        players = {p: i for i, p in enumerate(game.players)}
        self.nodes: list[int] = []
        starts, chance = [], []
        above: list[list[int]] = []
        for s in game.structure.sets:
            if first[s.index] < 0:
                continue
            starts.append(len(self.nodes))
            shared = set(ways.moves[s.nodes[0]]).intersection(*(ways.moves[n] for n in s.nodes))
            for n in s.nodes:
                self.nodes.append(n)
                above.append([a for a in ways.moves[n] if a not in shared])
                chance.append(ways.chance[players[s.player]][n])
        self.starts = np.array(starts, dtype=np.intp)
        self.set_of_node = _lengths(starts, len(self.nodes))
        self.chance = np.array(chance)
        self.above = _Lists(above)

    def _set_plays(self, game: Game, ways: _Ways, payoffs: Sequence[dict[int, float]]) -> None:
        """One row for every outcome and every choice on the way to it."""
        s, slot = game.structure, {n: k for k, n in enumerate(self.nodes)}
        players = {p: i for i, p in enumerate(game.players)}
        edges: dict[tuple[int, int], int] = {}
        edge_of: list[int] = []
        worth: list[float] = []
        below: list[list[int]] = []
        for node, kind in enumerate(s.kind):
            if kind != OUTCOME:
                continue
            for depth, (mover, action) in enumerate(ways.choices[node]):
                i = players[s.sets[s.set_of[mover]].player]
                pay = payoffs[i][node]
                edge_of.append(edges.setdefault((slot[mover], action), len(edges)))
                if pay:
                    pay *= math.exp(ways.chance[i][node] - ways.chance[i][mover])
                worth.append(pay)
                below.append([a for _, a in ways.choices[node][depth + 1 :]])
        self.edge_of = np.array(edge_of, dtype=np.intp)
        self.worth = np.array(worth)
        self.below = _Lists(below)
        self.edge_node = np.array([n for n, _ in edges], dtype=np.intp)
        self.edge_action = np.array([a for _, a in edges], dtype=np.intp)

    def _set_scatter(self) -> None:
        """Where each product goes in the matrix of slopes."""
        action = self.edge_action[self.edge_of]
        self.into_below = action[self.below.row] * self.width + self.below.item
        spread = [
            (e, self.edge_action[e] * self.width + b)
            for e, n in enumerate(self.edge_node.tolist())
            for b in self.above.lists[n]
        ]
        self.above_edge = np.array([e for e, _ in spread], dtype=np.intp)
        into_above = np.array([place for _, place in spread], dtype=np.intp)
        every = np.concatenate([self.into_below, into_above])
        if self.width <= DENSE:
            self.into, self.pattern = every, None
        else:
            used, self.into = np.unique(every, return_inverse=True)
            ends = np.searchsorted(used, self.width * np.arange(self.width + 1))
            self.pattern = (used % self.width, ends)

    def shares(self, logs: Floats) -> Floats:
        """Beliefs: each node's share of its set, in the order of `nodes`."""
        reach = self.above.sums(logs) + self.chance
        top = np.maximum.reduceat(reach, self.starts)
        raw = np.exp(reach - top[self.set_of_node])
        return np.asarray(raw / np.add.reduceat(raw, self.starts)[self.set_of_node])

    def _plays(self, logs: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        share = self.shares(logs)
        play = np.exp(self.below.sums(logs)) * self.worth
        edge = _counted(self.edge_of, play, len(self.edge_node)) * share[self.edge_node]
        return share, play, edge, _counted(self.edge_action, edge, self.width)

    def payoffs(self, logs: Floats) -> Floats:
        """Expected payoffs by action."""
        return self._plays(logs)[3]

    def slopes(self, logs: Floats) -> tuple[Floats, Any]:
        """The payoffs, and their derivatives by log probability (action by action)."""
        share, play, edge, values = self._plays(logs)
        later = (share[self.edge_node[self.edge_of]] * play)[self.below.row]
        tilt = edge - values[self.edge_action] * share[self.edge_node]
        weights = np.concatenate([later, tilt[self.above_edge]])
        square = (self.width, self.width)
        if self.pattern is None:
            return values, _counted(self.into, weights, self.width**2).reshape(square)
        items, ends = self.pattern
        data = _counted(self.into, weights, len(items))
        return values, sparse.csr_array((data, items, ends), square)


class _Ways:
    """By node: the choices on the way, and how likely each player thinks chance there."""

    def __init__(self, game: Game, first: Sequence[int]) -> None:
        s, numbers = game.structure, game.numbers
        size = len(s)
        self.choices: list[tuple[tuple[int, int], ...]] = [()] * size  # (node, action)
        self.chance = [[0.0] * size for _ in s.players]
        logs: dict[int, float] = {}
        for node in range(size):
            k = s.set_of[node]
            for a, child in enumerate(s.children[node]):
                self.choices[child] = self.choices[node]
                if s.kind[node] == MOVE and first[k] >= 0:
                    self.choices[child] += ((node, first[k] + a),)
                for i, row in enumerate(self.chance):
                    row[child] = row[node]
                    if s.kind[node] == CHANCE:
                        place = (s.chance[child] or ())[i]
                        if place not in logs:
                            logs[place] = log_of(numbers[place])
                        row[child] += logs[place]
        self.moves = [tuple(a for _, a in way) for way in self.choices]


class _Lists:
    """Lists of actions as flat arrays, to be summed over at once."""

    def __init__(self, lists: list[list[int]]) -> None:
        self.lists = lists
        self.row = np.repeat(np.arange(len(lists)), [len(one) for one in lists])
        self.item = np.array(list(itertools.chain.from_iterable(lists)), dtype=np.intp)

    def sums(self, logs: Floats) -> Floats:
        return _counted(self.row, logs[self.item], len(self.lists))


def _counted(places: Places, weights: Floats, size: int) -> Floats:
    """The sum of the weights that go to each place."""
    return np.asarray(np.bincount(places, weights, size), dtype=np.float64)


def _lengths(starts: Sequence[int], size: int) -> Places:
    return np.repeat(np.arange(len(starts)), np.diff([*starts, size]))


class StrategicValues:
    """Payoffs in a strategic game against the mixtures of the others.

    Parameters
    ----------
    game : StrategicGame
    payoffs : sequence of ndarray
        By player, one axis for each player, in the units wanted.
    """

    def __init__(self, game: StrategicGame, payoffs: Sequence[Floats]) -> None:
        self.players = [i for i, n in enumerate(game.shape) if n > 1]
        idle = tuple(0 if n == 1 else slice(None) for n in game.shape)
        self.tables = [payoffs[i][idle] for i in self.players]
        everyone = range(len(self.tables))
        self.first = [np.moveaxis(self.tables[i], i, 0) for i in everyone]
        self.pairs = {
            (i, j): np.moveaxis(self.tables[i], (i, j), (0, 1))
            for i, j in itertools.permutations(everyone, 2)
        }
        sizes = [game.shape[i] for i in self.players]
        ends = np.cumsum([0, *sizes])
        self.blocks = [slice(int(a), int(b)) for a, b in itertools.pairwise(ends)]
        self.width = int(ends[-1])

    def payoffs(self, logs: Floats) -> Floats:
        """Expected payoffs by action."""
        p = np.exp(logs)
        mixtures = [p[b] for b in self.blocks]
        found = [_against(self.first[i], mixtures, (i,)) for i in range(len(mixtures))]
        return np.concatenate(found) if found else np.zeros(0)

    def slopes(self, logs: Floats) -> tuple[Floats, Floats]:
        """The payoffs, and their derivatives by log probability (action by action)."""
        p = np.exp(logs)
        mixtures = [p[b] for b in self.blocks]
        slope = np.zeros((self.width, self.width))
        for (i, j), table in self.pairs.items():
            against = _against(table, mixtures, (i, j))
            slope[self.blocks[i], self.blocks[j]] = against * mixtures[j]
        return self.payoffs(logs), slope


def _against(table: Any, mixtures: Sequence[Any], free: tuple[int, ...]) -> Any:
    """The table averaged over everybody not in `free`, whose axes come first."""
    for k in reversed(range(len(mixtures))):
        if k not in free:
            table = table @ mixtures[k]
    return table
