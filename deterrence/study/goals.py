"""What a design is for: a weighted sum of outcomes less a cost, and what must hold besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import InputError, ParameterError, unknown
from deterrence.games.arrays import array_function
from deterrence.games.numbers import exact
from deterrence.games.tree import Game
from deterrence.study.results import outcome_labels
from deterrence.study.run_request import check_fixed

__all__ = ["Goal", "Requirement", "goal_of"]

Floats = NDArray[np.float64]
SPARE = 1e-11  # by how much a requirement may fail in floats


@dataclass(frozen=True)
class Requirement:
    """An outcome that must not exceed a number, or not fall short of it.

    Attributes
    ----------
    outcome : str
    most : bool
        Whether the number is the most allowed; else the least.
    bound : fractions.Fraction
    """

    outcome: str
    most: bool
    bound: Fraction

    def excess(self, value: Any) -> Any:
        """By how much a value breaks it; negative where there is room."""
        gap = value - float(self.bound)
        return gap if self.most else -gap

    def __str__(self) -> str:
        return f"{self.outcome} {'at most' if self.most else 'at least'} {float(self.bound):g}"


@dataclass(frozen=True, eq=False)
class Goal:
    """A weighted sum of outcomes less a cost, subject to requirements.

    Attributes
    ----------
    weights : mapping of str to fractions.Fraction
        By player (payoff) or event (probability).
    cost : sympy expression or None
        In the parameters.
    requirements : tuple of Requirement
    """

    weights: Mapping[str, Fraction]
    cost: Any
    requirements: tuple[Requirement, ...]

    def worth(self, outcome: Mapping[str, float]) -> float:
        """The weighted sum at one outcome; an event that is not there cannot happen."""
        return sum(float(w) * outcome.get(name, 0.0) for name, w in self.weights.items())

    def allowed(self, outcome: Mapping[str, float], spare: float = SPARE) -> bool:
        """Whether an outcome meets all requirements."""
        return all(r.excess(outcome.get(r.outcome, 0.0)) <= spare for r in self.requirements)

    def costs(self, columns: Mapping[str, Any], size: int) -> Floats:
        """The cost at points given by parameter."""
        if self.cost is None:
            return np.zeros(size)
        symbols = sorted(self.cost.free_symbols, key=str)
        with np.errstate(all="ignore"):  # where there is no cost, no instrument is taken
            (row,) = array_function(symbols, [self.cost])(*(columns[str(s)] for s in symbols))
        found = np.asarray(np.real_if_close(row), dtype=float)
        return np.broadcast_to(np.where(np.isfinite(found), found, np.inf), (size,))

    def __str__(self) -> str:
        terms = [
            name if weight == 1 else f"{float(weight):g} {name}"
            for name, weight in self.weights.items()
        ]
        text = " + ".join(terms)
        if self.cost is not None:
            text = f"{text} - ({self.cost})" if text else f"least cost {self.cost}"
        needs = "; ".join(map(str, self.requirements))
        return f"{text}, with {needs}" if needs else text


def goal_of(
    game: Game,
    best_for: str | Mapping[str, Any] | None,
    cost: Any,
    at_most: Mapping[str, Any] | None,
    at_least: Mapping[str, Any] | None,
) -> Goal:
    """A goal from what `design` is given; errors for unknown names and what is no number."""
    known = list(outcome_labels(game))
    given = {} if best_for is None else {best_for: 1} if isinstance(best_for, str) else best_for
    if not isinstance(given, Mapping):
        raise InputError(
            f"best_for = {best_for!r}: name a player or an event, or give a mapping from those to "
            'weights, {"Guarantor": 1, "Ukraine": "0.5"}.'
        )
    for bounds, what in ((at_most, "at_most"), (at_least, "at_least")):
        check_fixed(bounds, what)
    weights = {name: exact(w, f"the weight of {name}") for name, w in given.items()}
    weights = {name: w for name, w in weights.items() if w}
    needs = [
        Requirement(name, most, exact(bound, f"the bound on {name}"))
        for most, bounds in ((True, at_most), (False, at_least))
        for name, bound in (bounds or {}).items()
    ]
    for name in (*given, *(r.outcome for r in needs)):
        if name not in known:
            raise unknown("player or event", name, known)
    kinds = outcome_labels(game)
    for r in needs:
        if kinds[r.outcome] != "payoff" and not 0 <= r.bound <= 1:
            raise InputError(
                f"the bound on {r.outcome} is {float(r.bound):g}; give a probability, 0 to 1."
            )
    if not weights and cost is None:
        raise InputError(
            "nothing says what a design is good for: name a player in best_for, or give a cost to "
            "be kept low."
        )
    return Goal(weights, _cost(game, cost), tuple(needs))


def _cost(game: Game, cost: Any) -> Any:
    if cost is None:
        return None
    import sympy

    try:
        expression = sympy.sympify(cost) if not isinstance(cost, str) else None
    except sympy.SympifyError:
        expression = None
    if not isinstance(expression, sympy.Expr):
        raise InputError(
            f"cost = {cost!r} is no formula; give a sympy expression in the game's parameters, "
            'sympy.Symbol("strength") for one of them.'
        )
    known = {*game.parameters, *game.ranges, *game.tied}
    for symbol in expression.free_symbols:
        if str(symbol) not in known:
            raise ParameterError(f"cost: {unknown('parameter', str(symbol), sorted(known))}")
    return expression
