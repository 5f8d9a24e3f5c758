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
from scipy.linalg.lapack import dgetrf, dgetrs

__all__ = ["Curve", "Factors", "Follower", "Step", "advance", "begin", "settle"]

Floats = NDArray[np.float64]

SHORTEST = 1e-11
CROSSING = 1e-4  # length of a step in which the orientation may change
MOST_CORRECTIONS = 15
FAR = 0.25  # of the step: a first correction larger than this is not trusted
CONTRACTION = 0.4  # of one correction to the next
SLOW = 0.1  # likewise, beyond which new derivatives are due
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
            if found is not None and not self._astray(found[0]):
                self.here, correction = found
                growth = _growth(correction / self.length)
                self.length = min(self.longest, self.length * growth)
                return self.here
            self.length *= 0.4
        return None

    def _astray(self, step: Step) -> bool:
        """Whether a step may have landed on another branch.

        The orientation changes at a bifurcation however short the step; a step from one branch to
        another one, past a turn that it did not see, becomes too short for that first.
        """
        turned = step.orientation * self.here.orientation < 0
        return turned and self.length > CROSSING


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
    point, correction = found
    with np.errstate(all="ignore"):
        derivatives = curve.jacobian(point)[1]
    turned, orientation = _tangent(derivatives, weights, tangent)
    cosine = float((weights * turned) @ (weights * tangent))
    cosine /= float(np.linalg.norm(weights * turned))
    if not cosine >= LEAST_COSINE:
        return None
    return Step(point, turned, orientation, length), correction


def settle(
    curve: Curve, guess: Floats, across: Floats, weights: Floats, farthest: float
) -> tuple[Floats, float] | None:
    """Newton's method in the hyperplane through a guess; None unless it contracts from the start.

    Derivatives are kept as long as corrections fall fast enough without new ones.

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
    (point, length of the first correction) or None
    """
    point = guess
    noise = max(4 * curve.rounding(guess), 1e-13)
    factors: Factors | None = None
    first = last = np.inf
    with np.errstate(all="ignore"):
        for count in range(MOST_CORRECTIONS):
            fresh = factors is None
            if factors is None:
                residual, derivatives = curve.jacobian(point)
                factors = Factors.of(derivatives, across, weights)
                if factors is None:
                    return None
            else:
                residual = curve.residual(point)
            move = factors.solve(np.append(-residual, 0.0)) / weights
            size = float(np.linalg.norm(weights * move))
            if not np.isfinite(size):
                return None
            if count == 0:
                first = size
            if size > noise and size > (farthest if count == 0 else CONTRACTION * last):
                if fresh:
                    return None
                factors = None  # the same point again, with its own derivatives
                continue
            slow, point, last = size > SLOW * last, point + move, size
            if size <= noise or size < 1e-7 * max(1e-3, first):
                return point, first
            if slow:
                factors = None
    return None


class Factors:
    """A square matrix taken apart once, for several right-hand sides and its determinant's sign."""

    def __init__(self, lu: Floats, pivots: NDArray[np.int32]) -> None:
        self.lu, self.pivots = lu, pivots

    @classmethod
    def of(cls, rows: Floats, last: Floats, weights: Floats) -> Factors | None:
        """The rows and one more, over the weights; None if they are singular or not finite."""
        square = np.empty((len(last), len(last)))
        np.divide(rows, weights, out=square[:-1])
        np.divide(last, weights, out=square[-1])
        if not np.all(np.isfinite(square)):
            return None
        lu, pivots, info = dgetrf(square.T, overwrite_a=True)  # as it lies in memory
        return None if info > 0 else cls(lu, pivots)

    def solve(self, right: Floats) -> Floats:
        """The solution for one right-hand side."""
        return np.asarray(dgetrs(self.lu, self.pivots, right, trans=1)[0])

    @property
    def sign(self) -> int:
        """Of the determinant."""
        swaps = np.count_nonzero(self.pivots != np.arange(len(self.pivots)))
        below = np.count_nonzero(np.diag(self.lu) < 0)
        return -1 if (swaps + below) % 2 else 1


def _tangent(derivatives: Floats, weights: Floats, toward: Floats) -> tuple[Floats, int]:
    """The tangent with a positive product with `toward`, and the orientation."""
    length = np.linalg.norm(weights * toward)
    factors = Factors.of(derivatives, weights * weights * toward / length, weights)
    if factors is None:
        return np.full(len(toward), np.nan), 0
    right = np.zeros(len(toward))
    right[-1] = 1.0
    scaled = factors.solve(right)
    return np.asarray(scaled / np.linalg.norm(scaled) / weights), factors.sign
