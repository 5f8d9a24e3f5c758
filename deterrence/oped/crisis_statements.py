"""What may delimit the claims that variants of the crisis judge; where positive, a name is true.

Each function takes every instrument and stake, arrays over points, and gives two dictionaries:
statements on simple plays, and incentives alone. Ukraine's preparation is fixed in all but the
variant with trust of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from deterrence.guarantee.catalogue import arrangement
from deterrence.oped.cutoffs import war_payoffs
from deterrence.oped.evidence import Ends
from deterrence.oped.incentives import incentives
from deterrence.oped.orders import TOLERANCE
from deterrence.oped.own_crises import DOOR, LATER, MEMBERS, MENU, TRUSTS, UPGRADE
from deterrence.oped.simple_plays import After, played, simple_plays
from deterrence.oped.statements import compared

__all__ = ["coalition", "crisis", "door", "offer", "trust", "war"]

Floats = NDArray[np.float64]
Values = Mapping[str, Floats]
Named = dict[str, Floats]
WAY = "keep, restrained"  # where Ukraine's preparation is fixed


def crisis(x: Values) -> tuple[Named, Named]:
    """Incentives alone."""
    return {}, incentives(x)


def trust(x: Values) -> tuple[Named, Named]:
    """What Ukraine's trust moves in the two simple plays of the crisis."""
    zero = 0 * x["phi"]
    plays = {
        f"trust {t}": [played(p) for p in simple_plays({**x, "trust": zero + float(t)}).values()]
        for t in TRUSTS
    }
    found: Named = {}
    for outcome in ("Ukraine", "attack", "unanswered attack"):
        spans = {name: _ends([one[outcome] for one in both]) for name, both in plays.items()}
        found |= compared(outcome, spans)
    return found, incentives(x)


def _ends(columns: list[Floats]) -> Ends:
    return Ends(np.min(columns, axis=0), np.max(columns, axis=0))


def offer(x: Values) -> tuple[Named, Named]:
    """What challenges follow an offer, by what Russia believes after it."""
    zero = 0 * x["phi"]
    beliefs = {"at the prior": x["phi"], "if irresolute": zero, "if resolved": zero + 1}
    plays: Named = {}
    alone: Named = {}
    for label, tools in MENU.items():
        for words, belief in beliefs.items():
            after = After({**x, "strength": zero + float(tools["strength"]), "phi": belief}, WAY)
            made = np.zeros((3, len(zero)))
            for kind, prior in after.priors.items():
                worth = after.russia(kind)
                each = {"probe": worth["probe and stop"], "attack": worth["attack"]}
                best = np.stack([zero, *each.values()]).argmax(axis=0)
                made += prior * (best == np.arange(3)[:, None])
                for challenge, gain in each.items():
                    alone[f"{kind}: {challenge} pays against the {label} offer, {words}"] = gain
            plays[f"attack({label} offer, {words}) <= 0"] = TOLERANCE - made[2]
            plays[f"challenge({label} offer, {words}) <= 0"] = TOLERANCE - made[1:].sum(axis=0)
    return plays, alone


def coalition(x: Values) -> tuple[Named, Named]:
    """Whether force pays the cheapest member, alone and as the first of many.

    Both are for the whole: each of many gets its part of the gain, and pays its part of the cost.
    """
    stake = x["v"] + x["y"] * x["presence"]
    held = 1 + x["m0"] * (1 + x["m_d"]) + x["m_pi"] * x["presence"]
    cheapest = np.minimum(x["k_resolved"], x["k_irresolute"])

    def gain(share: float) -> Floats:
        spared = stake / held - stake / (held + (x["m_aid"] + x["m_force"]) * share)
        return np.asarray(spared + x["strength"] * x["a"] * share - cheapest)

    return {}, {
        "force pays one guarantor": gain(1.0),
        f"force pays the first of {MEMBERS}": gain(1 / MEMBERS),
    }


def door(x: Values) -> tuple[Named, Named]:
    """Whether Russia attacks today, by whether there is an upgrade in prospect.

    Backward induction: no type learns anything before its move, and a challenge ends the play.
    """
    zero = 0 * x["phi"]
    sizes = ("m0", "m_pi", "m_aid", "m_force", "m_w")
    grown = {**x, **{name: x[name] / (1 + float(DOOR["regrowth"])) for name in sizes}}
    given = arrangement(UPGRADE).instruments
    upgraded = {**grown, **{name: zero + float(value) for name, value in given.items()}}
    today, *later = (After(one, WAY) for one in (x, grown, upgraded))
    made = dict.fromkeys(("0", DOOR["upgrade"]), zero)
    alone: Named = {}
    for kind, prior in today.priors.items():
        attack, probe = (today.russia(kind)[name] for name in ("attack", "probe and stop"))
        wait, late = (_challenged(after, kind) for after in later)
        for upgrade in made:
            odds = float(upgrade)
            waits = LATER * ((1 - odds) * wait + odds * late)
            best = np.maximum(np.maximum(probe, waits), 0)
            made[upgrade] = made[upgrade] + prior * (attack > best)
            alone[f"{kind}: attack pays more than waiting, upgrade {upgrade}"] = attack - best
    none, half = made.values()
    return {"attack today(upgrade) > attack today(none)": half - none - TOLERANCE}, alone


def _challenged(after: After, kind: str) -> Floats:
    """What the best of refraining, probing and attacking is worth to a type of Russia."""
    worth = after.russia(kind)
    return np.asarray(np.maximum(np.maximum(worth["attack"], worth["probe and stop"]), 0))


def war(x: Values) -> tuple[Named, Named]:
    """What cover in the war changes, and what Ukraine would rather give than fight."""
    fought = war_payoffs(x)
    forced = war_payoffs({**x, "m0": x["m0"] + x["m_force"] / (1 + x["m_d"])})
    broken = x["strength"] * x["a"] * (1 - x["response_ambiguity"])
    spared = forced["Guarantor"] - fought["Guarantor"] + broken
    pays = {kind: spared - x[f"k_{kind}"] for kind in ("resolved", "irresolute")}
    helped = x["phi"] * (pays["resolved"] > 0) + (1 - x["phi"]) * (pays["irresolute"] > 0)
    worth = {
        "war": fought["Ukraine"],
        "covered war": fought["Ukraine"] + helped * (forced["Ukraine"] - fought["Ukraine"]),
    }
    plays: Named = {}
    for terms, words in ((0.0, "nothing"), (1.0, "all")):
        both = simple_plays({**x, "terms": 0 * x["phi"] + terms}).values()
        settled = _ends([play[WAY].outcomes()["Ukraine"] for play in both])
        for name, fight in worth.items():
            plays[f"Ukraine({words} conceded) >= Ukraine({name})"] = settled.least - fight
    plays["Ukraine(covered war) > Ukraine(war)"] = worth["covered war"] - worth["war"] - TOLERANCE
    return plays, {f"{kind}: force pays in the war": gain for kind, gain in pays.items()}
