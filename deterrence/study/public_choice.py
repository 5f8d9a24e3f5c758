"""A game that begins with a public choice as one game for each action."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator

from deterrence.equilibrium.decomposition import Choice, decompose
from deterrence.errors import InputError
from deterrence.games.structure import MOVE
from deterrence.games.tree import Chance, Game, Move, Node
from deterrence.study.one_shape import one_shape

__all__ = ["columns_of"]

Names = dict[tuple[str, Hashable], int]


def columns_of(game: Game) -> tuple[str, dict[str, Game]]:
    """Who begins with a choice that all see, and the game after each action.

    Parameters
    ----------
    game : Game

    Returns
    -------
    chooser : str
        The first player where nobody begins so, or the games that follow have not one shape.
    after : dict of str to Game
        By action; the whole game as its only entry where there is no such choice. Information sets
        bear numbers instead of what is known there.
    """
    one = game.players[0], {"": game}
    if game.structure.kind[0] != MOVE or not isinstance(decompose(game.structure)[0], Choice):
        return one
    root = game.root
    assert isinstance(root, Move)
    try:
        after = {
            action: Game(game.players, _numbered(node), ranges=game.ranges, tied=game.tied)
            for action, node in root.choices.items()
        }
        one_shape(after)
    except (InputError, RecursionError):
        return one
    return root.player, after


def _numbered(node: Node) -> Node:
    return _numbered_below(node, {}, itertools.count())


def _numbered_below(node: Node, names: Names, numbers: Iterator[int]) -> Node:
    """The same with information sets by number, in the order in which they are met."""
    if isinstance(node, Move):
        key = (node.player, node.knows)
        if key not in names:
            names[key] = next(numbers)
        choices = {a: _numbered_below(n, names, numbers) for a, n in node.choices.items()}
        return Move(node.player, names[key], choices)
    if isinstance(node, Chance):
        return Chance(
            {a: (p, _numbered_below(n, names, numbers)) for a, (p, n) in node.choices.items()}
        )
    return node
