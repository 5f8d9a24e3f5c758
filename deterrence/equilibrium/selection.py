"""Criteria that select among equilibria: payoff, risk and p-dominance, and the logit limit."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from deterrence.equilibrium.polytope import Row, extreme_points
from deterrence.equilibrium.refinement import Refinement, Verdict
from deterrence.errors import InputError, LimitError
from deterrence.games.numbers import exact, plain
from deterrence.games.strategic import StrategicGame

__all__ = ["judge", "least_p", "nash_product"]

Vector = tuple[Fraction, ...]
NEAR = 1e-6  # of probabilities, where the end of the logit path is rounded


def judge(solution: Any, criterion: str, *, p: Any = None, budget: int = 200_000) -> Refinement:
    """Apply a selection criterion; see `refine`.

    Parameters
    ----------
    solution : Solution
    criterion : str
    p : number, optional
    budget : int

    Returns
    -------
    Refinement
    """
    verdicts: Iterator[Verdict]
    if criterion == "payoff-dominance":
        verdicts = _payoff_dominance(solution)
    elif criterion == "risk-dominance":
        verdicts = _risk_dominance(solution)
    elif criterion == "p-dominance":
        verdicts = _p_dominance(solution, Fraction(1, 2) if p is None else _share(p))
    else:
        verdicts = _logit_limit(solution, budget)
    return Refinement(solution, criterion, tuple(verdicts))


def _families(solution: Any) -> Iterator[tuple[int, int, Any]]:
    for component in solution.components:
        for n, family in enumerate(component.families):
            yield component.index, n, family


def _share(p: Any) -> Fraction:
    number = exact(p, "p")
    if not 0 <= number <= 1:
        raise InputError(f"p = {plain(number)}: p is a probability, between 0 and 1.")
    return number


# --- payoff dominance ----------------------------------------------------------------------------


def _payoff_dominance(solution: Any) -> Iterator[Verdict]:
    """Pareto dominance among the equilibria, continua included."""
    families = list(_families(solution))
    payoffs = [[_vector(e) for e in family.points] for _, _, family in families]
    bounds_hold = bool(solution.envelope_is_exact)
    for place, (component, n, family) in enumerate(families):
        judged = _Dominated(payoffs, place, bounds_hold)
        survives, number, better = judged.outcome()
        reasons: tuple[str, ...] = ()
        example = None
        if better is not None:
            where, row = better
            reasons = (_dominance(solution, families[where], payoffs[place][number], row),)
        if survives in ("all", "some"):
            example = family.points[judged.best]
        numbers = {"payoffs": dict(zip(solution.game.players, payoffs[place][0], strict=True))}
        yield Verdict(component, n, survives, reasons, (), example, numbers)


def _vector(equilibrium: Any) -> Vector:
    return tuple(equilibrium.payoffs[p] for p in equilibrium.game.players)


def _dominance(solution: Any, better: Any, mine: Vector, theirs: Vector) -> str:
    gains = [
        f"{player} {plain(b)} instead of {plain(a)}"
        for player, a, b in zip(solution.game.players, mine, theirs, strict=True)
        if a != b
    ]
    component, n, _ = better
    return f"component {component}, family {n}, pays {', '.join(gains)} and nobody less"


class _Dominated:
    """How much of a family other equilibria dominate."""

    def __init__(self, payoffs: Sequence[Sequence[Vector]], place: int, exact_hulls: bool) -> None:
        self.payoffs, self.rows, self.exact_hulls = payoffs, payoffs[place], exact_hulls
        self.best = 0

    def outcome(self) -> tuple[str, int, tuple[int, Vector] | None]:
        """Survives; a point of the family and what dominates it, if anything does."""
        alike = len(set(self.rows)) == 1 and self.exact_hulls
        top = tuple(max(column) for column in zip(*self.rows, strict=True))
        whole = self._by_point(top)
        if whole is None and alike:
            sure, found = self._by_hull(self.rows[0])
            whole = found if sure else None
            if found is not None and not sure:
                return "undecided", 0, found
        if whole is not None:  # better than the best that anybody gets in this family
            return "none", 0, whole
        if alike:
            return "all", 0, None
        return self._in_part()

    def _in_part(self) -> tuple[str, int, tuple[int, Vector] | None]:
        found = [self._by_hull(row) for row in self.rows]
        free = [k for k, (_, better) in enumerate(found) if better is None]
        worse = [k for k, (sure, better) in enumerate(found) if sure and better is not None]
        if free:
            self.best = free[0]
        if free and worse:
            return "some", worse[0], found[worse[0]][1]
        if worse and len(worse) == len(found):
            # the corners are dominated, each by another equilibrium: the inside may not be
            return "undecided", worse[0], found[worse[0]][1]
        return "undecided", 0, None

    def _by_point(self, row: Vector) -> tuple[int, Vector] | None:
        for where, rows in enumerate(self.payoffs):
            for other in rows:
                if _dominates(other, row):
                    return where, other
        return None

    def _by_hull(self, row: Vector) -> tuple[bool, tuple[int, Vector] | None]:
        """What dominates one payoff vector, and whether that is sure to be an equilibrium's."""
        point = self._by_point(row)
        if point is not None:
            return True, point
        for where, rows in enumerate(self.payoffs):
            found = _in_hull(list(dict.fromkeys(rows)), row)
            if found is not None:
                # along a segment payoffs are affine; larger hulls may hold more than the family
                return self.exact_hulls and len(set(rows)) <= 2, (where, found)
        return True, None


def _dominates(one: Vector, two: Vector) -> bool:
    return one != two and all(a >= b for a, b in zip(one, two, strict=True))


def _in_hull(rows: Sequence[Vector], least: Vector) -> Vector | None:
    """A point of the convex hull that dominates a vector, or None."""
    if len(rows) < 2 or any(
        max(c) < x for c, x in zip(zip(*rows, strict=True), least, strict=True)
    ):
        return None
    total: Row = {**{k: Fraction(1) for k in range(len(rows))}, -1: Fraction(-1)}
    limits: list[Row] = [
        {**{k: row[i] for k, row in enumerate(rows)}, -1: -x} for i, x in enumerate(least)
    ]
    for shares in extreme_points(len(rows), [total], limits):
        columns = zip(*rows, strict=True)
        point = tuple(
            sum((s * x for s, x in zip(shares, c, strict=True)), Fraction(0)) for c in columns
        )
        if _dominates(point, least):
            return point
    return None


# --- risk dominance ------------------------------------------------------------------------------


def nash_product(game: StrategicGame, row: int, column: int) -> Fraction:
    """The product of both players' losses from deviating, in a 2x2 game.

    Harsanyi and Selten (1988): of two strict equilibria the one with the larger product is risk
    dominant.

    Parameters
    ----------
    game : StrategicGame
        Two players with two actions each.
    row, column : int
        The actions.

    Returns
    -------
    fractions.Fraction
    """
    first, second = (game.payoffs[player] for player in game.players)
    return Fraction(
        (first[row, column] - first[1 - row, column])
        * (second[row, column] - second[row, 1 - column])
    )


def _risk_dominance(solution: Any) -> Iterator[Verdict]:
    game = solution.game
    if not isinstance(game, StrategicGame) or game.shape != (2, 2):
        given = f"this game has shape {game.shape}" if isinstance(game, StrategicGame) else "a tree"
        raise InputError(
            "risk dominance by Nash products is for two players with two actions each, and given "
            f"is {given}. Try 'p-dominance' (any number of actions) or 'logit-limit'; for a tree, "
            "solve game.strategic_form()."
        )
    strict = [
        place
        for place in np.ndindex(2, 2)
        if _losses(game, place) is not None and min(_losses(game, place) or (0,)) > 0
    ]
    if len(strict) != 2:
        raise InputError(
            f"risk dominance compares two strict equilibria, and this game has {len(strict)}. Try "
            "'payoff-dominance', 'p-dominance' or 'logit-limit'."
        )
    products = {place: nash_product(game, *place) for place in strict}
    for component, n, family in _families(solution):
        yield _risk(component, n, family, products)


def _losses(game: StrategicGame, place: Sequence[int]) -> Vector:
    """What each player loses by its other action."""
    found = []
    for k, player in enumerate(game.players):
        other = tuple(1 - a if i == k else a for i, a in enumerate(place))
        found.append(Fraction(game.payoffs[player][tuple(place)] - game.payoffs[player][other]))
    return tuple(found)


def _risk(
    component: int, n: int, family: Any, products: dict[tuple[int, ...], Fraction]
) -> Verdict:
    found = family.representative
    place = _pure(found)
    best = max(products.values())
    tie = len(set(products.values())) == 1
    numbers = {"nash product": products.get(place)} if place in products else {}
    kept = tie if place not in products else (not tie and products[place] == best)
    if place in products:
        other = next(x for q, x in products.items() if q != place)
        mine = products[place]
        sign = "equals" if tie else ("exceeds" if mine > other else "falls short of")
        reason = (
            f"its Nash product {plain(mine)} {sign} the other strict equilibrium's, {plain(other)}"
        )
    elif tie:
        reason = "the Nash products of the strict equilibria are equal, which selects the mixed one"
    else:
        reason = (
            "a strict equilibrium risk dominates the other one, and the mixed one is not strict"
        )
    word = "all" if kept else "none"
    return Verdict(component, n, word, (reason,), (), found if kept else None, numbers)


def _pure(equilibrium: Any) -> tuple[int, ...] | None:
    """The actions of a pure equilibrium, by place."""
    rows = equilibrium.profile
    if any(max(row) != 1 for row in rows):
        return None
    return tuple(row.index(1) for row in rows)


# --- p-dominance ---------------------------------------------------------------------------------


def least_p(game: StrategicGame, place: Sequence[int]) -> Vector:
    """For each player, the least p for which its action is a best reply.

    Morris, Rob and Shin (1995): a best reply to every belief about the others' actions that gives
    the others' actions of this profile at least probability p.

    Parameters
    ----------
    game : StrategicGame
    place : sequence of int
        A pure equilibrium.

    Returns
    -------
    tuple of fractions.Fraction
        The profile is p-dominant for every p from the largest of them on.
    """
    found = []
    for k, player in enumerate(game.players):
        table = np.moveaxis(game.payoffs[player], k, 0)
        rest = tuple(a for i, a in enumerate(place) if i != k)
        margins = [table[place[k]] - table[a] for a in range(game.shape[k]) if a != place[k]]
        found.append(max((_least(m, rest) for m in margins), default=Fraction(0)))
    return tuple(found)


def _least(margin: Any, rest: tuple[int, ...]) -> Fraction:
    """The least weight on one entry that keeps every mixture with another one at zero or more."""
    here, low = Fraction(margin[rest]), min(Fraction(x) for x in np.ravel(margin))
    if low >= 0:
        return Fraction(0)
    return -low / (here - low)


def _p_dominance(solution: Any, p: Fraction) -> Iterator[Verdict]:
    game = solution.game
    if not isinstance(game, StrategicGame):
        raise InputError(
            "p-dominance is about games in strategic form: solve game.strategic_form() and refine "
            "that, or use 'payoff-dominance' or 'logit-limit'."
        )
    for component, n, family in _families(solution):
        points = list(family.points)
        levels = {k: least_p(game, place) for k, e in enumerate(points) if (place := _pure(e))}
        if not levels:
            reason = "p-dominance is about pure equilibria, and this one is mixed"
            yield Verdict(component, n, "none", (reason,), (), None, {})
            continue
        best = min(levels, key=lambda k: max(levels[k]))
        mine = levels[best]
        needed = ", ".join(f"{i} {plain(x)}" for i, x in zip(game.players, mine, strict=True))
        reason = f"a best reply to beliefs of at least p = {plain(max(mine))} ({needed})"
        kept = max(mine) <= p
        word = "none" if not kept else ("all" if len(points) == 1 else "some")
        numbers = {"p": max(mine), "by player": dict(zip(game.players, mine, strict=True))}
        example = points[best] if kept else None
        yield Verdict(component, n, word, (reason,), (), example, numbers)


# --- the logit limit -----------------------------------------------------------------------------


def _logit_limit(solution: Any, budget: int) -> Iterator[Verdict]:
    try:
        module: Any = importlib.import_module("deterrence.equilibrium.quantal")
    except ImportError:
        raise InputError(
            "the logit path is not part of this installation, so that 'logit-limit' selects "
            "nothing. Use 'payoff-dominance' or, for 2x2 games, 'risk-dominance'."
        ) from None
    followed = module.solve_quantal(solution.game, budget)
    if not len(followed):
        raise LimitError(f"the logit path gives no certified limit: {followed.status}")
    limit = followed[0]
    for component, n, family in _families(solution):
        held, off = _holds(family, limit)
        if held:
            word = "all" if family.dimension == 0 else "some"
            reason = "the logit path from uniform play ends here"
            yield Verdict(component, n, word, (reason,), (), limit, {"limit": limit})
        else:
            yield Verdict(component, n, "none", (off,), (), None, {"limit": limit})


def _holds(family: Any, limit: Any) -> tuple[bool, str]:
    """Whether a profile may lie in a family: all its probabilities are in the family's ranges."""
    worst, where = 0.0, ""
    ranges = {**{key: (x, x) for key, x in family.fixed.items()}, **family.free}
    for key, (low, high) in ranges.items():
        if key[0] != "strategy":
            continue
        _, player, knows, action = key
        given = limit.strategy[player][knows][action]
        off = max(float(low - given), float(given - high))
        if off > worst:
            at = f" at {knows!r}" if knows != () else ""
            where = (
                f"the logit path from uniform play ends where {player} plays {action!r}{at} with "
                f"{float(given):.6g}, here it is {_between(low, high)}"
            )
            worst = off
    return worst <= NEAR, where


def _between(low: Fraction, high: Fraction) -> str:
    return plain(low) if low == high else f"{plain(low)} to {plain(high)}"
