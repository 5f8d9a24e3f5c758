"""Which signs matter at ambiguous chance moves, and which of them are settled beforehand.

What a node can be worth to a player is bounded over everything that may be played below. An action
that is worse than another at every node of its information set, whatever is played afterwards, is
never chosen by a sequentially rational player, whatever it believes; without it the bounds tighten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from deterrence.equilibrium.ambiguous_moves import AmbiguousMove, inside
from deterrence.games.structure import MOVE, OUTCOME
from deterrence.games.tree import Game

__all__ = ["Pair", "Settling", "relevant_moves", "straddled_sets"]

Pair = tuple[str, Hashable]  # a player and a group of moves
Bounds = tuple[Fraction, Fraction]


def relevant_moves(
    game: Game, moves: Sequence[AmbiguousMove]
) -> dict[Pair, tuple[AmbiguousMove, ...]]:
    """By player and group: the moves whose probability may bear on one of the player's choices.

    It may where the player chooses above the move, or where its belief at an information set
    depends on it; then what lies below the move matters as well, since it bears on which branch
    is worse. Elsewhere the probability changes nothing but the player's own payoff.
    """
    s = game.structure
    found: dict[Pair, set[int]] = {}
    for m in moves:
        for player in _above(game, m.node):
            found.setdefault((player, m.group), set()).add(m.node)
    for k, group, nodes in _believed(game, moves):
        player = s.sets[k].player
        found.setdefault((player, group), set()).update(nodes)
        for m in moves:
            if any(m.node in inside(s, n) for n in nodes):
                found.setdefault((player, m.group), set()).add(m.node)
    of_node = {m.node: m for m in moves}
    return {pair: tuple(of_node[n] for n in sorted(nodes)) for pair, nodes in found.items()}


def _above(game: Game, node: int) -> set[str]:
    s, found = game.structure, set()
    while (node := s.parent[node]) >= 0:
        if s.kind[node] == MOVE:
            found.add(s.sets[s.set_of[node]].player)
    return found


def straddled_sets(game: Game, moves: Sequence[AmbiguousMove]) -> list[tuple[str, Hashable]]:
    """Information sets at which what a player believes depends on an ambiguous probability."""
    s = game.structure
    places = {k for k, _, _ in _believed(game, moves)}
    return [(s.sets[k].player, s.sets[k].knows) for k in sorted(places)]


def _believed(
    game: Game, moves: Sequence[AmbiguousMove]
) -> Iterator[tuple[int, Hashable, set[int]]]:
    """Information sets, groups that their beliefs depend on, and the moves through which.

    What all nodes of a set share cancels: the same branch of moves of one group with one interval.
    """
    s = game.structure
    taken = {m.first: (m, 0) for m in moves} | {m.second: (m, 1) for m in moves}
    for own in s.sets:
        if len(own.nodes) == 1:
            continue
        ways = [[taken[n] for n in _way(game, node) if n in taken] for node in own.nodes]
        for group in dict.fromkeys(m.group for way in ways for m, _ in way):
            counts = [
                Counter((m.middle, m.half_width, k) for m, k in way if m.group == group)
                for way in ways
            ]
            if any(count != counts[0] for count in counts):
                yield own.index, group, {m.node for way in ways for m, _ in way if m.group == group}


def _way(game: Game, node: int) -> list[int]:
    found = []
    while node >= 0:
        found.append(node)
        node = game.structure.parent[node]
    return found


@dataclass(eq=False)
class Settling:
    """Bounds on what nodes are worth, and the signs that follow from them.

    Attributes
    ----------
    game : Game
        With numbers and common chance probabilities.
    moves : sequence of AmbiguousMove
    attitudes : mapping of str to fractions.Fraction
    relevant : mapping of pair to moves
    signs : dict of pair to int
        What is settled; `run` adds to it.
    """

    game: Game
    moves: Sequence[AmbiguousMove]
    attitudes: Mapping[str, Fraction]
    relevant: Mapping[Pair, Sequence[AmbiguousMove]]
    signs: dict[Pair, int] = field(default_factory=dict)

    def run(self) -> dict[Pair, int]:
        """Signs that hold whatever is played, found in turn with actions that are never chosen."""
        s = self.game.structure
        alive = {own.index: set(range(len(own.actions))) for own in s.sets}
        while True:
            bounds = self._bounds(alive)
            if not (self._drop(alive, bounds) or self._settle(bounds)):
                return self.signs

    def _bounds(self, alive: Mapping[int, set[int]]) -> list[list[Bounds]]:
        """By node and player."""
        s, numbers = self.game.structure, self.game.numbers
        of_move = {m.node: m for m in self.moves}
        found: list[list[Bounds]] = [[] for _ in range(len(s))]
        for node in range(len(s) - 1, -1, -1):
            children = s.children[node]
            if s.kind[node] == OUTCOME:
                found[node] = [(numbers[k], numbers[k]) for k in s.payoffs[node] or ()]
            elif s.kind[node] == MOVE:
                rows = [found[children[a]] for a in sorted(alive[s.set_of[node]])]
                found[node] = [
                    (min(low for low, _ in column), max(high for _, high in column))
                    for column in zip(*rows, strict=True)
                ]
            elif node in of_move:
                move = of_move[node]
                pairs = zip(s.players, found[move.first], found[move.second], strict=True)
                found[node] = [self._ambiguous(move, p, one, two) for p, one, two in pairs]
            else:
                shares = [numbers[(s.chance[c] or ())[0]] for c in children]
                columns = zip(*(found[c] for c in children), strict=True)
                found[node] = [_mixed(shares, column) for column in columns]
        return found

    def _ambiguous(self, move: AmbiguousMove, player: str, one: Bounds, two: Bounds) -> Bounds:
        sign = self.signs.get((player, move.group))
        odds = [
            move.weighed(self.attitudes[player], k) for k in ((1, -1) if sign is None else (sign,))
        ]
        return (
            min(q * one[0] + (1 - q) * two[0] for q in odds),
            max(q * one[1] + (1 - q) * two[1] for q in odds),
        )

    def _drop(self, alive: dict[int, set[int]], bounds: Sequence[Sequence[Bounds]]) -> bool:
        s, dropped = self.game.structure, False
        for own in s.sets:
            i, actions = s.players.index(own.player), alive[own.index]
            worse = {
                a
                for a in actions
                if any(
                    all(
                        bounds[s.children[n][a]][i][1] < bounds[s.children[n][b]][i][0]
                        for n in own.nodes
                    )
                    for b in actions - {a}
                )
            }
            actions -= worse
            dropped = dropped or bool(worse)
        return dropped

    def _settle(self, bounds: Sequence[Sequence[Bounds]]) -> bool:
        """Fix the signs that are the same at all moves of a group, whatever is played."""
        players, fixed = self.game.structure.players, False
        for pair, moves in self.relevant.items():
            if pair in self.signs:
                continue
            i = players.index(pair[0])
            gaps = [
                (
                    bounds[m.first][i][0] - bounds[m.second][i][1],
                    bounds[m.first][i][1] - bounds[m.second][i][0],
                )
                for m in moves
            ]
            if all(low >= 0 for low, _ in gaps):
                self.signs[pair] = 1
            elif all(high <= 0 for _, high in gaps):
                self.signs[pair] = -1
            fixed = fixed or pair in self.signs
        return fixed


def _mixed(shares: Sequence[Fraction], bounds: Sequence[Bounds]) -> Bounds:
    """Bounds on a mixture of what lies between bounds."""
    pairs = list(zip(shares, bounds, strict=True))
    low = sum((q * least for q, (least, _) in pairs), Fraction(0))
    return low, sum((q * most for q, (_, most) in pairs), Fraction(0))
