"""What may delimit the claims that the long run judges; where positive, a name is true."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
from numpy.typing import NDArray

from deterrence.guarantee.catalogue import arrangement
from deterrence.guarantee.longrun_parameters import long_run_defaults
from deterrence.guarantee.timing import balances
from deterrence.oped.evidence import Ends
from deterrence.oped.orders import ordered
from deterrence.oped.own_points import SCENARIO
from deterrence.oped.own_years import (
    BALANCES,
    BASE,
    CALM,
    FORGOTTEN,
    HAZARD,
    LASTING,
    LEVELS,
    PUSHED,
    RUNS,
    TERM,
)
from deterrence.oped.simple_months import pushed
from deterrence.oped.simple_years import KINDS, MINDS, RUSSIANS, SimpleYears

__all__ = ["lasting", "moving", "remembered", "staying", "waiting"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Values = Mapping[str, Floats]
Named = dict[str, Floats]
Both = tuple[Named, Named]
YES, NO = 1.0, -1.0


def moving(x: Values) -> Both:
    """Whether the hazard moves."""
    moves = _moves(_curves(_settled(x), BASE)).all(axis=0)
    return {"the yearly hazard moves": np.where(moves, YES, NO)}, _attacks(x)


def staying(x: Values) -> Both:
    """Whether the hazard stays where nothing changes by the year."""
    moves = _moves(_curves(_settled(x), CALM)).any(axis=0)
    return {"the yearly hazard stays, nothing else changing": np.where(moves, NO, YES)}, _attacks(x)


def remembered(x: Values) -> Both:
    """Whether memory of a broken word makes an attack no likelier."""
    return _compared(x, "word forgotten", FORGOTTEN, "word remembered", BASE), _attacks(x)


def lasting(x: Values) -> Both:
    """Whether an attack is likelier where the guarantee may end."""
    return _compared(x, "may end", BASE, "lasting", LASTING), _attacks(x)


def waiting(x: Values) -> Both:
    """Whether waiting to settle pays."""
    lattice = [float(m) for m in balances(BALANCES)]
    gain = pushed(_settled(x), lattice)
    return {f"waiting to settle pays Ukraine more than {PUSHED:g}": gain - PUSHED}, _attacks(x)


def _settled(x: Values) -> Values:
    """With what the arrangement sets, and the terms as what Russia keeps."""
    given = long_run_defaults(arrangement(SCENARIO))
    zero = 0 * x["phi"]
    return {**x, **{n: zero + float(given[n]) for n in ("h_start", "h_end")}, "kept": x["terms"]}


def _curves(x: Values, run: int) -> tuple[Floats, Floats]:
    """Peace by year in the simple plays, at least and at most: shape (points, years + 1)."""
    changes, remembers = RUNS[run]
    at = {**x, **{name: 0 * x["phi"] + float(value) for name, value in changes.items()}}
    least, most = np.zeros((2, len(x["phi"]), TERM + 1))
    for kind, prior in zip(RUSSIANS, (x["rho"], 1 - x["rho"]), strict=True):
        years = SimpleYears(at, kind, LEVELS, remembers)
        curves = [years.peace(years.play(mind)[0], TERM) for mind in MINDS]
        least = least + prior[:, None] * np.min(curves, axis=0)
        most = most + prior[:, None] * np.max(curves, axis=0)
    return least, most


def _moves(curves: tuple[Floats, Floats]) -> Bools:
    """By curve and point, whether the first year's hazard differs from the last one's."""
    found = []
    for curve in curves:
        with np.errstate(invalid="ignore", divide="ignore"):
            yearly = 1 - curve[:, 1:] / curve[:, :-1]
            found.append(abs(yearly[:, 0] - yearly[:, TERM - 1]) > HAZARD)
    return np.array(found)


def _attacked(curves: tuple[Floats, Floats]) -> Ends:
    """Attack within the term."""
    least, most = curves
    return Ends(1 - most[:, TERM], 1 - least[:, TERM])


def _compared(x: Values, one: str, first: int, other: str, second: int) -> Named:
    """Whether an attack within the term is no less likely in one run than in the other."""
    x = _settled(x)
    low, high = (_attacked(_curves(x, run)) for run in (second, first))
    holds = ordered(low, high, "ends").holds
    return {f"attack({one}) >= attack({other})": np.where(holds, YES, NO)}


def _attacks(x: Values) -> Named:
    """What an attack pays Russia in a year, answers and later years apart from each other."""
    x = _settled(x)
    found: Named = {}
    for kind in RUSSIANS:
        years = SimpleYears(x, kind, LEVELS)
        states = product(range(LEVELS + 1), KINDS)
        for (level, (stand, government)), paid in zip(states, years.at_once().T, strict=True):
            found[f"{kind}: attack pays, level {level}, {stand}, {government}"] = paid
    return found
