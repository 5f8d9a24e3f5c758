"""The equilibrium that a path of quantal responses tends to, exact where it can be, certified.

Candidates come from how the path moves at its end; a check that knows nothing of the path decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from deterrence.equilibrium.logit_candidates import (
    candidate_of,
    make_indifferent,
    probabilities,
    supports,
)
from deterrence.equilibrium.logit_rational import certified, unfixed
from deterrence.equilibrium.logit_system import LogitSystem
from deterrence.equilibrium.logit_values import Floats
from deterrence.equilibrium.solution import Equilibrium

__all__ = ["Limit", "find_limit"]

FARTHEST = 0.02  # from the end of the path to its limit


@dataclass(frozen=True)
class Limit:
    """What was found; without `equilibrium` nothing near is one.

    Attributes
    ----------
    equilibrium : Equilibrium or None
    distance : float
        From the end of the path.
    free : tuple of (player, knows)
        Where equal payoffs leave the mixture free, so that it is read off the path.
    """

    equilibrium: Equilibrium | None
    distance: float
    free: tuple[tuple[str, Any], ...] = ()


def find_limit(
    system: LogitSystem, logs: Floats, tangent: tuple[Floats, float], precision: float
) -> Limit:
    """The certified equilibrium nearest to a point far along a path.

    Parameters
    ----------
    system : LogitSystem
    logs : ndarray
        Log probabilities at the end.
    tangent : (ndarray, float)
        Change of log probabilities and of precision along the path.
    precision : float
        In the system's units.

    Returns
    -------
    Limit
        Its equilibrium is None if none is certified within 0.02 of the end.
    """
    change, speed = tangent
    pace = change * (precision / speed) if speed > 0 else np.zeros(len(logs))
    end = np.exp(logs)
    for played, tied in supports(system, end, pace):
        candidate = candidate_of(system, played, tied, logs, pace)
        if candidate is None or not make_indifferent(system, candidate):
            continue
        distance = float(np.max(np.abs(probabilities(candidate) - end), initial=0.0))
        if distance <= FARTHEST:
            found = certified(system, candidate)
            if found is not None:
                return Limit(found, distance, unfixed(system, candidate))
    return Limit(None, float("nan"))
