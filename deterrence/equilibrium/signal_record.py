"""What is found in a game that begins with a signal."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.certificate_record import Certificate
from deterrence.errors import InputError, unknown
from deterrence.games.tree import Game

__all__ = ["SignalledEquilibrium", "SignalledSolution"]

Belief = tuple[Fraction, ...]


@dataclass(frozen=True, eq=False)
class SignalledEquilibrium:
    """One sequential equilibrium of a game that begins with a signal.

    Attributes
    ----------
    sent : dict
        By what the sender knows, the actions that it plays with positive probability.
    beliefs : dict
        By action sent, the belief about the sender's type, in the order of `sent`.
    outcomes : dict of str to (float, float)
        Least and most of every payoff and event over the family that it stands for.
    certificate : Certificate
        Of the assessment of the whole tree, by code that shares nothing with the solver.
    assessment : tuple
        Its strategy and beliefs, by player and what the player knows.
    """

    sent: dict[Any, tuple[str, ...]]
    beliefs: dict[str, Belief]
    outcomes: dict[str, tuple[float, float]]
    certificate: Certificate
    assessment: tuple[dict[str, dict[Any, Any]], dict[str, dict[Any, Any]]]


@dataclass(frozen=True, eq=False, repr=False)
class SignalledSolution:
    """All sequential equilibria of a game that begins with a signal, up to what is not sent.

    Attributes
    ----------
    equilibria : tuple of SignalledEquilibrium
        One for each family of what is played on the path; none twice.
    complete : bool
        Whether every pattern and every belief was decided.
    left : tuple of str
        What was not, if anything.
    seconds : float
    record : dict of str to int
        How many patterns and supports were solved, and how many each reason excluded.
    """

    game: Game
    sender: str
    equilibria: tuple[SignalledEquilibrium, ...]
    complete: bool
    left: tuple[str, ...]
    seconds: float
    record: dict[str, int] = field(default_factory=dict)

    def most_and_least(self, outcome: str) -> tuple[float, float]:
        """Least and most of a payoff or an event's probability over all of them."""
        rows = [one.outcomes for one in self.equilibria]
        if not rows:
            raise InputError("no equilibrium was found; see `left`.")
        if any(outcome not in row for row in rows):
            raise unknown("outcome", outcome, rows[0])
        return min(row[outcome][0] for row in rows), max(row[outcome][1] for row in rows)

    def __repr__(self) -> str:
        return f"<Signals of {self.sender}: {self}>"

    def __str__(self) -> str:
        found = f"{len(self.equilibria)} families of sequential equilibria"
        if self.complete:
            return f"Complete: {found}, every pattern of {self.sender}'s signal decided."
        return f"Not complete: {found}, but not decided: {'; '.join(self.left)}."
