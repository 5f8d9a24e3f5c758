"""Conclusions: what somebody says of a set of equilibria, true or false at every point."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.errors import InputError, LabelError, unknown
from deterrence.games.numbers import exact
from deterrence.games.tree import Game
from deterrence.study.ends import ENDS, checked_outcomes
from deterrence.study.results import PointResult

__all__ = ["Conclusion", "conclusion_of"]

ALMOST = Fraction(1, 10**9)  # outcomes are sums of floats: closer than this they are equal
RELATIONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_TEXT = re.compile(r"\s*(\w+)\s+(.+?)\s*(<=|>=|<|>)\s*(\S+)\s*")


@dataclass(frozen=True)
class Conclusion:
    """A statement on the set of equilibria: one end of an outcome, compared with a number.

    "The attack has a probability below one half in every equilibrium" is
    ``Conclusion("attack", "most", "<", 0.5)``; "some equilibrium gives Russia at least 1" is
    ``Conclusion("Russia", "most", ">=", 1)``.

    Parameters
    ----------
    outcome : str
        An event, for its probability, or a player, for the payoff.
    end : {"least", "most", "quantal"}
        Over all equilibria, or the one that the logit path selects.
    relation : {"<", "<=", ">", ">="}
    threshold : number

    Raises
    ------
    LabelError
        For an unknown end or relation.
    InputError
        If the threshold is no finite number.

    Examples
    --------
    >>> Conclusion.read("most attack < 1/2")
    Conclusion(outcome='attack', end='most', relation='<', threshold=Fraction(1, 2))
    """

    outcome: str
    end: str
    relation: str
    threshold: Fraction

    def __post_init__(self) -> None:
        if self.end not in ENDS:
            raise unknown("end", self.end, list(ENDS))
        if self.relation not in RELATIONS:
            raise unknown("relation", self.relation, list(RELATIONS))
        object.__setattr__(self, "threshold", exact(self.threshold, "the threshold"))

    @classmethod
    def read(cls, text: str) -> Conclusion:
        """A conclusion from text: end, outcome, relation and number, "most attack < 0.5"."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise InputError(
                f"{text!r} is no conclusion; write END OUTCOME RELATION NUMBER, for instance "
                "'most attack < 0.5' or 'least Ukraine >= 1/4'."
            )
        end, outcome, relation, number = found.groups()
        return cls(outcome, end, relation, exact(number, "the threshold"))

    def __str__(self) -> str:
        number = f"{float(self.threshold):g}"
        return f"{self.outcome} ({ENDS[self.end]}) {self.relation} {number}"

    def of(self, value: float) -> bool:
        """Whether it is true of one number; differences below 1e-9 are none."""
        difference = exact(value) - self.threshold
        if abs(difference) <= ALMOST:
            difference = Fraction(0)
        return bool(RELATIONS[self.relation](difference, 0))

    def number(self, result: PointResult) -> float | None:
        """The outcome at its end, at a solved point; None where that has no equilibrium."""
        side = result.most if self.end == "most" else result.least
        return side[self.outcome] if side else None


def conclusion_of(game: Game, given: Any) -> Conclusion:
    """A conclusion about the game, from a record, four values or a text.

    Parameters
    ----------
    game : Game
    given : Conclusion, (outcome, end, relation, threshold), or str

    Raises
    ------
    InputError
        If it is none.
    LabelError
        If the game has no such outcome.
    """
    if isinstance(given, str):
        found = Conclusion.read(given)
    elif isinstance(given, Conclusion):
        found = given
    else:
        try:
            outcome, end, relation, threshold = given
        except (TypeError, ValueError):
            raise InputError(
                f"{given!r} is no conclusion; give (outcome, end, relation, threshold), for "
                "instance ('attack', 'most', '<', 0.5)."
            ) from None
        found = Conclusion(outcome, end, relation, threshold)
    if not isinstance(found.outcome, str):
        raise LabelError(f"{found.outcome!r} is no outcome; give the name of one.")
    checked_outcomes(game, found.outcome)
    return found
