"""The penalty that makes a response as likely as one wants it to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.reply_functions import Means, VotersReply, reply_of
from deterrence.errors import InputError, unknown
from deterrence.games.collective_action import ContributionGame, VotingGame

__all__ = ["RestoringPenalty", "restoring_penalty"]

Floats = NDArray[np.float64]
Bounds = Callable[[Floats, Floats], tuple[Floats, Floats]]
ON = ("shirking", "failure")
PRECISION = 1e-9  # of the bounds of a penalty, absolute
MOST_PARTS = 20_000
NARROWEST = 1e-15


@dataclass(frozen=True)
class RestoringPenalty:
    """What must be at stake for a response to come about with a given probability.

    Penalties come on top of those that the game has.

    Attributes
    ----------
    target : float
        The probability with which enough are to act.
    on : {"shirking", "failure"}
    probability, cutpoint : float
        How each then behaves.
    penalty : float
        With which that is an equilibrium; negative if what acting brings must rather be lowered.
    reached : (float, float)
        Bounds of the least penalty, from 0 on, with which some symmetric equilibrium reaches the
        target; infinite if none does.
    secure : (float, float)
        Bounds of the least penalty, from 0 on, above which every symmetric equilibrium does;
        infinite if none is enough. Votes in which no single one matters are left out.
    """

    target: float
    on: str
    probability: float
    cutpoint: float
    penalty: float
    reached: tuple[float, float]
    secure: tuple[float, float]


def restoring_penalty(
    game: ContributionGame | VotingGame, target: float, on: str = "failure"
) -> RestoringPenalty:
    """Find the penalty that makes enough players act with a given probability.

    Parameters
    ----------
    game : ContributionGame or VotingGame
    target : float
        Between 0 and 1, both left out.
    on : {"failure", "shirking"}
        What is punished: "failure", all pay if fewer than ``game.needed`` act; "shirking", who
        does not act pays (in a vote, who voted no where it fails).

    Returns
    -------
    RestoringPenalty

    Raises
    ------
    InputError
        If `target` is no such probability, or costs have no quantiles.
    LabelError
        For something else to be punished.

    Notes
    -----
    Enough act with probability ``t`` where each does with ``q_t``, a quantile of a beta
    distribution. The type of cost ``k_t`` with ``F(k_t) = q_t`` must then be indifferent, which is
    linear in the penalty. For the volunteer's dilemma with benefit ``U`` it is::

        a = k_t (1 - t)**(-(n - 1)/n) - U

    as for known costs ``K`` in place of ``k_t`` (Diekmann 1985). Where several equilibria exist,
    what is needed for one, and for all, to reach the target is the least over larger, and the
    most over smaller, probabilities of what each would need; bounds close in on both.

    Examples
    --------
    >>> from scipy.stats import uniform
    >>> game = ContributionGame.at_least(1, 2, benefit=1.0, cost=uniform(0, 2))
    >>> found = restoring_penalty(game, 0.75)  # q = 1/2 and k = 1: 1 (1/4)**(-1/2) - 1
    >>> round(found.penalty, 9), round(found.secure[0], 6)
    (1.0, 1.0)
    """
    from scipy.special import betaincinv

    _check(game, target, on)
    cost: Any = game.cost
    q = float(betaincinv(game.needed, game.n - game.needed + 1, target))
    need = _needed(game, on)
    reached = _least(need, q, 1.0)
    most = _least(_negated(need), 0.0, q)
    return RestoringPenalty(
        target=float(target),
        on=on,
        probability=q,
        cutpoint=float(cost.ppf(q)),
        penalty=_exactly(game, on, q),
        reached=(max(0.0, reached[0]), max(0.0, reached[1])),
        secure=(max(0.0, -most[1]), max(0.0, -most[0])),
    )


def _check(game: Any, target: Any, on: str) -> None:
    if not isinstance(game, (ContributionGame, VotingGame)):
        raise InputError("restoring_penalty takes a ContributionGame or a VotingGame.")
    if on not in ON:
        raise unknown("thing to punish", on, ON)
    if not isinstance(target, (int, float)) or not 0 < target < 1:
        raise InputError(f"target = {target!r}; give a probability between 0 and 1.")
    if not hasattr(game.cost, "ppf"):
        raise InputError("the distribution of costs has no quantiles; give it a method ppf.")


def _exactly(game: ContributionGame | VotingGame, on: str, q: float) -> float:
    """The penalty that makes one probability of acting an equilibrium."""
    cost: Any = game.cost
    there = np.array([q])
    lack = float(cost.ppf(q)) - float(reply_of(game).at(there)[0])
    return lack / float(_unit(game, on).at(there)[0])


def _unit(game: ContributionGame | VotingGame, on: str) -> Means | VotersReply:
    """What a unit of the penalty adds to the cost at which acting pays."""
    if isinstance(game, VotingGame):
        votes = on == "shirking"
        return VotersReply(VotingGame(game.needed, game.n, 1.0 - votes, game.cost, float(votes)))
    pivot = np.arange(game.n) == game.needed - 1
    return Means(np.ones(game.n) if on == "shirking" else pivot.astype(np.float64))


def _needed(game: ContributionGame | VotingGame, on: str) -> Bounds:
    """Bounds of the penalty that makes probabilities of acting an equilibrium."""
    reply, unit = reply_of(game), _unit(game, on)
    cost: Any = game.cost

    def bounds(low: Floats, high: Floats) -> tuple[Floats, Floats]:
        gained = reply.between(low, high)
        lack = np.asarray(cost.ppf(low)) - gained[1], np.asarray(cost.ppf(high)) - gained[0]
        weight = unit.between(low, high)
        weight = np.maximum(weight[0], 0.0), weight[1]
        with np.errstate(divide="ignore", invalid="ignore"):
            least = np.where(lack[0] > 0, lack[0] / weight[1], lack[0] / weight[0])
            most = np.where(lack[1] > 0, lack[1] / weight[0], lack[1] / weight[1])
        return np.nan_to_num(least, nan=-np.inf, posinf=np.inf, neginf=-np.inf), np.nan_to_num(
            most, nan=np.inf, posinf=np.inf, neginf=-np.inf
        )

    return bounds


def _negated(bounds: Bounds) -> Bounds:
    def of_the_negative(low: Floats, high: Floats) -> tuple[Floats, Floats]:
        least, most = bounds(low, high)
        return -most, -least

    return of_the_negative


def _least(bounds: Bounds, start: float, end: float) -> tuple[float, float]:
    """Bounds of the least value over an interval, from bounds over parts of it."""
    low, high = np.array([start]), np.array([end])
    best = np.inf
    while True:
        below, _ = bounds(low, high)
        _, above = bounds(low, low)
        best = min(best, float(above.min()))
        lowest = float(below.min())
        open_ = below < best - PRECISION
        hopeless = len(low) > MOST_PARTS or float((high - low).min()) < NARROWEST
        if best == -np.inf or not open_.any() or hopeless:
            return min(lowest, best - PRECISION), best
        low, high = low[open_], high[open_]
        middle = (low + high) / 2
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
