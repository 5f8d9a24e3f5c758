"""Orders and weights of trembles for a solved cell, before any certificate looks at them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.reduced_block import Atom, BeliefClass
from deterrence.equilibrium.supports import SupportProfile

__all__ = ["order_exists"]

Floats = NDArray[np.float64]


def order_exists(
    classes: Sequence[BeliefClass], chosen: dict[int, tuple[int, ...]], profile: SupportProfile
) -> bool:
    """Whether some order of the trembles gives exactly these belief supports.

    Kreps and Wilson (1982), Lemma A1: an order of at least 1 for every unplayed action, such that
    within each class the points of the belief support have the least total and no others have.
    A linear program: strict inequalities become "at least 1" because orders scale.
    """
    from scipy.optimize import linprog

    equal, least = _differences(classes, chosen, profile)
    if not least and not any(row.any() for row in equal):
        return True
    solution = linprog(
        np.ones(len((equal or least)[0])),
        A_ub=-np.array(least) if least else None,
        b_ub=-np.ones(len(least)) if least else None,
        A_eq=np.array(equal) if equal else None,
        b_eq=np.zeros(len(equal)) if equal else None,
        bounds=(1, None),
        method="highs",
    )
    return bool(solution.status == 0)


def _differences(
    classes: Sequence[BeliefClass], chosen: dict[int, tuple[int, ...]], profile: SupportProfile
) -> tuple[list[Floats], list[Floats]]:
    """What each point's order has more than its class's first: to be zero, and to be positive."""
    place: dict[Atom, int] = {}
    vectors = [
        [
            [
                place.setdefault((k, a), len(place))
                for k, a in sorted(monomial)
                if not profile.get(k, 0) >> a & 1
            ]
            for monomial in c.monomials
        ]
        for c in classes
    ]
    equal: list[Floats] = []
    least: list[Floats] = []
    for c, column in zip(classes, vectors, strict=True):
        inside = chosen[c.index]
        first = inside[0]
        for k, vector in enumerate(column):
            if k != first:
                row = np.zeros(len(place))
                for j in vector:
                    row[j] += 1
                for j in column[first]:
                    row[j] -= 1
                (equal if k in inside else least).append(row)
    return equal, least
