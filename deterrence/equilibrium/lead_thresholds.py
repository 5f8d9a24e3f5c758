"""Cutpoints where one of many who are alike decides first and the others follow, seeing it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.threshold import threshold_equilibria
from deterrence.equilibrium.threshold_certificate import CutpointCertificate, check_leader
from deterrence.equilibrium.threshold_record import Cutpoint
from deterrence.errors import CertificateError, InputError
from deterrence.games.collective_action import ContributionGame

__all__ = ["LeadEquilibria", "LeadEquilibrium", "lead_equilibria"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LeadEquilibrium:
    """One equilibrium in which those who follow behave alike.

    Attributes
    ----------
    game : ContributionGame
    cutpoint, probability : float
        The leader acts if its cost is at most the cutpoint, and so with this probability.
    after_act, after_none : Cutpoint
        What the others do where the leader acted, and where it did not.
    certificate : CutpointCertificate
        Of what the leader does; those of the others are their own.
    """

    game: ContributionGame
    cutpoint: float
    probability: float
    after_act: Cutpoint
    after_none: Cutpoint
    certificate: CutpointCertificate

    @property
    def numbers(self) -> Floats:
        """The probabilities that 0, 1, ..., n act; shape (n + 1,)."""
        acts, not_ = self.after_act.numbers, self.after_none.numbers
        led = np.concatenate([[0.0], acts]) * self.probability
        return np.asarray(led + np.concatenate([not_, [0.0]]) * (1 - self.probability))

    @property
    def response(self) -> float:
        """The probability that enough act."""
        return float(self.numbers[self.game.needed :].sum())

    def __repr__(self) -> str:
        return (
            f"<cutpoint of the leader {self.cutpoint:.6g}, of the others "
            f"{self.after_act.cutpoint:.6g} or {self.after_none.cutpoint:.6g}: enough of "
            f"{self.game.n:,} act with probability {self.response:.6g}>"
        )


@dataclass(frozen=True, eq=False)
class LeadEquilibria:
    """All equilibria in which those who follow behave alike.

    Attributes
    ----------
    game : ContributionGame
    equilibria : tuple of LeadEquilibrium
    complete : bool
        Whether the sets of both games among those who follow are.
    """

    game: ContributionGame
    equilibria: tuple[LeadEquilibrium, ...]
    complete: bool

    def __len__(self) -> int:
        return len(self.equilibria)

    def __getitem__(self, n: int) -> LeadEquilibrium:
        return self.equilibria[n]

    def __iter__(self) -> Iterator[LeadEquilibrium]:
        return iter(self.equilibria)


def lead_equilibria(game: ContributionGame) -> LeadEquilibria:
    """Find the equilibria where one player decides first and all others see it.

    Parameters
    ----------
    game : ContributionGame
        Of two players or more; any of them leads.

    Returns
    -------
    LeadEquilibria
        All perfect Bayesian equilibria in which those who follow behave alike, if `complete`; they
        may differ in what happens after a choice of the leader that no type makes.

    Raises
    ------
    InputError
        If there is nobody to follow.
    CertificateError
        If the independent check refutes what was found; please report the game.

    Notes
    -----
    Costs are independent and private, so the leader's choice tells the others nothing that they
    care for but the choice itself. Each choice leaves a game among the others, whose equilibria
    are found by `threshold_equilibria`; for each pair of them the leader's cutpoint is what acting
    brings it over not acting.

    Examples
    --------
    >>> from scipy.stats import uniform
    >>> game = ContributionGame.at_least(1, 2, benefit=1.0, cost=uniform(0, 2))
    >>> (only,) = lead_equilibria(game)  # the follower acts up to 1, if the leader did not
    >>> only.after_act.probability, only.after_none.probability, only.cutpoint
    (0.0, 0.5, 0.5)
    """
    if not isinstance(game, ContributionGame) or game.n < 2:
        raise InputError("lead_equilibria takes a ContributionGame of two players or more.")
    after_act = threshold_equilibria(_followers(game, game.values[1:], game.needed - 1))
    after_none = threshold_equilibria(_followers(game, game.values[:-1], game.needed))
    pairs = itertools.product(after_act, after_none)
    found = tuple(_certified(game, one, other) for one, other in pairs)
    return LeadEquilibria(game, found, after_act.complete and after_none.complete)


def _certified(game: ContributionGame, acted: Cutpoint, not_: Cutpoint) -> LeadEquilibrium:
    cutpoint = _mean(game.values[1:], acted) - _mean(game.values[:-1], not_) + game.shirking
    share = float(game.cost.cdf(cutpoint))
    certificate = check_leader(game, cutpoint, share, acted.probability, not_.probability)
    if not certificate.holds:
        raise CertificateError(
            "the independent check refuses a leader's cutpoint that was found: "
            f"{certificate.reasons[0]} Please report this game."
        )
    return LeadEquilibrium(game, cutpoint, share, acted, not_, certificate)


def _followers(game: ContributionGame, values: Sequence[float], needed: int) -> ContributionGame:
    reached = min(max(needed, 1), game.n - 1)
    return ContributionGame(values, game.cost, game.shirking, reached)


def _mean(values: Sequence[float], followers: Cutpoint) -> float:
    """What the leader gets on average, its own cost apart."""
    return math.fsum(np.asarray(values) * followers.numbers)
