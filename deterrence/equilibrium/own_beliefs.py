"""A block reduced for weak perfect Bayesian equilibria: each information set has its own belief.

Off the path beliefs need not hang together, so that no two sets share one, nodes that only chance
tells apart are points of their own, and what all nodes of a set share decides whether play arrives.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from deterrence.equilibrium.decomposition import Block
from deterrence.equilibrium.dominance import Dominance
from deterrence.equilibrium.reduced_block import Atom, BeliefClass, Expression, OpenSet, Reduced
from deterrence.equilibrium.reduction import Folding
from deterrence.games.structure import MOVE
from deterrence.games.tree import Game

__all__ = ["reduce_with_own_beliefs"]

Values = dict[int, dict[int, dict[int, Expression]]]


def reduce_with_own_beliefs(
    game: Game, block: Block, reach: Sequence[Sequence[Fraction]]
) -> Reduced:
    """Drop choices that no belief supports; keep the sets whose beliefs bear on others.

    Parameters
    ----------
    game : Game
    block : Block
    reach : sequence of sequence of fractions.Fraction
        By player and node, the product of chance on the way.

    Returns
    -------
    Reduced
        A set with one choice left is kept open if that choice leads to an open set of the same
        player with several nodes: from the first set on, the choice there must be best, too.
    """
    s = game.structure
    alive, dropped = Dominance(game, block).run()
    ways = {k: [_way(game, node, set(block.sets)) for node in s.sets[k].nodes] for k in block.sets}
    kept = _kept(game, alive, ways)
    settled = {k: a[0] for k, a in alive.items() if len(a) == 1 and k not in kept}
    still_open = [k for k in block.sets if k not in settled]
    fold = Folding(game, settled, set(still_open))
    mover = {k: s.players.index(s.sets[k].player) for k in block.sets}
    nodes = tuple(sorted(n for k in still_open for n in s.sets[k].nodes))
    values: Values = {
        i: {n: {a: fold.value(s.children[n][a], i) for a in alive[s.set_of[n]]} for n in nodes}
        for i in sorted({mover[k] for k in still_open})
    }
    opened: dict[int, OpenSet] = {}
    for k in still_open:
        rest = [_unsettled(way, settled) for way in ways[k]]
        opened[k] = _open_set(game, k, alive[k], rest, reach, values, len(opened))
    classes = tuple(o.belief for o in opened.values())
    return Reduced(block, settled, dropped, opened, nodes, values, classes, mover)


def _way(game: Game, node: int, inside: set[int]) -> frozenset[Atom]:
    """The moves on the way to a node, its own player's among them."""
    s, found = game.structure, set()
    while (above := s.parent[node]) >= 0:
        if s.kind[above] == MOVE and s.set_of[above] in inside:
            found.add((s.set_of[above], s.children[above].index(node)))
        node = above
    return frozenset(found)


def _kept(
    game: Game, alive: dict[int, tuple[int, ...]], ways: dict[int, list[frozenset[Atom]]]
) -> set[int]:
    """Sets with one choice left that leads to an open set of the player with several nodes."""
    sets = game.structure.sets
    return {
        before
        for k, actions in alive.items()
        if len(actions) > 1 and len(sets[k].nodes) > 1
        for before, a in ways[k][0]
        if sets[before].player == sets[k].player and alive[before] == (a,)
    }


def _unsettled(way: Iterable[Atom], settled: dict[int, int]) -> frozenset[Atom]:
    return frozenset(atom for atom in way if settled.get(atom[0]) != atom[1])


def _open_set(
    game: Game,
    k: int,
    actions: tuple[int, ...],
    ways: Sequence[frozenset[Atom]],
    reach: Sequence[Sequence[Fraction]],
    values: Values,
    index: int,
) -> OpenSet:
    s = game.structure
    own = s.sets[k]
    player = s.players.index(own.player)
    before = frozenset.intersection(*ways)
    first = reach[player][own.nodes[0]]
    belief = BeliefClass(
        index,
        tuple(way - before for way in ways),
        tuple(reach[player][node] / first for node in own.nodes),
        before,
    )
    points = tuple(((Fraction(1), node),) for node in own.nodes)
    averaged = {a: tuple(values[player][node][a] for node in own.nodes) for a in actions}
    depth = min(len(s.histories[node]) for node in own.nodes)
    return OpenSet(k, player, actions, belief, points, averaged, depth)
