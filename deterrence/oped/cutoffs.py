"""Closed forms that the claims are held against: what each response and each war is worth.

Everything is written from the specification of the game, for arrays of parameters, apart from the
formulas of the tree; tests compare the two.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["best_answer", "cover_of_attack", "margins", "prevails", "war_payoffs"]

Floats = NDArray[np.float64]
Values = Mapping[str, Floats]


def _of(response: str, nothing: Floats, aid: Floats, force: Floats) -> Floats:
    """What belongs to a response."""
    return {"nothing": nothing, "aid": aid, "force": force}[response]


def prevails(x: Values, response: str, *, defended: bool = True) -> Floats:
    """Russia's chance of prevailing in an attack without a probe before it."""
    own = x["m0"] * (1 + x["m_d"]) if defended else x["m0"]
    sent = _of(response, x["m_aid"] * 0, x["m_aid"], x["m_aid"] + x["m_force"])
    return np.asarray(1 / (1 + own + x["m_pi"] * x["presence"] + sent))


def war_payoffs(x: Values) -> dict[str, Floats]:
    """What the war is worth if it goes on, to Ukraine, the Guarantor and each type of Russia."""
    p = 1 / (1 + x["m0"] * (1 + x["m_d"]) + x["m_aid"] * x["g"])
    return {
        "Ukraine": -p - x["c_wU"],
        "Guarantor": -x["v"] * p - x["k_w"] * x["g"] - x["c_pi"] * x["presence"],
        "Russia, revisionist": x["b_revisionist"] * p - x["c_wR"],
        "Russia, security": x["b_security"] * p - x["c_wR"],
    }


def cover_of_attack(x: Values) -> Floats:
    """C_attack: the probability that an attack is found covered, conditions aside."""
    width = 2 * x["trigger_ambiguity"]
    band = 0.5 + (1 - x["trigger_ambiguity"]) * (1.0 - x["threshold"]) / width
    return np.asarray(np.clip(band, 0, 1))


def _response_worth(x: Values, kind: str, response: str, *, covered: bool) -> Floats:
    """What a response to an attack is worth to a type of Guarantor, per unit of the prize."""
    left = 1 - x["terms"]
    spend = _of(response, 0 * left, x["k_A"], x[f"k_{kind}"])
    short = _of(response, 1 + 0 * left, 1 - x["response_ambiguity"], 0 * left)
    owed = x["strength"] * x["a"] * short if covered else 0.0
    stake = (x["v"] + x["y"] * x["presence"]) * left
    return np.asarray(-stake * prevails(x, response) - spend - owed)


def best_answer(x: Values, kind: str, *, covered: bool) -> NDArray[np.intp]:
    """What a type of Guarantor does after an attack: 0 nothing, 1 aid, 2 force."""
    worth = [_response_worth(x, kind, r, covered=covered) for r in ("nothing", "aid", "force")]
    return np.asarray(np.argmax(np.stack(worth), axis=0))


def _attack_worth(x: Values, kind: str, response: str) -> Floats:
    prize = x[f"b_{kind}"] * (1 - x["terms"])
    cost = _of(response, 0 * prize, x["c_A"], x["c_F"])
    return np.asarray(prize * prevails(x, response) - x["c_0"] - cost)


def _expected_attack(x: Values, kind: str) -> Floats:
    """What a direct attack is worth to Russia where each type of Guarantor answers by its stakes.

    After an attack the Guarantor's answer ends the play, so that this is what an attack on a
    Ukraine that keeps its defence and is restrained is worth in every equilibrium without ties.
    """
    cover, phi = cover_of_attack(x), x["phi"]
    worth = np.stack([_attack_worth(x, kind, r) for r in ("nothing", "aid", "force")])
    total = np.zeros(len(phi))
    for type_, odds in (("resolved", phi), ("irresolute", 1 - phi)):
        for covered, share in ((True, cover), (False, 1 - cover)):
            best = best_answer(x, type_, covered=covered)
            total += odds * share * np.take_along_axis(worth, best[None], axis=0)[0]
    return total


def margins(x: Values) -> dict[str, Floats]:
    """Named differences; where one is positive, what its name says is true.

    They are for an attack without a probe before it on a Ukraine that keeps its defence and is
    restrained.
    """
    found: dict[str, Floats] = {}
    for kind in ("resolved", "irresolute"):
        for covered, words in ((True, "owed"), (False, "not owed")):
            worth = {
                r: _response_worth(x, kind, r, covered=covered) for r in ("nothing", "aid", "force")
            }
            found[f"{kind}: force beats aid, {words}"] = worth["force"] - worth["aid"]
            found[f"{kind}: aid beats nothing, {words}"] = worth["aid"] - worth["nothing"]
            found[f"{kind}: force beats nothing, {words}"] = worth["force"] - worth["nothing"]
    for kind in ("revisionist", "security"):
        for response in ("nothing", "aid", "force"):
            name = f"{kind}: attack pays against {response}"
            found[name] = _attack_worth(x, kind, response)
        found[f"{kind}: attack pays against what it meets"] = _expected_attack(x, kind)
    return found
