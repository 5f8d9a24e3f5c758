"""Claims that the long run answers, and Ukraine's choice of the month in which it settles."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import NoEquilibriumError
from deterrence.guarantee.catalogue import arrangement
from deterrence.guarantee.longrun_parameters import LONG_RUN, long_run_defaults
from deterrence.guarantee.parameters import PARAMETERS
from deterrence.guarantee.timing import TIMING
from deterrence.oped.long_run_points import solve_long_run
from deterrence.oped.orders import Holding
from deterrence.oped.own_families import Answer, Family, Row, compared
from deterrence.oped.own_points import SCENARIO, SETTLED, Values
from deterrence.oped.talks import when_to_talk

__all__ = [
    "BALANCES",
    "BASE",
    "CALM",
    "FORGOTTEN",
    "HAZARD",
    "LASTING",
    "LEVELS",
    "PUSHED",
    "RUNS",
    "TERM",
    "YEARS",
]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TERM = 10  # years
LEVELS = 2  # steps of rebuilding
HAZARD = 0.01
PUSHED = 0.001  # of a payoff
BALANCES = 9  # of the lattice
STAKES = {name for name, p in PARAMETERS.items() if p.kind == "stake"}
STILL = dict.fromkeys(("recon", "h_end", "h_gov"), Fraction(0))  # nothing changes by the year
STEADY = dict.fromkeys(("h_end", "h_gov"), Fraction(0))  # the guarantee lasts
# what is compared: changes of the stakes, and whether a broken word is remembered
RUNS: tuple[tuple[Mapping[str, Fraction], bool], ...] = (
    ({}, True),
    (STILL, True),
    ({}, False),
    (STEADY, True),
)
BASE, CALM, FORGOTTEN, LASTING = range(len(RUNS))
# of each run: attack by the term, least and most; the hazard of the first year and of the last, in
# the curve of least survival and in that of most; completeness
WIDTH = 7


def _runs(values: Values) -> Row:
    settled = long_run_defaults(arrangement(SCENARIO))
    at = values | {name: settled[name] for name in ("h_start", "h_end")}
    at["kept"] = values["terms"]  # what the settlement gave stays Russia's
    return tuple(x for changes, known in RUNS for x in _run({**at, **changes}, known))


def _run(values: Values, reputation: bool) -> Row:
    found = solve_long_run(values, TERM, levels=LEVELS, reputation=reputation)
    hazards: list[float] = []
    for curve in (found.least, found.most):
        with np.errstate(invalid="ignore", divide="ignore"):
            yearly = 1 - curve[1:] / curve[:-1]
        hazards += [float(yearly[0]), float(yearly[TERM - 1])]
    attacks = 1 - float(found.most[TERM]), 1 - float(found.least[TERM])
    return (*attacks, *hazards, float(found.complete))


def _moves(rows: Floats, run: int) -> Bools:
    """Whether the hazard moves, by point and curve; where nobody is left it does not."""
    first, last = (rows[:, [WIDTH * run + k, WIDTH * run + k + 2]] for k in (2, 3))
    with np.errstate(invalid="ignore"):
        return np.asarray(np.isfinite(last) & (abs(first - last) > HAZARD))


def _whole(rows: Floats, *runs: int) -> Bools:
    found = [(rows[:, WIDTH * run + WIDTH - 1] == 1) for run in runs]
    found += [np.isfinite(rows[:, WIDTH * run]) for run in runs]
    return np.asarray(np.logical_and.reduce(found))


def _moving(rows: Floats) -> Holding:
    return Holding.plain(np.asarray(_moves(rows, BASE).all(axis=1)), _whole(rows, BASE))


def _staying(rows: Floats) -> Holding:
    return Holding.plain(np.asarray(~_moves(rows, CALM).any(axis=1)), _whole(rows, CALM))


def _remembered(rows: Floats) -> Holding:
    return compared(rows, WIDTH * BASE, WIDTH * FORGOTTEN, strict=False)


def _lasting(rows: Floats) -> Holding:
    return compared(rows, WIDTH * LASTING, WIDTH * BASE, strict=False)


def _pushed(values: Values) -> Row:
    """What being made to settle at once costs Ukraine at the balance drawn, and completeness."""
    changes = {n: x for n, x in values.items() if n in LONG_RUN or n in TIMING or n in STAKES}
    changes = {n: x for n, x in changes.items() if n not in ("m0", "terms", *SETTLED)}
    try:
        found = when_to_talk(
            arrangement(SCENARIO), changes, points=BALANCES, deadlines=(0,), offers=("guarantee",)
        )
    except NoEquilibriumError:  # none was found of a peace that would follow
        return float("nan"), 0.0
    push = found.grid["push"].sel(offer="guarantee", months=0)
    here = push.sel(balance=float(values["m0"]), method="nearest")
    return float(here), float(found.complete)


YEARS = (
    Family(
        "long run",
        "ten years, four ways",
        _runs,
        {
            "C08": Answer(
                "The long run with two steps of rebuilding, the curves of least and of most "
                "survival",
                _moving,
                lambda rows: _whole(rows, BASE),
            ),
            "C08-mechanisms": Answer(
                "The long run without rebuilding, expiry and elections, the same two curves",
                _staying,
                lambda rows: _whole(rows, CALM),
            ),
            "C33": Answer(
                "The long run with and without memory of a broken word",
                _remembered,
                lambda rows: _whole(rows, BASE, FORGOTTEN),
            ),
            "C43": Answer(
                "The long run with expiry and elections, and with neither",
                _lasting,
                lambda rows: _whole(rows, BASE, LASTING),
            ),
        },
        8,
    ),
    Family(
        "timing",
        "when to settle",
        _pushed,
        {
            "C37": Answer(
                "Ukraine's stopping problem at the one of nine balances next to the one drawn, "
                "in the worst peace for it",
                lambda rows: Holding.plain(rows[:, 0] > PUSHED, rows[:, 1] == 1),
                lambda rows: rows[:, 1] == 1,
            )
        },
        3,
    ),
)
