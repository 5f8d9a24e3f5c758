"""In which share of a box of the stakes a claim holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deterrence.oped.orders import Holding
from deterrence.oped.settings import REPLICATES

__all__ = ["Share"]


@dataclass(frozen=True)
class Share:
    """The share of a box in which a claim holds.

    Attributes
    ----------
    share : float
        Of the points at which it could be judged; not a number if there are none.
    error : float
        Standard error, from the spread over 8 independent scramblings of the sample.
    strict : float
        The share in which it holds and something moves.
    judged, points : int
        At how many points it could be judged, and of how many: elsewhere its premise is false, no
        equilibrium is known, or too few of them to tell.
    """

    share: float
    error: float
    strict: float
    judged: int
    points: int

    @property
    def moves(self) -> float:
        """`strict` where it says more than the share; not a number where the two are the same.

        So it is where the predicate is about movement itself, or says nothing about it.
        """
        return float("nan") if self.strict == self.share else self.strict

    def near(self, *borders: float) -> bool:
        """Whether some border is within two standard errors."""
        return any(abs(self.share - border) <= 2 * self.error for border in borders)

    def __str__(self) -> str:
        if not self.judged:
            return f"judged at none of {self.points:,} points"
        return f"{self.share:.1%} +/- {self.error:.1%} of {self.judged:,} points"

    @classmethod
    def of(cls, found: Holding) -> Share:
        """From the points themselves."""
        known = found.known
        if not known.any():
            return cls(float("nan"), float("nan"), float("nan"), 0, len(known))
        parts = zip(
            np.array_split(found.holds, REPLICATES), np.array_split(known, REPLICATES), strict=True
        )
        shares = np.array([h[k].mean() for h, k in parts if k.any()])
        error = shares.std(ddof=1) / np.sqrt(len(shares)) if len(shares) > 1 else float("nan")
        return cls(
            float(found.holds[known].mean()),
            float(error),
            float(found.strict[known].mean()),
            int(known.sum()),
            len(known),
        )
