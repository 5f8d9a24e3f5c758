"""Payoffs by type, read off a solution as those of players who only look on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sympy import Symbol

from deterrence.errors import InputError
from deterrence.games.tree import Chance, Game, Move, Node, Outcome

__all__ = ["TYPED", "by_type", "prior_of"]

# onlooker: whose payoff it gets, where this is that player's type
TYPED = {
    "Guarantor, resolved": ("Guarantor", "resolved"),
    "Guarantor, irresolute": ("Guarantor", "irresolute"),
    "Russia, revisionist": ("Russia", "revisionist"),
    "Russia, security": ("Russia", "security"),
}


def prior_of(onlooker: str) -> Any:
    """The probability of an onlooker's type: its payoff divided by this is the type's own."""
    phi, rho = Symbol("phi"), Symbol("rho")
    kind = TYPED[onlooker][1]
    return {
        "resolved": phi,
        "irresolute": 1 - phi,
        "revisionist": rho,
        "security": 1 - rho,
    }[kind]


def by_type(game: Game) -> Game:
    """A guarantee game with onlookers.

    Parameters
    ----------
    game : Game
        It begins with chance drawing both types.

    Returns
    -------
    Game
        With the players of `TYPED` added. They never move, so that equilibria are the same.

    Raises
    ------
    InputError
        If the game does not begin with the types.
    """
    if not isinstance(game.root, Chance) or not all(", " in k for k in game.root.choices):
        raise InputError("this game does not begin with the types of both; play the stage 'types'.")
    choices = {
        label: (odds, _seen(node, label.split(", ")))
        for label, (odds, node) in game.root.choices.items()
    }
    players = (*game.players, *TYPED)
    return Game(players, Chance(choices), ranges=game.ranges, tied=game.tied)


def _seen(node: Node, types: Sequence[str]) -> Node:
    if isinstance(node, Outcome):
        return Outcome({**node.payoffs, **_onlookers(node.payoffs, types)}, node.events)
    if isinstance(node, Chance):
        return Chance({k: (odds, _seen(n, types)) for k, (odds, n) in node.choices.items()})
    below = {label: _seen(n, types) for label, n in node.choices.items()}
    return Move(node.player, node.knows, below)


def _onlookers(payoffs: Mapping[str, Any], types: Sequence[str]) -> dict[str, Any]:
    return {name: payoffs[player] if kind in types else 0 for name, (player, kind) in TYPED.items()}
