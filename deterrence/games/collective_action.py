"""Games of many players who are alike: each has a private cost, and acts or stands aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deterrence.errors import InputError

__all__ = ["ContributionGame", "CostDistribution", "StepDensity", "VotingGame"]

Floats = NDArray[np.float64]
MOST_PLAYERS = 20_000
ROUNDING = 1e-9  # of weights that should sum to one


class CostDistribution(Protocol):
    """What is asked of the distribution of costs; frozen ones of `scipy.stats` have it."""

    def cdf(self, x: Any, /) -> Any:
        """The probability of a cost of at most `x`."""

    def support(self) -> tuple[float, float]:
        """The least and the largest cost."""


@dataclass(frozen=True)
class StepDensity:
    """Costs that are uniform on each of several adjoining intervals.

    Parameters
    ----------
    edges : sequence of float
        Increasing, one more than weights.
    weights : sequence of float
        The probability of each interval; they sum to one.

    Raises
    ------
    InputError
        If edges do not increase or weights are no probabilities.

    Examples
    --------
    >>> costs = StepDensity([0, 2, 4], [0.75, 0.25])
    >>> float(costs.cdf(1)), float(costs.cdf(3))
    (0.375, 0.875)
    """

    edges: Sequence[float]
    weights: Sequence[float]
    _cumulated: Floats = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        edges, weights = _finite(self.edges, "edges"), _finite(self.weights, "weights")
        if edges.ndim != 1 or len(edges) != len(weights) + 1 or np.any(np.diff(edges) <= 0):
            raise InputError(
                f"edges {list(self.edges)} and weights {list(self.weights)} do not fit: give "
                "increasing edges, one more than weights."
            )
        if np.any(weights < 0) or abs(weights.sum() - 1) > ROUNDING:
            raise InputError(f"weights {list(self.weights)}: give probabilities that sum to 1.")
        object.__setattr__(self, "edges", tuple(edges.tolist()))
        object.__setattr__(self, "weights", tuple(weights.tolist()))
        upto = np.concatenate([[0.0], np.cumsum(weights)])
        upto[-1] = 1.0
        object.__setattr__(self, "_cumulated", upto)

    def cdf(self, x: ArrayLike, /) -> Floats:
        """The probability of a cost of at most `x`.

        Parameters
        ----------
        x : array_like

        Returns
        -------
        ndarray
        """
        return np.asarray(np.interp(np.asarray(x, dtype=np.float64), self.edges, self._cumulated))

    def ppf(self, q: ArrayLike, /) -> Floats:
        """The cost below which a share `q` lies.

        Parameters
        ----------
        q : array_like

        Returns
        -------
        ndarray
        """
        return np.asarray(np.interp(np.asarray(q, dtype=np.float64), self._cumulated, self.edges))

    def support(self) -> tuple[float, float]:
        """The first and the last edge.

        Returns
        -------
        (float, float)
        """
        return float(self.edges[0]), float(self.edges[-1])

    def density_bounds(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """Least and most of the density between two costs.

        Parameters
        ----------
        low, high : ndarray
            The ends of intervals.

        Returns
        -------
        (ndarray, ndarray)
        """
        heights = np.concatenate([[0.0], np.asarray(self.weights) / np.diff(self.edges), [0.0]])
        starts = np.concatenate([[-np.inf], self.edges])
        ends = np.concatenate([self.edges, [np.inf]])
        meets = (starts <= np.asarray(high)[:, None]) & (ends >= np.asarray(low)[:, None])
        least = np.where(meets, heights, np.inf).min(axis=1)
        return least, np.where(meets, heights, -np.inf).max(axis=1)


@dataclass(frozen=True, eq=False)
class ContributionGame:
    """Everybody decides at once, at its own cost, whether to act; the result is for all.

    Parameters
    ----------
    values : sequence of float
        What each player gets where 0, 1, ..., n players act, its own cost apart.
    cost : scipy frozen distribution, or StepDensity
        Of each player's private cost of acting; costs are independent.
    shirking : float
        What a player who stands aside pays, whatever the others do.

    Attributes
    ----------
    n : int
        How many players.
    needed : int
        How many must act for `response`: one.

    Raises
    ------
    InputError
        If there are fewer than two values, a number is not finite, the penalty is negative, or
        `cost` is no distribution.
    """

    values: Sequence[float]
    cost: CostDistribution
    shirking: float = 0.0
    needed: int = 1

    def __post_init__(self) -> None:
        values = _finite(self.values, "values")
        if values.ndim != 1 or not 2 <= len(values) <= MOST_PLAYERS + 1:
            raise InputError(
                f"{values.size} values; give one for each number of players that may act, from "
                f"none on, for 1 to {MOST_PLAYERS:,} players."
            )
        _check_common(self.cost, self.shirking)
        _check_needed(self.needed, len(values) - 1)
        object.__setattr__(self, "values", tuple(values.tolist()))

    @property
    def n(self) -> int:
        """How many players."""
        return len(self.values) - 1

    @classmethod
    def at_least(
        cls,
        needed: int,
        n: int,
        benefit: float,
        cost: CostDistribution,
        *,
        penalty: float = 0.0,
        shirking: float = 0.0,
    ) -> ContributionGame:
        """The threshold public good: it is provided if enough act, and their cost is lost if not.

        With ``needed=1`` it is the volunteer's dilemma (Diekmann 1985), where the best shot counts.

        Parameters
        ----------
        needed, n : int
            How many of how many.
        benefit : float
            What the good is worth to each.
        cost : distribution
        penalty : float
            What each pays if it is not provided.
        shirking : float
            What each who stands aside pays in any case.

        Returns
        -------
        ContributionGame
        """
        _check_players(n)
        _check_needed(needed, n)
        values = [-penalty if s < needed else benefit for s in range(n + 1)]
        return cls(values, cost, shirking, needed)


@dataclass(frozen=True, eq=False)
class VotingGame:
    """Everybody votes at once; if enough vote yes, all act, each at its own cost.

    Parameters
    ----------
    needed : int
        How many yes votes are enough: more than half of `n` for majority, `n` for unanimity.
    n : int
        How many players.
    benefit : float
        What joint action is worth to each, over what each has without it, its own cost apart.
    cost : scipy frozen distribution, or StepDensity
        Of each player's private cost of taking part; costs are independent.
    shirking : float
        What a player who voted no pays where the vote fails.

    Raises
    ------
    InputError
        As for `ContributionGame`.
    """

    needed: int
    n: int
    benefit: float
    cost: CostDistribution
    shirking: float = 0.0

    def __post_init__(self) -> None:
        _check_players(self.n)
        _check_needed(self.needed, self.n)
        _finite([self.benefit], "benefit")
        _check_common(self.cost, self.shirking)


def _finite(given: Iterable[float], what: str) -> Floats:
    try:
        numbers = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{what}: {given!r} are not numbers.") from None
    if not np.isfinite(numbers).all():
        raise InputError(f"{what}: {given!r}; give finite numbers.")
    return numbers


def _check_common(cost: Any, shirking: float) -> None:
    if not (hasattr(cost, "cdf") and hasattr(cost, "support")):
        raise InputError(
            f"cost is {cost!r}; give a distribution: scipy.stats.uniform(0.2, 0.4) is uniform "
            "between 0.2 and 0.6."
        )
    if hasattr(cost, "pmf"):
        raise InputError(
            "cost is discrete, and types of one cost would have to mix. Give each cost a narrow "
            "band: StepDensity([0.199, 0.201, 0.599, 0.601], [0.5, 0, 0.5])."
        )
    if _finite([shirking], "shirking")[0] < 0:
        raise InputError(f"shirking = {shirking!r}; a penalty is not negative.")


def _check_players(n: Any) -> None:
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or not 1 <= n <= MOST_PLAYERS:
        raise InputError(f"n = {n!r}; give a whole number of players, 1 to {MOST_PLAYERS:,}.")


def _check_needed(needed: Any, n: int) -> None:
    if isinstance(needed, bool) or not isinstance(needed, (int, np.integer)):
        raise InputError(f"needed = {needed!r}; give a whole number of players.")
    if not 1 <= needed <= n:
        raise InputError(f"needed = {needed}; of {n} players 1 to {n} can be asked for.")
