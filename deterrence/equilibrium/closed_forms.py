"""Unknown probabilities from the equations of mixing, in closed form where there is one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from deterrence.errors import LimitError

__all__ = ["Root", "Solved", "numerator", "roots", "solve_equations", "substituted"]


@dataclass(frozen=True)
class Root:
    """An unknown that has no closed form: a root of a polynomial.

    Attributes
    ----------
    unknown : sympy.Symbol
    polynomial : sympy.Expr
    """

    unknown: Any
    polynomial: Any


@dataclass(frozen=True)
class Solved:
    """One solution of a system of equations.

    Attributes
    ----------
    values : dict of sympy.Symbol to sympy.Expr
        In the parameters and in unknowns left free.
    roots : tuple of Root
        Unknowns given by a polynomial only; `values` may depend on them.
    conditions : tuple of sympy.Expr
        What must be zero although no unknown is left in it: the equilibrium lives on a surface.
    """

    values: dict[Any, Any]
    roots: tuple[Root, ...] = ()
    conditions: tuple[Any, ...] = ()


def numerator(expression: Any) -> Any:
    """The numerator of an expression as a factored polynomial."""
    return sympy.factor(sympy.fraction(sympy.together(expression))[0])


def solve_equations(
    equations: Sequence[Any], unknowns: Iterable[Any], keep: Iterable[Any] = ()
) -> list[Solved]:
    """All ways to satisfy the equations, one for each branch of a quadratic.

    Parameters
    ----------
    equations : sequence of sympy.Expr
        Each is to be zero.
    unknowns : iterable of sympy.Symbol
    keep : iterable of sympy.Symbol
        Those to solve for last, so that the others are given in terms of them.

    Returns
    -------
    list of Solved

    Raises
    ------
    LimitError
        If an unknown stands under a root in an equation that is left.
    """
    order = dict.fromkeys(unknowns, 0) | dict.fromkeys(keep, 1)
    return _solve([numerator(e) for e in equations], order)


def _solve(equations: list[Any], order: dict[Any, int]) -> list[Solved]:
    equations = [e for e in equations if e != 0]
    with_unknowns = [e for e in equations if e.free_symbols & set(order)]
    if not with_unknowns:
        return [Solved({}, (), tuple(equations))]
    if any(not e.is_polynomial(*(e.free_symbols & set(order))) for e in with_unknowns):
        raise LimitError(
            "mixing probabilities are roots of equations with roots in them. Give numbers to some "
            "parameters first: game.at(name=value)."
        )
    equation, x = _easiest(with_unknowns, order)
    others = [e for e in equations if e is not equation]
    rest_order = {y: k for y, k in order.items() if y != x}
    found = []
    for factor in _factors(equation):
        if not factor.has(x):  # another unknown makes this factor zero, or it is a condition
            found += _solve([factor, *others], order)
        elif sympy.degree(factor, x) > 2:
            for s in _solve(others, rest_order):
                own = Root(x, numerator(factor.xreplace(s.values)))
                found.append(Solved(s.values, (own, *s.roots), s.conditions))
        else:
            for value in roots(factor, x):
                reduced = [numerator(e.subs(x, value)) for e in others]
                for s in _solve(reduced, rest_order):
                    own = sympy.factor(value.xreplace(s.values))
                    found.append(Solved({**s.values, x: own}, s.roots, s.conditions))
    return found


def _easiest(equations: Iterable[Any], order: Mapping[Any, int]) -> tuple[Any, Any]:
    """An equation and an unknown in it: of least degree, then with the fewest unknowns."""

    def effort(pair: tuple[Any, Any]) -> tuple[int, int, int, str]:
        equation, x = pair
        unknowns = equation.free_symbols & set(order)
        return int(sympy.degree(equation, x)), len(unknowns), order[x], str(x)

    return min(((e, x) for e in equations for x in e.free_symbols & set(order)), key=effort)


def _factors(equation: Any) -> list[Any]:
    """Factors that unknowns or parameters can make zero."""
    return [f for f, _ in sympy.factor_list(equation)[1] if f.free_symbols]


def roots(equation: Any, x: Any) -> list[Any]:
    """The roots of an equation of degree one or two in `x`."""
    polynomial = sympy.Poly(equation, x)
    coefficients = polynomial.all_coeffs()
    if len(coefficients) == 2:
        return [sympy.factor(-coefficients[1] / coefficients[0])]
    a, b, c = coefficients
    discriminant = sympy.factor(b**2 - 4 * a * c)
    return [(-b + sign * sympy.sqrt(discriminant)) / (2 * a) for sign in (1, -1)]


def substituted(expression: Any, values: Mapping[Any, Any]) -> tuple[Any, Any]:
    """Numerator and denominator of an expression with fractions put in for symbols.

    The same as sympy's `together` after a replacement, without its search for common factors.

    Parameters
    ----------
    expression : sympy.Expr
        A polynomial in the symbols, or one divided by another.
    values : mapping of sympy.Symbol to sympy.Expr

    Returns
    -------
    tuple of sympy.Expr
        The numerator expanded.
    """
    top, bottom = (_over_one(part, values) for part in sympy.fraction(expression))
    return sympy.expand(top[0] * bottom[1]), top[1] * bottom[0]


def _over_one(polynomial: Any, values: Mapping[Any, Any]) -> tuple[Any, Any]:
    used = sorted(polynomial.free_symbols & set(values), key=str)
    if not used:
        return polynomial, sympy.Integer(1)
    if not polynomial.is_polynomial(*used):
        top, bottom = sympy.fraction(sympy.together(polynomial.xreplace(dict(values))))
        return top, bottom
    fractions = [sympy.fraction(values[x]) for x in used]
    terms = []
    common: Counter[Any] = Counter()
    for powers, coefficient in sympy.Poly(polynomial, *used).terms():
        below: Counter[Any] = Counter()
        for (_, bottom), power in zip(fractions, powers, strict=True):
            if power and bottom != 1:
                below[bottom] += power
        above = math.prod(top**k for (top, _), k in zip(fractions, powers, strict=True))
        terms.append((coefficient * above, below))
        common |= below
    total = sympy.Add(*(top * _product(common - below) for top, below in terms))
    return total, _product(common)


def _product(factors: Counter[Any]) -> Any:
    return sympy.Mul(*(factor**count for factor, count in factors.items()))
