"""Orders between sets of equilibria, and what a comparison of them says at each point."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import unknown
from deterrence.oped.evidence import Ends

__all__ = ["ORDERS", "TOLERANCE", "Holding", "both", "ordered", "when"]

Bools = NDArray[np.bool_]
ORDERS = ("all", "ends", "some")
TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Holding:
    """Where a predicate holds.

    Attributes
    ----------
    holds : ndarray of bool, shape (points,)
    strict : ndarray of bool, shape (points,)
        Where it holds and something moves; elsewhere it holds because nothing does.
    known : ndarray of bool, shape (points,)
        Where it could be judged at all.
    """

    holds: Bools
    strict: Bools
    known: Bools

    @classmethod
    def plain(cls, holds: Bools, known: Bools) -> Holding:
        """A predicate that says nothing about movement."""
        return cls(holds & known, holds & known, known)


def ordered(low: Ends, high: Ends, order: str, tolerance: float = TOLERANCE) -> Holding:
    """Whether one set lies at or below another.

    Parameters
    ----------
    low, high : Ends
    order : {"all", "ends", "some"}
        "all": the most of the low one at or below the least of the high one. "ends": its least at
        or below the other's least, and its most at or below the other's most. "some": its least at
        or below the other's most.
    tolerance : float
        By how much it may fail; what moves by more than this moves.

    Returns
    -------
    Holding
        Strict where the compared numbers differ by more than the tolerance, of the two of "ends"
        one at least.
    """
    pairs = {
        "all": [(low.most, high.least)],
        "ends": [(low.least, high.least), (low.most, high.most)],
        "some": [(low.least, high.most)],
    }
    if order not in pairs:
        raise unknown("order between sets", order, ORDERS)
    known = low.known & high.known
    with np.errstate(invalid="ignore"):
        holds = np.logical_and.reduce([a <= b + tolerance for a, b in pairs[order]]) & known
        moves = np.logical_or.reduce([a < b - tolerance for a, b in pairs[order]])
    return Holding(holds, holds & moves, known)


def both(*parts: Holding) -> Holding:
    """All of several predicates; strict where all hold and one is strict."""
    holds = reduce(np.logical_and, [part.holds for part in parts])
    known = reduce(np.logical_and, [part.known for part in parts])
    strict = reduce(np.logical_or, [part.strict for part in parts])
    return Holding(holds & known, holds & known & strict, known)


def when(premise: Bools, part: Holding) -> Holding:
    """A predicate judged only where a premise is true."""
    known = part.known & premise
    return Holding(part.holds & known, part.strict & known, known)
