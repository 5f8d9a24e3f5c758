"""Whether a cutpoint is an equilibrium, from the payoffs alone: no code of the search is used."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.games.collective_action import ContributionGame, VotingGame

__all__ = ["CutpointCertificate", "check_cutpoint", "check_leader"]

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
    for up to 40 players, else in floats from logarithms. Payoffs are linear in the type's cost, so
    the sums are made for costs of 0 and 1 and give the gain of every type. A gain is measured by
    the probability that the choice decides whether one pays, which is small in a large vote.
    """
    exact = game.n <= EXACT_UP_TO
    free, slope, unit, largest = _gains(game, probability, exact)
    matters = float(abs(slope)) or 1.0
    least, most = (_bounded(end) for end in game.cost.support())
    reasons, worst = [], 0.0
    for kind in (least + (most - least) * step / (TYPES - 1) for step in range(TYPES)):
        gain = free + slope * (Fraction(kind) if exact else kind)
        lost = float(-gain if kind <= cutpoint else gain)
        worst = max(worst, lost * unit)
        if lost > TOLERANCE * matters * (largest + abs(kind)):
            done = "acts" if kind <= cutpoint else "stands aside"
            reasons.append(f"the type of cost {kind:g} {done} and would gain {lost:.3g} otherwise.")
    scale = largest + (abs(cutpoint) if math.isfinite(cutpoint) else 0.0)
    blur = ROUNDING * scale  # where costs crowd, rounding of the cutpoint moves many types
    shares = [float(game.cost.cdf(cutpoint + move)) for move in (-blur, blur)]
    if not shares[0] - TOLERANCE <= probability <= shares[1] + TOLERANCE:
        reasons.append(f"a share {shares[0]:.9g} has such costs, and not {probability:.9g}.")
    own = 0.0
    if math.isfinite(cutpoint):
        own = float(free + slope * (Fraction(cutpoint) if exact else cutpoint))
    if least < cutpoint < most and abs(own) > TOLERANCE * matters * scale:
        reasons.append(f"the type at the cutpoint gains {own * unit:.3g} by acting.")
    return CutpointCertificate(not reasons, worst, own * unit, exact, tuple(reasons))


def check_leader(
    game: ContributionGame, cutpoint: float, probability: float, after_act: float, after_none: float
) -> CutpointCertificate:
    """Check that no type of one who leads gains by deviating.

    Parameters
    ----------
    game : ContributionGame
    cutpoint, probability : float
        The leader acts up to this cost, and so with this probability.
    after_act, after_none : float
        The probability that each other acts where the leader did, and where it did not.

    Returns
    -------
    CutpointCertificate
    """
    exact = game.n <= EXACT_UP_TO
    number: Any = Fraction if exact else float
    sides = [
        [w * number(v) for w, v in zip(_binomial(game.n - 1, q, exact), values, strict=True)]
        for q, values in ((after_act, game.values[1:]), (after_none, game.values[:-1]))
    ]
    total: Any = sum if exact else math.fsum
    brings = float(total(sides[0]) - total(sides[1]) + number(game.shirking))
    scale = max(abs(v) for v in game.values) + game.shirking
    reasons = []
    if abs(brings - cutpoint) > TOLERANCE * scale:
        reasons.append(f"acting brings the leader {brings:.9g}, so that it is worth no other cost.")
    blur = ROUNDING * scale
    shares = [float(game.cost.cdf(cutpoint + move)) for move in (-blur, blur)]
    if not shares[0] - TOLERANCE <= probability <= shares[1] + TOLERANCE:
        reasons.append(f"a share {shares[0]:.9g} has such costs, and not {probability:.9g}.")
    own = brings - cutpoint
    return CutpointCertificate(not reasons, abs(own), own, exact, tuple(reasons))


def _bounded(end: float) -> float:
    return max(-FARTHEST, min(FARTHEST, float(end)))


def _gains(game: Any, q: float, exact: bool) -> tuple[Any, Any, float, float]:
    """What acting brings a type without cost, and each unit of cost adds to that.

    Both in a unit that is given too: the largest weight that enters, which may be tiny. Last, the
    largest payoff, costs apart.
    """
    terms = list(_differences(game, Fraction if exact else float))
    chosen = [(k, at_none, at_one) for k, at_none, at_one, _ in terms if at_none or at_one]
    largest = max(payoff for *_, payoff in terms)
    if exact:
        every = _binomial(game.n - 1, q, exact)
        weights, unit = [every[k] for k, *_ in chosen], 1.0
    else:
        logs = [_log_binomial(k, game.n - 1, q) for k, *_ in chosen]
        top = max(logs, default=0.0)
        top = top if math.isfinite(top) else 0.0
        weights, unit = [math.exp(x - top) for x in logs], math.exp(top)
    total: Any = sum if exact else math.fsum
    free = total(w * at_none for w, (_, at_none, _) in zip(weights, chosen, strict=True))
    slope = total(w * (at_one - no) for w, (_, no, at_one) in zip(weights, chosen, strict=True))
    return free, slope, unit, largest


def _binomial(n: int, q: float, exact: bool) -> list[Any]:
    """The probabilities of 0, 1, ..., n of n."""
    if not exact:
        return [math.exp(_log_binomial(k, n, q)) for k in range(n + 1)]
    share = Fraction(q)
    return [math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]


def _log_binomial(k: int, n: int, q: float) -> float:
    if q in (0.0, 1.0):
        return 0.0 if k == n * q else -math.inf
    choices = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return choices + k * math.log(q) + (n - k) * math.log1p(-q)


def _differences(game: Any, number: Any) -> Iterator[tuple[int, Any, Any, float]]:
    """By how many others act: what acting brings at costs of 0 and of 1, and the largest payoff."""
    shirking = number(game.shirking)
    for others in range(game.n):
        acting, aside, pays, would = _choices(game, others, number)
        free = acting - (aside - shirking if _shirks(game, others) else aside)
        largest = max(abs(float(acting)), abs(float(aside)), float(shirking))
        yield others, free, free - pays + would, largest


def _choices(game: Any, others: int, number: Any) -> tuple[Any, Any, int, int]:
    """Payoffs from acting and standing aside, penalties apart, and which of them bear costs."""
    if isinstance(game, VotingGame):
        passes, would = others + 1 >= game.needed, others >= game.needed
        benefit = number(game.benefit)
        return benefit * passes, benefit * would, int(passes), int(would)
    return number(game.values[others + 1]), number(game.values[others]), 1, 0


def _shirks(game: Any, others: int) -> bool:
    """Whether one who does not act, or votes no, pays for it."""
    return not isinstance(game, VotingGame) or others < game.needed
