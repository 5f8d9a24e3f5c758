"""The exact value at which a conclusion flips, between two values that are solved already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import sympy

from deterrence.equilibrium.closed_forms import roots
from deterrence.equilibrium.concepts import solve
from deterrence.equilibrium.parameter_regions import Region, region
from deterrence.equilibrium.solution import Equilibrium
from deterrence.errors import DeterrenceError
from deterrence.games.structure import CHANCE, MOVE, Structure
from deterrence.games.tree import Game
from deterrence.study.conclusions import Conclusion
from deterrence.study.present import Present

__all__ = ["MOST_NODES", "outcome_formulas", "threshold_in"]

MOST_NODES = 200  # deriving regions takes seconds beyond
MOST_EQUILIBRIA = 6


def threshold_in(
    game: Game,
    here: Present,
    name: str,
    bracket: tuple[Fraction, Fraction],
    conclusion: Conclusion,
) -> Any:
    """The one value in a bracket where a condition, or the conclusion itself, binds.

    Parameters
    ----------
    game : Game
    here : Present
    name : str
        The parameter that varies; the others have their present numbers.
    bracket : (near, far)
    conclusion : Conclusion

    Returns
    -------
    sympy.Expr or None
        None if there is no candidate, or more than one.
    """
    if here.members(name) != (name,):
        return None
    rest = {other: x for other, x in here.at.items() if other != name}
    low, high = sorted(bracket)
    found: set[Any] = set()
    try:
        line = game.at(rest) if rest else game
        for value in bracket:
            for equilibrium in _equilibria(line.at({name: value})):
                found |= set(_within(_candidates(line, name, equilibrium, conclusion), low, high))
    except DeterrenceError:  # no closed form, or a tree that differs from point to point
        return None
    return found.pop() if len(found) == 1 else None


def _equilibria(game: Game) -> list[Equilibrium]:
    solution = solve(game)
    families = [family for component in solution.components for family in component.families]
    return [family.representative for family in families[:MOST_EQUILIBRIA]]


def _candidates(
    line: Game, name: str, equilibrium: Equilibrium, conclusion: Conclusion
) -> Iterator[Any]:
    """Where a condition of the equilibrium binds, or its outcome is that of the conclusion."""
    where = region(line, equilibrium)
    threshold = sympy.Rational(conclusion.threshold)
    binding = [formula - threshold for formula in outcome_formulas(where, conclusion.outcome)]
    for expression in (*_conditions(where), *binding):
        for x in expression.free_symbols:
            if x.name == name and expression.free_symbols == {x}:
                yield from _roots(expression, x)


def _conditions(where: Region) -> Iterator[Any]:
    for branch in where.branches:
        options = (o for freedom in branch.freedoms for o in freedom.options)
        for constraint in (*branch.constraints, *(c for o in options for c in o.constraints)):
            yield where._incentives.spelled(constraint.expression)


def _roots(expression: Any, x: Any) -> Iterator[Any]:
    """Roots of numerator and denominator, of what has a closed form."""
    for part in sympy.fraction(sympy.together(expression)):
        if part.is_polynomial(x):
            for factor, _ in sympy.factor_list(part)[1]:
                if 0 < sympy.degree(factor, x) <= 2:
                    yield from roots(factor, x)


def _within(values: Iterable[Any], low: Fraction, high: Fraction) -> Iterator[Any]:
    for value in values:
        exact = sympy.radsimp(sympy.simplify(value))
        if exact.is_real and sympy.Rational(low) <= exact <= sympy.Rational(high):
            yield exact


def outcome_formulas(where: Region, outcome: str) -> Iterator[Any]:
    """An outcome along each branch of a region: a player's payoff or an event's probability.

    Parameters
    ----------
    where : Region
    outcome : str

    Yields
    ------
    sympy.Expr
        In the parameters, and in unknowns that the branch leaves free.
    """
    for branch in where.branches:
        if not branch.roots:
            yield where._incentives.spelled(_outcome(where.game, branch.strategy, outcome))


def _outcome(game: Game, strategy: dict[Any, Any], outcome: str) -> Any:
    s = game.structure
    viewer = s.players.index(outcome) if outcome in s.players else 0
    total: Any = sympy.Integer(0)
    stack: list[tuple[int, Any]] = [(0, sympy.Integer(1))]
    while stack:
        node, weight = stack.pop()
        if weight == 0:
            continue
        for action, child in enumerate(s.children[node]):
            stack.append((child, weight * _share(game, strategy, node, action, child, viewer)))
        if not s.children[node]:
            total += weight * _worth(game, s, node, outcome)
    return total


def _share(
    game: Game, strategy: dict[Any, Any], node: int, action: int, child: int, viewer: int
) -> Any:
    s = game.structure
    if s.kind[node] == CHANCE:
        return _number(game, (s.chance[child] or ())[viewer])
    if s.kind[node] != MOVE:
        return sympy.Integer(1)
    own = s.sets[s.set_of[node]]
    return strategy.get((own.player, own.knows, own.actions[action]), sympy.Integer(0))


def _worth(game: Game, s: Structure, node: int, outcome: str) -> Any:
    if outcome in s.players:
        return _number(game, (s.payoffs[node] or ())[s.players.index(outcome)])
    events = s.events[node] or {}
    return _number(game, events[outcome]) if outcome in events else sympy.Integer(0)


def _number(game: Game, place: int) -> Any:
    return sympy.sympify(game.numbers[place])
