"""What may delimit a claim: statements on simple plays, and incentives, at the claim's points."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import ParameterError, unknown
from deterrence.games.numbers import exact
from deterrence.guarantee.parameters import PARAMETERS
from deterrence.guarantee.scenario import check_in_range
from deterrence.oped.claim_list import Claim
from deterrence.oped.deciding import Inequality
from deterrence.oped.own_points import columns_of, more_stakes
from deterrence.oped.own_statements import own_statements
from deterrence.oped.settings import sample, stakes
from deterrence.oped.statements import statements, statements_of_sample

__all__ = ["drawn_for", "place", "statements_for"]

Floats = NDArray[np.float64]
Named = dict[str, Floats]


def drawn_for(claim: Claim, count: int, box: str, seed: int) -> Mapping[str, Floats]:
    """The stakes at a claim's points.

    Parameters
    ----------
    claim : Claim
    count : int
    box : str
        Of `BOXES`.
    seed : int

    Returns
    -------
    mapping of str to ndarray, shape (count,)
    """
    if claim.judged == "own":
        return columns_of(claim.id, count, box, seed)
    return sample(count, box, seed)


def statements_for(claim: Claim, count: int, seed: int) -> tuple[Named, Named]:
    """Statements on simple plays, and incentives, at a claim's points of the plausible box."""
    if claim.judged == "own":
        return own_statements(claim.id, columns_of(claim.id, count, "plausible", seed))
    return statements_of_sample(claim.settings, count, seed)


def place(rule: Inequality, claim: Claim, given: Mapping[str, float]) -> bool:
    """What a rule says at some stakes, the others being at their defaults.

    Raises
    ------
    ParameterError
        For an unknown stake, or one out of its range.
    InputError
        For what is no number.
    """
    more = more_stakes(claim.id)
    names = {name: PARAMETERS[name] for name in stakes()} | dict(more)
    for name, value in given.items():
        if name not in names:
            raise ParameterError(str(unknown("stake", name, names)))
        check_in_range(names[name], exact(value, name))
    drawn = {name: np.array([float(given.get(name, p.default))]) for name, p in names.items()}
    own = claim.judged == "own"
    plays, alone = own_statements(claim.id, drawn) if own else statements(claim.settings, drawn)
    return bool(rule.at({**drawn, **plays, **alone})[0])
