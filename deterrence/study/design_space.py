"""Instruments with bounds, stakes with their draws, and the grids over both."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import InputError, LimitError, ParameterError
from deterrence.games.tree import Game
from deterrence.study.ends import varied
from deterrence.study.points import check_names, exact_values
from deterrence.study.run_request import names_of

__all__ = ["Space", "space_of"]

Floats = NDArray[np.float64]
Pair = tuple[Fraction, Fraction]
SIDES = {1: 1001, 2: 101, 3: 21, 4: 9, 5: 5, 6: 4}  # points of the fine grid along each axis
MOST_INSTRUMENTS = 6
MOST_GRID = 4_000_000
MESH = 1200  # points that plays are learnt on
STEPS = 10**6  # through each range, so that draws have short fractions
MOST_CORNERS = 16
MOST_DRAWS = 10_000  # of stakes: each takes a search of its own
MOST_AT_ONCE = 2**24  # points of the grid times draws, which a robust design holds: some GB


@dataclass(frozen=True, eq=False)
class Space:
    """Where a design is looked for, and at which stakes.

    Attributes
    ----------
    over : dict of str to (low, high)
    stakes : dict of str to (low, high), or to None where a sample is given
    others : dict of str to fractions.Fraction
        What neither instruments nor stakes set.
    base : ndarray, shape (stakes,)
        The stakes as they are judged.
    draws : ndarray, shape (draws, stakes)
    side : int
        Points of the fine grid along each axis.
    """

    over: dict[str, Pair]
    stakes: dict[str, Pair | None]
    others: dict[str, Fraction]
    base: Floats
    draws: Floats
    side: int

    @property
    def axes(self) -> tuple[str, ...]:
        """Instruments, then stakes."""
        return (*self.over, *self.stakes)

    @property
    def low(self) -> Floats:
        """Lower bounds of the instruments."""
        return np.array([float(low) for low, _ in self.over.values()])

    @property
    def high(self) -> Floats:
        """Upper bounds of the instruments."""
        return np.array([float(high) for _, high in self.over.values()])

    @property
    def step(self) -> Floats:
        """Between neighbours on the fine grid."""
        return np.asarray((self.high - self.low) / (self.side - 1))

    def lines(self, side: int | None = None) -> list[Floats]:
        """The values of each instrument on a grid."""
        count = (side or self.side) - 1
        return [
            np.array([float(low + (high - low) * Fraction(k, count)) for k in range(count + 1)])
            for low, high in self.over.values()
        ]

    def grid(self, side: int | None = None) -> Floats:
        """A grid over the instruments, shape (points, instruments), the first one slowest."""
        lines = np.meshgrid(*self.lines(side), indexing="ij")
        return np.stack([line.ravel() for line in lines], axis=1)

    def mesh(self, stakes: Floats) -> Floats:
        """A coarse grid of instruments at some stakes, shape (by axis ..., axes)."""
        count, k = len(stakes), len(self.over)
        side = max(3, int((MESH / count) ** (1 / k) + 1e-9))
        side = min(side, self.side)
        points = self.grid(side)
        whole = with_stakes(points, stakes)
        shape = (side,) * k + ((count,) if count > 1 else ())
        return whole.reshape(*shape, -1)


def with_stakes(points: Floats, stakes: Floats) -> Floats:
    """Every point at all stakes, shape (points * draws, axes), the draws of a point together."""
    return np.column_stack(
        [np.repeat(points, len(stakes), axis=0), np.tile(stakes, (len(points), 1))]
    )


def space_of(
    game: Game,
    over: Mapping[str, Any] | Iterable[str] | None,
    fixed: Mapping[str, Any],
    stakes: Any,
    samples: int,
    robust: bool,
    grid: int | None,
    random: np.random.Generator,
) -> Space:
    """The space that a call of `design` asks for; errors for names and numbers that do not fit."""
    sample = _sample(stakes)
    given = names_of(stakes, (), "stakes") if sample is None else dict.fromkeys(sample[0])
    instruments = _instruments(game, over, given, fixed)
    moved = _members(game, instruments) | _members(game, given)
    if both := _members(game, instruments) & _members(game, given):
        raise ParameterError(
            f"{', '.join(sorted(both))} cannot be both an instrument and a stake; leave it out of "
            "one of them."
        )
    settled = _spread(game, exact_values(fixed, "fixed"))
    others = {name: value for name, value in settled.items() if name not in moved}
    check_names(game, [*others, *instruments, *given], "design")
    rest = game.at(others) if others else game
    ranges = varied(rest, {**instruments, **given})
    pairs: dict[str, Pair | None] = {name: None if sample else ranges[name] for name in given}
    base = _base(game, given, settled, robust)
    side = _side(grid, len(instruments))
    _check_draws(samples if sample is None else len(sample), side ** len(instruments), robust)
    if sample is None:
        draws = _drawn([ranges[name] for name in given], samples, robust, random)
    else:
        rows = [exact_values(row, "the sample of stakes") for row in sample]
        draws = np.array([[float(row[name]) for name in given] for row in rows])
    return Space({n: ranges[n] for n in instruments}, pairs, others, base, draws, side)


def _instruments(
    game: Game, over: Any, stakes: Mapping[str, Any], fixed: Mapping[str, Any]
) -> dict[str, Any]:
    taken = _members(game, stakes) | _members(game, fixed)
    found = names_of(over, [name for name in game.parameters if name not in taken])
    if not found:
        raise ParameterError("no instrument is free; name at least one in over.")
    if len(found) > MOST_INSTRUMENTS:
        raise LimitError(
            f"{len(found)} instruments; at most {MOST_INSTRUMENTS} are designed together. Fix some."
        )
    members = [m for name in found for m in game.tied.get(name, (name,))]
    if twice := sorted({m for m in members if members.count(m) > 1}):
        raise ParameterError(f"{', '.join(twice)} would be set by two instruments; leave one out.")
    return found


def _spread(game: Game, settled: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Numbers by parameter: a tied name sets those of its members that are not set themselves."""
    tied = {m: settled[t] for t, members in game.tied.items() if t in settled for m in members}
    return tied | {name: value for name, value in settled.items() if name not in game.tied}


def _members(game: Game, names: Iterable[str]) -> set[str]:
    return {m for name in names for m in (name, *game.tied.get(name, ()))}


def _sample(stakes: Any) -> list[Mapping[str, Any]] | None:
    """The points, if stakes are given by a sample rather than by ranges."""
    if isinstance(stakes, str | Mapping) or not isinstance(stakes, Iterable):
        return None
    rows = list(stakes)
    if not rows or not any(isinstance(row, Mapping) for row in rows):
        return None
    if not all(isinstance(row, Mapping) and row and set(row) == set(rows[0]) for row in rows):
        raise ParameterError(
            "a sample of stakes is a list of mappings from parameter to number, all with the same "
            "names."
        )
    return rows


def _base(game: Game, stakes: Iterable[str], fixed: Mapping[str, Fraction], robust: bool) -> Floats:
    """The stakes as judged; not a number where a robust design needs none."""
    found = []
    for name in stakes:
        values = {fixed[m] for m in (name, *game.tied.get(name, ())) if m in fixed}
        if name in fixed:
            values = {fixed[name]}
        if len(values) != 1 and not robust:
            raise ParameterError(
                f"the stake {name!r} has no value to design for; give one in fixed, or robust=True."
            )
        found.append(float(values.pop()) if len(values) == 1 else np.nan)
    return np.array(found)


def _check_draws(draws: Any, points: int, robust: bool) -> None:
    """Raise unless so many draws of stakes can be compared on a grid of so many points."""
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 1:
        raise InputError(f"samples = {draws!r}; give the number of draws of stakes, 1 or more.")
    if draws > MOST_DRAWS:
        raise LimitError(
            f"{draws:,} draws of stakes; at most {MOST_DRAWS:,} are compared, as each takes a "
            "search of its own. Take fewer samples."
        )
    if robust and draws * points > MOST_AT_ONCE:
        raise LimitError(
            f"{draws:,} draws of stakes at each of {points:,} points of the grid; at most "
            f"{MOST_AT_ONCE:,} pairs are held. Take fewer samples, or a coarser grid."
        )


def _drawn(
    ranges: Sequence[Pair], samples: int, robust: bool, random: np.random.Generator
) -> Floats:
    """Draws over ranges, even by a Sobol sequence; a robust design also meets the corners."""
    if not ranges:
        return np.zeros((0, 0))
    from scipy.stats import qmc

    low, high = (np.array([float(pair[k]) for pair in ranges]) for k in (0, 1))
    unit = qmc.Sobol(len(ranges), rng=random).random(1 << (samples - 1).bit_length())[:samples]
    rows = [low + (high - low) * np.round(unit * STEPS) / STEPS]
    if robust and 2 ** len(ranges) <= MOST_CORNERS:
        rows.insert(0, np.array(list(itertools.product(*zip(low, high, strict=True)))))
    return np.concatenate(rows)


def _side(grid: Any, instruments: int) -> int:
    if grid is None:
        return SIDES[instruments]
    if isinstance(grid, bool) or not isinstance(grid, int) or grid < 3:
        raise InputError(f"grid = {grid!r}; give the points along each instrument, 3 or more.")
    if grid**instruments > MOST_GRID:
        raise LimitError(
            f"a grid of {grid} points along {instruments} instruments has "
            f"{grid**instruments:,}; at most {MOST_GRID:,} are evaluated. Take fewer."
        )
    return grid
