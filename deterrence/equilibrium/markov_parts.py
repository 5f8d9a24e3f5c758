"""Parts of a stochastic game as arrays: layers of nodes, and information sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "Group", "Ints", "Layer", "Spot"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Layer:
    """The inner nodes of one height, children padded to a common number.

    Attributes
    ----------
    nodes : ndarray of int, shape (n,)
    below : ndarray of int, shape (n, most)
        Children; padded with the first child.
    real : ndarray of bool, shape (n, most)
        Where a child is one.
    chance : ndarray, shape (n, most)
        Probabilities at chance nodes, zero elsewhere.
    mover : ndarray of int, shape (n,)
        The player's place, -1 at chance nodes.
    alone : ndarray of bool, shape (n,)
        Whether the mover knows that it is here.
    actions : ndarray of int, shape (n, most)
        Places in the list of all actions of all information sets.
    """

    nodes: Ints
    below: Ints
    real: NDArray[np.bool_]
    chance: Floats
    mover: Ints
    alone: NDArray[np.bool_]
    actions: Ints

    def odds(self, play: Floats) -> Floats:
        """The probability of every child, given that of every action."""
        play = play if len(play) else np.zeros(1)  # chance nodes name action 0
        step = np.where(self.mover[:, None] < 0, self.chance, play[self.actions])
        return np.where(self.real, step, 0.0)

    def moved(self, place: Ints, actions: Ints) -> Layer | None:
        """The part whose nodes have a place, all renamed; None if there is none."""
        rows = place[self.nodes] >= 0
        if not rows.any():
            return None
        return Layer(
            place[self.nodes[rows]],
            place[self.below[rows]],
            self.real[rows],
            self.chance[rows],
            self.mover[rows],
            self.alone[rows],
            actions[self.actions[rows]],
        )


@dataclass(frozen=True)
class Spot:
    """An information set: its actions' places, and its nodes with how play gets to each.

    Attributes
    ----------
    player : int
    actions : ndarray of int
    below : ndarray of int, shape (nodes, actions)
    paths : tuple of tuple of int
        For each node the actions taken since the smallest subgame around the set.
    chance : tuple of float
        For each node the probability of the chance branches since then.
    """

    player: int
    actions: Ints
    below: Ints
    paths: tuple[tuple[int, ...], ...]
    chance: tuple[float, ...]

    def moved(self, place: Ints, actions: Ints) -> Spot:
        """The same with nodes and actions renamed."""
        paths = tuple(tuple(int(actions[a]) for a in path) for path in self.paths)
        return Spot(self.player, actions[self.actions], place[self.below], paths, self.chance)

    def weights(self, play: Floats) -> Floats:
        """How likely each node is, given that play is in that subgame."""
        odds = np.array(
            [c * np.prod(play[list(p)]) for p, c in zip(self.paths, self.chance, strict=True)]
        )
        total = odds.sum()
        return odds / total if total > 0 else np.full(len(odds), 1 / len(odds))


@dataclass(frozen=True)
class Group:
    """Information sets with the same numbers of nodes and actions, as arrays.

    Attributes
    ----------
    player : ndarray of int, shape (sets,)
    actions : ndarray of int, shape (sets, actions)
    below : ndarray of int, shape (sets, nodes, actions)
    paths : tuple of tuple of ndarray of int
        By set and node, the actions taken since the smallest subgame around the set.
    """

    player: Ints
    actions: Ints
    below: Ints
    paths: tuple[tuple[Ints, ...], ...]
