"""A game's numbers over arrays of points, and which points share one tree."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.games.arrays import array_function
from deterrence.games.tree import Game

__all__ = ["NO_VALUE", "NumbersOverPoints", "Stratum"]

Floats = NDArray[np.float64]
Stratum = int  # bits: impossible chance branches, parameters at an end of their range
NO_VALUE = -1
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
        return found

    def point(self, row: Sequence[float] | Floats) -> dict[str, Fraction]:
        """One point with exact numbers: each float as the decimal that it prints as."""
        return {name: Fraction(repr(float(x))) for name, x in zip(self.axes, row, strict=True)}

    def at(self, row: Sequence[float] | Floats) -> Game:
        """The game at one point."""
        return self.game.at(self.point(row))
