"""Fixed points of the logit response at one precision, by Newton's method."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from deterrence.equilibrium.logit_chart import Chart
from deterrence.equilibrium.logit_system import LogitSystem
from deterrence.equilibrium.logit_values import Floats
from deterrence.errors import InputError, LimitError

__all__ = ["GREATEST", "checked_precision", "inner_precision", "residual_of", "solve_at"]

MOST_NEWTON = 60
ACCEPTED = 1e-9  # residual, in probabilities
GREATEST = 1e12  # precision times span; beyond it rounding decides


def checked_precision(precision: Any, what: str = "precision") -> float:
    """A precision as a float; InputError unless it is finite and not negative."""
    try:
        number = math.nan if isinstance(precision, (bool, str)) else float(precision)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not (math.isfinite(number) and number >= 0):
        raise InputError(
            f"{what} = {precision!r}: give a finite number of at least 0, in units of one over "
            "payoffs."
        )
    return number


def inner_precision(system: LogitSystem, precision: float) -> float:
    """The precision in the units of the system; LimitError where floats do not suffice."""
    inner = precision * float(system.unit)
    if inner > GREATEST:
        raise LimitError(
            f"precision {precision:g} times the payoff span {float(system.unit):g} exceeds "
            f"{GREATEST:g}, beyond which rounding decides. Give at most "
            f"{GREATEST / float(system.unit):g}."
        )
    return inner


def solve_at(system: LogitSystem, logs: Floats, inner: float) -> Floats | None:
    """The fixed point that damped Newton steps from a profile lead to, if they lead to one."""
    with np.errstate(all="ignore"):
        for _ in range(MOST_NEWTON):
            chart = Chart(system, logs)
            point = np.append(chart.odds(logs), inner)
            residual, derivatives = chart.jacobian(point)
            size = float(np.max(np.abs(residual), initial=0.0))
            if not np.isfinite(size) or not np.all(np.isfinite(derivatives)):
                return None
            if size <= 4 * chart.rounding(point) * (1 + float(np.max(np.abs(point), initial=0.0))):
                break
            try:
                move = np.linalg.solve(derivatives[:, :-1], -residual)
            except np.linalg.LinAlgError:
                return None
            damped = _damped(chart, point, np.asarray(move), size)
            if damped is None:
                break
            logs = chart.logs(damped)
    return logs if residual_of(system, logs, inner) <= ACCEPTED else None


def _damped(chart: Chart, point: Floats, move: Floats, size: float) -> Floats | None:
    """Log odds after the longest of the halved steps that brings the residual down."""
    length = 1.0
    while length > 1e-4:
        odds = point[:-1] + length * move
        after = chart.residual(np.append(odds, point[-1]))
        worst = float(np.max(np.abs(after), initial=0.0))
        if np.isfinite(worst) and worst < (1 - 0.1 * length) * size:
            return np.asarray(odds)
        length /= 2
    return None


def residual_of(system: LogitSystem, logs: Floats, inner: float) -> float:
    """The largest difference between a probability and the logit response."""
    response = system.normalised(inner * system.values.payoffs(logs)) if system.width else logs
    difference = float(np.max(np.abs(np.exp(response) - np.exp(logs)), initial=0.0))
    return difference if math.isfinite(difference) else math.inf
