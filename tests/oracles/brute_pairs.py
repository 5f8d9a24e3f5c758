"""All extreme equilibria of a two-player game from the definitions, in whole numbers and fractions.

An oracle for tests; it shares no code with the package. Payoffs are lists of rows of ints or
Fractions: A for the player who chooses rows, B for the one who chooses columns.

For supports S, T let P(S, T) be the mixtures of the row player within S against which every column
in T is a best reply, and Q(S, T) the mixtures of the column player within T against which every row
in S is one. Whatever S and T, the product P(S, T) x Q(S, T) consists of equilibria, and every
equilibrium lies in the product of its own supports. So the set of equilibria is the union of these
products of polytopes, its extreme points are theirs, its connected components are those of the
graph in which products that meet are joined, and the largest products are the maximal Nash subsets.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any

Mixture = tuple[Fraction, ...]
Pair = tuple[Mixture, Mixture]
Rows = Sequence[Sequence[Any]]


def extreme_equilibria(a: Rows, b: Rows) -> set[Pair]:
    """Corners of P(S, T) x Q(S, T) over all supports."""
    return Oracle(a, b).extreme


class Oracle:
    """A game's polytopes of equilibria."""

    def __init__(self, a: Rows, b: Rows) -> None:
        self.a, self.b = a, b
        own = [list(column) for column in zip(*b, strict=True)]  # the column player's, by column
        self.first = {x: replies(own, x) for x in corners(own)}
        self.second = {y: replies(a, y) for y in corners(a)}

    @property
    def extreme(self) -> set[Pair]:
        """Pairs of corners in which nobody plays anything but best replies."""
        return {
            (x, y)
            for (x, best_columns), (y, best_rows) in itertools.product(
                self.first.items(), self.second.items()
            )
            if support(x) <= best_rows and support(y) <= best_columns
        }

    def products(self) -> dict[tuple[frozenset[int], frozenset[int]], tuple[Any, Any]]:
        """Corners of P(S, T) and Q(S, T) by (S, T), where neither is empty."""
        found = {}
        for s in subsets(len(self.a)):
            for t in subsets(len(self.a[0])):
                p = frozenset(x for x, best in self.first.items() if support(x) <= s and t <= best)
                if not p:
                    continue
                q = frozenset(y for y, best in self.second.items() if support(y) <= t and s <= best)
                if q:
                    found[s, t] = (p, q)
        return found

    def maximal_subsets(self) -> set[tuple[frozenset[Mixture], frozenset[Mixture]]]:
        """The products, by their corners, that lie in no larger one."""
        every = set(self.products().values())
        return {
            (p, q)
            for p, q in every
            if not any((p, q) != (r, s) and p <= r and q <= s for r, s in every)
        }

    def components(self) -> int:
        """How many connected pieces the products form; two meet where
        P(S & S', T | T') x Q(S | S', T & T') is not empty."""
        places = self.products()
        leader = {place: place for place in places}

        def find(place: Any) -> Any:
            while leader[place] != place:
                place = leader[place]
            return place

        for (s, t), (u, v) in itertools.combinations(places, 2):
            if find((s, t)) != find((u, v)) and self._meet(s & u, t | v, s | u, t & v):
                leader[find((s, t))] = find((u, v))
        return sum(leader[place] == place for place in places)

    def _meet(self, small: Any, columns: Any, rows: Any, few: Any) -> bool:
        return any(
            support(x) <= small and columns <= best for x, best in self.first.items()
        ) and any(support(y) <= few and rows <= best for y, best in self.second.items())


def regret(a: Rows, b: Rows, x: Mixture, y: Mixture) -> Fraction:
    """The most that a player gains by a deviation."""
    rows = values(a, y)
    columns = values([list(column) for column in zip(*b, strict=True)], x)
    return max(
        max(rows) - sum(p * v for p, v in zip(x, rows, strict=True)),
        max(columns) - sum(p * v for p, v in zip(y, columns, strict=True)),
    )


def support(mixture: Mixture) -> frozenset[int]:
    return frozenset(k for k, p in enumerate(mixture) if p)


def values(payoffs: Rows, mixture: Mixture) -> list[Fraction]:
    return [sum((p * x for p, x in zip(mixture, row, strict=True)), Fraction(0)) for row in payoffs]


def replies(payoffs: Rows, mixture: Mixture) -> frozenset[int]:
    """The other player's best replies, whose payoffs are given by its own action."""
    pay = values(payoffs, mixture)
    return frozenset(k for k, v in enumerate(pay) if v == max(pay))


def subsets(size: int) -> Iterator[frozenset[int]]:
    for k in range(1, size + 1):
        yield from map(frozenset, itertools.combinations(range(size), k))


def corners(payoffs: Rows) -> set[Mixture]:
    """Corners of {(y, v): y a mixture, v >= payoff of each of the other's actions against y}.

    At a corner the actions played and as many best replies determine (y, v): each such square
    system is solved, and what fails its other conditions is dropped.
    """
    whole = scaled([x for row in payoffs for x in row])
    n = len(payoffs[0])
    table = [whole[k : k + n] for k in range(0, len(whole), n)]
    found = set()
    for size in range(1, min(len(table), n) + 1):
        for played in itertools.combinations(range(n), size):
            for best in itertools.combinations(range(len(table)), size):
                point = solved(
                    [[table[i][j] for j in played] + [-1, 0] for i in best] + [[1] * size + [0, 1]]
                )
                if point is None or min(point[:size]) <= 0:
                    continue
                y = [Fraction(0)] * n
                for j, p in zip(played, point, strict=False):
                    y[j] = p
                if max(values(table, tuple(y))) == point[size]:
                    found.add(tuple(y))
    return found


def scaled(numbers: Sequence[Any]) -> list[int]:
    exact = [Fraction(x) for x in numbers]
    unit = lcm(*(x.denominator for x in exact))
    return [int(x * unit) for x in exact]


def solved(rows: list[list[int]]) -> list[Fraction] | None:
    """The solution of a square system in whole numbers, its right side last; None if not unique."""
    size = len(rows)
    rows = [row[:] for row in rows]
    for k in range(size):
        pivot = next((r for r in range(k, size) if rows[r][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for r in range(size):
            if r != k and rows[r][k]:
                head, factor = rows[k][k], rows[r][k]
                rows[r] = [head * x - factor * y for x, y in zip(rows[r], rows[k], strict=True)]
                common = gcd(*rows[r]) or 1
                rows[r] = [x // common for x in rows[r]]
    return [Fraction(row[-1], row[k]) for k, row in enumerate(rows)]
