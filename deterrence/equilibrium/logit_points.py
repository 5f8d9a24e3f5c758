"""Quantal response equilibria at one precision: found from many starts, and what they are."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np

from deterrence.equilibrium.logit_chart import Chart
from deterrence.equilibrium.logit_newton import (
    checked_precision,
    inner_precision,
    residual_of,
    solve_at,
)
from deterrence.equilibrium.logit_profiles import labelled_beliefs, labelled_strategy
from deterrence.equilibrium.logit_system import LogitSystem, ready
from deterrence.equilibrium.logit_tracer import Tracer
from deterrence.equilibrium.logit_uniqueness import why_unique
from deterrence.equilibrium.logit_values import Floats
from deterrence.errors import InputError
from deterrence.games.assessment import Labelled
from deterrence.games.generators import generator
from deterrence.games.strategic import StrategicGame
from deterrence.games.tree import Game

__all__ = ["QuantalEquilibria", "QuantalEquilibrium", "quantal_equilibria"]

SAME = 1e-7  # difference of probabilities below which two fixed points count as one


@dataclass(frozen=True, eq=False)
class QuantalEquilibrium:
    """One fixed point of the logit response at one precision.

    Attributes
    ----------
    game : Game or StrategicGame
    precision : float
        In units of one over payoffs.
    log_probabilities : ndarray, shape (actions,)
        Natural logarithms, in the order of `labels`.
    labels : list of (player, knows, action)
        Actions of the information sets where there is a choice.
    residual : float
        The largest difference between a probability and the logit response to the profile.
    regret : float
        The largest expected loss at an information set against its best action, given the beliefs
        by Bayes' rule, as a share of the owner's payoff span. At most the logarithm of the number
        of actions over precision times span.
    index : int
        The sign of the determinant of the equations' derivatives: 1, -1, or 0 where it vanishes.
        Over all fixed points the indices add up to 1 if none is 0.
    stable : bool
        Whether repeated logit responses return here from nearby.
    on_path : bool
        Whether the principal branch passes through it.
    """

    game: Any
    precision: float
    log_probabilities: Floats
    residual: float
    regret: float
    index: int
    stable: bool
    on_path: bool
    system: LogitSystem = field(repr=False)

    @property
    def labels(self) -> list[tuple[str, Any, str]]:
        """(player, knows, action) by column."""
        return self.system.labels

    @property
    def probabilities(self) -> Floats:
        """In the order of `labels`."""
        return np.exp(self.log_probabilities)

    @functools.cached_property
    def strategy(self) -> Labelled:
        """``strategy[player][knows][action]``: a probability, a float."""
        return labelled_strategy(self.system, self.log_probabilities)

    @functools.cached_property
    def beliefs(self) -> Labelled:
        """``beliefs[player][knows][history]``, where there is a choice: a float."""
        return labelled_beliefs(self.system, self.log_probabilities)

    def __repr__(self) -> str:
        kind = "stable" if self.stable else "not stable"
        return (
            f"<quantal response equilibrium at precision {self.precision:g}: {kind}, "
            f"residual {self.residual:.1g}>"
        )


class QuantalEquilibria(Sequence[QuantalEquilibrium]):
    """What `quantal_equilibria` found.

    Attributes
    ----------
    game : Game or StrategicGame
    precision : float
    complete : bool
        Whether it is proved that there is no other.
    status : str
        What these are, and why no other exists where that is proved.
    starts : int
        Profiles that the search began from.
    failed : int
        Starts from which no fixed point was reached.
    index_sum : int
        Of the indices found. Anything but 1 shows that some fixed point is missing, if none has
        index 0; 1 shows nothing.
    """

    def __init__(
        self,
        game: Any,
        precision: float,
        found: Sequence[QuantalEquilibrium],
        starts: int,
        failed: int,
        proof: str | None,
    ) -> None:
        self.game, self.precision, self._found = game, precision, list(found)
        self.starts, self.failed = starts, failed
        self.complete = proof is not None and len(found) == 1
        self.index_sum = sum(e.index for e in found)
        self.status = self._told(proof)

    def _told(self, proof: str | None) -> str:
        n = len(self._found)
        what = f"{n} quantal response equilibri{'um' if n == 1 else 'a'}"
        if self.complete:
            return f"Complete: one quantal response equilibrium, {proof}."
        text = f"Not complete: {what} found from {self.starts:,} starts and the principal branch"
        if any(e.index == 0 for e in self._found):
            return f"{text}; one is degenerate, so that their indices tell nothing."
        if self.index_sum != 1:
            return (
                f"{text}; their indices add up to {self.index_sum}, not 1, so at least one more "
                "exists."
            )
        return f"{text}; their indices add up to 1, as those of all would."

    @overload
    def __getitem__(self, n: int) -> QuantalEquilibrium: ...
    @overload
    def __getitem__(self, n: slice) -> Sequence[QuantalEquilibrium]: ...
    def __getitem__(self, n: int | slice) -> Any:
        return self._found[n]

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        return f"<{self.status}>"


def quantal_equilibria(
    game: Game | StrategicGame,
    precision: float,
    *,
    starts: int = 100,
    rng: int | np.random.Generator | None = None,
) -> QuantalEquilibria:
    """Quantal response equilibria at one precision, found from many starts.

    Fixed points of the logit response: at each information set the probability of an action is
    proportional to the exponential of precision times its expected payoff, given the others'
    play and beliefs by Bayes' rule (McKelvey and Palfrey 1995; 1998 for trees, agent form).

    Parameters
    ----------
    game : Game or StrategicGame
        With numbers.
    precision : float
        In units of one over payoffs; 0 is uniform play.
    starts : int, optional
        Random profiles to search from, besides the principal branch, which may cross the
        precision several times.
    rng : int or numpy.random.Generator, optional
        Of the starts; 0 if missing.

    Returns
    -------
    QuantalEquilibria
        A sequence, by first probabilities, of the different fixed points found. Not complete,
        unless a bound shows that the logit response contracts, so that there is one only.

    Raises
    ------
    InputError
        If `precision` is negative or not finite, `starts` no whole number of at least 0, or `rng`
        neither a whole number nor a numpy Generator.
    ParameterError
        If the game still has formulas.
    LimitError
        If the game has more than 3,000 choices, or precision times the largest payoff span
        exceeds 1e12.

    Notes
    -----
    Newton's method with damping from each start, then without to machine precision. Each start
    costs some ten solutions of a linear system in the number of choices.

    Examples
    --------
    >>> from deterrence.games.strategic import StrategicGame
    >>> from deterrence.equilibrium.logit_points import quantal_equilibria
    >>> alike = StrategicGame({"Ann": [[1, 0], [0, 1]], "Bob": [[1, 0], [0, 1]]})
    >>> quantal_equilibria(alike, 1.9).complete
    True
    >>> found = quantal_equilibria(alike, 3)
    >>> [round(e.strategy["Ann"][()]["1"], 3) for e in found]
    [0.071, 0.5, 0.929]
    >>> [e.index for e in found], found.index_sum, found.complete
    ([1, -1, 1], 1, False)
    """
    game = ready(game)
    precision = checked_precision(precision)
    if isinstance(starts, bool) or not isinstance(starts, int) or starts < 0:
        raise InputError(f"starts = {starts!r}: give a whole number of at least 0.")
    random = generator(rng)
    system = LogitSystem(game)
    inner = inner_precision(system, precision)
    proof = why_unique(system, inner)
    found: list[Floats] = list(_on_the_path(system, inner))
    on_path = len(found)
    failed = 0
    for logs in _starts(system, inner, starts if proof is None else 0, random):
        end = solve_at(system, logs, inner)
        failed += end is None
        if end is not None and not any(_same(end, other) for other in found):
            found.append(end)
    made = [point_at(system, logs, inner, k < on_path) for k, logs in enumerate(found)]
    made.sort(key=lambda e: tuple(np.round(e.probabilities, 6)))
    return QuantalEquilibria(game, precision, made, starts, failed, proof)


def _on_the_path(system: LogitSystem, inner: float) -> list[Floats]:
    """Where the principal branch has this precision."""
    tracer = Tracer(system)
    tracer.run(most_steps=2000, regret=1e-6, least=inner)
    found: list[Floats] = []
    for logs in tracer.crossings(inner):
        if not any(_same(logs, other) for other in found):
            found.append(logs)
    return found


def _starts(
    system: LogitSystem, inner: float, count: int, random: np.random.Generator
) -> Iterator[Floats]:
    """Random profiles, from the middle and from near the corners, and responses to such."""
    for k in range(count):
        spread = (1.0, 0.3, 5.0)[k % 3]
        scores = np.log(random.gamma(spread, size=system.width) + 1e-12)
        logs = system.normalised(scores)
        if k % 2:
            logs = system.normalised(inner * system.values.payoffs(logs))
        yield logs


def point_at(
    system: LogitSystem, logs: Floats, inner: float, on_path: bool = False
) -> QuantalEquilibrium:
    """A fixed point with what is to be said of it."""
    chart = Chart(system, logs)
    _, derivatives = chart.jacobian(np.append(chart.odds(logs), inner))
    square = derivatives[:, :-1]
    sign, size = np.linalg.slogdet(square) if len(square) else (1.0, 0.0)
    response = np.eye(len(square)) - square
    radius = float(np.max(np.abs(np.linalg.eigvals(response)), initial=0.0))
    return QuantalEquilibrium(
        game=system.game,
        precision=inner / float(system.unit),
        log_probabilities=logs,
        residual=residual_of(system, logs, inner),
        regret=float(np.max(system.regrets(logs), initial=0.0)),
        index=int(sign) if size > math.log(1e-9) else 0,
        stable=radius < 1,
        on_path=on_path,
        system=system,
    )


def _same(one: Floats, other: Floats) -> bool:
    return float(np.max(np.abs(np.exp(one) - np.exp(other)), initial=0.0)) < SAME
