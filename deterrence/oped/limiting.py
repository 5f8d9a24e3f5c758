"""What delimits where a claim holds, if anything does that is worth a reader's time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from deterrence.oped.claim_list import Claim
from deterrence.oped.claim_statements import drawn_for, statements_for
from deterrence.oped.deciding import Deciding, Inequality, deciding, delimits, unfitted
from deterrence.oped.orders import Holding

__all__ = ["Limits", "limits_of"]

Floats = NDArray[np.float64]
TELLING = 0.7  # what is right less often tells a reader little


@dataclass(frozen=True)
class Limits:
    """What decides a claim.

    Attributes
    ----------
    deciding : tuple of Deciding
        The stakes that matter most.
    inequality : Inequality or None
    incentives : Inequality or None
        The same in incentives and stakes alone, where the first speaks of simple plays.
    """

    deciding: tuple[Deciding, ...] = ()
    inequality: Inequality | None = None
    incentives: Inequality | None = None


def limits_of(claim: Claim, found: Holding, seed: int) -> Limits:
    """What decides a claim that holds at some points of the plausible box and fails at others.

    Parameters
    ----------
    claim : Claim
    found : Holding
        At all points of the box.
    seed : int
        Of the draw.
    """
    known, size = found.known, len(found.known)
    holds = found.holds[known]
    columns = _at(drawn_for(claim, size, "plausible", seed), known)
    plays, alone = (_at(some, known) for some in statements_for(claim, size, seed))
    decided = deciding(holds, columns)
    if claim.simple:
        return Limits(decided, _telling(unfitted(claim.simple, holds, plays), plays))
    limits = _telling(delimits(holds, columns, plays | alone), plays)
    if limits is None or not limits.plays:
        return Limits(decided, limits)
    return Limits(decided, limits, _telling(delimits(holds, columns, alone), {}))


def _at(columns: Mapping[str, Floats], known: NDArray[np.bool_]) -> dict[str, Floats]:
    return {name: column[known] for name, column in columns.items()}


def _telling(rule: Inequality | None, plays: Mapping[str, Floats]) -> Inequality | None:
    """The rule, unless it is right too seldom; marked where it speaks of simple plays."""
    if rule is None or rule.agrees < TELLING:
        return None
    return replace(rule, plays=any(one.quantity in plays for one in rule.conditions))
