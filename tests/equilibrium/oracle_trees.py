"""Games of the package as trees of the brute oracle, and the oracle's finds as labels."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

import deterrence as dt

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))

import brute_sequential as brute

Key = tuple[Any, ...]  # ("strategy" or "belief", player, knows, action or history)


class Twin:
    """A game and the oracle's tree of it."""

    def __init__(self, game: Any) -> None:
        self.game = game
        self.players = list(game.players)
        self.actions: dict[Any, list[str]] = {}
        root = self._node(game.root)
        self.tree = brute.Tree(root, len(self.players))
        self.histories: dict[Any, list[tuple[str, ...]]] = {name: [] for name in self.tree.names}
        for name, history in _moves(root, ()):
            self.histories[name].append(history)

    def _node(self, node: Any) -> Any:
        if isinstance(node, dt.Outcome):
            return ("leaf", [node.payoffs[p] for p in self.players])
        if isinstance(node, dt.Chance):
            branches = []
            for label, (odds, below) in node.choices.items():
                by_player = odds if isinstance(odds, Mapping) else dict.fromkeys(self.players, odds)
                row = tuple(by_player[p] for p in self.players)
                branches.append((row, self._node(below), label))
            return ("chance", _Pairs(branches))
        place = (node.player, node.knows)
        names = self.actions.setdefault(place, list(node.choices))
        below = [(a, self._node(node.choices[a])) for a in names]
        return ("move", self.players.index(node.player), place, below)

    def values(self, found: Any) -> dict[Key, float]:
        """An oracle's find by the keys of `Family.fixed` and `Family.free`."""
        values: dict[Key, float] = {}
        for name, row, belief in zip(self.tree.names, found.plan, found.beliefs, strict=True):
            names = self.tree.actions[self.tree.names.index(name)]
            values.update({("strategy", *name, a): p for a, p in zip(names, row, strict=True)})
            pairs = zip(self.histories[name], belief, strict=True)
            values.update({("belief", *name, h): p for h, p in pairs})
        return values

    def arrays(self, equilibrium: Any) -> tuple[Any, list[Any]]:
        """A solver's equilibrium as the oracle's plan and beliefs."""
        plan, beliefs = [], []
        for k, (player, knows) in enumerate(self.tree.names):
            row = equilibrium.strategy[player][knows]
            plan.extend(float(row[a]) for a in self.tree.actions[k])
            held = equilibrium.beliefs[player][knows]
            beliefs.append(np.array([float(held[h]) for h in self.histories[(player, knows)]]))
        return np.array(plan), beliefs


class _Pairs(list[Any]):
    """Branches as the oracle's pairs, with the labels beside them."""

    def __init__(self, branches: list[Any]) -> None:
        super().__init__((odds, below) for odds, below, _ in branches)
        self.labels = [label for _, _, label in branches]


def _moves(node: Any, history: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """The nodes at which someone moves, in the oracle's order."""
    if node[0] == "chance":
        for (_, below), label in zip(node[1], node[1].labels, strict=True):
            yield from _moves(below, (*history, label))
    elif node[0] == "move":
        yield node[2], history
        for action, below in node[3]:
            yield from _moves(below, (*history, action))
