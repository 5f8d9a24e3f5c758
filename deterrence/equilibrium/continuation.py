"""Curves of solutions followed by pseudo-arclength: tangent predictor, Newton corrector.

Lengths are measured in coordinates divided by one plus their size, so that where everything grows
in proportion, steps grow geometrically. Turning points need no care; at a bifurcation the curve
goes straight on, and the orientation changes sign (Allgower and Georg 1990, chapter 8).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Curve", "Follower", "Step", "advance", "begin", "settle"]

Floats = NDArray[np.float64]

SHORTEST = 1e-11
MOST_CORRECTIONS = 7
FAR = 0.25  # of the step: a first correction larger than this is not trusted
CONTRACTION = 0.4  # of one correction to the next
LEAST_COSINE = 0.95  # between tangents


class Curve(Protocol):
    """Equations with one unknown more than there are equations."""

    def residual(self, point: Floats) -> Floats:
        """What should vanish."""

    def jacobian(self, point: Floats) -> tuple[Floats, Floats]:
        """The residual and its derivatives, (n, n + 1)."""

    def rounding(self, point: Floats) -> float:
        """How far rounding alone may move a solution, relative to one plus its size."""


@dataclass(frozen=True)
class Step:
    """A point of the curve.

    Attributes
    ----------
    point : ndarray
    tangent : ndarray
        Of length one in the weights at this point.
    orientation : int
        The sign of the determinant of the derivatives with the tangent below them; it changes at
        a simple bifurcation and nowhere else.
    length : float
        Of the step that led here.
    """

    point: Floats
    tangent: Floats
    orientation: int
    length: float


def weights_at(point: Floats) -> Floats:
    """What lengths are multiplied by."""
    weights = 1 / (1 + np.abs(point))
    weights[:-1] /= np.sqrt(max(len(point) - 1, 1))
    return np.asarray(weights)


def begin(curve: Curve, point: Floats, toward: Floats) -> Step:
    """The curve at a point on it, in the direction that has a positive product with `toward`."""
    weights = weights_at(point)
    _, derivatives = curve.jacobian(point)
    tangent, orientation = _tangent(derivatives, weights, toward)
    return Step(point, tangent, orientation, 0.0)


class Follower:
    """Goes along a curve with steps as long as the corrections that they need allow.

    Parameters
    ----------
    curve : Curve
    here : Step
        May be replaced by the same point in other coordinates.
    length : float
        To try first.
    longest : float
        Steps are at most so long.
    """

    def __init__(self, curve: Curve, here: Step, length: float, longest: float) -> None:
        self.curve, self.here = curve, here
        self.length, self.longest = min(length, longest), longest

    def next(self) -> Step | None:
        """The next point; None if only steps too short to matter can be trusted."""
        while self.length > SHORTEST:
            found = advance(self.curve, self.here, self.length)
            if found is not None:
                self.here, correction = found
                growth = _growth(correction / self.length)
                self.length = min(self.longest, self.length * growth)
                return self.here
            self.length *= 0.4
        return None


def _growth(correction: float) -> float:
    return 2.0 if correction < 0.02 else 1.4 if correction < 0.08 else 1.0


def advance(curve: Curve, here: Step, length: float) -> tuple[Step, float] | None:
    """One step of a given length and the size of its correction; None where it goes astray."""
    weights = weights_at(here.point)
    tangent = here.tangent / np.linalg.norm(weights * here.tangent)
    guess = here.point + length * tangent
    across = weights * weights * tangent
    found = settle(curve, guess, across, weights, FAR * length)
    if found is None:
        return None
    point, derivatives, correction = found
    turned, orientation = _tangent(derivatives, weights, tangent)
    cosine = float((weights * turned) @ (weights * tangent))
    cosine /= float(np.linalg.norm(weights * turned))
    if not cosine >= LEAST_COSINE:
        return None
    return Step(point, turned, orientation, length), correction


def settle(
    curve: Curve, guess: Floats, across: Floats, weights: Floats, farthest: float
) -> tuple[Floats, Floats, float] | None:
    """Newton's method in the hyperplane through a guess; None unless it contracts from the start.

    Parameters
    ----------
    curve : Curve
    guess : ndarray
    across : ndarray
        Normal to the hyperplane.
    weights : ndarray
        Of the coordinates, for lengths.
    farthest : float
        A first correction longer than this is refused.

    Returns
    -------
    (point, derivatives there, length of the first correction) or None
    """
    point = guess
    noise = max(4 * curve.rounding(guess), 1e-13)
    first = last = np.inf
    with np.errstate(all="ignore"):
        for count in range(MOST_CORRECTIONS):
            residual, derivatives = curve.jacobian(point)
            if not np.all(np.isfinite(derivatives)):
                return None
            move = _solved(derivatives, across, np.append(-residual, 0.0), weights)
            if move is None:
                return None
            size = float(np.linalg.norm(weights * move))
            if count == 0:
                first = size
            far = size > max(farthest, noise) if count == 0 else size > CONTRACTION * last
            if not np.isfinite(size) or (far and size > noise):
                return None
            point, last = point + move, size
            if size <= noise or size < 1e-7 * max(1e-3, first):
                return point, derivatives if size < 1e-9 else curve.jacobian(point)[1], first
    return None


def _solved(derivatives: Floats, across: Floats, right: Floats, weights: Floats) -> Floats | None:
    system = np.vstack([derivatives / weights, across / weights])
    try:
        return np.asarray(np.linalg.solve(system, right) / weights)
    except np.linalg.LinAlgError:
        return None


def _tangent(derivatives: Floats, weights: Floats, toward: Floats) -> tuple[Floats, int]:
    """The tangent with a positive product with `toward`, and the orientation."""
    row = weights * toward
    system = np.vstack([derivatives / weights, row / np.linalg.norm(row)])
    right = np.zeros(len(toward))
    right[-1] = 1.0
    try:
        scaled = np.linalg.solve(system, right)
        sign, _ = np.linalg.slogdet(system)
    except np.linalg.LinAlgError:
        return np.full(len(toward), np.nan), 0
    return np.asarray(scaled / np.linalg.norm(scaled) / weights), int(sign)
