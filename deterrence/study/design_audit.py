"""The fine grid of a design, and complete solutions of some of its points."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deterrence.study.design_record import RULES, Check
from deterrence.study.design_search import View
from deterrence.study.landscape import Landscape, Seen, exact_worth
from deterrence.study.points import solve_points

__all__ = ["Survey"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
REPAIRS = 3  # rounds of learning from what an audit found
SPARE = 1e-8  # by how much complete solutions may break a requirement


class Survey:
    """A grid of instruments beside complete solutions.

    Parameters
    ----------
    land : Landscape
    points : ndarray, shape (points, instruments)
    random : numpy.random.Generator
    jobs : int or None
    """

    def __init__(
        self, land: Landscape, points: Floats, random: np.random.Generator, jobs: int | None
    ) -> None:
        self.land, self.points, self.random, self.jobs = land, points, random, jobs

    def grid(self, view: View, edges: int) -> Seen:
        """The goal on the grid; up to so many points on borders are solved completely."""
        seen = view.see(self.points)
        if len(view.stakes) == 1:
            self._solve_edges(view, seen, edges)
        return seen

    def audited(self, view: View, audit: int) -> tuple[Seen, int]:
        """The goal on the grid after so many complete solutions, and how many still differed."""
        missed = 0
        for _ in range(REPAIRS):
            seen = view.see(self.points)
            places, rows = self._to_audit(view, seen, audit)
            firm = ~seen.edge[places]  # on a border more may exist, at that point alone
            wrong = firm & ~self._agree(rows)
            missed = int(wrong.sum())
            if not missed or not self.land.ask(rows[wrong]):
                break
        return self.grid(view, audit), missed

    def check(
        self, rule: str, rows: Floats, exact: Mapping[str, Fraction] | None = None
    ) -> list[Check]:
        """Complete solutions at points with their stakes, beside the search."""
        searched = self.land.see(rows).values[rule]
        points = [{**self.land.atlas.numbers.point(row), **(exact or {})} for row in rows]
        results = solve_points(self.land.game, points, jobs=self.jobs)
        costs = self.land.goal.costs(self.land.columns(rows), len(rows))
        return [
            Check(
                {name: float(x) for name, x in result.point.items()},
                float(value),
                exact_worth(self.land.goal, result, float(cost), SPARE)[rule],
                result.complete and not result.capped,
            )
            for value, result, cost in zip(searched, results, costs, strict=True)
        ]

    def _agree(self, rows: Floats) -> Bools:
        if not len(rows):
            return np.zeros(0, dtype=bool)
        checks = [self.check(rule, rows) for rule in RULES]
        return np.array([all(check.agrees for check in both) for both in zip(*checks, strict=True)])

    def _solve_edges(self, view: View, seen: Seen, most: int) -> None:
        """Put complete solutions in at points of the grid that lie on a border."""
        places = np.flatnonzero(seen.edge)
        places = places[np.argsort(-seen.values["best"][places], kind="stable")][:most]
        if len(places):
            rows = np.column_stack(
                [self.points[places], np.repeat(view.stakes, len(places), axis=0)]
            )
            for rule in RULES:
                for place, check in zip(places, self.check(rule, rows), strict=True):
                    if check.complete:
                        seen.values[rule][place] = check.solved

    def _to_audit(self, view: View, seen: Seen, audit: int) -> tuple[NDArray[np.intp], Floats]:
        """Some points of the grid, half of them those with the highest values by either rule."""
        size = len(self.points)
        audit = min(audit, size)
        top = [np.argsort(-value, kind="stable") for value in seen.values.values()]
        first = np.stack(top, axis=1).ravel()
        _, order = np.unique(first, return_index=True)
        chosen = first[np.sort(order)][: audit // 2]
        rest = self.random.permutation(np.setdiff1d(np.arange(size), chosen))
        places = np.concatenate([chosen, rest[: audit - len(chosen)]]).astype(np.intp)
        draws = self.random.integers(0, len(view.stakes), len(places))
        return places, np.column_stack([self.points[places], view.stakes[draws]])
