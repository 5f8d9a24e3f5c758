"""A public choice between continuations that may be equally good, too large to solve as one.

Above independent continuations the set is the graph of the best choice over the product of their
sets: for each tuple of families and each support of the choice it holds the points at which the
continuations of the support are worth the same and no other is worth more. Whether there are any
follows from the ranges of the continuations' values alone, which are intervals. Since the best
choices are convex and upper hemicontinuous in the continuation, ties join nothing and cut nothing:
the components are the tuples of the continuations' components.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.blocks import SolvedBlock
from deterrence.equilibrium.decomposition import Block, Choice, End
from deterrence.equilibrium.plays import Location
from deterrence.equilibrium.values import Values
from deterrence.games.tree import Game

__all__ = ["TiedChoice", "is_flat"]

Interval = tuple[Fraction, Fraction]


def is_flat(choice: Choice) -> bool:
    """Whether after each action come outcomes and at most one block."""
    return all(
        all(isinstance(p, (End, Block)) for p in parts)
        and sum(isinstance(p, Block) for p in parts) <= 1
        for parts in choice.parts
    )


@dataclass(eq=False)
class TiedChoice:
    """One such choice.

    Attributes
    ----------
    choice : Choice
    blocks : list of (int or None)
        By action, the place of the block that follows, among all blocks of the game.
    """

    game: Game
    choice: Choice
    all_blocks: Sequence[SolvedBlock]
    blocks: list[int | None]
    reach: Sequence[Sequence[Fraction]]

    @property
    def mover(self) -> int:
        """Who chooses."""
        s = self.game.structure
        return s.players.index(s.sets[self.choice.set].player)

    @functools.cached_property
    def _ends(self) -> list[Fraction]:
        """By action, what the mover gets from outcomes without a further move."""
        s, i = self.game.structure, self.mover
        return [
            sum(
                (
                    self.reach[i][n] * self.game.numbers[(s.payoffs[n] or ())[i]]
                    for part in parts
                    if isinstance(part, End)
                    for n in part.nodes
                ),
                Fraction(0),
            )
            for parts in self.choice.parts
        ]

    def value(self, action: int, cell: int, location: Location) -> Fraction:
        """What the mover gets from an action, exactly."""
        place = self.blocks[action]
        if place is None:
            return self._ends[action]
        block = self.all_blocks[place]
        values = Values(self.game, block.play(cell, location) or {})
        inside = (self.reach[self.mover][n] * values.of(n)[self.mover] for n in block.block.entries)
        return sum(inside, self._ends[action])

    @functools.cached_property
    def intervals(self) -> list[list[Interval]]:
        """By action and cell, least and most value to the mover."""
        return [
            [self._interval(a, cell) for cell in range(self._cells(a))]
            for a in range(len(self.blocks))
        ]

    def _cells(self, action: int) -> int:
        place = self.blocks[action]
        return 1 if place is None else len(self.all_blocks[place].cells)

    def _interval(self, action: int, cell: int) -> Interval:
        worst, best = self._extremes(action, cell)
        if worst == best:
            value = self.value(action, cell, worst)
            return value, value
        return self.value(action, cell, worst), self.value(action, cell, best)

    def _extremes(self, action: int, cell: int) -> tuple[Location, Location]:
        """Points of the family that are worst and best for the mover (the same if all are)."""
        place = self.blocks[action]
        if place is None:
            return (), ()
        block = self.all_blocks[place]
        column = block.outcomes(cell)[:, self.mover]
        points = block.spanning(cell)
        if np.ptp(column) <= 1e-11 * max(1.0, float(np.abs(column).max())):
            return points[0], points[0]
        return points[int(column.argmin())], points[int(column.argmax())]

    # -- which supports -----------------------------------------------------------------------

    @functools.cached_property
    def _ranks(self) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """The intervals' ends as ranks, so that comparisons are exact and vectorised."""
        ends = sorted({x for row in self.intervals for pair in row for x in pair})
        rank = {x: n for n, x in enumerate(ends)}
        return [
            (
                np.array([rank[low] for low, _ in row], dtype=np.int64),
                np.array([rank[high] for _, high in row], dtype=np.int64),
            )
            for row in self.intervals
        ]

    def supports(self, chosen: Sequence[Sequence[int]]) -> list[tuple[tuple[int, ...], int]]:
        """The families over some cells of each action: (a cell for each action, support bits)."""
        found = []
        grids = [self._grids(a, cells, len(chosen)) for a, cells in enumerate(chosen)]
        for bits in range(1, 2 ** len(chosen)):
            for places in np.argwhere(self._possible(grids, bits)):
                cells = tuple(row[k] for row, k in zip(chosen, places, strict=True))
                found.append((cells, bits))
        return sorted(found)

    def _grids(self, action: int, cells: Sequence[int], axes: int) -> tuple[Any, Any]:
        shape = [1] * axes
        shape[action] = len(cells)
        low, high = self._ranks[action]
        return low[list(cells)].reshape(shape), high[list(cells)].reshape(shape)

    def _possible(self, grids: list[tuple[Any, Any]], bits: int) -> Any:
        """Where the support's values can agree and no other need be better.

        A family is open: a value that varies takes no end of its interval.
        """
        inside = [g for a, g in enumerate(grids) if bits >> a & 1]
        outside = [g for a, g in enumerate(grids) if not bits >> a & 1]
        shape = np.broadcast_shapes(*(low.shape for low, _ in grids))
        least, most = np.full(shape, -1), np.full(shape, np.iinfo(np.int64).max)
        pinned, at = np.zeros(shape, dtype=bool), np.full(shape, -1)
        good = np.ones(shape, dtype=bool)
        for low, high in inside:
            constant = np.broadcast_to(low == high, shape)
            good &= ~(constant & pinned & (at != low))
            at = np.where(constant, low, at)
            pinned |= constant
            least = np.where(constant, least, np.maximum(least, low))
            most = np.where(constant, most, np.minimum(most, high))
        good &= np.where(pinned, (least < at) & (at < most), least < most)
        for low, high in outside:
            constant = low == high
            good &= np.where(pinned, np.where(constant, low <= at, low < at), low < most)
        return good

    # -- one family ---------------------------------------------------------------------------

    def locations(self, cells: Sequence[int], bits: int) -> list[Location]:
        """By action, a point of its cell: those of the support are worth the same, none more."""
        value = self._common_value(cells, bits)
        found = []
        for a, cell in enumerate(cells):
            low, high = self.intervals[a][cell]
            if low == high:
                found.append(self._extremes(a, cell)[0])
            elif bits >> a & 1:
                found.append(self._at_value(a, cell, value))
            else:
                found.append(self._at_value(a, cell, (low + min(value, high)) / 2))
        return found

    def _common_value(self, cells: Sequence[int], bits: int) -> Fraction:
        pairs = [row[cell] for row, cell in zip(self.intervals, cells, strict=True)]
        inside = [pair for a, pair in enumerate(pairs) if bits >> a & 1]
        for low, high in inside:
            if low == high:
                return low
        floor = max(low for low, _ in pairs)
        return (floor + min(high for _, high in inside)) / 2

    def _at_value(self, action: int, cell: int, target: Fraction) -> Location:
        """A point at which the action is worth `target`, on a path from the worst to the best.

        The path changes one polytope's point at a time; along each step the value is affine.
        """
        here, goal = self._extremes(action, cell)
        value = self.value(action, cell, here)
        for n in range(len(here)):
            there = (*here[:n], goal[n], *here[n + 1 :])
            if there == here:
                continue
            next_value = self.value(action, cell, there)
            if value <= target <= next_value and value < next_value:
                t = (target - value) / (next_value - value)
                mixed = tuple(x + t * (y - x) for x, y in zip(here[n], goal[n], strict=True))
                return (*here[:n], mixed, *here[n + 1 :])
            here, value = there, next_value
        return here

    def mixtures(self, bits: int) -> list[tuple[Fraction, ...]]:
        """The even mixture over a support, then its ends."""
        actions = [a for a in range(len(self.blocks)) if bits >> a & 1]
        even = [Fraction(int(a in actions), len(actions)) for a in range(len(self.blocks))]
        if len(actions) == 1:
            return [tuple(even)]
        ends = [tuple(Fraction(int(a == b)) for a in range(len(self.blocks))) for b in actions]
        return [tuple(even), *ends]

    def relation(self, bits: int) -> str:
        """The condition in words."""
        own = self.game.structure.sets[self.choice.set]
        actions = [repr(a) for n, a in enumerate(own.actions) if bits >> n & 1]
        equal = " and ".join(actions)
        if len(actions) > 1:
            return f"{equal} are worth the same to {own.player}, and nothing else is worth more"
        return f"to {own.player} nothing is worth more than {equal}"
