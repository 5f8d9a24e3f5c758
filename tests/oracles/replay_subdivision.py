"""A subdivision of a game's support profiles checked again, in exact arithmetic and from nothing.

Shares no code with the search: it takes the game's payoffs and the record, follows every halving
from the whole support down, and asks of every node whether what is claimed of it holds.

Cells are products of simplices. A cell lists for each player the actions in an order of its own,
those of the support first, and a vertex (a mixture of the support) for each action of the support.
Coordinates of a cell are the weights of all vertices but each player's first.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import lcm

import numpy as np
from replay_boxes import Boxes, ReplayError, demand

from deterrence.equilibrium import search_record as names

BITS = 52

__all__ = ["Replay", "ReplayError"]


class Replay(Boxes):
    """`Replay(game, record).check()` returns the enclosures of the equilibria by support."""

    def check(self):
        demand(all(scale > 0 for scale in self.record.scales), "scales are positive")
        self.check_supports()
        for node in self.children[-1]:
            self.walk(node)
        reached = {leaf.root for leaf in self.record.leaves.values()}
        demand(reached == set(range(len(self.record.roots))), "every root stands for some leaf")
        return self.check_roots()

    def check_supports(self):
        subsets = [
            [s for r in range(1, m + 1) for s in itertools.combinations(range(m), r)]
            for m in self.shape
        ]
        given = [self.record.supports[self.record.support[n]] for n in self.children[-1]]
        demand(sorted(given) == sorted(itertools.product(*subsets)), "every support once")

    # -- cells --------------------------------------------------------------------------------

    def walk(self, node):
        played = self.record.supports[self.record.support[node]]
        one = 1 << BITS
        start = [
            [[one * int(a == b) for b in range(m)] for a in s]
            for m, s in zip(self.shape, played, strict=True)
        ]
        todo = [(node, start)]
        while todo:
            node, corners = todo.pop()
            if self.record.fate[node] != names.SPLIT:
                demand(node not in self.children, "a decided cell is not halved")
                self.check_leaf(node, played, corners)
                continue
            halves = self.children.get(node, [])
            demand(sorted(self.record.side[n] for n in halves) == [0, 1], "two halves")
            player, p, q = self.record.detail[node]
            demand(p != q and min(p, q) >= 0, "an edge")
            both = [x + y for x, y in zip(corners[player][p], corners[player][q], strict=True)]
            demand(all(x % 2 == 0 for x in both), "vertices stay whole multiples")
            for half in halves:
                same = self.record.support[half] == self.record.support[node]
                demand(same, "halves have the support of the whole")
                made = [list(rows) for rows in corners]
                made[player][q if self.record.side[half] else p] = [x // 2 for x in both]
                todo.append((half, made))

    def gains(self, k, played, corners):
        """Player k's gains over its first action at the others' vertices: whole numbers.

        They have to be divided by `2 ** (BITS * (players - 1))` times its scale.
        """
        order = self.order(played, k)
        table = np.moveaxis(self.whole[k], k, 0)[order]
        table = table - table[:1]
        for other in range(len(self.shape)):
            if other != k:
                rows = np.array(corners[other], dtype=object)
                table = np.tensordot(table, rows, axes=([1], [1]))
        return table

    def check_leaf(self, node, played, corners):
        fate = self.record.fate[node]
        if fate in (names.DOMINATED, names.WEAKLY_DOMINATED):
            k, worse, better = self.record.detail[node]
            demand(worse < len(played[k]), "the worse action is played")
            table = self.gains(k, played, corners)
            rise = np.ravel(table[better] - table[worse])
            if fate == names.DOMINATED:
                demand(min(rise) > 0, f"dominated at node {node}")
            else:
                demand(self.record.parent[node] == -1, "everybody is played inside a support only")
                demand(min(rise) >= 0 and max(rise) > 0, f"weakly dominated at node {node}")
        elif fate == names.SEPARATED:
            self.check_separated(node, played, corners)
        elif fate == names.ROOT:
            self.check_box(node)
        else:
            raise ReplayError(f"node {node} is open")

    def check_separated(self, node, played, corners):
        weights = [Fraction(float(x)) for x in self.record.weights[node]]
        unit = lcm(*(w.denominator for w in weights))
        common = lcm(*self.record.scales)
        total, place = 0, 0
        for k, m in enumerate(self.shape):
            table = self.gains(k, played, corners)
            for n in range(1, m):
                w = weights[place]
                place += 1
                demand(n < len(played[k]) or w >= 0, "nobody gains by an action not played")
                factor = int(w * unit) * (common // self.record.scales[k])
                total = total + np.expand_dims(np.asarray(table[n] * factor, dtype=object), k)
        demand(place == len(weights), "a weight for every gain")
        demand(np.min(total) > 0, f"separated at node {node}")
