"""What the claims are judged by: the ends of the set of equilibria, by point and by guarantee."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import unknown
from deterrence.oped.settings import SETTINGS, values_at

__all__ = ["Ends", "Evidence"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ends:
    """The least and the most of a number over the set of equilibria.

    Attributes
    ----------
    least, most : ndarray, shape (points,)
        Not a number where no equilibrium is known.
    """

    least: Floats
    most: Floats

    def __sub__(self, other: Floats) -> Ends:
        return Ends(self.least - other, self.most - other)

    def __add__(self, other: Floats) -> Ends:
        return Ends(self.least + other, self.most + other)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Where there is a number."""
        return np.asarray(np.isfinite(self.least) & np.isfinite(self.most))


@dataclass(frozen=True, eq=False)
class Evidence:
    """Outcomes under many guarantees at the same points of the stakes.

    Attributes
    ----------
    stakes : mapping of str to ndarray, shape (points,)
    outcomes : tuple of str
        Payoffs, those of Russia's types given the type, and probabilities by event.
    least, most : mapping of str to ndarray, shape (points, outcomes)
        By setting.
    """

    stakes: Mapping[str, Floats]
    outcomes: tuple[str, ...]
    least: Mapping[str, Floats]
    most: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(next(iter(self.stakes.values())))

    def ends(self, outcome: str, setting: str) -> Ends:
        """Both ends of an outcome under a setting.

        Raises
        ------
        LabelError
            For an outcome or a setting that is not there.
        """
        if setting not in self.least:
            raise unknown("setting", setting, SETTINGS)
        if outcome not in self.outcomes:
            raise unknown("outcome", outcome, self.outcomes)
        n = self.outcomes.index(outcome)
        return Ends(self.least[setting][:, n], self.most[setting][:, n])

    def values(self, setting: str) -> dict[str, Floats]:
        """Every parameter under a setting."""
        return values_at(setting, self.stakes)
