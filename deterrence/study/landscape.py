"""What a goal is worth over a space of parameters: by the best and by the worst equilibrium."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.games.tree import Game
from deterrence.study.atlas import Atlas
from deterrence.study.charts import Found, PlayName
from deterrence.study.goals import SPARE, Goal
from deterrence.study.learning import Learning
from deterrence.study.map_workers import Workers
from deterrence.study.points_as_arrays import NO_VALUE, Stratum
from deterrence.study.results import PointResult, outcome_labels

__all__ = ["Landscape", "Seen", "exact_worth"]

Floats = NDArray[np.float64]
Marks = NDArray[np.uint64]
Bools = NDArray[np.bool_]
CHUNK = 8192
AT_ONCE = 6  # points without any play that are solved in one round
MOST_ASKED = 120  # of them in all
BUDGET = 200_000


@dataclass(frozen=True, eq=False)
class Seen:
    """A goal at some points.

    Attributes
    ----------
    values : dict of {"best", "worst"} to ndarray, shape (points,)
        By the best and by the worst equilibrium; minus infinity where the requirements fail: for
        all equilibria (best), for some (worst).
    chosen : dict of {"best", "worst"} to ndarray of uint64, shape (points,)
        A mark of the play that this is the value of.
    plays : ndarray of uint64, shape (points,)
        A mark of the set of plays that exist.
    edge : ndarray of bool, shape (points,)
        Where a condition holds with equality, so that equilibria may exist that are nowhere else.
    """

    values: dict[str, Floats]
    chosen: dict[str, Marks]
    plays: Marks
    edge: Bools


class Landscape:
    """A goal over the space of some parameters.

    Parameters
    ----------
    game : Game
        With formulas in `axes` only.
    axes : sequence of str
    goal : Goal
    constants : mapping of str to number
        Parameters that the cost may name and that no axis sets.
    rng : numpy.random.Generator
    jobs : int or None
    """

    def __init__(
        self,
        game: Game,
        axes: Sequence[str],
        goal: Goal,
        constants: Mapping[str, Fraction],
        rng: np.random.Generator,
        jobs: int | None,
    ) -> None:
        self.game, self.goal, self.rng = game, goal, rng
        self.atlas = Atlas(game, tuple(axes))
        self.axes, self.constants = tuple(axes), constants
        self.workers = Workers(game, tuple(axes), BUDGET, jobs)
        self.learning: Learning | None = None
        self.solved = self.asked = 0
        self._marks: dict[PlayName, np.uint64] = {}

    def learn(self, mesh: Floats) -> None:
        """Learn the plays over a mesh, shape (points along each axis ..., axes)."""
        learning = Learning(
            self.atlas, mesh, self.workers.solve, self.rng, lambda number, count: None
        )
        learning.run()
        self.learning = learning
        self.solved += learning.solved

    def ask(self, points: Floats) -> int:
        """Solve completely at some points and learn; how many plays were new."""
        if self.learning is None:
            raise RuntimeError("learn on a mesh first")
        before = self.learning.solved
        strata = self.atlas.numbers.strata(points)
        pairs = zip(strata.tolist(), points, strict=True)
        new = self.learning.ask((s, row) for s, row in pairs if s != NO_VALUE)
        self.solved += self.learning.solved - before
        return new

    # -- evaluating ---------------------------------------------------------------------------

    def see(self, points: Floats) -> Seen:
        """The goal at points, shape (points, axes)."""
        size = len(points)
        seen = Seen(
            {"best": np.full(size, -np.inf), "worst": np.full(size, -np.inf)},
            {rule: np.zeros(size, dtype=np.uint64) for rule in ("best", "worst")},
            np.zeros(size, dtype=np.uint64),
            np.zeros(size, dtype=bool),
        )
        strata = self.atlas.numbers.strata(points)
        for stratum in np.unique(strata[strata != NO_VALUE]).tolist():
            own = np.flatnonzero(strata == stratum)
            for start in range(0, len(own), CHUNK):
                self._see(seen, stratum, own[start : start + CHUNK], points)
        cost = self.goal.costs(self.columns(points), size)
        for value in seen.values.values():
            value -= cost
        return seen

    def names(self, point: Floats) -> dict[PlayName, tuple[Mapping[str, float], ...]]:
        """The plays at one point with their outcomes."""
        stratum = int(self.atlas.numbers.strata(point[None])[0])
        if stratum == NO_VALUE:
            return {}
        labels = list(outcome_labels(self.atlas.sheets[stratum].game))
        return {
            play.name: tuple(
                dict(zip(labels, rows[:, 0].tolist(), strict=True)) for _, rows in play.ends
            )
            for play in self._found(stratum, point[None])
        }

    def exists(self, points: Floats, name: PlayName) -> Bools:
        """Where a play exists."""
        found = np.zeros(len(points), dtype=bool)
        strata = self.atlas.numbers.strata(points)
        for stratum in np.unique(strata[strata != NO_VALUE]).tolist():
            own = np.flatnonzero(strata == stratum)
            for play in self._found(stratum, points[own]):
                if play.name == name:
                    found[own] |= play.exists
        return found

    def columns(self, points: Floats) -> dict[str, Any]:
        """Every parameter's values at points, members of tied names too."""
        tied = self.game.tied
        found: dict[str, Any] = {name: float(x) for name, x in self.constants.items()}
        for n, name in enumerate(self.axes):
            found.update(dict.fromkeys(tied.get(name, ()), points[:, n]))
        return found | {name: points[:, n] for n, name in enumerate(self.axes)}

    def _found(self, stratum: Stratum, points: Floats) -> list[Found]:
        """The plays, after learning where there is none."""
        if stratum not in self.atlas.sheets:
            self.ask(points[self.rng.permutation(len(points))[:AT_ONCE]])
        while True:
            found = self.atlas.plays(stratum, points)
            there = np.logical_or.reduce([play.exists for play in found]) if found else False
            empty = np.flatnonzero(~np.broadcast_to(there, (len(points),)))
            if not len(empty) or self.asked >= MOST_ASKED:
                return found
            chosen = self.rng.permutation(empty)[:AT_ONCE]
            self.asked += len(chosen)
            if not self.ask(points[chosen]):
                return found

    def _see(self, seen: Seen, stratum: Stratum, own: NDArray[np.intp], points: Floats) -> None:
        found = self._found(stratum, points[own])
        names = list(outcome_labels(self.atlas.sheets[stratum].game))
        size = len(own)
        best, worst = np.full(size, -np.inf), np.full(size, np.inf)
        chosen = {rule: np.zeros(size, dtype=np.uint64) for rule in ("best", "worst")}
        plays, broken = np.zeros(size, dtype=np.uint64), np.zeros(size, dtype=bool)
        for play in found:
            mark = self._mark(play.name)
            plays += np.where(play.exists, mark, np.uint64(0))
            seen.edge[own] |= play.edge
            for there, rows in play.ends:
                worth, fine = self._worth(rows, names), self._allowed(rows, names)
                broken |= there & ~fine
                better = there & fine & (worth > best)
                best[better], chosen["best"][better] = worth[better], mark
                less = there & (worth < worst)
                worst[less], chosen["worst"][less] = worth[less], mark
        worst[broken | ~np.isfinite(worst)] = -np.inf
        seen.values["best"][own], seen.values["worst"][own] = best, worst
        seen.plays[own] = plays
        for rule, marks in chosen.items():
            seen.chosen[rule][own] = marks

    def _mark(self, name: PlayName) -> np.uint64:
        if name not in self._marks:  # by order of discovery, so that runs agree
            number = np.random.default_rng(len(self._marks)).integers(1, 2**62)
            self._marks[name] = np.uint64(number)
        return self._marks[name]

    def _worth(self, rows: Floats, names: Sequence[str]) -> Floats:
        total = np.zeros(rows.shape[1])
        for name, weight in self.goal.weights.items():
            row = _row(rows, names, name)
            if row is not None:
                total = total + float(weight) * row
        return total

    def _allowed(self, rows: Floats, names: Sequence[str]) -> Bools:
        fine = np.ones(rows.shape[1], dtype=bool)
        for need in self.goal.requirements:
            row = _row(rows, names, need.outcome)
            with np.errstate(invalid="ignore"):
                excess = need.excess(np.zeros(len(fine)) if row is None else row)
                fine &= excess <= SPARE
        return fine


def _row(rows: Floats, names: Sequence[str], name: str) -> Floats | None:
    """An outcome; None if it cannot happen where branches of chance are impossible.

    An event that has a name by player may be left with one for all, if their chance is then equal.
    """
    plain = name.split(" (event for ")[0]
    for candidate in (name, plain):
        if candidate in names:
            return np.asarray(rows[names.index(candidate)])
    return None


def exact_worth(goal: Goal, result: PointResult, cost: float, spare: float) -> dict[str, float]:
    """The goal at a point that was solved completely, by rule; minus infinity where it fails."""
    worth = [goal.worth(outcome) - cost for outcome in result.outcomes]
    fine = [goal.allowed(outcome, spare) for outcome in result.outcomes]
    good = [value for value, allowed in zip(worth, fine, strict=True) if allowed]
    return {
        "best": max(good, default=-np.inf),
        "worst": min(worth) if worth and all(fine) else -np.inf,
    }
