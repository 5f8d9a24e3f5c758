"""A design at other stakes: what it loses there, and the stakes that do it most harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from deterrence.study.design_search import Peak, View, peak_of
from deterrence.study.design_space import with_stakes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["against_more", "regret_of"]

Floats = NDArray[np.float64]
DRAWS = 2000  # at which a robust design is tried
TRIES = 4  # rounds of adding the worst of them
DIGITS = 6
HARM = 1e-7  # less, relative to one or the value, is none
SIDE = {1: 201, 2: 41, 3: 13, 4: 7, 5: 5, 6: 4}  # of the grid behind each regret
STARTS, LEVELS = 3, 5


def against_more(
    view: View, rule: str, peak: Peak, points: Floats, random: np.random.Generator
) -> tuple[View, Peak]:
    """A robust design again with the stakes that do it most harm, as long as some do.

    Parameters
    ----------
    view : View
        With stakes drawn from ranges.
    rule : {"best", "worst"}
    peak : Peak
        The best there.
    points : ndarray, shape (points, instruments)
        The fine grid.
    random : numpy.random.Generator

    Returns
    -------
    view : View
        With the stakes that were added.
    peak : Peak
    """
    space = view.space
    ranges = [pair for pair in space.stakes.values() if pair is not None]
    low, high = (np.array([float(pair[k]) for pair in ranges]) for k in (0, 1))
    for _ in range(TRIES):
        draws = low + (high - low) * np.round(random.random((DRAWS, len(ranges))), DIGITS)
        values = view.landscape.see(with_stakes(peak.near[None], draws)).values[rule]
        has = float(view.value(rule, peak.near[None])[0])
        worst = int(values.argmin())
        if values[worst] >= has - HARM * max(1.0, abs(has)):
            break
        added = draws[worst][None]
        view.landscape.learn(space.mesh(added))
        view = View(view.landscape, space, np.vstack([view.stakes, added]))
        again = peak_of(view, rule, points, view.see(points))
        if again is None:
            break
        peak = again
    return view, peak


def regret_of(view: View, rule: str, point: Floats) -> pd.DataFrame | None:
    """What instruments lose at each draw of the stakes, against the best instruments there.

    Parameters
    ----------
    view : View
    rule : {"best", "worst"}
    point : ndarray, shape (instruments,)

    Returns
    -------
    pandas.DataFrame or None
        See `Optimum`; None if no stakes vary.
    """
    import pandas as pd

    space = view.space
    if not len(space.draws):
        return None
    grid = space.grid(min(SIDE[len(point)], space.side))
    rows = []
    for draw in space.draws:
        there = View(view.landscape, space, draw[None])
        best = peak_of(there, rule, grid, there.see(grid), STARTS, LEVELS)
        value = float(there.value(rule, point[None])[0])
        allowed = value > -np.inf
        optimum = float("nan") if best is None else max(best.value, value)
        rows.append(
            {
                **dict(zip(space.stakes, draw.tolist(), strict=True)),
                "value": value if allowed else float("nan"),
                "optimum": optimum,
                "regret": optimum - value if allowed else float("nan"),
                "allowed": allowed,
            }
        )
    return pd.DataFrame(rows)
