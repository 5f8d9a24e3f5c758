"""What chance decides in the guarantee game: findings, latitude, disaster."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from sympy import Expr, Integer, Max, Min, Piecewise, Rational

from deterrence.guarantee.payoffs import AS_IT_IS, Challenge, Guarantee, Preparation, f

__all__ = ["cover", "disaster", "findings", "honoured", "latitude"]

ZERO, ONE = Integer(0), Integer(1)
SURE = 5  # rungs whose risk cannot exceed one over the range of f


@cache
def trigger(severity: Expr, threshold: Expr, ambiguity: Expr) -> Expr:
    """The probability that a challenge of some severity is found covered, conditions aside."""
    sharp = Piecewise((ONE, severity >= threshold), (ZERO, True))
    # a width that is never 0, because some evaluators compute both cases whichever holds
    width = 2 * (ambiguity + Piecewise((ONE, ambiguity <= 0), (ZERO, True)))
    band = Rational(1, 2) + (1 - ambiguity) * (severity - threshold) / width
    # sympy's own attempts to decide which of these is larger are slow, and vain without numbers
    number = not band.free_symbols
    clipped = Min(ONE, Max(ZERO, band, evaluate=number), evaluate=number)
    return Piecewise((sharp, ambiguity <= 0), (clipped, True))


@cache
def cover(challenge: Challenge, preparation: Preparation, guarantee: Guarantee = AS_IT_IS) -> Expr:
    """The probability that a challenge is found covered."""
    kept = 1 - guarantee.conditionality if preparation.provocative else ONE
    met = ONE if preparation.keeps_defence else 1 - guarantee.defence_condition
    found = trigger(challenge.severity, guarantee.threshold, guarantee.trigger_ambiguity)
    return kept * met * found


@cache
def findings(covered: Expr, automatic: Expr) -> Mapping[str, Expr]:
    """The probability of each finding, given that of cover.

    Parameters
    ----------
    covered : sympy.Expr
    automatic : sympy.Expr
        The probability that a covered challenge gets what is owed with no decision.

    Returns
    -------
    mapping of str to sympy.Expr
        "covered" leaves a decision to the Guarantor, "covered, automatic" leaves none.
    """
    undecided = covered * automatic
    probabilities = {
        "covered": covered - undecided,
        "covered, automatic": undecided,
        "not covered": 1 - covered,
    }
    return MappingProxyType({label: p for label, p in probabilities.items() if p != 0})


def honoured(challenge: Challenge, response: str, guarantee: Guarantee = AS_IT_IS) -> Expr:
    """The share of the pledge that a response honours.

    Aid to a probe is proportionate, so it honours all; against an attack, response ambiguity is
    the latitude to count it.
    """
    aid = ONE if challenge.kind == "probe" else guarantee.response_ambiguity
    return {"nothing": ZERO, "aid": aid, "force": ONE}[response]


@cache
def latitude(ambiguity: Expr) -> Mapping[str, Expr]:
    """Whether aid will be taken to honour the pledge against an attack, where that is vague."""
    odds = {"aid honours": ambiguity, "aid falls short": 1 - ambiguity}
    return MappingProxyType({label: p for label, p in odds.items() if p != 0})


@cache
def disaster(rung: int) -> Mapping[str, Expr]:
    """Whether climbing to a rung ends in disaster."""
    risk = rung * f if rung <= SURE else Min(ONE, rung * f)
    return MappingProxyType({"disaster": risk, "no disaster": 1 - risk})
