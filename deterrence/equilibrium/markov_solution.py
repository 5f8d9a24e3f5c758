"""Markov perfect equilibria as records: what is played, what states are worth, what happens."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.markov_certificate import MarkovCertificate
from deterrence.equilibrium.markov_form import MarkovForm, form_of
from deterrence.errors import InputError, unknown
from deterrence.games.assessment import Labelled
from deterrence.games.stochastic import StochasticGame

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MarkovEquilibrium", "MarkovSolution"]

Floats = NDArray[np.float64]
MOST_PERIODS = 10_000


@dataclass(frozen=True, eq=False)
class MarkovEquilibrium:
    """One Markov perfect equilibrium, certified.

    Attributes
    ----------
    game : StochasticGame
        As solved.
    profile : tuple
        By period (one where the profile is stationary), information set and action: a probability.
    certificate : MarkovCertificate
    """

    game: StochasticGame
    profile: tuple[tuple[tuple[Fraction, ...], ...], ...]
    certificate: MarkovCertificate

    @property
    def stationary(self) -> bool:
        """Whether play depends on the state alone."""
        return self.game.horizon is None

    @property
    def pure(self) -> bool:
        """Whether nobody mixes anywhere."""
        return all(p in (0, 1) for period in self.profile for row in period for p in row)

    @property
    def strategy(self) -> Labelled:
        """``strategy[state][player][knows][action]`` in the first period."""
        return self.strategy_in(0)

    def strategy_in(self, period: int) -> Labelled:
        """``strategy_in(period)[state][player][knows][action]``: a probability.

        Parameters
        ----------
        period : int
            From 0; where the profile is stationary all are alike.

        Returns
        -------
        Labelled
        """
        play = self._play(period)
        found: dict[Hashable, dict[str, dict[Any, Labelled]]] = {
            state: {p: {} for p in self.game.players} for state in self.game.states
        }
        for own in self.game.stages.structure.sets:
            state, knows = self.game.place(own)
            odds = Labelled("action", dict(zip(own.actions, play[own.index], strict=True)))
            found[state][own.player][knows] = odds
        return Labelled("state", {s: _nested(players) for s, players in found.items()})

    def _play(self, period: int) -> tuple[tuple[Fraction, ...], ...]:
        if self.stationary:
            return self.profile[0]
        if not 0 <= period < len(self.profile):
            raise InputError(f"period {period} is not one of 0 to {len(self.profile) - 1}.")
        return self.profile[period]

    @property
    def values(self) -> Labelled:
        """``values[state][player]``: what it is worth to be in a state in the first period.

        Exact, or within the certificate's `error`.
        """
        rows = self.certificate.values[0]
        return Labelled(
            "state",
            {
                state: Labelled("player", dict(zip(self.game.players, row, strict=True)))
                for state, row in zip(self.game.states, rows, strict=True)
            },
        )

    @functools.cached_property
    def payoffs(self) -> Labelled:
        """``payoffs[player]``: the discounted sum of payoffs from the start."""
        start = self.game.start
        sums = {
            p: sum((q * self.values[s][p] for s, q in start.items() if q), Fraction(0))
            for p in self.game.players
        }
        return Labelled("player", sums)

    @functools.cached_property
    def _form(self) -> MarkovForm:
        return form_of(self.game)

    def _reach(self, period: int) -> Floats:
        """The probability of every outcome in its stage."""
        play = np.array([float(p) for row in self._play(period) for p in row])
        return self._form.reach(play)[self._form.outcomes]

    def _weights(self, event: str) -> Floats:
        if event not in self.game.events:
            raise unknown("event", event, self.game.events)
        s, numbers = self.game.stages.structure, self.game.stages.numbers
        events = [s.events[n] or {} for n in self._form.outcomes]
        return np.array([float(numbers[e[event]]) if event in e else 0.0 for e in events])

    def _start(self) -> Floats:
        return np.array([float(p) for p in self.game.start.values()])

    def path(self, periods: int) -> pd.DataFrame:
        """How likely each state is at the start of each period.

        Parameters
        ----------
        periods : int

        Returns
        -------
        pandas.DataFrame
            A row for each period from 0 to `periods`, a column for each state. Rows sum to less
            than one where the game may have ended.
        """
        import pandas as pd

        rows = [self._start()]
        for t in range(self._checked(periods)):
            rows.append(rows[-1] @ self._form.reduced_at(self._reach(t))[1])
        labels = list(map(str, self.game.states))
        return pd.DataFrame(rows, columns=labels).rename_axis("period")

    def survival(self, event: str, periods: int) -> Floats:
        """The probability that an event has not happened yet.

        Parameters
        ----------
        event : str
        periods : int

        Returns
        -------
        ndarray, shape (periods + 1,)
            Before the first period (1), and after each of them.

        Raises
        ------
        LabelError
            For an unknown event.
        """
        form, weights = self._form, self._weights(event)
        before, left = self._start(), [1.0]
        for t in range(self._checked(periods)):
            reach = self._reach(t)
            left.append(left[-1] - float(before[form.home] @ (reach * weights)))
            before = before @ form.reduced_at(reach * (1 - weights))[1]
        kept: Floats = np.clip(np.array(left), 0.0, 1.0)
        return kept

    def probability(self, event: str, periods: int) -> float:
        """The probability that an event happens within so many periods.

        Parameters
        ----------
        event : str
        periods : int

        Returns
        -------
        float
        """
        return float(1 - self.survival(event, periods)[-1])

    def _checked(self, periods: int) -> int:
        most = MOST_PERIODS if self.game.horizon is None else self.game.horizon
        if isinstance(periods, bool) or not isinstance(periods, int) or not 0 <= periods <= most:
            raise InputError(f"periods = {periods!r}; give a whole number from 0 to {most:,}.")
        return periods

    def summary(self) -> str:
        """What is played where, and the certificate, in lines."""
        lines = [str(self.certificate)]
        for own, row in zip(self.game.stages.structure.sets, self._play(0), strict=True):
            state, knows = self.game.place(own)
            played = ", ".join(
                a if p == 1 else f"{a} ({float(p):.4g})"
                for a, p in zip(own.actions, row, strict=True)
                if p
            )
            lines.append(f"{state}: {own.player} at {knows!r}: {played}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        pay = ", ".join(f"{p} {float(x):.4g}" for p, x in self.payoffs.items())
        kind = "pure" if self.pure else "mixed"
        return f"<{kind} markov-perfect equilibrium: {pay}>"


def _nested(players: dict[str, dict[Any, Labelled]]) -> Labelled:
    return Labelled(
        "player", {p: Labelled(f"information set of {p}", rows) for p, rows in players.items()}
    )


@dataclass(frozen=True, eq=False)
class MarkovSolution:
    """Markov perfect equilibria of a stochastic game; the set that `status` names.

    Attributes
    ----------
    game : StochasticGame
        As solved.
    complete : bool
        Whether there are no others: stationary ones, or in a game with horizon any.
    pure_complete : bool
        Whether there are no other pure ones.
    status : str
        Which set this is, and by what proof.
    seconds : float
    equilibria : tuple of MarkovEquilibrium
        Each certified.
    record : dict of str to int
        How many branches of the search each reason ended.
    left : tuple of str
        What was not decided.
    concept : str
        "markov-perfect".
    """

    game: StochasticGame
    complete: bool
    pure_complete: bool
    status: str
    seconds: float
    equilibria: tuple[MarkovEquilibrium, ...]
    record: dict[str, int] = field(default_factory=dict, repr=False)
    left: tuple[str, ...] = ()
    concept: str = "markov-perfect"

    def __len__(self) -> int:
        return len(self.equilibria)

    def __getitem__(self, n: int) -> MarkovEquilibrium:
        return self.equilibria[n]

    def __iter__(self) -> Iterator[MarkovEquilibrium]:
        return iter(self.equilibria)

    def survival(self, event: str, periods: int) -> tuple[Floats, Floats]:
        """Least and most probability over the equilibria that an event has not happened yet.

        Parameters
        ----------
        event : str
        periods : int

        Returns
        -------
        least, most : ndarray, shape (periods + 1,)

        Raises
        ------
        InputError
            If no equilibrium was found.
        """
        curves = [e.survival(event, periods) for e in self._some()]
        return np.min(curves, axis=0), np.max(curves, axis=0)

    def payoffs(self) -> dict[str, tuple[float, float]]:
        """Least and most of every player's payoff over the equilibria."""
        rows = [e.payoffs for e in self._some()]
        return {
            p: (float(min(r[p] for r in rows)), float(max(r[p] for r in rows)))
            for p in self.game.players
        }

    def _some(self) -> Sequence[MarkovEquilibrium]:
        if not self.equilibria:
            raise InputError(f"no equilibrium was found: {self.status}")
        return self.equilibria

    def summary(self) -> str:
        """The solution in sentences."""
        return "\n".join([self.status, *map(repr, self.equilibria)])

    def __repr__(self) -> str:
        kind = "complete" if self.complete else "NOT complete"
        return (
            f"<MarkovSolution: {len(self)} markov-perfect equilibri"
            f"{'um' if len(self) == 1 else 'a'}, {kind}, {self.seconds:.2f} s>"
        )
