"""Least and most of a density over intervals, for distributions of which enough is known."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.games.collective_action import StepDensity

__all__ = ["density_bounds"]

Floats = NDArray[np.float64]
ROUNDING = 1e-9  # relative, of densities
# the logarithm of the density is concave (Bagnoli and Bergstrom 2005)
LOG_CONCAVE = ("norm", "expon", "logistic", "gumbel_r", "gumbel_l", "laplace", "truncnorm")
# ... provided that these parameters of shape are at least one
LOG_CONCAVE_FROM_ONE = {"gamma": 1, "beta": 2, "weibull_min": 1, "powerlaw": 1}


def density_bounds(cost: Any, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Bounds of a density over intervals of costs; 0 and infinity where none are known.

    Parameters
    ----------
    cost : distribution
        Bounds are known for `StepDensity`, for uniform distributions of scipy, and for those of
        its families whose log density is concave.
    low, high : ndarray
        The ends of the intervals.

    Returns
    -------
    (ndarray, ndarray)
    """
    if isinstance(cost, StepDensity):
        return cost.density_bounds(low, high)
    family = getattr(getattr(cost, "dist", None), "name", None)
    if family == "uniform":
        return StepDensity(cost.support(), [1.0]).density_bounds(low, high)
    if family in LOG_CONCAVE or _from_one(cost, family):
        return _by_chords(cost, low, high)
    return np.zeros(len(low)), np.full(len(low), np.inf)


def _from_one(cost: Any, family: str | None) -> bool:
    count = LOG_CONCAVE_FROM_ONE.get(family or "")
    shapes = cost.args[:count] if count else ()
    return count is not None and len(shapes) == count and all(np.all(x >= 1) for x in shapes)


def _by_chords(cost: Any, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """A concave function lies above its chord between two points, and below it beyond them."""
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        width = high - low
        first, last = cost.logpdf(low), cost.logpdf(high)
        before, after = cost.logpdf(low - width), cost.logpdf(high + width)
        rising = np.maximum(first, 2 * first - before)  # the chord from the left, at both ends
        falling = np.maximum(last, 2 * last - after)
        # without a density just outside the chord says nothing
        rising = np.where(np.isfinite(before) & np.isfinite(first), rising, np.inf)
        falling = np.where(np.isfinite(after) & np.isfinite(last), falling, np.inf)
        least = np.exp(np.minimum(first, last)) * (1 - ROUNDING)
        most = np.exp(np.minimum(rising, falling)) * (1 + ROUNDING)
    outside = (high < cost.support()[0]) | (low > cost.support()[1])
    most = np.where(outside, 0.0, np.nan_to_num(most, nan=np.inf, posinf=np.inf))
    return np.nan_to_num(least, nan=0.0), most
