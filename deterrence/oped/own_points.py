"""The stakes at which companions of the game are solved for the claims that they judge."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from deterrence.guarantee.catalogue import arrangement
from deterrence.guarantee.longrun_parameters import LONG_RUN
from deterrence.guarantee.parameters import Parameter
from deterrence.guarantee.timing import TIMING
from deterrence.oped.settings import BOXES, draw

__all__ = ["SCENARIO", "SETTLED", "Values", "columns_of", "more_stakes", "points_of"]

Floats = NDArray[np.float64]
Values = dict[str, Fraction]

SCENARIO = "oped"
SETTLED = ("h_start", "h_end", "kept")  # of the long run, what the arrangement and the terms set
YEARS: Mapping[str, Parameter] = {n: p for n, p in LONG_RUN.items() if n not in SETTLED}
MORE: dict[str, Mapping[str, Parameter]] = {
    **dict.fromkeys(("C08", "C08-mechanisms", "C33", "C43"), YEARS),
    "C37": {**YEARS, **TIMING},
}


def more_stakes(claim: str) -> Mapping[str, Parameter]:
    """What is drawn for a claim besides the stakes of the guarantee game."""
    return MORE.get(claim, {})


@functools.lru_cache(maxsize=64)
def columns_of(claim: str, count: int, box: str, seed: int) -> Mapping[str, Floats]:
    """The stakes that are drawn for a claim, those that all claims share first.

    Parameters
    ----------
    claim : str
    count : int
        A multiple of 8.
    box : str
        Of `BOXES`.
    seed : int

    Returns
    -------
    mapping of str to ndarray, shape (count,)
        The first are as in `draw`; a companion's own are independent and uniform.
    """
    drawn = draw(count, BOXES[box], seed=seed)
    rng = np.random.default_rng([seed, 1])
    for name, p in more_stakes(claim).items():
        drawn[name] = rng.uniform(*BOXES[box].range_of(p), count).round(7)
    return MappingProxyType(drawn)


def points_of(columns: Mapping[str, Floats], places: Sequence[int] | None = None) -> list[Values]:
    """Every parameter in fractions: the op-ed's, and what is drawn.

    Parameters
    ----------
    columns : mapping of str to ndarray, shape (points,)
    places : sequence of int, optional
        Of the points that are wanted; all by default.
    """
    base = arrangement(SCENARIO).values()
    rows = range(len(columns["phi"])) if places is None else places
    return [
        base | {n: Fraction(repr(float(column[k]))) for n, column in columns.items()} for k in rows
    ]
