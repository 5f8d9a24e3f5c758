"""What a subdivision did, node by node, so that somebody else can check it."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BOUNDARY",
    "DOMINATED",
    "EQUILIBRIUM",
    "NOT_EQUILIBRIUM",
    "OPEN",
    "REASONS",
    "ROOT",
    "SEPARATED",
    "SPLIT",
    "UNDECIDED",
    "WEAKLY_DOMINATED",
    "Leaf",
    "Record",
    "Root",
]

SPLIT, DOMINATED, WEAKLY_DOMINATED, SEPARATED, ROOT, OPEN = range(6)
REASONS = {
    DOMINATED: "an action played is worse than another one throughout the cell",
    WEAKLY_DOMINATED: "an action played is never better than another one, and somewhere worse",
    SEPARATED: "a sum of gains that is zero at equilibrium is positive throughout the cell",
    ROOT: "the cell lies in a box with exactly one solution of the indifference conditions",
}
EQUILIBRIUM = "equilibrium"
BOUNDARY = "a probability of the support is zero"  # belongs to a smaller support
NOT_EQUILIBRIUM = "no equilibrium"
UNDECIDED = "undecided"
Floats = NDArray[np.float64]
Vector = list[Fraction]


@dataclass(frozen=True, eq=False)
class Root:
    """A solution of the indifference conditions of one support profile.

    Attributes
    ----------
    node : int
        The cell in whose coordinates the box is given.
    centre, radius : ndarray, shape (unknowns,)
        A box with exactly one solution; weights of all vertices but the first, by player.
    preconditioner : ndarray, shape (unknowns, equations)
    verdict : str
        Whether it is an equilibrium.
    profile : tuple of tuple of float
        Near it: by player, probabilities of all actions.
    error : tuple of tuple of float
        Bounds on the distance of each of these probabilities from the solution's.
    """

    node: int
    centre: Floats
    radius: Floats
    preconditioner: Floats
    verdict: str
    profile: tuple[tuple[float, ...], ...]
    error: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, eq=False)
class Leaf:
    """A box around a cell, in the cell's coordinates, with one solution: that of a root."""

    centre: Floats
    radius: Floats
    preconditioner: Floats
    root: int


@dataclass
class Record:
    """The tree of cells.

    Attributes
    ----------
    shape : tuple of int
        Numbers of actions.
    scales : tuple of int
        By player, what its gains are divided by: differences of payoffs, these being the whole
        numbers that its least common denominator makes of them.
    supports : tuple of tuple of tuple of int
        By number: the actions of every player that are played.
    parent : list of int
        Of each node; -1 for a whole support profile.
    support : list of int
        Of each node: number of the support profile.
    fate : list of int
        Of each node: one of SPLIT, DOMINATED, WEAKLY_DOMINATED, SEPARATED, ROOT, OPEN.
    detail : list of tuple of int
        SPLIT: player and the two vertices between which a middle is put, which replaces the first
        one in the first child and the second one in the second. DOMINATED and WEAKLY_DOMINATED:
        player, the worse action, the better one, both in the order of the cell: actions of the
        support first.
    side : list of int
        Of each node: 0 or 1, which child it is.
    weights : dict of int to ndarray
        Of SEPARATED nodes: the factors of the gains over the support's first action.
    leaves : dict of int to Leaf
        Of ROOT nodes.
    roots : list of Root
    """

    shape: tuple[int, ...]
    scales: tuple[int, ...]
    supports: tuple[tuple[tuple[int, ...], ...], ...]
    parent: list[int] = field(default_factory=list)
    support: list[int] = field(default_factory=list)
    side: list[int] = field(default_factory=list)
    fate: list[int] = field(default_factory=list)
    detail: list[tuple[int, int, int]] = field(default_factory=list)
    weights: dict[int, Floats] = field(default_factory=dict)
    leaves: dict[int, Leaf] = field(default_factory=dict)
    roots: list[Root] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.parent)

    def corners(self, node: int) -> list[list[Vector]]:
        """A cell's vertices by player, exactly: the support's actions, moved by the halvings."""
        path = []
        while self.parent[node] >= 0:
            path.append((*self.detail[self.parent[node]], self.side[node]))
            node = self.parent[node]
        found = [
            [[Fraction(int(a == b)) for b in range(m)] for a in played]
            for m, played in zip(self.shape, self.supports[self.support[node]], strict=True)
        ]
        for player, p, q, side in reversed(path):
            rows = found[player]
            rows[q if side else p] = [(x + y) / 2 for x, y in zip(rows[p], rows[q], strict=True)]
        return found

    def counts(self) -> dict[str, int]:
        """How many cells each reason ended."""
        number = np.bincount(np.array(self.fate, dtype=np.intp), minlength=OPEN + 1)
        return {reason: int(number[code]) for code, reason in REASONS.items() if number[code]}
