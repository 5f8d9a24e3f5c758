"""A game's numbers over arrays of points, and which points share one tree."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import ProbabilityError
from deterrence.games.arrays import array_function
from deterrence.games.structure import CHANCE
from deterrence.games.tree import Game

__all__ = ["NO_VALUE", "NumbersOverPoints", "Stratum"]

Floats = NDArray[np.float64]
Stratum = int  # bits: impossible chance branches, parameters at an end of their range
NO_VALUE = -1
ROUNDING = 1e-12  # of probabilities in floats
BLOCK = 65_536  # points whose numbers are held at once


class NumbersOverPoints:
    """The numbers of a formula game at many points.

    Parameters
    ----------
    game : Game
        With formulas in what varies only.
    axes : sequence of str
        The names that points give values for; tied names stand for their members.
    ends : bool
        Whether points at an end of a parameter's range are strata of their own.

    Attributes
    ----------
    varying : list of int
        Places of the numbers that are formulas.
    """

    def __init__(self, game: Game, axes: Sequence[str], *, ends: bool = True) -> None:
        self.game, self.axes, self.ends = game, tuple(axes), ends
        self.varying = [k for k, x in enumerate(game.numbers) if not isinstance(x, Fraction)]
        self._names = game.parameters
        by_name: dict[str, Any] = {}
        for k in self.varying:
            by_name.update({x.name: x for x in game.numbers[k].free_symbols})
        self._symbols = [by_name[name] for name in self._names]
        s = game.structure
        chance = {k for row in s.chance if row is not None for k in row}
        self._chance = [n for n, k in enumerate(self.varying) if k in chance]
        self._moves = _chance_moves(game, set(self.varying))
        self._source = self._sources()

    def _sources(self) -> dict[str, int]:
        """Which axis sets each parameter; a member goes before the tied name."""
        found = {m: n for n, name in enumerate(self.axes) for m in self.game.tied.get(name, ())}
        return {**found, **{name: n for n, name in enumerate(self.axes)}}

    @functools.cached_property
    def _function(self) -> Callable[..., Any]:
        return array_function(self._symbols, [self.game.numbers[k] for k in self.varying])

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k != "_function"}

    def values(self, points: Floats) -> dict[int, Any]:
        """The varying numbers by place.

        Parameters
        ----------
        points : ndarray, shape (points, axes)
        """
        columns = [points[:, self._source[name]] for name in self._names]
        with np.errstate(all="ignore"):
            rows = self._function(*columns) if self.varying else []
        size = len(points)
        return {
            k: np.broadcast_to(np.asarray(row, dtype=float), (size,))
            for k, row in zip(self.varying, rows, strict=True)
        }

    def strata(self, points: Floats) -> NDArray[np.int64]:
        """Points of one stratum have the same tree, and the same formulas coincide there.

        Where a parameter is at an end of its range, incentives may be tied that differ inside.

        Parameters
        ----------
        points : ndarray, shape (points, axes)

        Returns
        -------
        ndarray of int, shape (points,)
            `NO_VALUE` where some number has none.
        """
        starts = range(0, len(points), BLOCK)
        parts = [self._strata(points[n : n + BLOCK]) for n in starts]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)

    def _strata(self, points: Floats) -> NDArray[np.int64]:
        values = self.values(points)
        marks = [values[self.varying[n]] == 0 for n in self._chance]
        for name in self._names if self.ends else ():
            column = points[:, self._source[name]]
            marks += [column == float(end) for end in self.game.ranges.get(name, ())]
        found = np.zeros(len(points), dtype=np.int64)
        with np.errstate(over="ignore"):
            for mark in marks:  # beyond 62 marks this is a hash
                found = found * np.int64(3 if len(marks) > 62 else 2) + mark
        found[found == NO_VALUE] = 0
        for column in values.values():
            found[~np.isfinite(column)] = NO_VALUE
        fine, near = self._probable(values, len(points))
        found[~fine] = NO_VALUE
        for n in np.flatnonzero(fine & near):  # floats do not decide
            try:
                self.at(points[n])
            except ProbabilityError:
                found[n] = NO_VALUE
        return found

    def _probable(self, values: dict[int, Any], size: int) -> tuple[Any, Any]:
        """Where chance has probabilities, as far as floats tell, and where they are too close."""

        def column(place: int) -> Any:
            return values[place] if place in values else float(self.game.numbers[place])

        fine, near = np.ones(size, dtype=bool), np.zeros(size, dtype=bool)
        for move in self._moves:
            rows = np.array([[np.broadcast_to(column(k), size) for k in row] for row in move])
            with np.errstate(invalid="ignore"):
                fine &= (np.abs(rows.sum(axis=0) - 1) <= ROUNDING * len(rows)).all(axis=0)
                fine &= ((rows >= -ROUNDING) & (rows <= 1 + ROUNDING)).all(axis=(0, 1))
                apart = (rows == 0) != (rows[:, :1] == 0)  # impossible for some players only
                near |= ((rows < 0) | (rows > 1) | apart).any(axis=(0, 1))
        return fine, near

    def point(self, row: Sequence[float] | Floats) -> dict[str, Fraction]:
        """One point with exact numbers: each float as the decimal that it prints as."""
        return {name: Fraction(repr(float(x))) for name, x in zip(self.axes, row, strict=True)}

    def at(self, row: Sequence[float] | Floats) -> Game:
        """The game at one point; where chances miss their bounds by rounding, with fewer digits."""
        try:
            return self.game.at(self.point(row))
        except ProbabilityError:
            return self.game.at({n: f"{x:.12g}" for n, x in zip(self.axes, row, strict=True)})


def _chance_moves(game: Game, varying: set[int]) -> list[tuple[tuple[int, ...], ...]]:
    """The distinct chance moves with formulas in them: by branch, the places by player."""
    s = game.structure
    moves = (
        tuple(tuple(dict.fromkeys(s.chance[c] or ())) for c in children)
        if all(len(set(s.chance[c] or ())) == 1 for c in children)
        else tuple(s.chance[c] or () for c in children)
        for kind, children in zip(s.kind, s.children, strict=True)
        if kind == CHANCE
    )
    return [m for m in dict.fromkeys(moves) if any(k in varying for row in m for k in row)]
