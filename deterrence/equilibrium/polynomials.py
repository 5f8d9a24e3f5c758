"""Sparse polynomials with rational coefficients, as dictionaries from monomial to coefficient.

A monomial is a sorted tuple of variables (a variable twice is a square); the constant is ``()``.
Only what the cells of the solver need; roots of nonlinear systems go to sympy and mpmath.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any

__all__ = [
    "Monomial",
    "Polynomial",
    "add_scaled",
    "constant_of",
    "real_roots",
    "substitute",
    "times",
]

Monomial = tuple[Any, ...]
Polynomial = dict[Monomial, Fraction]


def add_scaled(total: Polynomial, factor: Fraction, other: Polynomial) -> None:
    """Add ``factor * other`` to `total` in place."""
    if not factor:
        return
    single = _is_one(factor)
    for monomial, coefficient in other.items():
        _add(total, monomial, coefficient if single else factor * coefficient)


def times(one: Polynomial, two: Polynomial) -> Polynomial:
    """The product."""
    result: Polynomial = {}
    for m, c in one.items():
        single = _is_one(c)
        for n, d in two.items():
            key = tuple(sorted(m + n)) if m and n else m or n
            _add(result, key, d if single else c * d)
    return result


def _is_one(number: Any) -> bool:
    # a traced number would take the comparison for a condition
    return type(number) is Fraction and number == 1


def _add(total: Polynomial, monomial: Monomial, coefficient: Fraction) -> None:
    known = total.get(monomial)
    value = coefficient if known is None else known + coefficient
    if value:
        total[monomial] = value
    else:
        total.pop(monomial, None)


def constant_of(polynomial: Polynomial) -> Fraction | None:
    """Its value if it is constant, else None."""
    if not polynomial:
        return Fraction(0)
    if len(polynomial) == 1 and () in polynomial:
        return polynomial[()]
    return None


def substitute(polynomial: Polynomial, values: Mapping[Any, Fraction]) -> Polynomial:
    """The polynomial with numbers in place of some variables."""
    result: Polynomial = {}
    for monomial, coefficient in polynomial.items():
        rest = []
        for variable in monomial:
            if variable in values:
                coefficient = coefficient * values[variable]
            else:
                rest.append(variable)
        if coefficient:
            add_scaled(result, Fraction(1), {tuple(rest): coefficient})
    return result


def real_roots(
    equations: Sequence[Polynomial], variables: Sequence[Any], digits: int = 40
) -> list[dict[Any, Fraction]] | None:
    """All real solutions of a polynomial system with finitely many complex ones.

    By a lexicographic Groebner basis over the rationals and isolation of the real roots of its
    univariate member, then back-substitution; roots are refined to `digits` digits.

    Returns
    -------
    list of dict, or None
        None if the system has infinitely many complex solutions, or is not in a form that this
        elimination finishes; the caller must then not claim completeness.
    """
    import sympy

    names = [sympy.Symbol(f"x{k}") for k in range(len(variables))]
    place = dict(zip(variables, names, strict=True))
    system = [_to_sympy(e, place) for e in equations]
    system = [e for e in system if e != 0]
    if not variables:
        return [] if system else [{}]
    if not system:
        return None
    basis = sympy.groebner(system, *names, order="lex")
    if list(basis.exprs) == [1]:
        return []
    if not basis.is_zero_dimensional:
        return None
    partial: list[dict[Any, Any]] = [{}]
    for k in range(len(names) - 1, -1, -1):
        partial = _extend(partial, list(basis.exprs), names, k, digits)
    return [
        {v: _rational(root[n], digits) for v, n in place.items()}
        for root in partial
        if _solves(system, root, digits)
    ]


def _to_sympy(polynomial: Polynomial, place: Mapping[Hashable, Any]) -> Any:
    import sympy

    return sympy.Add(
        *[
            sympy.Mul(sympy.Rational(c.numerator, c.denominator), *[place[v] for v in m])
            for m, c in polynomial.items()
        ]
    )


def _extend(
    partial: list[dict[Any, Any]], basis: list[Any], names: list[Any], k: int, digits: int
) -> list[dict[Any, Any]]:
    """Solutions for names[k:] from those for names[k+1:]."""
    import sympy

    later = set(names[k + 1 :])
    relevant = [
        e for e in basis if names[k] in e.free_symbols and e.free_symbols <= later | {names[k]}
    ]
    extended: list[dict[Any, Any]] = []
    for root in partial:
        candidates: list[Any] | None = None
        for e in relevant:
            reduced = sympy.Poly(e.subs(root), names[k])
            coefficients = reduced.all_coeffs()
            small = sympy.Float(10) ** (-digits // 2)
            while len(coefficients) > 1 and abs(sympy.N(coefficients[0], digits)) < small:
                coefficients = coefficients[1:]
            if len(coefficients) < 2:
                continue
            if root:
                zeros = sympy.Poly(coefficients, names[k]).nroots(n=digits, maxsteps=200)
                real = sorted(z.as_real_imag()[0] for z in zeros if abs(sympy.im(z)) < small)
                candidates = [z for n, z in enumerate(real) if n == 0 or z - real[n - 1] > small]
            else:
                exact_roots = dict.fromkeys(sympy.Poly(coefficients, names[k]).real_roots())
                candidates = [sympy.N(z, digits + 20) for z in exact_roots]
            break
        extended.extend({**root, names[k]: z} for z in candidates or [])
    return extended


def _solves(system: list[Any], root: Mapping[Any, Any], digits: int) -> bool:
    return all(abs(e.subs(root).evalf(digits)) < 10 ** (-digits // 3) for e in system)


def _rational(value: Any, digits: int) -> Fraction:
    return (
        Fraction(str(value.evalf(digits))) if not value.is_Rational else Fraction(value.p, value.q)
    )
