"""Symmetric equilibria in cutpoints: each acts if its private cost is at most the cutpoint."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.density_bounds import density_bounds
from deterrence.equilibrium.reply_functions import Reply, VotersReply, reply_of
from deterrence.equilibrium.threshold_certificate import check_cutpoint
from deterrence.equilibrium.threshold_record import Cutpoint, ThresholdEquilibria
from deterrence.equilibrium.threshold_roots import Surplus, roots_of
from deterrence.errors import CertificateError, InputError
from deterrence.games.collective_action import ContributionGame, VotingGame

__all__ = ["threshold_equilibria"]

Floats = NDArray[np.float64]
CDF_ERROR = 1e-13
SLOPE_ERROR = 1e-9  # relative


def threshold_equilibria(game: ContributionGame | VotingGame) -> ThresholdEquilibria:
    """Find all symmetric equilibria of a game of many who are alike.

    A player gains from acting the less the more it costs, so every best reply is a cutpoint: a
    symmetric equilibrium is a probability of acting ``q = F(R(q))``, with ``F`` the distribution
    of costs and ``R(q)`` the largest cost at which acting pays where each other acts with
    probability ``q`` (for the threshold good, Palfrey and Rosenthal 1988).

    Parameters
    ----------
    game : ContributionGame or VotingGame

    Returns
    -------
    ThresholdEquilibria
        All symmetric Bayesian Nash equilibria if `complete`, up to what the types of one cost do
        where they are indifferent. Asymmetric equilibria, where players alike behave differently,
        are not looked for.

    Raises
    ------
    InputError
        If `game` is no such game.
    CertificateError
        If the independent check refutes what was found; please report the game.

    Notes
    -----
    [0, 1] is divided until every part either holds no solution, because bounds of ``F(R(q)) - q``
    exclude zero, or holds one at most, because bounds of its slope do. The bounds rest on the
    monotonicity of binomial means (`deterrence.equilibrium.reply_functions`) and allow for
    rounding. Where ``R`` falls no density is needed. Where it rises, that of the costs must be
    bounded: it is for uniform costs, `StepDensity` and those of scipy's families whose log density
    is concave (normal, exponential, beta with both shapes from 1 on, ...). With others such a part
    is left undecided. The time grows with ``n`` times the number of parts, some hundred.

    Under a vote with ``1 < needed`` and no penalty on shirking nobody may vote yes because nobody
    else does, and for ``needed < n`` everybody because everybody else does: then no single vote
    matters. These equilibria are given too, with `pivotal` false.

    Examples
    --------
    >>> from scipy.stats import uniform
    >>> game = ContributionGame.at_least(1, 2, benefit=1.0, cost=uniform(0, 2))
    >>> found = threshold_equilibria(game)
    >>> found.complete, round(found[0].cutpoint, 6)
    (True, 0.666667)
    """
    if not isinstance(game, (ContributionGame, VotingGame)):
        raise InputError(
            f"threshold_equilibria takes a ContributionGame or a VotingGame, not "
            f"{type(game).__name__}."
        )
    began = time.perf_counter()
    reply = reply_of(game)
    roots = roots_of(_surplus(game, reply))
    found = [_cutpoint(game, reply, *root) for root in roots.found]
    points = sorted([*found, *_without_pivots(game, found)], key=lambda p: p.probability)
    return ThresholdEquilibria(
        game=game,
        equilibria=tuple(points),
        complete=not roots.left,
        left=tuple(roots.left),
        record=dict(roots.record),
        seconds=time.perf_counter() - began,
    )


def _surplus(game: ContributionGame | VotingGame, reply: Reply | VotersReply) -> Surplus:
    """How far the share of types that would act exceeds the probability that others do."""
    cost = game.cost
    edge = float(cost.support()[0])
    inside = np.nextafter(edge, np.inf)
    starts = np.isfinite(edge) and float(reply.at(np.zeros(1))[0]) == edge

    def at(q: Floats) -> Floats:
        return np.asarray(cost.cdf(reply.at(q))) - q

    def between(low: Floats, high: Floats) -> tuple[Floats, Floats]:
        least, most = reply.between(low, high)
        error = CDF_ERROR
        return np.asarray(cost.cdf(least)) - high - error, np.asarray(cost.cdf(most)) - low + error

    def slope(low: Floats, high: Floats) -> tuple[Floats, Floats]:
        down, up = reply.slope_between(low, high)
        least, most = reply.between(low, high)
        # where R starts at the least cost and only rises it stays inside the support, which its
        # bounds, wider by their error, do not: below it there is no density
        least = np.where(starts & (low == 0) & (down > 0), np.maximum(least, inside), least)
        flattest, steepest = density_bounds(cost, least, np.maximum(least, most))
        with np.errstate(invalid="ignore"):
            products = np.stack([flattest * down, flattest * up, steepest * down, steepest * up])
        products = np.nan_to_num(products, nan=0.0, posinf=np.inf, neginf=-np.inf)
        error = SLOPE_ERROR * (1 + abs(products).max(axis=0))
        error = np.where(np.isfinite(error), error, SLOPE_ERROR)
        return products.min(axis=0) - 1 - error, products.max(axis=0) - 1 + error

    return Surplus(at, between, slope)


def _cutpoint(
    game: ContributionGame | VotingGame,
    reply: Reply | VotersReply,
    probability: float,
    start: float,
    end: float,
) -> Cutpoint:
    value = float(reply.at(np.array([probability]))[0])
    return _certified(game, probability, value, (start, end), pivotal=True)


def _certified(
    game: ContributionGame | VotingGame,
    probability: float,
    cutpoint: float,
    bracket: tuple[float, float],
    *,
    pivotal: bool,
) -> Cutpoint:
    certificate = check_cutpoint(game, probability, cutpoint)
    if not certificate.holds:
        raise CertificateError(
            "the independent check refuses a cutpoint that was found: "
            f"{certificate.reasons[0]} Please report this game."
        )
    return Cutpoint(game, cutpoint, probability, bracket, pivotal, certificate)


def _without_pivots(game: ContributionGame | VotingGame, found: list[Cutpoint]) -> list[Cutpoint]:
    """Votes that all go one way because no single one matters."""
    if not isinstance(game, VotingGame):
        return []
    least, most = game.cost.support()
    ends = [(0.0, least, game.needed > 1 and not game.shirking), (1.0, most, game.needed < game.n)]
    known = {point.probability for point in found}
    return [
        _certified(game, q, float(edge), (q, q), pivotal=False)
        for q, edge, so in ends
        if so and q not in known
    ]
