"""Payoffs by type, read off a solution as those of players who only look on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
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
    """A guarantee game with onlookers, and with two events more.

    Parameters
    ----------
    game : Game
        It begins with chance drawing both types.

    Returns
    -------
    Game
        With the players of `TYPED` added. They never move, so that equilibria are the same. The
        events are "unanswered attack", an attack met with nothing, and "force at a probe".

    Raises
    ------
    InputError
        If the game does not begin with the types.
    """
    if not isinstance(game.root, Chance) or not all(", " in k for k in game.root.choices):
        raise InputError("this game does not begin with the types of both; play the stage 'types'.")
    choices = {
        label: (odds, _Looking(label.split(", ")).node(node, ()))
        for label, (odds, node) in game.root.choices.items()
    }
    players = (*game.players, *TYPED)
    # some settings take a stake's effect away altogether, which is outside its plausible range
    ranges = {n: (min(0, low), high) for n, (low, high) in game.ranges.items()}
    return Game(players, Chance(choices), ranges=ranges, tied=game.tied)


class _Looking:
    """The tree below a draw of the types, seen by onlookers."""

    def __init__(self, types: Sequence[str]) -> None:
        self.types = types

    def node(self, node: Node, seen: tuple[str, ...]) -> Node:
        if isinstance(node, Outcome):
            return self._outcome(node, seen)
        if isinstance(node, Chance):
            return Chance({k: (odds, self.node(n, seen)) for k, (odds, n) in node.choices.items()})
        below = {label: self.node(n, (*seen, label)) for label, n in node.choices.items()}
        return Move(node.player, node.knows, below)

    def _outcome(self, node: Outcome, seen: tuple[str, ...]) -> Outcome:
        payoffs = {
            name: node.payoffs[player] if kind in self.types else 0
            for name, (player, kind) in TYPED.items()
        }
        events = node.events if isinstance(node.events, Mapping) else dict.fromkeys(node.events, 1)
        pairs = set(pairwise(seen))
        more = {
            "unanswered attack": ("attack", "nothing") in pairs,
            "force at a probe": ("probe", "force") in pairs,
        }
        return Outcome(
            {**node.payoffs, **payoffs}, {**events, **{name: 1 for name, so in more.items() if so}}
        )
