"""What the check of an assessment needs of a tree, learnt once."""

from __future__ import annotations

import itertools

from deterrence.games.structure import MOVE, Structure

__all__ = ["Shape"]

CHANCE_MOVES = -1  # moves instead of a player


class Shape:
    """What the check needs of a structure, learnt once."""

    def __init__(self, structure: Structure) -> None:
        players = {player: k for k, player in enumerate(structure.players)}
        self.owner = [players[s.player] for s in structure.sets]
        # actions are numbered through all information sets
        self.first = list(itertools.accumulate((len(s.actions) for s in structure.sets), initial=0))
        self.mover = [
            self.owner[structure.set_of[node]] if kind == MOVE else CHANCE_MOVES
            for node, kind in enumerate(structure.kind)
        ]
        self.step = [(-1, -1)] * len(structure)  # the set and the action that lead to a node
        for s in structure.sets:
            for node in s.nodes:
                for k, child in enumerate(structure.children[node]):
                    self.step[child] = (s.index, k)
        self.upwards = [node for node, below in enumerate(structure.children) if below][::-1]
        self.doubtful = [s for s in structure.sets if len(s.nodes) > 1]
        self.ways = self._ways(structure)
        self.subgames = self._subgames(structure)

    def _ways(self, structure: Structure) -> list[int]:
        """Nodes on the way to sets of several nodes, in preorder, without the root."""
        found: set[int] = set()
        for s in self.doubtful:
            for member in s.nodes:
                node = member
                while node > 0 and node not in found:
                    found.add(node)
                    node = structure.parent[node]
        return sorted(found)

    def _subgames(self, structure: Structure) -> list[tuple[int, frozenset[int]]]:
        """Nodes whose subtree no information set leaves, with the players who move there."""
        size = len(structure)
        end = list(range(1, size + 1))  # of the subtree, which preorder keeps together
        low, high = list(range(size)), list(range(size))  # of the sets that the subtree meets
        movers: list[frozenset[int]] = [frozenset()] * size
        for node in self.upwards:
            if self.mover[node] != CHANCE_MOVES:
                nodes = structure.sets[structure.set_of[node]].nodes
                low[node], high[node] = nodes[0], nodes[-1]
                movers[node] = frozenset({self.mover[node]})
            for child in structure.children[node]:
                end[node] = max(end[node], end[child])
                low[node], high[node] = min(low[node], low[child]), max(high[node], high[child])
                movers[node] |= movers[child]
        return [
            (node, movers[node])
            for node in range(size)
            if movers[node] and node == low[node] and high[node] < end[node]
        ]
