"""The exact value at which a conclusion flips, between two values that are solved already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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

__all__ = ["MOST_NODES", "Threshold", "threshold_in"]

MOST_NODES = 200  # deriving a region takes seconds beyond
MOST_EQUILIBRIA = 4  # on either side, those that attain the outcome first


@dataclass(frozen=True)
class Threshold:
    """An exact value and what binds there.

    Attributes
    ----------
    value : sympy.Expr
        A rational or an algebraic number.
    binds : str
        The player, information set and deviation; or that the outcome equals the number it is
        compared with.
    """

    value: Any
    binds: str


def threshold_in(
    game: Game,
    here: Present,
    name: str,
    bracket: tuple[Fraction, Fraction],
    conclusion: Conclusion,
) -> Threshold | None:
    """The one value in a bracket where a condition, or the conclusion itself, binds.

    Parameters
    ----------
    game : Game
    here : Present
    name : str
        What varies; the others have their present numbers.
    bracket : (near, far)
    conclusion : Conclusion

    Returns
    -------
    Threshold or None
        None if there is no candidate, or more than one.
    """
    moved = here.members(name)
    rest = {other: x for other, x in here.at.items() if other not in moved}
    low, high = map(sympy.Rational, sorted(bracket))
    found: dict[Any, str] = {}
    try:
        line = game.at(rest) if rest else game
        for value in bracket:
            for equilibrium in _equilibria(line.at({name: value}), conclusion):
                where = region(line, equilibrium)
                for exact, binds in _candidates(where, name, moved, conclusion):
                    if exact.is_real and low <= exact <= high:
                        found.setdefault(sympy.radsimp(sympy.simplify(exact)), binds)
    except (DeterrenceError, sympy.PolynomialError):  # no closed form, or another tree elsewhere
        pass
    return Threshold(*found.popitem()) if len(found) == 1 else None


def _equilibria(game: Game, conclusion: Conclusion) -> list[Equilibrium]:
    """Some equilibria, those first that attain the end that the conclusion is about."""
    solution = solve(game)
    side = 1 if conclusion.end == "most" else -1
    families = [family for component in solution.components for family in component.families]
    points = [family.representative for family in families[:64]]
    points.sort(key=lambda e: -side * _outcome_at(e, conclusion.outcome))
    return points[:MOST_EQUILIBRIA]


def _outcome_at(equilibrium: Equilibrium, outcome: str) -> Fraction:
    if outcome in equilibrium.payoffs:
        return Fraction(equilibrium.payoffs[outcome])
    event, _, by = outcome.partition(" (event for ")
    if event not in equilibrium.game.structure.event_names:
        return Fraction(0)  # behind a branch that is impossible here
    return equilibrium.probability(event, by.rstrip(")") or None)


def _candidates(
    where: Region, name: str, moved: tuple[str, ...], conclusion: Conclusion
) -> Iterator[tuple[Any, str]]:
    """Where the region ends along the line, or its outcome is that of the conclusion."""
    reasons = where.thresholds(name)
    for interval in where.interval(name):
        for end in (interval.inf, interval.sup):
            told = {c.about() for value, rows in reasons.items() if value == end for c in rows}
            yield end, "; ".join(sorted(told))
    same = {x: sympy.Symbol(name, real=True) for x in _symbols(where.game) if x.name in moved}
    threshold = sympy.Rational(conclusion.threshold)
    for formula in _outcome_formulas(where, conclusion.outcome):
        expression = (formula - threshold).xreplace(same)
        if expression.free_symbols == set(same.values()):
            for root in _roots(expression, sympy.Symbol(name, real=True)):
                yield root, f"{conclusion.outcome} is {conclusion.threshold}"


def _symbols(game: Game) -> set[Any]:
    return {x for number in game.numbers for x in getattr(number, "free_symbols", ())}


def _roots(expression: Any, x: Any) -> Iterator[Any]:
    """Roots of the numerator, of what has a closed form."""
    top, _ = sympy.fraction(sympy.together(expression))
    if top.is_polynomial(x):
        for factor, _ in sympy.factor_list(top)[1]:
            if 0 < sympy.degree(factor, x) <= 2:
                yield from roots(factor, x)


def _outcome_formulas(where: Region, outcome: str) -> Iterator[Any]:
    """A payoff or an event's probability along each branch, in parameters and what is free."""
    for branch in where.branches:
        if not branch.roots:
            yield _outcome(where.game, branch.strategy, outcome)


def _outcome(game: Game, strategy: dict[Any, Any], outcome: str) -> Any:
    s = game.structure
    event, _, by = outcome.partition(" (event for ")
    viewer = s.players.index(by.rstrip(")") or (outcome if outcome in s.players else s.players[0]))
    total: Any = sympy.Integer(0)
    stack: list[tuple[int, Any]] = [(0, sympy.Integer(1))]
    while stack:
        node, weight = stack.pop()
        if weight == 0:
            continue
        for action, child in enumerate(s.children[node]):
            stack.append((child, weight * _share(game, strategy, node, action, child, viewer)))
        if not s.children[node]:
            total += weight * _worth(game, s, node, outcome if outcome in s.players else event)
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
