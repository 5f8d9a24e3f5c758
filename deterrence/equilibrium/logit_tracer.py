"""Following a branch of the logit correspondence, and finding the places that matter along it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from deterrence.equilibrium.continuation import Follower, Step, advance, begin
from deterrence.equilibrium.logit_chart import Chart
from deterrence.equilibrium.logit_limit import Limit, find_limit
from deterrence.equilibrium.logit_newton import GREATEST, solve_at
from deterrence.equilibrium.logit_system import LogitSystem
from deterrence.equilibrium.logit_values import Floats

__all__ = ["Tracer"]

FIRST_STEP = 0.05
DECIDED = 7.0  # log odds beyond which an action that falls behind is as good as unplayed


class Tracer:
    """Follows a branch and keeps what it met; it can be told to go on.

    Precisions here are in the system's units.
    """

    def __init__(
        self,
        system: LogitSystem,
        start: tuple[Floats, float] | None = None,
        falling: bool = False,
        longest: float = 1.0,
    ) -> None:
        self.system, self.principal = system, start is None
        even = system.normalised(np.zeros(system.width))
        logs, precision = start or (even, 0.0)
        self.chart = Chart(system, logs)
        point = np.append(self.chart.odds(logs), precision)
        toward = np.zeros(len(point))
        toward[-1] = -1.0 if falling else 1.0
        self.precision: list[float] = []
        self.logs: list[Floats] = []
        self.tangents: list[tuple[Floats, float]] = []  # of log probabilities and precision
        self.orientations: list[int] = []
        self.lengths: list[float] = []
        self.regret: list[float] = []
        self.ended = ""
        self.follower = Follower(self.chart, begin(self.chart, point, toward), FIRST_STEP, longest)
        self._limit: tuple[int, Limit] | None = None
        self._keep()

    def run(
        self,
        most_steps: int,
        regret: float | None = None,
        to: float | None = None,
        least: float = 0.0,
    ) -> None:
        """Go on until a bound is met, but not below the precision `least`."""
        before = len(self.logs)
        while True:
            self.ended = self._reason(regret, to, least)
            if not self.ended and len(self.logs) - before >= most_steps:
                self.ended = "steps"
            if self.ended:
                return
            if self.follower.next() is None:
                self.ended = "rounding"
                return
            self._keep()
            if to is not None and self._passed(to):
                self._stop_at(to)

    def _reason(self, regret: float | None, to: float | None, least: float) -> str:
        precision = self.precision[-1]
        if to is not None and (precision == to or not self.system.width):
            return "precision"
        if not self.system.width:
            return "regret"
        if precision < 0:
            self._stop_at(0.0)
            return "zero"
        if precision > GREATEST:
            return "rounding"
        if regret is None or precision < least or self.regret[-1] > regret:
            return ""
        return "regret" if self._settled() else ""

    def _settled(self) -> bool:
        """Whether no action is on its way from rare to unplayed."""
        chart = self.chart
        change, speed = self.tangents[-1]
        if speed <= 0:
            return False
        odds = chart.odds(self.logs[-1])
        pace = chart.odds(change) * (self.precision[-1] / speed)
        noise = chart.rounding(self.follower.here.point)
        growing = (odds * pace > 0) & (np.abs(pace) > 0.5 * np.abs(odds))
        near = (np.abs(odds) > 1e3 * noise) & (np.abs(odds) < DECIDED)
        return not bool(np.any(growing & near))

    def _keep(self) -> None:
        """Note where the follower is, and change its coordinates where that is due."""
        here = self.follower.here
        logs = self.chart.logs(here.point[:-1])
        change = self.chart.drift(logs, here.tangent[:-1])
        self.precision.append(float(here.point[-1]))
        self.logs.append(logs)
        self.tangents.append((change, float(here.tangent[-1])))
        self.orientations.append(here.orientation)
        self.lengths.append(here.length)
        self.regret.append(float(np.max(self.system.regrets(logs), initial=0.0)))
        if not self.chart.suits(logs):
            self._rechart()

    def _rechart(self) -> None:
        """Go on from the last point in the coordinates that suit it."""
        self.chart, self.follower.here = self._step(len(self.logs) - 1)
        self.follower.curve = self.chart

    def _step(self, k: int) -> tuple[Chart, Step]:
        """A point of the path, with coordinates that suit it."""
        chart = Chart(self.system, self.logs[k])
        change, speed = self.tangents[k]
        point = np.append(chart.odds(self.logs[k]), self.precision[k])
        tangent = np.append(chart.odds(change), speed)
        return chart, Step(point, tangent, self.orientations[k], self.lengths[k])

    def _passed(self, precision: float) -> bool:
        one, two = self.precision[-2:]
        return (one < precision <= two) or (two <= precision < one)

    def _stop_at(self, precision: float) -> None:
        """Put the point at this precision in place of the last one."""
        logs = self._crossing(len(self.logs) - 2, precision)
        for kept in (self.precision, self.logs, self.regret):
            kept.pop()
        self.precision.append(precision)
        self.logs.append(logs)
        self.regret.append(float(np.max(self.system.regrets(logs), initial=0.0)))
        self._rechart()
        here = self.follower.here
        self.follower.here = begin(self.chart, here.point, here.tangent)
        change = self.chart.drift(logs, self.follower.here.tangent[:-1])
        self.tangents[-1] = (change, float(self.follower.here.tangent[-1]))

    # -- places between points ----------------------------------------------------------------

    def crossings(self, precision: float) -> list[Floats]:
        """Log probabilities wherever the path has this precision."""
        if not self.system.width:
            return [self.logs[0]]
        found = [self.logs[k] for k, p in enumerate(self.precision) if p == precision]
        for k in range(len(self.precision) - 1):
            one, two = self.precision[k : k + 2]
            if min(one, two) < precision < max(one, two):
                found.append(self._crossing(k, precision))
        return found

    def _crossing(self, k: int, precision: float) -> Floats:
        _, logs = self._located(k, lambda step: float(step.point[-1]) - precision)
        exact = solve_at(self.system, logs, precision)
        return logs if exact is None else exact

    def turning_points(self) -> list[tuple[float, Floats]]:
        """Where precision stops rising or falling."""
        return [
            self._located(k, lambda step: float(step.tangent[-1]))
            for k in range(len(self.tangents) - 1)
            if self.tangents[k][1] * self.tangents[k + 1][1] < 0
        ]

    def bifurcations(self) -> list[float]:
        """Where the orientation changes sign."""
        return [
            self._located(k, lambda step: float(step.orientation))[0]
            for k in range(len(self.orientations) - 1)
            if self.orientations[k] * self.orientations[k + 1] < 0
        ]

    def _located(self, k: int, quantity: Callable[[Step], float]) -> tuple[float, Floats]:
        """Precision and log probabilities between two points, where a quantity changes sign.

        If the curve cannot be followed there, at the last place that was reached.
        """
        chart, best = self._step(k)
        start, far = best, self.lengths[k + 1]
        ends = {0.0: quantity(start), far: quantity(self._step(k + 1)[1])}

        def at(length: float) -> float:
            nonlocal best
            if length in ends:
                return ends[length]
            found = advance(chart, start, length)
            if found is None:
                raise ArithmeticError
            best = found[0]
            return quantity(best)

        with contextlib.suppress(ArithmeticError, ValueError):
            brentq(at, 0.0, far, xtol=1e-12, rtol=1e-10)
        return float(best.point[-1]), chart.logs(best.point[:-1])

    def limit(self) -> Limit:
        """The certified equilibrium nearest to where the path has come."""
        length = len(self.logs)
        if self._limit is None or self._limit[0] != length:
            end = self.logs[-1], self.tangents[-1], self.precision[-1]
            self._limit = length, find_limit(self.system, *end)
        return self._limit[1]
