"""Two events more that claims ask about: what met a probe, and what met an attack."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from deterrence.games.nodes import Chance, Move, Node, Outcome
from deterrence.games.tree import Game

__all__ = ["with_answers"]


def with_answers(game: Game) -> Game:
    """A guarantee game with the events "unanswered attack" and "force at a probe".

    Parameters
    ----------
    game : Game

    Returns
    -------
    Game
        Otherwise the same. Its ranges begin at 0: to take a stake's effect away altogether may be
        outside its plausible range.
    """
    ranges = {n: (min(0, low), high) for n, (low, high) in game.ranges.items()}
    return Game(game.players, _answered(game.root, ()), ranges=ranges, tied=game.tied)


def _answered(node: Node, seen: tuple[str, ...]) -> Node:
    if isinstance(node, Outcome):
        return _outcome(node, seen)
    if isinstance(node, Chance):
        return Chance({k: (odds, _answered(n, seen)) for k, (odds, n) in node.choices.items()})
    below = {label: _answered(n, (*seen, label)) for label, n in node.choices.items()}
    return Move(node.player, node.knows, below)


def _outcome(node: Outcome, seen: tuple[str, ...]) -> Outcome:
    """`seen` holds the actions only, so that an answer follows what it answers."""
    events = node.events if isinstance(node.events, Mapping) else dict.fromkeys(node.events, 1)
    pairs = set(pairwise(seen))
    more = {
        "unanswered attack": ("attack", "nothing") in pairs,
        "force at a probe": ("probe", "force") in pairs,
    }
    return Outcome(node.payoffs, {**events, **{name: 1 for name, so in more.items() if so}})
