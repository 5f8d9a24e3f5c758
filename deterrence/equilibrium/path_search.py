"""Which choices can be made where play arrives: depth-first search from the root, with bounds."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from deterrence.equilibrium.path_conditions import Supports
from deterrence.equilibrium.stages import Stage
from deterrence.games.structure import CHANCE, MOVE, OUTCOME
from deterrence.games.tree import Game

__all__ = ["PathSearch"]

MARGIN = 1e-7  # on the scale from 0 to 1; what is closer is kept and decided exactly
Bounds = tuple[Sequence[float], Sequence[float]]  # least and most, by player
HOPELESS = "another action pays more, whatever the others do"


@dataclass
class PathSearch:
    """The search over one stage.

    Attributes
    ----------
    game : Game
    stage : Stage
    bounds : mapping
        What the subgames in which the stage ends may pay, by root.
    budget : int
        Branches to look at.
    excluded : dict
        How many branches each reason ended.
    finished : bool
        False if `budget` ran out.
    """

    game: Game
    stage: Stage
    bounds: Mapping[int, Bounds]
    budget: int
    visited: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    finished: bool = True

    def __post_init__(self) -> None:
        s = self.game.structure
        self.order = list(self.stage.nodes(s))
        self.players = range(len(s.players))
        place = {player: k for k, player in enumerate(s.players)}
        self.owner = [place[own.player] for own in s.sets]
        self.numbers = [float(x) for x in self.game.numbers]
        self.span = [self._span(i) for i in self.players]

    def _span(self, player: int) -> float:
        paid = [self.numbers[row[player]] for row in self.game.structure.payoffs if row is not None]
        return (max(paid) - min(paid)) or 1.0

    def supports(self) -> Iterator[dict[int, tuple[int, ...]]]:
        """Every choice of supports that the bounds leave, at the sets that play then reaches."""
        stack: list[dict[int, tuple[int, ...]]] = [{}]
        while stack:
            if self.visited >= self.budget:
                self.finished = False
                return
            self.visited += 1
            chosen = stack.pop()
            arrivals, waiting = self._reach(chosen)
            hopeless = self._hopeless(chosen, arrivals)
            if any(a in hopeless[k] for k, actions in chosen.items() for a in actions):
                self.excluded[HOPELESS] = self.excluded.get(HOPELESS, 0) + 1
                continue
            if waiting is None:
                yield chosen
                continue
            own = self.game.structure.sets[waiting]
            left = [a for a in range(len(own.actions)) if a not in hopeless[waiting]]
            options = [
                (*some,)
                for size in range(1, len(left) + 1)
                for some in itertools.combinations(left, size)
            ]
            stack.extend({**chosen, waiting: option} for option in reversed(options))

    def _reach(self, chosen: Supports) -> tuple[dict[int, list[int]], int | None]:
        """The nodes of sets that play reaches or may reach, and the first set not decided yet."""
        s, waiting = self.game.structure, None
        arrivals: dict[int, list[int]] = {}
        stack = [self.stage.root]
        while stack:
            node = stack.pop()
            if s.kind[node] == OUTCOME or node in self.bounds:
                continue
            children = s.children[node]
            if s.kind[node] == MOVE:
                k = s.set_of[node]
                arrivals.setdefault(k, []).append(node)
                if k not in chosen:
                    waiting = k if waiting is None else waiting
                    continue
                children = tuple(children[a] for a in chosen[k])
            stack.extend(reversed(children))
        return arrivals, waiting

    def _hopeless(
        self, chosen: Supports, arrivals: Mapping[int, Sequence[int]]
    ) -> dict[int, set[int]]:
        """By reached set, actions that lose to another at every node that play may reach."""
        low, high = self._values(chosen)
        s = self.game.structure
        complete = self._all_nodes(chosen, arrivals)
        found: dict[int, set[int]] = {}
        for k in arrivals:
            i = self.owner[k]
            margin = MARGIN * self.span[i]
            nodes = complete[k]
            actions = range(len(s.sets[k].actions))
            best = [[high[s.children[n][a]][i] for n in nodes] for a in actions]
            sure = [[low[s.children[n][a]][i] for n in nodes] for a in actions]
            found[k] = {
                a
                for a in actions
                for b in actions
                if a != b and all(x < y - margin for x, y in zip(best[a], sure[b], strict=True))
            }
        return found

    def _all_nodes(
        self, chosen: Supports, arrivals: Mapping[int, Sequence[int]]
    ) -> dict[int, list[int]]:
        """Nodes that play may reach once everything is decided, of the sets reached for sure."""
        s = self.game.structure
        found: dict[int, list[int]] = {k: [] for k in arrivals}
        stack = [self.stage.root]
        while stack:
            node = stack.pop()
            if s.kind[node] == OUTCOME or node in self.bounds:
                continue
            k, children = s.set_of[node], s.children[node]
            if s.kind[node] == MOVE:
                if k in found:
                    found[k].append(node)
                children = tuple(children[a] for a in chosen.get(k, range(len(children))))
            stack.extend(reversed(children))
        return found

    def _values(self, chosen: Supports) -> tuple[dict[int, list[float]], dict[int, list[float]]]:
        """By node and player: what it can make sure of, and the most it may get.

        Where play does not arrive the others may do anything. A player makes sure of its best at
        its sets of one node only, which any plan may choose freely.
        """
        s = self.game.structure
        low: dict[int, list[float]] = {}
        high: dict[int, list[float]] = {}
        for node in reversed(self.order):
            if node in self.bounds:
                low[node], high[node] = list(self.bounds[node][0]), list(self.bounds[node][1])
            elif s.kind[node] == OUTCOME:
                row = s.payoffs[node] or ()
                low[node] = high[node] = [self.numbers[k] for k in row]
            elif s.kind[node] == CHANCE:
                low[node], high[node] = self._mean(node, low), self._mean(node, high)
            else:
                self._at_move(node, chosen, low, high)
        return low, high

    def _mean(self, node: int, values: Mapping[int, Sequence[float]]) -> list[float]:
        s = self.game.structure
        rows = [(s.chance[child] or (), values[child]) for child in s.children[node]]
        return [sum(self.numbers[p[i]] * row[i] for p, row in rows) for i in self.players]

    def _at_move(
        self,
        node: int,
        chosen: Supports,
        low: dict[int, list[float]],
        high: dict[int, list[float]],
    ) -> None:
        s = self.game.structure
        k, children = s.set_of[node], s.children[node]
        own = self.owner[k]
        kept = [children[a] for a in chosen.get(k, range(len(children)))]
        low[node] = [min(low[c][i] for c in kept) for i in self.players]
        high[node] = [max(high[c][i] for c in kept) for i in self.players]
        free = [low[c][own] for c in children]
        low[node][own] = max(free) if len(s.sets[k].nodes) == 1 else min(free)
