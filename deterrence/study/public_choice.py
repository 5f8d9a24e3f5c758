"""A game that begins with a public choice as one game for each action."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator

from deterrence.equilibrium.decomposition import Choice, decompose
from deterrence.errors import InputError
from deterrence.games.nodes import Chance, Move, Node
from deterrence.games.structure import InformationSet
from deterrence.games.tree import Game
from deterrence.study.one_shape import one_shape

__all__ = ["columns_of"]

Names = dict[tuple[str, Hashable], int]


def columns_of(game: Game) -> tuple[str, dict[str, Game]]:
    """Who begins with a choice that all see, and the game after each action.

    Chance may move before, as long as who chooses has seen nothing of it.

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
    first, *others = decompose(game.structure)
    if others or not isinstance(first, Choice):
        return one
    own = game.structure.sets[first.set]
    try:
        after = {action: _after(game, own, action) for action in own.actions}
        one_shape(after)
    except (InputError, RecursionError):
        return one
    return own.player, after


def _after(game: Game, own: InformationSet, action: str) -> Game:
    """The game in which an action was taken at an information set."""
    return Game(
        game.players, _numbered(_taken(game.root, own, action)), ranges=game.ranges, tied=game.tied
    )


def _taken(node: Node, own: InformationSet, action: str) -> Node:
    """The tree with the nodes that follow an action in place of its own; only chance is above."""
    if isinstance(node, Chance):
        return Chance({a: (p, _taken(n, own, action)) for a, (p, n) in node.choices.items()})
    assert isinstance(node, Move)
    assert (node.player, node.knows) == (own.player, own.knows)
    return node.choices[action]


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
