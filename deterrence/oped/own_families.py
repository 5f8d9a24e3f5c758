"""What a companion of the game is asked at each of its points, and the claims that it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.concepts import solve
from deterrence.equilibrium.solution import Solution
from deterrence.games.tree import Game
from deterrence.oped.evidence import Ends
from deterrence.oped.orders import Holding, ordered
from deterrence.oped.own_points import Values

__all__ = ["Answer", "Family", "Row", "compared", "solved"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Row = tuple[float, ...]


@dataclass(frozen=True)
class Answer:
    """How a claim is read off the rows.

    Attributes
    ----------
    text : str
        What was solved.
    holds : callable
        From rows, an array (points, numbers), to where the claim holds.
    whole : callable
        From rows to where every set was complete.
    shown : callable, optional
        From rows to where what was found settles the claim, complete or not.
    """

    text: str
    holds: Callable[[Floats], Holding]
    whole: Callable[[Floats], Bools]
    shown: Callable[[Floats], Bools] | None = None

    def judged(self, rows: Floats) -> Holding:
        """Where the claim holds, of the points at which enough is known."""
        found, enough = self.holds(rows), self.whole(rows)
        if self.shown is not None:
            enough = enough | self.shown(rows)
        known = found.known & enough
        return Holding(found.holds & known, found.strict & known, known)

    def note(self, rows: Floats) -> str:
        """What was solved, and how much of it was not complete."""
        left = int((~self.whole(rows)).sum())
        ends = "every set complete" if not left else f"{left} sets not complete"
        return f"{self.text}; {len(rows)} draws of the stakes, {ends}."


@dataclass(frozen=True)
class Family:
    """Claims that the same solutions answer.

    Attributes
    ----------
    name : str
    title : str
        What is solved, in few words.
    one : callable
        From the stakes of a point to a row of numbers.
    answers : mapping of str to Answer
        By claim.
    times : int
        How many points it gets, in multiples of the least: the cheaper, the more.
    """

    name: str
    title: str
    one: Callable[[Values], Row]
    answers: Mapping[str, Answer]
    times: int

    @property
    def claim(self) -> str:
        """The first of its claims."""
        return next(iter(self.answers))


def compared(rows: Floats, low: int, high: int, *, strict: bool = True) -> Holding:
    """Whether the first set lies at or below the second, by "ends".

    Parameters
    ----------
    rows : ndarray, shape (points, numbers)
    low, high : int
        Where the least of either set is; its most comes next.
    strict : bool
        Whether it fails where nothing moves.
    """
    part = ordered(Ends(*rows[:, low : low + 2].T), Ends(*rows[:, high : high + 2].T), "ends")
    return Holding(part.strict, part.strict, part.known) if strict else part


def solved(game: Game, values: Values) -> Solution:
    """The game at these numbers."""
    return solve(game.at({name: values[name] for name in game.parameters}))
