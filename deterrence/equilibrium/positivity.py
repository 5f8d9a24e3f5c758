"""Inequalities that follow from others, proved by a combination with weights that are not negative.

A polynomial is at least zero wherever some others are if it is a sum of products of them with
positive weights (Handelman 1988, for polytopes). A linear program finds the weights, and they are
then computed and checked in fractions.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import sympy
from scipy.optimize import linprog
from sympy.polys.matrices import DomainMatrix

__all__ = ["follows_from"]

MOST_COLUMNS = 1_500  # products tried
MOST_TERMS = 60  # of the polynomial
USED = 1e-9  # a weight of the linear program that counts


def follows_from(target: Any, given: Sequence[Any], known: Sequence[Any]) -> bool:
    """Whether a polynomial is proved to be at least zero.

    Parameters
    ----------
    target : sympy.Expr
        A polynomial.
    given : sequence of sympy.Expr
        Polynomials that are at least zero; each enters by itself or times one of `known`.
    known : sequence of sympy.Expr
        Polynomials of low degree that are at least zero; products of up to three of them enter.

    Returns
    -------
    bool
        True only with a proof in fractions. False says nothing.
    """
    symbols = sorted(target.free_symbols, key=str)
    inside = set(symbols)
    near = [g for g in known if g.free_symbols <= inside]
    others = [g for g in given if g.free_symbols <= inside]
    ring = sympy.QQ[symbols].ring if symbols else None
    if ring is None or (not near and not others):
        return False
    wanted = ring.from_expr(sympy.expand(target))
    if len(wanted) > MOST_TERMS:
        return False
    columns = list(
        itertools.islice(
            _products(
                [ring.from_expr(sympy.expand(g)) for g in others],
                [ring.from_expr(sympy.expand(g)) for g in near],
                _degree(wanted),
            ),
            MOST_COLUMNS,
        )
    )
    return _combined(wanted, [ring.one, *columns])


def _degree(polynomial: Any) -> int:
    return max((sum(monomial) for monomial in polynomial.monoms()), default=0)


def _products(given: Sequence[Any], known: Sequence[Any], most: int) -> Iterator[Any]:
    """Products of no higher degree than the target."""
    for g in given:
        if _degree(g) <= most:
            yield g
    for size in (1, 2, 3):
        for chosen in itertools.combinations_with_replacement(known, size):
            found = math.prod(chosen)
            if _degree(found) <= most:
                yield found
    for g, k in itertools.product(given, known):
        if _degree(g) + _degree(k) <= most:
            yield g * k


def _combined(wanted: Any, columns: Sequence[Any]) -> bool:
    """Whether a polynomial is a combination of others with weights that are not negative."""
    monomials = sorted(set(wanted).union(*columns))
    if not set(wanted) <= set().union(*columns):
        return False
    place = {m: k for k, m in enumerate(monomials)}
    matrix = np.zeros((len(monomials), len(columns)))
    for k, column in enumerate(columns):
        for monomial, coefficient in column.items():
            matrix[place[monomial], k] = float(coefficient)
    aim = np.zeros(len(monomials))
    for monomial, coefficient in wanted.items():
        aim[place[monomial]] = float(coefficient)
    found = linprog(np.ones(len(columns)), A_eq=matrix, b_eq=aim, method="highs-ds")
    if found.status != 0 or found.x is None:
        return False
    return _exactly(wanted, [c for c, x in zip(columns, found.x, strict=True) if x > USED])


def _exactly(wanted: Any, columns: Sequence[Any]) -> bool:
    """The weights of independent columns in fractions, checked."""
    if not columns:
        return not wanted
    monomials = sorted(set(wanted).union(*columns))
    rows = [
        [*(c.get(m, sympy.QQ(0)) for c in columns), wanted.get(m, sympy.QQ(0))] for m in monomials
    ]
    reduced, pivots = DomainMatrix(rows, (len(rows), len(columns) + 1), sympy.QQ).rref()
    if pivots != tuple(range(len(columns))):
        return False  # no solution, or not one alone
    weights = [reduced[k, len(columns)].element for k in range(len(columns))]
    total = sum((c * w for c, w in zip(columns, weights, strict=True)), wanted.ring.zero)
    return all(w >= 0 for w in weights) and total == wanted
