"""How dear acting may be before it does not pay, given how likely others are to act.

The others' number is binomial, so for a contribution this is a polynomial in Bernstein form whose
coefficients are the gains from acting given how many others act. A mean over a binomial number
rises with its probability if what is averaged rises: so the difference of two rising sequences is
bounded over an interval by values at its ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import binom

from deterrence.games.collective_action import ContributionGame, VotingGame

__all__ = ["Reply", "reply_of"]

Floats = NDArray[np.float64]
ERROR = 1e-12  # of a binomial mean, relative to what is averaged
LOG_ERROR = 1e-15  # of logarithms of factorials, relative
FEW = 64  # steps whose probabilities are computed one by one


@dataclass(frozen=True)
class Means:
    """The mean of a sequence over a binomial number, as a function of its probability."""

    sequence: Floats

    def at(self, q: Floats) -> Floats:
        """Values at probabilities."""
        usual = _most_common(self.sequence)
        others = np.flatnonzero(self.sequence != usual)
        weights = binom.pmf(others, len(self.sequence) - 1, np.asarray(q)[:, None])
        return np.asarray(usual + weights @ (self.sequence[others] - usual))

    def between(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """Bounds over intervals of probabilities."""
        steps = np.diff(self.sequence)
        first = self.sequence[0]
        up, down = np.maximum(steps, 0), np.maximum(-steps, 0)
        (rise_low, fall_low), (rise_high, fall_high) = (
            _climbed(np.stack([up, down], axis=1), q) for q in (low, high)
        )
        error = ERROR * (abs(steps).sum() + abs(first))
        return first + rise_low - fall_high - error, first + rise_high - fall_low + error


def _most_common(sequence: Floats) -> float:
    values, counts = np.unique(sequence, return_counts=True)
    return float(values[counts.argmax()])


def _climbed(steps: Floats, q: Floats) -> tuple[Floats, Floats]:
    """How far sequences with these steps have climbed at a binomial number, on average.

    That is the sum of the steps, each times the probability that the number reaches it.
    """
    count = len(steps)
    taken = np.flatnonzero(steps.any(axis=1))
    column = np.asarray(q)[:, None]
    if len(taken) <= FEW:
        climbed = binom.sf(taken, count, column) @ steps[taken]
    else:  # one product over all numbers is quicker than as many tails
        heights = np.concatenate([np.zeros((1, 2)), np.cumsum(steps, axis=0)])
        climbed = binom.pmf(np.arange(count + 1), count, column) @ heights
    return climbed[:, 0], climbed[:, 1]


@dataclass(frozen=True)
class Reply:
    """The largest cost at which acting is a best reply to others who act with some probability.

    Attributes
    ----------
    means, slopes : Means
        Of the gains from acting, and of the derivative by the probability.
    """

    means: Means
    slopes: Means

    def at(self, q: Floats) -> Floats:
        """Values at probabilities."""
        return self.means.at(q)

    def between(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """Bounds over intervals of probabilities."""
        return self.means.between(low, high)

    def slope_between(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """Bounds of the derivative over intervals of probabilities."""
        return self.slopes.between(low, high)


@dataclass(frozen=True)
class VotersReply:
    """The same for a vote, where only a pivotal voter's cost depends on its vote.

    Voting yes pays up to ``benefit + shirking P(j < needed) / P(j = needed - 1)``, with ``j`` the
    others' yes votes. The ratio falls in their probability.
    """

    game: VotingGame

    def at(self, q: Floats) -> Floats:
        """Values at probabilities; infinite where shirking outweighs any cost."""
        if not self.game.shirking:
            return np.full(len(q), float(self.game.benefit))
        return self.game.benefit + self.game.shirking * self._ratio(q)

    def _ratio(self, q: Floats) -> Floats:
        others, pivot = self.game.n - 1, self.game.needed - 1
        fewer = np.arange(pivot)
        logs = _log_choose(others, fewer) - _log_choose(others, np.array([pivot]))
        with np.errstate(divide="ignore", over="ignore"):
            odds = np.log1p(-q) - np.log(q)  # infinite at 0
            terms = np.exp(logs + np.multiply.outer(odds, pivot - fewer))
            return np.asarray(1.0 + terms.sum(axis=1))

    def between(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """Bounds over intervals of probabilities."""
        error = ERROR + LOG_ERROR * float(gammaln(self.game.n + 1))
        least, most = self.at(high), self.at(low)
        with np.errstate(invalid="ignore"):
            below, above = least - error * (1 + abs(least)), most + error * (1 + abs(most))
        return np.where(np.isfinite(least), below, least), np.where(np.isfinite(most), above, most)

    def slope_between(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """The derivative is not positive, and no more is known."""
        return np.full(len(low), -np.inf), np.zeros(len(low))


def _log_choose(n: int, k: NDArray[np.intp]) -> Floats:
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))


def reply_of(game: ContributionGame | VotingGame) -> Reply | VotersReply:
    """How each player replies to the others' probability of acting."""
    if isinstance(game, VotingGame):
        return VotersReply(game)
    gains = np.diff(np.asarray(game.values)) + game.shirking
    others = len(gains) - 1
    slopes = others * np.diff(gains) if others else np.zeros(1)
    return Reply(Means(gains), Means(slopes))
