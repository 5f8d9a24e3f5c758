"""A sweep of many points: plays learnt at few of them, evaluated at all, audited at some."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import InputError
from deterrence.games.tree import Game
from deterrence.study.atlas import Atlas
from deterrence.study.learning import Learning
from deterrence.study.map_store import MapStore
from deterrence.study.map_workers import Workers
from deterrence.study.mapping import Grid
from deterrence.study.mesh import Mesh, chunks
from deterrence.study.points import solve_points
from deterrence.study.points_as_arrays import NO_VALUE, Stratum
from deterrence.study.regimes import Classifier, regimes_at
from deterrence.study.results import PointResult, outcome_labels

__all__ = ["AUDITS", "Audit", "Mapped", "check_audit", "map_regimes"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
SAME = 1e-7  # outcomes closer than this are the same
AUDITS = 5  # at most, each with new points, as long as the one before found something to repair
REHEARSED = 20_000  # points of a large grid whose gaps are filled before all are evaluated
AT_ONCE = 12  # points without any play that are solved in one round
ROUNDS = 40
MOST_EDGES = 2000  # points on a border, or without a play, that are solved one by one


def check_audit(audit: Any) -> None:
    """InputError unless this is a number of points to audit."""
    if isinstance(audit, bool) or not isinstance(audit, int) or audit < 1:
        raise InputError(f"audit = {audit!r}; give the number of points to solve again, 1 or more.")


@dataclass(frozen=True)
class Audit:
    """Complete solutions at points of the grid, compared with the map.

    Attributes
    ----------
    points : int
        How many, half of them drawn from all points, half from those beside a border.
    missed : int
        At how many the map lacked a play, had one too many, or differed in an outcome.
    repaired : int
        Differences that earlier audits found, and that were learnt from.
    incomplete : int
        Points at which the solution itself was not complete.
    """

    points: int
    missed: int
    repaired: int
    incomplete: int

    @property
    def bound(self) -> float:
        """The share of points that may be wrong, at 95 % confidence (Clopper and Pearson 1934)."""
        from scipy.stats import beta

        if self.missed == self.points:
            return 1.0
        return float(beta.ppf(0.95, self.missed + 1, self.points - self.missed))

    def __str__(self) -> str:
        return (
            f"audited {self.points:,}, missed {self.missed:,}: below {self.bound:.2g} of the "
            "points at 95 % confidence"
        )


@dataclass(frozen=True, eq=False)
class Mapped:
    """A filled grid and how it came about."""

    grid: Grid
    audit: Audit
    solved: int
    empty: int
    on_edge: tuple[int, int]
    left: tuple[str, ...]


def map_regimes(
    game: Game,
    axes: Mapping[str, Sequence[Fraction]],
    label: Classifier,
    *,
    audit: int,
    rng: np.random.Generator,
    jobs: int | None,
    store: MapStore,
    progress: Callable[[int, int], Any],
    budget: int = 200_000,
) -> Mapped:
    """Map a game with formulas in what varies only.

    Parameters
    ----------
    game : Game
    axes : mapping of str to sequence of fractions.Fraction
    label : callable
        From an outcome to its regime.
    audit : int
        Points to audit.
    rng : numpy.random.Generator
    jobs, progress
        As for `solve_points`; progress counts points.
    store : MapStore
    budget : int
    """
    return _Mapping(game, axes, label, audit, rng, jobs, store, progress, budget).run()


class _Mapping:
    def __init__(
        self,
        game: Game,
        axes: Mapping[str, Sequence[Fraction]],
        label: Classifier,
        audit: int,
        rng: np.random.Generator,
        jobs: int | None,
        store: MapStore,
        progress: Callable[[int, int], Any],
        budget: int,
    ) -> None:
        self.game, self.label, self.rng, self.jobs = game, label, rng, jobs
        self.values, self.store, self.progress = axes, store, progress
        self.mesh = Mesh.of([np.array([float(x) for x in values]) for values in axes.values()])
        self.audited = min(audit, self.mesh.size)
        self.atlas = Atlas(game, tuple(axes))
        self.workers = Workers(game, tuple(axes), budget, jobs)
        self.learning = Learning(
            self.atlas, self.mesh.points, self.workers.solve, rng, lambda number, count: None
        )
        self.strata = self.atlas.numbers.strata(self.mesh.at(np.arange(self.mesh.size)))
        self.valued = np.flatnonzero(self.strata != NO_VALUE)

    def run(self) -> Mapped:
        self.progress(0, self.mesh.size)
        self.learning.run()
        self._unknown_strata()
        self._rehearse()
        known = self.atlas.families()
        grid = self._evaluated(self.valued)
        learnt = self._fill_gaps(grid, self.valued)
        repaired, on_edge = 0, (0, 0)
        for _ in range(AUDITS):
            if learnt:
                known = self._again(grid, known)
                self._fill_gaps(grid, self.valued)
            on_edge = self._solve_edges(grid)
            audit, wrong = self._audit(grid)
            if not len(wrong):
                break
            learnt = self._ask(wrong)
            if not learnt:
                break
            repaired += audit.missed
        empty = int(np.isnan(grid.least[self.valued, 0]).sum())
        found = Audit(audit.points, audit.missed, repaired, audit.incomplete)
        left = tuple(self.atlas.incomplete)
        return Mapped(grid, found, self.learning.solved, empty, on_edge, left)

    def _rehearse(self) -> None:
        """Fill gaps at some points of the grid first: all points are evaluated only once, then."""
        if self.mesh.size > 2 * REHEARSED:
            some = np.sort(self.rng.choice(self.valued, REHEARSED, replace=False))
            trial = Grid.empty(self.mesh.shape, len(outcome_labels(self.game)))
            self._enter(trial, some)
            self._fill_gaps(trial, some)

    def _unknown_strata(self) -> None:
        """Learn where the mesh has no point."""
        for stratum in np.unique(self.strata[self.valued]).tolist():
            if stratum not in self.learning.members:
                own = np.flatnonzero(self.strata == stratum)
                self._ask(self.rng.permutation(own)[:AT_ONCE])

    def _ask(self, places: Places) -> int:
        rows = self.mesh.at(places)
        return self.learning.ask(
            (int(self.strata[n]), row) for n, row in zip(places, rows, strict=True)
        )

    def _evaluated(self, places: Places) -> Grid:
        """The whole grid, with what a store has of it."""
        grid = Grid.empty(self.mesh.shape, len(outcome_labels(self.game)))
        todo, done = list(chunks(places, self.strata[places])), 0
        keep = self.store.of(self.atlas)
        if keep is not None:
            for part in keep.finished():
                grid.fill(part, self.label)
                done += len(part.places)
            todo = [chunk for chunk in todo if not keep.has(chunk)]
        for part in self.workers.evaluate(self.atlas, self.mesh, todo):
            grid.fill(part, self.label)
            if keep is not None:
                keep.add(part)
            done += len(part.places)
            self.progress(done, self.mesh.size)
        return grid

    def _enter(
        self, grid: Grid, places: Places, since: Mapping[Stratum, int] | None = None
    ) -> None:
        """Evaluate some points."""
        todo = list(chunks(places, self.strata[places], since))
        for part in self.workers.evaluate(self.atlas, self.mesh, todo):
            grid.fill(part, self.label)

    def _again(self, grid: Grid, known: Mapping[Stratum, int]) -> dict[Stratum, int]:
        """Evaluate what has been learnt since; public choices depend on everything below them."""
        now = self.atlas.families()
        for stratum in self.atlas.sheets:
            own = np.flatnonzero(self.strata == stratum)
            if stratum not in now:
                grid.clear(own)
                self._enter(grid, own)
            elif now[stratum] > known.get(stratum, 0):
                self._enter(grid, own, {stratum: known.get(stratum, 0)})
        return now

    def _fill_gaps(self, grid: Grid, places: Places) -> int:
        """Learn at points without any play until there are none; how many plays were new."""
        learnt = 0
        for _ in range(ROUNDS):
            empty = places[np.isnan(grid.least[places, 0])]
            if not len(empty):
                break
            new = self._ask(self.rng.permutation(empty)[:AT_ONCE])
            learnt += new
            if not new:
                break
            self._enter(grid, empty)
        return learnt

    def _solve_edges(self, grid: Grid) -> tuple[int, int]:
        """Solve points one by one where the charts do not serve; how many, and of how many.

        Where conditions hold with equality mixtures may exist that are nowhere else; where there
        is no play, all that exist come from roots of polynomials.
        """
        edges = np.flatnonzero(grid.edge | np.isnan(grid.least[:, 0]) & (self.strata != NO_VALUE))
        chosen = edges[:MOST_EDGES]
        results = solve_points(self.game, [self._exact(n) for n in chosen], jobs=self.jobs)
        names = list(outcome_labels(self.game))
        for place, result in zip(chosen.tolist(), results, strict=True):
            if result.least:
                least, most = ([f[name] for name in names] for f in (result.least, result.most))
                grid.correct(place, least, most, regimes_at(result.outcomes, self.label))
        return len(chosen), len(edges)

    # -- audit --------------------------------------------------------------------------------

    def _audit(self, grid: Grid) -> tuple[Audit, Places]:
        """Complete solutions at some points; the audit, and where it found a difference."""
        places = self._drawn(grid)
        points = [self._exact(n) for n in places]
        results = solve_points(self.game, points, jobs=self.jobs)
        differs = [not self._agrees(grid, n, r) for n, r in zip(places, results, strict=True)]
        incomplete = sum(not result.complete for result in results)
        return Audit(len(places), sum(differs), 0, incomplete), places[
            np.array(differs, dtype=bool)
        ]

    def _drawn(self, grid: Grid) -> Places:
        beside = _beside_borders(grid)
        half = min(self.audited // 2, len(beside))
        near = self.rng.choice(beside, half, replace=False) if half else beside[:0]
        others = np.setdiff1d(self.valued, near)
        rest = self.rng.choice(others, min(self.audited - half, len(others)), replace=False)
        return np.concatenate([near, rest]).astype(np.intp)

    def _exact(self, place: int) -> dict[str, Fraction]:
        indices = np.unravel_index(place, self.mesh.shape)
        return {
            name: values[int(i)]
            for (name, values), i in zip(self.values.items(), indices, strict=True)
        }

    def _agrees(self, grid: Grid, place: int, result: PointResult) -> bool:
        names = list(outcome_labels(self.game))
        if not result.least:
            return bool(np.isnan(grid.least[place, 0]))
        ends = [[found[name] for name in names] for found in (result.least, result.most)]
        have = [grid.least[place], grid.most[place]]
        regimes = {name for name, where in grid.regimes.items() if where[place]}
        return np.allclose(have, ends, rtol=0, atol=SAME) and regimes == set(
            regimes_at(result.outcomes, self.label)
        )


def _beside_borders(grid: Grid) -> Places:
    """Points with another set of plays than a neighbour."""
    beside = np.zeros(grid.shape, dtype=bool)
    for where in grid.exists.values():
        laid = where.reshape(grid.shape)
        for axis in range(laid.ndim):
            differ = np.diff(laid, axis=axis)
            low = tuple(slice(0, -1) if k == axis else slice(None) for k in range(laid.ndim))
            high = tuple(slice(1, None) if k == axis else slice(None) for k in range(laid.ndim))
            beside[low] |= differ
            beside[high] |= differ
    return np.flatnonzero(beside)
