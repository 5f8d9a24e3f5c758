"""The logit equations in coordinates: every choice's log odds are precision times payoff gaps."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from deterrence.equilibrium.logit_system import LogitSystem
from deterrence.equilibrium.logit_values import Floats, TreeValues

__all__ = ["Chart"]

ROUNDING = 2.3e-16


class Chart:
    """Log odds against one action of each set, the one that is most likely where the chart is made.

    A point is the log odds, then the precision. Log odds against a likely action keep their digits
    where probabilities do not, so that a path changes charts as it goes.

    Parameters
    ----------
    system : LogitSystem
    logs : ndarray
        Log probabilities of the profile around which the chart is made.
    """

    def __init__(self, system: LogitSystem, logs: Floats) -> None:
        self.system = system
        self.base = system.likeliest(logs)
        keep = np.ones(system.width, dtype=bool)
        keep[self.base] = False
        self.kept = np.flatnonzero(keep)
        self.against = self.base[system.set_of[self.kept]]
        self.size = len(self.kept)
        self._differences: Any = None

    def suits(self, logs: Floats) -> bool:
        """Whether a chart made at this profile would be the same."""
        return bool(np.array_equal(self.base, self.system.likeliest(logs)))

    def odds(self, logs: Floats) -> Floats:
        """Log odds of a profile; also of its derivatives."""
        return np.asarray(logs[self.kept] - logs[self.against])

    def logs(self, odds: Floats) -> Floats:
        """Log probabilities from log odds."""
        scores = np.zeros(self.system.width)
        scores[self.kept] = odds
        return self.system.normalised(scores)

    def drift(self, logs: Floats, odds: Floats) -> Floats:
        """How log probabilities move when log odds move."""
        moved = np.zeros(self.system.width)
        moved[self.kept] = odds
        mean = np.add.reduceat(np.exp(logs) * moved, self.system.starts)
        return np.asarray(moved - mean[self.system.set_of])

    def residual(self, point: Floats) -> Floats:
        """Log odds minus precision times payoff differences."""
        values = self.system.values.payoffs(self.logs(point[:-1]))
        return np.asarray(point[:-1] - point[-1] * (values[self.kept] - values[self.against]))

    def jacobian(self, point: Floats) -> tuple[Floats, Floats]:
        """The residual, and its derivatives by log odds and precision."""
        logs = self.logs(point[:-1])
        values, slope = self.system.values.slopes(logs)
        difference = values[self.kept] - values[self.against]
        if isinstance(slope, np.ndarray):
            moved = self._moved(slope, np.exp(logs))
        else:
            moved = self._moved_sparse(slope, np.exp(logs))
        matrix = np.empty((self.size, self.size + 1))
        np.multiply(moved, -point[-1], out=matrix[:, :-1])
        matrix[np.arange(self.size), np.arange(self.size)] += 1
        matrix[:, -1] = -difference
        return point[:-1] - point[-1] * difference, matrix

    def _moved(self, slope: Floats, p: Floats) -> Floats:
        """Payoff differences by log odds, from payoffs by log probability."""
        rows = slope[self.kept] - slope[self.against]
        totals = np.add.reduceat(rows, self.system.starts, axis=1)
        sets = self.system.set_of[self.kept]
        return np.asarray(rows[:, self.kept] - p[self.kept] * totals[:, sets])

    def _moved_sparse(self, slope: Any, p: Floats) -> Floats:
        """The same where few choices depend on each other."""
        kept, count = self.kept, np.arange(self.size)
        if self._differences is None:
            ones = np.concatenate([np.ones(self.size), -np.ones(self.size)])
            places = np.concatenate([count, count]), np.concatenate([kept, self.against])
            self._differences = sparse.csr_array((ones, places), (self.size, len(p)))
            self._set_columns()
        self._columns.data[:] = self._identity - p[kept][self._columns.indices]
        return np.asarray((self._differences @ slope @ self._columns).toarray())

    def _set_columns(self) -> None:
        """The pattern of log probabilities by log odds: each by all of its set."""
        system, size = self.system, self.size
        sets, width = system.set_of, system.width
        member = sparse.csr_array(
            (np.ones(size), (sets[self.kept], np.arange(size))), (len(system.sizes), size)
        )
        each = np.arange(width)
        own = sparse.csr_array((np.ones(width), (each, sets)), (width, len(system.sizes)))
        self._columns = sparse.csr_array(own @ member)
        rows = np.repeat(np.arange(width), np.diff(self._columns.indptr))
        self._identity = (self.kept[self._columns.indices] == rows).astype(float)

    def rounding(self, point: Floats) -> float:
        """How far rounding alone may move a solution."""
        precision = abs(float(point[-1]))
        deepest = float(np.max(np.abs(point[:-1]), initial=0.0))
        tree = 1 + (deepest if isinstance(self.system.values, TreeValues) else 0)
        return 1e-12 + 2 * ROUNDING * precision * tree
