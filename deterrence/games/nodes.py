"""The nodes of a tree, nested."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Chance", "Move", "Outcome"]


@dataclass(frozen=True, eq=False)
class Move:
    """A player chooses.

    Parameters
    ----------
    player : str
        Who moves.
    knows : hashable
        What the player knows. Two nodes with the same player and the same `knows` are one
        information set.
    choices : mapping of str to node
        The actions, each with the node that it leads to.
    """

    player: str
    knows: Hashable
    choices: Mapping[str, Node]


@dataclass(frozen=True, eq=False)
class Chance:
    """Nature chooses.

    Parameters
    ----------
    choices : mapping of str to (probability, node)
        The probability is a number, a formula, or ``{player: number or formula}`` where the
        players' beliefs about chance differ.
    """

    choices: Mapping[str, tuple[Any, Node]]


@dataclass(frozen=True, eq=False)
class Outcome:
    """The end of a play.

    Parameters
    ----------
    payoffs : mapping of str to number or formula
        One for each player.
    events : iterable of str, or mapping of str to number or formula
        Names read off a solution. With weights in [0, 1], the share of this outcome that counts.
    """

    payoffs: Mapping[str, Any]
    events: Iterable[str] | Mapping[str, Any] = ()


Node = Move | Chance | Outcome
