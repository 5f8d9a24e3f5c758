"""Which determinants decide the equilibria of games of one size, and with which signs."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Condition", "Plan", "base_count", "bases", "plan_for"]

Actions = tuple[int, ...]
Base = tuple[Actions, Actions]  # own actions played, and as many of the other's that are best


def base_count(m: int, n: int) -> int:
    """How many bases each polyhedron of an m x n game has."""
    return math.comb(m + n, n) - 1


@dataclass(frozen=True, eq=False)
class Condition:
    """A base of a polyhedron: own actions played, actions of the other that are best.

    Attributes
    ----------
    played, best : tuple of int
    shares : tuple of ((tuple, tuple), int)
        For each action played the determinant, and the sign that makes it a probability.
    slacks : tuple of (int, (tuple, tuple), int)
        For each other action of the other player: the action, the determinant and sign of what
        it falls short by.
    """

    played: Actions
    best: Actions
    shares: tuple[tuple[Base, int], ...]
    slacks: tuple[tuple[int, Base, int], ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """The determinants and bases of the polyhedron of strategies with m actions against n."""

    minors: tuple[Base, ...]  # those of lower order first
    bases: tuple[Condition, ...]


@functools.cache
def plan_for(m: int, n: int) -> Plan:
    """What to compute for strategies with m actions against n."""
    minors = tuple(
        (rows, columns)
        for order in range(1, min(m, n - 1) + 1)
        for rows in itertools.combinations(range(m), order)
        for columns in itertools.combinations(range(n), order + 1)
    )
    return Plan(minors, tuple(_condition(*base, n) for base in bases(m, n)))


def bases(m: int, n: int) -> Iterator[Base]:
    """Equally large sets of actions of both players, small ones first."""
    for order in range(1, min(m, n) + 1):
        for played in itertools.combinations(range(m), order):
            for best in itertools.combinations(range(n), order):
                yield played, best


def _condition(played: Actions, best: Actions, n: int) -> Condition:
    shares = tuple(((played[:p] + played[p + 1 :], best), (-1) ** p) for p in range(len(played)))
    slacks = []
    for other in range(n):
        if other not in best:
            columns = tuple(sorted((*best, other)))
            slacks.append((other, (played, columns), -((-1) ** columns.index(other))))
    return Condition(played, best, shares, tuple(slacks))
