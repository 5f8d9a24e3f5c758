"""Incentives of the guarantee game in closed form, by name: where positive, the name is true."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from deterrence.oped.cutoffs import (
    RESPONSES,
    Contest,
    attack_margins,
    guarantor_worth,
    margins,
    russia_worth,
)
from deterrence.oped.simple_plays import After

__all__ = ["incentives"]

Floats = NDArray[np.float64]
Values = Mapping[str, Floats]
PROBE = Contest("probe")


def incentives(x: Values, after: After | None = None) -> dict[str, Floats]:
    """Named differences; where one is positive, what its name says is true.

    They are for a Ukraine that keeps its defence and is restrained.

    Parameters
    ----------
    x : mapping of str to ndarray, shape (points,)
        Every instrument and stake.
    after : After, optional
        What follows that preparation, if it is at hand.

    Returns
    -------
    dict of str to ndarray, shape (points,)
    """
    found = margins(x)
    found |= {f"{name}, at a probe": m for name, m in attack_margins(x, PROBE).items()}
    after = After(x, "keep, restrained") if after is None else after
    for kind in ("revisionist", "security"):
        worth = after.russia(kind)
        for response in ("nothing", "aid", "force"):
            found[f"{kind}: probe pays against {response}"] = russia_worth(x, kind, response, PROBE)
        found[f"{kind}: probe pays"] = worth["probe"]
        found[f"{kind}: probe pays more than attack"] = worth["probe"] - worth["attack"]
        rest = after.rest_worth(kind)
        for guarantor, column in rest.items():
            found[f"{kind}: attack after a probe pays if {guarantor}"] = column
        mean = x["phi"] * rest["resolved"] + (1 - x["phi"]) * rest["irresolute"]
        found[f"{kind}: attack after a probe pays at the prior"] = mean
    return found | _signals(x, after)


def _signals(x: Values, after: After) -> dict[str, Floats]:
    """Whether an answer to a probe pays a type of Guarantor if no attack follows that one alone."""
    found, sigma = {}, x["sigma"]
    for kind in ("resolved", "irresolute"):
        spared = -(1 - sigma) * after.met[kind, after.rest].worth
        for covered, words in ((True, "owed"), (False, "not owed")):
            worth = np.stack(
                [guarantor_worth(x, kind, r, PROBE, covered=covered) for r in RESPONSES]
            )
            for n, response in ((1, "aid"), (2, "force")):
                other = np.delete(worth, n, axis=0).max(axis=0)
                name = f"{kind}: {response} at a probe pays if it averts the attack, {words}"
                found[name] = sigma * (worth[n] - other) + spared
    return found
