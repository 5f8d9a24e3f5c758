"""Closed forms that the claims are held against: what each response and each war is worth.

Everything is written from the specification of the game, for arrays of parameters, apart from the
formulas of the tree; tests compare the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "DIRECT",
    "RESPONSES",
    "Contest",
    "answers",
    "attack_margins",
    "best_answer",
    "cover",
    "guarantor_worth",
    "margins",
    "prevails",
    "russia_worth",
    "war_payoffs",
]

Floats = NDArray[np.float64]
Values = Mapping[str, Floats]
RESPONSES = ("nothing", "aid", "force")
GUARANTORS = ("resolved", "irresolute")
RUSSIANS = ("revisionist", "security")


@dataclass(frozen=True)
class Contest:
    """A challenge, and what Ukraine did before it.

    Attributes
    ----------
    challenge : {"attack", "probe", "attack after a probe"}
    defended, provocative : bool
    """

    challenge: str = "attack"
    defended: bool = True
    provocative: bool = False


DIRECT = Contest()


def _of(response: str, nothing: Floats, aid: Floats, force: Floats) -> Floats:
    """What belongs to a response."""
    return {"nothing": nothing, "aid": aid, "force": force}[response]


def prevails(x: Values, response: str, contest: Contest = DIRECT) -> Floats:
    """Russia's chance of prevailing."""
    own = x["m0"] * (1 + x["m_d"]) if contest.defended else x["m0"]
    sent = _of(response, x["m_aid"] * 0, x["m_aid"], x["m_aid"] + x["m_force"])
    warned = x["m_w"] if contest.challenge == "attack after a probe" else 0 * own
    return np.asarray(1 / (1 + own + x["m_pi"] * x["presence"] + sent + warned))


def war_payoffs(x: Values) -> dict[str, Floats]:
    """What the war is worth if it goes on, to Ukraine, the Guarantor and each type of Russia."""
    p = 1 / (1 + x["m0"] * (1 + x["m_d"]) + x["m_aid"] * x["g"])
    return {
        "Ukraine": -p - x["c_wU"],
        "Guarantor": -x["v"] * p - x["k_w"] * x["g"] - x["c_pi"] * x["presence"],
        "Russia, revisionist": x["b_revisionist"] * p - x["c_wR"],
        "Russia, security": x["b_security"] * p - x["c_wR"],
    }


def cover(x: Values, contest: Contest = DIRECT) -> Floats:
    """The probability that a challenge is found covered, for a trigger that is not sharp."""
    severity = x["sigma"] if contest.challenge == "probe" else 1.0
    width = 2 * x["trigger_ambiguity"]
    band = 0.5 + (1 - x["trigger_ambiguity"]) * (severity - x["threshold"]) / width
    kept = 1 - x["conditionality"] if contest.provocative else 1.0
    met = 1.0 if contest.defended else 1 - x["defence_condition"]
    return np.asarray(kept * met * np.clip(band, 0, 1))


def guarantor_worth(
    x: Values, kind: str, response: str, contest: Contest = DIRECT, *, covered: bool
) -> Floats:
    """What a response is worth to a type of Guarantor, per unit of what the challenge decides."""
    left = 1 - x["terms"]
    spend = _of(response, 0 * left, x["k_A"], x[f"k_{kind}"])
    # aid is all that is owed to a probe
    aid = 0 * left if contest.challenge == "probe" else 1 - x["response_ambiguity"]
    short = _of(response, 1 + 0 * left, aid, 0 * left)
    owed = x["strength"] * x["a"] * short if covered else 0.0
    stake = (x["v"] + x["y"] * x["presence"]) * left
    return np.asarray(-stake * prevails(x, response, contest) - spend - owed)


def best_answer(
    x: Values, kind: str, contest: Contest = DIRECT, *, covered: bool
) -> NDArray[np.intp]:
    """What a type of Guarantor does by the worth of that alone: 0 nothing, 1 aid, 2 force.

    An answer to an attack ends the play, so that this is what is done in every equilibrium.
    """
    worth = [guarantor_worth(x, kind, r, contest, covered=covered) for r in RESPONSES]
    return np.asarray(np.argmax(np.stack(worth), axis=0))


def answers(x: Values, kind: str, contest: Contest = DIRECT) -> Floats:
    """The probability of each response by a type, each its best answer or carried out by itself.

    Returns
    -------
    ndarray, shape (3, points)
        In the order of `RESPONSES`.
    """
    found = cover(x, contest)
    left = found * (1 - x["automaticity"])
    total = np.zeros((3, len(found)))
    for covered, share in ((True, left), (False, 1 - found)):
        best = best_answer(x, kind, contest, covered=covered)
        total += share * (best == np.arange(3)[:, None])
    owed = 1 if contest.challenge == "probe" else 2
    total[owed] += found * x["automaticity"]
    return total


def russia_worth(x: Values, kind: str, response: str, contest: Contest = DIRECT) -> Floats:
    """What a challenge is worth to a type of Russia, per unit of what it decides."""
    prize = x[f"b_{kind}"] * (1 - x["terms"])
    cost = _of(response, 0 * prize, x["c_A"], x["c_F"])
    return np.asarray(prize * prevails(x, response, contest) - x["c_0"] - cost)


def attack_margins(x: Values, contest: Contest = DIRECT) -> dict[str, Floats]:
    """What each type of Guarantor's answers to a challenge are worth more than each other."""
    found: dict[str, Floats] = {}
    for kind in GUARANTORS:
        for covered, words in ((True, "owed"), (False, "not owed")):
            worth = {r: guarantor_worth(x, kind, r, contest, covered=covered) for r in RESPONSES}
            found[f"{kind}: force beats aid, {words}"] = worth["force"] - worth["aid"]
            found[f"{kind}: aid beats nothing, {words}"] = worth["aid"] - worth["nothing"]
            found[f"{kind}: force beats nothing, {words}"] = worth["force"] - worth["nothing"]
    return found


def margins(x: Values) -> dict[str, Floats]:
    """Named differences; where one is positive, what its name says is true.

    They are for an attack without a probe before it on a Ukraine that keeps its defence and is
    restrained.
    """
    found = attack_margins(x)
    met = {"resolved": x["phi"], "irresolute": 1 - x["phi"]}
    expected = sum(odds * answers(x, kind) for kind, odds in met.items())
    for kind in RUSSIANS:
        worth = np.stack([russia_worth(x, kind, r) for r in RESPONSES])
        for response, column in zip(RESPONSES, worth, strict=True):
            found[f"{kind}: attack pays against {response}"] = column
        found[f"{kind}: attack pays against what it meets"] = (expected * worth).sum(axis=0)
    return found
