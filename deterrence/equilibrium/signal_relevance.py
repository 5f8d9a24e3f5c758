"""Whether the sender's type matters to anybody who moves after an action."""

from __future__ import annotations

from deterrence.equilibrium.signal_shape import Signal
from deterrence.games.structure import CHANCE, MOVE
from deterrence.games.tree import Game

__all__ = ["nobody_minds"]


def nobody_minds(game: Game, signal: Signal, action: str) -> bool:
    """Whether what follows an action is the same for all who move there, whatever the type.

    Then it is a game of its own, played alike at every belief: the same moves, what movers know,
    chance and payoffs of those who move behind each type; the sender has no further move.
    """
    s = game.structure
    roots = [
        [s.children[node][s.sets[k].actions.index(action)] for node in s.sets[k].nodes]
        for k in signal.sets
    ]
    if len({len(row) for row in roots}) > 1:
        return False
    if any(len(set(rows)) > 1 for rows in signal.weights.values()):
        return False
    pairs = list(zip(*roots, strict=True))
    movers: set[int] = set()
    for pair in pairs:
        if not _alike_above(game, pair, movers):
            return False
    return all(_paid_alike(game, pair, movers) for pair in pairs)


def _alike_above(game: Game, pair: tuple[int, ...], movers: set[int]) -> bool:
    """Whether two subtrees have the same shape, information sets and chance; who moves is added."""
    s, numbers = game.structure, game.numbers
    stack = [pair]
    while stack:
        one, two = stack.pop()
        alike = s.kind[one] == s.kind[two] and s.set_of[one] == s.set_of[two]
        if not alike or len(s.children[one]) != len(s.children[two]):
            return False
        if s.kind[one] == MOVE:
            movers.add(s.players.index(s.sets[s.set_of[one]].player))
        for a, b in zip(s.children[one], s.children[two], strict=True):
            if s.kind[one] == CHANCE:
                odds = [[numbers[k] for k in s.chance[node] or ()] for node in (a, b)]
                if odds[0] != odds[1]:
                    return False
            stack.append((a, b))
    return True


def _paid_alike(game: Game, pair: tuple[int, ...], movers: set[int]) -> bool:
    """Whether those who move get the same at the ends of two subtrees of one shape."""
    s, numbers = game.structure, game.numbers
    stack = [pair]
    while stack:
        one, two = stack.pop()
        here, there = s.payoffs[one] or (), s.payoffs[two] or ()
        if here and any(numbers[here[i]] != numbers[there[i]] for i in movers):
            return False
        stack.extend(zip(s.children[one], s.children[two], strict=True))
    return True
