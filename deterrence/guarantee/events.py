"""What a play of the guarantee game counts as."""

from __future__ import annotations

from functools import cache

from sympy import Expr, Gt, Integer, Or, Piecewise

from deterrence.guarantee.payoffs import Challenge, Crisis, unpledged

__all__ = ["events", "war_events"]

ZERO, ONE = Integer(0), Integer(1)


def events(crisis: Crisis) -> dict[str, Expr]:
    """What one whole play counts as, each with the share of it that counts.

    Shortfall counts by the share of the pledge left unhonoured. Entrapment counts in full or not
    at all, by the stakes: it is entanglement in which this type of Guarantor, by its payoff from
    that response alone, would at strength 0 have strictly preferred nothing or aid. What the
    response does to Russia's later choice is left out of that comparison. Of several uses of force
    in one crisis, one such is enough.

    Parameters
    ----------
    crisis : Crisis

    Returns
    -------
    dict of str to sympy.Expr
    """
    replies = crisis.replies
    attacks = [reply for reply in replies if reply.challenge.kind == "attack"]
    owed = [reply for reply in attacks if reply.covered]
    responses = {reply.response for reply in replies}
    happened = {
        f"offer-{crisis.offered}": bool(crisis.offered),
        "settlement": crisis.at_terms,
        "provocation": crisis.preparation.provocative,
        "defence-kept": crisis.preparation.keeps_defence,
        "probe": any(reply.challenge.kind == "probe" for reply in replies),
        "attack": bool(attacks),
        "nothing": "nothing" in responses,
        "aid": "aid" in responses,
        "force": "force" in responses,
        "covered-attack": bool(owed),
        "abandonment": any(reply.response == "nothing" for reply in owed),
        "entanglement": crisis.preparation.provocative and "force" in responses,
        "great-power-war": any(reply.response == "force" for reply in attacks),
        "escalation": any(reply.climbs for reply in attacks),
        "backdown-Russia": any(reply.end == "Russia" for reply in attacks),
        "backdown-Guarantor": any(reply.end == "Guarantor" for reply in attacks),
        "disaster": any(reply.end == "disaster" for reply in attacks),
    }
    weights: dict[str, Expr] = {name: ONE for name, so in happened.items() if so}
    if owed:
        weights["shortfall"] = owed[0].unhonoured  # there is one attack at most
    if happened["entanglement"]:
        forced = tuple(reply.challenge for reply in replies if reply.response == "force")
        weights["entrapment"] = _unwilling(crisis, forced)
    return {name: weight for name, weight in weights.items() if weight != 0}


def war_events(crisis: Crisis) -> dict[str, Expr]:
    """What a war that goes on counts as."""
    offer = {f"offer-{crisis.offered}": ONE} if crisis.offered else {}
    return {**offer, "war-goes-on": ONE}


def _unwilling(crisis: Crisis, forced: tuple[Challenge, ...]) -> Expr:
    """One if, without a pledge, a Guarantor would have used less than force at one of these."""
    better = {
        (unpledged(crisis, challenge, less), unpledged(crisis, challenge, "force")): None
        for challenge in sorted(forced, key=lambda one: one.surprise)
        for less in ("nothing", "aid")
    }
    return _any_better(tuple(better))


@cache
def _any_better(pairs: tuple[tuple[Expr, Expr], ...]) -> Expr:
    """One if the first of some pair is larger; left as it is, since deciding it needs numbers."""
    larger = [Gt(one, other, evaluate=False) for one, other in pairs]
    return Piecewise((ONE, Or(*larger)), (ZERO, True), evaluate=False)  # evaluating is slow
