"""A block at a point, reduced: choices that can never be made are dropped, never the nodes behind.

A choice is dropped when another is better at every node of the information set whatever follows,
so that no belief supports it. Beliefs may still sit behind it. What is left is a small graph of
the moves that stay open, with everything settled or random between them folded into constants.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.decomposition import Block
from deterrence.games.structure import MOVE, OUTCOME
from deterrence.games.tree import Game

__all__ = [
    "Atom",
    "BeliefClass",
    "Dominance",
    "Expression",
    "Folding",
    "OpenSet",
    "Reduced",
    "chance_reach",
    "normalised",
    "payoff_ranges",
    "payoff_scales",
    "reduce_block",
]

Atom = tuple[int, int]  # (information set, action position)
Expression = tuple[Fraction, tuple[tuple[Fraction, int], ...]]  # constant, (weight, open node)...

MARGIN = 1e-9  # on the normalised scale; far above the rounding of a few sums


@dataclass(frozen=True, eq=False)
class BeliefClass:
    """Information sets that hold the same belief in every consistent assessment.

    Nodes told apart only by chance are one *point*. Own actions and whatever all nodes of a set
    share cancel; what is left of a node's path is its monomial, a set of others' actions.

    Attributes
    ----------
    monomials : tuple of frozenset of Atom
        One for each point.
    constants : tuple of fractions.Fraction
        The points' chance weights.
    before : frozenset of Atom
        What all nodes share, where it matters whether play arrives; otherwise empty.
    """

    index: int
    monomials: tuple[frozenset[Atom], ...]
    constants: tuple[Fraction, ...]
    before: frozenset[Atom] = frozenset()


@dataclass(frozen=True, eq=False)
class OpenSet:
    """An information set with more than one choice left.

    Attributes
    ----------
    actions : tuple of int
        Positions of the choices left.
    points : tuple of tuple of (share, node)
        The nodes of each point of the belief class, shares summing to one.
    values : dict
        ``values[action][point]``: the mover's payoff as an Expression in open nodes.
    """

    index: int
    player: int
    actions: tuple[int, ...]
    belief: BeliefClass
    points: tuple[tuple[tuple[Fraction, int], ...], ...]
    values: dict[int, tuple[Expression, ...]]
    depth: int


@dataclass(frozen=True, eq=False)
class Reduced:
    """A block with its settled choices folded.

    Attributes
    ----------
    settled : dict
        The only choice left, by information set.
    dropped : dict
        ``{(set, action): the action that beats it everywhere}``.
    open : dict
        By information set.
    nodes : tuple of int
        Nodes of open sets in preorder.
    values : dict
        ``values[player][node][action]``: Expression.
    mover : dict
        The player of each information set of the block.
    polytopes, gaps, orders : dict
        Extreme points, conditions and orders of trembles found so far.
    """

    block: Block
    settled: dict[int, int]
    dropped: dict[Atom, int]
    open: dict[int, OpenSet]
    nodes: tuple[int, ...]
    values: dict[int, dict[int, dict[int, Expression]]]
    classes: tuple[BeliefClass, ...]
    mover: dict[int, int]
    polytopes: dict[Any, Any] = field(default_factory=dict)
    gaps: dict[Any, Any] = field(default_factory=dict)
    orders: dict[Any, bool] = field(default_factory=dict)
    _mentions: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def mentions(self, o: OpenSet) -> tuple[int, ...]:
        """The open sets on which the conditions at `o` depend: later ones and those before it."""
        if o.index not in self._mentions:
            found = {k for m in o.belief.monomials for k, _ in m if k in self.open}
            found |= {o.index} | self.later(
                n for c in o.values.values() for _, t in c for _, n in t
            )
            self._mentions[o.index] = tuple(sorted(found))
        return self._mentions[o.index]

    def later(self, start: Iterable[int]) -> set[int]:
        """The open sets that can be reached from open nodes, those of the nodes included."""
        stack = list(start)
        seen = set(stack)
        while stack:
            node = stack.pop()
            for values in self.values.values():
                for _, terms in values[node].values():
                    new = [n for _, n in terms if n not in seen]
                    seen.update(new)
                    stack.extend(new)
        return {self.owner[n] for n in seen}

    @functools.cached_property
    def owner(self) -> dict[int, int]:
        """The open set of each open node."""
        return {n: o.index for o in self.open.values() for point in o.points for _, n in point}


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


def payoff_ranges(game: Game) -> list[tuple[Fraction, Fraction]]:
    """By player, the least payoff and the span (1 where there is none)."""
    found = []
    for places in _payoff_places(game):
        column = [game.numbers[k] for k in places] or [Fraction(0)]
        least, most = min(column), max(column)
        found.append((least, most - least or Fraction(1)))
    return found


def payoff_scales(game: Game) -> list[float]:
    """By player, the largest payoff in absolute value (1 where all are 0)."""
    return [
        max((abs(float(game.numbers[k])) for k in places), default=0.0) or 1.0
        for places in _payoff_places(game)
    ]


def normalised_payoffs(game: Game) -> list[dict[int, float]]:
    """By player and place, payoffs on a scale from 0 to 1, so that rounding compares with 1."""
    return [
        {k: float((game.numbers[k] - least) / span) for k in places}
        for places, (least, span) in zip(_payoff_places(game), payoff_ranges(game), strict=True)
    ]


def normalised(expression: Expression, payoffs: tuple[Fraction, Fraction]) -> float:
    """The constant of an expression on that scale; its weights stay as they are."""
    least, span = payoffs
    constant, terms = expression
    mass = 1 - sum((w for w, _ in terms), Fraction(0))
    return float((constant - least * mass) / span)


def _payoff_places(game: Game) -> list[list[int]]:
    s = game.structure
    places: list[list[int]] = s.remember(
        "places of payoffs",
        lambda: [
            sorted({row[i] for row in s.payoffs if row is not None}) for i in range(len(s.players))
        ],
    )
    return places


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
