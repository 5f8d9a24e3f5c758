"""Conditions in a form with fewer products, given that some probabilities are positive.

A product of two players' choices bends a condition. Some products are there in writing only: the
parts of a mix sum to one, a positive probability can be divided out, and a condition times a
positive probability is the same condition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from deterrence.equilibrium.path_conditions import Atom
from deterrence.equilibrium.polynomials import Monomial, Polynomial, add_scaled

__all__ = ["collected", "divided", "raised", "undominated"]

MOST_COMPARED = 100
Families = Mapping[int, Sequence[Atom]]
Tagged = tuple[Atom, Polynomial]


def collected(polynomial: Polynomial, families: Families) -> Polynomial:
    """The same with fewer products: where all parts of a mix have a factor in common, it goes.

    Parameters
    ----------
    polynomial : Polynomial
    families : mapping
        By set: the probabilities that sum to one.

    Returns
    -------
    Polynomial
    """
    found = dict(polynomial)
    for k in sorted({atom[0] for m in polynomial for atom in m}, reverse=True):
        for parent in {
            tuple(a for a in m if a[0] != k) for m in found if any(a[0] == k for a in m)
        }:
            parts = [tuple(sorted((*parent, atom))) for atom in families[k]]
            factors = Counter(found.get(part, Fraction(0)) for part in parts)
            common, count = max(factors.items(), key=lambda item: (item[1], item[0] == 0))
            if common and count > factors[Fraction(0)] and not factors[Fraction(0)]:
                add_scaled(found, -common, dict.fromkeys(parts, Fraction(1)))
                add_scaled(found, common, {parent: Fraction(1)})
    return found


def divided(polynomial: Polynomial, played: Mapping[int, tuple[int, ...]]) -> Polynomial:
    """Divided by positive probabilities that all its products share."""
    if not polynomial or () in polynomial:
        return polynomial
    shared = set.intersection(*(set(m) for m in polynomial))
    shared = {atom for atom in shared if atom[0] in played}
    return {tuple(a for a in m if a not in shared): c for m, c in polynomial.items()}


def undominated(rows: Sequence[Tagged]) -> tuple[Tagged, ...]:
    """Inequalities without those that exceed another one product by product; all of very many."""
    if len(rows) > MOST_COMPARED:
        return tuple(rows)
    kept: list[Tagged] = []
    for n, (tag, row) in enumerate(rows):
        others = [g for _, g in kept] + [g for _, g in rows[n + 1 :]]
        if not any(_exceeds(row, other) for other in others):
            kept.append((tag, row))
    return tuple(kept)


def _exceeds(one: Polynomial, two: Polynomial) -> bool:
    return all(one.get(m, 0) >= two.get(m, 0) for m in one.keys() | two.keys())


def raised(
    rows: Sequence[Tagged], parents: Mapping[int, set[Monomial]], positive: Mapping[int, object]
) -> tuple[tuple[Tagged, ...], frozenset[int]]:
    """Conditions times positive probabilities, so that mixes are parts of the same product.

    Parameters
    ----------
    rows : sequence of (Atom, Polynomial)
    parents : mapping
        By set, the products that its mix is part of in the conditions as they are.
    positive : mapping
        Sets whose probabilities are positive.

    Returns
    -------
    rows : tuple of (Atom, Polynomial)
        As they are, where nothing can be gained.
    tied : frozenset of int
        Sets of which those conditions that were multiplied speak.
    """
    aims = {k: max(some, key=len) for k, some in parents.items() if len(some) > 1}
    found: list[Tagged] = []
    tied: set[int] = set()
    for tag, row in rows:
        factor = _factor(row, aims, positive)
        if factor:
            tied |= {k for m in row for k, _ in m}
        found.append((tag, {tuple(sorted((*m, *factor))): c for m, c in row.items()}))
    return tuple(found), frozenset(tied)


def _factor(
    row: Polynomial, aims: Mapping[int, Monomial], positive: Mapping[int, object]
) -> frozenset[Atom]:
    for k, aim in aims.items():
        lower = {tuple(a for a in m if a[0] != k) for m in row if any(a[0] == k for a in m)}
        if len(lower) != 1:
            continue
        factor = frozenset(aim) - set(next(iter(lower)))
        sets = {a[0] for a in factor}
        if factor and sets <= set(positive) and not any(a[0] in sets for m in row for a in m):
            return factor
    return frozenset()
