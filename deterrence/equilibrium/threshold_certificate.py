"""Whether a cutpoint is an equilibrium, from the payoffs alone: no code of the search is used."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.games.collective_action import ContributionGame, VotingGame

__all__ = ["CutpointCertificate", "check_cutpoint"]

EXACT_UP_TO = 40  # players; the fractions of more grow long
TOLERANCE = 1e-9  # of a gain, relative to the largest payoff that enters it
ROUNDING = 1e-13  # of a cutpoint, relative to the same
TYPES = 9  # looked at between the least and the largest cost
FARTHEST = 1e6  # of the types looked at where costs have no bound


@dataclass(frozen=True)
class CutpointCertificate:
    """What a check from scratch found.

    Attributes
    ----------
    holds : bool
    gain : float
        The most that any type looked at would gain by doing the other thing.
    at_cutpoint : float
        What the type at the cutpoint gains by acting: nothing, if some types act and some do not.
    exact : bool
        Whether binomial sums were made in fractions.
    reasons : tuple of str
        Why it does not hold.
    """

    holds: bool
    gain: float
    at_cutpoint: float
    exact: bool
    reasons: tuple[str, ...]


def check_cutpoint(
    game: ContributionGame | VotingGame, probability: float, cutpoint: float
) -> CutpointCertificate:
    """Check that no type gains by deviating where all act up to a cutpoint.

    Parameters
    ----------
    game : ContributionGame or VotingGame
    probability : float
        That a player acts.
    cutpoint : float

    Returns
    -------
    CutpointCertificate

    Notes
    -----
    What a type gets by acting and by standing aside is summed over the others' number, in fractions
    for up to 40 players, else in floats from logarithms. The gain is linear in the type's cost, so
    the ends and the cutpoint decide; types between are looked at all the same.
    """
    exact = game.n <= EXACT_UP_TO
    q: Any = Fraction(probability) if exact else probability
    odds = list(_binomial(game.n - 1, q))
    least, most = (_bounded(end) for end in game.cost.support())
    reasons, worst = [], 0.0
    types = [least + (most - least) * step / (TYPES - 1) for step in range(TYPES)]
    for kind in types:
        gain, scale = _gain(game, odds, kind, exact)
        lost = float(-gain if kind <= cutpoint else gain)
        worst = max(worst, lost)
        if lost > TOLERANCE * scale:
            done = "acts" if kind <= cutpoint else "stands aside"
            reasons.append(f"the type of cost {kind:g} {done} and would gain {lost:.3g} otherwise.")
    own, scale = _gain(game, odds, cutpoint, exact) if math.isfinite(cutpoint) else (0, 1.0)
    blur = ROUNDING * scale  # where costs crowd, rounding of the cutpoint moves many types
    shares = [float(game.cost.cdf(cutpoint + move)) for move in (-blur, blur)]
    if not shares[0] - TOLERANCE <= probability <= shares[1] + TOLERANCE:
        reasons.append(f"a share {shares[0]:.9g} has such costs, and not {probability:.9g}.")
    if least < cutpoint < most and abs(own) > TOLERANCE * scale:
        reasons.append(f"the type at the cutpoint gains {float(own):.3g} by acting.")
    return CutpointCertificate(not reasons, worst, float(own), exact, tuple(reasons))


def _bounded(end: float) -> float:
    return max(-FARTHEST, min(FARTHEST, float(end)))


def _binomial(n: int, q: Any) -> Iterator[Any]:
    """The probabilities of 0, 1, ..., n of n."""
    for k in range(n + 1):
        if isinstance(q, Fraction):
            yield math.comb(n, k) * q**k * (1 - q) ** (n - k)
        elif q in (0.0, 1.0):
            yield float(k == n * q)
        else:
            choices = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
            yield math.exp(choices + k * math.log(q) + (n - k) * math.log1p(-q))


def _gain(game: Any, odds: list[Any], kind: float, exact: bool) -> tuple[Any, float]:
    """What a type gains by acting, and the largest number that enters."""
    number: Any = Fraction if exact else float
    cost, shirking = number(kind), number(game.shirking)
    terms = []
    largest = abs(float(kind)) + float(game.shirking)
    for others, weight in enumerate(odds):
        if isinstance(game, VotingGame):
            acting = number(game.benefit) - cost if others + 1 >= game.needed else number(0)
            aside = number(game.benefit) - cost if others >= game.needed else -shirking
            largest = max(largest, abs(float(game.benefit)))
        else:
            acting = number(game.values[others + 1]) - cost
            aside = number(game.values[others]) - shirking
            largest = max(largest, abs(game.values[others]), abs(game.values[others + 1]))
        terms.append(weight * (acting - aside))
    return (sum(terms, Fraction(0)) if exact else math.fsum(terms)), 1e-300 + largest
