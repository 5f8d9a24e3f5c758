"""A grid of any size from regimes: charts are learnt at few points and evaluated at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.outcomes import outcome_names
from deterrence.study.atlas import Atlas
from deterrence.study.charts import Found, PlayName
from deterrence.study.regimes import ALMOST, Classifier
from deterrence.study.mesh import Chunk
from deterrence.study.results import outcome_labels


__all__ = ["ChunkPlays", "Grid", "evaluate", "told"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Outcome = dict[str, float]


@dataclass(frozen=True, eq=False)
class ChunkPlays:
    """What an atlas says about some points.

    Attributes
    ----------
    places : ndarray of int
        The points, in the flat order of the grid.
    least, most : ndarray, shape (outcomes, points)
        The envelope over all plays; not a number where there is none.
    plays : list of (words, exists, patterns)
        ``patterns`` holds, for each pattern of what never, sometimes and always happens, the
        points that show it and the outcome at one of them.
    """

    places: NDArray[np.intp]
    least: Floats
    most: Floats
    plays: list[tuple[str, Bools, list[tuple[Bools, Outcome]]]]


def told(name: PlayName) -> str:
    """A play in words: who does what, knowing what, on the path."""
    parts = []
    for player, knows, actions in name:
        seen = knows if isinstance(knows, tuple) else (knows,)
        where = f" ({', '.join(map(str, seen))})" if seen else ""
        parts.append(f"{player}{where}: {' or '.join(actions)}")
    return "; ".join(parts) or "no move"


def evaluate(atlas: Atlas, chunk: Chunk, points: Floats) -> ChunkPlays:
    """The plays at some points.

    Parameters
    ----------
    atlas : Atlas
    chunk : Chunk
    points : ndarray, shape (points, axes)
    """
    sheet = atlas.sheets[chunk.stratum]
    found = atlas.plays(chunk.stratum, points)
    rows = _rows(sheet.game, atlas.numbers.game)
    labels = list(outcome_labels(atlas.numbers.game))
    least = np.full((len(labels), len(points)), np.nan)
    most = least.copy()
    plays = []
    for play in found:
        low, high = _laid_out(play.low, rows), _laid_out(play.high, rows)
        low[:, ~play.exists] = high[:, ~play.exists] = np.nan
        least, most = np.fmin(least, low), np.fmax(most, high)
        plays.append((told(play.name), play.exists, _patterns(play, low, high, labels, atlas)))
    return ChunkPlays(chunk.places, least, most, plays)


def _rows(at_point: Any, whole: Any) -> list[int | None]:
    """For each outcome of the formula game its row in a stratum's game; None: it cannot happen.

    Where branches of chance are impossible, an event may be gone, or chance that differs by player.
    """
    there = {pair: n for n, pair in enumerate(outcome_names(at_point))}
    return [there.get(pair, there.get(("event", pair[1]))) for pair in outcome_names(whole)]


def _laid_out(rows: Floats, order: Sequence[int | None]) -> Floats:
    nothing = np.zeros(rows.shape[1])
    return np.stack([nothing if n is None else rows[n] for n in order])


def _patterns(
    play: Found, low: Floats, high: Floats, labels: Sequence[str], atlas: Atlas
) -> list[tuple[Bools, Outcome]]:
    found: list[tuple[Bools, Outcome]] = []
    size = len(atlas.numbers.game.players)
    ends = [low] if np.array_equal(low, high, equal_nan=True) else [low, high]
    for rows in ends:
        with np.errstate(invalid="ignore"):
            grades = (rows[size:] > ALMOST).astype(np.int8) + (rows[size:] >= 1 - ALMOST)
        grades = grades[:, play.exists]
        for pattern in np.unique(grades, axis=1).T:
            here = np.zeros(len(play.exists), dtype=bool)
            here[play.exists] = (grades == pattern[:, None]).all(axis=0)
            first = int(np.argmax(here))
            found.append((here, dict(zip(labels, rows[:, first].tolist(), strict=True))))
    return found


@dataclass(eq=False)
class Grid:
    """The map as it is filled.

    Attributes
    ----------
    shape : tuple of int
    least, most : ndarray, shape (points, outcomes)
    exists : dict of str to ndarray of bool, shape (points,)
    regimes : dict of str to ndarray of bool, shape (points,)
    """

    shape: tuple[int, ...]
    least: Floats
    most: Floats
    exists: dict[str, Bools] = field(default_factory=dict)
    regimes: dict[str, Bools] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of points."""
        return len(self.least)

    @classmethod
    def empty(cls, shape: tuple[int, ...], outcomes: int) -> Grid:
        """A grid of which nothing is known."""
        size = int(np.prod(shape))
        return cls(shape, np.full((size, outcomes), np.nan), np.full((size, outcomes), np.nan))

    def fill(self, part: ChunkPlays, label: Classifier) -> None:
        """Enter what is known of some points."""
        self.least[part.places], self.most[part.places] = part.least.T, part.most.T
        for name, exists, patterns in part.plays:
            self._mark(self.exists, name, part.places, exists)
            for here, outcome in patterns:
                self._mark(self.regimes, label(outcome), part.places, here)

    def _mark(
        self, table: dict[Any, Bools], key: Any, places: NDArray[np.intp], here: Bools
    ) -> None:
        if key not in table:
            table[key] = np.zeros(len(self.least), dtype=bool)
        table[key][places[here]] = True
