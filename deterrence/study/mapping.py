"""A grid of any size from regimes: charts are learnt at few points and evaluated at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.outcomes import outcome_names
from deterrence.study.atlas import Atlas
from deterrence.study.charts import PlayName
from deterrence.study.mesh import Chunk
from deterrence.study.regimes import ALMOST, Classifier
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
    edge : ndarray of bool, shape (points,)
        Where a condition of some play holds with equality.
    """

    places: NDArray[np.intp]
    least: Floats
    most: Floats
    plays: list[tuple[str, Bools, list[tuple[Bools, Outcome]]]]
    edge: Bools


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
    found = atlas.plays(chunk.stratum, points, chunk.since)
    rows = _rows(sheet.game, atlas.numbers.game)
    labels = list(outcome_labels(atlas.numbers.game))
    least = np.full((len(labels), len(points)), np.nan)
    most = least.copy()
    plays = []
    nowhere, players = np.zeros(len(points), dtype=bool), len(sheet.game.players)
    for play in found:
        ends = [(there, _laid_out(outcome, rows, there)) for there, outcome in play.ends]
        for _, outcome in ends:
            least, most = np.fmin(least, outcome), np.fmax(most, outcome)
        plays.append((told(play.name), play.exists, _patterns(ends, labels, players)))
    edge = np.logical_or.reduce([play.edge for play in found]) if found else nowhere
    return ChunkPlays(chunk.places, least, most, plays, edge)


def _rows(at_point: Any, whole: Any) -> list[int | None]:
    """For each outcome of the formula game its row in a stratum's game; None: it cannot happen.

    Where branches of chance are impossible, an event may be gone, or chance that differs by player.
    """
    there = {pair: n for n, pair in enumerate(outcome_names(at_point))}
    return [there.get(pair, there.get(("event", pair[1]))) for pair in outcome_names(whole)]


def _laid_out(rows: Floats, order: Sequence[int | None], exists: Bools) -> Floats:
    found = np.stack([np.zeros(len(exists)) if n is None else rows[n] for n in order])
    found[:, ~exists] = np.nan
    return found


def _patterns(
    ends: Sequence[tuple[Bools, Floats]], labels: Sequence[str], players: int
) -> list[tuple[Bools, Outcome]]:
    found: list[tuple[Bools, Outcome]] = []
    for exists, rows in ends:
        events = rows[players:, exists]
        grades = (events > ALMOST).astype(np.int64) + (events >= 1 - ALMOST)
        # one number for each pattern; beyond 40 events a hash
        codes = 3 ** np.arange(len(grades), dtype=np.int64) @ grades
        same = bool(len(codes)) and bool((codes == codes[0]).all())
        for code in codes[:1] if same else np.unique(codes):
            here = exists.copy()
            here[exists] = codes == code
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
    edge : ndarray of bool, shape (points,)
    """

    shape: tuple[int, ...]
    least: Floats
    most: Floats
    edge: Bools
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
        least, most = np.full((size, outcomes), np.nan), np.full((size, outcomes), np.nan)
        return cls(shape, least, most, np.zeros(size, dtype=bool))

    def fill(self, part: ChunkPlays, label: Classifier) -> None:
        """Enter what is known of some points, beside what is there already."""
        places = part.places
        self.least[places] = np.fmin(self.least[places], part.least.T)
        self.most[places] = np.fmax(self.most[places], part.most.T)
        self.edge[places] |= part.edge
        for name, exists, patterns in part.plays:
            self._mark(self.exists, name, part.places, exists)
            for here, outcome in patterns:
                self._mark(self.regimes, label(outcome), part.places, here)

    def clear(self, places: NDArray[np.intp]) -> None:
        """Forget what is known of some points."""
        self.least[places] = self.most[places] = np.nan
        self.edge[places] = False
        for where in (*self.exists.values(), *self.regimes.values()):
            where[places] = False

    def correct(
        self, place: int, least: Sequence[float], most: Sequence[float], regimes: Sequence[str]
    ) -> None:
        """Enter a complete solution of one point."""
        self.least[place], self.most[place] = least, most
        for name in {*self.regimes, *regimes}:
            self.regimes.setdefault(name, np.zeros(self.size, dtype=bool))
            self.regimes[name][place] = name in regimes

    def _mark(
        self, table: dict[Any, Bools], key: Any, places: NDArray[np.intp], here: Bools
    ) -> None:
        if key not in table:
            table[key] = np.zeros(len(self.least), dtype=bool)
        table[key][places[here]] = True
