"""Choices that are worse at every node whatever follows, so that no belief supports them."""

from __future__ import annotations

from collections.abc import Sequence

from deterrence.equilibrium.decomposition import Block
from deterrence.equilibrium.payoff_scale import normalised_payoffs
from deterrence.equilibrium.reduced_block import Atom
from deterrence.games.structure import MOVE, OUTCOME
from deterrence.games.tree import Game

__all__ = ["Dominance", "block_nodes"]

MARGIN = 1e-9  # on the normalised scale; far above the rounding of a few sums


def block_nodes(game: Game, block: Block) -> list[int]:
    """All nodes of the block in preorder."""
    s = game.structure
    nodes: list[int] = s.remember(("nodes of", block.entries), lambda: _below(game, block.entries))
    return nodes


def _below(game: Game, entries: Sequence[int]) -> list[int]:
    found, stack = [], list(entries)
    while stack:
        node = stack.pop()
        found.append(node)
        stack.extend(game.structure.children[node])
    return sorted(found)


class Dominance:
    """Iterated removal of choices that are worse at every node, with bounds in floating point.

    A choice goes only if it loses by more than the rounding error by a wide margin; a closer case
    stays and is decided exactly later.
    """

    def __init__(self, game: Game, block: Block) -> None:
        self.s = game.structure
        self.block = block
        self.nodes = block_nodes(game, block)
        self.numbers = [float(x) for x in game.numbers]
        self.normal = normalised_payoffs(game)
        self.alive = {k: list(range(len(self.s.sets[k].actions))) for k in block.sets}
        self.dropped: dict[Atom, int] = {}
        self.low: dict[int, list[float]] = {}
        self.high: dict[int, list[float]] = {}

    def run(self) -> tuple[dict[int, tuple[int, ...]], dict[Atom, int]]:
        """The choices left at each set, and what beats each one dropped."""
        while self._pass():
            pass
        return {k: tuple(a) for k, a in self.alive.items()}, self.dropped

    def _pass(self) -> bool:
        """Bounds from the leaves up, dropping on the way; whether anything was dropped."""
        s, changed = self.s, False
        for node in reversed(self.nodes):
            self._bound(node)
            k = s.set_of[node]
            # the first node in preorder is the last to be bounded
            if k >= 0 and node == s.sets[k].nodes[0] and len(self.alive[k]) > 1 and self._drop(k):
                changed = True
                for member in s.sets[k].nodes:
                    self._bound(member)
        return changed

    def _bound(self, node: int) -> None:
        s, low, high = self.s, self.low, self.high
        several = range(len(s.players))
        if s.kind[node] == OUTCOME:
            row = [self.normal[i][k] for i, k in enumerate(s.payoffs[node] or ())]
            low[node] = high[node] = row
        elif s.kind[node] == MOVE:
            children = [s.children[node][a] for a in self.alive[s.set_of[node]]]
            if len(children) == 1:
                low[node], high[node] = low[children[0]], high[children[0]]
            else:
                low[node] = [min(low[c][i] for c in children) for i in several]
                high[node] = [max(high[c][i] for c in children) for i in several]
        else:
            low[node], high[node] = [0.0] * len(s.players), [0.0] * len(s.players)
            for c in s.children[node]:
                places = s.chance[c] or ()
                for i in several:
                    p = self.numbers[places[i]]
                    low[node][i] += p * low[c][i]
                    high[node][i] += p * high[c][i]

    def _drop(self, k: int) -> bool:
        s, i = self.s, self.s.players.index(self.s.sets[k].player)
        before = len(self.alive[k])
        for a in list(self.alive[k]):
            for b in self.alive[k]:
                if a != b and all(
                    self._beats(s.children[n][b], s.children[n][a], i) for n in s.sets[k].nodes
                ):
                    self.alive[k].remove(a)
                    self.dropped[(k, a)] = b
                    break
        return len(self.alive[k]) < before

    def _beats(self, better: int, worse: int, i: int) -> bool:
        return self.low[better][i] - self.high[worse][i] > MARGIN
