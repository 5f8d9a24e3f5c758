"""Plays of a whole game over arrays of points: independent blocks below public choices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.decomposition import Block, Choice, End, Part
from deterrence.errors import LimitError
from deterrence.games.structure import Structure
from deterrence.study.charts import Found, PlayName

__all__ = ["best_choice", "blocks_of", "combined"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
MOST_PLAYS = 4000
TIE = 1e-11


def blocks_of(parts: Sequence[Part]) -> list[Block]:
    """The blocks of a decomposition, in order."""
    found: list[Block] = []
    for part in parts:
        if isinstance(part, Block):
            found.append(part)
        elif isinstance(part, Choice):
            found += [b for column in part.parts for b in blocks_of(column)]
    return found


@dataclass(frozen=True, eq=False)
class Combining:
    """How plays of blocks make up plays of the game.

    Attributes
    ----------
    structure : Structure
    end : callable
        From an `End` to its outcome, shape (outcomes, points).
    block : callable
        From a `Block` to its plays.
    size : int
        Number of points.
    """

    structure: Structure
    end: Callable[[End], Floats]
    block: Callable[[Block], list[Found]]
    size: int

    def parts(self, parts: Sequence[Part]) -> list[Found]:
        """Everything that parts side by side may lead to."""
        total: list[Found] | None = None
        for part in parts:
            options = self.part(part)
            total = options if total is None else self._together(total, options)
        return total or []

    def part(self, part: Part) -> list[Found]:
        if isinstance(part, End):
            row, nowhere = self.end(part), np.zeros(self.size, dtype=bool)
            return [Found((), ((~nowhere, row),), nowhere)]
        if isinstance(part, Block):
            return self.block(part)
        return self._choice(part)

    def _together(self, one: Sequence[Found], two: Sequence[Found]) -> list[Found]:
        if len(one) * len(two) > MOST_PLAYS:
            raise LimitError(
                f"the game has {len(one) * len(two):,} combinations of plays of independent parts; "
                f"at most {MOST_PLAYS:,} are mapped together. Sweep the parts apart, or use "
                "method='points'."
            )
        found = []
        for a in one:
            for b in two:
                both = [(x & y, r + q) for x, r in a.ends for y, q in b.ends if (x & y).any()]
                if both:
                    found.append(Found(a.name + b.name, tuple(both), a.edge | b.edge))
        return found

    def _choice(self, choice: Choice) -> list[Found]:
        own = self.structure.sets[choice.set]
        i = self.structure.players.index(own.player)
        columns = [self.parts(parts) for parts in choice.parts]
        names = [((own.player, own.knows, (action,)),) for action in own.actions]
        return best_choice(columns, names, i, self.size)


def best_choice(
    columns: Sequence[Sequence[Found]], names: Sequence[PlayName], player: int, size: int
) -> list[Found]:
    """What may follow a public choice of somebody without private information.

    Parameters
    ----------
    columns : sequence of sequence of Found
        By action, the plays that may follow.
    names : sequence of PlayName
        By action, what is put before the names of its plays.
    player : int
        Who chooses.
    size : int
        Number of points.
    """
    floors = [_floor(column, player, size) for column in columns]
    # actions that nobody takes count: what may follow them decides whether others are worth taking
    edges = [option.edge for column in columns for option in column]
    edge = np.logical_or.reduce(edges) if edges else np.zeros(size, dtype=bool)
    found = []
    for a, column in enumerate(columns):
        others = [f for b, f in enumerate(floors) if b != a]
        floor = np.maximum.reduce(others) if others else np.full(size, -np.inf)
        for option in column:
            kept = [_above(there, rows, rows[player], floor) for there, rows in option.ends]
            ends = tuple(end for end in kept if end[0].any())
            if ends:
                tie = option.exists & (np.abs(option.low[player] - floor) <= TIE)
                tie |= option.exists & (option.low[player] < floor) & (option.high[player] > floor)
                tie |= option.exists & edge
                found.append(Found(names[a] + option.name, ends, option.edge | tie))
    return found


def _floor(column: Sequence[Found], player: int, size: int) -> Floats:
    """The least that a player may get after an action."""
    least = np.full(size, np.inf)
    for option in column:
        least = np.fmin(least, np.where(option.exists, option.low[player], np.inf))
    return least


def _above(exists: Bools, rows: Floats, worth: Floats, floor: Floats) -> tuple[Bools, Floats]:
    """An outcome where its mover may prefer it."""
    with np.errstate(invalid="ignore"):
        here = exists & (worth >= floor - TIE)
    return here, np.where(here, rows, np.nan)


def combined(
    structure: Structure,
    parts: Sequence[Part],
    end: Callable[[End], Floats],
    block: Callable[[Block], list[Found]],
    size: int,
) -> list[Found]:
    """Every play of the game at an array of points.

    Parameters
    ----------
    structure : Structure
    parts : sequence of Part
        From `decompose`.
    end, block : callable
        See `Combining`.
    size : int
        Number of points.

    Returns
    -------
    list of Found

    Raises
    ------
    LimitError
        If independent parts multiply beyond 4,000 plays.
    """
    return Combining(structure, end, block, size).parts(parts)
