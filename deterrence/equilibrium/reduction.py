"""A block at a point, reduced: choices that can never be made are dropped, never the nodes behind.

A choice is dropped when another is better at every node of the information set whatever follows,
so that no belief supports it. Beliefs may still sit behind it. What is left is a small graph of
the moves that stay open, with everything settled or random between them folded into constants.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from deterrence.equilibrium.decomposition import Block
from deterrence.equilibrium.dominance import Dominance
from deterrence.equilibrium.reduced_block import Atom, BeliefClass, Expression, OpenSet, Reduced
from deterrence.games.structure import MOVE, OUTCOME
from deterrence.games.tree import Game

__all__ = ["Folding", "chance_reach", "reduce_block"]


def chance_reach(game: Game) -> list[list[Fraction]]:
    """By player, each node's probability if all moves led to it: the product of chance."""
    s, numbers = game.structure, game.numbers
    found: list[list[Fraction]] = []
    columns: dict[int, list[Fraction]] = {}
    for player in range(len(s.players)):
        if player and s.symmetric_chance:
            found.append(found[0])
            continue
        reach = [Fraction(1)] * len(s)
        for node in range(1, len(s)):
            places = s.chance[node]
            above = reach[s.parent[node]]
            reach[node] = above if places is None else above * numbers[places[player]]
        columns[player] = reach
        found.append(reach)
    return found


def reduce_block(game: Game, block: Block, reach: Sequence[Sequence[Fraction]]) -> Reduced:
    """Drop hopeless choices and fold what is settled."""
    alive, dropped = Dominance(game, block).run()
    settled = {k: actions[0] for k, actions in alive.items() if len(actions) == 1}
    still_open = [k for k in block.sets if k not in settled]
    fold = Folding(game, settled, set(still_open))
    s = game.structure
    movers = sorted({s.players.index(s.sets[k].player) for k in still_open})
    nodes = tuple(sorted(n for k in still_open for n in s.sets[k].nodes))
    values: dict[int, dict[int, dict[int, Expression]]] = {
        i: {n: {a: fold.value(s.children[n][a], i) for a in alive[s.set_of[n]]} for n in nodes}
        for i in movers
    }
    classes: dict[object, BeliefClass] = {}
    opened = {}
    for k in still_open:
        opened[k] = _open_set(game, k, alive[k], settled, reach, values, classes, set(block.sets))
    mover = {k: s.players.index(s.sets[k].player) for k in block.sets}
    return Reduced(block, settled, dropped, opened, nodes, values, tuple(classes.values()), mover)


class Folding:
    """Payoffs below a node as a constant and weights of the open nodes that come next."""

    def __init__(self, game: Game, settled: dict[int, int], open_sets: set[int]) -> None:
        self.game, self.settled, self.open = game, settled, open_sets
        self.memo: dict[tuple[int, int], Expression] = {}

    def value(self, node: int, player: int) -> Expression:
        """What a player gets from a node on."""
        found = self.memo.get((node, player))
        if found is None:
            found = self.memo[(node, player)] = self._value(node, player)
        return found

    def _value(self, node: int, player: int) -> Expression:
        s, numbers = self.game.structure, self.game.numbers
        kind = s.kind[node]
        while kind == MOVE:
            k = s.set_of[node]
            if k in self.open:
                return Fraction(0), ((Fraction(1), node),)
            node = s.children[node][self.settled[k]]
            kind = s.kind[node]
        if kind == OUTCOME:
            return numbers[(s.payoffs[node] or ())[player]], ()
        constant = Fraction(0)
        terms: list[tuple[Fraction, int]] = []
        for c in s.children[node]:
            p = numbers[(s.chance[c] or ())[player]]
            inner, more = self.value(c, player)
            constant += p * inner
            terms.extend((p * w, n) for w, n in more)
        return constant, tuple(terms)


def _open_set(
    game: Game,
    k: int,
    actions: tuple[int, ...],
    settled: dict[int, int],
    reach: Sequence[Sequence[Fraction]],
    values: dict[int, dict[int, dict[int, Expression]]],
    classes: dict[object, BeliefClass],
    block_sets: set[int],
) -> OpenSet:
    s = game.structure
    own = s.sets[k]
    player = s.players.index(own.player)
    paths = s.remember(("paths", k, frozenset(block_sets)), lambda: _paths(game, k, block_sets))
    grouped: dict[frozenset[Atom], list[int]] = {}
    for node, path in zip(own.nodes, paths, strict=True):
        monomial = frozenset(atom for atom in path if settled.get(atom[0]) != atom[1])
        grouped.setdefault(monomial, []).append(node)
    common = frozenset.intersection(*grouped)
    order = sorted(grouped, key=lambda m: sorted(m))
    weights = [sum((reach[player][n] for n in grouped[m]), Fraction(0)) for m in order]
    constants = tuple(w / weights[0] for w in weights)
    monomials = tuple(m - common for m in order)
    key = (monomials, constants)
    belief = classes.setdefault(key, BeliefClass(len(classes), monomials, constants))
    points = tuple(
        tuple((reach[player][n] / w, n) for n in grouped[m])
        for m, w in zip(order, weights, strict=True)
    )
    averaged = {a: tuple(_average(values[player], point, a) for point in points) for a in actions}
    depth = min(len(s.histories[n]) for n in own.nodes)
    return OpenSet(k, player, actions, belief, points, averaged, depth)


def _paths(game: Game, k: int, block_sets: set[int]) -> list[frozenset[Atom]]:
    """For each node of a set: the others' (set, action) pairs on its path inside the block."""
    s = game.structure
    player = s.sets[k].player
    found = []
    for node in s.sets[k].nodes:
        path = set()
        while s.parent[node] >= 0:
            above = s.parent[node]
            index = s.set_of[above]
            if s.kind[above] == MOVE and index in block_sets and s.sets[index].player != player:
                path.add((index, s.children[above].index(node)))
            node = above
        found.append(frozenset(path))
    return found


def _average(
    values: dict[int, dict[int, Expression]], point: Sequence[tuple[Fraction, int]], action: int
) -> Expression:
    constant = Fraction(0)
    terms: list[tuple[Fraction, int]] = []
    for share, node in point:
        inner, more = values[node][action]
        constant += share * inner
        terms.extend((share * w, n) for w, n in more)
    return constant, tuple(terms)
